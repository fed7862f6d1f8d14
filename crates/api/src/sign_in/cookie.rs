//! Cookies: only with the `__Host-` prefix, so that no other host and no unsealed connection can set or read them.

use poem::Request;
use poem::http::header;

/// The session's cookie.
pub(super) const SESSION: &str = "__Host-mentorlog";
/// What a sign-in under way follows from: it ties it to the browser that began it, and says when that was.
pub(super) const BEGUN: &str = "__Host-mentorlog-sign-in";

/// The value of a cookie that came with a request; `None` also when it came twice. Over HTTP/2 the cookies may come in as many fields
/// as there are (RFC 9113, 8.2.3).
pub(super) fn find<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let fields = request.headers().get_all(header::COOKIE).into_iter().filter_map(|field| field.to_str().ok());
    let pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(held, _)| *held == name);
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
        let found = |fields: &[&str]| {
            let request =
                fields.iter().fold(Request::builder(), |request, field| request.header(header::COOKIE, *field));
            find(&request.finish(), SESSION).map(str::to_owned)
        };
        assert_eq!(found(&["a=1; __Host-mentorlog=abc"]).as_deref(), Some("abc"));
        assert_eq!(found(&["a=1", "__Host-mentorlog=abc"]).as_deref(), Some("abc"), "in fields of their own");
        assert_eq!(found(&["__Host-mentorlog-sign-in=x"]), None);
        assert_eq!(found(&["__Host-mentorlog=a; __Host-mentorlog=b"]), None);
        assert_eq!(found(&["__Host-mentorlog=a", "__Host-mentorlog=b"]), None);
        assert_eq!(found(&[]), None);
    }
}
