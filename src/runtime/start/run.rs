//! Runs the program in this terminal: takes the terminal over, runs the event loop, reports its end.

use std::io;

use color_eyre::eyre::{Result, WrapErr, eyre};
use tokio::runtime::Builder;
use tokio::sync::watch;

use crate::app::{Effect, FollowUp, Hyperlinks, ImageDisplay, MouseCapture, NoticeKind};
use crate::chat::Preset;
use crate::runtime::background_color;
use crate::runtime::clipboard::TerminalEnvironment;
use crate::runtime::environment::variable;
use crate::runtime::event_loop::EventLoop;
use crate::runtime::exit::{Exit, LoopFailure};
use crate::runtime::graphics;
use crate::runtime::input_lease::InputLender;
use crate::runtime::input_task;
use crate::runtime::job_control::JobControl;
use crate::runtime::multiplexer;
use crate::runtime::screen::RenderContext;
use crate::runtime::signals::WindowSignals;
use crate::runtime::synchronized_output;
use crate::runtime::terminal::Tty;
use crate::runtime::terminal_input::LineFeed;
use crate::runtime::worker_threads::build_worker_runtime;
use crate::settings::{ColorChoice, ColorDepth, KeyReports, ReservedKeys, Settings, Themes};

use super::after_exit;
use super::window::{InitialConversation, Window};

/// Runs the program in this terminal until it ends. `greeting` is a sentence to show at first.
///
/// # Errors
/// When there is no terminal, or the store thread is lost.
pub(crate) fn run(
    settings: Settings,
    preset: Option<Preset>,
    initial: InitialConversation,
    greeting: Option<String>,
) -> Result<Exit> {
    let prints_last_answer = settings.print_last_answer;
    let log = settings.paths.log();
    let render_context = load_render_context(&settings)?;
    let signals = WindowSignals::watch().wrap_err("Could not watch for signals.")?;
    let screen = acquire_terminal(&settings, &render_context)?;
    let mut window = open_window(&settings, preset, initial, screen, render_context)?;
    // The setup has just had the terminal where there is a greeting.
    let typed_ahead = if greeting.is_some() { LineFeed::Itself } else { LineFeed::Enter };
    if let Some(text) = greeting {
        window.state.show_notice(NoticeKind::Info, text);
    }
    if let Err(error) = window.draw() {
        return Ok(lost_terminal(&error));
    }
    // The loop has a timer of its own: the workers' timer would wake one of them for each frame.
    let timer = Builder::new_current_thread().enable_time().build();
    let timer = timer.wrap_err("Could not start the timer.")?;
    if let Err(error) = timer.block_on(window.draw_list()) {
        return Ok(lost_terminal(&error));
    }
    let workers = build_worker_runtime().wrap_err("Could not start threads.")?;
    let started = {
        let _workers = workers.enter();
        start(settings, window, typed_ahead, &signals)
    };
    let ended = started.map(|(event_loop, first, exit)| {
        let ended = timer.block_on(Box::pin(event_loop.run(first)));
        (ended, exit.borrow().clone())
    });
    // A request that is under way must not delay the end.
    workers.shutdown_background();
    let (ended, exit) = ended?;
    if let Some(LoopFailure::Terminal(error)) = &ended.failure {
        return Ok(lost_terminal(error));
    }
    let state = after_exit::report(ended, &log)?;
    if prints_last_answer {
        after_exit::print_last_answer(&state);
    }
    match (exit, state.follow_up) {
        (Exit::Done, FollowUp::Setup) => Ok(Exit::Setup(after_exit::saved_conversation(&state))),
        (exit, _) => Ok(exit),
    }
}

fn acquire_terminal(settings: &Settings, render_context: &RenderContext) -> Result<Tty> {
    let env = variable;
    let mouse = initial_mouse_capture(settings, &env);
    let mut tty =
        Tty::acquire(mouse, settings.notify).wrap_err("Could not set up the terminal.")?;
    if background_color::may_ask(render_context.depth(), &env) {
        tty.query_after_draw(background_color::COLOR_QUERY);
    }
    if cfg!(unix) && synchronized_output::may_ask(&env) {
        tty.query_after_draw(synchronized_output::QUERY);
    }
    let display = ImageDisplay {
        choice: settings.images,
        depth: render_context.depth(),
        ..ImageDisplay::default()
    };
    let environment = TerminalEnvironment::from_environment();
    if cfg!(unix) && graphics::may_have_graphics(environment, &display, &env) {
        tty.query_after_draw(graphics::GRAPHICS_QUERY);
    }
    Ok(tty)
}

