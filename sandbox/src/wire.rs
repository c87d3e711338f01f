//! Connections whose bytes a fault can take over from the HTTP server.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A listener whose connections stay within reach of those who answer on them.
pub(crate) struct Ear(pub(crate) TcpListener);

impl Listener for Ear {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // Answers are small, and none is to wait for the next.
                    let _ = stream.set_nodelay(true);
                    return (Line(Wire { stream: Arc::new(stream), taken: Arc::default() }), address);
                }
                // The process has no file left, or the client went before it was let in.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection as the HTTP server has it.
pub(crate) struct Line(Wire);

/// The same connection as a fault has it.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    stream: Arc<TcpStream>,
    taken: Arc<AtomicBool>,
}

impl Connected<IncomingStream<'_, Ear>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Ear>) -> Self {
        stream.io().0.clone()
    }
}

impl Wire {
    /// Takes the connection from the server: it can write nothing any more, and closes it once it has an answer.
    pub(crate) fn take(&self) {
        self.taken.store(true, Ordering::Release);
    }

    /// Lets the connection end by a reset instead of an orderly close.
    pub(crate) fn end_by_reset(&self) {
        let _ = self.stream.set_zero_linger();
    }

    /// Writes bytes as they are; fails when the client is gone.
    pub(crate) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(wrong) if wrong.kind() == io::ErrorKind::WouldBlock => {}
                Err(wrong) => return Err(wrong),
            }
        }
        Ok(())
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let stream = &self.0.stream;
        loop {
            ready!(stream.poll_read_ready(cx))?;
            match stream.try_read(buf.initialize_unfilled()) {
                Ok(count) => {
                    buf.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(wrong) if wrong.kind() == io::ErrorKind::WouldBlock => {}
                Err(wrong) => return Poll::Ready(Err(wrong)),
            }
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.0.taken.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let stream = &self.0.stream;
        loop {
            ready!(stream.poll_write_ready(cx))?;
            match stream.try_write(bytes) {
                Err(wrong) if wrong.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// The socket closes when nobody holds it any more.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
