//! The pages of sign-in as HTML, from the catalogue's texts.

use crate::graphql::catalogue::{Language, text, text_with};
use crate::page::{escaped, frame};

/// Which page.
pub(super) enum Page<'a> {
    /// The ways in. `token`: the form's, where local accounts may sign in.
    WaysIn { provider: Option<&'a str>, token: Option<&'a str>, said: Option<Said> },
    /// Somebody is in; they can go out. `tried`: they wanted to, and it could not be done.
    SignedIn { token: &'a str, tried: bool },
    /// Somebody went out. `there`: the provider's name, and where to go out there too.
    SignedOut { there: Option<(&'a str, String)> },
    /// Nobody can sign in now.
    Broken,
}

/// Why it did not work, in words that help whoever may sign in and nobody else.
#[derive(Clone, Copy)]
pub(super) enum Said {
    /// The name or the password is wrong.
    Wrong,
    /// Too many tries.
    TooOften,
    /// The form was old, or from elsewhere.
    Again,
    /// The provider does not answer.
    NoProvider,
    /// The provider's answer was not good.
    ProviderFailed,
    /// Known there, not here.
    NoAccount,
}

impl Said {
    const fn name(self) -> &'static str {
        match self {
            Self::Wrong => "sign-in-wrong",
            Self::TooOften => "sign-in-too-often",
            Self::Again => "sign-in-again",
            Self::NoProvider => "sign-in-no-provider",
            Self::ProviderFailed => "sign-in-provider-failed",
            Self::NoAccount => "sign-in-no-account",
        }
    }
}

/// The page.
pub(super) fn render(language: Language, page: Page<'_>) -> String {
    let t = |name: &str| escaped(&text(language, name).unwrap_or_default());
    let at = |name: &str, provider: &str| escaped(&text_with(language, name, "provider", provider).unwrap_or_default());
    let (heading, body) = match page {
        Page::WaysIn { provider, token, said } => {
            let said = said.map(|said| format!(r#"<p class="note" role="alert">{}</p>"#, t(said.name())));
            let provider = provider.map(|name| {
                format!(r#"<p><a class="button" href="/sign-in/provider">{}</a></p>"#, at("sign-in-at-provider", name))
            });
            let parts = [said, provider, token.map(|token| local(&t, token))];
            (t("sign-in-heading"), parts.into_iter().flatten().collect::<String>())
        }
        Page::SignedIn { token, tried } => {
            let said = tried.then(|| format!(r#"<p class="note" role="alert">{}</p>"#, t("sign-in-not-out")));
            let body = format!(
                r#"{said}<p>{is_in}</p>
<p><a class="button" href="/">{go_on}</a></p>
<form method="post" action="/sign-out"><input type="hidden" name="token" value="{token}"><button>{out}</button></form>"#,
                said = said.unwrap_or_default(),
                is_in = t("sign-in-is-in"),
                go_on = t("sign-in-go-on"),
                out = t("sign-in-out"),
                token = escaped(token),
            );
            (t("sign-in-heading-in"), body)
        }
        Page::SignedOut { there } => {
            let there = there.map(|(name, to)| {
                format!(r#"<p><a class="button" href="{}">{}</a></p>"#, escaped(&to), at("sign-in-out-there", name))
            });
            let again = format!(r#"<p><a href="/sign-in">{}</a></p>"#, t("sign-in-in-again"));
            let body = format!("<p>{}</p>{}{again}", t("sign-in-is-out"), there.unwrap_or_default());
            (t("sign-in-heading-out"), body)
        }
        Page::Broken => (t("sign-in-heading"), format!(r#"<p class="note" role="alert">{}</p>"#, t("sign-in-broken"))),
    };
    frame(language, &heading, &body)
}

/// The form for a local account.
fn local(t: &dyn Fn(&str) -> String, token: &str) -> String {
    format!(
        r#"<section aria-labelledby="local-heading">
<h2 id="local-heading">{heading}</h2>
<p id="local-help">{help}</p>
<form method="post" action="/sign-in/local" aria-describedby="local-help">
<input type="hidden" name="token" value="{token}">
<div class="field"><label for="name">{name}</label>
<input id="name" name="name" type="text" autocomplete="username" autocapitalize="off" spellcheck="false" required></div>
<div class="field"><label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required></div>
<button>{button}</button>
</form>
</section>"#,
        heading = t("sign-in-local-heading"),
        help = t("sign-in-local-help"),
        name = t("sign-in-name"),
        password = t("sign-in-password"),
        button = t("sign-in-button"),
        token = escaped(token),
    )
}
