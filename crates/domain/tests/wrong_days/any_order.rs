//! Several enrolments that were none, in whichever order they are taken back: whom the pupil is kept from is kept from them, and nobody
//! is let in whom the enrolments that were ones do not let in.

use domain::event::pupil::{GuardianLinked, Guardianship, LeavingReason, PupilLeft};
use domain::event::{CaseWork, Work};
use domain::id::GuardianId;
use domain::state::{CaseFacts, Guarded};
use domain::words::Household;
use proptest::prelude::*;

use super::as_before::LEVEL;
use super::*;

#[path = "../seeded/mod.rs"]
mod seeded;

const OTHERS: GuardianId = GuardianId::from_bits([0x5d; 16]);
/// Of which nothing is known but its id.
const THIRD_SCHOOL: SchoolId = SchoolId::from_bits([0x5e; 16]);
const UNTIL: &str = "2020-06-10";

/// What is said of guardians in an enrolment.
#[derive(Clone, Debug)]
enum Says {
    Links(GuardianId, Guardianship),
    Does(Work),
}
use Says::{Does, Links};

/// The pupil goes to a school, and leaves it.
#[derive(Clone, Debug)]
struct Goes {
    to: SchoolId,
    says: Vec<Says>,
}

fn goes(to: SchoolId, says: impl IntoIterator<Item = Says>) -> Goes {
    Goes { to, says: says.into_iter().collect() }
}

fn links(guardian: GuardianId) -> Says {
    Links(guardian, Guardianship::Custodian)
}

fn id(number: usize) -> EnrolmentId {
    EnrolmentId::from_bits([0x60 + u8::try_from(number).unwrap(); 16])
}

/// A fortnight for each.
fn first_day(number: usize) -> NaiveDate {
    date("2019-08-19") + chrono::Days::new(14 * number as u64)
}

fn event(enrolment: EnrolmentId, says: &Says) -> PupilEvent {
    match says {
        Links(guardian, guardianship) => PupilEvent::GuardianLinked(GuardianLinked {
            enrolment,
            guardian: *guardian,
            guardianship: *guardianship,
            household: Some(Household::Lives),
        }),
        Does(work) => PupilEvent::Worked(CaseWork { enrolment, work: work.clone(), minutes: None, note: None }),
    }
}

/// The history of a pupil who went to some schools, of which some are left out.
fn history(all: &[Goes], without: &[usize]) -> Given {
    let past = given(two_schools()).and([GUARDIAN, OTHERS].map(guardian_registered));
    let came = all.iter().enumerate().filter(|(number, _)| !without.contains(number));
    came.fold(past, |past, (number, goes)| {
        let from = first_day(number).to_string();
        let enrolled = enrolled(goes.to, id(number), "7A", &from);
        let said = goes.says.iter().map(|says| of_pupil(event(id(number), says)));
        let left = of_pupil(PupilEvent::Left(PupilLeft {
            enrolment: id(number),
            reason: LeavingReason::Other,
            last_day: first_day(number) + chrono::Days::new(9),
            destination: None,
        }));
        past.and(std::iter::once(enrolled).chain(said).chain([left]))
    })
}

/// An enrolment of the history is taken back.
fn take_back(past: &Given, all: &[Goes], number: usize) -> Given {
    let to = all.get(number).unwrap().to;
    let who = if to == SCHOOL { PRINCIPAL } else { OTHER_PRINCIPAL };
    asks(past, who, &as_before::never_came(to, &first_day(number).to_string()), TODAY).unwrap()
}

fn case(past: &Given) -> CaseFacts {
    CaseFacts::clone(&past.story.known.world.case(PUPIL).unwrap().facts)
}

/// The history, and then some of the enrolments are taken back, one after the other.
fn taken_back(all: &[Goes], none: &[usize]) -> CaseFacts {
    case(&none.iter().fold(history(all, &[]), |past, number| take_back(&past, all, *number)))
}

