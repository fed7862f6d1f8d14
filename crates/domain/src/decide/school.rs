//! School units, school years and who answers for what.

use chrono::NaiveDate;

use super::{Draft, Ruling, plausible, refuse};
use crate::actor::Role;
use crate::calendar::{SchoolCalendar, YearFault};
use crate::event::SchoolEvent;
use crate::event::school::{
    MentoringModelChosen, MissionAdopted, PrincipalMadeResponsible, Responsibility, SchoolRegistered, SchoolYearSet,
    TermMarkedNotComparable,
};
use crate::id::{SchoolId, StaffId};
use crate::recorded::StreamRef;
use crate::refusal::Code;

pub(super) fn register(draft: &mut Draft<'_>, details: &SchoolRegistered) -> Ruling {
    if draft.world.school_by_code(&details.code).is_some() {
        return refuse(Code::SchoolCodeTaken, "code");
    }
    if details.grades.0 > details.grades.1 {
        return refuse(Code::InvalidInput, "grades");
    }
    let stream = StreamRef::School(SchoolId::fresh(draft.ids));
    draft.rests_on(stream);
    draft.happens(stream, SchoolEvent::Registered(details.clone()));
    Ok(())
}

pub(super) fn set_year(draft: &mut Draft<'_>, school: SchoolId, year: &SchoolYearSet) -> Ruling {
    draft.school(school)?;
    plausible(year.autumn.first(), "autumn")?;
    match SchoolCalendar::check(year) {
        Err(YearFault::Autumn) => return refuse(Code::SchoolYearInvalid, "autumn"),
        Err(YearFault::Spring) => return refuse(Code::SchoolYearInvalid, "spring"),
        Err(YearFault::Break) => return refuse(Code::SchoolYearInvalid, "breaks"),
        Ok(()) => {}
    }
    let stream = StreamRef::School(school);
    draft.rests_on(stream);
    draft.happened_on(stream, year.autumn.first(), SchoolEvent::YearSet(year.clone()));
    Ok(())
}

pub(super) fn make_responsible(
    draft: &mut Draft<'_>,
    school: SchoolId,
    principal: StaffId,
    responsibility: &Responsibility,
    (from, until): (NaiveDate, Option<NaiveDate>),
) -> Ruling {
    draft.school(school)?;
    plausible(from, "from")?;
    if let Some(until) = until {
        plausible(until, "until")?;
        if until < from {
            return refuse(Code::InvalidInput, "until");
        }
    }
    let Some(member) = draft.world.staff_member(principal) else {
        return refuse(Code::NotFound, "principal");
    };
    draft.not_oneself(principal, "principal")?;
    if !draft.world.holds(member, Role::Principal, school) {
        return refuse(Code::RoleMissing, "principal");
    }
    let stream = StreamRef::School(school);
    draft.rests_on(stream);
    draft.rests_on(StreamRef::Staff(principal));
    let responsibility = responsibility.clone();
    let made = PrincipalMadeResponsible { principal, responsibility, from, until };
    draft.happened_on(stream, from, SchoolEvent::PrincipalMadeResponsible(made));
    Ok(())
}

pub(super) fn adopt_mission(draft: &mut Draft<'_>, school: SchoolId, mission: MissionAdopted) -> Ruling {
    set_from(draft, school, mission.from, SchoolEvent::MissionAdopted(mission))
}

pub(super) fn choose_model(draft: &mut Draft<'_>, school: SchoolId, chosen: MentoringModelChosen) -> Ruling {
    set_from(draft, school, chosen.from, SchoolEvent::MentoringModelChosen(chosen))
}

/// Something that holds at the school from a day on.
fn set_from(draft: &mut Draft<'_>, school: SchoolId, from: NaiveDate, event: SchoolEvent) -> Ruling {
    draft.school(school)?;
    plausible(from, "from")?;
    let stream = StreamRef::School(school);
    draft.rests_on(stream);
    draft.happened_on(stream, from, event);
    Ok(())
}

pub(super) fn mark_term(draft: &mut Draft<'_>, school: SchoolId, marked: TermMarkedNotComparable) -> Ruling {
    if !draft.school(school)?.calendar.terms().contains(&marked.term) {
        return refuse(Code::OutsidePeriod, "term");
    }
    let stream = StreamRef::School(school);
    draft.rests_on(stream);
    draft.happens(stream, SchoolEvent::TermMarkedNotComparable(marked));
    Ok(())
}
