//! The tables of what terminals send.

use std::fs;
use std::path::Path;

/// One line of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// The file and the line.
    pub position: String,
    pub has_kitty_protocol: bool,
    pub bytes: Vec<u8>,
    pub events: String,
}

impl Row {
    /// Whether it is nothing a person presses or pastes: the terminal answers, or tells of the pointer
    /// or the focus. What switches the protocol of keys is left out.
    pub fn is_told_unasked(&self) -> bool {
        const KINDS: &[&str] = &[
            "foreground",
            "background",
            "palette",
            "attributes",
            "version",
            "status",
            "cursor",
            "mode",
            "cell",
            "graphics",
            "focus",
            "move",
            "dark",
            "light",
            "other keys",
        ];
        let is_told = |event: &str| KINDS.iter().any(|kind| event.starts_with(kind));
        self.events.is_empty() || self.events.split(" | ").all(is_told)
    }
}

/// All tables.
pub fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/terminal");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let mut has_kitty_protocol = false;
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            if line == "@kitty" {
                has_kitty_protocol = true;
            } else if !line.starts_with("# ") {
                let position = format!("{}:{}", file.display(), number + 1);
                let (bytes, events) = line.split_once("  ").expect(&position);
                let events = if events == "nothing" { "" } else { events.trim() };
                let (bytes, events) = (unescaped(bytes), events.to_owned());
                rows.push(Row { position, has_kitty_protocol, bytes, events });
            }
        }
    }
    assert!(rows.len() > 400, "{} rows", rows.len());
    rows
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            bytes.extend(c.to_string().bytes());
            continue;
        }
        bytes.push(match rest.next().unwrap() {
            'e' => 0x1b,
            'r' => b'\r',
            'n' => b'\n',
            't' => b'\t',
            's' => b' ',
            '\\' => b'\\',
            'x' => {
                let digits: String = rest.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).unwrap()
            }
            other => panic!("\\{other} is no escape"),
        });
    }
    bytes
}
