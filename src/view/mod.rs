//! The face: `draw(frame, &State, &theme, &mut cache) -> Measured`, from state to cells.
//! May not change state, do I/O or read a clock; the cache must never change what is drawn.

pub mod above;
pub mod age;
pub mod area;
pub mod background;
pub mod clean;
pub mod completion;
pub mod composer;
pub mod ending;
pub mod field;
pub mod find;
pub mod finding;
pub mod fit;
pub mod forks;
pub mod found;
pub mod headline;
pub mod hit_test;
pub mod hyperlinks;
pub mod last_frame;
pub mod layout_cache;
pub mod list;
pub mod markdown;
pub mod marks;
pub mod message;
pub mod overlay;
pub mod paint;
pub mod panes;
pub mod reading;
pub mod selecting;
pub mod status;
pub mod straight;
pub mod tail;
pub mod transcript;
pub mod usage;
pub mod welcome;
pub mod width;
pub mod wrap;

pub use layout_cache::LayoutCache;
pub use panes::draw;
