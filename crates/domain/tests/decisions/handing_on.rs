//! What the school that was left hands on to the next one (3 kap. 12 j § skollagen).

use domain::command::{EntryToHandOn, WorkToLog};
use domain::event::PupilEvent;
use domain::event::work::{CaseWork, Work};
use domain::id::{EnrolmentId, EventId};
use domain::spec::cast::*;
use domain::spec::{Given, Happened, given, noon, story_event};
use domain::{Code, Command};

/// The pupil has left the school, and goes to the other.
fn at_the_next_school() -> Given {
    let next = EnrolmentId::from_bits([0x52; 16]);
    given(a_pupil_with_a_mentor()).and([left("2019-09-20"), enrolled(OTHER_SCHOOL, next, "7A", "2019-09-23")])
}

fn handing_on(of: EventId) -> WorkToLog {
    let work = Work::EntryHandedOn { of };
    WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note: None }
}

/// As it is after a look into the log.
fn looked_up(of: EventId, stands: bool) -> Command {
    Command::HandOn(EntryToHandOn { logged: handing_on(of), stands })
}

fn handed_on(of: EventId) -> Happened {
    of_pupil(PupilEvent::Worked(CaseWork {
        enrolment: ENROLMENT,
        work: Work::EntryHandedOn { of },
        minutes: None,
        note: None,
    }))
}

#[test]
fn an_entry_that_stands_in_the_case_that_was_left_is_handed_on_once() {
    let of = story_event(1);
    at_the_next_school().when(as_staff(PRINCIPAL), looked_up(of, true), noon("2019-10-01")).then([handed_on(of)]);
    let again = at_the_next_school().and([handed_on(of)]);
    again.when(as_staff(PRINCIPAL), looked_up(of, true), noon("2019-10-02")).then_refused(Code::AlreadySo);
}

#[test]
fn an_entry_that_does_not_stand_there_is_missing() {
    let of = EventId::from_bits([0x77; 16]);
    let hands_on = |command| at_the_next_school().when(as_staff(PRINCIPAL), command, noon("2019-10-01"));
    hands_on(looked_up(of, false)).then_refused(Code::NotFound);
    // Nor is one there of which nobody has looked whether it is.
    hands_on(Command::LogWork(handing_on(story_event(1)))).then_refused(Code::NotFound);
}

#[test]
fn what_is_handed_on_is_of_one_pupil() {
    let several = WorkToLog { with: vec![OTHER_PUPIL], ..handing_on(story_event(1)) };
    let past = at_the_next_school().and([(
        domain::recorded::StreamRef::Pupil(OTHER_PUPIL),
        enrolled(OTHER_SCHOOL, EnrolmentId::from_bits([0x53; 16]), "7A", "2019-08-20").1,
    )]);
    let hands_on = Command::HandOn(EntryToHandOn { logged: several, stands: true });
    past.when(as_staff(PRINCIPAL), hands_on, noon("2019-10-01")).then_refused(Code::NotForSeveral);
}
