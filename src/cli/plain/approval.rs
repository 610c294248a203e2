//! Asks about a tool call of another program in lines.

use std::time::Instant;

use crate::chat::{PermissionScope, ToolRequest};
use crate::cli::output;

use super::line_reader::LineReader;

/// Asks whether a call may run; `None` where it may not, or nobody can be asked.
pub(super) async fn ask(lines: &mut LineReader, request: &ToolRequest) -> Option<PermissionScope> {
    output::print_message(&format!("The model wants to call the tool {}.", request.name()));
    if !request.description.is_empty() {
        output::print_message(&format!("The server's description: {}", request.description));
    }
    output::print_message(request.effect.sentence());
    output::print_message(&format!("Arguments: {}", request.arguments));
    loop {
        // Before the question is on the screen: an answer may follow it at once.
        let asked = Instant::now();
        output::print_prompt(
            "Allow the call? y for this call, c in this conversation, a always, n to refuse: ",
        );
        let Some(answer) = lines.answer(asked).await else {
            output::print_message("\nThe call was refused, because nobody answered.");
            return None;
        };
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return Some(PermissionScope::Once),
            "c" => return Some(PermissionScope::Conversation),
            "a" => return Some(PermissionScope::Always),
            "" | "n" | "no" => {
                output::print_message("The call was refused.");
                return None;
            }
            _ => output::print_message("Type y, c, a or n."),
        }
    }
}
