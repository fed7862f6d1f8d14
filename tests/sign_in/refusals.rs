//! Whoever is refused is on record: each kind, one by one or counted, and to the last one.

use casework::Clock;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::ClientRequestBuilder;

use crate::house::{Browser, House, PASSWORD, SESSION};
use crate::lying::{Key, Lying};
use crate::systems::status;

/// How many refusals of a kind are on record one by one.
async fn alone(house: &House, what: &str) -> usize {
    let traces = house.traces().await;
    let alone = traces.iter().filter(|(_, _, refused, account)| *refused && account.as_deref() == Some(what)).count();
    let counted = house.more_refused().await;
    alone - counted.iter().filter(|(refused, ..)| refused == what).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_tokens_are_on_record_one_by_one_and_then_as_numbers_that_wait_no_longer_than_a_minute() {
    let issuer = Lying::new(&Key::new("a")).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    for _ in 0..12 {
        assert_eq!(status(&house, "not.a.token").await, 401);
    }
    assert_eq!(alone(&house, "system token").await, 5);
    // Should the program be killed here, less is lost than is on record.
    let tokens = |times| ("system token".to_owned(), times, "127.0.0.1".to_owned());
    assert_eq!(house.more_refused().await, [1, 1, 2].map(tokens));
    house.hands.pass_minutes(1);
    // Written by itself or with this one, whichever comes first.
    assert_eq!(status(&house, "not.a.token").await, 401);
    house.hands.pass_minutes(15);
    assert_eq!(status(&house, "not.a.token").await, 401);
    service.close().await;
    assert_eq!(alone(&house, "system token").await, 6, "a new quarter of an hour");
    assert_eq!(house.more_refused().await, [1, 1, 2, 3, 1].map(tokens));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_would_be_counted_is_not_told_while_the_count_cannot_be_put_on_record() {
    let issuer = Lying::new(&Key::new("a")).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    for _ in 0..5 {
        assert_eq!(status(&house, "not.a.token").await, 401);
    }
    house.log.refuse_traces(true);
    assert_eq!(status(&house, "not.a.token").await, 503);
    assert_eq!(status(&house, "not.a.token").await, 503);
    house.log.refuse_traces(false);
    assert_eq!(status(&house, "not.a.token").await, 401);
    let all: u64 = house.more_refused().await.iter().map(|more| more.1).sum();
    assert_eq!(all, 3, "none is lost");
    service.close().await;
}

/// All that are on record as numbers: of which kind, and how many.
async fn counted(house: &House) -> (String, u64) {
    let counted = house.more_refused().await;
    let kinds: std::collections::BTreeSet<String> = counted.iter().map(|more| more.0.clone()).collect();
    assert!(counted.iter().all(|more| more.2 == "127.0.0.1"), "{counted:?}");
    (kinds.into_iter().collect(), counted.iter().map(|more| more.1).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_is_on_record_before_the_service_ends() {
    let issuer = Lying::new(&Key::new("a")).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    for _ in 0..9 {
        assert_eq!(status(&house, "not.a.token").await, 401);
    }
    service.close().await;
    assert_eq!(counted(&house).await, ("system token".to_owned(), 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_hundred_refusals_a_new_token_is_refused_unseen_and_one_that_came_before_is_not() {
    let key = Key::new("a");
    let issuer = Lying::new(&key).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    let now = house.hands.now().timestamp();
    let signed = |number: i64| {
        let until = now + 3_000 + number;
        key.sign(&json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": until}))
    };
    let (came, new) = (signed(1), signed(2));
    assert_eq!(status(&house, &came).await, 200);
    for _ in 0..100 {
        assert_eq!(status(&house, "not.a.token").await, 401);
    }
    assert_eq!(status(&house, &new).await, 401);
    assert_eq!(status(&house, &came).await, 200);
    house.hands.pass_minutes(15);
    assert_eq!(status(&house, &new).await, 200);
    service.close().await;
    assert_eq!(counted(&house).await, ("system token".to_owned(), 96));
}

async fn sent(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// A form that another site's page sent, with everything else as it should be.
fn from_elsewhere(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let mut request = browser.form(path, fields).build().unwrap();
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    reqwest::RequestBuilder::from_parts(browser.client.clone(), request)
}

/// What has one more refusal on record since the last time that it was asked.
struct Watch(Vec<Option<String>>);

impl Watch {
    async fn new_of(&mut self, house: &House) -> Vec<String> {
        let traces = house.traces().await;
        let all: Vec<_> = traces.into_iter().filter(|(_, _, refused, _)| *refused).map(|trace| trace.3).collect();
        let new = all[self.0.len()..].iter().map(|account| account.clone().unwrap()).collect();
        self.0 = all;
        new
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_that_refuses_says_so_on_record() {
    let provider = Lying::new(&Key::new("a")).await;
    let house = House::with_provider(&provider.issuer).await;
    let service = house.open().await;
    let (_, link) = house.guardian().await;
    let mut watch = Watch(Vec::new());
    let mut browser = house.browser();
    let page = browser.get("/sign-in").await.text().await.unwrap();
    let token = crate::house::hidden_token(&page);
    let named = [("name", "anna"), ("password", PASSWORD)];
    let with_token = [("token", token.as_str()), named[0], named[1]];

    // The form for local accounts: from another site, without its token, and as no form at all.
    assert_eq!(sent(from_elsewhere(&browser, "/sign-in/local", &with_token)).await, 403);
    assert_eq!(sent(browser.form("/sign-in/local", &named)).await, 403);
    assert_eq!(sent(browser.client.post(house.url("/sign-in/local")).json(&json!({}))).await, 400);
    assert_eq!(watch.new_of(&house).await, ["local form"; 3]);

    // A return from the provider that nobody began.
    assert_eq!(sent(browser.client.get(house.url("/sign-in/return?code=a&state=b"))).await, 400);
    assert_eq!(watch.new_of(&house).await, ["provider"]);

    // A session: as another site's page uses it, over HTTP, to end it, and over a socket; and one that is none.
    let mut inside = house.signed_in().await;
    let csrf = inside.csrf_token().await.unwrap();
    let question = |headers: &[(&'static str, &str)]| {
        let mut request = inside.question(&csrf).build().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        reqwest::RequestBuilder::from_parts(inside.client.clone(), request)
    };
    assert_eq!(sent(question(&[("sec-fetch-site", "cross-site")])).await, 403);
    assert_eq!(sent(from_elsewhere(&inside, "/sign-out", &[("token", &csrf)])).await, 403);
    let uri: tokio_tungstenite::tungstenite::http::Uri = house.url("/graphql").replace("http", "ws").parse().unwrap();
    let socket = ClientRequestBuilder::new(uri)
        .with_sub_protocol("graphql-transport-ws")
        .with_header("origin", "https://evil.example")
        .with_header("cookie", format!("{SESSION}={}", inside.cookie(SESSION).unwrap()));
    assert!(connect_async(socket).await.is_err());
    assert_eq!(watch.new_of(&house).await, ["cross-site request"; 3]);
    let other = format!("{SESSION}={}", "f".repeat(64));
    assert_eq!(sent(question(&[("cookie", &other)])).await, 401);
    assert_eq!(sent(browser.client.get(house.url("/sign-in/session")).header("cookie", &other)).await, 401);
    assert_eq!(watch.new_of(&house).await, ["session"; 2]);

    // A token, and a guardian's link that leads nowhere; the one that leads somewhere is no refusal.
    assert_eq!(status(&house, "not.a.token").await, 401);
    assert_eq!(watch.new_of(&house).await, ["system token"]);
    assert_eq!(sent(browser.client.post(house.url(&format!("/stop/{}", "0".repeat(64))))).await, 404);
    assert_eq!(watch.new_of(&house).await, ["link"]);
    assert_eq!(sent(browser.client.get(house.url(&link))).await, 200);
    // Who brings nothing at all is nobody who was refused.
    assert_eq!(sent(house.browser().client.get(house.url("/sign-in/session"))).await, 401);
    assert_eq!(watch.new_of(&house).await, [""; 0]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_that_come_too_often_are_counted_and_do_not_fill_the_disk() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.browser();
    for _ in 0..5 {
        assert_eq!(browser.sign_in("anna", "wrong wrong wrong wrong").await.status(), 403);
    }
    for _ in 0..9 {
        assert_eq!(browser.sign_in("anna", PASSWORD).await.status(), 429);
    }
    service.close().await;
    assert_eq!(alone(&house, "anna").await, 10);
    assert_eq!(counted(&house).await, ("local account".to_owned(), 4));
}
