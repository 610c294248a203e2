//! What is stored of an answer's reasoning, searches and tools, as today's web app checks it.
//! May not judge for the version of 2025, which drops it unseen.

use std::io::Read;
use std::ops::Range;

use super::finding::{Finding, Impact, WebVersions};
use super::judge::Judge;
use super::repair::Repair;
use crate::store::json::stream::{Result, Stream};
use crate::store::json::surrogates::SurrogateScanner;
use crate::store::json::{decode_raw, parser};
use crate::store::records::verdict::scan::{JsonKind, ValueScan, kind_of, scan_value};

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
        let name = "reasoning_data";
        let start = stream.position();
        let mut inside = ValueScan::default();
        let shape = read_shape(stream, SHAPE_DEPTH, &mut inside)?;
        let range = start..stream.position();
        self.check_scan(&inside, 4, &range, name);
        let mut found =
            self.surrogate_findings(&inside.surrogates.unpaired, name, WebVersions::Current);
        let unusable = |range: &Range<usize>| Repair::Wrap {
            range: range.clone(),
            before: "{\"unusable\": ".to_owned(),
            after: "}".to_owned(),
        };
        // The record, its messages and the message stand around it.
        if inside.nesting.saturating_add(4) > super::rules::MAX_WRITE_DEPTH_CURRENT {
            let before = "{\"unusable\": ".to_owned();
            let repair = Repair::Quote { range: range.clone(), before, after: "}".to_owned() };
            let reason = "nested too deep to be written";
            found.push(self.finding(
                &range,
                name,
                reason,
                Impact::Unsavable,
                WebVersions::Current,
                repair,
            ));
        }
        match &shape {
            JsonShape::Scalar(JsonKind::Null) => {}
            JsonShape::Object(members) => {
                for member in effective_members(members) {
                    let Some(wanted) = expected_type(member) else { continue };
                    let key = format!("{name}.{}", member.key);
                    let reason = format!("must be {wanted} where it is there");
                    // Under another name it is kept for ever and means nothing.
                    let with = format!("\"{}_unusable\"", member.key);
                    let repair = Repair::replace(&member.key_range, with);
                    let range = &member.key_range;
                    found.push(self.finding(
                        range,
                        &key,
                        &reason,
                        Impact::Rejected,
                        WebVersions::Current,
                        repair,
                    ));
                }
            }
            JsonShape::Scalar(_) | JsonShape::Array(_) => {
                let reason = "something else where an object or null belongs";
                let repair = unusable(&range);
                found.push(self.finding(
                    &range,
                    name,
                    reason,
                    Impact::Rejected,
                    WebVersions::Current,
                    repair,
                ));
            }
        }
        Ok(found)
    }
}

/// The members that count: of a key that stands twice, the last.
fn effective_members(members: &[ShapeMember]) -> impl Iterator<Item = &ShapeMember> {
    let is_last = |(at, member): &(usize, &ShapeMember)| {
        let mut later = members.iter().skip(at.saturating_add(1));
        !later.any(|later| later.key == member.key)
    };
    members.iter().enumerate().filter(is_last).map(|(_, member)| member)
}

/// What a member should be, where it is not.
fn expected_type(member: &ShapeMember) -> Option<&'static str> {
    let value = &member.value;
    let right = match member.key.as_str() {
        "summary_parts" => {
            return (!is_array_of(value, |it| it.kind() == JsonKind::Text))
                .then_some("a list of texts");
        }
        "complete_summary" | "response_id" => {
            return (value.kind() != JsonKind::Text).then_some("text");
        }
        "timestamp" => {
            let is_number = matches!(value.kind(), JsonKind::Number | JsonKind::Boolean);
            return (!is_number).then_some("a number");
        }
        "web_searches" => {
            is_array_of(value, |it| has_member_of_kind(it, "item_id", JsonKind::Text))
        }
        "tool_outputs" => {
            is_array_of(value, |it| has_member_of_kind(it, "tool_name", JsonKind::Text))
        }
        "message_data" => {
            let right = value.kind() == JsonKind::Null
                || (has_member_of_kind(value, "item_id", JsonKind::Text)
                    && has_member_of_kind(value, "content_items", JsonKind::Array));
            return (!right).then_some("null or an object with the right members");
        }
        _ => true,
    };
    (!right).then_some("a list of objects with the right members")
}

fn is_array_of(value: &JsonShape, is_right: impl Fn(&JsonShape) -> bool) -> bool {
    match value {
        JsonShape::Array(elements) => elements.iter().all(is_right),
        JsonShape::Scalar(_) | JsonShape::Object(_) => false,
    }
}

/// Whether it is an object in which a member, if it is there, is of a kind.
fn has_member_of_kind(value: &JsonShape, key: &str, wanted: JsonKind) -> bool {
    match value {
        JsonShape::Object(members) => effective_members(members)
            .filter(|member| member.key == key)
            .all(|member| member.value.kind() == wanted),
        JsonShape::Scalar(_) | JsonShape::Array(_) => false,
    }
}

impl JsonShape {
    const fn kind(&self) -> JsonKind {
        match self {
            Self::Scalar(kind) => *kind,
            Self::Array(_) => JsonKind::Array,
            Self::Object(_) => JsonKind::Object,
        }
    }
}

/// The shape of the value that begins here; what cannot be written again goes to `inside`.
fn read_shape<R: Read>(
    stream: &mut Stream<R>,
    levels: usize,
    inside: &mut ValueScan,
) -> Result<JsonShape> {
    let what = kind_of(stream.peek()?.unwrap_or_default());
    let Some(below) = levels.checked_sub(1) else {
        let value = scan_value(stream)?;
        inside.merge(value.scan, 0);
        return Ok(JsonShape::Scalar(what));
    };
    let mut part = ValueScan::default();
    part.nesting = usize::from(matches!(what, JsonKind::Array | JsonKind::Object));
    let mut deeper = ValueScan::default();
    let shape = match what {
        JsonKind::Array => {
            let mut elements = Vec::new();
            parser::for_each_element(stream, |stream| {
                elements.push(read_shape(stream, below, &mut deeper)?);
                Ok(())
            })?;
            JsonShape::Array(elements)
        }
        JsonKind::Object => {
            let mut members = Vec::new();
            parser::for_each_member(stream, |stream, key| {
                let start = stream.key_position();
                let mut lone = SurrogateScanner::default();
                lone.feed(key, start.saturating_add(1));
                lone.finish();
                deeper.surrogates.unpaired.extend(lone.unpaired);
                let key_range = start..start.saturating_add(key.len()).saturating_add(2);
                let key = decode_raw(key);
                members.push(ShapeMember {
                    key,
                    key_range,
                    value: read_shape(stream, below, &mut deeper)?,
                });
                Ok(())
            })?;
            JsonShape::Object(members)
        }
        JsonKind::Null | JsonKind::Boolean | JsonKind::Number | JsonKind::Text => {
            let value = scan_value(stream)?;
            deeper.merge(value.scan, 0);
            JsonShape::Scalar(what)
        }
    };
    part.merge(deeper, usize::from(part.nesting > 0));
    inside.merge(part, 0);
    Ok(shape)
}
