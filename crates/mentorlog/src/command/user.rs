//! `mentorlog user`: accounts. An account says by what means somebody is known; what they may see and do stands in the log.
//! The running service follows a change from its next request on.

use std::io::{Read, Write};
use std::path::PathBuf;

use api::{Account, AccountBook, AccountError, Keep, KeepError, Means, PasswordError, hash_password};
use casework::Clock;
use domain::id::StaffId;
use zeroize::Zeroizing;

use crate::chance;
use crate::clock::ProgramClock;
use crate::failure::{Exit, Failure};
use crate::kept::KeptFile;

/// Longest password file that is read, in bytes.
const MOST: u64 = 4_096;

/// What to do with accounts.
#[derive(clap::Subcommand)]
pub(crate) enum User {
    /// Add a local account: for a small school, or for the day when the provider is down. Its password is read from
    /// standard input.
    Add {
        #[command(flatten)]
        account: Named,
        /// Whom it signs in as: the id that the log has for the person.
        #[arg(long, value_name = "ID")]
        staff: StaffId,
    },
    /// Add an account that the provider vouches for: its holder signs in there.
    Link {
        #[command(flatten)]
        account: Named,
        #[arg(long, value_name = "ID")]
        staff: StaffId,
        /// The provider's issuer.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// The holder's name there that never changes (`sub`), never an e-mail address.
        #[arg(long, value_name = "SUB")]
        subject: String,
        /// The holder is a system that brings signed tokens of its own.
        #[arg(long)]
        system: bool,
    },
    /// Give a local account another password, read from standard input.
    Password {
        #[command(flatten)]
        account: Named,
    },
    /// Close an account: its sessions end at their next request.
    Disable {
        #[command(flatten)]
        account: Named,
    },
    /// List the accounts: name, staff id, means, and whether it is closed.
    List {
        /// The data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

/// One account of a data folder.
#[derive(clap::Args)]
pub(crate) struct Named {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The account's name.
    #[arg(long)]
    name: String,
}

/// Does it.
pub(crate) fn run(user: User) -> Result<(), Failure> {
    match user {
        User::Add { account, staff } => {
            let hash = hash_password(&password()?, &chance::of_system())?;
            changed(&account.data, |book| book.add(Account::new(&account.name, staff, Means::Password { hash })?))
        }
        User::Link { account, staff, issuer, subject, system } => {
            let means = if system { Means::System { issuer, subject } } else { Means::Provider { issuer, subject } };
            changed(&account.data, |book| book.add(Account::new(&account.name, staff, means)?))
        }
        User::Password { account } => {
            let hash = hash_password(&password()?, &chance::of_system())?;
            changed(&account.data, |book| book.set_password(&account.name, hash))
        }
        User::Disable { account } => {
            let now = ProgramClock.now();
            changed(&account.data, |book| book.disable(&account.name, now))
        }
        User::List { data } => list(KeptFile::accounts(&data).as_ref()),
    }
}

fn changed(
    data: &std::path::Path,
    change: impl FnOnce(&mut AccountBook) -> Result<(), AccountError>,
) -> Result<(), Failure> {
    let _held = KeptFile::hold_accounts(data)?;
    let keep = KeptFile::accounts(data);
    let mut book = AccountBook::read(keep.as_ref())?;
    change(&mut book)?;
    Ok(book.write(keep.as_ref())?)
}

fn list(keep: &dyn Keep) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    for account in AccountBook::read(keep)?.all() {
        let means = match &account.means {
            Means::Password { .. } => "password".to_owned(),
            Means::Provider { issuer, subject } => format!("provider {issuer} {subject}"),
            Means::System { issuer, subject } => format!("system {issuer} {subject}"),
        };
        let closed = if account.is_disabled() { " closed" } else { "" };
        writeln!(out, "{} {} {means}{closed}", account.name, account.person()?)?;
    }
    Ok(())
}

/// The first line of standard input: never an argument, which every process on the machine can read.
fn password() -> Result<Zeroizing<String>, Failure> {
    let mut typed = Zeroizing::new(String::new());
    std::io::stdin().take(MOST).read_to_string(&mut typed)?;
    Ok(Zeroizing::new(typed.lines().next().unwrap_or_default().to_owned()))
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        Self::new(Exit::Failed, error)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::path::Path;

    use super::*;

    fn link(data: &Path, name: &str) -> Result<(), Failure> {
        run(User::Link {
            account: Named { data: data.to_owned(), name: name.to_owned() },
            staff: "staff_01010101010101010101010101010101".parse().unwrap(),
            issuer: "https://id.example.org".to_owned(),
            subject: name.to_owned(),
            system: false,
        })
    }

    fn disable(data: &Path, name: &str) -> Result<(), Failure> {
        run(User::Disable { account: Named { data: data.to_owned(), name: name.to_owned() } })
    }

    #[test]
    fn who_comes_while_the_accounts_are_changed_is_told_so_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        link(folder.path(), "anna").unwrap();
        let held = KeptFile::hold_accounts(folder.path()).unwrap();
        assert_eq!(disable(folder.path(), "anna").unwrap_err().exit, Exit::Failed);
        assert_eq!(link(folder.path(), "kim").unwrap_err().exit, Exit::Failed);
        let book = || AccountBook::read(KeptFile::accounts(folder.path()).as_ref()).unwrap();
        assert!(book().all().len() == 1 && !book().all().iter().any(Account::is_disabled));
        drop(held);
        disable(folder.path(), "anna").unwrap();
        link(folder.path(), "kim").unwrap();
        assert!(book().named("anna").unwrap().is_disabled(), "adding one opens no other");
    }

    #[test]
    fn of_changes_at_the_same_time_none_undoes_another() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..8).map(|n| format!("account {n}")).collect();
        std::thread::scope(|scope| {
            for name in &names {
                scope.spawn(|| {
                    while link(folder.path(), name).is_err() {}
                    while disable(folder.path(), name).is_err() {}
                });
            }
        });
        let book = AccountBook::read(KeptFile::accounts(folder.path()).as_ref()).unwrap();
        assert!(names.iter().all(|name| book.named(name).unwrap().is_disabled()));
    }
}
