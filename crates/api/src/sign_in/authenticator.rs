//! Tells who makes a request, and whether what they began still holds.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use casework::{Casework, SignInTrace};
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::refusal::Refusal;
use poem::http::header;
use poem::{Addr, Request, web::RemoteAddr};

use super::accounts::{Accounts, Means};
use super::cookie;
use super::cross_site;
use super::demo::{DemoMails, DemoTokens};
use super::fetch::Fetch;
use super::integration::Integrations;
use super::keep::{Keep, KeepError};
use super::provider::Provider;
use super::refusals::{Counted, Pending, Refusals, Told};
use super::seen::SeenTokens;
use super::sessions::{Session, Sessions};
use super::settings::{Front, SettingsError, SignInSettings};
use super::throttle::Throttle;
use super::token::Chance;
use super::turns::{PASSWORDS, Turns};
use crate::http::{bearer, is_local};

/// What is called so on record when it is refused: a cookie that names no session that holds.
pub(super) const SESSION: &str = "session";
/// A session that another site's page made use of, or a page of nobody's.
pub(super) const CROSS_SITE: &str = "cross-site request";

/// Who may ask, and how they show it.
pub struct Authenticator {
    pub(super) way: Way,
    /// Refusals that are on record, and those that will be as numbers.
    pub(super) refusals: Refusals,
    /// Tokens that are on record as having come.
    came: SeenTokens,
}

pub(super) enum Way {
    /// Printed tokens, from this machine only.
    Demo(DemoTokens),
    /// Sessions for people, signed tokens for systems.
    House(Box<House>),
}

/// Everything that real sign-in needs.
pub(super) struct House {
    pub(super) front: Front,
    pub(super) accounts: Accounts,
    pub(super) sessions: Arc<Sessions>,
    pub(super) throttle: Throttle,
    /// Whose password is looked at next.
    pub(super) turns: Turns,
    pub(super) provider: Option<Provider>,
    pub(super) local_accounts: bool,
    pub(super) chance: Chance,
    integrations: Option<Integrations>,
}

/// Why the authenticator cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// A setting is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The accounts cannot be read.
    #[error(transparent)]
    Kept(#[from] KeepError),
}

/// Somebody who is known, and by what.
#[derive(Clone, Debug)]
pub(crate) struct Authenticated {
    /// Who.
    pub(crate) actor: Actor,
    hold: Hold,
    /// The token that was brought, and what is put on record of the first time; `None`: a session, which began with a sign-in.
    token: Option<(blake3::Hash, String)>,
}

/// What a right to ask hangs on, for what stays open longer than a request.
#[derive(Clone, Debug)]
enum Hold {
    /// The demo's token.
    Demo,
    /// A session, and the account that began it.
    Session(blake3::Hash),
    /// A system's account, and the time at which the token that it brought is over.
    System { account: String, until: DateTime<Utc> },
}

/// Why a request is not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// Nobody known asks.
    Unknown,
    /// A browser was made to ask by another site's page.
    CrossSite,
}

impl Authenticator {
    /// The demo's: good on this machine only.
    pub fn demo(tokens: DemoTokens) -> Self {
        Self::by(Way::Demo(tokens))
    }

    /// The real one.
    pub fn new(
        settings: &SignInSettings,
        accounts: Arc<dyn Keep>,
        sessions: Arc<dyn Keep>,
        chance: Chance,
    ) -> Result<Self, SignInError> {
        House::new(settings, accounts, sessions, chance).map(|house| Self::by(Way::House(Box::new(house))))
    }

    fn by(way: Way) -> Self {
        Self { way, refusals: Refusals::default(), came: SeenTokens::default() }
    }

    /// Who asks. A request with a cookie must come from a page of ours and carry its token.
    pub(crate) async fn who(&self, request: &Request, now: DateTime<Utc>) -> Result<Authenticated, Refused> {
        let authorization = request.header(header::AUTHORIZATION);
        let from = (is_local(request), self.address(request));
        match &self.way {
            Way::House(house) if authorization.is_none() => house.by_cookie(request, now),
            Way::Demo(_) | Way::House(_) => self.by_token(authorization, from, now).await.ok_or(Refused::Unknown),
        }
    }

    /// Puts on record that a request was refused which brought something to be known by: a token that is not
    /// believed, a session that is none, or one that another site's page made use of.
    pub(crate) async fn put_on_record(
        &self,
        request: &Request,
        refused: Refused,
        casework: &Casework,
    ) -> Result<(), Refusal> {
        let address = self.address(request);
        match refused {
            Refused::Unknown if request.header(header::AUTHORIZATION).is_some() => {
                self.token_refused(address, casework).await
            }
            Refused::Unknown if !self.brings_a_session(request) => Ok(()),
            Refused::Unknown | Refused::CrossSite => self.cookie_refused(refused, address, casework).await,
        }
    }

