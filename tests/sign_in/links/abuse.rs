//! What is no link, and what a link is not for.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_link_that_was_given_out_is_answered_byte_for_byte_alike_by_every_method() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let before = linked.outbox();
    // another installation: the same guardian, another secret
    let elsewhere = Casework::open(
        Arc::<MemoryLog>::clone(&linked.house.log),
        [8; 32],
        Arc::<crate::house::Hands>::clone(&linked.house.hands),
    );
    let elsewhere = elsewhere.await.unwrap().post();
    let answered = async |method: &Method, path: &str, body: &str| {
        let asked = browser.client.request(method.clone(), linked.house.url(path)).body(body.to_owned());
        let answer = asked.send().await.unwrap();
        let mut headers: Vec<String> = answer
            .headers()
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        (answer.status().as_u16(), headers, answer.text().await.unwrap())
    };
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"].map(|name| name.parse().unwrap()) {
        for purpose in Purpose::ALL {
            let (name, link) = (purpose.name(), linked.link(purpose));
            let code = link.rsplit('/').next().unwrap();
            let foreign = elsewhere.link_code(purpose, linked.guardian).unwrap();
            let flipped = |at: usize| {
                let other = if &code[at..=at] == "0" { "1" } else { "0" };
                format!("{}{other}{}", &code[..at], &code[at + 1..])
            };
            let wrong = [
                foreign.clone(),
                // the tag of one and the guardian of the other
                format!("{}{}", &code[..32], &foreign[32..]),
                format!("{}{}", &foreign[..32], &code[32..]),
                flipped(0),
                flipped(31),
                flipped(32),
                flipped(63),
                code[..63].to_owned(),
                code[..32].to_owned(),
                format!("{code}0"),
                format!("{code}."),
                format!("{code}/"),
                format!("{code}/more"),
                code.chars().rev().collect(),
                "0".repeat(64),
                linked.guardian.to_string(),
                "%00".to_owned(),
                "..%2f".to_owned(),
                "\u{e5}".repeat(32),
                String::new(),
            ];
            let nowhere = answered(&method, "/no/where", "frequency=off&language=sv").await;
            assert_eq!(nowhere.0, 404, "{method}");
            for code in wrong {
                let answer = answered(&method, &format!("/{name}/{code}"), "frequency=off&language=sv").await;
                assert_eq!(answer, nowhere, "{method} {name} {code}");
            }
        }
    }
    assert_eq!(linked.outbox(), before);
    linked.service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_one_guardian_does_nothing_for_another() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let post = linked.house.casework.post();
    let other = linked.house.another_guardian("sam@home.example").await;
    let code = |guardian| post.link_code(Purpose::Stop, guardian).unwrap();
    assert_ne!(code(linked.guardian), code(other));
    assert_eq!(linked.posts(&browser, &format!("/stop/{}", code(other)), "").await.0, 200);
    assert!(!linked.outbox().stopped);
    assert!(post.facts().outbox(other).unwrap().stopped);
    // nor do parts of both make a link
    let mixed = format!("/stop/{}{}", &code(other)[..32], &code(linked.guardian)[32..]);
    assert_eq!(linked.posts(&browser, &mixed, "").await, linked.posts(&browser, "/no/where", "").await);
    assert!(!linked.outbox().stopped);
    linked.service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_link_writes_no_more_wishes_in_a_day_than_a_person_makes_and_none_that_changes_nothing() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let wishes = linked.link(Purpose::Wishes);
    let recorded = || linked.house.casework.post().facts().position();
    let before = recorded();
    let wish = |number: usize| format!("frequency={}&language=en", ["monthly", "weekly"][number % 2]);
    for number in [0, 0, 0] {
        assert_eq!(linked.posts(&browser, &wishes, &wish(number)).await.0, 200);
    }
    assert_eq!(recorded(), before + 1, "what is so already is not said again");
    for number in 1..10 {
        assert_eq!(linked.posts(&browser, &wishes, &wish(number)).await.0, 200, "{number}");
    }
    for _ in 0..5 {
        let (status, page) = linked.posts(&browser, &wishes, &wish(0)).await;
        assert_eq!(status, 429, "{page}");
        assert!(page.contains("många gånger idag") && page.contains("role=\"alert\""), "{page}");
    }
    assert_eq!(recorded(), before + 10);
    // To be let alone is always theirs; staff write down what they hear by phone; and another day is another.
    let stop = linked.link(Purpose::Stop);
    assert_eq!(linked.posts(&browser, &stop, "").await.0, 200);
    assert!(linked.outbox().stopped);
    assert_eq!(linked.posts(&browser, &wishes, &wish(0)).await.0, 429);
    linked.house.hands.pass_seconds(24 * 60 * 60);
    assert_eq!(linked.posts(&browser, &wishes, &wish(0)).await.0, 200);
    assert!(!linked.outbox().stopped);
    linked.service.close().await;
}

/// What can be done to a request.
type Made = fn(RequestBuilder) -> RequestBuilder;

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_program_ends_messages_from_anywhere_with_any_body_and_without_a_cookie() {
    let ways: [(&str, Made); 8] = [
        ("as RFC 8058 has it", |request| {
            request.header("content-type", "application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click")
        }),
        ("as parts", |request| {
            let body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
            request.header("content-type", "multipart/form-data; boundary=b").body(body)
        }),
        ("from another site", |request| {
            request.header("origin", "https://mail.example").header("sec-fetch-site", "cross-site")
        }),
        ("from nowhere that is told", |request| request.header("origin", "null")),
        ("without a body or a kind", |request| request),
        ("with a kind that is none", |request| request.header("content-type", "x").body("{")),
        ("with much more than is read", |request| request.body("x".repeat(20_000))),
        ("with a cookie that says nothing", |request| request.header("cookie", "__Host-mentorlog=x")),
    ];
    for (way, made) in ways {
        let linked = Linked::new().await;
        let browser = linked.house.browser();
        let path = linked.link(Purpose::Stop) + "?utm_source=mail&lang=xx&x[]=%00";
        let answer = made(browser.client.post(linked.house.url(&path))).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{way}");
        assert!(linked.outbox().stopped, "{way}");
        let answer = made(browser.client.post(linked.house.url(&path))).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{way}, again");
        linked.service.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_method_does_anything_by_a_link_that_holds() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let before = linked.outbox();
    for purpose in Purpose::ALL {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let asked = browser.client.request(method.clone(), linked.house.url(&linked.link(purpose)));
            let answer = asked.body("frequency=off&language=sv").send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["allow"]),
                (405, &"GET, HEAD, POST".parse().unwrap())
            );
        }
    }
    assert_eq!(linked.outbox(), before);
    linked.service.close().await;
}
