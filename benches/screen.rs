//! The numbers in docs/performance.md: the cost of a delta, a frame and a key.
//!
//! `cargo bench --bench screen` updates the state and draws it in one thread, a frame for each delta
//! or key, through the real diff and the real escape codes into a sink. Each thing is measured
//! against its yardstick in the same run and in turns, the median of five counting, in processor
//! time if the system reports it.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

use std::io::{self, Sink};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{
    IdGenerator, Input, LoadedConversation, Measured, Msg, Session, State, StoreEvent, update,
};
use duologue::chat::{
    BackgroundAnswer, Conversation, ConversationId, Message, ReplyEvent, ResponseId, Timestamp,
    Turn, TurnId,
};
use duologue::markdown::TextEnd;
use duologue::settings::{Keymap, Theme, ThemeName};
use duologue::view::{LayoutCache, clean, draw, markdown};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use ratatui::{Terminal, TerminalOptions, Viewport};

#[path = "support/text.rs"]
mod text;

use text::pieces;

const SIZE: (u16, u16) = (120, 40);
const ROUNDS: usize = 5;

/// The program without workers: state, view, and a terminal without output.
struct BenchWindow {
    state: State,
    theme: Theme,
    cache: LayoutCache,
    terminal: Terminal<CrosstermBackend<Sink>>,
}

fn terminal() -> Terminal<CrosstermBackend<Sink>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, SIZE.0, SIZE.1));
    Terminal::with_options(CrosstermBackend::new(io::sink()), TerminalOptions { viewport }).unwrap()
}

impl BenchWindow {
    /// A conversation with messages, and an answer that has come this far.
    fn new(messages: Vec<Message>, answer: &str) -> Self {
        let session = Session { user: "ann".into(), ..Session::default() };
        let now = Timestamp::from_seconds(1000);
        let keymap = Arc::new(Keymap::default());
        let mut state = State::new(session, keymap, IdGenerator::new(1), now, SIZE.into());
        let id = ConversationId::new("c");
        let mut conversation = Conversation::new(id.clone(), "Bench", now);
        conversation.messages = messages;
        state.transcript.opening = Some(id.clone());
        let opened = Box::new(LoadedConversation::without_records(conversation));
        update(&mut state, Msg::Store(StoreEvent::Opened(opened)));
        let running =
            BackgroundAnswer::of(TurnId::new("t"), id, ResponseId::new("r"), String::new());
        state.turns.push(Turn::resume(running));
        let event = ReplyEvent::TextAppended(answer.to_owned());
        update(&mut state, Msg::Replied { turn: TurnId::new("t"), event });
        let theme = Theme::built_in(ThemeName::Dark);
        let mut window = Self { state, theme, cache: LayoutCache::default(), terminal: terminal() };
        window.frame();
        window
    }

    fn frame(&mut self) {
        let mut measured = Measured::default();
        let (state, theme, cache) = (&self.state, &self.theme, &mut self.cache);
        self.terminal.draw(|frame| measured = draw(frame, state, theme, cache)).unwrap();
        update(&mut self.state, Msg::Drawn(measured));
    }

    fn delta(&mut self, text: &str) {
        let event = ReplyEvent::TextAppended(text.to_owned());
        update(&mut self.state, Msg::Replied { turn: TurnId::new("t"), event });
    }

    fn key(&mut self, c: char) {
        let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
        update(&mut self.state, Msg::Input(Input::Key(key)));
    }

    /// A frame for each delta; the time of one.
    fn stream(&mut self, deltas: &[&str]) -> Duration {
        let started = now();
        for delta in deltas {
            self.delta(delta);
            self.frame();
        }
        now().saturating_sub(started) / u32::try_from(deltas.len()).unwrap()
    }
}

