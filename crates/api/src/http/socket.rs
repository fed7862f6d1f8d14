//! Subscriptions over WebSocket: `graphql-transport-ws`, subscriptions only.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::actor::Actor;
use domain::refusal::Code;
use futures::SinkExt;
use futures::future::AbortHandle;
use futures::stream::{Abortable, BoxStream, SelectAll, StreamExt, once};
use poem::http::{Method, StatusCode, header};
use poem::web::websocket::{Message, WebSocket, WebSocketConfig, WebSocketStream};
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response};
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::refused;
use super::endpoint::MAX_BODY;
use super::media::Form;
use super::peer::{host, is_local};
use super::places::Place;
use super::protocol::{Close, PROTOCOL, Said, Say, next};
use super::site::Service;
use crate::graphql::execute::{Answer, Asked, Asker, told};
use crate::sign_in::{Authenticated, Refused};

/// How long a client may take to say who it is.
const TIME_TO_OPEN: Duration = Duration::from_secs(5);
/// How long a client may take to receive a message.
const TIME_TO_SEND: Duration = Duration::from_secs(10);
/// How often it is looked whether the right to ask still holds and whether the client is still there, also where nothing is asked or
/// sent: whoever has not answered by the next time is left, and their place is free.
const LOOKS_AGAIN: Duration = Duration::from_mins(1);
/// Longest message, and longest piece of one, that is taken into memory, in bytes. Whose message is longer than a question may be
/// is told so up to here; who announces one beyond is left at the announcement.
const MAX_HELD: usize = 2 * MAX_BODY;
/// How much is read at once, in bytes: each socket keeps so much ready for as long as it is open, also where nothing is said.
const READ_AT_ONCE: usize = 8 * 1024;
/// Most subscriptions on one socket.
const MAX_SUBSCRIPTIONS: usize = 16;
/// Longest name of a subscription, in bytes.
const MAX_NAME: usize = 128;

/// Whether the request wants to become a WebSocket.
pub(super) fn is_asked_for(request: &Request) -> bool {
    let upgrade = request.header(header::UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
    request.method() == Method::GET && upgrade
}

/// Becomes a WebSocket, unless it comes from another site's page, speaks another protocol, or there are too many: of all, of
/// strangers, or of the person whose session it comes with.
pub(super) async fn upgrade(service: &Arc<Service>, request: Request, asker: Asker) -> Response {
    let refuse = |status, code| refused(status, code, Form::Json, &asker);
    if !service.authenticator.is_own(request.header(header::ORIGIN), host(&request)) {
        let casework = service.executor.casework();
        let recorded = service.authenticator.put_on_record(&request, Refused::CrossSite, casework).await;
        return match recorded {
            Ok(()) => refuse(StatusCode::FORBIDDEN, Code::BadRequest),
            Err(refusal) => refuse(StatusCode::SERVICE_UNAVAILABLE, refusal.code),
        };
    }
    let offered = request.header(header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    if !offered.split(',').any(|name| name.trim() == PROTOCOL) {
        return refuse(StatusCode::BAD_REQUEST, Code::BadRequest);
    }
    let by_cookie = service.authenticator.by_cookie_of_socket(&request, service.executor.now());
    let address = service.authenticator.address(&request);
    let (stranger, place) = match &by_cookie {
        Ok(known) => match service.opened.take_of(known.actor) {
            Some(place) => (None, Some(place)),
            None => return refuse(StatusCode::TOO_MANY_REQUESTS, Code::Busy),
        },
        Err(_) => match service.unopened.take(address) {
            Some(place) => (Some(place), None),
            None => return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Busy),
        },
    };
    let Ok(permit) = Arc::clone(&service.sockets).try_acquire_owned() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Busy);
    };
    let Ok(socket) = WebSocket::from_request(&request, &mut RequestBody::default()).await else {
        return refuse(StatusCode::BAD_REQUEST, Code::BadRequest);
    };
    let authorization = request.header(header::AUTHORIZATION).map(str::to_owned);
    let (service, from) = (Arc::clone(service), (is_local(&request), address));
    let talk = move |stream| async move {
        let (known, unanswered, running) = (None, false, Running::default());
        Conversation { service, asker, from, authorization, by_cookie, stranger, place, known, unanswered, running }
            .hold(stream)
            .await;
        drop(permit);
    };
    socket.config(limits()).protocols([PROTOCOL]).on_upgrade(talk).into_response()
}

/// What one socket may take of the memory.
fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(MAX_HELD))
        .max_frame_size(Some(MAX_HELD))
        .read_buffer_size(READ_AT_ONCE)
}

