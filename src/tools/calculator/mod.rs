//! The calculator: evaluates an expression exactly, with the results of the web app's calculator.
//!
//! Grammar, functions, results and errors are those of Python 3.13, because the web app's tool is
//! written in it (hcorion/ai-multitool bdc7763, measured 2026-11-29) and a chat may use either. No
//! maintained crate evaluates this grammar with numbers of any size. A budget limits the work.

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
use super::tool_output::{MAX_OUTPUT_BYTES, ToolOutput, failed};

use budget::Budget;
use error::EvalError;
use values::Value;
pub use values::json_text;

/// The longest expression, in characters, as in the web app.
const MAX_EXPRESSION_CHARS: usize = 1000;

/// The tool that models call as `calculator`.
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

/// A result for the model and for people.
struct Calculated {
    json: String,
    shown: String,
}

fn calculate(expression: &str) -> Result<Calculated, EvalError> {
    check_length(expression)?;
    let tree = syntax::parse(expression)?;
    check::check(&tree)?;
    let mut budget = Budget::default();
    let mut value = evaluate::evaluate(&tree, &mut budget)?;
    if let Value::Float(number) = value {
        // The web app converts infinity and NaN to text, but not inside of lists.
        value = values::word(number).map_or(value, Value::text);
    }
    values::check(&value, &mut budget)?;
    let mut json = String::new();
    values::push_json(&value, &mut json)?;
    if json.len() > MAX_OUTPUT_BYTES {
        let why = format!("the result is longer than {} KB", MAX_OUTPUT_BYTES / 1000);
        return Err(EvalError::Calculation(why));
    }
    let shown = values::shown(&value, &mut budget)?;
    Ok(Calculated { json, shown: shown.into_iter().filter_map(char::from_u32).collect() })
}

fn check_length(expression: &str) -> Result<(), EvalError> {
    let mut errors = Vec::new();
    if expression.chars().count() > MAX_EXPRESSION_CHARS {
        errors.push("Expression too long (max 1000 characters)");
    }
    // Python counts four more control characters as white space.
    if expression.chars().all(|c| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)) {
        errors.push("Expression cannot be empty");
    }
    if errors.is_empty() { Ok(()) } else { Err(EvalError::Input(errors.join("; "))) }
}

fn answer(expression: &str, result: Result<Calculated, EvalError>) -> ToolOutput {
    let mut output = String::new();
    let (success, output_display) = match result {
        Ok(calculated) => {
            output.push_str("{\"success\": true, \"result\": ");
            output.push_str(&calculated.json);
            (true, calculated.shown)
        }
        Err(error) => {
            let sentence = error.sentence();
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

/// Returns the web app's error for an expression that is not a text.
fn refuse(expression: &Json) -> ToolOutput {
    let why = match expression {
        Json::Array(items) if items.is_empty() => None,
        Json::Object(items) if items.is_empty() => None,
        Json::Array(_) => Some("'list' object has no attribute 'strip'"),
        Json::Object(_) => Some("'dict' object has no attribute 'strip'"),
        Json::Null => Some("object of type 'NoneType' has no len()"),
        Json::Bool(_) => Some("object of type 'bool' has no len()"),
        Json::Number(number) if number.is_f64() => Some("object of type 'float' has no len()"),
        Json::Number(_) | Json::String(_) => Some("object of type 'int' has no len()"),
    };
    let Some(why) = why else {
        let why = "Expression cannot be empty";
        let output =
            format!("{{\"success\": false, \"error\": \"{why}\", \"expression\": {expression}}}");
        let (input_display, output_display) = (expression.to_string(), format!("Error: {why}"));
        return ToolOutput { success: false, output, input_display, output_display };
    };
    ToolOutput { input_display: expression.to_string(), ..failed("calculator", why) }
}

#[cfg(test)]
mod tests;
