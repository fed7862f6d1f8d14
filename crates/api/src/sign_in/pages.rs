//! The pages of sign-in: `/sign-in` and what stands below it, and `/sign-out`. They work without a script.

use std::net::IpAddr;
use std::sync::Arc;

use casework::{Casework, SignInTrace};
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::accounts::{Account, Means};
use super::authenticator::{Authenticator, CROSS_SITE, House, Refused, Way};
use super::cookie;
use super::cross_site;
use super::provider::{NotSignedIn, RETURN, Returned};
use super::render::{Page, Said, render};
use super::token::{Secret, same};
use super::typed::in_one_form;
use super::verifier::NotBelieved;
use crate::graphql::catalogue::Language;
use crate::http::allow_only;

/// Longest form that is read, in bytes.
const MAX_FORM: usize = 8 * 1024;
/// What ties the form for a local account to the browser that was shown it.
const FORM: &str = "__Host-mentorlog-form";
/// Where people come to after they have signed in.
const AFTER: &str = "/";

/// One request for a page of sign-in.
struct Visit<'a> {
    authenticator: &'a Authenticator,
    house: &'a House,
    casework: &'a Arc<Casework>,
    language: Language,
    now: DateTime<Utc>,
}

impl Authenticator {
    /// Answers a path of sign-in; `None`: it is none, or this is the demo, which has no sign-in.
    pub(crate) async fn respond(
        &self,
        request: &mut Request,
        language: Language,
        casework: &Arc<Casework>,
    ) -> Option<Response> {
        let Way::House(house) = &self.way else { return None };
        let visit = Visit { authenticator: self, house, casework, language, now: casework.now() };
        let path = request.uri().path().to_owned();
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let posts = *request.method() == Method::POST;
        Some(match path.as_str() {
            "/sign-in" if reads => visit.show(request),
            "/sign-in/provider" if reads => visit.to_provider().await,
            RETURN if reads => visit.back_from_provider(request).await,
            "/sign-in/session" if reads => visit.session(request).await,
            "/sign-in/local" if posts => visit.local(request).await,
            "/sign-out" if posts => visit.sign_out(request).await,
            "/sign-in" | "/sign-in/provider" | RETURN | "/sign-in/session" => allow_only("GET, HEAD"),
            "/sign-in/local" | "/sign-out" => allow_only("POST"),
            _ => return None,
        })
    }
}

