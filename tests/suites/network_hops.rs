//! Between program and server: proxies, unencrypted connections, silence.

use std::fs;
use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use duologue::api::{Client, ClientSettings};
use duologue::chat::{FailureKind, ReplyOutcome};
use duologue::settings::Timeouts;
use serde_json::Value;
use tokio::time::timeout;

use crate::support::ask_server::{
    ending_failure, official_stream, question_request, reply_ending, reply_events, settings,
    sse_frame,
};
use crate::support::home::{Home, RunOutput};
use crate::support::pty::Pty;
use crate::support::scripted_server::{
    BARRIER_TIMEOUT, ScriptStep, ScriptedServer, barrier, event_stream, event_stream_head,
    http_answer, json_answer, read_request,
};
use crate::support::socks_server::SocksServer;

/// A server that can be reached only through a proxy.
const FAR: &str = "http://api.test.invalid/v1";

fn ask(home: &Home, base_url: &str, environment: &[(&str, &str)]) -> RunOutput {
    let mut command = home.command(&["--base-url", base_url, "ask", "hi"]);
    RunOutput::from(command.envs(environment.iter().copied()).output().unwrap())
}

/// Returns the error for a server behind `HTTPS_PROXY`.
fn failure_through(proxy: &str) -> String {
    let environment = [("HTTPS_PROXY", proxy), ("OPENAI_API_KEY", "sk-test")];
    let ran = ask(&Home::new(), "https://api.test.invalid/v1", &environment);
    assert_eq!(ran.code, 1);
    ran.stderr
}

#[test]
fn a_server_that_accepts_a_connection_and_does_not_answer_is_reachable() {
    // The system accepts the connection; nobody reads from it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let settings = settings(&base_url);
    let timeouts = Timeouts { connect: Duration::from_millis(10), ..settings.timeouts };
    let client = Client::new(ClientSettings { timeouts, ..settings }).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let checked =
        runtime.block_on(async { timeout(BARRIER_TIMEOUT, client.check_reachable()).await });
    assert_eq!(checked, Ok(Ok(())));
}

fn host_of(server: &ScriptedServer) -> String {
    server.base_url().replace("http://", "").replace("/v1", "")
}

