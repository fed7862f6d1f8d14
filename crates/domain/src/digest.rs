//! Which guardian may be told about which pupil, by e-mail, today (vem som får underrättas): decided when a message is
//! sent, never when it is planned. Every no has a reason.

use chrono::{Datelike, NaiveDate};

use crate::actor::Role;
use crate::event::SchoolMatter;
use crate::event::pupil::Guardianship;
use crate::id::{GuardianId, PupilId, SchoolId, StaffId};
use crate::state::outbox::Preference;
use crate::state::{PupilCase, RegisteredSchool, World};
use crate::words::{
    AttendanceSender, ClockTime, ContentClass, DayOfWeek, DigestFrequency, DigestRhythm, Language, MessageClass,
    NotSent, PortalUrl, ZoneName,
};

/// The age at which a person comes of age (myndig), in years.
const OF_AGE: i32 = 18;

/// A school's times for digests, as they hold on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// First day.
    pub first_day: NaiveDate,
    /// How often.
    pub rhythm: DigestRhythm,
    /// On which weekday.
    pub weekday: DayOfWeek,
    /// At which time of that day.
    pub at: ClockTime,
    /// By the clock of which zone.
    pub zone: ZoneName,
    /// Where guardians read the facts.
    pub portal: Option<PortalUrl>,
}

impl Schedule {
    /// Whether digests go: without a place where the facts can be read none does.
    pub fn is_sent(&self) -> bool {
        self.rhythm != DigestRhythm::Off && self.portal.is_some()
    }
}

/// Who is told, and what about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addressed {
    /// The pupils whom it is about, each with the school.
    pub pupils: Vec<(PupilId, SchoolId)>,
    /// Who was left out, and why.
    pub left_out: Vec<(PupilId, NotSent)>,
    /// The most that the message may say.
    pub content: ContentClass,
    /// In which language.
    pub language: Language,
    /// Without HTML.
    pub plain_text: bool,
}

/// Why nothing is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAddressed {
    /// The reason.
    pub reason: NotSent,
    /// Why each pupil was left out, when it was for their sake.
    pub left_out: Vec<(PupilId, NotSent)>,
}

impl NotAddressed {
    const fn because(reason: NotSent) -> Self {
        Self { reason, left_out: Vec::new() }
    }
}

/// Decides whether a message of a class may go to a guardian today, about which of the pupils that there is something to
/// say about. `period` is what the message stands for.
pub fn addressed(
    world: &World,
    guardian: GuardianId,
    (class, period): (MessageClass, NaiveDate),
    about: &[PupilId],
    today: NaiveDate,
) -> Result<Addressed, NotAddressed> {
    let preference = reachable(world, guardian, (class, period), today).map_err(NotAddressed::because)?;
    let children = world.children_of(guardian);
    if children.is_empty() {
        return Err(NotAddressed::because(NotSent::NoPupil));
    }
    // One protected identity, and nothing at all is mailed: also what is not said can tell.
    if children.iter().any(|pupil| world.case(*pupil).is_none_or(|case| world.involves_protected(case))) {
        return Err(NotAddressed::because(NotSent::IdentityProtected));
    }
    let (mut pupils, mut left_out) = (Vec::new(), Vec::new());
    for pupil in children {
        match about_pupil(world, guardian, class, *pupil, today) {
            Ok(school) if class == MessageClass::Confirmation || about.contains(pupil) => pupils.push((*pupil, school)),
            Ok(_) => left_out.push((*pupil, NotSent::NothingNew)),
            Err(reason) => left_out.push((*pupil, reason)),
        }
    }
    if pupils.is_empty() {
        let told = |(_, reason): &&(PupilId, NotSent)| *reason != NotSent::NothingNew;
        let reason = left_out.iter().find(told).or(left_out.first()).map_or(NotSent::NoPupil, |(_, reason)| *reason);
        return Err(NotAddressed { reason, left_out });
    }
    let plain =
        |(_, school): &(PupilId, SchoolId)| world.school(*school).is_some_and(|school| plain_content_on(school, today));
    let content = match class {
        MessageClass::Digest if pupils.iter().all(plain) => ContentClass::Plain,
        MessageClass::Digest | MessageClass::SameDay | MessageClass::Confirmation => ContentClass::Notice,
    };
    Ok(Addressed { pupils, left_out, content, language: preference.language, plain_text: preference.plain_text })
}

/// Whether the guardian can be written to at all, whoever it is about.
fn reachable(
    world: &World,
    guardian: GuardianId,
    (class, period): (MessageClass, NaiveDate),
    today: NaiveDate,
) -> Result<Preference, NotSent> {
    let Some(known) = world.guardian(guardian) else { return Err(NotSent::NoPupil) };
    if world.guardian_protected(guardian) {
        return Err(NotSent::IdentityProtected);
    }
    let outbox = &known.outbox;
    let preference = outbox.preference.unwrap_or_default();
    if outbox.address.is_none() {
        return Err(NotSent::NoAddress);
    }
    if outbox.bounced {
        return Err(NotSent::AddressBounced);
    }
    if !outbox.confirmed && class != MessageClass::Confirmation {
        return Err(NotSent::AddressNotConfirmed);
    }
    match class {
        MessageClass::Digest if outbox.stopped => Err(NotSent::Stopped),
        MessageClass::Digest if preference.frequency == DigestFrequency::Off => Err(NotSent::SwitchedOff),
        MessageClass::SameDay if period != today => Err(NotSent::TooLate),
        MessageClass::Digest | MessageClass::SameDay | MessageClass::Confirmation => Ok(preference),
    }
}

