//! An enrolment that is taken back, of a pupil who had gone to a school before it: the case is as that school left it.

use domain::command::{EntryToHandOn, GuardianChoice, RightDays, WorkToLog};
use domain::event::pupil::Guardianship;
use domain::event::{CaseWork, Work};
use domain::id::{EventId, GuardianId};
use domain::state::{CaseFacts, Guarded};

use super::*;

/// A guardian whom the other school registered.
const THEIRS: GuardianId = GuardianId::from_bits([0x5c; 16]);
/// The other school's enrolment of the pupil.
const MISTAKEN: EnrolmentId = EnrolmentId::from_bits([0x52; 16]);
pub(super) const LEVEL: ProtectionLevel = ProtectionLevel::MarkedSecret;

pub(super) fn never_came(school: SchoolId, enrolled_from: &str) -> Command {
    let asked = days_to_correct(None, None);
    let enrolled_from = date(enrolled_from);
    Command::CorrectEnrolmentDays(DaysToCorrect { school, enrolled_from, right: RightDays::NeverCame, ..asked })
}

fn logged(work: Work) -> WorkToLog {
    let note = Some(Personal::new(Note::try_new("Enligt beslut.").unwrap()));
    WorkToLog { pupil: PUPIL, with: Vec::new(), work, occurred: None, minutes: None, note }
}

fn log(work: Work) -> Command {
    Command::LogWork(logged(work))
}

fn there(work: Work) -> domain::spec::Happened {
    of_pupil(PupilEvent::Worked(CaseWork { enrolment: MISTAKEN, work, minutes: None, note: None }))
}

/// The pupil had a mentor and a guardian with a ban, and has left.
fn left_with_a_ban() -> Given {
    let past = given(a_pupil()).and([
        from_the_first_day(),
        guardian_registered(GUARDIAN),
        linked(GUARDIAN),
        guardian_registered(THEIRS),
        worked(Work::ContactBanned { guardian: GUARDIAN }),
    ]);
    principal(&past, &leave("2019-10-11"))
}

fn case(past: &Given) -> &CaseFacts {
    past.story.known.world.case(PUPIL).unwrap()
}

pub(super) fn of_whom(guarded: &Guarded) -> Vec<GuardianId> {
    guarded.iter().collect()
}

/// What holds in the case, without what is told of enrolments that were taken back.
fn holds(past: &Given) -> impl PartialEq + std::fmt::Debug + use<> {
    let facts = case(past).clone();
    let came: Vec<_> = facts.enrolments().filter(|one| !one.never_came()).cloned().collect();
    let former = [GUARDIAN, THEIRS].map(|guardian| facts.had_guardian_at(guardian, SCHOOL));
    let kept_away = [&facts.bans, &facts.withheld, &facts.guardians_protected].map(of_whom);
    let known_here: Vec<_> = facts.guardians_protected_here().collect();
    let gone_protected = facts.left_protected.contains(&SCHOOL);
    let held = facts.safeguards.clone();
    (
        came,
        (held.guardians, former),
        (kept_away, known_here),
        held.consents,
        held.named,
        (held.protection, gone_protected),
    )
}

/// The other school took the wrong pupil: with guardians, a protected identity and a ban lifted.
fn mistaken(past: &Given, works: impl IntoIterator<Item = Work>) -> Given {
    let enrolled = past.clone().and([enrolled(OTHER_SCHOOL, MISTAKEN, "7A", "2019-10-28")]);
    enrolled.and(works.into_iter().map(there))
}

fn taken_back(past: &Given) -> Given {
    asks(past, OTHER_PRINCIPAL, &never_came(OTHER_SCHOOL, "2019-10-28"), TODAY).unwrap()
}

