//! Reduces the events of a stream to `ReplyEvent`s: the only place that interprets what servers send.

pub mod answer_text;
pub mod ending;
pub mod final_status;
pub mod function_calls;
pub mod hosted_calls;
mod hosted_items;
pub mod reasoning;
mod reasoning_events;
pub mod repeat_filter;
pub mod search_calls;
mod size;

use serde_json::{Map, Value, json};

use crate::chat::{
    ExecutionMode, ModelActivity, ReplyEvent, ResponseId, Timestamp, ToolUse, Usage,
};

use crate::api::reduce::answer_text::{AnswerText, OutputPosition, TextChange};
use crate::api::reduce::function_calls::FunctionCalls;
use crate::api::reduce::hosted_calls::{HostedCalls, hosted_name};
use crate::api::reduce::reasoning::ReasoningText;
use crate::api::reduce::repeat_filter::RepeatFilter;
use crate::api::reduce::search_calls::SearchCalls;
use crate::api::transport::wire::{JsonFields, WireEvent, answer_texts};

pub use crate::api::reduce::final_status::{FailureSource, FinalStatus};
pub use crate::api::reduce::function_calls::FunctionCall;
pub use crate::api::reduce::hosted_calls::HostedApproval;

/// The state of one reply.
#[derive(Debug, Default)]
pub struct Reducer {
    answer: AnswerText,
    reasoning: ReasoningText,
    searches: SearchCalls,
    repeats: RepeatFilter,
    response_id: Option<ResponseId>,
    model: Option<String>,
    usage: Option<Usage>,
    final_status: Option<FinalStatus>,
    is_accepted: bool,
    has_begun: bool,
    cursor: Option<u64>,
    message: Option<Map<String, Value>>,
    annotations: Vec<Value>,
    /// The size of annotations and of items whose texts are not counted elsewhere.
    other_bytes: usize,
    calls: FunctionCalls,
    hosted_calls: HostedCalls,
    /// Names of calls of an unsupported kind.
    unsupported_calls: Vec<String>,
    used_tools: Vec<ToolUse>,
    /// The usage of earlier responses of this answer.
    earlier_usage: Option<Usage>,
    is_other_protocol: bool,
}

impl Reducer {
    /// Creates the state before the first event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Handles one event, received at `now`.
    pub fn handle_event(&mut self, event: &WireEvent, now: Timestamp) -> Vec<ReplyEvent> {
        if self.repeats.is_repeat(event) {
            return Vec::new();
        }
        self.move_cursor(event);
        if self.final_status.is_some() {
            return self.handle_late_event(event, now);
        }
        let fields = event.fields();
        let mut events = Vec::new();
        match event.kind() {
            "response.created" => self.response_created(fields.object("response"), &mut events),
            "response.queued" | "response.in_progress" => {
                self.accept_response(fields.object("response"), &mut events);
            }
            "response.output_item.added" => {
                self.count_item(fields);
                self.item_added(fields, now, &mut events);
            }
            "response.output_item.done" => {
                self.count_item(fields);
                self.item_done(fields, now, &mut events);
            }
            "response.output_text.delta" | "response.refusal.delta" | "response.text.delta" => {
                let piece = fields.text("delta").unwrap_or_default();
                let change = self.answer.append(output_position(fields), piece);
                self.push_text_change(change, &mut events);
            }
            "response.output_text.done" | "response.text.done" => {
                let change =
                    self.answer.set_final(output_position(fields), text_or_empty(fields, "text"));
                self.push_text_change(change, &mut events);
            }
            "response.refusal.done" => {
                let change = self
                    .answer
                    .set_final(output_position(fields), text_or_empty(fields, "refusal"));
                self.push_text_change(change, &mut events);
            }
            "response.content_part.done" => self.content_part_done(fields, &mut events),
            "response.output_text.annotation.added" => self.annotate(fields.value("annotation")),
            "response.function_call_arguments.delta" => self.calls.append(fields),
            "response.function_call_arguments.done" => self.calls.set_arguments(fields),
            kind if kind.starts_with("response.reasoning_") => {
                self.handle_reasoning(kind, fields, now, &mut events);
            }
            kind if kind.starts_with("response.web_search_call.") => {
                self.count_value(event.body());
                let step = kind.rsplit('.').next().unwrap_or_default();
                let query = self.searches.handle_step(step, fields, now);
                if step != "completed" {
                    self.push_activity(ModelActivity::WebSearch { query }, &mut events);
                }
            }
            _ => self.handle_terminal_event(event, now, &mut events),
        }
        if self.final_status.is_none() && self.is_too_large() {
            self.final_status = Some(FinalStatus::TooLong);
        }
        events
    }

