//! Parses a conversion specification: flags, width, precision and conversion letter.

use std::rc::Rc;

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::Number;
use crate::tools::calculator::values::Value;

use super::arguments::Arguments;
use super::kind::Kind;

/// A flag of a conversion specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    /// `-`: left-aligned.
    Left,
    /// `+`: a sign before every number.
    Plus,
    /// ` `: a space in place of a plus sign.
    Blank,
    /// `#`: a prefix, or always a decimal point.
    Alternate,
    /// `0`: padded with zeros.
    Zero,
}

impl Flag {
    const fn of(c: char) -> Option<Self> {
        Some(match c {
            '-' => Self::Left,
            '+' => Self::Plus,
            ' ' => Self::Blank,
            '#' => Self::Alternate,
            '0' => Self::Zero,
            _ => return None,
        })
    }
}

/// How a value is formatted.
#[derive(Debug, Default)]
pub(super) struct Specification {
    flags: Vec<Flag>,
    /// The minimum length.
    pub width: Option<u64>,
    /// The maximum length of a text, or the digits of a number.
    pub precision: Option<u64>,
    /// The code point of the conversion letter, which may be any character.
    pub conversion: u32,
    /// The index of that letter in the template.
    pub index: usize,
}

impl Specification {
    /// Parses a specification after its `%`, and moves `at` to its end.
    pub(super) fn read(
        template: &[u32],
        at: &mut usize,
        arguments: &mut Arguments,
        kind: Kind,
    ) -> Result<Self, EvalError> {
        let mut reader = TemplateReader { template, at: *at };
        if reader.peek() == Some('(') {
            return Err(reader.key(arguments, kind));
        }
        let mut specification = Self::default();
        while let Some(flag) = reader.peek().and_then(Flag::of) {
            specification.flags.push(flag);
            reader.advance();
        }
        if reader.take('*') {
            let width = integer_argument(&arguments.next()?, i64::MAX, "ssize_t")?;
            specification.flags.extend((width < 0).then_some(Flag::Left));
            specification.width = Some(width.unsigned_abs());
        } else {
            specification.width = reader.number(i64::MAX.unsigned_abs(), "width too big")?;
        }
        if reader.take('.') {
            if reader.take('*') {
                let precision = integer_argument(&arguments.next()?, i64::from(i32::MAX), "int")?;
                specification.precision = Some(u64::try_from(precision).unwrap_or(0));
            } else {
                let most = u64::from(i32::MAX.unsigned_abs());
                specification.precision =
                    Some(reader.number(most, "precision too big")?.unwrap_or(0));
            }
        }
        if matches!(reader.peek(), Some('h' | 'l' | 'L')) {
            reader.advance();
        }
        specification.index = reader.at;
        specification.conversion = *template
            .get(reader.at)
            .ok_or_else(|| EvalError::Invalid("incomplete format".to_owned()))?;
        *at = reader.at.saturating_add(1);
        Ok(specification)
    }

    pub(super) fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// Returns the conversion letter; `?` for a lone surrogate.
    pub(super) fn letter(&self) -> char {
        char::from_u32(self.conversion).unwrap_or('?')
    }
}

/// Returns a width or precision (`*`) from the values.
fn integer_argument(value: &Value, most: i64, name: &str) -> Result<i64, EvalError> {
    if !matches!(value, Value::Int(_) | Value::Bool(_)) {
        return Err(EvalError::Calculation("* wants int".to_owned()));
    }
    let Some(Number::Int(number)) = Number::of(value) else { return Ok(0) };
    let fits = |it: &i64| *it <= most && *it >= most.saturating_neg().saturating_sub(1);
    i64::try_from(number.as_ref()).ok().filter(fits).ok_or_else(|| {
        EvalError::Calculation(format!("Python int too large to convert to C {name}"))
    })
}

struct TemplateReader<'a> {
    template: &'a [u32],
    at: usize,
}

impl TemplateReader<'_> {
    fn peek(&self) -> Option<char> {
        self.template.get(self.at).and_then(|code| char::from_u32(*code))
    }

    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at = self.at.saturating_add(usize::from(is_next));
        is_next
    }

    fn number(&mut self, most: u64, why: &str) -> Result<Option<u64>, EvalError> {
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|it| it.to_digit(10)) {
            let digit = u64::from(digit);
            let before = number.unwrap_or(0_u64);
            if before > most.saturating_sub(digit) / 10 {
                return Err(EvalError::Invalid(why.to_owned()));
            }
            number = Some(before.saturating_mul(10).saturating_add(digit));
            self.advance();
        }
        Ok(number)
    }

    /// Returns the error for a key in brackets.
    fn key(&mut self, arguments: &Arguments, kind: Kind) -> EvalError {
        self.advance();
        let start = self.at;
        let mut open = 1_usize;
        while open > 0 && arguments.has_mapping() {
            let Some(code) = self.template.get(self.at) else {
                return EvalError::Invalid("incomplete format key".to_owned());
            };
            match char::from_u32(*code) {
                Some('(') => open = open.saturating_add(1),
                Some(')') => open = open.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
        let key = self.template.get(start..self.at.saturating_sub(1)).unwrap_or_default();
        arguments.refuse_key(&match kind {
            Kind::Text => Value::Text(Rc::from(key)),
            Kind::Bytes => Value::Bytes(key.iter().map(|code| code.to_le_bytes()[0]).collect()),
        })
    }
}