#[test]
fn a_proxy_that_fails_is_named_with_its_variable_and_the_server_is_not_blamed() {
    let refused = failure_through("http://127.0.0.1:1");
    assert!(
        refused.contains("nothing listens at the proxy 127.0.0.1:1 (HTTPS_PROXY)."),
        "{refused}"
    );
    let unknown = failure_through("http://user:secret@proxy.test.invalid:8080");
    assert!(
        unknown
            .contains("host name of the proxy proxy.test.invalid:8080 (HTTPS_PROXY) could not be"),
        "{unknown}"
    );
    assert!(!unknown.contains("secret"), "{unknown}");
    let server = ScriptedServer::start(vec![http_answer(407, &[], "")]);
    let password = failure_through(&format!("http://{}", host_of(&server)));
    assert!(password.contains("(HTTPS_PROXY) needs a user name and a password."), "{password}");
    let server = ScriptedServer::start((0..3).map(|_| http_answer(502, &[], "")).collect());
    let bad_gateway = failure_through(&format!("http://{}", host_of(&server)));
    assert!(
        bad_gateway.contains("(HTTPS_PROXY) did not connect to api.test.invalid."),
        "{bad_gateway}"
    );
    // The server is found to be out of reach before the question is stored, so nothing is retried.
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_proxy_for_plain_http_that_wants_a_password_says_so_too() {
    let server = ScriptedServer::start(vec![http_answer(407, &[], "")]);
    let proxy = format!("http://{}", host_of(&server));
    let ran = ask(&Home::new(), FAR, &[("HTTP_PROXY", &proxy)]);
    assert!(
        ran.stderr.contains("(HTTP_PROXY) needs a user name and a password."),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_error_page_of_a_proxy_for_plain_http_is_the_proxys() {
    for (status, body) in [(403, "<title>Blocked</title>"), (502, "")] {
        let server =
            ScriptedServer::start((0..9).map(|_| http_answer(status, &[], body)).collect());
        let proxy = format!("http://{}", host_of(&server));
        let ran = ask(&Home::new(), FAR, &[("HTTP_PROXY", &proxy)]);
        let expected = format!("The proxy {} (HTTP_PROXY) answered", host_of(&server));
        assert!(ran.stderr.contains(&expected), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("HTTP {status}")), "{}", ran.stderr);
        assert!(!ran.stderr.contains("API key"), "{}", ran.stderr);
    }
}

#[test]
fn a_socks_proxy_is_used_and_its_refusal_is_its_own() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(["a", "b", "c"]))]);
    let proxy = SocksServer::start(Some(host_of(&server)));
    let address = format!("socks5h://{}", proxy.address());
    let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", &address)]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "abc\n"), "{}", ran.stderr);
    // Once to see whether the server can be reached, once with the question.
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(|host| host == "api.test.invalid"), "{asked:?}");

    let proxy = SocksServer::start(None);
    let address = format!("socks5h://{}", proxy.address());
    let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", &address)]);
    assert!(
        ran.stderr.contains("(ALL_PROXY) did not connect to api.test.invalid."),
        "{}",
        ran.stderr
    );
    let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", "socks5h://127.0.0.1:1")]);
    assert!(
        ran.stderr.contains("no connection to the proxy 127.0.0.1:1 (ALL_PROXY) could be made."),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_proxy_that_does_not_accept_a_password_is_named_with_the_scheme_that_was_written() {
    let proxy = SocksServer::start_locked();
    let wrong = format!("socks5h://ann:secret@{}", proxy.address());
    let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", &wrong)]);
    let expected = "(ALL_PROXY) did not accept the user name and the password. Correct both in \
                    ALL_PROXY: socks5h://NAME:PASSWORD@HOST:PORT";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
    let missing = format!("socks5h://{}", proxy.address());
    let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", &missing)]);
    let expected = "needs a user name and a password. Write both into ALL_PROXY, as in \
                    socks5h://NAME:PASSWORD@HOST:PORT.";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    let server = ScriptedServer::start(vec![http_answer(407, &[], "")]);
    let refused = failure_through(&format!("http://ann:secret@{}", host_of(&server)));
    assert!(refused.contains("did not accept the user name and the password."), "{refused}");
}

#[test]
fn a_name_that_a_socks_proxy_leaves_to_this_machine_gets_advice_for_its_own_scheme() {
    for (scheme, remote) in [("socks4", "socks4a"), ("socks5", "socks5h")] {
        let proxy = format!("{scheme}://127.0.0.1:1");
        let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", &proxy)]);
        let expected = format!("Write {remote}:// instead of {scheme}:// in ALL_PROXY");
        assert!(ran.stderr.contains(&expected), "{}", ran.stderr);
    }
}

#[test]
fn a_variable_that_holds_no_proxy_is_refused_with_the_forms_there_are() {
    for value in ["ftp://127.0.0.1:1", "http://", "not a proxy", "socks6://127.0.0.1:1"] {
        let ran = ask(&Home::new(), FAR, &[("ALL_PROXY", value)]);
        assert_eq!(ran.code, 1);
        let expected = "ALL_PROXY is not the address of a proxy. Write it as http://HOST:PORT";
        assert!(ran.stderr.contains(expected), "{value}: {}", ran.stderr);
    }
    // Servers of tools say the same.
    let home = Home::new();
    let config = home.path().join("config/duologue");
    fs::create_dir_all(&config).unwrap();
    let server = "[mcp.web]\nurl = \"http://mcp.test.invalid/mcp\"\n";
    fs::write(config.join("config.toml"), server).unwrap();
    let ran = home.command(&["mcp"]).env("ALL_PROXY", "ftp://127.0.0.1:1").output().unwrap();
    let ran = RunOutput::from(ran);
    let expected = "The MCP server \"web\" could not be started: ALL_PROXY is not the address of a proxy. \
                    Write it as http://HOST:PORT";
    let said = [ran.stdout, ran.stderr].concat();
    assert!(said.contains(expected), "{said}");
    #[cfg(unix)]
    for name in ["HTTP_PROXY", "NO_PROXY"] {
        use std::os::unix::ffi::OsStrExt;
        let home = Home::new();
        let mut command = home.command(&["ask", "--base-url", FAR, "Hello"]);
        command.env(name, std::ffi::OsStr::from_bytes(b"http://127.0.0.1:1/\xe9"));
        let ran = RunOutput::from(command.output().unwrap());
        let expected = format!("{name} is not UTF-8 text. Set {name} again, or unset it.");
        assert!(ran.stderr.contains(&expected), "{}", ran.stderr);
    }
    // Servers it is not used for are reached directly.
    let environment = [("ALL_PROXY", "ftp://127.0.0.1:1"), ("NO_PROXY", "api.test.invalid")];
    let ran = ask(&Home::new(), FAR, &environment);
    assert!(ran.stderr.contains("could not be resolved"), "{}", ran.stderr);
    let server = ScriptedServer::start(vec![event_stream(official_stream(["a", "b", "c"]))]);
    let ran = ask(&Home::new(), &server.base_url(), &[("HTTP_PROXY", "ftp://127.0.0.1:1")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_key_goes_over_plain_http_only_where_that_is_allowed() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(["a", "b", "c"]))]);
    let proxy = format!("http://{}", host_of(&server));
    let environment = [("HTTP_PROXY", proxy.as_str()), ("OPENAI_API_KEY", "sk-test")];
    let home = Home::new();
    let ran = ask(&home, FAR, &environment);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("allow_http = true"), "{}", ran.stderr);
    assert!(ran.stderr.contains("api.test.invalid"), "{}", ran.stderr);
    assert!(server.seen().is_empty());

    let config = home.path().join("config/duologue");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), "allow_http = true\n").unwrap();
    let ran = ask(&home, FAR, &environment);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "abc\n"), "{}", ran.stderr);
}

