//! What somebody types to sign in: `Å` may come as one character or as two (A and a ring), by the keyboard. It is brought into
//! one form, so that whoever set a password on one machine gets in on another (NIST SP 800-63B-4, 3.1.1.2; RFC 8265: NFC).

use icu_normalizer::ComposingNormalizerBorrowed;

/// The text with each letter written in one way only: Unicode's normalisation form C.
pub(super) fn in_one_form(typed: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(typed).into_owned()
}
