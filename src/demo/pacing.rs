//! When each event of a stream is sent: at a model's speed, at once, or when a test says so.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::answer::Speed;
use super::events::StreamStep;

/// The time between two words at the natural pace, about that of a model.
const WORD_DELAY: Duration = Duration::from_millis(22);
/// The time between two words of a slow answer.
const SLOW_WORD_DELAY: Duration = Duration::from_millis(200);

/// How fast the words of an answer are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as a real model sends them.
    #[default]
    Natural,
    /// As fast as they can be sent.
    Instant,
}

/// Lets a test say when each next event of a stream is sent.
#[derive(Debug, Clone)]
pub struct EventPermits {
    permits: Arc<Semaphore>,
}

impl Default for EventPermits {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(0)) }
    }
}

impl EventPermits {
    /// Lets `events` more events pass.
    pub fn release(&self, events: usize) {
        self.permits.add_permits(events);
    }

    pub(super) async fn acquire(&self) {
        if let Ok(permit) = self.permits.acquire().await {
            permit.forget();
        }
    }
}

/// The pace of a server, and the permits of a test.
#[derive(Debug, Clone, Default)]
pub(super) struct Pacing {
    pub(super) pace: Pace,
    pub(super) permits: Option<EventPermits>,
}

impl Pacing {
    /// Waits until a step may be sent: for a permit, then for the pace.
    pub(super) async fn wait(&self, step: &StreamStep, speed: Speed) {
        if let Some(permits) = &self.permits {
            permits.acquire().await;
        }
        if matches!(step, StreamStep::PacedEvent(_)) {
            match (speed, self.pace) {
                (Speed::Slow, _) => sleep(SLOW_WORD_DELAY).await,
                (Speed::Normal, Pace::Natural) => sleep(WORD_DELAY).await,
                (Speed::Normal, Pace::Instant) => {}
            }
        }
    }
}
