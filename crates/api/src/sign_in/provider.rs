//! Signing in at the authority's provider: OpenID Connect Core 1.0, authorization code flow, with PKCE (RFC 7636, S256),
//! state, nonce and the issuer's name in the answer (RFC 9207).
//!
//! Of a sign-in under way nothing is kept here, so that nobody can fill what is kept: state, nonce and verifier follow, under a key
//! that only we have, from what the browser keeps in a cookie.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde::Deserialize;

use super::accounts::Means;
use super::fetch::{Fetch, FetchError};
use super::settings::{Origin, ProviderSettings, SettingsError};
use super::throttle::Throttle;
use super::token::{Chance, Secret, same};
use super::turns::{EXCHANGES, Turns};
use super::verifier::{Claims, NotBelieved, Verifier, endpoint};

/// How long a person may take at the provider.
const TIME_TO_RETURN: TimeDelta = TimeDelta::minutes(10);
/// The path that the provider sends people back to.
pub(super) const RETURN: &str = "/sign-in/return";

/// The provider.
pub(super) struct Provider {
    settings: ProviderSettings,
    back: String,
    after_sign_out: String,
    verifier: Verifier,
    fetch: Fetch,
    /// What sign-ins under way follow from; `None`: the system gave no random bits at the start. Another one after a restart.
    key: Option<[u8; 32]>,
    exchanges: Turns,
    /// States that people came back with, and when: each is good once.
    used: Mutex<HashMap<blake3::Hash, DateTime<Utc>>>,
}

/// A sign-in under way: what follows from the browser's cookie.
struct Begun {
    state: String,
    nonce: String,
    verifier: String,
}

/// Where a person is sent, and what their browser keeps meanwhile.
pub(super) struct Sent {
    pub(super) to: Url,
    pub(super) browser: String,
}

/// What came back with the person.
#[derive(Default)]
pub(super) struct Returned {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) error: Option<String>,
}

