//! The page, its files, and health.

use api::DemoMail;
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

#[tokio::test]
async fn the_demo_shows_its_mail_on_this_machine_and_lets_nothing_in_it_run_or_reach_out() {
    let mail = DemoMail {
        name: "0a-1".to_owned(),
        to: "alex@demo.invalid".to_owned(),
        subject: "Nytt <från> skolan".to_owned(),
        language: "ar".to_owned(),
        text: "Läs: \u{2068}https://portal.example/hem\u{2069}\n<b>inget</b>".to_owned(),
        html: Some("<html><body style=\"color:red\"><script>alert(1)</script></body></html>".to_owned()),
    };
    let service = Service::showing(vec![mail]).await;
    let get = async |path: &str| {
        let answer = service.get(path).header("accept-language", "en").send().await.unwrap();
        let csp = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        (answer.status(), csp, answer.text().await.unwrap())
    };
    let (_, _, start) = get("/").await;
    assert!(start.contains("href=\"/demo/mail\""), "{start}");
    let (status, csp, list) = get("/demo/mail").await;
    assert_eq!(status, StatusCode::OK);
    assert!(list.contains("href=\"/demo/mail/0a-1\"") && list.contains("Nytt &lt;från&gt; skolan"), "{list}");
    assert!(!csp.contains("script-src") && !csp.contains("unsafe"), "{csp}");
    let (_, _, one) = get("/demo/mail/0a-1").await;
    assert!(
        one.contains("&lt;b&gt;inget") && one.contains("<a href=\"https://portal.example/hem\" dir=\"ltr\">"),
        "{one}"
    );
    assert!(one.contains("src=\"/demo/mail/0a-1/html\" sandbox>") && !one.contains("<script"), "{one}");
    let (_, csp, html) = get("/demo/mail/0a-1/html").await;
    assert!(csp.starts_with("sandbox; default-src 'none'; style-src 'unsafe-inline'"), "{csp}");
    assert!(html.contains("<script>"), "it is the message as it is");

    for path in ["/demo/mail/", "/demo/mail/0a", "/demo/mail/0a-1/", "/demo/mail/0a-1/text", "/demo/mails"] {
        assert_eq!(get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let elsewhere = service.get("/demo/mail").header("host", "demo.example").send().await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND, "by another name than this machine's own");
    let without = Service::start().await;
    assert_eq!(without.get("/demo/mail").send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
