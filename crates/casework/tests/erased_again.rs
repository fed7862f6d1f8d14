//! What was erased before a restore is erased again where it was decided.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use casework::erasure::{Again, Approval, key_of};
use domain::id::{PupilId, SchoolId};
use domain::refusal::{Code, Refusal};
use domain::retention::{Due, Records, Subject};
use domain::spec::cast::{GUARDIAN, MENTOR, OTHER_SCHOOL, PRINCIPAL, PUPIL, SCHOOL, a_pupil_with_a_mentor};
use domain::spec::{date, given, noon};
use domain::words::{Reference, RetentionClass};
use storage::{EventLog, JournalLog};
use support::{Engine, House, SetClock, command_id, journal, open, record};

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
    let approval = Approval { decision: Reference::try_new("BUN 7").unwrap(), by: Some(PRINCIPAL) };
    let again = |school: Option<SchoolId>| {
        let list = erased.map(|records| Again { school, records, approval: approval.clone() });
        let due = house.casework.due_again(&list).unwrap();
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
    // It is put on record whether or not a key of it is there, as often as the list says.
    let line = Again { school: None, records: records(gone, RetentionClass::Note, 2018), approval };
    let once = house.casework.due_again(std::slice::from_ref(&line)).unwrap();
    assert_eq!(once.iter().map(|(due, _)| due.records).collect::<Vec<_>>(), [line.records]);
    let mut number = 0;
    let mut ids = || {
        number += 1;
        Some(command_id(noon("2020-10-01"), number))
    };
    house.casework.begin_erasure((&[once[0].0.clone()], &[]), (&line.approval, true), &mut ids).await.unwrap();
    assert!(house.casework.due_again(std::slice::from_ref(&line)).unwrap().is_empty(), "the log says so");
    assert_eq!(house.casework.due_again(&[line.clone(), line.clone()]).unwrap().len(), 1, "twice by one decision");
    let other = Approval { decision: Reference::try_new("BUN 8").unwrap(), ..line.approval.clone() };
    assert_eq!(
        house.casework.due_again(&[Again { approval: other, ..line }]).unwrap().len(),
        1,
        "decided another time"
    );
}

/// Who approved it is said where it was begun, by the id: the name goes when the person's records are erased, and that it was
/// approved by them stays.
#[tokio::test]
async fn who_approved_an_erasure_is_named_by_it_also_when_who_that_was_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    let log = journal(&folder);
    record(&*log, &given(a_pupil_with_a_mentor()).story.log).await;
    let (clock, as_log) = (SetClock::at(noon("2022-10-03")), Arc::<JournalLog>::clone(&log) as Arc<dyn EventLog>);
    let casework = open(&as_log, &clock).await;
    let note = records(Subject::Pupil(PUPIL), RetentionClass::Note, 2019);
    let plan_item = Reference::try_new("3.2").unwrap();
    let due = Due { school: SCHOOL, records: note, plan_item, since: date("2021-07-01"), last: false };
    let approved = |by| Approval { decision: Reference::try_new("BUN 7").unwrap(), by };
    let mut number = 0;
    let mut ids = || {
        number += 1;
        Some(command_id(noon("2022-10-03"), number))
    };
    let stranger = domain::id::StaffId::from_bits([0xee; 16]);
    for nobody in [None, Some(stranger)] {
        let refused =
            casework.begin_erasure((std::slice::from_ref(&due), &[]), (&approved(nobody), false), &mut ids).await;
        assert_eq!(refused, Err(Refusal::at(Code::NotFound, "by")), "{nobody:?}");
    }
    assert!(casework.erasures().is_empty());
    let by = approved(Some(PRINCIPAL));
    casework.begin_erasure((&[due], &[]), (&by, false), &mut ids).await.unwrap();
    let told = || casework.erasures().into_iter().map(|begun| (begun.records, begun.approval)).collect::<Vec<_>>();
    assert_eq!(told(), [(note, by.clone())]);

    let theirs = key_of(&records(Subject::Staff(PRINCIPAL), RetentionClass::Staff, 0));
    assert_eq!(log.vault().ring().destroy(|key| key == theirs).unwrap(), 1);
    casework.rebuild().await.unwrap();
    let unknown = casework.record_approval(PRINCIPAL, &[], []).await;
    assert_eq!(unknown, Err(Refusal::at(Code::NotFound, "by")), "nobody knows who that was");
    assert_eq!(told(), [(note, by)]);
}
