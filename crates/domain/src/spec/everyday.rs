//! What happens around the cases, for examples and tests: working time, missions, terms.

use chrono::NaiveDate;

use super::cast::{
    ASSIGNMENT, ENROLMENT, MENTOR, OTHER_MENTOR, OTHER_PUPIL, PRINCIPAL, PUPIL, SCHOOL, committee, name, personal,
    placed,
};
use super::works::step;
use super::{Happened, date, story_event};
use crate::calendar::{Season, Term};
use crate::command::{DaysToCorrect, RightDays};
use crate::event::pupil::{
    AssignmentHandedOver, CoverEnded, CoverStarted, EnrolmentDays, EnrolmentDaysCorrected, EntryCorrected,
    PupilNameCorrected,
};
use crate::event::school::{MentoringModelChosen, MissionAdopted, TermMarkedNotComparable};
use crate::event::staff::{TaskTakenOver, TimeLogged, WorkingTimeSet};
use crate::event::{EventKind, SchoolEvent, SchoolMatter, StaffEvent, StaffMatter};
use crate::id::AssignmentId;
use crate::personal::{Erasable, Personal};
use crate::projection::absence::Sums;
use crate::projection::absence::evidence::{GroupChange, Mean};
use crate::recorded::StreamRef;
use crate::retention::Subject;
use crate::words::{
    AttendanceSender, ChangeGroup, ClockTime, DayOfWeek, DelegatedDecision, DigestRhythm, FigurePart, GroupActivity,
    IncomparableReason, MentoringModel, Minutes, NotSent, Note, PortalUrl, PostShare, Reference, RetentionClass,
    TalkDuty, TeacherTask, TimeCategories, TimeCategory, ZoneName,
};

/// A full post of 40 h 25 min, by 80 per cent.
pub fn working_time() -> WorkingTimeSet {
    let share = PostShare::try_new(80).expect("a share of a post");
    WorkingTimeSet { from: date("2019-08-12"), weekly: Minutes(2_425), share }
}

/// An hour and a half at lunch, within the mission.
pub fn time_logged() -> TimeLogged {
    TimeLogged {
        on: date("2019-09-02"),
        category: TimeCategory::Groups,
        minutes: Minutes(90),
        within_mission: true,
        preventive: true,
        sampled: false,
    }
}

/// A talk with a guardian that a teacher would have had.
pub fn task_taken_over() -> TaskTakenOver {
    TaskTakenOver { on: date("2019-09-03"), task: TeacherTask::GuardianContact, minutes: Some(Minutes(20)) }
}

/// Mentors hold the talks.
pub fn mission() -> MissionAdopted {
    MissionAdopted { from: date("2019-08-12"), talks: TalkDuty::Holds, within: TimeCategories::usual() }
}

/// A mentor for each class.
pub fn model() -> MentoringModelChosen {
    MentoringModelChosen { from: date("2019-08-12"), model: MentoringModel::Class }
}

/// The spring of 2020.
pub fn incomparable() -> TermMarkedNotComparable {
    let term = Term { year: 2020, season: Season::Spring };
    TermMarkedNotComparable { term, reason: IncomparableReason::Epidemic }
}

/// The other mentor stands in, for two weeks in October.
pub fn cover() -> CoverStarted {
    CoverStarted {
        enrolment: ENROLMENT,
        assignment: ASSIGNMENT,
        deputy: OTHER_MENTOR,
        from: date("2019-10-07"),
        until: date("2019-10-18"),
    }
}

/// But only to the end of the first week.
pub fn cover_ended() -> CoverEnded {
    CoverEnded { enrolment: ENROLMENT, assignment: ASSIGNMENT, deputy: OTHER_MENTOR, last_day: date("2019-10-11") }
}

/// The mentor's assignment passed to another, with a word about it.
pub fn handed_over(to: AssignmentId) -> AssignmentHandedOver {
    let note = Note::try_new("Ring på förmiddagen.").expect("a short text is a note");
    let note = Some(Erasable::Present(Personal::new(note)));
    AssignmentHandedOver { enrolment: ENROLMENT, from: ASSIGNMENT, to, note }
}

/// An entry of the mentor's corrected: it was about another pupil.
pub fn entry_corrected() -> EntryCorrected {
    let note = Note::try_new("Gällde en annan elev.").expect("a short text is a note");
    EntryCorrected {
        enrolment: ENROLMENT,
        of: story_event(2),
        position: 2,
        kind: EventKind::GuardianContacted,
        author: Some(MENTOR),
        note: Some(Erasable::Present(Personal::new(note))),
    }
}

/// The pupil's name put right: its end had been left out.
pub fn name_corrected() -> PupilNameCorrected {
    let spelled = |text| Erasable::Present(personal(text));
    PupilNameCorrected { enrolment: ENROLMENT, name: spelled("Kim Exempelsson"), instead_of: spelled("Kim Exempel") }
}

/// The pupil's first day put right: it was a week later than had been recorded.
pub fn days_corrected() -> EnrolmentDaysCorrected {
    let days = |from| EnrolmentDays { from: date(from), last_day: None };
    let note = Note::try_new("Började en vecka senare.").expect("a short text is a note");
    EnrolmentDaysCorrected {
        enrolment: ENROLMENT,
        days: Some(days("2019-08-27")),
        instead_of: days("2019-08-20"),
        note: Some(Erasable::Present(Personal::new(note))),
    }
}

/// Other days for the pupil's enrolment.
pub fn days_to_correct(from: Option<NaiveDate>, last_day: Option<NaiveDate>) -> DaysToCorrect {
    let reason = Personal::new(Note::try_new("Fel dag.").expect("a short text is a note"));
    let right = RightDays::Were { from, last_day };
    DaysToCorrect { pupil: PUPIL, school: SCHOOL, enrolled_from: date("2019-08-20"), right, reason }
}

