//! Floods are refused by what they would cost, before anything is resolved.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{MENTOR, Service, code};

async fn refused(query: &str) {
    let service = Service::start().await;
    let answer = service.send(MENTOR, query).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(code(&body), "too_complex");
    assert!(body.get("data").is_none());
}

#[tokio::test]
async fn an_alias_flood_is_refused() {
    refused(&format!("{{{}}}", (0..100).map(|n| format!("a{n}:viewer{{name}} ")).collect::<Vec<_>>().concat())).await;
}

#[tokio::test]
async fn a_depth_flood_is_refused() {
    refused(&format!("{}id{}", "{pupil(id:\"x\"){school".repeat(10) + "{", "}".repeat(21))).await;
}

#[tokio::test]
async fn a_bracket_flood_is_refused_before_it_is_parsed() {
    refused(&format!("{{pupil(id:{}", "[".repeat(60_000))).await;
}

#[tokio::test]
async fn a_fragment_bomb_is_refused() {
    let link = |n: u32| format!("fragment F{n} on Viewer {{{}}} ", format!("...F{} ", n + 1).repeat(30));
    let chain = (0..30).map(link).collect::<Vec<_>>().concat();
    refused(&format!("{{viewer{{...F0}}}} {chain} fragment F30 on Viewer {{name}}")).await;
}

#[tokio::test]
async fn a_directive_flood_is_refused() {
    refused(&format!("{{viewer {} {{name}}}}", "@include(if:true)".repeat(100))).await;
}

#[tokio::test]
async fn lists_within_lists_are_refused_by_their_product() {
    refused("{viewer{caseload(first:100){edges{node{pupil{timeline(first:100){edges{node{id kind}}}}}}}}}").await;
}

#[tokio::test]
async fn a_document_that_is_all_wrong_is_told_of_the_first_of_it() {
    let service = Service::start().await;
    let unused = (0..1000).map(|number| format!("$v{number}:Int ")).collect::<Vec<_>>().concat();
    let answer = service.send(MENTOR, &format!("query({unused}){{viewer{{name}}}}")).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let body: Value = answer.json().await.unwrap();
    assert_eq!((code(&body), body["errors"].as_array().unwrap().len()), ("bad_request", 20));
}
