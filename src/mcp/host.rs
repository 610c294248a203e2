//! All servers of the settings: opens the tools that questions may use.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::Stream;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;

use crate::chat::{PromptServers, ServerPrompts, ServerTools};
use crate::settings::{McpServer, Settings};
use crate::tools::{OpenedTools, ToolFuture, ToolHost};

use super::connection::{Connection, ServerReport};
use super::hosted::{self, HostedServer};
use super::link::PlainHttpRule;
use super::link_prompts::PromptFailure;
use super::names::{ToolSelection, function_name};
use super::process;
use super::tool::McpTool;

/// The MCP servers of the settings. Dropping it ends those that run.
pub struct McpHost {
    connections: Vec<Arc<Connection>>,
    hosted: Vec<Arc<HostedServer>>,
}

impl McpHost {
    /// Creates the host; nothing is started yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self::with_program(settings, &process::own_program())
    }

    /// Creates the host where another file than the running one is this program, as in tests.
    #[must_use]
    pub fn with_program(settings: &Settings, own_program: &std::path::Path) -> Self {
        let rule =
            if settings.allow_http { PlainHttpRule::Allowed } else { PlainHttpRule::LocalOnly };
        let connection = |(name, server): (&str, &McpServer)| {
            let program = PathBuf::from(own_program);
            Arc::new(Connection::new(name, server.clone(), program, rule))
        };
        let (hosted, own): (Vec<_>, Vec<_>) =
            settings.mcp.iter().partition(|(_, server)| server.hosted);
        let hosted = hosted.into_iter().map(|(name, it)| Arc::new(HostedServer::new(name, it)));
        Self { hosted: hosted.collect(), connections: own.into_iter().map(connection).collect() }
    }

    /// Starts servers and says what they offer: those of these names, or all.
    pub async fn test(&self, names: &[String]) -> Vec<ServerReport> {
        let wanted = |it: &&Arc<Connection>| names.is_empty() || names.contains(&it.name);
        join_all(self.connections.iter().filter(wanted).map(|it| it.test())).await
    }

    /// Starts all servers and lists their tools.
    pub async fn list_tools(&self) -> Vec<ServerTools> {
        let listed = self.test(&[]).await.into_iter().map(|report| ServerTools {
            server: report.name,
            tools: report.started.map(|_| report.tools),
        });
        let hosted = self.hosted.iter().map(|hosted| ServerTools {
            server: hosted.name.clone(),
            tools: Err("called by the API's own server".to_owned()),
        });
        listed.chain(hosted).collect()
    }

    /// Lists the prompts of servers, each as soon as they are known. A server is started once for this.
    pub fn list_prompts(&self, asked: PromptServers) -> impl Stream<Item = ServerPrompts> + use<> {
        let asked = self
            .connections
            .iter()
            .filter(|connection| asked == PromptServers::All || !connection.has_to_start());
        let listed = asked.map(|connection| {
            let connection = Arc::clone(connection);
            async move {
                let prompts = connection.prompts().await;
                ServerPrompts { server: connection.name.clone(), prompts }
            }
        });
        listed.collect::<FuturesUnordered<_>>()
    }

    /// The text of the prompt that is called by the name `server:prompt`, with what was written after it.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn prompt(&self, name: &str, text: &str) -> Result<String, PromptFailure> {
        let server = name.split_once(':').map_or(name, |(server, _)| server);
        if self.hosted.iter().any(|hosted| hosted.name == server) {
            let why = "is called by the API's own server, so its prompts cannot be used here.";
            return Err(PromptFailure::Call(format!("The MCP server \"{server}\" {why}")));
        }
        let Some(connection) = self.connections.iter().find(|it| it.name == server) else {
            let why = format!("config.toml has no [mcp.{server}] table, so there is no {name}.");
            return Err(PromptFailure::Call(why));
        };
        let link = connection.link().await.map_err(PromptFailure::Server)?;
        link.prompt(name, text).await
    }

    /// The servers that are waited for: each is being started, or asked for its prompts.
    #[must_use]
    pub fn awaited(&self) -> Vec<String> {
        let awaited = self.connections.iter().filter(|it| it.is_awaited());
        awaited.map(|it| it.name.clone()).collect()
    }

    /// Ends every server that runs.
    pub async fn close(&self) {
        join_all(self.connections.iter().map(|it| it.close())).await;
    }
}

impl ToolHost for McpHost {
    fn open(&self, entries: &[String]) -> ToolFuture<OpenedTools> {
        let connections = self.connections.iter();
        let selected = connections.filter_map(|it| {
            ToolSelection::of(entries, &it.name).map(|selection| (Arc::clone(it), selection))
        });
        let selected: Vec<(Arc<Connection>, ToolSelection)> = selected.collect();
        let hosted = hosted::selected(&self.hosted, entries);
        Box::pin(async move {
            let started = join_all(selected.iter().map(|(connection, _)| list(connection))).await;
            let mut opened = OpenedTools::default();
            for ((connection, selection), tools) in selected.iter().zip(started) {
                match tools {
                    Ok(tools) => add_tools(&mut opened, connection, selection, &tools),
                    Err(why) => opened.failures.push(why),
                }
            }
            hosted::add_declarations(&mut opened, hosted).await;
            opened
        })
    }

    fn servers_to_start(&self, entries: &[String]) -> Vec<String> {
        let selected = |it: &&Arc<Connection>| ToolSelection::of(entries, &it.name).is_some();
        let waiting = self.connections.iter().filter(selected).filter(|it| it.has_to_start());
        waiting.map(|it| it.name.clone()).collect()
    }
}

async fn list(connection: &Connection) -> Result<Arc<Vec<rmcp::model::Tool>>, String> {
    connection.link().await?.tools().await
}

/// Adds the selected tools of one server.
fn add_tools(
    opened: &mut OpenedTools,
    connection: &Arc<Connection>,
    selection: &ToolSelection,
    tools: &[rmcp::model::Tool],
) {
    let name = &connection.name;
    let mut taken: Vec<String> =
        opened.tools.iter().map(|tool| tool.function_name().to_owned()).collect();
    for tool in tools.iter().filter(|tool| selection.contains(&tool.name)) {
        let function = function_name(name, &tool.name, &taken);
        taken.push(function.clone());
        match McpTool::new(Arc::clone(connection), tool, function) {
            Some(tool) => opened.tools.push(Arc::new(tool)),
            None => opened.failures.push(format!(
                "A tool of the MCP server \"{name}\" has a description that is too large, so it is \
                 left out."
            )),
        }
    }
    let names: Vec<String> = tools.iter().map(|tool| tool.name.to_string()).collect();
    for missing in selection.missing(&names) {
        opened.failures.push(format!("The MCP server \"{name}\" has no tool \"{missing}\"."));
    }
}

impl fmt::Debug for McpHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.connections.iter().map(|it| &it.name)).finish()
    }
}
