//! Splits an expression into tokens, by the rules of Python 3.13's tokenizer.

use std::rc::Rc;

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::Value;

use super::cursor::Cursor;
use super::token::{Token, TokenKind, Tokens};
use super::{escapes, identifier, number};

/// All operators and delimiters of Python; a longer one precedes its own prefixes.
const SYMBOLS: [&str; 48] = [
    "**=", "//=", ">>=", "<<=", "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "<>", ":=",
    "->", "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "(", ")",
    "[", "]", "{", "}", ",", ".", "<", ">", "=", "&", "|", "^", "~", ":", ";", "@",
];

/// All keywords of Python 3.13.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Python's error for a continued line at the end of the text.
const UNEXPECTED_END: &str = "unexpected EOF while parsing";

/// The deepest nesting of brackets (`MAXLEVEL` in `Parser/lexer/state.h` of `CPython` 3.13).
const MAX_DEPTH: usize = 200;

/// Splits an expression into tokens.
pub(super) fn tokens(text: &str) -> Result<Tokens, EvalError> {
    if text.contains('\0') {
        let why = "source code string cannot contain null bytes";
        return Err(EvalError::Syntax(why.to_owned()));
    }
    let mut lexer = Lexer { cursor: Cursor::new(text), brackets: Vec::new() };
    let mut list = Vec::new();
    lexer.indentation()?;
    while let Some(token) = lexer.next()? {
        let ends_line = matches!(token.kind, TokenKind::Newline);
        list.push(token);
        if ends_line {
            lexer.indentation()?;
        }
    }
    Ok(Tokens { list, unclosed: lexer.brackets.last().copied(), end: lexer.cursor.line })
}

/// Reads one token after the other.
pub(super) struct Lexer {
    pub(super) cursor: Cursor,
    /// The open brackets with their lines.
    pub(super) brackets: Vec<(char, usize)>,
}

impl Lexer {
    /// Skips empty lines; other lines must not be indented.
    fn indentation(&mut self) -> Result<(), EvalError> {
        let mut column = 0_usize;
        loop {
            match self.cursor.peek() {
                Some(' ' | '\t') => column = column.saturating_add(1),
                Some('\u{c}' | '\n') => column = 0,
                Some('#') => {
                    self.cursor.take_while(|it| it != '\n');
                    // The spaces before a comment do not count.
                    column = 0;
                    continue;
                }
                Some('\\') if self.cursor.ahead(1) == Some('\n') => {
                    if self.cursor.ahead(2).is_none() {
                        return Err(self.cursor.wrong(UNEXPECTED_END));
                    }
                    self.cursor.advance();
                }
                // Spaces count even at the end of the text.
                Some(_) | None if column > 0 => return Err(self.cursor.wrong("unexpected indent")),
                Some(_) | None => return Ok(()),
            }
            self.cursor.advance();
        }
    }

    /// Reads the next token.
    pub(super) fn next(&mut self) -> Result<Option<Token>, EvalError> {
        self.skip_space()?;
        let line = self.cursor.line;
        let Some(first) = self.cursor.peek() else { return Ok(None) };
        let after = self.cursor.ahead(1);
        let kind = match first {
            '\n' => {
                self.cursor.advance();
                TokenKind::Newline
            }
            '0'..='9' => TokenKind::Number(number::number(&mut self.cursor)?),
            '.' if after.is_some_and(|it| it.is_ascii_digit()) => {
                TokenKind::Number(number::number(&mut self.cursor)?)
            }
            '\'' | '"' => self.quoted("")?,
            it if identifier::is_part(it) => self.word()?,
            _ => TokenKind::Symbol(self.symbol(first)?),
        };
        Ok(Some(Token { kind, line }))
    }

    /// Skips spaces, comments and continued lines, inside of brackets also line breaks.
    pub(super) fn skip_space(&mut self) -> Result<(), EvalError> {
        loop {
            match self.cursor.peek() {
                Some(' ' | '\t' | '\u{c}') => {}
                Some('\n') if !self.brackets.is_empty() => {}
                Some('#') => {
                    self.cursor.take_while(|it| it != '\n');
                    continue;
                }
                Some('\\') => {
                    if self.cursor.ahead(1) != Some('\n') {
                        let why = "unexpected character after line continuation character";
                        return Err(self.cursor.wrong(why));
                    }
                    self.cursor.advance();
                    if self.cursor.ahead(1).is_none() {
                        return Err(self.cursor.wrong(UNEXPECTED_END));
                    }
                }
                Some(_) | None => return Ok(()),
            }
            self.cursor.advance();
        }
    }

