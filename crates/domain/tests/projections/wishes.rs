//! Invented histories: whatever can be asked for, by whoever may ask, on some day; what makes no sense is refused and changes
//! nothing.

use chrono::{Days, NaiveDate};
use domain::actor::{Grant, Role};
use domain::command::{EntryToCorrect, EntryToHandOn, MeantEntry, Moment, WorkToLog};
use domain::decide::{Decided, Decision};
use domain::event::pupil::{
    AssignmentEndReason, AssignmentKind, ContactTopic, GuardianLinked, Guardianship, LeavingReason,
};
use domain::event::school::{MentoringModelChosen, MissionAdopted, Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::staff::{TaskTakenOver, TimeLogged, WorkingTimeSet};
use domain::event::{EventKind, PupilEvent, SchoolEvent, SchoolMatter, StaffMatter, Work};
use domain::id::{PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::retention::Subject;
use domain::spec::cast::*;
use domain::spec::digests::{every_digest_matter, of_guardian};
use domain::spec::everyday::{every_school_matter, incomparable, task_taken_over, time_logged, working_time};
use domain::spec::works::{before, every_work_on, of_age};
use domain::spec::{CountedIds, Story, date, given};
use domain::words::{
    AttendanceSender, DateSpan, DelegatedDecision, Grade, GroupActivity, MentoringModel, Minutes, Name, Note,
    PostShare, Reference, ReferralConcern, ReportLevel, SchoolForm, TalkDuty, TimeCategories, TimeCategory,
};
use domain::{Actor, Body, Command, Event, Recorded, decide};
use proptest::prelude::*;

use crate::{put_right, term};

/// Something to ask for. Most of it makes sense; what does not is refused and changes nothing.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Enrol(usize, u8, u64),
    Move(usize, u8, u64),
    Leave(usize, u64),
    /// The first or the last day of one of the enrolments, or both, is put right.
    Days(usize, prop::sample::Index, Option<u64>, Option<u64>),
    Assign(usize, bool, bool, u64),
    End(usize, u64),
    Contact(usize),
    Talk(usize),
    Refer(usize),
    Undo(usize, prop::sample::Index),
    /// The name is put right, as one of a few.
    Rename(usize, u8),
    /// The guardian's name is put right, as one of a few.
    RenameGuardian(u8),
    Attend(usize, u64, u16, u16),
    Correct(usize, u64, u16, u16),
    /// Days enough to be compared with those of the other term, in autumn or in spring.
    Fortnight(usize, bool, u16, u16),
    /// Any kind of work, by its number, on a day.
    Work(usize, prop::sample::Index, u64),
    /// Work that follows on something in the case, of any kind that can follow now.
    Follow(usize, prop::sample::Index, u64),
    Link(usize),
    HandOver(usize, bool, u64),
    Cover(usize, bool, u64, u64),
    Uncover(usize, u64),
    /// Something arranged for one of the mentors, or logged by one.
    Staff(bool, u8, u64, u64),
    /// Something settled at the school.
    Settle(u8, u64, bool),
    /// The other mentor's role is withdrawn, or granted again.
    Role(bool),
    RollOver(usize, u8, u64),
    /// Something with messages to the guardian, of any kind.
    Mail(prop::sample::Index, u64),
}

/// Pupils; the last one begins in upper secondary school.
pub(crate) const PUPILS: usize = 5;
/// An upper secondary school.
const UPPER: SchoolId = SchoolId::from_bits([0x77; 16]);
/// Every school.
pub(crate) const SCHOOLS: [SchoolId; 3] = [SCHOOL, OTHER_SCHOOL, UPPER];

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    let (who, when) = (0..PUPILS, 0..150_u64);
    let absent = (0..150_u16, 0..150_u16);
    prop_oneof![
        1 => (who.clone(), 0..6_u8, 0..60_u64).prop_map(|(p, c, d)| Wish::Enrol(p, c, d)),
        2 => (who.clone(), 0..6_u8, when.clone()).prop_map(|(p, c, d)| Wish::Move(p, c, d)),
        1 => (who.clone(), when.clone()).prop_map(|(p, d)| Wish::Leave(p, d)),
        4 => (who.clone(), any::<prop::sample::Index>(), prop::option::of(0..80_u64), prop::option::of(when.clone()))
            .prop_map(|(p, n, f, l)| Wish::Days(p, n, f, l)),
        3 => (who.clone(), any::<bool>(), any::<bool>(), when.clone()).prop_map(|(p, m, k, d)| Wish::Assign(p, m, k, d)),
        3 => (who.clone(), when.clone()).prop_map(|(p, d)| Wish::End(p, d)),
        2 => who.clone().prop_map(Wish::Contact),
        1 => who.clone().prop_map(Wish::Talk),
        1 => who.clone().prop_map(Wish::Refer),
        3 => (who.clone(), any::<prop::sample::Index>()).prop_map(|(p, n)| Wish::Undo(p, n)),
        3 => (who.clone(), 0..3_u8).prop_map(|(p, n)| Wish::Rename(p, n)),
        2 => (0..3_u8).prop_map(Wish::RenameGuardian),
        6 => (who.clone(), when.clone(), absent.clone()).prop_map(|(p, d, (n, u))| Wish::Attend(p, d, n, u)),
        3 => (who.clone(), when.clone(), absent.clone()).prop_map(|(p, d, (n, u))| Wish::Correct(p, d, n, u)),
        20 => (who.clone(), any::<prop::sample::Index>(), when.clone()).prop_map(|(p, n, d)| Wish::Work(p, n, d)),
        12 => (who.clone(), any::<prop::sample::Index>(), when.clone()).prop_map(|(p, n, d)| Wish::Follow(p, n, d)),
        1 => who.clone().prop_map(Wish::Link),
        2 => (who.clone(), any::<bool>(), when.clone()).prop_map(|(p, m, d)| Wish::HandOver(p, m, d)),
        3 => (who.clone(), any::<bool>(), when.clone(), 0..30_u64).prop_map(|(p, m, d, l)| Wish::Cover(p, m, d, l)),
        4 => (who.clone(), when.clone()).prop_map(|(p, d)| Wish::Uncover(p, d)),
        8 => (any::<bool>(), 0..10_u8, when.clone(), 0..30_u64).prop_map(|(m, w, d, l)| Wish::Staff(m, w, d, l)),
        6 => (0..17_u8, when.clone(), any::<bool>()).prop_map(|(w, d, b)| Wish::Settle(w, d, b)),
        2 => (who.clone(), any::<bool>(), absent.clone()).prop_map(|(p, s, (n, u))| Wish::Fortnight(p, s, n, u)),
        1 => any::<bool>().prop_map(Wish::Role),
        1 => (who, 0..6_u8, when.clone()).prop_map(|(p, c, d)| Wish::RollOver(p, c, d)),
        3 => (any::<prop::sample::Index>(), when).prop_map(|(n, d)| Wish::Mail(n, d)),
    ]
}

