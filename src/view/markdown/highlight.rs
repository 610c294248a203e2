//! Code in colours: what a piece of code is, line by line, in the theme's own styles.
//! May not fail: an unknown language, or code out of all proportion, stays plain.

use std::sync::LazyLock;

use ratatui::style::Style;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::settings::Theme;
use crate::view::wrap::Run;

/// Lines longer than this stay plain: they are data, and would take long.
const LONGEST_LINE: usize = 2_000;
/// Code longer than this goes on plain.
const LONGEST_CODE: usize = 400_000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Names models write that the syntaxes do not know.
const ALIASES: &[(&str, &str)] = &[
    ("console", "sh"),
    ("shell-session", "sh"),
    ("terminal", "sh"),
    ("zsh", "sh"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("ndjson", "json"),
    ("csharp", "cs"),
    ("pwsh", "powershell"),
    ("ps1", "powershell"),
    ("ps", "powershell"),
    ("jsx", "js"),
    ("mjs", "js"),
    ("wasm", "wat"),
    ("golang", "go"),
    ("docker", "dockerfile"),
    ("tf", "terraform"),
    ("hcl", "terraform"),
    ("vue", "html"),
    ("svelte", "html"),
    ("objective-c", "objc"),
    ("plist", "xml"),
];

/// What a piece of code is, as far as a theme tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    Keyword,
    Type,
    Function,
    String,
    Constant,
    Comment,
    Tag,
    Attribute,
    Inserted,
    Deleted,
}

/// Parts by the beginning of a scope; a longer one comes before those it begins with.
const SCOPES: &[(&str, Part)] = &[
    ("comment", Part::Comment),
    ("punctuation.definition.comment", Part::Comment),
    ("string", Part::String),
    ("punctuation.definition.string", Part::String),
    ("constant.character.escape", Part::Constant),
    ("constant.other.placeholder", Part::Constant),
    ("constant", Part::Constant),
    ("meta.interpolation", Part::Plain),
    ("meta.template.expression", Part::Plain),
    ("keyword.operator.word", Part::Keyword),
    ("keyword.operator.logical.python", Part::Keyword),
    ("keyword.operator", Part::Plain),
    ("keyword", Part::Keyword),
    ("storage.type.numeric", Part::Constant),
    ("storage", Part::Keyword),
    ("variable.language", Part::Keyword),
    ("variable.function", Part::Function),
    ("entity.name.function", Part::Function),
    ("entity.name.macro", Part::Function),
    ("support.function", Part::Function),
    ("support.macro", Part::Function),
    ("entity.name.tag", Part::Tag),
    ("entity.other.attribute-name", Part::Attribute),
    ("variable.annotation", Part::Attribute),
    ("meta.annotation", Part::Attribute),
    ("entity.name.section", Part::Keyword),
    ("markup.heading", Part::Keyword),
    ("entity.name.label", Part::Attribute),
    ("entity.name", Part::Type),
    ("entity.other.inherited-class", Part::Type),
    ("support.type.property-name", Part::Tag),
    ("support.type", Part::Type),
    ("support.class", Part::Type),
    ("markup.inserted", Part::Inserted),
    ("markup.deleted", Part::Deleted),
    ("meta.diff.header", Part::Comment),
    ("meta.diff.range", Part::Attribute),
];

static PARTS: LazyLock<Vec<(Scope, Part)>> = LazyLock::new(|| {
    let known = SCOPES.iter().filter_map(|(name, part)| Some((Scope::new(name).ok()?, *part)));
    known.collect()
});

const fn style(part: Part, theme: &Theme) -> Style {
    match part {
        Part::Plain => theme.code_block,
        Part::Keyword => theme.code_keyword,
        Part::Type => theme.code_type,
        Part::Function => theme.code_function,
        Part::String => theme.code_string,
        Part::Constant => theme.code_constant,
        Part::Comment => theme.code_comment,
        Part::Tag => theme.code_tag,
        Part::Attribute => theme.code_attribute,
        Part::Inserted => theme.code_inserted,
        Part::Deleted => theme.code_deleted,
    }
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let language = language.to_lowercase();
    if matches!(language.as_str(), "" | "text" | "txt" | "plain" | "plaintext" | "output") {
        return None;
    }
    let alias = ALIASES.iter().find(|(name, _)| *name == language).map(|(_, known)| *known);
    let token = alias.unwrap_or(&language);
    SYNTAXES.find_syntax_by_token(token).filter(|syntax| syntax.name != "Plain Text")
}

/// Goes through the lines of one piece of code.
#[derive(Debug, Clone)]
pub struct Highlighter {
    state: Option<(ParseState, ScopeStack)>,
    bytes: usize,
}

impl Highlighter {
    /// Before the first line of code in a language.
    #[must_use]
    pub fn new(language: &str) -> Self {
        let state = syntax(language).map(|syntax| (ParseState::new(syntax), ScopeStack::new()));
        Self { state, bytes: 0 }
    }

