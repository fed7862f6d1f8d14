//! Whatever is decided can be stored, read back and replayed, and the same command again gives the first answer: for
//! every kind of command, on every engine.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use casework::stored::decode;
use domain::access::may_do;
use domain::actor::{Actor, Grant, Role};
use domain::calendar::local_date;
use domain::command::{Command, DigestAct, EntryToCorrect, EntryToHandOn, GuardianChoice, MeantEntry, WorkToLog};
use domain::event::pupil::{AssignmentEndReason, AssignmentKind, Guardianship, LeavingReason};
use domain::event::school::{Responsibility, SchoolEvent};
use domain::event::{Event, EventKind, PupilEvent, SchoolMatter, StaffEvent, StaffMatter, Work};
use domain::personal::Personal;
use domain::projection::Projections;
use domain::retention::{Due, Records, Subject};
use domain::spec::cast::{
    ADMINISTRATOR, ASSIGNMENT, ENROLMENT, GUARDIAN, MENTOR, OFFICER, OTHER_MENTOR, PRINCIPAL, PUPIL, SCHOOL,
    a_pupil_with_a_mentor, as_staff, attended, committee, contact_to_log, contacted, day, granted, left, of_pupil,
    personal, placed, placed_under, school_details, two_schools, year_2019, year_set,
};
use domain::spec::everyday::{
    cover, days_to_correct, every_school_matter, every_staff_matter, incomparable, mission, model, of_mentor,
    of_school, task_taken_over, time_logged, working_time,
};
use domain::spec::works::{before, every_work, every_work_on, worked};
use domain::spec::{Happened, Told, date, given, noon, story_event};
use domain::state::Preference;
use domain::words::{
    ChosenBy, ContactDetail, DeliveryFailure, DeliveryStatus, MessageClass, Minutes, NotSent, Note, Reference,
    RetentionClass, SchoolForm,
};
use storage::Position;
use support::{Engine, House, events, record};

/// A contact that was about another pupil is corrected.
fn correction(past: &[Happened]) -> Told {
    let past = given(past.to_vec()).and([contacted()]);
    let position = past.story.known.position;
    let meant = MeantEntry {
        event: story_event(position),
        kind: EventKind::GuardianContacted,
        enrolment: ENROLMENT,
        author: Actor::Setup,
        guardian: Some(GUARDIAN),
    };
    let reason = Personal::new(Note::try_new("Fel elev.").unwrap());
    let correct = EntryToCorrect { pupil: PUPIL, position, meant: Some(meant), reason };
    past.when(as_staff(PRINCIPAL), Command::CorrectEntry(correct), noon("2019-10-01")).then_it_happens()
}

