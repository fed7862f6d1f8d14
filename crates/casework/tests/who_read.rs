//! Who read this pupil's case? Asked by the principal, and told in the pupil's own extract: every way in which somebody read
//! it, or meant to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use casework::answer::{PageRequest, ReadHow, Reading};
use casework::{Casework, LeftOut, Reader, Review};
use chrono::Duration;
use domain::actor::{Actor, Role};
use domain::command::{Command, WorkToLog};
use domain::event::Work;
use domain::event::pupil::LeavingReason;
use domain::id::{PupilId, StaffId};
use domain::personal::Personal;
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{date, noon};
use domain::words::{Note, ProtectionLevel, ReferralConcern, Team};
use support::{Engine, House};

const ALL: PageRequest = PageRequest { first: 100, after: None };
const TEACHER: StaffId = StaffId::from_bits([8; 16]);

async fn house(engine: Engine) -> House {
    let mut past = a_pupil_with_a_mentor();
    past.extend([joined(TEACHER), granted(TEACHER, Role::Teacher, Some(SCHOOL))]);
    House::new(engine, past, noon("2019-10-01")).await
}

fn reader(casework: &Arc<Casework>, staff: StaffId) -> Reader {
    casework.reader(as_staff(staff), "query")
}

async fn logs(house: &House, staff: StaffId, work: Work, number: u64) -> u64 {
    let note = Some(Personal::new(Note::try_new("Skälet.").unwrap()));
    let work = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note };
    let done = house.casework.execute(as_staff(staff), Command::LogWork(work), house.command_id(number)).await;
    done.unwrap().position
}

/// What is told of each reading: by whom, how much, and how many notes were opened.
fn told(readings: &[Reading]) -> Vec<(Option<StaffId>, ReadHow, usize)> {
    let who = |reading: &Reading| if let Some(Actor::Staff(staff)) = reading.actor { Some(staff) } else { None };
    readings.iter().map(|reading| (who(reading), reading.how, reading.notes_opened)).collect()
}

/// As the principal asks, oldest first; asked in small pages, and whole.
async fn asked(house: &House, staff: StaffId) -> Vec<Reading> {
    let (mut all, mut after) = (Vec::new(), None);
    let reader = reader(&house.casework, staff);
    loop {
        let page = PageRequest { first: 2, after };
        let page = reader.readings(PUPIL, &page).await.unwrap().unwrap().into_inner();
        after = page.items.last().map(|(cursor, _)| cursor.to_string());
        all.extend(page.items.into_iter().map(|(_, reading)| reading));
        if !page.has_next {
            assert_eq!(page.total, all.len());
            break;
        }
    }
    all.reverse();
    all
}

/// As the principal of a school asks about what it keeps, oldest first; and asking is on record.
async fn kept(house: &House, staff: StaffId, school: domain::id::SchoolId) -> Vec<Reading> {
    let reader = reader(&house.casework, staff);
    let page = reader.readings_at((PUPIL, school), &ALL).await.unwrap().unwrap().into_inner();
    reader.finish().await.unwrap();
    page.items.into_iter().rev().map(|(_, reading)| reading).collect()
}

/// Somebody reads the case in every way that there is.
async fn everybody_reads(house: &House) -> Vec<(Option<StaffId>, ReadHow, usize)> {
    let referral = Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health };
    let restricted = logs(house, MENTOR, referral, 1).await;
    let mut expected = Vec::new();

    let opens = reader(&house.casework, MENTOR);
    assert!(opens.pupil(PUPIL, opens.now()).is_some());
    opens.finish().await.unwrap();
    expected.push((Some(MENTOR), ReadHow::Opened, 0));

    let lists = reader(&house.casework, PRINCIPAL);
    lists.pupils_of_school(SCHOOL, &ALL, lists.now()).unwrap().unwrap();
    lists.finish().await.unwrap();
    expected.push((Some(PRINCIPAL), ReadHow::Listed, 0));

    let note = reader(&house.casework, PRINCIPAL);
    assert!(note.open_note(PUPIL, restricted).await.unwrap().is_some());
    note.finish().await.unwrap();
    expected.push((Some(PRINCIPAL), ReadHow::Opened, 1));

    for staff in [OTHER_MENTOR, OTHER_PRINCIPAL, ADMINISTRATOR, TEACHER] {
        let refused = reader(&house.casework, staff);
        assert!(refused.pupil(PUPIL, refused.now()).is_none());
        assert!(refused.open_note(PUPIL, restricted).await.unwrap().is_none());
        refused.finish().await.unwrap();
        // Who never worked at the school is not named to it.
        expected.push((Some(staff).filter(|staff| *staff != OTHER_PRINCIPAL), ReadHow::Refused, 0));
    }

    let taken = Work::EmergencyAccessTaken { staff: TEACHER, on: date("2019-10-01") };
    logs(house, TEACHER, taken, 2).await;
    let emergency = reader(&house.casework, TEACHER);
    assert!(emergency.timeline(PUPIL, &ALL, emergency.now()).await.unwrap().is_some());
    emergency.finish().await.unwrap();
    expected.push((Some(TEACHER), ReadHow::Opened, 0));

    let reasons = reader(&house.casework, PRINCIPAL);
    assert_eq!(reasons.emergency_accesses(SCHOOL, reasons.now()).await.unwrap().unwrap().get().len(), 1);
    reasons.finish().await.unwrap();
    expected.push((Some(PRINCIPAL), ReadHow::Listed, 1));

    let past = reader(&house.casework, MENTOR);
    assert!(past.pupil(PUPIL, past.past(date("2019-09-30"), None).unwrap()).is_some());
    past.finish().await.unwrap();
    expected.push((Some(MENTOR), ReadHow::Opened, 0));

    house.casework.record_listed("erase propose", [PUPIL]).await.unwrap();
    expected.push((None, ReadHow::Listed, 0));
    house.casework.record_export(&LeftOut::default()).await.unwrap();
    expected.push((None, ReadHow::Exported, 0));

    let extracts = reader(&house.casework, PRINCIPAL);
    assert!(extracts.extract(PUPIL, &Review::default()).await.unwrap().is_some());
    extracts.finish().await.unwrap();
    expected.push((Some(PRINCIPAL), ReadHow::Extracted, 0));
    expected
}