impl Visit<'_> {
    /// The page itself: the ways in, or that one is in already.
    fn show(&self, request: &Request) -> Response {
        if let Some((_, name)) = self.house.session(request, self.now) {
            return self.still_in(StatusCode::OK, name, false);
        }
        self.ways_in(StatusCode::OK, None)
    }

    /// Somebody is in still; `tried`: they wanted out, and it could not be done.
    fn still_in(&self, status: StatusCode, session: &str, tried: bool) -> Response {
        self.page(status, Page::SignedIn { token: &cross_site::token_of(session), tried })
    }

    fn ways_in(&self, status: StatusCode, said: Option<Said>) -> Response {
        let Some(form) = Secret::fresh(&self.house.chance) else { return self.broken() };
        let provider = self.house.provider.as_ref().map(super::provider::Provider::name);
        let token = self.house.local_accounts.then(|| cross_site::token_of(form.show()));
        let mut response = self.page(status, Page::WaysIn { provider, token: token.as_deref(), said });
        if token.is_some() {
            set_cookie(&mut response, &cookie::set(FORM, form.show()));
        }
        response
    }

    fn broken(&self) -> Response {
        self.page(StatusCode::SERVICE_UNAVAILABLE, Page::Broken)
    }

    fn page(&self, status: StatusCode, page: Page<'_>) -> Response {
        let html = render(self.language, page);
        let mut response = Response::builder().status(status).content_type("text/html; charset=utf-8").body(html);
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        response
    }

    async fn to_provider(&self) -> Response {
        let Some(provider) = &self.house.provider else { return self.ways_in(StatusCode::NOT_FOUND, None) };
        match provider.begin(&self.house.chance, self.now).await {
            Ok(sent) => {
                let mut response = see_other(sent.to.as_str());
                set_cookie(&mut response, &cookie::set(cookie::BEGUN, &sent.browser));
                response
            }
            Err(error) => {
                tracing::warn!(%error, "a sign-in at the provider could not be begun");
                self.ways_in(StatusCode::SERVICE_UNAVAILABLE, Some(Said::NoProvider))
            }
        }
    }

    async fn back_from_provider(&self, request: &Request) -> Response {
        let Some(provider) = &self.house.provider else { return self.ways_in(StatusCode::NOT_FOUND, None) };
        let browser = cookie::find(request, cookie::BEGUN);
        let from = (self.house.address(request), &self.house.throttle, self.now);
        let known = provider.finish(&returned(request), browser, from).await;
        let mut response = match known {
            Ok(means) => match self.house.accounts.known_by(&means) {
                Ok(Some(account)) => self.begin(request, &account).await,
                Ok(None) => self.turned_away(request, "unlinked", StatusCode::FORBIDDEN, Said::NoAccount).await,
                Err(error) => {
                    tracing::error!(%error, "nobody can sign in");
                    self.broken()
                }
            },
            Err(error) => {
                tracing::info!(%error, "a sign-in at the provider came to nothing");
                let said = if let NotSignedIn::TooOften = error { Said::TooOften } else { Said::ProviderFailed };
                self.turned_away(request, "provider", status_of(&error), said).await
            }
        };
        set_cookie(&mut response, &cookie::clear(cookie::BEGUN));
        response
    }

    async fn local(&self, request: &mut Request) -> Response {
        if !self.house.local_accounts {
            return self.ways_in(StatusCode::NOT_FOUND, None);
        }
        let shown = cookie::find(request, FORM).map(str::to_owned);
        let address = self.house.address(request);
        let from_here = cross_site::is_from_here(request, &self.house.front.origin);
        let Some(form) = Form::read(request).await else {
            return self
                .put_on_record("local form", "local form", address, self.ways_in(StatusCode::BAD_REQUEST, None))
                .await;
        };
        let told = shown.is_some_and(|shown| same(form.field("token"), &cross_site::token_of(&shown)));
        if !from_here || !told {
            let again = self.ways_in(StatusCode::FORBIDDEN, Some(Said::Again));
            return self.put_on_record("local form", "local form", address, again).await;
        }
        let name = in_one_form(form.field("name").trim());
        if !self.house.throttle.may_try(&name, address, self.now) {
            let too_often = self.ways_in(StatusCode::TOO_MANY_REQUESTS, Some(Said::TooOften));
            return self.put_on_record("local account", &name, address, too_often).await;
        }
        let Ok(book) = self.house.accounts.now() else { return self.broken() };
        let account = book.named(&name).filter(|account| !account.is_disabled()).cloned();
        let hash = match account.as_ref().map(|account| &account.means) {
            Some(Means::Password { hash }) => Some(hash.clone()),
            Some(Means::Provider { .. } | Means::System { .. }) | None => None,
        };
        let password = zeroize::Zeroizing::new(form.field("password").to_owned());
        let Some(turn) = self.house.turns.wait(address).await else { return self.broken() };
        let looked = tokio::task::spawn_blocking(move || {
            let right = super::password::is_right(&password, hash.as_deref());
            // Not before: whoever leaves meanwhile ends the request, but not the look.
            drop(turn);
            right
        });
        match (looked.await, account) {
            (Ok(true), Some(account)) => {
                self.house.throttle.was_right(&name, address);
                self.begin(request, &account).await
            }
            _ => self.refused(&name, StatusCode::FORBIDDEN, Said::Wrong).await,
        }
    }

    /// Begins a session: the sign-in is on record before the cookie leaves. A session of before ends.
    async fn begin(&self, request: &Request, account: &Account) -> Response {
        let Ok(person) = account.person() else { return self.broken() };
        let trace = SignInTrace::SignedIn { actor: Actor::Staff(person), account: account.name.clone() };
        if self.casework.record_sign_in(trace).await.is_err() {
            return self.broken();
        }
        let before = cookie::find(request, cookie::SESSION);
        if let Some(before) = before
            && !self.end(super::token::hash(before)).await
        {
            return self.broken();
        }
        let (sessions, account, now) = (Arc::clone(&self.house.sessions), account.clone(), self.now);
        let begun =
            tokio::task::spawn_blocking(move || sessions.begin(person, &account.name, account.means.mark(), now)).await;
        match begun {
            Ok(Ok(secret)) => {
                let mut response = see_other(AFTER);
                set_cookie(&mut response, &cookie::set(cookie::SESSION, secret.show()));
                set_cookie(&mut response, &cookie::clear(FORM));
                response
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "a session could not be begun");
                self.broken()
            }
            Err(_) => self.broken(),
        }
    }

    /// A sign-in that came to nothing: on record, and said without telling why more than the person can use.
    async fn refused(&self, account: &str, status: StatusCode, said: Said) -> Response {
        let trace = SignInTrace::Refused { account: account.to_owned() };
        match self.casework.record_sign_in(trace).await {
            Ok(()) => self.ways_in(status, Some(said)),
            Err(_) => self.broken(),
        }
    }

    /// The same, of what may be tried without end: the first few one by one, the others as a number.
    async fn turned_away(&self, request: &Request, what: &'static str, status: StatusCode, said: Said) -> Response {
        let (address, told) = (self.house.address(request), self.ways_in(status, Some(said)));
        self.put_on_record(what, what, address, told).await
    }

    async fn put_on_record(&self, what: &'static str, account: &str, address: IpAddr, told: Response) -> Response {
        match self.authenticator.refused(what, account, address, self.casework).await {
            Ok(()) => told,
            Err(_) => self.broken(),
        }
    }

    /// For pages of ours: the token that their requests must carry.
    async fn session(&self, request: &Request) -> Response {
        let Some((_, name)) = self.house.session(request, self.now) else {
            let told = Response::builder().status(StatusCode::UNAUTHORIZED).finish();
            let recorded = self.authenticator.put_on_record(request, Refused::Unknown, self.casework).await;
            return if recorded.is_ok() { told } else { self.broken() };
        };
        let body = serde_json::json!({ "csrfToken": cross_site::token_of(name) }).to_string();
        Response::builder().content_type("application/json").body(body)
    }

    async fn sign_out(&self, request: &mut Request) -> Response {
        let known = self.house.session(request, self.now).map(|(known, name)| (known, name.to_owned()));
        let from_here = cross_site::is_from_here(request, &self.house.front.origin);
        let Some((known, name)) = known else { return self.ways_in(StatusCode::OK, None) };
        let in_header = cross_site::has_token(request, &name);
        let form = Form::read(request).await;
        let in_form = form.is_some_and(|form| same(form.field("token"), &cross_site::token_of(&name)));
        if !from_here || !(in_header || in_form) {
            let still_in = self.still_in(StatusCode::FORBIDDEN, &name, false);
            return self.put_on_record(CROSS_SITE, CROSS_SITE, self.house.address(request), still_in).await;
        }
        let on_record = self.casework.record_sign_in(SignInTrace::SignedOut { actor: known.actor }).await.is_ok();
        if !on_record || !self.end(super::token::hash(&name)).await {
            return self.still_in(StatusCode::SERVICE_UNAVAILABLE, &name, true);
        }
        let there = match &self.house.provider {
            Some(provider) => provider.sign_out(self.now).await.map(|to| (provider.name(), to.to_string())),
            None => None,
        };
        let mut response = self.page(StatusCode::OK, Page::SignedOut { there });
        set_cookie(&mut response, &cookie::clear(cookie::SESSION));
        response
    }

    /// Ends a session. `false`: that could not be kept, so that it might come back after a restart. Then it holds on, and whoever
    /// wanted it ended is told.
    async fn end(&self, session: blake3::Hash) -> bool {
        let (sessions, now) = (Arc::clone(&self.house.sessions), self.now);
        let ended = tokio::task::spawn_blocking(move || sessions.end(&session, now)).await;
        let kept = matches!(ended, Ok(Ok(())));
        if !kept {
            tracing::error!("a session was not ended: that could not be kept");
        }
        kept
    }
}

