//! Everything that is known, laid out for a snapshot and picked up again.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the names of the tests are the specification"
)]

use std::sync::Arc;

use domain::Projections;
use domain::event::staff::TimeLogged;
use domain::event::{PupilEvent, SchoolEvent, StaffEvent};
use domain::laid::{LaidBytes, VERSION, lay_out};
use domain::spec::cast::*;
use domain::spec::digests::{every_digest_matter, of_guardian};
use domain::spec::everyday::{
    cover, days_corrected, every_school_matter, every_staff_matter, incomparable, mission, model, name_corrected,
    of_mentor, of_school, time_logged, working_time,
};
use domain::spec::works::{every_work, worked};
use domain::spec::{date, given};

fn pick_up(bytes: Vec<u8>) -> Option<Projections> {
    let bytes: LaidBytes = Arc::new(bytes);
    domain::laid::pick_up(&bytes)
}

/// A history with everything in it that there can be.
fn everything() -> Projections {
    let past = given(a_pupil_with_a_mentor())
        .and([attended(vec![day(date("2019-09-02"), 60, 0), day(date("2019-09-03"), 0, 30)])])
        .and([corrected(day(date("2019-09-02"), 0, 10)), of_pupil(PupilEvent::CoverStarted(cover()))])
        .and([of_pupil(PupilEvent::NameCorrected(name_corrected()))])
        .and([of_pupil(PupilEvent::DaysCorrected(days_corrected()))])
        .and(every_work().into_iter().map(worked))
        .and(every_staff_matter().into_iter().map(|matter| of_mentor(StaffEvent::Arranged(matter))))
        .and(every_digest_matter().into_iter().map(of_guardian))
        .and(every_school_matter().into_iter().map(|matter| of_school(SchoolEvent::Settled(matter))))
        .and([
            of_school(SchoolEvent::MissionAdopted(mission())),
            of_school(SchoolEvent::MentoringModelChosen(model())),
            of_school(SchoolEvent::TermMarkedNotComparable(incomparable())),
            of_mentor(StaffEvent::WorkingTimeSet(working_time())),
            of_mentor(StaffEvent::TimeLogged(time_logged())),
            of_mentor(StaffEvent::TimeLogged(TimeLogged { sampled: true, ..time_logged() })),
            contacted(),
        ]);
    past.story.known
}

#[test]
fn what_is_laid_out_is_picked_up_the_same() {
    let known = everything();
    let bytes = lay_out(&known);
    let picked = pick_up(bytes.clone()).unwrap();
    assert_eq!(lay_out(&picked), bytes, "nothing has been asked for");
    assert!(picked == known);
    assert_eq!(lay_out(&picked), bytes, "the same is laid out the same");
}

/// When this fails, the layout or what is known has become another: raise `domain::laid::VERSION`, then put the new number
/// here. A snapshot of the old version is passed over at the next start, which then reads the whole log once.
#[test]
fn a_changed_layout_has_a_new_version() {
    let bytes = lay_out(&everything());
    let sum = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    assert_eq!((VERSION, bytes.len(), sum), (21, 10_997, 7_022_208_305_223_362_499));
}

#[test]
fn bytes_that_say_something_else_are_nothing_and_never_a_panic() {
    let known = everything();
    let bytes = lay_out(&known);
    for end in 0..bytes.len() {
        assert!(pick_up(bytes[..end].to_vec()).is_none(), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x80;
        // Another date or number may be as good as the one that stood there: the seal around it says which it was. What cannot
        // be picked up when it is asked for is as if it were not known.
        let Some(picked) = pick_up(flipped) else { continue };
        let _asked_for = picked == known;
    }
    assert!(pick_up([bytes.as_slice(), &[0]].concat()).is_none(), "one too many");
}
