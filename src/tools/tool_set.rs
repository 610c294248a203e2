//! The tools enabled for a question, and the dispatch of calls.

use std::fmt;

use serde_json::{Value, json};

use crate::chat::{Timestamp, ToolUse};

use super::calculator::{Calculator, json_text};
use super::tool::Tool;
use super::tool_output::{ToolOutput, coded, failed};

/// Every tool there is.
static ALL: [&dyn Tool; 1] = [&Calculator];

/// The longest arguments that are read, in bytes.
const MAX_INPUT_BYTES: usize = 64 * 1024;

/// The tools a model may call.
#[derive(Clone, Default)]
pub struct ToolSet(Vec<&'static dyn Tool>);

impl ToolSet {
    /// The tools with these names; a name nobody has is passed over.
    #[must_use]
    pub fn of(names: &[String]) -> Self {
        let wanted = |tool: &&&'static dyn Tool| names.iter().any(|name| name == tool.name());
        Self(ALL.iter().filter(wanted).copied().collect())
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A tool's own name for the log; what a model made up is not written there.
    #[must_use]
    pub fn log_name(&self, name: &str) -> &'static str {
        self.0.iter().map(|tool| tool.name()).find(|known| *known == name).unwrap_or("unknown")
    }

    /// The tools as a request declares them.
    pub fn declarations(&self) -> impl Iterator<Item = Value> {
        self.0.iter().map(|tool| {
            json!({
                "type": "function",
                "name": tool.name(),
                "description": tool.description(),
                "parameters": tool.parameters(),
                "strict": true,
            })
        })
    }

    /// Runs one call. A tool nobody has, or arguments nobody can read, is told to the model as a
    /// failed result: it can then answer without.
    #[must_use]
    pub fn run(&self, name: &str, arguments: &str, at: Timestamp) -> ToolUse {
        let tool = self.0.iter().find(|tool| tool.name() == name);
        let input = parse_arguments(arguments);
        let done = match (tool, &input) {
            (None, _) => {
                coded("tool_not_found", name, &format!("Tool '{name}' not found in registry"))
            }
            (Some(tool), Ok(input)) if input.is_object() => tool.run(input),
            (Some(_), Ok(input)) => {
                failed(name, &format!("'{}' object has no attribute 'get'", kind(input)))
            }
            (Some(_), Err(why)) => unreadable(why),
        };
        let object = input.ok().filter(Value::is_object);
        ToolUse {
            name: name.to_owned(),
            input: object.map_or_else(|| "{}".to_owned(), |input| input.to_string()),
            output: done.output,
            success: done.success,
            at,
            input_display: done.input_display,
            output_display: done.output_display,
        }
    }
}

/// The arguments; a model that needs none sends none.
fn parse_arguments(arguments: &str) -> Result<Value, String> {
    if arguments.is_empty() {
        return Ok(json!({}));
    }
    if arguments.len() > MAX_INPUT_BYTES {
        return Err("the text is too long".to_owned());
    }
    serde_json::from_str(arguments).map_err(|error| error.to_string())
}

/// Python's name of a type, which the web app says of arguments that are no object.
const fn kind(input: &Value) -> &'static str {
    match input {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn unreadable(why: &str) -> ToolOutput {
    let error = format!("Invalid arguments: {why}");
    let mut output = "{\"success\": false, \"error\": ".to_owned();
    json_text(&error, &mut output);
    output.push('}');
    let output_display = format!("Error: {error}");
    ToolOutput { success: false, output, input_display: String::new(), output_display }
}

impl fmt::Debug for ToolSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|tool| tool.name())).finish()
    }
}

impl PartialEq for ToolSet {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().map(|tool| tool.name()).eq(other.0.iter().map(|tool| tool.name()))
    }
}

impl Eq for ToolSet {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(7);

    fn toolbox() -> ToolSet {
        ToolSet::of(&["calculator".to_owned(), "web_search".to_owned()])
    }

    #[test]
    fn only_named_tools_are_declared_and_run() {
        assert_eq!(toolbox().declarations().count(), 1);
        assert!(ToolSet::of(&[]).is_empty());
        let used = toolbox().run("calculator", r#"{"expression": "6*7"}"#, NOW);
        assert_eq!((used.success, used.output_display.as_str()), (true, "42"));
        let off = ToolSet::default().run("calculator", r#"{"expression": "6*7"}"#, NOW);
        assert_eq!(
            off.output,
            r#"{"success": false, "error": "Tool 'calculator' not found in registry", "error_code": "tool_not_found", "tool_name": "calculator"}"#
        );
    }

    #[test]
    fn arguments_nobody_can_read_are_a_result_and_no_panic() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for bad in ["{", "[1]", "\"x\"", "{\"expression\": \"\\ud800\"}", deep.as_str()] {
            let used = toolbox().run("calculator", bad, NOW);
            assert!(!used.success);
            assert_eq!(used.input, "{}");
        }
        assert!(!toolbox().run("calculator", "", NOW).success);
    }

    #[test]
    fn arguments_of_another_type_are_answered_as_in_the_web_app() {
        let cases = [
            ("", "Invalid expression syntax: invalid syntax (<unknown>, line 0)"),
            (r#"{"expression": 5}"#, "Tool execution failed: object of type 'int' has no len()"),
            (
                r#"{"expression": null}"#,
                "Tool execution failed: object of type 'NoneType' has no len()",
            ),
            (r#"{"expression": []}"#, "Expression cannot be empty"),
            (
                r#"{"expression": ["1"]}"#,
                "Tool execution failed: 'list' object has no attribute 'strip'",
            ),
            ("[1]", "Tool execution failed: 'list' object has no attribute 'get'"),
        ];
        for (arguments, expected) in cases {
            let used = toolbox().run("calculator", arguments, NOW);
            let output: Value = serde_json::from_str(&used.output).unwrap();
            assert_eq!(output["error"], expected, "{arguments}");
            assert_eq!(used.output_display, format!("Error: {expected}"));
        }
        let extra = toolbox().run("calculator", r#"{"x": 1, "expression": "2"}"#, NOW);
        assert_eq!(extra.output_display, "2");
    }
}