/// The same, of a school of which nothing else is known.
fn never_came(number: usize) -> domain::spec::Happened {
    let days = domain::event::pupil::EnrolmentDays {
        from: first_day(number),
        last_day: Some(first_day(number) + chrono::Days::new(9)),
    };
    of_pupil(PupilEvent::DaysCorrected(domain::event::pupil::EnrolmentDaysCorrected {
        enrolment: id(number),
        days: None,
        instead_of: days,
        note: None,
    }))
}

/// In either order.
fn both_taken_back(all: &[Goes], none: [usize; 2]) -> CaseFacts {
    let [one, other] = none;
    let facts = taken_back(all, &[one, other]);
    assert_eq!(holds(&facts), holds(&taken_back(all, &[other, one])));
    facts
}

fn in_order(guarded: &Guarded) -> Vec<GuardianId> {
    let mut all = as_before::of_whom(guarded);
    all.sort();
    all
}

/// What holds in the case, whatever the order in which it was said.
fn holds(facts: &CaseFacts) -> impl PartialEq + std::fmt::Debug + use<> {
    let away = [&facts.bans, &facts.withheld, &facts.guardians_protected].map(in_order);
    let held = facts.safeguards.clone();
    let came: Vec<_> = facts.enrolments().filter(|one| !one.never_came()).map(|one| one.id).collect();
    let mut left_protected = held.left_protected;
    left_protected.sort();
    let schools = [SCHOOL, OTHER_SCHOOL];
    let former = schools.map(|school| [GUARDIAN, OTHERS].map(|guardian| facts.had_guardian_at(guardian, school)));
    (came, (away, former), held.guardians, held.consents, held.named, (held.protection, left_protected), held.born)
}

fn told(facts: &CaseFacts) -> Vec<(GuardianId, Guardianship)> {
    facts.guardians.iter().map(|one| (one.guardian, one.guardianship)).collect()
}

#[test]
fn who_lost_custody_in_a_wrong_enrolment_at_the_same_school_has_none() {
    let unlinks = || Does(Work::GuardianUnlinked { guardian: GUARDIAN });
    let without = Guardianship::ParentWithoutCustody;
    let all = |again| [goes(SCHOOL, [links(GUARDIAN)]), goes(SCHOOL, [unlinks(), Links(GUARDIAN, again)])];
    assert_eq!(told(&taken_back(&all(without), &[1])), [(GUARDIAN, without)]);
    assert_eq!(told(&taken_back(&all(Guardianship::Custodian), &[1])), [(GUARDIAN, Guardianship::Custodian)]);
    // And nobody has it by such an enrolment.
    let widened = [goes(SCHOOL, [Links(GUARDIAN, without)]), goes(SCHOOL, [unlinks(), links(GUARDIAN), links(OTHERS)])];
    assert_eq!(told(&taken_back(&widened, &[1])), [(GUARDIAN, without)]);
}

#[test]
fn a_consent_that_was_made_shorter_stays_so() {
    let consents = |last_day| Does(Work::ConsentGiven { guardian: GUARDIAN, last_day: date(last_day) });
    for (again, until) in [("2020-01-10", "2020-01-10"), ("2020-12-31", UNTIL)] {
        let all = [goes(SCHOOL, [links(GUARDIAN), consents(UNTIL)]), goes(SCHOOL, [consents(again)])];
        assert_eq!(taken_back(&all, &[1]).consents, [(GUARDIAN, date(until))]);
    }
}

/// The ban of the one, which the other lifted.
#[test]
fn what_one_wrong_enrolment_said_and_another_lifted_holds() {
    let guardian = GUARDIAN;
    for (begins, ends) in [
        (Work::ContactBanned { guardian }, Work::ContactBanLifted { guardian }),
        (Work::TellingWithheld { guardian }, Work::TellingResumed { guardian }),
        (Work::GuardianProtected { guardian }, Work::GuardianProtectionEnded { guardian }),
    ] {
        let (begins, ends) = (Does(begins), Does(ends));
        let all = [goes(SCHOOL, [links(guardian)]), goes(SCHOOL, [begins.clone()]), goes(SCHOOL, [ends.clone()])];
        let facts = both_taken_back(&all, [1, 2]);
        let held = [&facts.bans, &facts.withheld, &facts.guardians_protected];
        assert_eq!(held.iter().filter(|guarded| guarded.contains(&guardian)).count(), 1);
        // What it said and lifted itself is over.
        let all = [goes(SCHOOL, [links(guardian)]), goes(SCHOOL, [begins, ends])];
        let facts = taken_back(&all, &[1]);
        assert!([&facts.bans, &facts.withheld, &facts.guardians_protected].iter().all(|guarded| guarded.is_empty()));
    }
}

