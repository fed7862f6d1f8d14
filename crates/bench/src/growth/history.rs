//! A made-up history of any length: schools of 500 pupils, each with what a pupil's year holds. Longer means more schools,
//! never more about one pupil, as it is when a service is used by more schools.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::calendar::start_of_day;
use domain::event::pupil::{
    AssignmentKind, AttendanceRegistered, ContactChannel, ContactDirection, ContactOutcome, ContactTopic,
    GuardianContacted, GuardianLinked, Guardianship, MentorAssigned, Placement, PupilEnrolled,
};
use domain::event::school::SchoolRegistered;
use domain::event::staff::{StaffJoined, TimeLogged};
use domain::event::work::{CaseWork, Work};
use domain::event::{Event, PupilEvent, SchoolEvent, StaffEvent};
use domain::id::{AssignmentId, CommandId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::personal::{Erasable, Personal};
use domain::words::{
    ClassName, Closing, Grade, LadderTrigger, Minutes, Name, SchoolCode, SchoolForm, SchoolUnitCode, StepNumber,
    TimeCategory,
};
use domain::{Actor, Body, Recorded, Role, StreamRef};

use crate::Failure;

const SCHOOL: u32 = 500;
const CASELOAD: u32 = 25;
const WEEKS: u32 = 36;
/// Events about one pupil in the year, a share of their mentor's among them: to plan how many pupils a length needs.
const PER_PUPIL: u64 = 74;

/// A history that is being told.
pub(super) struct History {
    pub(super) pupils: u32,
    position: u64,
    versions: Vec<u32>,
    staff: Vec<u32>,
    steps: Vec<Option<EventId>>,
}

/// From what all ids follow, so that two runs tell the same history.
const SEED: u64 = 0x6d65_6e74_6f72_6c67;

/// An id as a service makes them: without order. In a row, what is of one school would lie together wherever things are kept by id,
/// and whoever asks about one would find the others read already.
const fn bits(kind: u8, number: u64) -> [u8; 16] {
    // No two numbers of a kind, and no two kinds, have the same first half: the mixing can be undone.
    let first = mixed(((kind as u64) << 56 | number) ^ SEED);
    let second = mixed(first ^ SEED.rotate_left(32));
    (((first as u128) << 64) | second as u128).to_be_bytes()
}

/// `SplitMix64`'s last step: each number has another, and neighbours have nothing in common.
const fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The pupil with this number.
pub(super) const fn pupil(number: u32) -> PupilId {
    PupilId::from_bits(bits(1, number as u64))
}

/// The enrolment of the pupil with this number.
pub(super) const fn enrolment(number: u32) -> EnrolmentId {
    EnrolmentId::from_bits(bits(2, number as u64))
}

/// The mentor of the pupil with this number.
pub(super) const fn mentor(number: u32) -> StaffId {
    StaffId::from_bits(bits(3, (number / CASELOAD) as u64))
}

/// The school of the pupil with this number.
pub(super) const fn school(number: u32) -> SchoolId {
    SchoolId::from_bits(bits(4, (number / SCHOOL) as u64))
}

/// The first day of a week of the school year.
pub(super) fn monday(week: u32) -> Result<NaiveDate, Failure> {
    let first = NaiveDate::from_ymd_opt(2019, 8, 19).ok_or("no such day")?;
    Ok(first + Days::new(u64::from(week) * 7))
}

type Tell<'a> = dyn FnMut(Recorded) -> Result<(), Failure> + 'a;

impl History {
    /// Of about so many events.
    pub(super) fn of(events: u64) -> Result<Self, Failure> {
        let pupils = u32::try_from(events.div_ceil(PER_PUPIL))?.next_multiple_of(CASELOAD);
        let (count, mentors) = (usize::try_from(pupils)?, usize::try_from(pupils / CASELOAD)?);
        let (versions, staff, steps) = (vec![0; count], vec![0; mentors], vec![None; count]);
        Ok(Self { pupils, position: 0, versions, staff, steps })
    }

    /// Tells all of it, in the order in which it is recorded: everybody's week after everybody's week before.
    pub(super) fn tell(mut self, tell: &mut Tell<'_>) -> Result<u64, Failure> {
        self.begin(tell)?;
        for week in 0..WEEKS {
            let friday = start_of_day(monday(week)? + Days::new(4)) + Duration::hours(15);
            for number in 0..self.pupils {
                self.week(number, week, friday, tell)?;
            }
        }
        Ok(self.position)
    }

    fn begin(&mut self, tell: &mut Tell<'_>) -> Result<(), Failure> {
        let from = monday(0)?;
        let at = start_of_day(from);
        for number in (0..self.pupils).step_by(usize::try_from(SCHOOL)?) {
            let details = SchoolRegistered {
                code: SchoolCode::try_new(format!("S{}", number / SCHOOL))?,
                unit_code: SchoolUnitCode::try_new("12345678")?,
                name: Name::try_new("En skola")?,
                form: SchoolForm::Compulsory,
                grades: (Grade::try_new(7)?, Grade::try_new(9)?),
            };
            let event = Event::School(SchoolEvent::Registered(details));
            self.record((StreamRef::School(school(number)), mentor(0)), 1, at, event, tell)?;
        }
        for number in (0..self.pupils).step_by(usize::try_from(CASELOAD)?) {
            let event =
                Event::Staff(StaffEvent::Joined(StaffJoined { name: Personal::new(Name::try_new("Maja Mentor")?) }));
            self.of_staff(number, at, event, tell)?;
        }
        for number in 0..self.pupils {
            let placement = Placement {
                class: ClassName::try_new(format!(
                    "7{}",
                    char::from(b'A' + u8::try_from(number % SCHOOL / CASELOAD)?)
                ))?,
                grade: Grade::try_new(7)?,
                programme: None,
            };
            let enrolled = PupilEnrolled {
                enrolment: enrolment(number),
                school: school(number),
                name: Erasable::Present(Personal::new(Name::try_new(format!("Kim Exempel {number}"))?)),
                placement,
                from,
            };
            self.of_pupil(number, at, PupilEvent::Enrolled(enrolled), tell)?;
            let guardian = GuardianId::from_bits(bits(5, u64::from(number)));
            let guardianship = Guardianship::Custodian;
            let linked = GuardianLinked { enrolment: enrolment(number), guardian, guardianship, household: None };
            self.of_pupil(number, at, PupilEvent::GuardianLinked(linked), tell)?;
            let assigned = MentorAssigned {
                enrolment: enrolment(number),
                assignment: AssignmentId::from_bits(bits(6, u64::from(number))),
                mentor: mentor(number),
                kind: AssignmentKind::Primary,
                principal: StaffId::from_bits(bits(7, 1)),
                from,
            };
            self.of_pupil(number, at, PupilEvent::MentorAssigned(assigned), tell)?;
        }
        Ok(())
    }

    /// A pupil's week: attendance, most weeks a contact or a talk, now and then a step of the ladder.
    fn week(&mut self, number: u32, week: u32, friday: DateTime<Utc>, tell: &mut Tell<'_>) -> Result<(), Failure> {
        let enrolment = enrolment(number);
        let turn = number + week;
        let first = monday(week)?;
        let day = |at: u64| {
            let absent = if (turn + u32::try_from(at).unwrap_or_default()).is_multiple_of(9) { 60 } else { 0 };
            let minutes =
                DayMinutes { offered: Minutes(300), unnotified: Minutes(absent), lessons: 5, ..DayMinutes::default() };
            DayAttendance::try_new(first + Days::new(at), minutes)
        };
        let days = (0..5).map(day).collect::<Result<Vec<_>, _>>()?;
        self.of_pupil(
            number,
            friday,
            PupilEvent::AttendanceRegistered(AttendanceRegistered { enrolment, days }),
            tell,
        )?;
        if turn.is_multiple_of(3) {
            let contacted = GuardianContacted {
                enrolment,
                guardian: GuardianId::from_bits(bits(5, u64::from(number))),
                channel: ContactChannel::Phone,
                direction: ContactDirection::Outgoing,
                outcome: ContactOutcome::Reached,
                topic: ContactTopic::Absence,
                minutes: Some(Minutes(10)),
                note: None,
            };
            self.of_pupil(number, friday, PupilEvent::GuardianContacted(contacted), tell)?;
        }
        if turn.is_multiple_of(2) {
            self.works(number, friday, Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }, tell)?;
        }
        match (turn % 18, self.steps.get(usize::try_from(number)?).copied().flatten()) {
            (0, None) => {
                let step = StepNumber::try_new(1)?;
                let id = self.works(
                    number,
                    friday,
                    Work::LadderStepOpened { step, trigger: LadderTrigger::FirstInvalid },
                    tell,
                )?;
                self.set_step(number, Some(id))?;
            }
            (9, Some(of)) => {
                self.works(number, friday, Work::LadderStepClosed { of, closing: Closing::AbsenceCeased }, tell)?;
                self.set_step(number, None)?;
            }
            _ => {}
        }
        if number.is_multiple_of(CASELOAD) {
            for at in 0..3 {
                let time = TimeLogged {
                    on: first + Days::new(at),
                    category: TimeCategory::Pupils,
                    minutes: Minutes(45),
                    within_mission: true,
                    sampled: false,
                    preventive: at == 0,
                };
                self.of_staff(number, friday, Event::Staff(StaffEvent::TimeLogged(time)), tell)?;
            }
        }
        Ok(())
    }

    fn set_step(&mut self, number: u32, step: Option<EventId>) -> Result<(), Failure> {
        *self.steps.get_mut(usize::try_from(number)?).ok_or("no such pupil")? = step;
        Ok(())
    }

    fn works(&mut self, number: u32, at: DateTime<Utc>, work: Work, tell: &mut Tell<'_>) -> Result<EventId, Failure> {
        let done = CaseWork { enrolment: enrolment(number), work, minutes: Some(Minutes(15)), note: None };
        self.of_pupil(number, at, PupilEvent::Worked(done), tell)?;
        Ok(EventId::from_bits(bits(8, self.position)))
    }

    fn of_pupil(
        &mut self,
        number: u32,
        at: DateTime<Utc>,
        event: PupilEvent,
        tell: &mut Tell<'_>,
    ) -> Result<(), Failure> {
        let version = self.versions.get_mut(usize::try_from(number)?).ok_or("no such pupil")?;
        *version += 1;
        let version = u64::from(*version);
        self.record((StreamRef::Pupil(pupil(number)), mentor(number)), version, at, event.into(), tell)
    }

    fn of_staff(&mut self, number: u32, at: DateTime<Utc>, event: Event, tell: &mut Tell<'_>) -> Result<(), Failure> {
        let version = self.staff.get_mut(usize::try_from(number / CASELOAD)?).ok_or("no such mentor")?;
        *version += 1;
        let version = u64::from(*version);
        self.record((StreamRef::Staff(mentor(number)), mentor(0)), version, at, event, tell)
    }

    fn record(
        &mut self,
        (stream, by): (StreamRef, StaffId),
        version: u64,
        at: DateTime<Utc>,
        event: Event,
        tell: &mut Tell<'_>,
    ) -> Result<(), Failure> {
        self.position += 1;
        tell(self.recorded(stream, version, at, event, by)?)
    }

    fn recorded(
        &self,
        stream: StreamRef,
        version: u64,
        at: DateTime<Utc>,
        event: Event,
        by: StaffId,
    ) -> Result<Recorded, Failure> {
        let uuid = uuid::Uuid::from_u128(0x7 << 76 | 0b10 << 62 | u128::from(self.position) << 80);
        Ok(Recorded {
            position: self.position,
            stream,
            version,
            id: EventId::from_bits(bits(8, self.position)),
            command: CommandId::new(uuid).ok_or("not a version 7")?,
            actor: Actor::Staff(by),
            role: Some(Role::Mentor),
            occurred: Some(at),
            recorded: at,
            body: Body::Known(event),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_each_of_one_and_what_is_of_one_school_does_not_lie_together() {
        let pupils = 20 * SCHOOL;
        let mut by_id: Vec<u32> = (0..pupils).collect();
        by_id.sort_unstable_by_key(|number| pupil(*number).bits());
        let beside = by_id.windows(2).filter(|two| two[0] / SCHOOL == two[1] / SCHOOL).count();
        // Of twenty schools one in twenty lies beside one of its own.
        assert!((300..700).contains(&beside), "{beside} of {pupils}");
        let all = (0..pupils).flat_map(|number| (1..=8).map(move |kind| bits(kind, u64::from(number))));
        assert_eq!(all.collect::<BTreeSet<_>>().len(), 8 * pupils as usize);
    }
}
