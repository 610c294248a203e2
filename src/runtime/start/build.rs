//! Starts the workers and builds the event loop; a test passes its own screen and inputs.

use std::sync::Arc;

use color_eyre::eyre::{Result, WrapErr};
use tokio::sync::mpsc::Receiver;

use crate::app::{Effect, Input, StoreEffect, TemplatesEffect};
use crate::chat::ConversationId;
use crate::mcp::McpHost;
use crate::runtime::api_servers::ApiServers;
use crate::runtime::api_tasks::ApiTasks;
use crate::runtime::clipboard::{Clipboard, ClipboardFolders, TerminalEnvironment};
use crate::runtime::effects::EffectRunner;
use crate::runtime::event_loop::{EventLoop, TerminalOwner};
use crate::runtime::event_sender::EventSender;
use crate::runtime::screen::{RenderContext, Screen};
use crate::runtime::store_worker::{self, StoreWorkerConfig};
use crate::settings::Settings;
use crate::store::PastedImages;

use super::initial_state::initial_state;
use super::store_paths::store_paths;

/// How many messages may wait for the loop; then the workers wait.
const MESSAGE_CAPACITY: usize = 1024;

/// Which conversation is on screen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InitialConversation {
    /// A new one, without messages.
    New,
    /// The one with this id, which the store reads first.
    Existing(ConversationId),
}

/// What differs between a real run and a test.
#[derive(Debug)]
pub struct LoopEnvironment<S> {
    /// What frames are drawn on.
    pub screen: S,
    /// The size of the screen in columns and rows.
    pub size: (u16, u16),
    /// The themes, and the cache of layouts.
    pub render_context: RenderContext,
    /// The keys, clicks and other input of the terminal.
    pub inputs: Receiver<Input>,
}

/// Builds the loop with its workers started, and the effects it begins with. Must be called within a
/// Tokio runtime, where the workers' tasks will run.
///
/// # Errors
/// When the system cannot start a thread.
pub fn build_event_loop<S: Screen>(
    settings: Settings,
    initial: InitialConversation,
    environment: LoopEnvironment<S>,
) -> Result<(EventLoop<S>, Vec<Effect>)> {
    let LoopEnvironment { screen, size, render_context, inputs } = environment;
    let (msg_tx, messages) = tokio::sync::mpsc::channel(MESSAGE_CAPACITY);
    let terminal = TerminalEnvironment::from_environment();
    let state_folder = store_paths(&settings).state_folder().to_path_buf();
    let folders = ClipboardFolders {
        copied: settings.paths.state.clone(),
        pasted: PastedImages::in_folder(&state_folder),
    };
    let clipboard = Clipboard::new(terminal, folders, msg_tx.clone());
    let config = StoreWorkerConfig::from(&settings);
    let store = store_worker::start(config, EventSender::new(msg_tx.clone()))
        .wrap_err("Could not start a thread.")?;
    let mut state = initial_state(&settings, size);
    state.ui_prefs.set_theme_names(render_context.theme_names());
    state.ui_prefs.images.depth = render_context.depth();
    let mut first = vec![Effect::Store(StoreEffect::List)];
    if let InitialConversation::Existing(id) = initial {
        state.transcript.opening = Some(id.clone());
        first.push(Effect::Store(StoreEffect::Open(id)));
    }
    first.push(Effect::Store(StoreEffect::FindBackground));
    first.push(Effect::Templates(TemplatesEffect::List));
    let template_settings = Arc::new(settings.clone());
    let tools = McpHost::new(&settings);
    let api = ApiTasks::new(ApiServers::new(settings), tools, msg_tx.clone());
    let event_loop = EventLoop {
        state,
        render_context,
        screen,
        inputs,
        messages,
        effects: EffectRunner::new(api, store, clipboard, state_folder, template_settings, msg_tx),
        job_control: None,
        terminal_owner: TerminalOwner::Duologue,
    };
    Ok((event_loop, first))
}
