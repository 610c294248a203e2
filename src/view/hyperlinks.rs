//! Terminal hyperlinks (OSC 8). Must not hide where a link leads: its address is visible in the
//! text.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};
use ratatui::text::Line;

use crate::app::Hyperlinks;

use super::width::width;

/// What ends a link.
const CLOSING: &str = "\x1b]8;;\x1b\\";
/// The most cells of links in a frame: each is written with its whole address.
const MAX_CELLS: usize = 1500;
/// The most bytes of an address.
const MAX_ADDRESS_BYTES: usize = 1000;

/// Marks text as part of a link with the color of an underline that is never drawn; the color is
/// the number of the link.
#[must_use]
pub(crate) fn link_style(number: usize) -> Style {
    let [_, red, green, blue] = u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    Style::new().underline_color(Color::Rgb(red, green, blue))
}

fn link_number(style: Style) -> Option<usize> {
    let Some(Color::Rgb(red, green, blue)) = style.underline_color else {
        return None;
    };
    usize::try_from(u32::from_be_bytes([0, red, green, blue])).ok()
}

/// Removes the link marks of a line without hyperlinks.
pub(crate) fn remove_link_style(line: &mut Line<'static>) {
    for span in &mut line.spans {
        span.style.underline_color = None;
    }
}

/// The addresses of the links on screen.
#[derive(Debug, Default)]
pub(crate) struct LinkTargets(Vec<String>);

impl LinkTargets {
    /// Renumbers the links of a line as links of the frame.
    pub(crate) fn renumber<'a>(
        &mut self,
        line: &mut Line<'static>,
        target: impl Fn(usize) -> Option<&'a String>,
    ) {
        for span in &mut line.spans {
            let Some(address) = link_number(span.style).and_then(&target) else {
                continue;
            };
            let is_last = self.0.last().is_some_and(|last| last == address);
            if !is_last {
                self.0.push(address.clone());
            }
            span.style = span.style.patch(link_style(self.0.len().saturating_sub(1)));
        }
    }

    /// Writes the drawn cells as hyperlinks, or only removes their marks.
    pub(crate) fn apply(
        &self,
        lines: &[Line<'static>],
        area: Rect,
        buffer: &mut Buffer,
        opens: Hyperlinks,
    ) {
        let mut cells = 0_usize;
        for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
            let mut x = area.left();
            for span in &line.spans {
                let end = x.saturating_add(u16::try_from(width(&span.content)).unwrap_or(u16::MAX));
                if let Some(number) = link_number(span.style) {
                    let target = self.0.get(number).filter(|_| opens == Hyperlinks::Enabled);
                    let target = target.and_then(|address| osc8_sequence(address));
                    let mut x = x;
                    while x < end.min(area.right()) {
                        cells = cells.saturating_add(1);
                        let opening = target.as_deref().filter(|_| cells <= MAX_CELLS);
                        // The cell under a wide character is skipped.
                        x = x
                            .saturating_add(link_cell(buffer, Position::new(x, y), opening).max(1));
                    }
                }
                x = end;
            }
        }
    }
}

/// Makes a cell part of a link, or removes its mark; returns its width.
fn link_cell(buffer: &mut Buffer, position: Position, opening: Option<&str>) -> u16 {
    let Some(cell) = buffer.cell_mut(position) else {
        return 1;
    };
    cell.underline_color = Color::Reset;
    let cell_width = cell.cell_width();
    if let (Some(opening), Some(forced)) = (opening, NonZeroU16::new(cell_width)) {
        let symbol = format!("{opening}{}{CLOSING}", cell.symbol());
        cell.set_symbol(&symbol).set_diff_option(CellDiffOption::ForcedWidth(forced));
    }
    cell_width
}

/// The character that a cell shows, without the sequences of a link around it.
pub(super) fn shown_text(cell: &Cell) -> &str {
    let symbol = cell.symbol();
    let linked = symbol.strip_suffix(CLOSING).and_then(|opened| opened.rsplit_once("\x1b\\"));
    linked.map_or(symbol, |(_, text)| text)
}

/// The opening sequence of a link; `None` unless a browser or mail program opens the address.
fn osc8_sequence(address: &str) -> Option<String> {
    let address =
        if address.starts_with("www.") { format!("https://{address}") } else { address.to_owned() };
    let address = if address.contains(':') { address } else { format!("mailto:{address}") };
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
    if !known || address.len() > MAX_ADDRESS_BYTES {
        return None;
    }
    // The same id for all parts of a wrapped link.
    let name =
        address.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut out = format!("\x1b]8;id=d{name:x};");
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out.push_str("\x1b\\");
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_known_kinds_are_opened() {
        assert_eq!(
            osc8_sequence("https://a.example/\x1b\\é x")
                .unwrap()
                .split_once(';')
                .unwrap()
                .1
                .split_once(';')
                .unwrap()
                .1,
            "https://a.example/%1B\\%C3%A9%20x\x1b\\"
        );
        assert!(osc8_sequence("www.a.example").unwrap().contains(";https://www.a.example\x1b"));
        assert!(osc8_sequence("ann@a.example").unwrap().contains(";mailto:ann@a.example\x1b"));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"] {
            assert_eq!(osc8_sequence(bad), None, "{bad}");
        }
        assert_eq!(osc8_sequence(&format!("https://a/{}", "x".repeat(2000))), None);
    }

    #[test]
    fn marks_are_numbers_and_never_stay_in_a_cell() {
        for count in [0, 1, 255, 256, 70_000] {
            assert_eq!(link_number(link_style(count)), Some(count));
        }
        let area = Rect::new(0, 0, 8, 1);
        for opens in [Hyperlinks::Enabled, Hyperlinks::Disabled] {
            let mut buffer = Buffer::empty(area);
            let mut line = Line::from(ratatui::text::Span::styled("名a", link_style(9)));
            let mut targets = LinkTargets::default();
            let address = "https://a.example".to_owned();
            targets.renumber(&mut line, |number| (number == 9).then_some(&address));
            buffer.set_line(0, 0, &line, 8);
            targets.apply(&[line], area, &mut buffer, opens);
            let cells: Vec<_> = buffer.content().iter().collect();
            assert!(cells.iter().all(|cell| cell.underline_color == Color::Reset));
            assert_eq!(cells[2].symbol().contains("a.example"), opens == Hyperlinks::Enabled);
            assert_eq!(cells[1].symbol(), " ");
            assert_eq!((cells[0].cell_width(), cells[2].cell_width()), (2, 1));
        }
    }
}
