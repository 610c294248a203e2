//! Code with its words told apart by class, so that a page can colour them for light and dark.
//! May not change a character of the code.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape;

/// Longer code is shown plain: nobody reads its colours, and they would take seconds.
const MOST_BYTES: usize = 200_000;

/// A longer line is data, not code.
const LONGEST_LINE: usize = 4_000;

/// The languages, unpacked when the first block is met.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What begins a scope, and the class it gets.
static CLASSES: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    let table = [
        ("comment", "c"),
        ("string", "s"),
        ("constant", "n"),
        ("keyword.operator", ""),
        ("keyword", "k"),
        ("storage", "k"),
        ("entity.name.function", "f"),
        ("support.function", "f"),
        ("support.macro", "f"),
        ("entity.name.macro", "f"),
        ("variable.function", "f"),
        ("entity.name.tag", "g"),
        ("entity.other.attribute-name", "t"),
        ("entity.name", "t"),
        ("support.type", "t"),
        ("support.class", "t"),
        ("markup.inserted", "i"),
        ("markup.deleted", "d"),
        ("markup.heading", "k"),
    ];
    table.into_iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, class))).collect()
});

/// Names people write that the languages do not know themselves.
const ALIASES: &[(&str, &str)] = &[
    ("console", "sh"),
    ("shell", "sh"),
    ("terminal", "sh"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("csharp", "cs"),
    ("powershell", "ps1"),
    ("jsx", "js"),
    ("patch", "diff"),
];

/// The code, escaped, with its words in classes where the language is known.
#[must_use]
pub(super) fn highlighted(code: &str, language: &str) -> String {
    let long = code.len() > MOST_BYTES || code.lines().any(|line| line.len() > LONGEST_LINE);
    let syntax = syntax(language).filter(|_| !long);
    syntax.and_then(|syntax| with_classes(code, syntax)).unwrap_or_else(|| escape::escape(code))
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = language.to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, known)| *known);
    let name = alias.unwrap_or(&name);
    if name.is_empty() {
        return None;
    }
    SYNTAXES.find_syntax_by_token(name)
}

fn with_classes(code: &str, syntax: &SyntaxReference) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut out = Painter { out: String::with_capacity(code.len().saturating_mul(2)), class: "" };
    for line in code.split_inclusive('\n') {
        let mut done = 0_usize;
        for (at, change) in state.parse_line(line, &SYNTAXES).ok()? {
            out.paint(line.get(done..at)?, class_of(&stack));
            stack.apply(&change).ok()?;
            done = at;
        }
        out.paint(line.get(done..)?, class_of(&stack));
    }
    out.paint("", "");
    Some(out.finish())
}

/// The class of the innermost scope that has one.
fn class_of(stack: &ScopeStack) -> &'static str {
    let named = |scope: &Scope| {
        CLASSES.iter().find(|(begin, _)| begin.is_prefix_of(*scope)).map(|(_, class)| *class)
    };
    stack.as_slice().iter().rev().find_map(named).unwrap_or_default()
}

/// Writes stretches of one class as one element.
struct Painter {
    out: String,
    class: &'static str,
}

impl Painter {
    fn paint(&mut self, text: &str, class: &'static str) {
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
        escape::push(text, &mut self.out);
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
    fn words_have_classes_and_every_character_is_there() {
        let code = "// a <b>\nfn main() {\n    let x = \"1 & 2\";\n}\n";
        let html = highlighted(code, "rust");
        assert!(html.starts_with("<span class=\"c\">// a &lt;b&gt;\n</span>"), "{html}");
        assert!(html.contains("<span class=\"k\">fn</span>"), "{html}");
        assert!(html.contains("<span class=\"s\">&quot;1 &amp; 2&quot;</span>"), "{html}");
        assert_eq!(text_of(&html), escape::escape(code));
    }

    #[test]
    fn unknown_languages_and_endless_lines_are_plain() {
        for (code, language) in [("<x>", ""), ("<x>", "no-such"), (&"<".repeat(9_000), "json")] {
            assert_eq!(highlighted(code, language), escape::escape(code));
        }
        assert!(highlighted("echo \"x\"\n", "console").contains("span"));
    }
}
