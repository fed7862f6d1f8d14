//! Systems that bring a signed token.

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
