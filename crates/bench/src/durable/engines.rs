//! Which engines there are here, and how each is begun anew for a measurement.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::group::{Grouped, Record};
use super::journal::Journal;
use super::raw::Raw;
use crate::Failure;

/// The limit, which everything is compared with, and our own log.
pub(super) const RAW: &str = "raw append + fdatasync";
pub(super) const JOURNAL: &str = "mentorlog (journal + sled)";
#[cfg(feature = "rivals")]
const SQLITE: &str = "SQLite (WAL, FULL)";
#[cfg(feature = "rivals")]
const POSTGRES: &str = "PostgreSQL";

/// What can be measured here.
pub(super) struct Available {
    below: PathBuf,
    #[cfg(feature = "rivals")]
    postgres: Option<super::postgres::Cluster>,
}

/// An engine with nothing in it yet.
pub(super) struct Engine {
    kind: Kind,
    _folder: TempDir,
}

enum Kind {
    Journal(Journal),
    Grouped(Grouped),
}

impl Available {
    pub(super) fn find(below: &Path) -> Result<Self, Failure> {
        let below = below.canonicalize()?;
        #[cfg(feature = "rivals")]
        let postgres = super::postgres::Cluster::start(&below);
        #[cfg(not(feature = "rivals"))]
        println!("without the rivals: `cargo xtask bench` builds them");
        Ok(Self {
            below,
            #[cfg(feature = "rivals")]
            postgres,
        })
    }

    /// The limit first.
    #[cfg_attr(not(feature = "rivals"), allow(clippy::unused_self, reason = "only rivals depend on the machine"))]
    pub(super) fn names(&self) -> Vec<&'static str> {
        #[cfg(feature = "rivals")]
        let rivals = std::iter::once(SQLITE).chain(self.postgres.as_ref().map(|_| POSTGRES));
        #[cfg(not(feature = "rivals"))]
        let rivals = std::iter::empty();
        [RAW, JOURNAL].into_iter().chain(rivals).collect()
    }

    pub(super) fn open(&mut self, name: &str) -> Result<Engine, Failure> {
        let folder = tempfile::Builder::new().prefix("bench").tempdir_in(&self.below)?;
        let kind = self.kind(name, folder.path())?;
        Ok(Engine { kind, _folder: folder })
    }

    #[cfg_attr(not(feature = "rivals"), allow(clippy::unused_self, reason = "only rivals depend on the machine"))]
    fn kind(&mut self, name: &str, folder: &Path) -> Result<Kind, Failure> {
        let grouped = match name {
            JOURNAL => return Ok(Kind::Journal(Journal::create(folder)?)),
            RAW => Grouped::new(Raw::create(folder)?),
            #[cfg(feature = "rivals")]
            SQLITE => Grouped::new(super::sqlite::Sqlite::create(folder)?),
            #[cfg(feature = "rivals")]
            POSTGRES => Grouped::new(self.postgres.as_ref().ok_or("PostgreSQL is not running")?.open()?),
            other => return Err(format!("there is no engine {other}").into()),
        };
        Ok(Kind::Grouped(grouped))
    }
}

impl Engine {
    pub(super) async fn append(&self, record: Record) -> Result<(), Failure> {
        match &self.kind {
            Kind::Journal(journal) => journal.append(record).await,
            Kind::Grouped(grouped) => grouped.append(record).await,
        }
    }

    pub(super) fn close(self) {
        match self.kind {
            Kind::Journal(journal) => journal.close(),
            Kind::Grouped(grouped) => grouped.close(),
        }
    }
}
