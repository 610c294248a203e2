//! Answers that go on at a server without us, a file each, from one run to the next: what is known of
//! an answer, and what had come of it.
//! May not ask for any; a file is held by the program that listens to its answer.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::chat::{BackgroundAnswer, TurnId};

use super::log_file::{LogFile, OpenLog};
use super::process_log::encode;
use crate::store::file::store_paths::StorePaths;

/// The answers of one user's chats that go on at servers.
#[derive(Debug)]
pub struct BackgroundAnswers {
    folder: PathBuf,
    locked: HashMap<TurnId, LogFile>,
}

impl BackgroundAnswers {
    /// Those beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self { folder: place.state_folder().join("running"), locked: HashMap::new() }
    }

    /// Notes an answer on the disk and holds it.
    ///
    /// # Errors
    /// When it cannot be written, or another program holds it.
    pub fn save(&mut self, running: &BackgroundAnswer) -> io::Result<()> {
        let mut file = match self.locked.remove(&running.turn) {
            Some(file) => file,
            None => LogFile::open(self.path(&running.turn))?,
        };
        append_line(&mut file, running)?;
        self.locked.insert(running.turn.clone(), file);
        Ok(())
    }

    /// Keeps what has come of an answer, behind what is known of it: a line that is cut short loses
    /// nothing else.
    ///
    /// # Errors
    /// When it cannot be written, or another program holds it.
    pub fn save_partial(&mut self, turn: &TurnId, grown: &str) -> io::Result<()> {
        if grown.is_empty() {
            return Ok(());
        }
        let path = self.path(turn);
        let mut free = None;
        let file = match self.locked.get_mut(turn) {
            Some(file) => file,
            None => free.insert(LogFile::take_over(path).ok_or(io::ErrorKind::WouldBlock)?.file),
        };
        match parse_lines(&file.read_all()?) {
            Some(known) if known.partial_text != grown => append_line(file, &grown),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the answer of a turn is known to go on at a server.
    #[must_use]
    pub fn has_answer(&self, turn: &TurnId) -> bool {
        std::fs::metadata(self.path(turn)).is_ok_and(|file| file.len() > 0)
    }

    /// Takes hold of the answers of one server that nobody listens to any more.
    pub fn claim(&mut self, base_url: &str) -> Vec<BackgroundAnswer> {
        let mut claimed = Vec::new();
        for path in LogFile::all_in(&self.folder) {
            let Some(OpenLog { file, content, .. }) = LogFile::take_over(path) else { continue };
            match parse_lines(&content) {
                Some(running) if running.base_url == base_url => {
                    self.locked.insert(running.turn.clone(), file);
                    claimed.push(running);
                }
                Some(_) => {}
                // Cut short by a crash: nothing is known of the answer.
                None => file.remove(),
            }
        }
        claimed.sort_by_key(|running| running.asked_at);
        claimed
    }

    /// Lets go of an answer; the next program to look takes hold of it.
    pub fn release(&mut self, turn: &TurnId) {
        self.locked.remove(turn);
    }

    /// Forgets an answer: it is kept, or there will be none.
    pub fn forget(&mut self, turn: &TurnId) {
        self.locked.remove(turn).into_iter().for_each(LogFile::remove);
    }

    fn path(&self, turn: &TurnId) -> PathBuf {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        LogFile::path(&self.folder, &turn.as_str().chars().map(safe).collect::<String>())
    }
}

fn append_line(file: &mut LogFile, line: &impl Serialize) -> io::Result<()> {
    let mut bytes = Vec::new();
    encode(line, &mut bytes)?;
    file.append(&bytes)?;
    file.sync()
}

/// What the lines say: the last that tells what is known, and the last text after it.
fn parse_lines(content: &[u8]) -> Option<BackgroundAnswer> {
    let mut known: Option<BackgroundAnswer> = None;
    for line in content.split(|byte| *byte == b'\n') {
        if let Ok(running) = serde_json::from_slice(line) {
            known = Some(running);
        } else if let (Some(known), Ok(grown)) = (&mut known, serde_json::from_slice(line)) {
            known.partial_text = grown;
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use std::fs;

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
            base_url: base_url.into(),
            model: "m".into(),
            asked_at: Timestamp::from_seconds(1),
            preset: None,
            effort: None,
            partial_text: String::new(),
        }
    }

    #[test]
    fn what_had_come_is_found_with_the_answer_the_last_of_it_whatever_was_cut_short() {
        let folder = tempfile::tempdir().unwrap();
        let user = UserName::new("ann").unwrap();
        let place = StorePaths::new(folder.path(), user, ChatsFolder::Own, folder.path());
        let (mut first, mut second) =
            (BackgroundAnswers::of(&place), BackgroundAnswers::of(&place));
        let turn = TurnId::new("t");
        first.save(&answer("t", "http://a")).unwrap();
        for grown in ["", "half\nof", "half\nof it", "half\nof it"] {
            first.save_partial(&turn, grown).unwrap();
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
        // Where nobody holds it, it is kept for whoever will.
        second.save_partial(&turn, "more").unwrap();
        assert_eq!(first.claim("http://a")[0].partial_text, "more");
        assert!(second.save_partial(&turn, "mine").is_err());
    }

    #[test]
    fn an_answer_belongs_to_one_program_at_a_time_and_to_one_server() {
        let folder = tempfile::tempdir().unwrap();
        let user = UserName::new("ann").unwrap();
        let place = StorePaths::new(folder.path(), user, ChatsFolder::Own, folder.path());
        let (mut first, mut second) =
            (BackgroundAnswers::of(&place), BackgroundAnswers::of(&place));
        first.save(&answer("t", "http://a")).unwrap();
        assert!(second.has_answer(&TurnId::new("t")) && second.claim("http://a").is_empty());
        first.release(&TurnId::new("t"));
        assert!(second.claim("http://b").is_empty());
        assert_eq!(second.claim("http://a"), [answer("t", "http://a")]);
        // What one does not hold it does not remove.
        first.forget(&TurnId::new("t"));
        assert!(first.has_answer(&TurnId::new("t")));
        second.forget(&TurnId::new("t"));
        assert!(!first.has_answer(&TurnId::new("t")));
    }
}
