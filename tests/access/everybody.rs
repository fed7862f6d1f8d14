//! The people who ask, and a school in which something of every kind has happened.

use std::sync::{Arc, LazyLock};

use api::{InProcess, Letters, Reads};
use casework::stored::{encode, stream_id};
use casework::{Casework, Clock};
use chrono::{DateTime, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::decide::Decided;
use domain::event::pupil::{
    AssignmentEndReason, AssignmentKind, AttendanceRegistered, EnrolmentDays, EnrolmentDaysCorrected, GuardianLinked,
    Guardianship, LeavingReason, MentorAssigned, PupilEvent, PupilLeft,
};
use domain::event::school::Responsibility;
use domain::event::staff::RoleWithdrawn;
use domain::event::work::CaseWork;
use domain::event::{DigestMatter, Event, EventKind, SchoolEvent, SchoolMatter, StaffEvent, StaffMatter, Work};
use domain::id::{AssignmentId, EnrolmentId, EventId, GuardianId, PupilId, StaffId};
use domain::personal::{Erasable, Personal};
use domain::recorded::{Body, Recorded, StreamRef};
use domain::spec::cast::*;
use domain::spec::digests::of_guardian;
use domain::spec::everyday::{
    cover, cover_ended, days_corrected, entry_corrected, every_school_matter, every_staff_matter, handed_over,
    incomparable, mission, model, name_corrected, of_mentor, of_school, task_taken_over, time_logged, working_time,
};
use domain::spec::works::{every_work, every_work_on, worked};
use domain::spec::{Happened, date, given, noon};
use domain::words::{
    ChosenBy, ContactDetail, ContentClass, DeliveryFailure, Language, MessageClass, NotSent, Note, ProtectionLevel,
    Reference, ReferralConcern, ReportLevel, SafetyMatter, Team,
};
use serde_json::{Value, json};
use storage::{Commit, CommitId, EventLog, Expected, MemoryLog};
use zeroize::Zeroizing;

use crate::well::asked_well;

/// Who has gone to another school.
pub(crate) const GONE: PupilId = PupilId::from_bits([0x33; 16]);
/// Whose identity is protected: the mentor's pupil, for whom only the other mentor is named.
pub(crate) const HIDDEN: PupilId = PupilId::from_bits([0x34; 16]);
/// A guardian whose address nobody has.
pub(crate) const UNREACHABLE: GuardianId = GuardianId::from_bits([0x62; 16]);

/// The only guardian of a pupil.
pub(crate) const ALONE: GuardianId = GuardianId::from_bits([0x64; 16]);

const fn person(number: u8) -> StaffId {
    StaffId::from_bits([number; 16])
}

/// Everybody who asks: what they are called in the table, who they are, and what they are granted.
pub(crate) const EVERYBODY: [(&str, StaffId, Option<Role>); 18] = [
    ("mentor", MENTOR, None),
    ("deputy", person(0x21), Some(Role::Mentor)),
    ("other mentor", OTHER_MENTOR, None),
    ("principal", PRINCIPAL, None),
    ("other school's principal", OTHER_PRINCIPAL, None),
    ("coordinator", person(0x22), Some(Role::Coordinator)),
    ("health team", person(0x23), Some(Role::HealthTeam)),
    ("safety team", person(0x24), Some(Role::SafetyTeam)),
    ("teacher of the class", person(0x25), Some(Role::Teacher)),
    ("attendance watch", person(0x26), Some(Role::AttendanceWatch)),
    ("integration", person(0x27), Some(Role::Integration)),
    ("committee's officer", OFFICER, None),
    ("other committee's officer", person(0x2c), None),
    ("administrator", ADMINISTRATOR, None),
    ("teacher in the health team", person(0x29), Some(Role::HealthTeam)),
    ("in an emergency", person(0x2a), Some(Role::Teacher)),
    ("former mentor", person(0x28), Some(Role::Mentor)),
    ("former principal", person(0x2b), Some(Role::Principal)),
];

fn assignment(number: u8) -> AssignmentId {
    AssignmentId::from_bits([number; 16])
}

/// The same as it is on record.
pub(crate) fn on_record() -> &'static [Recorded] {
    static LOG: LazyLock<Vec<Recorded>> = LazyLock::new(|| given(past()).story.log);
    &LOG
}

