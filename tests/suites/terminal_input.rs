//! Terminal input: tables of sequences, split at every byte, always give the same events.

use std::fmt::Write as _;
use std::time::Duration;

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use duologue::chat::ReplyEvent;
use duologue::runtime::terminal_input::{Color, Decoder, Reply, TerminalEvent};
use proptest::prelude::*;

use crate::support::app_harness::AppHarness;
use crate::support::terminal_tables::{Row, rows};

/// How far apart two pieces of a sequence may come.
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '\u{1b}' => all.push_str("\\e"),
            '\r' => all.push_str("\\r"),
            c if c.is_control() => write!(all, "\\x{:02x}", u32::from(c)).unwrap(),
            c => all.push(c),
        }
        all
    })
}

fn decoder(has_kitty_protocol: bool) -> Decoder {
    let mut decoder = Decoder::default();
    if has_kitty_protocol {
        decoder.read(b"\x1b[?5u");
    }
    decoder
}

/// The events of some reads with no time between them, and none after them.
fn decode(mut decoder: Decoder, reads: &[&[u8]]) -> Vec<TerminalEvent> {
    let mut events: Vec<_> = reads.iter().flat_map(|bytes| decoder.read(bytes)).collect();
    while decoder.patience().is_some() {
        events.extend(decoder.flush());
    }
    events
}

fn read(reads: &[&[u8]]) -> String {
    describe(&decode(Decoder::default(), reads))
}

// ---- events in words ----

fn describe(events: &[TerminalEvent]) -> String {
    events.iter().map(describe_one).collect::<Vec<_>>().join(" | ")
}

fn describe_one(event: &TerminalEvent) -> String {
    match event {
        TerminalEvent::Key(key) => describe_key(*key),
        TerminalEvent::Mouse(mouse) => describe_mouse(*mouse),
        TerminalEvent::Paste(text) => format!("paste {}", escaped(text)).trim().to_owned(),
        TerminalEvent::FocusGained => "focus gained".to_owned(),
        TerminalEvent::FocusLost => "focus lost".to_owned(),
        TerminalEvent::Reply(reply) => describe_reply(reply),
        TerminalEvent::Resized(columns, rows) => format!("resized {columns}x{rows}"),
    }
}

fn describe_modifiers(modifiers: KeyModifiers) -> String {
    let names = [
        (KeyModifiers::SUPER, "Super+"),
        (KeyModifiers::CONTROL, "Ctrl+"),
        (KeyModifiers::ALT, "Alt+"),
        (KeyModifiers::SHIFT, "Shift+"),
    ];
    names.iter().filter(|(held, _)| modifiers.contains(*held)).map(|(_, name)| *name).collect()
}

fn describe_key(key: KeyEvent) -> String {
    let name = match key.code {
        KeyCode::Char(' ') => "Space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::F(number) => format!("F{number}"),
        other => format!("{other:?}"),
    };
    let kind = match key.kind {
        KeyEventKind::Press => "",
        KeyEventKind::Repeat => " again",
        KeyEventKind::Release => " up",
    };
    format!("{}{name}{kind}", describe_modifiers(key.modifiers))
}

fn describe_mouse(mouse: MouseEvent) -> String {
    let button = |button| match button {
        MouseButton::Left => "left",
        MouseButton::Middle => "middle",
        MouseButton::Right => "right",
    };
    let what = match mouse.kind {
        MouseEventKind::Down(which) => format!("press {}", button(which)),
        MouseEventKind::Up(which) => format!("release {}", button(which)),
        MouseEventKind::Drag(which) => format!("drag {}", button(which)),
        MouseEventKind::Moved => "move".to_owned(),
        MouseEventKind::ScrollUp => "wheel up".to_owned(),
        MouseEventKind::ScrollDown => "wheel down".to_owned(),
        MouseEventKind::ScrollLeft => "wheel left".to_owned(),
        MouseEventKind::ScrollRight => "wheel right".to_owned(),
    };
    format!("{}{what} {},{}", describe_modifiers(mouse.modifiers), mouse.column, mouse.row)
}

