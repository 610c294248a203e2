//! Inputs from outside, mutated: the same mutations in every run, and other ones for as long as
//! `DUOLOGUE_FUZZ_SECONDS` says (see `.github/CONTRIBUTING.md`). What is checked is in `tests/fuzz`.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use duologue::settings::PromptTemplate;

use crate::support::terminal_tables;
use crate::support::web_files;

#[path = "../fuzz/checks.rs"]
mod checks;
#[path = "../fuzz/inputs.rs"]
mod inputs;
#[path = "../fuzz/programs.rs"]
mod programs;

/// How many mutations of its seeds a target gets in every run.
const MUTATIONS: u64 = 1500;
/// How many where each starts a program.
const MUTATIONS_OF_PROGRAMS: u64 = 8;
/// How long a target gets mutations that were not tried before, in seconds.
const SECONDS: &str = "DUOLOGUE_FUZZ_SECONDS";
/// The number that these begin with; another one gives other mutations.
const SEED: &str = "DUOLOGUE_FUZZ_SEED";

/// A small generator of the same numbers each time (xorshift).
struct FuzzRng(u64);

impl FuzzRng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Bytes flipped, lines moved, doubled, dropped or taken from another seed, or the end cut off.
fn mutate(seed: &[u8], other: &[u8], chance: &mut FuzzRng) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = seed.split(|it| *it == b'\n').map(<[u8]>::to_vec).collect();
    let foreign: Vec<&[u8]> = other.split(|it| *it == b'\n').collect();
    for _ in 0..=chance.below(4) {
        let (from, to) = (chance.below(lines.len()), chance.below(lines.len()));
        match chance.below(6) {
            0 => lines.swap(from, to),
            1 => lines.insert(to, lines[from].clone()),
            2 if lines.len() > 1 => drop(lines.remove(from)),
            3 => lines.insert(to, foreign[chance.below(foreign.len())].to_vec()),
            4 => {
                let cut = chance.below(lines[from].len());
                lines[from].truncate(cut);
            }
            _ => {
                let at = chance.below(lines[from].len());
                if let Some(byte) = lines[from].get_mut(at) {
                    *byte = b"0123456789{}[]\",:nulltrue \\\xff"[chance.below(28)];
                }
            }
        }
    }
    let mut bytes = lines.join(&b'\n');
    for _ in 0..chance.below(3) {
        mutate_bytes(&mut bytes, other, chance);
    }
    bytes
}

/// A piece doubled, dropped, replaced by one of another seed or by bytes that mean something somewhere.
fn mutate_bytes(bytes: &mut Vec<u8>, other: &[u8], chance: &mut FuzzRng) {
    let from = chance.below(bytes.len() + 1);
    let to = (from + chance.below(12)).min(bytes.len());
    let piece: Vec<u8> = match chance.below(4) {
        0 => [&bytes[from..to], &bytes[from..to]].concat(),
        1 => Vec::new(),
        2 => {
            let start = chance.below(other.len() + 1);
            other[start..(start + chance.below(40)).min(other.len())].to_vec()
        }
        _ => TELLING[chance.below(TELLING.len())].to_vec(),
    };
    bytes.splice(from..to, piece);
}

/// Bytes that mean something to one of the readers.
const TELLING: &[&[u8]] = &[
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe3\x81",
    b"\x1b[",
    b"\x1b",
    b"\r\n",
    b"\r",
    b"\n\n",
    b"\\u",
    b"\\ud83d",
    b"\\\"",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"{{",
    b"}}",
    b"---",
    b"-->",
    b"<!--",
    b"|",
    b"`",
    b"```",
    b"**",
    b"~~",
    b"$",
    b"$$",
    b"\\(",
    b"\\)",
    b"[^1]",
    b"]: ",
    b"> ",
    b"- ",
    b"1. ",
    b"#",
    b"e999999999",
    b"1e309",
    b"NaN",
    b"-Infinity",
    b"null",
    b"99999999999999999999",
    b"**9**9",
    b"<<99",
    b"__",
    b"lambda:",
    "\u{301}\u{200d}\u{202e}".as_bytes(),
    "\u{e200}cite\u{e202}".as_bytes(),
    b"\xc3\x28",
    b"PK\x03\x04",
    b"data:",
    b":",
    b"\x9b",
    b"\x90",
];

