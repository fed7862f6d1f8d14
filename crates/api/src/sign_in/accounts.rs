//! Accounts: by what means a member of staff, or a system, is known. An account grants nothing: what its holder may see and
//! do stands in the log.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use domain::id::StaffId;
use serde::{Deserialize, Serialize};

use super::keep::{Keep, KeepError};
use super::sessions::Session;
use super::typed::in_one_form;

const WHAT: &str = "accounts";
/// Longest name of an account, in characters.
const LONGEST_NAME: usize = 100;

/// How the holder of an account is known.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq)]
#[serde(tag = "by", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Means {
    /// By a password; its argon2id hash.
    Password {
        /// As a PHC string.
        hash: String,
    },
    /// By the authority's provider, which names the person by a subject that never changes. Never by an e-mail address.
    Provider {
        /// The provider.
        issuer: String,
        /// The person's name there.
        subject: String,
    },
    /// A system, by tokens that an issuer signs for it.
    System {
        /// Who signs.
        issuer: String,
        /// The system's name there.
        subject: String,
    },
}

impl Means {
    /// What tells it from every other, and tells nothing of it. A password that is set anew has another one, even if it is the
    /// same password: its hash is salted.
    pub(super) fn mark(&self) -> blake3::Hash {
        let parts = match self {
            Self::Password { hash } => ["password", hash, ""],
            Self::Provider { issuer, subject } => ["provider", issuer, subject],
            Self::System { issuer, subject } => ["system", issuer, subject],
        };
        blake3::hash(parts.join("\0").as_bytes())
    }
}

/// One account. It is removed only with who its holder was (gallring), so that until then what was recorded in its name can be
/// explained.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Account {
    /// Unique among the accounts; for a local account, what its holder types.
    pub name: String,
    /// The staff id that it signs in as.
    person: String,
    /// How its holder is known.
    pub means: Means,
    /// Since when it is closed, in RFC 3339; `None`: it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disabled: Option<DateTime<Utc>>,
}

impl Account {
    /// An open account.
    pub fn new(name: &str, person: StaffId, means: Means) -> Result<Self, AccountError> {
        let name = in_one_form(name.trim());
        let plain = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
        if !plain {
            return Err(AccountError::Name);
        }
        Ok(Self { name, person: person.to_string(), means, disabled: None })
    }

    /// Whom it signs in as.
    pub fn person(&self) -> Result<StaffId, AccountError> {
        self.person.parse().map_err(|_| AccountError::Person)
    }

    /// Whether it is closed.
    pub const fn is_disabled(&self) -> bool {
        self.disabled.is_some()
    }
}

/// What is wrong with an account.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// No such name can be had.
    #[error("an account's name has 1 to {LONGEST_NAME} characters and no control characters")]
    Name,
    /// The id is none.
    #[error("the account's staff id cannot be read")]
    Person,
    /// Two accounts with one name, or one provider's subject.
    #[error("there is an account with that name, or for that subject, already")]
    Taken,
    /// It is not there.
    #[error("there is no account with that name")]
    Missing,
    /// It has another means.
    #[error("the account has no password: its holder is known by a provider")]
    NoPassword,
}

/// Every account.
#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AccountBook {
    form: u16,
    accounts: Vec<Account>,
}

impl AccountBook {
    /// What is kept; an empty book where nothing is yet.
    pub fn read(keep: &dyn Keep) -> Result<Self, KeepError> {
        let Some(bytes) = keep.read().map_err(KeepError::io(WHAT))? else {
            return Ok(Self { form: 1, accounts: Vec::new() });
        };
        let book: Self = serde_json::from_slice(&bytes).map_err(|_| KeepError::Damaged(WHAT))?;
        if book.form == 1 { Ok(book) } else { Err(KeepError::Damaged(WHAT)) }
    }

