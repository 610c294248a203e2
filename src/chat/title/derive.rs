//! Titles made of what was typed, asked or written by a model.

use super::web_rule::{is_allowed, on_create, on_update, shorten};
use super::{MAX_FULL_CHARS, Title, cut, is_python_space, one_line};

impl Title {
    /// The title a user typed; `None` where nothing is left of it.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let full = one_line(text);
        let stored = on_update(&full).filter(|stored| !stored.is_empty())?;
        Some(Self::new(stored, &full))
    }

    /// A temporary title: the first line of a question, of which the file gets the first words;
    /// never empty.
    #[must_use]
    pub fn from_question(question: &str) -> Self {
        let line = question.lines().map(str::trim).find(|line| !line.is_empty());
        let full = one_line(line.unwrap_or_default());
        let plain: String = full.chars().filter(|c| is_allowed(*c)).collect();
        let short = shorten(plain.trim());
        Self::new(if short.is_empty() { "New Chat".to_owned() } else { short }, &full)
    }

    /// The title a model wrote; `None` where it is too generic.
    #[must_use]
    pub fn from_model(written: &str) -> Option<Self> {
        // Those the web app rejects (hcorion/ai-multitool bdc7763, 2026), and its title for no title.
        const GENERIC: [&str; 6] = ["chat", "conversation", "help", "hi", "hello", "new chat"];
        const AROUND: [char; 9] = ['"', '\'', '“', '”', '„', '‘', '’', '«', '»'];
        let line = written.lines().map(str::trim).find(|line| !line.is_empty())?;
        let unmarked: String = line.chars().filter(|c| !matches!(c, '*' | '`')).collect();
        let full = unmarked.trim().trim_matches(AROUND).trim_end_matches(['.', '-', ' ']);
        // An apostrophe is dropped; any other character that is not allowed separates words.
        let joined = full.chars().filter(|c| !matches!(c, '\'' | '’'));
        let plain: String = joined.map(|c| if is_allowed(c) { c } else { ' ' }).collect();
        let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let stored = shorten(words.trim_end_matches(['.', '-', ' ']));
        let is_useful = stored.chars().count() > 1
            && stored.chars().any(|c| c != '_' && c != '.' && c != '-')
            && !GENERIC.contains(&stored.to_lowercase().as_str());
        is_useful.then(|| Self::new(stored, full))
    }

    /// The title of a copy: the original's and ` copy`.
    #[must_use]
    pub fn of_copy(&self) -> Self {
        self.with_suffix(" copy")
    }

    /// The title of a branch in an import: the original's and a number.
    #[must_use]
    pub fn of_branch(&self, number: usize) -> Self {
        self.with_suffix(&format!(" {number}"))
    }

    /// The title with a word after it, for which the original's beginning makes room.
    fn with_suffix(&self, suffix: &str) -> Self {
        let plain = on_create(self.stored().trim_matches(is_python_space));
        let begin = plain.strip_suffix("...").unwrap_or(&plain);
        let room = super::web_rule::MAX_CODE_POINTS.saturating_sub(suffix.len());
        let mut name: String = begin.chars().take(room).collect();
        name.truncate(name.trim_end().len());
        name.push_str(suffix);
        let whole = self.full().unwrap_or_else(|| self.stored().trim_end_matches("..."));
        let full = cut(whole, MAX_FULL_CHARS.saturating_sub(suffix.len())).into_owned() + suffix;
        Self::new(name.trim_start(), &full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(title: &Title) -> (&str, &str) {
        (title.stored(), title.text())
    }

    #[test]
    fn what_a_user_typed_is_kept_whole_and_stored_by_the_web_apps_rule() {
        let of = |typed: &str| Title::typed(typed).unwrap();
        assert_eq!(both(&of(" a/b:\n c ")), ("a_b_ c", "a/b: c"));
        assert_eq!(of("Trips"), Title::from("Trips"));
        assert_eq!(both(&of("🎉")), ("_", "🎉"));
        for nothing in ["", "  \u{3000} ", "\u{7}"] {
            assert_eq!(Title::typed(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_title_of_a_model_is_shaped_and_a_generic_one_rejected() {
        let of = |written: &str| Title::from_model(written).unwrap_or_default();
        assert_eq!(of("\n \"Sorting lists in Rust.\"\nmore"), Title::from("Sorting lists in Rust"));
        let title = of("**Don't panic: C++ & you**");
        assert_eq!(both(&title), ("Dont panic C you", "Don't panic: C++ & you"));
        assert_eq!(of("東京への旅").stored(), "東京への旅");
        assert_eq!(of(&"long ".repeat(20)).stored().chars().count(), 30);
        assert_eq!(of(&"long ".repeat(20)).text().chars().count(), 99);
        for generic in ["", "\"\"", "Hello", "Chat.", "…", "-", "x"] {
            assert_eq!(Title::from_model(generic), None, "{generic}");
        }
        for written in ["a/b: c", "é e\u{301} 😀 y", "  x — y  "] {
            let title = of(written);
            assert_eq!(on_update(title.stored()).as_deref(), Some(title.stored()), "{written}");
        }
    }

    #[test]
    fn the_title_of_a_copy_says_so_and_follows_the_rules() {
        assert_eq!(Title::from("Trips").of_copy(), Title::from("Trips copy"));
        assert_eq!(Title::from("").of_copy(), Title::from("copy"));
        let long = Title::from_question(&"word ".repeat(20)).of_copy();
        assert_eq!(long.stored().chars().count(), 29);
        assert_eq!(on_update(long.stored()).as_deref(), Some(long.stored()));
        assert_eq!(long.text(), "word ".repeat(20) + "copy");
        assert_eq!(both(&Title::from("a/b").of_copy()), ("a_b copy", "a/b copy"));
        let longest = Title::new("x", &"y".repeat(200)).of_copy();
        assert_eq!(longest.text().chars().count(), 200);
        assert!(longest.text().ends_with("y… copy"), "{longest}");
    }

    #[test]
    fn a_temporary_title_is_the_first_line() {
        let of = Title::from_question;
        assert_eq!(both(&of("\n  How do   I sort?\nMore")), ("How do I sort", "How do I sort?"));
        assert_eq!(
            both(&of("calculate 2**100 then 1/3")),
            ("calculate 2100 then 13", "calculate 2**100 then 1/3")
        );
        assert_eq!(both(&of("😀 🎉")), ("New Chat", "😀 🎉"));
        assert_eq!(of(" \n "), Title::from("New Chat"));
        assert_eq!(of(&"word ".repeat(20)).stored().chars().count(), 30);
    }
}