/// Whether mouse events are asked for. In GNU screen they are not, because Esc would not arrive.
fn initial_mouse_capture(
    settings: &Settings,
    env: &dyn Fn(&str) -> Option<String>,
) -> MouseCapture {
    let is_wanted = settings.mouse && !multiplexer::is_gnu_screen(env);
    if is_wanted { MouseCapture::On } else { MouseCapture::Off }
}

/// Opens the window with everything its first frame shows.
fn open_window(
    settings: &Settings,
    preset: Option<Preset>,
    initial: InitialConversation,
    screen: Tty,
    render_context: RenderContext,
) -> Result<Window<Tty>> {
    let size = screen.size().wrap_err("Could not read the terminal size.")?;
    let mut window = Window::open(settings, initial, screen, size, render_context)?;
    if let Some(preset) = preset {
        window.state.session.use_preset(preset);
    }
    let env = variable;
    window.state.mouse_capture = initial_mouse_capture(settings, &env);
    window.state.terminal.reserved_keys = ReservedKeys::of_environment(&env);
    window.state.terminal.mouse_holds_escape = multiplexer::is_gnu_screen(&env);
    window.state.terminal.hyperlinks = detect_link_support(&env);
    let images = &mut window.state.ui_prefs.images;
    images.protocol = graphics::known_protocol(&env);
    if images.protocol.is_none() {
        images.cell = window.screen.cell_size();
    }
    if cfg!(windows) {
        window.state.terminal.key_reports = KeyReports::Full;
    }
    Ok(window)
}

/// Starts the workers, the reader of the terminal and the watch for signals. The receiver holds how
/// the program ends.
fn start(
    settings: Settings,
    mut window: Window<Tty>,
    typed_ahead: LineFeed,
    signals: &WindowSignals,
) -> Result<(EventLoop<Tty>, Vec<Effect>, watch::Receiver<Exit>)> {
    let (exit_tx, exit_rx) = watch::channel(Exit::Done);
    let (lender, pauses) = InputLender::new();
    let lost_tx = exit_tx.clone();
    let inputs = input_task::read_terminal(typed_ahead, pauses, move || {
        let _ = lost_tx.send(Exit::TerminalLost);
    })
    .wrap_err("The terminal could not be read.")?;
    window.fit_to(window.screen.size().wrap_err("Could not read the terminal size.")?);
    signals.forward(window.msg_sender(), exit_tx, lender.subscribe_lent());
    let (mut event_loop, first) = window.into_event_loop(settings, inputs);
    event_loop.effects.set_input_lender(lender);
    event_loop.job_control = Some(JobControl::watch().wrap_err("Could not watch for signals.")?);
    Ok((event_loop, first, exit_rx))
}

/// There is no terminal to print a message to.
fn lost_terminal(error: &io::Error) -> Exit {
    tracing::warn!(%error, "the terminal is gone");
    Exit::TerminalLost
}

/// Loads the themes, for as many colours as the terminal has.
fn load_render_context(settings: &Settings) -> Result<RenderContext> {
    let folder = settings.paths.config.with_file_name("themes");
    let env = variable;
    let themes = Themes::with_folder(&folder).for_environment(&env);
    themes.check(&settings.theme).map_err(|why| eyre!(why))?;
    // Otherwise crossterm writes a reset for every colour it may not use, which ends bold and
    // reverse.
    crossterm::style::force_color_output(true);
    let depth = match settings.color {
        ColorChoice::Never => ColorDepth::NoColor,
        ColorChoice::Auto | ColorChoice::Always => ColorDepth::of(&env),
    };
    Ok(RenderContext::new(themes, depth))
}

/// Tells whether links (OSC 8) may be written: the Linux console and old versions of GNU screen show the
/// sequences as text, and VTE before 0.50 had faults (the version is that of the crate
/// supports-hyperlinks).
fn detect_link_support(env: &dyn Fn(&str) -> Option<String>) -> Hyperlinks {
    let terminal = env("TERM").unwrap_or_default();
    let is_old_screen = terminal.starts_with("screen") && env("TMUX").is_none();
    let vte_version = env("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    let is_old_vte = vte_version.is_some_and(|version| version < 5000);
    let shows_sequences = matches!(terminal.as_str(), "" | "dumb" | "linux");
    if shows_sequences || is_old_screen || is_old_vte {
        Hyperlinks::Disabled
    } else {
        Hyperlinks::Enabled
    }
}