/// From the first school to the other by mistake, and back by mistake.
#[test]
fn who_was_unlinked_back_at_the_first_school_stays_so() {
    let unlinks = Does(Work::GuardianUnlinked { guardian: GUARDIAN });
    let all = [goes(SCHOOL, [links(GUARDIAN)]), goes(OTHER_SCHOOL, []), goes(SCHOOL, [links(GUARDIAN), unlinks])];
    assert!(both_taken_back(&all, [1, 2]).guardians.is_empty());
}

/// What the other school said of the guardians whom it linked itself.
#[test]
fn whom_another_school_unlinked_is_linked_here_still_and_whom_it_protected_is_not_known_here() {
    let guardian = OTHERS;
    let theirs = [
        links(GUARDIAN),
        Does(Work::GuardianUnlinked { guardian: GUARDIAN }),
        links(guardian),
        Does(Work::GuardianProtected { guardian }),
    ];
    for (school, linked, known) in [(OTHER_SCHOOL, 1, 0), (SCHOOL, 0, 1)] {
        let says = theirs.clone().into_iter().skip(usize::from(school == SCHOOL));
        let facts = taken_back(&[goes(SCHOOL, [links(GUARDIAN)]), goes(school, says)], &[1]);
        assert_eq!((facts.guardians.len(), in_order(&facts.guardians_protected)), (linked, vec![guardian]));
        assert_eq!(facts.guardians_protected_here().count(), known);
    }
    // What it said and ended itself is no longer that school's to say.
    let all = [
        goes(SCHOOL, []),
        goes(
            OTHER_SCHOOL,
            [Does(Work::GuardianProtected { guardian }), Does(Work::GuardianProtectionEnded { guardian })],
        ),
    ];
    let said = [links(guardian), Does(Work::GuardianProtected { guardian }), Does(Work::GuardianUnlinked { guardian })];
    let here = said.iter().map(|says| of_pupil(event(id(0), says)));
    let back = take_back(&history(&all, &[]), &all, 1).and(here);
    assert_eq!(case(&back).guardians_protected_here().collect::<Vec<_>>(), [guardian]);
}

/// The first school enrolled the pupil again while they were at the other by mistake, and said anew who their guardians are.
#[test]
fn guardians_of_before_come_back_to_a_case_of_its_own_no_more_than_they_came_along() {
    let all = [goes(SCHOOL, [links(GUARDIAN)]), goes(OTHER_SCHOOL, []), goes(SCHOOL, [links(OTHERS)])];
    assert_eq!(told(&taken_back(&all, &[1])), [(OTHERS, Guardianship::Custodian)]);
    // Also where that one was the second to be taken back.
    let one_too_many = take_back(&history(&all, &[]), &all, 2);
    let again = principal(&one_too_many, &enrol(SCHOOL, "2019-10-28"));
    assert!(case(&take_back(&again, &all, 1)).guardians.is_empty());
}

