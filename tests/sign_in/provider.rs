//! Signing in at a provider that may lie.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casework::Clock;
use reqwest::Url;
use serde_json::{Value, json};

use crate::house::{Browser, House, SESSION, location};
use crate::lying::{Key, Lying};

/// The cookie of a sign-in under way.
const BEGUN: &str = "__Host-mentorlog-sign-in";

/// A sign-in that has been begun.
struct Begun {
    house: House,
    provider: Lying,
    key: Key,
    browser: Browser,
    asked: Url,
}

impl Begun {
    async fn new() -> Self {
        let key = Key::new("a");
        let provider = Lying::new(&key).await;
        let house = House::with_provider(&provider.issuer).await;
        let service = house.open().await;
        // The service runs to the test's end.
        std::mem::forget(service);
        let mut browser = house.browser();
        let asked = begin(&mut browser).await;
        Self { house, provider, key, browser, asked }
    }

    fn asked(&self, name: &str) -> String {
        self.asked.query_pairs().find(|(held, _)| held == name).unwrap().1.into_owned()
    }

    /// What an honest provider says of Anna.
    fn honest(&self) -> Value {
        let now = self.house.hands.now().timestamp();
        json!({
            "iss": self.provider.issuer, "aud": "mentorlog", "sub": "anna", "nonce": self.asked("nonce"),
            "acr": "loa3", "iat": now, "exp": now + 300,
        })
    }

    fn honest_but(&self, claim: &str, value: Value) -> Value {
        let mut claims = self.honest();
        claims[claim] = value;
        claims
    }

    /// The person comes back with the provider's answer: the status, and whether they are in.
    async fn back_with(&mut self, token: &str) -> (u16, bool) {
        self.provider.gives(token);
        let path = format!("/sign-in/return?code=c0de&state={}&iss={}", self.asked("state"), self.provider.issuer);
        self.back(&path).await
    }

    async fn back(&mut self, path: &str) -> (u16, bool) {
        let status = self.browser.get(path).await.status().as_u16();
        (status, self.browser.cookie(SESSION).is_some())
    }
}