/// Where an entry of the mentor's about the pupil stands that has a restricted note, and that nothing has followed on.
pub(crate) fn referral() -> u64 {
    let opened = |recorded: &Recorded| happened(recorded, PUPIL, EventKind::ReferralOpened);
    on_record().iter().find(|recorded| opened(recorded)).unwrap().position
}

/// The referral that each team was asked about last, and is still: the health team's, and the safety team's.
pub(crate) fn asked_of_teams() -> [EventId; 2] {
    let mut opened = on_record().iter().rev().filter(|recorded| happened(recorded, PUPIL, EventKind::ReferralOpened));
    let (safety, health) = (opened.next().unwrap().id, opened.next().unwrap().id);
    [health, safety]
}

/// An entry of the case that was left.
pub(crate) fn left_behind() -> EventId {
    on_record().iter().find(|recorded| happened(recorded, GONE, EventKind::PupilEnrolled)).unwrap().id
}

fn happened(recorded: &Recorded, pupil: PupilId, kind: EventKind) -> bool {
    let of_kind = matches!(&recorded.body, Body::Known(event) if event.kind() == kind);
    of_kind && recorded.stream == StreamRef::Pupil(pupil)
}

/// What has happened.
pub(crate) fn past() -> Vec<Happened> {
    let mut past = two_schools();
    for (_, staff, role) in EVERYBODY {
        if let Some(role) = role {
            past.extend([joined(staff), granted(staff, role, Some(SCHOOL))]);
        }
    }
    past.extend(two_committees());
    past.extend(one_who_is_gone());
    past.extend(one_who_is_hidden());
    past.extend(one_with_one_guardian());
    past.extend([enrolled(SCHOOL, ENROLMENT, "7B", "2019-08-20"), moved("7A", "2019-08-21")]);
    past.extend([guardian_registered(GUARDIAN), linked(GUARDIAN)]);
    past.extend(written_to_the_guardian());
    // Nobody has the other's address.
    past.extend([guardian_registered(UNREACHABLE), linked(UNREACHABLE)]);
    past.push(assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, "2019-08-26"));
    past.extend([
        attended(vec![day(date("2019-09-02"), 60, 0), day(date("2019-09-03"), 0, 120)]),
        corrected(day(date("2019-09-03"), 0, 60)),
        contacted(),
        contacted_and_noted(),
        assigned(assignment(7), OTHER_MENTOR, AssignmentKind::Additional, "2019-08-26"),
        of_pupil(PupilEvent::AssignmentHandedOver(handed_over(assignment(7)))),
        of_pupil(PupilEvent::EntryCorrected(entry_corrected())),
        of_pupil(PupilEvent::NameCorrected(name_corrected())),
        of_pupil(PupilEvent::DaysCorrected(days_put_right())),
        of_pupil(PupilEvent::CoverStarted(cover())),
        of_pupil(PupilEvent::CoverEnded(cover_ended())),
        ended(assignment(7), AssignmentEndReason::NeedEnded, "2019-09-20"),
    ]);
    past.extend(others_of_the_class());
    let deputy = domain::event::pupil::CoverStarted {
        deputy: person(0x21),
        from: date("2019-09-23"),
        until: date("2019-10-04"),
        ..cover()
    };
    past.push(of_pupil(PupilEvent::CoverStarted(deputy)));
    past.extend(every_work().into_iter().map(worked));
    // What was ended or undone among all that, so that there is something to see.
    let reference = Reference::try_new("BOU 2019/1").unwrap();
    let held_back = vec![EventId::from_bits([0x77; 16])];
    past.push(worked(Work::ExtractGiven { reference, let_in: Vec::new(), held_back }));
    past.push(linked(GUARDIAN));
    for team in [Team::Health, Team::Safety] {
        past.push(worked(Work::ReferralOpened { concern: ReferralConcern::Absence, team }));
        // What a team did about what it was asked, and it is still asked.
        let of = domain::spec::story_event(u64::try_from(past.len()).unwrap());
        let on_it = every_work_on(of).into_iter().filter(|work| {
            let kinds = [EventKind::ReferralAccepted, EventKind::ReferralReturned, EventKind::ReferralResubmitted];
            kinds.contains(&work.kind()) || work.kind() == EventKind::ReferralActionAgreed
        });
        past.extend(on_it.map(worked));
    }
    past.extend([worked(Work::HarassmentReported {
        level: ReportLevel::Authority,
        report: Some(domain::spec::works::OPENED),
    })]);
    past.extend([
        of_school(SchoolEvent::MissionAdopted(mission())),
        of_school(SchoolEvent::MentoringModelChosen(model())),
        of_school(SchoolEvent::TermMarkedNotComparable(incomparable())),
        of_mentor(StaffEvent::WorkingTimeSet(working_time())),
        of_mentor(StaffEvent::TimeLogged(time_logged())),
        of_mentor(StaffEvent::TaskTakenOver(task_taken_over())),
    ]);
    past.extend(every_school_matter().into_iter().map(|matter| of_school(SchoolEvent::Settled(matter))));
    past.extend(every_staff_matter().into_iter().map(|matter| of_mentor(StaffEvent::Arranged(matter))));
    for teacher in [person(0x25), person(0x29)] {
        let class = every_staff_matter().into_iter().filter(|matter| matches!(matter, StaffMatter::ClassGiven { .. }));
        past.extend(class.map(|matter| (StreamRef::Staff(teacher), StaffEvent::Arranged(matter).into())));
    }
    past.extend([
        granted(person(0x29), Role::Teacher, Some(SCHOOL)),
        worked(Work::EmergencyAccessTaken { staff: person(0x2a), on: date("2019-10-01") }),
    ]);
    past.push(worked(Work::HarassmentReported { level: ReportLevel::Authority, report: None }));
    // Its text is never kept here, and is refused; who would see one is told all the same.
    let (_, mut concern) = worked(Work::IncidentNoted { matter: SafetyMatter::Order });
    if let Event::Pupil(PupilEvent::Worked(concern)) = &mut concern {
        concern.work = Work::ConcernReported { in_writing: true };
    }
    past.push((StreamRef::Pupil(PUPIL), concern));
    past.extend(those_whose_role_was_withdrawn());
    past.extend(those_who_are_compared());
    // Both whose messages are asked about had another name on record.
    let (_, put_right) = guardian_corrected();
    past.extend([GUARDIAN, UNREACHABLE].map(|guardian| (StreamRef::Guardian(guardian), put_right.clone())));
    // Today, and nobody has told the guardian whose address nobody has.
    past.push(attended(vec![day(date("2019-10-01"), 0, 45)]));
    past
}

