//! One server of the settings: started at its first use, and again after it has ended.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use crate::chat::{PromptInfo, ToolInfo};
use crate::settings::{McpEndpoint, McpServer};

use super::link::{Link, PlainHttpRule};
use super::{prompt, tool_text};

/// A server, running or not.
pub(super) struct Connection {
    pub(super) name: String,
    pub(super) server: McpServer,
    own_program: PathBuf,
    rule: PlainHttpRule,
    link: Mutex<Option<Arc<Link>>>,
    /// When a start failed last, and why.
    failed: Mutex<Option<(Instant, String)>>,
    /// What was found when its prompts were listed last.
    prompts: Mutex<Option<Result<Vec<PromptInfo>, String>>>,
}

/// What a test of a server found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerReport {
    /// Its name in the settings.
    pub name: String,
    /// Its command or its address.
    pub endpoint: String,
    /// The name and version it gives itself, or why it could not be started.
    pub started: Result<Option<String>, String>,
    /// What the server offers; empty where it could not be started.
    pub tools: Vec<ToolInfo>,
}

impl Connection {
    pub(super) fn new(
        name: &str,
        server: McpServer,
        own_program: PathBuf,
        rule: PlainHttpRule,
    ) -> Self {
        let (link, failed, prompts) = (Mutex::new(None), Mutex::new(None), Mutex::new(None));
        Self { name: name.to_owned(), server, own_program, rule, link, failed, prompts }
    }

    /// The connection; starts the server where there is none. Who waited for a start that failed does not
    /// wait for another.
    ///
    /// # Errors
    /// Why it could not be started, in a sentence for people.
    pub(super) async fn link(&self) -> Result<Arc<Link>, String> {
        let asked = Instant::now();
        let mut current = self.link.lock().await;
        if let Some(link) = current.as_ref().filter(|link| link.is_open()) {
            return Ok(Arc::clone(link));
        }
        let mut failed = self.failed.lock().await;
        if let Some((_, why)) = failed.as_ref().filter(|(when, _)| *when >= asked) {
            return Err(why.clone());
        }
        let started = Link::start(&self.name, &self.server, &self.own_program, self.rule).await;
        let link =
            Arc::new(started.inspect_err(|why| *failed = Some((Instant::now(), why.clone())))?);
        *current = Some(Arc::clone(&link));
        Ok(link)
    }

    /// Whether a call would have to start it. A start that is under way counts.
    pub(super) fn has_to_start(&self) -> bool {
        self.link.try_lock().map_or(true, |link| !link.as_ref().is_some_and(|it| it.is_open()))
    }

    /// Whether it is being started, or asked for its prompts.
    pub(super) fn is_awaited(&self) -> bool {
        self.link.try_lock().is_err() || self.prompts.try_lock().is_err()
    }

    /// Its prompts. It is started for this once: where it has ended since, or could not be started, what
    /// was found then is returned.
    ///
    /// # Errors
    /// Why they could not be listed, in a sentence for people.
    pub(super) async fn prompts(&self) -> Result<Vec<PromptInfo>, String> {
        let mut found = self.prompts.lock().await;
        if let Some(found) = found.as_ref().filter(|_| self.has_to_start()) {
            return found.clone();
        }
        let listed = async {
            let prompts = self.link().await?.prompts().await?;
            Ok(prompt::report(&self.name, &prompts))
        };
        found.insert(listed.await).clone()
    }

    /// Starts the server and says what it offers.
    pub(super) async fn test(&self) -> ServerReport {
        let listed = async {
            let link = self.link().await?;
            let tools = link.tools().await?;
            Ok((link.version(), tools.iter().map(tool_text::report).collect()))
        };
        let (started, tools) = match listed.await {
            Ok((version, tools)) => (Ok(version), tools),
            Err(why) => (Err(why), Vec::new()),
        };
        ServerReport { name: self.name.clone(), endpoint: self.endpoint(), started, tools }
    }

    /// Its command with arguments, or its address; without what may be secret.
    pub(super) fn endpoint(&self) -> String {
        match self.server.endpoint() {
            McpEndpoint::Command(command) => {
                let words =
                    std::iter::once(command).chain(self.server.args.iter().map(String::as_str));
                words.collect::<Vec<_>>().join(" ")
            }
            McpEndpoint::Url(url) => url.host(),
        }
    }

    /// Ends the server, if it runs.
    pub(super) async fn close(&self) {
        if let Some(link) = self.link.lock().await.take() {
            link.close();
        }
    }
}
