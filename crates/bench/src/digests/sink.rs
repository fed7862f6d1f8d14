//! A relay that takes everything, and what hands the same bytes to it without any work.

use std::sync::{Arc, Mutex, PoisonError};

use futures::{StreamExt, TryStreamExt};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;

/// A message as it came: the address that it comes back to, whom it is to, and its bytes with the dot at their end.
type Taken = Vec<u8>;

/// The relay.
pub(super) struct Sink {
    pub(super) port: u16,
    messages: Arc<Mutex<Vec<Taken>>>,
}

impl Sink {
    /// Listens.
    pub(super) async fn open() -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let messages = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&messages);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { take(stream, &kept).await });
            }
        });
        Ok(Self { port, messages })
    }

    /// What has come so far.
    pub(super) fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn take(stream: TcpStream, kept: &Mutex<Vec<Taken>>) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    write.write_all(b"220 relay.example\r\n").await?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let said: &[u8] = match line.first_chunk::<4>().unwrap_or(b"    ") {
            b"EHLO" => b"250-relay.example\r\n250 8BITMIME\r\n",
            b"DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = Vec::with_capacity(8 << 10);
                while !message.ends_with(b"\r\n.\r\n") {
                    if read.read_until(b'\n', &mut message).await? == 0 {
                        return Ok(());
                    }
                }
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                b"250 taken\r\n"
            }
            b"QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        write.write_all(said).await?;
    }
}

/// Hands messages to the relay, over so many connections at once.
pub(super) async fn feed(port: u16, messages: &[Taken], at_once: usize) -> Result<(), Failure> {
    let share = messages.len().div_ceil(at_once).max(1);
    let shares = futures::stream::iter(messages.chunks(share)).map(|share| hand_over(port, share));
    shares.buffer_unordered(at_once).try_collect::<Vec<()>>().await?;
    Ok(())
}

async fn hand_over(port: u16, messages: &[Taken]) -> Result<(), Failure> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut answered = Vec::new();
    answer(&mut read, &mut answered).await?;
    write.write_all(b"EHLO bench.example\r\n").await?;
    answer(&mut read, &mut answered).await?;
    answer(&mut read, &mut answered).await?;
    for message in messages {
        for said in
            [&b"MAIL FROM:<bounce@mentor.example>\r\n"[..], b"RCPT TO:<alex@home.example>\r\n", b"DATA\r\n", message]
        {
            write.write_all(said).await?;
            answer(&mut read, &mut answered).await?;
        }
    }
    Ok(())
}

async fn answer(read: &mut (impl AsyncBufReadExt + Unpin), line: &mut Vec<u8>) -> Result<(), Failure> {
    line.clear();
    if read.read_until(b'\n', line).await? == 0 {
        return Err("the relay has closed the connection".into());
    }
    Ok(())
}
