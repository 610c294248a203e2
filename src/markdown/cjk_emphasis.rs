//! Emphasis beside Chinese, Japanese and Korean text, which has no spaces around words.
//!
//! By CommonMark's rule `**「語」**は` is not emphasis, because punctuation inside requires a space or
//! punctuation outside. This file has the CJK amendment of markdown-it, remark and comrak
//! (<https://github.com/tats-u/markdown-cjk-friendly>, specification and Unicode 17 ranges as of
//! 2026-07): beside a CJK character, a run of `*` or `~~` without spaces around it both opens and
//! closes.

use std::ops::Range;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// East Asian wide, full-width and half-width characters except emoji, and Hangul.
const CJK: &[(char, char)] = &[
    ('\u{1100}', '\u{11ff}'),
    ('\u{20a9}', '\u{20a9}'),
    ('\u{2329}', '\u{232a}'),
    ('\u{2630}', '\u{2637}'),
    ('\u{268a}', '\u{268f}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{3247}'),
    ('\u{3250}', '\u{a4c6}'),
    ('\u{a960}', '\u{a97c}'),
    ('\u{ac00}', '\u{d7fb}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe10}', '\u{fe19}'),
    ('\u{fe30}', '\u{fe6b}'),
    ('\u{ff01}', '\u{ffee}'),
    ('\u{16fe0}', '\u{18df2}'),
    ('\u{1aff0}', '\u{1b2fb}'),
    ('\u{1d300}', '\u{1d376}'),
    ('\u{1f200}', '\u{1f200}'),
    ('\u{1f202}', '\u{1f202}'),
    ('\u{1f210}', '\u{1f219}'),
    ('\u{1f21b}', '\u{1f22e}'),
    ('\u{1f230}', '\u{1f231}'),
    ('\u{1f237}', '\u{1f237}'),
    ('\u{1f23b}', '\u{1f23b}'),
    ('\u{1f240}', '\u{1f265}'),
    ('\u{20000}', '\u{3fffd}'),
    // Variation selectors of ideographs.
    ('\u{e0100}', '\u{e01ef}'),
];

/// Returns the runs that both open and close emphasis against CommonMark's rule, in order.
pub(super) fn runs_beside_cjk(source: &str) -> Vec<Range<usize>> {
    if source.is_ascii() || !(source.contains('*') || source.contains("~~")) {
        return Vec::new();
    }
    let mut runs = Vec::new();
    let mut at = 0_usize;
    while let Some(start) = source.get(at..).and_then(|rest| rest.find(['*', '~'])) {
        let start = at.saturating_add(start);
        let rest = source.get(start..).unwrap_or_default();
        let delimiter = rest.as_bytes().first().copied();
        let length = rest.bytes().take_while(|byte| Some(*byte) == delimiter).count();
        at = start.saturating_add(length);
        let run = skip_escaped(source, start)..at;
        if (delimiter == Some(b'*') || run.len() == 2) && is_affected(source, &run) {
            runs.push(run);
        }
    }
    runs
}

/// Returns the start of a run without its first character if a backslash escapes that.
fn skip_escaped(source: &str, start: usize) -> usize {
    let before = source.get(..start).unwrap_or_default();
    let backslashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
    start.saturating_add(backslashes % 2)
}

/// Returns whether the two rules differ for a run: a CJK character is on one side, and punctuation is
/// on one side.
fn is_affected(source: &str, run: &Range<usize>) -> bool {
    let after = source.get(run.end..).and_then(|rest| rest.chars().next());
    let mut before = source.get(..run.start).unwrap_or_default().chars().rev();
    // A variation selector belongs to the character before it.
    let before = before.find(|c| !matches!(c, '\u{fe00}'..='\u{fe0e}'));
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    !run.is_empty()
        && !before.is_whitespace()
        && !after.is_whitespace()
        && (is_cjk(before) || is_cjk(after))
        && (is_punctuation(before) || is_punctuation(after))
}

pub(super) fn is_cjk(c: char) -> bool {
    CJK.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Returns whether a character is punctuation in CommonMark, which includes symbols.
pub(super) fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    let group = c.general_category_group();
    matches!(group, GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol)
}

#[cfg(test)]
mod tests {
    use super::super::{Event, Tag, TagEnd, TextContext, read_events};

