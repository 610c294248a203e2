//! Starts and stops the server: a listener and a thread of its own.
//! Must not listen beyond the loopback address: it checks no key.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use tokio::sync::oneshot;

use super::pacing::{EventPermits, Pace, Pacing};
use super::routes;
use super::server_state::{RecordedRequest, ServerState};

/// How the server listens and answers.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// The port; 0 chooses a free one.
    pub port: u16,
    /// How fast the words of an answer are sent.
    pub pace: Pace,
    /// Holds events back until a test releases them.
    pub permits: Option<EventPermits>,
}

/// A running server; dropping it stops it and closes its connections.
#[derive(Debug)]
pub struct DemoServer {
    address: SocketAddr,
    shared: ServerState,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl DemoServer {
    /// Starts listening on 127.0.0.1.
    ///
    /// # Errors
    /// When the port is in use or no thread can be started.
    pub fn start(options: ServerOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = ServerState::new(Pacing { pace: options.pace, permits: options.permits });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let routes = routes::routes(shared.clone());
        let thread = thread::Builder::new().name("demo-server".into()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                let serve = axum::serve(listener, routes);
                tokio::select! {
                    _ = serve => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// The base URL for clients, such as `http://127.0.0.1:8080/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn recorded_requests(&self) -> Vec<RecordedRequest> {
        self.shared.recorded_requests()
    }

    /// The body of every request for an answer so far, in order.
    #[must_use]
    pub fn answer_requests(&self) -> Vec<Value> {
        let posts = self
            .recorded_requests()
            .into_iter()
            .filter(|request| request.request_line == "POST /v1/responses");
        posts.map(|request| request.body).collect()
    }

    /// Blocks until the process ends.
    pub fn serve_forever(mut self) {
        if let Some(thread) = self.thread.take() {
            // Only a panic ends the thread, and that has been reported.
            let _ = thread.join();
        }
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
