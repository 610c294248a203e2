//! Cached layouts: a message is laid out once, a live answer block by block. Must not change what
//! is drawn.

use std::collections::HashMap;
use std::sync::Arc;

use ratatui::text::Line;

use crate::app::DetailsDisplay;
use crate::chat::{Answerer, Calculation, Message, Role, Turn, TurnId};
use crate::settings::Theme;

use super::clean::{self, Cleaner, LineBreaks};
use super::last_frame::LastFrame;
use super::markdown::{IncrementalLayout, RenderStyle, RenderedLines};
use super::message::{self, MessageForm};
use super::thumbnail::ThumbnailCache;
use crate::view::answer_details::{self, DetailsContext, ExpandedDetails};
use crate::view::search_match::{SearchMatch, SearchMatchCache, find_matches};

/// The most cached messages; those on screen are laid out again quickly.
const MAX_MESSAGES: usize = 4096;

/// The layouts of messages for one width and theme.
#[derive(Debug, Default)]
pub struct LayoutCache {
    columns: usize,
    theme: Option<Theme>,
    messages: HashMap<usize, CachedMessage>,
    live_layout: Option<LiveLayout>,
    layouts: usize,
    matches: SearchMatchCache,
    pub(super) thumbnails: ThumbnailCache,
    pub(super) last_frame: LastFrame,
}

/// The layout of a message. Holding the message keeps its address, which is the key, from being
/// reused.
#[derive(Debug)]
struct CachedMessage {
    _message: Arc<Message>,
    form: MessageForm,
    rows: RenderedLines,
    details: Option<CachedDetails>,
}

/// The details of an answer as they were last shown.
#[derive(Debug)]
struct CachedDetails {
    details: DetailsDisplay,
    answerer: Answerer,
    calculations: Vec<Calculation>,
    gap: usize,
    lines: Vec<Line<'static>>,
    expanded: Option<ExpandedDetails>,
}

#[derive(Debug)]
struct LiveLayout {
    turn: TurnId,
    rewrites: u32,
    answer_bytes: usize,
    cleaner: Cleaner,
    cleaned: String,
    layout: IncrementalLayout,
}

impl LayoutCache {
    /// Forgets which images the terminal was sent, because its screen is blank.
    pub fn forget_graphics(&mut self) {
        self.thumbnails.forget_graphics();
    }

    /// Clears the cache where the width or the theme has changed, or where it is full.
    pub fn prepare(&mut self, columns: usize, theme: &Theme) {
        if self.columns != columns || self.theme.as_ref() != Some(theme) {
            self.messages.clear();
            self.matches.clear();
            self.live_layout = None;
            self.columns = columns;
            self.theme = Some(theme.clone());
        }
        if self.messages.len() > MAX_MESSAGES {
            self.messages.clear();
            self.matches.clear();
        }
    }

    pub(crate) fn message_lines(
        &mut self,
        of: &Arc<Message>,
        form: impl Into<MessageForm>,
        theme: &Theme,
    ) -> &RenderedLines {
        &self.cached_message(of, form.into(), theme).rows
    }

    pub(crate) fn details_lines(
        &mut self,
        of: &Arc<Message>,
        context: DetailsContext<'_>,
        theme: &Theme,
    ) -> &[Line<'static>] {
        let columns = self.columns;
        let before = self.messages.get(&(Arc::as_ptr(of) as usize));
        if before.and_then(|it| it.details.as_ref()).is_some_and(|it| it.gap != context.gap) {
            // Matches are positions in lines.
            self.matches.clear();
        }
        let cached = self.cached_message(of, context.form, theme);
        let fits = |it: &CachedDetails| {
            it.details == context.details
                && it.answerer == context.answerer()
                && it.calculations == context.calculations
                && it.gap == context.gap
        };
        let details = cached.details.take().filter(fits).unwrap_or_else(|| {
            let (lines, loaded) = answer_details::details_lines(of, context, columns, theme);
            let answerer = context.answerer();
            let calculations = context.calculations.to_vec();
            CachedDetails {
                details: context.details,
                answerer,
                calculations,
                gap: context.gap,
                lines,
                expanded: loaded,
            }
        });
        &cached.details.insert(details).lines
    }

