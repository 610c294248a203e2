//! Parses f-strings (`f'{x}'`) only to find syntax errors, because the calculator forbids them.

use crate::tools::calculator::error::EvalError;

use super::escapes;
use super::lexer::{Lexer, unterminated};
use super::token::{Token, TokenKind};

/// The deepest nesting of fields, as in `CPython` 3.13.
const MAX_DEPTH: usize = 150;

impl Lexer {
    /// Reads the tokens of each field; the cursor is at the quote.
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

    /// Reads one field from `{` to `}`; fields in its format follow it in the list.
    fn field(
        &mut self,
        quotes: &str,
        fields: &mut Vec<Vec<Token>>,
        depth: usize,
    ) -> Result<(), EvalError> {
        if depth > MAX_DEPTH {
            return Err(self.cursor.wrong("f-string: expressions nested too deeply"));
        }
        self.cursor.advance();
        let line = self.cursor.line;
        let outer = std::mem::replace(&mut self.brackets, vec![('{', line)]);
        let tokens = self.field_tokens();
        self.brackets = outer;
        let mut tokens = tokens?;
        if let [first @ .., Token { kind: TokenKind::Symbol("="), .. }] = tokens.as_slice() {
            tokens = first.to_vec();
        }
        fields.push(tokens);
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

    /// Reads the tokens of a field's expression.
    fn field_tokens(&mut self) -> Result<Vec<Token>, EvalError> {
        let mut tokens = Vec::new();
        loop {
            self.skip_space()?;
            if self.brackets.len() == 1 {
                match self.cursor.peek() {
                    Some('}' | ':') | None => return Ok(tokens),
                    Some('!') if self.cursor.ahead(1) != Some('=') => return Ok(tokens),
                    Some(_) => {}
                }
            }
            let Some(token) = self.next()? else { return Ok(tokens) };
            tokens.push(token);
        }
    }

    /// Reads the format of a field.
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
                Some(_) if self.cursor.is_next(quotes) => return Ok(()),
                Some(_) => {
                    self.cursor.advance();
                }
            }
        }
    }
}
