//! Asks about a tool call of another program in lines.

use crate::chat::{PermissionScope, ToolEffect, ToolRequest};
use crate::cli::output;

use super::line_reader::LineReader;

/// Asks whether a call may run; `None` where it may not, or nobody can be asked.
pub(super) async fn ask(lines: &mut LineReader, request: &ToolRequest) -> Option<PermissionScope> {
    output::print_message(&format!("The model wants to call the tool {}.", request.name()));
    if !request.description.is_empty() {
        output::print_message(&format!("The server describes it: {}", request.description));
    }
    output::print_message(match request.effect {
        ToolEffect::ReadOnly => "The server says that it only reads.",
        ToolEffect::Changes => "The server says that it can change things.",
        ToolEffect::Destructive => "The server says that it can delete or overwrite things.",
        ToolEffect::Unknown => "The server does not say what it can change.",
    });
    output::print_message(&format!("Arguments: {}", request.arguments));
    output::print_prompt(
        "Allow it? y for this call, c in this conversation, a always, n to refuse: ",
    );
    let scope = match lines.answer().await?.trim().to_lowercase().as_str() {
        "y" | "yes" => PermissionScope::Once,
        "c" => PermissionScope::Conversation,
        "a" => PermissionScope::Always,
        _ => {
            output::print_message("Refused.");
            return None;
        }
    };
    Some(scope)
}
