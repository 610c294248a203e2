//! Builds the HTTP clients of this program, for models and for MCP servers.

use reqwest::ClientBuilder;

use crate::api::address::Address;
use crate::api::transport::proxy::ProxyHop;
use crate::chat::{Failure, FailureKind};

/// Builds the client of one server; also returns what requests go through on their way there.
///
/// # Errors
/// Returns a failure where a variable holds no address of a proxy, or TLS cannot be set up.
pub fn build_http_client(
    address: &Address,
    configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<(reqwest::Client, Option<ProxyHop>), Failure> {
    let builder = reqwest::Client::builder();
    // A proxy cannot reach servers of this machine.
    let (builder, proxy) = if address.is_on_this_machine() {
        (builder.no_proxy(), None)
    } else {
        (builder, ProxyHop::find(&address.join(&[]))?)
    };
    let builder = builder.user_agent(concat!("duologue/", env!("CARGO_PKG_VERSION")));
    let client = configure(builder).build().map_err(|_| {
        Failure::new(
            FailureKind::Network,
            "Secure connections could not be set up on this machine.",
            "Check the system's certificates and proxy settings.",
        )
    })?;
    Ok((client, proxy))
}
