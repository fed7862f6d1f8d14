//! Setting a school up.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use domain::command::Command;
use domain::event::school::{
    MentoringModelChosen, MissionAdopted, Responsibility, SchoolRegistered, SchoolYearSet, TermMarkedNotComparable,
};
use domain::id::SchoolId;
use domain::refusal::Refusal;
use domain::words::{ClassName, Name, ProgrammeCode, SchoolCode, SchoolUnitCode, TimeCategories};

use super::input::{DateSpanInput, grade, id, invalid, placement, small, span, valid};
use super::outcome::{CommandInput, mutations};
use crate::graphql::types::case_words::{IncomparableReason, MentoringModel, TalkDuty, TimeCategory};
use crate::graphql::types::matter::SchoolMatterInput;
use crate::graphql::types::school::School;
use crate::graphql::types::words::SchoolForm;

mutations! {
    /// Setting a school up.
    SchoolMutations, SchoolId => school: School;

    /// Registers a school unit (skolenhet).
    register_school(RegisterSchoolInput) -> RegisterSchoolPayload;

    /// Sets a school year (läsår), or sets it again.
    set_school_year(SetSchoolYearInput) -> SetSchoolYearPayload;

    /// Makes a principal (rektor) responsible for a unit, a programme or a class.
    make_principal_responsible(MakePrincipalResponsibleInput) -> MakePrincipalResponsiblePayload;

    /// Adopts a mission description (uppdragsbeskrivning), from a day on.
    adopt_mission(AdoptMissionInput) -> AdoptMissionPayload;

    /// Chooses a mentoring model (mentorsmodell), from a day on.
    choose_mentoring_model(ChooseMentoringModelInput) -> ChooseMentoringModelPayload;

    /// Marks a term's figures as not comparable with others (ej jämförbar).
    mark_term_not_comparable(MarkTermNotComparableInput) -> MarkTermNotComparablePayload;

    /// Settles something at a school: delegates a kind of decision, adopts a policy for the ladder, chooses who tells
    /// guardians of absence, publishes a term's figures.
    settle_school(SettleSchoolInput) -> SettleSchoolPayload;

    /// Lets pupils go on to the next school year together (läsårsbyte): all of them or none.
    roll_year_over(RollYearOverInput) -> RollYearOverPayload;
}

/// A school unit to register.
#[derive(InputObject)]
pub(crate) struct RegisterSchoolInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The short code in everyday use, such as LJU.
    code: String,
    /// The code of the national register (skolenhetskod): eight digits.
    unit_code: String,
    /// The school's name.
    name: String,
    /// Form of school.
    form: SchoolForm,
    /// Lowest grade taught.
    lowest_grade: i32,
    /// Highest grade taught.
    highest_grade: i32,
}

impl CommandInput for RegisterSchoolInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let grades = (grade(self.lowest_grade, "lowestGrade")?, grade(self.highest_grade, "highestGrade")?);
        if grades.0 > grades.1 {
            return Err(invalid("highestGrade"));
        }
        let school = SchoolRegistered {
            code: valid(SchoolCode::try_new(self.code), "code")?,
            unit_code: valid(SchoolUnitCode::try_new(self.unit_code), "unitCode")?,
            name: valid(Name::try_new(self.name), "name")?,
            form: self.form.into(),
            grades,
        };
        Ok((Command::RegisterSchool(school), None))
    }
}

/// A school year to set.
#[derive(InputObject)]
pub(crate) struct SetSchoolYearInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// The calendar year in which it starts: 2019 for 2019/20.
    starts_in: i32,
    /// Autumn term (hösttermin).
    autumn: DateSpanInput,
    /// Spring term (vårtermin).
    spring: DateSpanInput,
    /// Days without school within the terms: breaks (lov), public holidays and study days (studiedagar).
    breaks: Vec<DateSpanInput>,
}

impl CommandInput for SetSchoolYearInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        let year = SchoolYearSet {
            starts_in: small(self.starts_in, "startsIn")?,
            autumn: span(&self.autumn, "autumn")?,
            spring: span(&self.spring, "spring")?,
            breaks: self.breaks.iter().map(|days| span(days, "breaks")).collect::<Result<_, _>>()?,
        };
        Ok((Command::SetSchoolYear { school, year }, Some(school)))
    }
}

