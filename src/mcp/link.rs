//! A running connection to one server: the handshake, its tools, and calls.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ClientCapabilities, ClientConfig, Implementation,
    JsonObject, Prompt, Tool,
};
use rmcp::service::{NotificationContext, RoleClient, RunningService, ServiceExt};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientHandler, ServiceError};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use crate::api::Address;
use crate::chat::count;
use crate::settings::{HttpUrl, McpEndpoint, McpServer};
use crate::tools::ToolOutput;

use super::fault::Faults;
use super::http::HttpClient;
use super::listing::{Listing, read_pages};
use super::read_key::read_key;
use super::stdio::StdioTransport;
use super::{describe, process, result};

/// The most tools of a server: each is part of every request. Our choice.
const MAX_TOOLS: usize = 128;

/// Whether a key and headers may go to a server over plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainHttpRule {
    /// Also outside the local network.
    Allowed,
    /// Only within it.
    LocalOnly,
}

/// A connection that is open, or has been.
pub(super) struct Link {
    pub(super) name: String,
    pub(super) service: RunningService<RoleClient, Handler>,
    pub(super) faults: Faults,
    pub(super) server: McpServer,
    tools: Listing<Tool>,
    /// The prompts, once somebody asked for them.
    pub(super) prompts: Listing<Prompt>,
}

/// Answers what a server asks: nothing is granted, so only changes of its lists are noted.
#[derive(Debug, Clone, Default)]
pub(super) struct Handler {
    has_changed_tools: Arc<AtomicBool>,
    has_changed_prompts: Arc<AtomicBool>,
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let program = Implementation::new("duologue", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), program)
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.has_changed_tools.store(true, Ordering::Relaxed);
    }

    async fn on_prompt_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.has_changed_prompts.store(true, Ordering::Relaxed);
    }
}

impl Link {
    /// Starts a server and lists its tools.
    ///
    /// # Errors
    /// Why it could not be started, in a sentence for people.
    pub(super) async fn start(
        name: &str,
        server: &McpServer,
        own_program: &Path,
        rule: PlainHttpRule,
    ) -> Result<Self, String> {
        let faults = Faults::default();
        let limit = server.start_timeout();
        let started = async {
            let service = connect(name, server, own_program, rule, &faults).await?;
            let tools = list_tools(name, &service, &faults).await?;
            Ok((service, tools))
        };
        let (service, tools) = timeout(limit, started).await.unwrap_or_else(|_| {
            let why =
                format!("it did not answer within {}", count::phrase(limit.as_secs(), "second"));
            Err(describe::cannot_start(name, &why, &faults))
        })?;
        let changes = service.service();
        let tools = Listing::new(Some(tools), &changes.has_changed_tools);
        let prompts = Listing::new(None, &changes.has_changed_prompts);
        let (name, server) = (name.to_owned(), server.clone());
        Ok(Self { name, service, faults, server, tools, prompts })
    }

    /// Returns `false` once the server or its connection has ended.
    pub(super) fn is_open(&self) -> bool {
        !self.service.is_closed() && !self.service.is_transport_closed()
    }

    /// The tools of the server; they are listed anew where it said that they have changed.
    ///
    /// # Errors
    /// Why they could not be listed, in a sentence for people.
    pub(super) async fn tools(&self) -> Result<Arc<Vec<Tool>>, String> {
        let list = Box::pin(list_tools(&self.name, &self.service, &self.faults));
        self.tools.get(self.within_limit(list)).await
    }

    /// The name and version the server gives itself.
    pub(super) fn version(&self) -> Option<String> {
        let info = self.service.peer_info()?.server_info.clone()?;
        Some(format!("{} {}", info.name, info.version))
    }

