//! What explains the rest goes last and with all of it, what is left of those of whom it is gone is due all the same, and who may
//! approve that anything is erased.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the names of the tests are the specification"
)]

use domain::actor::{Actor, Role};
use domain::command::Command;
use domain::event::{SchoolEvent, SchoolMatter, Work};
use domain::id::{GuardianId, PupilId, SchoolId, StaffId};
use domain::recorded::StreamRef;
use domain::refusal::Code;
use domain::retention::{Due, Records, Subject, due, left_behind};
use domain::spec::cast::*;
use domain::spec::everyday::of_school;
use domain::spec::works::worked;
use domain::spec::{Given, Happened, When, date, given, noon};
use domain::words::{ProtectionLevel, Reference, RetentionClass};

use RetentionClass::{Attendance, Caseload, Enrolment, Guardian, Identity, Message, Note, Safety, Staff, WorkingTime};

/// Of whom nothing is known any more.
const GONE: Subject = Subject::Pupil(PupilId::from_bits([9; 16]));
const PUPILS: Subject = Subject::Pupil(PUPIL);

fn reference(text: &str) -> Reference {
    Reference::try_new(text).unwrap()
}

fn records(subject: Subject, class: RetentionClass, period: u16) -> Records {
    Records { subject, class, period }
}

fn over(school: SchoolId, records: Records) -> Due {
    Due { school, records, plan_item: reference("3.2"), since: date("2021-07-01"), last: false }
}

fn begin(due: Vec<Due>, kept: &[Records], by: StaffId) -> Command {
    let (decision, approved_by, kept) = (reference("BUN 7"), Some(by), kept.to_vec());
    Command::BeginErasure { decision, approved_by, due, kept, told: Vec::new(), again: false }
}

fn kept_at(school: SchoolId, months: u16) -> impl Iterator<Item = Happened> {
    RetentionClass::ALL.into_iter().map(move |class| {
        let (plan_item, first_day) = (reference("3.2"), date("2015-08-12"));
        let matter = SchoolMatter::RetentionAdopted { class, months, plan_item, first_day };
        (StreamRef::School(school), SchoolEvent::Settled(matter).into())
    })
}

fn begun(school: SchoolId, Records { subject, class, period }: Records) -> Happened {
    let (plan_item, decision, approved_by) = (reference("3.2"), reference("BUN 7"), Some(PRINCIPAL));
    let matter = SchoolMatter::ErasureBegun { subject, class, period, plan_item, decision, approved_by };
    (StreamRef::School(school), SchoolEvent::Settled(matter).into())
}

fn due_of(past: &Given, kept: &[Records], today: &str) -> Vec<Records> {
    due(&past.story.known, kept, date(today)).into_iter().map(|due| due.records).collect()
}

/// Each list is asked with all that is kept, of the person and of another.
fn asked(kept: &[Records], list: &[Records]) -> When {
    let due = list.iter().map(|records| over(SCHOOL, *records)).collect();
    let others = [records(Subject::Pupil(PupilId::from_bits([8; 16])), Note, 2018)];
    given(a_pupil_with_a_mentor()).when(
        Actor::Setup,
        begin(due, &[kept, &others].concat(), PRINCIPAL),
        noon("2025-01-01"),
    )
}

#[test]
fn a_list_that_erases_who_somebody_was_and_leaves_anything_of_theirs_is_refused() {
    let (guardian, staff) = (Subject::Guardian(GUARDIAN), Subject::Staff(MENTOR));
    let pupils = [(Identity, 0), (Enrolment, 0), (Caseload, 0), (Attendance, 2018), (Note, 2018)];
    let pupils = pupils.map(|(class, period)| records(PUPILS, class, period));
    let guardians = [records(guardian, Guardian, 0), records(guardian, Message, 2018)];
    let staffs = [records(staff, Staff, 0), records(staff, WorkingTime, 0), records(staff, WorkingTime, 2018)];
    for (kept, last) in [(&pupils[..], 3), (&guardians[..], 1), (&staffs[..], 1)] {
        asked(kept, kept).then_it_happens();
        for out in kept {
            let list: Vec<Records> = kept.iter().copied().filter(|one| one != out).collect();
            if kept.iter().take(last).all(|one| one == out) {
                // Who it was is the only thing that is left: it is due with the next list.
                asked(kept, &list).then_it_happens();
            } else {
                asked(kept, &list).then_refused(Code::GoesLast);
                asked(&list, &list).then_it_happens();
            }
        }
        for alone in &kept[..last] {
            asked(kept, &[*alone]).then_refused(Code::GoesLast);
        }
        for alone in &kept[last..] {
            asked(kept, &[*alone]).then_it_happens();
        }
    }
}

