//! A pupil's enrolment and case.

mod contact;
mod enrolment;
mod mentoring;
mod work;

use domain::id::PupilId;

use super::outcome::mutations;
use crate::graphql::types::pupil::Pupil;
use contact::{CorrectAttendanceInput, CorrectEntryInput, LogGuardianContactInput, RegisterAttendanceInput};
use enrolment::{
    CorrectEnrolmentDaysInput, CorrectPupilNameInput, EnrolPupilInput, LinkGuardianInput, MovePupilInput,
    RecordPupilLeftInput,
};
use mentoring::{AssignMentorInput, EndAssignmentInput, EndCoverInput, HandOverInput, StartCoverInput};
use work::LogWorkInput;

mutations! {
    /// A pupil's enrolment.
    PupilMutations, PupilId => pupil: Pupil;

    /// Enrols a pupil (inskriver): a new one, or one who is known and has left.
    enrol_pupil(EnrolPupilInput) -> EnrolPupilPayload;

    /// Puts a pupil's name right (rättar namnet): it counts from the first day of the enrolment on. The spelling that stood is told
    /// in the history alone. For the mentor and the principal.
    correct_pupil_name(CorrectPupilNameInput) -> CorrectPupilNamePayload;

    /// Puts an enrolment's first or last day right (rättar in- eller utskrivningsdag): it counts as if it had been recorded so. The
    /// class and the mentor of the first day begin with the right one, and who had the pupil to the last day had them to the right
    /// one; attendance that is registered of days outside stands, and counts in no figure. The days that stood are told in the
    /// history alone, with the reason. For the principal of that school, also after the pupil has left: then `pupil` is null.
    correct_enrolment_days(CorrectEnrolmentDaysInput) -> CorrectEnrolmentDaysPayload;

    /// Moves a pupil to another class (byter klass).
    move_pupil(MovePupilInput) -> MovePupilPayload;

    /// Records that a pupil leaves (skrivs ut).
    record_pupil_left(RecordPupilLeftInput) -> RecordPupilLeftPayload;

    /// Links a guardian (vårdnadshavare) to a pupil: one known already, or one to register.
    link_guardian(LinkGuardianInput) -> LinkGuardianPayload;
}

mutations! {
    /// Work in a pupil's case.
    CaseMutations, PupilId => pupil: Pupil;

    /// Assigns a mentor to a pupil (tilldelar mentor).
    assign_mentor(AssignMentorInput) -> AssignMentorPayload;

    /// Ends a mentor's assignment.
    end_assignment(EndAssignmentInput) -> EndAssignmentPayload;

    /// Hands an assignment over (överlämnar) to another mentor: the one ends the day before the other begins.
    hand_over(HandOverInput) -> HandOverPayload;

    /// Lets somebody stand in (vikariera) for a mentor, from a day to a day.
    start_cover(StartCoverInput) -> StartCoverPayload;

    /// Ends a cover (vikariat) before its last day.
    end_cover(EndCoverInput) -> EndCoverPayload;

    /// Logs a contact with a guardian (vårdnadshavarkontakt). When the answer comes, it is on disk.
    log_guardian_contact(LogGuardianContactInput) -> LogGuardianContactPayload;

    /// Logs work in a case (ärendearbete): a talk, a step of the ladder, a referral, a meeting, a decision. When the answer
    /// comes, it is on disk. What is opened is named by its event's id, in the receipt; what follows says `of` which.
    log_work(LogWorkInput) -> LogWorkPayload;

    /// Corrects an entry (rättar en uppgift) of the present enrolment: it counts nowhere any longer, and stands in the history
    /// with the reason. What is so instead is logged anew. For who made the entry, and for the principal; and, of a case that the
    /// pupil has left, for the principal of the school that was left: then `pupil` is null.
    correct_entry(CorrectEntryInput) -> CorrectEntryPayload;

    /// Registers attendance (närvaro) of one or more days.
    register_attendance(RegisterAttendanceInput) -> RegisterAttendancePayload;

    /// Corrects one day's registered attendance (rättar närvaro).
    correct_attendance(CorrectAttendanceInput) -> CorrectAttendancePayload;
}
