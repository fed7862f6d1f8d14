//! Hosts and origins.

/// A host without its port, and without the brackets of an IPv6 address.
pub(super) fn host_name(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Whether an `Origin`, where there is one, is the host that was asked: another site's page may not speak here.
pub(crate) fn is_own(origin: Option<&str>, host: Option<&str>) -> bool {
    match (origin, host) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, origin_host)| origin_host.eq_ignore_ascii_case(host))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{host_name, is_own};

    #[test]
    fn a_host_is_told_from_its_port() {
        for (host, name) in [("localhost:80", "localhost"), ("[::1]:80", "::1"), ("[::1]", "::1"), ("a.se", "a.se")] {
            assert_eq!(host_name(host), name);
        }
    }

    #[test]
    fn only_a_page_of_this_host_may_speak() {
        assert!(is_own(None, Some("a:1")));
        assert!(is_own(Some("http://a:1"), Some("a:1")));
        for foreign in ["http://b:1", "http://a:2", "null", "http://a:1.evil", ""] {
            assert!(!is_own(Some(foreign), Some("a:1")), "{foreign}");
        }
    }
}
