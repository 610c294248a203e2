//! The web app's rules for titles, to the character.
//! May not ask a model: a written title arrives here as text.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The most code points a title keeps; a longer one ends in `...`.
const MAX_CODE_POINTS: usize = 30;

/// What the web app stores when a conversation is created with this name.
#[must_use]
pub fn on_create(name: &str) -> String {
    name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect()
}

/// What the web app stores when a conversation is renamed; `None` where it refuses (an empty name).
#[must_use]
pub fn on_update(name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    Some(shorten(&on_create(name.trim_matches(is_python_space))))
}

/// A temporary title from the first words of a question; never empty.
#[must_use]
pub fn from_question(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = words.chars().filter(|c| is_allowed(*c)).collect();
    let short = shorten(plain.trim());
    if short.is_empty() { "New Chat".to_owned() } else { short }
}

/// The title a model wrote, by the same rules; `None` where it says nothing.
#[must_use]
pub fn from_model(written: &str) -> Option<String> {
    const SAYS_NOTHING: [&str; 6] = ["chat", "conversation", "help", "hi", "hello", "new chat"];
    let line = written.lines().map(str::trim).find(|line| !line.is_empty())?;
    // An apostrophe joins what it stands between, everything else that may not stay parts it.
    let joined = line.chars().filter(|c| !matches!(c, '\'' | '’' | '*' | '`'));
    let plain: String = joined.map(|c| if is_allowed(c) { c } else { ' ' }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = shorten(words.trim_end_matches(['.', '-', ' ']));
    let says = title.chars().count() > 1
        && title.chars().any(|c| c != '_' && c != '.' && c != '-')
        && !SAYS_NOTHING.contains(&title.to_lowercase().as_str());
    says.then_some(title)
}

/// The title of a copy: it says so, and still begins like the original.
#[must_use]
pub fn of_copy(title: &str) -> String {
    const COPY: &str = " copy";
    let plain = on_create(title.trim_matches(is_python_space));
    let begin = plain.strip_suffix("...").unwrap_or(&plain);
    let room = MAX_CODE_POINTS.saturating_sub(COPY.len());
    let mut name: String = begin.chars().take(room).collect();
    name.truncate(name.trim_end().len());
    name.push_str(COPY);
    name.trim_start().to_owned()
}

/// The title of another line of a conversation: numbered, and still beginning like the first one's.
#[must_use]
pub fn of_branch(title: &str, number: usize) -> String {
    let number = format!(" {number}");
    let plain = on_create(title.trim_matches(is_python_space));
    let begin = plain.strip_suffix("...").unwrap_or(&plain);
    let room = MAX_CODE_POINTS.saturating_sub(number.len());
    let mut name: String = begin.chars().take(room).collect();
    name.truncate(name.trim_end().len());
    name.push_str(&number);
    name.trim_start().to_owned()
}

/// Over 30 code points, the first 27 and three dots.
fn shorten(title: &str) -> String {
    if title.chars().count() <= MAX_CODE_POINTS {
        return title.to_owned();
    }
    let mut short: String = title.chars().take(MAX_CODE_POINTS - 3).collect();
    short.push_str("...");
    short
}

/// The characters `[\w. -]` of a Python regular expression.
fn is_allowed(c: char) -> bool {
    matches!(c, '_' | '.' | ' ' | '-')
        || matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
        )
}

/// What Python's `str.strip()` removes: Rust's white space and four separator controls.
pub(super) fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_symbols_become_underscores_letters_and_numbers_of_any_script_stay() {
        assert_eq!(on_create("caf\u{e9} e\u{301} 名前 ²½ 😀 \u{24b6}"), "caf\u{e9} e_ 名前 ²½ _ _");
        assert_eq!(on_create("a/b:c\n"), "a_b_c_");
        assert_eq!(on_create(""), "");
    }

    #[test]
    fn renaming_strips_first_and_shortens_last() {
        assert_eq!(on_update("\u{a0}\x1c  tidy \u{3000}").as_deref(), Some("tidy"));
        assert_eq!(on_update("   ").as_deref(), Some(""));
        assert_eq!(on_update(""), None);
        let long = "x".repeat(31);
        assert_eq!(on_update(&long), Some(format!("{}...", "x".repeat(27))));
        assert_eq!(on_update(&"名".repeat(30)), Some("名".repeat(30)));
    }

    #[test]
    fn a_written_title_is_made_to_fit_and_one_that_says_nothing_is_none() {
        let of = |written: &str| from_model(written).unwrap_or_default();
        assert_eq!(of("\n \"Sorting lists in Rust.\"\nmore"), "Sorting lists in Rust");
        assert_eq!(of("**Don't panic: C++ & you**"), "Dont panic C you");
        assert_eq!(of("東京への旅"), "東京への旅");
        assert_eq!(of(&"long ".repeat(20)).chars().count(), 30);
        for nothing in ["", "\"\"", "Hello", "Chat.", "…", "-", "x"] {
            assert_eq!(from_model(nothing), None, "{nothing}");
        }
        for written in ["a/b: c", "é e\u{301} 😀 y", "  x — y  "] {
            let title = of(written);
            assert_eq!(on_update(&title), Some(title.clone()), "{written}");
        }
    }

    #[test]
    fn a_copy_says_so_and_keeps_the_rules() {
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