    /// The same, of a token that was brought from an address.
    pub(crate) async fn token_refused(&self, address: IpAddr, casework: &Casework) -> Result<(), Refusal> {
        self.refused(self.token(), self.token(), address, casework).await
    }

    /// The same, of a link that leads nowhere.
    pub(crate) async fn link_refused(&self, request: &Request, casework: &Casework) {
        // Whoever follows it is refused all the same.
        let _ = self.refused("link", "link", self.address(request), casework).await;
    }

    /// What a token is called on record.
    const fn token(&self) -> &'static str {
        match &self.way {
            Way::Demo(_) => "demo token",
            Way::House(_) => "system token",
        }
    }

    fn brings_a_session(&self, request: &Request) -> bool {
        matches!(self.way, Way::House(_)) && cookie::find(request, cookie::SESSION).is_some()
    }

    /// Puts on record that somebody was refused who named an account. The first few of a kind from one address within a quarter
    /// of an hour one by one, before it is told; the others as numbers: whenever as many have come as are on record so before the
    /// one is told who makes it so many, and the rest within a minute.
    pub(super) async fn refused(
        &self,
        what: &'static str,
        account: &str,
        address: IpAddr,
        casework: &Casework,
    ) -> Result<(), Refusal> {
        let now = casework.now();
        let _ = self.put_counted(self.refusals.due(now), casework).await;
        match self.refusals.count(what, address, now) {
            Told::Alone => casework.record_sign_in(SignInTrace::Refused { account: account.to_owned() }).await,
            Told::With(counted) => self.put_counted(vec![counted], casework).await,
            Told::Later => Ok(()),
        }
    }

    /// Puts on record how many more refusals there were than those that are on record one by one: those that have waited for a
    /// minute.
    pub(crate) async fn tell_refusals(&self, casework: &Casework) {
        let _ = self.put_counted(self.refusals.due(casework.now()), casework).await;
    }

    /// The same, of all that wait: before the service ends.
    pub(crate) async fn tell_all_refusals(&self, casework: &Casework) {
        let _ = self.put_counted(self.refusals.all(), casework).await;
    }

    /// What could not be put on record is counted on; then the last reason why not is told.
    async fn put_counted(&self, counted: Vec<Counted>, casework: &Casework) -> Result<(), Refusal> {
        let mut put = Ok(());
        // Whoever is left while it is written leaves nothing uncounted.
        let pending: Vec<Pending<'_>> = counted.into_iter().map(|one| self.refusals.pending(one)).collect();
        for pending in pending {
            let counted = pending.counted();
            let (from, until) = counted.span();
            let (what, address, times) = (counted.what.to_owned(), counted.address.to_string(), counted.times());
            let trace = SignInTrace::RefusedMore { what, address, times, from, until };
            match casework.record_sign_in(trace).await {
                Ok(()) => pending.recorded(),
                Err(refusal) => put = Err(refusal),
            }
        }
        put
    }

    /// Where a request comes from.
    pub(crate) fn address(&self, request: &Request) -> IpAddr {
        match &self.way {
            Way::Demo(_) => peer(request),
            Way::House(house) => house.address(request),
        }
    }

    /// Puts on record that somebody has come with a token, the first time that this service sees it: with a token nobody signs
    /// in apart from asking. Whoever is answered before that has come without a trace.
    pub(crate) async fn came_in(&self, known: &Authenticated, casework: &Casework) -> Result<(), Refusal> {
        let Some((token, account)) = &known.token else { return Ok(()) };
        if self.came.has(token) {
            return Ok(());
        }
        casework.record_sign_in(SignInTrace::SignedIn { actor: known.actor, account: account.clone() }).await?;
        self.came.keep(*token);
        Ok(())
    }

    /// Who a bearer token belongs to that comes from this machine or not, and from an address. After many refusals from there a
    /// token that never came before is refused without being looked at.
    pub(crate) async fn by_token(
        &self,
        authorization: Option<&str>,
        (local, address): (bool, IpAddr),
        now: DateTime<Utc>,
    ) -> Option<Authenticated> {
        let token = bearer(authorization).unwrap_or_default();
        match &self.way {
            Way::Demo(tokens) => {
                let token_and_name = Some((super::token::hash(token), "demo token".to_owned()));
                let known = |actor| Authenticated { actor, hold: Hold::Demo, token: token_and_name };
                tokens.actor(token).filter(|_| local).map(known)
            }
            Way::House(house) => {
                let looked_at = self.refusals.looks_at(self.token(), address, now);
                if looked_at || self.came.has(&super::token::hash(token)) {
                    house.by_signed_token(token, now).await
                } else {
                    None
                }
            }
        }
    }

    /// Who a browser's cookie belongs to, for a socket: a script cannot add a header there, so only where it comes from is
    /// looked at. What was refused is put on record when nothing else is brought: `Err(None)`, nothing was.
    pub(crate) fn by_cookie_of_socket(
        &self,
        request: &Request,
        now: DateTime<Utc>,
    ) -> Result<Authenticated, Option<Refused>> {
        let Way::House(house) = &self.way else { return Err(None) };
        match house.session(request, now) {
            Some((known, _)) if cross_site::is_from_here(request, &house.front.origin) => Ok(known),
            Some(_) => Err(Some(Refused::CrossSite)),
            None => Err(self.brings_a_session(request).then_some(Refused::Unknown)),
        }
    }

    /// Puts on record that what a cookie named was refused.
    pub(crate) async fn cookie_refused(
        &self,
        refused: Refused,
        address: IpAddr,
        casework: &Casework,
    ) -> Result<(), Refusal> {
        let what = match refused {
            Refused::Unknown => SESSION,
            Refused::CrossSite => CROSS_SITE,
        };
        self.refused(what, what, address, casework).await
    }

    /// Whether what somebody began still holds: a session that has ended ends what is open under it.
    pub(crate) fn still(&self, known: &Authenticated, now: DateTime<Utc>) -> bool {
        match (&self.way, &known.hold) {
            (Way::Demo(_), Hold::Demo) => true,
            (Way::House(house), Hold::Session(hash)) => {
                house.sessions.still(hash, now).is_some_and(|session| house.holds(&session))
            }
            (Way::House(house), Hold::System { account, until }) => match known.actor {
                Actor::Staff(person) => now < *until && house.accounts.is_open(account, person),
                Actor::Setup => false,
            },
            (Way::Demo(_), _) | (Way::House(_), Hold::Demo) => false,
        }
    }

    /// Random bits; `None` in a demo that writes to nobody.
    pub(crate) fn chance(&self) -> Option<&Chance> {
        match &self.way {
            Way::Demo(demo) => demo.mail.as_ref().map(|(_, chance)| chance),
            Way::House(house) => Some(&house.chance),
        }
    }

    /// The messages that the demo shows; `None`: this is no demo, or it writes to nobody.
    pub(crate) fn demo_mails(&self) -> Option<&DemoMails> {
        match &self.way {
            Way::Demo(demo) => demo.mail.as_ref().map(|(mails, _)| mails),
            Way::House(_) => None,
        }
    }

    /// Whether browsers reach the service over TLS.
    pub(crate) fn is_sealed(&self) -> bool {
        matches!(&self.way, Way::House(house) if house.front.origin.is_sealed())
    }

    /// Whether an `Origin` is a page of ours, for sockets: by the setting, or by the host that was asked.
    pub(crate) fn is_own(&self, origin: Option<&str>, host: Option<&str>) -> bool {
        match &self.way {
            Way::Demo(_) => crate::http::is_own(origin, host),
            Way::House(house) => {
                let front = &house.front.origin;
                origin.is_none_or(|origin| front.is(origin)) && host.is_some_and(|host| front.is_host(host))
            }
        }
    }

    /// Ends the sessions of before that hold no longer, by the settings and accounts of now: before anybody is answered. They are gone
    /// also when what began them is permitted again.
    pub(crate) async fn end_what_is_over(&self, casework: &Casework) {
        if let Way::House(house) = &self.way
            && house.sessions.keep_those(|session| house.holds(session))
        {
            house.flush(casework.now()).await;
        }
    }

    /// Keeps when each session was last used: before the program ends.
    pub async fn close(&self, casework: &Casework) {
        if let Way::House(house) = &self.way {
            house.flush(casework.now()).await;
        }
    }
}