    fn cached_message(
        &mut self,
        of: &Arc<Message>,
        form: MessageForm,
        theme: &Theme,
    ) -> &mut CachedMessage {
        let key = Arc::as_ptr(of) as usize;
        let cached = match self.messages.remove(&key) {
            Some(cached) if cached.form == form => cached,
            other => {
                if other.is_some() {
                    // Matches are positions in the lines of the other form.
                    self.matches.clear();
                }
                let rows = self.take_live_layout(of, form, theme).unwrap_or_else(|| {
                    self.layouts = self.layouts.saturating_add(1);
                    message::body_lines(of, form, self.columns, theme)
                });
                CachedMessage { _message: Arc::clone(of), form, rows, details: None }
            }
        };
        self.messages.entry(key).or_insert(cached)
    }

    /// Finds text in a message and in its visible details.
    pub(crate) fn find_matches(
        &mut self,
        of: &Arc<Message>,
        needle: &str,
        context: DetailsContext<'_>,
        theme: &Theme,
    ) -> Vec<SearchMatch> {
        self.details_lines(of, context, theme);
        let key = Arc::as_ptr(of) as usize;
        let Some(cached) = self.messages.get(&key) else {
            return Vec::new();
        };
        let find = || {
            let text = clean::text(&of.text);
            let mut found = find_matches((&text, (&of.role).into()), needle, &[&cached.rows]);
            if let Some(loaded) =
                cached.details.as_ref().and_then(|details| details.expanded.as_ref())
            {
                found.extend(loaded.find_matches(needle, cached.rows.len()));
            }
            found
        };
        self.matches.matches_in_message(key, needle, context.details, find).to_vec()
    }

    /// Finds text in the live answer.
    pub(crate) fn find_live_matches(
        &mut self,
        turn: &Turn,
        needle: &str,
        theme: &Theme,
    ) -> Vec<SearchMatch> {
        self.lay_out_live(turn, theme);
        let Some(live) = &self.live_layout else {
            return Vec::new();
        };
        let (settled, open) = live.layout.rows();
        self.matches.live_matches(needle, &live.cleaned, &[settled, open]).to_vec()
    }

    /// The cached rows of a message.
    #[must_use]
    pub(crate) fn cached_lines(&self, of: &Arc<Message>) -> Option<&RenderedLines> {
        self.messages.get(&(Arc::as_ptr(of) as usize)).map(|cached| &cached.rows)
    }

    /// Lays the live answer out; returns the final rows and those that may still change.
    pub(crate) fn lay_out_live(
        &mut self,
        turn: &Turn,
        theme: &Theme,
    ) -> (&RenderedLines, &RenderedLines) {
        let fits = |live: &LiveLayout| {
            live.turn == turn.id
                && live.rewrites == turn.rewrites()
                && live.answer_bytes <= turn.answer().len()
        };
        let cached = self.live_layout.take().filter(fits);
        let mut live = cached.unwrap_or_else(|| LiveLayout::new(turn));
        live.update(turn.answer(), RenderStyle { columns: self.columns, theme });
        self.live_layout.insert(live).layout.rows()
    }

    /// The cached rows of the live answer.
    #[must_use]
    pub(crate) fn live_rendered_lines(&self) -> Option<(&RenderedLines, &RenderedLines)> {
        self.live_layout.as_ref().map(|live| live.layout.rows())
    }

    /// The number of messages laid out so far, for tests.
    #[must_use]
    pub const fn layout_count(&self) -> usize {
        self.layouts
    }

    /// The layout of the live answer, where a message is the same answer, stored.
    fn take_live_layout(
        &mut self,
        of: &Message,
        form: MessageForm,
        theme: &Theme,
    ) -> Option<RenderedLines> {
        let MessageForm::Formatted(end) = form else {
            return None;
        };
        let is_it = |live: &mut LiveLayout| {
            of.role == Role::Assistant
                && live.answer_bytes == of.text.len()
                && live.cleaned == clean::text(&of.text)
        };
        let render_style = RenderStyle { columns: self.columns, theme };
        self.live_layout
            .take_if(is_it)
            .map(|live| live.layout.finish(&live.cleaned, end, render_style))
    }
}

impl LiveLayout {
    fn new(turn: &Turn) -> Self {
        Self {
            turn: turn.id.clone(),
            rewrites: turn.rewrites(),
            answer_bytes: 0,
            cleaner: Cleaner::new(LineBreaks::Preserved),
            cleaned: String::new(),
            layout: IncrementalLayout::default(),
        }
    }

