//! The window as far as its first frame needs it: on screen before the threads that wait for the network
//! and the keyboard are started, while the store thread reads the list.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use crate::app::{Effect, Input, Msg, State, StoreEffect, TemplatesEffect, update};
use crate::chat::ConversationId;
use crate::mcp::McpHost;
use crate::runtime::api_servers::ApiServers;
use crate::runtime::api_tasks::ApiTasks;
use crate::runtime::clipboard::{Clipboard, ClipboardFolders, TerminalEnvironment};
use crate::runtime::effects::EffectRunner;
use crate::runtime::event_loop::{EventLoop, TerminalOwner};
use crate::runtime::event_sender::EventSender;
use crate::runtime::input::InputReceiver;
use crate::runtime::screen::{RenderContext, Screen};
use crate::runtime::store_worker::{self, StoreHandle, StoreWorkerConfig};
use crate::settings::Settings;
use crate::store::PastedImages;

use super::initial_state::initial_state;
use super::store_paths::store_paths;

/// How many messages may wait for the loop; then the workers wait.
const MESSAGE_CAPACITY: usize = 1024;

/// How long the start waits for the list. Our choice: a list whose table of contents is kept takes less, also one
/// of 100 MB of chats; any other comes later, when keys are read.
const LIST_PATIENCE: Duration = Duration::from_millis(4);

/// Which conversation is on screen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InitialConversation {
    /// A new one, without messages.
    New,
    /// The one with this id, which the store reads first.
    Existing(ConversationId),
}

/// A window whose only worker is the store thread. Its parts are dropped in this order: the store thread
/// must never wait for a channel that is not read any more.
pub(super) struct Window<S> {
    pub(super) state: State,
    pub(super) screen: S,
    render_context: RenderContext,
    messages: Receiver<Msg>,
    store: StoreHandle,
    msg_tx: Sender<Msg>,
    /// What the first frame and the start have to have done by workers that are not there yet.
    effects: Vec<Effect>,
}

impl<S: Screen> Window<S> {
    /// Starts the store thread on the list, for a screen of `size` columns and rows. Draws nothing.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub(super) fn open(
        settings: &Settings,
        initial: InitialConversation,
        screen: S,
        size: (u16, u16),
        render_context: RenderContext,
    ) -> Result<Self> {
        let (msg_tx, messages) = tokio::sync::mpsc::channel(MESSAGE_CAPACITY);
        let events = EventSender::new(msg_tx.clone());
        let store = store_worker::start(StoreWorkerConfig::from(settings), events)
            .wrap_err("Could not start a thread.")?;
        let opening = match initial {
            InitialConversation::Existing(id) => Some(id),
            InitialConversation::New => None,
        };
        if let Some(id) = &opening {
            store.perform(StoreEffect::Open(id.clone()));
        }
        store.perform(StoreEffect::FindBackground);
        let mut state = initial_state(settings, size);
        state.ui_prefs.set_theme_names(render_context.theme_names());
        state.ui_prefs.images.depth = render_context.depth();
        state.transcript.opening = opening;
        let effects = vec![Effect::Templates(TemplatesEffect::List)];
        Ok(Self { state, screen, render_context, messages, store, msg_tx, effects })
    }

    /// Draws the first frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self) -> io::Result<()> {
        let measured = self.screen.draw(&self.state, &mut self.render_context)?;
        self.effects.extend(update(&mut self.state, Msg::Drawn(measured)));
        Ok(())
    }

    /// Draws the list once the store thread has read it, if that takes no longer than a moment: the threads that
    /// are started next would take the processor from it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) async fn draw_list(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + LIST_PATIENCE;
        while !self.state.list.loaded {
            let Ok(Some(msg)) = timeout_at(deadline, self.messages.recv()).await else {
                return Ok(());
            };
            self.effects.extend(update(&mut self.state, msg));
        }
        self.draw()
    }

    /// Takes in the size the screen has now: until somebody watches for it, nobody tells of another.
    pub(super) fn fit_to(&mut self, size: (u16, u16)) {
        if self.state.size != size.into() {
            let resized = Msg::Input(Input::Resized(size.0, size.1));
            self.effects.extend(update(&mut self.state, resized));
        }
    }

    /// A sender of messages to the loop that the window becomes.
    pub(super) fn msg_sender(&self) -> Sender<Msg> {
        self.msg_tx.clone()
    }

    /// Adds the other workers; the second value is the effects to begin with. Must be called within a
    /// Tokio runtime, where the workers' tasks will run.
    pub(super) fn into_event_loop(
        self,
        settings: Settings,
        inputs: InputReceiver,
    ) -> (EventLoop<S>, Vec<Effect>) {
        let Self { state, screen, render_context, messages, store, msg_tx, effects } = self;
        let state_folder = store_paths(&settings).state_folder().to_path_buf();
        let folders = ClipboardFolders {
            copied: settings.paths.state.clone(),
            pasted: PastedImages::in_folder(&state_folder),
        };
        let terminal = TerminalEnvironment::from_environment();
        let clipboard = Clipboard::new(terminal, folders, msg_tx.clone());
        let template_settings = Arc::new(settings.clone());
        let tools = McpHost::new(&settings);
        let api = ApiTasks::new(ApiServers::new(settings), tools, msg_tx.clone());
        let effect_runner =
            EffectRunner::new(api, store, clipboard, state_folder, template_settings, msg_tx);
        let event_loop = EventLoop {
            state,
            render_context,
            screen,
            inputs,
            messages,
            effects: effect_runner,
            job_control: None,
            terminal_owner: TerminalOwner::Duologue,
            held_inputs: VecDeque::new(),
            held_effects: Vec::new(),
        };
        (event_loop, effects)
    }
}