pub(crate) fn pupil(n: usize) -> PupilId {
    PupilId::from_bits([u8::try_from(n).unwrap() + 1; 16])
}

pub(crate) fn on(days: u64) -> NaiveDate {
    date("2019-08-20") + Days::new(days)
}

/// Some entry of the pupil's, to be corrected; most of them can be.
fn entry(story: &Story, pupil: PupilId, chosen: prop::sample::Index) -> Option<Command> {
    let own = |one: &&Recorded| match &one.body {
        Body::Known(Event::Pupil(PupilEvent::GuardianContacted(_) | PupilEvent::Worked(_))) => {
            one.stream == domain::StreamRef::Pupil(pupil)
        }
        _ => false,
    };
    let entries: Vec<&Recorded> = story.log.iter().filter(own).collect();
    let one = (!entries.is_empty()).then(|| entries[chosen.index(entries.len())])?;
    let Body::Known(Event::Pupil(event)) = &one.body else { return None };
    let (kind, enrolment, guardian) = (event.kind(), event.enrolment(), event.guardian());
    let meant = Some(MeantEntry { event: one.id, kind, enrolment, author: one.actor, guardian });
    let reason = Personal::new(Note::try_new("Fel elev.").unwrap());
    Some(Command::CorrectEntry(EntryToCorrect { pupil, position: one.position, meant, reason }))
}

fn work(pupil: PupilId, work: Work) -> Command {
    Command::LogWork(WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: Some(Minutes(5)), note: None })
}

fn spelled(names: [&str; 3], which: u8) -> Personal<Name> {
    personal(&format!("{} Exempel", names[usize::from(which)]))
}

