//! Layouts kept from frame to frame: a message is laid out once, a growing answer block by block.
//! May not change what is drawn: a cold cache and a warm one draw the same cells.

use std::collections::HashMap;
use std::sync::Arc;

use ratatui::text::Line;

use crate::chat::{Message, Turn, TurnId};
use crate::settings::Theme;

use super::markdown;
use super::message;

/// Messages whose layouts are kept at most; those on screen are made again in no time.
const MOST: usize = 4096;

/// The layouts.
#[derive(Debug, Default)]
pub struct LayoutCache {
    columns: usize,
    theme: Option<Theme>,
    messages: HashMap<usize, Kept>,
    live: Option<Live>,
}

/// A message's layout. Holding the message keeps its address from being used for another one.
#[derive(Debug)]
struct Kept {
    _message: Arc<Message>,
    lines: Vec<Line<'static>>,
}

/// The layout of a growing answer: the blocks that are final, and the one that is not.
#[derive(Debug)]
struct Live {
    turn: TurnId,
    rewrites: u32,
    settled_bytes: usize,
    settled: Vec<Line<'static>>,
    code_blocks: usize,
    open_bytes: usize,
    open: Vec<Line<'static>>,
}

impl LayoutCache {
    /// Forgets what was laid out for another width or theme.
    pub fn prepare(&mut self, columns: usize, theme: &Theme) {
        if self.columns != columns || self.theme.as_ref() != Some(theme) {
            self.messages.clear();
            self.live = None;
            self.columns = columns;
            self.theme = Some(theme.clone());
        }
        if self.messages.len() > MOST {
            self.messages.clear();
        }
    }

    /// The lines of a stored message.
    pub fn message(&mut self, of: &Arc<Message>, theme: &Theme) -> &[Line<'static>] {
        let columns = self.columns;
        let kept = self.messages.entry(Arc::as_ptr(of) as usize).or_insert_with(|| Kept {
            _message: Arc::clone(of),
            lines: message::body(of, columns, theme),
        });
        &kept.lines
    }

    /// The lines of a growing answer: the final ones, then those that may still change.
    pub fn live(&mut self, turn: &Turn, theme: &Theme) -> (&[Line<'static>], &[Line<'static>]) {
        let fits = |live: &Live| {
            live.turn == turn.id
                && live.rewrites == turn.rewrites
                && live.settled_bytes.saturating_add(live.open_bytes) <= turn.answer.len()
        };
        let kept = self.live.take().filter(fits);
        let mut live = kept.unwrap_or_else(|| Live::new(turn));
        live.grow(&turn.answer, self.columns, theme);
        let live = self.live.insert(live);
        (&live.settled, &live.open)
    }
}

impl Live {
    fn new(turn: &Turn) -> Self {
        Self {
            turn: turn.id.clone(),
            rewrites: turn.rewrites,
            settled_bytes: 0,
            settled: Vec::new(),
            code_blocks: 0,
            open_bytes: 0,
            open: Vec::new(),
        }
    }

    fn grow(&mut self, answer: &str, columns: usize, theme: &Theme) {
        let open = answer.get(self.settled_bytes..).unwrap_or_default();
        if open.len() == self.open_bytes && self.open_bytes > 0 {
            return;
        }
        let final_bytes = markdown::settled(open);
        let (done, rest) = open.split_at_checked(final_bytes).unwrap_or(("", open));
        if !done.is_empty() {
            let more = self.render(done, columns, theme);
            self.settled.extend(more.lines);
            self.code_blocks = more.code_blocks;
            self.settled_bytes = self.settled_bytes.saturating_add(done.len());
        }
        self.open_bytes = rest.len();
        self.open = self.render(rest, columns, theme).lines;
    }

    fn render(&self, part: &str, columns: usize, theme: &Theme) -> markdown::Rendered {
        let continues = !self.settled.is_empty();
        markdown::render_after(part, columns, theme, self.code_blocks, continues)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, Timestamp};
    use crate::settings::ThemeName;
    use proptest::prelude::*;

    /// Grows an answer in pieces and tells the lines after each.
    fn live_lines(pieces: &[String], columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut cache = LayoutCache::default();
        cache.prepare(columns, theme);
        let at = Timestamp::from_seconds(1);
        let mut turn = Turn::new(TurnId::new("t"), ConversationId::new("c"), at);
        let mut lines = Vec::new();
        for piece in pieces {
            turn.answer.push_str(piece);
            let (settled, open) = cache.live(&turn, theme);
            lines = [settled, open].concat();
        }
        lines
    }

    fn shown(lines: &[Line<'static>]) -> Vec<String> {
        lines.iter().map(ToString::to_string).collect()
    }

    const BLOCKS: &[&str] = &[
        "# Title\n\n",
        "Some *words* here.\n",
        "More `code`.\n\n",
        "- one\n",
        "- two\n",
        "  - below\n",
        "1. first\n\n2. second\n\n",
        "> quoted\n\n",
        "```rust\nfn a() {}\n\n\nlet b;\n```\n",
        "---\n\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "\n",
        "$$x^2$$\n\n",
        "plain\n===\n\n",
        "    indented\n\n",
        "<br>\n\n",
        "unfinished **bold",
        "- [x] done\n",
    ];

    proptest! {
        #[test]
        fn a_growing_answer_looks_like_the_finished_one(
            blocks in prop::collection::vec(prop::sample::select(BLOCKS), 1..12),
            cuts in prop::collection::vec(1_usize..9, 1..200),
            columns in 8_usize..60,
        ) {
            let theme = Theme::built_in(ThemeName::Dark);
            let text = blocks.concat();
            let mut pieces = Vec::new();
            let mut rest: Vec<char> = text.chars().collect();
            for cut in cuts {
                let tail = rest.split_off(cut.min(rest.len()));
                pieces.push(rest.iter().collect::<String>());
                rest = tail;
            }
            pieces.push(rest.iter().collect());
            let whole = markdown::render(&text, columns, &theme).lines;
            prop_assert_eq!(shown(&live_lines(&pieces, columns, &theme)), shown(&whole), "{:?}", text);
        }
    }
}