/// The school's committee, and the other school's: each has an officer.
fn two_committees() -> Vec<Happened> {
    let other = person(0x2c);
    vec![
        placed_under(SCHOOL, "BUN"),
        placed_under(OTHER_SCHOOL, "BIN"),
        appointed(OFFICER, Role::Authority, committee("BUN")),
        joined(other),
        appointed(other, Role::Authority, committee("BIN")),
    ]
}

/// Both days put right, and the first is the one that it was enrolled on.
fn days_put_right() -> EnrolmentDaysCorrected {
    let days = |from, last_day| EnrolmentDays { from: date(from), last_day: Some(date(last_day)) };
    let (days, instead_of) = (days("2019-08-20", "2020-06-11"), days("2019-08-19", "2020-06-12"));
    EnrolmentDaysCorrected { days: Some(days), instead_of, ..days_corrected() }
}

fn contacted_and_noted() -> Happened {
    let (stream, mut event) = contacted();
    if let Event::Pupil(PupilEvent::GuardianContacted(contacted)) = &mut event {
        contacted.note = Some(Erasable::Present(Personal::new(Note::try_new("Ringer igen.").unwrap())));
    }
    (stream, event)
}

/// A pupil with one guardian, who is told of a talk that is booked.
fn one_with_one_guardian() -> Vec<Happened> {
    let (pupil, enrolment) = (StreamRef::Pupil(PupilId::from_bits([0x35; 16])), EnrolmentId::from_bits([0x48; 16]));
    let work = |work| (pupil, PupilEvent::Worked(CaseWork { enrolment, work, minutes: None, note: None }).into());
    let (mentor, kind, from) = (MENTOR, AssignmentKind::Primary, date("2019-08-26"));
    let assigned = MentorAssigned { enrolment, assignment: assignment(0x49), mentor, kind, principal: PRINCIPAL, from };
    let (guardian, guardianship) = (ALONE, Guardianship::Custodian);
    let email = Personal::new(ContactDetail::try_new("ensam@example.org").unwrap());
    let mut past = vec![
        (pupil, enrolled(SCHOOL, enrolment, "8C", "2019-08-20").1),
        guardian_registered(ALONE),
        (
            pupil,
            PupilEvent::GuardianLinked(GuardianLinked { enrolment, guardian, guardianship, household: None }).into(),
        ),
        (pupil, PupilEvent::MentorAssigned(assigned).into()),
        work(Work::BirthDateRecorded { born: date("2005-05-05") }),
        work(Work::DevelopmentTalkBooked { on: date("2019-10-08") }),
    ];
    let matters =
        [DigestMatter::GuardianAddressSet { email }, DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff }];
    past.extend(matters.map(|matter| (StreamRef::Guardian(ALONE), of_guardian(matter).1)));
    past
}

