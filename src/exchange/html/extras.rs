//! What the web app stored beside an answer: thoughts, searches, tools; folded under it.
//! May not fail: what is not as expected is left out.

use serde_json::Value;

use super::body::{Breaks, body};
use super::escape::escape;

/// Adds what there is of it.
pub(super) fn push(raw: &str, out: &mut String) {
    let Ok(data) = serde_json::from_str::<Value>(raw) else {
        return;
    };
    let summary = summary(&data);
    if !summary.trim().is_empty() {
        out.push_str(&format!(
            "<details>\n<summary>Thoughts</summary>\n{}</details>\n",
            body(&summary, Breaks::Joined)
        ));
    }
    let used: Vec<String> = searches(&data).chain(tools(&data)).collect();
    if !used.is_empty() {
        out.push_str("<details>\n<summary>Searches and tools</summary>\n<ul>\n");
        for line in used {
            out.push_str(&format!("<li dir=\"auto\">{}</li>\n", escape(&line)));
        }
        out.push_str("</ul>\n</details>\n");
    }
}

fn summary(data: &Value) -> String {
    let whole = data.get("complete_summary").and_then(Value::as_str).unwrap_or_default();
    if !whole.trim().is_empty() {
        // The web app joins the parts with nothing between; each begins with a bold line.
        return whole.replace(".**", ".\n\n**");
    }
    let parts = data.get("summary_parts").and_then(Value::as_array).into_iter().flatten();
    parts.filter_map(Value::as_str).collect::<Vec<_>>().join("\n\n")
}

fn searches(data: &Value) -> impl Iterator<Item = String> {
    let all = data.get("web_searches").and_then(Value::as_array).into_iter().flatten();
    all.map(|search| match search.get("query").and_then(Value::as_str) {
        Some(query) => format!("Web search: {query}"),
        None => "Web search".to_owned(),
    })
}

fn tools(data: &Value) -> impl Iterator<Item = String> {
    let all = data.get("tool_outputs").and_then(Value::as_array).into_iter().flatten();
    all.map(|tool| {
        let text = |name: &str| tool.get(name).and_then(Value::as_str).unwrap_or_default();
        let input = text("input_display");
        let output = text("output_display");
        let arrow = if output.is_empty() { "" } else { " → " };
        format!("{}: {input}{arrow}{output}", text("tool_name"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thoughts_and_tools_are_folded_and_anything_else_is_left_out() {
        let mut out = String::new();
        push(
            r#"{"complete_summary": "**A**\n\none.**B**\n\ntwo", "web_searches": [{"item_id": "w"}],
                "tool_outputs": [{"tool_name": "calculator", "input_display": "1<2", "output_display": "1"}]}"#,
            &mut out,
        );
        assert!(out.contains("<strong>B</strong>"), "{out}");
        assert!(out.contains("<li dir=\"auto\">Web search</li>"), "{out}");
        assert!(out.contains("calculator: 1&lt;2 → 1"), "{out}");
        for odd in ["", "[]", r#"{"complete_summary": 5, "tool_outputs": {}}"#] {
            let mut out = String::new();
            push(odd, &mut out);
            assert_eq!(out, "");
        }
    }
}
