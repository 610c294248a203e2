//! The JSON of `POST /responses`: only what was asked for, nothing null, nothing empty.
//! May not decide what to leave out for a server's sake; `degrade` does that to the result.

use serde_json::{Map, Value, json};

use crate::chat::attachment::Attachment;
use crate::chat::{ExecutionMode, Message, RequestContext, Retention};

use super::address::Address;
use super::request::ModelRequest;
use crate::api::attachment_part::attachment_part;
use crate::api::tool_rounds::ToolRounds;

/// A request body, still open to having optional parts taken out.
pub type Body = Map<String, Value>;

/// The body for a request with a context, streaming.
#[must_use]
pub fn build_body(request: &ModelRequest, context: &RequestContext, address: &Address) -> Body {
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    body.insert("input".into(), input(request, context, address));
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.to_owned(), value);
        }
    };
    put("instructions", request.instructions.as_ref().filter(|it| !it.is_empty()).map(text_value));
    put("previous_response_id", context.previous_response_id.as_ref().map(|id| json!(id.as_str())));
    put("reasoning", reasoning(request));
    put("text", request.verbosity.as_ref().map(|it| json!({ "verbosity": it })));
    put("max_output_tokens", request.max_output_tokens.map(Value::from));
    put("user", request.user.as_ref().map(text_value));
    put("store", Some(json!(request.retention == Retention::Stored)));
    put("background", (request.mode == ExecutionMode::Background).then_some(json!(true)));
    put("stream", Some(json!(true)));
    put("tools", tools(request));
    // Only servers known to know it are asked to name their sources.
    let sources = request.web_search.is_some() && (address.is_openai() || address.is_azure());
    put("include", sources.then(|| json!(["web_search_call.action.sources"])));
    // The padding doubles the traffic; other servers refuse options they do not know.
    let plain = address.is_openai().then(|| json!({ "include_obfuscation": false }));
    put("stream_options", plain);
    body
}

fn text_value(it: &String) -> Value {
    json!(it)
}

fn reasoning(request: &ModelRequest) -> Option<Value> {
    let mut reasoning = Map::new();
    if let Some(effort) = &request.effort {
        reasoning.insert("effort".into(), json!(effort));
    }
    if let Some(summary) = &request.summary {
        reasoning.insert("summary".into(), json!(summary));
    }
    (!reasoning.is_empty()).then_some(Value::Object(reasoning))
}

/// Puts what tools gave behind the question: for a server that keeps the response that asked, only
/// that; for others, everything said since the question. As in the web app, a preset's tool results
/// go with its bare instructions and without reasoning and user.
pub fn append_tool_results(
    body: &mut Body,
    request: &ModelRequest,
    said: Vec<Value>,
    rounds: &ToolRounds,
    kept: HistoryOwner,
) {
    if let Some(preset) = &request.preset {
        body.insert("instructions".into(), text_value(&preset.bare_instructions));
        body.retain(|key, _| key != "reasoning" && key != "user");
    }
    match (kept, rounds.last()) {
        (HistoryOwner::Server, Some((id, outputs))) => {
            body.insert("previous_response_id".into(), json!(id.as_str()));
            body.insert("input".into(), Value::Array(outputs.clone()));
        }
        (HistoryOwner::Server | HistoryOwner::Client, _) => {
            let said = said.into_iter().chain(rounds.transcript().iter().cloned());
            body.insert("input".into(), said.collect());
        }
    }
}

/// Who keeps what was said in this answer before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryOwner {
    /// The server: it is named by id.
    Server,
    /// Nobody but us: it is sent again.
    Client,
}

