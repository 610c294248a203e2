//! `duologue licenses`: whose work is in this program.
//! May not leave out anybody whose licence asks to be named.

use super::output;
use crate::cli::error::CliError;

/// Prints the program's own licence and those of the language definitions in it.
///
/// # Errors
/// When standard output fails.
pub fn run() -> Result<(), CliError> {
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
