//! Requests answered, by the vendor and by the faults that strike it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Canned, Fault, Misdeed, Struck, gzip};
use crate::events::Fate;
use crate::incoming::Incoming;
use crate::moments;
use crate::reply::Reply;
use crate::vendor::Vendor;
use crate::wire::Wire;

/// Answers a request to the vendor. It ends early when the sandbox stops.
pub(crate) async fn serve(
    vendor: Arc<Vendor>,
    wire: Wire,
    incoming: Incoming,
    mut stopped: watch::Receiver<()>,
) -> Response<Body> {
    let struck = {
        let choice = vendor.choose(&incoming);
        let struck = vendor.faults().strike(choice.operation());
        match struck {
            Some(struck) => struck,
            None => {
                let reply = vendor.answer_as(&incoming, choice, Fate::default());
                return dated(reply, &vendor).into_response();
            }
        }
    };
    let played = play(Arc::clone(&vendor), struck, wire.clone(), incoming);
    tokio::select! {
        response = played => response,
        // The value never changes; the sandbox is gone.
        _ = stopped.changed() => gone(&wire),
    }
}

async fn play(vendor: Arc<Vendor>, struck: Struck, wire: Wire, incoming: Incoming) -> Response<Body> {
    let (fault, fate) = (Arc::clone(&struck.fault), struck.fate());
    let own = Arc::clone(&vendor);
    // A client that loses patience doesn't keep a vendor from doing what it has read.
    let carried_out = tokio::spawn(async move {
        sleep(Duration::from_millis(struck.fault.wait_before_ms)).await;
        let choice = own.choose(&incoming);
        if struck.fault.does.processes() {
            return own.answer_as(&incoming, choice, fate);
        }
        own.leave(&incoming, &choice, fate);
        Reply::empty()
    });
    let reply = carried_out.await.unwrap_or_else(|_| Reply { status: 500, ..Reply::empty() });
    sleep(Duration::from_millis(fault.wait_after_ms)).await;
    deliver(&fault, dated(reply, &vendor), &wire, &vendor).await
}

/// Sends an answer, or what the fault makes of it.
async fn deliver(fault: &Fault, reply: Reply, wire: &Wire, vendor: &Vendor) -> Response<Body> {
    let taken = match &fault.does {
        Misdeed::Nothing => return reply.into_response(),
        Misdeed::Edit(edit) => return edit.apply(reply).into_response(),
        Misdeed::Answer(canned) => return dated(canned.reply(vendor), vendor).into_response(),
        taken => taken,
    };
    wire.take();
    // A client that is gone gets nothing, as it should.
    let _ = misbehave(taken, reply, wire).await;
    gone(wire)
}

async fn misbehave(does: &Misdeed, reply: Reply, wire: &Wire) -> io::Result<()> {
    let body = reply.body.as_bytes();
    let length = |bytes: usize| format!("content-length: {bytes}");
    match does {
        Misdeed::Drop { reset, .. } => end(wire, *reset).await,
        Misdeed::Truncate { after, reset } => {
            wire.write(&head(&reply, &length(body.len().max(after.saturating_add(1))))).await?;
            wire.write(body.get(..*after).unwrap_or(body)).await?;
            end(wire, *reset).await;
        }
        Misdeed::Drip { every_ms, bytes } => {
            wire.write(&head(&reply, &length(body.len()))).await?;
            for piece in body.chunks((*bytes).max(1)) {
                wire.write(piece).await?;
                sleep(Duration::from_millis(*every_ms)).await;
            }
        }
        Misdeed::Endless { .. } => {
            let reply = Reply::new(200, "application/json", String::new());
            wire.write(&head(&reply, "transfer-encoding: chunked")).await?;
            let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
            loop {
                wire.write(chunk.as_bytes()).await?;
                tokio::task::yield_now().await;
            }
        }
        Misdeed::Gzip { bytes, .. } => {
            let packed = gzip::bomb(*bytes);
            let reply = Reply::new(200, "application/json", String::new()).with("content-encoding", "gzip");
            wire.write(&head(&reply, &length(packed.len()))).await?;
            wire.write(&packed).await?;
        }
        Misdeed::Hang { .. } => std::future::pending().await,
        Misdeed::Nothing | Misdeed::Edit(_) | Misdeed::Answer(_) => {}
    }
    Ok(())
}

/// Ends a connection. A reset throws away what the system has not sent yet, so that gets a moment.
async fn end(wire: &Wire, reset: bool) {
    if reset {
        sleep(Duration::from_millis(10)).await;
        wire.end_by_reset();
    }
}

/// The start of an answer as it stands on the wire.
fn head(reply: &Reply, framing: &str) -> Vec<u8> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let sound = reply.headers.iter().filter(|(_, value)| HeaderValue::from_str(value).is_ok());
    let lines = sound.map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
    let reason = status.canonical_reason().unwrap_or_default();
    format!("HTTP/1.1 {} {reason}\r\n{lines}{framing}\r\nconnection: close\r\n\r\n", status.as_u16()).into_bytes()
}

/// What the server is given for an answer that it can't send any more.
fn gone(wire: &Wire) -> Response<Body> {
    wire.take();
    Reply::empty().into_response()
}

/// The date of an answer is that of the vendor's clock (RFC 9110, section 6.6.1).
fn dated(reply: Reply, vendor: &Vendor) -> Reply {
    reply.with("date", moments::http_date(moments::epoch(vendor.now())))
}

impl Canned {
    fn reply(&self, vendor: &Vendor) -> Reply {
        let mut reply = Reply { status: self.status, headers: self.headers.clone(), body: self.body.clone() };
        if let Some(seconds) = self.retry_at {
            let at = moments::epoch(vendor.now()).saturating_add_signed(seconds);
            reply = reply.with("retry-after", moments::http_date(at));
        }
        reply
    }
}