/// One of each kind of command, carried out.
fn commands() -> Vec<Told> {
    let mut past = a_pupil_with_a_mentor();
    past.push(attended(vec![day(date("2019-09-02"), 60, 0)]));
    let told =
        |actor, command| given(past.clone()).when(as_staff(actor), command, noon("2019-10-01")).then_it_happens();
    let email = ContactDetail::try_new("kim@example.org").unwrap();
    let guardian = GuardianChoice::New { name: personal("Åsa"), phone: None, email: Some(Personal::new(email)) };
    let mut contact = contact_to_log();
    contact.occurred = Some(noon("2019-09-30"));
    contact.note = Some(Personal::new(Note::try_new("Ringer igen.").unwrap()));
    vec![
        told(ADMINISTRATOR, Command::RegisterSchool(school_details("NYA"))),
        told(PRINCIPAL, Command::CorrectEnrolmentDays(days_to_correct(Some(date("2019-08-22")), None))),
        told(MENTOR, Command::CorrectPupilName { pupil: PUPIL, school: None, name: personal("Kim Exempelsson") }),
        told(
            MENTOR,
            Command::CorrectGuardian { guardian: GUARDIAN, name: Some(personal("Alex Exempelsson")), phone: None },
        ),
        told(ADMINISTRATOR, Command::SetSchoolYear { school: SCHOOL, year: year_2019() }),
        told(ADMINISTRATOR, Command::JoinStaff { name: personal("Lo Exempel") }),
        told(ADMINISTRATOR, Command::GrantRole { staff: MENTOR, grant: Grant::at(Role::Principal, SCHOOL) }),
        told(
            ADMINISTRATOR,
            Command::MakePrincipalResponsible {
                school: SCHOOL,
                principal: PRINCIPAL,
                responsibility: Responsibility::Class(placed("7A").class),
                from: date("2019-10-01"),
                until: Some(date("2020-06-30")),
            },
        ),
        told(
            PRINCIPAL,
            Command::EnrolPupil {
                pupil: None,
                school: SCHOOL,
                name: personal("Ny Elev"),
                placement: placed("8B"),
                from: date("2019-10-01"),
                protection: None,
            },
        ),
        told(PRINCIPAL, Command::MovePupil { pupil: PUPIL, placement: placed("7B"), from: date("2019-10-07") }),
        told(
            PRINCIPAL,
            Command::PupilLeaves {
                pupil: PUPIL,
                reason: LeavingReason::ChangedSchool,
                last_day: date("2019-09-30"),
                destination: None,
            },
        ),
        told(
            MENTOR,
            Command::LinkGuardian { pupil: PUPIL, guardian, guardianship: Guardianship::Custodian, household: None },
        ),
        told(
            PRINCIPAL,
            Command::AssignMentor {
                pupil: PUPIL,
                mentor: OTHER_MENTOR,
                kind: AssignmentKind::Targeted,
                principal: PRINCIPAL,
                from: date("2019-10-01"),
            },
        ),
        told(
            PRINCIPAL,
            Command::EndAssignment {
                pupil: PUPIL,
                assignment: ASSIGNMENT,
                reason: AssignmentEndReason::NeedEnded,
                last_day: date("2019-09-30"),
            },
        ),
        told(MENTOR, Command::LogGuardianContact(contact)),
        correction(&past),
        told(PRINCIPAL, Command::RegisterAttendance { pupil: PUPIL, days: vec![day(date("2019-09-03"), 0, 120)] }),
        told(MENTOR, Command::CorrectAttendance { pupil: PUPIL, day: day(date("2019-09-02"), 0, 60) }),
    ]
    .into_iter()
    .chain(everyday_commands())
    .chain(every_matter())
    .chain(every_work().into_iter().map(|work| work_done(work.kind())))
    .chain(messages())
    .collect()
}

/// Of each kind that arranges the mentors' days.
fn everyday_commands() -> Vec<Told> {
    let told = |actor, command| {
        given(a_pupil_with_a_mentor()).when(as_staff(actor), command, noon("2019-10-01")).then_it_happens()
    };
    vec![
        told(PRINCIPAL, Command::AdoptMission { school: SCHOOL, mission: mission() }),
        told(PRINCIPAL, Command::ChooseMentoringModel { school: SCHOOL, chosen: model() }),
        told(PRINCIPAL, Command::MarkTermNotComparable { school: SCHOOL, marked: incomparable() }),
        told(ADMINISTRATOR, Command::WithdrawRole { staff: MENTOR, grant: Grant::at(Role::Mentor, SCHOOL) }),
        given(two_schools())
            .and([placed_under(SCHOOL, "BUN")])
            .when(
                as_staff(ADMINISTRATOR),
                Command::GrantRole {
                    staff: MENTOR,
                    grant: Grant { role: Role::Authority, school: None, committee: Some(committee("BUN")) },
                },
                noon("2019-10-01"),
            )
            .then_it_happens(),
        told(
            PRINCIPAL,
            Command::RollYearOver { school: SCHOOL, first_day: date("2019-10-07"), moves: vec![(PUPIL, placed("8A"))] },
        ),
        told(PRINCIPAL, Command::SetWorkingTime { staff: MENTOR, set: working_time() }),
        told(MENTOR, Command::LogTime { staff: MENTOR, time: time_logged() }),
        told(MENTOR, Command::TakeTaskOver { staff: MENTOR, taken: task_taken_over() }),
        told(
            PRINCIPAL,
            Command::HandOver {
                pupil: PUPIL,
                assignment: ASSIGNMENT,
                mentor: OTHER_MENTOR,
                from: date("2019-10-01"),
                note: Some(Personal::new(Note::try_new("Ring på förmiddagen.").unwrap())),
            },
        ),
        told(
            PRINCIPAL,
            Command::StartCover {
                pupil: PUPIL,
                assignment: ASSIGNMENT,
                deputy: OTHER_MENTOR,
                from: date("2019-10-07"),
                until: date("2019-10-18"),
            },
        ),
        given(a_pupil_with_a_mentor())
            .and([of_pupil(PupilEvent::CoverStarted(cover()))])
            .when(
                as_staff(PRINCIPAL),
                Command::EndCover {
                    pupil: PUPIL,
                    assignment: ASSIGNMENT,
                    deputy: OTHER_MENTOR,
                    last_day: date("2019-10-11"),
                },
                noon("2019-10-11"),
            )
            .then_it_happens(),
    ]
}

