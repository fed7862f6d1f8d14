//! What the door shows of a case to whom, where a right is a narrow one: after a change of school, behind a protected
//! identity, to a role that sees a part; and that whoever is refused is on record.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use casework::answer::{AbsenceQuestion, DutyKind, PageRequest};
use casework::{Casework, Place, Reader};
use chrono::Duration;
use domain::actor::Role;
use domain::calendar::Term;
use domain::command::{Command, EntryToCorrect, GuardianChoice, WorkToLog};
use domain::event::pupil::{Guardianship, LeavingReason};
use domain::event::{EventKind, SchoolEvent, SchoolMatter, StaffEvent, StaffMatter, Work};
use domain::id::{GuardianId, PupilId, StaffId};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::recorded::StreamRef;
use domain::refusal::{Code, Refusal};
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{Happened, date, noon};
use domain::words::{
    ClassName, Grade, LadderTrigger, Note, ProtectionLevel, ReferralConcern, ReportLevel, StepNumber, Team,
};
use std::sync::Arc;
use support::{Engine, House};

const ALL: PageRequest = PageRequest { first: 100, after: None };
const OTHER: StaffId = StaffId::from_bits([8; 16]);
const NOBODY: PupilId = PupilId::from_bits([0x77; 16]);

async fn house(more: impl IntoIterator<Item = Happened>) -> House {
    let mut past = a_pupil_with_a_mentor();
    past.extend(more);
    House::new(Engine::Memory, past, noon("2019-10-01")).await
}

fn reader(casework: &Arc<Casework>, staff: StaffId) -> Reader {
    casework.reader(as_staff(staff), "test")
}

fn note(text: &str) -> Personal<Note> {
    Personal::new(Note::try_new(text).unwrap())
}

fn log(work: Work, note: Option<Personal<Note>>) -> Command {
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note })
}

fn of_role(role: Role) -> [Happened; 2] {
    [joined(OTHER), granted(OTHER, role, Some(SCHOOL))]
}

fn has_class() -> Happened {
    let (first_day, last_day) = (date("2019-08-19"), date("2019-12-20"));
    let matter = StaffMatter::ClassGiven { school: SCHOOL, class: placed("7A").class, first_day, last_day };
    (StreamRef::Staff(OTHER), StaffEvent::Arranged(matter).into())
}

/// The pupil leaves, and the other school's principal enrols them.
async fn changes_school(house: &House) {
    let (last_day, reason) = (date("2019-10-01"), LeavingReason::ChangedSchool);
    let leaves = Command::PupilLeaves { pupil: PUPIL, reason, last_day, destination: None };
    house.casework.execute(as_staff(PRINCIPAL), leaves, house.command_id(801)).await.unwrap();
    house.clock.pass(Duration::days(1));
    let enrols = Command::EnrolPupil {
        pupil: Some(PUPIL),
        school: OTHER_SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date("2019-10-02"),
        protection: None,
    };
    house.casework.execute(as_staff(OTHER_PRINCIPAL), enrols, house.command_id(802)).await.unwrap();
}

#[tokio::test]
async fn who_is_refused_a_command_is_on_record_as_who_asked_for_what_is_missing() {
    let house = house([]).await;
    let mut number = 0;
    let mut refused = async |staff, command: Command| {
        number += 1;
        house.casework.execute(as_staff(staff), command, house.command_id(number)).await.unwrap_err()
    };
    let talk = |pupil| {
        let work = Work::PupilTalkedWith { topic: domain::event::pupil::ContactTopic::Wellbeing };
        Command::LogWork(WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note: None })
    };
    let link = |guardian| Command::LinkGuardian {
        pupil: PUPIL,
        guardian: GuardianChoice::Known(guardian),
        guardianship: Guardianship::Custodian,
        household: None,
    };
    let unknown = GuardianId::from_bits([0x78; 16]);
    let there = refused(OTHER_MENTOR, talk(PUPIL)).await;
    assert_eq!(there, refused(OTHER_MENTOR, talk(NOBODY)).await);
    assert_eq!(there, Refusal::at(Code::NotFound, "pupil"));
    assert_eq!(refused(OFFICER, talk(PUPIL)).await.code, Code::NotAllowed);
    assert_eq!(refused(MENTOR, link(unknown)).await, Refusal::at(Code::NotFound, "guardian"));
    let traces = house.traces().await;
    let told: Vec<_> =
        traces.iter().map(|(open, of)| (open.operation.as_str(), open.refused, of.refused.clone())).collect();
    let mut both = vec![PUPIL.to_string(), unknown.to_string()];
    both.sort();
    assert_eq!(
        told,
        [
            ("command", true, vec![PUPIL.to_string()]),
            ("command", true, vec![NOBODY.to_string()]),
            ("command", true, vec![PUPIL.to_string()]),
            ("command", true, both),
        ]
    );
}

