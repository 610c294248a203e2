//! Syntax highlighting in the colors of the theme.

use ratatui::style::Style;

use crate::markdown::{CodeTokenKind, Highlighter};
use crate::settings::Theme;
use crate::view::wrap::StyledRun;

const fn token_style(kind: CodeTokenKind, theme: &Theme) -> Style {
    match kind {
        CodeTokenKind::Plain => theme.code_block,
        CodeTokenKind::Keyword => theme.code_keyword,
        CodeTokenKind::Type => theme.code_type,
        CodeTokenKind::Function => theme.code_function,
        CodeTokenKind::String => theme.code_string,
        CodeTokenKind::Constant => theme.code_constant,
        CodeTokenKind::Comment => theme.code_comment,
        CodeTokenKind::Tag => theme.code_tag,
        CodeTokenKind::Attribute => theme.code_attribute,
        CodeTokenKind::Inserted => theme.code_inserted,
        CodeTokenKind::Deleted => theme.code_deleted,
    }
}

/// Highlights the next line.
pub(crate) fn highlight_line(
    highlighter: &mut Highlighter,
    line: &str,
    theme: &Theme,
) -> Vec<StyledRun> {
    let mut runs: Vec<StyledRun> = Vec::new();
    for token in highlighter.highlight_line(line) {
        let style = token_style(token.kind, theme);
        match runs.last_mut().filter(|run| run.style == style) {
            Some(run) => run.text.push_str(token.text),
            None => runs.push(StyledRun::new(token.text, style)),
        }
    }
    runs
}

/// The highlighted lines of a block that is laid out again while it grows.
#[derive(Debug, Clone)]
pub(crate) struct HighlightCache {
    language: String,
    lines: Vec<(String, Vec<StyledRun>)>,
    next_line: usize,
    before_last: Highlighter,
    after_last: Highlighter,
}

impl HighlightCache {
    #[must_use]
    pub(crate) fn new(language: &str) -> Self {
        let start = Highlighter::new(language);
        Self {
            language: language.to_owned(),
            lines: Vec::new(),
            next_line: 0,
            before_last: start.clone(),
            after_last: start,
        }
    }

    /// Starts again at the first line; clears the cache for another language.
    pub(crate) fn rewind(&mut self, language: &str) {
        if self.language == language {
            self.next_line = 0;
        } else {
            *self = Self::new(language);
        }
    }

    /// Highlights the next line, from the cache where it is unchanged.
    pub(crate) fn line(&mut self, line: &str, theme: &Theme) -> Vec<StyledRun> {
        if let Some((_, runs)) = self.lines.get(self.next_line).filter(|(cached, _)| cached == line)
        {
            self.next_line = self.next_line.saturating_add(1);
            return runs.clone();
        }
        if self.next_line.saturating_add(1) == self.lines.len() {
            // The last line has grown.
            self.lines.pop();
            self.after_last = self.before_last.clone();
        } else if self.next_line < self.lines.len() {
            self.start_over();
        }
        self.before_last = self.after_last.clone();
        let runs = highlight_line(&mut self.after_last, line, theme);
        self.lines.push((line.to_owned(), runs.clone()));
        self.next_line = self.lines.len();
        runs
    }

    fn start_over(&mut self) {
        self.lines.truncate(self.next_line);
        self.after_last = Highlighter::new(&self.language);
        for (line, _) in &self.lines {
            self.after_last.highlight_line(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ThemeName;

    #[test]
    fn what_goes_over_lines_is_kept_and_memory_changes_nothing() {
        let theme = Theme::built_in(ThemeName::Dark);
        let code = ["/* a", "b */ let", "x = 1;", "", "fn f() {}"];
        let mut pen = Highlighter::new("rust");
        let whole: Vec<_> =
            code.iter().map(|line| highlight_line(&mut pen, line, &theme)).collect();
        assert_eq!(whole[1][0].style, theme.code_comment);
        let mut memory = HighlightCache::new("rust");
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
