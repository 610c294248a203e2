//! The user's name, which is also the name of the shared file.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::value::SettingValue;
use crate::chat::count;

/// The longest name in bytes: with the web app's `.json.tmp.…` suffix (a8452a1, 2025) it must fit a file
/// name of 255 bytes.
const MAX_NAME_BYTES: usize = 213;

/// A name the web app can have and that stays inside the chats folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct UserName(String);

impl UserName {
    /// Takes a name as the web app's login does: trimmed, otherwise as it is.
    ///
    /// # Errors
    /// When no file in the chats folder can have that name; why, in a sentence.
    pub fn new(text: &str) -> Result<Self, String> {
        let name = text.trim();
        if name.is_empty() {
            return Err("The user name is empty.".to_owned());
        }
        if name.contains('\0') {
            return Err("The user name must not contain a NUL character.".to_owned());
        }
        // It would leave the chats folder.
        if name.contains(std::path::is_separator) || name == ".." {
            let text = "The user name must not contain a path separator or be \"..\".";
            return Err(text.to_owned());
        }
        // Windows takes what follows some of them for a part of a file.
        if let Some(c) = name.chars().find(|c| cfg!(windows) && "<>:\"|?*".contains(*c)) {
            return Err(format!(
                "The user name must not contain {c}, which Windows allows in no file name."
            ));
        }
        if name.len() > MAX_NAME_BYTES {
            let length = count::phrase(name.len(), "byte");
            return Err(format!(
                "The user name is {length} long; at most {MAX_NAME_BYTES} fit in a file name."
            ));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name under which the user is logged in, or `me` where the system tells none. Scheduled jobs and
    /// containers often lack the variables that say it.
    #[must_use]
    pub fn of_login(env: &dyn Fn(&str) -> Option<String>) -> Self {
        ["USER", "LOGNAME", "USERNAME"]
            .iter()
            .filter_map(|variable| env(variable))
            .find_map(|name| Self::new(&name).ok())
            .or_else(|| Self::new(&name_in_user_list()?).ok())
            .unwrap_or_else(|| Self("me".to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the shared file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.json", self.0)
    }
}

impl TryFrom<String> for UserName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl SettingValue for UserName {
    const ALLOWS_DASH: bool = true;
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name that the system's list of users has for the user of this process.
#[cfg(unix)]
fn name_in_user_list() -> Option<String> {
    let id = rustix::process::getuid().as_raw().to_string();
    find_user(&std::fs::read_to_string("/etc/passwd").ok()?, &id)
}

#[cfg(not(unix))]
const fn name_in_user_list() -> Option<String> {
    None
}

/// The name of the user with this id; a line has its name, its password and its id first.
#[cfg(unix)]
fn find_user(list: &str, id: &str) -> Option<String> {
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_name_of_a_user_id_is_found_in_the_list_of_users() {
        let list = "root:x:0:0:root:/root:/bin/sh\n\nbroken\nann:x:1000:0::/home/ann:\n";
        assert_eq!(find_user(list, "1000").as_deref(), Some("ann"));
        assert_eq!(find_user(list, "0").as_deref(), Some("root"));
        assert_eq!(find_user(list, "1"), None);
    }

    #[test]
    fn names_the_web_app_can_have_are_taken_as_they_are() {
        for name in ["ann", "näme 名前 😀", "a.b", ".", "%2e"] {
            assert_eq!(UserName::new(name).unwrap().as_str(), name);
        }
        assert_eq!(UserName::new(" ann\n").unwrap().as_str(), "ann");
    }

    #[test]
    fn names_that_cannot_be_a_file_in_the_folder_are_refused() {
        for (name, why) in [
            ("  ", "is empty"),
            ("../up", "path separator"),
            ("..", "path separator"),
            ("/etc/passwd", "path separator"),
            ("a\0b", "NUL"),
            ("x".repeat(214).as_str(), "is 214 bytes long; at most 213"),
        ] {
            let refused = UserName::new(name).unwrap_err();
            assert!(refused.contains(why), "{name}: {refused}");
        }
        assert!(UserName::new(&"x".repeat(213)).is_ok());
    }
}