/// Checks seeds and mutations of them; the same at each run, and more where that is wanted.
fn run(target: &str, seeds: &[Vec<u8>], mutations: u64, check: fn(&[u8])) {
    assert!(seeds.len() >= 4, "the seeds of {target} are missing");
    for seed in seeds {
        hold(check, seed);
    }
    let mut chance = FuzzRng(0x5eed);
    for _ in 0..mutations {
        hold(check, &any_mutation(seeds, &mut chance));
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let Some(seconds) = number(SECONDS) else { return };
    let (first, started) = (number(SEED).unwrap_or(1), Instant::now());
    let mut count = 0_u64;
    while started.elapsed() < Duration::from_secs(seconds) {
        // Each has a number of its own, so that it can be made again.
        let number = first.wrapping_add(count);
        let mut chance = FuzzRng(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        hold(check, &any_mutation(seeds, &mut chance));
        count += 1;
    }
    println!("{target}: {count} mutations from {first} on hold");
}

fn any_mutation(seeds: &[Vec<u8>], chance: &mut FuzzRng) -> Vec<u8> {
    let [seed, other] = [(); 2].map(|()| chance.below(seeds.len()));
    mutate(&seeds[seed], &seeds[other], chance)
}

fn hold(check: fn(&[u8]), bytes: &[u8]) {
    let held = catch_unwind(|| check(bytes));
    assert!(held.is_ok(), "breaks on:\n{}", bytes.escape_ascii());
}

fn seeds_of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn chats_files() -> Vec<Vec<u8>> {
    let files = web_files::chats_files().into_iter().map(|file| file.text.into_bytes());
    files.filter(|file| file.len() < 20_000).collect()
}

#[test]
fn any_stream_is_read_without_losing_doubling_or_breaking() {
    run("stream", &corpus("stream"), MUTATIONS, checks::check_stream);
}

#[test]
fn any_events_are_read_without_losing_doubling_or_breaking() {
    run("event", &corpus("event"), MUTATIONS, checks::check_json);
}

#[test]
fn any_stream_gives_the_same_events_wherever_it_is_cut() {
    run("pieces", &corpus("stream"), MUTATIONS, inputs::check_pieces);
}

#[test]
fn any_bytes_are_text_or_refused() {
    run("text", &inputs::text_seeds(), MUTATIONS, inputs::check_text);
}

#[test]
fn any_chats_file_that_is_accepted_can_be_read_whole() {
    run("chats file", &chats_files(), MUTATIONS / 10, inputs::check_chats_file);
}

#[test]
fn any_export_or_document_is_imported_or_refused() {
    let mut seeds = seeds_of(inputs::DOCUMENTS);
    seeds.extend(chats_files().into_iter().take(3));
    run("import", &seeds, MUTATIONS, inputs::check_import);
}

#[test]
fn any_archive_is_imported_or_refused() {
    run("archive", &programs::archives(), MUTATIONS_OF_PROGRAMS, programs::check_archive);
}

#[test]
fn any_bytes_of_a_terminal_are_events() {
    let seeds: Vec<Vec<u8>> = terminal_tables::rows().into_iter().map(|row| row.bytes).collect();
    run("terminal", &seeds, MUTATIONS, inputs::check_terminal);
}

#[test]
fn any_messages_of_an_mcp_server_are_read_or_refused() {
    let seeds = seeds_of(programs::MCP_MESSAGES);
    run("MCP", &seeds, MUTATIONS_OF_PROGRAMS, programs::check_mcp);
}

#[test]
fn any_template_is_parsed_or_refused() {
    run("template", &seeds_of(inputs::TEMPLATES), MUTATIONS, inputs::check_template);
}

#[test]
fn the_seeds_of_templates_and_mcp_servers_are_what_is_accepted() {
    for text in inputs::TEMPLATES {
        let parsed = PromptTemplate::parse("name", text);
        assert!(parsed.is_ok(), "{text}: {parsed:?}");
    }
    let listed = |server: &str, words: &[&str]| {
        let ran = programs::home_with_mcp(server.as_bytes()).run(words);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    assert!(listed(programs::TOOL_SERVER, &["mcp"]).contains("echo"));
    assert!(listed(programs::PROMPT_SERVER, &["templates"]).contains("s:review what [style]"));
    let home = programs::home_with_mcp(programs::PROMPT_SERVER.as_bytes());
    let asked = home.run(&["ask", "--no-stdin", "--template", "s:review", "this"]);
    assert!(asked.stderr.contains("127.0.0.1:9"), "the prompt was not accepted: {}", asked.stderr);
}

#[test]
fn any_markdown_fits_its_columns_and_is_harmless_html() {
    run("Markdown", &seeds_of(inputs::MARKDOWN), MUTATIONS / 3, inputs::check_markdown);
}

#[test]
fn any_expression_is_calculated_or_refused() {
    run("calculator", &seeds_of(inputs::EXPRESSIONS), MUTATIONS, inputs::check_expression);
}