/// A principal's responsibility to record.
#[derive(InputObject)]
pub(crate) struct MakePrincipalResponsibleInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// The principal.
    principal_id: ID,
    /// Only this programme; leave both out for the whole unit.
    programme: Option<String>,
    /// Only this class; leave both out for the whole unit.
    class_name: Option<String>,
    /// First day.
    from: NaiveDate,
    /// Last day, included, when it is known.
    until: Option<NaiveDate>,
}

impl CommandInput for MakePrincipalResponsibleInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        let responsibility = match (self.programme, self.class_name) {
            (None, None) => Responsibility::Unit,
            (Some(code), None) => Responsibility::Programme(valid(ProgrammeCode::try_new(code), "programme")?),
            (None, Some(class)) => Responsibility::Class(valid(ClassName::try_new(class), "className")?),
            (Some(_), Some(_)) => return Err(invalid("className")),
        };
        let command = Command::MakePrincipalResponsible {
            school,
            principal: id(&self.principal_id, "principalId")?,
            responsibility,
            from: self.from,
            until: self.until,
        };
        Ok((command, Some(school)))
    }
}

/// A mission description to adopt.
#[derive(InputObject)]
pub(crate) struct AdoptMissionInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// First day.
    from: NaiveDate,
    /// What the mentor has to do with development talks (utvecklingssamtal).
    talks: TalkDuty,
    /// What is a mentor's task (inom uppdraget); what is not among these is not. Left out: everything but standing in for
    /// others.
    within: Option<Vec<TimeCategory>>,
}

impl CommandInput for AdoptMissionInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        let named = |within: Vec<TimeCategory>| within.into_iter().map(Into::into).collect();
        let within = self.within.map_or_else(TimeCategories::usual, named);
        let mission = MissionAdopted { from: self.from, talks: self.talks.into(), within };
        Ok((Command::AdoptMission { school, mission }, Some(school)))
    }
}

/// A mentoring model to choose.
#[derive(InputObject)]
pub(crate) struct ChooseMentoringModelInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// First day.
    from: NaiveDate,
    /// Which.
    model: MentoringModel,
}

impl CommandInput for ChooseMentoringModelInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        let chosen = MentoringModelChosen { from: self.from, model: self.model.into() };
        Ok((Command::ChooseMentoringModel { school, chosen }, Some(school)))
    }
}

/// A term to mark.
#[derive(InputObject)]
pub(crate) struct MarkTermNotComparableInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// The term, such as vt20.
    term: String,
    /// Why.
    reason: IncomparableReason,
}

impl CommandInput for MarkTermNotComparableInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        let term = self.term.parse().map_err(|_| invalid("term"))?;
        let marked = TermMarkedNotComparable { term, reason: self.reason.into() };
        Ok((Command::MarkTermNotComparable { school, marked }, Some(school)))
    }
}

/// Something to settle.
#[derive(InputObject)]
pub(crate) struct SettleSchoolInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// What.
    matter: SchoolMatterInput,
}

impl CommandInput for SettleSchoolInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        Ok((Command::SettleSchool { school, matter: self.matter.try_into()? }, Some(school)))
    }
}

/// Where a pupil goes in the next school year.
#[derive(InputObject)]
pub(crate) struct NextPlacementInput {
    /// The pupil.
    pupil_id: ID,
    /// The class (klass) from then on.
    class_name: String,
    /// The grade (årskurs) from then on.
    grade: i32,
    /// The programme from then on, in upper secondary school.
    programme: Option<String>,
}

/// Pupils who go on to the next school year.
#[derive(InputObject)]
pub(crate) struct RollYearOverInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The school unit.
    school_id: ID,
    /// First day of the new year.
    first_day: NaiveDate,
    /// Each pupil once, at most 200.
    pupils: Vec<NextPlacementInput>,
}

impl CommandInput for RollYearOverInput {
    type About = SchoolId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<SchoolId>), Refusal> {
        let school = id(&self.school_id, "schoolId")?;
        let next = |next: NextPlacementInput| {
            let pupil = id(&next.pupil_id, "pupils")?;
            Ok((pupil, placement(next.class_name, next.grade, next.programme)?))
        };
        let moves = self.pupils.into_iter().map(next).collect::<Result<_, Refusal>>()?;
        Ok((Command::RollYearOver { school, first_day: self.first_day, moves }, Some(school)))
    }
}
