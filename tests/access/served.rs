//! The same past behind the real service, asked by people who have signed in: over HTTP and over WebSocket, each with an account,
//! a session and a browser's cookie.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use api::{
    Account, AccountBook, Authenticator, Chance, Keep, Letters, Means, Origin, Reads, SessionLimits, SignInSettings,
    bind, hash_password,
};
use casework::{Casework, Clock};
use chrono::{DateTime, Utc};
use domain::id::StaffId;
use futures::{SinkExt, StreamExt};
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use storage::MemoryLog;
use tokio::sync::oneshot;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};

use crate::everybody::{EVERYBODY, tell};
use crate::well::asked_well;

const PASSWORD: &str = "correct horse battery staple";
/// The cookie of a session.
const SESSION: &str = "__Host-mentorlog";

/// A clock that stands still.
struct Still(DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// A small file in memory.
#[derive(Default)]
struct Paper(Mutex<(u128, Option<Vec<u8>>)>);

impl Keep for Paper {
    fn read(&self) -> std::io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().1.clone())
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut paper = self.0.lock().unwrap();
        *paper = (paper.0 + 1, Some(bytes.to_vec()));
        Ok(())
    }

    fn stamp(&self) -> std::io::Result<u128> {
        Ok(self.0.lock().unwrap().0)
    }
}

/// Chance that is the same in every run.
fn chance() -> Chance {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Arc::new(|| Some(*blake3::hash(&NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes()).as_bytes()))
}

/// What a browser brings for somebody who has signed in.
struct Signed {
    /// The session's cookie.
    cookie: String,
    /// What shows that a page of this site asks.
    token: String,
}

/// Accounts and sessions: what stays when the service is started again on the same past.
#[derive(Default)]
struct Front {
    accounts: Arc<Paper>,
    sessions: Arc<Paper>,
    signed: BTreeMap<StaffId, Signed>,
}

/// The running service, and everybody signed in.
pub(crate) struct Served {
    pub(crate) casework: Arc<Casework>,
    front: Front,
    now: DateTime<Utc>,
    address: SocketAddr,
    client: Client,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// The past, as on the first of October; everybody has signed in.
    pub(crate) async fn start() -> Self {
        Self::at(domain::spec::noon("2019-10-01")).await
    }

    /// The same at another moment.
    pub(crate) async fn at(now: DateTime<Utc>) -> Self {
        let front = Front::default();
        let hash = hash_password(PASSWORD, &chance()).unwrap();
        let mut book = AccountBook::read(&*front.accounts).unwrap();
        for (who, staff, _) in EVERYBODY {
            book.add(Account::new(who, staff, Means::Password { hash: hash.clone() }).unwrap()).unwrap();
        }
        book.write(&*front.accounts).unwrap();
        let mut served = Self::open(front, now).await;
        for (who, staff, _) in EVERYBODY {
            let signed = served.signs_in(who).await;
            served.front.signed.insert(staff, signed);
        }
        served
    }

    /// Forgets what has happened since, and starts again on the past: sessions last.
    pub(crate) async fn anew(self) -> Self {
        let _ = self.stop.send(());
        let opened = Self::open(self.front, self.now).await;
        drop(self.client);
        self.task.await.unwrap().unwrap();
        opened
    }