/// The wrong enrolment was another child's, and the school enrolled the right one since.
#[test]
fn what_is_another_childs_goes_also_where_the_same_school_enrolled_since() {
    let wrong = || {
        [
            links(OTHERS),
            Does(Work::BirthDateRecorded { born: date("2001-01-01") }),
            Does(Work::ConsentGiven { guardian: OTHERS, last_day: date(UNTIL) }),
            Does(Work::StaffNamed { staff: MENTOR, last_day: date(UNTIL) }),
        ]
    };
    let none = |facts: &CaseFacts| (facts.consents.is_empty(), facts.named.is_empty(), facts.born);
    for next in [SCHOOL, OTHER_SCHOOL] {
        let facts = taken_back(&[goes(SCHOOL, wrong()), goes(next, [links(GUARDIAN)])], &[0]);
        assert_eq!((told(&facts).len(), facts.has_guardian(GUARDIAN), none(&facts)), (1, true, (true, true, None)));
        let first = goes(SCHOOL, [links(GUARDIAN)]);
        let facts = taken_back(&[first.clone(), goes(SCHOOL, wrong()), goes(SCHOOL, [])], &[1]);
        assert_eq!((told(&facts).len(), facts.has_guardian(GUARDIAN), none(&facts)), (1, true, (true, true, None)));
        // The date in the middle of three is in none of those after it.
        let facts = both_taken_back(&[first, goes(next, wrong()), goes(SCHOOL, []), goes(OTHER_SCHOOL, [])], [1, 3]);
        assert_eq!(facts.born, None);
    }
}

/// Ended by mistake in a wrong enrolment, before the pupil went elsewhere.
#[test]
fn who_left_a_school_protected_stays_so_there() {
    let ends = Does(Work::IdentityProtectionEnded { on: date("2019-09-04") });
    let protected = || Does(Work::IdentityProtected { level: LEVEL });
    let all = [goes(SCHOOL, [protected()]), goes(SCHOOL, [ends]), goes(OTHER_SCHOOL, [])];
    let facts = taken_back(&all, &[1]);
    assert_eq!((facts.protection, &facts.left_protected), (Some(LEVEL), &vec![SCHOOL]));
    // Whoever enrols one who is protected need not say so: it holds there, also when the enrolment that said so was none.
    for school in [SCHOOL, OTHER_SCHOOL] {
        let all = [goes(SCHOOL, []), goes(OTHER_SCHOOL, [protected()]), goes(school, [])];
        assert_eq!(taken_back(&all, &[1]).protection, Some(LEVEL));
        assert_eq!(both_taken_back(&all, [1, 2]).protection, None);
    }
    // The school that took the wrong pupil does not tell of them either, as one who was protected there.
    let facts = taken_back(&[goes(SCHOOL, []), goes(OTHER_SCHOOL, [protected()])], &[1]);
    assert_eq!((facts.protection, &facts.left_protected), (None, &vec![OTHER_SCHOOL]));
    let all = [goes(SCHOOL, [protected()]), goes(OTHER_SCHOOL, []), goes(THIRD_SCHOOL, [])];
    assert_eq!(taken_back(&all, &[1]).left_protected, [SCHOOL, OTHER_SCHOOL]);
    // In whichever order.
    let all = [goes(SCHOOL, []), goes(OTHER_SCHOOL, [protected()]), goes(THIRD_SCHOOL, [])];
    let both = [[1, 2], [2, 1]].map(|order| {
        let there = |past: Given, number: usize| past.and([never_came(number)]);
        let mut left = case(&order.into_iter().fold(history(&all, &[]), there)).left_protected.clone();
        left.sort();
        left
    });
    assert_eq!(both, [[OTHER_SCHOOL, THIRD_SCHOOL], [OTHER_SCHOOL, THIRD_SCHOOL]]);
    // What the first school itself said in a wrong enrolment keeps somebody away as a ban does; that nothing was known yet does not.
    let unknown = Does(Work::IdentityProtected { level: ProtectionLevel::NotYetKnown });
    for (says, stays) in [(protected(), Some(LEVEL)), (unknown, None)] {
        let all = [goes(SCHOOL, []), goes(SCHOOL, [says.clone()])];
        assert_eq!(taken_back(&all, &[1]).protection, stays);
        let ends = Does(Work::IdentityProtectionEnded { on: date("2019-09-04") });
        assert_eq!(taken_back(&[goes(SCHOOL, []), goes(SCHOOL, [says, ends])], &[1]).protection, None);
    }
    // Nobody says otherwise of one who came nowhere; and who was protected in an enrolment that was none is not in the next one.
    let all = [goes(SCHOOL, [protected()])];
    assert_eq!(taken_back(&all, &[0]).protection, Some(LEVEL));
    let all = [goes(SCHOOL, []), goes(OTHER_SCHOOL, [protected()])];
    let again = principal(&take_back(&history(&all, &[]), &all, 1), &enrol(SCHOOL, "2019-10-28"));
    assert_eq!(case(&again).protection, None);
}