#[test]
fn what_is_left_behind_is_named() {
    let kept = [records(PUPILS, Identity, 0), records(PUPILS, Attendance, 2018), records(GONE, Note, 2018)];
    assert_eq!(left_behind(&[over(SCHOOL, kept[0])], &kept), [kept[1]]);
    assert_eq!(left_behind(&[over(SCHOOL, kept[1])], &kept), []);
}

/// Without it, the pupil would be seen, or written about to somebody who is banned.
#[test]
fn what_keeps_a_pupil_safe_is_not_erased_while_anything_else_of_theirs_is_left() {
    let protected = Work::IdentityProtected { level: ProtectionLevel::MarkedSecret };
    let past = given(a_pupil_with_a_mentor()).and([worked(protected), left("2020-06-11")]).and(kept_at(SCHOOL, 12));
    let kept = [records(PUPILS, Identity, 0), records(PUPILS, Attendance, 2018), records(PUPILS, Safety, 2018)];
    let found = due(&past.story.known, &kept, date("2025-01-01"));
    assert_eq!(found.iter().map(|due| due.records).collect::<Vec<_>>(), kept);
    let safety: Vec<Due> = found.iter().filter(|due| due.records.class == Safety).cloned().collect();
    assert_eq!(left_behind(&safety, &kept), kept[..2]);
    past.when(Actor::Setup, begin(safety, &kept, PRINCIPAL), noon("2025-01-01")).then_refused(Code::GoesLast);
}

#[test]
fn what_was_erased_before_a_restore_is_erased_again_whatever_is_left() {
    let kept = [records(PUPILS, Identity, 0), records(PUPILS, Note, 2018)];
    let mut again = begin(vec![over(SCHOOL, kept[0])], &kept, PRINCIPAL);
    if let Command::BeginErasure { again, .. } = &mut again {
        *again = true;
    }
    given(a_pupil_with_a_mentor()).when(Actor::Setup, again, noon("2025-01-01")).then_it_happens();
}

#[test]
fn what_is_left_of_a_pupil_of_whom_nobody_knows_who_it_was_is_due_by_the_school_that_erased_that() {
    let (note, safety) = (records(GONE, Note, 2018), records(GONE, Safety, 2018));
    let past = || given(two_schools()).and(kept_at(SCHOOL, 12));
    let erased = || past().and([begun(SCHOOL, records(GONE, Enrolment, 0))]);
    assert_eq!(due_of(&erased(), &[note, safety], "2020-06-30"), []);
    assert_eq!(due_of(&erased(), &[note, safety], "2020-07-01"), [note, safety]);
    assert_eq!(due(&erased().story.known, &[note], date("2020-07-01"))[0].since, date("2020-07-01"));
    // Where no school says that it erased anything of theirs, all are asked.
    assert_eq!(due_of(&past(), &[note], "2099-01-01"), [], "the other school says nothing");
    let both = past().and(kept_at(OTHER_SCHOOL, 24));
    assert_eq!(due_of(&both, &[note], "2021-06-30"), []);
    assert_eq!(due_of(&both, &[note], "2021-07-01"), [note]);
    let elsewhere = past().and(kept_at(OTHER_SCHOOL, 24)).and([begun(OTHER_SCHOOL, records(GONE, Enrolment, 0))]);
    assert_eq!(due_of(&elsewhere, &[note], "2021-06-30"), [], "not by the first school's year");
}

