//! The text of a bracketed paste, collected until its end mark, wherever reads cut it.
//! Must not change the text, beyond replacing what is no UTF-8.

use memchr::memmem;

/// The sequence that ends a bracketed paste (see ctlseqs of xterm, "Bracketed Paste Mode").
const END: &[u8] = b"\x1b[201~";
/// The most bytes to collect; a longer paste is passed on in pieces.
const MAX_PASTE_BYTES: usize = 16 * 1024 * 1024;

/// The bytes of a paste whose end mark has not been read yet.
#[derive(Debug, Default)]
pub(super) struct PasteBuffer {
    bytes: Vec<u8>,
}

/// What collecting some bytes resulted in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PastePiece<'bytes> {
    /// Text that is complete.
    pub(super) text: Option<String>,
    /// Whether what follows are keys again.
    pub(super) is_over: bool,
    /// The bytes after the end mark, which are no part of the paste.
    pub(super) after: &'bytes [u8],
}

impl PasteBuffer {
    /// Collects bytes up to the end mark.
    pub(super) fn collect<'bytes>(&mut self, bytes: &'bytes [u8]) -> PastePiece<'bytes> {
        let before = self.bytes.len();
        // The mark may have begun in an earlier read.
        let from = before.saturating_sub(END.len().saturating_sub(1));
        self.bytes.extend_from_slice(bytes);
        let tail = self.bytes.get(from..).unwrap_or_default();
        if let Some(at) = memmem::find(tail, END) {
            let end = from.saturating_add(at);
            let used = end.saturating_add(END.len()).saturating_sub(before);
            self.bytes.truncate(end);
            let after = bytes.get(used..).unwrap_or_default();
            return PastePiece { text: Some(self.end()), is_over: true, after };
        }
        let text = (self.bytes.len() > MAX_PASTE_BYTES).then(|| self.split_off());
        PastePiece { text, is_over: false, after: &[] }
    }

    /// The text so far; the paste is over.
    pub(super) fn end(&mut self) -> String {
        to_text(std::mem::take(&mut self.bytes))
    }

    /// The text so far, without bytes at its end that may be the start of a character or of the mark.
    fn split_off(&mut self) -> String {
        let mut end = self.bytes.len().saturating_sub(END.len());
        while self.bytes.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end = end.saturating_sub(1);
        }
        let rest = self.bytes.split_off(end);
        to_text(std::mem::replace(&mut self.bytes, rest))
    }
}

fn to_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_mark_is_found_wherever_reads_cut_it() {
        let all = "one\rtwo \u{1b}[20 é\u{1b}[201~after".as_bytes();
        for cut in 0..all.len() {
            let mut buffer = PasteBuffer::default();
            let (first, second) = all.split_at(cut);
            let mut piece = buffer.collect(first);
            if !piece.is_over {
                assert_eq!((piece.text, piece.after), (None, &[][..]));
                piece = buffer.collect(second);
                assert_eq!(piece.after, b"after");
            }
            assert_eq!(piece.text.as_deref(), Some("one\rtwo \u{1b}[20 é"), "cut at {cut}");
        }
    }

    #[test]
    fn a_paste_without_end_is_passed_on_in_pieces_and_none_of_it_is_lost() {
        let text = "名前 and some words\r".repeat(1000);
        let mut buffer = PasteBuffer::default();
        let (mut sent, mut got) = (String::new(), String::new());
        while sent.len() < 2 * MAX_PASTE_BYTES {
            sent.push_str(&text);
            got.extend(buffer.collect(text.as_bytes()).text);
            assert!(buffer.bytes.len() <= MAX_PASTE_BYTES);
        }
        assert!(!got.is_empty());
        got.push_str(&buffer.end());
        assert!(sent == got, "the pieces are not the text");
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(PasteBuffer::default().collect(b"a\xffb\x1b[201~").text.unwrap(), "a\u{fffd}b");
    }
}
