//! Code as HTML with a class for each kind of token, coloured by the page's style.

use crate::markdown::{CodeTokenKind, Highlighter};

use super::escape;

/// Returns escaped code, with a class for each token if the language is known.
#[must_use]
pub(super) fn highlight_html(code: &str, language: &str) -> String {
    let mut highlighter = Highlighter::new(language);
    let mut out =
        SpanWriter { out: String::with_capacity(code.len().saturating_mul(2)), class: "" };
    for line in code.split_inclusive('\n') {
        let text = line.strip_suffix('\n').unwrap_or(line);
        for token in highlighter.highlight_line(text) {
            out.push(token.text, css_class(token.kind));
        }
        // A line break has the class of the token before it.
        let end = line.get(text.len()..).unwrap_or_default();
        out.push(end, out.class);
    }
    out.finish()
}

/// Returns the class that has a colour in the page's style.
const fn css_class(kind: CodeTokenKind) -> &'static str {
    match kind {
        CodeTokenKind::Plain => "",
        CodeTokenKind::Keyword => "k",
        CodeTokenKind::Type | CodeTokenKind::Attribute => "t",
        CodeTokenKind::Function => "f",
        CodeTokenKind::String => "s",
        CodeTokenKind::Constant => "n",
        CodeTokenKind::Comment => "c",
        CodeTokenKind::Tag => "g",
        CodeTokenKind::Inserted => "i",
        CodeTokenKind::Deleted => "d",
    }
}

/// Joins consecutive tokens of one class into one element.
struct SpanWriter {
    out: String,
    class: &'static str,
}

impl SpanWriter {
    fn push(&mut self, text: &str, class: &'static str) {
        if text.is_empty() {
            return;
        }
        if class != self.class {
            self.close();
            if !class.is_empty() {
                self.out.push_str(&format!("<span class=\"{class}\">"));
            }
            self.class = class;
        }
        escape::push_escaped(text, &mut self.out);
    }

    fn close(&mut self) {
        if !self.class.is_empty() {
            self.out.push_str("</span>");
        }
        self.class = "";
    }

    fn finish(mut self) -> String {
        self.close();
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(html: &str) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => out.push(c),
                _ => {}
            }
        }
        out
    }

    #[test]
    fn tokens_have_classes_and_keep_every_character() {
        let code = "// a <b>\nfn main() {\n    let x = \"1 & 2\";\n}\n";
        let html = highlight_html(code, "rust");
        assert!(html.starts_with("<span class=\"c\">// a &lt;b&gt;\n</span>"), "{html}");
        assert!(html.contains("<span class=\"k\">fn</span>"), "{html}");
        assert!(html.contains("<span class=\"s\">&quot;1 &amp; 2&quot;</span>"), "{html}");
        assert_eq!(text_of(&html), escape::escape(code));
    }

    #[test]
    fn unknown_languages_and_oversized_lines_are_plain() {
        for (code, language) in [("<x>", ""), ("<x>", "no-such"), (&"<".repeat(9_000), "json")] {
            assert_eq!(highlight_html(code, language), escape::escape(code));
        }
        assert!(highlight_html("echo \"x\"\n", "console").contains("span"));
    }
}