    fn update(&mut self, answer: &str, render_style: RenderStyle<'_>) {
        let piece = answer.get(self.answer_bytes..).unwrap_or_default();
        if piece.is_empty() {
            return;
        }
        self.cleaner.push(piece, &mut self.cleaned);
        self.answer_bytes = answer.len();
        self.layout.update(&self.cleaned, render_style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{
        BackgroundAnswer, ConversationId, ReplyEvent, ResponseId, Timestamp, TurnEvent, TurnId,
    };
    use crate::markdown::TextEnd;
    use crate::settings::ThemeName;
    use crate::view::markdown;
    use crate::view::source_map::SourceMapping;
    use proptest::prelude::*;

    /// Lines and what they show of the text.
    type Drawn = (Vec<Line<'static>>, Vec<Vec<SourceMapping>>);

    /// A turn that waits for its answer.
    fn answering() -> Turn {
        let (turn, id) = (TurnId::new("t"), ConversationId::new("c"));
        Turn::resume(BackgroundAnswer::of(turn, id, ResponseId::new("r"), String::new()))
    }

    fn add(turn: &mut Turn, piece: &str) {
        let event = TurnEvent::Reply(ReplyEvent::TextAppended(piece.to_owned()));
        drop(turn.handle(event, Timestamp::default()));
    }

    fn source_maps(rows: &RenderedLines) -> Vec<Vec<SourceMapping>> {
        (0..rows.len()).filter_map(|at| rows.source_map(at)).collect()
    }

    /// Appends the pieces to an answer and returns the lines after each.
    fn live_lines(pieces: &[String], columns: usize, theme: &Theme) -> Vec<Drawn> {
        let mut cache = LayoutCache::default();
        cache.prepare(columns, theme);
        let mut turn = answering();
        let mut lines = Vec::new();
        for piece in pieces {
            add(&mut turn, piece);
            let (settled, open) = cache.lay_out_live(&turn, theme);
            let both = [settled.lines(), open.lines()].concat();
            lines.push((both, [source_maps(settled), source_maps(open)].concat()));
        }
        lines
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
        "- loose\n\n  inside\n\n- after\n",
        "10. ten\n11. eleven\n",
        "  ```py\n  x = 1\n  ```\n",
        "- item\n  ```sh\n  ls\n\n  pwd\n  ```\n",
        "~~~~\n```\n~~~\n~~~~\n",
        "```\n",
        "see [a] and [b][a]\n\n",
        "[a]: https://one.example\n",
        "[a]: https://two.example/x_y\n\n",
        "note[^1]\n\n",
        "[^1]: what it says\n\n    and more\n\n",
        "\\[ x = \\frac{1}{2} \\]\n\n",
        "money \\( a_1 \\) $5-$10 $x$\n",
        "> [!NOTE]\n> - in\n>\n> - quote\n\n",
        "<div>\n\n",
        "<!-- a\n\nb -->\n",
        "* * *\n",
        "-\ttab\n\tmore\r\n",
        "|x\n",
        "| `a|b` | c |\n|---|---|\n",
        "| `x || y` | 3 | 4 |\n",
        "| only | head |\n|---|---|\n",
        "日本語👩‍👩‍👧é\u{301}\n",
        "これは**「重要」**な**",
        "said \u{e200}cite\u{e202}turn0search0\u{e201}\n",
        "\u{e200}cite\u{e202}turn0search0\u{e201}\n",
        "word word word word word word word word word word word word ",
    ];

    /// The rows of a text that grows by these pieces, with blocks cut at some length.
    fn grown(
        text: &str,
        pieces: &[usize],
        longest: usize,
        render_style: RenderStyle<'_>,
    ) -> RenderedLines {
        let mut growing = IncrementalLayout::with_longest_open(longest);
        let mut end = 0;
        for piece in pieces {
            end = text.ceil_char_boundary((end + piece).min(text.len()));
            growing.update(&text[..end], render_style);
        }
        growing.update(text, render_style);
        growing.finish(text, TextEnd::Open, render_style)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_growing_answer_looks_like_the_finished_one_at_every_moment(
            blocks in prop::collection::vec(prop::sample::select(BLOCKS), 1..14),
            cuts in prop::collection::vec(1_usize..9, 1..60),
            columns in 8_usize..60,
        ) {
            let theme = Theme::built_in(ThemeName::Dark);
            let text: Vec<char> = blocks.concat().chars().collect();
            let mut pieces = Vec::new();
            let mut rest = text.as_slice();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                pieces.push(now.iter().collect::<String>());
                rest = later;
            }
            pieces.push(rest.iter().collect());
            let mut so_far = String::new();
            let shown = live_lines(&pieces, columns, &theme);
            for (piece, lines) in pieces.iter().zip(shown) {
                so_far.push_str(piece);
                let whole = markdown::render(&so_far, TextEnd::Open, columns, &theme);
                prop_assert_eq!(lines, (whole.lines(), source_maps(&whole)), "{:?}", so_far);
            }
        }

        #[test]
        fn blocks_out_of_all_proportion_are_cut_in_the_same_places_however_they_came(
            blocks in prop::collection::vec(prop::sample::select(BLOCKS), 1..20),
            pieces in prop::collection::vec(1_usize..40, 1..60),
            longest in 24_usize..200,
        ) {
            let theme = Theme::built_in(ThemeName::Dark);
            let render_style = RenderStyle { columns: 30, theme: &theme };
            // A cut within link definitions is not always at the same place.
            let kept: Vec<&str> =
                blocks.into_iter().filter(|it| !it.starts_with("[a]:")).collect();
            let raw = kept.concat();
            let text = clean::text(&raw);
            let whole = grown(&text, &[], longest, render_style);
            prop_assert_eq!(grown(&text, &pieces, longest, render_style).lines(), whole.lines(), "{:?}", text);
        }
    }

    proptest! {
        #[test]
        fn the_numbers_over_code_blocks_are_those_by_which_they_are_copied(
            blocks in prop::collection::vec(prop::sample::select(BLOCKS), 1..14),
        ) {
            let theme = Theme::built_in(ThemeName::Dark);
            let text = blocks.concat();
            let rows = markdown::render(&text, TextEnd::Open, 40, &theme);
            let drawn = rows.origins().map(|origin| origin.code_block).max().unwrap_or(0);
            prop_assert_eq!(drawn, crate::markdown::code_blocks(&text).len(), "{:?}", text);
        }
    }

    #[test]
    fn a_definition_that_is_still_being_written_is_taken_again() {
        let theme = Theme::built_in(ThemeName::Dark);
        let text = "- one\n[a]: https://one.example\n- [x] done\n> [!NOTE]\n> - in\n>\n> - quote\n\n[a]: https://one.example\n";
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        let mut so_far = String::new();
        for (piece, lines) in pieces.iter().zip(live_lines(&pieces, 8, &theme)) {
            so_far.push_str(piece);
            assert_eq!(
                lines.0,
                markdown::render(&so_far, TextEnd::Open, 8, &theme).lines(),
                "{so_far:?}"
            );
        }
    }

    #[test]
    fn every_cell_a_model_writes_is_on_screen() {
        let theme = Theme::built_in(ThemeName::Dark);
        let text = "| Type | Meaning |\n|---|---|\n| `string | undefined` | maybe text |\n| a | b | surplus |\n";
        for columns in [80, 12] {
            let rows = markdown::render(text, TextEnd::Open, columns, &theme);
            let shown = rows.lines().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            for word in ["string", "|", "undefined", "maybe", "text", "surplus"] {
                assert!(shown.contains(word), "{word}: {shown}");
            }
        }
    }

    #[test]
    fn a_stored_answer_takes_the_layout_over_that_it_grew_with() {
        let theme = Theme::built_in(ThemeName::Dark);
        let mut cache = LayoutCache::default();
        cache.prepare(40, &theme);
        let mut turn = answering();
        add(&mut turn, "# One\n\n- two\n- three\n\n```rust\nfn x() {}\n```\n");
        cache.lay_out_live(&turn, &theme);
        let message = Arc::new(Message::answer(turn.answer(), Timestamp::default(), None));
        let taken_over = cache.message_lines(&message, TextEnd::Open, &theme).clone();
        assert_eq!(cache.layout_count(), 0);
        assert_eq!(
            taken_over.lines(),
            message::body_lines(&message, TextEnd::Open, 40, &theme).lines()
        );
    }

    #[test]
    fn an_answer_that_was_stopped_in_emphasis_shows_no_bare_signs_then_or_later() {
        let theme = Theme::built_in(ThemeName::Dark);
        let mut cache = LayoutCache::default();
        cache.prepare(40, &theme);
        let mut turn = answering();
        add(&mut turn, "# One\n\n- two\n- this is **importa");
        cache.lay_out_live(&turn, &theme);
        let message = Arc::new(Message::answer(turn.answer(), Timestamp::default(), None));
        let stopped = cache.message_lines(&message, TextEnd::Cut, &theme).clone();
        assert_eq!(cache.layout_count(), 0, "taken over");
        let lines = stopped.lines();
        let last = lines.last().unwrap();
        assert_eq!(last.to_string(), "• this is importa");
        assert_eq!(last.spans.last().unwrap().style, theme.text.patch(theme.strong));
        assert_eq!(lines, message::body_lines(&message, TextEnd::Cut, 40, &theme).lines());
        let whole = cache.message_lines(&message, TextEnd::Open, &theme);
        assert_eq!(whole.lines().last().unwrap().to_string(), "• this is **importa");
    }
}
