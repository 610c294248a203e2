//! The stdio transport: one JSON message a line. Unlike the library's own it limits what a server may
//! send and remembers what was wrong, so that a failed call can say why.

use std::sync::Arc;

use rmcp::RoleClient;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::Mutex;

use super::fault::Faults;
use crate::chat::io_reason;

/// The longest message. A picture of a screen is about 5 MB in Base64.
const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;
/// The most lines that are no messages. Some programs print a greeting.
const MAX_ODD_LINES: u64 = 1000;
/// The most messages between two of ours: progress and log lines of one call.
const MAX_UNASKED_MESSAGES: u64 = 20_000;

/// A connection over a program's standard input and output.
pub(super) struct StdioTransport<R, W> {
    output: BufReader<R>,
    line: Vec<u8>,
    input: Arc<Mutex<Option<W>>>,
    unasked: u64,
    faults: Faults,
}

impl<R: AsyncRead + Unpin, W> StdioTransport<R, W> {
    /// Creates the transport from a program's output and input.
    pub(super) fn new(output: R, input: W, faults: Faults) -> Self {
        let input = Arc::new(Mutex::new(Some(input)));
        Self { output: BufReader::new(output), line: Vec::new(), input, unasked: 0, faults }
    }

    /// Reads a line without its end; `None` where the connection has ended, with the reason in the
    /// faults. May be dropped while it waits and called again.
    async fn read_line(&mut self) -> Option<Vec<u8>> {
        loop {
            let available = match self.output.fill_buf().await {
                Ok([]) => {
                    self.faults.end("it ended");
                    return None;
                }
                Ok(available) => available,
                Err(error) => {
                    self.faults.end(format!("its output could not be read: {}", io_reason(&error)));
                    return None;
                }
            };
            let end = memchr::memchr(b'\n', available);
            let piece = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            if self.line.len().saturating_add(piece.len()) > MAX_LINE_BYTES {
                let limit = MAX_LINE_BYTES / (1024 * 1024);
                self.faults.end(format!("it sent a message of more than {limit} MB"));
                self.line = Vec::new();
                return None;
            }
            self.line.extend_from_slice(piece);
            let used = piece.len().saturating_add(usize::from(end.is_some()));
            self.output.consume(used);
            if end.is_some() {
                return Some(std::mem::take(&mut self.line));
            }
        }
    }
}

impl<R, W> Transport<RoleClient> for StdioTransport<R, W>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send + 'static,
{
    type Error = std::io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.unasked = 0;
        let input = Arc::clone(&self.input);
        async move {
            let mut line = serde_json::to_vec(&item)?;
            line.push(b'\n');
            let mut input = input.lock().await;
            let input = input.as_mut().ok_or(std::io::ErrorKind::NotConnected)?;
            input.write_all(&line).await?;
            input.flush().await
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        loop {
            let line = self.read_line().await?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            self.unasked = self.unasked.saturating_add(1);
            if self.unasked > MAX_UNASKED_MESSAGES {
                self.faults.end("it sent far more messages than it was asked for");
                return None;
            }
            if let Ok(message) = serde_json::from_slice(&line) {
                return Some(message);
            }
            if self.faults.note_odd_line(&line) > MAX_ODD_LINES {
                self.faults.end("it printed too many lines that are no MCP messages");
                return None;
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        // The end of its input tells the program, and the process that watches over it, to end.
        drop(self.input.lock().await.take());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    async fn receive_all(bytes: Vec<u8>) -> (usize, Faults) {
        let faults = Faults::default();
        let output = Cursor::new(bytes);
        let mut transport = StdioTransport::new(output, tokio::io::sink(), faults.clone());
        let mut count = 0;
        while transport.receive().await.is_some() {
            count += 1;
        }
        (count, faults)
    }

    const MESSAGE: &[u8] = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n";

    #[tokio::test]
    async fn lines_that_are_no_messages_are_skipped_and_remembered() {
        let (count, faults) =
            receive_all([b"Hello!\r\n\n{\"x\": 1}\n\xff\xfe\n".as_slice(), MESSAGE].concat()).await;
        assert_eq!(count, 1);
        assert_eq!(faults.reason().as_deref(), Some("it ended"));
        assert!(faults.hints().contains("\"Hello!\""), "{}", faults.hints());
    }

    #[tokio::test]
    async fn a_line_without_end_is_not_kept_in_memory() {
        let (count, faults) =
            receive_all([MESSAGE, &vec![b'x'; MAX_LINE_BYTES + 10]].concat()).await;
        assert_eq!(count, 1);
        assert_eq!(faults.reason().as_deref(), Some("it sent a message of more than 16 MB"));
    }

    #[tokio::test]
    async fn floods_of_lines_end_the_connection() {
        let (count, faults) = receive_all(b"x\n".repeat(5000)).await;
        assert_eq!(count, 0);
        assert!(faults.reason().unwrap().contains("too many lines"));
        let note = b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\
                     \"params\":{\"progressToken\":1,\"progress\":1}}\n";
        let (count, faults) = receive_all(note.repeat(30_000)).await;
        assert_eq!(count, 20_000);
        assert!(faults.reason().unwrap().contains("more messages than"));
    }
}
