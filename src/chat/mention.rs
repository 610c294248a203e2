//! Words of a text that may mention files, and paths a terminal pastes when files are dropped on it.
//! Which of them are files is for the callers to check.

use std::ops::Range;

/// The longest path looked at, in bytes: Linux's `PATH_MAX` (`limits.h`).
const MAX_PATH_BYTES: usize = 4096;
/// The most paths of one paste; more are an ordinary text.
const MAX_DROPPED_FILES: usize = 16;

/// A word that begins with `@`, and the path it would mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The byte range of the word, `@` and quotes included.
    pub range: Range<usize>,
    /// The path, without `@` and quotes.
    pub path: String,
}

/// The mention being written before the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartialMention<'a> {
    /// The byte position of its `@`.
    pub start: usize,
    /// The path as far as it is written.
    pub path: &'a str,
}

/// Finds every word that may mention a file.
pub fn find_mentions(text: &str) -> impl Iterator<Item = Mention> {
    text.match_indices('@').filter(|(at, _)| is_word_start(text, *at)).filter_map(|(at, _)| {
        let rest = text.get(at.saturating_add(1)..)?;
        let (path, len) = if let Some(quoted) = rest.strip_prefix('"') {
            let path = quoted.split(['"', '\n']).next()?;
            let closed = quoted.get(path.len()..)?.starts_with('"');
            (closed.then_some(path)?, path.len().saturating_add(3))
        } else {
            let path = rest.split(char::is_whitespace).next()?;
            // A sentence may end after it.
            let path = path.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
            (path, path.len().saturating_add(1))
        };
        let fits = !path.is_empty()
            && path.trim() == path
            && path.len() <= MAX_PATH_BYTES
            && !path.contains(char::is_control);
        let range = at..at.saturating_add(len);
        fits.then(|| Mention { range, path: path.to_owned() })
    })
}

/// Finds the mention being written before the caret, a byte position.
#[must_use]
pub fn partial_mention_at(text: &str, caret: usize) -> Option<PartialMention<'_>> {
    let after = text.get(caret..)?.chars().next();
    if !after.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | ')')) {
        return None;
    }
    let before = text.get(..caret)?;
    let line = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let nearest = before.len().saturating_sub(MAX_PATH_BYTES).max(line);
    let from = (nearest..=before.len()).find(|at| before.is_char_boundary(*at))?;
    let near = before.get(from..)?;
    let quoted = near.rfind("@\"").filter(|at| {
        let inside = near.get(at.saturating_add(2)..).unwrap_or_default();
        !inside.contains('"')
    });
    let plain = near.rfind('@').filter(|at| {
        let inside = near.get(at.saturating_add(1)..).unwrap_or_default();
        !inside.contains(|c: char| c.is_whitespace() || c == '"')
    });
    let (at, sign) = match (quoted, plain) {
        (Some(at), _) if is_word_start(text, from.saturating_add(at)) => (at, 2),
        (_, Some(at)) if is_word_start(text, from.saturating_add(at)) => (at, 1),
        _ => return None,
    };
    let path = near.get(at.saturating_add(sign)..)?;
    Some(PartialMention { start: from.saturating_add(at), path })
}

fn is_word_start(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|c| c.is_whitespace() || c == '(')
}

/// The paths that a pasted text may be, as terminals paste them where files are dropped: quoted as
/// shells want them, as `file://` addresses, or as they are, with spaces in them. Each reading is a
/// list of whole paths; the first whose files exist is meant. None for every other text.
#[must_use]
pub fn dropped_paths(text: &str) -> Vec<Vec<String>> {
    let text = text.trim();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let could_be = lines.iter().all(|line| begins_path(line));
    if lines.is_empty() || !could_be || lines.len() > MAX_DROPPED_FILES {
        return Vec::new();
    }
    if lines.iter().any(|line| line.len() > MAX_PATH_BYTES) {
        return Vec::new();
    }
    let words = shell_words(text);
    let as_words: Option<Vec<String>> =
        words.and_then(|words| words.iter().map(|word| to_path(word)).collect());
    let as_lines: Option<Vec<String>> = lines.iter().map(|line| unquoted_path(line)).collect();
    let parts = lines.iter().flat_map(|line| split_before_paths(line));
    let as_parts: Option<Vec<String>> = parts.map(unquoted_path).collect();
    let mut readings: Vec<Vec<String>> = Vec::new();
    for paths in [as_words, as_lines, as_parts].into_iter().flatten() {
        if is_whole_paths(&paths) && !readings.contains(&paths) {
            readings.push(paths);
        }
    }
    readings
}

/// A path without the quotes around it, which people type as in a shell.
#[must_use]
pub fn unquoted(path: &str) -> &str {
    let path = path.trim();
    let inside = |quote: char| path.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(path)
}

fn begins_path(text: &str) -> bool {
    text.starts_with(['/', '~', '\'', '"', '\\']) || text.starts_with("file://")
}

fn is_whole_paths(paths: &[String]) -> bool {
    // A mention cannot spell a control character, and the text must not claim to.
    let is_whole = |path: &String| {
        (path.starts_with('/') || path.starts_with("~/")) && !path.contains(char::is_control)
    };
    !paths.is_empty() && paths.len() <= MAX_DROPPED_FILES && paths.iter().all(is_whole)
}

