//! The messages of `graphql-transport-ws`.

use async_graphql::ServerError;
use poem::web::websocket::{CloseCode, Message};
use serde::{Deserialize, Serialize};

use crate::graphql::execute::{Answer, Asked};
use crate::graphql::written;

/// The one subprotocol that is spoken.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said {
    /// Opens the conversation and says who asks.
    ConnectionInit {
        /// Holds the token.
        payload: Option<Init>,
    },
    /// Are you there?
    Ping,
    /// I am here.
    Pong,
    /// Begins a subscription.
    Subscribe {
        /// The client's name for it.
        id: String,
        /// What is asked.
        payload: Asked,
    },
    /// Ends a subscription.
    Complete {
        /// The client's name for it.
        id: String,
    },
}

/// What a client opens the conversation with.
#[derive(Deserialize)]
pub(super) struct Init {
    /// `Bearer` and the token.
    #[serde(alias = "Authorization")]
    pub(super) authorization: Option<String>,
}

/// What is said to a client.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Say<'a> {
    /// Go on.
    ConnectionAck,
    /// I am here.
    Pong,
    /// A subscription could not begin.
    Error {
        /// The client's name for it.
        id: &'a str,
        /// Why.
        payload: &'a [ServerError],
    },
    /// A subscription has ended.
    Complete {
        /// The client's name for it.
        id: &'a str,
    },
}

/// An item of a subscription, with the client's name for it.
pub(super) fn next(id: &str, item: &Answer) -> Vec<u8> {
    let mut out = br#"{"type":"next","id":"#.to_vec();
    written::scalar(id, &mut out);
    out.extend_from_slice(br#","payload":"#);
    out.append(&mut item.to_json());
    out.push(b'}');
    out
}

/// Why a conversation is broken off: the code of the protocol and its reason.
#[derive(Clone, Copy)]
pub(super) struct Close(pub(super) u16, pub(super) &'static str);

impl Close {
    pub(super) const GOING_AWAY: Self = Self(1001, "Going away");
    pub(super) const TOO_BIG: Self = Self(1009, "Message too big");
    pub(super) const INTERNAL: Self = Self(1011, "Internal error");
    pub(super) const BAD_MESSAGE: Self = Self(4400, "Invalid message");
    pub(super) const NOT_OPENED: Self = Self(4401, "Unauthorized");
    pub(super) const FORBIDDEN: Self = Self(4403, "Forbidden");
    pub(super) const OPENING_TOO_LATE: Self = Self(4408, "Connection initialisation timeout");
    pub(super) const OPENED_TWICE: Self = Self(4429, "Too many initialisation requests");
    pub(super) const TOO_MANY: Self = Self(4430, "Too many sockets of one person");
    pub(super) const NOT_THERE: Self = Self(4431, "Not there any more");
    pub(super) const NAME_TAKEN: Self = Self(4409, "Subscriber already exists");

    pub(super) fn message(self) -> Message {
        Message::Close(Some((CloseCode::from(self.0), self.1.to_owned())))
    }
}