fn command(wish: &Wish, story: &Story) -> Option<Command> {
    let known = &story.known;
    let class = |n: u8| placed(["7A", "7B", "8A", "8B", "9A", "9B"][usize::from(n)]);
    Some(match *wish {
        Wish::Enrol(p, c, d) => Command::EnrolPupil {
            pupil: Some(pupil(p)),
            school: if c % 2 == 0 { SCHOOL } else { OTHER_SCHOOL },
            name: personal("Kim Exempel"),
            placement: class(c),
            from: on(d + 60),
            protection: None,
        },
        Wish::Move(p, c, d) => Command::MovePupil { pupil: pupil(p), placement: class(c), from: on(d) },
        Wish::Leave(p, d) => {
            Command::PupilLeaves { pupil: pupil(p), reason: LeavingReason::Other, last_day: on(d), destination: None }
        }
        Wish::Days(p, chosen, from, last) => put_right::wished(story, pupil(p), chosen, (from.map(on), last.map(on)))?,
        Wish::Assign(p, m, k, d) => Command::AssignMentor {
            pupil: pupil(p),
            mentor: if m { MENTOR } else { OTHER_MENTOR },
            kind: if k { AssignmentKind::Primary } else { AssignmentKind::Additional },
            principal: PRINCIPAL,
            from: on(d),
        },
        Wish::End(p, d) => {
            let assignment = known.world.case(pupil(p))?.assignments.last()?.id;
            let reason = AssignmentEndReason::NeedEnded;
            Command::EndAssignment { pupil: pupil(p), assignment, reason, last_day: on(d) }
        }
        Wish::Contact(p) => {
            let guardian = known.world.case(pupil(p))?.guardians.first()?.guardian;
            Command::LogGuardianContact(domain::command::ContactToLog { pupil: pupil(p), guardian, ..contact_to_log() })
        }
        Wish::Talk(p) => work(pupil(p), Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }),
        Wish::Refer(p) => work(
            pupil(p),
            Work::ReferralOpened { team: domain::words::Team::Health, concern: ReferralConcern::Absence },
        ),
        Wish::Undo(p, chosen) => entry(story, pupil(p), chosen)?,
        Wish::Rename(p, n) => put_right::renamed(pupil(p), spelled(["Kim", "Kym", "Kimm"], n)),
        Wish::RenameGuardian(n) => {
            let name = Some(spelled(["Alex", "Alix", "Aleks"], n));
            Command::CorrectGuardian { guardian: GUARDIAN, name, phone: None }
        }
        Wish::Attend(p, d, n, u) => {
            Command::RegisterAttendance { pupil: pupil(p), days: vec![day(on(d), n, u), day(on(d + 1), u, n)] }
        }
        Wish::Fortnight(p, spring, n, u) => {
            let first = date(if spring { "2020-01-09" } else { "2019-09-02" });
            let days = first.iter_days().take(10).map(|on| day(on, n, u)).collect();
            Command::RegisterAttendance { pupil: pupil(p), days }
        }
        Wish::Work(p, chosen, d) => any_work(story, pupil(p), chosen, d)?,
        Wish::Follow(p, chosen, d) => following(story, pupil(p), chosen, d)?,
        Wish::Link(p) => Command::LinkGuardian {
            pupil: pupil(p),
            guardian: domain::command::GuardianChoice::New { name: personal("Alex Exempel"), phone: None, email: None },
            guardianship: Guardianship::Custodian,
            household: None,
        },
        Wish::HandOver(p, m, d) => Command::HandOver {
            pupil: pupil(p),
            assignment: known.world.case(pupil(p))?.assignments.last()?.id,
            mentor: if m { MENTOR } else { OTHER_MENTOR },
            from: on(d),
            note: None,
        },
        Wish::Cover(p, m, d, long) => Command::StartCover {
            pupil: pupil(p),
            assignment: known.world.case(pupil(p))?.assignments.last()?.id,
            deputy: if m { MENTOR } else { OTHER_MENTOR },
            from: on(d),
            until: on(d + long),
        },
        Wish::Uncover(p, d) => {
            let cover = *known.world.case(pupil(p))?.covers.last()?;
            let (assignment, deputy) = (cover.assignment, cover.deputy);
            let long = u64::try_from((cover.until - cover.from).num_days()).unwrap_or_default();
            Command::EndCover { pupil: pupil(p), assignment, deputy, last_day: cover.from + Days::new(d % long.max(1)) }
        }
        Wish::Staff(m, what, d, long) => staff_matter(story, if m { MENTOR } else { OTHER_MENTOR }, what, (d, long)),
        Wish::Settle(what, d, either) => school_matter(what, d, either),
        Wish::Role(granted) => {
            let grant = Grant::at(Role::Mentor, SCHOOL);
            if granted {
                Command::GrantRole { staff: OTHER_MENTOR, grant }
            } else {
                Command::WithdrawRole { staff: OTHER_MENTOR, grant }
            }
        }
        Wish::RollOver(p, c, d) => {
            Command::RollYearOver { school: SCHOOL, first_day: on(d), moves: vec![(pupil(p), class(c))] }
        }
        // What is written to guardians is no command of these people's: see `play`.
        Wish::Mail(..) => return None,
        Wish::Correct(p, d, n, u) => {
            let registered = known.world.case(pupil(p))?.registered.all().collect::<Vec<_>>();
            let one = usize::try_from(d).unwrap() % registered.len().max(1);
            let date = registered.get(one).copied().unwrap_or(on(d));
            Command::CorrectAttendance { pupil: pupil(p), day: day(date, n, u) }
        }
    })
}