#[tokio::test]
async fn the_principal_is_told_of_every_way_in_which_somebody_read_the_case_or_meant_to() {
    for engine in Engine::ALL {
        let house = house(engine).await;
        let expected = everybody_reads(&house).await;
        let readings = asked(&house, PRINCIPAL).await;
        assert_eq!(told(&readings), expected);
        let refused = readings.iter().find(|reading| reading.how == ReadHow::Refused).unwrap();
        assert!(refused.name.is_some(), "by name");
        assert!(readings.iter().all(|reading| reading.at == noon("2019-10-01")));
        let listed = readings.iter().find(|reading| reading.actor == Some(Actor::Setup)).unwrap();
        assert_eq!(listed.operation, "erase propose", "and by what");
    }
}

#[tokio::test]
async fn the_extract_tells_the_pupil_of_every_reading_and_of_nobody_who_was_refused() {
    let house = house(Engine::Memory).await;
    let mut expected = everybody_reads(&house).await;
    expected.retain(|(_, how, _)| *how != ReadHow::Refused);
    let reader = reader(&house.casework, PRINCIPAL);
    let extract = reader.extract(PUPIL, &Review::default()).await.unwrap().unwrap().into_inner();
    assert_eq!(told(&extract.readings), expected);
}

/// Another pupil, whom the principal enrols.
async fn one_more_pupil(house: &House, command: u64) -> PupilId {
    let enrols = Command::EnrolPupil {
        pupil: None,
        school: SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date("2019-09-02"),
        protection: None,
    };
    let enrolled = house.casework.execute(as_staff(PRINCIPAL), enrols, house.command_id(command)).await.unwrap();
    let pupil = |made: &casework::Created| if let casework::Created::Pupil(id) = made { Some(*id) } else { None };
    enrolled.created.iter().find_map(pupil).unwrap()
}

/// An export tells of whoever was known then: of who came later, at this school or anywhere, it told nothing.
#[tokio::test]
async fn what_was_written_out_before_a_pupil_was_enrolled_is_told_of_no_reading_of_theirs() {
    let house = house(Engine::Memory).await;
    house.casework.record_export(&LeftOut::default()).await.unwrap();
    house.clock.pass(Duration::hours(1));
    let pupil = one_more_pupil(&house, 401).await;
    let exports = async |pupil: PupilId| {
        let asks = reader(&house.casework, PRINCIPAL);
        let page = asks.readings(pupil, &ALL).await.unwrap().unwrap().into_inner();
        let extract = asks.extract(pupil, &Review::default()).await.unwrap().unwrap().into_inner();
        let exported = |reading: &&Reading| reading.how == ReadHow::Exported;
        let asked = page.items.iter().map(|(_, reading)| reading).filter(exported).count();
        (asked, extract.readings.iter().filter(exported).count())
    };
    assert_eq!((exports(PUPIL).await, exports(pupil).await), ((1, 1), (0, 0)), "who was known then, and who was not");
    house.clock.pass(Duration::hours(1));
    house.casework.record_export(&LeftOut::default()).await.unwrap();
    assert_eq!((exports(PUPIL).await, exports(pupil).await), ((2, 2), (1, 1)));
}

