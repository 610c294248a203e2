//! A quick test of raw bytes: may the Markdown they are, or the JSON text they spell, contain the query?
//! Must not say no where it does, because that loses a result; a wrong yes only costs time.

use memchr::{memchr_iter, memchr3_iter, memmem};

use crate::chat::casefold::continues_character;
use crate::markdown::citation_marks::SEPARATOR;
use crate::markdown::spellings::{
    entity, entity_number, has_one_spelling, json_escape, other_spellings,
};
use crate::markdown::word_around::{
    MAX_HIDING, MAX_MARKS, may_be_shown_after, may_begin_with, may_end_with,
};

/// What is found in a word first: ASCII by frequency in chats and their JSON, the rarest first.
const BY_RARITY: &[u8] = b"^~%@&$|#<>=+!?;'/zqxjk9386542701vbpygfwmucld`()[]{}.-_hrs*:,\"nioate\\";

/// More letters of a word, and more words of a query, are not compared here.
const MAX_LETTERS: usize = 32;
const MAX_WORDS: usize = 16;

/// Two pieces of a text have to overlap by as many bytes so that no word is missed between them: one of the
/// longest characters, with marks after each byte.
pub const PIECE_OVERLAP: usize = MAX_LETTERS * 4 * (MAX_MARKS + 1) + 2 * MAX_HIDING;

/// A query, and all words of it.
#[derive(Debug, Clone, Default)]
pub struct Words {
    query: String,
    needles: Vec<Needle>,
}

impl Words {
    /// The words of a folded query. Punctuation divides it as spaces do, because a text may spell it in
    /// several ways or have more of it; in a query without words it is all there is.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let words = query.split(|c: char| c == ' ' || c.is_ascii_punctuation());
        let mut needles: Vec<Needle> = words.filter_map(Needle::of).take(MAX_WORDS).collect();
        if needles.is_empty() {
            needles = query.split(' ').filter_map(Needle::of).take(MAX_WORDS).collect();
        }
        Self { query: query.to_owned(), needles }
    }

    /// The folded query.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Whether a text may contain all of them, as it is written or as it reads.
    #[must_use]
    pub fn may_occur_in(&self, text: &str) -> bool {
        self.needles.iter().all(|word| word.may_occur_in(text.as_bytes()))
    }
}

/// The part of a query that a text spells character for character.
#[derive(Debug, Clone)]
pub struct Needle {
    /// Its beginning, in lower case.
    head: Vec<u8>,
    /// The character that is looked for first.
    anchor: Anchor,
    /// Its rest.
    tail: Vec<u8>,
}

impl Needle {
    /// The longest part of a folded query that raw bytes can be searched for; `None` where every character
    /// of it has several spellings.
    #[must_use]
    pub fn of(query: &str) -> Option<Self> {
        let query = without_marked_letters(query);
        let ascii = longest_run(&query, |c| c.is_ascii_alphanumeric());
        let exact = longest_run(&query, has_one_spelling);
        let word = if exact.len() > ascii.len() { exact } else { ascii };
        let word =
            if word.is_empty() { longest_run(&query, |c| c.is_ascii_punctuation()) } else { word };
        let anchors = word.char_indices().map(|(at, c)| (at, Anchor::of(c)));
        let (at, anchor) = anchors.min_by_key(|(_, anchor)| anchor.cost())?;
        let (head, rest) = word.split_at_checked(at)?;
        let tail = rest.get(anchor.letter.len_utf8()..)?;
        Some(Self { head: head.into(), tail: tail.into(), anchor })
    }

    /// Whether the text that the bytes are, or spell in JSON, may contain the query. Of a text in pieces,
    /// each begins with the last [`PIECE_OVERLAP`] bytes of the one before.
    #[must_use]
    pub fn may_occur_in(&self, bytes: &[u8]) -> bool {
        self.anchor.is_in(bytes, |before, after| {
            may_end_with(&self.head, before) && may_begin_with(&self.tail, after)
        })
    }
}

/// A character of a word that a text with the word contains, mostly in one way.
#[derive(Debug, Clone)]
struct Anchor {
    letter: char,
    /// What else is read as the character.
    others: Vec<String>,
}

impl Anchor {
    fn of(letter: char) -> Self {
        Self { letter, others: other_spellings(letter) }
    }

    /// What looking for the character costs. The cheapest is chosen, because each spelling takes a search of its own.
    fn cost(&self) -> (usize, Option<usize>) {
        let rarity = BY_RARITY.iter().position(|common| char::from(*common) == self.letter);
        (self.others.len(), rarity)
    }

