//! Parses the parameters of a lambda only to find syntax errors.

use crate::tools::calculator::error::EvalError;

use super::parser::Parser;

/// The last part of a parameter list so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ParameterPart {
    Start,
    Positional,
    AfterSlash,
    /// `*`, which must be followed by a name.
    AfterBareStar,
    /// `*args`, or a name after `*`.
    KeywordOnly,
    /// `**kwargs`
    End,
}

impl Parser<'_> {
    /// Parses parameters up to the colon.
    pub(super) fn parameters(&mut self) -> Result<(), EvalError> {
        let mut part = ParameterPart::Start;
        let mut defaults = false;
        while !self.take(":") {
            part = self.parameter(part, &mut defaults)?;
            if !self.take(",") {
                self.expect(":")?;
                break;
            }
        }
        if part == ParameterPart::AfterBareStar { Err(self.invalid()) } else { Ok(()) }
    }

    fn parameter(
        &mut self,
        part: ParameterPart,
        defaults: &mut bool,
    ) -> Result<ParameterPart, EvalError> {
        let after_star = matches!(part, ParameterPart::AfterBareStar | ParameterPart::KeywordOnly);
        if part == ParameterPart::End {
            return Err(self.invalid());
        }
        if self.take("**") {
            let fits = part != ParameterPart::AfterBareStar && self.take_name();
            return if fits { Ok(ParameterPart::End) } else { Err(self.invalid()) };
        }
        if self.take("*") {
            if after_star {
                return Err(self.invalid());
            }
            return Ok(if self.take_name() {
                ParameterPart::KeywordOnly
            } else {
                ParameterPart::AfterBareStar
            });
        }
        if self.take("/") {
            return if part == ParameterPart::Positional {
                Ok(ParameterPart::AfterSlash)
            } else {
                Err(self.invalid())
            };
        }
        if !self.take_name() {
            return Err(self.invalid());
        }
        if self.take("=") {
            *defaults = true;
            self.expression()?;
        } else if *defaults && !after_star {
            return Err(self.invalid());
        }
        // A second `/` is rejected because the part before it is not `Positional`.
        Ok(match part {
            ParameterPart::Start | ParameterPart::Positional => ParameterPart::Positional,
            ParameterPart::AfterSlash => ParameterPart::AfterSlash,
            ParameterPart::AfterBareStar | ParameterPart::KeywordOnly | ParameterPart::End => {
                ParameterPart::KeywordOnly
            }
        })
    }
}
