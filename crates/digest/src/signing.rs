//! Signing messages (DKIM, RFC 6376), so that who takes them in can tell that they are the authority's.

use std::sync::Arc;

use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
};
use lettre::message::header::HeaderName;

/// What is signed beside the body: what a reader sees, and what ends the messages. Not the kind of content: it is no header of
/// the message's own until it is written out, so that a signature over it would hold nowhere.
const SIGNED: [&str; 7] = ["From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"];

/// A key and where its public half is found.
#[derive(Clone)]
pub struct SigningKey(pub(crate) Arc<DkimConfig>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[a key]")
    }
}

/// The key is none: RSA in PEM (PKCS #1), or the 32 bytes of an Ed25519 key in base64.
#[derive(Debug, thiserror::Error)]
#[error("the signing key is neither an RSA key in PEM (PKCS #1) nor the 32 bytes of an Ed25519 key in base64")]
pub struct NotAKey;

impl SigningKey {
    /// Reads a key, for a domain and the selector under which its public half stands in the domain's DNS.
    pub fn read(domain: &str, selector: &str, key: &str) -> Result<Self, NotAKey> {
        let algorithm =
            if key.starts_with("-----BEGIN") { DkimSigningAlgorithm::Rsa } else { DkimSigningAlgorithm::Ed25519 };
        let key = DkimSigningKey::new(key.trim(), algorithm).map_err(|_| NotAKey)?;
        let relaxed =
            DkimCanonicalization { header: DkimCanonicalizationType::Relaxed, body: DkimCanonicalizationType::Relaxed };
        let headers = SIGNED.into_iter().filter_map(|name| HeaderName::new_from_ascii(name.to_owned()).ok());
        let config = DkimConfig::new(selector.to_owned(), domain.to_owned(), key, headers.collect(), relaxed);
        Ok(Self(Arc::new(config)))
    }
}
