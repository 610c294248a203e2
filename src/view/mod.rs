//! Drawing: `draw(frame, &State, &theme, &mut cache) -> Measured`. Must not read a clock or do I/O,
//! so that a frame can be tested; the cache never changes what is drawn.

pub(crate) mod age;
mod answer_details;
mod area;
pub mod clean;
mod completion;
mod composer;
mod composer_header;
mod conversation_header;
mod dim;
mod fit;
mod forks;
mod hit_test;
mod hyperlinks;
mod key_hint_rows;
mod last_frame;
pub mod layout_cache;
mod list;
mod live_answer;
pub mod markdown;
pub(crate) mod message;
mod notice_rows;
mod overlay;
mod paint;
pub mod panes;
mod row_decoration;
mod scroll_into_view;
mod scroll_position;
mod search_bar;
mod search_match;
mod selection_highlight;
mod source_map;
pub mod status;
mod text_field;
mod transcript;
mod transcript_item;
mod unanswered;
pub(crate) mod usage;
mod welcome;
pub mod width;
mod wordmark;
mod wrap;
mod zwj_redraw;

pub use layout_cache::LayoutCache;
pub use panes::draw;
