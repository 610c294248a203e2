//! Text in other encodings than UTF-8, binary files, and pipes or devices in place of files.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};

const LATIN1: &[u8] = b"Gr\xfc\xdfe aus M\xfcnchen\n";

fn run_with_bytes(home: &Home, words: &[&str], input: &[u8]) -> RunOutput {
    let mut command = home.command(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that fails before it reads has closed the pipe already.
    let _ = child.stdin.take().unwrap().write_all(input);
    RunOutput::from(child.wait_with_output().unwrap())
}

fn questions(home: &Home) -> Vec<String> {
    let Ok(text) = fs::read_to_string(home.file()) else { return Vec::new() };
    let file: Value = serde_json::from_str(&text).unwrap();
    let messages = file.as_object().unwrap().values().flat_map(|chat| {
        chat["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "user")
    });
    messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn standard_input_in_another_encoding_is_read_and_reported() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = run_with_bytes(&home, &["ask"], LATIN1);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("Standard input was read as ISO-8859-1."), "{}", ran.stderr);
    let utf16: Vec<u8> = "\u{feff}żółw".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(run_with_bytes(&home, &["ask"], &utf16).code, 0);
    let ran = run_with_bytes(&home, &["ask", "--encoding", "iso-8859-2"], b"\xb3\xb1ka");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("was read as"), "{}", ran.stderr);
    run_with_bytes(&home, &["ask"], "\u{feff}plain".as_bytes());
    let mut asked = questions(&home);
    asked.sort();
    assert_eq!(asked, ["Grüße aus München", "plain", "łąka", "żółw"]);
    assert_eq!(run_with_bytes(&home, &["ask", "--encoding", "klingon"], b"x").code, 2);
}

#[test]
fn binary_input_is_rejected_and_nothing_is_stored() {
    let home = Home::new().with_server("http://127.0.0.1:9/v1".to_owned());
    let noise: Vec<u8> = (0..200_u8).map(|byte| byte.wrapping_mul(73).wrapping_add(9)).collect();
    for bytes in [noise.as_slice(), b"\x7fELF\x02\x01\x01\0", b"text\0text"] {
        let ran = run_with_bytes(&home, &["ask", "what"], bytes);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("binary"), "{}", ran.stderr);
    }
    assert!(questions(&home).is_empty());
}

#[test]
fn damaged_utf_8_and_endless_input_are_refused_and_nothing_is_stored() {
    let home = Home::new().with_server("http://127.0.0.1:9/v1".to_owned());
    let whole = "Fehler: prüfen ä".as_bytes();
    let cut = &whole[..whole.len() - 1];
    for words in
        [&["ask", "what"][..], &["--plain"], &["presets", "create", "p", "--instructions", "-"]]
    {
        let ran = run_with_bytes(&home, words, cut);
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("--encoding"), "{words:?}: {}", ran.stderr);
    }
    let file = home.path().join("cut.txt");
    fs::write(&file, cut).unwrap();
    let ran = home.run(&["ask", "what", "--attach", file.to_str().unwrap()]);
    assert!(ran.code != 0 && ran.stderr.contains("--encoding"), "{}", ran.stderr);
    let long = vec![b'y'; 10 * 1024 * 1024 + 1];
    for words in [&["ask", "what"][..], &["ask", "-"], &["--plain"]] {
        let ran = run_with_bytes(&home, words, &long);
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("larger than 10 MB"), "{words:?}: {}", ran.stderr);
    }
    assert!(questions(&home).is_empty());
}

#[test]
fn plain_lines_in_another_encoding_are_read_and_reported() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = run_with_bytes(&home, &["--plain"], b"Gr\xfc\xdfe\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("was read as ISO-8859-1"), "{}", ran.stderr);
    assert_eq!(questions(&home), ["Grüße"]);
    let ran = run_with_bytes(&home, &["--plain"], b"\x7fELF\x02\x01\0\n");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("binary"), "{}", ran.stderr);
    assert_eq!(questions(&home), ["Grüße"]);
}

#[test]
fn an_attached_file_in_another_encoding_is_sent_as_its_text() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let file = home.path().join("old.txt");
    fs::write(&file, LATIN1).unwrap();
    let ran = home.run(&["ask", "what", "--attach", file.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("old.txt was read as ISO-8859-1."), "{}", ran.stderr);
    let sent = server.answer_requests().last().unwrap().to_string();
    assert!(sent.contains("Grüße aus München"), "{sent}");
}

#[test]
fn an_import_in_utf_16_is_read() {
    let home = Home::new();
    let chats = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "Żółw", "last_update": 5, "messages": [], "last_response_id": null}}"#;
    let utf16: Vec<u8> =
        format!("\u{feff}{chats}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let file = home.path().join("chats.json");
    fs::write(&file, utf16).unwrap();
    let ran = home.run(&["import", file.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(home.run(&["list"]).stdout.contains("Żółw"));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_an_immediate_error() {
    let home = Home::new();
    let made = std::process::Command::new("mkfifo").arg(home.file()).status().unwrap();
    assert!(made.success());
    let fifo = home.file().display().to_string();
    let server = demo_server();
    let home = home.with_server(server.base_url());
    let config = home.path().join("config/duologue");
    fs::create_dir_all(config.join("themes")).unwrap();
    let theme = config.join("themes/pipe.toml");
    assert!(std::process::Command::new("mkfifo").arg(theme).status().unwrap().success());
    for words in [
        vec!["list"],
        vec!["ask", "hi"],
        vec!["doctor"],
        vec!["import", &fifo],
        vec!["ask", "hi", "--attach", &fifo],
    ] {
        let ran = home.run(&words);
        assert_ne!(ran.code, 0, "{words:?}");
        let output = ran.stderr.contains("regular file") || ran.stderr.contains("read to its end");
        assert!(output, "{words:?}: {}", ran.stderr);
    }
}

#[test]
fn a_search_finds_every_spelling_of_a_word() {
    let home = Home::new();
    let chats = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "One", "last_update": 5, "messages": [{"role": "user", "text": "Zimowa ła\u{328}ka cafe\u{301}, ΣΑΣ, Straße und 한글", "timestamp": 5, "response_id": null}], "last_response_id": null}}"#;
    let chats = chats.replace("\\u{328}", "\u{328}").replace("\\u{301}", "\u{301}");
    fs::write(home.file(), chats).unwrap();
    for word in ["café", "łąka", "σας", "STRASSE", "straße", "\u{1112}\u{1161}\u{11ab}글"] {
        let ran = home.run(&["search", word]);
        assert_eq!(ran.code, 0, "{word}: {}", ran.stderr);
    }
    assert_eq!(home.run(&["search", "cafe"]).code, 1);
}
