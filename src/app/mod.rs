//! The brain: `update(&mut State, Msg) -> Vec<Effect>`, one pure function and its helpers.
//! May not do I/O, wait, draw, read a clock or make an id; effects say what it wants done.

pub mod arranging;
pub mod asking;
pub mod attach;
pub mod branching;
pub mod committed;
pub mod completion;
pub mod composer;
pub mod copy;
pub mod drafts;
pub mod editing;
pub mod editor;
pub mod effect;
pub mod filter;
pub mod find;
pub mod fold;
pub mod fuzzy;
pub mod history;
pub mod ids;
pub mod input;
pub mod list;
pub mod looks;
pub mod mark;
pub mod measured;
pub mod mouse;
pub mod msg;
pub mod notice;
pub mod on_web;
pub mod overlay;
pub mod queue;
pub mod reply;
pub mod running;
pub mod select;
pub mod selection;
pub mod slash;
pub mod state;
pub mod stored;
pub mod temporary;
pub mod titles;
pub mod transcript;
pub mod turn_steps;
pub mod update;
pub mod web;

pub use composer::Composer;
pub use copy::{Clip, Copied, Way};
pub use effect::{ApiEffect, Effect, FilesEffect, StoreEffect, TerminalEffect};
pub use ids::Ids;
pub use measured::Measured;
pub use msg::{FilesFact, Input, Msg, Opened, RowMarks, Stored};
pub use overlay::Overlay;
pub use state::{
    Anchor, Escaping, Focus, Fold, Leaving, List, Notice, NoticeKind, OpenConversation, Scroll,
    Session, Sight, State, Transcript, Unsaved,
};
pub use update::update;
