//! Where a request comes from, whom it was meant for, and the token that it brings.

use std::net::IpAddr;

use poem::web::RemoteAddr;
use poem::{Addr, Request};

use super::origin::host_name;

/// Whether the request came from this machine and was meant for it: a demo token is good for nothing else.
pub(crate) fn is_local(request: &Request) -> bool {
    let RemoteAddr(peer) = request.remote_addr();
    let from_here = matches!(peer, Addr::SocketAddr(address) if address.ip().to_canonical().is_loopback());
    from_here && host(request).is_some_and(is_loopback_name)
}

/// The host that the request was meant for, with its port.
pub(super) fn host(request: &Request) -> Option<&str> {
    request.header("host").or_else(|| request.uri().authority().map(poem::http::uri::Authority::as_str))
}

/// What says who asks, from where, and whom. One field of each is what a browser and a program send; of two, whoever stands between
/// may have believed the other.
const SAID_ONCE: [&str; 6] = ["host", "origin", "sec-fetch-site", "authorization", "x-csrf-token", "content-length"];

/// Whether the request says one of these things twice.
pub(super) fn contradicts_itself(request: &Request) -> bool {
    SAID_ONCE.iter().any(|name| request.headers().get_all(*name).iter().nth(1).is_some())
}

fn is_loopback_name(host: &str) -> bool {
    let name = host_name(host);
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The token in an `Authorization` value.
pub(crate) fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
