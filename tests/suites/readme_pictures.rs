//! Generates the pictures in the README from the running program:
//! `cargo test --test all pictures -- --ignored` writes them to `assets`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::home::Home;
use crate::support::pty::Pty;

/// Columns, rows, and the pixels of a cell.
const SIZE: (u16, u16) = (112, 34);
const CELL: (u16, u16) = (8, 17);

/// The terminal's own colours.
struct PageColors {
    name: &'static str,
    answer: &'static str,
    text: &'static str,
    ground: &'static str,
}

const PAGE_COLORS: [PageColors; 2] = [
    PageColors { name: "dark", answer: "1c1c/1f1f/2626", text: "#d5dae3", ground: "#1c1f26" },
    PageColors { name: "light", answer: "fcfc/fcfc/fafa", text: "#24292f", ground: "#fcfcfa" },
];

#[test]
#[ignore = "writes the pictures in the README"]
fn pictures_of_the_running_program() {
    for paper in PAGE_COLORS {
        let home = Home::new();
        let mut pty = Pty::start(&home, &["--demo"], SIZE.0, SIZE.1);
        pty.wait_for("Ask anything");
        pty.press(&format!("\x1b]11;rgb:{}\x1b\\", paper.answer));
        pty.wait_for("What an answer can lo");
        pty.press("\t");
        pty.wait_for("Enter open");
        pty.press("j\r");
        pty.wait_for("That was the end of the show.");
        pty.press("\x1b[5~");
        pty.wait_for("fn sorted");
        pty.press("\x1b");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/{}.svg", paper.name));
        fs::write(file, drawn(&pty, &paper)).unwrap();
    }
}

/// The screen as a drawing: one text for each run of a style, wide characters each by themselves.
fn drawn(pty: &Pty, paper: &PageColors) -> String {
    let (wide, high) = (SIZE.0 * CELL.0 + 24, SIZE.1 * CELL.1 + 24);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
         font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"13.3\" xml:space=\"preserve\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        paper.ground
    );
    let screen = pty.screen();
    for row in 0..SIZE.1 {
        let mut column = 0;
        while column < SIZE.0 {
            let first = screen.cell(row, column).unwrap();
            let mut text = shown(first);
            let mut end = column + if first.is_wide() { 2 } else { 1 };
            while !first.is_wide() && end < SIZE.0 {
                let next = screen.cell(row, end).unwrap();
                if next.is_wide() || look(next, paper) != look(first, paper) {
                    break;
                }
                text.push_str(&shown(next));
                end += 1;
            }
            draw_run(&mut out, &text, (row, column, end), &look(first, paper));
            column = end;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// How a cell looks: colours and the like.
#[derive(PartialEq)]
struct Look {
    text: String,
    ground: Option<String>,
    more: String,
}

fn look(cell: &vt100::Cell, paper: &PageColors) -> Look {
    let (mut text, mut ground) = (colour(cell.fgcolor()), colour(cell.bgcolor()));
    if cell.inverse() {
        let front = ground.unwrap_or_else(|| paper.ground.to_owned());
        ground = Some(text.unwrap_or_else(|| paper.text.to_owned()));
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
    Look { text: text.unwrap_or_else(|| paper.text.to_owned()), ground, more }
}

fn shown(cell: &vt100::Cell) -> String {
    if cell.has_contents() { cell.contents().to_owned() } else { " ".to_owned() }
}

fn draw_run(out: &mut String, text: &str, (row, from, to): (u16, u16, u16), look: &Look) {
    let (x, y) = (12 + from * CELL.0, 12 + row * CELL.1);
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