    /// Whether the bytes hold it with what belongs before and after it, in another spelling, or maybe in a
    /// citation mark, which shows one of its fields.
    fn is_in(&self, bytes: &[u8], is_word: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        let is_word = |at: usize, length: usize| {
            let (before, rest) = bytes.split_at_checked(at).unwrap_or_default();
            is_word(before, rest.get(length..).unwrap_or_default())
        };
        let is_entity = |at: usize| {
            let name = bytes.get(at.saturating_add(1)..).unwrap_or_default();
            entity(name).is_some_and(|name| self.may_be_entity(name)) || json_escape(name).is_some()
        };
        let is_plain = if let Ok(letter) = u8::try_from(self.letter)
            && letter.is_ascii()
        {
            memchr3_iter(letter, letter.to_ascii_uppercase(), b'&', bytes).any(|at| {
                let is_letter = bytes.get(at).is_some_and(|it| it.eq_ignore_ascii_case(&letter));
                is_letter && is_word(at, 1) || bytes.get(at) == Some(&b'&') && is_entity(at)
            })
        } else {
            let letter = self.letter.to_string();
            memmem::find_iter(bytes, &letter).any(|at| is_word(at, letter.len()))
                || memchr_iter(b'&', bytes).any(is_entity)
        };
        let shows_field = |at: usize| may_be_shown_after(bytes.get(..at).unwrap_or_default());
        let is_escape = |at: usize| {
            let escape = bytes.get(at..).unwrap_or_default();
            let is_separator = json_escape(escape).map(u32::from) == Some(SEPARATOR.into());
            is_separator && shows_field(at) || self.may_be_escape(escape)
        };
        let mut separator = [0; 4];
        let separator: &str = SEPARATOR.encode_utf8(&mut separator);
        is_plain
            || memmem::find_iter(bytes, b"\\u").any(is_escape)
            || memmem::find_iter(bytes, separator).any(shows_field)
            || self.others.iter().any(|other| memmem::find(bytes, other.as_bytes()).is_some())
    }

    /// Whether it may be what an entity stands for. In most HTML there are those for punctuation and spaces.
    fn may_be_entity(&self, name: &[u8]) -> bool {
        if name.starts_with(b"#") {
            return entity_number(name).is_none_or(|number| self.may_be_number(number));
        }
        if self.letter.is_ascii_punctuation() {
            return true;
        }
        let is_in_html = matches!(name, b"amp" | b"lt" | b"gt" | b"quot" | b"apos" | b"nbsp");
        !is_in_html && (!self.letter.is_ascii() || !self.others.is_empty())
    }

    /// Whether an escape of JSON may be it, or begin an entity of it.
    fn may_be_escape(&self, escape: &[u8]) -> bool {
        let rest = escape.get(6..).unwrap_or_default();
        json_escape(escape).is_some_and(|unit| match u8::try_from(unit) {
            Ok(b'&') => self.letter == '&' || entity(rest).is_some() || json_escape(rest).is_some(),
            _ => self.may_be_number(unit.into()),
        })
    }

    /// Whether a character with this number, or a first half of one, may be read as it.
    fn may_be_number(&self, number: u32) -> bool {
        let mut units = [0; 2];
        let unit = self.letter.encode_utf16(&mut units).first().copied().unwrap_or_default();
        let is_letter = |c: char| c.eq_ignore_ascii_case(&self.letter);
        char::from_u32(number).is_some_and(is_letter)
            || number == u32::from(unit)
            || number >= 0x80 && !self.others.is_empty()
    }
}

/// The characters of a folded query, NUL in the place of each with marks and of the marks: text may
/// hold the composed form.
fn without_marked_letters(query: &str) -> Vec<char> {
    let mut chars = query.chars().peekable();
    let mut plain = Vec::new();
    while let Some(c) = chars.next() {
        let is_marked = chars.peek().is_some_and(|next| continues_character(*next));
        plain.push(if is_marked || continues_character(c) { '\0' } else { c });
    }
    plain
}