#[test]
fn headers_go_over_plain_http_only_where_that_is_allowed() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(["a", "b", "c"]))]);
    let proxy = format!("http://{}", host_of(&server));
    let environment = [("HTTP_PROXY", proxy.as_str())];
    let home = Home::new();
    let config = home.path().join("config/duologue");
    fs::create_dir_all(&config).unwrap();
    let headers = "headers = { X-Api-Key = \"hidden-value\" }\n";
    fs::write(config.join("config.toml"), headers).unwrap();
    let ran = ask(&home, FAR, &environment);
    assert_eq!(ran.code, 1);
    let why = "the connection to api.test.invalid is not encrypted, so the headers were not sent.";
    assert!(ran.stderr.contains(why), "{}", ran.stderr);
    assert!(ran.stderr.contains("allow_http = true"), "{}", ran.stderr);
    assert!(server.seen().is_empty(), "{:?}", server.seen());

    fs::write(config.join("config.toml"), format!("allow_http = true\n{headers}")).unwrap();
    let ran = ask(&home, FAR, &environment);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "abc\n"), "{}", ran.stderr);
    assert_eq!(server.seen()[0].header("x-api-key"), Some("hidden-value"));
}

#[test]
fn in_a_terminal_plain_http_is_asked_about_once() {
    let script = || event_stream(official_stream(["all ", "is ", "well"]));
    let server = ScriptedServer::start(vec![script(), script()]);
    let proxy = format!("http://{}", host_of(&server));
    let environment = [("HTTP_PROXY", proxy.as_str()), ("OPENAI_API_KEY", "sk-test")];
    let home = Home::new();
    let words = ["--base-url", FAR, "ask", "hi"];
    let mut pty = Pty::start_with(&home, &words, (100, 30), &environment);
    pty.wait_for("api.test.invalid is not encrypted");
    pty.press("yes\r");
    pty.wait_for("all is well");
    let mut pty = Pty::start_with(&home, &words, (100, 30), &environment);
    pty.wait_for("all is well");
    assert!(!pty.text().contains("not encrypted"), "{}", pty.text());

    let home = Home::new();
    let mut pty = Pty::start_with(&home, &words, (100, 30), &environment);
    pty.wait_for("api.test.invalid is not encrypted");
    pty.press("n\r");
    pty.wait_for("allow_http = true");
    let ran = ask(&home, FAR, &environment);
    assert!(ran.stderr.contains("allow_http = true"), "{}", ran.stderr);
    assert_eq!(server.posts(), 2);

    let home = Home::new();
    let config = home.path().join("config/duologue");
    fs::create_dir_all(&config).unwrap();
    let headers = "headers = { X-Api-Key = \"hidden-value\" }\n";
    fs::write(config.join("config.toml"), headers).unwrap();
    let mut pty = Pty::start_with(&home, &words, (100, 30), &environment[..1]);
    pty.wait_for("can read the headers");
    pty.press("n\r");
    pty.wait_for("allow_http = true");
    assert_eq!(server.posts(), 2);
}

/// A proxy for plain HTTP that answers every request, of any kind, with 407.
fn start_locked_proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream);
            let answer = "HTTP/1.1 407 Locked\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            if read_request(&mut reader).is_some() {
                let _ = reader.get_mut().write_all(answer.as_bytes());
            }
        }
    });
    format!("http://{address}")
}

