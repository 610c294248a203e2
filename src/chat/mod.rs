//! The nouns everyone shares: conversations, messages, turns, and what a model's reply says.
//! May not do I/O, read a clock, make ids or fail: plain data and total functions.

pub mod answer;
pub mod arrangement;
pub mod branch;
pub mod change;
pub mod context;
pub mod conversation;
pub mod cost;
pub mod failure;
pub mod fingerprint;
pub mod heal;
pub mod ids;
pub mod learned;
pub mod loss;
pub mod manner;
pub mod merge;
pub mod message;
pub mod news;
pub mod reply;
pub mod tail;
pub mod title;
pub mod tool_use;
pub mod turn;
pub mod usage;
pub mod verb;
pub mod wish;

pub use answer::{AnswerRecord, WebChain};
pub use arrangement::{Arrangement, Arranging};
pub use branch::Branch;
pub use change::Change;
pub use context::{Context, ContextPolicy};
pub use conversation::{Chain, Conversation, Readability, Summary};
pub use cost::Cost;
pub use failure::{Failure, FailureKind};
pub use fingerprint::Fingerprint;
pub use ids::{ConversationId, ResponseId, Timestamp, TurnId, VerbId};
pub use learned::{Learned, Lesson};
pub use manner::{Manner, Run};
pub use merge::Block;
pub use message::{Message, Role};
pub use reply::{Activity, Ending, Outcome, ReplyEvent};
pub use tool_use::ToolUse;
pub use turn::{Turn, TurnPhase};
pub use usage::{Periods, Spending, Taken, Timing, Usage, UsageReport};
pub use verb::{Seen, Verb};
