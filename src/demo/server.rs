//! Starts and stops the server: a listener on the loopback address and a thread of its own.
//! May not listen anywhere else.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use tokio::sync::{Semaphore, oneshot};

use super::jobs::Jobs;
use super::memory::Memory;
use super::routes;

/// How fast words come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As from a real model.
    #[default]
    Natural,
    /// As fast as they can be sent.
    Instant,
}

/// Lets a test say when each next event of a stream is sent.
#[derive(Debug, Clone)]
pub struct Gate {
    permits: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(0)) }
    }
}

impl Gate {
    /// Lets that many events pass.
    pub fn release(&self, events: usize) {
        self.permits.add_permits(events);
    }

    /// Waits until an event may pass.
    pub async fn pass(&self) {
        if let Ok(permit) = self.permits.acquire().await {
            permit.forget();
        }
    }
}

/// How to start.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// How fast words come.
    pub pace: Pace,
    /// Where a test holds events back.
    pub gate: Option<Gate>,
}

/// One request, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Method and path.
    pub line: String,
    /// The JSON body; null where there was none.
    pub body: Value,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

/// What all requests share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Responses given so far.
    pub memory: Arc<Mutex<Memory>>,
    /// Background answers so far.
    pub jobs: Arc<Jobs>,
    /// Requests taken so far.
    pub recorded: Arc<Mutex<Vec<Recorded>>>,
    /// How fast words come.
    pub pace: Pace,
    /// Where a test holds events back.
    pub gate: Option<Gate>,
}

/// A running server; dropping it stops it and closes its connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Shared,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts listening on 127.0.0.1.
    ///
    /// # Errors
    /// When the port is taken, or the system gives no thread.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Shared {
            memory: Arc::default(),
            jobs: Arc::default(),
            recorded: Arc::default(),
            pace: options.pace,
            gate: options.gate,
        };
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

    /// What a client is pointed at.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.shared.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The bodies of requests for answers so far, in order.
    #[must_use]
    pub fn questions(&self) -> Vec<Value> {
        let posts = self.recorded().into_iter().filter(|it| it.line == "POST /v1/responses");
        posts.map(|request| request.body).collect()
    }

    /// Serves until the process ends.
    pub fn serve_forever(mut self) {
        if let Some(thread) = self.thread.take() {
            // Only a panic in there ends it, and that has been reported by then.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
