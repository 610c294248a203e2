//! Every error that a server is known to answer with: the message for people, and the requests sent.

use std::time::Duration;

use duologue::api::{Client, ClientSettings};
use duologue::chat::{FailureKind as Kind, ReplyEvent, ReplyOutcome, ResponseId};
use duologue::settings::ApiKey;

use crate::support::ask_server::{
    QUESTION, ask, ending_failure, official_stream, patient_client, question_request, reply_ending,
    reply_events, settings, sse_frame,
};
use crate::support::scripted_server::{ScriptedServer, event_stream, http_answer, json_answer};

/// A status, a body, and what is to be made of them.
struct Row {
    name: &'static str,
    status: u16,
    body: &'static str,
    kind: Kind,
    /// How often the question is posted by a client that asks again up to twice.
    posts: usize,
    /// What the sentence or the next step must hold.
    says: &'static str,
}

const fn row(
    name: &'static str,
    status: u16,
    body: &'static str,
    kind: Kind,
    posts: usize,
    says: &'static str,
) -> Row {
    Row { name, status, body, kind, posts, says }
}

const ROWS: &[Row] = &[
    row(
        "wrong key",
        401,
        r#"{"error":{"message":"Incorrect API key provided: sk-secr***alue.","type":"invalid_request_error","code":"invalid_api_key"}}"#,
        Kind::ApiKey,
        1,
        "needs an API key",
    ),
    row("no key", 401, "", Kind::ApiKey, 1, "key"),
    row(
        "proxy without a key",
        400,
        r#"{"error":{"message":"No connected db.","code":"no_db_connection"}}"#,
        Kind::ApiKey,
        1,
        "key",
    ),
    row(
        "wrong project",
        401,
        r#"{"error":{"message":"OpenAI-Project header should match project for API key","code":"mismatched_project"}}"#,
        Kind::Permission,
        1,
        "OPENAI_PROJECT_ID",
    ),
    row(
        "wrong organisation",
        401,
        r#"{"error":{"message":"You must be a member of an organization to use the API."}}"#,
        Kind::Permission,
        1,
        "OPENAI_ORG_ID",
    ),
    row(
        "wrong address",
        401,
        r#"{"error":{"code":"ip_not_authorized","message":"no"}}"#,
        Kind::Permission,
        1,
        "address",
    ),
    row(
        "region",
        403,
        r#"{"error":{"message":"Country, region, or territory not supported","type":"request_forbidden","code":"unsupported_country_region_territory"}}"#,
        Kind::Permission,
        1,
        "region",
    ),
    row(
        "no permission",
        403,
        r#"{"error":{"message":"You have insufficient permissions for this operation."}}"#,
        Kind::Permission,
        1,
        "insufficient permissions",
    ),
    row(
        "model retired",
        404,
        r#"{"error":{"message":"The model `o4-mini` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
        Kind::ModelUnavailable,
        1,
        "\"o4-mini\"",
    ),
    row(
        "model unknown, no code",
        404,
        r#"{"error":{"message":"The model `o4-mini` does not exist or you do not have access to it."}}"#,
        Kind::ModelUnavailable,
        1,
        "Choose another model",
    ),
    row(
        "deployment unknown",
        404,
        r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#,
        Kind::ModelUnavailable,
        1,
        "deployment",
    ),
    row(
        "wrong path",
        404,
        "<html><title>404 Not Found</title></html>",
        Kind::InvalidRequest,
        1,
        "/v1",
    ),
    row(
        "unknown parameter",
        400,
        r#"{"error":{"message":"Unknown parameter: 'frobnicate'.","code":"unknown_parameter","param":"frobnicate"}}"#,
        Kind::InvalidRequest,
        1,
        "frobnicate",
    ),
    row(
        "unsupported value",
        400,
        r#"{"error":{"message":"Unsupported value: 'x'.","code":"unsupported_value","param":"truncation"}}"#,
        Kind::InvalidRequest,
        1,
        "Unsupported value",
    ),
    row(
        "missing parameter",
        400,
        r#"{"error":{"message":"Missing required parameter: 'text.format'.","code":"missing_required_parameter"}}"#,
        Kind::InvalidRequest,
        1,
        "text.format",
    ),
    row(
        "validation list",
        422,
        r#"{"detail":[{"loc":["body","input"],"msg":"Field required"}]}"#,
        Kind::InvalidRequest,
        1,
        "Field required",
    ),
    row(
        "context too long",
        400,
        r#"{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","code":null}}"#,
        Kind::ContextTooLong,
        1,
        "is too long for",
    ),
    row(
        "context too long, local",
        400,
        r#"{"error":{"code":400,"message":"request (7519 tokens) exceeds the available context size (1024 tokens), try increasing it","type":"exceed_context_size_error"}}"#,
        Kind::ContextTooLong,
        1,
        "is too long for",
    ),
    row(
        "policy",
        400,
        r#"{"error":{"message":"no","code":"cyber_policy"}}"#,
        Kind::Filtered,
        1,
        "content rules",
    ),
    row(
        "invalid prompt",
        400,
        r#"{"error":{"message":"no","code":"invalid_prompt"}}"#,
        Kind::Filtered,
        1,
        "content rules",
    ),
    row(
        "previous unknown",
        400,
        r#"{"error":{"message":"llama.cpp does not support 'previous_response_id'."}}"#,
        Kind::PreviousResponseNotFound,
        1,
        "--context replay",
    ),
    row(
        "previous id malformed",
        400,
        r#"{"error":{"message":"Invalid 'previous_response_id': 'x'. Expected an ID","code":null}}"#,
        Kind::PreviousResponseNotFound,
        1,
        "earlier turns",
    ),
    row(
        "unanswered tool call",
        400,
        r#"{"error":{"message":"No tool output found for function call call_1."}}"#,
        Kind::PreviousResponseNotFound,
        1,
        "earlier turns",
    ),
    row(
        "rate limit",
        429,
        r#"{"error":{"message":"Rate limit reached for o4-mini in organization org-x. Please try again in 1ms.","type":"tokens","code":"rate_limit_exceeded"}}"#,
        Kind::RateLimited,
        3,
        "too many requests",
    ),
    row(
        "rate limit, number for a code",
        429,
        r#"{"error":{"message":"slow. try again in 1ms","code":429}}"#,
        Kind::RateLimited,
        3,
        "too many requests",
    ),
    row(
        "rate limit, JSON as text",
        429,
        r#"{"error":{"message":"try again in 1ms","code":"429","type":"throttling_error"}}"#,
        Kind::RateLimited,
        3,
        "too many requests",
    ),
    row(
        "rate limit for too long",
        429,
        r#"{"error":{"message":"Please try again in 6m0s.","code":"rate_limit_exceeded"}}"#,
        Kind::RateLimited,
        1,
        "6 minutes",
    ),
    row(
        "request too large",
        429,
        r#"{"error":{"message":"Request too large for o4-mini on tokens per min (TPM): Limit 1, Requested 30. try again in 1ms","type":"tokens","code":"rate_limit_exceeded"}}"#,
        Kind::TooLarge,
        1,
        "waiting does not help",
    ),
    row("body too large", 413, "<html><title>413</title></html>", Kind::TooLarge, 1, "larger"),
    row(
        "quota",
        429,
        r#"{"error":{"message":"You exceeded your current quota. try again in 1ms","type":"insufficient_quota","code":"insufficient_quota"}}"#,
        Kind::Billing,
        1,
        "billing",
    ),
    row(
        "credit",
        402,
        r#"{"error":{"message":"Insufficient credits","code":402}}"#,
        Kind::Billing,
        1,
        "credit",
    ),
    row(
        "spending limit",
        429,
        r#"{"error":{"message":"no","code":"project_spend_limit_exceeded"}}"#,
        Kind::Billing,
        1,
        "spending limit",
    ),
    row(
        "overloaded",
        503,
        r#"{"error":{"message":"try again in 1ms","type":"service_unavailable_error","code":"server_is_overloaded"}}"#,
        Kind::Server,
        3,
        "overloaded",
    ),
    row(
        "slow down",
        429,
        r#"{"error":{"message":"try again in 1ms","code":"slow_down"}}"#,
        Kind::Server,
        3,
        "overloaded",
    ),
    row(
        "server error",
        500,
        r#"{"error":{"message":"The server had an error. try again in 1ms","type":"server_error"}}"#,
        Kind::Server,
        3,
        "error",
    ),
    row(
        "server error as a stream",
        500,
        "data: {\"error\":{\"message\":\"try again in 1ms\"}}\n\ndata: [DONE]\n\n",
        Kind::Server,
        3,
        "HTTP 500",
    ),
    row("not implemented", 501, "no", Kind::Server, 1, "HTTP 501"),
    row(
        "gateway",
        502,
        "<html><head><title>502 try again in 1ms</title></head></html>",
        Kind::Gateway,
        3,
        "proxy",
    ),
    row("empty 503", 503, r#"{"message":"try again in 1ms"}"#, Kind::Server, 3, "not available"),
    row("timeout at the server", 408, "try again in 1ms", Kind::Timeout, 3, "timed out"),
    row("conflict", 409, "try again in 1ms", Kind::Server, 3, "busy"),
    row("redirect", 302, "", Kind::Gateway, 1, "redirected"),
    row("nothing", 204, "", Kind::Gateway, 1, "Responses API"),
    row(
        "local server's plain error",
        404,
        r#"{"error":"model 'o4-mini' not found, try pulling it first"}"#,
        Kind::ModelUnavailable,
        1,
        "\"o4-mini\"",
    ),
    row("teapot", 418, "short and stout", Kind::InvalidRequest, 1, "HTTP 418"),
];

#[tokio::test]
async fn every_error_has_its_kind_its_sentence_and_its_number_of_requests() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let script = || http_answer(row.status, &[("x-request-id", "req_7")], row.body);
        let server = ScriptedServer::start((0..4).map(|_| script()).collect());
        let ending =
            reply_ending(&reply_events(&patient_client(&server), question_request()).await);
        let ReplyOutcome::Failed(failure) = &ending.outcome else {
            panic!("{}: {:?}", row.name, ending.outcome);
        };
        let output = failure.to_string();
        if failure.kind != row.kind
            || !output.contains(row.says)
            || !output.ends_with("(request req_7)")
            || server.posts() != row.posts
        {
            wrong.push(format!(
                "{}: {:?}, {} posts: {output}",
                row.name,
                failure.kind,
                server.posts()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_rate_limit_inside_a_stream_says_itself_when_to_ask_again() {
    let limit = sse_frame(
        r#"{"type":"error","code":"rate_limit_exceeded","message":"Rate limit reached. Please try again in 7ms."}"#,
    );
    let server = ScriptedServer::start(vec![
        event_stream(limit),
        event_stream(official_stream(["a", "b", "c"])),
    ]);
    let output = reply_events(&patient_client(&server), question_request()).await;
    assert_eq!(reply_ending(&output).outcome, ReplyOutcome::Completed);
    let pause = output.iter().find_map(|it| match it {
        ReplyEvent::Retrying { after, .. } => Some(*after),
        _ => None,
    });
    assert_eq!(pause, Some(Duration::from_millis(7)));
}

#[tokio::test]
async fn the_same_errors_inside_a_stream_have_the_same_kinds_in_every_shape() {
    let cases = [
        (
            r#"{"type":"error","sequence_number":2,"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"quota"}}"#,
            Kind::Billing,
        ),
        (
            r#"{"type":"error","code":"insufficient_quota","message":"quota","param":null}"#,
            Kind::Billing,
        ),
        (
            r#"{"type":"error","code":"rate_limit_exceeded","message":"Request too large for gpt-4o. Limit 1, Requested 30"}"#,
            Kind::TooLarge,
        ),
        (
            r#"{"type":"error","code":"context_length_exceeded","message":"no"}"#,
            Kind::ContextTooLong,
        ),
        (r#"{"type":"error","code":"model_not_found","message":"no"}"#, Kind::ModelUnavailable),
        (
            r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"no"}}}"#,
            Kind::Server,
        ),
        (r#"{"type":"response.failed","response":{"status":"failed"}}"#, Kind::Server),
        (
            r#"{"type":"response.error","error":{"code":429,"type":"throttling_error","message":"no"}}"#,
            Kind::RateLimited,
        ),
    ];
    for (json, kind) in cases {
        let server = ScriptedServer::start(vec![event_stream(sse_frame(json))]);
        let ending = ask(&server).await;
        assert_eq!(ending_failure(&ending).kind, kind, "{json}");
        assert_eq!(server.posts(), 1);
    }
}

#[tokio::test]
async fn the_specific_reason_wins_whether_it_comes_before_or_after_the_failed_response() {
    let failed = sse_frame(
        r#"{"type":"response.failed","response":{"id":"resp_5","status":"failed","error":{"code":"server_error","message":"vague"}}}"#,
    );
    let reason = sse_frame(
        r#"{"type":"error","error":{"code":"content_filter","message":"The response was filtered"}}"#,
    );
    for order in [failed.clone() + &reason, reason + &failed] {
        let server = ScriptedServer::start(vec![event_stream(order)]);
        let ending = ask(&server).await;
        assert_eq!(ending_failure(&ending).kind, Kind::Filtered);
        assert_eq!(ending.response_id, Some(ResponseId::new("resp_5")));
    }
}

#[tokio::test]
async fn neither_the_key_nor_the_question_is_in_any_failure() {
    let echo = format!(
        r#"{{"error":{{"message":"Bad request by sk-live-0123456789 with '{QUESTION}' in it","code":"invalid_value"}}}}"#
    );
    let server = ScriptedServer::start(vec![json_answer(400, &echo)]);
    let api_key = ApiKey::Typed("sk-live-0123456789".to_owned().into());
    let client = Client::new(ClientSettings { api_key, ..settings(&server.base_url()) }).unwrap();
    let ending = reply_ending(&reply_events(&client, question_request()).await);
    let output = format!("{:?}", ending_failure(&ending));
    assert!(output.contains("Bad request"), "{output}");
    assert!(!output.contains("0123456789") && !output.contains("aunt"), "{output}");
    assert!(!format!("{client:?}").contains("0123456789"));
}

#[tokio::test]
async fn a_refused_key_is_named_by_the_place_it_came_from() {
    let typed = "The server does not accept this API key.";
    let elsewhere = "or run `duologue setup` to store another.";
    for (api_key, sentence, next_step) in [
        (
            ApiKey::Environment("sk-env".to_owned().into(), "OPENAI_API_KEY".to_owned()),
            "The server does not accept the API key from OPENAI_API_KEY.",
            elsewhere,
        ),
        (
            ApiKey::Command("echo sk-command".to_owned()),
            "The server does not accept the API key from api_key_command in config.toml.",
            elsewhere,
        ),
        (ApiKey::Typed("sk-typed".to_owned().into()), typed, ""),
        (ApiKey::None, "The server needs an API key, and none is set.", "Run `duologue setup`."),
    ] {
        let body = r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#;
        let server = ScriptedServer::start(vec![json_answer(401, body)]);
        let client =
            Client::new(ClientSettings { api_key, ..settings(&server.base_url()) }).unwrap();
        let failure = client.models().await.unwrap_err();
        assert_eq!(failure.sentence, sentence);
        assert!(failure.advice.to_string().ends_with(next_step), "{}", failure.advice);
    }
}

#[tokio::test]
async fn a_missing_key_is_reported_before_anything_is_sent() {
    let client = Client::new(settings("https://api.openai.com/v1")).unwrap();
    let ending = reply_ending(&reply_events(&client, question_request()).await);
    let failure = ending_failure(&ending);
    assert_eq!(failure.kind, Kind::ApiKey);
    assert!(failure.advice.to_string().contains("OPENAI_API_KEY"));
    assert_eq!(client.models().await.unwrap_err().kind, Kind::ApiKey);
}

#[tokio::test]
async fn an_unknown_host_and_a_server_without_tls_have_different_errors() {
    let server = ScriptedServer::start(vec![http_answer(200, &[], "plain")]);
    let plain = server.base_url().replace("http://", "https://");
    let cases =
        [("http://no-such-host.invalid/v1", "could not be resolved"), (plain.as_str(), "secure")];
    for (base_url, says) in cases {
        let client = Client::new(settings(base_url)).unwrap();
        let ending = reply_ending(&reply_events(&client, question_request()).await);
        let failure = ending_failure(&ending);
        assert_eq!(failure.kind, Kind::Network);
        assert!(failure.sentence.contains(says), "{}", failure.sentence);
    }
}

#[tokio::test]
async fn an_error_that_no_repetition_changes_is_not_retried_whatever_its_status() {
    for code in [
        "context_length_exceeded",
        "content_filter",
        "model_not_found",
        "invalid_api_key",
        "unsupported_parameter",
        "previous_response_not_found",
    ] {
        let body = format!(r#"{{"error":{{"message":"x","code":"{code}"}}}}"#);
        let server = ScriptedServer::start((0..3).map(|_| json_answer(500, &body)).collect());
        let ending =
            reply_ending(&reply_events(&patient_client(&server), question_request()).await);
        assert!(matches!(ending.outcome, ReplyOutcome::Failed(_)), "{code}");
        assert_eq!(server.posts(), 1, "{code}");
    }
}

#[tokio::test]
async fn the_server_decides_about_retries() {
    let reported = |status, word: &'static str| {
        http_answer(status, &[("x-should-retry", word), ("retry-after-ms", "1")], "")
    };
    let server = ScriptedServer::start(vec![reported(500, "false")]);
    reply_events(&patient_client(&server), question_request()).await;
    assert_eq!(server.posts(), 1);
    let server = ScriptedServer::start(vec![reported(400, "true"), reported(400, "false")]);
    let events = reply_events(&patient_client(&server), question_request()).await;
    assert!(matches!(events[0], ReplyEvent::Retrying { .. }));
    assert_eq!(server.posts(), 2);
}
