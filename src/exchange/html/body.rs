//! Renders Markdown as HTML. Must not pass through HTML of the text, because a model or a file may
//! inject scripts.

use std::convert::Infallible;

use crate::markdown::{
    AlertKind, Alignment, BlockStarts, CodeBlockKind, Event, HeadingLevel, PartRead, Tag, TagEnd,
    TextEnd, TextPart, alert_title, footnote_label, info_language, read_events, read_in_parts,
    task_checkbox,
};

use super::mathml::{self, FormulaDisplay};
use super::{code, escape};

/// What a line break inside a paragraph becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum SoftBreaks {
    /// `<br>`, for the questions that people type.
    Preserve,
    /// White space, as in Markdown.
    #[default]
    Collapse,
}

#[must_use]
pub(super) fn render_body(text: &str, breaks: SoftBreaks, end: TextEnd) -> String {
    let mut out = String::new();
    let written: Result<(), Infallible> = write_body(text, breaks, end, |html| {
        out.push_str(html);
        Ok(())
    });
    let Ok(()) = written;
    out
}

/// Renders a text of any length in parts, and gives them to `write`.
pub(super) fn write_body<E>(
    text: &str,
    breaks: SoftBreaks,
    end: TextEnd,
    mut write: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let read = |part: TextPart<'_>| {
        // Enough for most texts with their tags.
        let out = String::with_capacity(part.text.len().saturating_mul(2));
        let mut writer = HtmlWriter { out, breaks, ..HtmlWriter::default() };
        let mut starts = BlockStarts::default();
        read_events(part.text, part.context, |event, range, _| {
            starts.note(&event, &range, writer.out.len());
            writer.handle_event(&event);
        });
        let (taken, written) = if part.is_last {
            (part.text.len(), writer.out.len())
        } else {
            starts.last(part.text).unwrap_or_default()
        };
        writer.out.truncate(written);
        PartRead { taken, made: writer.out }
    };
    read_in_parts(text, end, read, |html| write(&html))
}

#[derive(Default)]
struct HtmlWriter {
    out: String,
    breaks: SoftBreaks,
    /// Language and code of the open block.
    code: Option<(String, String)>,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// The open links; an unsafe one has its address, which is shown instead of linked.
    links: Vec<Option<String>>,
}

