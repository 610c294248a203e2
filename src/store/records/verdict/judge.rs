//! One record as each version of the web app would read it.
//! May not stop at the first thing that is wrong: all of them are to be known and repaired.

use std::io::Read;

use super::finding::{Effect, Eras, Finding};
use super::inside::{Keeps, Kind, Value, kind, value};
use super::repair::{Repair, Which, quote, quoted};
use super::slots::{Has, Slots, put};
use crate::store::json::decode_raw;
use crate::store::json::stream::{Result, Stream};
use crate::store::json::walk;

/// What the judging goes by.
#[derive(Debug, Default)]
pub(super) struct Judge {
    /// What was found whatever else the file says.
    pub findings: Vec<Finding>,
    pub(super) conversation: Option<String>,
    pub(super) message: Option<usize>,
    /// The times known of this record so far.
    pub(super) times: Vec<i64>,
}

impl Judge {
    /// Something about the file as a whole.
    pub(super) fn file(&mut self, place: usize, reason: &str) {
        let range = place..place;
        self.conversation = None;
        self.message = None;
        let found = self.found(&range, "", reason, Effect::Rejected, Eras::Both, Repair::None);
        self.findings.push(found);
    }

    /// A file that holds no object.
    pub(super) fn top(&mut self, top: &Value) {
        let raw = String::from_utf8_lossy(&top.raw);
        let empty = match top.kind() {
            Kind::Null => true,
            Kind::Boolean => raw == "false",
            Kind::Number => raw.parse::<f64>().is_ok_and(|number| number == 0.0),
            Kind::Text => raw == "\"\"",
            Kind::Array | Kind::Object => top.inside.height <= 1 && top.inside.tokens == 0,
        };
        let eras = if empty { Eras::O4Mini } else { Eras::Both };
        let reason = format!("it holds {} where an object belongs", top.kind().word());
        let repair = if empty { Repair::put(&top.range, "{}") } else { Repair::None };
        let found = self.found(&top.range, "", &reason, Effect::Rejected, eras, repair);
        self.findings.push(found);
    }