/// One client's conversation.
struct Conversation {
    service: Arc<Service>,
    asker: Asker,
    /// Whether the client is on this machine, a demo token being good for nothing else; and where it is.
    from: (bool, IpAddr),
    /// The `Authorization` header, for clients that can send one.
    authorization: Option<String>,
    /// Whose session the browser's cookie names, for pages of ours; or what of it was refused.
    by_cookie: Result<Authenticated, Option<Refused>>,
    /// The place of somebody who brought no session; given back when they have said who they are.
    stranger: Option<Place<IpAddr>>,
    /// The place of a person, by the session that they brought or because they have said so; given back at the end.
    place: Option<Place<Actor>>,
    /// Who has opened the conversation.
    known: Option<Authenticated>,
    /// Whether the client was asked if it is there, and has said nothing since.
    unanswered: bool,
    running: Running,
}

/// The subscriptions under way.
#[derive(Default)]
struct Running {
    items: SelectAll<BoxStream<'static, (String, Option<Answer>)>>,
    stops: HashMap<String, AbortHandle>,
}

/// What happens next.
enum Turn {
    Said(Option<std::io::Result<Message>>),
    Item(String, Option<Answer>),
    Look,
    TooLate,
    Stop,
}

impl Conversation {
    /// Holds the conversation to its end.
    async fn hold(mut self, mut stream: WebSocketStream) {
        // house-rule: allow(clock) because how long an idle socket may stay is a limit, and nothing is recorded from it.
        let opening = Instant::now() + TIME_TO_OPEN;
        let mut stopping = self.service.stopping.clone();
        let casework = Arc::clone(self.service.executor.casework());
        let mut looks = Box::pin(casework.pause(LOOKS_AGAIN));
        loop {
            let turn = tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => Turn::Stop,
                () = sleep_until(opening), if self.known.is_none() => Turn::TooLate,
                () = &mut looks => Turn::Look,
                Some((id, answer)) = self.running.items.next() => Turn::Item(id, answer),
                said = stream.next() => Turn::Said(said),
            };
            let went = match turn {
                Turn::Stop => Err(Close::GOING_AWAY),
                Turn::TooLate => Err(Close::OPENING_TOO_LATE),
                Turn::Look => {
                    looks.set(casework.pause(LOOKS_AGAIN));
                    if self.known.is_some() { self.look(&mut stream).await } else { Ok(()) }
                }
                Turn::Item(id, answer) => self.item(&id, answer.as_ref(), &mut stream).await,
                Turn::Said(Some(Ok(message))) => self.hear(message, &mut stream).await,
                Turn::Said(Some(Err(_)) | None) => return,
            };
            if let Err(close) = went {
                let _ = timeout(TIME_TO_SEND, stream.send(close.message())).await;
                let _ = timeout(TIME_TO_SEND, stream.close()).await;
                return;
            }
        }
    }

    /// Whether the right still holds and the client is there; which is asked by a ping of WebSocket's own, that browsers and
    /// libraries answer by themselves.
    async fn look(&mut self, stream: &mut WebSocketStream) -> Result<(), Close> {
        self.still()?;
        if self.unanswered {
            return Err(Close::NOT_THERE);
        }
        self.unanswered = true;
        pass(stream, Message::Ping(Vec::new())).await
    }

    async fn hear(&mut self, message: Message, stream: &mut WebSocketStream) -> Result<(), Close> {
        self.unanswered = false;
        let text = match message {
            Message::Text(text) if text.len() > MAX_BODY => return Err(Close::TOO_BIG),
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::BAD_MESSAGE),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
        };
        match serde_json::from_str(&text).map_err(|_| Close::BAD_MESSAGE)? {
            Said::ConnectionInit { payload } => {
                self.open(payload.and_then(|init| init.authorization)).await?;
                say(stream, &Say::ConnectionAck).await
            }
            Said::Ping => say(stream, &Say::Pong).await,
            Said::Pong => Ok(()),
            Said::Subscribe { id, payload } => self.subscribe(id, payload, stream).await,
            Said::Complete { id } => {
                self.running.stop(&id);
                Ok(())
            }
        }
    }

    async fn open(&mut self, authorization: Option<String>) -> Result<(), Close> {
        if self.known.is_some() {
            return Err(Close::OPENED_TWICE);
        }
        let now = self.service.executor.now();
        let (authenticator, casework) = (&self.service.authenticator, self.service.executor.casework());
        // That nobody was let in, or who was, is on record before it is told.
        let (known, recorded) = match (authorization.or_else(|| self.authorization.take()), &self.by_cookie) {
            (Some(authorization), _) => {
                let known = authenticator.by_token(Some(&authorization), self.from, now).await;
                let recorded = match &known {
                    Some(known) => authenticator.came_in(known, casework).await,
                    None => authenticator.token_refused(self.from.1, casework).await,
                };
                (known, recorded)
            }
            (None, Ok(known)) => (Some(known.clone()), Ok(())),
            (None, Err(None)) => (None, Ok(())),
            (None, Err(Some(refused))) => (None, authenticator.cookie_refused(*refused, self.from.1, casework).await),
        };
        recorded.map_err(|_| Close::INTERNAL)?;
        let known = known.ok_or(Close::FORBIDDEN)?;
        // A token may name another person than the session that the socket came with.
        if self.place.as_ref().is_none_or(|place| !place.is_of(&known.actor)) {
            self.place = Some(self.service.opened.take_of(known.actor).ok_or(Close::TOO_MANY)?);
        }
        self.stranger = None;
        self.asker.actor = known.actor;
        self.known = Some(known);
        Ok(())
    }

    /// Whether the right to ask, by which the conversation was opened, still holds.
    fn still(&self) -> Result<(), Close> {
        let known = self.known.as_ref().ok_or(Close::NOT_OPENED)?;
        let holds = self.service.authenticator.still(known, self.service.executor.now());
        if holds { Ok(()) } else { Err(Close::FORBIDDEN) }
    }

    async fn subscribe(&mut self, id: String, incoming: Asked, stream: &mut WebSocketStream) -> Result<(), Close> {
        self.still()?;
        if id.len() > MAX_NAME {
            return Err(Close::BAD_MESSAGE);
        }
        if self.running.stops.contains_key(&id) {
            return Err(Close::NAME_TAKEN);
        }
        let begun = if self.running.stops.len() < MAX_SUBSCRIPTIONS {
            self.service.executor.follow(incoming, &self.asker)
        } else {
            Err(Answer::refusal(Code::TooComplex, &self.asker))
        };
        match begun {
            Ok(responses) => {
                let asker = self.asker.clone();
                let answers = responses.map(move |response| told(response, &asker)).boxed();
                self.running.start(id, answers);
                Ok(())
            }
            Err(answer) => say(stream, &Say::Error { id: &id, payload: answer.errors() }).await,
        }
    }

    async fn item(&mut self, id: &str, answer: Option<&Answer>, stream: &mut WebSocketStream) -> Result<(), Close> {
        self.still()?;
        match answer {
            Some(answer) if answer.refused.is_some() => {
                self.running.stop(id);
                say(stream, &Say::Error { id, payload: answer.errors() }).await
            }
            Some(answer) => send(stream, next(id, answer)).await,
            None => {
                self.running.stop(id);
                say(stream, &Say::Complete { id }).await
            }
        }
    }
}

