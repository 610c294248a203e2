//! The tools enabled for a question, and the dispatch of calls.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::chat::{Timestamp, ToolUse};

use super::calculator::{Calculator, json_text};
use super::external::{ExternalTool, OpenedTools};
use super::tool::Tool;
use super::tool_output::{ToolOutput, coded, failed};
use super::{python_json, python_numbers};

static ALL: [&dyn Tool; 1] = [&Calculator];

/// Longer arguments are rejected, in bytes.
const MAX_INPUT_BYTES: usize = 64 * 1024;

/// The tools that a model may call in one question.
#[derive(Clone, Default)]
pub struct ToolSet {
    own: Vec<&'static dyn Tool>,
    external: Vec<Arc<dyn ExternalTool>>,
    hosted: Vec<Value>,
}

impl ToolSet {
    /// Returns the tools with these names; unknown names are ignored.
    #[must_use]
    pub fn of(names: &[String]) -> Self {
        let is_named = |tool: &&&'static dyn Tool| names.iter().any(|name| name == tool.name());
        Self { own: ALL.iter().filter(is_named).copied().collect(), ..Self::default() }
    }

    /// Adds tools of other programs.
    #[must_use]
    pub fn with_opened(self, opened: OpenedTools) -> Self {
        Self { external: opened.tools, hosted: opened.hosted, ..self }
    }

    /// Returns what a permission for tools of a server is for that the API's own server calls.
    #[must_use]
    pub fn hosted_definition(&self, server: &str) -> String {
        let found = self.hosted.iter().find(|it| it["server_label"] == server);
        json!(["hosted", found.map(|it| &it["server_url"])]).to_string()
    }

    /// Returns whether the model may call no tool.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.own.is_empty() && self.external.is_empty() && self.hosted.is_empty()
    }

    /// Returns the tool of another program that the model calls by this name.
    #[must_use]
    pub fn find_external(&self, name: &str) -> Option<&Arc<dyn ExternalTool>> {
        self.external.iter().find(|tool| tool.function_name() == name)
    }

    /// Returns a tool's name for the log, which must not contain text of a model.
    #[must_use]
    pub fn log_name(&self, name: &str) -> &'static str {
        let own = self.own.iter().map(|tool| tool.name()).find(|of_tool| *of_tool == name);
        own.unwrap_or("unknown")
    }

    /// Returns the tools of other programs as a request declares them.
    pub fn external_declarations(&self) -> impl Iterator<Item = Value> {
        let functions = self.external.iter().map(|tool| {
            json!({
                "type": "function",
                "name": tool.function_name(),
                "description": tool.description(),
                "parameters": tool.parameters(),
                "strict": false,
            })
        });
        functions.chain(self.hosted.iter().cloned())
    }

    /// Returns the tools of this program as a request declares them.
    pub fn declarations(&self) -> impl Iterator<Item = Value> {
        self.own.iter().map(|tool| {
            json!({
                "type": "function",
                "name": tool.name(),
                "description": tool.description(),
                "parameters": tool.parameters(),
                "strict": true,
            })
        })
    }

    /// Runs one call of a tool of this program. An unknown tool or invalid arguments give a failed result for the model, which
    /// can then answer without it.
    #[must_use]
    pub fn run(&self, name: &str, arguments: &str, at: Timestamp) -> ToolUse {
        let tool = self.own.iter().find(|tool| tool.name() == name);
        let input = parse_arguments(arguments, parse_like_python);
        let output = match (tool, &input) {
            (_, Err(why)) => invalid_arguments(why),
            (None, Ok(_)) => {
                coded("tool_not_found", name, &format!("Tool '{name}' not found in registry"))
            }
            (Some(tool), Ok(input)) if input.is_object() => tool.run(input),
            (Some(_), Ok(input)) => {
                failed(name, &format!("'{}' object has no attribute 'get'", python_type(input)))
            }
        };
        let was_run = input.is_ok();
        // What has replaced a number must not be shown or stored.
        let is_exact = matches!(python_numbers::replace(arguments), Cow::Borrowed(_));
        let object = input.ok().filter(|input| is_exact && input.is_object());
        let input = object.map_or_else(|| "{}".to_owned(), |input| input.to_string());
        let input_display = if is_exact { output.input_display.clone() } else { String::new() };
        ToolUse { was_run, input_display, ..output.into_use(name, input, at) }
    }
}

/// Parses the arguments of a call of another program's tool.
///
/// # Errors
/// The result for the model, where they are no object.
pub fn parse_object(arguments: &str) -> Result<Map<String, Value>, ToolOutput> {
    let parse = |text: &str| serde_json::from_str(text).map_err(|error| error.to_string());
    match parse_arguments(arguments, parse) {
        Ok(Value::Object(input)) => Ok(input),
        Ok(_) => Err(invalid_arguments("they are no JSON object")),
        Err(why) => Err(invalid_arguments(&why)),
    }
}

