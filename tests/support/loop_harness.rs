//! The real event loop with real workers and the demo server, on a terminal in memory.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{Measured, Msg, State};
use duologue::chat::{ReplyEvent, TurnId};
use duologue::demo::DemoServer;
use duologue::runtime::screen::{RenderContext, Screen, draw_on};
use duologue::runtime::start::{InitialConversation, LoopEnvironment, build_event_loop};
use duologue::runtime::terminal_input::TerminalEvent;
use duologue::runtime::{InputReceiver, LoopExit};
use duologue::settings::{ColorDepth, ConfigFile, Flags, Paths, Settings, Themes};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::{Sender, channel};

use crate::support::wait_until;

/// A screen whose last frame a test can read.
struct WatchedScreen {
    terminal: Terminal<TestBackend>,
    last: Arc<Mutex<DrawnFrame>>,
}

/// What was drawn last, and how many frames there were.
#[derive(Default, Clone)]
pub struct DrawnFrame {
    pub text: String,
    pub count: usize,
}

impl Screen for WatchedScreen {
    fn draw(&mut self, state: &State, context: &mut RenderContext) -> std::io::Result<Measured> {
        let measured =
            draw_on(&mut self.terminal, state, context).map_err(std::io::Error::other)?;
        let mut last = self.last.lock().unwrap();
        last.text = self.terminal.backend().to_string();
        last.count += 1;
        Ok(measured)
    }

    fn invalidate(&mut self) -> std::io::Result<()> {
        self.terminal.clear().map_err(std::io::Error::other)
    }

    fn release(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn reacquire(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn set_mouse_capture(&mut self, _: duologue::app::MouseCapture) -> std::io::Result<()> {
        Ok(())
    }

    fn set_clipboard(&mut self, _: &str) -> std::io::Result<()> {
        Ok(())
    }

    fn notify(&mut self, _: &str) -> std::io::Result<()> {
        Ok(())
    }
}

/// A running event loop, which a test sends input and whose frames it reads.
pub struct LoopHarness {
    keys: Option<Sender<TerminalEvent>>,
    /// Where workers send their messages to the event loop.
    tx: Sender<Msg>,
    last: Arc<Mutex<DrawnFrame>>,
    thread: Option<std::thread::JoinHandle<LoopExit>>,
}

impl LoopHarness {
    pub fn start(home: &Path, server: &DemoServer) -> Self {
        Self::start_with(home, server, None)
    }

    /// The same with a configuration file.
    pub fn start_with(home: &Path, server: &DemoServer, config: Option<&str>) -> Self {
        let flags = Flags::default().with("user", "ann").with("base_url", server.base_url());
        let flags = flags.with("context", "chain");
        let paths = Paths::below(home);
        let text = config.map(str::to_owned);
        let file = ConfigFile { path: paths.config.clone(), text };
        let resolved = Settings::resolve(&flags, &|_| None, file, &paths).unwrap();
        let (keys, inputs) = channel(64);
        let (sender_tx, sender_rx) = std::sync::mpsc::channel();
        let last: Arc<Mutex<DrawnFrame>> = Arc::default();
        let watched = Arc::clone(&last);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let terminal = Terminal::new(TestBackend::new(100, 36)).unwrap();
                let environment = LoopEnvironment {
                    screen: WatchedScreen { terminal, last: watched },
                    size: (100, 30),
                    render_context: RenderContext::new(Themes::default(), ColorDepth::Ansi16),
                    inputs: InputReceiver::new(inputs),
                };
                let (event_loop, first) =
                    build_event_loop(resolved.settings, InitialConversation::New, environment)
                        .unwrap();
                sender_tx.send(event_loop.msg_sender()).unwrap();
                Box::pin(event_loop.run(first)).await
            })
        });
        let tx = sender_rx.recv().unwrap();
        Self { keys: Some(keys), tx, last, thread: Some(thread) }
    }

    pub fn press(&self, code: KeyCode, modifiers: KeyModifiers) {
        let input = TerminalEvent::Key(KeyEvent::new(code, modifiers));
        self.keys.as_ref().unwrap().blocking_send(input).unwrap();
    }

    pub fn send(&self, text: &str) {
        self.type_text(text);
        self.press(KeyCode::Enter, KeyModifiers::NONE);
    }

    pub fn type_text(&self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c), KeyModifiers::NONE);
        }
    }

    pub fn ctrl(&self, letter: char) {
        self.press(KeyCode::Char(letter), KeyModifiers::CONTROL);
    }

    pub fn frame(&self) -> DrawnFrame {
        self.last.lock().unwrap().clone()
    }

    /// Waits for a row of the screen that shows all of these.
    pub fn wait_for_row(&self, parts: &[&str]) {
        wait_until(&parts.join(" … "), || {
            let text = self.frame().text;
            text.lines().any(|row| parts.iter().all(|part| row.contains(part)))
        });
    }

    pub fn wait_for(&self, what: &str) {
        wait_until(what, || self.frame().text.contains(what));
    }

    /// Tells the loop things it does not care about, faster than it can take them, to its end.
    pub fn flood(&self) {
        for _ in 0..2 {
            let tell = self.tx.clone();
            let event = ReplyEvent::TextAppended("word ".into());
            let msg = Msg::Replied { turn: TurnId::new("nobody's"), event };
            std::thread::spawn(move || while tell.blocking_send(msg.clone()).is_ok() {});
        }
    }

    /// Leaves; hands back what the program knew last.
    pub fn quit(self) -> State {
        let ended = self.quit_with_result();
        assert!(ended.failure.is_none(), "{:?}", ended.failure);
        ended.state
    }

    /// Leaves; hands back all that is known then.
    pub fn quit_with_result(mut self) -> LoopExit {
        self.press(KeyCode::Char('q'), KeyModifiers::CONTROL);
        self.keys = None;
        let thread = self.thread.take().unwrap();
        wait_until("the loop ends", || thread.is_finished());
        thread.join().unwrap()
    }
}
