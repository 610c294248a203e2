//! Hostile text, end to end: text of a file or a model reaches a terminal or a pipe as harmless
//! characters, and in time.

use std::fs;

use serde_json::json;

use crate::support::home::Home;
use crate::support::pty::Pty;

/// Everything that could act on a terminal, and tricks with what cannot be seen.
fn hostile() -> String {
    let controls: String = (0_u8..0x20).chain(0x7f..0xa0).map(char::from).collect();
    [
        "Before. \x1b[2J\x1b[H\x1b[?1049l\x1b[31m\x1b]0;owned\x07\x1b]52;c;cm0=\x07",
        "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1bPq#0\x1b\\ \x1b_apc\x1b\\ \x1b^pm\x1b\\ \x1bc",
        "\u{9b}2J \u{9d}52;c;x\u{9c} \u{90}q\u{9c} \u{9f}x\u{9c}\n\n",
        &controls,
        "\n\n`\u{202e}txt.exe\u{202c}` \u{2066}x\u{2069}\u{200f} pay\u{200b}pal\u{feff}\u{e0041}\u{ad}\n\n",
        "```sh\n\x1b]52;c;cm0=\x07 ls \u{202e}\n```\n\n",
        "| \x1b[2J | \u{202e} |\n|---|---|\n| \x1b]0;x\x07 | \u{9b}m |\n\n",
        "[text\x1b[2J](http://evil.example/\x1b]52;c;x\x07) <https://evil.example/\u{202e}>\n\n",
        "$\x1b[2J\u{202e}$\n\n",
        "&#27;[2J &#x1b;]0;owned&#7; &#155;2J **&#8238;txt** [&#27;c](http://evil.example/&#27;[2J)\n\n",
        "``` a&#27;[2J\n&#27;\n```\n\n| &#27;[2J |\n|---|\n| &NewLine;&#x2028; |\n\nAfter everything.",
    ]
    .concat()
}

fn home_with(title: &str, text: &str, reasoning: &str) -> Home {
    let home = Home::new();
    let chat = json!({ "h": {
        "data": { "id": "h", "created_at": 1, "metadata": {}, "object": "conversation" },
        "chat_name": title,
        "last_update": 1,
        "messages": [
            { "role": "user", "text": text, "timestamp": 1, "response_id": null },
            { "role": "assistant", "text": text, "timestamp": 2, "response_id": null,
              "reasoning_data": { "complete_summary": reasoning, "web_searches": [
                  { "query": reasoning, "status": reasoning, "sources": [reasoning] }
              ], "tool_outputs": [{ "tool_name": reasoning, "input_display": reasoning }] },
              "agent_preset_id": reasoning, "model": null, "reasoning_level": null },
        ],
        "last_response_id": null,
    }});
    fs::write(home.file(), chat.to_string()).unwrap();
    home
}

