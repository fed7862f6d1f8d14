//! Media types: what is taken, and what is given.

/// The form of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// `application/graphql-response+json`: the status tells how it went.
    GraphqlResponse,
    /// `application/json`, for older clients: a well-formed request is answered with 200.
    Json,
}

impl Form {
    /// The value of `Content-Type`.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The form that an `Accept` header wants most; `None`: none that can be given.
    pub(super) fn wanted(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept else { return Some(Self::GraphqlResponse) };
        let weight = |form| weight_of(accept, form);
        let (response, json) = (weight("application/graphql-response+json"), weight("application/json"));
        if response <= 0.0 && json <= 0.0 {
            None
        } else if response >= json {
            Some(Self::GraphqlResponse)
        } else {
            Some(Self::Json)
        }
    }
}

/// How much an `Accept` header wants a media type, by the range that says most about it; 0: not at all.
fn weight_of(accept: &str, media_type: &str) -> f32 {
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let precision = match name {
            "*/*" => 1,
            "application/*" => 2,
            _ if name.eq_ignore_ascii_case(media_type) => 3,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if precision > best.0 {
            best = (precision, weight);
        }
    }
    best.1
}

/// Whether a body of this type is taken: JSON in UTF-8, and nothing that a form could send.
pub(super) fn is_taken(content_type: Option<&str>) -> bool {
    let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    json && parts.all(|part| match part.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::{Form, is_taken};

    #[test]
    fn the_form_that_is_wanted_most_is_given() {
        for accept in [None, Some("*/*"), Some("application/*"), Some("application/graphql-response+json, */*;q=0.1")] {
            assert_eq!(Form::wanted(accept), Some(Form::GraphqlResponse), "{accept:?}");
        }
        for accept in ["application/json", "application/json, */*;q=0.5", "text/html, application/json;q=0.1"] {
            assert_eq!(Form::wanted(Some(accept)), Some(Form::Json), "{accept}");
        }
        for accept in ["text/html", "application/json;q=0", ""] {
            assert_eq!(Form::wanted(Some(accept)), None, "{accept}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_taken() {
        for taken in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(is_taken(Some(taken)), "{taken}");
        }
        for refused in [
            None,
            Some(""),
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=x"),
            Some("application/json; charset=iso-8859-1"),
            Some("application/graphql"),
        ] {
            assert!(!is_taken(refused), "{refused:?}");
        }
    }
}
