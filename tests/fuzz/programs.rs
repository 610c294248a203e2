//! Properties of whole programs: what is imported from archives, and servers of tools.

use std::fs;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use crate::support::fake_web_app::assert_accepted;
use crate::support::home::{Home, RunOutput};

use super::inputs::DOCUMENTS;

/// No input may keep a program busy for longer; the machine may be slow.
const LONGEST: Duration = Duration::from_mins(1);

fn run(home: &Home, words: &[&str]) -> RunOutput {
    let started = Instant::now();
    let output = home.run(words);
    assert!(started.elapsed() < LONGEST, "{words:?} took {:?}", started.elapsed());
    assert!(output.code <= 2, "{words:?}: {} {}", output.code, output.stderr);
    assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
    assert!(!output.stderr.contains('\u{1b}') && !output.stdout.contains('\u{1b}'));
    output
}

/// Archives as ChatGPT gives them, packed and not.
pub fn archives() -> Vec<Vec<u8>> {
    let pack = |method, names: &[&str]| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            writer.start_file(*name, options).unwrap();
            writer.write_all(DOCUMENTS[0].as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let (stored, deflated) = (zip::CompressionMethod::Stored, zip::CompressionMethod::Deflated);
    vec![
        pack(stored, &["conversations.json"]),
        pack(deflated, &["user.json", "conversations.json"]),
        pack(stored, &["export/conversations.json", "chat.html"]),
        pack(deflated, &["conversations-000.json", "conversations-001.json"]),
    ]
}

/// An archive is imported or refused, and the chats stay readable.
pub fn check_archive(bytes: &[u8]) {
    let home = Home::new();
    fs::write(home.file(), "{}").unwrap();
    let path = home.path().join("export.zip");
    fs::write(&path, bytes).unwrap();
    run(&home, &["import", path.to_str().unwrap()]);
    assert_accepted(&home, "an import");
}

/// What an MCP server says at its start.
pub const MCP_MESSAGES: &[&str] = &[
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\",\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"},\"capabilities\":{\"tools\":{}}}}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"echo\",\"description\":\"d\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}],\"nextCursor\":null}}\n",
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32000,\"message\":\"no \\u001b[2J\"}}\n",
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":1}}\n{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}\n",
    "not json\n{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"method\":\"roots/list\"}\n[]\n",
];

/// A server's tools are listed, or what is wrong with it is said; it never controls the terminal.
pub fn check_mcp(bytes: &[u8]) {
    let home = Home::new();
    let said = home.path().join("said");
    fs::write(&said, bytes).unwrap();
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    let script = format!("head -n 1 >&2; cat {}; head -n 2 >&2", said.display());
    let config =
        format!("[mcp.s]\ncommand = \"sh\"\nargs = [\"-c\", {script:?}]\nstart_timeout = 1\n");
    fs::write(folder.join("config.toml"), config).unwrap();
    run(&home, &["mcp"]);
}