    /// A text with what is emphasised in brackets: `<strong>`, `/emphasis/`, `~struck~`.
    fn shown(text: &str) -> String {
        let mut out = String::new();
        read_events(text, TextContext::default(), |event, _, pieces| match event {
            Event::Start(Tag::Strong) => out.push('<'),
            Event::End(TagEnd::Strong) => out.push('>'),
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => out.push('/'),
            Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => out.push('~'),
            Event::Text(shown) => {
                out.push_str(&shown);
                for piece in pieces {
                    assert!(piece.verbatim);
                    assert_eq!(text[piece.source.clone()], shown[piece.shown.clone()]);
                }
            }
            Event::Code(code) => out.push_str(&format!("`{code}`")),
            Event::End(TagEnd::Paragraph) => out.push('\n'),
            _ => {}
        });
        out.truncate(out.trim_end().len());
        out
    }

    #[test]
    fn words_in_brackets_quotes_and_with_full_stops_are_emphasised() {
        for (text, wanted) in [
            ("これは**「重要」**な点です。", "これは<「重要」>な点です。"),
            ("**「甲」**なので**「乙」**です。", "<「甲」>なので<「乙」>です。"),
            ("**历经10年发展，**年份", "<历经10年发展，>年份"),
            ("历经10年发展，**年份", "历经10年发展，**年份"),
            (
                "문서를 작성할 때 **마크다운(Markdown)**을 사용하세요.",
                "문서를 작성할 때 <마크다운(Markdown)>을 사용하세요.",
            ),
            ("这是**我想做的事。**所以继续。", "这是<我想做的事。>所以继续。"),
            ("这是**“重点”**内容", "这是<“重点”>内容"),
            ("価格は**￥1,000**から**90%**まで", "価格は<￥1,000>から<90%>まで"),
            ("請看*《紅樓夢》*一書", "請看/《紅樓夢》/一書"),
            ("これは~~（古い）~~です", "これは~（古い）~です"),
            ("太郎は**`code()`**と**[言う](x)。**", "太郎は<`code()`>と<言う。>"),
            ("は**_強調_**で", "は</強調/>で"),
            ("は***「三」***で", "は/<「三」>/で"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn text_that_commonmark_reads_well_is_unchanged() {
        for (text, wanted) in [
            ("中文里的**重点**不变。", "中文里的<重点>不变。"),
            ("日本語の**強調**も、*斜体*も。", "日本語の<強調>も、/斜体/も。"),
            ("한국어의 **강조**도 *기울임*도.", "한국어의 <강조>도 /기울임/도."),
            ("**注意：**请先保存。", "<注意：>请先保存。"),
            ("**結論：** まず保存。", "<結論：> まず保存。"),
            ("**第一**、**第二**。", "<第一>、<第二>。"),
            ("2*3*4 と 5 * 6 です。", "2/3/4 と 5 * 6 です。"),
            ("ファイル `*.rs` と `**/*.md` を。", "ファイル `*.rs` と `**/*.md` を。"),
            ("\\*「そのまま」\\*です", "*「そのまま」*です"),
            ("約~10分～~20分", "約~10分～~20分"),
            ("星は ** です ** 。", "星は ** です ** 。"),
            ("a*(b)*c 語", "a*(b)*c 語"),
            ("你好**\n世界**「」", "你好**\n世界**「」"),
        ] {
            assert_eq!(shown(&text.replace('\n', " ")), wanted.replace('\n', " "), "{text}");
        }
    }

    #[test]
    fn code_links_and_formulas_beside_it_lose_nothing() {
        let text = "は**「`**「a`」**で [**「b」**](https://x/**「c) $x**「y$";
        let mut found = Vec::new();
        read_events(text, TextContext::default(), |event, range, _| match event {
            Event::Code(code) => found.push((code.to_string(), text[range].to_owned())),
            Event::InlineMath(tex) => found.push((tex.to_string(), text[range].to_owned())),
            Event::Start(Tag::Link { dest_url, .. }) => {
                found.push((dest_url.to_string(), text[range].to_owned()));
            }
            _ => {}
        });
        let found: Vec<(&str, &str)> =
            found.iter().map(|(shown, written)| (shown.as_str(), written.as_str())).collect();
        assert_eq!(
            found,
            [
                ("**「a", "`**「a`"),
                ("https://x/**「c", "[**「b」**](https://x/**「c)"),
                ("x**「y", "$x**「y$"),
            ]
        );
    }
}