#[test]
fn what_is_of_no_school_year_goes_after_the_last_that_is_known_and_last() {
    let past = || given(two_schools()).and(kept_at(SCHOOL, 12));
    let (who, note) = (records(GONE, Identity, 0), records(GONE, Note, 2019));
    let erased =
        past().and([begun(SCHOOL, records(GONE, Enrolment, 0)), begun(SCHOOL, records(GONE, Attendance, 2018))]);
    assert_eq!(due_of(&erased, &[who], "2020-06-30"), [], "their days of 2018/19 are known to have been");
    assert_eq!(due_of(&erased, &[who], "2020-07-01"), [who]);
    assert_eq!(due_of(&erased, &[who, note], "2021-06-30"), [], "a note of theirs is kept longer");
    assert_eq!(due_of(&erased, &[who, note], "2021-07-01"), [who, note]);
    let nothing_known = past().and([begun(SCHOOL, records(GONE, Enrolment, 0))]);
    assert_eq!(due_of(&nothing_known, &[who], "2019-08-01"), [who], "it was over when the rest was erased");
    let placed = SchoolMatter::LegalHoldPlaced { subject: Subject::Guardian(GUARDIAN), reference: reference("KS 1") };
    let held = erased.and([of_school(SchoolEvent::Settled(placed))]);
    assert_eq!(due_of(&held, &[who, note], "2025-01-01"), [note], "whose guardian it was, nobody can tell");
    held.when(Actor::Setup, begin(vec![over(SCHOOL, who)], &[who], PRINCIPAL), noon("2025-01-01"))
        .then_refused(Code::NotAllowed);
}

#[test]
fn so_are_a_guardian_of_nobody_who_is_known_and_the_time_of_nobody_who_is() {
    let guardian = Subject::Guardian(GuardianId::from_bits([9; 16]));
    let staff = Subject::Staff(StaffId::from_bits([9; 16]));
    let kept = [
        records(guardian, Message, 2018),
        records(guardian, Guardian, 0),
        records(staff, WorkingTime, 0),
        records(staff, WorkingTime, 2018),
    ];
    let past = given(two_schools()).and(kept_at(SCHOOL, 12)).and(kept_at(OTHER_SCHOOL, 12));
    assert_eq!(due_of(&past, &kept, "2020-06-30"), []);
    let mut found = due_of(&past, &kept, "2020-07-01");
    found.sort_unstable();
    assert_eq!(found, kept);
}

#[test]
fn who_approves_decides_at_every_school_whose_plan_it_is() {
    let officer_of = |staff, by: &str| [joined(staff), appointed(staff, Role::Authority, committee(by))];
    let (compulsory, upper) = (StaffId::from_bits([0xb1; 16]), StaffId::from_bits([0xb2; 16]));
    let (watch, machine) = (StaffId::from_bits([0xb3; 16]), StaffId::from_bits([0xb4; 16]));
    let past = || {
        given(a_pupil_with_a_mentor())
            .and([placed_under(SCHOOL, "BUN"), placed_under(OTHER_SCHOOL, "BIN")])
            .and(officer_of(compulsory, "BUN"))
            .and(officer_of(upper, "BIN"))
            .and([joined(watch), granted(watch, Role::AttendanceWatch, Some(SCHOOL))])
            .and([joined(machine), granted(machine, Role::Integration, Some(SCHOOL))])
    };
    let (here, there) = (over(SCHOOL, records(PUPILS, Note, 2018)), over(OTHER_SCHOOL, records(GONE, Note, 2018)));
    let asked = |due: &[Due], by| past().when(Actor::Setup, begin(due.to_vec(), &[], by), noon("2025-01-01"));
    for by in [PRINCIPAL, compulsory] {
        asked(std::slice::from_ref(&here), by).then_it_happens();
        asked(std::slice::from_ref(&there), by).then_refused(Code::RoleMissing);
        asked(&[here.clone(), there.clone()], by).then_refused(Code::RoleMissing);
    }
    for by in [OTHER_PRINCIPAL, upper, OFFICER, ADMINISTRATOR, MENTOR, watch, machine] {
        asked(std::slice::from_ref(&here), by).then_refused(Code::RoleMissing);
    }
    let both = past().and([appointed(compulsory, Role::Authority, committee("BIN"))]);
    both.when(Actor::Setup, begin(vec![here, there], &[], compulsory), noon("2025-01-01")).then_it_happens();
}
