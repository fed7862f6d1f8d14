//! What another site's page can make a browser do.

use crate::house::{House, PASSWORD};
use poem::http::Method;

#[tokio::test(flavor = "multi_thread")]
async fn a_question_with_a_cookie_must_come_from_a_page_of_ours_and_carry_its_token() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.signed_in().await;
    let token = browser.csrf_token().await.unwrap();
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    let again = |drop: &str, replace: Option<&str>| {
        let mut request = browser.question(&token).build().unwrap();
        request.headers_mut().remove(drop);
        if let Some(value) = replace {
            request
                .headers_mut()
                .insert(reqwest::header::HeaderName::from_bytes(drop.as_bytes()).unwrap(), value.parse().unwrap());
        }
        reqwest::RequestBuilder::from_parts(browser.client.clone(), request)
    };
    assert_eq!(status(browser.question(&token)).await, 200);
    assert_eq!(status(again("x-csrf-token", None)).await, 403);
    assert_eq!(status(again("x-csrf-token", Some("0000"))).await, 403);
    assert_eq!(status(again("sec-fetch-site", None)).await, 403, "a browser that says nothing is not believed");
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(status(again("sec-fetch-site", Some(site))).await, 403, "{site}");
    }
    assert_eq!(status(again("origin", Some("https://evil.example"))).await, 403);
    assert_eq!(status(again("cookie", None)).await, 401);
    // The first five of them from one address are on record one by one, the others as numbers.
    let (traces, counted) = (house.traces().await, house.more_refused().await);
    let refused = |(_, _, refused, account): &&(String, String, bool, Option<String>)| {
        *refused && account.as_deref() == Some("cross-site request")
    };
    assert_eq!(traces.iter().filter(refused).count() - counted.len(), 5);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_form_signs_nobody_in_or_out() {
    let house = House::new().await;
    let service = house.open().await;
    let mut browser = house.browser();
    let page = browser.get("/sign-in").await.text().await.unwrap();
    let token = crate::house::hidden_token(&page);
    let fields = [("token", token.as_str()), ("name", "anna"), ("password", PASSWORD)];
    let mut request = browser.form("/sign-in/local", &fields).build().unwrap();
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let answer = browser.client.execute(request).await.unwrap();
    assert_eq!(answer.status(), 403);
    let answer = browser.form("/sign-in/local", &[("token", "0"), ("name", "anna"), ("password", PASSWORD)]);
    assert_eq!(answer.send().await.unwrap().status(), 403);

    let mut inside = house.signed_in().await;
    assert_eq!(inside.form("/sign-out", &[("token", "0")]).send().await.unwrap().status(), 403);
    assert!(inside.name().await.is_some());
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_changes_something_is_reached_by_following_a_link() {
    let house = House::new().await;
    let service = house.open().await;
    let browser = house.signed_in().await;
    for path in ["/sign-out", "/sign-in/local"] {
        assert_eq!(browser.client.get(house.url(path)).send().await.unwrap().status(), 405);
    }
    for path in ["/sign-in", "/sign-in/provider", "/sign-in/return", "/sign-in/session"] {
        let answer = browser.client.request(Method::POST, house.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 405);
    }
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_loads_anything_from_elsewhere_or_lets_itself_be_framed() {
    let house = House::new().await;
    let service = house.open().await;
    let answer = house.browser().get("/sign-in").await;
    let headers = answer.headers();
    let policy = headers["content-security-policy"].to_str().unwrap();
    for wanted in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(wanted), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(!headers.contains_key("strict-transport-security"), "not over TLS here");
    service.close().await;
}

/// How the last of six wrong passwords is answered, each of a request that says that it comes from these addresses.
async fn last_of_six_guesses(house: &House, from: impl Fn(u8) -> Vec<String>) -> u16 {
    let mut browser = house.browser();
    let page = browser.get("/sign-in").await.text().await.unwrap();
    let token = crate::house::hidden_token(&page);
    let mut last = 0;
    for guess in 0..6 {
        let fields = [("token", token.as_str()), ("name", "anna"), ("password", "wrong wrong wrong wrong")];
        let mut request = browser.form("/sign-in/local", &fields);
        for address in from(guess) {
            request = request.header("x-forwarded-for", address);
        }
        last = request.send().await.unwrap().status().as_u16();
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_proxy_on_the_list_is_believed_about_where_a_request_comes_from() {
    for (trusted, tried_in_vain) in [(false, true), (true, false)] {
        let mut house = House::new().await;
        house.settings.proxies = if trusted { vec!["127.0.0.1".parse().unwrap()] } else { vec![] };
        let service = house.open().await;
        let last = last_of_six_guesses(&house, |guess| vec![format!("198.51.100.{guess}")]).await;
        assert_eq!(last == 429, tried_in_vain, "a guesser must not choose an address for each guess");
        service.close().await;
    }
}

/// A proxy that adds a line of its own, behind what a guesser sent.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_lines_about_where_a_request_comes_from_the_proxys_own_is_believed() {
    let mut house = House::new().await;
    house.settings.proxies = vec!["127.0.0.1".parse().unwrap()];
    let service = house.open().await;
    let last = last_of_six_guesses(&house, |guess| vec![format!("198.51.100.{guess}"), "203.0.113.7".to_owned()]).await;
    assert_eq!(last, 429);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_request_says_of_host_scheme_or_where_to_go_next_changes_where_a_browser_is_sent() {
    let key = crate::lying::Key::new("a");
    let provider = crate::lying::Lying::new(&key).await;
    let house = House::with_provider(&provider.issuer).await;
    let service = house.open().await;
    let lies = ["host", "x-forwarded-host", "x-original-host", "forwarded", "x-forwarded-proto", "x-original-url"];
    let own = house.url("/sign-in/return");
    for lie in lies {
        let mut browser = house.browser();
        let page = browser.get("/sign-in").await.text().await.unwrap();
        let token = crate::house::hidden_token(&page);
        let said = if lie == "forwarded" { "host=evil.example;proto=https" } else { "evil.example" };
        let fields = [("token", token.as_str()), ("name", "anna"), ("password", PASSWORD)];
        let next = "/sign-in/local?next=https://evil.example&return=//evil.example";
        let answer = browser.form(next, &fields).header(lie, said).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), crate::house::location(&answer).as_str()), (303, "/"), "{lie}");
        let begun = browser.client.get(house.url("/sign-in/provider?next=//evil.example")).header(lie, said);
        let answer = begun.send().await.unwrap();
        let to = reqwest::Url::parse(&crate::house::location(&answer)).unwrap();
        assert!(to.as_str().starts_with(&provider.issuer) && !to.as_str().contains("evil.example"), "{lie}: {to}");
        let back = to.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
        assert_eq!(back, own, "{lie}");
    }
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_ends_messages_by_the_link_in_one_and_never_by_following_it() {
    let house = House::new().await;
    let service = house.open().await;
    let (guardian, link) = house.guardian().await;
    let browser = house.browser();
    let stopped = || house.casework.post().facts().outbox(guardian).unwrap().stopped;
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();

    let page = browser.client.get(house.url(&link)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(!page.contains("Alex") && page.contains("method=\"post\""), "{page}");
    assert!(!stopped(), "following a link changes nothing");

    let guessed = format!("/stop/{}", "0".repeat(64));
    assert!(!link.contains(&guardian.to_string()), "nothing in a link tells whose it is");
    let nowhere = browser.client.get(house.url("/stop/nowhere")).send().await.unwrap();
    let wrong = browser.client.post(house.url(&guessed)).send().await.unwrap();
    assert_eq!(wrong.status(), 404, "as for any page that is not there");
    assert_eq!(status(browser.client.get(house.url(&guessed))).await, nowhere.status().as_u16());
    assert!(!stopped());

    // As a mail program does it (RFC 8058): no cookie, no page of ours before.
    let one_click = browser.client.post(house.url(&link)).body("List-Unsubscribe=One-Click");
    assert_eq!(status(one_click).await, 200);
    assert!(stopped());
    assert_eq!(status(browser.client.post(house.url(&link))).await, 200, "again");
    service.close().await;
}
