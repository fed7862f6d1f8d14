//! Beside what was published nothing tells of a pupil whose identity is protected since, or was then.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use casework::Reader;
use casework::answer::AbsenceQuestion;
use domain::actor::Role;
use domain::calendar::Term;
use domain::event::pupil::{AssignmentKind, AttendanceCorrected, AttendanceRegistered, MentorAssigned, PupilEvent};
use domain::event::school::Responsibility;
use domain::event::{SchoolEvent, SchoolMatter, Work};
use domain::id::{AssignmentId, EnrolmentId, PupilId, StaffId};
use domain::projection::AsOf;
use domain::recorded::StreamRef;
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{Happened, Story, date, given, noon};
use domain::words::{Grade, ProtectionLevel};
use support::{Engine, House};

const COORDINATOR: StaffId = StaffId::from_bits([8; 16]);
const OF_GRADE_8: StaffId = StaffId::from_bits([9; 16]);
const WATCH: StaffId = StaffId::from_bits([10; 16]);
const PUBLISHED: &str = "2020-08-10";
const SINCE: &str = "2020-08-20";

fn bits(class: &str, number: u8) -> [u8; 16] {
    let mut bits = [1; 16];
    (bits[0], bits[1]) = (class.as_bytes()[0], number);
    bits
}

fn settled(matter: SchoolMatter) -> Happened {
    (StreamRef::School(SCHOOL), SchoolEvent::Settled(matter).into())
}

fn term(term: &str) -> Term {
    term.parse().unwrap()
}

/// Two grades in two terms, all with a mentor; and who has to do with them.
fn school() -> Vec<Happened> {
    let mut past = a_pupil_with_a_mentor();
    // Ten days in each term: of fewer nothing is compared.
    let days = |absent: u16| {
        let ten = |first: &str| date(first).iter_days().take(10).enumerate().collect::<Vec<_>>();
        let both = [ten("2019-09-02"), ten("2020-02-03")].concat();
        both.into_iter().map(|(at, on)| day(on, if at == 0 { absent } else { 0 }, 0)).collect::<Vec<_>>()
    };
    past.push(attended(days(77)));
    for (class, count) in [("7A", 11), ("8A", 9)] {
        for number in 0..count {
            let bits = bits(class, number);
            let (stream, enrolment) = (StreamRef::Pupil(PupilId::from_bits(bits)), EnrolmentId::from_bits(bits));
            past.push((stream, enrolled(SCHOOL, enrolment, class, "2019-08-20").1));
            let assigned = MentorAssigned {
                enrolment,
                assignment: AssignmentId::from_bits(bits),
                mentor: if class == "7A" { MENTOR } else { OTHER_MENTOR },
                kind: AssignmentKind::Primary,
                principal: PRINCIPAL,
                from: date("2019-08-26"),
            };
            past.push((stream, PupilEvent::MentorAssigned(assigned).into()));
            let registered = AttendanceRegistered { enrolment, days: days(30) };
            past.push((stream, PupilEvent::AttendanceRegistered(registered).into()));
        }
    }
    past.extend([joined(COORDINATOR), granted(COORDINATOR, Role::Coordinator, Some(SCHOOL))]);
    past.extend([joined(OF_GRADE_8), granted(OF_GRADE_8, Role::Principal, Some(SCHOOL))]);
    past.push(responsible(SCHOOL, OF_GRADE_8, Responsibility::Class(placed("8A").class)));
    past
}

/// What has happened by the summer of 2020, of which everything was on record from the beginning.
fn by_then(more: impl IntoIterator<Item = Happened>) -> Story {
    given(school()).and(more).story
}

fn on(story: &mut Story, day: &str, (stream, event): Happened) {
    story.happened_at(stream, event, noon(day));
}

/// Both terms are published, and what is told is kept, or was not yet kept by then.
fn publish(story: &mut Story, keeps: bool) {
    for term in [term("ht19"), term("vt20")] {
        on(story, PUBLISHED, settled(SchoolMatter::FiguresPublished { term }));
        if keeps {
            for told in story.known.told(SCHOOL, term, AsOf::now(date(PUBLISHED))) {
                on(story, PUBLISHED, settled(told));
            }
        }
    }
}

fn protected() -> Happened {
    worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret })
}

/// Ten minutes more of one day of another pupil's, so that what was published differs from what is so now.
fn corrected_since() -> Happened {
    let bits = bits("8A", 0);
    let event = AttendanceCorrected { enrolment: EnrolmentId::from_bits(bits), day: day(date("2019-09-02"), 40, 0) };
    (StreamRef::Pupil(PupilId::from_bits(bits)), PupilEvent::AttendanceCorrected(event).into())
}

async fn house(story: &Story) -> House {
    House::telling(Engine::Memory, story, noon("2020-09-01")).await
}

/// Pupils and minutes of the school, of grade 7, of grade 8, of class 8A; how many classes are told of; pupils and minutes of the
/// change; and of how many pupils each mentor's number is told to be.
type Told = ([Option<(u32, u64)>; 4], usize, Option<(u32, u64)>, Option<Vec<Option<usize>>>);

fn told(house: &House, staff: StaffId) -> Told {
    told_as_of(house, staff, Reader::now)
}

