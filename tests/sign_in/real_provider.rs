//! The whole flow against a real provider (`oidc-provider` from npm), run on this machine: `tests/provider`.

use std::process::Stdio;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::house::{Browser, House, SESSION, location};

/// The provider's process; ends with the test.
struct Real {
    _process: Child,
    /// Read on, or what the provider prints later would end it.
    _lines: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Real {
    /// Starts it on a port (0: a free one) for this service, with keys of its own.
    async fn start(port: u16, house: &House, subject: &str, acr: &str) -> Self {
        Self::start_with(port, house, (subject, acr), &[]).await
    }

    /// The same, set up otherwise: `server.mjs` says what there is.
    async fn start_with(port: u16, house: &House, (subject, acr): (&str, &str), set: &[(&str, &str)]) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/provider");
        let mut process = Command::new("node")
            .arg("server.mjs")
            .current_dir(folder)
            .env("PORT", port.to_string())
            .env("REDIRECT", house.url("/sign-in/return"))
            .env("AFTER", house.url("/sign-in"))
            .env("SUBJECT", subject)
            .env("ACR", acr)
            .env("ACRS", "loa1 loa3")
            .envs(set.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs: `cargo xtask test` installs what is missing");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next_line().await.unwrap().expect("the provider listens: run `npm ci` in tests/provider");
            if let Some(port) = line.strip_prefix("listening ") {
                break port.parse().unwrap();
            }
        };
        Self { _process: process, _lines: lines, port }
    }

    fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// A free port, known before the provider runs: each of the two must know the other's address first.
async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Follows the provider's own redirects until it sends the person back to us.
async fn through_the_provider(begin: &str, house: &House) -> String {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let mut jar: Vec<(String, String)> = Vec::new();
    let mut next = begin.to_owned();
    for _ in 0..10 {
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer: Response = client.get(&next).header("cookie", cookies.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            jar.retain(|(held, _)| held != name);
            jar.push((name.to_owned(), rest.split(';').next().unwrap().to_owned()));
        }
        assert!(answer.status().is_redirection(), "{}", answer.text().await.unwrap());
        let to = location(&answer);
        next = Url::parse(&next).unwrap().join(&to).unwrap().to_string();
        if let Some(path) = next.strip_prefix(&house.url("")) {
            return path.to_owned();
        }
    }
    panic!("the provider never sends the person back")
}

/// A service, its real provider, and a browser that has begun to sign in.
struct Begun {
    house: House,
    _service: crate::house::Service,
    _real: Real,
    browser: Browser,
    /// Where the browser is sent.
    asked: Url,
}

impl Begun {
    /// With the provider set up like this.
    async fn with(set: &[(&str, &str)]) -> Self {
        Self::believing("ES256", set).await
    }

    /// The same, where the service believes this algorithm alone.
    async fn believing(algorithm: &str, set: &[(&str, &str)]) -> Self {
        let port = free_port().await;
        let mut house = House::with_provider(&format!("http://127.0.0.1:{port}")).await;
        house.settings.provider.as_mut().unwrap().algorithms = vec![algorithm.to_owned()];
        let service = house.open().await;
        let real = Real::start_with(port, &house, ("anna", "loa3"), set).await;
        let mut browser = house.browser();
        let asked = begins(&mut browser).await;
        Self { house, _service: service, _real: real, browser, asked }
    }

    /// Goes to the provider, and where it sends the person back to.
    async fn comes_to(&self) -> String {
        through_the_provider(self.asked.as_str(), &self.house).await
    }

    /// Whom nobody lets in who comes back like this, and that is on record: the status.
    async fn is_refused(&mut self, back: &str) -> u16 {
        let before = self.refusals().await;
        let status = self.browser.get(back).await.status().as_u16();
        assert!(self.browser.cookie(SESSION).is_none() && self.browser.name().await.is_none(), "{back}: {status}");
        assert_eq!(self.refusals().await, before + 1, "{back}: {status}, and not on record");
        status
    }

    async fn refusals(&self) -> usize {
        let refused = |trace: &&(String, String, bool, Option<String>)| trace.2 && trace.0 == "signIn";
        self.house.traces().await.iter().filter(refused).count()
    }