/// A piece of work of any kind, on something that is open in the case, if it needs that.
fn any_work(story: &Story, pupil: PupilId, chosen: prop::sample::Index, day: u64) -> Option<Command> {
    let case = story.known.world.case(pupil)?;
    let opened = &case.opened;
    let none = domain::id::EventId::from_bits([0; 16]);
    let last = |of: Option<domain::id::EventId>| of.unwrap_or(none);
    let mut works = every_work_on(none);
    works.push(of_age());
    works.push(Work::HarassmentReported {
        level: ReportLevel::Authority,
        report: opened.reported.last().map(|(report, _)| *report),
    });
    let kind = works[chosen.index(works.len())].kind();
    let of = match kind.name() {
        name if name.starts_with("ladder") => last(opened.steps.last().map(|step| step.opened)),
        name if name.starts_with("referral") => last(opened.referrals.last().map(|referral| referral.opened)),
        name if name.starts_with("development") => last(opened.talks.last().map(|talk| talk.booked)),
        name if name.starts_with("action") => last(opened.plans.last().map(|plan| plan.drafted)),
        name if name.starts_with("offer") => last(opened.offers.last().map(|offer| offer.made)),
        name if name.starts_with("decision") => last(opened.decisions.last().map(|(decision, _)| *decision)),
        _ => none,
    };
    let mut work = if chosen.index(works.len()) >= every_work_on(of).len() {
        works.swap_remove(chosen.index(works.len()))
    } else {
        every_work_on(of).swap_remove(chosen.index(works.len()))
    };
    if let Work::EmergencyAccessTaken { staff, on } = &mut work {
        (*staff, *on) = (MENTOR, date("2020-02-01"));
        return Some(log_on(pupil, work, date("2020-02-01")));
    }
    Some(log_on(pupil, work, wished_day(day)))
}

/// Work on something in the case, of those kinds that would be taken now.
fn following(story: &Story, pupil: PupilId, chosen: prop::sample::Index, day: u64) -> Option<Command> {
    let opened = &story.known.world.case(pupil)?.opened;
    let none = domain::id::EventId::from_bits([0; 16]);
    let meant = wished_day(day);
    let ids = [(none, meant)]
        .into_iter()
        .chain(opened.steps.iter().map(|step| (step.opened, step.since)))
        .chain(opened.referrals.iter().map(|referral| (referral.opened, referral.since)))
        .chain(opened.talks.iter().map(|talk| (talk.booked, talk.since)))
        .chain(opened.plans.iter().map(|plan| (plan.drafted, plan.since)))
        .chain(opened.offers.iter().map(|offer| (offer.made, meant)))
        .chain(opened.decisions.iter().map(|(decision, _)| (*decision, meant)));
    let rests = |work: &Work| !before(work.kind(), none).is_empty() || work.kind() == EventKind::EntryHandedOn;
    let mut taken: Vec<Command> = ids
        .flat_map(|(of, since)| every_work_on(of).into_iter().filter(rests).map(move |work| (work, since.max(meant))))
        .map(|(work, day)| log_on(pupil, work, day))
        .filter(|command| {
            decide(&story.known.world, by(WHO, command), command, late(), &mut CountedIds::default()).is_ok()
        })
        .collect();
    (!taken.is_empty()).then(|| taken.swap_remove(chosen.index(taken.len())))
}

fn wished_day(day: u64) -> NaiveDate {
    date("2019-08-20") + Days::new(day)
}

