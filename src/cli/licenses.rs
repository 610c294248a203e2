//! `duologue licenses`: prints the program's licence and those of the language definitions in it.

use super::error::CliError;
use super::output;

/// Prints every licence that asks to be named.
pub(super) fn run() -> Result<(), CliError> {
    let mut text = format!("# duologue\n\n{}\n", include_str!("../../LICENSE").trim());
    text.push_str("\n# Language definitions for colouring code\n\n");
    text.push_str(
        "They come with two-face, which takes them from bat and Sublime Text packages.\n",
    );
    let listing = two_face::acknowledgement::listing();
    for license in listing.for_syntaxes().iter().filter(|it| it.needs_acknowledgement()) {
        text.push('\n');
        license.write_md(&mut text);
    }
    output::write_clean(&text)
}
