//! Builds an event loop on a screen and inputs that are not the terminal's, for tests.

use color_eyre::eyre::{Result, WrapErr};

use crate::app::Effect;
use crate::runtime::event_loop::EventLoop;
use crate::runtime::input::InputReceiver;
use crate::runtime::screen::{RenderContext, Screen};
use crate::settings::Settings;

use super::window::{InitialConversation, Window};

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
    pub inputs: InputReceiver,
}

/// Builds the loop with its first frame drawn and its workers started, and the effects it begins with.
/// Must be called within a Tokio runtime, where the workers' tasks will run.
///
/// # Errors
/// When the system cannot start a thread, or the screen cannot be drawn on.
pub fn build_event_loop<S: Screen>(
    settings: Settings,
    initial: InitialConversation,
    environment: LoopEnvironment<S>,
) -> Result<(EventLoop<S>, Vec<Effect>)> {
    let LoopEnvironment { screen, size, render_context, inputs } = environment;
    let mut window = Window::open(&settings, initial, screen, size, render_context)?;
    window.draw().wrap_err("The first frame could not be drawn.")?;
    Ok(window.into_event_loop(settings, inputs))
}