/// Whether a message of a class may tell the guardian about this pupil today, and by which school.
pub fn about_pupil(
    world: &World,
    guardian: GuardianId,
    class: MessageClass,
    pupil: PupilId,
    today: NaiveDate,
) -> Result<SchoolId, NotSent> {
    let case = world.case(pupil).ok_or(NotSent::NotEnrolled)?;
    may_be_told(case, guardian, today)?;
    if class != MessageClass::Confirmation && !is_vouched_for(world, case, guardian) {
        return Err(NotSent::AddressNotConfirmed);
    }
    let enrolment = case.enrolment_on(today).filter(|enrolment| enrolment.id == case.latest.id);
    let id = enrolment.ok_or(NotSent::NotEnrolled)?.school;
    let school = world.school(id).ok_or(NotSent::NotEnrolled)?;
    match class {
        MessageClass::Confirmation => {}
        MessageClass::SameDay => {
            if school.attendance_sender_on(today) != AttendanceSender::Mentorlog {
                return Err(NotSent::ScheduleOff);
            }
        }
        MessageClass::Digest => {
            let schedule = schedule_on(school, today).filter(|schedule| schedule.rhythm != DigestRhythm::Off);
            let schedule = schedule.ok_or(NotSent::ScheduleOff)?;
            schedule.portal.ok_or(NotSent::NoPortal)?;
            if !in_term(school, today) {
                return Err(NotSent::SchoolBreak);
            }
        }
    }
    Ok(id)
}

/// Whether the guardian's address was given, or is said to be theirs, by somebody who has the pupil or had the pupil: whoever has a
/// sibling alone could else have this one told of at an address of their own.
pub(crate) fn is_vouched_for(world: &World, case: &PupilCase, guardian: GuardianId) -> bool {
    let led = |staff: StaffId, school: SchoolId| {
        let roles = world.staff_member(staff).map(|member| member.roles.as_slice()).unwrap_or_default();
        roles.iter().any(|held| held.grant.role == Role::Principal && world.reaches(&held.grant, school))
    };
    let had = |staff: StaffId| {
        case.assignments.iter().any(|one| one.mentor == staff)
            || case.covers.iter().any(|cover| cover.deputy == staff)
            || case.enrolments().any(|enrolment| led(staff, enrolment.school))
    };
    let vouched = world.guardian(guardian).map(|known| known.outbox.vouched.as_slice()).unwrap_or_default();
    vouched.iter().any(|by| by.is_none_or(had))
}

/// Whether the guardian may be told about the pupil today at all (6 kap. 11 § föräldrabalken, 12 kap. 3 § OSL).
pub(crate) fn may_be_told(case: &PupilCase, guardian: GuardianId, today: NaiveDate) -> Result<(), NotSent> {
    let linked = case.guardians.iter().find(|linked| linked.guardian == guardian).ok_or(NotSent::NoPupil)?;
    match linked.guardianship {
        Guardianship::Custodian | Guardianship::Appointed => {}
        Guardianship::ParentWithoutCustody => return Err(NotSent::NoCustody),
    }
    if case.bans.contains(&guardian) {
        return Err(NotSent::ContactBanned);
    }
    if case.withheld.contains(&guardian) {
        return Err(NotSent::Withheld);
    }
    let born = case.born.ok_or(NotSent::AgeUnknown)?;
    let consents = || case.consents.iter().any(|(told, last_day)| *told == guardian && today <= *last_day);
    if today >= of_age_on(born) && !consents() {
        return Err(NotSent::OfAge);
    }
    Ok(())
}

/// The day on which somebody comes of age; what guardians are told ends when it begins in Sweden. Who was born on the 29th
/// of February does so on the 28th in a common year: the earlier of the two days that can be meant.
pub fn of_age_on(born: NaiveDate) -> NaiveDate {
    let year = born.year() + OF_AGE;
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).unwrap_or(born)
}

/// The times that hold at a school on a day: those that began last.
pub fn schedule_on(school: &RegisteredSchool, day: NaiveDate) -> Option<Schedule> {
    let mut holds: Option<Schedule> = None;
    for matter in &school.settled {
        if let SchoolMatter::DigestScheduleSet { first_day, rhythm, weekday, at, zone, portal } = matter
            && *first_day <= day
            && holds.as_ref().is_none_or(|holds| holds.first_day <= *first_day)
        {
            holds = Some(Schedule {
                first_day: *first_day,
                rhythm: *rhythm,
                weekday: *weekday,
                at: *at,
                zone: zone.clone(),
                portal: portal.clone(),
            });
        }
    }
    holds
}

/// Why nobody here was sent a digest for a period, where that is on record.
pub fn digests_passed_over(school: &RegisteredSchool, day: NaiveDate) -> Option<NotSent> {
    let passed = |matter: &SchoolMatter| {
        if let SchoolMatter::SchoolDigestsPassedOver { period, reason } = matter {
            (*period == day).then_some(*reason)
        } else {
            None
        }
    };
    school.settled.iter().rev().find_map(passed)
}

/// Whether the authority's decision lets plain facts stand in e-mail from a school on a day: the decision recorded last of
/// those that cover it.
pub fn plain_content_on(school: &RegisteredSchool, day: NaiveDate) -> bool {
    let decided = |matter: &SchoolMatter| {
        if let SchoolMatter::PlainContentDecided { first_day, last_day, allowed, .. } = matter {
            (*first_day..=*last_day).contains(&day).then_some(*allowed)
        } else {
            None
        }
    };
    school.settled.iter().rev().find_map(decided).unwrap_or(false)
}

/// Whether a day lies in a term, and in no break; weekends within a term count as term.
pub fn in_term(school: &RegisteredSchool, day: NaiveDate) -> bool {
    let free = || school.calendar.years().any(|year| year.breaks.iter().any(|span| span.contains(day)));
    school.calendar.term_of(day).is_some() && !free()
}