    /// The final status, once the server sent one.
    #[must_use]
    pub const fn final_status(&self) -> Option<&FinalStatus> {
        self.final_status.as_ref()
    }

    /// Tells whether output was received; from then on a repeated request could be paid twice.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// The highest sequence number, after which a lost stream is resumed.
    #[must_use]
    pub const fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    /// The id of the response, as last received.
    #[must_use]
    pub const fn response_id(&self) -> Option<&ResponseId> {
        self.response_id.as_ref()
    }

    /// The function calls of this response.
    #[must_use]
    pub fn calls(&self) -> &[FunctionCall] {
        self.calls.all()
    }

    /// The names of calls of an unsupported kind.
    #[must_use]
    pub fn unsupported_calls(&self) -> &[String] {
        &self.unsupported_calls
    }

    /// Records a tool that ran.
    pub fn record_tool(&mut self, tool: ToolUse) {
        self.used_tools.extend(Some(tool).filter(|tool| tool.was_run));
    }

    /// Starts another response of the same answer, keeping the text so far.
    pub fn start_next_response(&mut self) {
        self.answer.start_next_response();
        self.reasoning.start_next_response();
        self.earlier_usage = self.total_usage();
        self.usage = None;
        self.calls = FunctionCalls::default();
        self.hosted_calls = HostedCalls::default();
        self.repeats = RepeatFilter::default();
        self.final_status = None;
        self.is_accepted = false;
        self.has_begun = false;
        self.cursor = None;
        self.response_id = None;
    }

    /// The usage of all responses of the answer.
    fn total_usage(&self) -> Option<Usage> {
        match (self.earlier_usage, self.usage) {
            (Some(earlier), Some(now)) => Some(earlier.plus(now)),
            (earlier, now) => earlier.or(now),
        }
    }

    /// Tells whether Chat Completions objects were received.
    #[must_use]
    pub const fn is_chat_completions(&self) -> bool {
        self.is_other_protocol
    }

    fn move_cursor(&mut self, event: &WireEvent) {
        let is_known = event.kind().starts_with("response.") || event.kind() == "keepalive";
        if let (true, Some(sequence)) = (is_known, event.sequence()) {
            self.cursor = Some(self.cursor.map_or(sequence, |it| it.max(sequence)));
        }
    }

    /// Handles the start of a response; a second one on the same stream starts the answer over.
    fn response_created(&mut self, response: JsonFields<'_>, events: &mut Vec<ReplyEvent>) {
        let is_second = match (&self.response_id, response.text("id")) {
            (Some(old), Some(new)) => old.as_str() != new,
            _ => false,
        };
        if is_second {
            self.answer.restart();
            self.is_accepted = false;
        }
        self.accept_response(response, events);
    }

    fn accept_response(&mut self, response: JsonFields<'_>, events: &mut Vec<ReplyEvent>) {
        self.record_identity(response);
        if !self.is_accepted {
            self.is_accepted = true;
            events.push(ReplyEvent::Accepted {
                response_id: self.response_id.clone(),
                model: self.model.clone(),
                mode: match response.value("background").and_then(Value::as_bool) {
                    Some(true) => ExecutionMode::Background,
                    Some(false) | None => ExecutionMode::Foreground,
                },
            });
        }
    }

    fn record_identity(&mut self, response: JsonFields<'_>) {
        if let Some(id) = response.text("id").filter(|id| !id.is_empty()) {
            self.response_id = Some(ResponseId::new(id));
        }
        if let Some(model) = response.text("model").filter(|model| !model.is_empty()) {
            self.model = Some(model.to_owned());
        }
    }

