//! Reads what is piped into a command, and joins it with the question.

use std::io::{self, IsTerminal, Read};

use crate::chat::text_encoding::{DecodedText, TextEncoding, decode};

use super::error::CliError;
use super::output;

/// The text on standard input, or `None` where a terminal is there. Says so where it is not UTF-8.
pub(super) fn read_piped(encoding: Option<TextEncoding>) -> Result<Option<String>, CliError> {
    let mut input = io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::failed(format!("Standard input cannot be read: {error}.")))?;
    let decoded = decode(bytes, encoding).and_then(DecodedText::without_nul).map_err(|error| {
        CliError::usage(format!("Standard input cannot be sent: {error}. Nothing was sent."))
    })?;
    if encoding.is_none()
        && let Some(name) = decoded.encoding
    {
        output::print_message(&format!("Standard input was read as {name}."));
    }
    Ok(Some(decoded.text))
}

/// Joins the question on the command line with what was piped in; fails where both are empty.
pub(super) fn join_question(
    argument: Option<&str>,
    piped: Option<String>,
) -> Result<String, CliError> {
    let argument = argument.filter(|text| *text != "-").map(str::trim_end).unwrap_or_default();
    let piped = piped.unwrap_or_default();
    let piped = piped.trim_end_matches(['\n', '\r']);
    Ok(match (argument.trim().is_empty(), piped.trim().is_empty()) {
        (true, true) => {
            let text = "There is no question. Write one, as in: duologue ask \"What is a monad?\"";
            return Err(CliError::usage(text));
        }
        (false, true) => argument.to_owned(),
        (true, false) => piped.to_owned(),
        (false, false) => format!("{argument}\n\n{piped}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_and_piped_text_are_joined_and_an_empty_question_is_rejected() {
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
