//! `duologue mcp`: starts the MCP servers of the settings and lists their tools.

use clap::Args;
use serde_json::{Value, json};

use crate::chat::{ToolEffect, ToolInfo, count, io_reason};
use crate::mcp::{McpHost, ServerReport};
use crate::runtime::worker_threads::build_worker_runtime;
use crate::settings::{McpEndpoint, McpServer, Settings};
use crate::view::clean;

use super::error::{CliError, code};
use super::output::{self, OutputFormat};
use super::progress;

/// The most characters of a tool's description in the list.
const MAX_DESCRIPTION_CHARS: usize = 72;

// These comments are the help texts, shown as they stand.
#[allow(clippy::doc_markdown)]
#[derive(Debug, Args)]
pub(super) struct McpArgs {
    /// The servers to test; all of config.toml by default.
    #[arg(value_name = "SERVER")]
    servers: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Tests the servers; the exit code says whether all could be started.
pub(super) fn run(settings: &Settings, args: &McpArgs) -> Result<u8, CliError> {
    if let Some(unknown) = args.servers.iter().find(|name| settings.mcp.get(name).is_none()) {
        return Err(CliError::usage(format!("config.toml has no [mcp.{unknown}] table.")));
    }
    if settings.mcp.is_empty() {
        output::print_message(
            "config.toml has no MCP servers. `duologue help mcp` shows how to add one.",
        );
        return Ok(code::DONE);
    }
    let reports = with_servers(settings, async |servers| servers.test(&args.servers).await)?;
    let is_wanted =
        |name: &str| args.servers.is_empty() || args.servers.iter().any(|it| it == name);
    let hosted: Vec<(&str, &McpServer)> =
        settings.mcp.iter().filter(|(name, server)| server.hosted && is_wanted(name)).collect();
    match OutputFormat::of(args.json) {
        OutputFormat::Json => {
            let all = reports.iter().map(report_json).chain(hosted.iter().map(hosted_json));
            output::write_json(&all.collect())?;
        }
        OutputFormat::Text => {
            let all = reports.iter().map(report_text).chain(hosted.iter().map(hosted_text));
            output::write(&all.collect::<Vec<_>>().join("\n"))?;
        }
    }
    let all_started = reports.iter().all(|report| report.started.is_ok());
    Ok(if all_started { code::DONE } else { code::FAILED })
}

/// What to show while MCP servers are waited for: one name, or several with commas between
/// them.
pub(super) fn waiting_for(servers: &str) -> String {
    match servers.split(", ").filter(|name| !name.is_empty()).count() {
        0 => "Waiting for MCP servers,".to_owned(),
        1 => format!("Waiting for the MCP server \"{servers}\","),
        several => format!("Waiting for {several} MCP servers,"),
    }
}

/// Does something with the MCP servers of the settings, and ends those that it started.
pub(super) fn with_servers<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&McpHost) -> T,
) -> Result<T, CliError> {
    let runtime = build_worker_runtime().map_err(|error| {
        let why = io_reason(&error);
        CliError::failed(format!("The system has no threads or open files left: {why}."))
    })?;
    let servers = McpHost::new(settings);
    let result = runtime.block_on(async {
        let awaited = || waiting_for(&servers.awaited().join(", "));
        let result = progress::wait_for(work(&servers), awaited).await;
        servers.close().await;
        result
    });
    runtime.shutdown_background();
    Ok(result)
}

fn report_text(report: &ServerReport) -> String {
    let mut text = format!("{}: {}\n", report.name, clean::line(&report.endpoint));
    match &report.started {
        Ok(version) => {
            let tools = count::phrase(report.tools.len(), "tool");
            let version = version.as_deref().unwrap_or("unknown version");
            text.push_str(&format!("  {}, {tools}\n", clean::title(version)));
        }
        Err(why) => text.push_str(&format!("  {}\n", clean::line(why))),
    }
    for tool in &report.tools {
        text.push_str(&format!("  {}\n", tool_line(&report.name, tool)));
    }
    text
}

fn tool_line(server: &str, tool: &ToolInfo) -> String {
    let first = tool.description.lines().next().unwrap_or_default();
    let mut description: String = first.chars().take(MAX_DESCRIPTION_CHARS).collect();
    if first.chars().nth(MAX_DESCRIPTION_CHARS).is_some() {
        description.push('…');
    }
    let effect = match tool.effect {
        ToolEffect::ReadOnly => " (read-only, says the server)",
        ToolEffect::Destructive => " (may delete or overwrite)",
        ToolEffect::Changes | ToolEffect::Unknown => "",
    };
    let name = clean::title(&tool.name);
    let colon = if description.is_empty() { "" } else { ": " };
    format!("{server}/{name}{effect}{colon}{}", clean::line(&description))
}

fn report_json(report: &ServerReport) -> Value {
    let tool = |tool: &ToolInfo| {
        json!({
            "name": tool.name,
            "description": tool.description,
            "effect": match tool.effect {
                ToolEffect::ReadOnly => "read_only",
                ToolEffect::Changes => "changes",
                ToolEffect::Destructive => "destructive",
                ToolEffect::Unknown => "unknown",
            },
        })
    };
    json!({
        "name": report.name,
        "endpoint": report.endpoint,
        "version": report.started.as_ref().ok(),
        "error": report.started.as_ref().err(),
        "tools": report.tools.iter().map(tool).collect::<Vec<_>>(),
    })
}

fn hosted_json((name, server): &(&str, &McpServer)) -> Value {
    json!({ "name": name, "endpoint": hosted_host(server), "hosted": true })
}

fn hosted_text((name, server): &(&str, &McpServer)) -> String {
    format!("{name}: {}\n  called by the API's own server, not tested here\n", hosted_host(server))
}

fn hosted_host(server: &McpServer) -> String {
    match server.endpoint() {
        McpEndpoint::Url(url) => url.host(),
        McpEndpoint::Command(command) => command.to_owned(),
    }
}