fn describe_reply(reply: &Reply) -> String {
    let color = |color: &Color| format!("{:04x}/{:04x}/{:04x}", color.red, color.green, color.blue);
    let list =
        |numbers: &[u32]| numbers.iter().fold(String::new(), |all, it| format!("{all} {it}"));
    match reply {
        Reply::Foreground(it) => format!("foreground {}", color(it)),
        Reply::Background(it) => format!("background {}", color(it)),
        Reply::PaletteColor(index, it) => format!("palette {index} {}", color(it)),
        Reply::PrimaryAttributes(numbers) => format!("attributes{}", list(numbers)),
        Reply::SecondaryAttributes(numbers) => format!("version numbers{}", list(numbers)),
        Reply::Status(status) => format!("status {status}"),
        Reply::CursorPosition(row, column) => format!("cursor {row},{column}"),
        Reply::PrefersDark(true) => "dark".to_owned(),
        Reply::PrefersDark(false) => "light".to_owned(),
        Reply::Mode(mode, state) => format!("mode {mode} {state}"),
        Reply::KeyboardFlags(flags) => format!("keyboard flags {flags}"),
        Reply::ModifyOtherKeys(level) => format!("other keys {level}"),
        Reply::CellSize(height, width) => format!("cell {height}x{width}"),
        Reply::Version(name) => format!("version {name}"),
        Reply::Graphics(about) => format!("graphics {about}"),
    }
}

// ---- the tables ----

