//! Reads a text into events of the dialect, each with its range in the source.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Parser, Tag, TagEnd};

use crate::chat::control_character::is_control_character;
use crate::markdown::autolink::{TextSpan, may_have_spans, split_spans};
use crate::markdown::definitions::{LinkDefinitions, LinkLabels, normalize_label};
use crate::markdown::formula;
use crate::markdown::options::options;
use crate::markdown::parser_input::ParserInput;
use crate::markdown::text_context::TextContext;
use crate::markdown::text_piece::{MergedText, TextPiece};

/// Calls `handler` with each event, its range in the source and, for text events, their pieces.
///
/// The returned labels are those of this text alone.
pub fn read_events(
    source: &str,
    context: TextContext<'_>,
    handler: impl FnMut(Event<'_>, Range<usize>, &[TextPiece]),
) -> LinkLabels {
    let input = ParserInput::new(source, context.end);
    let mut referenced = BTreeSet::new();
    let mut look_up = |link: BrokenLink<'_>| {
        let label =
            normalize_label(&input.placeholders.restore_text(CowStr::Borrowed(&link.reference)));
        let address = context.definitions.get(&label).cloned();
        referenced.insert(label);
        address.map(|address| (CowStr::from(address), CowStr::Borrowed("")))
    };
    let parser = Parser::new_with_broken_link_callback(&input.text, options(), Some(&mut look_up));
    let mut events = parser.into_offset_iter();
    let mut reader = EventReader {
        source,
        input: &input,
        definitions: context.definitions,
        handler,
        pending_text: MergedText::default(),
        may_have_spans: input.is_edited() || may_have_spans(source) || has_other_spellings(source),
        open_code_blocks: 0,
        open_links: 0,
    };
    for (event, parsed) in events.by_ref() {
        // Looked at where it lies: moving an event takes longer than writing it.
        match &event {
            Event::Text(text) => reader.text(text, parsed),
            _ if input.is_edited() => {
                reader.event(input.placeholders.restore_event(event), input.source_range(parsed));
            }
            _ => reader.event(event, parsed),
        }
    }
    reader.flush();
    let restore = |text| input.placeholders.restore_text(CowStr::Borrowed(text));
    let definitions = events.reference_definitions().iter();
    let defined = definitions.map(|(label, definition)| {
        (normalize_label(&restore(label)), restore(&definition.dest).to_string())
    });
    LinkLabels { defined: defined.collect(), referenced }
}

struct EventReader<'a, F> {
    source: &'a str,
    input: &'a ParserInput<'a>,
    definitions: &'a LinkDefinitions,
    handler: F,
    /// Text that the next event may continue.
    pending_text: MergedText,
    /// Whether there may be bare addresses and footnotes: most texts have none, which is seen at once.
    may_have_spans: bool,
    open_code_blocks: usize,
    /// How many links are open, images included: an address inside of one is text.
    open_links: usize,
}

