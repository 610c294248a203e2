//! Names of exported files: readable, stable, valid on every file system.

use std::collections::HashSet;

use crate::chat::ConversationId;

/// The longest part of the title in a name.
const MAX_TITLE_BYTES: usize = 80;

/// Creates distinct file names, also for file systems that ignore case.
#[derive(Debug, Default)]
pub struct FileNames {
    used: HashSet<String>,
}

impl FileNames {
    /// Returns a name that has not been returned before, with an extension such as `md`.
    pub fn next_name(&mut self, id: &ConversationId, title: &str, extension: &str) -> String {
        let stem = file_stem(id, title);
        let mut name = format!("{stem}.{extension}");
        let mut number = 2_u32;
        while !self.used.insert(name.clone()) {
            name = format!("{stem}-{number}.{extension}");
            number = number.saturating_add(1);
        }
        name
    }
}

/// Returns the title in lower case with dashes, and the short id.
fn file_stem(id: &ConversationId, title: &str) -> String {
    let mut words = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            words.push(c);
        } else if !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
        if words.len() >= MAX_TITLE_BYTES {
            break;
        }
    }
    let words = words.trim_end_matches('-');
    let words = if words.is_empty() { "conversation" } else { words };
    format!("{words}-{}", short_id(id.as_str()))
}

/// Returns the first eight digits of a UUID, or a digest of any other id, which may be any text.
fn short_id(id: &str) -> String {
    let digits = id.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let of_uuid = digits.filter(|_| id.len() == 36 && id.as_bytes().get(8) == Some(&b'-'));
    if let Some(digits) = of_uuid {
        return digits.to_ascii_lowercase();
    }
    // FNV-1a, 64 bits (Fowler, Noll and Vo).
    let digest = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{digest:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_readable_and_stable() {
        let id = ConversationId::new("0b6f4f0e-52d5-4f0c-9a53-8a7c1c4d2e10");
        let name = |title: &str| FileNames::default().next_name(&id, title, "md");
        assert_eq!(name("Borrowing in Rust"), "borrowing-in-rust-0b6f4f0e.md");
        assert_eq!(name("東京への旅"), "東京への旅-0b6f4f0e.md");
        assert_eq!(name("../../etc/passwd"), "etc-passwd-0b6f4f0e.md");
        assert_eq!(name("..."), "conversation-0b6f4f0e.md");
        assert_eq!(name("CON"), "con-0b6f4f0e.md");
    }

    #[test]
    fn names_differ_even_without_case() {
        let mut names = FileNames::default();
        let a = ConversationId::new("0b6f4f0e-52d5-4f0c-9a53-8a7c1c4d2e10");
        let b = ConversationId::new("0b6f4f0e-52d5-4f0c-9a53-8a7c1c4d2e11");
        assert_eq!(names.next_name(&a, "Twice", "md"), "twice-0b6f4f0e.md");
        assert_eq!(names.next_name(&b, "TWICE", "md"), "twice-0b6f4f0e-2.md");
    }

    proptest! {
        #[test]
        fn no_id_or_title_leads_out_of_the_folder(
            id in any::<String>(), title in any::<String>()
        ) {
            let name = FileNames::default().next_name(&ConversationId::new(id), &title, "html");
            prop_assert!(name.len() < 150);
            prop_assert!(!name.starts_with(['.', '-']));
            prop_assert!(name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.'
                || !c.is_ascii()), "{}", name);
            prop_assert!(!name.chars().any(|c| c.is_control() || c == '/' || c == '\\'));
        }
    }
}
