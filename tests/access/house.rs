//! The same past behind the real service: asked over HTTP and over WebSocket, with its traces at hand.

use std::net::SocketAddr;
use std::sync::Arc;

use api::{Authenticator, DemoTokens, bind};
use casework::Casework;
use casework::traces::{SubjectsV1, TraceV1};
use domain::actor::Actor;
use domain::id::StaffId;
use futures::{SinkExt, StreamExt};
use reqwest::Client;
use serde_json::{Value, json};
use storage::{EventLog, PartContent, TraceNumber};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::doors::{Shows, Trace};
use crate::everybody::{EVERYBODY, Noon};
use crate::well::asked_well;

/// A running service, and the log that it writes.
pub(crate) struct House {
    pub(crate) log: Arc<dyn EventLog>,
    address: SocketAddr,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// What a reading came to.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) answer: Value,
    /// The traces that it left.
    pub(crate) traces: Vec<(TraceV1, SubjectsV1)>,
}

impl Came {
    /// What was shown, by its traces.
    pub(crate) fn trace(&self) -> Trace {
        let shows = self.traces.iter().flat_map(|(_, of)| of.pupils().map(move |id| how(of, id)));
        let notes = self.traces.iter().any(|(_, of)| !of.opened.is_empty());
        (shows.max().unwrap_or(Shows::Nothing), notes)
    }

    /// Whether something that was looked for was refused, by its traces.
    pub(crate) fn is_refused(&self) -> bool {
        self.traces.iter().any(|(open, of)| open.refused && !of.refused.is_empty())
    }

    /// Pupils that the traces name as shown, in order.
    pub(crate) fn shown(&self) -> Vec<String> {
        let mut shown: Vec<String> = self.traces.iter().flat_map(|(_, of)| of.pupils().cloned()).collect();
        shown.sort();
        shown
    }

    pub(crate) fn code(&self) -> &str {
        self.answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }
}

fn how(of: &SubjectsV1, id: &String) -> Shows {
    if of.extracted.contains(id) {
        Shows::Extracted
    } else if of.listed.contains(id) {
        Shows::Listed
    } else {
        Shows::Opened
    }
}

impl House {
    /// Opens the service on a log that holds the past.
    pub(crate) async fn open(log: Arc<dyn EventLog>) -> Self {
        let casework = Casework::open(Arc::clone(&log), [7; 32], Arc::new(Noon)).await.unwrap();
        Self::serving(log, casework).await
    }

    /// The same of a service that is open already.
    pub(crate) async fn serving(log: Arc<dyn EventLog>, casework: Arc<Casework>) -> Self {
        let names: Vec<_> = EVERYBODY.iter().map(|(_, staff, _)| (staff.to_string(), Actor::Staff(*staff))).collect();
        let tokens = DemoTokens::new(names.iter().map(|(name, actor)| (name.as_str(), *actor)));
        let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = bound.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let serving = bound.serve(casework, Arc::new(Authenticator::demo(tokens)), Arc::new(|| Ok(())), shutdown);
        Self { log, address, client: Client::new(), stop: Some(stop), task: tokio::spawn(serving) }
    }

    /// Lets everybody ask once, so that what they ask later is not the first thing that they come with.
    pub(crate) async fn let_everybody_in(&self) {
        for (_, staff, _) in EVERYBODY {
            self.asks(staff, "{__typename}").await;
        }
    }

    /// Stops it, and lets go of the log.
    pub(crate) async fn close(mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        self.task.await.unwrap().unwrap();
    }

    async fn traces_after(&self, number: u64) -> Vec<(TraceV1, SubjectsV1)> {
        let traces = self.log.read_traces(TraceNumber(number), 10_000).await.unwrap();
        let opened = traces.iter().map(|trace| {
            let PartContent::Present(subjects) = &trace.subjects.content else { panic!("nothing is erased") };
            (serde_json::from_slice(&trace.open).unwrap(), serde_json::from_slice(subjects).unwrap())
        });
        opened.collect()
    }

    /// How many traces there are.
    pub(crate) fn count(&self) -> u64 {
        self.log.head().traces.0
    }

    /// Asks, over HTTP; a subscription over WebSocket, as far as its first item or its end.
    pub(crate) async fn asks(&self, staff: StaffId, query: &str) -> Came {
        let before = self.count();
        let (status, answer) = if query.starts_with("subscription") {
            (200, self.first_item(staff, query).await)
        } else {
            let url = format!("http://{}/graphql", self.address);
            let asked = self.client.post(url).bearer_auth(staff).json(&json!({ "query": query }));
            let answer = asked.send().await.unwrap();
            (answer.status().as_u16(), answer.json().await.unwrap())
        };
        asked_well(query, &answer);
        Came { status, answer, traces: self.traces_after(before).await }
    }

    /// The answer to a question, over HTTP.
    pub(crate) async fn answer(&self, staff: StaffId, query: &str) -> Value {
        let answer = serde_json::from_str(&self.answers(staff, &json!({ "query": query })).await).unwrap();
        asked_well(query, &answer);
        answer
    }

    /// The answer to a request's body, as text.
    pub(crate) async fn answers(&self, staff: StaffId, body: &Value) -> String {
        let asked = self.client.post(format!("http://{}/graphql", self.address)).bearer_auth(staff).json(body);
        asked.send().await.unwrap().text().await.unwrap()
    }

    async fn first_item(&self, staff: StaffId, query: &str) -> Value {
        Talk::open(self, staff).await.first_item(query).await
    }
}

/// An open socket.
pub(crate) struct Talk {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
}

impl Talk {
    pub(crate) async fn open(house: &House, staff: StaffId) -> Self {
        let request = ClientRequestBuilder::new(format!("ws://{}/graphql", house.address).parse().unwrap())
            .with_sub_protocol("graphql-transport-ws");
        let (socket, _) = connect_async(request).await.unwrap();
        let mut talk = Self { socket, next: 1 };
        let authorization = format!("Bearer {staff}");
        talk.says(&json!({ "type": "connection_init", "payload": { "authorization": authorization } })).await;
        assert_eq!(talk.hears().await["type"], "connection_ack");
        talk
    }

    async fn says(&mut self, what: &Value) {
        self.socket.send(Message::text(what.to_string())).await.unwrap();
    }

    async fn hears(&mut self) -> Value {
        let Message::Text(text) = self.socket.next().await.unwrap().unwrap() else { panic!("it was broken off") };
        serde_json::from_str(&text).unwrap()
    }

    /// Follows something as far as its first item or its end.
    pub(crate) async fn first_item(&mut self, query: &str) -> Value {
        let id = self.next.to_string();
        self.next += 1;
        self.says(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
        loop {
            let heard = self.hears().await;
            match heard["type"].as_str().unwrap() {
                // What was followed before may still say something.
                _ if heard["id"] != id => {}
                "next" => {
                    self.says(&json!({ "type": "complete", "id": id })).await;
                    return heard["payload"].clone();
                }
                "complete" => return json!({ "data": null }),
                "error" => return json!({ "errors": heard["payload"] }),
                other => panic!("{other}: {heard}"),
            }
        }
    }
}
