//! How a letter reads, for staff who look at it before it is sent. The guardian's own links are left out of it: whoever has one can
//! use it.

use casework::post::Letter;
use domain::words::{Language, MessageClass};

use crate::body;
use crate::catalogue::{text, written_in};
use crate::form::{part, word};

/// Stands where a link of the guardian's stands in the message.
const LEFT_OUT: &str = "[…]";

/// The subject and the plain text, where these languages are switched on besides those that a speaker has checked; `None`: it cannot
/// be made.
pub fn reads(letter: &Letter, switched_on: &[Language]) -> Option<(String, String)> {
    let language = written_in(letter.language, switched_on);
    let subject = text(language, &format!("{}-subject", word(letter.named.0)), &[])?;
    let portals = letter.portals.iter().map(|portal| ("read-at", portal.as_str().to_owned()));
    let own: &[&'static str] = match letter.named.0 {
        MessageClass::Digest => &["wishes-at", "stop-at"],
        MessageClass::SameDay => &["seen-at"],
        MessageClass::Confirmation => &["confirm-at"],
    };
    let links: Vec<_> = portals.chain(own.iter().map(|name| (*name, LEFT_OUT.to_owned()))).collect();
    let mut parts = vec![part(letter, &links, language)?];
    if language != Language::Swedish {
        parts.push(part(letter, &links, Language::Swedish)?);
    }
    Some((subject, body::plain(&parts)))
}