    /// That nobody ever came in.
    async fn nobody_came_in(&self) {
        assert!(self.house.traces().await.iter().all(|(_, _, refused, _)| *refused));
    }
}

async fn begins(browser: &mut Browser) -> Url {
    let answer = browser.get("/sign-in/provider").await;
    assert_eq!(answer.status(), 303);
    Url::parse(&location(&answer)).unwrap()
}

/// An address with one of its parameters changed, or left out.
fn with(address: &Url, name: &str, value: Option<&str>) -> Url {
    let others = address.query_pairs().into_owned().filter(|(held, _)| held != name);
    let pairs: Vec<_> = others.chain(value.map(|value| (name.to_owned(), value.to_owned()))).collect();
    let mut changed = address.clone();
    changed.query_pairs_mut().clear().extend_pairs(pairs);
    changed
}

/// The path that the provider sends back to, with one of its parameters changed, or left out.
fn path_with(path: &str, name: &str, value: Option<&str>) -> String {
    let url = with(&Url::parse(&format!("http://here{path}")).unwrap(), name, value);
    format!("{}?{}", url.path(), url.query().unwrap())
}

async fn comes_back(house: &House) -> (Browser, u16) {
    let mut browser = house.browser();
    let begin = location(&browser.get("/sign-in/provider").await);
    let back = through_the_provider(&begin, house).await;
    let status = browser.get(&back).await.status().as_u16();
    (browser, status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_out_at_a_real_provider_also_after_it_has_changed_its_keys() {
    let port = free_port().await;
    let house = House::with_provider(&format!("http://127.0.0.1:{port}")).await;
    let service = house.open().await;
    let real = Real::start(port, &house, "anna", "loa3").await;
    assert_eq!(real.issuer(), format!("http://127.0.0.1:{port}"));

    let (mut browser, status) = comes_back(&house).await;
    assert_eq!(status, 303);
    assert_eq!(browser.name().await.as_deref(), Some("Anna Testsson"));

    drop(real);
    let real = Real::start(port, &house, "anna", "loa3").await;
    house.hands.pass_seconds(30);
    let (mut browser, status) = comes_back(&house).await;
    assert_eq!(status, 303, "its keys are others now");

    let page = browser.get("/sign-in").await.text().await.unwrap();
    let out = browser.post("/sign-out", &[("token", &crate::house::hidden_token(&page))]).await;
    let page = out.text().await.unwrap();
    let there = page.split("href=\"").find(|part| part.starts_with(&real.issuer())).expect("a way out there too");
    let there = there.split('"').next().unwrap().replace("&amp;", "&");
    let answer = browser.client.get(there).send().await.unwrap();
    assert_eq!(answer.status(), 200, "the provider asks whether to sign out there too");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_known_at_too_low_a_level_or_not_linked_does_not_get_in() {
    for (subject, acr) in [("anna", "loa1"), ("somebody-else", "loa3")] {
        let port = free_port().await;
        let house = House::with_provider(&format!("http://127.0.0.1:{port}")).await;
        let service = house.open().await;
        let _real = Real::start(port, &house, subject, acr).await;
        let (mut browser, status) = comes_back(&house).await;
        assert_eq!((status, browser.name().await), (403, None), "{subject} at {acr}");
        service.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_was_changed_on_the_way_lets_nobody_in() {
    let mut begun = Begun::with(&[]).await;
    for nonce in [Some("another"), None] {
        begun.asked = with(&begins(&mut begun.browser).await, "nonce", nonce);
        let back = begun.comes_to().await;
        assert_eq!(begun.is_refused(&back).await, 403, "{nonce:?}");
    }
    begun.nobody_came_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_real_provider_answered_is_good_once_and_in_the_browser_that_asked() {
    let mut begun = Begun::with(&[]).await;
    let back = begun.comes_to().await;
    // In the hands of somebody else, who has begun nothing, or something of their own.
    begun.browser.jar.clear();
    assert_eq!(begun.is_refused(&back).await, 400);
    begins(&mut begun.browser).await;
    assert_eq!(begun.is_refused(&back).await, 400);
    // The code with a state of their own: the provider does not give a token for another's code.
    let theirs = begins(&mut begun.browser).await;
    let state = theirs.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    assert_eq!(begun.is_refused(&path_with(&back, "state", Some(&state))).await, 400);
    begun.nobody_came_in().await;

    let mut begun = Begun::with(&[]).await;
    let (back, jar) = (begun.comes_to().await, begun.browser.jar.clone());
    assert_eq!(begun.browser.get(&back).await.status(), 303);
    assert_eq!(begun.browser.name().await.as_deref(), Some("Anna Testsson"));
    for jar in [Vec::new(), jar] {
        begun.browser.jar = jar;
        assert_eq!(begun.is_refused(&back).await, 400, "it has been used");
    }
    // Nor is the code, by itself, in a sign-in that is begun anew.
    begun.browser.jar.clear();
    let anew = begins(&mut begun.browser).await;
    let state = anew.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    assert_eq!(begun.is_refused(&path_with(&back, "state", Some(&state))).await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_or_a_token_of_a_real_provider_that_names_another_issuer_lets_nobody_in() {
    let mut begun = Begun::with(&[]).await;
    for issuer in [Some("https://evil.example"), Some(""), None] {
        begun.asked = begins(&mut begun.browser).await;
        let back = path_with(&begun.comes_to().await, "iss", issuer);
        assert_eq!(begun.is_refused(&back).await, 403, "{issuer:?}");
    }
    begun.nobody_came_in().await;

    let mut begun = Begun::with(&[("ISSUER", "https://evil.example")]).await;
    let back = begun.comes_to().await;
    assert_eq!(begun.is_refused(&back).await, 403, "the answer names it");
    begun.asked = begins(&mut begun.browser).await;
    let issuer = begun.asked.origin().ascii_serialization();
    let back = path_with(&begun.comes_to().await, "iss", Some(&issuer));
    assert_eq!(begun.is_refused(&back).await, 403, "the token does");
    begun.nobody_came_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_real_provider_gave_for_another_client_lets_nobody_in() {
    // The provider is asked for another client on the way: it gives us no token for that one's code.
    let mut begun = Begun::with(&[]).await;
    begun.asked = with(&begun.asked, "client_id", Some("another"));
    let back = begun.comes_to().await;
    assert_eq!(begun.is_refused(&back).await, 400);
    begun.nobody_came_in().await;
    // And where it takes us for that one, the token is for that one.
    let mut begun = Begun::with(&[("CONFUSED", "yes")]).await;
    begun.asked = with(&begun.asked, "client_id", Some("another"));
    let back = begun.comes_to().await;
    assert_eq!(begun.is_refused(&back).await, 403);
    begun.nobody_came_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_providers_signature_by_an_algorithm_off_the_list_lets_nobody_in() {
    for algorithm in ["RS256", "PS256", "ES384", "HS256"] {
        let mut begun = Begun::with(&[("ALG", algorithm)]).await;
        let back = begun.comes_to().await;
        assert_eq!(begun.is_refused(&back).await, 403, "{algorithm}");
        begun.nobody_came_in().await;
        // Where it is on the list, it does: it is the list that is held. One without a public key can be on none.
        if algorithm != "HS256" {
            let mut begun = Begun::believing(algorithm, &[("ALG", algorithm)]).await;
            let back = begun.comes_to().await;
            assert_eq!(begun.browser.get(&back).await.status(), 303, "{algorithm}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_providers_code_or_token_whose_time_is_over_lets_nobody_in() {
    for (set, status, why) in [
        (("LATE", "3600"), 400, "the code is over when it is changed for a token"),
        (("LATE", "-7200"), 403, "the token has been over for an hour"),
        (("TTL", "1"), 403, "the token is over when it is read, by our clock"),
    ] {
        let mut begun = Begun::with(&[set]).await;
        let back = begun.comes_to().await;
        // Longer than the skew that is borne with, and less than a person may take.
        begun.house.hands.pass_minutes(if set.0 == "TTL" { 5 } else { 0 });
        assert_eq!(begun.is_refused(&back).await, status, "{why}");
        begun.nobody_came_in().await;
    }
}