fn log_on(pupil: PupilId, work: Work, day: NaiveDate) -> Command {
    let noted = !matches!(work, Work::ConcernReported { .. });
    let hands_on = matches!(work, Work::EntryHandedOn { .. });
    let logged = WorkToLog {
        pupil,
        with: Vec::new(),
        occurred: Some(domain::spec::noon(&day.to_string())),
        work,
        minutes: Some(Minutes(5)),
        note: noted.then(|| Personal::new(Note::try_new("Ett skäl.").unwrap())),
    };
    if hands_on { Command::HandOn(EntryToHandOn { logged, stands: true }) } else { Command::LogWork(logged) }
}

/// When everything is recorded: all of it late.
fn late() -> Moment {
    Moment(domain::spec::noon("2020-02-01"))
}

fn staff_matter(story: &Story, staff: StaffId, what: u8, (d, long): (u64, u64)) -> Command {
    let other = if staff == MENTOR { OTHER_MENTOR } else { MENTOR };
    let (first_day, last_day) = (on(d), on(d + long));
    let arrange = |matter| Command::ArrangeStaff { staff, matter };
    match what {
        0 => arrange(StaffMatter::StaffAway { first_day, last_day }),
        1 => {
            let gone = story.known.world.staff_member(staff).into_iter().flat_map(|member| &member.arranged).rev();
            let first = gone.filter_map(|(_, matter)| match matter {
                StaffMatter::StaffAway { first_day, .. } => Some(*first_day),
                _ => None,
            });
            arrange(StaffMatter::StaffBack { on: first.take(1).next().unwrap_or(on(d)) })
        }
        2 => arrange(StaffMatter::StandingDeputyNamed { deputy: other, school: None, first_day, last_day }),
        3 => arrange(StaffMatter::ShareAgreed {
            principal: PRINCIPAL,
            share: PostShare::try_new(40).unwrap(),
            first_day,
        }),
        4 => arrange(StaffMatter::GroupActivityHeld {
            on: on(d),
            activity: GroupActivity::Values,
            pupils: 20,
            minutes: Minutes(45),
        }),
        5 => Command::SetWorkingTime { staff, set: WorkingTimeSet { from: on(d), ..working_time() } },
        6 => Command::TakeTaskOver { staff, taken: TaskTakenOver { on: on(d), ..task_taken_over() } },
        7 => Command::LogTime { staff, time: TimeLogged { on: on(d), sampled: true, ..time_logged() } },
        8 => arrange(StaffMatter::ClassGiven { school: SCHOOL, class: placed("7A").class, first_day, last_day }),
        _ => Command::LogTime {
            staff,
            time: TimeLogged { on: on(d), category: TimeCategory::Substitute, ..time_logged() },
        },
    }
}

fn school_matter(what: u8, d: u64, either: bool) -> Command {
    let settle = |matter| Command::SettleSchool { school: SCHOOL, matter };
    let first_day = on(d);
    match what {
        0 => {
            let within =
                if either { TimeCategories::usual() } else { [TimeCategory::Substitute].into_iter().collect() };
            let mission = MissionAdopted { from: on(d), talks: TalkDuty::Holds, within };
            Command::AdoptMission { school: SCHOOL, mission }
        }
        1 => {
            let model = if either { MentoringModel::Targeted } else { MentoringModel::Class };
            Command::ChooseMentoringModel { school: SCHOOL, chosen: MentoringModelChosen { from: on(d), model } }
        }
        2 => Command::MarkTermNotComparable { school: SCHOOL, marked: incomparable() },
        3 => settle(SchoolMatter::LadderPolicyAdopted {
            number: u16::try_from(d).unwrap() + 1,
            first_day,
            percent: 10,
            window_days: 14,
            inquiry: None,
        }),
        4 => settle(SchoolMatter::DecisionDelegated {
            decision: DelegatedDecision::Leave,
            to: MENTOR,
            by: None,
            first_day,
            last_day: on(d + 30),
        }),
        5 => settle(SchoolMatter::AttendanceSenderChosen { sender: AttendanceSender::Mentorlog, first_day }),
        6 => settle(SchoolMatter::FiguresPublished { term: term() }),
        7 => settle(SchoolMatter::LegalHoldPlaced {
            subject: Subject::Pupil(pupil(0)),
            reference: Reference::try_new("KS 2019-1").unwrap(),
        }),
        8 => settle(SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(pupil(0)) }),
        9 => settle(SchoolMatter::PublicationDayAdopted {
            term: term(),
            on: date(if either { "2020-02-20" } else { "2020-02-27" }),
        }),
        // The year again, with another last day, or the one after it, ahead.
        10 | 11 => {
            let starts_in = if what == 10 { 2019 } else { 2020 };
            let span = |from: NaiveDate, until: NaiveDate| DateSpan::try_new(from, until).unwrap();
            let of = |year: u16, month, day| NaiveDate::from_ymd_opt(year.into(), month, day).unwrap();
            let autumn = span(of(starts_in, 8, 19), of(starts_in, 12, if either { 20 } else { 23 }));
            let spring = span(of(starts_in + 1, 1, 8), of(starts_in + 1, 6, 11));
            Command::SetSchoolYear {
                school: SCHOOL,
                year: SchoolYearSet { starts_in, autumn, spring, breaks: Vec::new() },
            }
        }
        _ => {
            let kinds = [
                EventKind::RetentionAdopted,
                EventKind::PlainContentDecided,
                EventKind::DigestScheduleSet,
                EventKind::PlacedUnderCommittee,
                EventKind::SchoolDigestsPassedOver,
            ];
            let kind = kinds[usize::from(what) % kinds.len()];
            settle(every_school_matter().into_iter().find(|matter| matter.kind() == kind).unwrap())
        }
    }
}

