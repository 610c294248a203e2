//! The JSON body of `POST /chat/completions`, made from that of `POST /responses`, so that whatever was
//! left out of the one because a server rejects it is also missing from the other.

use serde_json::{Map, Value, json};

use crate::api::chat_completions::messages::chat_messages;
use crate::api::chat_completions::quirks::{Quirks, UsageOption};
use crate::api::request::body::Body;
use crate::api::transport::wire::JsonFields;

/// Asks for the usage in the stream, where the server takes that. Called before rejected parts are
/// omitted, because this is one.
pub fn ask_for_usage(body: &mut Body, quirks: &Quirks) {
    // The option of the Responses API has another meaning.
    body.shift_remove("stream_options");
    if quirks.usage_option == UsageOption::Asked {
        body.insert("stream_options".into(), json!({ "include_usage": true }));
    }
}

/// Builds the body of a chat completion.
#[must_use]
pub fn build_chat_body(responses: &Body, quirks: &Quirks) -> Body {
    let nested = |outer: &str, inner: &str| responses.get(outer)?.get(inner).cloned();
    let mut body = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    put("model", responses.get("model").cloned());
    let messages = chat_messages(responses.get("instructions"), responses.get("input"));
    put("messages", Some(Value::Array(messages)));
    put("reasoning_effort", nested("reasoning", "effort"));
    put("verbosity", nested("text", "verbosity"));
    put(quirks.token_limit, responses.get("max_output_tokens").cloned());
    put("user", responses.get("user").cloned());
    put("stream", responses.get("stream").cloned());
    put("stream_options", responses.get("stream_options").cloned());
    put("tools", functions(responses.get("tools")));
    body
}

/// The functions among the tools; the others are tools of servers with the Responses API.
fn functions(tools: Option<&Value>) -> Option<Value> {
    let tools = tools?.as_array()?.iter().map(JsonFields::of);
    let functions = tools.filter(|tool| tool.text("type") == Some("function")).map(|tool| {
        let mut function = Map::new();
        for name in ["name", "description", "parameters", "strict"] {
            if let Some(value) = tool.value(name) {
                function.insert(name.to_owned(), value.clone());
            }
        }
        json!({ "type": "function", "function": function })
    });
    let functions: Vec<Value> = functions.collect();
    (!functions.is_empty()).then_some(Value::Array(functions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::address::Address;
    use crate::api::chat_completions::quirks;

    fn chat_body(url: &str, responses: &Value) -> Value {
        let quirks = quirks::of(&Address::parse(url).unwrap());
        let mut body = responses.as_object().unwrap().clone();
        ask_for_usage(&mut body, quirks);
        Value::Object(build_chat_body(&body, quirks))
    }

    const LOCAL: &str = "http://127.0.0.1:1/v1";

    #[test]
    fn a_question_has_no_null_and_nothing_only_the_responses_api_knows() {
        let body = json!({ "model": "m", "input": "q", "instructions": "i", "store": true,
            "previous_response_id": "r", "background": true, "stream": true, "include": ["x"],
            "reasoning": { "effort": "low", "summary": "auto" }, "max_output_tokens": 9 });
        assert_eq!(
            chat_body(LOCAL, &body),
            json!({ "model": "m", "messages": [{ "role": "system", "content": "i" },
                { "role": "user", "content": "q" }], "reasoning_effort": "low", "max_tokens": 9,
                "stream": true, "stream_options": { "include_usage": true } })
        );
    }

    #[test]
    fn each_provider_gets_the_names_it_takes() {
        let body = json!({ "model": "m", "input": "q", "max_output_tokens": 9, "stream": true });
        let mistral = chat_body("https://api.mistral.ai/v1", &body);
        assert_eq!((&mistral["max_tokens"], mistral.get("stream_options")), (&json!(9), None));
        let openai = chat_body("https://api.openai.com/v1", &body);
        assert_eq!(openai["max_completion_tokens"], 9);
        assert_eq!(openai["stream_options"], json!({ "include_usage": true }));
    }

    #[test]
    fn images_and_files_are_content_parts() {
        let body = json!({ "model": "m", "input": [{ "role": "user", "content": [
            { "type": "input_text", "text": "q" },
            { "type": "input_image", "image_url": "data:image/png;base64,A", "detail": "auto" },
            { "type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,B" },
        ] }] });
        assert_eq!(
            chat_body(LOCAL, &body)["messages"][0]["content"],
            json!([
                { "type": "text", "text": "q" },
                { "type": "image_url", "image_url": { "url": "data:image/png;base64,A" } },
                { "type": "file", "file":
                    { "filename": "a.pdf", "file_data": "data:application/pdf;base64,B" } },
            ])
        );
    }

    #[test]
    fn an_unanswered_question_and_the_next_become_one_so_that_roles_alternate() {
        let message = |role, text| json!({ "type": "message", "role": role, "content": text });
        let body = json!({ "model": "m", "input": [message("user", "a"), message("user", "b"),
            message("assistant", "c"), message("user", "d")] });
        assert_eq!(
            chat_body(LOCAL, &body)["messages"],
            json!([{ "role": "user", "content": "a\n\nb" },
                { "role": "assistant", "content": "c" }, { "role": "user", "content": "d" }])
        );
    }

    #[test]
    fn calls_and_results_are_messages_and_hosted_tools_are_left_out() {
        let body = json!({ "model": "m",
            "tools": [{ "type": "web_search" }, { "type": "function", "name": "f",
                "description": "d", "parameters": {}, "strict": true }],
            "input": [{ "role": "user", "content": "q" },
                { "type": "message", "role": "assistant", "content": "Let me see." },
                { "type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}",
                    "chat_fields": { "extra_content": { "google": { "thought_signature": "s" } },
                        "reasoning_content": "hm" } },
                { "type": "function_call", "call_id": "c2", "name": "f", "arguments": "{}" },
                { "type": "function_call_output", "call_id": "c1", "output": "1" },
                { "type": "function_call_output", "call_id": "c2", "output": "2" }] });
        let body = chat_body(LOCAL, &body);
        let function = json!({ "name": "f", "arguments": "{}" });
        assert_eq!(
            body["messages"],
            json!([
                { "role": "user", "content": "q" },
                { "role": "assistant", "content": "Let me see.", "reasoning_content": "hm",
                    "tool_calls": [
                        { "id": "c1", "type": "function", "function": function,
                            "extra_content": { "google": { "thought_signature": "s" } } },
                        { "id": "c2", "type": "function", "function": function },
                    ] },
                { "role": "tool", "tool_call_id": "c1", "content": "1" },
                { "role": "tool", "tool_call_id": "c2", "content": "2" },
            ])
        );
        assert_eq!(
            body["tools"],
            json!([{ "type": "function", "function":
                { "name": "f", "description": "d", "parameters": {}, "strict": true } }])
        );
    }
}
