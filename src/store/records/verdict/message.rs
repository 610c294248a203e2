//! One message as each version of the web app would read it.
//! May not look at its text beyond what cannot be written again.

use std::io::Read;

use super::finding::{Effect, Eras, Finding};
use super::inside::{Keeps, Kind, kind, value};
use super::judge::{Judge, as_message};
use super::repair::{Repair, Which};
use super::rules::{LEVELS, MODELS};
use super::slots::{Has, Slots, put};
use crate::store::json::stream::{Result, Stream};
use crate::store::json::{decode_raw, decode_string, walk};

impl Judge {
    /// Judges the message that begins here.
    pub(super) fn message<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        let brace = stream.place();
        if kind(stream.peek()?.unwrap_or_default()) != Kind::Object {
            let value = value(stream)?;
            self.always(&value.inside, 3, &value.range, "");
            let reason = format!("{} where a message belongs", value.kind().word());
            let repair = as_message(&value, "", "");
            return Ok(vec![self.found(
                &value.range,
                "",
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
            let found = match key.as_str() {
                "role" => self.text(stream, 4, &key, |_| "user".to_owned())?,
                "text" => self.text(stream, 4, &key, |_| String::new())?,
                "timestamp" => self.time(stream, 4, &key, Which::First)?,
                "response_id" => self.text_or_null(stream, 4, &key, Eras::Both)?,
                "reasoning_data" => self.reasoning(stream)?,
                "agent_preset_id" => self.text_or_null(stream, 4, &key, Eras::Head)?,
                "model" => self.one_of(stream, &key, &MODELS)?,
                "reasoning_level" => self.one_of(stream, &key, &LEVELS)?,
                _ => self.unknown(stream, 4, &key)?,
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
        if !has.has("timestamp") {
            missing("timestamp", Repair::insert_time(brace, "timestamp", Which::First));
        }
        if !has.has("text") {
            missing("text", Repair::insert(brace, false, "text", "\"\""));
        }
        if !has.has("role") {
            missing("role", Repair::insert(brace, has.none(), "role", "\"user\""));
        }
        Ok(found)
    }

    /// A name out of a few, or null.
    fn one_of<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        key: &str,
        known: &[&str],
    ) -> Result<Vec<Finding>> {
        let value = value(stream)?;
        let mut found = self.inside(&value, 4, key, Keeps::Nobody);
        let text = decode_string(&String::from_utf8_lossy(&value.raw));
        let reason = match value.kind() {
            Kind::Null => return Ok(found),
            Kind::Text if known.contains(&text.as_str()) => return Ok(found),
            Kind::Text => {
                let short: String = text.chars().take(40).collect();
                format!("\"{short}\", which it does not know")
            }
            kind => format!("{} where text or null belongs", kind.word()),
        };
        let repair = Repair::put(&value.range, "null");
        found.push(self.found(&value.range, key, &reason, Effect::Rejected, Eras::Head, repair));
        Ok(found)
    }
}
