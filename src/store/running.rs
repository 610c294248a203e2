//! Answers that go on at a server without us, a file each, from one run to the next: a line about the
//! answer, and one with what had come of it.
//! May not ask for any; a file is held with a lock by the program that listens to its answer.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;

use crate::chat::{Running, TurnId};

use super::place::Place;

/// The answers of one user's chats that go on at servers.
#[derive(Debug)]
pub struct RunningAnswers {
    folder: PathBuf,
    held: HashMap<TurnId, File>,
}

impl RunningAnswers {
    /// Those beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { folder: place.state().join("running"), held: HashMap::new() }
    }

    /// Notes an answer on the disk and holds it.
    ///
    /// # Errors
    /// When it cannot be written, or another program holds it.
    pub fn note(&mut self, running: &Running) -> io::Result<()> {
        let mut file = if let Some(file) = self.held.remove(&running.turn) {
            file
        } else {
            fs::create_dir_all(&self.folder)?;
            let file = open(&self.path(&running.turn))?;
            file.try_lock()?;
            file
        };
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(&serde_json::to_vec(running)?)?;
        file.sync_all()?;
        self.held.insert(running.turn.clone(), file);
        Ok(())
    }

    /// Keeps what has come of an answer, behind what is known of it: a line that is cut short loses
    /// nothing else.
    ///
    /// # Errors
    /// When it cannot be written, or another program holds it.
    pub fn keep_grown(&self, turn: &TurnId, grown: &str) -> io::Result<()> {
        let line = format!("\n{}", serde_json::to_string(grown)?);
        let add = |mut file: &File| {
            let mut text = String::new();
            file.rewind()?;
            file.read_to_string(&mut text)?;
            if !text.is_empty() && !text.ends_with(&line) {
                file.write_all(line.as_bytes())?;
                file.sync_all()?;
            }
            Ok(())
        };
        if grown.is_empty() {
            return Ok(());
        }
        if let Some(file) = self.held.get(turn) {
            return add(file);
        }
        let file = OpenOptions::new().read(true).write(true).open(self.path(turn))?;
        file.try_lock()?;
        add(&file)
    }

    /// Whether the answer of a turn is known to go on at a server.
    #[must_use]
    pub fn holds(&self, turn: &TurnId) -> bool {
        fs::metadata(self.path(turn)).is_ok_and(|file| file.len() > 0)
    }

    /// Takes hold of the answers of one server that nobody listens to any more.
    pub fn claim(&mut self, base_url: &str) -> Vec<Running> {
        let Ok(files) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut claimed = Vec::new();
        for path in files.filter_map(|file| Some(file.ok()?.path())) {
            let Ok(mut file) = OpenOptions::new().read(true).write(true).open(&path) else {
                continue;
            };
            let mut text = String::new();
            if file.try_lock().is_err() || file.read_to_string(&mut text).is_err() {
                continue;
            }
            match read(&text) {
                Ok(running) if running.base_url == base_url => {
                    self.held.insert(running.turn.clone(), file);
                    claimed.push(running);
                }
                Ok(_) => {}
                // Cut short by a crash: nothing is known of the answer.
                Err(_) => {
                    let _ = fs::remove_file(&path);
                }
            }
        }
        claimed.sort_by_key(|running| running.asked_at);
        claimed
    }

    /// Lets go of an answer; the next program to look takes hold of it.
    pub fn release(&mut self, turn: &TurnId) {
        self.held.remove(turn);
    }

    /// Forgets an answer: it is kept, or there will be none.
    pub fn forget(&mut self, turn: &TurnId) {
        if self.held.remove(turn).is_some() {
            let _ = fs::remove_file(self.path(turn));
        }
    }

    fn path(&self, turn: &TurnId) -> PathBuf {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        self.folder.join(format!("{}.json", turn.as_str().chars().map(safe).collect::<String>()))
    }
}

fn read(text: &str) -> serde_json::Result<Running> {
    let mut lines = text.lines();
    let running: Running = serde_json::from_str(lines.next().unwrap_or_default())?;
    let grown = lines.rev().find_map(|line| serde_json::from_str::<String>(line).ok());
    Ok(Running { grown: grown.unwrap_or_default(), ..running })
}

#[cfg(unix)]
fn open(path: &std::path::Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open(path: &std::path::Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, ResponseId, Timestamp};
    use crate::settings::UserName;
    use crate::store::Folder;

    fn answer(turn: &str, base_url: &str) -> Running {
        Running {
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
            grown: String::new(),
        }
    }

    #[test]
    fn what_had_come_is_found_with_the_answer_the_last_of_it_whatever_was_cut_short() {
        let folder = tempfile::tempdir().unwrap();
        let user = UserName::new("ann").unwrap();
        let place = Place::new(folder.path(), user, Folder::Own, folder.path());
        let (mut first, mut second) = (RunningAnswers::of(&place), RunningAnswers::of(&place));
        let turn = TurnId::new("t");
        first.note(&answer("t", "http://a")).unwrap();
        for grown in ["", "half\nof", "half\nof it", "half\nof it"] {
            first.keep_grown(&turn, grown).unwrap();
        }
        first.release(&turn);
        let path = first.path(&turn);
        let whole = fs::read_to_string(&path).unwrap();
        assert_eq!(whole.lines().count(), 3);
        for (cut, wanted) in [(0, "half\nof it"), (3, "half\nof")] {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            assert_eq!(second.claim("http://a")[0].grown, wanted);
            second.release(&turn);
        }
        // Where nobody holds it, it is kept for whoever will.
        second.keep_grown(&turn, "more").unwrap();
        assert_eq!(first.claim("http://a")[0].grown, "more");
        assert!(second.keep_grown(&turn, "mine").is_err());
    }

    #[test]
    fn an_answer_belongs_to_one_program_at_a_time_and_to_one_server() {
        let folder = tempfile::tempdir().unwrap();
        let user = UserName::new("ann").unwrap();
        let place = Place::new(folder.path(), user, Folder::Own, folder.path());
        let (mut first, mut second) = (RunningAnswers::of(&place), RunningAnswers::of(&place));
        first.note(&answer("t", "http://a")).unwrap();
        assert!(second.holds(&TurnId::new("t")) && second.claim("http://a").is_empty());
        first.release(&TurnId::new("t"));
        assert!(second.claim("http://b").is_empty());
        assert_eq!(second.claim("http://a"), [answer("t", "http://a")]);
        // What one does not hold it does not remove.
        first.forget(&TurnId::new("t"));
        assert!(first.holds(&TurnId::new("t")));
        second.forget(&TurnId::new("t"));
        assert!(!first.holds(&TurnId::new("t")));
    }
}