const fn status_of(error: &NotSignedIn) -> StatusCode {
    match error {
        NotSignedIn::NotBegun | NotSignedIn::Refused => StatusCode::BAD_REQUEST,
        NotSignedIn::NoChance | NotSignedIn::NotBelieved(NotBelieved::Fetch(_)) => StatusCode::SERVICE_UNAVAILABLE,
        NotSignedIn::NotBelieved(_) => StatusCode::FORBIDDEN,
        NotSignedIn::TooOften => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// A form's fields.
struct Form(Vec<(String, zeroize::Zeroizing<String>)>);

impl Form {
    async fn read(request: &mut Request) -> Option<Self> {
        let form = request.content_type().is_some_and(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !form {
            return None;
        }
        let reading = request.take_body().into_bytes_limit(MAX_FORM);
        let bytes = tokio::time::timeout(crate::graphql::execute::MAX_TIME, reading).await.ok()?.ok()?;
        let fields = form_urlencoded::parse(&bytes);
        Some(Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect()))
    }

    fn field(&self, name: &str) -> &str {
        self.0.iter().find(|(held, _)| held == name).map_or("", |(_, value)| value.as_str())
    }
}

fn returned(request: &Request) -> Returned {
    let mut returned = Returned::default();
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        let place = match name.as_ref() {
            "code" => &mut returned.code,
            "state" => &mut returned.state,
            "iss" => &mut returned.issuer,
            "error" => &mut returned.error,
            _ => continue,
        };
        place.get_or_insert(value.into_owned());
    }
    returned
}

fn see_other(to: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::SEE_OTHER).finish();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use futures::FutureExt;

    use super::super::keep::Keep;
    use super::super::settings::{Origin, SessionLimits, SignInSettings};
    use super::*;

    /// A file that is never there.
    struct Nothing;

    impl Keep for Nothing {
        fn read(&self) -> std::io::Result<Option<Vec<u8>>> {
            Ok(None)
        }

        fn write(&self, _: &[u8]) -> std::io::Result<()> {
            Ok(())
        }

        fn stamp(&self) -> std::io::Result<u128> {
            Ok(0)
        }
    }

    struct Still;

    impl casework::Clock for Still {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
    }

    /// A try with a name that nobody has.
    async fn tries(authenticator: &Authenticator, casework: &Arc<Casework>) -> StatusCode {
        let body = format!("token={}&name=kim&password=a+guess", cross_site::token_of("shown"));
        let mut request = Request::builder()
            .method(Method::POST)
            .uri_str("http://127.0.0.1:1/sign-in/local")
            .content_type("application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, format!("{FORM}=shown"))
            .body(body);
        authenticator.respond(&mut request, Language::Swedish, casework).await.unwrap().status()
    }

    async fn open() -> (Authenticator, Arc<Casework>) {
        let settings = SignInSettings {
            origin: Origin::parse("http://127.0.0.1:1").unwrap(),
            proxies: Vec::new(),
            limits: SessionLimits::minutes(30, 600).unwrap(),
            local_accounts: true,
            provider: None,
            integrations: None,
        };
        let chance: super::super::token::Chance = Arc::new(|| Some([7; 32]));
        let authenticator = Authenticator::new(&settings, Arc::new(Nothing), Arc::new(Nothing), chance).unwrap();
        let log = Arc::new(storage::MemoryLog::new().unwrap());
        (authenticator, Casework::open(log, [7; 32], Arc::new(Still)).await.unwrap())
    }

    #[tokio::test]
    async fn no_password_is_looked_at_without_a_turn() {
        let (authenticator, casework) = open().await;
        assert_eq!(tries(&authenticator, &casework).await, StatusCode::FORBIDDEN, "it is looked at, and wrong");
        let Way::House(house) = &authenticator.way else { panic!("a demo has no passwords") };
        house.turns.end();
        assert_eq!(tries(&authenticator, &casework).await, StatusCode::SERVICE_UNAVAILABLE, "it is not looked at");
    }

    /// Whoever leaves ends the request and not the look: were the turn free at once, as many would be looked at as come and leave.
    #[test]
    fn a_turn_lasts_as_long_as_the_look_also_when_whoever_asked_has_left() {
        // One thread for what takes long, and something else has it: no look ends before that does.
        let runtime =
            tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let (authenticator, casework) = open().await;
            let Way::House(house) = &authenticator.way else { panic!("a demo has no passwords") };
            let (ends, waits) = std::sync::mpsc::channel::<()>();
            let busy = tokio::task::spawn_blocking(move || waits.recv().is_err());
            for _ in 0..2 {
                assert!(tries(&authenticator, &casework).now_or_never().is_none(), "whoever asked leaves");
            }
            let address = house.address(&Request::default());
            assert!(house.turns.wait(address).now_or_never().is_none(), "both of the network's turns are taken");
            drop(ends);
            assert!(busy.await.unwrap());
            assert!(house.turns.wait(address).await.is_some(), "and free when the look is over");
        });
    }
}