fn main() {
    let prose = text::prose(2_000);
    let before = text::prose(200_000);
    let deltas = pieces(&prose);
    let code = text::code(400);
    let code_deltas = pieces(&code);
    let earlier = || vec![Message::answer(before.clone(), Timestamp::from_seconds(1), None)];
    let dark = Theme::built_in(ThemeName::Dark);
    let lines = markdown::render(&before, TextEnd::Open, 88, &dark).lines();
    let line = "x ".repeat(2_500_000);
    let zalgo = format!("a{}", "\u{301}".repeat(1_000_000));

    let [bare, none, long, above, code, cached, frame, whole, huge, marks] = medians([
        &|| bare_loop(&deltas),
        &|| BenchWindow::new(Vec::new(), "").stream(&deltas),
        &|| BenchWindow::new(Vec::new(), &before).stream(&deltas),
        &|| BenchWindow::new(earlier(), "").stream(&deltas),
        &|| BenchWindow::new(Vec::new(), "").stream(&code_deltas),
        &|| ready_lines(&lines),
        &|| frames(BenchWindow::new(earlier(), "x")),
        &|| timed(|| markdown::render(&before, TextEnd::Open, 100, &dark)),
        &|| timed(|| markdown::render(&line, TextEnd::Open, 100, &dark)),
        &|| timed(|| clean::text(&zalgo).len()),
    ]);
    let times = |one: Duration, other: Duration| Some(one.as_secs_f64() / other.as_secs_f64());
    row("a bare loop that wraps the last 4 KB and draws them", bare, None);
    row("delta and frame, nothing before it", none, times(none, bare));
    row("with 200 000 words before it in the answer", long, times(long, none));
    row("with 200 000 words in the message above", above, times(above, none));
    row("delta and frame of highlighted code", code, times(code, bare));
    row("drawing ready lines", cached, None);
    row("a frame of a long conversation, nothing changed", frame, times(frame, cached));
    let (half, most) = keys(&text::prose(50_000), &deltas);
    row("a key and its frame while deltas arrive, median", half, None);
    row("the same, 99th percentile", most, None);
    row(&format!("laying out {} KB of prose at once", before.len() / 1000), whole, None);
    row("laying out a line of 5 MB", huge, None);
    row("cleaning a million combining marks", marks, None);
}

/// What the same deltas cost a program that keeps nothing but the text: it wraps the last lines and
/// draws them.
fn bare_loop(deltas: &[&str]) -> Duration {
    let mut terminal = terminal();
    let mut text = String::new();
    let started = now();
    for delta in deltas {
        text.push_str(delta);
        let start = text.ceil_char_boundary(text.len().saturating_sub(4_000));
        let lines: Vec<Line> = textwrap::wrap(&text[start..], 100)
            .into_iter()
            .map(|line| Line::from(line.into_owned()))
            .collect();
        let shown = lines[lines.len().saturating_sub(usize::from(SIZE.1))..].to_vec();
        terminal.draw(|frame| frame.render_widget(Paragraph::new(shown), frame.area())).unwrap();
    }
    now().saturating_sub(started) / u32::try_from(deltas.len()).unwrap()
}

/// Frames measured at a time.
const FRAMES: u32 = 500;

fn frames(mut window: BenchWindow) -> Duration {
    timed(|| (0..FRAMES).for_each(|_| window.frame())) / FRAMES
}

fn ready_lines(lines: &[Line<'static>]) -> Duration {
    let mut terminal = terminal();
    let mut draw = || {
        let shown = lines[lines.len() - usize::from(SIZE.1)..].to_vec();
        let all = Paragraph::new(shown);
        terminal.draw(|frame| frame.render_widget(all, frame.area())).unwrap();
    };
    timed(|| (0..FRAMES).for_each(|_| draw())) / FRAMES
}

/// Keys typed between deltas, each with its frame: the median and the 99th percentile.
fn keys(above: &str, deltas: &[&str]) -> (Duration, Duration) {
    let above = vec![Message::answer(above, Timestamp::from_seconds(1), None)];
    let mut window = BenchWindow::new(above, "");
    let mut took: Vec<Duration> = Vec::new();
    for (index, delta) in deltas.iter().cycle().take(5_000).enumerate() {
        window.delta(delta);
        if index % 5 == 0 {
            let c = if index % 35 == 0 { ' ' } else { 'k' };
            // Too short for the processor's own clock.
            let started = Instant::now();
            window.key(c);
            window.frame();
            took.push(started.elapsed());
        }
    }
    took.sort();
    (took[took.len() / 2], took[took.len() * 99 / 100])
}

/// Returns the CPU time of this thread, so that other programs do not count; else the wall time.
fn now() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let ran = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = ran.and_then(|text| text.split(' ').next()?.parse().ok());
    ran.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let started = now();
    std::hint::black_box(work());
    now().saturating_sub(started)
}

/// The medians of several measurements, made in turns.
fn medians<const N: usize>(measures: [&dyn Fn() -> Duration; N]) -> [Duration; N] {
    let mut all = vec![[Duration::ZERO; N]; ROUNDS];
    for round in &mut all {
        for (index, measure) in measures.iter().enumerate() {
            round[index] = measure();
        }
    }
    std::array::from_fn(|index| {
        let mut one: Vec<Duration> = all.iter().map(|round| round[index]).collect();
        one.sort();
        one[ROUNDS / 2]
    })
}

fn row(what: &str, took: Duration, ratio: Option<f64>) {
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}x"));
    println!("{what:<54}{:>12.1} µs  {ratio:>8}", took.as_secs_f64() * 1e6);
}
