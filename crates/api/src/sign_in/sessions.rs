//! Sessions: opaque names that the service gives out, keeps as hashes, and can end at any moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::StaffId;
use serde::{Deserialize, Serialize};

use super::keep::{Keep, KeepError};
use super::settings::SessionLimits;
use super::token::{Chance, Secret, hash};

const WHAT: &str = "sessions";
/// How much of a session's last use may be forgotten by a crash.
const SAVE_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Most sessions of one account: a further sign-in ends the one that was used longest ago.
const MOST_OF_ONE: usize = 20;

/// One signed-in person at one browser.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// Who.
    pub(super) person: StaffId,
    /// By which account.
    pub(super) account: String,
    /// Which means the account had then: with another, the session is over.
    pub(super) means: blake3::Hash,
    began: DateTime<Utc>,
    seen: DateTime<Utc>,
}

impl Session {
    fn holds(&self, limits: SessionLimits, now: DateTime<Utc>) -> bool {
        now - self.seen < limits.idle && now - self.began < limits.absolute
    }
}

/// Every session.
pub(super) struct Sessions {
    limits: SessionLimits,
    keep: Arc<dyn Keep>,
    chance: Chance,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    by_hash: HashMap<blake3::Hash, Session>,
    saved: Option<DateTime<Utc>>,
}

/// Why no session could be begun.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotBegun {
    /// The system gives no random bits.
    #[error("the system gives no random bytes")]
    NoChance,
    /// It could not be kept.
    #[error(transparent)]
    NotKept(#[from] KeepError),
}

impl Sessions {
    /// Takes up the sessions of before. A damaged file only means that people sign in again.
    pub(super) fn open(keep: Arc<dyn Keep>, limits: SessionLimits, chance: Chance) -> Self {
        let by_hash = kept(keep.as_ref()).unwrap_or_else(|error| {
            tracing::warn!(%error, "everybody is signed out");
            HashMap::new()
        });
        Self { limits, keep, chance, open: Mutex::new(Open { by_hash, saved: None }) }
    }

    /// Begins a session with a name that never was before, and keeps it. Blocks on the disk.
    pub(super) fn begin(
        &self,
        person: StaffId,
        account: &str,
        means: blake3::Hash,
        now: DateTime<Utc>,
    ) -> Result<Secret, NotBegun> {
        let secret = Secret::fresh(&self.chance).ok_or(NotBegun::NoChance)?;
        let mut open = self.lock();
        open.by_hash.retain(|_, session| session.holds(self.limits, now));
        let of_account = |(_, session): &(&blake3::Hash, &Session)| session.account == account;
        if open.by_hash.iter().filter(of_account).count() >= MOST_OF_ONE {
            let oldest = open.by_hash.iter().filter(of_account).min_by_key(|(_, session)| session.seen);
            if let Some(oldest) = oldest.map(|(hash, _)| *hash) {
                open.by_hash.remove(&oldest);
            }
        }
        let session = Session { person, account: account.to_owned(), means, began: now, seen: now };
        open.by_hash.insert(secret.hash(), session);
        self.save(&mut open, now)?;
        Ok(secret)
    }

    /// The session with this name, if it still holds; it counts as used now. `true`: what is kept has grown old, see
    /// [`Self::flush`].
    pub(super) fn used(&self, name: &str, now: DateTime<Utc>) -> Option<(blake3::Hash, Session, bool)> {
        let hash = hash(name);
        let mut open = self.lock();
        let session = open.by_hash.get_mut(&hash).filter(|session| session.holds(self.limits, now))?;
        session.seen = session.seen.max(now);
        let session = session.clone();
        let stale = open.saved.is_none_or(|saved| now - saved >= SAVE_EVERY);
        if stale {
            open.saved = Some(now);
        }
        Some((hash, session, stale))
    }

    /// The session, if it still holds, without using it: for what it began earlier and is still open.
    pub(super) fn still(&self, hash: &blake3::Hash, now: DateTime<Utc>) -> Option<Session> {
        self.lock().by_hash.get(hash).filter(|session| session.holds(self.limits, now)).cloned()
    }

    /// Ends a session. Blocks on the disk. What cannot be kept has not happened: the session holds on.
    pub(super) fn end(&self, hash: &blake3::Hash, now: DateTime<Utc>) -> Result<(), KeepError> {
        let mut open = self.lock();
        let ended = open.by_hash.remove(hash);
        let kept = self.save(&mut open, now);
        if kept.is_err()
            && let Some(session) = ended
        {
            open.by_hash.insert(*hash, session);
        }
        kept
    }

