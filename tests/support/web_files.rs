//! The web app's files and what is recorded about them; `tests/fixtures/web/README.md` lists which
//! version wrote which file, and when.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folders of chats files, one for each layout the web app has had.
const LAYOUTS: [&str; 4] = ["2024", "2025", "2025-09", "current"];

/// A chats file of the web app.
pub struct ChatsFile {
    /// Folder and name, as in `2025/plain.json`.
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

/// Where a fixture lies.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/web").join(name)
}

/// The text of a fixture, by its path below `tests/fixtures/web`.
pub fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// The values of a fixture that holds one on each line. Lines that no Rust string can hold are left
/// out: one title is half a surrogate pair.
pub fn lines(name: &str) -> Vec<Value> {
    text(name).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Every chats file, in the order of their names.
pub fn chats_files() -> Vec<ChatsFile> {
    let mut all = Vec::new();
    for layout in LAYOUTS {
        for entry in fs::read_dir(path(layout)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{layout}/{}", path.file_name().unwrap().to_str().unwrap());
            let text = fs::read_to_string(&path).unwrap();
            all.push(ChatsFile { name, path, text });
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}