/// The beginning of the longest run of characters that belong to a kind.
fn longest_run(query: &[char], belongs: impl Fn(char) -> bool) -> String {
    let runs = query.split(|c| !belongs(*c));
    let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
    longest.iter().take(MAX_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::casefold::casefold;
    use crate::markdown::growth::assert_proportional;

    fn may_be(query: &str, raw: &str) -> bool {
        Needle::of(&casefold(query)).is_none_or(|it| it.may_occur_in(raw.as_bytes()))
    }

    #[test]
    fn other_spellings_are_not_ruled_out() {
        assert!(may_be("say \"hi\"", r#"SAY \"HI\""#));
        assert!(may_be("a/b", r"A\/b"));
        assert!(may_be("é", r"\u00e9"));
        assert!(may_be("名前", "名前"));
        assert!(!may_be("名前", "名名"));
        assert!(!may_be("hello world", "hell word"));
        assert!(may_be("last", "la\u{17f}t") && may_be("last", r"la\u017ft"));
        assert!(!may_be("café", "x") && may_be("é", "x"), "what has several spellings is anywhere");
        assert!(may_be("名", r"\u540D") && !may_be("名", r"\u540E"));
        assert!(may_be("豈", "\u{f900}") && may_be("豈", r"\uf900") && !may_be("豈", "名"));
    }

    #[test]
    fn a_query_of_punctuation_alone_rules_texts_out() {
        for (query, text) in
            [("->", "a -\\> b"), ("->", "a -&gt; b"), ("->", r"-\u003e"), ("- [ ]", "- [x] [ ]")]
        {
            assert!(Words::of(&casefold(query)).may_occur_in(text), "{query} in {text}");
        }
        for (query, text) in
            [("->", "a - b > c"), ("::", "a: b"), ("**", "plain words, and a list:")]
        {
            assert!(!Words::of(&casefold(query)).may_occur_in(text), "{query} in {text}");
        }
    }

    #[test]
    fn what_is_written_between_the_letters_does_not_hide_them() {
        for (query, text) in [
            ("x&y", "x&amp;y"),
            ("foobar", "foo[bar](u)"),
            ("foobar", "[foo](https://a.example)bar"),
            ("foobar", "foo[^1]bar"),
            ("x=1,", "let $x=1$, then"),
            ("abc", "&#97;bc"),
            ("q", r"see &#11\u0033; word"),
            ("⦹", r"&lt\u0063ir;"),
            ("naïve words", "na&iuml;ve words"),
            ("https://a.example.", "<https://a.example>."),
            ("これは本当です", "これは**本当**です"),
        ] {
            assert!(Words::of(&casefold(query)).may_occur_in(text), "{query} in {text}");
        }
        for (query, text) in [
            ("foobar", "[foo](u) bar, foo bar"),
            ("foobar", "f & oobar"),
            ("snake_case", "snake_cake"),
        ] {
            assert!(!Words::of(&casefold(query)).may_occur_in(text), "{query} in {text}");
        }
    }

    #[test]
    fn a_word_that_a_citation_mark_shows_is_not_ruled_out() {
        let berlin = "Die \u{e200}entity\u{e202}[\"city\",\"Berlin\",\"capital\"]\u{e201}er Mauer";
        let sea = "海\u{e200}link_title\u{e202}山\u{e202}turn0search0\u{e201}田";
        for (query, text) in [("die berliner mauer", berlin), ("海山田", sea)] {
            let words = Words::of(query);
            for spelling in
                [text.to_owned(), with_controls(text, "ue2"), with_controls(text, "uE2")]
            {
                assert!(words.may_occur_in(&spelling), "{query} in {spelling}");
            }
        }
        let cited = "It rained\u{e200}cite\u{e202}turn0search0\u{e202}turn1news12\u{e201}.";
        for text in [cited.to_owned(), with_controls(cited, "ue2")] {
            assert!(!Words::of("snow").may_occur_in(&text), "{text}");
        }
    }

    /// A text with the controls of its citation marks as JSON may write them.
    fn with_controls(text: &str, escape: &str) -> String {
        let controls = ['\u{e200}', '\u{e201}', '\u{e202}'].into_iter().zip(["00", "01", "02"]);
        controls.fold(text.to_owned(), |text, (control, digits)| {
            text.replace(control, &format!("\\{escape}{digits}"))
        })
    }

    #[test]
    fn runs_of_marks_take_time_in_proportion_to_their_length() {
        for query in ["snake_case", "a*b~x", "__init__", "名_前"] {
            for part in ["_", "*", "~", "`", "\\", "[", "](", ")", "k_", "sna_k_x", "[s](s)", "名*"]
            {
                let words = Words::of(query);
                assert_proportional(
                    &format!("{query} in {part:?}"),
                    |times| part.repeat(times),
                    |text| assert!(!words.may_occur_in(text)),
                );
            }
        }
    }
}