fn told_as_of(house: &House, staff: StaffId, at: impl Fn(&Reader) -> AsOf) -> Told {
    let reader = house.casework.reader(as_staff(staff), "test");
    let at = at(&reader);
    let of = |grade: Option<u8>, class: Option<&str>| {
        let grade = grade.map(|grade| Grade::try_new(grade).unwrap());
        let class = class.map(|class| placed(class).class);
        let question = AbsenceQuestion { school: SCHOOL, term: term("ht19"), grade, class, at };
        reader.absence(&question).map(|seen| (seen.get().all.pupils, seen.get().all.notified))
    };
    let figures = [of(None, None), of(Some(7), None), of(Some(8), None), of(None, Some("8A"))];
    let classes = reader.absence_by_class(SCHOOL, term("ht19"), at).map_or(0, |seen| seen.get().len());
    let evidence = reader.evidence(SCHOOL, (term("ht19"), term("vt20")), at);
    let change = evidence.and_then(|seen| seen.into_inner().change).map(|change| {
        let groups = [change.with_mentor, change.without_mentor, change.mentor_before];
        groups.iter().fold((0, 0), |sum, group| (sum.0 + group.pupils, sum.1 + group.before.notified))
    });
    let loads = reader.school_loads(SCHOOL, at).map(|seen| {
        let number = |load: &casework::answer::MentorLoad| load.for_others.map(|others| others + load.pupils);
        let mut loads: Vec<_> = seen.get().iter().map(number).collect();
        loads.sort_unstable();
        loads
    });
    (figures, classes, change, loads)
}

#[tokio::test]
async fn who_is_protected_after_a_publication_is_not_the_difference_to_it() {
    for keeps in [true, false] {
        let mut story = by_then([]);
        publish(&mut story, keeps);
        on(&mut story, SINCE, corrected_since());
        let before = house(&story).await;
        let as_published = told(&before, OFFICER);
        let [whole, seventh, eighth, class] = as_published.0;
        assert_eq!([whole, seventh, eighth, class], [Some((21, 677)), Some((12, 407)), Some((9, 270)), None]);
        let numbers = (as_published.2, as_published.3.clone());
        assert_eq!(numbers, (Some((21, 677)), Some(vec![Some(9), Some(12)])), "keeps: {keeps}");
        let present = told(&before, OF_GRADE_8);
        assert_eq!((present.0[0], present.0[3], present.1), (Some((21, 687)), Some((9, 280)), 1), "as things are");

        on(&mut story, SINCE, protected());
        let house = house(&story).await;
        assert_eq!(told(&house, OFFICER), as_published);
        for staff in [OTHER_MENTOR, COORDINATOR, OF_GRADE_8] {
            for at in [None, Some(AsOf::now(date("2020-08-01"))), Some(AsOf { day: date("2019-12-20"), known: 60 })] {
                let (figures, classes, change, loads) =
                    told_as_of(&house, staff, |reader| at.unwrap_or_else(|| reader.now()));
                assert_eq!((figures, classes, change), (as_published.0, 0, as_published.2), "{staff} {at:?} {keeps}");
                if at.is_none() {
                    // Who lists a caseload counts it: beside that, the number that was published would tell whose pupil it is.
                    let theirs = Some(vec![Some(9), Some(11)]).filter(|_| staff != OTHER_MENTOR);
                    assert_eq!(loads, theirs, "{staff} {keeps}: without the one, and a mentor sees none");
                }
            }
        }
        let (figures, classes, change, loads) = told(&house, PRINCIPAL);
        assert_eq!(figures[..3], [Some((21, 687)), Some((12, 407)), Some((9, 280))]);
        assert_eq!((classes, change), (2, Some((21, 687))));
        assert_eq!(loads, Some(vec![Some(9), Some(12)]), "nobody is hidden from them");
    }
}

/// Beside the absence of each of the others what was published would be the one's own.
#[tokio::test]
async fn who_sees_each_of_the_others_is_told_what_these_add_up_to() {
    let mut story = by_then([joined(WATCH), granted(WATCH, Role::AttendanceWatch, Some(SCHOOL))]);
    publish(&mut story, true);
    on(&mut story, SINCE, protected());
    let house = house(&story).await;
    assert_eq!(told(&house, WATCH).0[..3], [Some((20, 600)), Some((11, 330)), Some((9, 270))]);
}

#[tokio::test]
async fn who_was_protected_at_the_publication_is_not_the_difference_to_it_afterwards() {
    let mut story = by_then([protected()]);
    publish(&mut story, true);
    let still = house(&story).await;
    let published = told(&still, OFFICER);
    assert_eq!(published.0[0], Some((20, 600)));
    assert_eq!(told(&still, OTHER_MENTOR).0[..3], published.0[..3], "neither has the pupil in it");
    on(&mut story, SINCE, worked(Work::IdentityProtectionEnded { on: date(SINCE) }));
    on(&mut story, SINCE, corrected_since());
    let house = house(&story).await;
    assert_eq!(told(&house, OTHER_MENTOR).0, published.0, "whose pupil it is not");
    assert_eq!(told(&house, OTHER_MENTOR).2, published.2);
    for staff in [PRINCIPAL, MENTOR] {
        assert_eq!(told(&house, staff).0[0], Some((21, 687)), "{staff}: whose pupil it is");
    }
}

#[tokio::test]
async fn of_a_term_that_is_not_published_the_others_are_told_as_before() {
    let house = house(&by_then([protected()])).await;
    assert_eq!(told(&house, COORDINATOR).0[0], Some((20, 600)));
    assert_eq!(told(&house, OF_GRADE_8).1, 1);
}
