//! Nobody sees a case except through one decision, and every reading of one is on record before it is answered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use casework::answer::{AbsenceQuestion, PageRequest};
use casework::{Casework, Clock, Place};
use domain::actor::Actor;
use domain::command::Command;
use domain::event::pupil::{AssignmentEndReason, AttendanceCorrected, AttendanceRegistered, PupilEvent};
use domain::event::{Event, SchoolEvent, SchoolMatter};
use domain::id::{EnrolmentId, PupilId, StaffId};
use domain::recorded::{Body, StreamRef};
use domain::refusal::Code;
use domain::spec::cast::{
    ADMINISTRATOR, ASSIGNMENT, MENTOR, OFFICER, OTHER_MENTOR, OTHER_PRINCIPAL, PRINCIPAL, PUPIL, SCHOOL,
    a_pupil_with_a_mentor, as_staff, attended, day, enrolled, log_contact, personal, placed, two_schools,
};
use domain::spec::{Happened, date, given, noon};
use domain::words::Grade;
use storage::{EventLog, MemoryLog};
use support::{Engine, House, SetClock, record};

const NOBODY: PupilId = PupilId::from_bits([9; 16]);
const ALL: PageRequest = PageRequest { first: 100, after: None };

fn first(first: usize, after: Option<String>) -> PageRequest {
    PageRequest { first, after }
}

async fn house(engine: Engine) -> House {
    let mut past = a_pupil_with_a_mentor();
    past.push(attended(vec![day(date("2019-09-02"), 60, 0)]));
    House::new(engine, past, noon("2019-10-01")).await
}

#[tokio::test]
async fn the_mentor_and_the_principal_see_the_case_and_nobody_else_does() {
    let house = house(Engine::Memory).await;
    for (staff, sees) in [
        (MENTOR, true),
        (PRINCIPAL, true),
        (OTHER_MENTOR, false),
        (OTHER_PRINCIPAL, false),
        (OFFICER, false),
        (ADMINISTRATOR, false),
        (StaffId::from_bits([9; 16]), false),
    ] {
        let reader = house.casework.reader(as_staff(staff), "test");
        let term = "ht19".parse().unwrap();
        assert_eq!(reader.pupil(PUPIL, reader.now()).is_some(), sees, "{staff}");
        assert_eq!(reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().is_some(), sees, "{staff}");
        assert_eq!(reader.timeline_after(PUPIL, Place::after(0)).await.unwrap().is_some(), sees, "{staff}");
        assert_eq!(reader.pupil_absence(PUPIL, term, reader.now()).is_some(), sees, "{staff}");
        let caseload = reader.mentor_caseload(MENTOR, &ALL, reader.now()).unwrap();
        assert_eq!(caseload.is_some_and(|page| page.get().total == 1), sees, "{staff}");
    }
}

#[tokio::test]
async fn a_principal_sees_figures_of_classes_and_the_officer_none() {
    let house = house(Engine::Memory).await;
    let ask = |staff, class: Option<&str>| {
        let class = class.map(|class| placed(class).class);
        let reader = house.casework.reader(as_staff(staff), "test");
        let term = "ht19".parse().unwrap();
        let question = AbsenceQuestion { school: SCHOOL, term, grade: None, class, at: reader.now() };
        reader.absence(&question).map(|seen| (seen.get().all.notified, seen.get().all.offered))
    };
    assert_eq!(ask(OFFICER, None), None, "nothing has been published");
    assert_eq!(ask(OFFICER, Some("7A")), None);
    assert_eq!(ask(PRINCIPAL, None), Some((60, 300)));
    assert_eq!(ask(PRINCIPAL, Some("7A")), Some((60, 300)));
    assert_eq!(ask(OTHER_PRINCIPAL, None), None);
    let by_class = |staff| {
        let reader = house.casework.reader(as_staff(staff), "test");
        reader.absence_by_class(SCHOOL, "ht19".parse().unwrap(), reader.now())
    };
    assert!(by_class(OFFICER).is_none_or(|classes| classes.get().is_empty()));
    assert_eq!(by_class(PRINCIPAL).unwrap().get().len(), 1);
}

