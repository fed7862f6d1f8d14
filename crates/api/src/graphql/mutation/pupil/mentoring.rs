//! Inputs about who has the pupil.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use domain::command::Command;
use domain::id::PupilId;
use domain::refusal::Refusal;

use crate::graphql::mutation::input::id;
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
