//! Runs each search in a thread of its own, so that the store goes on working meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::app::{HitMessage, SearchHit, SearchId, SearchProgress, StoreEvent};
use crate::runtime::event_sender::EventSender;
use crate::store::Store;
use crate::store::search::{HitLocation, Query, Search, SearchResult};

/// How long hits are collected before they are sent together.
const BATCH_INTERVAL: Duration = Duration::from_millis(40);
/// After how many hits a search ends.
const MAX_HITS: usize = 500;

/// Starts searches; each ends as soon as another one is current.
#[derive(Debug)]
pub(super) struct SearchStarter {
    events: EventSender,
    current: Arc<AtomicU64>,
}

impl SearchStarter {
    pub(super) fn new(events: EventSender) -> Self {
        Self { events, current: Arc::default() }
    }

    pub(super) fn start(&self, store: &mut Store, id: SearchId, words: &str) {
        self.current.store(id.0, Ordering::Relaxed);
        let events = SearchEvents { id, events: self.events.clone() };
        let Some(query) = Query::new(words) else {
            return events.send(Vec::new(), SearchProgress::Done);
        };
        let search = match store.search(query) {
            Ok(search) => search,
            Err(error) => {
                return events.send(Vec::new(), SearchProgress::Failed(error.to_failure()));
            }
        };
        let (current, thread_events) = (Arc::clone(&self.current), events.clone());
        let work = move || run_search(search, &current, &thread_events);
        if let Err(error) = thread::Builder::new().name("search".into()).spawn(work) {
            tracing::warn!(%error, "a search could not be started");
            events.send(Vec::new(), SearchProgress::Done);
        }
    }

    pub(super) fn cancel(&self) {
        // No search has this number: they are counted from one.
        self.current.store(0, Ordering::Relaxed);
    }
}

/// Sends what one search finds.
#[derive(Debug, Clone)]
struct SearchEvents {
    id: SearchId,
    events: EventSender,
}

impl SearchEvents {
    fn send(&self, hits: Vec<SearchHit>, progress: SearchProgress) {
        self.events.send(StoreEvent::SearchFound { search: self.id, hits, progress });
    }
}

fn run_search(mut search: Search, current: &AtomicU64, events: &SearchEvents) {
    let mut hits: Vec<SearchHit> = Vec::new();
    let mut sent_count = 0_usize;
    let mut last_sent = Instant::now();
    while current.load(Ordering::Relaxed) == events.id.0 {
        match search.step() {
            Ok(Some(results)) => hits.extend(results.into_iter().map(to_hit)),
            Ok(None) => return events.send(hits, SearchProgress::Done),
            Err(error) => return events.send(hits, SearchProgress::Failed(error.to_failure())),
        }
        if sent_count.saturating_add(hits.len()) >= MAX_HITS {
            hits.truncate(MAX_HITS.saturating_sub(sent_count));
            return events.send(hits, SearchProgress::TooMany);
        }
        if !hits.is_empty() && last_sent.elapsed() >= BATCH_INTERVAL {
            sent_count = sent_count.saturating_add(hits.len());
            events.send(std::mem::take(&mut hits), SearchProgress::Searching);
            last_sent = Instant::now();
        }
    }
}

fn to_hit(result: SearchResult) -> SearchHit {
    let SearchResult { conversation, title, location, excerpt } = result;
    let message = match location {
        HitLocation::Title => None,
        HitLocation::Message { number, role, timestamp, part } => {
            Some(HitMessage { position: number, role, at: timestamp, part })
        }
    };
    SearchHit { conversation, title: title.to_string(), message, excerpt }
}