impl House {
    fn new(
        settings: &SignInSettings,
        accounts: Arc<dyn Keep>,
        sessions: Arc<dyn Keep>,
        chance: Chance,
    ) -> Result<Self, SignInError> {
        if settings.provider.is_none() && !settings.local_accounts {
            return Err(SettingsError::NoWay.into());
        }
        let fetch = Fetch::new().map_err(|_| SettingsError::NoWay)?;
        let provider = |held: &_| Provider::new(Clone::clone(held), &settings.origin, fetch.clone(), &chance);
        let integrations = |held: &_| Integrations::new(held, fetch.clone());
        Ok(Self {
            front: Front { origin: settings.origin.clone(), proxies: settings.proxies.clone() },
            accounts: Accounts::open(accounts)?,
            sessions: Arc::new(Sessions::open(sessions, settings.limits, Arc::clone(&chance))),
            throttle: Throttle::default(),
            turns: Turns::of(PASSWORDS),
            provider: settings.provider.as_ref().map(provider).transpose()?,
            local_accounts: settings.local_accounts,
            chance,
            integrations: settings.integrations.as_ref().map(integrations).transpose()?,
        })
    }

    /// Whether the account of a session holds, and who is known by its means may sign in: by a local account while those are
    /// permitted, by a provider while it is the one that is set.
    fn holds(&self, session: &Session) -> bool {
        self.accounts.holds(session, |means| match means {
            Means::Password { .. } => self.local_accounts,
            Means::Provider { issuer, .. } => {
                self.provider.as_ref().is_some_and(|provider| provider.issuer() == issuer)
            }
            Means::System { .. } => false,
        })
    }

