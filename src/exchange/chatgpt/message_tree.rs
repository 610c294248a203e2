//! The branches of a ChatGPT message tree. Must end on a tree with cycles.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

/// A place in the tree.
#[derive(Debug, Deserialize)]
pub(super) struct TreeNode {
    /// What was said there.
    #[serde(default)]
    pub(super) message: Option<Value>,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    children: Option<Vec<String>>,
}

/// Lines of one tree that are read at most, besides the one that was shown.
const MAX_BRANCHES: usize = 50;

/// The messages from the root to the node that was shown; where that is not known, to the last end
/// of a branch.
pub(super) fn current_branch<'a>(
    mapping: &'a HashMap<String, TreeNode>,
    current: Option<&'a str>,
) -> Vec<&'a Value> {
    current_leaf(mapping, current).map_or_else(Vec::new, |end| path_to(mapping, end))
}

/// The ends of the lines that were left, and their messages, in the order of their names.
pub(super) fn other_branches<'a>(
    mapping: &'a HashMap<String, TreeNode>,
    current: Option<&'a str>,
) -> Vec<(&'a str, Vec<&'a Value>)> {
    let shown = current_leaf(mapping, current);
    let mut ends: Vec<&str> = leaves(mapping).map(|(id, _)| id.as_str()).collect();
    ends.retain(|end| Some(*end) != shown);
    ends.sort_unstable();
    ends.truncate(MAX_BRANCHES);
    ends.into_iter().map(|end| (end, path_to(mapping, end))).collect()
}

fn current_leaf<'a>(
    mapping: &'a HashMap<String, TreeNode>,
    current: Option<&'a str>,
) -> Option<&'a str> {
    current.filter(|id| mapping.contains_key(*id)).or_else(|| latest_leaf(mapping))
}

fn path_to<'a>(mapping: &'a HashMap<String, TreeNode>, end: &'a str) -> Vec<&'a Value> {
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
fn latest_leaf(mapping: &HashMap<String, TreeNode>) -> Option<&str> {
    let time = |node: &TreeNode| {
        let time = node.message.as_ref().and_then(|it| it.get("create_time")?.as_f64());
        time.unwrap_or(f64::NEG_INFINITY)
    };
    let latest = leaves(mapping)
        .max_by(|(a, one), (b, two)| time(one).total_cmp(&time(two)).then_with(|| a.cmp(b)));
    latest.map(|(id, _)| id.as_str())
}

/// Where the tree ends.
fn leaves(mapping: &HashMap<String, TreeNode>) -> impl Iterator<Item = (&String, &TreeNode)> {
    mapping.iter().filter(|(_, node)| node.children.as_ref().is_none_or(Vec::is_empty))
}
