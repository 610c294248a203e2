//! Finds cycles of files in the import graph.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::Graph;

/// A description of every strongly connected component of more than one file.
pub fn cycles(graph: &Graph) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (file.as_str(), reachable(file, graph))).collect();
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for (file, ahead) in &reached {
        let reaches_back =
            |other: &&str| reached.get(other).is_some_and(|back| back.contains(file));
        let component: BTreeSet<&str> = ahead.iter().copied().filter(reaches_back).collect();
        if component.len() > 1 && reported.is_disjoint(&component) {
            reported.extend(&component);
            found.push(describe(&component, graph));
        }
    }
    found
}

fn reachable<'a>(from: &str, graph: &'a Graph) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<&str> = vec![from];
    while let Some(file) = ahead.pop() {
        for used in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(used.as_str()) {
                ahead.push(used);
            }
        }
    }
    seen
}

/// The files of a component, and one shortest cycle among them step by step.
fn describe(component: &BTreeSet<&str>, graph: &Graph) -> String {
    let files: Vec<&str> = component.iter().copied().collect();
    let mut report = format!("{} files use each other: {}", files.len(), files.join(", "));
    let shortest = files.iter().map(|file| shortest_cycle(file, graph)).min_by_key(Vec::len);
    for step in shortest.unwrap_or_default() {
        report.push_str("\n    ");
        report.push_str(&step);
    }
    report
}

/// The shortest way from a file back to itself, an edge a line.
fn shortest_cycle(start: &str, graph: &Graph) -> Vec<String> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut ahead = VecDeque::from([start]);
    while let Some(file) = ahead.pop_front() {
        for used in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if !came_from.contains_key(used.as_str()) {
                came_from.insert(used, file);
                ahead.push_back(used);
            }
        }
    }
    let mut steps = Vec::new();
    let mut to = start;
    while let Some(from) = came_from.get(to).copied() {
        steps.push(format!("{from} uses {to} ({})", graph[from][to]));
        to = from;
        if to == start {
            break;
        }
    }
    steps.reverse();
    steps
}
