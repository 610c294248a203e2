//! The size of the terminal. Must not be zero, which serial lines and some programs that run others
//! report where they do not know it: nothing would ever be drawn.

use std::io;

use ratatui::layout::Size;

use super::environment::{value, variable};

/// The size that is assumed where nothing tells it.
const USUAL: Size = Size { width: 80, height: 24 };

/// Reads the size.
///
/// # Errors
/// When the terminal is gone.
pub(super) fn read() -> io::Result<Size> {
    let (width, height) = reported()?;
    Ok(fill_in(Size { width, height }, &variable))
}

fn reported() -> io::Result<(u16, u16)> {
    // The library opens the terminal anew each time.
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(io::stdout()) {
        return Ok((size.ws_col, size.ws_row));
    }
    crossterm::terminal::size()
}

/// Takes what is not known from COLUMNS and LINES, else assumes it.
fn fill_in(size: Size, env: &dyn Fn(&str) -> Option<String>) -> Size {
    let known = |reported: u16, name: &str, usual: u16| {
        let in_environment = || value(env, name)?.trim().parse().ok().filter(|value| *value > 0);
        if reported > 0 { reported } else { in_environment().unwrap_or(usual) }
    };
    Size {
        width: known(size.width, "COLUMNS", USUAL.width),
        height: known(size.height, "LINES", USUAL.height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_is_not_reported_is_that_of_the_environment_or_the_usual_one() {
        let unset = |_: &str| None;
        let set = |name: &str| Some(if name == "COLUMNS" { "132" } else { "0" }.to_owned());
        assert_eq!(fill_in(Size::new(0, 0), &unset), USUAL);
        assert_eq!(fill_in(Size::new(0, 0), &set), Size::new(132, 24));
        assert_eq!(fill_in(Size::new(0, 50), &set), Size::new(132, 50));
        assert_eq!(fill_in(Size::new(100, 30), &set), Size::new(100, 30));
    }
}