/// Who had the pupil, and who answered for the unit: the assignment and the responsibility last, the roles do not.
fn those_whose_role_was_withdrawn() -> Vec<Happened> {
    let withdrawn = |staff, role| {
        let withdrawn = RoleWithdrawn { grant: Grant::at(role, SCHOOL) };
        (StreamRef::Staff(staff), StaffEvent::RoleWithdrawn(withdrawn).into())
    };
    vec![
        assigned(assignment(8), person(0x28), AssignmentKind::Additional, "2019-08-26"),
        responsible(SCHOOL, person(0x2b), Responsibility::Unit),
        withdrawn(person(0x28), Role::Mentor),
        withdrawn(person(0x2b), Role::Principal),
    ]
}

/// Pupils who have days in two terms, five with a mentor and five without: so few are told of.
fn those_who_are_compared() -> Vec<Happened> {
    let mut past = Vec::new();
    for number in 0x81..0x8b_u8 {
        let (stream, enrolment) =
            (StreamRef::Pupil(PupilId::from_bits([number; 16])), EnrolmentId::from_bits([number; 16]));
        past.push((stream, enrolled(SCHOOL, enrolment, "8B", "2019-01-07").1));
        if number < 0x86 {
            let (mentor, kind, from) = (MENTOR, AssignmentKind::Primary, date("2019-08-20"));
            let assigned =
                MentorAssigned { enrolment, assignment: assignment(number), mentor, kind, principal: PRINCIPAL, from };
            past.push((stream, PupilEvent::MentorAssigned(assigned).into()));
        }
        let spring = (1..=10).map(|on| day(date(&format!("2019-03-{on:02}")), 60 + u16::from(number % 3), 0));
        let autumn = (1..=10).map(|on| day(date(&format!("2019-09-{on:02}")), 30, 0));
        let days = spring.chain(autumn).collect();
        past.push((stream, PupilEvent::AttendanceRegistered(AttendanceRegistered { enrolment, days }).into()));
    }
    past
}

