//! Requests as bytes, one answer at a time, and fresh command ids.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::Failure;

/// One connection that is kept.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::with_capacity(1 << 16, stream)))
    }

    /// Sends a request and reads its answer into `body`, which is emptied first. Anything but 200 is a failure.
    pub(crate) async fn ask(&mut self, request: &[u8], body: &mut Vec<u8>) -> Result<(), Failure> {
        self.0.get_mut().write_all(request).await?;
        let (mut line, mut length, mut status) = (String::new(), 0, String::new());
        loop {
            line.clear();
            if self.0.read_line(&mut line).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if line == "\r\n" {
                break;
            }
            if status.is_empty() {
                status.clone_from(&line);
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        body.resize(length, 0);
        self.0.read_exact(body).await?;
        if status.contains(" 200 ") {
            return Ok(());
        }
        Err(format!("{} {}", status.trim(), String::from_utf8_lossy(body)).into())
    }
}

/// A GraphQL request, ready to be sent.
pub(crate) fn graphql(token: &str, document: &str, variables: &Value) -> Vec<u8> {
    let body = json!({ "query": document, "variables": variables }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Accept: application/graphql-response+json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

/// One answer on a connection of its own.
pub(crate) async fn once(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    Connection::open(address).await?.ask(request, &mut body).await?;
    Ok(body)
}

/// A version 7 UUID: now, and a number that is used once.
pub(crate) fn command_id(number: u64) -> u128 {
    static BEFORE: AtomicU64 = AtomicU64::new(0);
    let unique = u128::from(BEFORE.fetch_add(1, Ordering::Relaxed)) << 24 | u128::from(number & 0x00ff_ffff);
    u128::from(millis_since_1970()) << 80 | 0x7 << 76 | 0b10 << 62 | (unique & ((1 << 62) - 1))
}

/// The same, as clients write it.
pub(crate) fn command_id_text(number: u64) -> String {
    let hex = format!("{:032x}", command_id(number));
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// What the clock says.
pub(crate) fn millis_since_1970() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(0)
}
