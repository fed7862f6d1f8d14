//! SQLite as it keeps its word: write-ahead log, `synchronous = FULL`, one transaction for a group.

use std::path::Path;

use rusqlite::{Connection, params};

use super::group::{Record, Store};
use crate::Failure;

pub(super) struct Sqlite(Connection);

impl Sqlite {
    pub(super) fn create(folder: &Path) -> Result<Self, Failure> {
        let connection = Connection::open(folder.join("sqlite.db"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE event (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, version INTEGER NOT NULL,
                                 content BLOB NOT NULL, UNIQUE (stream, version));",
        )?;
        Ok(Self(connection))
    }
}

impl Store for Sqlite {
    fn commit(&mut self, group: &[Record]) -> Result<(), Failure> {
        let transaction = self.0.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO event (stream, version, content) VALUES (?, ?, ?)")?;
            for record in group {
                insert.execute(params![record.stream, record.version, record.bytes])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}
