//! The size that is drawn: that of the terminal, where it is known and within limits.

use std::io;

use super::environment::variable;

/// Columns and rows where nothing tells the size.
pub(crate) const DEFAULT_SIZE: (u16, u16) = (80, 24);
/// The most columns and rows that are drawn; what is beyond stays empty. No screen has as many: one of 7,680 by
/// 4,320 pixels has 1,920 by 720 cells of 4 by 6 pixels. A terminal may report 65,535 of both, and the cells
/// would take 200 GB of memory.
const MAX_SIZE: (u16, u16) = (2_000, 1_000);

/// Reads the size of the terminal that standard output is, as it is to be drawn.
///
/// # Errors
/// When the terminal is gone.
pub(crate) fn read_size() -> io::Result<(u16, u16)> {
    // The library opens the terminal anew each time.
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(io::stdout()) {
        return Ok(drawn_size(Some((size.ws_col, size.ws_row))));
    }
    Ok(drawn_size(Some(crossterm::terminal::size()?)))
}

/// The size to draw for one that a terminal reports.
#[must_use]
pub(crate) fn drawn_size(reported: Option<(u16, u16)>) -> (u16, u16) {
    size_within_limits(reported, &variable)
}

/// A size as the terminal reports it, where 0 means that it does not know: then as `COLUMNS` and `LINES`
/// say, or the usual one.
fn size_within_limits(
    reported: Option<(u16, u16)>,
    env: &dyn Fn(&str) -> Option<String>,
) -> (u16, u16) {
    let (columns, rows) = reported.unwrap_or_default();
    let known = |reported: u16, name: &str, default: u16| {
        let named = || env(name).and_then(|text| text.trim().parse().ok());
        let is_known = |length: &u16| *length > 0;
        Some(reported).filter(is_known).or_else(named).filter(is_known).unwrap_or(default)
    };
    (
        known(columns, "COLUMNS", DEFAULT_SIZE.0).min(MAX_SIZE.0),
        known(rows, "LINES", DEFAULT_SIZE.1).min(MAX_SIZE.1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_reports_no_size_gets_the_one_of_the_environment_or_the_usual_one() {
        let none = |_: &str| None;
        let named = |name: &str| (name == "COLUMNS").then(|| "120".to_owned());
        let zero = |_: &str| Some("0".to_owned());
        assert_eq!(size_within_limits(Some((100, 30)), &named), (100, 30));
        assert_eq!(size_within_limits(Some((0, 0)), &named), (120, 24));
        assert_eq!(size_within_limits(Some((0, 30)), &none), (80, 30));
        assert_eq!(size_within_limits(Some((100, 0)), &none), (100, 24));
        assert_eq!(size_within_limits(None, &zero), (80, 24));
    }

    #[test]
    fn a_huge_size_is_drawn_in_part() {
        let huge = |_: &str| Some("65535".to_owned());
        assert_eq!(size_within_limits(Some((65_535, 65_535)), &huge), MAX_SIZE);
        assert_eq!(size_within_limits(Some((10_000, 50)), &huge), (2_000, 50));
        assert_eq!(size_within_limits(None, &huge), MAX_SIZE);
    }
}
