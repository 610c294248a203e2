//! Parses server-sent events in a complete text, for bodies with a wrong content type. Running streams
//! are `stream`'s.

/// A server-sent event before its data is parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseFrame {
    /// The value of the `event:` line; empty without one.
    pub name: String,
    /// The `data:` lines, joined by line feeds.
    pub data: String,
}

/// Parses the events of a text; the last one needs no blank line.
#[must_use]
pub fn parse_frames(text: &str) -> Vec<SseFrame> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut frames = Vec::new();
    let mut name = String::new();
    let mut data: Option<String> = None;
    for line in lines(text).chain([""]) {
        if line.is_empty() {
            let name = std::mem::take(&mut name);
            if let Some(data) = data.take() {
                frames.push(SseFrame { name, data });
            }
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut name),
            "data" => match &mut data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => data = Some(value.to_owned()),
            },
            _ => {}
        }
    }
    frames
}

/// Splits at LF, CR LF and CR, as the specification demands.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        parse_frames(text).into_iter().map(|frame| (frame.name, frame.data)).collect()
    }

    fn frame(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn all_line_ends_comments_and_missing_spaces_are_read() {
        let expected = vec![frame("a", "1"), frame("", "2")];
        assert_eq!(read("event: a\ndata: 1\n\n: ping\ndata:2\n\n"), expected);
        assert_eq!(read("event: a\r\ndata: 1\r\n\r\n: ping\r\ndata:2\r\n\r\n"), expected);
        assert_eq!(read("event: a\rdata: 1\r\r: ping\rdata:2\r\r"), expected);
    }

    #[test]
    fn data_lines_are_joined_and_the_last_event_needs_no_blank_line() {
        assert_eq!(read("data: 1\ndata: 2"), vec![frame("", "1\n2")]);
        assert_eq!(read("\u{feff}data: 1"), vec![frame("", "1")]);
        assert_eq!(read("event: a\n\n"), Vec::new());
        assert_eq!(read("<html>"), Vec::new());
    }
}