impl Running {
    fn start(&mut self, id: String, answers: BoxStream<'static, Answer>) {
        let (stop, registration) = AbortHandle::new_pair();
        let (name, last) = (id.clone(), id.clone());
        let items = answers.map(move |answer| (name.clone(), Some(answer))).chain(once(async move { (last, None) }));
        self.items.push(Abortable::new(items, registration).boxed());
        self.stops.insert(id, stop);
    }

    fn stop(&mut self, id: &str) {
        if let Some(stop) = self.stops.remove(id) {
            stop.abort();
        }
    }
}

/// Says something; a client that does not take it in time is left.
async fn say(stream: &mut WebSocketStream, what: &Say<'_>) -> Result<(), Close> {
    send(stream, serde_json::to_vec(what).map_err(|_| Close::INTERNAL)?).await
}

async fn send(stream: &mut WebSocketStream, message: Vec<u8>) -> Result<(), Close> {
    let text = String::from_utf8(message).map_err(|_| Close::INTERNAL)?;
    pass(stream, Message::Text(text)).await
}

async fn pass(stream: &mut WebSocketStream, message: Message) -> Result<(), Close> {
    match timeout(TIME_TO_SEND, stream.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Close::GOING_AWAY),
    }
}

#[cfg(test)]
mod tests {
    use super::super::site::MAX_SOCKETS;
    use super::*;

    /// What is kept ready is seen in no answer; it is asked of the settings that sockets are opened with.
    #[test]
    fn all_sockets_together_keep_no_more_than_sixteen_mebibytes_ready() {
        let ready = limits().read_buffer_size * MAX_SOCKETS as usize;
        assert!(ready <= 16 << 20, "{ready} bytes");
    }
}
