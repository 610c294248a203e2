//! Wire events in, `ReplyEvent`s out: the one place that understands what servers say.
//! May not do I/O or read a clock: the time comes with each event.

pub mod answer;
pub mod calls;
pub mod ending;
pub mod repeats;
pub mod searches;
pub mod thoughts;
pub mod verdict;

use serde_json::{Map, Value, json};

use crate::chat::{Activity, ExecutionMode, ReplyEvent, ResponseId, Timestamp, ToolUse, Usage};

use self::answer::{Answer, Change, Place};
use self::calls::Calls;
use self::repeats::Repeats;
use self::searches::Searches;
use self::thoughts::{Thought, Thoughts};
use super::wire::{Event, Fields, answer_texts};

pub use self::calls::Call;
pub use self::verdict::{Told, Verdict};

/// Everything known of one reply.
#[derive(Debug, Default)]
pub struct Reducer {
    answer: Answer,
    thoughts: Thoughts,
    searches: Searches,
    repeats: Repeats,
    response_id: Option<ResponseId>,
    model: Option<String>,
    usage: Option<Usage>,
    verdict: Option<Verdict>,
    accepted: bool,
    began: bool,
    cursor: Option<u64>,
    message: Option<Map<String, Value>>,
    annotations: Vec<Value>,
    calls: Calls,
    /// Calls of a kind nobody here can answer, by name.
    strange_calls: Vec<String>,
    tools: Vec<ToolUse>,
    /// Tokens of the responses before this one.
    earlier: Option<Usage>,
    foreign: bool,
}

impl Reducer {
    /// A reply of which nothing has come.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one event; `now` is the time it came.
    pub fn read(&mut self, event: &Event, now: Timestamp) -> Vec<ReplyEvent> {
        if self.repeats.is_repeat(event) {
            return Vec::new();
        }
        self.move_cursor(event);
        if self.verdict.is_some() {
            return self.read_after_the_end(event, now);
        }
        let fields = event.fields();
        let mut said = Vec::new();
        match event.kind() {
            "response.created" => self.begin(fields.object("response"), &mut said),
            "response.queued" | "response.in_progress" => {
                self.accept(fields.object("response"), &mut said);
            }
            "response.output_item.added" => self.item_began(fields, now, &mut said),
            "response.output_item.done" => self.item_ended(fields, now, &mut said),
            "response.output_text.delta" | "response.refusal.delta" | "response.text.delta" => {
                let piece = fields.text("delta").unwrap_or_default();
                let change = self.answer.append(place(fields), piece);
                self.tell(change, &mut said);
            }
            "response.output_text.done" | "response.text.done" => {
                let change = self.answer.settle(place(fields), text_of(fields, "text"));
                self.tell(change, &mut said);
            }
            "response.refusal.done" => {
                let change = self.answer.settle(place(fields), text_of(fields, "refusal"));
                self.tell(change, &mut said);
            }
            "response.content_part.done" => self.part_ended(fields, &mut said),
            "response.output_text.annotation.added" => self.annotate(fields.value("annotation")),
            "response.function_call_arguments.delta" => self.calls.append(fields),
            "response.function_call_arguments.done" => self.calls.settle(fields),
            kind if kind.starts_with("response.reasoning_") => {
                self.thought(kind, fields, now, &mut said);
            }
            kind if kind.starts_with("response.web_search_call.") => {
                let step = kind.rsplit('.').next().unwrap_or_default();
                let query = self.searches.take_step(step, fields, now);
                if step != "completed" {
                    self.busy(Activity::WebSearch { query }, &mut said);
                }
            }
            _ => self.read_end(event, now, &mut said),
        }
        said
    }

    /// How the server said the reply ended, if it did.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Whether anything of the answer has come: from then on asking again could pay twice.
    #[must_use]
    pub const fn began(&self) -> bool {
        self.began
    }

    /// The number of the last event, to go on from after a lost connection.
    #[must_use]
    pub const fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    /// The response's id as last told.
    #[must_use]
    pub const fn response_id(&self) -> Option<&ResponseId> {
        self.response_id.as_ref()
    }