/// An answer that a day is wrong tells whoever has an id that the pupil has left another school: asked with a day on which nobody can
/// be enrolled, it would leave no trace.
#[tokio::test]
async fn who_is_refused_about_a_stranger_is_on_record_whatever_the_reason() {
    let house = house(of_role(Role::Teacher)).await;
    let mut number = 0;
    let mut refused = async |staff, command: Command| {
        number += 1;
        house.casework.execute(as_staff(staff), command, house.command_id(number)).await.unwrap_err().code
    };
    let enrols = || Command::EnrolPupil {
        pupil: Some(PUPIL),
        school: OTHER_SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date("1900-01-01"),
        protection: None,
    };
    let emergency = || log(Work::EmergencyAccessTaken { staff: OTHER, on: date("2019-10-01") }, None);
    // Who goes here is told by the reason that is missed, too.
    assert_eq!(refused(OTHER, emergency()).await, Code::ReasonMissing);
    assert_eq!(refused(OTHER_PRINCIPAL, enrols()).await, Code::NotFound);
    let (last_day, reason) = (date("2019-10-01"), LeavingReason::ChangedSchool);
    let leaves = Command::PupilLeaves { pupil: PUPIL, reason, last_day, destination: None };
    house.casework.execute(as_staff(PRINCIPAL), leaves, house.command_id(801)).await.unwrap();
    house.clock.pass(Duration::days(1));
    assert_eq!(refused(OTHER_PRINCIPAL, enrols()).await, Code::InvalidInput);

    let traces = house.traces().await;
    let told: Vec<_> = traces.iter().map(|(open, of)| (open.refused, of.refused.clone())).collect();
    assert_eq!(told, vec![(true, vec![PUPIL.to_string()]); 3]);
    // And the school is told: of its own by name.
    let asks = reader(&house.casework, PRINCIPAL);
    let page = asks.readings(PUPIL, &ALL).await.unwrap().unwrap().into_inner();
    let who: Vec<_> = page.items.into_iter().map(|(_, reading)| (reading.how, reading.actor)).collect();
    let (refused, own) = (casework::answer::ReadHow::Refused, Some(as_staff(OTHER)));
    assert_eq!(who, [(refused, None), (refused, None), (refused, own)]);
}

#[tokio::test]
async fn a_slip_with_ones_own_is_on_no_record_and_strangers_whom_a_command_names_beside_are() {
    let house = house(of_role(Role::Integration)).await;
    let mut number = 0;
    let mut refused = async |staff, command: Command| {
        number += 1;
        house.casework.execute(as_staff(staff), command, house.command_id(number)).await.unwrap_err().code
    };
    let emergency = log(Work::EmergencyAccessTaken { staff: MENTOR, on: date("2019-10-01") }, None);
    assert_eq!(refused(MENTOR, emergency).await, Code::ReasonMissing);
    let leaves = |last_day| Command::PupilLeaves {
        pupil: PUPIL,
        reason: LeavingReason::ChangedSchool,
        last_day: date(last_day),
        destination: None,
    };
    assert_ne!(refused(PRINCIPAL, leaves("1900-01-01")).await, Code::NotFound);
    // A system that hands attendance in of a day that is none of the pupil's.
    let days = vec![day(date("1900-01-01"), 0, 0)];
    assert_ne!(refused(OTHER, Command::RegisterAttendance { pupil: PUPIL, days }).await, Code::NotFound);
    assert_eq!(house.traces().await.len(), 0);

    let named = Work::StaffNamed { staff: StaffId::from_bits([0x79; 16]), last_day: date("2019-10-31") };
    refused(PRINCIPAL, log(named, None)).await;
    let told: Vec<_> = house.traces().await.into_iter().map(|(_, of)| of.refused).collect();
    assert!(told.len() == 1 && told.concat().contains(&StaffId::from_bits([0x79; 16]).to_string()), "{told:?}");
}

