//! Generates the pictures in the README from the running program:
//! `cargo test --test all readme_pictures -- --ignored` writes them to `assets`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::home::Home;
use crate::support::pty::Pty;

/// Columns and rows of the pictures of a conversation, and of the moving one.
const SIZE: (u16, u16) = (120, 36);
const MOVING_SIZE: (u16, u16) = (96, 26);
/// The pixels of a cell, and around the screen.
const CELL: (u16, u16) = (8, 17);
const MARGIN: u16 = 12;
/// How long the moving picture rests at its end.
const REST: Duration = Duration::from_secs(3);
/// How long it shows the question before that is sent.
const FIRST_FRAME: Duration = Duration::from_millis(800);

/// The terminal's own colours.
struct PageColors {
    name: &'static str,
    answer: &'static str,
    text: &'static str,
    text_answer: &'static str,
    ground: &'static str,
}

const PAGE_COLORS: [PageColors; 2] = [
    PageColors {
        name: "dark",
        answer: "1414/1616/1b1b",
        text: "#d9dce3",
        text_answer: "d9d9/dcdc/e3e3",
        ground: "#14161b",
    },
    PageColors {
        name: "light",
        answer: "fbfb/fafa/f7f7",
        text: "#24292f",
        text_answer: "2424/2929/2f2f",
        ground: "#fbfaf7",
    },
];

/// The demo in a terminal with these colours.
fn start(home: &Home, colors: &PageColors, size: (u16, u16)) -> Pty {
    let mut pty = Pty::start_with(home, &["--demo"], size, &[("COLORTERM", "truecolor")]);
    pty.wait_for("Ask anything");
    pty.press(&format!("\x1b]10;rgb:{}\x1b\\", colors.text_answer));
    pty.press(&format!("\x1b]11;rgb:{}\x1b\\", colors.answer));
    pty.wait_for("What an answer can lo");
    pty
}

fn asset(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name)
}

#[test]
#[ignore = "writes the pictures in the README"]
fn conversation_in_dark_and_light() {
    for colors in PAGE_COLORS {
        let home = Home::new();
        let mut pty = start(&home, &colors, SIZE);
        pty.press("/resume Borrowing in Rust\r");
        pty.wait_for("words.split");
        // From the first question on, with the focus in the composer again.
        pty.press("\t\x1b[H");
        pty.wait_for("↓ 2 lines");
        pty.wait_for("y copy   Ctrl+F find");
        pty.press("\t\t");
        // The last row is drawn last.
        pty.wait_for("Tab focus   Ctrl+N new   Ctrl+P commands");
        fs::write(asset(&format!("{}.svg", colors.name)), still(&pty, &colors, SIZE)).unwrap();
    }
}

#[test]
#[ignore = "writes the pictures in the README"]
fn answer_that_streams_in() {
    let (home, [colors, _]) = (Home::new(), PAGE_COLORS);
    let mut pty = start(&home, &colors, MOVING_SIZE);
    pty.press("Sort a list in Rust, please");
    pty.wait_for("Sort a list in Rust, please");
    let mut frames = vec![(Duration::ZERO, rows(&pty, &colors, MOVING_SIZE))];
    pty.press("\r");
    let started = Instant::now();
    // The keys of an idle composer come back when the answer is stored.
    let mut answering = false;
    while !(answering && pty.text().contains("Tab focus")) {
        pty.take_output();
        answering |= pty.text().contains("Esc to stop");
        let drawn = rows(&pty, &colors, MOVING_SIZE);
        if frames.last().is_none_or(|(_, before)| *before != drawn) {
            frames.push((started.elapsed() + FIRST_FRAME, drawn));
        }
    }
    let whole = frames.last().map_or(Duration::ZERO, |(at, _)| *at) + REST;
    fs::write(asset("streaming.svg"), moving(&frames, whole, &colors, MOVING_SIZE)).unwrap();
}

/// A screen as a drawing.
fn still(pty: &Pty, colors: &PageColors, size: (u16, u16)) -> String {
    page(&rows(pty, colors, size).concat(), colors, size)
}

/// Frames as a drawing that moves: each row is shown as long as it stays the same.
fn moving(
    frames: &[(Duration, Vec<String>)],
    whole: Duration,
    colors: &PageColors,
    size: (u16, u16),
) -> String {
    let mut out = String::new();
    for row in 0..usize::from(size.1) {
        // What a row showed, and the spans of time, so that what comes back is drawn once.
        let mut shown: BTreeMap<&str, Vec<(Duration, Duration)>> = BTreeMap::new();
        let mut from = 0;
        for at in 1..=frames.len() {
            if frames.get(at).is_some_and(|(_, rows)| rows[row] == frames[from].1[row]) {
                continue;
            }
            let end = frames.get(at).map_or(whole, |(time, _)| *time);
            shown.entry(&frames[from].1[row]).or_default().push((frames[from].0, end));
            from = at;
        }
        for (drawing, spans) in shown.into_iter().filter(|(drawing, _)| !drawing.is_empty()) {
            draw_for_a_while(&mut out, drawing, &spans, whole);
        }
    }
    page(&out, colors, size)
}

