//! Would each version of the web app take a file? Judged record by record, with reason and place.
//! May not change anything: [`fix`] does, from what is found here.

mod field;
pub mod fix;
pub mod gate;
mod inside;
mod judge;
mod lone;
mod mend;
mod message;
pub mod migrate;
mod reasoning;
pub mod record;
mod repair;
mod rules;
mod slots;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use super::json::stream::{BUFFER, Stream, StreamError};
use super::json::walk;

use inside::value;
use judge::Judge;
pub use repair::Repair;

/// A version of the web app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Of 2025.
    O4Mini,
    /// Of today.
    Head,
}

/// Some of the versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eras {
    /// Both.
    Both,
    /// That of today only; the other does not look.
    Head,
    /// That of 2025 only.
    O4Mini,
}

/// What comes of something found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The web app throws the whole file away.
    Rejected,
    /// It loads, and every later save fails.
    Frozen,
    /// It works, but the browser shows no list.
    NoSidebar,
    /// The web app takes it; this program does not read it.
    NotReadHere,
}

/// Something found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The byte it begins at.
    pub place: usize,
    /// The line that byte is in, from 1.
    pub line: usize,
    /// The conversation's key.
    pub conversation: Option<String>,
    /// The message's number, from 0.
    pub message: Option<usize>,
    /// The key inside, those around it in front.
    pub key: String,
    /// What is wrong.
    pub reason: String,
    /// What comes of it.
    pub effect: Effect,
    /// For which versions.
    pub eras: Eras,
    /// What would make it right.
    pub repair: Repair,
}

/// What a version of the web app does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Takes it.
    Good,
    /// Takes it, and can never save it again.
    Frozen,
    /// Throws it away.
    Rejected,
}

/// Everything found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// In the order of the file.
    pub findings: Vec<Finding>,
    /// How many conversations it holds.
    pub conversations: usize,
    /// Whether Python reads it as JSON to its end.
    pub is_json: bool,
}

impl Eras {
    /// Whether a version is one of them.
    #[must_use]
    pub const fn has(self, era: Era) -> bool {
        matches!(
            (self, era),
            (Self::Both, _) | (Self::Head, Era::Head) | (Self::O4Mini, Era::O4Mini)
        )
    }
}

impl Report {
    /// What a version does with the file.
    #[must_use]
    pub fn verdict(&self, era: Era) -> Verdict {
        let does = |effect| self.findings.iter().any(|it| it.effect == effect && it.eras.has(era));
        if does(Effect::Rejected) {
            return Verdict::Rejected;
        }
        if does(Effect::Frozen) { Verdict::Frozen } else { Verdict::Good }
    }
}

/// Judges a file.
///
/// # Errors
/// When it cannot be read. That it is no JSON is found, not failed at.
pub fn examine(file: impl Read + Seek) -> io::Result<Report> {
    examine_in(file, BUFFER)
}

/// The same through a buffer of that many bytes.
fn examine_in(mut file: impl Read + Seek, buffer: usize) -> io::Result<Report> {
    file.rewind()?;
    let mut stream = Stream::new(&mut file, buffer).as_python_reads();
    let mut judge = Judge::default();
    let mut records: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    let read = read_all(&mut stream, &mut judge, &mut records);
    let is_json = read.is_ok();
    match read {
        Ok(()) => {}
        Err(StreamError::Io(error)) => return Err(error),
        Err(StreamError::NotUtf8(at)) => judge.file(at, "it is not UTF-8 from here on"),
        Err(StreamError::NotJson(error)) => judge.file(error.at, error.what),
    }
    let conversations = records.len();
    let mut findings = judge.findings;
    findings.extend(records.into_values().flatten());
    findings.sort_by_key(|finding| finding.place);
    number_lines(&mut file, &mut findings)?;
    Ok(Report { findings, conversations, is_json })
}

fn read_all<R: Read>(
    stream: &mut Stream<R>,
    judge: &mut Judge,
    records: &mut BTreeMap<String, Vec<Finding>>,
) -> Result<(), StreamError> {
    stream.skip_space()?;
    if stream.peek()? == Some(b'{') {
        walk::members(stream, |stream, key| {
            let (id, found) = judge.record(stream, key)?;
            // Where a key stands twice, the last counts.
            records.insert(id, found);
            Ok(())
        })?;
    } else {
        let top = value(stream)?;
        judge.top(&top);
    }
    stream.skip_space()?;
    match stream.peek()? {
        None => Ok(()),
        Some(_) => Err(stream.wrong("more text after the end of the value")),
    }
}

/// Tells the line of each finding, in one more pass over the file.
fn number_lines(file: &mut (impl Read + Seek), findings: &mut [Finding]) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    file.rewind()?;
    let (mut line, mut passed) = (1_usize, 0_usize);
    let mut buffer = vec![0; BUFFER];
    let mut left = findings.iter_mut().peekable();
    while left.peek().is_some() {
        let got = file.read(&mut buffer)?;
        let mut bytes = buffer.get(..got).unwrap_or_default();
        let end = passed.saturating_add(got);
        while let Some(finding) = left.next_if(|it| it.place < end || got == 0) {
            let (before, after) =
                bytes.split_at(finding.place.saturating_sub(passed).min(bytes.len()));
            line = line.saturating_add(memchr::memchr_iter(b'\n', before).count());
            passed = passed.saturating_add(before.len());
            bytes = after;
            finding.line = line;
        }
        line = line.saturating_add(memchr::memchr_iter(b'\n', bytes).count());
        passed = end;
    }
    Ok(())
}
