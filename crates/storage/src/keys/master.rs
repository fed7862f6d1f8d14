//! The master key: 32 bytes in a file outside the data folder.

use std::fmt;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::bytes::{first, hex};
use crate::disk::{Disk, replace_file};

/// The key that wraps all others. Cannot be printed.
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a master key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("the master key file {path}: {why}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file does not hold a key.
    #[error("the master key file {0} must hold 64 hexadecimal digits and nothing else")]
    Malformed(PathBuf),
    /// Others may read the file.
    #[error("the master key file {0} may be read by others: chmod 600 it")]
    Exposed(PathBuf),
    /// The file lies where a copy of the data would take it along.
    #[error(
        "the master key file {0} lies inside the data folder: keep it elsewhere, or a stolen disk opens everything"
    )]
    NotApart(PathBuf),
}

impl MasterKey {
    /// A new key.
    pub fn generate() -> Option<Self> {
        let mut bits = Zeroizing::new([0; 32]);
        rand::fill(bits.as_mut_slice()).ok()?;
        Some(Self(bits))
    }

    /// Makes a key and writes it to a file that must not exist.
    pub fn generate_file(disk: &dyn Disk, path: &Path) -> Result<Self, MasterKeyError> {
        let failed = |why: String| MasterKeyError::File { path: path.to_owned(), why };
        if disk.exists(path).map_err(|error| failed(error.to_string()))? {
            return Err(failed("is there already".to_owned()));
        }
        let key = Self::generate().ok_or_else(|| failed("the system gives no random bytes".to_owned()))?;
        let text = Zeroizing::new(format!("{}\n", hex(key.0.as_slice())));
        replace_file(disk, path, text.as_bytes()).map_err(|error| failed(error.to_string()))?;
        Ok(key)
    }

    /// Reads a key from a file that only its owner may read.
    pub fn read_file(path: &Path) -> Result<Self, MasterKeyError> {
        let failed = |error: std::io::Error| MasterKeyError::File { path: path.to_owned(), why: error.to_string() };
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).map_err(failed)?.permissions());
        if mode & 0o077 != 0 {
            return Err(MasterKeyError::Exposed(path.to_owned()));
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
        Self::from_hex(text.trim_end()).ok_or_else(|| MasterKeyError::Malformed(path.to_owned()))
    }

    /// The key with these 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: Vec<u8> =
            text.chars().map(|digit| digit.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
        let digits = Zeroizing::new(digits);
        let mut bits = Zeroizing::new([0; 32]);
        if digits.len() != 64 {
            return None;
        }
        for (bit, pair) in bits.iter_mut().zip(digits.chunks_exact(2)) {
            *bit = pair.iter().fold(0, |byte, digit| (byte << 4) | digit);
        }
        Some(Self(bits))
    }

    /// Refuses a master key file that lies inside the data folder, links followed.
    pub fn check_apart(data: &Path, key_file: &Path) -> Result<(), MasterKeyError> {
        let real = |path: &Path| {
            std::fs::canonicalize(path)
                .map_err(|error| MasterKeyError::File { path: path.to_owned(), why: error.to_string() })
        };
        if std::fs::exists(data).unwrap_or(false) && real(key_file)?.starts_with(real(data)?) {
            return Err(MasterKeyError::NotApart(key_file.to_owned()));
        }
        Ok(())
    }

    /// Whether this is the same key as another.
    pub fn is_same(&self, other: &Self) -> bool {
        self.id() == other.id()
    }

    pub(crate) fn bits(&self) -> &[u8; 32] {
        &self.0
    }

    /// Tells one master key from another, and nothing else about it.
    pub(crate) fn id(&self) -> [u8; 8] {
        first(&blake3::derive_key("mentorlog 2026 master key id", self.0.as_slice()))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[master key]")
    }
}
