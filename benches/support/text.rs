//! Text as models write it, and the deltas it arrives in.

/// Prose as a model writes it.
pub(crate) fn prose(words: usize) -> String {
    let mut text = String::new();
    let mut random = 7_u64;
    for word in 0..words {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let long = usize::try_from(random >> 61).unwrap() + 2;
        text.push_str(&"etaoinshrd"[..long]);
        text.push_str(match word % 400 {
            0 => "\n\n## Heading\n\n",
            60 | 130 | 200 => ".\n\n",
            210 | 220 | 230 => "\n- ",
            240 => "\n\n",
            77 => " **strong** ",
            99 => " `code` ",
            _ => " ",
        });
    }
    text
}

pub(crate) fn code(lines: usize) -> String {
    let mut text = "```rust\n".to_owned();
    for line in 0..lines {
        text.push_str(match line % 5 {
            0 => "fn sorted(mut list: Vec<i32>) -> Vec<i32> { // sorts\n",
            1 => "    let name = format!(\"{} of {}\", list.len(), 42);\n",
            2 => "    list.sort_unstable_by(|a, b| b.cmp(a));\n",
            3 => "    match list.first() { Some(x) if *x > 3 => list, _ => vec![] }\n",
            _ => "}\n",
        });
    }
    text
}

/// Pieces of about a token.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rest.ceil_char_boundary(4.min(rest.len())));
        pieces.push(now);
        rest = later;
    }
    pieces
}
