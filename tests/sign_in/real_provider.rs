//! The whole flow against a real provider (`oidc-provider` from npm), run on this machine: `tests/provider`.

use std::process::Stdio;

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::house::{House, location};

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
        next = reqwest::Url::parse(&next).unwrap().join(&to).unwrap().to_string();
        if let Some(path) = next.strip_prefix(&house.url("")) {
            return path.to_owned();
        }
    }
    panic!("the provider never sends the person back")
}

async fn comes_back(house: &House) -> (crate::house::Browser, u16) {
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
