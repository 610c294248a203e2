//! What a server says about a tool.

use rmcp::model::Tool;

use crate::chat::{ToolEffect, ToolInfo};

/// The longest description that is sent to a model, in characters. A choice of this program: the
/// descriptions of a server must not fill the context.
const MAX_DESCRIPTION_CHARS: usize = 1024;

/// What a tool is, for a list.
pub(super) fn report(tool: &Tool) -> ToolInfo {
    ToolInfo { name: tool.name.to_string(), description: description(tool), effect: effect(tool) }
}

pub(super) fn description(tool: &Tool) -> String {
    let title = || tool.title.as_deref().unwrap_or_default();
    let whole = tool.description.as_deref().filter(|it| !it.trim().is_empty());
    whole.unwrap_or_else(title).trim().chars().take(MAX_DESCRIPTION_CHARS).collect()
}

pub(super) fn effect(tool: &Tool) -> ToolEffect {
    let Some(hints) = &tool.annotations else {
        return ToolEffect::Unknown;
    };
    match (hints.read_only_hint, hints.destructive_hint) {
        (Some(true), _) => ToolEffect::ReadOnly,
        (_, Some(true)) => ToolEffect::Destructive,
        (Some(false), _) | (None, Some(false)) => ToolEffect::Changes,
        (None, None) => ToolEffect::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tool(value: Value) -> Tool {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn hints_are_read_as_the_servers_word() {
        let of = |annotations: Value| {
            effect(&tool(json!({ "name": "t", "inputSchema": {}, "annotations": annotations })))
        };
        assert_eq!(of(json!({ "readOnlyHint": true })), ToolEffect::ReadOnly);
        assert_eq!(of(json!({ "readOnlyHint": false })), ToolEffect::Changes);
        assert_eq!(of(json!({ "destructiveHint": true })), ToolEffect::Destructive);
        assert_eq!(of(json!({})), ToolEffect::Unknown);
    }

    #[test]
    fn a_long_description_is_cut() {
        let long = tool(json!({ "name": "t", "inputSchema": {}, "description": "x".repeat(9000) }));
        assert_eq!(description(&long).len(), MAX_DESCRIPTION_CHARS);
    }
}
