//! The real loop with real workers and the demo server, on a terminal that is only memory.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{Input, Measured, State};
use duologue::demo::{Gate, Options, Pace, Server};
use duologue::runtime::screen::{Look, Screen, draw_on};
use duologue::runtime::start::{Start, World, assemble};
use duologue::settings::{Flags, Paths, Settings, Theme, ThemeName};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::{Sender, channel};

use crate::support::wait_until;

/// A screen whose last frame a test can read.
struct Watched {
    terminal: Terminal<TestBackend>,
    last: Arc<Mutex<Frame>>,
}

#[derive(Default, Clone)]
struct Frame {
    text: String,
    count: usize,
}

impl Screen for Watched {
    fn draw(&mut self, state: &State, look: &mut Look) -> std::io::Result<Measured> {
        let measured = draw_on(&mut self.terminal, state, look).map_err(std::io::Error::other)?;
        let mut last = self.last.lock().unwrap();
        last.text = self.terminal.backend().to_string();
        last.count += 1;
        Ok(measured)
    }

    fn forget(&mut self) -> std::io::Result<()> {
        self.terminal.clear().map_err(std::io::Error::other)
    }

    fn suspend(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A running loop.
struct Running {
    keys: Option<Sender<Input>>,
    last: Arc<Mutex<Frame>>,
    thread: Option<std::thread::JoinHandle<State>>,
}

impl Running {
    fn start(home: &Path, server: &Server) -> Self {
        let flags = Flags {
            user: Some("ann".into()),
            base_url: Some(server.base_url()),
            context: Some(duologue::settings::ContextChoice::Chain),
            ..Flags::default()
        };
        let resolved = Settings::resolve(flags, &|_| None, None, Paths::below(home)).unwrap();
        let (keys, inputs) = channel(64);
        let last: Arc<Mutex<Frame>> = Arc::default();
        let watched = Arc::clone(&last);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
                let world = World {
                    screen: Watched { terminal, last: watched },
                    size: (100, 30),
                    theme: Theme::built_in(ThemeName::Terminal),
                    inputs,
                };
                let (event_loop, first) = assemble(resolved.settings, Start::New, world).unwrap();
                event_loop.run(first).await.unwrap()
            })
        });
        Self { keys: Some(keys), last, thread: Some(thread) }
    }

    fn press(&self, code: KeyCode, modifiers: KeyModifiers) {
        let input = Input::Key(KeyEvent::new(code, modifiers));
        self.keys.as_ref().unwrap().blocking_send(input).unwrap();
    }

    fn send(&self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c), KeyModifiers::NONE);
        }
        self.press(KeyCode::Enter, KeyModifiers::NONE);
    }

    fn frame(&self) -> Frame {
        self.last.lock().unwrap().clone()
    }

    fn wait_for(&self, what: &str) {
        wait_until(what, || self.frame().text.contains(what));
    }

    /// Leaves; hands back what the program knew last.
    fn leave(mut self) -> State {
        self.press(KeyCode::Char('q'), KeyModifiers::CONTROL);
        self.keys = None;
        self.thread.take().unwrap().join().unwrap()
    }
}

#[test]
fn each_delta_is_on_screen_before_the_next_one_is_sent() {
    let gate = Gate::default();
    let options = Options { pace: Pace::Instant, gate: Some(gate.clone()), port: 0 };
    let server = Server::start(options).unwrap();
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(home.path(), &server);
    running.send("hello");
    running.wait_for("Waiting for the answer");
    // Created, in progress, item, part: nothing to see yet. Then word by word.
    gate.release(4);
    for word in ["You", "said:", "hello"] {
        assert!(!running.frame().text.contains("great thoughts"));
        gate.release(1);
        running.wait_for(word);
    }
    gate.release(1000);
    running.wait_for("great thoughts either");
    wait_until("it is stored", || running.frame().text.contains("Ctrl+N new"));
    let state = running.leave();
    assert!(state.turns.is_empty());
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let server = Server::start(Options::default()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(home.path(), &server);
    running.wait_for("no conversations yet");
    let before = running.frame().count;
    // A key that changes nothing is the only thing that happens, so it is the only frame.
    running.press(KeyCode::F(9), KeyModifiers::NONE);
    wait_until("the key is seen", || running.frame().count > before);
    assert_eq!(running.frame().count, before + 1);
    running.leave();
}

#[test]
fn many_deltas_share_a_frame_and_none_is_lost() {
    let server = Server::start(Options { pace: Pace::Instant, ..Options::default() }).unwrap();
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(home.path(), &server);
    running.send("a long one");
    running.wait_for("Part 40");
    wait_until("it is stored", || running.frame().text.contains("Ctrl+N new"));
    let deltas = 5000;
    assert!(running.frame().count < deltas / 5, "{} frames", running.frame().count);
    let state = running.leave();
    let open = state.transcript.open.unwrap();
    assert_eq!(open.messages.len(), 2);
    assert!(open.messages[1].text.split_whitespace().count() > deltas);
}
