//! Tools that run outside this program, and what provides them. The traits are here so that `api` can
//! call such a tool without knowing how it is reached.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::chat::ToolRequest;

use super::tool_output::ToolOutput;

/// Work that a tool does in the background; dropping it cancels the work.
pub type ToolFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A tool of another program.
pub trait ExternalTool: Debug + Send + Sync {
    /// Returns the name the model calls it by: letters, digits, `_` and `-`, 64 at most.
    fn function_name(&self) -> &str;

    /// Returns its description for the model.
    fn description(&self) -> &str;

    /// Returns the JSON schema of its input.
    fn parameters(&self) -> Value;

    /// Describes a call for the user.
    fn request(&self, input: &Map<String, Value>) -> ToolRequest;

    /// Tells whether the user has to be asked before a call.
    fn approval_rule(&self) -> ApprovalRule;

    /// Runs it. Limits its time and its result itself.
    fn call(&self, input: Map<String, Value>) -> ToolFuture<ToolOutput>;
}

/// Whether the user has to be asked before a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalRule {
    /// The settings allow it.
    NotNeeded,
    /// The user decides.
    Needed,
}

/// What provides the tools of other programs.
pub trait ToolHost: Debug + Send + Sync {
    /// Returns the tools that entries of a list mean: `server` or `server/tool`. Starts what has to be
    /// started; entries that mean nothing here are ignored.
    fn open(&self, entries: &[String]) -> ToolFuture<OpenedTools>;

    /// Names the servers that have to be started for these entries.
    fn servers_to_start(&self, entries: &[String]) -> Vec<String>;
}

/// Tools that can be called.
#[derive(Debug, Clone, Default)]
pub struct OpenedTools {
    /// Tools that this program calls itself.
    pub tools: Vec<Arc<dyn ExternalTool>>,
    /// Servers that the API's own server calls, as a request declares them. They may hold a key.
    pub hosted: Vec<Value>,
    /// The keys and headers in these declarations, which must not be shown where a server repeats them.
    pub secrets: Vec<SecretString>,
    /// Why others are missing, a sentence each.
    pub failures: Vec<String>,
}