/// Why a sign-in came to nothing. Told to operators; the person reads that it did not work.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotSignedIn {
    /// The system gives no random bits.
    #[error("the system gives no random bytes")]
    NoChance,
    /// Nothing was begun with that state, by that browser, within ten minutes, since the start; or it has been used.
    #[error("no sign-in is under way with that state")]
    NotBegun,
    /// Too many codes have come from there that let nobody in.
    #[error("too many codes have come from there that let nobody in")]
    TooOften,
    /// The provider says no.
    #[error("the provider refused")]
    Refused,
    /// What the provider said is not believed.
    #[error(transparent)]
    NotBelieved(#[from] NotBelieved),
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

impl Provider {
    /// Who it is.
    pub(super) fn issuer(&self) -> &str {
        self.verifier.issuer()
    }

    pub(super) fn new(
        settings: ProviderSettings,
        origin: &Origin,
        fetch: Fetch,
        chance: &Chance,
    ) -> Result<Self, SettingsError> {
        for (setting, empty) in [
            ("client_id", settings.client_id.is_empty()),
            ("client_secret", settings.client_secret.is_empty()),
            ("acr", settings.acr.is_empty()),
        ] {
            if empty {
                return Err(SettingsError::Empty(setting));
            }
        }
        let verifier = Verifier::new(&settings.issuer, &settings.client_id, &settings.algorithms, fetch.clone())?;
        let (back, after_sign_out) = (origin.with(RETURN), origin.with("/sign-in"));
        Ok(Self {
            settings,
            back,
            after_sign_out,
            verifier,
            fetch,
            key: chance(),
            exchanges: Turns::of(EXCHANGES),
            used: Mutex::default(),
        })
    }

    /// What people read on the button.
    pub(super) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Begins a sign-in.
    pub(super) async fn begin(&self, chance: &Chance, now: DateTime<Utc>) -> Result<Sent, NotSignedIn> {
        let discovery = self.verifier.discovery(now).await?;
        let mut to = endpoint(discovery.authorization_endpoint.as_ref(), "authorization_endpoint")?;
        let secret = Secret::fresh(chance).ok_or(NotSignedIn::NoChance)?;
        let browser = format!("{}.{}", now.timestamp(), secret.show());
        let Begun { state, nonce, verifier } = self.follows_from(&browser).ok_or(NotSignedIn::NoChance)?;
        to.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.back)
            .append_pair("scope", "openid")
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("acr_values", &self.settings.acr.join(" "));
        Ok(Sent { to, browser })
    }

    /// Ends a sign-in: by which means the person is known. Each state is good once, whatever comes of it: what is sent again does not
    /// have us ask the provider again.
    pub(super) async fn finish(
        &self,
        returned: &Returned,
        browser: Option<&str>,
        (address, throttle, now): (IpAddr, &Throttle, DateTime<Utc>),
    ) -> Result<Means, NotSignedIn> {
        let begun = self.begun(returned.state.as_deref(), browser, now).ok_or(NotSignedIn::NotBegun)?;
        if !self.use_up(&begun, now) {
            return Err(NotSignedIn::NotBegun);
        }
        if !throttle.may_ask(address, now) {
            return Err(NotSignedIn::TooOften);
        }
        let _turn = self.exchanges.wait(address).await;
        let discovery = self.verifier.discovery(now).await?;
        let named = match &returned.issuer {
            Some(issuer) => issuer == self.verifier.issuer(),
            None => !discovery.authorization_response_iss_parameter_supported,
        };
        if !named {
            return Err(NotBelieved::Claim("iss").into());
        }
        let Some(code) = returned.code.as_deref().filter(|_| returned.error.is_none()) else {
            return Err(NotSignedIn::Refused);
        };
        let token = endpoint(discovery.token_endpoint.as_ref(), "token_endpoint")?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.back),
            ("code_verifier", &begun.verifier),
        ];
        let us = (self.settings.client_id.as_str(), self.settings.client_secret.as_str());
        let exchanged: Exchanged = match self.fetch.posted(token, us, &form).await {
            // RFC 6749, 5.2: the code is over, was used, or is another's. What is wrong with us it says otherwise.
            Err(FetchError::Status(400)) => return Err(NotSignedIn::Refused),
            exchanged => exchanged.map_err(NotBelieved::from)?,
        };
        let claims = self.verifier.believed(&exchanged.id_token, now).await?;
        self.check(&claims, &begun)?;
        throttle.was_let_in(address);
        Ok(Means::Provider { issuer: self.verifier.issuer().to_owned(), subject: claims.sub })
    }

    /// Where a person who signed out here can sign out there too.
    pub(super) async fn sign_out(&self, now: DateTime<Utc>) -> Option<Url> {
        let discovery = self.verifier.discovery(now).await.ok()?;
        let mut to = endpoint(discovery.end_session_endpoint.as_ref(), "end_session_endpoint").ok()?;
        to.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", &self.after_sign_out);
        Some(to)
    }

    /// What belongs to a browser's cookie. Only who has the key can tell it.
    fn follows_from(&self, browser: &str) -> Option<Begun> {
        let key = self.key?;
        let secret =
            |purpose: &str| blake3::keyed_hash(&key, format!("{purpose} {browser}").as_bytes()).to_hex().to_string();
        Some(Begun { state: secret("state"), nonce: secret("nonce"), verifier: secret("verifier") })
    }

    /// The sign-in that was begun with this state by this browser, not too long ago.
    fn begun(&self, state: Option<&str>, browser: Option<&str>, now: DateTime<Utc>) -> Option<Begun> {
        let browser = browser?;
        let begun = self.follows_from(browser).filter(|begun| same(&begun.state, state.unwrap_or_default()))?;
        // The state vouches for the time that the cookie tells.
        let at = DateTime::from_timestamp_secs(browser.split_once('.')?.0.parse().ok()?)?;
        (now - at < TIME_TO_RETURN && !self.used().contains_key(&super::token::hash(&begun.state))).then_some(begun)
    }

    /// Uses the state up; `false`: somebody was faster.
    fn use_up(&self, begun: &Begun, now: DateTime<Utc>) -> bool {
        let mut used = self.used();
        used.retain(|_, at| now - *at < TIME_TO_RETURN);
        used.insert(super::token::hash(&begun.state), now).is_none()
    }

    fn used(&self) -> MutexGuard<'_, HashMap<blake3::Hash, DateTime<Utc>>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self, claims: &Claims, begun: &Begun) -> Result<(), NotBelieved> {
        if !claims.nonce.as_deref().is_some_and(|nonce| same(nonce, &begun.nonce)) {
            return Err(NotBelieved::Claim("nonce"));
        }
        let ours = |azp: &String| *azp == self.settings.client_id;
        if claims.has_other_audiences() && claims.azp.is_none() || !claims.azp.as_ref().is_none_or(ours) {
            return Err(NotBelieved::Claim("azp"));
        }
        if !claims.acr.as_ref().is_some_and(|acr| self.settings.acr.contains(acr)) {
            return Err(NotBelieved::Claim("acr"));
        }
        Ok(())
    }
}

/// RFC 7636, 4.2: S256.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}
