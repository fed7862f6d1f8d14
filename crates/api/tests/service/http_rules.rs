//! GraphQL over HTTP, by its specification, and nothing more.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{MENTOR, Service, code};

const VIEWER: &str = "{viewer{name}}";

#[tokio::test]
async fn a_query_is_answered_in_the_form_that_was_asked_for() {
    let service = Service::start().await;
    for (accept, given) in [
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "application/graphql-response+json; charset=utf-8"),
    ] {
        let answer = service.post().header("accept", accept).json(&json!({ "query": VIEWER })).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], given);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body, json!({ "data": { "viewer": { "name": "Maja Mentor" } } }));
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_in_the_wanted_form_is_406() {
    let service = Service::start().await;
    let answer = service.post().header("accept", "text/html").json(&json!({ "query": VIEWER })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn only_post_is_taken_so_that_nothing_happens_by_a_link() {
    let service = Service::start().await;
    let linked = service.get("/graphql?query=%7Bviewer%7Bname%7D%7D").bearer_auth(MENTOR).send().await.unwrap();
    assert_eq!(linked.status(), StatusCode::METHOD_NOT_ALLOWED);
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = service.method(method).json(&json!({ "query": VIEWER })).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers()["allow"], "POST", "{method}");
    }
}

/// Of two, a proxy may have gone by the other.
#[tokio::test]
async fn who_says_twice_who_asks_or_from_where_is_answered_nothing() {
    let service = Service::start().await;
    for name in ["origin", "sec-fetch-site", "x-csrf-token", "authorization"] {
        let twice = |path: &str| {
            let request = if path == "/graphql" { service.post() } else { service.get(path) };
            request.header(name, "Bearer one").header(name, "Bearer two").json(&json!({ "query": VIEWER })).send()
        };
        for path in ["/graphql", "/", "/livez"] {
            assert_eq!(twice(path).await.unwrap().status(), StatusCode::BAD_REQUEST, "{name} {path}");
        }
    }
    assert_eq!(service.get("/livez").header("origin", "null").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn bodies_that_a_form_could_send_are_415() {
    let service = Service::start().await;
    let body = json!({ "query": VIEWER }).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=iso-8859-1",
    ] {
        let answer = service.post().header("content-type", content_type).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
    let without = service.post().body(body).send().await.unwrap();
    assert_eq!(without.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_body_that_is_not_one_request_is_400() {
    let service = Service::start().await;
    for body in ["", "{", "null", "[]", "{}", r#"[{"query":"{viewer{name}}"}]"#, r#"{"query":1}"#, "\u{feff}{}"] {
        let answer = service.post().header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(code(&answer.json().await.unwrap()), "bad_request", "{body}");
    }
}

#[tokio::test]
async fn keys_that_are_not_known_are_let_be() {
    let service = Service::start().await;
    let body = json!({ "query": VIEWER, "extensions": { "a": 1 }, "later": true, "variables": null });
    assert_eq!(service.post().json(&body).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_body_over_64_kib_is_413() {
    let service = Service::start().await;
    let body = json!({ "query": format!("{VIEWER} # {}", "x".repeat(64 * 1024)) });
    let answer = service.post().json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(code(&answer.json().await.unwrap()), "too_complex");
}

#[tokio::test]
async fn a_document_that_is_wrong_is_400_in_the_new_form_and_200_in_the_old() {
    let service = Service::start().await;
    for query in [
        "{",
        "{nothing}",
        "query A{viewer{name}} query B{viewer{name}}",
        "subscription{pupilTimeline(pupilId:\"x\"){id}}",
    ] {
        let ask = |accept| service.post().header("accept", accept).json(&json!({ "query": query })).send();
        let new = ask("application/graphql-response+json").await.unwrap();
        assert_eq!(new.status(), StatusCode::BAD_REQUEST, "{query}");
        let body: Value = new.json().await.unwrap();
        assert_eq!(code(&body), "bad_request", "{query}");
        assert!(body.get("data").is_none(), "{query}");
        assert_eq!(ask("application/json").await.unwrap().status(), StatusCode::OK, "{query}");
    }
}

#[tokio::test]
async fn every_way_of_not_being_signed_in_looks_the_same() {
    let service = Service::start().await;
    let ask = |authorization: Option<&'static str>, host: Option<&'static str>| {
        let mut request = service.post_unsigned().json(&json!({ "query": VIEWER }));
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        if let Some(value) = host {
            request = request.header("host", value);
        }
        async move {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{authorization:?} {host:?}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
            let mut body: Value = answer.json().await.unwrap();
            assert_eq!(code(&body), "unauthenticated");
            body["errors"][0]["extensions"]["requestId"].take();
            body
        }
    };
    let missing = ask(None, None).await;
    assert_eq!(ask(Some("Bearer wrong"), None).await, missing);
    assert_eq!(ask(Some("Basic bWVudG9yLXRva2Vu"), None).await, missing);
    assert_eq!(ask(Some("Bearer mentor-token"), Some("mentorlog.example")).await, missing);
    assert_eq!(ask(Some("Bearer mentor-token"), Some("127.0.0.1.example:80")).await, missing);
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_the_headers_that_keep_it_in() {
    let service = Service::start().await;
    for path in ["/", "/livez", "/readyz", "/graphql", "/nothing"] {
        let answer = service.get(path).send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["x-request-id"].len(), 16, "{path}");
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn refusals_are_told_in_the_language_of_the_one_who_asks() {
    let service = Service::start().await;
    let ask = |language| {
        service
            .post()
            .header("accept-language", language)
            .json(&json!({ "query": "{schools(first:0){totalCount}}" }))
            .send()
    };
    let swedish: Value = ask("sv").await.unwrap().json().await.unwrap();
    let english: Value = ask("en").await.unwrap().json().await.unwrap();
    assert_eq!(code(&swedish), "invalid_input");
    assert!(swedish["errors"][0]["message"].as_str().unwrap().starts_with("Ett värde"));
    assert!(english["errors"][0]["message"].as_str().unwrap().starts_with("A value"));
    assert_eq!(english["errors"][0]["extensions"]["field"], "first");
}