#[test]
fn the_case_is_as_the_school_before_left_it() {
    let gone = left_with_a_ban();
    let said = |work| principal(&gone, &log(work));
    let protected = said(Work::IdentityProtected { level: LEVEL });
    for before in [
        gone.clone(),
        said(Work::TellingWithheld { guardian: GUARDIAN }),
        said(Work::GuardianProtected { guardian: GUARDIAN }),
        principal(&protected, &log(Work::StaffNamed { staff: MENTOR, last_day: date("2020-06-10") })),
        given(a_pupil_with_a_mentor()).and([worked(Work::GuardianUnlinked { guardian: GUARDIAN }), left("2019-10-11")]),
    ] {
        for works in [
            vec![],
            vec![Work::IdentityProtected { level: LEVEL }],
            vec![Work::IdentityProtectionEnded { on: date("2019-10-30") }],
            vec![Work::ContactBanLifted { guardian: GUARDIAN }, Work::TellingResumed { guardian: GUARDIAN }],
            vec![Work::GuardianProtectionEnded { guardian: GUARDIAN }],
        ] {
            let mistaken = mistaken(&before, works);
            assert_ne!(holds(&mistaken), holds(&before));
            let back = taken_back(&mistaken);
            assert_eq!(holds(&back), holds(&before));
            assert_eq!(case(&back).latest.id, ENROLMENT);
        }
    }
}

#[test]
fn what_the_other_school_said_to_keep_a_guardian_away_holds_and_its_guardians_are_its_own() {
    let mistaken = mistaken(&left_with_a_ban(), []).and([of_pupil(PupilEvent::GuardianLinked(
        domain::event::pupil::GuardianLinked {
            enrolment: MISTAKEN,
            guardian: THEIRS,
            guardianship: Guardianship::Custodian,
            household: None,
        },
    ))]);
    let back = taken_back(&mistaken.and([there(Work::ContactBanned { guardian: THEIRS })]));
    let facts = case(&back);
    assert_eq!(of_whom(&facts.bans), [GUARDIAN, THEIRS]);
    assert_eq!(facts.guardians.iter().map(|one| one.guardian).collect::<Vec<_>>(), [GUARDIAN]);
    assert_eq!([SCHOOL, OTHER_SCHOOL].map(|school| facts.had_guardian_at(THEIRS, school)), [false, true]);
    assert!(!facts.had_guardian_at(GUARDIAN, SCHOOL));
}

