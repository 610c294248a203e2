//! The servers of the settings, each with a client of its own: what one of them is sent never depends on
//! another.

use std::sync::Arc;

use crate::settings::{KeyPrompt, Settings};
use crate::store::CapabilitiesFile;

use super::clock;
use super::reply_worker::ApiServer;

/// Every server that questions can go to.
#[derive(Debug)]
pub(super) struct ApiServers {
    in_use: Arc<ApiServer>,
    others: Vec<Arc<ApiServer>>,
}

impl ApiServers {
    /// The server in use of these settings, and all others.
    pub(super) fn new(settings: Settings) -> Self {
        // The window has the terminal.
        let server = |settings| Arc::new(ApiServer::new(settings, KeyPrompt::Never));
        let others = settings.for_each_server().into_iter().skip(1);
        let others = others.map(|it| server(with_capabilities(it))).collect();
        Self { in_use: server(settings), others }
    }

    /// The server with a name; the one the program was started with where none has it.
    pub(super) fn find(&self, name: Option<&str>) -> Arc<ApiServer> {
        let other = self.others.iter().find(|server| Some(server.name().name.as_str()) == name);
        Arc::clone(other.unwrap_or(&self.in_use))
    }

    /// Those whose models are offered, the one the program was started with first.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Arc<ApiServer>> {
        let others = self.others.iter().filter(|server| server.is_offered());
        std::iter::once(&self.in_use).chain(others)
    }
}

/// Adds what earlier runs learned about the server.
fn with_capabilities(mut settings: Settings) -> Settings {
    let file = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
    settings.capabilities = file.read(clock::now());
    settings
}
