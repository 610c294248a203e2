//! What the pieces of code are: keywords, strings, comments, line by line.
//! Must not choose colours. An unknown language, or code out of all proportion, stays plain.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Lines longer than this stay plain: they are data, and would take long.
const MAX_LINE_BYTES: usize = 2_000;
/// Code longer than this goes on plain.
const MAX_CODE_BYTES: usize = 400_000;

/// The languages, unpacked when the first block of code is met.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What a piece of code is, as far as its readers tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is the word of the field for what it names
pub enum TokenKind {
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

/// A piece of a line of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeToken<'a> {
    /// The code, never empty.
    pub text: &'a str,
    /// What it is.
    pub kind: TokenKind,
}

/// Names models write that the syntaxes do not know.
const ALIASES: &[(&str, &str)] = &[
    ("console", "sh"),
    ("shell-session", "sh"),
    ("terminal", "sh"),
    ("shell", "sh"),
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
    ("patch", "diff"),
];

/// Kinds by the beginning of a scope; a longer one comes before those it begins with.
const SCOPES: &[(&str, TokenKind)] = &[
    ("comment", TokenKind::Comment),
    ("punctuation.definition.comment", TokenKind::Comment),
    ("string", TokenKind::String),
    ("punctuation.definition.string", TokenKind::String),
    ("constant.character.escape", TokenKind::Constant),
    ("constant.other.placeholder", TokenKind::Constant),
    ("constant", TokenKind::Constant),
    ("meta.interpolation", TokenKind::Plain),
    ("meta.template.expression", TokenKind::Plain),
    ("keyword.operator.word", TokenKind::Keyword),
    ("keyword.operator.logical.python", TokenKind::Keyword),
    ("keyword.operator", TokenKind::Plain),
    ("keyword", TokenKind::Keyword),
    ("storage.type.numeric", TokenKind::Constant),
    ("storage", TokenKind::Keyword),
    ("variable.language", TokenKind::Keyword),
    ("variable.function", TokenKind::Function),
    ("entity.name.function", TokenKind::Function),
    ("entity.name.macro", TokenKind::Function),
    ("support.function", TokenKind::Function),
    ("support.macro", TokenKind::Function),
    ("entity.name.tag", TokenKind::Tag),
    ("entity.other.attribute-name", TokenKind::Attribute),
    ("variable.annotation", TokenKind::Attribute),
    ("meta.annotation", TokenKind::Attribute),
    ("entity.name.section", TokenKind::Keyword),
    ("markup.heading", TokenKind::Keyword),
    ("entity.name.label", TokenKind::Attribute),
    ("entity.name", TokenKind::Type),
    ("entity.other.inherited-class", TokenKind::Type),
    ("support.type.property-name", TokenKind::Tag),
    ("support.type", TokenKind::Type),
    ("support.class", TokenKind::Type),
    ("markup.inserted", TokenKind::Inserted),
    ("markup.deleted", TokenKind::Deleted),
    ("meta.diff.header", TokenKind::Comment),
    ("meta.diff.range", TokenKind::Attribute),
];

static KINDS: LazyLock<Vec<(Scope, TokenKind)>> = LazyLock::new(|| {
    let known = SCOPES.iter().filter_map(|(name, kind)| Some((Scope::new(name).ok()?, *kind)));
    known.collect()
});

fn find_syntax(language: &str) -> Option<&'static SyntaxReference> {
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
    /// Creates one that stands before the first line of code in a language.
    #[must_use]
    pub fn new(language: &str) -> Self {
        let state =
            find_syntax(language).map(|syntax| (ParseState::new(syntax), ScopeStack::new()));
        Self { state, bytes: 0 }
    }

    /// Returns the tokens of the next line, which is given without its end.
    pub fn highlight_line<'a>(&mut self, line: &'a str) -> Vec<CodeToken<'a>> {
        self.bytes = self.bytes.saturating_add(line.len());
        let too_long = line.len() > MAX_LINE_BYTES || self.bytes > MAX_CODE_BYTES;
        let tokens = self.state.as_mut().filter(|_| !too_long).map(|state| tokens(state, line));
        match tokens {
            Some(Some(tokens)) => tokens,
            Some(None) => {
                self.state = None;
                plain_tokens(line)
            }
            None => plain_tokens(line),
        }
    }
}

fn plain_tokens(line: &str) -> Vec<CodeToken<'_>> {
    let mut tokens = Vec::new();
    push(&mut tokens, Some(line), TokenKind::Plain);
    tokens
}

/// The tokens of a line; `None` where the language itself is at fault.
fn tokens<'a>(
    (parser, scopes): &mut (ParseState, ScopeStack),
    line: &'a str,
) -> Option<Vec<CodeToken<'a>>> {
    let mut tokens = Vec::new();
    let mut from = 0_usize;
    for (at, change) in parser.parse_line(&format!("{line}\n"), &SYNTAXES).ok()? {
        let at = at.min(line.len());
        push(&mut tokens, line.get(from..at), scope_kind(scopes));
        from = at;
        scopes.apply(&change).ok()?;
    }
    push(&mut tokens, line.get(from..), scope_kind(scopes));
    Some(tokens)
}

fn push<'a>(tokens: &mut Vec<CodeToken<'a>>, text: Option<&'a str>, kind: TokenKind) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        tokens.push(CodeToken { text, kind });
    }
}

/// What the innermost scope that says anything says.
fn scope_kind(scopes: &ScopeStack) -> TokenKind {
    let said = |scope: &Scope| {
        KINDS.iter().find(|(known, _)| known.is_prefix_of(*scope)).map(|(_, kind)| *kind)
    };
    scopes.as_slice().iter().rev().find_map(said).unwrap_or(TokenKind::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_people_name_are_known() {
        for name in [
            "rust",
            "Python",
            "js",
            "ts",
            "tsx",
            "jsx",
            "sh",
            "bash",
            "shell",
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
            "patch",
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
            assert!(find_syntax(name).is_some(), "{name}");
        }
        assert!(find_syntax("no-such").is_none() && find_syntax("text").is_none());
    }

    #[test]
    fn kinds_are_told_apart_and_every_character_is_there() {
        let line = "let x = \"a\"; // why";
        let tokens = Highlighter::new("rust").highlight_line(line);
        let kind_of = |text: &str| tokens.iter().find(|it| it.text.contains(text)).unwrap().kind;
        assert_eq!(kind_of("let"), TokenKind::Keyword);
        assert_eq!(kind_of("a"), TokenKind::String);
        assert_eq!(kind_of("why"), TokenKind::Comment);
        assert_eq!(tokens.iter().map(|token| token.text).collect::<String>(), line);
    }

    #[test]
    fn code_out_of_all_proportion_is_plain() {
        let long = "\"".repeat(9_000);
        let token = CodeToken { text: &long, kind: TokenKind::Plain };
        assert_eq!(Highlighter::new("json").highlight_line(&long), [token]);
        assert!(Highlighter::new("json").highlight_line("").is_empty());
    }
}