/// From the first school to the other, and back by mistake: it is the other's case again, and not the first one's.
#[test]
fn the_case_is_that_of_the_last_school_that_the_pupil_came_to() {
    let link = GuardianChoice::New { name: personal("Sam Exempel"), phone: None, email: None };
    let (guardianship, household) = (Guardianship::Custodian, None);
    let there = asks(&left_with_a_ban(), OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-10-28"), TODAY).unwrap();
    let link = Command::LinkGuardian { pupil: PUPIL, guardian: link, guardianship, household };
    let linked = asks(&there, OTHER_PRINCIPAL, &link, TODAY).unwrap();
    let gone = asks(&linked, OTHER_PRINCIPAL, &leave("2019-11-01"), TODAY).unwrap();
    let back = principal(&principal(&gone, &enrol(SCHOOL, "2019-11-02")), &never_came(SCHOOL, "2019-11-02"));
    assert_eq!((case(&back).latest.school, &case(&back).guardians), (OTHER_SCHOOL, &case(&gone).guardians));
    assert_eq!(holds(&back), holds(&gone));
}

/// What a school before said of a guardian whom this one has not linked is that one's again.
#[test]
fn whom_a_school_before_protected_is_not_known_here_again() {
    let first = EnrolmentId::from_bits([0x53; 16]);
    let work = |work| of_pupil(PupilEvent::Worked(CaseWork { enrolment: first, work, minutes: None, note: None }));
    let past = given(two_schools()).and([
        enrolled(OTHER_SCHOOL, first, "7A", "2019-08-20"),
        guardian_registered(THEIRS),
        work(Work::GuardianProtected { guardian: THEIRS }),
    ]);
    let moved = asks(&past, OTHER_PRINCIPAL, &leave("2019-10-04"), TODAY).unwrap();
    let gone = principal(&principal(&moved, &enrol(SCHOOL, "2019-10-07")), &leave("2019-10-11"));
    assert_eq!(
        (of_whom(&case(&gone).guardians_protected), case(&gone).guardians_protected_here().count()),
        (vec![THEIRS], 0)
    );
    let back = taken_back(&mistaken(&gone, []));
    assert_eq!((case(&back).latest.school, holds(&back)), (SCHOOL, holds(&gone)));
    assert_eq!(case(&back).guardians_protected_here().count(), 0);
}

/// Days that the first school registered are its own again, and its leaving may be taken back.
#[test]
fn the_school_before_goes_on_where_it_stopped() {
    let past = given(a_pupil()).and([from_the_first_day()]);
    let left = principal(&principal(&past, &register("2019-10-10")), &leave("2019-10-11"));
    let not_left =
        Command::CorrectEnrolmentDays(DaysToCorrect { right: RightDays::NotLeft, ..days_to_correct(None, None) });
    let mistaken = mistaken(&left, []);
    assert_eq!(refused(&mistaken, PRINCIPAL, &not_left, TODAY), Code::AlreadyEnrolled);
    let back = principal(&taken_back(&mistaken), &not_left);
    assert_eq!(went(&back, ["2019-10-11", "2019-10-28", TODAY]), [true; 3]);
    assert_eq!(went_to(&back, OTHER_SCHOOL, ["2019-10-28", TODAY]), [false; 2]);
    assert!(may_see(&back.story.known.world, as_staff(MENTOR), Subject::Case(PUPIL), date(TODAY)).granted());
    assert!(!may_see(&back.story.known.world, as_staff(OTHER_PRINCIPAL), Subject::Case(PUPIL), date(TODAY)).granted());
    assert_eq!(refused(&back, PRINCIPAL, &leave("2019-10-09"), TODAY), Code::OutsidePeriod, "a day is registered");
    let registered = principal(&back, &register("2019-11-01"));
    assert_eq!((figures(&registered).all.days, figures_at(&registered, OTHER_SCHOOL).all.days), (2, 0));
}

/// Each position of the log is one enrolment's: what is recorded after the mistake was taken back is the first school's.
#[test]
fn each_position_of_the_log_is_one_enrolments() {
    let left = left_with_a_ban();
    let back = taken_back(&mistaken(&left, []));
    let last = back.story.known.position;
    let facts = case(&back);
    let of = |position| facts.recorded_in(position).map(|one| one.id);
    assert_eq!([of(last), of(last + 1)], [Some(MISTAKEN), Some(ENROLMENT)]);
    for position in 1..last + 3 {
        let spells = facts.enrolments().filter(|one| facts.spell_of(one).holds(position));
        assert_eq!(spells.map(|one| one.id).collect::<Vec<_>>(), Vec::from_iter(of(position)), "{position}");
    }
    // Both are taken back, and the pupil is at the first school as before.
    let never = asks(&back, PRINCIPAL, &never_came(SCHOOL, "2019-08-20"), TODAY).unwrap();
    assert!(case(&never).latest.never_came());
}

/// A wrong enrolment at the same school hides nothing of the one before it.
#[test]
fn a_wrong_enrolment_at_the_same_school_leaves_the_one_before_the_latest() {
    let left = left_with_a_ban();
    let again = principal(&left, &enrol(SCHOOL, "2019-10-28"));
    let back = principal(&again, &never_came(SCHOOL, "2019-10-28"));
    assert_eq!(holds(&back), holds(&left));
    let shown = domain::access::case_left(&back.story.known.world, as_staff(PRINCIPAL), PUPIL, date(TODAY));
    assert_eq!(shown, Some(ENROLMENT));
    // Also when the pupil goes elsewhere since.
    let gone = asks(&back, OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-11-01"), TODAY).unwrap();
    let shown = domain::access::case_left(&gone.story.known.world, as_staff(PRINCIPAL), PUPIL, date(TODAY));
    assert_eq!(shown, Some(ENROLMENT));
}

/// What was done in it goes with it; who was unlinked, or is not to be told any longer, stays so.
#[test]
fn what_was_done_in_a_wrong_enrolment_at_the_same_school_goes_with_it() {
    let past = given(a_pupil()).and([
        from_the_first_day(),
        guardian_registered(GUARDIAN),
        linked(GUARDIAN),
        worked(Work::BirthDateRecorded { born: date("2001-01-01") }),
        worked(Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2020-06-10") }),
        worked(Work::ContactBanned { guardian: GUARDIAN }),
        worked(Work::TellingWithheld { guardian: GUARDIAN }),
        worked(Work::GuardianProtected { guardian: GUARDIAN }),
        worked(Work::StaffNamed { staff: MENTOR, last_day: date("2020-06-10") }),
    ]);
    let plain = principal(&past, &leave("2019-10-11"));
    let protected = principal(&plain, &log(Work::IdentityProtected { level: LEVEL }));
    for (gone, works) in [
        (&plain, vec![Work::ContactBanLifted { guardian: GUARDIAN }, Work::TellingResumed { guardian: GUARDIAN }]),
        (&plain, vec![Work::GuardianProtectionEnded { guardian: GUARDIAN }]),
        (&plain, vec![Work::IdentityProtected { level: ProtectionLevel::NotYetKnown }]),
        (&plain, vec![Work::BirthDateRecorded { born: date("2004-01-01") }]),
        (&protected, vec![Work::IdentityProtectionEnded { on: date("2019-10-28") }]),
    ] {
        let works = works.into_iter().map(log);
        let again = works.fold(principal(gone, &enrol(SCHOOL, "2019-10-28")), |past, work| principal(&past, &work));
        assert_ne!(holds(&again), holds(gone));
        let back = principal(&again, &never_came(SCHOOL, "2019-10-28"));
        assert_eq!(holds(&back), holds(gone));
        assert_eq!(case(&back).born, case(gone).born);
    }
    let again = principal(&plain, &enrol(SCHOOL, "2019-10-28"));
    let less = principal(&again, &log(Work::ConsentWithdrawn { guardian: GUARDIAN }));
    assert!(case(&principal(&less, &never_came(SCHOOL, "2019-10-28"))).consents.is_empty());
    let less = principal(&again, &log(Work::GuardianUnlinked { guardian: GUARDIAN }));
    let back = principal(&less, &never_came(SCHOOL, "2019-10-28"));
    assert!(case(&back).guardians.is_empty() && case(&back).bans.contains(&GUARDIAN));
}

/// In whichever order two wrong enrolments are taken back; and a date of birth that was none is none.
#[test]
fn who_was_unlinked_in_a_wrong_enrolment_stays_so_whichever_is_taken_back_first() {
    let past = given(a_pupil()).and([from_the_first_day(), guardian_registered(GUARDIAN), linked(GUARDIAN)]);
    let gone = principal(&past, &leave("2019-10-11"));
    let again = principal(&gone, &enrol(SCHOOL, "2019-10-14"));
    let unlinked = principal(&again, &log(Work::GuardianUnlinked { guardian: GUARDIAN }));
    let wrong =
        mistaken(&principal(&unlinked, &leave("2019-10-25")), [Work::BirthDateRecorded { born: date("2001-01-01") }]);
    let (here, there) = (never_came(SCHOOL, "2019-10-14"), never_came(OTHER_SCHOOL, "2019-10-28"));
    for order in [[(PRINCIPAL, &here), (OTHER_PRINCIPAL, &there)], [(OTHER_PRINCIPAL, &there), (PRINCIPAL, &here)]] {
        let back = order.iter().fold(wrong.clone(), |past, (who, command)| asks(&past, *who, command, TODAY).unwrap());
        assert_eq!((case(&back).latest.id, case(&back).guardians.len(), case(&back).born), (ENROLMENT, 0, None));
    }
}

/// Who is enrolled after all has the guardians whom that enrolment says, and none of another child's.
#[test]
fn of_an_enrolment_with_none_before_it_no_guardian_is_left() {
    let past = given(a_pupil()).and([from_the_first_day(), guardian_registered(GUARDIAN), linked(GUARDIAN)]);
    let never = principal(&past, &never_came(SCHOOL, "2019-08-20"));
    let anew = principal(&never, &enrol(SCHOOL, "2019-08-20"));
    assert!(case(&anew).guardians.is_empty() && case(&anew).had_guardian_at(GUARDIAN, SCHOOL));
}

/// What the next one lifted itself is not undone because another enrolment is taken back.
#[test]
fn what_was_lifted_since_stays_lifted() {
    let wrong = mistaken(&left_with_a_ban(), [Work::ContactBanLifted { guardian: GUARDIAN }]);
    let left = asks(&wrong, OTHER_PRINCIPAL, &leave("2019-10-29"), TODAY).unwrap();
    let second = principal(&principal(&left, &enrol(SCHOOL, "2019-10-30")), &leave("2019-10-31"));
    let third = asks(&second, OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-11-01"), TODAY).unwrap();
    let back = taken_back(&third);
    assert_eq!(of_whom(&case(&back).bans), [GUARDIAN]);
    let latest = case(&back).latest.id;
    let lifts = Work::ContactBanLifted { guardian: GUARDIAN };
    let lifted = CaseWork { enrolment: latest, work: lifts, minutes: None, note: None };
    let lifted = back.and([of_pupil(PupilEvent::Worked(lifted))]);
    let both = principal(&lifted, &never_came(SCHOOL, "2019-10-30"));
    assert!(case(&both).bans.is_empty());
}

/// The other school takes it back when the first one has enrolled the pupil anew.
#[test]
fn what_was_lifted_holds_again_also_where_the_pupil_was_enrolled_since() {
    let gone = left_with_a_ban();
    let gone = [
        Work::TellingWithheld { guardian: GUARDIAN },
        Work::GuardianProtected { guardian: GUARDIAN },
        Work::BirthDateRecorded { born: date("2004-01-01") },
        Work::IdentityProtected { level: LEVEL },
    ]
    .iter()
    .fold(gone, |past, work| past.and([worked(work.clone())]));
    let wrong = mistaken(
        &gone,
        [
            Work::ContactBanLifted { guardian: GUARDIAN },
            Work::TellingResumed { guardian: GUARDIAN },
            Work::GuardianProtectionEnded { guardian: GUARDIAN },
            Work::BirthDateRecorded { born: date("2001-01-01") },
            Work::IdentityProtectionEnded { on: date("2019-10-30") },
        ],
    );
    let left = asks(&wrong, OTHER_PRINCIPAL, &leave("2019-10-30"), TODAY).unwrap();
    let anew = principal(&left, &enrol(SCHOOL, "2019-10-31"));
    assert!(case(&anew).protection.is_none() && case(&anew).bans.is_empty());
    let back = taken_back(&anew);
    let facts = case(&back);
    for guarded in [&facts.bans, &facts.withheld, &facts.guardians_protected] {
        assert_eq!(of_whom(guarded), [GUARDIAN]);
    }
    assert_eq!((facts.protection, facts.born), (Some(LEVEL), Some(date("2004-01-01"))));
    // And should that enrolment be none either, the case is as the first one left it.
    let both = principal(&back, &never_came(SCHOOL, "2019-10-31"));
    assert_eq!(holds(&both), holds(&gone));
}

/// It was given to a school to which the pupil never came.
#[test]
fn what_was_handed_on_is_handed_on_again_to_the_school_that_the_pupil_comes_to() {
    let left = left_with_a_ban();
    let of: EventId = left.story.log.last().unwrap().id;
    let hand_on = || Command::HandOn(EntryToHandOn { logged: logged(Work::EntryHandedOn { of }), stands: true });
    let given = principal(&mistaken(&left, []), &hand_on());
    assert_eq!(refused(&given, PRINCIPAL, &hand_on(), TODAY), Code::AlreadySo);
    let back = taken_back(&given);
    assert!(asks(&back, PRINCIPAL, &hand_on(), TODAY).is_ok());
    // Also what was handed on before anybody had enrolled the pupil; and who never had them hands nothing on.
    let before = taken_back(&mistaken(&principal(&left, &hand_on()), []));
    assert!(asks(&before, PRINCIPAL, &hand_on(), TODAY).is_ok());
    assert_eq!(refused(&back, OTHER_PRINCIPAL, &hand_on(), TODAY), Code::NotFound);
}

/// Nothing is due earlier: a wrong enrolment begins years before, and ends before it.
#[test]
fn an_enrolment_that_was_none_makes_nothing_due() {
    let left = left_with_a_ban();
    assert_eq!(kept_until(&left), Some(date("2019-11-12")));
    let long_ago = left.clone().and([enrolled(OTHER_SCHOOL, MISTAKEN, "7A", "2005-08-22")]);
    let back = asks(&long_ago, OTHER_PRINCIPAL, &never_came(OTHER_SCHOOL, "2005-08-22"), TODAY).unwrap();
    // On the day of the mistake it was on record that the pupil went somewhere.
    let both = |past: &Given| {
        let plan = |school, at: &str| {
            let (class, plan_item) = (RetentionClass::Enrolment, Reference::try_new("3.2").unwrap());
            let adopted = SchoolMatter::RetentionAdopted { class, months: 1, plan_item, first_day: date(at) };
            (domain::StreamRef::School(school), SchoolEvent::Settled(adopted).into())
        };
        let past = past.clone().and([plan(OTHER_SCHOOL, "2019-08-12")]);
        kept_until(&past)
    };
    assert_eq!(both(&back), Some(date("2019-12-05")));
}

/// Custody was wrong, and is put right: the same guardian is linked anew, and the ban holds.
#[test]
fn a_guardian_is_linked_anew_where_they_were_linked_before() {
    let past = given(a_pupil()).and([
        from_the_first_day(),
        guardian_registered(GUARDIAN),
        linked(GUARDIAN),
        guardian_registered(THEIRS),
        worked(Work::ContactBanned { guardian: GUARDIAN }),
    ]);
    let link = |guardian| Command::LinkGuardian {
        pupil: PUPIL,
        guardian: GuardianChoice::Known(guardian),
        guardianship: Guardianship::ParentWithoutCustody,
        household: None,
    };
    let unlinked = principal(&past, &log(Work::GuardianUnlinked { guardian: GUARDIAN }));
    for who in [PRINCIPAL, MENTOR] {
        let anew = asks(&unlinked, who, &link(GUARDIAN), TODAY).unwrap();
        assert!(case(&anew).has_guardian(GUARDIAN) && case(&anew).bans.contains(&GUARDIAN));
        assert_eq!(refused(&unlinked, who, &link(THEIRS), TODAY), Code::NotFound, "never this pupil's");
    }
    // Not at another school, and not for whom the guardian's identity is protected from.
    let gone =
        asks(&principal(&unlinked, &leave("2019-10-11")), OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-10-28"), TODAY);
    assert_eq!(refused(&gone.unwrap(), OTHER_PRINCIPAL, &link(GUARDIAN), TODAY), Code::NotFound);
    let protected = principal(&past, &log(Work::GuardianProtected { guardian: GUARDIAN }));
    let unlinked = principal(&protected, &log(Work::GuardianUnlinked { guardian: GUARDIAN }));
    assert_eq!(refused(&unlinked, MENTOR, &link(GUARDIAN), TODAY), Code::NotFound);
    assert!(asks(&unlinked, PRINCIPAL, &link(GUARDIAN), TODAY).is_ok());
}

/// Who works at both schools opened the case of the one.
#[test]
fn emergency_access_opens_the_case_that_it_was_taken_for_and_no_other() {
    let past = given(a_pupil()).and([
        granted(OTHER_MENTOR, domain::Role::Mentor, Some(OTHER_SCHOOL)),
        worked(Work::EmergencyAccessTaken { staff: OTHER_MENTOR, on: date(TODAY) }),
    ]);
    let sees = |past: &Given| {
        may_see(&past.story.known.world, as_staff(OTHER_MENTOR), Subject::Case(PUPIL), date(TODAY)).granted()
    };
    assert!(sees(&past));
    let gone = asks(&principal(&past, &leave("2019-11-01")), OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, TODAY), TODAY);
    assert!(!sees(&gone.unwrap()));
}

/// Until the last day is over the pupil is where they still go: nobody there loses them before.
#[test]
fn another_school_enrols_the_pupil_once_the_last_day_is_over() {
    let leaves = principal(&given(a_pupil()).and([from_the_first_day()]), &leave(TODAY));
    let ahead = enrol(OTHER_SCHOOL, "2019-11-05");
    assert_eq!(refused(&leaves, OTHER_PRINCIPAL, &ahead, TODAY), Code::NotFound, "as one who is not there");
    assert!(may_see(&leaves.story.known.world, as_staff(MENTOR), Subject::Case(PUPIL), date(TODAY)).granted());
    assert!(asks(&leaves, OTHER_PRINCIPAL, &ahead, "2019-11-05").is_ok());
    assert_eq!(refused(&leaves, PRINCIPAL, &enrol(SCHOOL, "2019-11-05"), TODAY), Code::AlreadyEnrolled, "nor this one");
}

/// What the pupil let somebody be told is withdrawn also after the last day: should they not have left after all.
#[test]
fn a_consent_is_withdrawn_also_after_the_last_day() {
    let past = given(a_pupil()).and([
        guardian_registered(GUARDIAN),
        linked(GUARDIAN),
        worked(Work::BirthDateRecorded { born: date("2001-01-01") }),
    ]);
    let past = past.and([worked(Work::ConsentGiven { guardian: GUARDIAN, last_day: date("2020-06-10") })]);
    let left = principal(&past, &leave("2019-10-11"));
    let withdrawn = principal(&left, &log(Work::ConsentWithdrawn { guardian: GUARDIAN }));
    assert_eq!((case(&left).consents.len(), case(&withdrawn).consents.len()), (1, 0));
}
