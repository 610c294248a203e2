//! The settings as they are in effect, each with the place it came from: what `config` shows.
//! May not show the key, only where it comes from.

use serde_json::{Value, json};

use super::{ApiKey, ContextChoice, Entry, Motion, Resolved, Settings, Source};

/// Tables of the file that change parts of what is built in; shown as they are written there.
const TABLES: [&str; 2] = ["keys", "prices"];

/// One setting in effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// Its name in `config.toml`.
    pub name: &'static str,
    /// Its value; null where nothing is set.
    pub value: Value,
    /// Where it came from.
    pub source: Source,
}

/// Every setting, in the order of the README.
#[must_use]
pub fn effective(resolved: &Resolved) -> Vec<Effective> {
    let source = |name: &str, value: &Value| {
        let known = resolved.sources.get(name).filter(|it| **it != Source::Default).cloned();
        let written = resolved.written.contains_key(name);
        let source = known.unwrap_or(if written { Source::File } else { Source::Default });
        if value.is_null() { Source::Default } else { source }
    };
    let tables = TABLES.map(|name| {
        let table = resolved.written.get(name).and_then(|it| serde_json::to_value(it).ok());
        (name, table.unwrap_or_else(|| json!({})))
    });
    let settings = &resolved.settings;
    let rows = connection(settings).into_iter().chain(looks(settings)).chain(tables);
    rows.map(|(name, value)| Effective { name, source: source(name, &value), value }).collect()
}

/// Whose conversations, and who answers.
fn connection(it: &Settings) -> Vec<(&'static str, Value)> {
    let context = match it.context {
        ContextChoice::Auto => "auto",
        ContextChoice::Chain => "chain",
        ContextChoice::Replay => "replay",
    };
    let (command, file) = match &it.api_key {
        ApiKey::Command(command) => (Some(command.as_str()), None),
        ApiKey::File(path) => (None, Some(path.display().to_string())),
        ApiKey::None | ApiKey::Given(_) => (None, None),
    };
    let given = matches!(it.api_key, ApiKey::Given(_)).then_some("given, never shown");
    vec![
        ("user", json!(it.user.as_str())),
        ("chats", json!(it.chats.display().to_string())),
        ("model", json!(it.model)),
        ("base_url", json!(without_password(&it.base_url))),
        ("context", json!(context)),
        ("web_base_url", json!(without_password(&it.web_base_url))),
        ("organization", json!(it.organization)),
        ("project", json!(it.project)),
        ("effort", json!(it.effort)),
        ("preset", json!(it.asking.preset)),
        ("agents", json!(it.web_app.agents.as_ref().map(|path| path.display().to_string()))),
        ("web_url", json!(it.web_app.url.as_deref().map(without_password))),
        ("instructions", json!(it.instructions)),
        ("api_key", json!(given)),
        ("api_key_command", json!(command)),
        ("api_key_file", json!(file)),
        ("tools", json!(it.tools)),
        ("summary", json!(it.asking.summary.name())),
        ("store", json!(it.keeps_responses())),
        ("background", json!(it.asking.background)),
        ("location", json!(it.asking.location)),
        ("title_model", json!(it.title_model)),
        ("fallback_models", json!(it.fallback_models)),
        ("connect_timeout", json!(it.timeouts.connect.as_secs())),
        ("first_byte_timeout", json!(it.timeouts.first_byte.as_secs())),
        ("idle_timeout", json!(it.timeouts.idle.as_secs())),
    ]
}

/// An address without the password it may hold.
fn without_password(address: &str) -> String {
    let start = address.find("://").map_or(0, |at| at.saturating_add(3));
    let (scheme, rest) = address.split_at_checked(start).unwrap_or(("", address));
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((user, behind)) = rest.get(..host).and_then(|it| it.rsplit_once('@')) else {
        return address.to_owned();
    };
    let name = user.split(':').next().unwrap_or_default();
    format!("{scheme}{name}:…@{behind}{}", rest.get(host..).unwrap_or_default())
}

/// How it looks and feels.
fn looks(it: &Settings) -> Vec<(&'static str, Value)> {
    vec![
        ("reading_width", json!(it.reading_width)),
        ("list_width", json!(it.list_width)),
        ("print_last_answer", json!(it.print_last_answer)),
        ("theme", json!(it.theme)),
        ("animation", json!(it.appearance.motion == Motion::Shown)),
        ("compact_list", json!(it.appearance.entry == Entry::Compact)),
        ("mouse", json!(it.mouse)),
        ("log", json!(it.log)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Config, Flags, Paths};
    use std::path::Path;

    fn rows(file: &str) -> Vec<Effective> {
        let env = |name: &str| (name == "OPENAI_API_KEY").then(|| "sk-secret".to_owned());
        let flags = Flags { model: Some("m".into()), ..Flags::default() };
        let paths = Paths::below(Path::new("/home/ann"));
        effective(&Settings::resolve(flags, &env, Some(file), paths).unwrap())
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = without_password("https://bob:hun@ter2@host:8/v1?a=b@c");
        assert_eq!(shown, "https://bob:…@host:8/v1?a=b@c");
        for plain in ["https://api.openai.com/v1", "http://127.0.0.1:1/v1?at=@", "nonsense"] {
            assert_eq!(without_password(plain), plain);
        }
    }

    #[test]
    fn every_key_of_the_file_has_a_row() {
        let error = toml::from_str::<Config>("no_such_key = 1").unwrap_err().to_string();
        let list = error.split("expected one of").nth(1).unwrap();
        let keys: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        assert!(keys.len() > 20, "{error}");
        let rows = rows("");
        let missing: Vec<_> =
            keys.iter().filter(|key| rows.iter().all(|row| row.name != **key)).collect();
        assert!(missing.is_empty(), "`duologue config` does not show {missing:?}");
    }

    #[test]
    fn each_value_says_where_it_came_from_and_the_key_is_not_among_them() {
        let rows = rows("mouse = false\nbase_url = \"http://here/v1\"\n[keys.composer]\nsend = []");
        let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row("model").source, Source::Flag("--model"));
        assert_eq!((&row("mouse").value, &row("mouse").source), (&json!(false), &Source::File));
        assert_eq!(row("base_url").source, Source::File);
        assert_eq!(row("theme").source, Source::Default);
        assert_eq!(row("api_key").source, Source::Environment("OPENAI_API_KEY"));
        assert_eq!(row("keys").source, Source::File);
        assert!(!format!("{rows:?}").contains("sk-secret"));
    }
}
