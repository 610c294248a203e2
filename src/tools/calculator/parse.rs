//! From words to a tree, by Python's rules of precedence.
//! May not calculate anything.

use super::error::EvalError;
use super::token::{Token, invalid, tokens};
use super::value::Value;

/// How deep brackets and signs may stand in each other.
const DEEPEST: usize = 100;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A number, a text, True, False or None.
    Constant(Value),
    /// A name that is no function's.
    Name(String),
    /// `-x`
    Minus(Box<Self>),
    /// `+x`
    Plus(Box<Self>),
    /// Two operands.
    Binary(Operator, Box<Self>, Box<Self>),
    /// `[a, b]` and `(a, b)`.
    List(Vec<Self>),
    /// `name(a, b)`
    Call(String, Vec<Self>),
}

/// What is done with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `**`
    Power,
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expression, EvalError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let (mut items, commas) = parser.items(None)?;
    if parser.peek().is_some() {
        return Err(invalid());
    }
    match (items.pop(), commas) {
        (Some(only), 0) => Ok(only),
        (Some(last), _) => {
            items.push(last);
            Ok(Expression::List(items))
        }
        (None, _) => Err(invalid()),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn sign(&self) -> Option<&'static str> {
        match self.peek() {
            Some(Token::Sign(sign)) => Some(sign),
            Some(Token::Constant(_) | Token::Name(_)) | None => None,
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let there = self.sign() == Some(sign);
        self.at = self.at.saturating_add(usize::from(there));
        there
    }

    /// Expressions between commas up to a closing sign, which is taken; with the count of commas.
    fn items(&mut self, end: Option<&str>) -> Result<(Vec<Expression>, usize), EvalError> {
        let mut items = Vec::new();
        let mut commas = 0_usize;
        loop {
            if end.is_some_and(|end| self.take(end)) {
                return Ok((items, commas));
            }
            if end.is_none() && self.peek().is_none() {
                return Ok((items, commas));
            }
            items.push(self.expression()?);
            if self.take(",") {
                commas = commas.saturating_add(1);
                continue;
            }
            return match end {
                Some(end) if !self.take(end) => Err(self.unexpected()),
                Some(_) | None => Ok((items, commas)),
            };
        }
    }

    fn expression(&mut self) -> Result<Expression, EvalError> {
        self.deeper()?;
        let sum = self.sum();
        self.depth = self.depth.saturating_sub(1);
        let sum = sum?;
        match self.forbidden() {
            Some(what) => Err(EvalError::unsafe_operation(what)),
            None => Ok(sum),
        }
    }

    fn deeper(&mut self) -> Result<(), EvalError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST {
            return Err(EvalError::Syntax("too many nested parentheses".to_owned()));
        }
        Ok(())
    }

    fn sum(&mut self) -> Result<Expression, EvalError> {
        let mut left = self.product()?;
        loop {
            let operator = match self.sign() {
                Some("+") => Operator::Add,
                Some("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.at = self.at.saturating_add(1);
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, EvalError> {
        let mut left = self.signed()?;
        loop {
            let operator = match self.sign() {
                Some("*") => Operator::Multiply,
                Some("/") => Operator::Divide,
                Some("%") => Operator::Modulo,
                _ => return Ok(left),
            };
            self.at = self.at.saturating_add(1);
            left = Expression::Binary(operator, Box::new(left), Box::new(self.signed()?));
        }
    }

    fn signed(&mut self) -> Result<Expression, EvalError> {
        let wrap: fn(Box<Expression>) -> Expression = match self.sign() {
            Some("-") => Expression::Minus,
            Some("+") => Expression::Plus,
            Some("~") => return Err(EvalError::unsafe_operation("UnaryOp")),
            _ => return self.power(),
        };
        self.at = self.at.saturating_add(1);
        self.deeper()?;
        let operand = self.signed();
        self.depth = self.depth.saturating_sub(1);
        Ok(wrap(Box::new(operand?)))
    }

    fn power(&mut self) -> Result<Expression, EvalError> {
        let base = self.atom()?;
        if !self.take("**") {
            return Ok(base);
        }
        self.deeper()?;
        let exponent = self.signed();
        self.depth = self.depth.saturating_sub(1);
        Ok(Expression::Binary(Operator::Power, Box::new(base), Box::new(exponent?)))
    }

    fn atom(&mut self) -> Result<Expression, EvalError> {
        let token = self.peek().cloned().ok_or_else(invalid)?;
        self.at = self.at.saturating_add(1);
        let atom = match token {
            Token::Constant(Value::Text(text)) => self.texts(text),
            Token::Constant(value) => Expression::Constant(value),
            Token::Name(name) => self.named(name)?,
            Token::Sign("(") => {
                let (mut items, commas) = self.items(Some(")"))?;
                match (items.pop(), commas) {
                    (Some(only), 0) => only,
                    (last, _) => {
                        items.extend(last);
                        Expression::List(items)
                    }
                }
            }
            Token::Sign("[") => Expression::List(self.items(Some("]"))?.0),
            Token::Sign(_) => return Err(invalid()),
        };
        match self.sign() {
            Some("[") => Err(EvalError::unsafe_operation("Subscript")),
            Some(".") => Err(EvalError::unsafe_operation("Attribute")),
            Some("(") => Err(EvalError::unsafe_operation("Call")),
            _ => Ok(atom),
        }
    }

    /// Texts side by side are one.
    fn texts(&mut self, mut text: String) -> Expression {
        while let Some(Token::Constant(Value::Text(more))) = self.peek() {
            text.push_str(more);
            self.at = self.at.saturating_add(1);
        }
        Expression::Constant(Value::Text(text))
    }

    fn named(&mut self, name: String) -> Result<Expression, EvalError> {
        Ok(match name.as_str() {
            "True" => Expression::Constant(Value::Bool(true)),
            "False" => Expression::Constant(Value::Bool(false)),
            "None" => Expression::Constant(Value::None),
            "not" => return Err(EvalError::unsafe_operation("UnaryOp")),
            "lambda" => return Err(EvalError::unsafe_operation("Lambda")),
            _ if self.take("(") => Expression::Call(name, self.items(Some(")"))?.0),
            _ => Expression::Name(name),
        })
    }

    /// What stands behind an operand and is Python, but not allowed here.
    fn forbidden(&self) -> Option<&'static str> {
        match self.peek()? {
            Token::Sign("//" | "<<" | ">>" | "&" | "|" | "^") => Some("BinOp"),
            Token::Sign("<" | ">" | "<=" | ">=" | "==" | "!=") => Some("Compare"),
            Token::Sign("=") => Some("keyword"),
            Token::Name(name) => match name.as_str() {
                "and" | "or" => Some("BoolOp"),
                "in" | "is" | "not" => Some("Compare"),
                "if" => Some("IfExp"),
                "for" => Some("GeneratorExp"),
                _ => None,
            },
            Token::Sign(_) | Token::Constant(_) => None,
        }
    }

    fn unexpected(&self) -> EvalError {
        match self.peek() {
            Some(_) => invalid(),
            None => EvalError::Syntax("'(' was never closed (<unknown>, line 1)".to_owned()),
        }
    }
}
