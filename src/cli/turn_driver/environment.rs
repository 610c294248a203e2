//! What a turn of a command works with.

use crate::cli::server_session::ServerSession;
use crate::settings::Settings;
use crate::store::Store;

/// What the steps of a turn read and change.
pub(crate) struct TurnEnvironment<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) store: &'a mut Store,
    pub(crate) session: &'a mut ServerSession,
}
