//! The page as HTML, from the catalogue's texts.

use chrono::NaiveDate;

use super::assets::{SCRIPT, STYLE};
use super::examples::{EXAMPLES, Example};
use crate::graphql::catalogue::{Language, text, text_with};

/// The whole page.
pub(super) fn page(language: Language, host: &str, demo: Option<NaiveDate>) -> String {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let examples: String = EXAMPLES.iter().map(|example| section(language, host, example)).collect();
    let (other, other_tag) = match language {
        Language::Swedish => (t("page-other-language"), "en"),
        Language::English => (t("page-other-language"), "sv"),
    };
    format!(
        r##"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
<script src="{script}" defer></script>
</head>
<body>
<a class="skip" href="#main">{skip}</a>
<header>
<p class="mark">mentorlog</p>
<a href="?lang={other_tag}" lang="{other_tag}" hreflang="{other_tag}">{other}</a>
</header>
<main id="main" data-running="{running}" data-failed="{failed}" data-needs-token="{needs_token}" data-no-pupil="{no_pupil}">
<h1>{heading}</h1>
<p class="lead">{what}</p>
<p>{how}</p>{of_demo}
<section aria-labelledby="token-heading">
<h2 id="token-heading">{token_heading}</h2>
<p id="token-help">{token_help}</p>
<div class="field">
<label for="token">{token_label}</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-help">
</div>
</section>
<h2>{examples_heading}</h2>
<p>{examples_help}</p>
<noscript><p class="note">{noscript}</p></noscript>
{examples}
</main>
<footer><p>{schema}</p></footer>
</body>
</html>
"##,
        lang = language.tag(),
        title = t("page-title"),
        style = STYLE.path,
        script = SCRIPT.path,
        skip = t("page-skip"),
        running = t("page-running"),
        failed = t("page-failed"),
        needs_token = t("page-needs-token"),
        no_pupil = t("page-no-pupil"),
        heading = t("page-heading"),
        what = t("page-what"),
        how = t("page-how"),
        of_demo = demo.map(|day| of_demo(language, day)).unwrap_or_default(),
        token_heading = t("page-token-heading"),
        token_help = t("page-token-help"),
        token_label = t("page-token-label"),
        examples_heading = t("page-examples-heading"),
        examples_help = t("page-examples-help"),
        noscript = t("page-noscript"),
        schema = t("page-schema"),
    )
}

/// In the demo: which day it is there, and where the mail is that it has written.
fn of_demo(language: Language, day: NaiveDate) -> String {
    let said = escaped(&text(language, "page-mail").unwrap_or_default());
    format!(
        "\n<p class=\"note\">{}</p>\n<p><a href=\"{}\">{said}</a></p>",
        day_of_demo(language, day),
        super::mails::PATH
    )
}

/// Which day it is in the demo.
pub(super) fn day_of_demo(language: Language, day: NaiveDate) -> String {
    escaped(&text_with(language, "page-day", "day", &day.to_string()).unwrap_or_default())
}

/// One example: what it shows, the operation to edit, a button, the answer, and the same as a command line.
fn section(language: Language, host: &str, example: &Example) -> String {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let name = example.name;
    let rows = example.operation.lines().count() + 1;
    format!(
        r#"<section class="example" aria-labelledby="{name}-heading">
<h3 id="{name}-heading">{heading}</h3>
<p>{why}</p>
<label for="{name}-operation">{operation_label}</label>
<textarea id="{name}-operation" rows="{rows}" spellcheck="false" autocapitalize="off">{operation}</textarea>
<button type="button" class="run" data-example="{name}" aria-describedby="{name}-heading" hidden>{run}</button>
<pre id="{name}-answer" class="answer" role="status" aria-label="{answer_label}" tabindex="0" hidden></pre>
<details><summary>{curl_label}</summary>
<pre tabindex="0"><code>{curl}</code></pre></details>
</section>
"#,
        heading = t(&format!("example-{name}")),
        why = t(&format!("example-{name}-why")),
        operation_label = t("page-operation-label"),
        operation = escaped(example.operation),
        run = t("page-run"),
        answer_label = t("page-answer-label"),
        curl_label = t("page-curl-label"),
        curl = escaped(&curl(host, example.operation)),
    )
}

/// The example as a command line.
fn curl(host: &str, operation: &str) -> String {
    let one_line = operation.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = serde_json::json!({ "query": one_line });
    format!(
        "curl http://{host}/graphql \\\n  -H 'Authorization: Bearer TOKEN' \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'"
    )
}

/// Text that cannot be taken for markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A small page of its own: a heading and what stands below it, both escaped already.
pub(crate) fn frame(language: Language, heading: &str, body: &str) -> String {
    let title = format!("{heading} – mentorlog");
    let frame =
        Frame { lang: language.tag(), dir: "ltr", title: &title, top: "<p class=\"mark\">mentorlog</p>", heading };
    framed(&frame, body)
}

/// What is around a small page. Everything is escaped already.
pub(super) struct Frame<'a> {
    /// The language, by BCP 47.
    pub(super) lang: &'a str,
    /// `ltr` or `rtl`.
    pub(super) dir: &'a str,
    /// What the browser's window is called.
    pub(super) title: &'a str,
    /// What stands at the top.
    pub(super) top: &'a str,
    /// What it is about.
    pub(super) heading: &'a str,
}

/// The page with this around it.
pub(super) fn framed(frame: &Frame<'_>, body: &str) -> String {
    let Frame { lang, dir, title, top, heading } = frame;
    format!(
        r#"<!doctype html>
<html lang="{lang}" dir="{dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<header>{top}</header>
<main id="main">
<h1>{heading}</h1>
{body}
</main>
</body>
</html>
"#,
        style = STYLE.path,
    )
}
