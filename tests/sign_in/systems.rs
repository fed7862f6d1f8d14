//! Systems that bring a signed token.

use std::sync::Arc;

use casework::Clock;
use serde_json::{Value, json};

use crate::house::House;
use crate::lying::{Key, Lying};

pub(crate) async fn status(house: &House, token: &str) -> u16 {
    let request = house.browser().client.post(house.url("/graphql")).bearer_auth(token);
    request.json(&json!({"query": "{viewer{name}}"})).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_systems_token_is_good_only_when_every_word_of_it_is() {
    let key = Key::new("a");
    let issuer = Lying::new(&key).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    let now = house.hands.now().timestamp();
    let good = json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": now + 300});
    let but = |claim: &str, value: Value| {
        let mut claims = good.clone();
        claims[claim] = value;
        key.sign(&claims)
    };
    let believed = key.sign(&good);
    assert_eq!(status(&house, &believed).await, 200);
    assert_eq!(status(&house, &believed).await, 200, "it may be used again until it ends");
    for (claim, value) in [
        ("iss", json!("http://127.0.0.1:1")),
        ("aud", json!("another")),
        ("aud", Value::Null),
        ("exp", json!(now - 61)),
        ("exp", Value::Null),
        ("exp", json!(now + 3_601)),
        ("exp", json!(i64::MAX)),
        ("iat", json!(now + 3_600)),
        ("iat", json!(now - 3_301)),
        ("iat", json!(i64::MIN)),
        ("iat", Value::Null),
        ("sub", json!("another")),
    ] {
        assert_eq!(status(&house, &but(claim, value.clone())).await, 401, "{claim} = {value}");
    }
    assert_eq!(status(&house, &Key::new("a").sign(&good)).await, 401, "another's signature");
    assert_eq!(status(&house, "not.a.token").await, 401);
    assert_eq!(status(&house, &"x".repeat(30_000)).await, 401);

    let for_an_hour = but("exp", json!(now + 3_600));
    assert_eq!(status(&house, &for_an_hour).await, 200, "the longest that is permitted");

    // The first five of them from one address are on record one by one, the others as numbers.
    let (traces, counted) = (house.traces().await, house.more_refused().await);
    let refused = |(_, _, refused, account): &&(String, String, bool, Option<String>)| {
        *refused && account.as_deref() == Some("system token")
    };
    assert_eq!(traces.iter().filter(refused).count() - counted.len(), 5);

    // That it came is on record once for each token that was believed, and not again when it came again.
    let came = ("signIn".to_owned(), house.staff.to_string(), false, Some("narvaro".to_owned()));
    assert_eq!(traces.iter().filter(|trace| **trace == came).count(), 2);

    house.disable("narvaro");
    assert_eq!(status(&house, &key.sign(&good)).await, 401, "its account is closed");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_whose_coming_cannot_be_put_on_record_is_not_answered() {
    let key = Key::new("a");
    let issuer = Lying::new(&key).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    let now = house.hands.now().timestamp();
    let good =
        key.sign(&json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": now + 300}));
    house.log.refuse_traces(true);
    assert_eq!(status(&house, &good).await, 503);
    assert_eq!(status(&house, "not.a.token").await, 503, "nor is a refusal told that is on no record");
    house.log.refuse_traces(false);
    assert_eq!(status(&house, &good).await, 200);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_session_is_no_systems_token_and_the_other_way_round() {
    let key = Key::new("a");
    let issuer = Lying::new(&key).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    let browser = house.signed_in().await;
    let session = browser.cookie(crate::house::SESSION).unwrap();
    assert_eq!(status(&house, session).await, 401);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_issuer_hangs_only_tokens_with_unknown_keys_wait_and_it_is_asked_once() {
    let key = Key::new("a");
    let issuer = Lying::new(&key).await;
    let house = Arc::new(House::with_systems(&issuer.issuer).await);
    let service = house.open().await;
    let now = house.hands.now().timestamp();
    let claims = |second: i64| json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": now + 300 + second});
    assert_eq!(status(&house, &key.sign(&claims(0))).await, 200);
    house.hands.pass_seconds(60);

    issuer.hangs(true);
    let unknown = Key::new("b");
    let waiting: Vec<_> = (0..3)
        .map(|second| {
            let (house, token) = (Arc::clone(&house), unknown.sign(&claims(second)));
            tokio::spawn(async move { status(&house, &token).await })
        })
        .collect();
    issuer.was_described(2).await;
    for second in 1..10 {
        assert_eq!(status(&house, &key.sign(&claims(second))).await, 200, "its key is known");
    }
    assert!(!waiting.iter().any(tokio::task::JoinHandle::is_finished), "nobody had to wait for those");
    assert_eq!(issuer.described(), 2, "one fetch at a time");

    issuer.has_keys(&[&key, &unknown]);
    issuer.hangs(false);
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), 200, "what they waited for has come");
    }
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_does_not_end_the_fetch_that_others_wait_for() {
    let (key, new) = (Key::new("a"), Key::new("b"));
    let issuer = Lying::new(&key).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    let now = house.hands.now().timestamp();
    let claims = json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": now + 300});
    issuer.hangs(true);
    {
        let token = key.sign(&claims);
        let leaves = std::pin::pin!(status(&house, &token));
        let heard = std::pin::pin!(issuer.was_described(1));
        assert!(matches!(futures::future::select(leaves, heard).await, futures::future::Either::Right(_)));
    }
    issuer.has_keys(&[&new]);
    issuer.hangs(false);
    assert_eq!(status(&house, &new.sign(&claims)).await, 200);
    assert_eq!(issuer.described(), 1);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_gave_no_answer_is_not_asked_again_at_once() {
    let key = Key::new("a");
    let issuer = Lying::new(&key).await;
    let house = House::with_systems(&issuer.issuer).await;
    let service = house.open().await;
    let now = house.hands.now().timestamp();
    let claims = json!({"iss": issuer.issuer, "aud": "mentorlog", "sub": "narvaro", "iat": now, "exp": now + 300});
    issuer.is_faulty(true);
    for _ in 0..4 {
        assert_eq!(status(&house, &key.sign(&claims)).await, 401);
    }
    assert_eq!(issuer.described(), 1);
    issuer.is_faulty(false);
    assert_eq!(status(&house, &key.sign(&claims)).await, 401, "it is too soon");
    house.hands.pass_seconds(5);
    assert_eq!(status(&house, &key.sign(&claims)).await, 200);
    assert_eq!(issuer.described(), 2);
    service.close().await;
}
