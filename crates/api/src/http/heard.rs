//! Connections on which somebody is heard who is not answered.
//!
//! Whoever is silent is cut off by the server ([`super::serve`]); whoever sends a request so slowly that it never comes to its end
//! would hold a place for ever. A socket that is followed is written to each minute.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Accepts what another accepts; each connection is ended on which something was heard and nothing said for so long.
pub(super) struct Answering<Inner> {
    inner: Inner,
    within: Duration,
}

impl<Inner> Answering<Inner> {
    pub(super) const fn new(inner: Inner, within: Duration) -> Self {
        Self { inner, within }
    }
}

impl<Inner: Acceptor> Acceptor for Answering<Inner> {
    type Io = Heard<Inner::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, poem::http::uri::Scheme)> {
        let (io, local, remote, scheme) = self.inner.accept().await?;
        Ok((Heard::new(io, self.within), local, remote, scheme))
    }
}

/// A connection.
pub(super) struct Heard<Io> {
    io: Io,
    within: Duration,
    /// Until when there has to be an answer to the first that was heard after the last that was said.
    until: Option<Pin<Box<Sleep>>>,
}

impl<Io> Heard<Io> {
    const fn new(io: Io, within: Duration) -> Self {
        Self { io, within, until: None }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Heard<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.until.as_mut().is_some_and(|until| until.as_mut().poll(context).is_ready()) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let read = Pin::new(&mut self.io).poll_read(context, buffer);
        if self.until.is_none() && matches!(read, Poll::Ready(Ok(()))) {
            self.until = Some(Box::pin(sleep(self.within)));
        }
        read
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Heard<Io> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.until = None;
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.until = None;
        Pin::new(&mut self.io).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    async fn heard(said: &[u8], within: Duration) -> (DuplexStream, Heard<DuplexStream>) {
        let (mut sender, io) = duplex(64);
        sender.write_all(said).await.unwrap();
        (sender, Heard::new(io, within))
    }

    #[tokio::test]
    async fn who_sends_and_sends_and_comes_to_no_end_is_cut_off() {
        let (_sender, mut at_once) = heard(b"G", Duration::ZERO).await;
        assert_eq!(at_once.read(&mut [0]).await.unwrap(), 1, "the first begins the time");
        assert_eq!(at_once.read(&mut [0]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let (_sender, mut later) = heard(b"GET /", Duration::from_hours(1)).await;
        for _ in 0..5 {
            assert_eq!(later.read(&mut [0]).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn who_is_answered_is_heard_again_for_as_long() {
        let (_sender, mut answered) = heard(b"GET /", Duration::ZERO).await;
        for _ in 0..5 {
            assert_eq!(answered.read(&mut [0]).await.unwrap(), 1);
            answered.write_all(b"y").await.unwrap();
        }
    }
}