    /// Keeps it.
    pub fn write(&self, keep: &dyn Keep) -> Result<(), KeepError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| KeepError::Damaged(WHAT))?;
        keep.write(&bytes).map_err(KeepError::io(WHAT))
    }

    /// Adds one.
    pub fn add(&mut self, account: Account) -> Result<(), AccountError> {
        let known_by = |other: &Account| !matches!(other.means, Means::Password { .. }) && other.means == account.means;
        if self.accounts.iter().any(|other| other.name == account.name || known_by(other)) {
            return Err(AccountError::Taken);
        }
        self.accounts.push(account);
        Ok(())
    }

    /// Removes those of people who are erased: their names, passwords and what a provider calls them. Returns how many.
    pub fn forget(&mut self, erased: &[StaffId]) -> usize {
        let before = self.accounts.len();
        self.accounts.retain(|account| !account.person().is_ok_and(|person| erased.contains(&person)));
        before - self.accounts.len()
    }

    /// How many accounts sign in as these people, open or closed.
    pub fn count_of(&self, people: &[StaffId]) -> usize {
        let theirs = |account: &&Account| account.person().is_ok_and(|person| people.contains(&person));
        self.accounts.iter().filter(theirs).count()
    }

    /// Closes one. Its sessions end at their next request.
    pub fn disable(&mut self, name: &str, at: DateTime<Utc>) -> Result<(), AccountError> {
        let account = self.named_mut(name)?;
        account.disabled.get_or_insert(at);
        Ok(())
    }

    /// Gives one another password. Its sessions end at their next request: whoever knew the one of before is out.
    pub fn set_password(&mut self, name: &str, hash: String) -> Result<(), AccountError> {
        let account = self.named_mut(name)?;
        let Means::Password { hash: held } = &mut account.means else { return Err(AccountError::NoPassword) };
        *held = hash;
        Ok(())
    }

    /// The account with this name.
    pub fn named(&self, name: &str) -> Option<&Account> {
        let name = in_one_form(name);
        self.accounts.iter().find(|account| account.name == name)
    }

    /// Every account, in the order in which they were added.
    pub fn all(&self) -> &[Account] {
        &self.accounts
    }

    fn named_mut(&mut self, name: &str) -> Result<&mut Account, AccountError> {
        let name = in_one_form(name);
        self.accounts.iter_mut().find(|account| account.name == name).ok_or(AccountError::Missing)
    }

    fn known_by(&self, means: &Means) -> Option<&Account> {
        self.accounts.iter().find(|account| account.means == *means && !account.is_disabled())
    }
}

/// The accounts as the running service sees them: what the program's `user` commands change holds from the next request on.
pub(super) struct Accounts {
    keep: Arc<dyn Keep>,
    read: Mutex<(u128, Arc<AccountBook>)>,
}

impl Accounts {
    /// Reads them.
    pub(super) fn open(keep: Arc<dyn Keep>) -> Result<Self, KeepError> {
        let stamp = keep.stamp().map_err(KeepError::io(WHAT))?;
        let book = AccountBook::read(keep.as_ref())?;
        Ok(Self { keep, read: Mutex::new((stamp, Arc::new(book))) })
    }

    /// As they stand now. Where the file cannot be read, nobody is known: a closed account must not stay open by a fault.
    pub(super) fn now(&self) -> Result<Arc<AccountBook>, KeepError> {
        let stamp = self.keep.stamp().map_err(KeepError::io(WHAT))?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 != stamp {
            *read = (stamp, Arc::new(AccountBook::read(self.keep.as_ref())?));
        }
        Ok(Arc::clone(&read.1))
    }

    /// The open account that this means belongs to.
    pub(super) fn known_by(&self, means: &Means) -> Result<Option<Account>, KeepError> {
        Ok(self.now()?.known_by(means).cloned())
    }

    /// Whether this account is open and signs in as this person.
    pub(super) fn is_open(&self, name: &str, person: StaffId) -> bool {
        self.stands(name, person, |_| true)
    }

    /// Whether the account that a session was begun by is open, signs in as its person, and is known as it was then, by means that
    /// begin a session still.
    pub(super) fn holds(&self, session: &Session, begins: impl FnOnce(&Means) -> bool) -> bool {
        self.stands(&session.account, session.person, |means| means.mark() == session.means && begins(means))
    }

    fn stands(&self, name: &str, person: StaffId, known_so: impl FnOnce(&Means) -> bool) -> bool {
        let Ok(book) = self.now() else { return false };
        let account = book.named(name).filter(|account| !account.is_disabled() && account.person() == Ok(person));
        account.is_some_and(|account| known_so(&account.means))
    }
}