/// Parses the arguments; a model may send an empty text for none.
fn parse_arguments(
    arguments: &str,
    parse: impl FnOnce(&str) -> Result<Value, String>,
) -> Result<Value, String> {
    match arguments.len() {
        0 => Ok(json!({})),
        1..=MAX_INPUT_BYTES => parse(arguments),
        _ => Err("the text is too long".to_owned()),
    }
}

/// Parses JSON as Python does, with its errors.
fn parse_like_python(text: &str) -> Result<Value, String> {
    let parsed = serde_json::from_str(&python_numbers::replace(text));
    parsed.map_err(|error| python_json::error(text).unwrap_or_else(|| error.to_string()))
}

/// Returns Python's name of a type, which the web app's error for arguments of that type has.
fn python_type(input: &Value) -> &'static str {
    match input {
        Value::Number(number) if number.is_f64() => "float",
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn invalid_arguments(why: &str) -> ToolOutput {
    let error = format!("Invalid arguments: {why}");
    let mut output = "{\"error\": ".to_owned();
    json_text(&error, &mut output);
    output.push('}');
    let output_display = format!("Error: {error}");
    ToolOutput { success: false, output, input_display: String::new(), output_display }
}

impl ToolSet {
    fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.own.iter().map(|tool| tool.name());
        let hosted = self.hosted.iter().filter_map(|it| it["server_label"].as_str());
        own.chain(self.external.iter().map(|tool| tool.function_name())).chain(hosted)
    }
}

impl fmt::Debug for ToolSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl PartialEq for ToolSet {
    fn eq(&self, other: &Self) -> bool {
        self.names().eq(other.names())
    }
}

impl Eq for ToolSet {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(7);

    fn tools() -> ToolSet {
        ToolSet::of(&["calculator".to_owned(), "web_search".to_owned()])
    }

    #[test]
    fn only_named_tools_are_declared_and_run() {
        assert_eq!(tools().declarations().count(), 1);
        assert!(ToolSet::of(&[]).is_empty());
        let result = tools().run("calculator", r#"{"expression": "6*7"}"#, NOW);
        assert_eq!((result.success, result.output_display.as_str()), (true, "42"));
        let off = ToolSet::default().run("calculator", r#"{"expression": "6*7"}"#, NOW);
        assert_eq!(
            off.output,
            r#"{"success": false, "error": "Tool 'calculator' not found in registry", "error_code": "tool_not_found", "tool_name": "calculator"}"#
        );
    }

    #[test]
    fn invalid_arguments_give_a_failed_result() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for arguments in ["{", "[1]", "\"x\"", "{\"expression\": \"\\ud800\"}", deep.as_str()] {
            let result = tools().run("calculator", arguments, NOW);
            assert!(!result.success);
            assert_eq!(result.input, "{}");
        }
        assert!(!tools().run("calculator", "", NOW).success);
    }

    #[test]
    fn arguments_of_another_type_fail_as_in_the_web_app() {
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
            ("NaN", "Tool execution failed: 'float' object has no attribute 'get'"),
            ("1.5", "Tool execution failed: 'float' object has no attribute 'get'"),
            (
                r#"{"expression": NaN}"#,
                "Tool execution failed: object of type 'float' has no len()",
            ),
            (
                r#"{"expression": -Infinity}"#,
                "Tool execution failed: object of type 'float' has no len()",
            ),
            (
                r#"{"expression": 1e400}"#,
                "Tool execution failed: object of type 'float' has no len()",
            ),
            (
                r#"{"expression": 123456789012345678901234567890}"#,
                "Tool execution failed: object of type 'int' has no len()",
            ),
        ];
        for (arguments, expected) in cases {
            let result = tools().run("calculator", arguments, NOW);
            let output: Value = serde_json::from_str(&result.output).unwrap();
            assert_eq!(output["error"], expected, "{arguments}");
            assert_eq!(result.output_display, format!("Error: {expected}"));
        }
        let quoted = tools().run("calculator", r#"{"expression": "'\"NaN'"}"#, NOW);
        assert_eq!(quoted.output_display, "\"NaN");
        let broken = tools().run("calculator", "{", NOW);
        assert!(
            broken.output.starts_with(r#"{"error": "Invalid arguments: "#),
            "{}",
            broken.output
        );
        let extra = tools().run("calculator", r#"{"x": 1, "expression": "2"}"#, NOW);
        assert_eq!(extra.output_display, "2");
    }
}