/// So many pupils in each of some classes, each absent for half an hour of a day.
fn classes(of: &[(&str, u8)]) -> Vec<Happened> {
    let mut past = Vec::new();
    for (class, count) in of {
        for number in 0..*count {
            let bits = [class.as_bytes()[0], number, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
            let (stream, enrolment) = (StreamRef::Pupil(PupilId::from_bits(bits)), EnrolmentId::from_bits(bits));
            past.push((stream, enrolled(SCHOOL, enrolment, class, "2019-08-20").1));
            let days = vec![day(date("2019-09-02"), 30, 0)];
            past.push((stream, PupilEvent::AttendanceRegistered(AttendanceRegistered { enrolment, days }).into()));
        }
    }
    past
}

#[tokio::test]
async fn outside_the_school_figures_are_told_as_published_and_none_of_a_few() {
    let published = SchoolMatter::FiguresPublished { term: "ht19".parse().unwrap() };
    let mut past = two_schools();
    past.extend(classes(&[("6A", 12), ("7A", 9), ("8A", 3), ("9A", 14)]));
    past.push((StreamRef::School(SCHOOL), SchoolEvent::Settled(published).into()));
    let corrected = [b'6', 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    let day = day(date("2019-09-02"), 300, 0);
    let enrolment = EnrolmentId::from_bits(corrected);
    let event = PupilEvent::AttendanceCorrected(AttendanceCorrected { enrolment, day });
    past.push((StreamRef::Pupil(PupilId::from_bits(corrected)), event.into()));
    let house = House::new(Engine::Memory, past, noon("2020-02-01")).await;

    let ask = |staff, grade: Option<u8>| {
        let reader = house.casework.reader(as_staff(staff), "test");
        let (term, grade) = ("ht19".parse().unwrap(), grade.map(|grade| Grade::try_new(grade).unwrap()));
        let question = AbsenceQuestion { school: SCHOOL, term, grade, class: None, at: reader.now() };
        reader.absence(&question).map(|seen| (seen.get().all.pupils, seen.get().all.notified))
    };
    let told = |staff| [None, Some(6), Some(7), Some(8), Some(9)].map(|grade| ask(staff, grade));
    // What was corrected after the publication changes nothing outside; three pupils are not told of, nor the fourteen beside them,
    // since the difference to the school's figure would tell of the three.
    assert_eq!(told(OFFICER), [Some((38, 1140)), Some((12, 360)), Some((9, 270)), None, None]);
    let inside = [Some((38, 1410)), Some((12, 630)), Some((9, 270)), Some((3, 90)), Some((14, 420))];
    assert_eq!(told(PRINCIPAL), inside);
}

#[tokio::test]
async fn a_reading_is_on_record_before_finish_returns_and_names_whom_it_was_about() {
    for engine in Engine::ALL {
        let house = house(engine).await;
        let reader = house.casework.reader(as_staff(MENTOR), "pupil page");
        assert!(reader.pupil(PUPIL, reader.now()).is_some());
        reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap();
        reader.finish().await.unwrap();

        let traces = house.traces().await;
        assert_eq!(traces.len(), 1, "one for the request");
        let (open, subjects) = &traces[0];
        assert_eq!(Actor::try_from(open.actor.clone()).unwrap(), as_staff(MENTOR));
        assert_eq!((open.operation.as_str(), open.refused, open.roles.len()), ("pupil page", false, 1));
        assert_eq!(open.at_micros, house.clock.now().timestamp_micros());
        assert_eq!((&subjects.shown, &subjects.refused), (&vec![PUPIL.to_string()], &Vec::new()));
    }
}

#[tokio::test]
async fn each_pupil_in_a_caseload_is_on_record() {
    let house = house(Engine::Memory).await;
    let reader = house.casework.reader(as_staff(PRINCIPAL), "caseload");
    assert_eq!(reader.principal_caseload(PRINCIPAL, SCHOOL, &ALL, reader.now()).unwrap().unwrap().get().items.len(), 1);
    reader.finish().await.unwrap();
    let (_, of) = house.traces().await.remove(0);
    assert_eq!((of.shown, of.listed), (Vec::new(), vec![PUPIL.to_string()]));
}

#[tokio::test]
async fn what_was_refused_and_what_is_missing_are_answered_and_traced_alike() {
    let house = house(Engine::Memory).await;
    for pupil in [PUPIL, NOBODY] {
        let reader = house.casework.reader(as_staff(OTHER_MENTOR), "test");
        assert!(reader.pupil(pupil, reader.now()).is_none());
        reader.finish().await.unwrap();
    }
    let traces = house.traces().await;
    let told: Vec<_> = traces.iter().map(|(open, subjects)| (open.refused, subjects.shown.len())).collect();
    assert_eq!(told, [(true, 0), (true, 0)]);
    assert_eq!(traces[0].1.refused, [PUPIL.to_string()]);
    assert_eq!(traces[1].1.refused, [NOBODY.to_string()]);
}

#[tokio::test]
async fn where_no_case_was_read_or_looked_for_nothing_is_written() {
    let house = house(Engine::Memory).await;
    let reader = house.casework.reader(as_staff(MENTOR), "test");
    assert!(reader.me().is_some());
    assert_eq!(reader.schools(reader.now()).len(), 1);
    reader.finish().await.unwrap();
    assert!(house.traces().await.is_empty());
}

#[tokio::test]
async fn a_reading_that_cannot_be_put_on_record_is_refused() {
    let log = Arc::new(MemoryLog::new().unwrap());
    record(&*log, &given(a_pupil_with_a_mentor()).story.log).await;
    let clock: Arc<dyn Clock> = SetClock::at(noon("2019-10-01"));
    let as_log: Arc<dyn EventLog> = Arc::<MemoryLog>::clone(&log);
    let casework = Casework::open(as_log, [7; 32], clock).await.unwrap();
    log.refuse_traces(true);
    let reader = casework.reader(as_staff(MENTOR), "test");
    let _seen = reader.pupil(PUPIL, reader.now());
    assert_eq!(reader.finish().await.unwrap_err().code, Code::TraceNotRecorded);
    log.refuse_traces(false);
    let reader = casework.reader(as_staff(MENTOR), "test");
    let _seen = reader.pupil(PUPIL, reader.now());
    assert!(reader.finish().await.is_ok());
}

#[tokio::test]
async fn the_rights_of_today_decide() {
    let house = house(Engine::Memory).await;
    let end = Command::EndAssignment {
        pupil: PUPIL,
        assignment: ASSIGNMENT,
        reason: AssignmentEndReason::NeedEnded,
        last_day: date("2019-10-01"),
    };
    house.casework.execute(as_staff(PRINCIPAL), end, house.command_id(1)).await.unwrap();
    let sees = |staff| {
        let reader = house.casework.reader(as_staff(staff), "test");
        let yesterday = reader.past(date("2019-09-30"), None).unwrap();
        [reader.now(), yesterday].map(|at| reader.pupil(PUPIL, at).is_some())
    };
    assert_eq!(sees(MENTOR), [true, true], "the last day is included");
    house.clock.pass(chrono::Duration::days(1));
    assert_eq!(sees(MENTOR), [false, false], "also of a day on which the mentor had the pupil");
    assert_eq!(sees(PRINCIPAL), [true, true]);
}

#[tokio::test]
async fn what_was_true_and_what_was_known_are_two_questions() {
    let house = house(Engine::Memory).await;
    let end = Command::EndAssignment {
        pupil: PUPIL,
        assignment: ASSIGNMENT,
        reason: AssignmentEndReason::NeedEnded,
        last_day: date("2019-09-20"),
    };
    house.clock.pass(chrono::Duration::days(2));
    house.casework.execute(as_staff(PRINCIPAL), end, house.command_id(1)).await.unwrap();
    let reader = house.casework.reader(as_staff(PRINCIPAL), "test");
    let had = |day: &str, known_on: Option<&str>| {
        let at = reader.past(date(day), known_on.map(date)).unwrap();
        reader.mentor_caseload(MENTOR, &ALL, at).unwrap().unwrap().get().total
    };
    assert_eq!(had("2019-09-20", None), 1);
    assert_eq!(had("2019-09-21", None), 0, "true on the day, as known now");
    assert_eq!(had("2019-09-21", Some("2019-10-01")), 1, "what was known before it was recorded");
    assert_eq!(had("2019-09-21", Some("2019-10-03")), 0, "today is all that is known");
    assert_eq!(had("2019-09-21", Some("2018-01-01")), 0, "before anything was on record");
    assert_eq!(reader.past(date("2019-10-04"), None).unwrap_err().code, Code::InTheFuture);
    assert_eq!(reader.past(date("2019-10-03"), Some(date("2019-10-04"))).unwrap_err().code, Code::InTheFuture);
}

#[tokio::test]
async fn a_reader_shows_what_was_known_when_it_was_taken() {
    let house = house(Engine::Memory).await;
    let before = house.casework.reader(as_staff(MENTOR), "test");
    house.casework.execute(as_staff(MENTOR), log_contact(), house.command_id(1)).await.unwrap();
    let after = house.casework.reader(as_staff(MENTOR), "test");
    let total = async |reader: &casework::Reader| {
        reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().get().total
    };
    assert_eq!(total(&before).await + 1, total(&after).await);
}

#[tokio::test]
async fn a_timeline_is_paged_newest_first_with_its_contents_and_nothing_twice() {
    for engine in Engine::ALL {
        let house = house(engine).await;
        for n in 0..5 {
            house.clock.pass(chrono::Duration::hours(1));
            house.casework.execute(as_staff(MENTOR), log_contact(), house.command_id(n)).await.unwrap();
        }
        let reader = house.casework.reader(as_staff(MENTOR), "test");
        let whole = reader.timeline(PUPIL, &ALL, reader.now()).await.unwrap().unwrap().into_inner();
        let newest = &whole.items[0].1;
        assert!(matches!(&newest.body, Body::Known(Event::Pupil(PupilEvent::GuardianContacted(_)))));
        assert!(newest.actor == as_staff(MENTOR) && newest.actor_name.is_some());
        assert!(whole.items.is_sorted_by(|(_, a), (_, b)| a.occurred >= b.occurred));
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = reader.timeline(PUPIL, &first(2, after), reader.now()).await.unwrap().unwrap().into_inner();
            assert_eq!(page.total, whole.total);
            after = page.items.last().map(|(cursor, _)| cursor.to_string());
            paged.extend(page.items.into_iter().map(|(_, entry)| entry.position));
            if !page.has_next {
                break;
            }
        }
        assert_eq!(paged, whole.items.iter().map(|(_, entry)| entry.position).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_or_person_is_refused() {
    let house = house(Engine::Memory).await;
    let mentor = house.casework.reader(as_staff(MENTOR), "test");
    let principal = house.casework.reader(as_staff(PRINCIPAL), "test");
    let page = mentor.timeline(PUPIL, &first(1, None), mentor.now()).await.unwrap().unwrap().into_inner();
    let cursor = &page.items[0].0;
    let here = mentor.timeline(PUPIL, &first(1, Some(cursor.to_string())), mentor.now()).await;
    assert!(here.is_ok());
    let theirs = principal.timeline(PUPIL, &first(1, Some(cursor.to_string())), principal.now()).await;
    assert_eq!(theirs.unwrap_err().code, Code::CursorInvalid);
    let elsewhere = mentor.mentor_caseload(MENTOR, &first(1, Some(cursor.to_string())), mentor.now());
    assert_eq!(elsewhere.unwrap_err().code, Code::CursorInvalid);
    for text in ["", "zz", "åäö", &cursor.to_string()[2..]] {
        let made_up = mentor.timeline(PUPIL, &first(1, Some(text.to_owned())), mentor.now()).await;
        assert_eq!(made_up.unwrap_err().code, Code::CursorInvalid);
    }
    for many in [0, 101] {
        assert_eq!(
            mentor.mentor_caseload(MENTOR, &first(many, None), mentor.now()).unwrap_err().code,
            Code::InvalidInput
        );
    }
}

#[tokio::test]
async fn a_caseload_is_in_order_of_class_and_then_of_name_as_swedes_sort() {
    let house = house(Engine::Memory).await;
    for (n, (class, name)) in
        (1..).zip([("7A", "Örjan"), ("7A", "Zara"), ("7A", "Ärla"), ("7A", "Åke"), ("8A", "Anna")])
    {
        let enrol = Command::EnrolPupil {
            pupil: None,
            school: SCHOOL,
            name: personal(name),
            placement: placed(class),
            from: date("2019-10-01"),
            protection: None,
        };
        house.casework.execute(as_staff(PRINCIPAL), enrol, house.command_id(n)).await.unwrap();
    }
    let reader = house.casework.reader(as_staff(PRINCIPAL), "test");
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page =
            reader.principal_caseload(PRINCIPAL, SCHOOL, &first(4, after), reader.now()).unwrap().unwrap().into_inner();
        assert_eq!(page.total, 6);
        after = page.items.last().map(|(cursor, _)| cursor.to_string());
        names.extend(page.items.iter().map(|(_, row)| row.pupil.name.clone().unwrap().reveal().as_str().to_owned()));
        if !page.has_next {
            break;
        }
    }
    assert_eq!(names, ["Kim Exempel", "Zara", "Åke", "Ärla", "Örjan", "Anna"]);
}

/// Whose readings a question leaves: in order.
async fn read_by(house: &House, asks: impl FnOnce(&casework::Reader)) -> Vec<String> {
    let before = house.traces().await.len();
    let reader = house.casework.reader(as_staff(PRINCIPAL), "test");
    asks(&reader);
    reader.finish().await.unwrap();
    house.traces().await.into_iter().skip(before).flat_map(|(_, of)| of.shown).collect()
}

#[tokio::test]
async fn figures_of_fewer_than_five_are_a_reading_of_each_of_them_inside_the_school_too() {
    let mut past = two_schools();
    past.extend(classes(&[("7A", 12), ("8A", 3), ("9A", 7)]));
    let house = House::new(Engine::Memory, past, noon("2019-10-01")).await;
    let pupils = |class: &str, count: u8| -> Vec<String> {
        let bits = |number| [class.as_bytes()[0], number, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        (0..count).map(|number| PupilId::from_bits(bits(number)).to_string()).collect()
    };
    let term = "ht19".parse().unwrap();
    let absence = |grade: Option<u8>, class: Option<&str>| {
        let (grade, class) =
            (grade.map(|grade| Grade::try_new(grade).unwrap()), class.map(|class| placed(class).class));
        move |reader: &casework::Reader| {
            let question = AbsenceQuestion { school: SCHOOL, term, grade, class, at: reader.now() };
            assert!(reader.absence(&question).is_some());
        }
    };
    assert_eq!(read_by(&house, absence(None, None)).await, [""; 0], "of the whole school");
    assert_eq!(read_by(&house, absence(None, Some("7A"))).await, [""; 0]);
    assert_eq!(read_by(&house, absence(None, Some("8A"))).await, pupils("8A", 3));
    assert_eq!(read_by(&house, absence(Some(8), None)).await, pupils("8A", 3), "nobody else is in the grade");
    let by_class = |reader: &casework::Reader| {
        assert_eq!(reader.absence_by_class(SCHOOL, term, reader.now()).unwrap().get().len(), 3);
    };
    assert_eq!(read_by(&house, by_class).await, pupils("8A", 3));
}
