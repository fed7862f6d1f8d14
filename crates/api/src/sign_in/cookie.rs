//! Cookies: only with the `__Host-` prefix, so that no other host and no unsealed connection can set or read them.

/// The session's cookie.
pub(super) const SESSION: &str = "__Host-mentorlog";
/// What a sign-in under way follows from: it ties it to the browser that began it, and says when that was.
pub(super) const BEGUN: &str = "__Host-mentorlog-sign-in";

/// The value of a cookie in a `Cookie` header; `None` also when it stands there twice.
pub(super) fn find<'a>(header: Option<&'a str>, name: &str) -> Option<&'a str> {
    let mut found = header?.split(';').filter_map(|pair| pair.trim().split_once('=')).filter(|(held, _)| *held == name);
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

/// A `Set-Cookie` value: for this host only, never for a script, never over an unsealed connection, not sent along with
/// requests that another site's page makes, except when a person follows a link.
pub(super) fn set(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// A `Set-Cookie` value that takes a cookie away.
pub(super) fn clear(name: &str) -> String {
    format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_only_when_it_stands_there_once() {
        assert_eq!(find(Some("a=1; __Host-mentorlog=abc"), SESSION), Some("abc"));
        assert_eq!(find(Some("__Host-mentorlog-sign-in=x"), SESSION), None);
        assert_eq!(find(Some("__Host-mentorlog=a; __Host-mentorlog=b"), SESSION), None);
        assert_eq!(find(None, SESSION), None);
    }
}
