//! Judges a whole file record by record: what would each version of the web app do with it?

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use crate::store::json::parser;
use crate::store::json::stream::{BUFFER_SIZE, Stream, StreamError};

use super::finding::{Finding, Report};
use super::judge::Judge;
use crate::store::records::verdict::scan::scan_value;

/// Judges a file.
///
/// # Errors
/// When it cannot be read. A file that is not JSON gives a finding instead.
pub fn examine(file: impl Read + Seek) -> io::Result<Report> {
    examine_buffered(file, BUFFER_SIZE)
}

/// The same through a buffer of that many bytes.
pub(crate) fn examine_buffered(mut file: impl Read + Seek, buffer: usize) -> io::Result<Report> {
    file.rewind()?;
    let mut stream = Stream::new(&mut file, buffer);
    let mut judge = Judge::default();
    let mut records: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    let read = judge_stream(&mut stream, &mut judge, &mut records);
    let is_json = read.is_ok();
    match read {
        Ok(()) => {}
        Err(StreamError::Io(error)) => return Err(error),
        Err(StreamError::NotUtf8(at)) => judge.add_file_finding(at, "it is not UTF-8 from here on"),
        Err(StreamError::NotJson(error)) => judge.add_file_finding(error.at, error.what),
    }
    let conversations = records.len();
    let mut findings = judge.findings;
    findings.extend(records.into_values().flatten());
    findings.sort_by_key(|finding| finding.position);
    number_lines(&mut file, &mut findings)?;
    Ok(Report { findings, conversations, is_json })
}

fn judge_stream<R: Read>(
    stream: &mut Stream<R>,
    judge: &mut Judge,
    records: &mut BTreeMap<String, Vec<Finding>>,
) -> Result<(), StreamError> {
    stream.skip_space()?;
    let first = stream.peek()?.ok_or_else(|| stream.error("the file is empty"))?;
    if first == b'{' {
        parser::for_each_member(stream, |stream, key| {
            let (id, findings) = judge.judge_record(stream, key)?;
            // Of a repeated key, the last counts.
            records.insert(id, findings);
            Ok(())
        })?;
    } else {
        let top = scan_value(stream)?;
        judge.add_root_finding(&top);
    }
    parser::expect_end(stream)
}

/// Tells the line of each finding, in one more pass over the file.
fn number_lines(file: &mut (impl Read + Seek), findings: &mut [Finding]) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    file.rewind()?;
    let (mut line, mut passed) = (1_usize, 0_usize);
    let mut buffer = vec![0; BUFFER_SIZE];
    let mut left = findings.iter_mut().peekable();
    while left.peek().is_some() {
        let got = file.read(&mut buffer)?;
        let mut bytes = buffer.get(..got).unwrap_or_default();
        let end = passed.saturating_add(got);
        while let Some(finding) = left.next_if(|it| it.position < end || got == 0) {
            let (before, after) =
                bytes.split_at(finding.position.saturating_sub(passed).min(bytes.len()));
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