#[tokio::test]
async fn a_school_that_is_not_ones_own_is_looked_for_on_record() {
    let house = house([]).await;
    for code in ["ANN", "XYZ"] {
        let reader = reader(&house.casework, MENTOR);
        assert!(reader.school_by_code(code, reader.now()).is_none());
        reader.finish().await.unwrap();
    }
    let refused: Vec<_> = house.traces().await.into_iter().flat_map(|(_, of)| of.refused).collect();
    assert_eq!(refused, ["ANN", "XYZ"]);
    let reader = reader(&house.casework, MENTOR);
    assert!(reader.school_by_code("EXE", reader.now()).is_some());
}

#[tokio::test]
async fn the_next_school_learns_neither_who_read_nor_who_had_the_pupil_nor_who_the_guardians_are() {
    let house = house([]).await;
    let before = reader(&house.casework, MENTOR);
    assert!(before.pupil(PUPIL, before.now()).is_some());
    before.finish().await.unwrap();
    changes_school(&house).await;
    house.clock.pass(Duration::days(3));
    let here = reader(&house.casework, OTHER_PRINCIPAL);
    let readings = here.readings(PUPIL, &ALL).await.unwrap().unwrap();
    assert_eq!(readings.get().total, 0, "the other school's readers are not this one's to know");
    let extract = here.extract(PUPIL, &casework::Review::default()).await.unwrap().unwrap();
    assert!(extract.get().readings.is_empty());
    for day in ["2019-10-01", "2019-10-02"] {
        let at = here.past(date(day), None).unwrap();
        assert!(here.mentors(PUPIL, at).get().is_empty(), "{day}");
        assert!(here.guardians(PUPIL, at).await.unwrap().get().is_empty(), "{day}");
    }
    assert!(here.guardian(GUARDIAN).is_none());
    here.finish().await.unwrap();
    let again = reader(&house.casework, OTHER_PRINCIPAL);
    assert_eq!(again.readings(PUPIL, &ALL).await.unwrap().unwrap().get().total, 1, "their own are");
}

#[tokio::test]
async fn the_principal_of_the_school_that_was_left_opens_notes_to_choose_what_is_handed_on() {
    let house = house([]).await;
    let opened =
        log(Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health }, Some(note("Skälet.")));
    let receipt = house.casework.execute(as_staff(MENTOR), opened, house.command_id(1)).await.unwrap();
    changes_school(&house).await;
    let opens = async |staff| {
        let reader = reader(&house.casework, staff);
        let seen = reader.open_note(PUPIL, receipt.position).await.unwrap();
        reader.finish().await.unwrap();
        seen.map(|seen| seen.into_inner().reveal().as_str().to_owned())
    };
    assert_eq!(opens(PRINCIPAL).await.as_deref(), Some("Skälet."));
    assert_eq!(house.traces().await.last().unwrap().1.opened.len(), 1, "and that is on record");
    assert_eq!(opens(OTHER_PRINCIPAL).await, None, "it was not handed on");
    assert_eq!(opens(MENTOR).await, None);
    let of = receipt.events[0];
    let hands_on = log(Work::EntryHandedOn { of }, Some(note("Behövs för stödet.")));
    house.casework.execute(as_staff(PRINCIPAL), hands_on, house.command_id(2)).await.unwrap();
    assert_eq!(opens(OTHER_PRINCIPAL).await.as_deref(), Some("Skälet."));
}