/// A pupil with a protected identity, whom two mentors have; one of them is named.
fn one_who_is_hidden() -> Vec<Happened> {
    let enrolment = EnrolmentId::from_bits([0x45; 16]);
    let of = |event: PupilEvent| (StreamRef::Pupil(HIDDEN), event.into());
    let has = |number, mentor, kind| {
        let from = date("2019-08-26");
        let assignment = assignment(number);
        of(PupilEvent::MentorAssigned(MentorAssigned {
            enrolment,
            assignment,
            mentor,
            kind,
            principal: PRINCIPAL,
            from,
        }))
    };
    let work = |work| of(PupilEvent::Worked(CaseWork { enrolment, work, minutes: None, note: None }));
    let guardianship = Guardianship::Custodian;
    let guardian = GuardianId::from_bits([0x63; 16]);
    let born = date("2006-05-05");
    vec![
        (StreamRef::Pupil(HIDDEN), enrolled(SCHOOL, enrolment, "7A", "2019-08-20").1),
        guardian_registered(guardian),
        of(PupilEvent::GuardianLinked(GuardianLinked { enrolment, guardian, guardianship, household: None })),
        has(0x46, MENTOR, AssignmentKind::Primary),
        has(0x47, OTHER_MENTOR, AssignmentKind::Additional),
        of(PupilEvent::AttendanceRegistered(AttendanceRegistered {
            enrolment,
            days: vec![day(date("2019-09-02"), 0, 0)],
        })),
        work(Work::BirthDateRecorded { born }),
        work(Work::IncidentNoted { matter: SafetyMatter::Order }),
        work(Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health }),
        work(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }),
        work(Work::StaffNamed { staff: OTHER_MENTOR, last_day: date("2019-12-20") }),
    ]
}

/// One message that was sent, one that might not be, and one that is tried again.
fn written_to_the_guardian() -> Vec<Happened> {
    let message = MessageClass::Digest;
    let prepared = |period| DigestMatter::DigestPrepared { message, period: date(period), since: 0 };
    let claimed = |period| DigestMatter::DigestClaimed {
        message,
        period: date(period),
        attempt: 1,
        sender: Reference::try_new("post-1").unwrap(),
        until: noon(period),
        content: ContentClass::Notice,
        language: Language::Swedish,
        template: 1,
        pupils: vec![PUPIL],
        left_out: Vec::new(),
    };
    let email = Personal::new(ContactDetail::try_new("alex@example.org").unwrap());
    let (second, third) = (date("2019-09-06"), date("2019-09-13"));
    let matters = vec![
        DigestMatter::GuardianAddressSet { email },
        DigestMatter::GuardianAddressConfirmed { by: ChosenBy::Staff },
        prepared("2019-08-30"),
        claimed("2019-08-30"),
        DigestMatter::DigestSent { message, period: date("2019-08-30"), attempt: 1 },
        DigestMatter::DigestBounced {
            message,
            period: date("2019-08-30"),
            permanent: false,
            status: Reference::try_new("4.2.2").unwrap(),
        },
        prepared("2019-09-06"),
        DigestMatter::DigestRefused { message, period: second, reason: NotSent::NothingNew, left_out: Vec::new() },
        prepared("2019-09-13"),
        claimed("2019-09-13"),
        DigestMatter::DigestFailed {
            message,
            period: third,
            attempt: 1,
            failure: DeliveryFailure::Deferred,
            again: noon("2019-10-02"),
        },
        DigestMatter::DigestPassedOver { message, period: date("2019-09-20"), reason: NotSent::AlreadySent },
    ];
    matters.into_iter().map(of_guardian).collect()
}

/// Others in the class, whom nobody has: figures of fewer than five are not told outside the school.
fn others_of_the_class() -> Vec<Happened> {
    let term = |term: &str| SchoolMatter::FiguresPublished { term: term.parse().unwrap() };
    let published = |term| (StreamRef::School(SCHOOL), SchoolEvent::Settled(term).into());
    let mut past = Vec::new();
    for number in 0x51..0x56 {
        let (stream, enrolment) =
            (StreamRef::Pupil(PupilId::from_bits([number; 16])), EnrolmentId::from_bits([number; 16]));
        past.push((stream, enrolled(SCHOOL, enrolment, "7A", "2019-08-20").1));
        let days = vec![day(date("2019-09-02"), 0, 0)];
        past.push((stream, PupilEvent::AttendanceRegistered(AttendanceRegistered { enrolment, days }).into()));
    }
    past.push(published(term("vt19")));
    past
}

