//! The web app's rules for titles (hcorion/ai-multitool a8452a1, 2025, and bdc7763, 2026).

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The most code points of a title; a longer one ends in `...`. The web app's limit (a8452a1, 2025).
pub(super) const MAX_CODE_POINTS: usize = 30;

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

/// Shortens a title of over 30 code points to the first 27 and three dots.
pub(super) fn shorten(title: &str) -> String {
    if title.chars().count() <= MAX_CODE_POINTS {
        return title.to_owned();
    }
    let mut short: String = title.chars().take(MAX_CODE_POINTS - 3).collect();
    short.push_str("...");
    short
}

/// Matches the characters `[\w. -]` of a Python regular expression, the web app's rule.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '_' | '.' | ' ' | '-')
        || matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
        )
}

/// Matches what Python's `str.strip()` removes: Rust's white space and four separator controls.
pub(in crate::chat) fn is_python_space(c: char) -> bool {
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
}
