//! The details of an answer: reasoning, web searches, tool calls and citations, as the web app stores
//! them. Must not fail on any shape: what cannot be read is left out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::count;
use crate::chat::shorten::shorten;
use crate::chat::{Answerer, Message, lossy_json};

/// The details of an answer. Hostile text, like everything from a model or a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerDetails {
    /// The summary of its reasoning, as Markdown; empty where there is none.
    pub reasoning: String,
    /// The web searches, in order.
    pub searches: Vec<WebSearch>,
    /// The tool calls, in order.
    pub tools: Vec<ToolCall>,
    /// The pages it cites, each once.
    pub citations: Vec<Citation>,
    /// The reasoning effort it was requested with.
    pub level: Option<String>,
    /// The id of the preset it was requested with.
    pub preset: Option<String>,
    /// Whether there is text in the place of the details that is not JSON.
    pub unreadable: bool,
}

/// A web search or a visit of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebSearch {
    /// The kind of action: `search`, `open_page`, `find_in_page`, or another word of the server's.
    pub action: String,
    /// The query, the address or the pattern.
    pub query: String,
    /// The status when it was stored, such as `completed`.
    pub status: String,
    /// The addresses of the pages it found.
    pub sources: Vec<String>,
}

/// A call of a tool with its result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// The name of the tool, such as `calculator`.
    pub name: String,
    /// The input, as displayed.
    pub input: String,
    /// The result, as displayed.
    pub output: String,
    /// Whether the output is an error that the tool returned to the model.
    pub failed: bool,
}

/// A page an answer cites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Citation {
    /// The title of the page.
    pub title: String,
    /// The URL of the page.
    pub address: String,
}

impl AnswerDetails {
    /// Reads the details stored with a message.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let mut details = Self {
            level: non_empty(message.reasoning_level.as_deref()),
            preset: non_empty(message.agent_preset_id.as_deref()),
            ..Self::default()
        };
        let Some(stored) = &message.reasoning_data else {
            return details;
        };
        match lossy_json::parse(stored) {
            Some(data) => details.read_reasoning_data(&data),
            None => details.unreadable = true,
        }
        details
    }

    /// The same for the screen: long inputs and results of tools are shortened.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        for tool in &mut self.tools {
            tool.input = shorten(&tool.input);
            tool.output = shorten(&tool.output);
        }
        self
    }

    /// Tells whether nothing is known besides effort and preset.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reasoning.is_empty()
            && self.searches.is_empty()
            && self.tools.is_empty()
            && self.citations.is_empty()
            && !self.unreadable
    }

    /// Names the parts in a few words: `reasoning`, `2 web searches`, `calculator`.
    #[must_use]
    pub fn summary(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if !self.reasoning.is_empty() {
            parts.push("reasoning".to_owned());
        }
        parts.extend(count::some(self.searches.len(), "web search"));
        let sources: BTreeSet<&String> = self.searches.iter().flat_map(|it| &it.sources).collect();
        parts.extend(count::some(sources.len(), "source"));
        let mut names: Vec<&str> = Vec::new();
        for tool in &self.tools {
            if !names.contains(&tool.name.as_str()) {
                names.push(&tool.name);
            }
        }
        for name in names {
            let calls = self.tools.iter().filter(|tool| tool.name == name).count();
            parts.push(if calls > 1 { format!("{name} ×{calls}") } else { name.to_owned() });
        }
        parts.extend(count::some(self.citations.len(), "citation"));
        if self.unreadable {
            parts.push("unreadable details".to_owned());
        }
        parts
    }

    /// Formats the details as Markdown, with what is known of who answered.
    #[must_use]
    pub fn markdown(&self, answerer: &Answerer) -> String {
        let mut blocks = Vec::new();
        if !self.reasoning.is_empty() {
            blocks.push(format!("**Reasoning**\n\n{}", self.reasoning.trim()));
        }
        if !self.searches.is_empty() {
            let lines: Vec<String> = self.searches.iter().map(WebSearch::markdown).collect();
            blocks.push(format!("**Web searches**\n\n{}", lines.concat()));
        }
        if !self.tools.is_empty() {
            let lines: Vec<String> = self.tools.iter().map(ToolCall::markdown).collect();
            blocks.push(format!("**Tools**\n\n{}", lines.concat()));
        }
        if !self.citations.is_empty() {
            let lines: Vec<String> = self.citations.iter().map(Citation::markdown).collect();
            blocks.push(format!("**Citations**\n\n{}", lines.concat()));
        }
        if self.unreadable {
            blocks.push("The stored details of this answer cannot be read.".to_owned());
        }
        let named =
            |what: &str, value: Option<&str>| value.map(|it| format!("{what} {}", inline_code(it)));
        let asked = [
            named("model", answerer.model.as_deref()),
            named("server", answerer.server.as_deref()),
            named("reasoning", self.level.as_deref()),
            named("preset", self.preset.as_deref()),
        ];
        let asked: Vec<String> = asked.into_iter().flatten().collect();
        if !asked.is_empty() {
            blocks.push(asked.join(", "));
        }
        blocks.iter().map(|block| format!("{}\n", block.trim_end())).collect::<Vec<_>>().join("\n")
    }

    fn read_reasoning_data(&mut self, data: &Value) {
        self.reasoning = reasoning_summary(data);
        self.searches = objects(data, "web_searches").map(WebSearch::of).collect();
        self.tools = objects(data, "tool_outputs").map(ToolCall::of).collect();
        let message = data.get("message_data").unwrap_or(&Value::Null);
        let inside = objects(message, "content_items").flat_map(|it| objects(it, "annotations"));
        for annotation in objects(message, "annotations").chain(inside) {
            // Some servers put the citation one level deeper.
            let nested = annotation.get("url_citation").filter(|it| it.is_object());
            let annotation = nested.unwrap_or(annotation);
            let citation =
                Citation { title: text(annotation, "title"), address: text(annotation, "url") };
            if !citation.address.is_empty() && !self.citations.contains(&citation) {
                self.citations.push(citation);
            }
        }
    }
}