impl HtmlWriter {
    fn handle_event(&mut self, event: &Event<'_>) {
        if let Some((_, code)) = self.code.as_mut() {
            match event {
                Event::End(TagEnd::CodeBlock) => self.end_code_block(),
                Event::Text(text) => code.push_str(text),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                escape::push_escaped(text, &mut self.out);
            }
            Event::Code(text) => {
                self.out.push_str("<code>");
                escape::push_escaped(text, &mut self.out);
                self.out.push_str("</code>");
            }
            Event::InlineMath(text) => {
                self.out.push_str(&mathml::render_formula(text, FormulaDisplay::Inline));
            }
            Event::DisplayMath(text) => {
                self.out.push_str(&mathml::render_formula(text, FormulaDisplay::Block));
            }
            Event::FootnoteReference(name) => {
                self.out.push_str(&format!("<sup>{}</sup>", escape::escape(&footnote_label(name))));
            }
            Event::SoftBreak if self.breaks == SoftBreaks::Collapse => self.out.push('\n'),
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.task_marker(*done),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.out.push_str("<p dir=\"auto\">"),
            Tag::Heading { level, .. } => {
                self.out.push_str(&format!("<{} dir=\"auto\">", heading_tag(*level)));
            }
            Tag::BlockQuote(kind) => self.start_quote(*kind),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info_language(info).to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.out.push_str("<p class=\"raw\" dir=\"auto\">"),
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(first)) => self.out.push_str(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::Item => self.out.push_str("<li dir=\"auto\">"),
            Tag::FootnoteDefinition(name) => self.out.push_str(&format!(
                "<div class=\"footnote\"><sup>{}</sup> ",
                escape::escape(&footnote_label(name))
            )),
            Tag::Table(alignments) => {
                self.alignments.clone_from(alignments);
                self.out.push_str("<div class=\"table\"><table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.start_row();
            }
            Tag::TableRow => self.start_row(),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { dest_url, .. } => self.start_link(dest_url),
            Tag::Image { dest_url, .. } => {
                self.out.push_str("Image: ");
                self.start_link(dest_url);
            }
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.out.push_str("</p>\n"),
            TagEnd::Heading(level) => self.out.push_str(&format!("</{}>\n", heading_tag(level))),
            TagEnd::BlockQuote(_) => self.out.push_str("</blockquote>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => self.out.push_str("</div>\n"),
            TagEnd::Table => self.out.push_str("</table></div>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.out.push_str("</tr>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.out.push_str(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::CodeBlock
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn start_quote(&mut self, kind: Option<AlertKind>) {
        self.out.push_str("<blockquote>\n");
        if let Some(kind) = kind {
            self.out.push_str(&format!("<p><strong>{}</strong></p>\n", alert_title(kind)));
        }
    }

    fn end_code_block(&mut self) {
        let Some((language, text)) = self.code.take() else {
            return;
        };
        self.out.push_str("<figure class=\"code\">");
        if !language.is_empty() {
            self.out.push_str(&format!("<figcaption>{}</figcaption>", escape::escape(&language)));
        }
        let shown = code::highlight_html(&text, &language);
        // HTML drops a line break right after `<pre>`; `<code>` comes between.
        self.out.push_str(&format!("<pre><code>{shown}</code></pre></figure>\n"));
    }

    fn start_row(&mut self) {
        self.column = 0;
        self.out.push_str("<tr>");
    }

    fn start_cell(&mut self) {
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::None) | None => "",
        };
        self.column = self.column.saturating_add(1);
        let name = if self.in_head { "th" } else { "td" };
        self.out.push_str(&format!("<{name}{class} dir=\"auto\">"));
    }

    fn start_link(&mut self, address: &str) {
        if let Some(address) = escape::safe_address(address) {
            let address = escape::escape(address);
            self.out
                .push_str(&format!("<a href=\"{address}\" rel=\"noopener noreferrer nofollow\">"));
            self.links.push(None);
        } else {
            self.links.push(Some(address.to_owned()));
        }
    }

    fn end_link(&mut self) {
        match self.links.pop() {
            Some(None) => self.out.push_str("</a>"),
            Some(Some(address)) => self
                .out
                .push_str(&format!(" <span class=\"dest\">({})</span>", escape::escape(&address))),
            None => {}
        }
    }

    fn task_marker(&mut self, done: bool) {
        let item = "<li dir=\"auto\">";
        if self.out.ends_with(item) {
            self.out.truncate(self.out.len().saturating_sub(item.len()));
            self.out.push_str("<li class=\"task\" dir=\"auto\">");
        }
        let (checkbox, label) = (task_checkbox(done), if done { "done" } else { "to do" });
        self.out.push_str(&format!("<span role=\"img\" aria-label=\"{label}\">{checkbox}</span> "));
    }
}

/// Returns the element of a heading: the page's own headings are `h1` and `h2`.
const fn heading_tag(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h3",
        HeadingLevel::H2 => "h4",
        HeadingLevel::H3 => "h5",
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => "h6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{NESTED_TEXTS, assert_proportional};

    #[test]
    fn deep_nesting_takes_time_in_proportion_to_its_depth() {
        for (case, make) in NESTED_TEXTS {
            assert_proportional(case, make, |text| {
                drop(render_body(text, SoftBreaks::Collapse, TextEnd::Open));
            });
        }
    }

    #[test]
    fn markdown_becomes_the_matching_elements() {
        for (text, html) in [
            (
                "# A\nb *c* **d** ~~e~~",
                "<h3 dir=\"auto\">A</h3>\n<p dir=\"auto\">b <em>c</em> <strong>d</strong> <del>e</del></p>\n",
            ),
            (
                "- [x] a\n- [ ] b",
                "<ul>\n<li class=\"task\" dir=\"auto\"><span role=\"img\" aria-label=\"done\">☑</span> a</li>\n<li class=\"task\" dir=\"auto\"><span role=\"img\" aria-label=\"to do\">☐</span> b</li>\n</ul>\n",
            ),
            (
                "| a | b |\n|--:|---|\n| 1 | 2 |",
                "<div class=\"table\"><table>\n<tr><th class=\"right\" dir=\"auto\">a</th><th dir=\"auto\">b</th></tr>\n<tr><td class=\"right\" dir=\"auto\">1</td><td dir=\"auto\">2</td></tr>\n</table></div>\n",
            ),
            (
                "| a | b |\n|---|---|\n| `x | y` | 1 | 2 |",
                "<div class=\"table\"><table>\n<tr><th dir=\"auto\">a</th><th dir=\"auto\">b</th></tr>\n<tr><td dir=\"auto\"><code>x | y</code></td><td dir=\"auto\">1 | 2</td></tr>\n</table></div>\n",
            ),
            (
                "```x\n<b>\n```",
                "<figure class=\"code\"><figcaption>x</figcaption><pre><code>&lt;b&gt;\n</code></pre></figure>\n",
            ),
            ("3. a", "<ol start=\"3\">\n<li dir=\"auto\">a</li>\n</ol>\n"),
        ] {
            assert_eq!(render_body(text, SoftBreaks::Collapse, TextEnd::Open), html, "{text}");
        }
        assert_eq!(
            render_body("a\nb", SoftBreaks::Preserve, TextEnd::Open),
            "<p dir=\"auto\">a<br>\nb</p>\n"
        );
    }

    #[test]
    fn the_dialect_is_the_same_as_on_screen() {
        let link = |to: &str, shown: &str| {
            format!("<a href=\"{to}\" rel=\"noopener noreferrer nofollow\">{shown}</a>")
        };
        for (text, html) in [
            ("from $5-$10", "from $5-$10".to_owned()),
            ("a<br>b<BR />c", "a<br>\nb<br>\nc".to_owned()),
            (
                "see https://a.example/x_y.",
                format!("see {}.", link("https://a.example/x_y", "https://a.example/x_y")),
            ),
            ("www.a.example", link("https://www.a.example", "www.a.example")),
            ("これは**「重要」**な", "これは<strong>「重要」</strong>な".to_owned()),
            ("said \u{e200}cite\u{e202}turn0search0\u{e201}.", "said.".to_owned()),
            ("as said[^1]", "as said<sup>[1]</sup>".to_owned()),
        ] {
            let html = format!("<p dir=\"auto\">{html}</p>\n");
            assert_eq!(render_body(text, SoftBreaks::Collapse, TextEnd::Open), html, "{text}");
        }
        let code = render_body("``` {.python}\nx\n```", SoftBreaks::Collapse, TextEnd::Open);
        assert!(code.contains("<figcaption>python</figcaption>"), "{code}");
    }

    #[test]
    fn a_long_text_is_rendered_in_parts_like_a_short_one() {
        let blocks = [
            "A paragraph with [a link][far] and **strong** words.",
            "- item\n\n  more\n- [x] done",
            "```rust\nfn main() {}\n\n\nlet x;\n```",
            "| a | b |\n|---|---|\n| `x | y` | 2 |",
            "1. one\n\n2. two",
            "> quote\nlazy",
            "# Head\nfollowed at once\n***\n    not code",
            "<div>\nhtml\n</div>",
            "[near]: https://near.example\nText [near] [^1]",
            "\\[\nx^2\n\\]",
        ];
        // A text with footnotes is read by one thread, others by several.
        for footnote in [" [^1]", ""] {
            let mut text = String::new();
            let mut expected = String::new();
            let short = |text: &str| {
                let text =
                    format!("{text}\n\n[far]: https://far.example\n\n[near]: https://near.example");
                render_body(&text, SoftBreaks::Collapse, TextEnd::Open)
            };
            for number in 0..9_000 {
                let block = blocks[number * 7 % blocks.len()].replace(" [^1]", footnote);
                expected.push_str(&short(&block));
                text.push_str(&format!("{block}\n\n"));
            }
            text.push_str("[far]: https://far.example\n\nThe **end");
            let last = render_body("The **end", SoftBreaks::Collapse, TextEnd::Cut);
            expected.push_str(&last);
            let mut parts = 0;
            let mut html = String::new();
            let written: Result<(), Infallible> =
                write_body(&text, SoftBreaks::Collapse, TextEnd::Cut, |part| {
                    parts += usize::from(!part.is_empty());
                    html.push_str(part);
                    Ok(())
                });
            let Ok(()) = written;
            assert!(parts > 2, "{parts}");
            let differs = html.lines().zip(expected.lines()).position(|(one, other)| one != other);
            let around = |text: &str| {
                let lines = text.lines().skip(differs.unwrap_or_default().saturating_sub(3));
                lines.take(6).collect::<Vec<_>>().join("\n")
            };
            assert_eq!(differs.map(|_| around(&html)), differs.map(|_| around(&expected)));
            assert_eq!(html.len(), expected.len());
        }
    }

    #[test]
    fn a_block_that_is_longer_than_a_part_stays_one() {
        let code = format!("before\n\n```\n{}```\n\nafter", "a line of code\n".repeat(30_000));
        let html = render_body(&code, SoftBreaks::Collapse, TextEnd::Open);
        assert_eq!(html.matches("<pre>").count(), 1);
        assert_eq!(html.matches("a line of code").count(), 30_000);
        assert!(html.ends_with("<p dir=\"auto\">after</p>\n"));
    }

    #[test]
    fn scripts_and_images_are_shown_as_text() {
        let html = render_body(
            "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> a <b onclick=x>b</b>\n\n\
             [c](javascript:alert(1)) ![d](https://e.example/x.png) [f](data:text/html,x) \
             <https://g.example/\"onmouseover=\"x>\n\n[h]: javascript:x\n[h]",
            SoftBreaks::Collapse,
            TextEnd::Open,
        );
        let allowed = ["p", "a", "span"];
        for tag in html.split('<').skip(1) {
            let name: String = tag
                .trim_start_matches('/')
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            assert!(allowed.contains(&name.as_str()), "<{tag} in {html}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
        assert!(html.contains("c <span class=\"dest\">(javascript:alert(1))</span>"), "{html}");
        assert!(html.contains("Image: <a href=\"https://e.example/x.png\""), "{html}");
        assert!(!html.contains("href=\"javascript") && !html.contains("href=\"data"), "{html}");
    }
}
