//! Puts everything together: settings in, a running program, its end out.
//! May not do anything of the program itself.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use color_eyre::eyre::{Result, WrapErr, eyre};
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;

use crate::app::{
    Effect, FollowUp, Hyperlinks, IdGenerator, Input, MouseCapture, Session, State, StoreEffect,
    UiPrefsState, prompt_history, temporary,
};
use crate::chat::{AnswerOptions, ConversationId, Preset, Role};
use crate::settings::{AUTO, ColorDepth, Settings, Themes};
use crate::store::{CapabilitiesFile, ChatsFolder, PresetFile, StorePaths, UiPrefsFile};
use crate::view::clean;

use super::clipboard::{Clipboard, TerminalEnvironment};
use super::clock;
use super::delta_channel::DeltaSender;
use super::event_loop::{EventLoop, TerminalOwner};
use super::input;
use super::reply_worker::ApiServer;
use super::screen::{RenderContext, Screen};
use super::signals;
use super::store_worker::{self, StoreWorkerConfig};
use super::terminal::{MouseMode, Tty};
use crate::runtime::background_color;
use crate::runtime::effects::EffectRunner;
use crate::runtime::input_lease::InputLender;
use crate::runtime::shutdown::{LoopExit, LoopFailure};

/// Facts that may wait to be taken in; then the workers wait.
const MESSAGE_CAPACITY: usize = 1024;

/// What is on screen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InitialConversation {
    /// A new conversation.
    New,
    /// One there is.
    Existing(ConversationId),
}

/// How the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// The user left.
    Done,
    /// The user wants to run `duologue setup`, and then the window again on this conversation.
    Setup(InitialConversation),
    /// A signal of this number ended it.
    Signal(i32),
}

