//! Searches, each in a thread of its own: the store goes on with its work meanwhile.
//! May not outlive the next search, or the wish for none.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;

use crate::app::{HitMessage, SearchHit, SearchId, SearchProgress};
use crate::app::{Msg, StoreEvent};
use crate::store::search::{self, HitLocation, Query, Search};

use super::StoreWorker;

/// How long found places are gathered before they are shown.
const BATCH_INTERVAL: Duration = Duration::from_millis(40);
/// How many places are told at most.
const MAX_HITS: usize = 500;

/// Which search is wanted now; a thread that sees another one ends.
#[derive(Debug, Default)]
pub(super) struct CurrentSearch(Arc<AtomicU64>);

impl StoreWorker {
    pub(super) fn search(&mut self, id: SearchId, words: &str) {
        self.current_search.0.store(id.0, Ordering::Relaxed);
        let Some(query) = Query::new(words) else {
            self.send(search_event(id, Vec::new(), SearchProgress::Done));
            return;
        };
        match self.store.search(query) {
            Err(error) => {
                self.send(search_event(id, Vec::new(), SearchProgress::Failed(error.to_failure())));
            }
            Ok(search) => {
                let (wanted, tell) = (Arc::clone(&self.current_search.0), self.msg_tx.clone());
                let looking = move || run_search(id, search, &wanted, &tell);
                if let Err(error) = thread::Builder::new().name("search".into()).spawn(looking) {
                    tracing::warn!(%error, "a search could not be started");
                    self.send(search_event(id, Vec::new(), SearchProgress::Done));
                }
            }
        }
    }

    pub(super) fn end_search(&self) {
        // No search has this number: the brain counts up from one.
        self.current_search.0.store(0, Ordering::Relaxed);
    }
}

fn run_search(id: SearchId, mut search: Search, wanted: &AtomicU64, tell: &Sender<Msg>) {
    let say = |hits: Vec<SearchHit>, progress| {
        let _ = tell.blocking_send(Msg::Store(search_event(id, hits, progress)));
    };
    let mut gathered: Vec<SearchHit> = Vec::new();
    let mut told = 0_usize;
    let mut since = Instant::now();
    while wanted.load(Ordering::Relaxed) == id.0 {
        match search.step() {
            Ok(Some(hits)) => gathered.extend(hits.into_iter().map(hit)),
            Ok(None) => return say(gathered, SearchProgress::Done),
            Err(error) => return say(gathered, SearchProgress::Failed(error.to_failure())),
        }
        if told.saturating_add(gathered.len()) >= MAX_HITS {
            gathered.truncate(MAX_HITS.saturating_sub(told));
            return say(gathered, SearchProgress::TooMany);
        }
        if !gathered.is_empty() && since.elapsed() >= BATCH_INTERVAL {
            told = told.saturating_add(gathered.len());
            say(std::mem::take(&mut gathered), SearchProgress::Searching);
            since = Instant::now();
        }
    }
}

fn search_event(search: SearchId, hits: Vec<SearchHit>, progress: SearchProgress) -> StoreEvent {
    StoreEvent::SearchFound { search, hits, progress }
}

fn hit(hit: search::SearchResult) -> SearchHit {
    let search::SearchResult {
        conversation,
        title,
        location: place,
        before,
        matched: found,
        after,
    } = hit;
    let message = match place {
        HitLocation::Title => None,
        HitLocation::Message { number, role, timestamp, part } => {
            Some(HitMessage { position: number, role, at: timestamp, part })
        }
    };
    SearchHit { conversation, title, message, before, matched: found, after }
}