/// Of each kind of matter, settled.
fn every_matter() -> Vec<Told> {
    let away = || {
        let away = StaffMatter::StaffAway { first_day: date("2019-09-30"), last_day: date("2019-10-04") };
        let teaches = granted(MENTOR, Role::Teacher, Some(SCHOOL));
        given(a_pupil_with_a_mentor()).and([of_mentor(StaffEvent::Arranged(away)), teaches])
    };
    let staff = every_staff_matter().into_iter().map(|matter| {
        let by = if matches!(matter, StaffMatter::GroupActivityHeld { .. }) { MENTOR } else { PRINCIPAL };
        away().when(as_staff(by), Command::ArrangeStaff { staff: MENTOR, matter }, noon("2019-10-01"))
    });
    let school = every_school_matter().into_iter().filter(|matter| !of_other_commands(matter)).map(|matter| {
        let reference = Reference::try_new("KS 2019-1").unwrap();
        let held = SchoolMatter::LegalHoldPlaced { subject: Subject::Pupil(PUPIL), reference };
        let lifted = matches!(matter, SchoolMatter::LegalHoldLifted { .. });
        let before = lifted.then_some(of_school(SchoolEvent::Settled(held)));
        let past = away().and(before).and(publication_day(&matter));
        let published = matches!(matter, SchoolMatter::FiguresPublished { .. });
        let at = if published { "2020-01-15" } else { "2019-10-01" };
        let by = match matter {
            SchoolMatter::PlainContentDecided { .. } => as_staff(OFFICER),
            SchoolMatter::PlacedUnderCommittee { .. } => as_staff(ADMINISTRATOR),
            SchoolMatter::SchoolDigestsPassedOver { .. } => Actor::Setup,
            _ => as_staff(PRINCIPAL),
        };
        past.when(by, Command::SettleSchool { school: SCHOOL, matter }, noon(at))
    });
    staff.chain(school).chain(erasures()).map(domain::spec::When::then_it_happens).collect()
}

/// A publication is made on its day.
fn publication_day(matter: &SchoolMatter) -> Option<Happened> {
    let SchoolMatter::FiguresPublished { term } = matter else { return None };
    let on = date("2020-01-15");
    Some(of_school(SchoolEvent::Settled(SchoolMatter::PublicationDayAdopted { term: *term, on })))
}

/// What is settled by commands of its own.
fn of_other_commands(matter: &SchoolMatter) -> bool {
    matches!(
        matter,
        SchoolMatter::YearRolledOver { .. }
            | SchoolMatter::ErasureBegun { .. }
            | SchoolMatter::RemainderKept { .. }
            | SchoolMatter::ErasureCarriedOut { .. }
            | SchoolMatter::FigureTold { .. }
            | SchoolMatter::ChangeTold { .. }
            | SchoolMatter::LoadTold { .. }
    )
}

