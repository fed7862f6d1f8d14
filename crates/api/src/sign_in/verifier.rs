//! Tokens that an issuer has signed (JWT): its keys, found by discovery and fetched again when they change, and what every
//! such token must say.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Url;
use serde::Deserialize;

use super::fetch::{Fetch, FetchError};
use super::settings::{SettingsError, address};

/// How long keys are believed without asking again.
const KEYS_HOLD: TimeDelta = TimeDelta::hours(1);
/// How long after a fetch was begun, whatever came of it, none is begun again: a flood of tokens is no flood of fetches.
const FETCH_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// How far the issuer's clock may be from ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// What an issuer says of itself (OpenID Connect Discovery 1.0, 3).
#[derive(Deserialize, Clone)]
pub(super) struct Discovery {
    issuer: String,
    pub(super) authorization_endpoint: Option<String>,
    pub(super) token_endpoint: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
    jwks_uri: String,
    /// RFC 9207: whether its answers name it.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// What every token says.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    aud: serde_json::Value,
    pub(super) azp: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) acr: Option<String>,
}

impl Claims {
    /// From when on the token is not believed any more.
    pub(super) fn ends(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_secs(self.exp.saturating_add(SKEW.num_seconds()))
    }

    /// Whether the token is good for longer than this, from when it was issued until it ends.
    pub(super) fn lasts_longer_than(&self, longest: TimeDelta) -> bool {
        self.exp.saturating_sub(self.iat) > longest.num_seconds()
    }

    /// Whether the token is for several: then it must say for whom it was issued.
    pub(super) fn has_other_audiences(&self) -> bool {
        self.aud.as_array().is_some_and(|several| several.len() > 1)
    }
}

