//! The names of tools: what a list of tools means, and the names that models call tools by.

/// The longest name of a function (`OpenAI`'s API reference, function tools, read 2026-11-29).
const MAX_FUNCTION_NAME: usize = 64;

/// The tools of one server that entries of a list mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ToolSelection {
    /// The entry names the server itself.
    All,
    /// Entries name single tools of it.
    Named(Vec<String>),
}

impl ToolSelection {
    /// What the entries mean for a server; `None` where they name neither it nor its tools.
    pub(super) fn of(entries: &[String], server: &str) -> Option<Self> {
        if entries.iter().any(|entry| entry == server) {
            return Some(Self::All);
        }
        let tool_of = |entry: &String| {
            let (of_server, tool) = entry.split_once('/')?;
            (of_server == server).then(|| tool.to_owned())
        };
        let named: Vec<String> = entries.iter().filter_map(tool_of).collect();
        (!named.is_empty()).then_some(Self::Named(named))
    }

    pub(super) fn contains(&self, tool: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == tool),
        }
    }

    /// The names that no tool has.
    pub(super) fn missing<'a>(&'a self, tools: &[String]) -> Vec<&'a str> {
        match self {
            Self::All => Vec::new(),
            Self::Named(names) => {
                names.iter().filter(|name| !tools.contains(name)).map(String::as_str).collect()
            }
        }
    }
}

/// The name a model calls a tool by, different from those in `taken`.
pub(super) fn function_name(server: &str, tool: &str, taken: &[String]) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let whole: String = format!("{server}__{tool}").chars().map(allowed).collect();
    let start: String = whole.chars().take(MAX_FUNCTION_NAME).collect();
    if !taken.contains(&start) {
        return start;
    }
    // Two tools differ only in what was replaced or cut off.
    let numbered = |number: usize| {
        let suffix = format!("_{number}");
        let kept = MAX_FUNCTION_NAME.saturating_sub(suffix.len());
        whole.chars().take(kept).collect::<String>() + &suffix
    };
    let last = taken.len().saturating_add(2);
    (2..=last).map(numbered).find(|name| !taken.contains(name)).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_entry_selects_a_server_or_one_of_its_tools() {
        let named = ToolSelection::of(&entries(&["time/now", "files/read", "calculator"]), "time");
        assert_eq!(named, Some(ToolSelection::Named(entries(&["now"]))));
        assert_eq!(
            ToolSelection::of(&entries(&["time/now", "time"]), "time"),
            Some(ToolSelection::All)
        );
        assert_eq!(ToolSelection::of(&entries(&["calculator"]), "time"), None);
        let named = named.unwrap();
        assert!(named.contains("now") && !named.contains("later"));
        assert_eq!(named.missing(&entries(&["later"])), ["now"]);
    }

    #[test]
    fn names_for_models_are_short_unique_and_of_allowed_characters() {
        assert_eq!(function_name("time", "get now.v2", &[]), "time__get_now_v2");
        let taken = entries(&["s__a_b"]);
        assert_eq!(function_name("s", "a.b", &taken), "s__a_b_2");
        let long = function_name("server", &"x".repeat(200), &[]);
        assert_eq!(long.len(), MAX_FUNCTION_NAME);
        let second = function_name("server", &"x".repeat(200), std::slice::from_ref(&long));
        assert!(second.len() == MAX_FUNCTION_NAME && second.ends_with("_2"), "{second}");
    }
}
