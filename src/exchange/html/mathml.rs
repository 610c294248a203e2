//! Formulas as `MathML`. Must not pass on an element or attribute that is not on the list of harmless ones.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

use super::escape;

/// A longer formula is shown as it was written.
const MAX_FORMULA_BYTES: usize = 10_000;

/// The elements a formula may be made of.
const TAGS: &[&str] = &[
    "math",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mrow",
    "mfrac",
    "msqrt",
    "mroot",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
    "menclose",
    "none",
];

/// What a formula may say about its elements. Styles are left out: the page allows none.
const ATTRIBUTES: &[&str] = &[
    "display",
    "displaystyle",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "largeop",
    "movablelimits",
    "accent",
    "accentunder",
    "lspace",
    "rspace",
    "width",
    "height",
    "depth",
    "voffset",
    "minsize",
    "maxsize",
    "linethickness",
    "mathvariant",
    "columnalign",
    "form",
    "fence",
    "separator",
];

/// Where a formula stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormulaDisplay {
    /// In a line of text.
    Inline,
    /// In a line of its own.
    Block,
}

/// A formula for the page.
#[must_use]
pub(super) fn render_formula(source: &str, place: FormulaDisplay) -> String {
    let made = (source.len() <= MAX_FORMULA_BYTES).then(|| to_mathml(source, place)).flatten();
    let shown = made.unwrap_or_else(|| format!("<code>{}</code>", escape::escape(source.trim())));
    match place {
        FormulaDisplay::Inline => shown,
        FormulaDisplay::Block => format!("<span class=\"maths\">{shown}</span>"),
    }
}

fn to_mathml(source: &str, place: FormulaDisplay) -> Option<String> {
    let storage = Storage::new();
    let display_mode = match place {
        FormulaDisplay::Inline => DisplayMode::Inline,
        FormulaDisplay::Block => DisplayMode::Block,
    };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut made = String::new();
    push_mathml(&mut made, Parser::new(source, &storage), config).ok()?;
    sanitize(&made)
}

/// The markup, rebuilt out of known elements and attributes; `None` where anything else is in it.
/// Whatever begins no known tag is text, and escaped.
fn sanitize(made: &str) -> Option<String> {
    let mut out = String::with_capacity(made.len());
    let mut rest = made;
    while let Some((text, behind)) = rest.split_once('<') {
        push_text(text, &mut out);
        // An operator that was not escaped: `<mo><</mo>`.
        if behind.starts_with('<') {
            out.push_str("&lt;");
            rest = behind;
            continue;
        }
        let (tag, after) = behind.split_once('>')?;
        push_tag(tag, &mut out)?;
        rest = after;
    }
    push_text(rest, &mut out);
    Some(out)
}

fn push_tag(tag: &str, out: &mut String) -> Option<()> {
    let (open, closing) = match tag.strip_prefix('/') {
        Some(name) => (name, "/"),
        None => (tag, ""),
    };
    let (open, end) = match open.strip_suffix('/') {
        Some(open) => (open, "/"),
        None => (open, ""),
    };
    let (name, attributes) = open.trim_end().split_once(' ').unwrap_or((open.trim_end(), ""));
    if !TAGS.contains(&name) {
        return None;
    }
    out.push_str(&format!("<{closing}{name}"));
    // `name="value"` one behind the other; values never hold a quote.
    let mut parts = attributes.split('"');
    while let (Some(before), Some(value)) = (parts.next(), parts.next()) {
        let attribute = before.trim().strip_suffix('=')?;
        if ATTRIBUTES.contains(&attribute) {
            out.push_str(&format!(" {attribute}=\"{}\"", escape::escape(value)));
        }
    }
    out.push_str(&format!("{end}>"));
    Some(())
}

/// Text that has character references already, with everything else in it escaped.
fn push_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        escape::push_escaped(before, out);
        let name: String = behind.chars().take_while(char::is_ascii_alphanumeric).collect();
        let known = ["lt", "gt", "amp", "quot", "nbsp"].contains(&name.as_str());
        if known && behind.get(name.len()..).is_some_and(|it| it.starts_with(';')) {
            out.push_str(if name == "nbsp" { "\u{a0}" } else { "&" });
            rest = if name == "nbsp" { behind.get(5..).unwrap_or_default() } else { behind };
        } else {
            out.push_str("&amp;");
            rest = behind;
        }
    }
    escape::push_escaped(rest, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_set_and_what_is_none_stays_as_it_was_written() {
        let html = render_formula(r"\frac{a}{b} < \sqrt{x^2}", FormulaDisplay::Inline);
        assert!(html.starts_with("<math display=\"inline\"><mfrac>"), "{html}");
        assert!(html.contains("<mo>&lt;</mo><msqrt>"), "{html}");
        assert!(
            render_formula("x", FormulaDisplay::Block).starts_with("<span class=\"maths\"><math")
        );
        for odd in [r"\frac{a", r"\href{javascript:alert(1)}{x}", r"\nosuch{<b>}"] {
            let expected = format!("<code>{}</code>", escape::escape(odd));
            assert_eq!(render_formula(odd, FormulaDisplay::Inline), expected);
        }
    }

    #[test]
    fn markup_in_a_formula_is_text() {
        let html = render_formula(
            r"\text{<img src=x onerror=alert(1)>} \color{red} a",
            FormulaDisplay::Inline,
        );
        assert!(html.contains("&lt;img"), "{html}");
        assert!(!html.contains("style") && !html.contains("<img"), "{html}");
        assert_eq!(sanitize("<mi onclick=\"x\">a</mi>").unwrap(), "<mi>a</mi>");
        assert_eq!(sanitize("<script>"), None);
    }

    proptest! {
        #[test]
        fn no_formula_makes_an_unknown_tag(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<", ">", "\\text{", "}", "{", "<script>", "\"", "a", "^", "_", "\\frac", "&",
                "\\begin{matrix}", "\\end{matrix}", "\\\\", "\\left(", "\\right)", "\\color{red}",
                "/", "\\href", "\\mbox{", "$", "=", " ", "x onerror=", "\\sqrt[", "]",
            ]), 0..12)
        ) {
            let html = render_formula(&pieces.concat(), FormulaDisplay::Block);
            for tag in html.split('<').skip(1) {
                let name: String =
                    tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(
                    TAGS.contains(&name.as_str()) || ["code", "span"].contains(&name.as_str()),
                    "{}", html
                );
            }
            prop_assert!(!html.contains(" on") || !html.contains("<mi on"), "{}", html);
        }
    }
}
