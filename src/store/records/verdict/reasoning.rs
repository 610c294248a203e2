//! The reasoning data of an answer, as today's web app checks it; that of 2025 drops it unseen.

use std::io::Read;
use std::ops::Range;

use super::finding::{Finding, WebVersions};
use super::judge::Judge;
use super::repair::{Repair, RepairKind};
use super::scan::{JsonKind, ValueScan, kind_of, scan_value};
use crate::store::index::keys::REASONING_DATA;
use crate::store::json::stream::{Result, Stream};
use crate::store::json::{decode_raw, parser, unpaired_surrogates};

/// How far down the shape matters: a list in it, an object in that, a value in that.
const SHAPE_DEPTH: usize = 3;

/// A value as far as its shape matters.
#[derive(Debug)]
enum JsonShape {
    Scalar(JsonKind),
    Array(Vec<Self>),
    Object(Vec<ShapeMember>),
}

#[derive(Debug)]
struct ShapeMember {
    key: String,
    key_range: Range<usize>,
    value: JsonShape,
}

impl Judge {
    /// Judges the reasoning data that begins here.
    pub(super) fn judge_reasoning<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
    ) -> Result<Vec<Finding>> {
        let start = stream.position();
        let mut scan = ValueScan::default();
        let shape = read_shape(stream, SHAPE_DEPTH, &mut scan)?;
        let range = start..stream.position();
        self.check_scan(&scan, 4, &range, REASONING_DATA);
        let versions = WebVersions::Current;
        let mut findings =
            self.surrogate_findings(&scan.surrogates.unpaired, REASONING_DATA, versions);
        let depth = scan.nesting.saturating_add(4);
        findings.extend(self.depth_finding(depth, &range, REASONING_DATA, versions, "unusable"));
        match &shape {
            JsonShape::Scalar(JsonKind::Null) => {}
            JsonShape::Object(members) => {
                findings.extend(members_of_wrong_type(members).map(|(member, expected)| {
                    let key = format!("{REASONING_DATA}.{}", member.key);
                    let reason = format!("must be {expected} if present");
                    // The web app stores other names without using them.
                    let renamed = format!("\"{}_unusable\"", member.key);
                    let repair = Repair::replace(&member.key_range, renamed);
                    self.finding(&member.key_range, &key, &reason, repair).versions(versions)
                }));
            }
            JsonShape::Scalar(_) | JsonShape::Array(_) => {
                let reason = "something other than an object or null";
                let repair = Repair::new(RepairKind::Wrap, &range, "{\"unusable\": ", "}");
                findings
                    .push(self.finding(&range, REASONING_DATA, reason, repair).versions(versions));
            }
        }
        Ok(findings)
    }
}

/// Whether today's web app takes a JSON text for reasoning data.
pub(crate) fn is_reasoning_data(raw: &str) -> bool {
    let mut stream = Stream::new(raw.as_bytes(), raw.len());
    let shape = stream
        .skip_space()
        .and_then(|()| read_shape(&mut stream, SHAPE_DEPTH, &mut ValueScan::default()));
    matches!(shape, Ok(JsonShape::Object(members)) if members_of_wrong_type(&members).next().is_none())
}

/// The members that are not what the web app insists on, and what they should be.
fn members_of_wrong_type(
    members: &[ShapeMember],
) -> impl Iterator<Item = (&ShapeMember, &'static str)> {
    effective_members(members).filter_map(|member| Some((member, expected_type(member)?)))
}

/// The members that count: of a repeated key, the last.
fn effective_members(members: &[ShapeMember]) -> impl Iterator<Item = &ShapeMember> {
    let is_last = |(at, member): &(usize, &ShapeMember)| {
        let mut later = members.iter().skip(at.saturating_add(1));
        !later.any(|later| later.key == member.key)
    };
    members.iter().enumerate().filter(is_last).map(|(_, member)| member)
}

/// What a member should be, where it is not. The names and types are those the
/// web app checks (commit bdc7763, 2026).
fn expected_type(member: &ShapeMember) -> Option<&'static str> {
    let value = &member.value;
    let is_list_with = |key| value.is_array_of(|item| item.has_member(key, JsonKind::Text));
    let (is_right, expected) = match member.key.as_str() {
        "summary_parts" => {
            (value.is_array_of(|item| item.kind() == JsonKind::Text), "a list of texts")
        }
        "complete_summary" | "response_id" => (value.kind() == JsonKind::Text, "text"),
        "timestamp" => (matches!(value.kind(), JsonKind::Number | JsonKind::Boolean), "a number"),
        "web_searches" => (is_list_with("item_id"), "a list of objects with the right members"),
        "tool_outputs" => (is_list_with("tool_name"), "a list of objects with the right members"),
        "message_data" => {
            let is_right = value.kind() == JsonKind::Null
                || (value.has_member("item_id", JsonKind::Text)
                    && value.has_member("content_items", JsonKind::Array));
            (is_right, "null or an object with the right members")
        }
        _ => return None,
    };
    (!is_right).then_some(expected)
}

impl JsonShape {
    const fn kind(&self) -> JsonKind {
        match self {
            Self::Scalar(kind) => *kind,
            Self::Array(_) => JsonKind::Array,
            Self::Object(_) => JsonKind::Object,
        }
    }

    fn is_array_of(&self, is_right: impl Fn(&Self) -> bool) -> bool {
        matches!(self, Self::Array(elements) if elements.iter().all(is_right))
    }

    /// Whether it is an object in which a member, if it is there, is of a kind.
    fn has_member(&self, key: &str, kind: JsonKind) -> bool {
        let Self::Object(members) = self else { return false };
        effective_members(members)
            .filter(|member| member.key == key)
            .all(|member| member.value.kind() == kind)
    }
}

/// Reads the shape of the value that begins here; what its text holds is added to `scan`.
fn read_shape<R: Read>(
    stream: &mut Stream<R>,
    levels: usize,
    scan: &mut ValueScan,
) -> Result<JsonShape> {
    let kind = kind_of(stream.peek()?.unwrap_or_default());
    let is_container = matches!(kind, JsonKind::Array | JsonKind::Object);
    let (Some(below), true) = (levels.checked_sub(1), is_container) else {
        scan.merge(scan_value(stream)?.scan, 0);
        return Ok(JsonShape::Scalar(kind));
    };
    let mut inside = ValueScan::default();
    let shape = if kind == JsonKind::Array {
        let mut elements = Vec::new();
        parser::for_each_element(stream, |stream| {
            elements.push(read_shape(stream, below, &mut inside)?);
            Ok(())
        })?;
        JsonShape::Array(elements)
    } else {
        let mut members = Vec::new();
        parser::for_each_member(stream, |stream, key| {
            let start = stream.key_position();
            let surrogates = unpaired_surrogates(key, start.saturating_add(1));
            inside.surrogates.unpaired.extend(surrogates);
            let key_range = start..start.saturating_add(key.len()).saturating_add(2);
            let key = decode_raw(key);
            let value = read_shape(stream, below, &mut inside)?;
            members.push(ShapeMember { key, key_range, value });
            Ok(())
        })?;
        JsonShape::Object(members)
    };
    scan.merge(inside, 1);
    Ok(shape)
}