    /// Reads a name, a keyword, or a literal in quotes with a prefix.
    fn word(&mut self) -> Result<TokenKind, EvalError> {
        if let Some(prefix) = self.prefix() {
            return self.quoted(&prefix);
        }
        let written = self.cursor.take_while(identifier::is_part);
        if let Some(keyword) = KEYWORDS.iter().find(|it| **it == written) {
            return Ok(TokenKind::Keyword(keyword));
        }
        let name = identifier::normal(&written).map_err(|why| self.cursor.wrong(&why))?;
        Ok(TokenKind::Name(name))
    }

    /// Takes the prefix of a literal in quotes, such as `rb`.
    fn prefix(&mut self) -> Option<String> {
        let length =
            [1, 2].into_iter().find(|it| matches!(self.cursor.ahead(*it), Some('\'' | '"')))?;
        let written: String = (0..length).filter_map(|at| self.cursor.ahead(at)).collect();
        let prefix = written.to_ascii_lowercase();
        let is_prefix = ["r", "u", "b", "f", "br", "rb", "fr", "rf"].contains(&prefix.as_str());
        (is_prefix && self.cursor.take_text(&written)).then_some(prefix)
    }

    /// Reads a literal; the cursor is at the quote.
    fn quoted(&mut self, prefix: &str) -> Result<TokenKind, EvalError> {
        let raw = prefix.contains('r');
        if prefix.contains('f') {
            return Ok(TokenKind::Formatted(self.formatted(raw)?));
        }
        let body = self.body()?;
        let value = match (prefix.contains('b'), raw) {
            (true, true) => Value::Bytes(Rc::from(escapes::raw_bytes(&body, &self.cursor)?)),
            (true, false) => Value::Bytes(Rc::from(escapes::bytes(&body, &self.cursor)?)),
            (false, true) => Value::text(&body),
            (false, false) => Value::Text(Rc::from(escapes::text(&body, &self.cursor)?)),
        };
        Ok(TokenKind::Quoted(value))
    }

    /// Takes the opening quotes.
    pub(super) fn quotes(&mut self) -> String {
        let quote = self.cursor.peek().unwrap_or('"').to_string();
        let three = quote.repeat(3);
        let quotes = if self.cursor.is_next(&three) { three } else { quote };
        self.cursor.take_text(&quotes);
        quotes
    }

    /// Reads the text between quotes, with its escapes.
    fn body(&mut self) -> Result<String, EvalError> {
        let start = self.cursor.line;
        let quotes = self.quotes();
        let mut body = String::new();
        loop {
            if self.cursor.take_text(&quotes) {
                return Ok(body);
            }
            let escape = self.cursor.peek() == Some('\\');
            if escape {
                body.extend(self.cursor.advance());
            }
            match self.cursor.peek() {
                Some('\n') if !escape && quotes.len() == 1 => break,
                Some(_) => body.extend(self.cursor.advance()),
                None => break,
            }
        }
        Err(unterminated("string", &quotes, start, self.cursor.line))
    }

    fn symbol(&mut self, first: char) -> Result<&'static str, EvalError> {
        let line = self.cursor.line;
        let Some(symbol) = SYMBOLS.iter().find(|symbol| self.cursor.take_text(symbol)) else {
            let why = if first.is_ascii_graphic() {
                "invalid syntax".to_owned()
            } else {
                identifier::invalid(first)
            };
            return Err(self.cursor.wrong(&why));
        };
        match first {
            '(' | '[' | '{' => {
                if self.brackets.len() >= MAX_DEPTH {
                    return Err(self.cursor.wrong("too many nested parentheses"));
                }
                self.brackets.push((first, line));
            }
            ')' | ']' | '}' => self.close(first)?,
            _ => {}
        }
        Ok(symbol)
    }

    fn close(&mut self, bracket: char) -> Result<(), EvalError> {
        let Some((open, line)) = self.brackets.pop() else {
            return Err(self.cursor.wrong(&format!("unmatched '{bracket}'")));
        };
        if matches!((open, bracket), ('(', ')') | ('[', ']') | ('{', '}')) {
            return Ok(());
        }
        let mut why =
            format!("closing parenthesis '{bracket}' does not match opening parenthesis '{open}'");
        if line != self.cursor.line {
            why.push_str(&format!(" on line {line}"));
        }
        Err(self.cursor.wrong(&why))
    }
}

/// Returns Python's error for missing closing quotes.
pub(super) fn unterminated(what: &str, quotes: &str, start: usize, end: usize) -> EvalError {
    let triple = if quotes.len() == 3 { "triple-quoted " } else { "" };
    EvalError::syntax(
        &format!("unterminated {triple}{what} literal (detected at line {end})"),
        start,
    )
}
