//! The real loop with real workers and the demo server, on a terminal that is only memory.
//! May not check anything.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{Input, Measured, Msg, State};
use duologue::chat::{ReplyEvent, TurnId};
use duologue::demo::Server;
use duologue::runtime::ending::Ended;
use duologue::runtime::screen::{Look, Screen, draw_on};
use duologue::runtime::start::{Start, World, assemble};
use duologue::settings::{ConfigFile, Depth, Flags, Paths, Settings, Themes};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::{Sender, channel};

use crate::support::wait_until;

/// A screen whose last frame a test can read.
struct Watched {
    terminal: Terminal<TestBackend>,
    last: Arc<Mutex<Frame>>,
}

/// What was drawn last, and how many frames there were.
#[derive(Default, Clone)]
pub struct Frame {
    pub text: String,
    pub count: usize,
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

    fn lend(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn take_back(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn mouse(&mut self, _: duologue::app::Capture) -> std::io::Result<()> {
        Ok(())
    }

    fn set_clipboard(&mut self, _: &str) -> std::io::Result<()> {
        Ok(())
    }
}

/// A running loop.
pub struct Running {
    keys: Option<Sender<Input>>,
    /// Where workers tell the loop what happened.
    tell: Sender<Msg>,
    last: Arc<Mutex<Frame>>,
    thread: Option<std::thread::JoinHandle<Ended>>,
}

impl Running {
    pub fn start(home: &Path, server: &Server) -> Self {
        Self::start_with(home, server, None)
    }

    /// The same with a configuration file.
    pub fn start_with(home: &Path, server: &Server, config: Option<&str>) -> Self {
        let flags = Flags::default().with("user", "ann").with("base_url", server.base_url());
        let flags = flags.with("context", "chain");
        let paths = Paths::below(home);
        let text = config.map(str::to_owned);
        let file = ConfigFile { path: paths.config.clone(), text };
        let resolved = Settings::resolve(&flags, &|_| None, file, &paths).unwrap();
        let (keys, inputs) = channel(64);
        let (hand, handed) = std::sync::mpsc::channel();
        let last: Arc<Mutex<Frame>> = Arc::default();
        let watched = Arc::clone(&last);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
                let world = World {
                    screen: Watched { terminal, last: watched },
                    size: (100, 30),
                    look: Look::new(Themes::default(), Depth::Sixteen),
                    inputs,
                };
                let (event_loop, first) = assemble(resolved.settings, Start::New, world).unwrap();
                hand.send(event_loop.hands.teller()).unwrap();
                Box::pin(event_loop.run(first)).await
            })
        });
        let tell = handed.recv().unwrap();
        Self { keys: Some(keys), tell, last, thread: Some(thread) }
    }

    pub fn press(&self, code: KeyCode, modifiers: KeyModifiers) {
        let input = Input::Key(KeyEvent::new(code, modifiers));
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

    pub fn frame(&self) -> Frame {
        self.last.lock().unwrap().clone()
    }

    pub fn wait_for(&self, what: &str) {
        wait_until(what, || self.frame().text.contains(what));
    }

    /// Tells the loop things it does not care about, faster than it can take them, to its end.
    pub fn flood(&self) {
        for _ in 0..2 {
            let tell = self.tell.clone();
            let event = ReplyEvent::TextAppended("word ".into());
            let msg = Msg::Replied { turn: TurnId::new("nobody's"), event };
            std::thread::spawn(move || while tell.blocking_send(msg.clone()).is_ok() {});
        }
    }

    /// Leaves; hands back what the program knew last.
    pub fn leave(self) -> State {
        let ended = self.end();
        assert!(ended.trouble.is_none(), "{:?}", ended.trouble);
        ended.state
    }

    /// Leaves; hands back all that is known then.
    pub fn end(mut self) -> Ended {
        self.press(KeyCode::Char('q'), KeyModifiers::CONTROL);
        self.keys = None;
        let thread = self.thread.take().unwrap();
        wait_until("the loop ends", || thread.is_finished());
        thread.join().unwrap()
    }
}