    /// Ends all others, without keeping that yet. Returns whether there were any.
    pub(super) fn keep_those(&self, hold: impl Fn(&Session) -> bool) -> bool {
        let mut open = self.lock();
        let before = open.by_hash.len();
        open.by_hash.retain(|_, session| hold(session));
        open.by_hash.len() < before
    }

    /// Keeps when each was last used. Blocks on the disk.
    pub(super) fn flush(&self, now: DateTime<Utc>) -> Result<(), KeepError> {
        let mut open = self.lock();
        open.by_hash.retain(|_, session| session.holds(self.limits, now));
        self.save(&mut open, now)
    }

    fn save(&self, open: &mut Open, now: DateTime<Utc>) -> Result<(), KeepError> {
        write(self.keep.as_ref(), &open.by_hash)?;
        open.saved = Some(now);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many sessions of these people are kept. What cannot be read lets nobody in, and counts as one.
pub fn sessions_of(keep: &dyn Keep, people: &[StaffId]) -> Result<usize, KeepError> {
    match kept(keep) {
        Err(KeepError::Damaged(_)) => Ok(1),
        read => Ok(read?.values().filter(|session| people.contains(&session.person)).count()),
    }
}

/// Forgets the sessions of people who are erased: by which account they were signed in. For when no service runs. Returns how many
/// there were. What cannot be read is replaced by nothing: people sign in again.
pub fn forget_sessions(keep: &dyn Keep, erased: &[StaffId]) -> Result<usize, KeepError> {
    let mut by_hash = match kept(keep) {
        Err(KeepError::Damaged(_)) => HashMap::new(),
        read => read?,
    };
    let before = by_hash.len();
    by_hash.retain(|_, session| !erased.contains(&session.person));
    write(keep, &by_hash)?;
    Ok(before - by_hash.len())
}

fn write(keep: &dyn Keep, by_hash: &HashMap<blake3::Hash, Session>) -> Result<(), KeepError> {
    let sessions = by_hash.iter().map(|(hash, session)| SessionV2::of(hash, session)).collect();
    let bytes = serde_json::to_vec(&FileV2 { form: FORM, sessions }).map_err(|_| KeepError::Damaged(WHAT))?;
    keep.write(&bytes).map_err(KeepError::io(WHAT))
}

/// The form of the file.
const FORM: u16 = 2;

/// Of what stands in a file in whatever form.
#[derive(Deserialize)]
struct Form {
    form: u16,
}

/// The file, version 2. Of a session's name only the hash. Version 1 did not say which means the account had.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FileV2 {
    form: u16,
    sessions: Vec<SessionV2>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SessionV2 {
    hash: String,
    person: String,
    account: String,
    means: String,
    began_millis: i64,
    seen_millis: i64,
}

impl SessionV2 {
    fn of(hash: &blake3::Hash, session: &Session) -> Self {
        Self {
            hash: hash.to_hex().to_string(),
            person: session.person.to_string(),
            account: session.account.clone(),
            means: session.means.to_hex().to_string(),
            began_millis: session.began.timestamp_millis(),
            seen_millis: session.seen.timestamp_millis(),
        }
    }

    fn opened(self) -> Option<(blake3::Hash, Session)> {
        let session = Session {
            person: self.person.parse().ok()?,
            account: self.account,
            means: blake3::Hash::from_hex(self.means).ok()?,
            began: DateTime::from_timestamp_millis(self.began_millis)?,
            seen: DateTime::from_timestamp_millis(self.seen_millis)?,
        };
        Some((blake3::Hash::from_hex(self.hash).ok()?, session))
    }
}

fn kept(keep: &dyn Keep) -> Result<HashMap<blake3::Hash, Session>, KeepError> {
    let Some(bytes) = keep.read().map_err(KeepError::io(WHAT))? else { return Ok(HashMap::new()) };
    let damaged = |_| KeepError::Damaged(WHAT);
    match serde_json::from_slice::<Form>(&bytes).map_err(damaged)?.form {
        FORM => {}
        // Of those sessions nobody knows whether the password is still the same: people sign in again.
        1 => return Ok(HashMap::new()),
        _ => return Err(KeepError::Damaged(WHAT)),
    }
    let file: FileV2 = serde_json::from_slice(&bytes).map_err(damaged)?;
    file.sessions.into_iter().map(|session| session.opened().ok_or(KeepError::Damaged(WHAT))).collect()
}
