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

/// What an MCP server says, each line in answer to a request: to that for its start, for the list of its
/// tools, for that of its prompts, and for a prompt.
pub const MCP_MESSAGES: &[&str] = &[
    TOOL_SERVER,
    PROMPT_SERVER,
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32000,\"message\":\"no \\u001b[2J\"}}\n",
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":1}}\n{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}\n",
    "not json\n{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"method\":\"roots/list\"}\n[]\n",
];

/// A server with a tool.
pub const TOOL_SERVER: &str = "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\",\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"},\"capabilities\":{\"tools\":{}}}}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"echo\",\"description\":\"d\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}],\"nextCursor\":null}}\n";

/// A server with a prompt.
pub const PROMPT_SERVER: &str = "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\",\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"},\"capabilities\":{\"prompts\":{}}}}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[]}}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"prompts\":[{\"name\":\"review\",\"description\":\"Review\\nit\",\"arguments\":[{\"name\":\"what\",\"description\":\"d\",\"required\":true},{\"name\":\"style\"}]}],\"nextCursor\":null}}\n{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"description\":\"d\",\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"Review this.\"}},{\"role\":\"assistant\",\"content\":{\"type\":\"text\",\"text\":\"Yes.\"}}]}}\n";

/// What the server of the settings does: it repeats each request on its standard error, and answers with
/// the next line of a file.
const MCP_SCRIPT: &str = r#"answer() { read -r line; echo "$line" >&2; sed -n "$1" "$0"; }
answer 1p; answer ''; answer 2p; answer 3p; answer '4,$p'; cat >/dev/null"#;

/// A home with the MCP server `s`, which says these bytes.
pub fn home_with_mcp(bytes: &[u8]) -> Home {
    let home = Home::new().with_server("http://127.0.0.1:9".to_owned());
    let said = home.path().join("said");
    fs::write(&said, bytes).unwrap();
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    let config = format!(
        "[mcp.s]\ncommand = \"sh\"\nargs = [\"-c\", {MCP_SCRIPT:?}, {:?}]\nstart_timeout = \
         1\ntimeout = 1\n",
        said.display().to_string()
    );
    fs::write(folder.join("config.toml"), config).unwrap();
    home
}

/// A server's tools and prompts are listed and used, or what is wrong with it is said; it never controls
/// the terminal.
pub fn check_mcp(bytes: &[u8]) {
    let home = home_with_mcp(bytes);
    if String::from_utf8_lossy(bytes).contains("prompts") {
        run(&home, &["templates"]);
        run(&home, &["ask", "--no-stdin", "--template", "s:review", "this"]);
    } else {
        run(&home, &["mcp"]);
    }
}
