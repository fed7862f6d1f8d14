//! Inputs about a pupil's enrolment and guardians.

use async_graphql::{Enum, ID, InputObject};
use chrono::NaiveDate;
use domain::command::{Command, DaysToCorrect, GuardianChoice, RightDays};
use domain::id::PupilId;
use domain::personal::Personal;
use domain::refusal::Refusal;
use domain::words::{ContactDetail, Name, Note, Reference};

use crate::graphql::mutation::input::{id, invalid, name, placement, valid};
use crate::graphql::mutation::outcome::CommandInput;
use crate::graphql::types::case_words::{Household, IdentityMark};
use crate::graphql::types::words::{Guardianship, LeavingReason};

/// A pupil to enrol.
#[derive(InputObject)]
pub(crate) struct EnrolPupilInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// A pupil who is known and has left: from the day after the last one; leave out for a new one.
    pupil_id: Option<ID>,
    /// The school unit.
    school_id: ID,
    /// The pupil's name.
    name: String,
    /// The class (klass), such as 7A.
    class_name: String,
    /// The grade (årskurs).
    grade: i32,
    /// The programme, in upper secondary school.
    programme: Option<String>,
    /// First day.
    from: NaiveDate,
    /// What is known of the pupil's identity. Left out: nothing yet, and it is taken as protected until the principal says
    /// that it is not.
    identity: Option<IdentityMark>,
}

impl CommandInput for EnrolPupilInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = self.pupil_id.as_ref().map(|pupil| id(pupil, "pupilId")).transpose()?;
        let command = Command::EnrolPupil {
            pupil,
            school: id(&self.school_id, "schoolId")?,
            name: name(self.name)?,
            placement: placement(self.class_name, self.grade, self.programme)?,
            from: self.from,
            protection: self.identity.unwrap_or(IdentityMark::NotYetKnown).protection(),
        };
        Ok((command, pupil))
    }
}

/// A pupil's name to put right.
#[derive(InputObject)]
pub(crate) struct CorrectPupilNameInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// For the principal who answers for what a school has on record of the pupil, who goes there or has left: that school unit. Left
    /// out: the one where the pupil goes, or went last.
    school_id: Option<ID>,
    /// The name as it should have been.
    name: String,
}

impl CommandInput for CorrectPupilNameInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let school = self.school_id.as_ref().map(|school| id(school, "schoolId")).transpose()?;
        Ok((Command::CorrectPupilName { pupil, school, name: name(self.name)? }, Some(pupil)))
    }
}

/// What was recorded of an enrolment, and was none.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnrolmentMistake {
    /// The leaving (utskrivning): the pupil has not left, and goes to the school as before. Of the pupil's latest enrolment.
    Leaving,
    /// The enrolment (inskrivning): the pupil never came. It holds no day, and who comes after all is enrolled anew. A school that
    /// the pupil had left before has the case again as it left it.
    Enrolment,
}

/// An enrolment's days to put right.
#[derive(InputObject)]
pub(crate) struct CorrectEnrolmentDaysInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The school unit that the enrolment is at.
    school_id: ID,
    /// The first day as it stands: it tells which of the pupil's enrolments there is meant.
    enrolled_from: NaiveDate,
    /// The first day as it should have been; left out: it stands. No day may be one of another enrolment at the school.
    first_day: Option<NaiveDate>,
    /// The last day as it should have been, included; left out: it stands. Only of a pupil who has left.
    last_day: Option<NaiveDate>,
    /// What was no such thing, instead of a day; left out: a day is wrong.
    mistake: Option<EnrolmentMistake>,
    /// Why it is corrected, at most 4,000 characters.
    reason: String,
}

impl CommandInput for CorrectEnrolmentDaysInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let right = match (self.mistake, self.first_day, self.last_day) {
            (None, from, last_day) => RightDays::Were { from, last_day },
            (Some(EnrolmentMistake::Leaving), None, None) => RightDays::NotLeft,
            (Some(EnrolmentMistake::Enrolment), None, None) => RightDays::NeverCame,
            (Some(_), _, _) => return Err(invalid("mistake")),
        };
        let wrong = DaysToCorrect {
            pupil,
            school: id(&self.school_id, "schoolId")?,
            enrolled_from: self.enrolled_from,
            right,
            reason: Personal::new(valid(Note::try_new(self.reason), "reason")?),
        };
        Ok((Command::CorrectEnrolmentDays(wrong), Some(pupil)))
    }
}

/// A move to another class.
#[derive(InputObject)]
pub(crate) struct MovePupilInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// The class (klass) from then on.
    class_name: String,
    /// The grade (årskurs) from then on.
    grade: i32,
    /// The programme from then on, in upper secondary school.
    programme: Option<String>,
    /// First day there.
    from: NaiveDate,
}

impl CommandInput for MovePupilInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let placement = placement(self.class_name, self.grade, self.programme)?;
        Ok((Command::MovePupil { pupil, placement, from: self.from }, Some(pupil)))
    }
}

/// A pupil who leaves.
#[derive(InputObject)]
pub(crate) struct RecordPupilLeftInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// Why.
    reason: LeavingReason,
    /// Last day, included.
    last_day: NaiveDate,
    /// Where the pupil goes on (destination), when it is known: a school or an activity, never an address.
    destination: Option<String>,
}

impl CommandInput for RecordPupilLeftInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let destination = self.destination.map(|place| valid(Reference::try_new(place), "destination")).transpose()?;
        let (reason, last_day) = (self.reason.into(), self.last_day);
        let command = Command::PupilLeaves { pupil, reason, last_day, destination };
        Ok((command, Some(pupil)))
    }
}

/// A guardian to link: give either `guardianId` or `newGuardian`.
#[derive(InputObject)]
pub(crate) struct LinkGuardianInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The pupil.
    pupil_id: ID,
    /// A guardian who is known already: through a sibling, or who was this pupil's at the school and was unlinked.
    guardian_id: Option<ID>,
    /// A guardian to register.
    new_guardian: Option<NewGuardianInput>,
    /// What they are to the pupil.
    guardianship: Guardianship,
    /// How the pupil lives with them (hushåll), when it is known.
    household: Option<Household>,
}

/// A guardian to register.
#[derive(InputObject)]
pub(crate) struct NewGuardianInput {
    /// The guardian's name.
    name: String,
    /// Telephone number.
    phone: Option<String>,
    /// E-mail address.
    email: Option<String>,
}

impl NewGuardianInput {
    fn choice(self) -> Result<GuardianChoice, Refusal> {
        let detail = |text: Option<String>, field| {
            text.map(|text| valid(ContactDetail::try_new(text), field).map(Personal::new)).transpose()
        };
        Ok(GuardianChoice::New {
            name: valid(Name::try_new(self.name), "newGuardian.name").map(Personal::new)?,
            phone: detail(self.phone, "newGuardian.phone")?,
            email: detail(self.email, "newGuardian.email")?,
        })
    }
}

impl CommandInput for LinkGuardianInput {
    type About = PupilId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<PupilId>), Refusal> {
        let pupil = id(&self.pupil_id, "pupilId")?;
        let guardian = match (self.guardian_id, self.new_guardian) {
            (Some(known), None) => GuardianChoice::Known(id(&known, "guardianId")?),
            (None, Some(new)) => new.choice()?,
            (None, None) | (Some(_), Some(_)) => return Err(invalid("guardianId")),
        };
        let (guardianship, household) = (self.guardianship.into(), self.household.map(Into::into));
        let command = Command::LinkGuardian { pupil, guardian, guardianship, household };
        Ok((command, Some(pupil)))
    }
}
