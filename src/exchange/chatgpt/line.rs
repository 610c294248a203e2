//! The line of a tree of messages that was last looked at.
//! May not follow a tree that goes round for ever.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

/// A place in the tree.
#[derive(Debug, Deserialize)]
pub(super) struct Node {
    /// What was said there.
    #[serde(default)]
    pub(super) message: Option<Value>,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    children: Option<Vec<String>>,
}

/// The messages from the root to the node that was shown; where that is not known, to the last end
/// of a branch.
pub(super) fn visible<'a>(
    mapping: &'a HashMap<String, Node>,
    current: Option<&str>,
) -> Vec<&'a Value> {
    let shown = current.filter(|id| mapping.contains_key(*id));
    let Some(end) = shown.or_else(|| latest_end(mapping)) else {
        return Vec::new();
    };
    let mut seen = HashSet::new();
    let mut line = Vec::new();
    let mut next = Some(end);
    while let Some(id) = next.filter(|id| seen.insert(*id)) {
        let Some(node) = mapping.get(id) else { break };
        line.extend(&node.message);
        next = node.parent.as_deref();
    }
    line.reverse();
    line
}

/// The end of a branch with the latest message; of equally late ones, the one whose name is last.
fn latest_end(mapping: &HashMap<String, Node>) -> Option<&str> {
    let time = |node: &Node| {
        let time = node.message.as_ref().and_then(|it| it.get("create_time")?.as_f64());
        time.unwrap_or(f64::NEG_INFINITY)
    };
    let ends = mapping.iter().filter(|(_, node)| node.children.as_ref().is_none_or(Vec::is_empty));
    let latest =
        ends.max_by(|(a, one), (b, two)| time(one).total_cmp(&time(two)).then_with(|| a.cmp(b)));
    latest.map(|(id, _)| id.as_str())
}
