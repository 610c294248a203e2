//! A SOCKS5 proxy that connects every name to one address, or wants a password that no client has.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The proxy; it ends with the test.
pub struct SocksServer {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SocksServer {
    /// Connects every client to `target`, a host and a port; without one it refuses every request.
    pub fn start(target: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (target, record) = (target.clone(), Arc::clone(&record));
                let _ = thread::spawn(move || serve(client?, target, &record));
            }
        });
        Self { address, asked }
    }

    /// Wants a user name and a password and accepts none.
    pub fn start_locked() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for client in listener.incoming() {
                let _ = thread::spawn(move || refuse_password(client?));
            }
        });
        Self { address, asked: Arc::default() }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The names the proxy was asked to connect to.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut client: TcpStream,
    target: Option<String>,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting)?;
    client.read_exact(&mut vec![0; greeting[1].into()])?;
    client.write_all(&[5, 0])?;
    let mut query = [0; 5];
    client.read_exact(&mut query)?;
    assert_eq!(query[3], 3, "a name, not an address");
    let mut name = vec![0; query[4].into()];
    client.read_exact(&mut name)?;
    client.read_exact(&mut [0; 2])?;
    asked.lock().unwrap().push(String::from_utf8(name).unwrap());
    let Some(target) = target else {
        return client.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    };
    let server = TcpStream::connect(target)?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
    });
    let (mut from_server, mut to_client) = (server, client);
    io::copy(&mut from_server, &mut to_client)?;
    to_client.shutdown(Shutdown::Write)
}

/// The sub-negotiation of RFC 1929, with failure as its result.
fn refuse_password(mut client: TcpStream) -> io::Result<()> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting)?;
    let mut methods = vec![0; greeting[1].into()];
    client.read_exact(&mut methods)?;
    if !methods.contains(&2) {
        return client.write_all(&[5, 0xff]);
    }
    client.write_all(&[5, 2])?;
    for _ in 0..2 {
        // The version comes before the name; the password has only its length.
        let mut length = [0; 1];
        client.read_exact(&mut length)?;
        if length[0] == 1 {
            client.read_exact(&mut length)?;
        }
        client.read_exact(&mut vec![0; length[0].into()])?;
    }
    client.write_all(&[1, 1])
}
