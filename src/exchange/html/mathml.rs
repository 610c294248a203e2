//! Renders formulas as `MathML`. Must not pass on an element or attribute that is not on the lists
//! below, because the formula is hostile text.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

use super::escape;

/// A longer formula is shown as written.
const MAX_FORMULA_BYTES: usize = 10_000;

/// The elements that a formula may have.
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

/// The attributes that a formula may have. Styles are missing: the page's policy forbids them.
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

/// Whether a formula is part of a line or has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormulaDisplay {
    Inline,
    Block,
}

/// Returns the HTML of a formula; one that cannot be rendered is shown as code.
#[must_use]
pub(super) fn render_formula(source: &str, display: FormulaDisplay) -> String {
    let mathml = (source.len() <= MAX_FORMULA_BYTES).then(|| to_mathml(source, display)).flatten();
    let shown = mathml.unwrap_or_else(|| format!("<code>{}</code>", escape::escape(source.trim())));
    match display {
        FormulaDisplay::Inline => shown,
        FormulaDisplay::Block => format!("<span class=\"maths\">{shown}</span>"),
    }
}

fn to_mathml(source: &str, display: FormulaDisplay) -> Option<String> {
    let storage = Storage::new();
    let display_mode = match display {
        FormulaDisplay::Inline => DisplayMode::Inline,
        FormulaDisplay::Block => DisplayMode::Block,
    };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut markup = String::new();
    push_mathml(&mut markup, Parser::new(source, &storage), config).ok()?;
    sanitize(&markup)
}

/// Rebuilds markup from the allowed elements and attributes, and escapes text again. Returns `None`
/// if it has any other element.
fn sanitize(markup: &str) -> Option<String> {
    let mut out = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some((text, after)) = rest.split_once('<') {
        push_text(text, &mut out);
        // pulldown-latex does not escape this operator: `<mo><</mo>`.
        if after.starts_with('<') {
            out.push_str("&lt;");
            rest = after;
            continue;
        }
        let (tag, after_tag) = after.split_once('>')?;
        push_tag(tag, &mut out)?;
        rest = after_tag;
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
    // `name="value"`, separated by spaces; values never contain a quote.
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

/// Adds text that may contain character references; everything else in it is escaped.
fn push_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        escape::push_escaped(before, out);
        let references = ["lt;", "gt;", "amp;", "quot;"];
        if let Some(text) = after.strip_prefix("nbsp;") {
            out.push('\u{a0}');
            rest = text;
        } else {
            let is_known = references.iter().any(|reference| after.starts_with(reference));
            out.push_str(if is_known { "&" } else { "&amp;" });
            rest = after;
        }
    }
    escape::push_escaped(rest, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_mathml_and_invalid_ones_are_shown_as_written() {
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
    fn markup_in_a_formula_is_escaped() {
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
        fn no_formula_yields_an_unknown_tag(
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
