//! The face: `draw(frame, &State, &theme, &mut cache) -> Measured`, from state to cells.
//! May not change state, do I/O or read a clock; the cache must never change what is drawn.

pub mod age;
pub mod answer_details;
pub mod area;
pub mod clean;
pub mod completion;
pub mod composer;
pub mod composer_header;
pub mod conversation_header;
pub mod fit;
pub mod forks;
pub mod hit_test;
pub mod hyperlinks;
pub mod last_frame;
pub mod layout_cache;
pub mod list;
pub mod live_answer;
pub mod markdown;
pub mod message;
pub mod overlay;
pub mod paint;
pub mod panes;
pub mod scroll_into_view;
pub mod scroll_position;
pub mod search_bar;
pub mod search_match;
pub mod selection_highlight;
pub mod source_map;
pub mod status;
pub mod text_field;
pub mod transcript;
pub mod unanswered;
pub mod usage;
pub mod welcome;
pub mod width;
pub mod wrap;
pub mod zwj_redraw;

pub use layout_cache::LayoutCache;
pub use panes::draw;