#[tokio::test]
async fn what_was_corrected_is_sent_to_nobody_and_opens_for_nobody_but_those_who_have_the_case() {
    let house = house(of_role(Role::HealthTeam)).await;
    let refer =
        || log(Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health }, Some(note("Fel barn.")));
    let first = house.casework.execute(as_staff(MENTOR), refer(), house.command_id(1)).await.unwrap();
    let met = log(Work::HealthTeamMet { mentor_present: true, team: Team::Health }, Some(note("Mötet.")));
    let met = house.casework.execute(as_staff(MENTOR), met, house.command_id(2)).await.unwrap();
    let correct = Command::CorrectEntry(EntryToCorrect {
        pupil: PUPIL,
        position: met.position,
        meant: None,
        reason: note("Fel dag."),
    });
    house.casework.execute(as_staff(MENTOR), correct, house.command_id(3)).await.unwrap();
    let kinds = async |staff| {
        let (mut kinds, mut after) = (Vec::new(), Place::after(0));
        loop {
            let reader = reader(&house.casework, staff);
            let Some((place, entry)) = reader.timeline_after(PUPIL, after).await.unwrap().unwrap().into_inner() else {
                return kinds;
            };
            after = place;
            assert!(!entry.corrected);
            kinds.push(match &entry.body {
                domain::recorded::Body::Known(event) => event.kind(),
                domain::recorded::Body::Erased(kind) => *kind,
            });
        }
    };
    let (team, mentor) = (kinds(OTHER).await, kinds(MENTOR).await);
    assert!(team.contains(&EventKind::ReferralOpened) && mentor.contains(&EventKind::EntryCorrected));
    assert!(!team.contains(&EventKind::HealthTeamMet) && !mentor.contains(&EventKind::HealthTeamMet));
    assert!(!team.contains(&EventKind::EntryCorrected));
    let opens =
        async |staff, position| reader(&house.casework, staff).open_note(PUPIL, position).await.unwrap().is_some();
    assert!(opens(OTHER, first.position).await && !opens(OTHER, met.position).await);
    assert!(opens(MENTOR, met.position).await, "it stands in the history");
}

#[tokio::test]
async fn each_team_reads_what_it_was_asked_about_and_nothing_of_what_the_other_was() {
    let mut more = of_role(Role::HealthTeam).to_vec();
    more.push(granted(OTHER_MENTOR, Role::SafetyTeam, Some(SCHOOL)));
    let house = house(more).await;
    let refer = |team, text| log(Work::ReferralOpened { concern: ReferralConcern::Absence, team }, Some(note(text)));
    let to_health =
        house.casework.execute(as_staff(MENTOR), refer(Team::Health, "Hälsa."), house.command_id(1)).await.unwrap();
    let to_safety =
        house.casework.execute(as_staff(MENTOR), refer(Team::Safety, "Trygghet."), house.command_id(2)).await.unwrap();
    let met = log(Work::HealthTeamMet { mentor_present: true, team: Team::Safety }, None);
    let met = house.casework.execute(as_staff(MENTOR), met, house.command_id(3)).await.unwrap();
    let read = async |staff| {
        let reader = reader(&house.casework, staff);
        let page = reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().into_inner();
        let mut positions: Vec<u64> = page.items.iter().map(|(_, entry)| entry.position).collect();
        positions.retain(|position| [to_health.position, to_safety.position, met.position].contains(position));
        positions.sort_unstable();
        let opens = |position| reader.open_note(PUPIL, position);
        let opened =
            (opens(to_health.position).await.unwrap().is_some(), opens(to_safety.position).await.unwrap().is_some());
        (positions, opened)
    };
    assert_eq!(read(OTHER).await, (vec![to_health.position], (true, false)));
    assert_eq!(read(OTHER_MENTOR).await, (vec![to_safety.position, met.position], (false, true)));
    assert_eq!(read(MENTOR).await.0, [to_health.position, to_safety.position, met.position]);
}

#[tokio::test]
async fn a_teacher_who_is_in_the_health_team_reads_no_text_of_talks() {
    let mut more = of_role(Role::Teacher).to_vec();
    more.extend([granted(OTHER, Role::HealthTeam, Some(SCHOOL)), has_class()]);
    more.push(worked(Work::PupilTalkedWith { topic: domain::event::pupil::ContactTopic::Wellbeing }));
    more.push(worked(Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health }));
    let house = house(more).await;
    let reader = reader(&house.casework, OTHER);
    let page = reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().into_inner();
    let mut seen = Vec::new();
    for (_, entry) in page.items {
        let domain::recorded::Body::Known(mut event) = entry.body else { panic!("nothing is erased") };
        let kind = event.kind();
        if let EventKind::PupilTalkedWith | EventKind::ReferralOpened = kind {
            seen.push((kind, event.take_note().is_some(), entry.note_restricted));
        }
    }
    seen.sort_by_key(|(kind, ..)| *kind == EventKind::ReferralOpened);
    assert_eq!(seen, [(EventKind::PupilTalkedWith, false, false), (EventKind::ReferralOpened, false, true)]);
}

