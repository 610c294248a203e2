//! Answers that a server continues without us, a file each: the request, and the partial answer. The
//! process that listens to an answer holds the lock of its file.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use crate::chat::{BackgroundAnswer, TurnId};

use super::log_file::{LogFile, OpenLog};
use crate::store::file::store_paths::StorePaths;

/// The answers that one user has left to servers, a locked file each.
#[derive(Debug)]
pub struct BackgroundAnswers {
    folder: PathBuf,
    locked: HashMap<TurnId, LogFile>,
}

impl BackgroundAnswers {
    /// Those of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self { folder: paths.state_folder().join("running"), locked: HashMap::new() }
    }

    /// Writes an answer to disk and locks its file.
    ///
    /// # Errors
    /// When it cannot be written, or another process has the lock.
    pub fn save(&mut self, answer: &BackgroundAnswer) -> io::Result<()> {
        let mut file = match self.locked.remove(&answer.turn) {
            Some(file) => file,
            None => LogFile::open(self.path(&answer.turn))?,
        };
        file.append_line(answer)?;
        file.sync()?;
        self.locked.insert(answer.turn.clone(), file);
        Ok(())
    }

    /// Appends the partial answer, so that a line cut short loses nothing else.
    ///
    /// # Errors
    /// When it cannot be written, or another process has the lock.
    pub fn save_partial(&mut self, turn: &TurnId, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let path = self.path(turn);
        let mut released = None;
        let file = match self.locked.get_mut(turn) {
            Some(file) => file,
            None => {
                released.insert(LogFile::take_over(path).ok_or(io::ErrorKind::WouldBlock)?.file)
            }
        };
        match parse_lines(&file.read_all()?) {
            Some(answer) if answer.partial_text != text => {
                file.append_line(&text)?;
                file.sync()
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a server continues the answer of a turn.
    #[must_use]
    pub fn has_answer(&self, turn: &TurnId) -> bool {
        std::fs::metadata(self.path(turn)).is_ok_and(|file| file.len() > 0)
    }

    /// Locks the answers of one server that no process listens to any more.
    pub fn claim(&mut self, base_url: &str) -> Vec<BackgroundAnswer> {
        let mut claimed = Vec::new();
        for path in LogFile::all_in(&self.folder) {
            let Some(OpenLog { file, content, .. }) = LogFile::take_over(path) else { continue };
            match parse_lines(&content) {
                Some(answer) if answer.base_url == base_url => {
                    self.locked.insert(answer.turn.clone(), file);
                    claimed.push(answer);
                }
                Some(_) => {}
                // A crash cut it short, so that nothing is known of the answer.
                None => file.remove(),
            }
        }
        claimed.sort_by_key(|answer| answer.asked_at);
        claimed
    }

    /// Unlocks an answer, which the next process to look may claim.
    pub fn release(&mut self, turn: &TurnId) {
        self.locked.remove(turn);
    }

    /// Removes an answer that is stored, or that will not come.
    pub fn forget(&mut self, turn: &TurnId) {
        self.locked.remove(turn).into_iter().for_each(LogFile::remove);
    }

    fn path(&self, turn: &TurnId) -> PathBuf {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        LogFile::path(&self.folder, &turn.as_str().chars().map(safe).collect::<String>())
    }
}

/// The last answer among the lines, with the last partial text after it.
fn parse_lines(content: &[u8]) -> Option<BackgroundAnswer> {
    let mut last: Option<BackgroundAnswer> = None;
    for line in content.split(|byte| *byte == b'\n') {
        if let Ok(answer) = serde_json::from_slice(line) {
            last = Some(answer);
        } else if let (Some(answer), Ok(text)) = (&mut last, serde_json::from_slice(line)) {
            answer.partial_text = text;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::chat::{ConversationId, ResponseId, Timestamp};
    use crate::settings::UserName;
    use crate::store::ChatsFolder;

    fn answer(turn: &str, base_url: &str) -> BackgroundAnswer {
        BackgroundAnswer {
            context: None,
            turn: TurnId::new(turn),
            conversation: ConversationId::new("c"),
            question: None,
            response_id: ResponseId::new("resp_1"),
            server: None,
            base_url: base_url.into(),
            model: "m".into(),
            asked_at: Timestamp::from_seconds(1),
            preset: None,
            effort: None,
            partial_text: String::new(),
        }
    }

    fn two_processes(folder: &Path) -> [BackgroundAnswers; 2] {
        let user = UserName::new("ann").unwrap();
        let paths = StorePaths::new(folder, user, ChatsFolder::Own, folder);
        [BackgroundAnswers::of(&paths), BackgroundAnswers::of(&paths)]
    }

    #[test]
    fn the_last_whole_partial_text_comes_with_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let [mut first, mut second] = two_processes(folder.path());
        let turn = TurnId::new("t");
        first.save(&answer("t", "http://a")).unwrap();
        for text in ["", "half\nof", "half\nof it", "half\nof it"] {
            first.save_partial(&turn, text).unwrap();
        }
        first.release(&turn);
        let path = first.path(&turn);
        let whole = fs::read_to_string(&path).unwrap();
        assert_eq!(whole.lines().count(), 3);
        for (cut, wanted) in [(0, "half\nof it"), (3, "half\nof")] {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            assert_eq!(second.claim("http://a")[0].partial_text, wanted);
            second.release(&turn);
        }
        // Without a lock it is written for the process that claims it.
        second.save_partial(&turn, "more").unwrap();
        assert_eq!(first.claim("http://a")[0].partial_text, "more");
        assert!(second.save_partial(&turn, "mine").is_err());
    }

    #[test]
    fn an_answer_belongs_to_one_process_at_a_time_and_to_one_server() {
        let folder = tempfile::tempdir().unwrap();
        let [mut first, mut second] = two_processes(folder.path());
        first.save(&answer("t", "http://a")).unwrap();
        assert!(second.has_answer(&TurnId::new("t")) && second.claim("http://a").is_empty());
        first.release(&TurnId::new("t"));
        assert!(second.claim("http://b").is_empty());
        assert_eq!(second.claim("http://a"), [answer("t", "http://a")]);
        // A process without the lock does not remove it.
        first.forget(&TurnId::new("t"));
        assert!(first.has_answer(&TurnId::new("t")));
        second.forget(&TurnId::new("t"));
        assert!(!first.has_answer(&TurnId::new("t")));
    }
}
