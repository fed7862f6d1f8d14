//! Inputs about who has the pupil.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use domain::command::Command;
use domain::id::PupilId;
use domain::personal::Personal;
use domain::refusal::Refusal;
use domain::words::Note;

use crate::graphql::mutation::input::{id, valid};
use crate::graphql::mutation::outcome::CommandInput;
use crate::graphql::types::words::{AssignmentEndReason, AssignmentKind};

/// A mentor to assign.
#[derive(InputObject)]
pub(crate) struct AssignMentorInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The mentor.
    mentor_id: ID,
    /// The kind of assignment.
    kind: AssignmentKind,
    /// The principal whose work it is.
    principal_id: ID,
    /// First day.
    from: NaiveDate,
}

impl CommandInput for AssignMentorInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let command = Command::AssignMentor {
            pupil,
            mentor: id(&self.mentor_id, "mentorId")?,
            kind: self.kind.into(),
            principal: id(&self.principal_id, "principalId")?,
            from: self.from,
        };
        Ok((command, Some(pupil)))
    }
}

/// An assignment to end.
#[derive(InputObject)]
pub(crate) struct EndAssignmentInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The assignment.
    assignment_id: ID,
    /// Why.
    reason: AssignmentEndReason,
    /// Last day, included.
    last_day: NaiveDate,
}

impl CommandInput for EndAssignmentInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let command = Command::EndAssignment {
            pupil,
            assignment: id(&self.assignment_id, "assignmentId")?,
            reason: self.reason.into(),
            last_day: self.last_day,
        };
        Ok((command, Some(pupil)))
    }
}

/// An assignment to hand over.
#[derive(InputObject)]
pub(crate) struct HandOverInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The assignment that ends.
    assignment_id: ID,
    /// The next mentor.
    mentor_id: ID,
    /// The next mentor's first day.
    from: NaiveDate,
    /// What the next one needs to know: free text, at most 4,000 characters.
    note: Option<String>,
}

impl CommandInput for HandOverInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let note = self.note.map(|text| valid(Note::try_new(text), "note").map(Personal::new));
        let command = Command::HandOver {
            pupil,
            assignment: id(&self.assignment_id, "assignmentId")?,
            mentor: id(&self.mentor_id, "mentorId")?,
            from: self.from,
            note: note.transpose()?,
        };
        Ok((command, Some(pupil)))
    }
}

/// A cover to start.
#[derive(InputObject)]
pub(crate) struct StartCoverInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The assignment that is covered.
    assignment_id: ID,
    /// Who stands in.
    deputy_id: ID,
    /// First day.
    from: NaiveDate,
    /// Last day, included.
    until: NaiveDate,
}

impl CommandInput for StartCoverInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let command = Command::StartCover {
            pupil,
            assignment: id(&self.assignment_id, "assignmentId")?,
            deputy: id(&self.deputy_id, "deputyId")?,
            from: self.from,
            until: self.until,
        };
        Ok((command, Some(pupil)))
    }
}

/// A cover to end before its last day.
#[derive(InputObject)]
pub(crate) struct EndCoverInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The assignment that is covered.
    assignment_id: ID,
    /// Who stands in.
    deputy_id: ID,
    /// Last day, included.
    last_day: NaiveDate,
}

impl CommandInput for EndCoverInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let command = Command::EndCover {
            pupil,
            assignment: id(&self.assignment_id, "assignmentId")?,
            deputy: id(&self.deputy_id, "deputyId")?,
            last_day: self.last_day,
        };
        Ok((command, Some(pupil)))
    }
}
