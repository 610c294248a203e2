//! Parses tokens to a tree, by Python's rules of precedence.

use crate::tools::calculator::error::EvalError;

use super::lexer::tokens;
use super::token::{Token, TokenKind};
use super::tree::{Node, Operator, Sign};

/// The lowest precedence of binary operators, that of `|`.
const LOWEST_PRECEDENCE: u8 = 0;

/// Parses a text that is one expression from its beginning to its end.
pub(in crate::tools::calculator) fn parse(text: &str) -> Result<Node, EvalError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens.list, at: 0, end: tokens.end };
    parser.top().map_err(|error| match tokens.unclosed {
        Some((open, line)) => EvalError::syntax(&format!("'{open}' was never closed"), line),
        None => error,
    })
}

/// The tokens of an expression and the position of the next.
pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    end: usize,
}

impl Parser<'_> {
    pub(super) fn ahead(&self, count: usize) -> Option<&TokenKind> {
        self.tokens.get(self.at.saturating_add(count)).map(|token| &token.kind)
    }

    pub(super) fn symbol(&self) -> Option<&'static str> {
        match self.ahead(0) {
            Some(TokenKind::Symbol(symbol)) => Some(symbol),
            _ => None,
        }
    }

    pub(super) fn keyword(&self) -> Option<&'static str> {
        match self.ahead(0) {
            Some(TokenKind::Keyword(word)) => Some(word),
            _ => None,
        }
    }

    pub(super) fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Takes a symbol if it is next.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let is_next = self.symbol() == Some(symbol);
        self.at = self.at.saturating_add(usize::from(is_next));
        is_next
    }

    /// Takes a keyword if it is next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.keyword() == Some(word);
        self.at = self.at.saturating_add(usize::from(is_next));
        is_next
    }

    /// Takes a symbol that must be next.
    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), EvalError> {
        if self.take(symbol) { Ok(()) } else { Err(self.invalid()) }
    }

    /// Takes a keyword that must be next.
    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), EvalError> {
        if self.take_word(word) { Ok(()) } else { Err(self.invalid()) }
    }

    /// Takes a name if one is next.
    pub(super) fn take_name(&mut self) -> bool {
        let is_next = matches!(self.ahead(0), Some(TokenKind::Name(_)));
        self.at = self.at.saturating_add(usize::from(is_next));
        is_next
    }

    /// Returns the error for an unexpected token.
    pub(super) fn invalid(&self) -> EvalError {
        let line = self.tokens.get(self.at).map_or(self.end, |token| token.line);
        EvalError::syntax("invalid syntax", line)
    }

    fn top(&mut self) -> Result<Node, EvalError> {
        let first = self.expression()?;
        let node = if self.symbol() == Some(",") {
            let mut items = vec![first];
            while self.take(",") && !matches!(self.ahead(0), None | Some(TokenKind::Newline)) {
                items.push(self.expression()?);
            }
            Node::Tuple(items)
        } else {
            first
        };
        while matches!(self.ahead(0), Some(TokenKind::Newline)) {
            self.advance();
        }
        if self.ahead(0).is_some() { Err(self.invalid()) } else { Ok(node) }
    }

    /// Checks a field of an f-string: an expression, several, or `yield`.
    pub(super) fn check_field(&self, tokens: &[Token]) -> Result<(), EvalError> {
        let mut field = Parser { tokens, at: 0, end: self.end };
        if field.keyword() == Some("yield") {
            field.yielded()?;
        } else {
            field.star_expressions()?;
        }
        if field.ahead(0).is_some() { Err(field.invalid()) } else { Ok(()) }
    }

    /// Parses `a if b else c`, a lambda, or an expression of higher precedence.
    pub(super) fn expression(&mut self) -> Result<Node, EvalError> {
        if self.take_word("lambda") {
            self.parameters()?;
            self.expression()?;
            return Ok(Node::Forbidden("Lambda"));
        }
        let value = self.disjunction()?;
        if !self.take_word("if") {
            return Ok(value);
        }
        self.disjunction()?;
        self.expect_word("else")?;
        self.expression()?;
        Ok(Node::Forbidden("IfExp"))
    }

    /// `a or b`
    pub(super) fn disjunction(&mut self) -> Result<Node, EvalError> {
        let mut node = self.inversion()?;
        while self.take_word("or") || self.take_word("and") {
            self.inversion()?;
            node = Node::Forbidden("BoolOp");
        }
        Ok(node)
    }

    fn inversion(&mut self) -> Result<Node, EvalError> {
        let mut signs = Vec::new();
        while self.take_word("not") {
            signs.push(Sign::Not);
        }
        let node = self.comparison()?;
        Ok(if signs.is_empty() { node } else { Node::Signed(signs, Box::new(node)) })
    }

    fn comparison(&mut self) -> Result<Node, EvalError> {
        let mut node = self.operands()?;
        while self.take_comparison()? {
            self.operands()?;
            node = Node::Forbidden("Compare");
        }
        Ok(node)
    }

    fn take_comparison(&mut self) -> Result<bool, EvalError> {
        let symbols = ["==", "!=", "<", "<=", ">", ">="];
        if symbols.iter().any(|symbol| self.take(symbol)) || self.take_word("in") {
            return Ok(true);
        }
        if self.take_word("is") {
            self.take_word("not");
            return Ok(true);
        }
        if self.take_word("not") {
            self.expect_word("in")?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Parses operands of binary operators.
    pub(super) fn operands(&mut self) -> Result<Node, EvalError> {
        self.binary(LOWEST_PRECEDENCE)
    }

    fn binary(&mut self, min_precedence: u8) -> Result<Node, EvalError> {
        let mut left = self.signed()?;
        while let Some((operator, precedence)) = self.symbol().and_then(operator) {
            if precedence < min_precedence {
                break;
            }
            self.advance();
            let right = self.binary(precedence.saturating_add(1))?;
            left = Node::Binary(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Node, EvalError> {
        let mut signs = Vec::new();
        loop {
            signs.push(match self.symbol() {
                Some("+") => Sign::Plus,
                Some("-") => Sign::Minus,
                Some("~") => Sign::Invert,
                _ => break,
            });
            self.advance();
        }
        let node = self.power()?;
        Ok(if signs.is_empty() { node } else { Node::Signed(signs, Box::new(node)) })
    }

    fn power(&mut self) -> Result<Node, EvalError> {
        let awaited = self.take_word("await");
        let mut base = self.primary()?;
        if awaited {
            base = Node::Forbidden("Await");
        }
        if !self.take("**") {
            return Ok(base);
        }
        let exponent = self.signed()?;
        Ok(Node::Binary(Box::new(base), Operator::Power, Box::new(exponent)))
    }

    fn primary(&mut self) -> Result<Node, EvalError> {
        let mut node = self.atom()?;
        loop {
            node = match self.symbol() {
                Some(".") => {
                    self.advance();
                    if !self.take_name() {
                        return Err(self.invalid());
                    }
                    Node::Forbidden("Attribute")
                }
                Some("(") => {
                    self.advance();
                    Node::Call(Box::new(node), self.arguments()?)
                }
                Some("[") => {
                    self.advance();
                    self.subscript()?;
                    Node::Forbidden("Subscript")
                }
                _ => return Ok(node),
            };
        }
    }
}

fn operator(symbol: &str) -> Option<(Operator, u8)> {
    Some(match symbol {
        "|" => (Operator::Forbidden("BitOr"), 0),
        "^" => (Operator::Forbidden("BitXor"), 1),
        "&" => (Operator::Forbidden("BitAnd"), 2),
        "<<" => (Operator::Forbidden("LShift"), 3),
        ">>" => (Operator::Forbidden("RShift"), 3),
        "+" => (Operator::Add, 4),
        "-" => (Operator::Subtract, 4),
        "*" => (Operator::Multiply, 5),
        "/" => (Operator::Divide, 5),
        "%" => (Operator::Modulo, 5),
        "//" => (Operator::Forbidden("FloorDiv"), 5),
        "@" => (Operator::Forbidden("MatMult"), 5),
        _ => return None,
    })
}