/// The tools the model may use.
fn tools(request: &ModelRequest) -> Option<Value> {
    let search = request.web_search.as_ref().map(|location| {
        // Without a place of its own a search is made from the United States.
        let mut place = Map::new();
        place.insert("type".into(), json!("approximate"));
        place.extend(json!(location).as_object().cloned().unwrap_or_default());
        json!({ "type": "web_search", "user_location": place })
    });
    let mut tools: Vec<Value> = search.into_iter().chain(request.tools.declarations()).collect();
    if let Some(preset) = &request.preset {
        let name = |tool: &Value| {
            let named = tool.get("name").or_else(|| tool.get("type"));
            named.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        tools.sort_by_key(|tool| preset.tool_names.iter().position(|it| *it == name(tool)));
    }
    (request.preset.is_some() || !tools.is_empty()).then_some(Value::Array(tools))
}

/// A single question goes as plain text, as the web app sends it; a replay as the one item form
/// every server tried accepts: an explicit type, a plain string, no ids.
fn input(request: &ModelRequest, context: &RequestContext, address: &Address) -> Value {
    match context.replay.as_slice() {
        [only] if only.role.as_str() == "user" && request.attachments.of(only).is_empty() => {
            json!(only.text)
        }
        _ => Value::Array(input_items(request, context, address)),
    }
}

/// The messages of a context as items.
#[must_use]
pub fn input_items(
    request: &ModelRequest,
    context: &RequestContext,
    address: &Address,
) -> Vec<Value> {
    let item = |message| input_item(message, request.attachments.of(message), address);
    context.replay.iter().map(item).collect()
}

fn input_item(message: &Message, files: &[Attachment], address: &Address) -> Value {
    let role = message.role.as_str();
    if files.is_empty() {
        return json!({ "type": "message", "role": role, "content": message.text });
    }
    let text = json!({ "type": "input_text", "text": message.text });
    let parts = files.iter().map(|file| attachment_part(file, address));
    let content: Vec<Value> = std::iter::once(text).chain(parts).collect();
    json!({ "type": "message", "role": role, "content": content })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ResponseId, Timestamp};
    use crate::settings::Location;
    use crate::tools::ToolSet;

    fn address() -> Address {
        Address::parse("http://127.0.0.1:1/v1").unwrap()
    }

    fn question(text: &str) -> Message {
        Message::question(text, Timestamp::from_seconds(1))
    }

    fn written(request: &ModelRequest) -> String {
        Value::Object(build_body(request, &request.context, &address())).to_string()
    }

    #[test]
    fn a_plain_question_holds_no_null_no_empty_object_and_no_option_nobody_set() {
        let context = RequestContext { previous_response_id: None, replay: vec![question("hi")] };
        assert_eq!(
            written(&ModelRequest::new("o4-mini", context)),
            r#"{"model":"o4-mini","input":"hi","store":true,"stream":true}"#
        );
    }

    #[test]
    fn a_chained_question_names_the_response_and_sends_only_itself() {
        let context = RequestContext {
            previous_response_id: Some(ResponseId::new("resp_1")),
            replay: vec![question("q")],
        };
        let mut request = ModelRequest::new("m", context);
        request.effort = Some("high".into());
        request.instructions = Some("Be brief.".into());
        assert_eq!(
            written(&request),
            concat!(
                r#"{"model":"m","input":"q","instructions":"Be brief.","#,
                r#""previous_response_id":"resp_1","reasoning":{"effort":"high"},"#,
                r#""store":true,"stream":true}"#
            )
        );
    }

    #[test]
    fn tools_are_declared_only_where_they_are_on_and_a_place_only_where_it_is_set() {
        let mut request = ModelRequest::new(
            "m",
            RequestContext { previous_response_id: None, replay: vec![question("q")] },
        );
        assert!(!build_body(&request, &request.context, &address()).contains_key("tools"));
        request.web_search = Some(Location::default());
        request.tools = ToolSet::of(&["calculator".to_owned()]);
        let body = build_body(&request, &request.context, &address());
        assert_eq!(
            body["tools"][0],
            json!({ "type": "web_search", "user_location": { "type": "approximate" } })
        );
        let calculator = &body["tools"][1];
        assert_eq!(
            (&calculator["name"], &calculator["strict"]),
            (&json!("calculator"), &json!(true))
        );
        assert!(!body.contains_key("include"));
        request.web_search =
            Some(Location { city: Some("Vancouver".into()), ..Location::default() });
        let openai = Address::parse("https://api.openai.com/v1").unwrap();
        let body = build_body(&request, &request.context, &openai);
        assert_eq!(body["tools"][0]["user_location"]["city"], "Vancouver");
        assert_eq!(body["include"], json!(["web_search_call.action.sources"]));
    }

    #[test]
    fn a_replay_is_a_list_of_portable_messages() {
        let replay = vec![
            question("q1"),
            Message::answer("a1", Timestamp::from_seconds(2), Some(ResponseId::new("r"))),
            question("q2"),
        ];
        let request = ModelRequest::new("m", RequestContext { previous_response_id: None, replay });
        let body = build_body(&request, &request.context, &address());
        assert_eq!(
            body["input"],
            json!([
                { "type": "message", "role": "user", "content": "q1" },
                { "type": "message", "role": "assistant", "content": "a1" },
                { "type": "message", "role": "user", "content": "q2" },
            ])
        );
    }

    #[test]
    fn the_padding_is_turned_off_only_where_the_option_is_known() {
        let request = ModelRequest::new(
            "m",
            RequestContext { previous_response_id: None, replay: vec![question("q")] },
        );
        let openai = Address::parse("https://api.openai.com/v1").unwrap();
        assert!(build_body(&request, &request.context, &openai).contains_key("stream_options"));
        assert!(!build_body(&request, &request.context, &address()).contains_key("stream_options"));
    }
}