/// An erasure, begun and finished.
fn erasures() -> [domain::spec::When; 2] {
    let records = Records { subject: Subject::Pupil(PUPIL), class: RetentionClass::Attendance, period: 2018 };
    let reference = |text: &str| Reference::try_new(text).unwrap();
    let due = Due { school: SCHOOL, records, plan_item: reference("3.4"), since: date("2019-07-01"), last: false };
    let is_told = |matter: &SchoolMatter| {
        matches!(
            matter,
            SchoolMatter::FigureTold { .. } | SchoolMatter::ChangeTold { .. } | SchoolMatter::LoadTold { .. }
        )
    };
    let told = every_school_matter().into_iter().filter(is_told).map(|told| (SCHOOL, told)).collect();
    let (decision, approved_by) = (reference("BUN 2019-7"), Some(PRINCIPAL));
    let begin = Command::BeginErasure { decision, approved_by, due: vec![due], kept: Vec::new(), told, again: false };
    let finish = Command::FinishErasure { done: vec![(SCHOOL, records)] };
    [begin, finish].map(|command| given(a_pupil_with_a_mentor()).when(Actor::Setup, command, noon("2019-10-01")))
}

/// Every step of messages to a guardian, each from where the one before left it.
fn messages() -> Vec<Told> {
    let schedule = every_school_matter().into_iter().map(|matter| of_school(SchoolEvent::Settled(matter)));
    let born = worked(Work::BirthDateRecorded { born: date("2006-02-28") });
    let mut past = given(a_pupil_with_a_mentor()).and([year_set(SCHOOL), born]).and(schedule);
    let email = Personal::new(ContactDetail::try_new("kim@example.org").unwrap());
    let preference = Preference { plain_text: true, ..Preference::default() };
    let (staff, guardian) = (ChosenBy::Staff, ChosenBy::Guardian);
    let mut acts = vec![
        (as_staff(MENTOR), DigestAct::SetAddress { email }),
        (Actor::Setup, DigestAct::ConfirmAddress { address: None, by: guardian }),
        (as_staff(MENTOR), DigestAct::Stop { by: staff }),
        (
            Actor::Setup,
            DigestAct::PassOver { message: MessageClass::Digest, period: date("2019-09-16"), reason: NotSent::Stopped },
        ),
        (as_staff(PRINCIPAL), DigestAct::SetPreference { preference, by: staff }),
    ];
    let word = |text: &str| Reference::try_new(text).unwrap();
    let message = MessageClass::Digest;
    let until = noon("2019-10-01") + chrono::Duration::minutes(5);
    let claim = |period, about| DigestAct::Claim { message, period, sender: word("post-1"), until, template: 1, about };
    let (first, second) = (date("2019-09-23"), date("2019-09-30"));
    acts.extend(
        [
            DigestAct::Prepare { message, period: first, since: 0 },
            claim(first, Vec::new()),
            DigestAct::Prepare { message, period: second, since: 3 },
            claim(second, vec![PUPIL]),
            DigestAct::Failed {
                message,
                period: second,
                attempt: 1,
                failure: DeliveryFailure::Deferred,
                again: Some(noon("2019-10-01")),
            },
            claim(second, vec![PUPIL]),
            DigestAct::Sent { message, period: second, attempt: 2 },
            DigestAct::Acknowledge { message, period: second, since: 3 },
            DigestAct::Bounced { message, period: second, status: DeliveryStatus::try_new("4.2.2").unwrap() },
            DigestAct::Prepare { message, period: date("2019-10-07"), since: 9 },
            claim(date("2019-10-07"), vec![PUPIL]),
            DigestAct::Failed {
                message,
                period: date("2019-10-07"),
                attempt: 1,
                failure: DeliveryFailure::Rejected,
                again: None,
            },
        ]
        .map(|act| (Actor::Setup, act)),
    );
    let mut told = Vec::new();
    for (actor, act) in acts {
        let done = past.when(actor, Command::Digest { guardian: GUARDIAN, act }, noon("2019-10-01")).then_it_happens();
        past = done.clone().given();
        told.push(done);
    }
    told
}

