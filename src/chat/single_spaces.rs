//! White space as single spaces, for text that is shown on one line.

/// Turns white space of any kind into single spaces, also at the ends.
#[must_use]
pub fn with_single_spaces(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            line.push(c);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}