    /// The session that a request's cookie names, if it and its account hold, with the cookie's value.
    pub(super) fn session<'a>(&self, request: &'a Request, now: DateTime<Utc>) -> Option<(Authenticated, &'a str)> {
        let name = cookie::find(request, cookie::SESSION)?;
        let (hash, session, stale) = self.sessions.used(name, now)?;
        if !self.holds(&session) {
            return None;
        }
        if stale {
            let sessions = Arc::clone(&self.sessions);
            tokio::task::spawn_blocking(move || warn_unless_kept(sessions.flush(now)));
        }
        Some((Authenticated { actor: Actor::Staff(session.person), hold: Hold::Session(hash), token: None }, name))
    }

    fn by_cookie(&self, request: &Request, now: DateTime<Utc>) -> Result<Authenticated, Refused> {
        let (known, name) = self.session(request, now).ok_or(Refused::Unknown)?;
        let from_here = cross_site::is_from_here(request, &self.front.origin);
        if from_here && cross_site::has_token(request, name) { Ok(known) } else { Err(Refused::CrossSite) }
    }

    async fn by_signed_token(&self, token: &str, now: DateTime<Utc>) -> Option<Authenticated> {
        let (means, until) = match self.integrations.as_ref()?.known_by(token, now).await {
            Ok((means @ Means::System { .. }, until)) => (means, until),
            Ok((Means::Password { .. } | Means::Provider { .. }, _)) => return None,
            Err(error) => {
                tracing::info!(%error, "a system's token is not believed");
                return None;
            }
        };
        let account = self.accounts.known_by(&means).ok().flatten()?;
        let actor = Actor::Staff(account.person().ok()?);
        let came = Some((super::token::hash(token), account.name.clone()));
        Some(Authenticated { actor, hold: Hold::System { account: account.name, until }, token: came })
    }

    /// Where a request comes from: what the nearest trusted proxy says, or else who speaks to us.
    pub(super) fn address(&self, request: &Request) -> IpAddr {
        let mut nearest = peer(request);
        // Some proxies add a line of their own behind those that were sent: the last line is the nearest, whatever stands before.
        let lines = request.headers().get_all("x-forwarded-for").iter().collect::<Vec<_>>();
        let hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for hop in hops {
            // Some proxies name the port too.
            let address = |hop: &str| hop.parse().or_else(|_| hop.parse().map(|hop: SocketAddr| hop.ip()));
            let Ok(hop) = address(hop.trim()) else { break };
            if !self.front.proxies.contains(&nearest) {
                break;
            }
            nearest = hop.to_canonical();
        }
        nearest
    }

    async fn flush(&self, now: DateTime<Utc>) {
        let sessions = Arc::clone(&self.sessions);
        let flushed = tokio::task::spawn_blocking(move || warn_unless_kept(sessions.flush(now)));
        if flushed.await.is_err() {
            tracing::warn!("the sessions were not kept");
        }
    }
}

/// Who speaks to us.
fn peer(request: &Request) -> IpAddr {
    let RemoteAddr(peer) = request.remote_addr();
    let Addr::SocketAddr(peer) = peer else { return IpAddr::from([0, 0, 0, 0]) };
    peer.ip().to_canonical()
}

fn warn_unless_kept(kept: Result<(), KeepError>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "when each session was last used was not kept");
    }
}
