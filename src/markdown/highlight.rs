//! Classifies code line by line: keywords, strings, comments. Unknown languages and oversized code
//! stay plain.
//! Must not choose colours, because window and HTML export have their own.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Longer lines stay plain: they are data, and highlighting them takes long.
const MAX_LINE_BYTES: usize = 2_000;
/// After this many bytes the rest of a code block stays plain.
const MAX_CODE_BYTES: usize = 400_000;

/// The languages, unpacked at the first code block.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// The kind of a piece of code, as far as colours differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is a standard term
pub enum CodeTokenKind {
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
    /// The characters of the token; never empty.
    pub text: &'a str,
    /// What decides its colour.
    pub kind: CodeTokenKind,
}

/// Language names that models write and the syntax set does not have.
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

/// Kinds by scope prefix; the first match counts, so a longer prefix precedes its own prefixes.
const SCOPES: &[(&str, CodeTokenKind)] = &[
    ("comment", CodeTokenKind::Comment),
    ("punctuation.definition.comment", CodeTokenKind::Comment),
    ("string", CodeTokenKind::String),
    ("punctuation.definition.string", CodeTokenKind::String),
    ("constant.character.escape", CodeTokenKind::Constant),
    ("constant.other.placeholder", CodeTokenKind::Constant),
    ("constant", CodeTokenKind::Constant),
    ("meta.interpolation", CodeTokenKind::Plain),
    ("meta.template.expression", CodeTokenKind::Plain),
    ("keyword.operator.word", CodeTokenKind::Keyword),
    ("keyword.operator.logical.python", CodeTokenKind::Keyword),
    ("keyword.operator", CodeTokenKind::Plain),
    ("keyword", CodeTokenKind::Keyword),
    ("storage.type.numeric", CodeTokenKind::Constant),
    ("storage", CodeTokenKind::Keyword),
    ("variable.language", CodeTokenKind::Keyword),
    ("variable.function", CodeTokenKind::Function),
    ("entity.name.function", CodeTokenKind::Function),
    ("entity.name.macro", CodeTokenKind::Function),
    ("support.function", CodeTokenKind::Function),
    ("support.macro", CodeTokenKind::Function),
    ("entity.name.tag", CodeTokenKind::Tag),
    ("entity.other.attribute-name", CodeTokenKind::Attribute),
    ("variable.annotation", CodeTokenKind::Attribute),
    ("meta.annotation", CodeTokenKind::Attribute),
    ("entity.name.section", CodeTokenKind::Keyword),
    ("markup.heading", CodeTokenKind::Keyword),
    ("entity.name.label", CodeTokenKind::Attribute),
    ("entity.name", CodeTokenKind::Type),
    ("entity.other.inherited-class", CodeTokenKind::Type),
    ("support.type.property-name", CodeTokenKind::Tag),
    ("support.type", CodeTokenKind::Type),
    ("support.class", CodeTokenKind::Type),
    ("markup.inserted", CodeTokenKind::Inserted),
    ("markup.deleted", CodeTokenKind::Deleted),
    ("meta.diff.header", CodeTokenKind::Comment),
    ("meta.diff.range", CodeTokenKind::Attribute),
];

static KINDS: LazyLock<Vec<(Scope, CodeTokenKind)>> = LazyLock::new(|| {
    SCOPES.iter().filter_map(|(name, kind)| Some((Scope::new(name).ok()?, *kind))).collect()
});

fn find_syntax(language: &str) -> Option<&'static SyntaxReference> {
    let language = language.to_lowercase();
    if matches!(language.as_str(), "" | "text" | "txt" | "plain" | "plaintext" | "output") {
        return None;
    }
    let alias = ALIASES.iter().find(|(name, _)| *name == language).map(|(_, token)| *token);
    let token = alias.unwrap_or(&language);
    SYNTAXES.find_syntax_by_token(token).filter(|syntax| syntax.name != "Plain Text")
}

/// Highlights the lines of one code block, in order.
#[derive(Debug, Clone)]
pub struct Highlighter {
    state: Option<(ParseState, ScopeStack)>,
    bytes: usize,
}

impl Highlighter {
    /// Creates a highlighter for a code block in a language, as its info string names it.
    #[must_use]
    pub fn new(language: &str) -> Self {
        let state =
            find_syntax(language).map(|syntax| (ParseState::new(syntax), ScopeStack::new()));
        Self { state, bytes: 0 }
    }

    /// Returns the tokens of the next line, which comes without its line break.
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
    push(&mut tokens, Some(line), CodeTokenKind::Plain);
    tokens
}

/// Returns the tokens of a line; `None` where the syntax definition is faulty.
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

fn push<'a>(tokens: &mut Vec<CodeToken<'a>>, text: Option<&'a str>, kind: CodeTokenKind) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        tokens.push(CodeToken { text, kind });
    }
}

/// Returns the kind of the innermost scope that has one.
fn scope_kind(scopes: &ScopeStack) -> CodeTokenKind {
    let kind_of = |scope: &Scope| {
        KINDS.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, kind)| *kind)
    };
    scopes.as_slice().iter().rev().find_map(kind_of).unwrap_or(CodeTokenKind::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_language_names_are_known() {
        let names = "rust Python js ts tsx jsx sh bash shell console json jsonc toml yaml html css c \
            cpp csharp java go sql diff patch dockerfile powershell kotlin swift ruby php haskell lua \
            make";
        for name in names.split_whitespace() {
            assert!(find_syntax(name).is_some(), "{name}");
        }
        assert!(find_syntax("no-such").is_none() && find_syntax("text").is_none());
    }

    #[test]
    fn tokens_have_kinds_and_keep_every_character() {
        let line = "let x = \"a\"; // why";
        let tokens = Highlighter::new("rust").highlight_line(line);
        let kind_of =
            |text: &str| tokens.iter().find(|token| token.text.contains(text)).unwrap().kind;
        assert_eq!(kind_of("let"), CodeTokenKind::Keyword);
        assert_eq!(kind_of("a"), CodeTokenKind::String);
        assert_eq!(kind_of("why"), CodeTokenKind::Comment);
        assert_eq!(tokens.iter().map(|token| token.text).collect::<String>(), line);
    }

    #[test]
    fn oversized_lines_are_plain() {
        let long = "\"".repeat(9_000);
        let token = CodeToken { text: &long, kind: CodeTokenKind::Plain };
        assert_eq!(Highlighter::new("json").highlight_line(&long), [token]);
        assert!(Highlighter::new("json").highlight_line("").is_empty());
    }
}