impl WebSearch {
    fn of(stored: &Value) -> Self {
        let action = stored.get("action").unwrap_or(&Value::Null);
        let either = |name: &str| first_non_empty(&[text(stored, name), text(action, name)]);
        let kind = first_non_empty(&[text(stored, "action_type"), text(action, "type")]);
        let target = first_non_empty(&[either("url"), either("pattern")]);
        let lists = [stored.get("sources"), action.get("sources")];
        let sources = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
        let source = |it: &Value| it.as_str().map_or_else(|| text(it, "url"), str::to_owned);
        Self {
            action: kind,
            query: first_non_empty(&[either("query"), target]),
            status: text(stored, "status"),
            sources: sources.map(source).filter(|it| !it.is_empty()).collect(),
        }
    }

    fn markdown(&self) -> String {
        let what = match self.action.as_str() {
            "" | "search" => "searched".to_owned(),
            "open_page" => "opened".to_owned(),
            "find_in_page" => "searched a page for".to_owned(),
            other => other.replace('_', " "),
        };
        let query =
            if self.query.is_empty() { "something".to_owned() } else { inline_code(&self.query) };
        let status = match self.status.as_str() {
            "" | "completed" => String::new(),
            other => format!(" ({})", other.replace('_', " ")),
        };
        let mut out = format!("- {what} {query}{status}\n");
        for source in &self.sources {
            out.push_str(&format!("  - {}\n", one_line(source)));
        }
        out
    }
}

impl ToolCall {
    fn of(stored: &Value) -> Self {
        let shown = |display: &str, raw: &str| {
            let value = stored.get(raw).filter(|it| !it.is_null());
            first_non_empty(&[
                text(stored, display),
                value.map_or_else(String::new, Value::to_string),
            ])
        };
        let name = text(stored, "tool_name");
        Self {
            name: if name.is_empty() { "a tool".to_owned() } else { name },
            input: shown("input_display", "input"),
            output: shown("output_display", "output"),
            failed: stored.get("success").and_then(Value::as_bool) == Some(false),
        }
    }

    fn markdown(&self) -> String {
        let mut out = format!("- {}", one_line(&self.name));
        if !self.input.is_empty() {
            out.push_str(&format!(" {}", inline_code(&self.input)));
        }
        if !self.output.is_empty() {
            out.push_str(&format!(" → {}", inline_code(&self.output)));
        }
        out.push_str(if self.failed { " (failed)\n" } else { "\n" });
        out
    }
}

impl Citation {
    fn markdown(&self) -> String {
        let title = one_line(&self.title);
        if title.is_empty() {
            return format!("- {}\n", one_line(&self.address));
        }
        format!("- {title}: {}\n", one_line(&self.address))
    }
}