#[test]
fn a_question_refused_before_it_is_sent_leaves_nothing_in_the_file() {
    let proxy = start_locked_proxy();
    for (base_url, environment, why) in [
        (FAR, vec![], "could not be resolved"),
        (FAR, vec![("HTTP_PROXY", proxy.as_str())], "needs a user name and a password"),
        ("https://api.openai.com/v1", vec![], "no API key is set."),
        ("https://me.openai.azure.com/openai/v1", vec![], "no API key is set."),
        ("https://openrouter.ai/api/v1", vec![], "no API key is set."),
        ("https://api.openai.com/v1", vec![("OPENAI_API_KEY", "sk-a\nb")], "a line break"),
        ("http://127.0.0.1:1/v1", vec![], "refused the connection"),
    ] {
        let home = Home::new();
        let ran = ask(&home, base_url, &environment);
        assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
        assert!(!home.file().exists(), "{why}");
        let words = ["--base-url", base_url];
        let mut pty = Pty::start_with(&home, &words, (100, 30), &environment);
        pty.wait_for("Ask anything");
        pty.press("precious words\r");
        if why == "no API key is set." {
            // The setup comes in place of the window, which has the text again after it.
            pty.wait_for("Number or name");
            pty.press("\x04");
            pty.wait("the window", Pty::in_alternate_screen);
        } else {
            pty.wait_for("Not sent: ");
            pty.wait_for_sentence(why);
        }
        pty.wait_for("precious words");
        pty.press("\x11");
        pty.wait_for_end();
        assert!(!home.file().exists(), "{why}");
    }
}

#[tokio::test]
async fn sse_comments_do_not_count_as_an_answer() {
    let (mut barriers, mut script) = (Vec::new(), vec![ScriptStep::Send(event_stream_head())]);
    for _ in 0..100 {
        let (open, closed) = barrier();
        barriers.push(open);
        script.extend([ScriptStep::Send(b": keep-alive\n\n".to_vec()), ScriptStep::Wait(closed)]);
    }
    let server = ScriptedServer::start(vec![script]);
    thread::spawn(move || {
        for open in barriers {
            thread::park_timeout(Duration::from_millis(50));
            let _ = open.send(());
        }
    });
    let mut short = settings(&server.base_url());
    short.timeouts.idle = Duration::from_millis(500);
    let client = Client::new(ClientSettings { ..short }).unwrap();
    let ending = reply_ending(&reply_events(&client, question_request()).await);
    assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)));
    assert_eq!(ending_failure(&ending).kind, FailureKind::Timeout);
}

#[test]
fn an_organization_that_keeps_nothing_is_remembered_and_named_once() {
    let refused = || {
        json_answer(
            400,
            r#"{"error":{"message":"Previous response cannot be used for this organization due to Zero Data Retention.","type":"invalid_request_error","param":"previous_response_id","code":null}}"#,
        )
    };
    let answer = || event_stream(official_stream(["a", "b", "c"]));
    let server = ScriptedServer::start(vec![answer(), refused(), answer(), answer(), answer()]);
    let home = Home::new().with_server(server.base_url());
    assert_eq!(home.run(&["ask", "one"]).code, 0);
    let second = home.run(&["ask", "-c", "two"]);
    assert!(second.stderr.contains("Zero Data Retention"), "{}", second.stderr);
    let third = home.run(&["ask", "-c", "three"]);
    assert_eq!(third.code, 0, "{}", third.stderr);
    assert!(!third.stderr.contains("Retention"), "{}", third.stderr);
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    let last = seen[3].json();
    assert_eq!(last.get("previous_response_id"), None);
    assert_eq!(last["input"].as_array().unwrap().len(), 5);
    // The web app would fail on an id it cannot go on from.
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    let messages = chat["messages"].as_array().unwrap();
    assert_eq!(messages.last().unwrap()["response_id"], Value::Null);
}

#[test]
fn an_answer_without_text_is_reported_and_leaves_no_message() {
    for text in ["", " \\n"] {
        let done = format!(
            r#"{{"type":"response.completed","response":{{"id":"resp_1","status":"completed","output":[{{"type":"message","content":[{{"type":"output_text","text":"{text}"}}]}}]}}}}"#
        );
        let server = ScriptedServer::start(vec![event_stream(sse_frame(&done))]);
        let home = Home::new().with_server(server.base_url());
        let ran = home.run(&["ask", "hi"]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("The model returned no text."), "{}", ran.stderr);
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        let chat = file.as_object().unwrap().values().next().unwrap();
        assert_eq!(chat["messages"].as_array().unwrap().len(), 1);
    }
}
