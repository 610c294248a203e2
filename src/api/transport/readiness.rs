//! Whether anything listens at a server's address.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::time::timeout;

use crate::chat::Failure;

use super::client::Client;
use crate::api::transport::{ConnectionError, RequestStage};

/// How long an answer may take in addition to the connection: a server that is busy answers late, but it
/// is there.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

impl Client {
    /// Makes sure that something listens at the address. Any answer will do: a proxy may give it, and
    /// not every server has something to show at its base address. None in time will do as well. The
    /// connection is used again.
    ///
    /// # Errors
    /// Where no connection can be made, or a proxy wants a password.
    pub async fn check_reachable(&self) -> Result<(), Failure> {
        let request = self.request(Method::HEAD, self.address().join(&[]));
        let limit = self.settings().timeouts.connect.saturating_add(ANSWER_TIMEOUT);
        let Ok(answer) = timeout(limit, request.send()).await else { return Ok(()) };
        match answer {
            Err(error) if error.is_connect() => {
                Err(self.unreachable_failure(ConnectionError::of(&error, RequestStage::Sending)))
            }
            Ok(response) if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(self.unreachable_failure(ConnectionError::ProxyAuthentication))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