    /// The next line, without its end, in styles.
    pub fn line(&mut self, line: &str, theme: &Theme) -> Vec<Run> {
        self.bytes = self.bytes.saturating_add(line.len());
        let plain = || vec![Run::new(line, theme.code_block)];
        if line.len() > LONGEST_LINE || self.bytes > LONGEST_CODE {
            return plain();
        }
        let Some((parser, scopes)) = self.state.as_mut() else {
            return plain();
        };
        let Ok(changes) = parser.parse_line(&format!("{line}\n"), &SYNTAXES) else {
            self.state = None;
            return plain();
        };
        let mut runs = Vec::new();
        let mut from = 0_usize;
        for (at, change) in changes {
            push(&mut runs, line.get(from..at.min(line.len())), scopes, theme);
            from = at.min(line.len());
            if scopes.apply(&change).is_err() {
                self.state = None;
                return plain();
            }
        }
        push(&mut runs, line.get(from..), scopes, theme);
        runs
    }
}

fn push(runs: &mut Vec<Run>, text: Option<&str>, scopes: &ScopeStack, theme: &Theme) {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return;
    };
    let style = style(part(scopes), theme);
    match runs.last_mut().filter(|run| run.style == style) {
        Some(run) => run.text.push_str(text),
        None => runs.push(Run::new(text, style)),
    }
}

/// What the innermost scope that says anything says.
fn part(scopes: &ScopeStack) -> Part {
    let said = |scope: &Scope| {
        PARTS.iter().find(|(known, _)| known.is_prefix_of(*scope)).map(|(_, part)| *part)
    };
    scopes.as_slice().iter().rev().find_map(said).unwrap_or(Part::Plain)
}

/// The lines of a block that is laid out again and again while it grows: known lines are kept.
#[derive(Debug, Clone)]
pub struct Memory {
    language: String,
    lines: Vec<(String, Vec<Run>)>,
    at: usize,
    before_last: Highlighter,
    after_last: Highlighter,
}

impl Memory {
    /// Nothing yet.
    #[must_use]
    pub fn new(language: &str) -> Self {
        let start = Highlighter::new(language);
        Self {
            language: language.to_owned(),
            lines: Vec::new(),
            at: 0,
            before_last: start.clone(),
            after_last: start,
        }
    }

    /// Begins with the first line again; in another language everything is new.
    pub fn rewind(&mut self, language: &str) {
        if self.language == language {
            self.at = 0;
        } else {
            *self = Self::new(language);
        }
    }

    /// The next line in styles.
    pub fn line(&mut self, line: &str, theme: &Theme) -> Vec<Run> {
        if let Some((_, runs)) = self.lines.get(self.at).filter(|(known, _)| known == line) {
            self.at = self.at.saturating_add(1);
            return runs.clone();
        }
        if self.at.saturating_add(1) == self.lines.len() {
            // The last line grew.
            self.lines.pop();
            self.after_last = self.before_last.clone();
        } else if self.at < self.lines.len() {
            self.start_over(theme);
        }
        self.before_last = self.after_last.clone();
        let runs = self.after_last.line(line, theme);
        self.lines.push((line.to_owned(), runs.clone()));
        self.at = self.lines.len();
        runs
    }

    fn start_over(&mut self, theme: &Theme) {
        self.lines.truncate(self.at);
        self.after_last = Highlighter::new(&self.language);
        for (line, _) in &self.lines {
            self.after_last.line(line, theme);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ThemeName;

    #[test]
    fn languages_people_name_are_known_and_parts_are_told_apart() {
        for name in [
            "rust",
            "Python",
            "js",
            "ts",
            "tsx",
            "jsx",
            "sh",
            "bash",
            "console",
            "json",
            "jsonc",
            "toml",
            "yaml",
            "html",
            "css",
            "c",
            "cpp",
            "csharp",
            "java",
            "go",
            "sql",
            "diff",
            "dockerfile",
            "powershell",
            "kotlin",
            "swift",
            "ruby",
            "php",
            "haskell",
            "lua",
            "make",
        ] {
            assert!(syntax(name).is_some(), "{name}");
        }
        let theme = Theme::built_in(ThemeName::Dark);
        let mut pen = Highlighter::new("rust");
        let runs = pen.line("let x = \"a\"; // why", &theme);
        let style_of = |text: &str| runs.iter().find(|run| run.text.contains(text)).unwrap().style;
        assert_eq!(style_of("let"), theme.code_keyword);
        assert_eq!(style_of("a"), theme.code_string);
        assert_eq!(style_of("why"), theme.code_comment);
        assert_eq!(
            runs.iter().map(|run| run.text.as_str()).collect::<String>(),
            "let x = \"a\"; // why"
        );
    }

    #[test]
    fn what_goes_over_lines_is_kept_and_memory_changes_nothing() {
        let theme = Theme::built_in(ThemeName::Dark);
        let code = ["/* a", "b */ let", "x = 1;", "", "fn f() {}"];
        let mut pen = Highlighter::new("rust");
        let whole: Vec<_> = code.iter().map(|line| pen.line(line, &theme)).collect();
        assert_eq!(whole[1][0].style, theme.code_comment);
        let mut memory = Memory::new("rust");
        for end in 1..=code.len() {
            for half in [1, usize::MAX] {
                memory.rewind("rust");
                let last = code[end - 1];
                let cut = &last[..half.min(last.len())];
                let lines = code[..end - 1].iter().copied().chain([cut]);
                let shown: Vec<_> = lines.map(|line| memory.line(line, &theme)).collect();
                assert_eq!(shown[..end - 1], whole[..end - 1]);
            }
        }
        assert_eq!(memory.lines.last().unwrap().1, whole[4]);
    }
}
