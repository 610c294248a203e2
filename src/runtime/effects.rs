//! Performs the effects of the window that are neither drawn nor written to the terminal.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;
use tokio::task::AbortHandle;

use crate::app::{ClipboardText, FilesEffect, Msg, TemplatesEffect};
use crate::chat::PromptServers;
use crate::settings::Settings;

use super::api_tasks::ApiTasks;
use super::browser;
use super::clipboard::Clipboard;
use super::editor;
use super::files;
use super::input_lease::InputLender;
use super::store_worker::StoreHandle;
use super::templates;

/// The workers. They are dropped in this order: replies are aborted before the store is closed.
pub(super) struct EffectRunner {
    pub(super) api: ApiTasks,
    pub(super) store: StoreHandle,
    /// The runtime of the tasks, which is not the loop's.
    tasks: Handle,
    msg_tx: Sender<Msg>,
    clipboard: Clipboard,
    /// The settings that templates are read with.
    settings: Arc<Settings>,
    /// The private folder of the chats, with the attachments of questions.
    state_folder: PathBuf,
    input_lender: Option<InputLender>,
    /// The task that asks MCP servers for their prompts.
    prompt_listing: Option<AbortHandle>,
}

impl EffectRunner {
    /// Must be called within the runtime for the tasks.
    pub(super) fn new(
        api: ApiTasks,
        store: StoreHandle,
        clipboard: Clipboard,
        state_folder: PathBuf,
        settings: Arc<Settings>,
        msg_tx: Sender<Msg>,
    ) -> Self {
        let (tasks, input_lender, prompt_listing) = (Handle::current(), None, None);
        Self {
            api,
            store,
            tasks,
            msg_tx,
            clipboard,
            settings,
            state_folder,
            input_lender,
            prompt_listing,
        }
    }

    /// A sender of messages to the loop.
    pub(super) fn msg_sender(&self) -> Sender<Msg> {
        self.msg_tx.clone()
    }

    /// Sets who lends the keyboard to an external editor. Without one, no task reads the keyboard.
    pub(super) fn set_input_lender(&mut self, lender: InputLender) {
        self.input_lender = Some(lender);
    }

    /// Opens the user's editor and sends what it saved.
    pub(super) fn open_editor(&self, text: String) {
        let (lender, msg_tx) = (self.input_lender.clone(), self.msg_tx.clone());
        self.tasks.spawn(async move {
            let lease = match &lender {
                Some(lender) => Some(lender.lend().await),
                None => None,
            };
            let edited = tokio::task::spawn_blocking(move || editor::edit(&text)).await;
            let edited =
                edited.unwrap_or_else(|_| Err("the editor could not be started".to_owned()));
            let _ = msg_tx.send(Msg::ExternalEditEnded(edited)).await;
            drop(lease);
        });
    }

    /// Copies a text and sends how.
    pub(super) fn copy(&mut self, text: ClipboardText) {
        self.clipboard.copy(text);
    }

    /// Reads the clipboard and sends what is in it.
    pub(super) fn read_clipboard(&mut self) {
        self.clipboard.read();
    }

    /// Reads files of the user on a thread of its own and sends what was read.
    pub(super) fn perform_files(&self, effect: FilesEffect) {
        let (msg_tx, folder) = (self.msg_tx.clone(), self.state_folder.clone());
        let after_panic = files::event_after_panic(&effect);
        self.tasks.spawn(async move {
            let read = tokio::task::spawn_blocking(move || files::perform(effect, &folder)).await;
            let _ = msg_tx.send(Msg::Files(read.unwrap_or(after_panic))).await;
        });
    }

    /// Reads templates in a task and sends what they are or became. While MCP servers are started for
    /// their prompts they are not started again.
    pub(super) fn perform_templates(&mut self, effect: TemplatesEffect) {
        let lists_prompts = effect == TemplatesEffect::ListPrompts(PromptServers::All);
        let is_listing = self.prompt_listing.as_ref().is_some_and(|task| !task.is_finished());
        if lists_prompts && is_listing {
            return;
        }
        let (settings, servers) = (Arc::clone(&self.settings), self.api.mcp_servers());
        let performed = templates::perform(effect, settings, servers, self.msg_tx.clone());
        let task = self.tasks.spawn(performed);
        if lists_prompts {
            self.prompt_listing = Some(task.abort_handle());
        }
    }

    /// Opens an address in the browser and sends whether that worked.
    pub(super) fn open_browser(&self, link: String) {
        let msg_tx = self.msg_tx.clone();
        self.tasks.spawn_blocking(move || {
            let opened = browser::open(&link);
            let _ = msg_tx.blocking_send(Msg::BrowserOpened { link, opened });
        });
    }
}
