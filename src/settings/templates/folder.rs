//! The folder of the templates. Each is read when it is used: a change needs no restart.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::chat::io_reason;
use crate::chat::text_encoding::{DecodedText, decode};
use crate::settings::paths::Paths;
use crate::settings::regular_file::read_limited;
use crate::settings::suggest::suggestion;

use super::fault::TemplateFault;
use super::template::PromptTemplate;

/// The most bytes of a template file. A limit of duologue's own.
const MAX_TEMPLATE_BYTES: u64 = 1024 * 1024;
/// The most letters of a name.
const MAX_NAME_LEN: usize = 64;
/// The most templates that are read.
const MAX_TEMPLATES: usize = 500;

/// The folder of the templates, which may not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFolder(PathBuf);

/// The templates by name, and what is wrong with the other files, a sentence each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateList {
    /// Those that can be used.
    pub templates: Vec<PromptTemplate>,
    /// Why the others cannot.
    pub problems: Vec<String>,
}

/// Whether a template may have this name: letters, digits, `-` and `_`, at most 64, a letter or a digit
/// first.
fn is_template_name(name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.len() <= MAX_NAME_LEN
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_of_name)
}

/// Whether a name is that of a prompt of an MCP server, `server:prompt`. No file of a template has one.
#[must_use]
pub fn is_prompt_name(name: &str) -> bool {
    name.contains(':')
}

impl TemplateFolder {
    /// The folder beside `config.toml`.
    #[must_use]
    pub fn of(paths: &Paths) -> Self {
        Self(paths.config.with_file_name("prompts"))
    }

    /// The names of all templates, usable or not.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let files = self.files().unwrap_or_default();
        files.iter().map(|path| stem(path)).filter(|name| is_template_name(name)).collect()
    }

    /// Where the user puts template files; it may not exist.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// All templates, by name.
    #[must_use]
    pub fn list(&self) -> TemplateList {
        let mut list = TemplateList::default();
        let mut files = self.files().unwrap_or_else(|error| {
            let (folder, reason) = (self.0.display(), io_reason(&error));
            list.problems.push(format!("{folder} cannot be read: {reason}."));
            Vec::new()
        });
        if files.len() > MAX_TEMPLATES {
            list.problems.push(format!(
                "{}: Only the first {MAX_TEMPLATES} of {} templates are used.",
                self.0.display(),
                files.len()
            ));
            files.truncate(MAX_TEMPLATES);
        }
        for path in files {
            let stem = stem(&path);
            let read = if is_template_name(&stem) {
                read(&path, &stem)
            } else {
                Err(format!(
                    "{}: A template is named with letters, digits, - and _, at most {MAX_NAME_LEN}. \
                     Rename the file.",
                    path.display()
                ))
            };
            match read {
                Ok(template) => list.templates.push(template),
                Err(problem) => list.problems.push(problem),
            }
        }
        list
    }

    /// Whether there is a file of a template with this name, usable or not.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        is_template_name(name) && self.file(name).symlink_metadata().is_ok()
    }

    /// Reads a template by its name.
    ///
    /// # Errors
    /// When there is none, with the name that may be meant, or its file cannot be used.
    pub fn load(&self, name: &str) -> Result<PromptTemplate, String> {
        if self.contains(name) {
            return read(&self.file(name), name);
        }
        let names = self.names();
        let hint = suggestion(name, names.iter().map(String::as_str));
        let next = match names.as_slice() {
            [] => format!("Write one: {}.", self.0.join("NAME.md").display()),
            _ => "`duologue templates` lists them.".to_owned(),
        };
        Err(format!("There is no template \"{name}\".{hint} {next}"))
    }

    /// The path of the file of a template, there or not.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.md"))
    }

    /// The files that end in `.md`, by name.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let is_template = |path: &PathBuf| path.extension().is_some_and(|it| it == "md");
        let mut files: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(is_template).collect();
        files.sort();
        Ok(files)
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path, name: &str) -> Result<PromptTemplate, String> {
    let shown = path.display();
    let text = read_text(path).map_err(|reason| format!("{shown} cannot be used: {reason}."))?;
    PromptTemplate::parse(name, &text)
        .map_err(|TemplateFault { line, reason }| format!("{shown}, line {line}: {reason}"))
}

/// The text of a file.
fn read_text(path: &Path) -> Result<String, String> {
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => "the file it links to does not exist".to_owned(),
        _ => io_reason(&error),
    };
    let bytes = read_limited(path, MAX_TEMPLATE_BYTES).map_err(failed)?;
    let decoded = decode(bytes, None).and_then(DecodedText::without_nul);
    decoded.map(|decoded| decoded.text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_files_are_listed_and_the_others_say_why_they_are_not() {
        let home = tempfile::tempdir().unwrap();
        let folder = TemplateFolder::of(&Paths::below(home.path()));
        assert_eq!(folder.list(), TemplateList::default());
        assert!(folder.load("review").unwrap_err().contains("Write one"));
        fs::create_dir(folder.path()).unwrap();
        let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
        write("review.md", b"Review {{argument}}.");
        write("notes.txt", b"no template");
        write("two words.md", b"x");
        write("large.md", &vec![b'x'; 1024 * 1024 + 1]);
        write("binary.md", b"\0\x01");
        write("broken.md", b"one\n{{nothing}}");
        fs::create_dir(folder.path().join("folder.md")).unwrap();
        let list = folder.list();
        let names: Vec<&str> = list.templates.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["review"]);
        let has = |words: &[&str]| {
            let has_all = |problem: &&String| words.iter().all(|word| problem.contains(word));
            assert_eq!(list.problems.iter().filter(has_all).count(), 1, "{:?}", list.problems);
        };
        has(&["two words.md", "Rename"]);
        has(&["large.md", "1 MB"]);
        has(&["binary.md", "binary"]);
        has(&["broken.md, line 2"]);
        has(&["folder.md", "it is a folder"]);
        assert!(folder.load("reveiw").unwrap_err().contains("Did you mean \"review\"?"));
        assert!(folder.load("../config").unwrap_err().contains("no template"));
        write("review.md", b"Changed.");
        assert_eq!(folder.load("review").unwrap().summary(), "Changed.");
    }

    #[test]
    fn of_too_many_templates_the_first_are_read_and_of_an_unreadable_folder_the_reason_is_said() {
        let home = tempfile::tempdir().unwrap();
        let folder = TemplateFolder::of(&Paths::below(home.path()));
        fs::create_dir(folder.path()).unwrap();
        for number in (0..=MAX_TEMPLATES).rev() {
            fs::write(folder.path().join(format!("t{number:03}.md")), "x").unwrap();
        }
        let list = folder.list();
        let names = [list.templates.first(), list.templates.last()];
        assert_eq!(names.map(|it| it.unwrap().name.as_str()), ["t000", "t499"]);
        assert!(list.problems[0].contains("first 500 of 501 templates"), "{:?}", list.problems);
        fs::remove_dir_all(folder.path()).unwrap();
        fs::write(folder.path(), "no folder").unwrap();
        assert!(folder.list().problems[0].contains("cannot be read: "));
    }

    #[test]
    fn names_are_letters_and_digits() {
        assert!(["a", "code-review_2", "Ab"].into_iter().all(is_template_name));
        let long = "a".repeat(65);
        for name in ["", "-a", "a b", "a.b", "../a", "a/b", "é", "a\u{1b}", long.as_str()] {
            assert!(!is_template_name(name), "{name}");
        }
    }
}
