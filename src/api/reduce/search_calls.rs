//! The web searches of an answer, as the web app stores them.

use serde_json::{Map, Value, json};

use crate::api::transport::wire::JsonFields;
use crate::chat::Timestamp;

/// A web search, as far as its events have described it.
#[derive(Debug, Default)]
struct SearchCall {
    id: String,
    status: Option<String>,
    output: Option<u64>,
    sequence: Option<u64>,
    at: Timestamp,
    /// The action object: search, open a page, find in a page.
    action: Option<Value>,
    detail: SearchDetail,
}

/// Which events of a search were received.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum SearchDetail {
    /// Only status events, which do not say what is searched.
    #[default]
    StepsOnly,
    Item,
}

/// The web searches of one answer, in the order they started.
#[derive(Debug, Default)]
pub struct SearchCalls(Vec<SearchCall>);

impl SearchCalls {
    /// Returns `true` where the model has not searched the web.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Handles a search item, added or done; returns its query.
    pub fn handle_item(&mut self, item: JsonFields<'_>, at: Timestamp) -> Option<String> {
        self.update(item.text("id").unwrap_or_default(), at, |search| {
            search.detail = SearchDetail::Item;
            if let Some(status) = item.text("status") {
                search.status = Some(status.to_owned());
            }
            if let Some(action) = item.value("action") {
                search.action = Some(action.clone());
            }
        })
    }

    /// Handles a status event of a search; returns its query where it is known.
    pub fn handle_step(
        &mut self,
        step: &str,
        event: JsonFields<'_>,
        at: Timestamp,
    ) -> Option<String> {
        self.update(event.text("item_id").unwrap_or_default(), at, |search| {
            search.status = Some(step.to_owned());
            search.output = event.count("output_index");
            search.sequence = event.count("sequence_number");
        })
    }

    /// The JSON the web app stores.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.0.iter().map(SearchCall::to_json).collect()
    }

    fn update(
        &mut self,
        id: &str,
        at: Timestamp,
        change: impl FnOnce(&mut SearchCall),
    ) -> Option<String> {
        if let Some(search) = self.0.iter_mut().find(|search| search.id == id) {
            change(search);
            return search.query();
        }
        let mut new = SearchCall { id: id.to_owned(), at, ..SearchCall::default() };
        change(&mut new);
        let query = new.query();
        self.0.push(new);
        query
    }
}

impl SearchCall {
    fn query(&self) -> Option<String> {
        let action = JsonFields::of(self.action.as_ref()?);
        let first = || action.list("queries").first().and_then(Value::as_str);
        action.text("query").or_else(first).map(str::to_owned)
    }

    fn to_json(&self) -> Value {
        let action = self.action.as_ref().map(JsonFields::of);
        let kind = action.and_then(|it| it.text("type"));
        let url = action.and_then(|it| it.text("url"));
        let pattern = action.and_then(|it| it.text("pattern"));
        let sources: Vec<&str> = action
            .map_or(&[] as &[Value], |it| it.list("sources"))
            .iter()
            .filter_map(|source| source.as_str().or_else(|| JsonFields::of(source).text("url")))
            .collect();
        // The text of the web app for a search without an item (bdc7763, 2026).
        let nameless = || {
            let number = self.sequence.map_or_else(|| "unknown".to_owned(), |it| it.to_string());
            format!("Web search performed (sequence {number})")
        };
        let query = match self.detail {
            SearchDetail::Item => self.query(),
            SearchDetail::StepsOnly => Some(nameless()),
        };
        let kind = kind.or((self.detail == SearchDetail::StepsOnly).then_some("search"));
        let has_sources = action.is_some_and(|it| it.value("sources").is_some());
        let mut stored = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                stored.insert(name.to_owned(), value);
            }
        };
        put("item_id", Some(json!(self.id)));
        put("status", self.status.as_ref().map(|it| json!(it)));
        put("output_index", self.output.map(Value::from));
        put("sequence_number", self.sequence.map(Value::from));
        put("timestamp", Some(json!(self.at.seconds())));
        put("query", query.map(Value::from));
        put("action_type", kind.map(Value::from));
        put("sources", has_sources.then(|| json!(sources)));
        put("url", url.map(Value::from));
        put("pattern", pattern.map(Value::from));
        Value::Object(stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_stored_with_its_last_status_query_and_sources() {
        let mut searches = SearchCalls::default();
        let at = Timestamp::from_seconds(9);
        let begun = json!({"type":"web_search_call","id":"ws_1","status":"in_progress"});
        assert_eq!(searches.handle_item(JsonFields::of(&begun), at), None);
        let step = json!({"item_id":"ws_1","output_index":0,"sequence_number":5});
        searches.handle_step("completed", JsonFields::of(&step), at);
        let done = json!({"type":"web_search_call","id":"ws_1","status":"completed",
            "action":{"type":"search","query":"rust","sources":[{"type":"url","url":"https://a.example"}]}});
        assert_eq!(searches.handle_item(JsonFields::of(&done), at).as_deref(), Some("rust"));
        assert_eq!(
            searches.to_json(),
            json!([{"item_id":"ws_1","status":"completed","output_index":0,"sequence_number":5,
                "timestamp":9,"query":"rust","action_type":"search","sources":["https://a.example"]}])
        );
    }

    #[test]
    fn a_search_with_only_status_events_is_stored() {
        let mut searches = SearchCalls::default();
        let step = json!({"item_id":"w","sequence_number":4});
        searches.handle_step("searching", JsonFields::of(&step), Timestamp::from_seconds(1));
        assert_eq!(searches.to_json()[0]["query"], "Web search performed (sequence 4)");
    }
}
