//! The JSON body of `POST /responses`. Contains no null and no empty object, which some servers reject.
//! Removing what a particular server rejects is the task of `omit_parts`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::chat::attachment::Attachment;
use crate::chat::{ExecutionMode, Message, RequestContext, Retention};

use crate::api::address::Address;
use crate::api::request::ModelRequest;
use crate::api::request::attachment_part::attachment_part;

/// A request body; optional parts may still be removed.
pub type Body = Map<String, Value>;

/// Builds the body of a streaming request with a context.
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
    // Only servers known to accept `include` are asked for the sources.
    let sources = request.web_search.is_some() && address.is_openai_or_azure();
    put("include", sources.then(|| json!(["web_search_call.action.sources"])));
    // Obfuscation padding doubles the traffic; other servers reject unknown options.
    let stream_options = address.is_openai().then(|| json!({ "include_obfuscation": false }));
    put("stream_options", stream_options);
    body
}

fn text_value(text: &String) -> Value {
    json!(text)
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

/// The tools the model may call; `None` where there are none.
fn tools(request: &ModelRequest) -> Option<Value> {
    let search = request.web_search.as_ref().map(|location| {
        // Without a location searches are made from the United States (SDK 3.54.0, web_search_tool.py).
        let mut user_location = Map::new();
        user_location.insert("type".into(), json!("approximate"));
        user_location.extend(json!(location).as_object().cloned().unwrap_or_default());
        json!({ "type": "web_search", "user_location": user_location })
    });
    let mut tools: Vec<Value> = search.into_iter().chain(request.tools.declarations()).collect();
    if let Some(preset) = &request.preset {
        let name = |tool: &Value| {
            let named = tool.get("name").or_else(|| tool.get("type"));
            named.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        tools.sort_by_key(|tool| preset.tool_names.iter().position(|it| *it == name(tool)));
    }
    // The web app has none of these, so there is no order of its own to keep.
    tools.extend(request.tools.external_declarations());
    (request.preset.is_some() || !tools.is_empty()).then_some(Value::Array(tools))
}

/// Builds the input: a string for a single question, as the web app sends it; else items with an
/// explicit type, a plain string and no ids, the form all servers tested on 2026-11-23 accept.
fn input(request: &ModelRequest, context: &RequestContext, address: &Address) -> Value {
    match context.replay.as_slice() {
        [only] if only.role.as_str() == "user" && request.attachments.of(only).is_empty() => {
            json!(only.text)
        }
        _ => Value::Array(input_items(request, context, address)),
    }
}

/// Builds input items from the messages of a context.
#[must_use]
pub fn input_items(
    request: &ModelRequest,
    context: &RequestContext,
    address: &Address,
) -> Vec<Value> {
    let item = |message| input_item(message, request.attachments.of(message), address);
    context.replay.iter().map(item).collect()
}

/// The input item of a message without files.
#[derive(Debug, Serialize)]
pub struct TextItem<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    role: &'a str,
    content: &'a str,
}

impl<'a> TextItem<'a> {
    /// Takes the role and the text of a message; attachments are added by the caller.
    #[must_use]
    pub fn of(message: &'a Message) -> Self {
        Self { kind: "message", role: message.role.as_str(), content: &message.text }
    }
}

/// Builds the input item of a message with its files.
#[must_use]
pub fn input_item(message: &Message, files: &[Attachment], address: &Address) -> Value {
    if files.is_empty() {
        return json!(TextItem::of(message));
    }
    let role = message.role.as_str();
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

    fn body_text(request: &ModelRequest) -> String {
        Value::Object(build_body(request, &request.context, &address())).to_string()
    }

    #[test]
    fn a_plain_question_has_no_null_no_empty_object_and_no_unset_option() {
        let context = RequestContext { previous_response_id: None, replay: vec![question("hi")] };
        assert_eq!(
            body_text(&ModelRequest::new("o4-mini", context)),
            r#"{"model":"o4-mini","input":"hi","store":true,"stream":true}"#
        );
    }

    #[test]
    fn a_chained_question_sends_the_response_id_and_only_itself() {
        let context = RequestContext {
            previous_response_id: Some(ResponseId::new("resp_1")),
            replay: vec![question("q")],
        };
        let mut request = ModelRequest::new("m", context);
        request.effort = Some("high".into());
        request.instructions = Some("Be brief.".into());
        assert_eq!(
            body_text(&request),
            concat!(
                r#"{"model":"m","input":"q","instructions":"Be brief.","#,
                r#""previous_response_id":"resp_1","reasoning":{"effort":"high"},"#,
                r#""store":true,"stream":true}"#
            )
        );
    }

    #[test]
    fn tools_are_declared_only_where_enabled_and_a_city_only_where_set() {
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
    fn a_replay_is_a_list_of_message_items() {
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
    fn obfuscation_is_turned_off_only_at_openai() {
        let request = ModelRequest::new(
            "m",
            RequestContext { previous_response_id: None, replay: vec![question("q")] },
        );
        let openai = Address::parse("https://api.openai.com/v1").unwrap();
        assert!(build_body(&request, &request.context, &openai).contains_key("stream_options"));
        assert!(!build_body(&request, &request.context, &address()).contains_key("stream_options"));
    }
}
