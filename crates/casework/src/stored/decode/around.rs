//! What the forms of schools, staff and guardians say.

use domain::event::guardian::{GuardianCorrected, GuardianRegistered};
use domain::event::school::{
    MentoringModelChosen, MissionAdopted, PrincipalMadeResponsible, Responsibility, SchoolRegistered, SchoolYearSet,
    TermMarkedNotComparable,
};
use domain::event::staff::{RoleGranted, RoleWithdrawn, StaffJoined, TaskTakenOver, TimeLogged, WorkingTimeSet};
use domain::event::{Event, EventKind, GuardianEvent, SchoolEvent, StaffEvent};
use domain::personal::Personal;
use domain::words::{
    ClassName, ContactDetail, Grade, Invalid, Minutes, Name, PostShare, ProgrammeCode, SchoolCode, SchoolUnitCode,
};
use serde_json::Value;

use super::DecodeError;
use crate::stored::forms::guardian::{GuardianCorrectedV1, GuardianRegisteredV1};
use crate::stored::forms::school::{
    MentoringModelChosenV1, MissionAdoptedV2, PrincipalMadeResponsibleV1, ResponsibilityV1, SchoolRegisteredV1,
    SchoolYearSetV1, TermMarkedNotComparableV1,
};
use crate::stored::forms::staff::{RoleV2, StaffJoinedV1, TaskTakenOverV1, TimeLoggedV2, WorkingTimeSetV1};
use crate::stored::forms::{digest, matter};

pub(super) fn school_registered(form: SchoolRegisteredV1) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::Registered(SchoolRegistered {
        code: SchoolCode::try_new(form.code)?,
        unit_code: SchoolUnitCode::try_new(form.unit_code)?,
        name: Name::try_new(form.name)?,
        form: form.form.into(),
        grades: (Grade::try_new(form.lowest_grade)?, Grade::try_new(form.highest_grade)?),
    })))
}

pub(super) fn school_year_set(form: SchoolYearSetV1) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::YearSet(SchoolYearSet {
        starts_in: form.starts_in,
        autumn: form.autumn.try_into()?,
        spring: form.spring.try_into()?,
        breaks: form.breaks.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
    })))
}

pub(super) fn principal_made_responsible(form: PrincipalMadeResponsibleV1) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::PrincipalMadeResponsible(PrincipalMadeResponsible {
        principal: form.principal.parse()?,
        responsibility: match form.responsibility {
            ResponsibilityV1::Unit => Responsibility::Unit,
            ResponsibilityV1::Programme(code) => Responsibility::Programme(ProgrammeCode::try_new(code)?),
            ResponsibilityV1::Class(name) => Responsibility::Class(ClassName::try_new(name)?),
        },
        from: form.from,
        until: form.until,
    })))
}

pub(super) fn role_granted(form: RoleV2) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::RoleGranted(RoleGranted { grant: form.try_into()? })))
}

pub(super) fn role_withdrawn(form: RoleV2) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant: form.try_into()? })))
}

pub(super) fn staff_matter(kind: EventKind, form: Value) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::Arranged(matter::staff::read(kind, form)?)))
}

pub(super) fn school_matter(kind: EventKind, form: Value) -> Result<Event, DecodeError> {
    Ok(Event::School(SchoolEvent::Settled(matter::school::read(kind, form)?)))
}

pub(super) fn digest_matter(kind: EventKind, form: Value) -> Result<Event, DecodeError> {
    Ok(Event::Guardian(GuardianEvent::Digest(digest::guardian::read(kind, form)?)))
}

pub(super) fn staff_joined(form: StaffJoinedV1) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::Joined(StaffJoined { name: Personal::new(Name::try_new(form.name)?) })))
}

pub(super) fn mission_adopted(form: &MissionAdoptedV2) -> Event {
    let within = form.within.iter().map(|category| (*category).into()).collect();
    let mission = MissionAdopted { from: form.from, talks: form.talks.into(), within };
    Event::School(SchoolEvent::MissionAdopted(mission))
}

pub(super) fn mentoring_model_chosen(form: &MentoringModelChosenV1) -> Event {
    let chosen = MentoringModelChosen { from: form.from, model: form.model.into() };
    Event::School(SchoolEvent::MentoringModelChosen(chosen))
}

pub(super) fn term_marked_not_comparable(form: &TermMarkedNotComparableV1) -> Result<Event, DecodeError> {
    let term = form.term.parse().map_err(|_| DecodeError::Malformed)?;
    let marked = TermMarkedNotComparable { term, reason: form.reason.into() };
    Ok(Event::School(SchoolEvent::TermMarkedNotComparable(marked)))
}

pub(super) fn working_time_set(form: &WorkingTimeSetV1) -> Result<Event, DecodeError> {
    Ok(Event::Staff(StaffEvent::WorkingTimeSet(WorkingTimeSet {
        from: form.from,
        weekly: Minutes(form.weekly_minutes),
        share: PostShare::try_new(form.share_percent)?,
    })))
}

pub(super) fn time_logged(form: &TimeLoggedV2) -> Event {
    Event::Staff(StaffEvent::TimeLogged(TimeLogged {
        on: form.on,
        category: form.category.into(),
        minutes: Minutes(form.minutes),
        within_mission: form.within_mission,
        preventive: form.preventive,
        sampled: form.sampled,
    }))
}

pub(super) fn task_taken_over(form: &TaskTakenOverV1) -> Event {
    let taken = TaskTakenOver { on: form.on, task: form.task.into(), minutes: form.minutes.map(Minutes) };
    Event::Staff(StaffEvent::TaskTakenOver(taken))
}

pub(super) fn guardian_registered(form: GuardianRegisteredV1) -> Result<Event, DecodeError> {
    Ok(Event::Guardian(GuardianEvent::Registered(GuardianRegistered {
        name: Personal::new(Name::try_new(form.name)?),
        phone: form.phone.map(detail).transpose()?,
        email: form.email.map(detail).transpose()?,
    })))
}

pub(super) fn guardian_corrected(form: GuardianCorrectedV1) -> Result<Event, DecodeError> {
    Ok(Event::Guardian(GuardianEvent::Corrected(GuardianCorrected {
        name: form.name.map(|name| Name::try_new(name).map(Personal::new)).transpose()?,
        phone: form.phone.map(detail).transpose()?,
    })))
}

fn detail(text: String) -> Result<Personal<ContactDetail>, Invalid> {
    ContactDetail::try_new(text).map(Personal::new)
}