/// The path a word is, or the address of a file.
fn to_path(word: &str) -> Option<String> {
    match word.strip_prefix("file://") {
        Some(address) => path_from_file_url(address),
        None => Some(word.to_owned()),
    }
}

/// One path with spaces in it, in quotes, with backslashes or as it is.
fn unquoted_path(text: &str) -> Option<String> {
    let inside = unquoted(text);
    if inside != text {
        return to_path(inside);
    }
    let mut path = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        path.push(if c == '\\' { chars.next()? } else { c });
    }
    to_path(&path)
}

/// A line taken apart where another path begins after a space.
fn split_before_paths(line: &str) -> Vec<&str> {
    let begins = |at: &usize| {
        let next = line.get(at.saturating_add(1)..).unwrap_or_default();
        next.starts_with('/') || next.starts_with("~/") || next.starts_with("file://")
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for at in line.match_indices(' ').map(|(at, _)| at).filter(begins) {
        parts.extend(line.get(start..at).map(str::trim));
        start = at;
    }
    parts.extend(line.get(start..).map(str::trim));
    parts
}

/// Splits a line into words as a shell does; `None` where a quote is left open.
fn shell_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => word.get_or_insert_default().push(c),
            (_, '\\') => word.get_or_insert_default().push(chars.next()?),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // Other white space is part of names, such as that of macOS's screenshots.
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Decodes the rest of a `file://` URL.
fn path_from_file_url(address: &str) -> Option<String> {
    let path = address.strip_prefix("localhost").unwrap_or(address);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        find_mentions(text).map(|mention| mention.path).collect()
    }

    #[test]
    fn words_that_begin_with_an_at_sign_are_mentions_and_mail_addresses_are_not() {
        assert_eq!(
            paths("see @src/main.rs, (@a.txt) and @\"my file.txt\"."),
            ["src/main.rs", "a.txt", "my file.txt"]
        );
        assert_eq!(paths("ann@example.org a@b @ @\" @\"open"), [""; 0]);
        assert_eq!(paths("@~/x\n@../y @.hidden"), ["~/x", "../y", ".hidden"]);
        let text = "x @a.txt.";
        assert_eq!(&text[find_mentions(text).next().unwrap().range], "@a.txt");
        let text = "x @\"a b\" c";
        assert_eq!(&text[find_mentions(text).next().unwrap().range], "@\"a b\"");
    }

    #[test]
    fn the_mention_before_the_caret_is_found() {
        let partial = |text: &str| {
            partial_mention_at(text, text.len()).map(|it| (it.start, it.path.to_owned()))
        };
        assert_eq!(partial("see @src/ma"), Some((4, "src/ma".into())));
        assert_eq!(partial("@"), Some((0, String::new())));
        assert_eq!(partial("(@a"), Some((1, "a".into())));
        assert_eq!(partial("see @\"my fi"), Some((4, "my fi".into())));
        assert_eq!(partial("see @\"my file\" and"), None);
        assert_eq!(partial("@a b"), None);
        assert_eq!(partial("ann@example"), None);
        assert_eq!(super::partial_mention_at("@ab", 2), None);
        assert_eq!(super::partial_mention_at("@a b", 2).unwrap().path, "a");
        let long = format!("{} @ü", "é".repeat(5000));
        assert_eq!(partial(&long).unwrap().1, "ü");
    }

    #[test]
    fn dropped_files_come_quoted_escaped_as_addresses_or_plain() {
        let first = |text: &str| dropped_paths(text).into_iter().next().unwrap_or_default();
        assert_eq!(first("/tmp/a.png "), ["/tmp/a.png"]);
        assert_eq!(first("'/tmp/my a.png'"), ["/tmp/my a.png"]);
        assert_eq!(first(r"/tmp/my\ a.png /tmp/b.png"), ["/tmp/my a.png", "/tmp/b.png"]);
        assert_eq!(first(r"'/tmp/it'\''s.png'"), ["/tmp/it's.png"]);
        assert_eq!(first("file:///tmp/a%20%C3%BC.png"), ["/tmp/a ü.png"]);
        assert_eq!(first("file://localhost/a.png\nfile:///b.png").len(), 2);
        assert_eq!(first("/tmp/pic one.png"), ["/tmp/pic one.png"]);
        assert_eq!(first("/a b.png /c.png"), ["/a b.png /c.png"]);
        assert!(
            dropped_paths("/a b.png /c.png").contains(&vec!["/a b.png".into(), "/c.png".into()])
        );
        let screenshot = "/tmp/Screenshot\\ 2026-07-24\\ at\\ 1.55.12\u{202f}PM.png";
        assert_eq!(first(screenshot), ["/tmp/Screenshot 2026-07-24 at 1.55.12\u{202f}PM.png"]);
        assert_eq!(first("/a.png\r\n~/b c.png\n"), ["/a.png", "~/b c.png"]);
        for text in
            ["", "a.png", "'/tmp/a", "see /tmp/a", "file:///%zz", "/a\nb", "/a\u{1b}[31m.png"]
        {
            assert!(dropped_paths(text).is_empty(), "{text}");
        }
    }
}