/// Draws something that is seen in these spans of time, over and over.
fn draw_for_a_while(
    out: &mut String,
    drawing: &str,
    spans: &[(Duration, Duration)],
    whole: Duration,
) {
    let at_end = spans.iter().any(|(_, end)| *end == whole);
    if spans.len() == 1 && at_end && spans[0].0.is_zero() {
        out.push_str(drawing);
        return;
    }
    let (mut values, mut times) = (Vec::new(), Vec::new());
    if !spans[0].0.is_zero() {
        values.push("hidden");
        times.push(0.0);
    }
    let part = |time: Duration| time.as_secs_f64() / whole.as_secs_f64();
    for (from, end) in spans {
        values.push("visible");
        times.push(part(*from));
        if *end < whole {
            values.push("hidden");
            times.push(part(*end));
        }
    }
    let times: Vec<String> = times.iter().map(|time| format!("{time:.4}")).collect();
    writeln!(
        out,
        "<g visibility=\"{}\"><animate attributeName=\"visibility\" calcMode=\"discrete\" \
         dur=\"{:.2}s\" repeatCount=\"indefinite\" values=\"{}\" keyTimes=\"{}\"/>\n{drawing}</g>",
        if at_end { "visible" } else { "hidden" },
        whole.as_secs_f64(),
        values.join(";"),
        times.join(";"),
    )
    .unwrap();
}

fn page(content: &str, colors: &PageColors, size: (u16, u16)) -> String {
    let (wide, high) = (size.0 * CELL.0 + MARGIN * 2, size.1 * CELL.1 + MARGIN * 2);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
         font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"13.3\" xml:space=\"preserve\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n{content}</svg>\n",
        colors.ground
    )
}

/// Each row as a drawing: one text for each run of a style, wide characters each by themselves.
fn rows(pty: &Pty, colors: &PageColors, size: (u16, u16)) -> Vec<String> {
    let screen = pty.screen();
    let drawn = |row| {
        let mut out = String::new();
        let mut column = 0;
        while column < size.0 {
            let first = screen.cell(row, column).unwrap();
            let mut text = shown(first);
            let mut end = column + if first.is_wide() { 2 } else { 1 };
            while !first.is_wide() && end < size.0 {
                let next = screen.cell(row, end).unwrap();
                if next.is_wide() || look(next, colors) != look(first, colors) {
                    break;
                }
                text.push_str(&shown(next));
                end += 1;
            }
            draw_run(&mut out, &text, (row, column, end), &look(first, colors));
            column = end;
        }
        out
    };
    (0..size.1).map(drawn).collect()
}

/// How a cell looks: colours and the like.
#[derive(PartialEq)]
struct Look {
    text: String,
    ground: Option<String>,
    more: String,
}

fn look(cell: &vt100::Cell, colors: &PageColors) -> Look {
    let (mut text, mut ground) = (colour(cell.fgcolor()), colour(cell.bgcolor()));
    if cell.inverse() {
        let front = ground.unwrap_or_else(|| colors.ground.to_owned());
        ground = Some(text.unwrap_or_else(|| colors.text.to_owned()));
        text = Some(front);
    }
    let mut more = String::new();
    for (on, attribute) in [
        (cell.bold(), " font-weight=\"bold\""),
        (cell.italic(), " font-style=\"italic\""),
        (cell.underline(), " text-decoration=\"underline\""),
        (cell.dim(), " opacity=\"0.6\""),
    ] {
        more.push_str(if on { attribute } else { "" });
    }
    Look { text: text.unwrap_or_else(|| colors.text.to_owned()), ground, more }
}

fn shown(cell: &vt100::Cell) -> String {
    if cell.has_contents() { cell.contents().to_owned() } else { " ".to_owned() }
}

fn draw_run(out: &mut String, text: &str, (row, from, to): (u16, u16, u16), look: &Look) {
    let (x, y) = (MARGIN + from * CELL.0, MARGIN + row * CELL.1);
    let wide = (to - from) * CELL.0;
    if let Some(ground) = &look.ground {
        writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{}\" fill=\"{ground}\"/>",
            CELL.1
        )
        .unwrap();
    }
    let before = u16::try_from(text.len() - text.trim_start().len()).unwrap();
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let columns = if to - from == 2 && !text.is_ascii() { 2 } else { text.chars().count() };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\" fill=\"{}\"{}>{text}</text>",
        x + before * CELL.0,
        y + 13,
        columns * usize::from(CELL.0),
        look.text,
        look.more
    )
    .unwrap();
}

fn colour(colour: vt100::Color) -> Option<String> {
    match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(index) => {
            const NAMED: [&str; 8] = [
                "#3b4252", "#d9534f", "#4fa65b", "#c9a227", "#3b82c4", "#b060c0", "#2aa1b3",
                "#c0c5ce",
            ];
            Some(NAMED[usize::from(index) % 8].to_owned())
        }
        vt100::Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
    }
}