/// Who does it: mentors what is a mentor's own day, the principal what changes who has whom.
fn who(wish: &Wish) -> Actor {
    match wish {
        Wish::Staff(..) | Wish::Settle(..) | Wish::Role(_) | Wish::RollOver(..) => Actor::Staff(PRINCIPAL),
        _ => WHO,
    }
}

/// What is handed on is the principal's to choose.
fn by(who: Actor, command: &Command) -> Actor {
    if matches!(command, Command::HandOn(_)) { Actor::Staff(PRINCIPAL) } else { who }
}

/// Who does everything else.
const WHO: Actor = Actor::Staff(MENTOR);

fn publication_day(story: &Story) -> Option<NaiveDate> {
    story.known.world.school(SCHOOL)?.publication_day(term())
}

/// Everybody enrolled, and then whatever is wished for and not refused.
pub(crate) fn play(wishes: &[Wish]) -> Story {
    let mut story = given(two_schools()).story;
    let grade = |grade| Grade::try_new(grade).unwrap();
    let details =
        SchoolRegistered { form: SchoolForm::UpperSecondary, grades: (grade(1), grade(3)), ..school_details("UPP") };
    story.happened((domain::StreamRef::School(UPPER), SchoolEvent::Registered(details).into()));
    story.happened(granted(OTHER_MENTOR, Role::Teacher, Some(SCHOOL)));
    story.happened(responsible(UPPER, OTHER_PRINCIPAL, Responsibility::Unit));
    story.happened(guardian_registered(GUARDIAN));
    for n in 0..PUPILS {
        let enrolment = domain::id::EnrolmentId::from_bits([u8::try_from(n).unwrap(); 16]);
        let upper = n + 1 == PUPILS;
        let (_, mut event) = enrolled(if upper { UPPER } else { SCHOOL }, enrolment, "7A", "2019-08-20");
        if let Event::Pupil(PupilEvent::Enrolled(enrolled)) = &mut event
            && upper
        {
            enrolled.placement = placed_on("1A", "FT");
        }
        story.happened((domain::StreamRef::Pupil(pupil(n)), event));
        let linked =
            GuardianLinked { enrolment, guardian: GUARDIAN, guardianship: Guardianship::Custodian, household: None };
        story.happened((domain::StreamRef::Pupil(pupil(n)), Event::Pupil(PupilEvent::GuardianLinked(linked))));
    }
    let mut ids = CountedIds::default();
    let mut moment = late();
    for wish in wishes {
        // Figures are told on the day that was adopted for it.
        if let (Wish::Settle(6, ..), Some(day)) = (wish, publication_day(&story)) {
            moment = Moment(moment.0.max(domain::spec::noon(&day.to_string())));
        }
        if let Wish::Mail(chosen, day) = wish {
            let matters = every_digest_matter();
            let (stream, event) = of_guardian(matters[chosen.index(matters.len())].clone());
            let occurred = domain::spec::noon("2019-08-20") + chrono::Duration::days(i64::try_from(*day).unwrap());
            let id = domain::spec::story_event(story.known.position + 1);
            let events = vec![Decided { stream, id, occurred, event }];
            story.record_decision(Actor::Setup, moment, &Decision { events, expected: Vec::new() });
        } else if let Some(command) = command(wish, &story) {
            let actor = by(who(wish), &command);
            if let Ok(decision) = decide(&story.known.world, actor, &command, moment, &mut ids) {
                story.record_decision(actor, moment, &decision);
            }
        }
    }
    story
}