fn says() -> impl Strategy<Value = Says> {
    let guardian = prop_oneof![Just(GUARDIAN), Just(OTHERS)];
    (guardian, 0..14_u8).prop_map(|(guardian, which)| match which {
        0 => links(guardian),
        1 => Links(guardian, Guardianship::ParentWithoutCustody),
        2 => Does(Work::GuardianUnlinked { guardian }),
        3 => Does(Work::ContactBanned { guardian }),
        4 => Does(Work::ContactBanLifted { guardian }),
        5 => Does(Work::TellingWithheld { guardian }),
        6 => Does(Work::TellingResumed { guardian }),
        7 => Does(Work::GuardianProtected { guardian }),
        8 => Does(Work::GuardianProtectionEnded { guardian }),
        9 => Does(Work::ConsentGiven { guardian, last_day: date(UNTIL) }),
        10 => Does(Work::ConsentWithdrawn { guardian }),
        11 => Does(Work::IdentityProtected { level: LEVEL }),
        12 => Does(Work::IdentityProtectionEnded { on: date("2019-09-02") }),
        _ => Does(Work::BirthDateRecorded { born: date("2006-01-01") }),
    })
}

fn many() -> impl Strategy<Value = (Vec<Goes>, Vec<usize>)> {
    let to = prop_oneof![Just(SCHOOL), Just(OTHER_SCHOOL)];
    let goes = (to, prop::collection::vec(says(), 0..6)).prop_map(|(to, says)| Goes { to, says });
    prop::collection::vec(goes, 2..6).prop_flat_map(|all| {
        let numbers: Vec<usize> = (0..all.len()).collect();
        let none = prop::sample::subsequence(numbers, 1..=all.len()).prop_shuffle();
        (Just(all), none)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..seeded::histories() })]

    #[test]
    fn in_whichever_order_they_are_taken_back_the_same_holds((all, none) in many()) {
        let mut sorted = none.clone();
        sorted.sort_unstable();
        let facts = taken_back(&all, &none);
        prop_assert_eq!(holds(&facts), holds(&taken_back(&all, &sorted)));
        sorted.reverse();
        prop_assert_eq!(holds(&facts), holds(&taken_back(&all, &sorted)));
    }

    /// What a ban too many costs, and what one too few.
    #[test]
    fn nobody_is_let_in_whom_the_others_do_not_let_in((all, none) in many()) {
        let facts = taken_back(&all, &none);
        if none.len() == all.len() {
            prop_assert!(facts.guardians.is_empty() && facts.consents.is_empty() && facts.named.is_empty());
            prop_assert_eq!(facts.born, None);
            return Ok(());
        }
        let without = history(&all, &none);
        let without = without.story.known.world.case(PUPIL).unwrap();
        for (guarded, by_the_others) in [
            (&facts.bans, &without.bans),
            (&facts.withheld, &without.withheld),
            (&facts.guardians_protected, &without.guardians_protected),
        ] {
            prop_assert!(by_the_others.iter().all(|guardian| guarded.contains(&guardian)));
        }
        prop_assert!(facts.protection.is_some() || without.protection.is_none());
        prop_assert!(without.left_protected.iter().all(|school| facts.left_protected.contains(school)));
        for linked in &facts.guardians {
            let by_the_others = without.guardians.iter().find(|one| one.guardian == linked.guardian);
            let narrower = linked.guardianship == Guardianship::ParentWithoutCustody;
            prop_assert!(by_the_others.is_some_and(|one| one.guardianship == linked.guardianship || narrower));
        }
        prop_assert!(facts.consents.iter().all(|consent| without.consents.contains(consent)));
        prop_assert!(facts.named.iter().all(|named| without.named.contains(named)));
        prop_assert_eq!(facts.born, without.born);
    }
}