/// One of each kind of what is arranged for a member of staff.
pub fn every_staff_matter() -> Vec<StaffMatter> {
    let share = PostShare::try_new(40).expect("a share of a post");
    vec![
        StaffMatter::StaffAway { first_day: date("2019-09-30"), last_day: date("2019-10-04") },
        StaffMatter::StaffBack { on: date("2019-10-01") },
        StaffMatter::StandingDeputyNamed {
            deputy: OTHER_MENTOR,
            school: Some(SCHOOL),
            first_day: date("2019-08-12"),
            last_day: date("2020-06-12"),
        },
        StaffMatter::ShareAgreed { principal: PRINCIPAL, share, first_day: date("2019-08-12") },
        StaffMatter::GroupActivityHeld {
            on: date("2019-09-02"),
            activity: GroupActivity::ClassTime,
            pupils: 22,
            minutes: Minutes(40),
        },
        StaffMatter::ClassGiven {
            school: SCHOOL,
            class: placed("7A").class,
            first_day: date("2019-08-12"),
            last_day: date("2020-06-12"),
        },
    ]
}

/// Seven pupils' minutes.
const SUMS: Sums = Sums {
    pupils: 7,
    days: 70,
    offered: 25_200,
    notified: 900,
    unnotified: 60,
    valid: 30,
    invalid: 30,
    unregistered: 40,
    lessons: 420,
    unregistered_lessons: 1,
};

/// One of each kind of what is settled at a school.
pub fn every_school_matter() -> Vec<SchoolMatter> {
    let (first_day, last_day) = (date("2019-08-12"), date("2020-06-12"));
    vec![
        SchoolMatter::DecisionDelegated {
            decision: DelegatedDecision::Leave,
            to: MENTOR,
            by: Some(PRINCIPAL),
            first_day,
            last_day,
        },
        SchoolMatter::LadderPolicyAdopted {
            number: 1,
            first_day,
            percent: 10,
            window_days: 14,
            inquiry: Some(step(2)),
        },
        SchoolMatter::AttendanceSenderChosen { sender: AttendanceSender::Mentorlog, first_day },
        SchoolMatter::YearRolledOver { first_day, pupils: 22 },
        SchoolMatter::FiguresPublished { term: Term { year: 2019, season: Season::Autumn } },
        SchoolMatter::DigestScheduleSet {
            first_day,
            rhythm: DigestRhythm::Weekly,
            weekday: DayOfWeek::try_new(5).expect("a weekday"),
            at: ClockTime::try_new(15 * 60 + 30).expect("a time"),
            zone: ZoneName::try_new("Europe/Stockholm").expect("a zone"),
            portal: Some(PortalUrl::try_new("https://portal.example/guardian").expect("an address")),
        },
        SchoolMatter::PlainContentDecided {
            first_day,
            last_day,
            allowed: true,
            decision: Reference::try_new("BUN 2019-117").expect("a number"),
        },
        SchoolMatter::RetentionAdopted {
            class: RetentionClass::Note,
            months: 24,
            plan_item: reference("3.2"),
            first_day,
        },
        SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(PUPIL), reference: reference("KS 2019-1") },
        SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(PUPIL) },
        SchoolMatter::ErasureBegun {
            subject: Subject::Pupil(OTHER_PUPIL),
            class: RetentionClass::Attendance,
            period: 2018,
            plan_item: reference("3.4"),
            decision: reference("BUN 2019-7"),
            approved_by: Some(PRINCIPAL),
        },
        SchoolMatter::RemainderKept {
            term: Term { year: 2019, season: Season::Spring },
            grade: Some(placed("7A").grade),
            part: FigurePart::All,
            sums: Sums { pupils: 1, days: 2, offered: 720, notified: 30, lessons: 12, ..Sums::default() },
        },
        SchoolMatter::ErasureCarriedOut {
            subject: Subject::Pupil(OTHER_PUPIL),
            class: RetentionClass::Attendance,
            period: 2018,
        },
        SchoolMatter::PublicationDayAdopted {
            term: Term { year: 2020, season: Season::Spring },
            on: date("2020-08-31"),
        },
        SchoolMatter::FigureTold {
            term: Term { year: 2019, season: Season::Spring },
            grade: Some(placed("7A").grade),
            part: FigurePart::All,
            sums: SUMS,
        },
        SchoolMatter::ChangeTold {
            baseline: Term { year: 2018, season: Season::Autumn },
            term: Term { year: 2019, season: Season::Spring },
            group: ChangeGroup::MentorBefore,
            change: GroupChange {
                pupils: 7,
                before: SUMS,
                after: SUMS,
                mean: Some(Mean { points: -120, low: -300, high: 60 }),
            },
        },
        SchoolMatter::LoadTold { term: Term { year: 2019, season: Season::Spring }, mentor: MENTOR, pupils: Some(12) },
        SchoolMatter::PlacedUnderCommittee { committee: committee("BUN"), name: name("Barn- och ungdomsnämnden") },
        SchoolMatter::SchoolDigestsPassedOver { period: date("2019-07-05"), reason: NotSent::SchoolBreak },
    ]
}

/// It happened to the mentor.
pub fn of_mentor(event: StaffEvent) -> Happened {
    (StreamRef::Staff(MENTOR), event.into())
}

/// It happened to the school.
pub fn of_school(event: SchoolEvent) -> Happened {
    (StreamRef::School(SCHOOL), event.into())
}

/// A number in another system.
fn reference(text: &str) -> Reference {
    Reference::try_new(text).expect("a short text is a reference")
}
