//! From words to a tree, by Python's rules of precedence.
//! May not calculate anything.

use super::error::EvalError;
use super::token::{ExpressionToken, invalid_syntax, tokenize};
use super::value::CalculatorValue;

/// How deep brackets and signs may stand in each other.
const MAX_DEPTH: usize = 100;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A number, a text, True, False or None.
    Constant(CalculatorValue),
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
    let mut parser = Parser { tokens: tokenize(text)?, position: 0, depth: 0 };
    let (mut items, commas) = parser.items(None)?;
    if parser.peek().is_some() {
        return Err(invalid_syntax());
    }
    match (items.pop(), commas) {
        (Some(only), 0) => Ok(only),
        (Some(last), _) => {
            items.push(last);
            Ok(Expression::List(items))
        }
        (None, _) => Err(invalid_syntax()),
    }
}

struct Parser {
    tokens: Vec<ExpressionToken>,
    position: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&ExpressionToken> {
        self.tokens.get(self.position)
    }

    fn peek_symbol(&self) -> Option<&'static str> {
        match self.peek() {
            Some(ExpressionToken::Symbol(sign)) => Some(sign),
            Some(ExpressionToken::Constant(_) | ExpressionToken::Name(_)) | None => None,
        }
    }

    fn accept(&mut self, sign: &str) -> bool {
        let there = self.peek_symbol() == Some(sign);
        self.position = self.position.saturating_add(usize::from(there));
        there
    }

    /// Expressions between commas up to a closing sign, which is taken; with the count of commas.
    fn items(&mut self, end: Option<&str>) -> Result<(Vec<Expression>, usize), EvalError> {
        let mut items = Vec::new();
        let mut commas = 0_usize;
        loop {
            if end.is_some_and(|end| self.accept(end)) {
                return Ok((items, commas));
            }
            if end.is_none() && self.peek().is_none() {
                return Ok((items, commas));
            }
            items.push(self.expression()?);
            if self.accept(",") {
                commas = commas.saturating_add(1);
                continue;
            }
            return match end {
                Some(end) if !self.accept(end) => Err(self.unexpected()),
                Some(_) | None => Ok((items, commas)),
            };
        }
    }

    fn expression(&mut self) -> Result<Expression, EvalError> {
        self.enter_nesting()?;
        let sum = self.sum();
        self.depth = self.depth.saturating_sub(1);
        let sum = sum?;
        match self.unsupported_operator() {
            Some(what) => Err(EvalError::unsafe_operation(what)),
            None => Ok(sum),
        }
    }

    fn enter_nesting(&mut self) -> Result<(), EvalError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(EvalError::Syntax("too many nested parentheses".to_owned()));
        }
        Ok(())
    }

    fn sum(&mut self) -> Result<Expression, EvalError> {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek_symbol() {
                Some("+") => Operator::Add,
                Some("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.position = self.position.saturating_add(1);
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, EvalError> {
        let mut left = self.unary()?;
        loop {
            let operator = match self.peek_symbol() {
                Some("*") => Operator::Multiply,
                Some("/") => Operator::Divide,
                Some("%") => Operator::Modulo,
                _ => return Ok(left),
            };
            self.position = self.position.saturating_add(1);
            left = Expression::Binary(operator, Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Expression, EvalError> {
        let wrap: fn(Box<Expression>) -> Expression = match self.peek_symbol() {
            Some("-") => Expression::Minus,
            Some("+") => Expression::Plus,
            Some("~") => return Err(EvalError::unsafe_operation("UnaryOp")),
            _ => return self.power(),
        };
        self.position = self.position.saturating_add(1);
        self.enter_nesting()?;
        let operand = self.unary();
        self.depth = self.depth.saturating_sub(1);
        Ok(wrap(Box::new(operand?)))
    }

    fn power(&mut self) -> Result<Expression, EvalError> {
        let base = self.atom()?;
        if !self.accept("**") {
            return Ok(base);
        }
        self.enter_nesting()?;
        let exponent = self.unary();
        self.depth = self.depth.saturating_sub(1);
        Ok(Expression::Binary(Operator::Power, Box::new(base), Box::new(exponent?)))
    }

    fn atom(&mut self) -> Result<Expression, EvalError> {
        let token = self.peek().cloned().ok_or_else(invalid_syntax)?;
        self.position = self.position.saturating_add(1);
        let atom = match token {
            ExpressionToken::Constant(CalculatorValue::Text(text)) => self.adjacent_texts(text),
            ExpressionToken::Constant(value) => Expression::Constant(value),
            ExpressionToken::Name(name) => self.name_or_call(name)?,
            ExpressionToken::Symbol("(") => {
                let (mut items, commas) = self.items(Some(")"))?;
                match (items.pop(), commas) {
                    (Some(only), 0) => only,
                    (last, _) => {
                        items.extend(last);
                        Expression::List(items)
                    }
                }
            }
            ExpressionToken::Symbol("[") => Expression::List(self.items(Some("]"))?.0),
            ExpressionToken::Symbol(_) => return Err(invalid_syntax()),
        };
        match self.peek_symbol() {
            Some("[") => Err(EvalError::unsafe_operation("Subscript")),
            Some(".") => Err(EvalError::unsafe_operation("Attribute")),
            Some("(") => Err(EvalError::unsafe_operation("Call")),
            _ => Ok(atom),
        }
    }

    /// Texts side by side are one.
    fn adjacent_texts(&mut self, mut text: String) -> Expression {
        while let Some(ExpressionToken::Constant(CalculatorValue::Text(more))) = self.peek() {
            text.push_str(more);
            self.position = self.position.saturating_add(1);
        }
        Expression::Constant(CalculatorValue::Text(text))
    }

    fn name_or_call(&mut self, name: String) -> Result<Expression, EvalError> {
        Ok(match name.as_str() {
            "True" => Expression::Constant(CalculatorValue::Bool(true)),
            "False" => Expression::Constant(CalculatorValue::Bool(false)),
            "None" => Expression::Constant(CalculatorValue::None),
            "not" => return Err(EvalError::unsafe_operation("UnaryOp")),
            "lambda" => return Err(EvalError::unsafe_operation("Lambda")),
            _ if self.accept("(") => Expression::Call(name, self.items(Some(")"))?.0),
            _ => Expression::Name(name),
        })
    }

    /// What stands behind an operand and is Python, but not allowed here.
    fn unsupported_operator(&self) -> Option<&'static str> {
        match self.peek()? {
            ExpressionToken::Symbol("//" | "<<" | ">>" | "&" | "|" | "^") => Some("BinOp"),
            ExpressionToken::Symbol("<" | ">" | "<=" | ">=" | "==" | "!=") => Some("Compare"),
            ExpressionToken::Symbol("=") => Some("keyword"),
            ExpressionToken::Name(name) => match name.as_str() {
                "and" | "or" => Some("BoolOp"),
                "in" | "is" | "not" => Some("Compare"),
                "if" => Some("IfExp"),
                "for" => Some("GeneratorExp"),
                _ => None,
            },
            ExpressionToken::Symbol(_) | ExpressionToken::Constant(_) => None,
        }
    }

    fn unexpected(&self) -> EvalError {
        match self.peek() {
            Some(_) => invalid_syntax(),
            None => EvalError::Syntax("'(' was never closed (<unknown>, line 1)".to_owned()),
        }
    }
}
