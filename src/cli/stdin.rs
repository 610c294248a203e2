//! What is piped into a command.
//! May not wait for a person: a terminal is not read.

use std::io::{self, IsTerminal, Read};

use crate::cli::error::CliError;

/// The text on standard input, or `None` where a terminal is there.
///
/// # Errors
/// When it cannot be read.
pub fn read_piped() -> Result<Option<String>, CliError> {
    let mut input = io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::failed(format!("Standard input cannot be read: {error}.")))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The question out of an argument and what was piped in.
///
/// # Errors
/// When there is neither.
pub fn join_question(argument: Option<&str>, piped: Option<String>) -> Result<String, CliError> {
    let argument = argument.filter(|text| *text != "-").map(str::trim_end).unwrap_or_default();
    let piped = piped.unwrap_or_default();
    let piped = piped.trim_end_matches(['\n', '\r']);
    let both = match (argument.trim().is_empty(), piped.trim().is_empty()) {
        (true, true) => {
            let text = "There is no question. Write one, as in: duologue ask \"What is a monad?\"";
            return Err(CliError::usage(text));
        }
        (false, true) => argument.to_owned(),
        (true, false) => piped.to_owned(),
        (false, false) => format!("{argument}\n\n{piped}"),
    };
    Ok(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_and_what_is_piped_in_are_joined_and_neither_is_refused() {
        let ask = |argument: Option<&str>, piped: Option<&str>| {
            join_question(argument, piped.map(str::to_owned)).map_err(|problem| problem.code)
        };
        assert_eq!(ask(Some("review this"), Some("+a\n-b\n")).unwrap(), "review this\n\n+a\n-b");
        assert_eq!(ask(Some("hi"), None).unwrap(), "hi");
        assert_eq!(ask(Some("-"), Some("hi\n")).unwrap(), "hi");
        assert_eq!(ask(None, Some("  \n")), Err(2));
        assert_eq!(ask(Some("  "), None), Err(2));
    }
}