/// The reasoning summary: the complete one, else its parts joined.
fn reasoning_summary(data: &Value) -> String {
    let whole = text(data, "complete_summary");
    if !whole.trim().is_empty() {
        return separate_parts(&whole);
    }
    let parts = data.get("summary_parts").and_then(Value::as_array);
    let parts = parts
        .into_iter()
        .flatten()
        .map(|part| part.as_str().map_or_else(|| text(part, "text"), str::to_owned));
    parts.filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Separates the parts of a summary by blank lines: the web app joins them without a separator, and
/// each begins with a bold heading on a line of its own.
fn separate_parts(summary: &str) -> String {
    let pieces: Vec<&str> = summary.split("**").collect();
    let mut out = String::with_capacity(summary.len());
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            let opens = index % 2 == 1;
            let runs_on = out.chars().next_back().is_some_and(|c| !c.is_whitespace());
            let after = pieces.get(index.saturating_add(1));
            if opens && runs_on && after.is_some_and(|after| after.starts_with("\n\n")) {
                out.push_str("\n\n");
            }
            out.push_str("**");
        }
        out.push_str(piece);
    }
    out
}

fn objects<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let list = of.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter(|it| it.is_object())
}

/// A member as text: a string, a number or a boolean; empty for anything else.
fn text(of: &Value, name: &str) -> String {
    match of.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn first_non_empty(of: &[String]) -> String {
    of.iter().find(|it| !it.is_empty()).cloned().unwrap_or_default()
}

fn non_empty(text: Option<&str>) -> Option<String> {
    text.filter(|it| !it.is_empty()).map(str::to_owned)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An inline code span, whose fence is longer than any run of backticks in the text.
pub(super) fn inline_code(text: &str) -> String {
    let text = one_line(text);
    let runs = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(runs.saturating_add(1));
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn gpt_5() -> Answerer {
        Answerer { model: Some("gpt-5".into()), server: Some("box".into()) }
    }

    fn with(data: &str) -> AnswerDetails {
        let mut message = Message::answer("a", Timestamp::from_seconds(1), None);
        message.reasoning_data = Some(data.to_owned());
        AnswerDetails::of(&message)
    }

    #[test]
    fn details_the_web_app_stored_are_read_and_formatted() {
        let details = with(
            r#"{"summary_parts": [], "complete_summary": "**One**\n\nfirst.**Two**\n\nsecond **bold** end.",
            "web_searches": [{"item_id": "w", "status": "in_progress", "query": "rust `x`", "action_type": "search",
              "sources": ["https://a.example", {"url": "https://b.example"}]}],
            "tool_outputs": [{"tool_name": "calculator", "input": {"e": 1}, "input_display": "1/0",
              "output_display": "division by zero", "success": false}],
            "message_data": {"item_id": "m", "annotations": [{"type": "url_citation", "url": "https://c.example", "title": "C"}]}}"#,
        );
        assert!(details.reasoning.starts_with("**One**\n\nfirst.\n\n**Two**\n\nsecond"));
        assert_eq!(
            details.summary(),
            ["reasoning", "1 web search", "2 sources", "calculator", "1 citation"]
        );
        let text = details.markdown(&gpt_5());
        for line in [
            "- searched `` rust `x` `` (in progress)\n  - https://a.example\n  - https://b.example\n",
            "- calculator `1/0` → `division by zero` (failed)\n",
            "- C: https://c.example\n",
            "model `gpt-5`, server `box`\n",
        ] {
            assert!(text.contains(line), "{line}\n---\n{text}");
        }
    }

    #[test]
    fn unexpected_shapes_are_skipped_and_the_rest_is_read() {
        for odd in [
            "{}",
            "[]",
            "null",
            "3",
            r#"{"web_searches": null, "tool_outputs": 3, "message_data": []}"#,
        ] {
            assert!(with(odd).is_empty(), "{odd}");
            assert_eq!(with(odd).markdown(&Answerer::default()), "");
        }
        assert!(with("{").unreadable);
        let details = with(
            r#"{"summary_parts": ["a", 3, null, {"text": "b"}], "complete_summary": null, "more": {},
            "web_searches": [{}, null, {"query": null, "sources": "x"}], "tool_outputs": [{}, {"output": {"a": [1]}}]}"#,
        );
        assert_eq!(details.reasoning, "a\n\nb");
        assert_eq!((details.searches.len(), details.tools.len()), (2, 2));
        assert_eq!(details.tools[1].output, r#"{"a":[1]}"#);
        assert!(!details.markdown(&Answerer::default()).is_empty());
    }
}
