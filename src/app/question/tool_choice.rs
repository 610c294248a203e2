//! Which tools the next question may use, by the entries of a list: a tool of this program, a server, or
//! `server/tool`.

use crate::chat::{ServerTools, ToolInfo, count};

/// What turning on a server that does not work comes to.
const BROKEN_BUT_ON: &str =
    " Each question tries it again, and is asked without it while it fails.";

/// One row of the list of tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRow {
    /// The entry that turns it on.
    pub entry: String,
    /// What the mark before the row shows, and what Space changes.
    pub state: ToolState,
    /// What is known of it, or why nothing is.
    pub remark: String,
}

/// Whether a tool, or a server's tools, are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolState {
    /// The next question may use it.
    On,
    /// The next question is asked without it.
    Off,
    /// Some tools of the server are on.
    Partly,
}

impl ToolRow {
    /// Whether it is a tool of a server, which is shown below the server.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.entry.contains('/')
    }
}

/// The rows: the tools of this program, then each server with its tools as far as they are known.
#[must_use]
pub fn tool_rows(
    own: &[&str],
    servers: &[String],
    listed: &[ServerTools],
    chosen: &[String],
) -> Vec<ToolRow> {
    let is_chosen = |entry: &str| chosen.iter().any(|it| it == entry);
    let state = |is_on: bool| if is_on { ToolState::On } else { ToolState::Off };
    let mut rows: Vec<ToolRow> = own
        .iter()
        .map(|name| ToolRow {
            entry: (*name).to_owned(),
            state: state(is_chosen(name)),
            remark: String::new(),
        })
        .collect();
    for server in servers {
        let known = listed.iter().find(|it| it.server == *server).map(|it| &it.tools);
        let is_whole = is_chosen(server);
        let prefix = format!("{server}/");
        let is_partly = chosen.iter().any(|it| it.starts_with(&prefix));
        rows.push(ToolRow {
            entry: server.clone(),
            state: match (is_whole, is_partly) {
                (true, _) => ToolState::On,
                (false, true) => ToolState::Partly,
                (false, false) => ToolState::Off,
            },
            remark: match known {
                None => "starting…".to_owned(),
                Some(Ok(tools)) => count::phrase(tools.len(), "tool"),
                // The row names the server already.
                Some(Err(why)) => {
                    let start = format!("The MCP server \"{server}\" ");
                    let why = why.strip_prefix(&start).unwrap_or(why);
                    let outcome = if is_whole || is_partly { BROKEN_BUT_ON } else { "" };
                    format!("{why}{outcome}")
                }
            },
        });
        for tool in known.into_iter().flatten().flatten() {
            let entry = format!("{prefix}{}", tool.name);
            let is_on = is_whole || is_chosen(&entry);
            rows.push(ToolRow { entry, state: state(is_on), remark: first_line(tool) });
        }
    }
    rows
}

fn first_line(tool: &ToolInfo) -> String {
    tool.description.lines().next().unwrap_or_default().to_owned()
}

/// Turns an entry on or off. A tool of a server that is on as a whole leaves the others on.
pub(crate) fn toggle(chosen: &mut Vec<String>, entry: &str, listed: &[ServerTools]) {
    let server = entry.split_once('/').map(|(server, _)| server);
    match server {
        Some(server) if chosen.iter().any(|it| it == server) => {
            chosen.retain(|it| it != server);
            let known = listed.iter().find(|it| it.server == server);
            let tools = known.and_then(|it| it.tools.as_ref().ok()).into_iter().flatten();
            let others = tools.map(|tool| format!("{server}/{}", tool.name));
            chosen.extend(others.filter(|other| other != entry));
        }
        Some(_) => toggle_member(chosen, entry),
        None => {
            let prefix = format!("{entry}/");
            chosen.retain(|it| !it.starts_with(&prefix));
            toggle_member(chosen, entry);
        }
    }
}

fn toggle_member(chosen: &mut Vec<String>, entry: &str) {
    let before = chosen.len();
    chosen.retain(|it| it != entry);
    if chosen.len() == before {
        chosen.push(entry.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ToolEffect;

    fn listed() -> Vec<ServerTools> {
        let tool = |name: &str| ToolInfo {
            name: name.into(),
            description: "Does it.\nWell.".into(),
            effect: ToolEffect::Unknown,
        };
        let tools = Ok(vec![tool("now"), tool("convert")]);
        vec![ServerTools { server: "time".into(), tools }]
    }

    #[test]
    fn a_tool_of_a_server_that_is_on_can_be_turned_off_alone() {
        let mut chosen = Vec::new();
        toggle(&mut chosen, "calculator", &listed());
        toggle(&mut chosen, "time", &listed());
        assert_eq!(chosen, ["calculator", "time"]);
        toggle(&mut chosen, "time/now", &listed());
        assert_eq!(chosen, ["calculator", "time/convert"]);
        toggle(&mut chosen, "time/now", &listed());
        assert_eq!(chosen, ["calculator", "time/convert", "time/now"]);
        toggle(&mut chosen, "time", &listed());
        toggle(&mut chosen, "time", &listed());
        assert_eq!(chosen, ["calculator"]);
    }

    #[test]
    fn rows_show_what_is_on_and_what_is_known() {
        let servers = ["files".to_owned(), "time".to_owned()];
        let chosen = ["time/now".to_owned()];
        let rows = tool_rows(&["calculator"], &servers, &listed(), &chosen);
        let seen: Vec<_> =
            rows.iter().map(|row| (row.entry.as_str(), row.state, row.remark.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("calculator", ToolState::Off, ""),
                ("files", ToolState::Off, "starting…"),
                ("time", ToolState::Partly, "2 tools"),
                ("time/now", ToolState::On, "Does it."),
                ("time/convert", ToolState::Off, "Does it."),
            ]
        );
        let why = "The MCP server \"files\" could not be started: there is no program \"x\".";
        let broken = [ServerTools { server: "files".into(), tools: Err(why.to_owned()) }];
        let remark =
            |chosen: &[String]| tool_rows(&[], &servers, &broken, chosen)[0].remark.clone();
        assert_eq!(remark(&[]), "could not be started: there is no program \"x\".");
        assert!(remark(&["files".to_owned()]).ends_with("is asked without it while it fails."));
    }
}
