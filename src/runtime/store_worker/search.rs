//! Searches, each in a thread of its own: the store goes on with its work meanwhile.
//! May not outlive the next search, or the wish for none.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;

use crate::app::{Hit, HitMessage, SearchId, SearchProgress};
use crate::app::{Msg, Stored};
use crate::store::search::{self, Query, Search, Where};

use super::Worker;

/// How long found places are gathered before they are shown.
const GATHER: Duration = Duration::from_millis(40);
/// How many places are told at most.
const MOST: usize = 500;

/// Which search is wanted now; a thread that sees another one ends.
#[derive(Debug, Default)]
pub(super) struct Wanted(Arc<AtomicU64>);

impl Worker {
    pub(super) fn search(&mut self, id: SearchId, words: &str) {
        self.wanted_search.0.store(id.0, Ordering::Relaxed);
        let Some(query) = Query::new(words) else {
            self.say(found(id, Vec::new(), SearchProgress::Done));
            return;
        };
        match self.store.search(query) {
            Err(error) => {
                self.say(found(id, Vec::new(), SearchProgress::Failed(error.to_failure())));
            }
            Ok(search) => {
                let (wanted, tell) = (Arc::clone(&self.wanted_search.0), self.tell.clone());
                let looking = move || look(id, search, &wanted, &tell);
                if let Err(error) = thread::Builder::new().name("search".into()).spawn(looking) {
                    tracing::warn!(%error, "a search could not be started");
                    self.say(found(id, Vec::new(), SearchProgress::Done));
                }
            }
        }
    }

    pub(super) fn end_search(&self) {
        // No search has this number: the brain counts up from one.
        self.wanted_search.0.store(0, Ordering::Relaxed);
    }
}

fn look(id: SearchId, mut search: Search, wanted: &AtomicU64, tell: &Sender<Msg>) {
    let say = |hits: Vec<Hit>, progress| {
        let _ = tell.blocking_send(Msg::Stored(found(id, hits, progress)));
    };
    let mut gathered: Vec<Hit> = Vec::new();
    let mut told = 0_usize;
    let mut since = Instant::now();
    while wanted.load(Ordering::Relaxed) == id.0 {
        match search.step() {
            Ok(Some(hits)) => gathered.extend(hits.into_iter().map(hit)),
            Ok(None) => return say(gathered, SearchProgress::Done),
            Err(error) => return say(gathered, SearchProgress::Failed(error.to_failure())),
        }
        if told.saturating_add(gathered.len()) >= MOST {
            gathered.truncate(MOST.saturating_sub(told));
            return say(gathered, SearchProgress::TooMany);
        }
        if !gathered.is_empty() && since.elapsed() >= GATHER {
            told = told.saturating_add(gathered.len());
            say(std::mem::take(&mut gathered), SearchProgress::Looking);
            since = Instant::now();
        }
    }
}

fn found(search: SearchId, hits: Vec<Hit>, progress: SearchProgress) -> Stored {
    Stored::Found { search, hits, progress }
}

fn hit(hit: search::Hit) -> Hit {
    let search::Hit { conversation, title, place, before, found, after } = hit;
    let message = match place {
        Where::Title => None,
        Where::Message { number, role, timestamp, part } => {
            Some(HitMessage { place: number, role, at: timestamp, part })
        }
    };
    Hit { conversation, title, message, before, found, after }
}