#[test]
fn every_sequence_gives_its_events() {
    let wrong: Vec<String> = rows()
        .iter()
        .filter_map(|row| {
            let got = describe(&decode(decoder(row.has_kitty_protocol), &[&row.bytes]));
            (got != row.events).then(|| format!("{}: {got:?}, not {:?}", row.position, row.events))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_sequence_cut_at_any_byte_gives_the_same_events() {
    for row in rows() {
        for cut in 0..=row.bytes.len() {
            let (first, second) = row.bytes.split_at(cut);
            let mut cut_off = decoder(row.has_kitty_protocol);
            cut_off.read(first);
            let goes_on = cut_off.patience().is_none_or(|patience| patience > LONGEST_PAUSE);
            assert!(goes_on, "{} cut at {cut} ends too soon", row.position);
            let got = describe(&decode(decoder(row.has_kitty_protocol), &[first, second]));
            assert_eq!(got, row.events, "{} cut at {cut}", row.position);
        }
        let single: Vec<&[u8]> = row.bytes.chunks(1).collect();
        let got = describe(&decode(decoder(row.has_kitty_protocol), &single));
        assert_eq!(got, row.events, "{} byte by byte", row.position);
    }
}

/// Whether a row is a key that only moves, scrolls or deletes, with any modifier.
fn is_movement(row: &Row) -> bool {
    const KEYS: &[&str] =
        &["Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "Delete", "Insert"];
    KEYS.contains(&row.events.rsplit('+').next().unwrap_or_default())
}

#[test]
fn a_movement_cut_anywhere_types_nothing_and_stops_no_answer() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    app.reply(&turn, ReplyEvent::TextAppended("the first words".into()));
    let rows: Vec<Row> = rows().into_iter().filter(is_movement).collect();
    assert!(rows.len() > 300, "{} rows", rows.len());
    for row in rows {
        for cut in 1..row.bytes.len() {
            let (first, second) = row.bytes.split_at(cut);
            for event in decode(decoder(row.has_kitty_protocol), &[first, second]) {
                let TerminalEvent::Key(key) = event else { panic!("{}: {event:?}", row.position) };
                app.key(key.code, key.modifiers);
            }
            // Up brings the question back.
            let text = app.state.composer.editor.text();
            assert!(["", "q"].contains(&text), "{} cut at {cut}: {text}", row.position);
            assert!(app.state.turns.iter().any(|it| it.id == turn), "{}", row.position);
        }
    }
}

proptest! {
    #[test]
    fn sequences_in_a_row_give_the_same_events_however_reads_cut_them(
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        // Whether a CR is Enter depends on the borders of reads on purpose.
        let rows: Vec<Row> = rows().into_iter().filter(|row| !row.bytes.contains(&b'\r')).collect();
        let all: Vec<u8> = chosen.iter().flat_map(|index| index.get(&rows).bytes.clone()).collect();
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(all.len() + 1)).collect();
        ends.extend([0, all.len()]);
        ends.sort_unstable();
        let reads: Vec<&[u8]> = ends.windows(2).map(|it| &all[it[0]..it[1]]).collect();
        prop_assert_eq!(
            describe(&decode(Decoder::default(), &reads)),
            describe(&decode(Decoder::default(), &[&all]))
        );
    }

    #[test]
    fn any_bytes_are_taken_and_nothing_stays_unfinished(
        reads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
    ) {
        let reads: Vec<&[u8]> = reads.iter().map(Vec::as_slice).collect();
        let events = decode(Decoder::default(), &reads);
        for event in events {
            if let TerminalEvent::Key(KeyEvent { code: KeyCode::Char(c), .. }) = event {
                prop_assert!(!c.is_control());
            }
        }
    }
}

// ---- time ----

#[test]
fn only_unfinished_sequences_are_waited_for() {
    let patience = |bytes: &[u8]| {
        let mut decoder = Decoder::default();
        decoder.read(bytes);
        decoder.patience().map(|it| it.as_millis())
    };
    for (bytes, expected) in [
        (&b"abc"[..], None),
        (b"\r", None),
        (b"a\r", Some(30)),
        (b"\x1b", Some(30)),
        (b"\x1b\x1b", Some(30)),
        (b"\x1b[", Some(100)),
        (b"\x1b]", Some(100)),
        (b"\x1b[5", Some(1000)),
        (b"\x1b]11;rgb:", Some(1000)),
        (b"\x1b]11;rgb:ff/ff/ff\x1b", Some(1000)),
        (b"\xc3", Some(1000)),
        (b"\x1b[200~abc", Some(5000)),
        (b"\x1b[A", None),
        (b"\x1b]11;#fff\x07", None),
    ] {
        assert_eq!(patience(bytes), expected, "{bytes:?}");
    }
}

#[test]
fn with_the_kitty_protocol_a_lone_esc_is_the_beginning_of_a_sequence() {
    let mut decoder = decoder(true);
    decoder.read(b"\x1b");
    assert_eq!(decoder.patience(), Some(Duration::from_secs(1)));
    assert_eq!(describe(&decoder.read(b"[27u")), "Esc");
    // Another program may have switched it off; then the key is only late.
    decoder.read(b"\x1b");
    assert_eq!(describe(&decoder.flush()), "Esc");
    decoder.read(b"\x1b[?0u\x1b");
    assert_eq!(decoder.patience(), Some(Duration::from_millis(30)));
}

#[test]
fn a_long_pause_ends_an_unfinished_sequence() {
    for (bytes, expected) in [
        (&b"\x1b"[..], "Esc"),
        (b"\x1b\x1b", "Esc | Esc"),
        (b"\x1b[", "Alt+["),
        (b"\x1b\x1b[", "Esc | Alt+["),
        (b"\x1b]", "Alt+]"),
        (b"\x1b]\x1b", "Alt+] | Esc"),
        (b"\x1b[5", ""),
        (b"\x1b]11;rgb:ff", ""),
        (b"\x1b]11;rgb:ff/ff/ff\x1b", ""),
        (b"\x1bP>|ki", ""),
        (b"\xe5\x90", "\u{fffd}"),
        (b"\x1b[200~half a paste", "paste half a paste"),
        (b"\x1b[200~", ""),
    ] {
        let mut decoder = Decoder::default();
        let mut events = decoder.read(bytes);
        events.extend(decoder.flush());
        assert_eq!(decoder.patience(), None, "{bytes:?}");
        // Keys are keys again.
        events.extend(decoder.read(b"x"));
        let all = if expected.is_empty() { "x".to_owned() } else { format!("{expected} | x") };
        assert_eq!(describe(&events), all, "{bytes:?}");
    }
}

// ---- text ----

#[test]
fn the_rest_of_a_sequence_that_comes_too_late_is_no_text() {
    for (first, late, wanted) in [
        (&b"\x1b]"[..], &b"10;rgb:ffff/ffff/ffff\x07"[..], "Alt+]"),
        (b"\x1b]10", b";rgb:ffff/ffff/ffff\x1b\\a", "a"),
        (b"\x1bP", b">|XTerm(370)\x1b\\", "Alt+Shift+P"),
        (b"\x1b[", b"5~", "Alt+["),
        (b"\x1b[5", b"~b", "b"),
        (b"\x1b[200", b"~two\rlines\x1b[201~c", r"paste two\rlines | c"),
        // These are keys.
        (b"\x1b[", b"A", "Alt+[ | Shift+A"),
        (b"\x1b]", b"\x07", "Alt+] | Ctrl+g"),
        (b"\x1b]10", b"hello", "h | e | l | l | o"),
    ] {
        let mut decoder = Decoder::default();
        let mut events = decoder.read(first);
        events.extend(decoder.flush());
        events.extend(decode(decoder, &[late]));
        assert_eq!(describe(&events), wanted, "{first:?} {late:?}");
    }
}

#[test]
fn invalid_utf_8_is_replaced() {
    assert_eq!(read(&[b"a\xffb"]), "a | \u{fffd} | b");
    assert_eq!(read(&[b"\xe5\x90x"]), "\u{fffd} | x");
    assert_eq!(read(&[b"\xe5\x90\x1b[A"]), "\u{fffd} | Up");
    assert_eq!(read(&[b"\xc0\xaf"]), "\u{fffd} | \u{fffd}");
    assert_eq!(read(&["\u{9b}5~".as_bytes()]), "5 | ~", "a control code is no text");
}

#[test]
fn strings_and_sequences_are_bounded_and_dropped_whole() {
    let mut decoder = Decoder::default();
    for introducer in ["\x1b]11;", "\x1bP>|", "\x1b_G", "\x1b[1", "\x1bO1"] {
        let mut events = decoder.read(introducer.as_bytes());
        for _ in 0..1000 {
            events.extend(decoder.read(&[b'1'; 1000]));
        }
        events.extend(decoder.read(if introducer.len() == 3 { b"A" } else { b"\x1b\\" }));
        events.extend(decoder.flush());
        events.extend(decoder.read(b"ok"));
        // A sequence that is cut by the end of a string leaves the key of that end.
        let got = describe(&events);
        assert!(got == "o | k" || got == "Alt+\\ | o | k", "{introducer:?}: {got}");
    }
}

// ---- lines pasted without bracketed paste ----

#[test]
fn lines_in_one_read_are_a_paste() {
    assert_eq!(read(&[b"line one\rline two\rthree"]), {
        let keys = "l | i | n | e | Space | o | n | e";
        format!("{keys} | paste \\rline two\\rthree")
    });
    assert_eq!(read(&[b"ab\rcd\r"]), "a | b | paste \\rcd\\r", "its last line is not sent either");
    assert_eq!(read(&[b"\r\rab"]), "paste \\r\\rab");
    assert_eq!(read(&[b"1\r2\r3"]), "1 | paste \\r2\\r3");
    assert_eq!(read(&["é\r名\t名\r\x1b[A".as_bytes()]), "é | paste \\r名\\x09名\\r | Up");
}

#[test]
fn lines_are_a_paste_wherever_reads_split_them() {
    let text = b"line one\rline two\r\rline three\r";
    for cut in 1..text.len() {
        let mut decoder = Decoder::default();
        let (first, second) = text.split_at(cut);
        let mut events = decoder.read(first);
        events.extend(decoder.read(second));
        while decoder.patience().is_some() {
            events.extend(decoder.flush());
        }
        let enters = events.iter().filter(|it| describe_one(it) == "Enter").count();
        assert_eq!(enters, 0, "cut at {cut}: {}", describe(&events));
    }
}

#[test]
fn keys_typed_one_by_one_or_ahead_stay_keys() {
    assert_eq!(read(&[b"\r"]), "Enter");
    assert_eq!(read(&[b"\r\r\r"]), "Enter | Enter | Enter");
    assert_eq!(read(&[b"\ry"]), "Enter | y");
    assert_eq!(read(&[b"j", b"j", b"\r", b"y"]), "j | j | Enter | y");
    assert_eq!(read(&[b"ok\r"]), "o | k | Enter");
    assert_eq!(read(&[b"a\rb"]), "a | Enter | b");
    assert_eq!(read(&[b"a\r\x1b[Bbc"]), "a | Enter | Down | b | c");
    assert_eq!(read(&[b"a\x1b\rbc"]), "a | Alt+Enter | b | c");
    assert_eq!(read(&[b"a\nbc"]), "a | Ctrl+j | b | c");
    // The next key of a person comes later than the rest of a paste.
    let mut decoder = Decoder::default();
    let mut events = decoder.read(b"hello\r");
    assert_eq!(decoder.patience(), Some(Duration::from_millis(30)));
    events.extend(decoder.flush());
    events.extend(decoder.read(b"next"));
    assert_eq!(describe(&events), "h | e | l | l | o | Enter | n | e | x | t");
}
