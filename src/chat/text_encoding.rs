//! Text of files and of standard input: which encoding its bytes are in, and what they say.
//! Must not guess silently: whoever reads other text than UTF-8 says so.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text, and the encoding it was in where that is not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedText {
    /// The text, without a byte order mark.
    pub text: String,
    /// The name of the encoding; `None` for UTF-8.
    pub encoding: Option<&'static str>,
}

impl DecodedText {
    /// The text, if a person can have written it. NUL is valid UTF-8, but only binary files and
    /// exports of hostile texts hold it.
    ///
    /// # Errors
    /// When it holds NUL.
    pub fn without_nul(self) -> Result<Self, DecodeError> {
        if self.text.contains('\0') { Err(DecodeError::Binary) } else { Ok(self) }
    }
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// They are those of a program, a picture, an archive or the like.
    Binary,
    /// They are not in the encoding that was named, or that the byte order mark names.
    NotIn(&'static str),
    /// They are UTF-8 but for a few, of which this is the first: a character was cut in two, or a byte
    /// of another encoding came in between.
    DamagedUtf8(usize),
    /// They are text in no encoding that is recognised.
    Unknown,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary => f.write_str("it is binary and not text"),
            Self::NotIn(name) => write!(f, "it is not {name} text"),
            Self::DamagedUtf8(position) => write!(
                f,
                "it looks like UTF-8, but byte {position} is not valid; if the text has another \
                 encoding, name it with --encoding"
            ),
            Self::Unknown => f.write_str("its encoding is unknown; name it with --encoding"),
        }
    }
}

/// An encoding the user named, such as `latin1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

impl std::str::FromStr for TextEncoding {
    type Err = String;

    /// Finds an encoding by any of its labels in the Encoding Standard.
    fn from_str(label: &str) -> Result<Self, String> {
        let encoding = Encoding::for_label(label.as_bytes()).map(Self);
        encoding.ok_or_else(|| {
            "it is not a known encoding; use a name such as latin1, shift_jis or utf-16le".into()
        })
    }
}

