//! The baseline of the whole program: a chat that only reads keys and the stream, wraps the last
//! lines and draws them.

use std::io::{BufRead, BufReader, BufWriter, Stdout, Write, stdout};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, read};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout, Position};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// As the program: never more frames than this but for keys.
const FRAME: Duration = Duration::from_millis(16);

/// What its own text begins with, for those who look whether it is there.
pub(crate) const READY: &str = "bare loop";

enum BareEvent {
    Typed(char),
    Erased,
    Asked,
    Left,
    Piece(String),
}

/// Runs until Ctrl+Q; Enter asks the server at an address.
pub(crate) fn run(address: &str) {
    enable_raw_mode().unwrap();
    execute!(stdout(), EnterAlternateScreen).unwrap();
    let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 18, stdout()));
    let mut terminal = Terminal::new(backend).unwrap();
    let (events_tx, events_rx) = channel();
    draw(&mut terminal, "", "");
    let keys = events_tx.clone();
    thread::spawn(move || read_keys(&keys));
    work(&mut terminal, &events_rx, &events_tx, address);
    execute!(stdout(), LeaveAlternateScreen).unwrap();
    disable_raw_mode().unwrap();
}

fn work(
    terminal: &mut Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    events_rx: &Receiver<BareEvent>,
    events_tx: &Sender<BareEvent>,
    address: &str,
) {
    let (mut text, mut typed) = (String::new(), String::new());
    let mut due: Option<Instant> = None;
    let mut last = Instant::now();
    loop {
        let first = match due {
            Some(due) => events_rx.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => events_rx.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        for one in first.into_iter().chain(events_rx.try_iter()) {
            match one {
                BareEvent::Left => return,
                BareEvent::Piece(piece) => {
                    text.push_str(&piece);
                    due.get_or_insert(last + FRAME);
                    continue;
                }
                BareEvent::Typed(c) => typed.push(c),
                BareEvent::Erased => drop(typed.pop()),
                BareEvent::Asked => {
                    let (address, events_tx) = (address.to_owned(), events_tx.clone());
                    thread::spawn(move || listen(&address, &events_tx));
                }
            }
            due = Some(Instant::now());
        }
        if due.is_some_and(|due| due <= Instant::now()) {
            draw(terminal, &text, &typed);
            last = Instant::now();
            due = None;
        }
    }
}

fn draw(terminal: &mut Terminal<CrosstermBackend<BufWriter<Stdout>>>, text: &str, typed: &str) {
    queue!(terminal.backend_mut(), BeginSynchronizedUpdate).unwrap();
    let start = text.ceil_char_boundary(text.len().saturating_sub(4_000));
    let show = |frame: &mut ratatui::Frame<'_>| {
        let [upper, lower] =
            Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(frame.area());
        let lines: Vec<Line> =
            textwrap::wrap(&text[start..], 100).into_iter().map(Line::from).collect();
        let shown = lines[lines.len().saturating_sub(usize::from(upper.height))..].to_vec();
        frame.render_widget(Paragraph::new(shown), upper);
        frame.render_widget(Paragraph::new(format!("{READY} › {typed}")), lower);
        let column = READY.len() + 3 + typed.len();
        frame.set_cursor_position(Position::new(u16::try_from(column).unwrap(), lower.y));
    };
    terminal.draw(show).unwrap();
    execute!(terminal.backend_mut(), EndSynchronizedUpdate).unwrap();
}

fn read_keys(events_tx: &Sender<BareEvent>) {
    while let Ok(event) = read() {
        let Event::Key(key) = event else { continue };
        let event = match key.code {
            KeyCode::Char('q') if !key.modifiers.is_empty() => BareEvent::Left,
            KeyCode::Char(c) => BareEvent::Typed(c),
            KeyCode::Backspace => BareEvent::Erased,
            KeyCode::Enter => BareEvent::Asked,
            _ => continue,
        };
        if events_tx.send(event).is_err() {
            return;
        }
    }
}

fn listen(address: &str, events_tx: &Sender<BareEvent>) {
    let mut stream = TcpStream::connect(address).unwrap();
    let body = r#"{"stream":true}"#;
    let (length, head) = (body.len(), "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\n");
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let event: serde_json::Value = serde_json::from_str(data).unwrap();
        if event["type"] == "response.output_text.delta"
            && let Some(piece) = event["delta"].as_str()
            && events_tx.send(BareEvent::Piece(piece.to_owned())).is_err()
        {
            return;
        }
    }
}
