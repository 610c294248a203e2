//! Texts with fields to fill in (`f'{x}'`): only whether they are written rightly, since the
//! calculator does not allow them.

use crate::tools::calculator::error::EvalError;

use super::escapes;
use super::lexer::{Lexer, unterminated};
use super::token::{Token, TokenKind};

/// How deep fields may stand in each other.
const DEEPEST: usize = 150;

impl Lexer {
    /// The words of each field of a text; the cursor stands before the quote.
    pub(super) fn formatted(&mut self, raw: bool) -> Result<Vec<Vec<Token>>, EvalError> {
        let start = self.cursor.line;
        let quotes = self.quotes();
        let mut fields = Vec::new();
        let mut literal = String::new();
        loop {
            if self.cursor.take_text(&quotes) {
                break;
            }
            match self.cursor.peek() {
                Some('{') if self.cursor.ahead(1) == Some('{') => {
                    self.cursor.take_text("{{");
                }
                Some('{') => self.field(&quotes, &mut fields, 0)?,
                Some('}') => {
                    if !self.cursor.take_text("}}") {
                        return Err(self.cursor.wrong("f-string: single '}' is not allowed"));
                    }
                }
                Some('\\') => {
                    literal.extend(self.cursor.advance());
                    if !matches!(self.cursor.peek(), Some('{' | '}')) {
                        literal.extend(self.cursor.advance());
                    }
                }
                Some('\n') if quotes.len() == 1 => return Err(self.open(&quotes, start)),
                Some(_) => literal.extend(self.cursor.advance()),
                None => return Err(self.open(&quotes, start)),
            }
        }
        if !raw {
            escapes::text(&literal, &self.cursor)?;
        }
        Ok(fields)
    }

    fn open(&self, quotes: &str, start: usize) -> EvalError {
        unterminated("f-string", quotes, start, self.cursor.line)
    }

    /// One field from its `{` to its `}`; fields in its format come after it.
    fn field(
        &mut self,
        quotes: &str,
        fields: &mut Vec<Vec<Token>>,
        depth: usize,
    ) -> Result<(), EvalError> {
        if depth > DEEPEST {
            return Err(self.cursor.wrong("f-string: expressions nested too deeply"));
        }
        self.cursor.advance();
        let line = self.cursor.line;
        let outer = std::mem::replace(&mut self.brackets, vec![('{', line)]);
        let words = self.field_words();
        self.brackets = outer;
        let mut words = words?;
        if let [first @ .., Token { kind: TokenKind::Sign("="), .. }] = words.as_slice() {
            words = first.to_vec();
        }
        fields.push(words);
        if self.cursor.take('!') {
            self.cursor.take_while(|it| it == ' ');
            let conversion = self.cursor.take_while(|it| it.is_ascii_alphanumeric() || it == '_');
            if !["s", "r", "a"].contains(&conversion.as_str()) {
                return Err(self.cursor.wrong("f-string: invalid conversion character"));
            }
            self.cursor.take_while(|it| it == ' ');
        }
        if self.cursor.take(':') {
            self.specification(quotes, fields, depth)?;
        }
        if self.cursor.take('}') {
            return Ok(());
        }
        Err(self.cursor.wrong("f-string: expecting '}'"))
    }

    /// The words up to what ends the expression of a field.
    fn field_words(&mut self) -> Result<Vec<Token>, EvalError> {
        let mut words = Vec::new();
        loop {
            self.skip_space()?;
            if self.brackets.len() == 1 {
                match self.cursor.peek() {
                    Some('}' | ':') | None => return Ok(words),
                    Some('!') if self.cursor.ahead(1) != Some('=') => return Ok(words),
                    Some(_) => {}
                }
            }
            let Some(word) = self.next()? else { return Ok(words) };
            words.push(word);
        }
    }

    /// The format of a field.
    fn specification(
        &mut self,
        quotes: &str,
        fields: &mut Vec<Vec<Token>>,
        depth: usize,
    ) -> Result<(), EvalError> {
        loop {
            match self.cursor.peek() {
                Some('{') => self.field(quotes, fields, depth.saturating_add(1))?,
                Some('}') | None => return Ok(()),
                Some('\n') if quotes.len() == 1 => return Ok(()),
                Some(_) if self.cursor.comes(0, quotes) => return Ok(()),
                Some(_) => {
                    self.cursor.advance();
                }
            }
        }
    }
}