/// Why a token is not believed. Told to operators, never to whoever brought the token.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum NotBelieved {
    /// The issuer could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The issuer says of itself that it is another.
    #[error("the provider's own description names another issuer")]
    OtherIssuer,
    /// An address that may not be gone to.
    #[error(transparent)]
    Address(#[from] SettingsError),
    /// No key of the issuer's made the signature, or the algorithm is not permitted.
    #[error("the token's signature, issuer or audience is wrong")]
    Token,
    /// Its time is over, or has not come.
    #[error("the token is not valid at this time")]
    Time,
    /// It would be good for longer than is permitted: whoever got hold of it could use it for so long.
    #[error("the token is good for longer than is permitted")]
    Lasts,
    /// It says too little, or something else than asked for: which claim.
    #[error("the token's claim `{0}` is missing or wrong")]
    Claim(&'static str),
}

/// Believes what one issuer has signed for one audience.
pub(super) struct Verifier {
    audience: String,
    algorithms: Vec<Algorithm>,
    source: Arc<Source>,
}

/// What is known of an issuer, and how it is found out. What is known is told without waiting for what is being fetched.
struct Source {
    issuer: String,
    fetch: Fetch,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    known: Option<Arc<Known>>,
    /// When the last fetch was begun, whether or not anything came of it.
    tried: Option<DateTime<Utc>>,
    under_way: Option<Renewing>,
}

/// A fetch under way. Whoever needs what it brings waits for the same one.
type Renewing = Shared<BoxFuture<'static, Result<Arc<Known>, NotBelieved>>>;

struct Known {
    discovery: Discovery,
    keys: JwkSet,
    fetched: DateTime<Utc>,
}

impl Verifier {
    /// Refuses algorithms without a public key: whoever can check such a signature can also make it.
    pub(super) fn new(
        issuer: &str,
        audience: &str,
        algorithms: &[String],
        fetch: Fetch,
    ) -> Result<Self, SettingsError> {
        address(issuer, "issuer")?;
        if audience.is_empty() {
            return Err(SettingsError::Empty("audience"));
        }
        let algorithms = algorithms.iter().map(|name| permitted(name)).collect::<Result<Vec<_>, _>>()?;
        if algorithms.is_empty() {
            return Err(SettingsError::Empty("algorithms"));
        }
        let source = Arc::new(Source { issuer: issuer.to_owned(), fetch, kept: Mutex::default() });
        Ok(Self { audience: audience.to_owned(), algorithms, source })
    }

    /// The issuer that it believes.
    pub(super) fn issuer(&self) -> &str {
        &self.source.issuer
    }

    /// What the issuer says of itself.
    pub(super) async fn discovery(&self, now: DateTime<Utc>) -> Result<Discovery, NotBelieved> {
        if let Some(known) = self.source.known(now) {
            return Ok(known.discovery.clone());
        }
        let renewing = self.source.renewing(now).ok_or(FetchError::NotAgain)?;
        Ok(renewing.await?.discovery.clone())
    }

    /// What the token says, if the issuer signed it for us and it is valid now.
    pub(super) async fn believed(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, NotBelieved> {
        if token.len() > MAX_TOKEN {
            return Err(NotBelieved::Token);
        }
        let header = decode_header(token).map_err(|_| NotBelieved::Token)?;
        if !self.algorithms.contains(&header.alg) || header.crit.is_some() {
            return Err(NotBelieved::Token);
        }
        let key = self.key(header.kid.as_deref(), header.alg, now).await?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[self.issuer()]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // The times are compared below, with the service's own clock.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, &key, &validation).map_err(|_| NotBelieved::Token)?.claims;
        let (seconds, skew) = (now.timestamp(), SKEW.num_seconds());
        let early = |at: i64| at > seconds.saturating_add(skew);
        if claims.exp.saturating_add(skew) <= seconds || early(claims.iat) || claims.nbf.is_some_and(early) {
            return Err(NotBelieved::Time);
        }
        Ok(claims)
    }

    /// The key that made the signature; keys are fetched again when this one is not among them. Only who needs others waits.
    async fn key(&self, id: Option<&str>, with: Algorithm, now: DateTime<Utc>) -> Result<DecodingKey, NotBelieved> {
        let known = self.source.known(now);
        if let Some(key) = known.as_ref().and_then(|known| key_in(&known.keys, id, with)) {
            return Ok(key);
        }
        let Some(renewing) = self.source.renewing(now) else {
            return Err(known.map_or(FetchError::NotAgain.into(), |_| NotBelieved::Token));
        };
        key_in(&renewing.await?.keys, id, with).ok_or(NotBelieved::Token)
    }
}

impl Source {
    /// What is known and believed without asking again.
    fn known(&self, now: DateTime<Utc>) -> Option<Arc<Known>> {
        self.kept().known.clone().filter(|known| now - known.fetched < KEYS_HOLD)
    }

    /// The fetch under way, or one that begins now; `None`: one was begun a moment ago.
    fn renewing(self: &Arc<Self>, now: DateTime<Utc>) -> Option<Renewing> {
        let mut kept = self.kept();
        // One that is over and still stands there has panicked.
        if let Some(under_way) = kept.under_way.clone().filter(|under_way| under_way.peek().is_none()) {
            return Some(under_way);
        }
        if kept.tried.is_some_and(|tried| now - tried < FETCH_AGAIN) {
            return None;
        }
        kept.tried = Some(now);
        // A task of its own: whoever asked first may leave, and what the others wait for comes all the same.
        let fetching = tokio::spawn(Arc::clone(self).renew(now));
        let renewing = async move { fetching.await.unwrap_or(Err(FetchError::Unreachable.into())) }.boxed().shared();
        kept.under_way = Some(renewing.clone());
        Some(renewing)
    }

    async fn renew(self: Arc<Self>, now: DateTime<Utc>) -> Result<Arc<Known>, NotBelieved> {
        let fetched = self.fetched(now).await.map(Arc::new);
        let mut kept = self.kept();
        kept.under_way = None;
        if let Ok(known) = &fetched {
            kept.known = Some(Arc::clone(known));
        }
        fetched
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetched(&self, now: DateTime<Utc>) -> Result<Known, NotBelieved> {
        let described = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let discovery: Discovery = self.fetch.json(address(&described, "issuer")?).await?;
        if discovery.issuer != self.issuer {
            return Err(NotBelieved::OtherIssuer);
        }
        let keys = self.fetch.json(address(&discovery.jwks_uri, "jwks_uri")?).await?;
        Ok(Known { discovery, keys, fetched: now })
    }
}

/// An endpoint that the issuer names.
pub(super) fn endpoint(named: Option<&String>, what: &'static str) -> Result<Url, NotBelieved> {
    Ok(address(named.ok_or(NotBelieved::Claim(what))?, what)?)
}

fn permitted(name: &str) -> Result<Algorithm, SettingsError> {
    let refused = || SettingsError::Algorithm(name.to_owned());
    let algorithm: Algorithm = name.parse().map_err(|_| refused())?;
    let symmetric = matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512);
    if symmetric { Err(refused()) } else { Ok(algorithm) }
}

/// The key for signatures with this id. Without an id only where the issuer has a single key.
fn key_in(keys: &JwkSet, id: Option<&str>, with: Algorithm) -> Option<DecodingKey> {
    let key = match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id)?,
        (None, [only]) => only,
        (None, _) => return None,
    };
    may_sign(key, with).then(|| DecodingKey::from_jwk(key).ok()).flatten()
}

fn may_sign(key: &Jwk, with: Algorithm) -> bool {
    let for_signing = key.common.public_key_use.as_ref().is_none_or(|held| *held == PublicKeyUse::Signature);
    for_signing && key.common.key_algorithm.is_none_or(|held| held.to_string() == format!("{with:?}"))
}
