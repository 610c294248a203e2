//! A question on its way to an answer: begun, queued, followed, stopped, stored.

pub(super) mod answer_notification;
pub mod approval;
pub(super) mod background_answers;
pub(super) mod begin_turn;
pub(super) mod branching;
pub(super) mod queued_questions;
pub mod remote_turn;
pub(super) mod titles;
pub mod turn_actions;
pub(super) mod turn_steps;
pub(super) mod turn_store_events;
pub(crate) mod unstored_answers;
