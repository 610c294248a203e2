//! What a terminal answers when it is asked something: colours, attributes, modes, its name.
//! Must not ask anything.

use super::csi::Csi;
use super::token::StringKind;

/// A colour with 16 bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Red, up to 65535.
    pub red: u16,
    /// Green, up to 65535.
    pub green: u16,
    /// Blue, up to 65535.
    pub blue: u16,
}

/// An answer of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// OSC 10: the colour of text.
    Foreground(Color),
    /// OSC 11: the colour behind text.
    Background(Color),
    /// OSC 4: a colour of the palette.
    PaletteColor(u8, Color),
    /// DA1: what kind of terminal it is and what it can do (4 is Sixel).
    PrimaryAttributes(Vec<u32>),
    /// DA2: kind, version and cartridge.
    SecondaryAttributes(Vec<u32>),
    /// DSR 5: all is well, or a number that says what is not.
    Status(u32),
    /// DSR 6: row and column of the cursor, from one.
    CursorPosition(u32, u32),
    /// DSR 996: whether the user prefers dark colours.
    PrefersDark(bool),
    /// DECRPM: a private mode and its state (0 unknown, 1 set, 2 reset, 3 and 4 for good).
    Mode(u32, u32),
    /// The kitty keyboard flags that are in force.
    KeyboardFlags(u32),
    /// The level of xterm's `modifyOtherKeys` (XTQMODKEYS).
    ModifyOtherKeys(u32),
    /// Height and width in pixels of a cell.
    CellSize(u32, u32),
    /// XTVERSION: name and version of the terminal.
    Version(String),
    /// The kitty graphics protocol, about an image (`i=31;OK`).
    Graphics(String),
}

/// The answer in a control sequence.
#[must_use]
pub(super) fn from_csi(csi: &Csi) -> Option<Reply> {
    let numbers = csi.numbers();
    match (csi.prefix, csi.intermediates.as_slice(), csi.last, numbers.as_slice()) {
        (Some(b'?'), [], b'c', _) => Some(Reply::PrimaryAttributes(numbers)),
        (Some(b'>'), [], b'c', _) => Some(Reply::SecondaryAttributes(numbers)),
        (Some(b'?'), [], b'u', [flags]) => Some(Reply::KeyboardFlags(*flags)),
        (Some(b'>'), [], b'm', [4, level]) => Some(Reply::ModifyOtherKeys(*level)),
        (Some(b'?'), [], b'n', [997, scheme]) => Some(Reply::PrefersDark(*scheme == 1)),
        (Some(b'?'), [b'$'], b'y', [mode, state]) => Some(Reply::Mode(*mode, *state)),
        (None, [], b'n', [status]) => Some(Reply::Status(*status)),
        (None, [], b'R', [row, column]) => Some(Reply::CursorPosition(*row, *column)),
        (None, [], b't', [6, height, width]) => Some(Reply::CellSize(*height, *width)),
        _ => None,
    }
}

/// The answers in a control string.
#[must_use]
pub(super) fn from_string(kind: StringKind, payload: &[u8]) -> Vec<Reply> {
    let Ok(text) = std::str::from_utf8(payload) else {
        return Vec::new();
    };
    match kind {
        StringKind::Osc => colors(text),
        StringKind::Dcs => text
            .strip_prefix(">|")
            .map(|name| Reply::Version(name.to_owned()))
            .into_iter()
            .collect(),
        StringKind::Apc => text
            .strip_prefix('G')
            .map(|about| Reply::Graphics(about.to_owned()))
            .into_iter()
            .collect(),
        StringKind::Pm | StringKind::Sos => Vec::new(),
    }
}

fn colors(text: &str) -> Vec<Reply> {
    let Some((command, arguments)) = text.split_once(';') else {
        return Vec::new();
    };
    match command {
        "4" => palette(arguments),
        "10" => color(arguments).map(Reply::Foreground).into_iter().collect(),
        "11" => color(arguments).map(Reply::Background).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Pairs of an index and a colour.
fn palette(arguments: &str) -> Vec<Reply> {
    let mut parts = arguments.split(';');
    let mut replies = Vec::new();
    while let (Some(index), Some(value)) = (parts.next(), parts.next()) {
        if let (Ok(index), Some(color)) = (index.parse(), color(value)) {
            replies.push(Reply::PaletteColor(index, color));
        }
    }
    replies
}

/// A colour as X writes it: `rgb:1e/1e/2e`, `rgba:…`, `#1e1e2e`, with one to four digits a channel.
fn color(text: &str) -> Option<Color> {
    if let Some(digits) = text.strip_prefix('#') {
        let width = digits.len() / 3;
        let channel = |index: usize| {
            let start = index.checked_mul(width)?;
            let value = digits.get(start..start.checked_add(width)?)?;
            scaled(value)
        };
        let is_whole = digits.len() % 3 == 0;
        return is_whole.then_some(Color {
            red: channel(0)?,
            green: channel(1)?,
            blue: channel(2)?,
        });
    }
    let channels = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut channels = channels.split('/').map(scaled);
    Some(Color { red: channels.next()??, green: channels.next()??, blue: channels.next()?? })
}

/// One to four hexadecimal digits as a part of 65535.
fn scaled(digits: &str) -> Option<u16> {
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    u16::try_from(value.checked_mul(0xffff)?.checked_div(most)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_every_form() {
        let white = Color { red: 0xffff, green: 0xffff, blue: 0xffff };
        for text in ["rgb:f/f/f", "rgb:ff/ff/ff", "rgb:ffff/ffff/ffff", "#fff", "#ffffff"] {
            assert_eq!(color(text), Some(white), "{text}");
        }
        assert_eq!(color("rgba:0000/8080/ffff/ffff").unwrap().green, 0x8080);
        for text in ["", "rgb:", "rgb:1/2", "#ffff", "#", "rgb:12345/1/1", "rgb:+1/1/1", "#é"] {
            assert_eq!(color(text), None, "{text}");
        }
    }
}