/// Runs the program in this terminal until it ends.
///
/// # Errors
/// When there is no terminal, or it is lost in a way nothing can be drawn on it.
pub fn run(settings: Settings, preset: Option<Preset>, start: InitialConversation) -> Result<Exit> {
    let mouse = if settings.mouse { MouseMode::Captured } else { MouseMode::NotCaptured };
    let look = load_render_context(&settings)?;
    let mut tty = Tty::acquire(mouse).wrap_err("The terminal could not be taken over.")?;
    let size = tty.size().wrap_err("The terminal does not tell its size.")?;
    if settings.theme == AUTO && look.depth() == ColorDepth::TrueColor {
        tty.query_after_draw(background_color::BACKGROUND_QUERY);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .wrap_err("The system gives no threads.")?;
    // The loop keeps time by itself: with the workers' clock it would wake one of them for each frame.
    let own = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .wrap_err("The system gives no clock.")?;
    let prints = settings.print_last_answer;
    let log = settings.paths.log();
    let begun = runtime.block_on(async {
        let (how, ended) = watch::channel(Exit::Done);
        let (gate, pauses) = InputLender::new();
        let inputs = input::read_terminal(pauses);
        let world = LoopEnvironment { screen: tty, size, render_context: look, inputs };
        let (mut event_loop, first) = build_event_loop(settings, start, world)?;
        if let Some(preset) = preset {
            event_loop.state.session.use_preset(preset);
        }
        let teller = event_loop.effects.msg_sender();
        signals::watch(teller, how, gate.subscribe_lent())
            .wrap_err("Signals cannot be watched.")?;
        event_loop.effects.set_input_lender(gate);
        event_loop.state.ui_prefs.hyperlinks =
            detect_link_support(&|name| std::env::var(name).ok());
        Ok::<_, color_eyre::Report>((event_loop, first, ended))
    });
    let ended = begun.map(|(event_loop, first, ended)| {
        let over = own.block_on(Box::pin(event_loop.run(first)));
        let exit = ended.borrow().clone();
        (exit, over)
    });
    // A request under way must not hold the end up.
    runtime.shutdown_background();
    let (exit, LoopExit { state, failure: trouble, messages: said }) = ended?;
    for line in said {
        let _ = writeln!(io::stderr().lock(), "{}", clean::line(&line));
    }
    match trouble {
        None => {}
        Some(LoopFailure::Terminal(error)) => return Err(error).wrap_err("The terminal is gone."),
        Some(LoopFailure::StoreThread) => return Err(eyre!(store_failure_message(&state, &log))),
    }
    if let Some(answer) = last_answer(&state).filter(|_| prints) {
        // Nobody is left to be told that it could not be printed.
        let _ = writeln!(io::stdout().lock(), "{}", clean::text(answer.trim_end()));
    }
    if exit == Exit::Done && state.follow_up == FollowUp::Setup {
        return Ok(Exit::Setup(saved_conversation(&state)));
    }
    Ok(exit)
}

/// The conversation on screen; a new one where it leaves no trace.
fn saved_conversation(state: &State) -> InitialConversation {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    let saved = open.filter(|id| !temporary::is_temporary(state, id));
    saved.map_or(InitialConversation::New, InitialConversation::Existing)
}

/// What is said where nobody writes to the disk any more, with what would be lost otherwise.
fn store_failure_message(state: &State, log: &Path) -> String {
    let mut said = format!(
        "The part of duologue that writes to the disk failed, see {}. What was stored is safe; the \
         next start puts everything in order.",
        log.display()
    );
    let typed = unsaved_text(state);
    if !typed.is_empty() {
        said.push_str(" This was not stored yet:\n\n");
        said.push_str(&clean::text(&typed));
    }
    said
}

/// What was typed and is on its way to the disk.
fn unsaved_text(state: &State) -> String {
    let sent = state.unsaved_questions.iter().map(|it| it.draft.text.as_str());
    let waiting = state.queued_questions.iter().map(|it| it.text.as_str());
    let all = sent.chain(waiting).chain([prompt_history::own_text(&state.composer)]);
    all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The last answer of the conversation on screen, unless it is to leave no trace.
fn last_answer(state: &State) -> Option<String> {
    let open =
        state.transcript.open.as_ref().filter(|open| !temporary::is_temporary(state, &open.id))?;
    let answer = open.messages.iter().rev().find(|message| message.role == Role::Assistant);
    answer.map(|message| message.text.clone())
}

/// What differs between a real run and a test.
#[derive(Debug)]
pub struct LoopEnvironment<S> {
    /// Where frames go.
    pub screen: S,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The colours.
    pub render_context: RenderContext,
    /// What the terminal sends.
    pub inputs: Receiver<Input>,
}

/// The loop with its workers started, and what it does first. Must be called within a runtime.
///
/// # Errors
/// When the system gives no thread.
pub fn build_event_loop<S: Screen>(
    settings: Settings,
    start: InitialConversation,
    world: LoopEnvironment<S>,
) -> Result<(EventLoop<S>, Vec<Effect>)> {
    let (tell, messages) = tokio::sync::mpsc::channel(MESSAGE_CAPACITY);
    let (wish, wishes) = mpsc::channel();
    let web = settings.web_chain();
    let around = TerminalEnvironment::from_environment();
    let clipboard = Clipboard::new(around, settings.paths.state.clone(), tell.clone());
    let log = settings.paths.log();
    let learned = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
    let base_url = settings.base_url.to_string();
    let presets = PresetFile::of(&settings);
    let place = store_paths(&settings);
    let looks = UiPrefsFile::of(&settings.paths.state);
    let disk = StoreWorkerConfig {
        ui_prefs: looks,
        paths: place,
        web_chain: web,
        presets,
        base_url,
        capabilities: learned,
        log_file: log,
        clock: clock::now,
    };
    let (deltas, received) = DeltaSender::new(wish.clone());
    let disk_thread = store_worker::start(disk, wishes, received, wish.clone(), tell.clone())
        .wrap_err("The system gives no thread.")?;
    let mut state = initial_state(&settings, world.size);
    state.ui_prefs.set_theme_names(world.render_context.theme_names());
    let mut first = vec![Effect::Store(StoreEffect::List)];
    if let InitialConversation::Existing(id) = start {
        state.transcript.opening = Some(id.clone());
        first.push(Effect::Store(StoreEffect::Open(id)));
    }
    first.push(Effect::Store(StoreEffect::FindBackground));
    let server = Arc::new(ApiServer::new(settings));
    let event_loop = EventLoop {
        state,
        render_context: world.render_context,
        screen: world.screen,
        inputs: world.inputs,
        messages,
        effects: EffectRunner::new(wish, deltas, disk_thread, server, tell, clipboard),
        clock: clock::now,
        terminal_owner: TerminalOwner::Duologue,
    };
    Ok((event_loop, first))
}

/// Where a user's things lie.
#[must_use]
pub fn store_paths(settings: &Settings) -> StorePaths {
    let own = settings.chats.starts_with(&settings.paths.data);
    let folder = if own { ChatsFolder::Own } else { ChatsFolder::Shared };
    let place =
        StorePaths::new(&settings.chats, settings.user.clone(), folder, &settings.paths.state)
            .with_cache(&settings.paths.cache);
    // For tests: nobody else wants to wait five minutes, nor to lose the wait.
    let wait = std::env::var("DUOLOGUE_TEST_SETTLE_SECONDS").ok().and_then(|it| it.parse().ok());
    match wait {
        Some(seconds) => place.with_stale_writer_window(seconds),
        None => place,
    }
}

fn initial_state(settings: &Settings, size: (u16, u16)) -> State {
    let AnswerOptions { model, effort, tools, mode, .. } = settings.answer_options();
    let session = Session {
        user: settings.user.to_string(),
        model,
        effort,
        preset: None,
        execution_mode: mode,
        tools,
        title_model: settings.title_model.clone(),
        web_app: settings.web_url.clone(),
        demo: settings.demo,
        lacks_key: settings.is_key_missing(),
        reading_width: settings.reading_width,
    };
    let seed = uuid::Uuid::new_v4().as_u128();
    let keymap = Arc::new(settings.keys.clone());
    let mut state = State::new(session, keymap, IdGenerator::new(seed), clock::now(), size);
    state.ui_prefs = UiPrefsState::of(settings, &UiPrefsFile::of(&settings.paths.state).read());
    state.session.reading_width = state.ui_prefs.reading_width();
    if !settings.mouse {
        state.mouse_capture = MouseCapture::Off;
    }
    state.list.width = settings.list_width;
    state
}

/// The themes there are, and how many colours they may have here.
fn load_render_context(settings: &Settings) -> Result<RenderContext> {
    let folder = settings.paths.config.with_file_name("themes");
    let themes = Themes::with_folder(&folder);
    themes.check(&settings.theme).map_err(|why| eyre!(why))?;
    // The library would write a reset for every colour it may not use, wiping bold and reverse.
    crossterm::style::force_color_output(true);
    Ok(RenderContext::new(themes, ColorDepth::of(&|name| std::env::var(name).ok())))
}

/// Whether the terminal opens links. Those that do not know them ignore them, but for a few.
fn detect_link_support(env: &dyn Fn(&str) -> Option<String>) -> Hyperlinks {
    let terminal = env("TERM").unwrap_or_default();
    let is_old_screen = terminal.starts_with("screen") && env("TMUX").is_none();
    let is_old_gnome =
        env("VTE_VERSION").and_then(|it| it.parse().ok()).is_some_and(|it: u32| it < 5000);
    let shows = matches!(terminal.as_str(), "" | "dumb" | "linux") || is_old_screen || is_old_gnome;
    if shows { Hyperlinks::Disabled } else { Hyperlinks::Enabled }
}
