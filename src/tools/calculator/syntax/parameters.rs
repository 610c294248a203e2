//! Parses the parameters of a lambda only to find syntax errors.

use crate::tools::calculator::error::EvalError;

use super::parser::Parser;

/// The last part of a parameter list so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
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
        let mut part = Part::Start;
        let mut defaults = false;
        while !self.take(":") {
            part = self.parameter(part, &mut defaults)?;
            if !self.take(",") {
                self.expect(":")?;
                break;
            }
        }
        if part == Part::AfterBareStar { Err(self.invalid()) } else { Ok(()) }
    }

    fn parameter(&mut self, part: Part, defaults: &mut bool) -> Result<Part, EvalError> {
        let after_star = matches!(part, Part::AfterBareStar | Part::KeywordOnly);
        if part == Part::End {
            return Err(self.invalid());
        }
        if self.take("**") {
            let fits = part != Part::AfterBareStar && self.take_name();
            return if fits { Ok(Part::End) } else { Err(self.invalid()) };
        }
        if self.take("*") {
            if after_star {
                return Err(self.invalid());
            }
            return Ok(if self.take_name() { Part::KeywordOnly } else { Part::AfterBareStar });
        }
        if self.take("/") {
            return if part == Part::Positional {
                Ok(Part::AfterSlash)
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
            Part::Start | Part::Positional => Part::Positional,
            Part::AfterSlash => Part::AfterSlash,
            Part::AfterBareStar | Part::KeywordOnly | Part::End => Part::KeywordOnly,
        })
    }
}