/// What in a terminal's input is neither text nor what this program has to say to it.
fn foreign(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let mut found = Vec::new();
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(|c: char| c.is_control() || is_invisible(c)) {
        rest = &rest[at..];
        let used = own_sequence(rest);
        if used == 0 {
            found.push(rest.chars().take(20).collect::<String>().escape_debug().to_string());
        }
        let first = rest.chars().next().unwrap().len_utf8();
        rest = &rest[used.max(first)..];
    }
    found
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Bytes of a sequence this program writes at the beginning of a text; 0 where there is none.
fn own_sequence(text: &str) -> usize {
    if text.starts_with(['\r', '\n']) {
        return 1;
    }
    // What the terminal's text and background are, how large its cells, and how it shows frames.
    for query in ["\x1b]10;?\x1b\\", "\x1b]11;?\x1b\\", "\x1b[16t", "\x1b[?2026$p"] {
        if text.starts_with(query) {
            return query.len();
        }
    }
    // A link to where a browser goes, and its end.
    if let Some(link) = text.strip_prefix("\x1b]8;") {
        let end = link.find("\x1b\\").unwrap_or(0);
        let address = link[..end].split_once(';').map_or("", |(_, address)| address);
        let plain =
            address.is_empty() || address.starts_with("http://") || address.starts_with("https://");
        let good = plain && address.bytes().all(|byte| byte.is_ascii_graphic());
        return if good && end > 0 { end + 6 } else { 0 };
    }
    // The title of the window is kept, and cleared before it is restored.
    let cleared = "\x1b]0;\x07\x1b[23;0t";
    if text.starts_with(cleared) {
        return cleared.len();
    }
    if text.starts_with("\x1b[22;0t") || text.starts_with("\x1b[23;0t") {
        return 7;
    }
    // So is whether xterm sends Alt as ESC.
    if text.starts_with("\x1b[?1036s") || text.starts_with("\x1b[?1036r") {
        return 8;
    }
    // Rows that move down.
    if text.starts_with("\x1bM") {
        return 2;
    }
    if let Some(parameters) = text.strip_prefix("\x1b[") {
        let end =
            parameters.find(|c: char| !matches!(c, '0'..='9' | ';' | ':' | '?' | '<' | '>' | '='));
        let ends_well = |end: &usize| {
            parameters[*end..].starts_with(['m', 'H', 'J', 'K', 'h', 'l', 'u', 'q', 'c', 'r'])
        };
        return end.filter(ends_well).map_or(0, |end| end + 3);
    }
    if let Some(title) = text.strip_prefix("\x1b]0;").or_else(|| text.strip_prefix("\x1b]2;")) {
        let end = title.find(char::is_control);
        let named = end.is_some_and(|end| {
            title[end..].starts_with('\x07') && title[..end].ends_with("duologue")
        });
        return if named { end.unwrap() + 5 } else { 0 };
    }
    0
}

#[test]
fn a_hostile_file_does_not_control_the_terminal() {
    let home = home_with(&format!("{}\u{202e}", &hostile()[..60]), &hostile(), &hostile());
    let mut pty = Pty::start(&home, &["resume", "h"], 120, 50);
    pty.wait_for("After everything.");
    pty.press("\x0f");
    pty.wait_for("preset ");
    for _ in 0..4 {
        pty.press("\x1b[5~");
    }
    pty.wait_for("Before. ␛[2J␛[H");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let foreign = foreign(&pty.raw);
    assert!(foreign.is_empty(), "{foreign:#?}");
}

#[test]
fn a_hostile_file_puts_no_control_characters_into_a_pipe() {
    let home = home_with(&hostile()[..60], &hostile(), &hostile());
    for words in [
        vec!["show", "h"],
        vec!["show", "h", "--markdown"],
        vec!["show", "h", "--json"],
        vec!["list"],
        vec!["list", "--json"],
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        let bad = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!ran.stdout.contains(bad), "{words:?}: {:?}", ran.stdout.find(bad));
        assert!(words[0] == "list" || ran.stdout.contains("After everything."), "{words:?}");
    }
}

#[test]
fn a_hostile_conversation_is_laid_out_with_no_sequences_but_our_styles() {
    let home = home_with(&hostile()[..60], &hostile(), &hostile());
    for words in [vec!["show", "h"], vec!["show", "h", "--details"]] {
        let ran = home.run(&[&words[..], &["--color", "always"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let foreign = foreign(ran.stdout.replace('\n', "").as_bytes());
        assert!(foreign.is_empty(), "{foreign:#?}");
        let others: Vec<&str> = ran
            .stdout
            .split("\x1b[")
            .skip(1)
            .filter(|rest| {
                !rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
            })
            .collect();
        assert!(others.is_empty(), "{others:?}");
        assert!(ran.stdout.contains("After everything."));
    }
}

#[test]
fn oversized_text_is_shown_and_scrolled() {
    let text = format!(
        "{}\n\na{}\n\n{}\n\n{}\n\nthe end of it",
        "x".repeat(2_500_000),
        "\u{301}".repeat(500_000),
        "👩\u{200d}".repeat(100_000),
        "word * _ ` [ ".repeat(100_000),
    );
    let home = home_with(&"t".repeat(1_000_000), &text, "");
    let mut pty = Pty::start(&home, &["resume", "h"], 100, 30);
    pty.wait_for("the end of it");
    pty.press("\x1b[5~");
    pty.wait_for(" lines ");
    pty.press("\x1b[1;5H");
    pty.wait("the question", |pty| {
        pty.text().contains('▌') && !pty.text().contains("the end of it")
    });
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    assert!(pty.raw.len() < 1_000_000, "{} bytes were drawn", pty.raw.len());
}
