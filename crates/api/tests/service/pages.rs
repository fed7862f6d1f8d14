//! The page, its files, and health.

use domain::refusal::Code;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::Service;

#[tokio::test]
async fn the_page_speaks_swedish_unless_english_is_asked_for() {
    let service = Service::start().await;
    for (path, accept, language) in [
        ("/", "", "sv"),
        ("/", "en-GB", "en"),
        ("/?lang=en", "sv", "en"),
        ("/?lang=sv", "en", "sv"),
        ("/?lang=xx", "", "sv"),
    ] {
        let answer = service.get(path).header("accept-language", accept).send().await.unwrap();
        assert_eq!(answer.headers()["content-language"], language, "{path} {accept}");
        assert!(answer.text().await.unwrap().contains(&format!("<html lang=\"{language}\">")), "{path} {accept}");
    }
}

#[tokio::test]
async fn the_page_holds_no_inline_script_and_loads_nothing_from_elsewhere() {
    let service = Service::start().await;
    let page = service.get("/").send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("<script>") && !page.contains("style=\"") && !page.contains("onclick"));
    for attribute in ["src=\"", "href=\""] {
        for target in page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(target.starts_with("/static/") || target.starts_with('#') || target.starts_with('?'), "{target}");
        }
    }
}

#[tokio::test]
async fn the_pages_files_may_be_kept_for_ever_under_their_hashed_names() {
    let service = Service::start().await;
    let page = service.get("/").send().await.unwrap().text().await.unwrap();
    let paths: Vec<_> = page.split("\"/static/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(paths.len(), 2);
    for path in paths {
        let answer = service.get(&format!("/static/{path}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    }
    assert_eq!(service.get("/static/page.0000.css").send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_host_that_could_be_markup_is_not_shown() {
    let service = Service::start().await;
    let page = service.get("/").header("host", "a'$(x)").send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("$(x)"));
}

#[tokio::test]
async fn a_service_whose_log_has_stopped_lives_but_is_not_ready() {
    let service = Service::start_with(|| Err(Code::LogStopped)).await;
    assert_eq!(service.get("/livez").send().await.unwrap().status(), StatusCode::OK);
    let ready = service.get("/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json::<Value>().await.unwrap(), json!({ "status": "not ready", "code": "log_stopped" }));
}