pub(crate) async fn begin(browser: &mut Browser) -> Url {
    let answer = browser.get("/sign-in/provider").await;
    assert_eq!(answer.status(), 303);
    Url::parse(&location(&answer)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_provider_is_believed() {
    let mut begun = Begun::new().await;
    for (name, wanted) in
        [("response_type", "code"), ("code_challenge_method", "S256"), ("acr_values", "loa3"), ("scope", "openid")]
    {
        assert_eq!(begun.asked(name), wanted);
    }
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true));
    assert_eq!(begun.browser.name().await.as_deref(), Some("Anna Testsson"));

    let asked = begun.provider.was_asked();
    let form: Vec<_> = form_urlencoded::parse(asked[0].as_bytes()).into_owned().collect();
    let verifier = &form.iter().find(|(name, _)| name == "code_verifier").unwrap().1;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(digest), begun.asked("code_challenge"));
    let last = begun.house.traces().await.pop().unwrap();
    assert_eq!(last, ("signIn".to_owned(), begun.house.staff.to_string(), false, Some("anna@skolan".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_provider_vouches_for_is_not_let_in_while_that_cannot_be_put_on_record() {
    for honest in [true, false] {
        let mut begun = Begun::new().await;
        let claims = if honest { begun.honest() } else { begun.honest_but("nonce", json!("another")) };
        let token = begun.key.sign(&claims);
        begun.house.log.refuse_traces(true);
        let (status, in_session) = begun.back_with(&token).await;
        assert!(status >= 500 && !in_session, "{status}");
        begun.house.log.refuse_traces(false);
        assert!(begun.house.traces().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_a_wrong_claim_lets_nobody_in() {
    let now = chrono::Utc::now().timestamp();
    let lies = [
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("iss", json!("http://127.0.0.1:1")),
        ("aud", json!("another-client")),
        ("aud", json!(["another-client"])),
        ("aud", json!(["mentorlog", "another-client"])),
        ("azp", json!("another-client")),
        ("acr", json!("loa1")),
        ("acr", Value::Null),
        ("exp", json!(now - 3_600)),
        ("exp", Value::Null),
        ("iat", json!(now + 3_600)),
        ("nbf", json!(now + 3_600)),
        ("sub", Value::Null),
        ("sub", json!("unknown")),
    ];
    for (claim, value) in lies {
        let mut begun = Begun::new().await;
        let token = begun.key.sign(&begun.honest_but(claim, value.clone()));
        assert_eq!(begun.back_with(&token).await, (403, false), "{claim} = {value}");
        assert!(begun.house.traces().await.pop().unwrap().2, "refused, on record");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_somebody_else_signed_lets_nobody_in() {
    let mut begun = Begun::new().await;
    let forged = Key::new("a").sign(&begun.honest());
    assert_eq!(begun.back_with(&forged).await, (403, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn algorithms_off_the_list_let_nobody_in() {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    // No signature at all.
    let mut begun = Begun::new().await;
    let none = format!("{}.{}.", encoded(&json!({"alg": "none", "typ": "JWT"})), encoded(&begun.honest()));
    assert_eq!(begun.back_with(&none).await, (403, false));

    // The provider's public key as a shared secret.
    let mut begun = Begun::new().await;
    begun.provider.has_jwk(json!({"kty": "oct", "kid": "b", "k": URL_SAFE_NO_PAD.encode("public")}));
    let header =
        jsonwebtoken::Header { kid: Some("b".to_owned()), ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256) };
    let key = jsonwebtoken::EncodingKey::from_secret(b"public");
    let shared = jsonwebtoken::encode(&header, &begun.honest(), &key).unwrap();
    assert_eq!(begun.back_with(&shared).await, (403, false));

    // A good signature under a header that says otherwise.
    let mut begun = Begun::new().await;
    let good = begun.key.sign(&begun.honest());
    let (_, rest) = good.split_once('.').unwrap();
    let renamed = format!("{}.{rest}", encoded(&json!({"alg": "RS256", "kid": "a"})));
    assert_eq!(begun.back_with(&renamed).await, (403, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_for_the_browser_that_asked_within_ten_minutes() {
    let mut begun = Begun::new().await;
    let token = begun.key.sign(&begun.honest());
    begun.provider.gives(&token);
    let path = format!("/sign-in/return?code=c0de&state={}&iss={}", begun.asked("state"), begun.provider.issuer);
    let mut thief = begun.house.browser();
    assert_eq!(thief.get(&path).await.status(), 400, "another browser");
    thief.jar.push((BEGUN.to_owned(), "0.0000".to_owned()));
    assert_eq!(thief.get(&path).await.status(), 400, "a cookie that nobody gave");
    let cookie = begun.browser.cookie(BEGUN).unwrap().to_owned();
    assert_eq!(begun.back(&path).await, (303, true), "nobody else uses it up");
    begun.browser.jar = vec![(BEGUN.to_owned(), cookie)];
    assert_eq!(begun.back(&path).await, (400, false), "it has been used, also for the browser that asked");

    let mut begun = Begun::new().await;
    let token = begun.key.sign(&begun.honest());
    let (at, secret) = begun.browser.cookie(BEGUN).unwrap().split_once('.').unwrap();
    let later = at.parse::<i64>().unwrap() + 600;
    begun.browser.jar = vec![(BEGUN.to_owned(), format!("{later}.{secret}"))];
    assert_eq!(begun.back_with(&token).await, (400, false), "a browser does not set when it began");

    let mut begun = Begun::new().await;
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true));
    begun.browser.jar.clear();
    assert_eq!(begun.back_with(&token).await, (400, false), "played again");

    let mut begun = Begun::new().await;
    let token = begun.key.sign(&begun.honest());
    begun.house.hands.pass_minutes(10);
    assert_eq!(begun.back_with(&token).await, (400, false), "too late");

    let mut begun = Begun::new().await;
    assert_eq!(begun.back("/sign-in/return?code=c0de&state=0000").await, (400, false), "never begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_came_to_nothing_is_not_good_again_and_asks_the_provider_no_more() {
    let mut begun = Begun::new().await;
    let cookie = begun.browser.cookie(BEGUN).unwrap().to_owned();
    let wrong = begun.key.sign(&begun.honest_but("nonce", json!("another")));
    let right = begun.key.sign(&begun.honest());
    for (token, status) in [(wrong, 403), (right, 400)] {
        begun.browser.jar = vec![(BEGUN.to_owned(), cookie.clone())];
        assert_eq!(begun.back_with(&token).await, (status, false));
    }
    assert_eq!(begun.provider.was_asked().len(), 1);
}

/// Each code that comes to us has us ask the provider with our secret: whoever sends many is stopped before the provider stops us.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_hundred_codes_that_came_to_nothing_the_provider_is_asked_no_more_for_that_address() {
    let mut begun = Begun::new().await;
    let wrong = begun.key.sign(&begun.honest_but("nonce", json!("another")));
    let mut told = Vec::new();
    for _ in 0..102 {
        begun.browser.jar.clear();
        begun.asked = begin(&mut begun.browser).await;
        told.push(begun.back_with(&wrong).await.0);
    }
    assert_eq!(told.iter().filter(|status| **status == 403).count(), 100);
    assert_eq!(told[100..], [429, 429]);
    assert_eq!(begun.provider.was_asked().len(), 100);
}

/// What state, nonce and verifier follow from besides the cookie is known to the service alone, and to none that was begun anew.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_before_a_restart_lets_nobody_in_and_is_begun_anew() {
    let key = Key::new("a");
    let provider = Lying::new(&key).await;
    let house = House::with_provider(&provider.issuer).await;
    let service = house.open().await;
    let mut browser = house.browser();
    let asked = begin(&mut browser).await;
    service.close().await;
    let service = house.open().await;
    let mut begun = Begun { house, provider, key, browser, asked };
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (400, false));
    begun.asked = begin(&mut begun.browser).await;
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_begin_a_sign_in_nobody_else_is_kept_from_theirs() {
    let mut begun = Begun::new().await;
    let mut stranger = begun.house.browser();
    for _ in 0..10_001 {
        assert_eq!(stranger.get("/sign-in/provider").await.status(), 303);
    }
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true), "who had begun before");
    begun.asked = begin(&mut begun.browser).await;
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true), "who begins after");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_another_issuer_or_none_lets_nobody_in() {
    for issuer in ["&iss=https%3A%2F%2Fevil.example", ""] {
        let mut begun = Begun::new().await;
        let token = begun.key.sign(&begun.honest());
        begun.provider.gives(&token);
        let path = format!("/sign-in/return?code=c0de&state={}{issuer}", begun.asked("state"));
        assert_eq!(begun.back(&path).await, (403, false));
        assert_eq!(begun.provider.was_asked(), Vec::<String>::new(), "the code is not handed on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whom_the_provider_refused_reads_that_it_did_not_work() {
    let mut begun = Begun::new().await;
    let path =
        format!("/sign-in/return?error=access_denied&state={}&iss={}", begun.asked("state"), begun.provider.issuer);
    assert_eq!(begun.back(&path).await, (400, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_whose_description_names_another_issuer_is_not_gone_to() {
    let provider = Lying::new(&Key::new("a")).await;
    provider.claims_to_be("http://127.0.0.1:1");
    let house = House::with_provider(&provider.issuer).await;
    let service = house.open().await;
    assert_eq!(house.browser().get("/sign-in/provider").await.status(), 503);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_are_fetched_when_they_are_needed_and_no_flood_of_tokens_makes_a_flood_of_fetches() {
    let mut begun = Begun::new().await;
    let token = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true));

    let new = Key::new("b");
    begun.provider.has_keys(&[&new]);
    begun.house.hands.pass_seconds(60);
    begun.asked = begin(&mut begun.browser).await;
    let token = new.sign(&begun.honest());
    assert_eq!(begun.back_with(&token).await, (303, true));

    let fetched = begun.provider.fetched_keys();
    for _ in 0..20 {
        begun.asked = begin(&mut begun.browser).await;
        let unknown = Key::new("c").sign(&begun.honest());
        assert_eq!(begun.back_with(&unknown).await.0, 403);
    }
    assert_eq!(begun.provider.fetched_keys(), fetched);

    begun.house.hands.pass_seconds(60);
    begun.asked = begin(&mut begun.browser).await;
    let old = begun.key.sign(&begun.honest());
    assert_eq!(begun.back_with(&old).await.0, 403, "the key before is no longer good");
}
