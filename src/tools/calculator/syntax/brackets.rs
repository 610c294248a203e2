//! Parses atoms: names, literals and everything in brackets.

use std::rc::Rc;

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::Value;

use super::parser::Parser;
use super::token::TokenKind;
use super::tree::Node;

impl Parser<'_> {
    /// Parses a name, a literal, or anything in brackets.
    pub(super) fn atom(&mut self) -> Result<Node, EvalError> {
        let Some(kind) = self.ahead(0) else { return Err(self.invalid()) };
        let node = match kind {
            TokenKind::Number(value) => Node::Constant(value.clone()),
            TokenKind::Name(name) => Node::Name(name.clone()),
            TokenKind::Quoted(_) | TokenKind::Formatted(_) => return self.quoted(),
            TokenKind::Keyword("True") => Node::Constant(Value::Bool(true)),
            TokenKind::Keyword("False") => Node::Constant(Value::Bool(false)),
            TokenKind::Keyword("None") => Node::Constant(Value::None),
            TokenKind::Symbol("...") => Node::Constant(Value::Ellipsis),
            TokenKind::Symbol("(") => {
                self.advance();
                return self.parenthesis();
            }
            TokenKind::Symbol("[") => {
                self.advance();
                return self.list();
            }
            TokenKind::Symbol("{") => {
                self.advance();
                return self.braces();
            }
            TokenKind::Keyword(_) | TokenKind::Symbol(_) | TokenKind::Newline => {
                return Err(self.invalid());
            }
        };
        self.advance();
        Ok(node)
    }

    /// Joins adjacent literals; texts and bytes do not mix.
    fn quoted(&mut self) -> Result<Node, EvalError> {
        let (mut text, mut bytes) = (Vec::new(), Vec::new());
        let (mut is_text, mut is_bytes, mut is_formatted) = (false, false, false);
        while let Some(kind) = self.ahead(0) {
            match kind {
                TokenKind::Quoted(Value::Text(more)) => {
                    is_text = true;
                    text.extend_from_slice(more);
                }
                TokenKind::Quoted(Value::Bytes(more)) => {
                    is_bytes = true;
                    bytes.extend_from_slice(more);
                }
                TokenKind::Formatted(fields) => {
                    (is_text, is_formatted) = (true, true);
                    fields.iter().try_for_each(|field| self.check_field(field))?;
                }
                _ => break,
            }
            if is_text && is_bytes {
                return Err(self.invalid());
            }
            self.advance();
        }
        Ok(match (is_formatted, is_bytes) {
            (true, _) => Node::Forbidden("JoinedStr"),
            (false, true) => Node::Constant(Value::Bytes(Rc::from(bytes))),
            (false, false) => Node::Constant(Value::Text(Rc::from(text))),
        })
    }

    fn parenthesis(&mut self) -> Result<Node, EvalError> {
        if self.take(")") {
            return Ok(Node::Tuple(Vec::new()));
        }
        if self.keyword() == Some("yield") {
            let node = self.yielded()?;
            self.expect(")")?;
            return Ok(node);
        }
        let first = self.item()?;
        let starred = is_starred(&first);
        if self.symbol() == Some(",") {
            return Ok(Node::Tuple(self.items(first, ")")?));
        }
        if starred {
            return Err(self.invalid());
        }
        if self.loops()? {
            self.expect(")")?;
            return Ok(Node::Forbidden("GeneratorExp"));
        }
        self.expect(")")?;
        Ok(first)
    }

    fn list(&mut self) -> Result<Node, EvalError> {
        if self.take("]") {
            return Ok(Node::List(Vec::new()));
        }
        let first = self.item()?;
        if !is_starred(&first) && self.loops()? {
            self.expect("]")?;
            return Ok(Node::Forbidden("ListComp"));
        }
        Ok(Node::List(self.items(first, "]")?))
    }

    /// A dictionary or a set.
    fn braces(&mut self) -> Result<Node, EvalError> {
        if self.take("}") {
            return Ok(Node::Forbidden("Dict"));
        }
        if self.symbol() == Some("**") {
            self.pair()?;
            return self.pairs();
        }
        let named = self.is_named();
        let first = self.item()?;
        let starred = is_starred(&first);
        if named || starred || self.symbol() != Some(":") {
            if !starred && self.loops()? {
                self.expect("}")?;
                return Ok(Node::Forbidden("SetComp"));
            }
            self.items(first, "}")?;
            return Ok(Node::Forbidden("Set"));
        }
        self.advance();
        self.expression()?;
        if self.loops()? {
            self.expect("}")?;
            return Ok(Node::Forbidden("DictComp"));
        }
        self.pairs()
    }

    /// Parses the pairs after the first up to the closing bracket.
    fn pairs(&mut self) -> Result<Node, EvalError> {
        while self.take(",") && self.symbol() != Some("}") {
            self.pair()?;
        }
        self.expect("}")?;
        Ok(Node::Forbidden("Dict"))
    }

    fn pair(&mut self) -> Result<(), EvalError> {
        if self.take("**") {
            self.operands()?;
            return Ok(());
        }
        self.expression()?;
        self.expect(":")?;
        self.expression()?;
        Ok(())
    }

    /// Parses the items after the first up to the closing bracket.
    fn items(&mut self, first: Node, end: &str) -> Result<Vec<Node>, EvalError> {
        let mut items = vec![first];
        while self.take(",") && self.symbol() != Some(end) {
            items.push(self.item()?);
        }
        self.expect(end)?;
        Ok(items)
    }

    /// `*a`, `a := b` or an expression.
    fn item(&mut self) -> Result<Node, EvalError> {
        if self.take("*") {
            self.operands()?;
            return Ok(Node::Forbidden("Starred"));
        }
        self.named_expression()
    }

    /// `a := b` or an expression.
    pub(super) fn named_expression(&mut self) -> Result<Node, EvalError> {
        if !self.is_named() {
            return self.expression();
        }
        self.advance();
        self.advance();
        self.expression()?;
        Ok(Node::Forbidden("NamedExpr"))
    }

    /// Returns whether `a :=` is next.
    pub(super) fn is_named(&self) -> bool {
        matches!(
            (self.ahead(0), self.ahead(1)),
            (Some(TokenKind::Name(_)), Some(TokenKind::Symbol(":=")))
        )
    }

    /// Parses expressions separated by commas, each with or without a star.
    pub(super) fn star_expressions(&mut self) -> Result<(), EvalError> {
        loop {
            if self.take("*") {
                self.operands()?;
            } else {
                self.expression()?;
            }
            if !self.take(",") || matches!(self.symbol(), Some(")")) || self.ahead(0).is_none() {
                return Ok(());
            }
        }
    }

    /// `yield a, b` or `yield from a`
    pub(super) fn yielded(&mut self) -> Result<Node, EvalError> {
        self.expect_word("yield")?;
        if self.take_word("from") {
            self.expression()?;
            return Ok(Node::Forbidden("YieldFrom"));
        }
        if self.symbol() != Some(")") && self.ahead(0).is_some() {
            self.star_expressions()?;
        }
        Ok(Node::Forbidden("Yield"))
    }

    /// Parses any number of `for a in b if c`; returns whether there was one.
    pub(super) fn loops(&mut self) -> Result<bool, EvalError> {
        let mut any = false;
        loop {
            if self.take_word("async") {
                self.expect_word("for")?;
            } else if !self.take_word("for") {
                return Ok(any);
            }
            any = true;
            self.targets()?;
            self.expect_word("in")?;
            self.disjunction()?;
            while self.take_word("if") {
                self.disjunction()?;
            }
        }
    }

    fn targets(&mut self) -> Result<(), EvalError> {
        loop {
            self.take("*");
            if !is_target(&self.operands()?) {
                return Err(self.invalid());
            }
            if !self.take(",") || self.keyword() == Some("in") {
                return Ok(());
            }
        }
    }
}

fn is_starred(node: &Node) -> bool {
    matches!(node, Node::Forbidden("Starred"))
}

/// Returns whether a loop may assign to a node.
fn is_target(node: &Node) -> bool {
    match node {
        Node::Name(_) | Node::Forbidden("Attribute" | "Subscript" | "Starred") => true,
        Node::List(items) | Node::Tuple(items) => items.iter().all(is_target),
        Node::Constant(_)
        | Node::Signed(..)
        | Node::Binary(..)
        | Node::Call(..)
        | Node::Forbidden(_) => false,
    }
}