/// Work of a kind, carried out by the principal in upper secondary school, where there can be all of it.
fn work_done(kind: EventKind) -> Told {
    let mut past = a_pupil_with_a_mentor();
    for (_, event) in &mut past {
        if let Event::School(SchoolEvent::Registered(school)) = event {
            school.form = SchoolForm::UpperSecondary;
        }
    }
    let story = given(past);
    let of = story.next_event();
    let work = every_work_on(of).into_iter().find(|work| work.kind() == kind).expect("one of each kind");
    let note = (kind != EventKind::ConcernReported).then(|| Personal::new(Note::try_new("Ett skäl.").unwrap()));
    let minutes = Some(Minutes(20));
    // Emergency access is of the day on which it is taken.
    let occurred = (kind != EventKind::EmergencyAccessTaken).then(|| noon("2019-09-30"));
    let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred, work, minutes, note };
    let mut before = before(kind, of).into_iter().map(worked).collect::<Vec<_>>();
    if kind == EventKind::EntryHandedOn {
        before.push(left("2019-09-20"));
    }
    let hands_on = kind == EventKind::EntryHandedOn;
    let command =
        if hands_on { Command::HandOn(EntryToHandOn { logged, stands: true }) } else { Command::LogWork(logged) };
    story.and(before).when(as_staff(PRINCIPAL), command, noon("2019-10-01")).then_it_happens()
}

#[tokio::test]
async fn what_is_decided_is_stored_and_read_back_the_same_and_replayed_to_the_same_state() {
    for engine in Engine::ALL {
        for told in commands() {
            let (log, _folder) = engine.log();
            record(&*log, &told.story.log).await;
            let stored = events(&*log).await;
            assert_eq!(stored, told.story.log, "{engine:?} {:?}", told.when.command);
            let mut replayed = Projections::default();
            for recorded in &stored {
                replayed.apply(recorded).unwrap();
            }
            assert!(replayed == told.story.known, "{engine:?} {:?}", told.when.command);
        }
    }
}

#[tokio::test]
async fn a_command_is_carried_out_as_it_was_decided_and_the_same_again_gives_the_first_answer() {
    for engine in Engine::ALL {
        for told in commands() {
            let (story, moment, command) = (&told.when.story, told.when.moment.0, &told.when.command);
            let role = may_do(&story.known.world, told.when.actor, command, local_date(moment)).expect("may be done");
            let house = House::telling(engine, story, moment).await;
            let before = house.log.head().position;
            let id = house.command_id(1);

            let first = house.casework.execute(told.when.actor, command.clone(), id).await.expect("carried out");

            let stored = house.log.read_all(before, 100).await.unwrap();
            let stored: Vec<_> = stored.iter().map(|event| decode(event).unwrap()).collect();
            // With a publication goes what it tells, which no decision alone can know.
            let published =
                matches!(command, Command::SettleSchool { matter: SchoolMatter::FiguresPublished { .. }, .. });
            let decided = told.decision.events.len();
            assert!(stored.len() == decided || (published && stored.len() > decided), "{command:?}");
            for (recorded, decided) in stored.iter().zip(&told.decision.events) {
                assert_eq!((recorded.actor, recorded.role, recorded.command), (told.when.actor, role, id));
                assert_eq!((recorded.occurred, recorded.recorded), (Some(decided.occurred), moment));
                assert!(matches!(&recorded.body, domain::Body::Known(event) if event.kind() == decided.event.kind()));
            }
            assert_eq!(first.events, stored.iter().map(|recorded| recorded.id).collect::<Vec<_>>());
            assert_eq!((Position(first.position), first.already), (house.log.head().position, false));

            let again = house.casework.execute(told.when.actor, command.clone(), id).await.expect("answered again");
            assert_eq!(again, casework::Receipt { already: true, ..first.clone() }, "{command:?}");
            assert_eq!(house.log.head().position.0, first.position, "nothing more is written");
        }
    }
}

#[test]
fn every_kind_of_event_follows_from_one_of_these_commands_or_is_in_their_past() {
    let mut kinds: Vec<_> = commands()
        .iter()
        .flat_map(|told| told.story.log.iter())
        .filter_map(|recorded| match &recorded.body {
            domain::Body::Known(event) => Some(event.kind()),
            domain::Body::Erased(_) => None,
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut all = EventKind::ALL.to_vec();
    all.sort_unstable();
    assert_eq!(kinds, all);
}
