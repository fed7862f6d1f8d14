//! Inputs about contacts with guardians and about attendance.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, ContactToLog, EntryToCorrect};
use domain::id::PupilId;
use domain::personal::Personal;
use domain::refusal::{Code, Refusal};
use domain::words::Note;

use crate::graphql::mutation::input::{id, minutes, small, valid};
use crate::graphql::mutation::outcome::CommandInput;
use crate::graphql::types::words::{ContactChannel, ContactDirection, ContactOutcome, ContactTopic};

/// A contact with a guardian to log.
#[derive(InputObject)]
pub(crate) struct LogGuardianContactInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil whom it was about.
    pupil_id: ID,
    /// Siblings whom it was about too: it stands in the case of each, and its minutes count once. All or none.
    #[graphql(default)]
    also_pupil_ids: Vec<ID>,
    /// The guardian.
    guardian_id: ID,
    /// When it happened; left out: now.
    occurred_at: Option<DateTime<Utc>>,
    /// How.
    channel: ContactChannel,
    /// Who took the contact.
    direction: ContactDirection,
    /// What came of it.
    outcome: ContactOutcome,
    /// About what.
    topic: ContactTopic,
    /// How many minutes it took.
    minutes: Option<i32>,
    /// Free text, at most 4,000 characters.
    note: Option<String>,
}

impl CommandInput for LogGuardianContactInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let note = self.note.map(|text| valid(Note::try_new(text), "note").map(Personal::new));
        let with = self.also_pupil_ids.iter().map(|other| id(other, "alsoPupilIds")).collect::<Result<_, _>>()?;
        let contact = ContactToLog {
            pupil,
            with,
            guardian: id(&self.guardian_id, "guardianId")?,
            occurred: self.occurred_at,
            channel: self.channel.into(),
            direction: self.direction.into(),
            outcome: self.outcome.into(),
            topic: self.topic.into(),
            minutes: self.minutes.map(|number| minutes(number, "minutes")).transpose()?,
            note: note.transpose()?,
        };
        Ok((Command::LogGuardianContact(contact), Some(pupil)))
    }
}

/// One day's attendance, in minutes of offered lesson time.
#[derive(InputObject)]
pub(crate) struct AttendanceDayInput {
    /// The day.
    date: NaiveDate,
    /// Minutes scheduled and not cancelled (erbjuden tid).
    offered_minutes: i32,
    /// Minutes absent, announced (anmäld).
    #[graphql(default)]
    notified_minutes: i32,
    /// Minutes absent, not announced (ej anmäld).
    #[graphql(default)]
    unnotified_minutes: i32,
    /// Minutes of absence that the school found valid (giltig).
    #[graphql(default)]
    valid_minutes: i32,
    /// Minutes of absence that the school found invalid (ogiltig).
    #[graphql(default)]
    invalid_minutes: i32,
    /// Offered minutes in which attendance was not taken.
    #[graphql(default)]
    unregistered_minutes: i32,
    /// Lessons offered.
    lessons: i32,
    /// Lessons in which attendance was not taken.
    #[graphql(default)]
    unregistered_lessons: i32,
}

impl AttendanceDayInput {
    /// The day, if its figures can be true together; otherwise `field` is to blame.
    fn day(&self, field: &'static str) -> Result<DayAttendance, Refusal> {
        let figures = DayMinutes {
            offered: minutes(self.offered_minutes, field)?,
            notified: minutes(self.notified_minutes, field)?,
            unnotified: minutes(self.unnotified_minutes, field)?,
            valid: minutes(self.valid_minutes, field)?,
            invalid: minutes(self.invalid_minutes, field)?,
            unregistered: minutes(self.unregistered_minutes, field)?,
            lessons: small(self.lessons, field)?,
            unregistered_lessons: small(self.unregistered_lessons, field)?,
        };
        valid(DayAttendance::try_new(self.date, figures), field)
    }
}

/// Attendance to register.
#[derive(InputObject)]
pub(crate) struct RegisterAttendanceInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The days, each once, in order.
    days: Vec<AttendanceDayInput>,
}

impl CommandInput for RegisterAttendanceInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let days = self.days.iter().map(|day| day.day("days")).collect::<Result<_, _>>()?;
        Ok((Command::RegisterAttendance { pupil, days }, Some(pupil)))
    }
}

/// A day's attendance to correct.
#[derive(InputObject)]
pub(crate) struct CorrectAttendanceInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The day as it should have been. Replaces what was known of that date.
    day: AttendanceDayInput,
}

impl CommandInput for CorrectAttendanceInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        Ok((Command::CorrectAttendance { pupil, day: self.day.day("day")? }, Some(pupil)))
    }
}

/// An entry of a case to correct.
#[derive(InputObject)]
pub(crate) struct CorrectEntryInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil in whose case it stands.
    pupil_id: ID,
    /// The entry's position, as its timeline gives it.
    position: String,
    /// Why it is corrected, at most 4,000 characters.
    reason: String,
}

impl CommandInput for CorrectEntryInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let position = self.position.parse().map_err(|_| Refusal::at(Code::InvalidInput, "position"))?;
        let reason = Personal::new(valid(Note::try_new(self.reason), "reason")?);
        Ok((Command::CorrectEntry(EntryToCorrect { pupil, position, meant: None, reason }), Some(pupil)))
    }
}