    fn item_added(&mut self, event: JsonFields<'_>, now: Timestamp, events: &mut Vec<ReplyEvent>) {
        let item = event.object("item");
        match item.text("type").unwrap_or("message") {
            "message" => {
                self.answer.begin_item();
                self.message = Some(message_data(item, now));
            }
            "reasoning" => self.push_activity(ModelActivity::Reasoning, events),
            "web_search_call" => {
                let query = self.searches.handle_item(item, now);
                self.push_activity(ModelActivity::WebSearch { query }, events);
            }
            "function_call" => {
                self.calls.take_item(event.count("output_index"), item);
                let name = item.text("name").unwrap_or("tool").to_owned();
                self.push_activity(ModelActivity::ToolCall { name }, events);
            }
            "custom_tool_call" => {
                let name = item.text("name").unwrap_or("tool").to_owned();
                self.unsupported_calls.push(name.clone());
                self.push_activity(ModelActivity::ToolCall { name }, events);
            }
            "mcp_call" => {
                let name = hosted_name(item);
                self.push_activity(ModelActivity::ToolCall { name }, events);
            }
            kind if kind.ends_with("_call") => {
                let name = kind.trim_end_matches("_call").replace('_', " ");
                self.push_activity(ModelActivity::ToolCall { name }, events);
            }
            _ => {}
        }
    }

    fn item_done(&mut self, event: JsonFields<'_>, now: Timestamp, events: &mut Vec<ReplyEvent>) {
        let item = event.object("item");
        match item.text("type").unwrap_or("message") {
            "message" => {
                if self.message.is_none() {
                    self.message = Some(message_data(item, now));
                }
                for (part, text) in answer_texts(item) {
                    let position = OutputPosition {
                        output: event.count("output_index"),
                        part: Some(part),
                        item: item.text("id"),
                        sequence: event.count("sequence_number"),
                    };
                    let change = self.answer.set_final(position, text);
                    self.push_text_change(change, events);
                }
                self.annotate_item(item);
            }
            "reasoning" => {
                let more = self.reasoning.handle_item(event.count("output_index"), item);
                self.push_reasoning(more, events);
            }
            "web_search_call" => {
                self.searches.handle_item(item, now);
            }
            "function_call" => self.calls.take_item(event.count("output_index"), item),
            _ => self.take_hosted(event.value("item"), now, events),
        }
    }

    fn content_part_done(&mut self, event: JsonFields<'_>, events: &mut Vec<ReplyEvent>) {
        let part = event.object("part");
        let text = match part.text("type") {
            Some("output_text") => text_or_empty(part, "text"),
            Some("refusal") => text_or_empty(part, "refusal"),
            Some(_) | None => "",
        };
        let change = self.answer.set_final(output_position(event), text);
        self.push_text_change(change, events);
    }

    fn push_activity(&mut self, activity: ModelActivity, events: &mut Vec<ReplyEvent>) {
        self.has_begun = true;
        events.push(ReplyEvent::Activity(activity));
    }

    fn push_text_change(&mut self, change: Option<TextChange>, events: &mut Vec<ReplyEvent>) {
        let Some(change) = change else {
            return;
        };
        self.has_begun = true;
        events.push(match change {
            TextChange::Appended(text) => ReplyEvent::TextAppended(text),
            TextChange::Replaced(text) => ReplyEvent::TextReplaced(text),
        });
    }

    fn annotate(&mut self, annotation: Option<&Value>) {
        if let Some(annotation) = annotation.filter(|it| !self.annotations.contains(it)) {
            self.count_value(annotation);
            self.annotations.push(annotation.clone());
        }
    }

    fn annotate_item(&mut self, item: JsonFields<'_>) {
        for part in item.list("content") {
            for annotation in JsonFields::of(part).list("annotations") {
                self.annotate(Some(annotation).filter(|it| it.is_object()));
            }
        }
    }
}

fn output_position(event: JsonFields<'_>) -> OutputPosition<'_> {
    OutputPosition {
        output: event.count("output_index"),
        part: event.count("content_index"),
        item: event.text("item_id"),
        sequence: event.count("sequence_number"),
    }
}

fn text_or_empty<'a>(fields: JsonFields<'a>, name: &str) -> &'a str {
    fields.text(name).unwrap_or_default()
}

/// The data the web app stores of a message item, in its order of keys (bdc7763, 2026).
fn message_data(item: JsonFields<'_>, now: Timestamp) -> Map<String, Value> {
    let mut data = Map::new();
    data.insert("item_id".into(), json!(item.text("id").unwrap_or_default()));
    data.insert("role".into(), json!(item.text("role")));
    data.insert("status".into(), json!(item.text("status")));
    data.insert("timestamp".into(), json!(now.seconds()));
    data.insert("is_done".into(), json!(false));
    data.insert("content_items".into(), json!([]));
    data.insert("annotations".into(), json!([]));
    data
}
