//! What keeps somebody safe holds whenever somebody can be seen: before the first day, after the last one; and nothing that was opened for
//! it outlives it.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{Subject, case_left, may_see};
use domain::command::WorkToLog;
use domain::event::{CaseWork, PupilEvent, Work};
use domain::id::{EnrolmentId, GuardianId, StaffId};
use domain::personal::{Erasable, Personal};
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{Given, date, given, noon};
use domain::words::{Note, ProtectionLevel, ReferralConcern, Team};
use domain::{Code, Command, Role};

const LEVEL: ProtectionLevel = ProtectionLevel::MarkedSecret;

fn every_safeguard() -> [Work; 9] {
    [
        Work::IdentityProtected { level: LEVEL },
        Work::StaffNamed { staff: MENTOR, last_day: date("2019-12-20") },
        Work::IdentityProtectionEnded { on: date("2019-10-01") },
        Work::GuardianProtected { guardian: GUARDIAN },
        Work::GuardianProtectionEnded { guardian: GUARDIAN },
        Work::ContactBanned { guardian: GUARDIAN },
        Work::ContactBanLifted { guardian: GUARDIAN },
        Work::TellingWithheld { guardian: GUARDIAN },
        Work::TellingResumed { guardian: GUARDIAN },
    ]
}

/// The principal logs it one after another, as of a day, on a day.
fn logs(mut past: Given, occurred: Option<&str>, today: &str) -> Result<Given, (Work, Code)> {
    for work in every_safeguard() {
        let note = Some(Personal::new(Note::try_new("Enligt beslut.").unwrap()));
        let logged = WorkToLog {
            pupil: PUPIL,
            with: Vec::new(),
            occurred: occurred.map(noon),
            work: work.clone(),
            minutes: None,
            note,
        };
        let when = past.clone().when(as_staff(PRINCIPAL), Command::LogWork(logged), noon(today));
        let decision = when.decide().map_err(|refusal| (work, refusal.code))?;
        let moment = domain::command::Moment(noon(today));
        past.story.record_decision(as_staff(PRINCIPAL), moment, &decision);
    }
    Ok(past)
}

#[test]
fn it_is_recorded_before_the_first_day_and_after_the_last_one_and_never_of_another_school() {
    let from = "2019-10-14";
    let enrolled_ahead = given(two_schools()).and([
        enrolled(SCHOOL, ENROLMENT, "7A", from),
        guardian_registered(GUARDIAN),
        linked(GUARDIAN),
    ]);
    let logged = |past: &Given| logs(past.clone(), None, "2019-10-01").map(|_| ());
    assert_eq!(logged(&enrolled_ahead), Ok(()), "before the pupil comes");
    assert_eq!(logged(&given(a_pupil_with_a_mentor()).and([left("2019-09-20")])), Ok(()), "who has left");
    let dated_back = logs(enrolled_ahead, Some("2019-10-01"), "2019-10-15").map(|_| ());
    assert_eq!(dated_back, Err((Work::IdentityProtected { level: LEVEL }, Code::OutsidePeriod)));
}

#[test]
fn who_was_named_while_a_guardian_was_protected_is_named_no_longer_when_that_ends() {
    let named = Work::StaffNamed { staff: OTHER_MENTOR, last_day: date("2020-06-10") };
    let past = given(a_pupil_with_a_mentor())
        .and([worked(Work::GuardianProtected { guardian: GUARDIAN }), worked(named.clone())]);
    let sees = |past: &Given| {
        let world = &past.story.known.world;
        may_see(world, as_staff(OTHER_MENTOR), Subject::Case(PUPIL), date("2019-10-01")).granted()
    };
    let again = past.clone().and([
        worked(Work::GuardianProtectionEnded { guardian: GUARDIAN }),
        worked(Work::IdentityProtected { level: LEVEL }),
    ]);
    assert!(again.story.known.world.case(PUPIL).unwrap().named.is_empty());
    assert!(!sees(&again));
    // A guardian whom a school before protected, and who is none here, names nobody here, and tells of nothing.
    let (before, next) = (GuardianId::from_bits([0x5c; 16]), EnrolmentId::from_bits([0x52; 16]));
    let work = |work| CaseWork { enrolment: next, work, minutes: None, note: None };
    let works = [
        Work::GuardianProtected { guardian: GUARDIAN },
        Work::StaffNamed { staff: OTHER_MENTOR, last_day: date("2020-06-10") },
        Work::GuardianProtectionEnded { guardian: GUARDIAN },
    ];
    let moved = given(a_pupil_with_a_mentor())
        .and([worked(Work::GuardianProtected { guardian: before }), left("2019-09-20")])
        .and([enrolled(OTHER_SCHOOL, next, "7A", "2019-09-23"), linked(GUARDIAN)])
        .and(works.map(|done| of_pupil(PupilEvent::Worked(work(done)))));
    assert!(moved.story.known.world.case(PUPIL).unwrap().named.is_empty());
    // The one for whom they were named is protected still.
    let both = past.and([
        worked(Work::IdentityProtected { level: LEVEL }),
        worked(Work::GuardianProtectionEnded { guardian: GUARDIAN }),
    ]);
    assert_eq!(both.story.known.world.case(PUPIL).unwrap().named.len(), 1);
}

