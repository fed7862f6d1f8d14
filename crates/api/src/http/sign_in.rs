//! Who asks. Until real sign-in comes: bearer tokens of the demo, which are good on this machine only.

use std::net::IpAddr;

use domain::actor::Actor;
use poem::web::RemoteAddr;
use poem::{Addr, Request};

use super::origin::host_name;

/// Tells who a bearer token belongs to.
pub trait SignIn: Send + Sync + 'static {
    /// The person with this token. Takes the same time whether there is one or not.
    fn actor(&self, bearer: &str) -> Option<Actor>;
}

/// The demo's tokens: only their hashes are kept.
pub struct DemoTokens(Vec<(blake3::Hash, Actor)>);

impl DemoTokens {
    /// These tokens and whom they belong to.
    pub fn new<'a>(tokens: impl IntoIterator<Item = (&'a str, Actor)>) -> Self {
        Self(tokens.into_iter().map(|(token, actor)| (blake3::hash(token.as_bytes()), actor)).collect())
    }
}

impl SignIn for DemoTokens {
    fn actor(&self, bearer: &str) -> Option<Actor> {
        let hash = blake3::hash(bearer.as_bytes());
        // Hashes compare in constant time, and all are looked at.
        self.0.iter().fold(None, |found, (known, actor)| if *known == hash { Some(*actor) } else { found })
    }
}

/// Whether the request came from this machine and was meant for it: a demo token is good for nothing else.
pub(super) fn is_local(request: &Request) -> bool {
    let RemoteAddr(peer) = request.remote_addr();
    let from_here = matches!(peer, Addr::SocketAddr(address) if address.ip().to_canonical().is_loopback());
    from_here && host(request).is_some_and(is_loopback_name)
}

/// The host that the request was meant for, with its port.
pub(super) fn host(request: &Request) -> Option<&str> {
    request.header("host").or_else(|| request.uri().authority().map(poem::http::uri::Authority::as_str))
}

fn is_loopback_name(host: &str) -> bool {
    let name = host_name(host);
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The token in an `Authorization` value.
pub(super) fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