/// Reads bytes as text: by their byte order mark, as UTF-8, or in the encoding they look like. An
/// encoding the user names takes the place of the guess and of UTF-8.
///
/// # Errors
/// When they are no text.
pub fn decode(bytes: Vec<u8>, named: Option<TextEncoding>) -> Result<DecodedText, DecodeError> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return decode_as(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(TextEncoding(encoding)) = named {
        return decode_as(encoding, &bytes);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(DecodedText { text, encoding: None }),
        Err(error) => error.into_bytes(),
    };
    if is_binary(&bytes) {
        return Err(DecodeError::Binary);
    }
    if let Some(position) = find_damage(&bytes) {
        return Err(DecodeError::DamagedUtf8(position));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    decode_as(guess, &bytes).map_err(|_| DecodeError::Unknown)
}

/// The first bad byte of a text that is UTF-8 for the most part, counted from 1; `None` where another
/// encoding is as likely. Read in another one, the good characters would turn into two or three each.
fn find_damage(bytes: &[u8]) -> Option<usize> {
    let (mut good, mut bad, mut position, mut first) = (0_usize, Vec::new(), 1_usize, None);
    for chunk in bytes.utf8_chunks() {
        good = good.saturating_add(chunk.valid().chars().filter(|c| !c.is_ascii()).count());
        position = position.saturating_add(chunk.valid().len());
        if !chunk.invalid().is_empty() {
            first.get_or_insert(position);
            bad.push(chunk.invalid());
        }
        position = position.saturating_add(chunk.invalid().len());
    }
    // In text of western Europe one of these two begins nearly every character of UTF-8, and hardly any
    // word of an older encoding has only one letter that is not ASCII, and just that.
    let is_half_character = matches!(bad.as_slice(), [[0xc2 | 0xc3] | [0xe2, _]]);
    let is_utf8 = if good > 0 { good >= bad.len() } else { is_half_character };
    first.filter(|_| is_utf8)
}

/// Whether bytes that are not UTF-8 hold control characters that text in an old encoding does not. UTF-16
/// without a byte order mark counts as binary too: many of its bytes are 0.
fn is_binary(bytes: &[u8]) -> bool {
    // Escape begins colours in the output of programs, and the shifts of ISO-2022-JP.
    let is_of_text = |byte: &u8| matches!(byte, 0x08..=0x0d | 0x1b);
    bytes.iter().any(|byte| *byte < 0x20 && !is_of_text(byte))
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<DecodedText, DecodeError> {
    let name = name_of(encoding, bytes);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let text = text.ok_or(DecodeError::NotIn(name))?;
    let is_utf8 = encoding == UTF_8;
    if !is_utf8 && text.contains('\0') {
        return Err(DecodeError::Binary);
    }
    Ok(DecodedText { text: text.into_owned(), encoding: (!is_utf8).then_some(name) })
}

/// The name of an encoding as people know it. Bytes that mean the same in ISO-8859-1, which the
/// Encoding Standard takes for windows-1252, are called that.
fn name_of(encoding: &'static Encoding, bytes: &[u8]) -> &'static str {
    let is_latin1 = !bytes.iter().any(|byte| (0x80..0xa0).contains(byte));
    if encoding == WINDOWS_1252 && is_latin1 {
        "ISO-8859-1"
    } else if encoding == WINDOWS_1252 {
        "Windows-1252"
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        "UTF-16"
    } else {
        encoding.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Option<&'static str>) {
        let decoded = decode(bytes.to_vec(), None).unwrap();
        (decoded.text, decoded.encoding)
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(order).collect()
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_no_part_of_the_text() {
        let text = "Grüße 😀\r\n";
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), (text.into(), None));
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(read(&utf16(text, order)), (text.into(), Some("UTF-16")));
        }
        let cut = utf16("ab", u16::to_le_bytes);
        assert_eq!(decode(cut[..5].to_vec(), None), Err(DecodeError::NotIn("UTF-16")));
        assert_eq!(decode(vec![0xef, 0xbb, 0xbf, 0xff], None), Err(DecodeError::NotIn("UTF-8")));
    }

    #[test]
    fn old_encodings_are_recognised_and_named() {
        assert_eq!(read(b"Gr\xfc\xdfe aus M\xfcnchen\n").1, Some("ISO-8859-1"));
        assert_eq!(read(b"Gr\xfc\xdfe aus M\xfcnchen\n").0, "Grüße aus München\n");
        let (text, name) = read(b"\x93Caf\xe9\x94 \x96 d\xe9j\xe0 vu, 5 \x80 pour le th\xe9");
        assert_eq!(
            (text.as_str(), name),
            ("“Café” – déjà vu, 5 € pour le thé", Some("Windows-1252"))
        );
        let japanese = "これは日本語の文章です。文字コードを調べます。";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(japanese);
        assert_eq!(read(&bytes), (japanese.into(), Some("Shift_JIS")));
    }

    #[test]
    fn damaged_utf8_is_no_other_encoding() {
        let whole = "Fehler: prüfen ä".as_bytes();
        let cut = &whole[..whole.len() - 1];
        assert_eq!(decode(cut.to_vec(), None), Err(DecodeError::DamagedUtf8(17)));
        for (bytes, position) in [
            (&b"mostly ascii with one bad byte \xc3 here"[..], 32),
            (b"only one letter, cut: \xc3", 23),
            (b"a dash, cut: \xe2\x80", 14),
            ("日本語\u{0}".trim_end_matches('\0').as_bytes().split_last().unwrap().1, 7),
        ] {
            assert_eq!(decode(bytes.to_vec(), None), Err(DecodeError::DamagedUtf8(position)));
        }
        let error = DecodeError::DamagedUtf8(17).to_string();
        assert!(error.contains("byte 17") && error.contains("--encoding"), "{error}");
        let latin1 = "latin1".parse().unwrap();
        assert_eq!(decode(b"\xc3".to_vec(), Some(latin1)).unwrap().text, "Ã");
        assert_eq!(read(b"Caf\xe9"), ("Café".into(), Some("ISO-8859-1")));
    }

    #[test]
    fn binary_is_refused_and_an_encoding_can_be_named() {
        let typed = |bytes: &[u8]| decode(bytes.to_vec(), None).and_then(DecodedText::without_nul);
        assert_eq!(typed(b"\x7fELF\x02\x01\x01\0\0"), Err(DecodeError::Binary));
        assert_eq!(typed(b"a\0b"), Err(DecodeError::Binary));
        assert_eq!(read(b"a\0b"), ("a\0b".into(), None));
        assert_eq!(decode(b"\xff\x01\xfe".to_vec(), None), Err(DecodeError::Binary));
        assert!(decode(b"\x1b[31mred\x1b[0m\t\x07\n".to_vec(), None).is_ok());
        let latin2 = "iso-8859-2".parse().unwrap();
        assert_eq!(decode(b"\xb3\xb1ka".to_vec(), Some(latin2)).unwrap().text, "łąka");
        let utf16 = "utf-16le".parse().unwrap();
        assert_eq!(decode(b"h\0i\0".to_vec(), Some(utf16)).unwrap().text, "hi");
        assert!("klingon".parse::<TextEncoding>().is_err());
    }
}
