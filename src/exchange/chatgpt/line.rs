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

/// Lines of one tree that are read at most, besides the one that was shown.
const MOST: usize = 50;

/// The messages from the root to the node that was shown; where that is not known, to the last end
/// of a branch.
pub(super) fn visible<'a>(
    mapping: &'a HashMap<String, Node>,
    current: Option<&'a str>,
) -> Vec<&'a Value> {
    shown(mapping, current).map_or_else(Vec::new, |end| up_to(mapping, end))
}

/// The ends of the lines that were left, and their messages, in the order of their names.
pub(super) fn left<'a>(
    mapping: &'a HashMap<String, Node>,
    current: Option<&'a str>,
) -> Vec<(&'a str, Vec<&'a Value>)> {
    let shown = shown(mapping, current);
    let mut ends: Vec<&str> = ends(mapping).map(|(id, _)| id.as_str()).collect();
    ends.retain(|end| Some(*end) != shown);
    ends.sort_unstable();
    ends.truncate(MOST);
    ends.into_iter().map(|end| (end, up_to(mapping, end))).collect()
}

fn shown<'a>(mapping: &'a HashMap<String, Node>, current: Option<&'a str>) -> Option<&'a str> {
    current.filter(|id| mapping.contains_key(*id)).or_else(|| latest_end(mapping))
}

fn up_to<'a>(mapping: &'a HashMap<String, Node>, end: &'a str) -> Vec<&'a Value> {
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
    let latest = ends(mapping)
        .max_by(|(a, one), (b, two)| time(one).total_cmp(&time(two)).then_with(|| a.cmp(b)));
    latest.map(|(id, _)| id.as_str())
}

/// Where the tree ends.
fn ends(mapping: &HashMap<String, Node>) -> impl Iterator<Item = (&String, &Node)> {
    mapping.iter().filter(|(_, node)| node.children.as_ref().is_none_or(Vec::is_empty))
}