#[tokio::test]
async fn no_number_counts_a_pupil_who_is_hidden() {
    let mut more = of_role(Role::Coordinator).to_vec();
    let load = |house: &House, staff| {
        let reader = reader(&house.casework, staff);
        let loads = reader.school_loads(SCHOOL, reader.now()).unwrap().into_inner();
        loads.iter().map(|load| load.pupils + load.for_others.unwrap()).sum::<usize>()
    };
    assert_eq!(load(&house(more.clone()).await, OTHER), 1);
    more.push(worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }));
    let house = house(more).await;
    assert_eq!(load(&house, OTHER), 0);
    assert_eq!(load(&house, PRINCIPAL), 1, "who answers for the pupil");
}

/// Beside what is told of each of the others, a figure that had the hidden one in it would tell of that one.
#[tokio::test]
async fn no_figure_of_absence_has_a_pupil_in_it_who_is_hidden() {
    let mut more = of_role(Role::Coordinator).to_vec();
    more.push(attended(vec![day(date("2019-09-03"), 60, 30), day(date("2019-09-04"), 0, 0)]));
    let term = Term::of(date("2019-09-03"));
    let told = async |house: &House, staff, at: Option<AsOf>| {
        let reader = reader(&house.casework, staff);
        let at = at.unwrap_or_else(|| reader.now());
        let days = |grade: Option<Grade>, class: Option<ClassName>| {
            let question = AbsenceQuestion { school: SCHOOL, term, grade, class, at };
            reader.absence(&question).map_or(0, |seen| seen.into_inner().all.days)
        };
        let (grade, class) = (placed("7A").grade, placed("7A").class);
        let classes = reader.absence_by_class(SCHOOL, term, at).map_or(0, |seen| seen.into_inner().len());
        (days(None, None), days(Some(grade), None), days(None, Some(class)), classes)
    };
    let open = house(more.clone()).await;
    assert_eq!(told(&open, OTHER, None).await, (2, 2, 0, 0), "a coordinator sees no classes");
    more.push(worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }));
    let house = house(more).await;
    for at in [None, Some(AsOf::now(date("2019-09-03"))), Some(AsOf { day: date("2019-09-30"), known: 1_000 })] {
        assert_eq!(told(&house, OTHER, at).await, (0, 0, 0, 0), "{at:?}");
    }
    assert_eq!(told(&house, PRINCIPAL, None).await, (2, 2, 2, 1), "who answers for the pupil");
}

#[tokio::test]
async fn the_principal_is_told_who_opened_a_case_in_an_emergency_and_why_also_of_who_has_left() {
    let house = house(of_role(Role::Coordinator)).await;
    let taken =
        log(Work::EmergencyAccessTaken { staff: OTHER, on: date("2019-10-01") }, Some(note("Rymde från skolan.")));
    house.casework.execute(as_staff(OTHER), taken, house.command_id(1)).await.unwrap();
    let told = async |staff| {
        let reader = reader(&house.casework, staff);
        let seen = reader.emergency_accesses(SCHOOL, reader.now()).await.unwrap();
        reader.finish().await.unwrap();
        seen.map(|seen| {
            let of = |access: &casework::answer::EmergencyAccess| {
                (access.staff.id, access.reason.as_ref().map(|reason| reason.reveal().as_str().to_owned()))
            };
            seen.get().iter().map(of).collect::<Vec<_>>()
        })
    };
    let expected = vec![(OTHER, Some("Rymde från skolan.".to_owned()))];
    assert_eq!(told(PRINCIPAL).await, Some(expected.clone()));
    let (_, of) = house.traces().await.pop().unwrap();
    assert_eq!((of.listed, of.opened.len()), (vec![PUPIL.to_string()], 1));
    assert_eq!(told(MENTOR).await, Some(Vec::new()));
    assert_eq!(told(OTHER_PRINCIPAL).await, None);
    changes_school(&house).await;
    assert_eq!(told(PRINCIPAL).await, Some(expected), "the pupil has left");
}

