//! The calculator: an expression in, its exact value out, as the web app's own calculator has it.
//! Must not run code or take long: it knows Python's constants, six operators and seven functions,
//! and counts what it spends.
//!
//! The grammar, functions, results and errors are those of Python 3.13, because the web app's tool
//! is written in it and a chat may use either. No crate evaluates that: those alive know machine
//! numbers or units. Big numbers are num-bigint's.

mod budget;
mod check;
mod compare;
mod error;
mod evaluate;
mod format;
mod functions;
mod operators;
mod syntax;
mod values;

use serde_json::{Value as Json, json};

use super::tool::Tool;
use super::tool_output::{ToolOutput, failed};

use budget::Budget;
use error::EvalError;
use values::Value;
pub use values::json_text;

/// The longest expression, in characters.
const MAX_EXPRESSION_BYTES: usize = 1000;

/// The calculator.
#[derive(Debug, Clone, Copy)]
pub struct Calculator;

impl Tool for Calculator {
    fn name(&self) -> &'static str {
        "calculator"
    }

    fn description(&self) -> &'static str {
        "Evaluates an arithmetic expression exactly. Operators: + - * / % ** and parentheses. \
         Functions: abs, min, max, round, sum, pow, sqrt. Whole numbers of any size stay exact."
    }

    fn parameters(&self) -> Json {
        json!({
            "type": "object",
            "properties": { "expression": {
                "type": "string",
                "description": "The expression, for example (2 + 3) * sqrt(16)",
            } },
            "required": ["expression"],
            "additionalProperties": false,
        })
    }

    fn run(&self, input: &Json) -> ToolOutput {
        match input.get("expression") {
            Some(Json::String(expression)) => answer(expression, calculate(expression)),
            None => answer("", Err(EvalError::syntax("invalid syntax", 0))),
            Some(other) => refuse(other),
        }
    }
}

/// A result as JSON and for people.
struct Calculated {
    json: String,
    shown: String,
}

/// The value of an expression.
fn calculate(expression: &str) -> Result<Calculated, EvalError> {
    check_length(expression)?;
    let tree = syntax::parse(expression)?;
    check::check(&tree)?;
    let mut budget = Budget::default();
    let mut value = evaluate::evaluate(&tree, &mut budget)?;
    if let Value::Float(it) = value {
        // The web app turns what is no finite number into a word, but only outside of lists.
        value = values::word(it).map_or(value, Value::text);
    }
    values::check(&value, &mut budget)?;
    let mut json = String::new();
    values::push_json(&value, &mut json)?;
    let shown = values::shown(&value, &mut budget)?;
    Ok(Calculated { json, shown: shown.into_iter().filter_map(char::from_u32).collect() })
}

fn check_length(expression: &str) -> Result<(), EvalError> {
    let mut wrong = Vec::new();
    if expression.chars().count() > MAX_EXPRESSION_BYTES {
        wrong.push("Expression too long (max 1000 characters)");
    }
    // Python counts four more control characters as white space.
    if expression.chars().all(|it| it.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&it)) {
        wrong.push("Expression cannot be empty");
    }
    if wrong.is_empty() { Ok(()) } else { Err(EvalError::Input(wrong.join("; "))) }
}

fn answer(expression: &str, result: Result<Calculated, EvalError>) -> ToolOutput {
    let mut output = String::new();
    let (success, output_display) = match result {
        Ok(it) => {
            output.push_str("{\"success\": true, \"result\": ");
            output.push_str(&it.json);
            (true, it.shown)
        }
        Err(wrong) => {
            let sentence = wrong.sentence();
            output.push_str("{\"success\": false, \"error\": ");
            json_text(&sentence, &mut output);
            (false, format!("Error: {sentence}"))
        }
    };
    output.push_str(", \"expression\": ");
    json_text(expression, &mut output);
    output.push('}');
    ToolOutput { success, output, input_display: expression.to_owned(), output_display }
}

/// What the web app makes of an expression that is no text.
fn refuse(expression: &Json) -> ToolOutput {
    let why = match expression {
        Json::Array(items) if items.is_empty() => None,
        Json::Object(items) if items.is_empty() => None,
        Json::Array(_) => Some("'list' object has no attribute 'strip'"),
        Json::Object(_) => Some("'dict' object has no attribute 'strip'"),
        Json::Null => Some("object of type 'NoneType' has no len()"),
        Json::Bool(_) => Some("object of type 'bool' has no len()"),
        Json::Number(it) if it.is_f64() => Some("object of type 'float' has no len()"),
        Json::Number(_) | Json::String(_) => Some("object of type 'int' has no len()"),
    };
    let Some(why) = why else {
        let why = "Expression cannot be empty";
        let output =
            format!("{{\"success\": false, \"error\": \"{why}\", \"expression\": {expression}}}");
        let output_display = format!("Error: {why}");
        return ToolOutput {
            success: false,
            output,
            input_display: expression.to_string(),
            output_display,
        };
    };
    ToolOutput { input_display: expression.to_string(), ..failed("calculator", why) }
}

#[cfg(test)]
mod tests;
