//! Whether anything listens at a server's address.

use reqwest::{Method, StatusCode};

use crate::chat::Failure;

use super::client::Client;
use super::transport::{ConnectionError, RequestStage};

impl Client {
    /// Makes sure that something listens at the address. Any answer will do: a proxy may give it, and
    /// not every server has something to show at its base address. The connection is used again.
    ///
    /// # Errors
    /// Where no connection can be made, or a proxy wants a password.
    pub async fn check_reachable(&self) -> Result<(), Failure> {
        let request = self.request(Method::HEAD, self.address().join(&[]));
        match request.send().await {
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