/// What was not written out was not read.
#[tokio::test]
async fn who_is_left_out_of_an_export_is_on_record_as_written_out_only_where_they_were_asked_for() {
    let mut past = a_pupil_with_a_mentor();
    past.push(worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }));
    let house = House::new(Engine::Memory, past, noon("2019-10-01")).await;
    let other = one_more_pupil(&house, 402).await;
    house.clock.pass(Duration::hours(1));
    let exports = async |pupil: PupilId| {
        let asks = reader(&house.casework, PRINCIPAL);
        let page = asks.readings(pupil, &ALL).await.unwrap().unwrap().into_inner();
        page.items.iter().filter(|(_, reading)| reading.how == ReadHow::Exported).count()
    };
    house.casework.record_export(&house.casework.protected_people()).await.unwrap();
    assert_eq!((exports(PUPIL).await, exports(other).await), (0, 1));
    house.casework.record_export(&LeftOut::default()).await.unwrap();
    assert_eq!((exports(PUPIL).await, exports(other).await), (1, 2));
}

#[tokio::test]
async fn asking_who_read_the_case_is_itself_a_reading_and_refused_to_all_others() {
    let house = house(Engine::Memory).await;
    for staff in [PRINCIPAL, MENTOR] {
        let asks = reader(&house.casework, staff);
        let seen = asks.readings(PUPIL, &ALL).await.unwrap();
        assert_eq!(seen.is_some(), staff == PRINCIPAL);
        asks.finish().await.unwrap();
    }
    let readings = asked(&house, PRINCIPAL).await;
    assert_eq!(told(&readings), [(Some(PRINCIPAL), ReadHow::Opened, 0), (Some(MENTOR), ReadHow::Refused, 0)]);
}

#[tokio::test]
async fn one_request_that_shows_something_and_refuses_something_tells_of_both() {
    let house = house(Engine::Memory).await;
    let class = domain::event::StaffMatter::ClassGiven {
        school: SCHOOL,
        class: placed("7A").class,
        first_day: date("2019-08-19"),
        last_day: date("2019-12-20"),
    };
    let given = Command::ArrangeStaff { staff: TEACHER, matter: class };
    house.casework.execute(Actor::Setup, given, house.command_id(9)).await.unwrap();
    let teacher = reader(&house.casework, TEACHER);
    assert!(teacher.pupil(PUPIL, teacher.now()).is_some());
    assert!(teacher.guardians(PUPIL, teacher.now()).await.unwrap().get().is_empty(), "a teacher sees no guardians");
    assert!(teacher.history(PUPIL, &ALL, teacher.now()).await.unwrap().is_none());
    teacher.finish().await.unwrap();
    let readings = asked(&house, PRINCIPAL).await;
    assert_eq!(told(&readings), [(Some(TEACHER), ReadHow::Opened, 0), (Some(TEACHER), ReadHow::Refused, 0)]);
}

/// The pupil leaves for a school, and is enrolled there the day after.
async fn goes_to(house: &House, (from, to): ((StaffId, &str), (StaffId, domain::id::SchoolId)), number: u64) {
    let (principal, last_day) = from;
    let leaves = Command::PupilLeaves {
        pupil: PUPIL,
        reason: LeavingReason::ChangedSchool,
        last_day: date(last_day),
        destination: None,
    };
    house.casework.execute(as_staff(principal), leaves, house.command_id(number)).await.unwrap();
    house.clock.pass(Duration::days(1));
    let (principal, school) = to;
    let enrols = Command::EnrolPupil {
        pupil: Some(PUPIL),
        school,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date(last_day).succ_opt().unwrap(),
        protection: None,
    };
    house.casework.execute(as_staff(principal), enrols, house.command_id(number + 1)).await.unwrap();
}