impl<F: FnMut(Event<'_>, Range<usize>, &[TextPiece])> EventReader<'_, F> {
    fn text(&mut self, text: &str, parsed: Range<usize>) {
        let input = self.input;
        if let Some(written) = input.unedited(text, &parsed).and_then(|it| self.source.get(it)) {
            self.pending_text.push(written, parsed, true);
            return;
        }
        let Some(segments) = input.split_text(text, parsed.clone()) else {
            let range = input.source_range(parsed);
            return match self.source.get(range.clone()) {
                // The text was made harmless before, but not what its entities stand for.
                Some(written)
                    if written.starts_with('&') && text.contains(is_control_character) =>
                {
                    self.pending_text.push(written, range, true);
                }
                _ => self.push(text, range),
            };
        };
        // A segment without a source range was inserted for the parser only.
        for (parsed_text, range) in segments.filter(|(_, range)| !range.is_empty()) {
            match self.source.get(range.clone()) {
                // A replacement has the length of the source text, which is the text to show.
                Some(written) if written.len() == parsed_text.len() => {
                    self.pending_text.push(written, range, true);
                }
                _ => self.push(parsed_text, range),
            }
        }
    }

    fn push(&mut self, parsed_text: &str, range: Range<usize>) {
        let text = self.input.placeholders.restore_text(CowStr::Borrowed(parsed_text));
        let verbatim = self.source.get(range.clone()) == Some(&*text);
        self.pending_text.push(&text, range, verbatim);
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let written = self.source.get(range.clone()).unwrap_or_default();
        match &event {
            Event::InlineMath(_) if formula::is_money(self.source, range.end) => {
                self.pending_text.push(written, range, true);
            }
            Event::DisplayMath(tex) if formula::is_inline(written) => {
                self.emit(Event::InlineMath(CowStr::Borrowed(tex)), range);
            }
            Event::InlineHtml(html) if is_line_break(html) => self.emit(Event::HardBreak, range),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if info.contains(is_control_character) =>
            {
                let info = CowStr::from(info.replace(is_control_character, ""));
                self.emit(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), range);
            }
            // The first definition of a label counts, in whichever part of the text it is.
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let defined = self.definitions.get(&normalize_label(id));
                let (link_type, title, id) = (*link_type, title.clone(), id.clone());
                let dest_url = defined.map_or(dest_url.clone(), |it| CowStr::Borrowed(it));
                self.emit(Event::Start(Tag::Link { link_type, dest_url, title, id }), range);
            }
            _ => self.emit(event, range),
        }
    }

    /// Passes on an event that is not text, after the text before it.
    fn emit(&mut self, event: Event<'_>, range: Range<usize>) {
        self.flush();
        match &event {
            Event::Start(Tag::CodeBlock(_)) => {
                self.open_code_blocks = self.open_code_blocks.saturating_add(1);
            }
            Event::End(TagEnd::CodeBlock) => {
                self.open_code_blocks = self.open_code_blocks.saturating_sub(1);
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                self.open_links = self.open_links.saturating_add(1);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                self.open_links = self.open_links.saturating_sub(1);
            }
            _ => {}
        }
        (self.handler)(event, range, &[]);
    }

    /// Passes on the pending text, with the addresses and footnotes in it.
    fn flush(&mut self) {
        let Self { pending_text: text, handler, .. } = self;
        if text.text.is_empty() {
            return;
        }
        let is_verbatim = !self.may_have_spans || self.open_code_blocks > 0 || self.open_links > 0;
        if is_verbatim || !may_have_spans(&text.text) {
            handler(Event::Text(CowStr::Borrowed(&text.text)), text.source_range(), &text.pieces);
        } else {
            emit_spans(text, handler);
        }
        text.clear();
    }
}

fn emit_spans(
    merged: &MergedText,
    handler: &mut impl FnMut(Event<'_>, Range<usize>, &[TextPiece]),
) {
    let mut end = 0_usize;
    for span in split_spans(&merged.text) {
        let (written, address) = match span {
            TextSpan::Plain(text) | TextSpan::Footnote { written: text, .. } => (text, None),
            TextSpan::Address(text) => (text, Some(text)),
        };
        let start = end;
        end = start.saturating_add(written.len());
        let pieces = merged.pieces_within(&(start..end));
        let first = pieces.first().map_or(0, |piece| piece.source.start);
        let range = first..pieces.last().map_or(first, |piece| piece.source.end);
        if let TextSpan::Footnote { name, .. } = span {
            handler(Event::FootnoteReference(CowStr::Borrowed(name)), range, &[]);
            continue;
        }
        if let Some(address) = address {
            handler(Event::Start(autolink_tag(address)), range.clone(), &[]);
        }
        handler(Event::Text(CowStr::Borrowed(written)), range.clone(), &pieces);
        if address.is_some() {
            handler(Event::End(TagEnd::Link), range, &[]);
        }
    }
}

/// Returns whether a source may spell a character in another way, by an entity or behind a backslash.
fn has_other_spellings(source: &str) -> bool {
    memchr::memchr2(b'&', b'\\', source.as_bytes()).is_some()
}

/// Returns the link of a bare address; one without a scheme gets `https`.
fn autolink_tag(address: &str) -> Tag<'_> {
    let dest_url = if address.starts_with("www.") {
        CowStr::from(format!("https://{address}"))
    } else {
        CowStr::Borrowed(address)
    };
    let none = || CowStr::Borrowed("");
    Tag::Link { link_type: LinkType::Autolink, dest_url, title: none(), id: none() }
}

