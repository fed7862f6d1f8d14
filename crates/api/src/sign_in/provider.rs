//! Signing in at the authority's provider: OpenID Connect Core 1.0, authorization code flow, with PKCE (RFC 7636, S256),
//! state, nonce and the issuer's name in the answer (RFC 9207).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde::Deserialize;

use super::accounts::Means;
use super::fetch::Fetch;
use super::settings::{Origin, ProviderSettings, SettingsError};
use super::token::{Chance, Secret, same};
use super::verifier::{Claims, NotBelieved, Verifier, endpoint};

/// How long a person may take at the provider.
const TIME_TO_RETURN: TimeDelta = TimeDelta::minutes(10);
/// Most sign-ins under way.
const MOST: usize = 10_000;
/// The path that the provider sends people back to.
pub(super) const RETURN: &str = "/sign-in/return";

/// The provider, and the sign-ins under way.
pub(super) struct Provider {
    settings: ProviderSettings,
    back: String,
    after_sign_out: String,
    verifier: Verifier,
    fetch: Fetch,
    begun: Mutex<HashMap<blake3::Hash, Begun>>,
}

/// A sign-in under way, by its state.
struct Begun {
    /// Of what the browser was given.
    browser: blake3::Hash,
    nonce: Secret,
    verifier: Secret,
    at: DateTime<Utc>,
}

/// Where a person is sent, and what their browser keeps meanwhile.
pub(super) struct Sent {
    pub(super) to: Url,
    pub(super) browser: Secret,
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
    /// Too many at once.
    #[error("too many sign-ins are under way")]
    TooMany,
    /// Nothing was begun with that state, by that browser, within ten minutes; or it has been used.
    #[error("no sign-in is under way with that state")]
    NotBegun,
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
    pub(super) fn new(settings: ProviderSettings, origin: &Origin, fetch: Fetch) -> Result<Self, SettingsError> {
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
        Ok(Self { settings, back, after_sign_out, verifier, fetch, begun: Mutex::default() })
    }

    /// What people read on the button.
    pub(super) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Begins a sign-in.
    pub(super) async fn begin(&self, chance: &Chance, now: DateTime<Utc>) -> Result<Sent, NotSignedIn> {
        let discovery = self.verifier.discovery(now).await?;
        let mut to = endpoint(discovery.authorization_endpoint.as_ref(), "authorization_endpoint")?;
        let fresh = || Secret::fresh(chance).ok_or(NotSignedIn::NoChance);
        let (browser, state, nonce, verifier) = (fresh()?, fresh()?, fresh()?, fresh()?);
        to.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.back)
            .append_pair("scope", "openid")
            .append_pair("state", state.show())
            .append_pair("nonce", nonce.show())
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("acr_values", &self.settings.acr.join(" "));
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.len() >= MOST {
            begun.retain(|_, begun| now - begun.at < TIME_TO_RETURN);
        }
        if begun.len() >= MOST {
            return Err(NotSignedIn::TooMany);
        }
        begun.insert(state.hash(), Begun { browser: browser.hash(), nonce, verifier, at: now });
        Ok(Sent { to, browser })
    }

    /// Ends a sign-in: by which means the person is known. Each state is good for one return.
    pub(super) async fn finish(
        &self,
        returned: &Returned,
        browser: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Means, NotSignedIn> {
        let begun = self.taken(returned.state.as_deref(), browser, now).ok_or(NotSignedIn::NotBegun)?;
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
            ("code_verifier", begun.verifier.show()),
        ];
        let us = (self.settings.client_id.as_str(), self.settings.client_secret.as_str());
        let exchanged: Exchanged = self.fetch.posted(token, us, &form).await.map_err(NotBelieved::from)?;
        let claims = self.verifier.believed(&exchanged.id_token, now).await?;
        self.check(&claims, &begun)?;
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

    fn taken(&self, state: Option<&str>, browser: Option<&str>, now: DateTime<Utc>) -> Option<Begun> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = begun.remove(&super::token::hash(state?))?;
        let same_browser = begun.browser == super::token::hash(browser?);
        (same_browser && now - begun.at < TIME_TO_RETURN).then_some(begun)
    }

    fn check(&self, claims: &Claims, begun: &Begun) -> Result<(), NotBelieved> {
        if !claims.nonce.as_deref().is_some_and(|nonce| same(nonce, begun.nonce.show())) {
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
fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.show().as_bytes()))
}