#[test]
fn a_team_sees_nothing_of_who_has_left_whatever_is_open() {
    let member = |role: Role| granted(OTHER_MENTOR, role, Some(SCHOOL));
    let opened = |team| worked(Work::ReferralOpened { team, concern: ReferralConcern::Absence });
    let past = given(a_pupil_with_a_mentor()).and([
        member(Role::HealthTeam),
        member(Role::SafetyTeam),
        opened(Team::Health),
        opened(Team::Safety),
    ]);
    let sees = |past: &Given, on: &str| {
        may_see(&past.story.known.world, as_staff(OTHER_MENTOR), Subject::Case(PUPIL), date(on)).granted()
    };
    let left = past.clone().and([left("2019-10-01")]);
    assert_eq!(
        ["2019-10-01", "2019-10-02"].map(|on| (sees(&past, on), sees(&left, on))),
        [(true, true), (true, false)]
    );
}

/// The case that was left stays its school's: when the pupil leaves the next one, and when they are back.
#[test]
fn the_case_that_was_left_is_the_one_that_the_asker_answered_for() {
    let (next, again) = (EnrolmentId::from_bits([0x52; 16]), EnrolmentId::from_bits([0x53; 16]));
    let left_of =
        |past: &Given, staff: StaffId| case_left(&past.story.known.world, as_staff(staff), PUPIL, date("2019-10-20"));
    let at_next = given(a_pupil()).and([left("2019-09-20"), enrolled(OTHER_SCHOOL, next, "7A", "2019-09-23")]);
    let leaves = domain::event::pupil::PupilLeft {
        enrolment: next,
        reason: domain::event::pupil::LeavingReason::Other,
        last_day: date("2019-10-04"),
        destination: None,
    };
    let gone = at_next.clone().and([of_pupil(PupilEvent::Left(leaves))]);
    let back = gone.clone().and([enrolled(SCHOOL, again, "7A", "2019-10-07")]);
    for past in [&at_next, &gone, &back] {
        assert_eq!(left_of(past, PRINCIPAL), Some(ENROLMENT));
        assert_eq!(left_of(past, MENTOR), None);
    }
    assert_eq!([&at_next, &gone, &back].map(|past| left_of(past, OTHER_PRINCIPAL)), [None, Some(next), Some(next)]);
}

/// Custody is put right by ending what was said of a guardian and linking them anew: what keeps them from the pupil holds as before,
/// until it is lifted.
#[test]
fn what_keeps_a_guardian_from_the_pupil_holds_when_they_are_linked_anew() {
    let guardian = GUARDIAN;
    let why = Some(Erasable::Present(Personal::new(Note::try_new("Fel vårdnad.").unwrap())));
    let unlinks =
        CaseWork { enrolment: ENROLMENT, work: Work::GuardianUnlinked { guardian }, minutes: None, note: why };
    let past = given(a_pupil()).and([guardian_registered(GUARDIAN), linked(GUARDIAN)]);
    let past = past.and([worked(Work::ContactBanned { guardian }), worked(Work::TellingWithheld { guardian })]);
    let gone = past.and([of_pupil(PupilEvent::Worked(unlinks))]);
    for kept in [gone.clone(), gone.and([linked(GUARDIAN)])] {
        let case = kept.story.known.world.case(PUPIL).unwrap();
        let of_whom = [&case.bans, &case.withheld].map(|guarded| guarded.iter().collect::<Vec<_>>());
        assert_eq!(of_whom, [[GUARDIAN], [GUARDIAN]]);
    }
}
