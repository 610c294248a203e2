//! The branches of a ChatGPT message tree, which may have cycles in a damaged export.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

/// A node of the tree; the root has no message.
#[derive(Debug, Deserialize)]
pub(super) struct TreeNode {
    #[serde(default)]
    pub(super) message: Option<Value>,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    children: Option<Vec<String>>,
}

/// The most branches that are read of one tree, besides the current one.
const MAX_BRANCHES: usize = 50;

/// Returns the messages from the root to the current node; without one, to the latest leaf.
pub(super) fn current_branch<'a>(
    mapping: &'a HashMap<String, TreeNode>,
    current: Option<&'a str>,
) -> Vec<&'a Value> {
    current_leaf(mapping, current).map_or_else(Vec::new, |leaf| path_to(mapping, leaf))
}

/// Returns the other leaves, in the order of their ids, with their messages from the root.
pub(super) fn other_branches<'a>(
    mapping: &'a HashMap<String, TreeNode>,
    current: Option<&'a str>,
) -> Vec<(&'a str, Vec<&'a Value>)> {
    let current = current_leaf(mapping, current);
    let mut others: Vec<&str> = leaves(mapping).map(|(id, _)| id.as_str()).collect();
    others.retain(|leaf| Some(*leaf) != current);
    others.sort_unstable();
    others.truncate(MAX_BRANCHES);
    others.into_iter().map(|leaf| (leaf, path_to(mapping, leaf))).collect()
}

fn current_leaf<'a>(
    mapping: &'a HashMap<String, TreeNode>,
    current: Option<&'a str>,
) -> Option<&'a str> {
    current.filter(|id| mapping.contains_key(*id)).or_else(|| latest_leaf(mapping))
}

fn path_to<'a>(mapping: &'a HashMap<String, TreeNode>, leaf: &'a str) -> Vec<&'a Value> {
    let mut visited = HashSet::new();
    let mut messages = Vec::new();
    let mut next = Some(leaf);
    while let Some(id) = next.filter(|id| visited.insert(*id)) {
        let Some(node) = mapping.get(id) else { break };
        messages.extend(&node.message);
        next = node.parent.as_deref();
    }
    messages.reverse();
    messages
}

/// Returns the leaf with the latest message; of equally late ones, the one with the last id.
fn latest_leaf(mapping: &HashMap<String, TreeNode>) -> Option<&str> {
    let time = |node: &TreeNode| {
        let time = node.message.as_ref().and_then(|message| message.get("create_time")?.as_f64());
        time.unwrap_or(f64::NEG_INFINITY)
    };
    let latest = leaves(mapping)
        .max_by(|(a, one), (b, two)| time(one).total_cmp(&time(two)).then_with(|| a.cmp(b)));
    latest.map(|(id, _)| id.as_str())
}

fn leaves(mapping: &HashMap<String, TreeNode>) -> impl Iterator<Item = (&String, &TreeNode)> {
    mapping.iter().filter(|(_, node)| node.children.as_ref().is_none_or(Vec::is_empty))
}