#[tokio::test]
async fn each_school_is_told_who_read_the_case_while_the_pupil_was_there_also_when_the_pupil_comes_back() {
    let house = house(Engine::Memory).await;
    let opens = async |staff| {
        let reader = reader(&house.casework, staff);
        let seen = reader.pupil(PUPIL, reader.now()).is_some();
        reader.finish().await.unwrap();
        seen
    };
    assert!(opens(MENTOR).await);
    goes_to(&house, ((PRINCIPAL, "2019-10-01"), (OTHER_PRINCIPAL, OTHER_SCHOOL)), 101).await;
    house.clock.pass(Duration::hours(1));
    assert!(!opens(MENTOR).await && opens(OTHER_PRINCIPAL).await);
    // Who looked in vain, and never worked there, is not named.
    let next = [(None, ReadHow::Refused, 0), (Some(OTHER_PRINCIPAL), ReadHow::Opened, 0)];
    assert_eq!(told(&asked(&house, OTHER_PRINCIPAL).await), next);
    assert!(reader(&house.casework, PRINCIPAL).readings(PUPIL, &ALL).await.unwrap().is_none(), "whom the pupil left");
    // What the school keeps is asked for, and read, as its own: that is told there, and nowhere else.
    let first = [(Some(MENTOR), ReadHow::Opened, 0)];
    assert_eq!(told(&kept(&house, PRINCIPAL, SCHOOL).await), first);
    let former = reader(&house.casework, PRINCIPAL);
    assert!(former.former_timeline(PUPIL, &ALL, former.now()).await.unwrap().is_some());
    former.finish().await.unwrap();
    for (staff, school) in [(PRINCIPAL, OTHER_SCHOOL), (OTHER_PRINCIPAL, SCHOOL), (MENTOR, SCHOOL)] {
        let asks = reader(&house.casework, staff);
        assert!(asks.readings_at((PUPIL, school), &ALL).await.unwrap().is_none());
        assert!(asks.extract_at((PUPIL, school), &Review::default()).await.unwrap().is_none());
    }

    goes_to(&house, ((OTHER_PRINCIPAL, "2019-10-02"), (PRINCIPAL, SCHOOL)), 201).await;
    house.clock.pass(Duration::hours(1));
    assert!(opens(PRINCIPAL).await);
    let own = (Some(PRINCIPAL), ReadHow::Opened, 0);
    let both_times = [(Some(MENTOR), ReadHow::Opened, 0), own, own, own];
    assert_eq!(
        told(&asked(&house, PRINCIPAL).await),
        both_times,
        "asked, read what was kept, and since they came back"
    );
    assert!(reader(&house.casework, OTHER_PRINCIPAL).readings(PUPIL, &ALL).await.unwrap().is_none());
    assert_eq!(told(&kept(&house, OTHER_PRINCIPAL, OTHER_SCHOOL).await), next, "while the pupil was there");
}

#[tokio::test]
async fn nobody_else_is_named_among_the_readers_of_a_case() {
    let house = house(Engine::Memory).await;
    let unknown = PupilId::from_bits([9; 16]);
    let reader_of_nobody = reader(&house.casework, OTHER_MENTOR);
    assert!(reader_of_nobody.pupil(unknown, reader_of_nobody.now()).is_none());
    reader_of_nobody.finish().await.unwrap();
    assert!(asked(&house, PRINCIPAL).await.is_empty());
}

#[tokio::test]
async fn what_the_program_lists_or_writes_out_is_refused_while_it_cannot_be_put_on_record() {
    let log = Arc::new(storage::MemoryLog::new().unwrap());
    let story = domain::spec::given(a_pupil_with_a_mentor()).story;
    support::record(&*log, &story.log).await;
    let clock = support::SetClock::at(noon("2019-10-01"));
    let as_log: Arc<dyn storage::EventLog> = Arc::<storage::MemoryLog>::clone(&log);
    let casework = support::open(&as_log, &clock).await;
    log.refuse_traces(true);
    let refused = domain::refusal::Code::TraceNotRecorded;
    assert_eq!(casework.record_export(&LeftOut::default()).await.unwrap_err().code, refused);
    assert_eq!(casework.record_listed("erase propose", [PUPIL]).await.unwrap_err().code, refused);
    assert!(casework.record_listed("erase propose", []).await.is_ok(), "nobody is told of");
    log.refuse_traces(false);
    assert!(
        casework.record_export(&LeftOut::default()).await.is_ok()
            && casework.record_listed("erase propose", [PUPIL]).await.is_ok()
    );
}

#[tokio::test]
async fn of_the_notes_that_one_request_opens_each_pupil_is_told_of_their_own() {
    let house = house(Engine::Memory).await;
    let second = one_more_pupil(&house, 301).await;
    for (number, pupil) in (302..).zip([PUPIL, second]) {
        let note = Some(Personal::new(Note::try_new("Rymde.").unwrap()));
        let work = Work::EmergencyAccessTaken { staff: TEACHER, on: date("2019-10-01") };
        let work = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note };
        house.casework.execute(as_staff(TEACHER), Command::LogWork(work), house.command_id(number)).await.unwrap();
    }
    let reasons = reader(&house.casework, PRINCIPAL);
    let told = reasons.emergency_accesses(SCHOOL, reasons.now()).await.unwrap().unwrap().into_inner();
    reasons.finish().await.unwrap();
    assert_eq!(told.len(), 2);
    for pupil in [PUPIL, second] {
        let asks = reader(&house.casework, PRINCIPAL);
        let page = asks.readings(pupil, &ALL).await.unwrap().unwrap().into_inner();
        let newest = &page.items.first().unwrap().1;
        assert_eq!((newest.how, newest.notes_opened), (ReadHow::Listed, 1));
    }
}
