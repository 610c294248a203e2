//! Parses arguments and subscripts.

use crate::tools::calculator::error::EvalError;

use super::parser::Parser;
use super::token::TokenKind;
use super::tree::Node;

impl Parser<'_> {
    /// Parses arguments up to the closing bracket; keyword arguments are last, as in Python's tree.
    pub(super) fn arguments(&mut self) -> Result<Vec<Node>, EvalError> {
        let (mut values, mut keywords) = (Vec::new(), Vec::new());
        let mut unpacked = false;
        while !self.take(")") {
            if self.take("**") {
                unpacked = true;
                self.expression()?;
                keywords.push(Node::Forbidden("keyword"));
            } else if self.take("*") {
                if unpacked {
                    return Err(self.invalid());
                }
                self.expression()?;
                values.push(Node::Forbidden("Starred"));
            } else if self.is_keyword_argument() {
                self.advance();
                self.advance();
                self.expression()?;
                keywords.push(Node::Forbidden("keyword"));
            } else {
                let value = self.named_expression()?;
                let only = values.is_empty() && keywords.is_empty();
                if self.loops()? {
                    if !only || !self.take(")") {
                        return Err(self.invalid());
                    }
                    return Ok(vec![Node::Forbidden("GeneratorExp")]);
                }
                if !keywords.is_empty() {
                    return Err(self.invalid());
                }
                values.push(value);
            }
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        values.extend(keywords);
        Ok(values)
    }

    fn is_keyword_argument(&self) -> bool {
        matches!(
            (self.ahead(0), self.ahead(1)),
            (Some(TokenKind::Name(_)), Some(TokenKind::Symbol("=")))
        )
    }

    /// Parses the subscript of `a[...]` up to the closing bracket.
    pub(super) fn subscript(&mut self) -> Result<(), EvalError> {
        loop {
            if self.take("*") {
                self.expression()?;
            } else {
                self.slice()?;
            }
            let more = self.take(",");
            if self.take("]") {
                return Ok(());
            }
            if !more {
                return Err(self.invalid());
            }
        }
    }

    /// Parses `a`, `a:b` or `a:b:c`, where each part of the last two is optional.
    fn slice(&mut self) -> Result<(), EvalError> {
        if self.symbol() != Some(":") {
            let named = self.is_named();
            self.named_expression()?;
            if named || self.symbol() != Some(":") {
                return Ok(());
            }
        }
        for _ in 0..2 {
            if self.take(":") && !matches!(self.symbol(), Some(":" | "," | "]")) {
                self.expression()?;
            }
        }
        Ok(())
    }
}