    async fn open(front: Front, now: DateTime<Utc>) -> Self {
        let log = Arc::new(MemoryLog::new().unwrap());
        tell(&*log).await;
        let casework = Casework::open(log, [7; 32], Arc::new(Still(now))).await.unwrap();
        let reads = |_: &casework::post::Letter| Some(Reads { subject: "Nytt".to_owned(), text: "Läs.".to_owned() });
        let letters = Letters { writer: Some(Arc::new(reads)), ..Letters::default() };
        let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap().writing(letters);
        let address = bound.address();
        let settings = SignInSettings {
            origin: Origin::parse(&format!("http://{address}")).unwrap(),
            proxies: vec![],
            limits: SessionLimits::minutes(30, 600).unwrap(),
            local_accounts: true,
            provider: None,
            integrations: None,
        };
        let (accounts, sessions) = (Arc::<Paper>::clone(&front.accounts), Arc::<Paper>::clone(&front.sessions));
        let authenticator = Arc::new(Authenticator::new(&settings, accounts, sessions, chance()).unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(bound.serve(Arc::clone(&casework), authenticator, Arc::new(|| Ok(())), shutdown));
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { casework, front, now, address, client, stop, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Fills in the form for local accounts, as a browser does.
    async fn signs_in(&self, who: &str) -> Signed {
        let page = self.client.get(self.url("/sign-in")).header("sec-fetch-site", "same-origin").send().await.unwrap();
        let before = cookies(&page);
        let page = page.text().await.unwrap();
        let token = page.split(r#"name="token" value=""#).nth(1).unwrap().split('"').next().unwrap();
        let form = [("token", token), ("name", who), ("password", PASSWORD)];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let sent = self.of_this_site(self.client.post(self.url("/sign-in/local"))).header(COOKIE, before);
        let sent = sent.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = sent.send().await.unwrap();
        assert_eq!(answer.status(), 303, "{who}");
        let given = cookies(&answer);
        let cookie = given.split("; ").find(|cookie| cookie.starts_with(SESSION)).unwrap().to_owned();
        let session = self.of_this_site(self.client.get(self.url("/sign-in/session"))).header(COOKIE, &cookie);
        let told: Value = session.send().await.unwrap().json().await.unwrap();
        Signed { cookie, token: told["csrfToken"].as_str().unwrap().to_owned() }
    }

    fn of_this_site(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("sec-fetch-site", "same-origin").header("origin", self.url(""))
    }

    /// The answer to an operation; of a subscription, its first item or its end.
    pub(crate) async fn ask(&self, staff: StaffId, query: &str) -> Value {
        let answer = self.ask_whatever(staff, query).await;
        asked_well(query, &answer);
        answer
    }

    async fn ask_whatever(&self, staff: StaffId, query: &str) -> Value {
        if query.starts_with("subscription") {
            return self.first_item(staff, query).await;
        }
        let signed = &self.front.signed[&staff];
        let request = self.of_this_site(self.client.post(self.url("/graphql")));
        let request = request.header(COOKIE, &signed.cookie).header("x-csrf-token", &signed.token);
        let answer = request.json(&json!({ "query": query })).send().await.unwrap();
        assert_ne!(answer.status(), 401, "{query}");
        answer.json().await.unwrap()
    }

    /// The same question, asked by everybody at once.
    pub(crate) async fn ask_everybody(&self, query: &str) -> [Value; EVERYBODY.len()] {
        let asked = EVERYBODY.map(|(_, staff, _)| self.ask(staff, query));
        futures::future::join_all(asked).await.try_into().unwrap()
    }

    /// The page that a link leads to, as a browser that has never been here is shown it.
    pub(crate) async fn page(&self, path: &str) -> String {
        self.client.get(self.url(path)).send().await.unwrap().text().await.unwrap()
    }

    /// Sends the form of the page that a link leads to.
    pub(crate) async fn follows(&self, path: &str, form: &str) {
        let sent = self.client.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        sent.body(form.to_owned()).send().await.unwrap();
    }

    /// What comes of a question with something in the place of a token, and in that of a session.
    pub(crate) async fn asks_by_code(&self, code: &str, body: &Value) -> [(u16, Value); 2] {
        let asked = || self.of_this_site(self.client.post(self.url("/graphql"))).json(body);
        let ways = [asked().bearer_auth(code), asked().header(COOKIE, format!("{SESSION}={code}"))];
        let mut came = Vec::new();
        for way in ways {
            let answer = way.send().await.unwrap();
            came.push((answer.status().as_u16(), answer.json().await.unwrap_or_default()));
        }
        came.try_into().unwrap()
    }

    async fn first_item(&self, staff: StaffId, query: &str) -> Value {
        let request = ClientRequestBuilder::new(self.url("/graphql").replace("http", "ws").parse().unwrap())
            .with_sub_protocol("graphql-transport-ws")
            .with_header("cookie", &self.front.signed[&staff].cookie)
            .with_header("origin", self.url(""))
            .with_header("sec-fetch-site", "same-origin");
        let (mut socket, _) = connect_async(request).await.unwrap();
        let init = json!({ "type": "connection_init" });
        let follow = json!({ "type": "subscribe", "id": "1", "payload": { "query": query } });
        for said in [init, follow] {
            socket.send(Message::text(said.to_string())).await.unwrap();
        }
        loop {
            let Message::Text(text) = socket.next().await.unwrap().unwrap() else { panic!("it was broken off") };
            let heard: Value = serde_json::from_str(&text).unwrap();
            match heard["type"].as_str().unwrap() {
                "connection_ack" => {}
                "next" => return heard["payload"].clone(),
                "complete" => return json!({ "data": null }),
                "error" => return json!({ "errors": heard["payload"] }),
                other => panic!("{other}: {heard}"),
            }
        }
    }
}

/// The cookies that an answer sets, as a request brings them.
fn cookies(answer: &reqwest::Response) -> String {
    let set = answer.headers().get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    set.map(|cookie| cookie.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}
