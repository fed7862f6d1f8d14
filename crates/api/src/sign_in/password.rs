//! Passwords: argon2id, with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use zeroize::Zeroizing;

use super::token::Chance;
use super::typed::in_one_form;

/// Fewest and most characters of a password (NIST SP 800-63B: at least 15 where it stands alone).
const LENGTHS: std::ops::RangeInclusive<usize> = 15..=200;

/// Why a password was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error(
        "a password has 15 to 200 characters: three or four words that have nothing to do with one another are easy to keep in mind"
    )]
    Length,
    /// The system gives no random bits, or no memory.
    #[error("the password could not be hashed")]
    NotHashed,
}

/// The hash of a password, as a PHC string. Takes some tens of milliseconds.
pub fn hash(password: &str, chance: &Chance) -> Result<String, PasswordError> {
    let password = Zeroizing::new(in_one_form(password));
    if !LENGTHS.contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let salt = chance().ok_or(PasswordError::NotHashed)?;
    let salt = salt.first_chunk::<16>().ok_or(PasswordError::NotHashed)?;
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    Ok(hashed.map_err(|_| PasswordError::NotHashed)?.to_string())
}

/// Whether the password belongs to the hash. Without a hash the same work is done, so that time does not tell which
/// accounts there are.
pub(super) fn is_right(password: &str, hash: Option<&str>) -> bool {
    /// Of a password that nobody knows.
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODYS)) else { return false };
    let password = Zeroizing::new(in_one_form(password));
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}
