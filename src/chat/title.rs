//! The web app's rules for titles (hcorion/ai-multitool a8452a1, 2025, and bdc7763, 2026).

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The most code points of a title; a longer one ends in `...`. The web app's limit (a8452a1, 2025).
const MAX_CODE_POINTS: usize = 30;

/// Shapes a title as the web app does when it creates a conversation.
#[must_use]
pub fn on_create(name: &str) -> String {
    name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect()
}

/// Shapes a title as the web app does when it renames a conversation; `None` where it refuses.
#[must_use]
pub fn on_update(name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    Some(shorten(&on_create(name.trim_matches(is_python_space))))
}

/// Makes a temporary title from the first words of a question; never empty.
#[must_use]
pub fn from_question(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = words.chars().filter(|c| is_allowed(*c)).collect();
    let short = shorten(plain.trim());
    if short.is_empty() { "New Chat".to_owned() } else { short }
}

/// Shapes a title a model wrote; `None` where it is too generic.
#[must_use]
pub fn from_model(written: &str) -> Option<String> {
    const GENERIC: [&str; 6] = ["chat", "conversation", "help", "hi", "hello", "new chat"];
    let line = written.lines().map(str::trim).find(|line| !line.is_empty())?;
    // An apostrophe is dropped; any other character that is not allowed separates words.
    let joined = line.chars().filter(|c| !matches!(c, '\'' | '’' | '*' | '`'));
    let plain: String = joined.map(|c| if is_allowed(c) { c } else { ' ' }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = shorten(words.trim_end_matches(['.', '-', ' ']));
    let is_useful = title.chars().count() > 1
        && title.chars().any(|c| c != '_' && c != '.' && c != '-')
        && !GENERIC.contains(&title.to_lowercase().as_str());
    is_useful.then_some(title)
}

/// Makes the title of a copy: the original's start and ` copy`.
#[must_use]
pub fn of_copy(title: &str) -> String {
    with_suffix(title, " copy")
}

/// Makes the title of a branch in an export: the original's start and a number.
#[must_use]
pub fn of_branch(title: &str, number: usize) -> String {
    with_suffix(title, &format!(" {number}"))
}

fn with_suffix(title: &str, suffix: &str) -> String {
    let plain = on_create(title.trim_matches(is_python_space));
    let begin = plain.strip_suffix("...").unwrap_or(&plain);
    let room = MAX_CODE_POINTS.saturating_sub(suffix.len());
    let mut name: String = begin.chars().take(room).collect();
    name.truncate(name.trim_end().len());
    name.push_str(suffix);
    name.trim_start().to_owned()
}

/// Shortens a title of over 30 code points to the first 27 and three dots.
fn shorten(title: &str) -> String {
    if title.chars().count() <= MAX_CODE_POINTS {
        return title.to_owned();
    }
    let mut short: String = title.chars().take(MAX_CODE_POINTS - 3).collect();
    short.push_str("...");
    short
}

/// Matches the characters `[\w. -]` of a Python regular expression, the web app's rule.
fn is_allowed(c: char) -> bool {
    matches!(c, '_' | '.' | ' ' | '-')
        || matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
        )
}

/// Matches what Python's `str.strip()` removes: Rust's white space and four separator controls.
pub(super) fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_symbols_become_underscores_and_letters_of_any_script_stay() {
        assert_eq!(on_create("caf\u{e9} e\u{301} 名前 ²½ 😀 \u{24b6}"), "caf\u{e9} e_ 名前 ²½ _ _");
        assert_eq!(on_create("a/b:c\n"), "a_b_c_");
        assert_eq!(on_create(""), "");
    }

    #[test]
    fn renaming_strips_before_it_shortens() {
        assert_eq!(on_update("\u{a0}\x1c  tidy \u{3000}").as_deref(), Some("tidy"));
        assert_eq!(on_update("   ").as_deref(), Some(""));
        assert_eq!(on_update(""), None);
        let long = "x".repeat(31);
        assert_eq!(on_update(&long), Some(format!("{}...", "x".repeat(27))));
        assert_eq!(on_update(&"名".repeat(30)), Some("名".repeat(30)));
    }

    #[test]
    fn a_title_of_a_model_is_shaped_and_a_generic_one_rejected() {
        let of = |written: &str| from_model(written).unwrap_or_default();
        assert_eq!(of("\n \"Sorting lists in Rust.\"\nmore"), "Sorting lists in Rust");
        assert_eq!(of("**Don't panic: C++ & you**"), "Dont panic C you");
        assert_eq!(of("東京への旅"), "東京への旅");
        assert_eq!(of(&"long ".repeat(20)).chars().count(), 30);
        for generic in ["", "\"\"", "Hello", "Chat.", "…", "-", "x"] {
            assert_eq!(from_model(generic), None, "{generic}");
        }
        for written in ["a/b: c", "é e\u{301} 😀 y", "  x — y  "] {
            let title = of(written);
            assert_eq!(on_update(&title), Some(title.clone()), "{written}");
        }
    }

    #[test]
    fn the_title_of_a_copy_says_so_and_follows_the_rules() {
        assert_eq!(of_copy("Trips"), "Trips copy");
        assert_eq!(of_copy(""), "copy");
        let long = of_copy(&"word ".repeat(20));
        assert_eq!((long.chars().count(), on_update(&long).unwrap()), (29, long.clone()));
        assert_eq!(of_copy("a/b"), "a_b copy");
    }

    #[test]
    fn a_temporary_title_is_the_first_words_of_the_first_line() {
        assert_eq!(from_question("\n  How do   I sort?\nMore"), "How do I sort");
        assert_eq!(from_question("😀 🎉"), "New Chat");
        assert_eq!(from_question(&"word ".repeat(20)).chars().count(), 30);
    }
}
