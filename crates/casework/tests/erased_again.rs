//! What was erased before a restore is erased again where it was decided.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use casework::erasure::{Again, key_of};
use domain::id::{PupilId, SchoolId};
use domain::retention::{Records, Subject};
use domain::spec::cast::{GUARDIAN, MENTOR, OTHER_SCHOOL, PUPIL, SCHOOL, a_pupil_with_a_mentor};
use domain::spec::noon;
use domain::words::{Reference, RetentionClass};
use support::{Engine, House};

fn records(subject: Subject, class: RetentionClass, period: u16) -> Records {
    Records { subject, class, period }
}

#[tokio::test]
async fn what_was_erased_is_erased_again_at_the_school_that_decided_and_never_passed_over() {
    let house = House::new(Engine::Memory, a_pupil_with_a_mentor(), noon("2020-10-01")).await;
    let gone = Subject::Pupil(PupilId::from_bits([9; 16]));
    let erased = [
        records(Subject::Pupil(PUPIL), RetentionClass::Note, 2019),
        records(gone, RetentionClass::Note, 2019),
        records(Subject::Guardian(GUARDIAN), RetentionClass::Message, 2019),
        records(Subject::Staff(MENTOR), RetentionClass::WorkingTime, 2019),
    ];
    let keys = erased.each_ref().map(key_of);
    let decision = Reference::try_new("BUN 7").unwrap();
    let again = |school: Option<SchoolId>| {
        let list = erased.map(|records| Again { school, records, decision: decision.clone() });
        let due = house.casework.due_again(&list, &keys);
        due.into_iter().map(|(due, _)| (due.school, due.records)).collect::<Vec<_>>()
    };
    let at = |school: [SchoolId; 4]| school.into_iter().zip(erased).collect::<Vec<_>>();
    for decided in [SCHOOL, OTHER_SCHOOL] {
        assert_eq!(again(Some(decided)), at([decided; 4]));
    }
    let first = SCHOOL.min(OTHER_SCHOOL);
    // A list that does not say, or says what the backup does not know.
    for unknown in [None, Some(SchoolId::from_bits([9; 16]))] {
        assert_eq!(again(unknown), at([SCHOOL, first, first, first]));
    }
    let list = [Again { school: None, records: records(gone, RetentionClass::Note, 2018), decision }];
    assert!(house.casework.due_again(&list, &keys).is_empty(), "no key of it is there");
}
