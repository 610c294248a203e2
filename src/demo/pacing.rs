//! When each event of a stream is sent: at a model's speed, at once, or when a test says so.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::answer::Speed;
use super::events::StreamStep;

/// Between two words at the natural pace.
const WORD_DELAY: Duration = Duration::from_millis(22);
/// Between two words when slow.
const SLOW_WORD_DELAY: Duration = Duration::from_millis(200);

/// How fast words come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As from a real model.
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
    /// Lets that many events pass.
    pub fn release(&self, events: usize) {
        self.permits.add_permits(events);
    }

    /// Waits until an event may pass.
    pub async fn acquire(&self) {
        if let Ok(permit) = self.permits.acquire().await {
            permit.forget();
        }
    }
}

/// What decides when the events of a server are sent.
#[derive(Debug, Clone, Default)]
pub struct Pacing {
    /// How fast words come.
    pub pace: Pace,
    /// Where a test holds events back.
    pub permits: Option<EventPermits>,
}

impl Pacing {
    /// Waits until a step may be sent: for the gate, then for the pace.
    pub async fn wait(&self, step: &StreamStep, speed: Speed) {
        if let Some(gate) = &self.permits {
            gate.acquire().await;
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
