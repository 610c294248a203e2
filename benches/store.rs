//! The numbers in docs/performance.md: the shared file at a hundred megabytes.
//!
//! `cargo bench --bench store` makes realistic chats with a seeded generator in a temporary folder
//! and measures each thing the program does with them against what the system needs for the same
//! bytes, in the same run, five times each, taking the median. The peak memory of each is that of
//! a process that did nothing else. `cargo bench --bench store -- 300` takes another size in MB.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use duologue::chat::{Change, ConversationId, Message, Timestamp};
use duologue::settings::UserName;
use duologue::store::doctor::examine;
use duologue::store::{ChatsFolder, Query, Store, StorePaths};

#[path = "support/chats.rs"]
mod chats;

use chats::{file, generate};

/// How often each thing is measured.
const ROUNDS: usize = 5;

/// The operations with their names in the table and the ratios aimed at.
const OPERATIONS: [(&str, &str, f64); 10] = [
    ("list-web", "first listing, the web app's layout", 2.5),
    ("list-other", "first listing, another layout", 12.0),
    ("list-warm", "listing with the table of contents kept", 0.1),
    ("open-warm", "opening one chat with it", 0.1),
    ("search-rare", "searching for a word in one message", f64::NAN),
    ("search-never", "searching for a word that is nowhere", f64::NAN),
    ("search-first", "searching: the first hit of a common word", f64::NAN),
    ("open-store", "opening the store, whatever its size", f64::NAN),
    ("doctor", "judging every record", f64::NAN),
    // Last: what it leaves to be watched over is looked at by every later start.
    ("append", "appending a turn's message", 1.3),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [flag, operation, folder] = words.as_slice()
        && flag == "--child"
    {
        let took = run(operation, Path::new(folder));
        println!("{} {}", took.as_nanos(), peak_kilobytes());
        return;
    }
    let megabytes: usize = words.first().map_or(100, |it| it.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path(), megabytes);
    measure(folder.path());
}

fn measure(folder: &Path) {
    let size = fs::metadata(file(folder, "web")).unwrap().len();
    println!("{:.1} MB, {} chats", size as f64 / 1e6, store(folder, "web").list().unwrap().len());
    println!("{:<42}{:>9}{:>9}{:>8}{:>6}{:>10}", "", "ms", "base ms", "ratio", "aim", "peak MB");
    for (name, what, aim) in OPERATIONS {
        let (mut times, mut bases, mut peak) = (Vec::new(), Vec::new(), 0.0_f64);
        // What the system needs is measured each time, for the machine may have other work.
        for _ in 0..ROUNDS {
            bases.push(match name {
                "append" => write_once(&file(folder, "web"), folder),
                "list-other" => read_once(&file(folder, "other")),
                _ => read_once(&file(folder, "web")),
            });
            let (took, megabytes) = in_child(name, folder);
            times.push(took);
            peak = peak.max(megabytes);
        }
        let (took, base) = (median(times), median(bases));
        let ratio = took.as_secs_f64() / base.as_secs_f64();
        let aim = if aim.is_nan() { String::new() } else { format!("{aim}") };
        let (took, base) = (milliseconds(took), milliseconds(base));
        println!("{what:<42}{took:>9.2}{base:>9.2}{ratio:>8.2}{aim:>6}{peak:>10.1}");
    }
}

/// Performs one operation in a store that has just been opened; returns its duration.
fn run(operation: &str, folder: &Path) -> Duration {
    let layout = if operation == "list-other" { "other" } else { "web" };
    if operation.starts_with("list-") && operation != "list-warm" {
        let _ = fs::remove_dir_all(folder.join("cache"));
    }
    let id = ConversationId::new(fs::read_to_string(folder.join("some-id")).unwrap());
    let mut started = Instant::now();
    if operation == "doctor" {
        let report = examine(File::open(file(folder, layout)).unwrap()).unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings.first());
        return started.elapsed();
    }
    let mut store = store(folder, layout);
    if operation == "open-store" {
        return started.elapsed();
    }
    started = Instant::now();
    match operation {
        "open-warm" => assert!(!store.conversation(&id).unwrap().messages.is_empty()),
        "append" => {
            let message = Message::question("one more", Timestamp::from_seconds(1_800_000_000));
            store.apply(&Change::Append { id, message }, Timestamp::from_seconds(1)).unwrap();
        }
        "search-rare" => assert_eq!(hits(&mut store, "zyzzyva", usize::MAX), 1),
        "search-never" => assert_eq!(hits(&mut store, "qwertzuiop", usize::MAX), 0),
        "search-first" => assert!(hits(&mut store, "river", 1) >= 1),
        _ => assert!(store.list().unwrap().len() > 10),
    }
    started.elapsed()
}

fn hits(store: &mut Store, query: &str, enough: usize) -> usize {
    let mut search = store.search(Query::new(query).unwrap()).unwrap();
    let mut found = 0;
    while let Some(hits) = search.step().unwrap() {
        found += hits.len();
        if found >= enough {
            break;
        }
    }
    found
}

/// The time of one run, and its peak of memory in MB.
fn in_child(operation: &str, folder: &Path) -> (Duration, f64) {
    let printed = Command::new(std::env::current_exe().unwrap())
        .args(["--child", operation])
        .arg(folder)
        .output()
        .unwrap();
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let printed = String::from_utf8(printed.stdout).unwrap();
    let (nanoseconds, kilobytes) = printed.trim().split_once(' ').unwrap();
    let took = Duration::from_nanos(nanoseconds.parse().unwrap());
    (took, kilobytes.parse::<f64>().unwrap() / 1024.0)
}

/// Returns the peak memory of this process in KB; 0 if the system does not report it.
fn peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn read_once(path: &Path) -> Duration {
    let mut buffer = vec![0; 256 * 1024];
    let started = Instant::now();
    let mut file = File::open(path).unwrap();
    while file.read(&mut buffer).unwrap() > 0 {
        std::hint::black_box(&buffer);
    }
    started.elapsed()
}

fn write_once(path: &Path, folder: &Path) -> Duration {
    let bytes = fs::read(path).unwrap();
    let temporary = folder.join("written.tmp");
    let started = Instant::now();
    let mut file = File::create(&temporary).unwrap();
    for piece in bytes.chunks(256 * 1024) {
        file.write_all(piece).unwrap();
    }
    file.sync_all().unwrap();
    fs::rename(&temporary, folder.join("written")).unwrap();
    File::open(folder).unwrap().sync_all().unwrap();
    started.elapsed()
}

fn store_paths(folder: &Path, layout: &str) -> StorePaths {
    let user = UserName::new(layout).unwrap();
    StorePaths::new(folder, user, ChatsFolder::Shared, &folder.join("state"))
}

fn store(folder: &Path, layout: &str) -> Store {
    let store_paths = store_paths(folder, layout).with_cache(&folder.join("cache"));
    Store::open(store_paths, Timestamp::from_seconds(1)).unwrap().store
}
