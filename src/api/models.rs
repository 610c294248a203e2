//! The models a server offers.
//! May not choose one.

use reqwest::Method;
use serde_json::Value;

use crate::chat::{Failure, FailureKind, Timestamp};

use super::client::Client;
use super::wire::JsonFields;

/// A model as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The name to ask for it by.
    pub id: String,
    /// When it was made, where that is known.
    pub created: Option<Timestamp>,
    /// Who offers it.
    pub owner: Option<String>,
    /// The day it is shut down (`YYYY-MM-DD`), where that is announced.
    pub shutdown_date: Option<String>,
}

impl Client {
    /// The models the server offers, in its own order.
    ///
    /// # Errors
    /// A failure in words; a list without models is one.
    pub async fn models(&self) -> Result<Vec<Model>, Failure> {
        let value = self.fetch(Method::GET, &["models"], &[]).await?;
        let models = parse_models(&value);
        if models.is_empty() {
            return Err(Failure::new(
                FailureKind::Gateway,
                "The server lists no models.",
                "Name a model with --model.",
            ));
        }
        Ok(models)
    }
}

/// The models in a listing: `{"data": […]}`, `{"models": […]}` or the bare list.
fn parse_models(value: &Value) -> Vec<Model> {
    let fields = JsonFields::of(value);
    let list = match value {
        Value::Array(list) => list.as_slice(),
        _ if fields.value("data").is_some() => fields.list("data"),
        _ => fields.list("models"),
    };
    list.iter().filter_map(parse_model).collect()
}

fn parse_model(value: &Value) -> Option<Model> {
    let fields = JsonFields::of(value);
    let id = ["id", "name", "model"].into_iter().find_map(|name| fields.text_or_number(name));
    let id = id.or_else(|| value.as_str().map(str::to_owned))?;
    let seconds = fields.value("created").and_then(Value::as_i64);
    Some(Model {
        id,
        created: seconds.map(Timestamp::from_seconds),
        owner: fields.text_or_number("owned_by"),
        shutdown_date: fields.text_or_number("shutdown_date"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_shape_of_listing_is_read_and_nameless_entries_are_skipped() {
        let ids =
            |value: Value| parse_models(&value).into_iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(json!({"data": [{"id": "a", "created": 1}, {}, {"id": "b"}]})), ["a", "b"]);
        assert_eq!(ids(json!({"models": [{"name": "c"}]})), ["c"]);
        assert_eq!(ids(json!([{"id": "d"}, "e"])), ["d", "e"]);
        assert!(ids(json!({"object": "list"})).is_empty());
    }

    #[test]
    fn an_announced_shutdown_is_kept() {
        let value = json!({"data": [{"id": "o4-mini", "shutdown_date": "2026-10-23"}]});
        assert_eq!(parse_models(&value)[0].shutdown_date.as_deref(), Some("2026-10-23"));
    }
}
