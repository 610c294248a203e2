//! The models a server offers.

use serde_json::Value;

use crate::chat::{Failure, FailureKind, Timestamp};

use super::transport::client::Client;
use super::transport::wire::JsonFields;

/// A model in the server's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The name used in requests.
    pub id: String,
    /// When it was created, where the server says.
    pub created: Option<Timestamp>,
    /// `owned_by` of the list.
    pub owner: Option<String>,
    /// The announced day of its shutdown (`YYYY-MM-DD`).
    pub shutdown_date: Option<String>,
}

impl Client {
    /// Fetches the models the server offers, in its order.
    ///
    /// # Errors
    /// Returns a failure where the list cannot be fetched or has no models.
    pub async fn models(&self) -> Result<Vec<Model>, Failure> {
        let value = self.fetch(&["models"], &[]).await?;
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

/// Reads the models of a list: `{"data": […]}`, `{"models": […]}` or a bare array.
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
    fn every_shape_of_list_is_read_and_entries_without_a_name_are_skipped() {
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
