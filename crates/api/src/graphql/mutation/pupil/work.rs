//! The input of work in a case.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use domain::command::{Command, WorkToLog};
use domain::id::PupilId;
use domain::personal::Personal;
use domain::refusal::Refusal;
use domain::words::Note;

use crate::graphql::mutation::input::{id, minutes, valid};
use crate::graphql::mutation::outcome::CommandInput;
use crate::graphql::types::work::WorkInput;

/// Work in a case to log.
#[derive(InputObject)]
pub(crate) struct LogWorkInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// Others whom it was done with at the same time, at most 39: for what follows on nothing that is open in one case. The
    /// minutes count once.
    #[graphql(default)]
    also_pupil_ids: Vec<ID>,
    /// When it happened; left out: now.
    occurred_at: Option<DateTime<Utc>>,
    /// What was done.
    work: WorkInput,
    /// How many minutes it took.
    minutes: Option<i32>,
    /// Free text, at most 4,000 characters.
    note: Option<String>,
}

impl CommandInput for LogWorkInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let note = self.note.map(|text| valid(Note::try_new(text), "note").map(Personal::new));
        let work = WorkToLog {
            pupil,
            with: self.also_pupil_ids.iter().map(|other| id(other, "alsoPupilIds")).collect::<Result<_, _>>()?,
            occurred: self.occurred_at,
            work: self.work.try_into()?,
            minutes: self.minutes.map(|number| minutes(number, "minutes")).transpose()?,
            note: note.transpose()?,
        };
        Ok((Command::LogWork(work), Some(pupil)))
    }
}