    /// Judges the record that begins here; its key has just been read.
    pub(super) fn record<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        key: &[u8],
    ) -> Result<(String, Vec<Finding>)> {
        let id = decode_raw(key);
        let key_at = stream.key_place().saturating_add(1);
        self.conversation = Some(id.clone());
        self.message = None;
        self.times.clear();
        let mut lone = crate::store::json::surrogates::Lone::default();
        lone.look(key, key_at);
        lone.end();
        let mut found = self.lone(&lone.found, "", Eras::Both);
        if kind(stream.peek()?.unwrap_or_default()) == Kind::Object {
            found.extend(self.members(stream, &id)?);
        } else {
            let value = value(stream)?;
            self.always(&value.inside, 1, &value.range, "");
            let reason = format!("{} where a conversation belongs", value.kind().word());
            let repair = whole_record(&id, &value);
            found.push(self.found(&value.range, "", &reason, Effect::Rejected, Eras::Both, repair));
        }
        let first = self.times.iter().min().copied().unwrap_or(0);
        let last = self.times.iter().max().copied().unwrap_or(0);
        for finding in &mut found {
            finding.repair.settle(first, last);
        }
        Ok((id, found))
    }

    fn members<R: Read>(&mut self, stream: &mut Stream<R>, id: &str) -> Result<Vec<Finding>> {
        let brace = stream.place();
        let mut slots = Slots::new();
        let mut has = Has::default();
        walk::members(stream, |stream, key| {
            let key = decode_raw(key);
            let found = match key.as_str() {
                "data" => self.data(stream, id)?,
                "chat_name" => self.text(stream, 2, &key, |_| String::new())?,
                "last_update" => self.time(stream, 2, &key, Which::Last)?,
                "messages" => self.messages(stream)?,
                "last_response_id" => self.text_or_null(stream, 2, &key, Eras::Both)?,
                _ => self.unknown(stream, 2, &key)?,
            };
            has.saw(&key);
            put(&mut slots, key, found);
            Ok(())
        })?;
        let mut found: Vec<Finding> = slots.into_values().flatten().collect();
        let key = quoted(id);
        let mut missing = |key: &str, repair: Repair| {
            let range = brace..brace;
            let reason = "is missing";
            found.push(self.found(&range, key, reason, Effect::Rejected, Eras::Both, repair));
        };
        if !has.has("last_update") {
            missing("last_update", Repair::insert_time(brace, "last_update", Which::Last));
        }
        if !has.has("chat_name") {
            missing("chat_name", Repair::insert(brace, false, "chat_name", &key));
        }
        if !has.has("data") {
            let repair = Repair::Time {
                range: brace.saturating_add(1)..brace.saturating_add(1),
                before: format!("\"data\": {{\"id\": {key}, \"created_at\": "),
                after: format!(
                    ", \"metadata\": {{}}, \"object\": \"conversation\"}}{}",
                    if has.none() { "" } else { ", " }
                ),
                which: Which::First,
            };
            missing("data", repair);
        }
        Ok(found)
    }

    fn data<R: Read>(&mut self, stream: &mut Stream<R>, id: &str) -> Result<Vec<Finding>> {
        let brace = stream.place();
        if kind(stream.peek()?.unwrap_or_default()) != Kind::Object {
            let value = value(stream)?;
            self.always(&value.inside, 2, &value.range, "data");
            let reason = format!("{} where an object belongs", value.kind().word());
            let before =
                format!("{{\"id\": {}, \"created_at\": 0, \"metadata\": {{\"value\": ", quoted(id));
            let repair =
                Repair::Wrap { range: value.range.clone(), before, after: "}}".to_owned() };
            return Ok(vec![self.found(
                &value.range,
                "data",
                &reason,
                Effect::Rejected,
                Eras::Both,
                repair,
            )]);
        }
        let mut slots = Slots::new();
        let mut has = Has::default();
        walk::members(stream, |stream, key| {
            let key = decode_raw(key);
            let name = format!("data.{key}");
            let found = match key.as_str() {
                "id" => self.text(stream, 3, &name, |_| id.to_owned())?,
                "created_at" => self.time(stream, 3, &name, Which::First)?,
                "object" => self.text(stream, 3, &name, |_| "conversation".to_owned())?,
                "metadata" => self.metadata(stream)?,
                _ => self.unknown(stream, 3, &name)?,
            };
            has.saw(&key);
            put(&mut slots, key, found);
            Ok(())
        })?;
        let mut found: Vec<Finding> = slots.into_values().flatten().collect();
        let range = brace..brace;
        let mut missing = |key: &str, repair: Repair| {
            found.push(self.found(&range, key, "is missing", Effect::Rejected, Eras::Both, repair));
        };
        if !has.has("created_at") {
            let repair = Repair::insert_time(brace, "created_at", Which::First);
            missing("data.created_at", repair);
        }
        if !has.has("id") {
            missing("data.id", Repair::insert(brace, has.none(), "id", &quoted(id)));
        }
        Ok(found)
    }

    fn metadata<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        let (name, value) = ("data.metadata", value(stream)?);
        let mut found = self.inside(&value, 3, name, Keeps::All(Eras::Both));
        if value.kind() != Kind::Object {
            let reason = format!("{} where an object belongs", value.kind().word());
            let repair = if value.kind() == Kind::Null {
                Repair::put(&value.range, "{}")
            } else {
                let before = "{\"value\": ".to_owned();
                Repair::Wrap { range: value.range.clone(), before, after: "}".to_owned() }
            };
            found.push(self.found(
                &value.range,
                name,
                &reason,
                Effect::Rejected,
                Eras::Both,
                repair,
            ));
        }
        let odd = value.inside.odd.iter().map(|range| (range, Repair::None));
        let infinite = value.inside.infinite.iter().map(|range| (range, quote(range)));
        for (range, repair) in odd.chain(infinite).filter(|_| value.kind() == Kind::Object) {
            let reason = "a number that is none, or infinite";
            let effect = Effect::NoSidebar;
            found.push(self.found(range, name, reason, effect, Eras::Both, repair));
        }
        Ok(found)
    }

    fn messages<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        if kind(stream.peek()?.unwrap_or_default()) != Kind::Array {
            let value = value(stream)?;
            self.always(&value.inside, 2, &value.range, "messages");
            let reason = format!("{} where a list belongs", value.kind().word());
            let repair = if value.kind() == Kind::Null {
                Repair::put(&value.range, "[]")
            } else {
                as_message(&value, "[", "]")
            };
            return Ok(vec![self.found(
                &value.range,
                "messages",
                &reason,
                Effect::Rejected,
                Eras::Both,
                repair,
            )]);
        }
        let mut found = Vec::new();
        let mut number = 0_usize;
        walk::elements(stream, |stream| {
            self.message = Some(number);
            found.extend(self.message(stream)?);
            number = number.saturating_add(1);
            Ok(())
        })?;
        self.message = None;
        Ok(found)
    }
}

/// A value as the text of a message, with something around that.
pub(super) fn as_message(value: &Value, before: &str, after: &str) -> Repair {
    let before = format!("{before}{{\"role\": \"user\", \"text\": ");
    let after = format!(", \"timestamp\": 0, \"response_id\": null}}{after}");
    let range = value.range.clone();
    if value.kind() == Kind::Text {
        return Repair::Wrap { range, before, after };
    }
    Repair::Quote { range, before, after }
}

/// A record in the place of something else, which becomes the text of a message in it.
fn whole_record(id: &str, value: &Value) -> Repair {
    let key = quoted(id);
    let before = format!(
        "{{\"data\": {{\"id\": {key}, \"created_at\": 0, \"metadata\": {{}}, \"object\": \
         \"conversation\"}}, \"chat_name\": {key}, \"last_update\": 0, \"messages\": ["
    );
    let after = "], \"last_response_id\": null}";
    if value.kind() == Kind::Null {
        return Repair::put(&value.range, before + after);
    }
    as_message(value, &before, after)
}