    /// Calls a tool. A failure is a result as well. Dropping the future tells the server to stop.
    pub(super) async fn call(&self, tool: String, input: JsonObject) -> ToolOutput {
        let limit = self.server.timeout();
        let call =
            self.service.call_tool_once(CallToolRequestParams::new(tool).with_arguments(input));
        match timeout(limit, call).await {
            Ok(Ok(CallToolResponse::Complete(complete))) => result::convert(&complete),
            Ok(Ok(_)) => result::failed(&describe::wants_input(&self.name)),
            Ok(Err(error)) => result::failed(&self.failure(&error).await),
            Err(_) => {
                result::failed(&describe::timed_out(&self.name, limit.as_secs(), &self.faults))
            }
        }
    }

    /// Waits for a request as long as the settings of the server allow.
    pub(super) async fn within_limit<T>(
        &self,
        request: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let limit = self.server.timeout();
        let timed_out = || Err(describe::timed_out(&self.name, limit.as_secs(), &self.faults));
        timeout(limit, request).await.unwrap_or_else(|_| timed_out())
    }

    /// Why a request failed, in a sentence for people.
    pub(super) async fn failure(&self, error: &ServiceError) -> String {
        describe::request_failure(&self.name, error, &self.faults).await
    }

    /// Cancels the connection; what waits for an answer fails.
    pub(super) fn close(&self) {
        self.service.cancellation_token().cancel();
    }
}

async fn connect(
    name: &str,
    server: &McpServer,
    own_program: &Path,
    rule: PlainHttpRule,
    faults: &Faults,
) -> Result<RunningService<RoleClient, Handler>, String> {
    let cannot_start = |why: &str| describe::cannot_start(name, why, faults);
    let started = match server.endpoint() {
        McpEndpoint::Command(command) => {
            let program = process::start(own_program, command, server, faults)
                .map_err(|error| cannot_start(&error.to_string()))?;
            let transport = StdioTransport::new(program.output, program.input, faults.clone());
            Handler::default().serve(transport).await
        }
        McpEndpoint::Url(url) => {
            let failed = |failure| describe::cannot_connect(name, &failure);
            let address = Address::parse(url).map_err(failed)?;
            let config = http_config(url, server, rule).await;
            let config = config.map_err(|why| cannot_start(&why))?;
            let client = HttpClient::new(&address, faults.clone()).map_err(failed)?;
            faults.end_stderr();
            let transport = StreamableHttpClientTransport::with_client(client, config);
            Handler::default().serve(transport).await
        }
    };
    match started {
        Ok(service) => Ok(service),
        Err(error) => {
            faults.await_stderr_end().await;
            Err(describe::start_failure(name, &error, faults))
        }
    }
}

/// The address with the key and the headers of a server.
async fn http_config(
    url: &HttpUrl,
    server: &McpServer,
    rule: PlainHttpRule,
) -> Result<StreamableHttpClientTransportConfig, String> {
    let mut headers = std::collections::HashMap::new();
    for (name, value) in server.headers.iter() {
        let parsed = (name.parse(), http::HeaderValue::from_str(value));
        let (Ok(header), Ok(mut value)) = parsed else {
            return Err(format!("the header \"{}\" cannot be sent", name.escape_debug()));
        };
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    let key = read_key(server).await?;
    if rule == PlainHttpRule::LocalOnly && url.reveals(key.is_some(), &server.headers) {
        return Err(format!(
            "the connection to {} is not encrypted, so its key and headers were not sent",
            url.host()
        ));
    }
    let config = StreamableHttpClientTransportConfig::with_uri(url.to_string());
    let config = config.custom_headers(headers);
    Ok(match key {
        Some(key) => config.auth_header(key.expose_secret().trim()),
        None => config,
    })
}

/// Lists the tools, in pages; more than the limits are left out.
async fn list_tools(
    name: &str,
    service: &RunningService<RoleClient, Handler>,
    faults: &Faults,
) -> Result<Vec<Tool>, String> {
    let page = async |params| {
        let page = service.list_tools(Some(params)).await?;
        Ok((page.tools, page.next_cursor))
    };
    match read_pages(MAX_TOOLS, page).await {
        Ok(tools) => Ok(tools),
        Err(error) => Err(describe::request_failure(name, &error, faults).await),
    }
}