/// Returns whether an HTML tag is `<br>`, which models write in table cells.
fn is_line_break(html: &str) -> bool {
    html.trim().trim_end_matches('>').trim_end_matches(['/', ' ']).eq_ignore_ascii_case("<br")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events, each with its source text.
    fn events(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        read_events(text, TextContext::default(), |event, range, pieces| {
            let written = &text[range];
            for piece in pieces.iter().filter(|piece| piece.verbatim) {
                let Event::Text(shown) = &event else { panic!("{event:?} has pieces") };
                assert_eq!(text[piece.source.clone()], shown[piece.shown.clone()]);
            }
            out.push(match event {
                Event::Start(Tag::Link { dest_url, .. }) => format!("link {dest_url}"),
                Event::Start(_) | Event::End(_) => return,
                Event::Text(shown) => format!("{shown} = {written}"),
                other => format!("{other:?} = {written}"),
            });
        });
        out
    }

    #[test]
    fn consecutive_text_is_one_event_whose_pieces_have_source_ranges() {
        assert_eq!(events("a_b &amp; c"), ["a_b & c = a_b &amp; c"]);
        assert_eq!(
            events("`a`<br/>b"),
            [r#"Code(Borrowed("a")) = `a`"#, "HardBreak = <br/>", "b = b"]
        );
    }

    #[test]
    fn an_entity_of_a_control_character_stays_as_it_is_written() {
        for entity in ["&#27;", "&#x9b;", "&NewLine;", "&#8238;", "&#x2028;", "&Tab;"] {
            let text = format!("a {entity}]0;x &amp; b");
            let shown = format!("a {entity}]0;x & b = {text}");
            assert_eq!(events(&text), [shown], "{entity}");
        }
        read_events("```a&#27;b\nx\n```", TextContext::default(), |event, _, _| {
            assert!(!format!("{event:?}").contains("\\u"), "{event:?}");
        });
        assert_eq!(events("&nbsp;&auml;"), ["\u{a0}ä = &nbsp;&auml;"]);
    }

    #[test]
    fn bare_addresses_and_footnotes_become_links_and_references() {
        assert_eq!(
            events("see www.a.example/b_c_d, and[^1]"),
            [
                "see  = see ",
                "link https://www.a.example/b_c_d",
                "www.a.example/b_c_d = www.a.example/b_c_d",
                ", and = , and",
                r#"FootnoteReference(Borrowed("1")) = [^1]"#,
            ]
        );
        for text in ["www&#46;a.example", "http:\\//a.b", "http&colon;//a.b"] {
            assert!(events(text)[0].starts_with("link http"), "{text}: {:?}", events(text));
        }
        assert_eq!(events("    http://a.b"), ["http://a.b = http://a.b"], "not in code");
        assert_eq!(events("[http://a.b](x)"), ["link x", "http://a.b = http://a.b"]);
    }

    #[test]
    fn definitions_of_the_context_apply_and_labels_are_returned() {
        let definitions = LinkDefinitions::from([("a b".to_owned(), "https://x".to_owned())]);
        let mut addresses = Vec::new();
        let context = TextContext { definitions: &definitions, ..TextContext::default() };
        let labels = read_events("[t][A  b] [c]\n\n[d]: https://y", context, |event, _, _| {
            if let Event::Start(Tag::Link { dest_url, .. }) = event {
                addresses.push(dest_url.to_string());
            }
        });
        assert_eq!(addresses, ["https://x"]);
        assert_eq!(labels.defined, LinkDefinitions::from([("d".into(), "https://y".into())]));
        assert_eq!(labels.referenced, ["a b", "c"].map(str::to_owned).into());
    }
}
