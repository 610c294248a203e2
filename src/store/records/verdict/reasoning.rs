//! What is stored of an answer's reasoning, searches and tools, as today's web app checks it.
//! May not judge for the version of 2025, which drops it unseen.

use std::io::Read;
use std::ops::Range;

use super::finding::{Effect, Eras, Finding};
use super::inside::{Inside, Kind, kind, value};
use super::judge::Judge;
use super::repair::Repair;
use crate::store::json::stream::{Result, Stream};
use crate::store::json::surrogates::Lone;
use crate::store::json::{decode_raw, walk};

/// How far down the shape matters: a list in it, an object in that, a value in that.
const LEVELS: usize = 3;

/// A value as far as its shape matters.
#[derive(Debug)]
enum Shape {
    Plain(Kind),
    Array(Vec<Self>),
    Object(Vec<Member>),
}

#[derive(Debug)]
struct Member {
    key: String,
    key_range: Range<usize>,
    value: Shape,
}

impl Judge {
    /// Judges the reasoning data that begins here.
    pub(super) fn reasoning<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        let name = "reasoning_data";
        let start = stream.place();
        let mut inside = Inside::default();
        let shape = shape(stream, LEVELS, &mut inside)?;
        let range = start..stream.place();
        self.always(&inside, 4, &range, name);
        let mut found = self.lone(&inside.lone.found, name, Eras::Head);
        let unusable = |range: &Range<usize>| Repair::Wrap {
            range: range.clone(),
            before: "{\"unusable\": ".to_owned(),
            after: "}".to_owned(),
        };
        // The record, its messages and the message stand around it.
        if inside.height.saturating_add(4) > super::rules::DEEPEST_WRITTEN_HEAD {
            let before = "{\"unusable\": ".to_owned();
            let repair = Repair::Quote { range: range.clone(), before, after: "}".to_owned() };
            let reason = "nested too deep to be written";
            found.push(self.found(&range, name, reason, Effect::Frozen, Eras::Head, repair));
        }
        match &shape {
            Shape::Plain(Kind::Null) => {}
            Shape::Object(members) => {
                for member in counting(members) {
                    let Some(wanted) = wrong(member) else { continue };
                    let key = format!("{name}.{}", member.key);
                    let reason = format!("must be {wanted} where it is there");
                    // Under another name it is kept for ever and means nothing.
                    let with = format!("\"{}_unusable\"", member.key);
                    let repair = Repair::put(&member.key_range, with);
                    let range = &member.key_range;
                    found.push(self.found(
                        range,
                        &key,
                        &reason,
                        Effect::Rejected,
                        Eras::Head,
                        repair,
                    ));
                }
            }
            Shape::Plain(_) | Shape::Array(_) => {
                let reason = "something else where an object or null belongs";
                let repair = unusable(&range);
                found.push(self.found(&range, name, reason, Effect::Rejected, Eras::Head, repair));
            }
        }
        Ok(found)
    }
}

/// The members that count: of a key that stands twice, the last.
fn counting(members: &[Member]) -> impl Iterator<Item = &Member> {
    let is_last = |(at, member): &(usize, &Member)| {
        let mut later = members.iter().skip(at.saturating_add(1));
        !later.any(|later| later.key == member.key)
    };
    members.iter().enumerate().filter(is_last).map(|(_, member)| member)
}

/// What a member should be, where it is not.
fn wrong(member: &Member) -> Option<&'static str> {
    let value = &member.value;
    let right = match member.key.as_str() {
        "summary_parts" => {
            return (!all(value, |it| it.kind() == Kind::Text)).then_some("a list of texts");
        }
        "complete_summary" | "response_id" => {
            return (value.kind() != Kind::Text).then_some("text");
        }
        "timestamp" => {
            let is_number = matches!(value.kind(), Kind::Number | Kind::Boolean);
            return (!is_number).then_some("a number");
        }
        "web_searches" => all(value, |it| has_right(it, "item_id", Kind::Text)),
        "tool_outputs" => all(value, |it| has_right(it, "tool_name", Kind::Text)),
        "message_data" => {
            let right = value.kind() == Kind::Null
                || (has_right(value, "item_id", Kind::Text)
                    && has_right(value, "content_items", Kind::Array));
            return (!right).then_some("null or an object with the right members");
        }
        _ => true,
    };
    (!right).then_some("a list of objects with the right members")
}

fn all(value: &Shape, is_right: impl Fn(&Shape) -> bool) -> bool {
    match value {
        Shape::Array(elements) => elements.iter().all(is_right),
        Shape::Plain(_) | Shape::Object(_) => false,
    }
}

/// Whether it is an object in which a member, if it is there, is of a kind.
fn has_right(value: &Shape, key: &str, wanted: Kind) -> bool {
    match value {
        Shape::Object(members) => counting(members)
            .filter(|member| member.key == key)
            .all(|member| member.value.kind() == wanted),
        Shape::Plain(_) | Shape::Array(_) => false,
    }
}

impl Shape {
    const fn kind(&self) -> Kind {
        match self {
            Self::Plain(kind) => *kind,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }
}

/// The shape of the value that begins here; what cannot be written again goes to `inside`.
fn shape<R: Read>(stream: &mut Stream<R>, levels: usize, inside: &mut Inside) -> Result<Shape> {
    let what = kind(stream.peek()?.unwrap_or_default());
    let Some(below) = levels.checked_sub(1) else {
        let value = value(stream)?;
        inside.add(value.inside, 0);
        return Ok(Shape::Plain(what));
    };
    let mut part = Inside::default();
    part.height = usize::from(matches!(what, Kind::Array | Kind::Object));
    let mut deeper = Inside::default();
    let shape = match what {
        Kind::Array => {
            let mut elements = Vec::new();
            walk::elements(stream, |stream| {
                elements.push(shape(stream, below, &mut deeper)?);
                Ok(())
            })?;
            Shape::Array(elements)
        }
        Kind::Object => {
            let mut members = Vec::new();
            walk::members(stream, |stream, key| {
                let start = stream.key_place();
                let mut lone = Lone::default();
                lone.look(key, start.saturating_add(1));
                lone.end();
                deeper.lone.found.extend(lone.found);
                let key_range = start..start.saturating_add(key.len()).saturating_add(2);
                let key = decode_raw(key);
                members.push(Member { key, key_range, value: shape(stream, below, &mut deeper)? });
                Ok(())
            })?;
            Shape::Object(members)
        }
        Kind::Null | Kind::Boolean | Kind::Number | Kind::Text => {
            let value = value(stream)?;
            deeper.add(value.inside, 0);
            Shape::Plain(what)
        }
    };
    part.add(deeper, usize::from(part.height > 0));
    inside.add(part, 0);
    Ok(shape)
}
