//! A sign-in that ends, ends: at the next question, and in what is open under it, also where nobody says anything there.

use std::time::Duration;

use casework::Clock;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::house::{Browser, House, PASSWORD, SESSION, hidden_token};
use crate::lying::{Key, Lying};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const FOLLOW: &str = r#"{"type":"subscribe","id":"1","payload":{"query":"subscription{mentorWorkload(mentorId:\"MENTOR\",week:\"2026-W10\"){contacts}}"}}"#;

/// How a session ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    SignedOut,
    AccountClosed,
    PasswordChanged,
    SamePasswordSetAnew,
    NotUsedForHalfAnHour,
    TenHoursOver,
    SignedInAgain,
}

async fn open(house: &House, headers: &[(&str, String)]) -> Socket {
    let mut socket = connect(house, headers).await.unwrap();
    say(&mut socket, r#"{"type":"connection_init"}"#).await;
    assert_eq!(hear(&mut socket).await["type"], "connection_ack");
    socket
}

async fn connect(house: &House, headers: &[(&str, String)]) -> Result<Socket, Error> {
    let url = house.url("/graphql").replace("http", "ws").parse().unwrap();
    let mut request = ClientRequestBuilder::new(url).with_sub_protocol("graphql-transport-ws");
    for (name, value) in headers {
        request = request.with_header(*name, value);
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

/// What a browser sends from a page of ours.
fn by_session(house: &House, browser: &Browser) -> [(&'static str, String); 3] {
    let cookie = format!("{SESSION}={}", browser.cookie(SESSION).unwrap());
    [("cookie", cookie), ("origin", house.url("")), ("sec-fetch-site", "same-origin".to_owned())]
}

async fn open_by_session(house: &House, browser: &Browser) -> Socket {
    open(house, &by_session(house, browser)).await
}

async fn say(socket: &mut Socket, text: &str) {
    socket.send(Message::text(text.to_owned())).await.unwrap();
}

/// The next that is said; whether one is there is asked and answered on the way.
async fn hear(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Close(frame) => return json!({ "closed": u16::from(frame.unwrap().code) }),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn follow(socket: &mut Socket, house: &House) {
    say(socket, &FOLLOW.replace("MENTOR", &house.staff.to_string())).await;
    assert_eq!(hear(socket).await["payload"]["data"]["mentorWorkload"]["contacts"], 0);
}

/// Each is asked whether it is there, answers as browsers do by themselves, and the service has heard it.
async fn are_there(sockets: [&mut Socket; 2]) {
    for socket in sockets {
        while !matches!(socket.next().await.unwrap().unwrap(), Message::Ping(_)) {}
        say(socket, r#"{"type":"ping"}"#).await;
        while hear(socket).await["type"] != "pong" {}
    }
}

async fn ends(way: Way, house: &House, browser: &mut Browser, [quiet, asking]: [&mut Socket; 2]) {
    match way {
        Way::SignedOut => {
            let page = browser.get("/sign-in").await.text().await.unwrap();
            assert_eq!(browser.post("/sign-out", &[("token", &hidden_token(&page))]).await.status(), 200);
        }
        Way::AccountClosed => house.disable("anna"),
        Way::PasswordChanged => house.set_password("anna", "another horse battery staple"),
        Way::SamePasswordSetAnew => house.set_password("anna", PASSWORD),
        Way::NotUsedForHalfAnHour => house.hands.pass_minutes(30),
        Way::TenHoursOver => {
            for _ in 0..29 {
                house.hands.pass_minutes(20);
                assert!(browser.name().await.is_some(), "it is used");
                are_there([quiet, asking]).await;
            }
            house.hands.pass_minutes(20);
        }
        Way::SignedInAgain => {
            // The page says that one is in; the form of before is still good.
            let mut other = house.browser();
            let page = other.get("/sign-in").await.text().await.unwrap();
            other.jar.extend(browser.jar.iter().cloned());
            let fields =
                [("token", hidden_token(&page)), ("name", "anna".to_owned()), ("password", PASSWORD.to_owned())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            assert_eq!(other.post("/sign-in/local", &fields).await.status(), 303);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_ends_what_is_asked_and_what_is_open_under_it_whichever_way_it_ends() {
    for way in [
        Way::SignedOut,
        Way::AccountClosed,
        Way::PasswordChanged,
        Way::SamePasswordSetAnew,
        Way::NotUsedForHalfAnHour,
        Way::TenHoursOver,
        Way::SignedInAgain,
    ] {
        let house = House::new().await;
        let service = house.open().await;
        let mut browser = house.signed_in().await;
        let token = browser.csrf_token().await.unwrap();
        let question = browser.question(&token);
        let (mut quiet, mut asking) =
            (open_by_session(&house, &browser).await, open_by_session(&house, &browser).await);
        follow(&mut quiet, &house).await;

        ends(way, &house, &mut browser, [&mut quiet, &mut asking]).await;

        assert_eq!(question.send().await.unwrap().status(), 401, "{way:?}");
        say(&mut asking, &FOLLOW.replace("MENTOR", &house.staff.to_string())).await;
        assert_eq!(hear(&mut asking).await, json!({ "closed": 4403 }), "{way:?}");
        // Nobody says anything, and nothing happens that would be sent.
        house.hands.pass_minutes(1);
        let mut last = hear(&mut quiet).await;
        // With each day that begins, while the session lasts, what is followed is sent anew.
        while matches!(way, Way::TenHoursOver) && last["type"] == "next" {
            last = hear(&mut quiet).await;
        }
        assert_eq!(last, json!({ "closed": 4403 }), "{way:?}");
        service.close().await;
    }
}

/// How often each way of ending is raced.
const ROUNDS: u64 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_stale_behind_the_acknowledgement_that_a_session_ended() {
    let house = House::new().await;
    let service = house.open().await;
    let (mut ended, mut asked, mut stale) = (0, 0, 0);
    for way in [Way::SignedOut, Way::PasswordChanged, Way::AccountClosed] {
        for _ in 0..ROUNDS {
            let name = if way == Way::AccountClosed { house.another_account() } else { "anna".to_owned() };
            let mut browser = house.browser();
            assert_eq!(browser.sign_in(&name, PASSWORD).await.status(), 303);
            let token = browser.csrf_token().await.unwrap();
            let question = || browser.question(&token).send();
            let mut socket = open_by_session(&house, &browser).await;
            let out = browser.form("/sign-out", &[("token", &token)]);
            let end = async {
                match way {
                    Way::SignedOut => assert_eq!(out.send().await.unwrap().status(), 200),
                    Way::PasswordChanged => house.set_password(&name, PASSWORD),
                    _ => house.disable(&name),
                }
            };
            // One question is under way while the session ends: it may be answered or not.
            let (_, ()) = futures::join!(question(), end);
            ended += 1;
            // Behind the acknowledgement none is: over HTTP, and on the socket that was open before.
            let follow = FOLLOW.replace("MENTOR", &house.staff.to_string());
            let heard = async {
                say(&mut socket, &follow).await;
                hear(&mut socket).await
            };
            let (one, other, heard) = futures::join!(question(), question(), heard);
            for answer in [one.unwrap(), other.unwrap()] {
                asked += 1;
                stale += u64::from(answer.status() != 401);
            }
            asked += 1;
            stale += u64::from(heard != json!({ "closed": 4403 }));
        }
    }
    assert_eq!((ended, asked, stale), (3 * ROUNDS, 9 * ROUNDS, 0));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_under_a_systems_token_ends_with_the_token_and_with_the_account() {
    for closed in [false, true] {
        let key = Key::new("a");
        let issuer = Lying::new(&key).await;
        let house = House::with_systems(&issuer.issuer).await;
        let service = house.open().await;
        let now = house.hands.now().timestamp();
        let claims = json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": now + 240});
        let mut socket = open(&house, &[("authorization", format!("Bearer {}", key.sign(&claims)))]).await;
        follow(&mut socket, &house).await;
        if closed {
            house.disable("narvaro");
            house.hands.pass_minutes(1);
        } else {
            // A minute is let pass, as far as the issuer's clock may be from ours.
            house.hands.pass_minutes(5);
        }
        assert_eq!(hear(&mut socket).await, json!({ "closed": 4403 }), "closed: {closed}");
        service.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_gets_few_sockets_by_all_their_sessions_together() {
    let house = House::new().await;
    let service = house.open().await;
    let browsers = [house.signed_in().await, house.signed_in().await];
    let mut opened = Vec::new();
    let refused = loop {
        let browser = &browsers[opened.len() % 2];
        match connect(&house, &by_session(&house, browser)).await {
            Ok(mut socket) => {
                say(&mut socket, r#"{"type":"connection_init"}"#).await;
                assert_eq!(hear(&mut socket).await["type"], "connection_ack");
                opened.push(socket);
            }
            Err(Error::Http(answer)) => break answer,
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!((opened.len(), refused.status().as_u16()), (16, 429));

    drop(opened.pop());
    let again = async {
        while connect(&house, &by_session(&house, &browsers[0])).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), again).await.expect("the place is given back");
    drop(opened);
    service.close().await;
}

/// What people were let in by is no longer permitted when the service is started again.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_setting_that_let_it_begin_and_does_not_come_back_with_it() {
    let key = Key::new("a");
    let provider = Lying::new(&key).await;
    let mut house = House::with_provider(&provider.issuer).await;
    let service = house.open().await;
    let mut local = house.signed_in().await;
    let mut by_provider = house.browser();
    let asked = crate::provider::begin(&mut by_provider).await;
    let asked = |name: &str| asked.query_pairs().find(|(held, _)| held == name).unwrap().1.into_owned();
    let now = house.hands.now().timestamp();
    provider.gives(&key.sign(&json!({
        "iss": provider.issuer, "aud": "mentorlog", "sub": "anna", "nonce": asked("nonce"), "acr": "loa3",
        "iat": now, "exp": now + 300,
    })));
    by_provider.get(&format!("/sign-in/return?code=c0de&state={}&iss={}", asked("state"), provider.issuer)).await;
    assert!(local.name().await.is_some() && by_provider.name().await.is_some());
    let tokens = [local.csrf_token().await.unwrap(), by_provider.csrf_token().await.unwrap()];
    service.close().await;

    let set = house.settings.clone();
    house.settings.local_accounts = false;
    let service = house.open().await;
    assert_eq!(local.question(&tokens[0]).send().await.unwrap().status(), 401);
    assert!(!house.sessions.text().contains("\"anna\""), "it is gone");
    assert!(by_provider.name().await.is_some());
    service.close().await;
    house.settings = set.clone();
    let service = house.open().await;
    assert_eq!(local.question(&tokens[0]).send().await.unwrap().status(), 401, "it does not come back");
    service.close().await;

    // Another provider in the place of the one before; and none.
    let other = set
        .provider
        .clone()
        .map(|settings| api::ProviderSettings { issuer: "http://127.0.0.1:1".to_owned(), ..settings });
    let kept = house.sessions.text();
    for provider in [other, None] {
        api::Keep::write(&*house.sessions, kept.as_bytes()).unwrap();
        house.settings.provider = provider;
        let service = house.open().await;
        assert_eq!(by_provider.question(&tokens[1]).send().await.unwrap().status(), 401);
        assert!(!house.sessions.text().contains("anna@skolan"));
        service.close().await;
    }
}