#[tokio::test]
async fn the_authority_is_told_what_it_must_be_told_of_and_never_whose_it_is() {
    let step = |number| Work::LadderStepOpened {
        step: StepNumber::try_new(number).unwrap(),
        trigger: LadderTrigger::Persists,
    };
    let house = house([
        worked(Work::HarassmentReported { level: ReportLevel::Principal, report: None }),
        worked(Work::HarassmentReported { level: ReportLevel::Authority, report: None }),
        worked(step(2)),
        worked(step(3)),
    ])
    .await;
    let told = async |staff| {
        let reader = reader(&house.casework, staff);
        let seen = reader.duties(SCHOOL, (date("2018-01-01"), date("2018-12-31")), reader.now()).await.unwrap();
        reader.finish().await.unwrap();
        seen.map(|seen| seen.get().iter().map(|duty| duty.kind).collect::<Vec<_>>())
    };
    let mut officer = told(OFFICER).await.unwrap();
    officer.sort_unstable();
    assert_eq!(officer, [DutyKind::HarassmentPassedOn, DutyKind::AbsenceInquiryOpened]);
    let (_, of) = house.traces().await.pop().unwrap();
    assert_eq!((of.shown, of.listed), (Vec::new(), vec![PUPIL.to_string()]), "on record whose they are");
    assert!(told(PRINCIPAL).await.is_some());
    for other in [MENTOR, OTHER_PRINCIPAL, ADMINISTRATOR] {
        assert_eq!(told(other).await, None);
    }
    let reader = reader(&house.casework, OFFICER);
    let long = reader.duties(SCHOOL, (date("2018-01-01"), date("2019-12-31")), reader.now()).await;
    assert_eq!(long.unwrap_err().code, Code::InvalidInput);
}

/// What was a duty on a day stays one: another policy counts from its first day on.
#[tokio::test]
async fn the_inquiry_is_told_of_by_the_policy_in_force_on_the_day() {
    let step = |number| {
        let step = StepNumber::try_new(number).unwrap();
        worked(Work::LadderStepOpened { step, trigger: LadderTrigger::Persists })
    };
    let policy = |number, first_day, inquiry: u8| {
        let inquiry = Some(StepNumber::try_new(inquiry).unwrap());
        let (percent, window_days) = (15, 28);
        let matter = SchoolMatter::LadderPolicyAdopted { number, first_day, percent, window_days, inquiry };
        (StreamRef::School(SCHOOL), SchoolEvent::Settled(matter).into())
    };
    let told = async |policies: Vec<Happened>| {
        let house = house(policies.into_iter().chain([step(2), step(3)])).await;
        let reader = reader(&house.casework, OFFICER);
        let seen =
            reader.duties(SCHOOL, (date("2018-01-01"), date("2018-12-31")), reader.now()).await.unwrap().unwrap();
        seen.get().len()
    };
    assert_eq!(told(Vec::new()).await, 1, "the third, where no policy says");
    assert_eq!(told(vec![policy(1, date("2018-01-01"), 2)]).await, 2);
    assert_eq!(told(vec![policy(1, date("2018-01-01"), 4)]).await, 0);
    let later = policy(2, date("2019-01-01"), 4);
    assert_eq!(told(vec![policy(1, date("2018-01-01"), 2), later]).await, 2, "what counts is the day of the step");
}

/// A kind and a day would tell a principal of a pupil who is not there for them; the authority must be told all the same.
#[tokio::test]
async fn no_duty_tells_a_principal_of_a_pupil_who_is_hidden_from_them() {
    let passed_on = worked(Work::HarassmentReported { level: ReportLevel::Authority, report: None });
    let two_principals = || of_role(Role::Principal).into_iter().chain([passed_on.clone()]);
    let told = async |house: &House, staff| {
        let reader = reader(&house.casework, staff);
        let seen = reader.duties(SCHOOL, (date("2018-01-01"), date("2018-12-31")), reader.now()).await.unwrap();
        reader.finish().await.unwrap();
        seen.unwrap().get().len()
    };
    assert_eq!(told(&house(two_principals()).await, OTHER).await, 1);
    let protection = worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret });
    let protected = house(two_principals().chain([protection])).await;
    assert_eq!(told(&protected, OTHER).await, 0);
    assert_eq!(told(&protected, PRINCIPAL).await, 1, "who answers for the pupil knows of them");
    assert_eq!(told(&protected, OFFICER).await, 1);
}
