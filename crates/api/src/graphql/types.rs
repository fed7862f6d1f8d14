//! The schema's object types, one file for each thing that people speak of.

pub(super) mod absence;
pub(super) mod case_words;
pub(super) mod caseload;
pub(super) mod connection;
pub(super) mod digest_words;
pub(super) mod extract;
pub(super) mod guardian;
pub(super) mod matter;
pub(super) mod node;
pub(super) mod past;
pub(crate) mod plain;
pub(super) mod pupil;
pub(crate) mod reading;
pub(super) mod school;
pub(super) mod staff;
pub(super) mod timeline;
mod value;
pub(super) mod viewer;
pub(super) mod words;
pub(super) mod work;
pub(super) mod workload;

use domain::personal::Personal;
use domain::words::{Name, Note};

/// A name, shown to someone for whom access has been decided.
pub(super) fn shown(name: &Personal<Name>) -> String {
    name.reveal().as_str().to_owned()
}

/// A note, shown to someone for whom access has been decided.
pub(super) fn shown_note(note: &Personal<Note>) -> String {
    note.reveal().as_str().to_owned()
}
