//! What the operator sets for sign-in, checked before anything starts.

use std::net::IpAddr;

use chrono::TimeDelta;
use reqwest::Url;

/// The address that people's browsers know the service by: scheme, host and port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    text: String,
    host: String,
    sealed: bool,
}

impl Origin {
    /// Reads it. Only `https`, except on this machine.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let url = address(text, "origin")?;
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !plain {
            return Err(SettingsError::Address("origin"));
        }
        let origin = url.origin().ascii_serialization();
        let host = origin.split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default();
        Ok(Self { text: origin, host, sealed: url.scheme() == "https" })
    }

    /// Whether an `Origin` header names it.
    pub(crate) fn is(&self, header: &str) -> bool {
        self.text.eq_ignore_ascii_case(header)
    }

    /// Whether a `Host` header names it.
    pub(crate) fn is_host(&self, header: &str) -> bool {
        self.host.eq_ignore_ascii_case(header)
    }

    /// Whether browsers reach it over TLS, which the proxy before us ends.
    pub(crate) const fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// The whole address of a path of ours.
    pub(super) fn with(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

/// How the service stands to the network.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    /// What browsers call it.
    pub(crate) origin: Origin,
    /// Proxies whose word on where a request comes from is believed.
    pub(crate) proxies: Vec<IpAddr>,
}

/// What is wrong with the settings: one sentence, and which setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No address, or one that may not be used.
    #[error("`{0}` must be an https address without a name or password in it (http only on this machine)")]
    Address(&'static str),
    /// Empty.
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    /// An algorithm that may not be used.
    #[error(
        "`{0}` is no algorithm for signatures that may be used: take ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384 or RS512"
    )]
    Algorithm(String),
    /// Limits of sessions that are no limits.
    #[error("a session's limits are 1 minute to 24 hours, and the idle one is not above the absolute one")]
    Limits,
    /// Tokens that would be good for ever, or never.
    #[error("a system's token is good for 1 minute to 24 hours at most (`longest_minutes`)")]
    Longest,
    /// Nobody could sign in.
    #[error("nobody could sign in: set a provider, or allow local accounts")]
    NoWay,
}

/// An address that the service itself goes to: `https`, or this machine.
pub(super) fn address(text: &str, setting: &'static str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).map_err(|_| SettingsError::Address(setting))?;
    let here = match url.host() {
        Some(host) => is_loopback(&host.to_string()),
        None => return Err(SettingsError::Address(setting)),
    };
    let scheme = url.scheme() == "https" || url.scheme() == "http" && here;
    if scheme && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err(SettingsError::Address(setting))
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// How long a session holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionLimits {
    /// Since it was last used.
    pub idle: TimeDelta,
    /// Since it began.
    pub absolute: TimeDelta,
}

impl SessionLimits {
    /// In minutes.
    pub fn minutes(idle: u32, absolute: u32) -> Result<Self, SettingsError> {
        let permitted = 1..=24 * 60;
        if !permitted.contains(&idle) || !permitted.contains(&absolute) || idle > absolute {
            return Err(SettingsError::Limits);
        }
        Ok(Self { idle: TimeDelta::minutes(idle.into()), absolute: TimeDelta::minutes(absolute.into()) })
    }
}

/// The authority's provider (OpenID Connect), where staff sign in.
#[derive(Clone)]
pub struct ProviderSettings {
    /// What people read on the button.
    pub name: String,
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: zeroize::Zeroizing<String>,
    /// Levels of assurance that are enough (`acr`): staff must have been known by one of them.
    pub acr: Vec<String>,
    /// Algorithms that its signatures may have.
    pub algorithms: Vec<String>,
}

/// Who signs tokens for systems.
#[derive(Clone)]
pub struct IntegrationSettings {
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// What its tokens for us name as their audience.
    pub audience: String,
    /// Algorithms that its signatures may have.
    pub algorithms: Vec<String>,
    /// The longest that one of its tokens may be good for: from when it was issued until it ends.
    pub longest: TimeDelta,
}

impl IntegrationSettings {
    /// How long a token may be good for, in minutes.
    pub fn longest_minutes(minutes: u32) -> Result<TimeDelta, SettingsError> {
        if (1..=24 * 60).contains(&minutes) {
            Ok(TimeDelta::minutes(minutes.into()))
        } else {
            Err(SettingsError::Longest)
        }
    }
}

/// Everything about sign-in.
#[derive(Clone)]
pub struct SignInSettings {
    /// What browsers call the service.
    pub origin: Origin,
    /// Proxies whose word on where a request comes from is believed.
    pub proxies: Vec<IpAddr>,
    /// How long a session holds.
    pub limits: SessionLimits,
    /// Whether local accounts may sign in.
    pub local_accounts: bool,
    /// Where staff sign in.
    pub provider: Option<ProviderSettings>,
    /// Who signs tokens for systems.
    pub integrations: Option<IntegrationSettings>,
}