/// A pupil who left the school, and goes to the other.
fn one_who_is_gone() -> Vec<Happened> {
    let of = |(_, event): Happened| (StreamRef::Pupil(GONE), event);
    let (first, next) = (EnrolmentId::from_bits([0x43; 16]), EnrolmentId::from_bits([0x44; 16]));
    let leaves = PupilLeft {
        enrolment: first,
        reason: LeavingReason::ChangedSchool,
        last_day: date("2019-09-20"),
        destination: Some(Reference::try_new("Exempelskolan").unwrap()),
    };
    vec![
        of(enrolled(SCHOOL, first, "7A", "2019-08-20")),
        (StreamRef::Pupil(GONE), PupilEvent::Left(leaves).into()),
        of(enrolled(OTHER_SCHOOL, next, "7A", "2019-09-23")),
    ]
}

pub(crate) struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        noon("2019-10-01")
    }
}

pub(crate) fn commit(recorded: &Recorded) -> Commit {
    let Body::Known(event) = recorded.body.clone() else { panic!("a story is not erased") };
    // The case is the mentor's work, of the first Monday in September.
    let in_case = matches!(&event, Event::Pupil(PupilEvent::Worked(_) | PupilEvent::GuardianContacted(_)));
    let (actor, role) =
        if in_case { (Actor::Staff(MENTOR), Some(Role::Mentor)) } else { (recorded.actor, recorded.role) };
    // But a talk that lies ahead was booked lately: of older news nobody is written to.
    let ahead = |work: &CaseWork| {
        if let Work::DevelopmentTalkBooked { on } = &work.work { *on > date("2019-10-01") } else { false }
    };
    let lately = matches!(&event, Event::Pupil(PupilEvent::Worked(work)) if ahead(work));
    let occurred = match (in_case, lately) {
        (true, true) => noon("2019-09-30"),
        (true, false) => noon("2019-09-02"),
        (false, _) => recorded.occurred.unwrap(),
    };
    let decided = Decided { stream: recorded.stream, id: recorded.id, occurred, event };
    Commit {
        id: CommitId(recorded.command.bits()),
        content: Zeroizing::new(recorded.command.bits().to_vec()),
        expected: vec![(stream_id(recorded.stream), Expected::Version(recorded.version - 1))],
        events: vec![encode(&decided, actor, role).unwrap()],
        recorded_micros: noon("2019-09-30").timestamp_micros(),
    }
}

/// Puts what has happened into a log.
pub(crate) async fn tell(log: &dyn EventLog) {
    for recorded in on_record() {
        log.append(commit(recorded)).await.unwrap();
    }
}

/// The same past without a network: for what is asked thousands of times, to see that two answers are the same.
pub(crate) struct Service(InProcess);

impl Service {
    pub(crate) async fn start() -> Self {
        let log = Arc::new(MemoryLog::new().unwrap());
        tell(&*log).await;
        let casework = Casework::open(log, [7; 32], Arc::new(Noon)).await.unwrap();
        let reads = |_: &casework::post::Letter| Some(Reads { subject: "Nytt".to_owned(), text: "Läs.".to_owned() });
        let letters = Letters { writer: Some(Arc::new(reads)), ..Letters::default() };
        Self(InProcess::new(casework).writing(letters))
    }

    /// Two on the same past: as it is, and telling no rows at once.
    pub(crate) async fn both() -> [Self; 2] {
        let log = Arc::new(MemoryLog::new().unwrap());
        tell(&*log).await;
        let casework = Casework::open(log, [7; 32], Arc::new(Noon)).await.unwrap();
        [Self(InProcess::new(Arc::clone(&casework))), Self(InProcess::field_by_field(casework))]
    }

    /// The last answer to an operation, which must be one that there is: of a subscription, its first item.
    pub(crate) async fn ask(&self, staff: StaffId, query: &str) -> Value {
        let answer = self.ask_whatever(staff, query).await;
        asked_well(query, &answer);
        answer
    }

    /// The last answer to anything.
    pub(crate) async fn ask_whatever(&self, staff: StaffId, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let answers = self.0.answer(body.as_bytes(), Actor::Staff(staff), "sv").await;
        serde_json::from_slice(answers.last().unwrap()).unwrap()
    }
}