    /// The functions the model called in this response.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        self.calls.all()
    }

    /// Tools of a kind nobody here can answer, by name.
    #[must_use]
    pub fn strange_calls(&self) -> &[String] {
        &self.strange_calls
    }

    /// Notes a tool that was used.
    pub fn used(&mut self, tool: ToolUse) {
        self.tools.push(tool);
    }

    /// Goes on with another response of the same answer: what came so far stands.
    pub fn go_on(&mut self) {
        self.answer.go_on();
        self.thoughts.go_on();
        self.earlier = self.usage_in_all();
        self.usage = None;
        self.calls = Calls::default();
        self.repeats = Repeats::default();
        self.verdict = None;
        self.accepted = false;
        self.began = false;
        self.cursor = None;
        self.response_id = None;
    }

    /// Tokens of all responses of the answer.
    fn usage_in_all(&self) -> Option<Usage> {
        match (self.earlier, self.usage) {
            (Some(earlier), Some(now)) => Some(earlier.plus(now)),
            (earlier, now) => earlier.or(now),
        }
    }

    /// Whether what came is of another protocol (Chat Completions).
    #[must_use]
    pub const fn is_foreign(&self) -> bool {
        self.foreign
    }

    fn move_cursor(&mut self, event: &Event) {
        let known = event.kind().starts_with("response.") || event.kind() == "keepalive";
        if let (true, Some(sequence)) = (known, event.sequence()) {
            self.cursor = Some(self.cursor.map_or(sequence, |it| it.max(sequence)));
        }
    }

    /// A response begins; a second one on the same stream starts the answer over.
    fn begin(&mut self, response: Fields<'_>, said: &mut Vec<ReplyEvent>) {
        let again = match (&self.response_id, response.text("id")) {
            (Some(old), Some(new)) => old.as_str() != new,
            _ => false,
        };
        if again {
            self.answer.restart();
            self.accepted = false;
        }
        self.accept(response, said);
    }

    fn accept(&mut self, response: Fields<'_>, said: &mut Vec<ReplyEvent>) {
        self.name(response);
        if !self.accepted {
            self.accepted = true;
            said.push(ReplyEvent::Accepted {
                response_id: self.response_id.clone(),
                model: self.model.clone(),
                mode: match response.value("background").and_then(Value::as_bool) {
                    Some(true) => ExecutionMode::Background,
                    Some(false) | None => ExecutionMode::Foreground,
                },
            });
        }
    }

    fn name(&mut self, response: Fields<'_>) {
        if let Some(id) = response.text("id").filter(|id| !id.is_empty()) {
            self.response_id = Some(ResponseId::new(id));
        }
        if let Some(model) = response.text("model").filter(|model| !model.is_empty()) {
            self.model = Some(model.to_owned());
        }
    }

    fn item_began(&mut self, event: Fields<'_>, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        let item = event.object("item");
        match item.text("type").unwrap_or("message") {
            "message" => {
                self.answer.begin_item();
                self.message = Some(message_data(item, now));
            }
            "reasoning" => self.busy(Activity::Reasoning, said),
            "web_search_call" => {
                let query = self.searches.take_item(item, now);
                self.busy(Activity::WebSearch { query }, said);
            }
            "function_call" => {
                self.calls.take_item(event.count("output_index"), item);
                let name = item.text("name").unwrap_or("tool").to_owned();
                self.busy(Activity::ToolCall { name }, said);
            }
            "custom_tool_call" => {
                let name = item.text("name").unwrap_or("tool").to_owned();
                self.strange_calls.push(name.clone());
                self.busy(Activity::ToolCall { name }, said);
            }
            kind if kind.ends_with("_call") => {
                let name = kind.trim_end_matches("_call").replace('_', " ");
                self.busy(Activity::ToolCall { name }, said);
            }
            _ => {}
        }
    }

    fn item_ended(&mut self, event: Fields<'_>, now: Timestamp, said: &mut Vec<ReplyEvent>) {
        let item = event.object("item");
        match item.text("type").unwrap_or("message") {
            "message" => {
                if self.message.is_none() {
                    self.message = Some(message_data(item, now));
                }
                for (part, text) in answer_texts(item) {
                    let place = Place {
                        output: event.count("output_index"),
                        part: Some(part),
                        item: item.text("id"),
                        sequence: event.count("sequence_number"),
                    };
                    let change = self.answer.settle(place, text);
                    self.tell(change, said);
                }
                self.annotate_from(item);
            }
            "reasoning" => {
                let more = self.thoughts.settle_item(event.count("output_index"), item);
                self.think(more, said);
            }
            "web_search_call" => {
                self.searches.take_item(item, now);
            }
            "function_call" => self.calls.take_item(event.count("output_index"), item),
            _ => {}
        }
    }

    fn part_ended(&mut self, event: Fields<'_>, said: &mut Vec<ReplyEvent>) {
        let part = event.object("part");
        let text = match part.text("type") {
            Some("output_text") => text_of(part, "text"),
            Some("refusal") => text_of(part, "refusal"),
            Some(_) | None => "",
        };
        let change = self.answer.settle(place(event), text);
        self.tell(change, said);
    }

    fn thought(
        &mut self,
        kind: &str,
        event: Fields<'_>,
        now: Timestamp,
        said: &mut Vec<ReplyEvent>,
    ) {
        let index = event.count("summary_index").or_else(|| event.count("content_index"));
        let part = (event.count("output_index"), index);
        let more = match kind {
            "response.reasoning_summary_text.delta" => {
                self.thoughts.append(Thought::Summary, part, text_of(event, "delta"))
            }
            "response.reasoning_text.delta" => {
                self.thoughts.append(Thought::Raw, part, text_of(event, "delta"))
            }
            "response.reasoning_summary_text.done" => {
                self.thoughts.ended_at = now;
                let id = self.response_id.as_ref().map_or("", ResponseId::as_str);
                id.clone_into(&mut self.thoughts.response_id);
                self.thoughts.settle(Thought::Summary, part, text_of(event, "text"))
            }
            "response.reasoning_text.done" => {
                self.thoughts.settle(Thought::Raw, part, text_of(event, "text"))
            }
            "response.reasoning_summary_part.added" => {
                let text = text_of(event.object("part"), "text");
                if !text.is_empty() {
                    self.thoughts.parts.push(text.to_owned());
                }
                None
            }
            _ => None,
        };
        self.think(more, said);
    }

    fn think(&mut self, more: Option<String>, said: &mut Vec<ReplyEvent>) {
        if let Some(more) = more {
            self.began = true;
            said.push(ReplyEvent::ReasoningAppended(more));
        }
    }

    fn busy(&mut self, activity: Activity, said: &mut Vec<ReplyEvent>) {
        self.began = true;
        said.push(ReplyEvent::Activity(activity));
    }

    fn tell(&mut self, change: Option<Change>, said: &mut Vec<ReplyEvent>) {
        let Some(change) = change else {
            return;
        };
        self.began = true;
        said.push(match change {
            Change::Appended(text) => ReplyEvent::TextAppended(text),
            Change::Replaced(text) => ReplyEvent::TextReplaced(text),
        });
    }

    fn annotate(&mut self, annotation: Option<&Value>) {
        if let Some(annotation) = annotation.filter(|it| !self.annotations.contains(it)) {
            self.annotations.push(annotation.clone());
        }
    }

    fn annotate_from(&mut self, item: Fields<'_>) {
        for part in item.list("content") {
            for annotation in Fields::of(part).list("annotations") {
                self.annotate(Some(annotation).filter(|it| it.is_object()));
            }
        }
    }
}

fn place(event: Fields<'_>) -> Place<'_> {
    Place {
        output: event.count("output_index"),
        part: event.count("content_index"),
        item: event.text("item_id"),
        sequence: event.count("sequence_number"),
    }
}

fn text_of<'a>(fields: Fields<'a>, name: &str) -> &'a str {
    fields.text(name).unwrap_or_default()
}

/// What the web app keeps of a message item, in its order of keys.
fn message_data(item: Fields<'_>, now: Timestamp) -> Map<String, Value> {
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
