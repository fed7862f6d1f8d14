//! Why a command or a reading was not carried out: the one list of codes.

/// The product's error codes. Stable: clients and catalogues rely on the names. Documented in `schema/codes.md`,
/// which is generated from here.
macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $code:ident = $name:literal ),* $(,)?) => {
        /// A stable error code. The text for people is in the catalogue, under the same name.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code { $( $(#[doc = $doc])+ $code, )* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// What it means and what to do, in English, for developers.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$code => concat!($($doc),+),)* }
            }
        }
    };
}

codes! {
    /// No such thing, or no right to it: the two are not told apart.
    NotFound = "not_found",
    /// A value is missing or not valid; `field` names it.
    InvalidInput = "invalid_input",
    /// The actor may not do this kind of thing at all, whatever it is done to.
    NotAllowed = "not_allowed",
    /// The command id has been used for another content or by another person. Nothing was written; use a new id.
    CommandConflict = "command_conflict",
    /// The command id is not a UUID of version 7.
    CommandIdInvalid = "command_id_invalid",
    /// The command id is older than 90 days, so that nobody remembers whether it was carried out. Look, then use a new id.
    CommandIdTooOld = "command_id_too_old",
    /// The command id lies in the future: the client's clock is wrong.
    CommandIdInFuture = "command_id_in_future",
    /// Others changed the same thing meanwhile, several times over. Try again.
    Busy = "busy",
    /// The date or time is in the future.
    InTheFuture = "in_the_future",
    /// The date lies outside what it must belong to: an enrolment, an assignment or a school year.
    OutsidePeriod = "outside_period",
    /// What ends something, or goes on with it, is said to have happened before it began.
    BeforeItBegan = "before_it_began",
    /// A day of publication is adopted two weeks ahead or more, so that nobody chooses it by what the figures say.
    PublicationTooSoon = "publication_too_soon",
    /// The term's day of publication is near or has come, and stands: it is neither moved nor taken back.
    PublicationFixed = "publication_fixed",
    /// Two publications of a school lie four weeks apart or more: what differs between them is to be no single pupil.
    PublicationTooClose = "publication_too_close",
    /// The week of the term's publication is over: adopt another day.
    PublicationMissed = "publication_missed",
    /// Who somebody was is erased only together with everything else that is kept of them. Leave that out of the list too, or let the
    /// rest of theirs in.
    GoesLast = "goes_last",
    /// This code of a school is taken.
    SchoolCodeTaken = "school_code_taken",
    /// The school year's terms overlap, stand in the wrong order or lie outside the year.
    SchoolYearInvalid = "school_year_invalid",
    /// The role has been granted already.
    RoleAlreadyGranted = "role_already_granted",
    /// The person does not hold the role that this needs, at this school.
    RoleMissing = "role_missing",
    /// The principal does not answer for this pupil on that day.
    PrincipalNotResponsible = "principal_not_responsible",
    /// The pupil is enrolled already.
    AlreadyEnrolled = "already_enrolled",
    /// The pupil is not enrolled.
    NotEnrolled = "not_enrolled",
    /// The pupil's grade is not taught at the school.
    GradeNotTaught = "grade_not_taught",
    /// The guardian is linked to the pupil already.
    GuardianAlreadyLinked = "guardian_already_linked",
    /// The guardian is not linked to the pupil.
    GuardianNotLinked = "guardian_not_linked",
    /// The pupil has a main mentor already: end that assignment first.
    PrimaryMentorExists = "primary_mentor_exists",
    /// The mentor has this pupil already.
    MentorAlreadyAssigned = "mentor_already_assigned",
    /// The assignment has ended already.
    AssignmentEnded = "assignment_ended",
    /// Nobody of that name stands in for this assignment so long.
    CoverNotFound = "cover_not_found",
    /// It is so already.
    AlreadySo = "already_so",
    /// It is not so, so there is nothing to end.
    NotSo = "not_so",
    /// There is no such decision in this enrolment.
    DecisionNotFound = "decision_not_found",
    /// No such offer is open.
    OfferNotOpen = "offer_not_open",
    /// This follows on what is open in one case: log it for one pupil at a time.
    NotForSeveral = "not_for_several",
    /// This is changed by what follows on it, not by a correction: close it, take it back or lift it.
    NotCorrectable = "not_correctable",
    /// Attendance of that day is registered already: correct it instead.
    AttendanceAlreadyRegistered = "attendance_already_registered",
    /// Attendance of that day is not registered, so there is nothing to correct.
    AttendanceNotRegistered = "attendance_not_registered",
    /// The days are empty, not in order, or one stands twice.
    AttendanceDaysInvalid = "attendance_days_invalid",
    /// The step is open already, or a higher one is: close that first.
    LadderStepOpenAlready = "ladder_step_open_already",
    /// The step of the ladder is not open in this enrolment.
    LadderStepNotOpen = "ladder_step_not_open",
    /// The referral does not stand where this can follow: look at where it stands.
    ReferralStandsElsewhere = "referral_stands_elsewhere",
    /// The plan does not stand where this can follow: look at where it stands.
    PlanStandsElsewhere = "plan_stands_elsewhere",
    /// No such talk is booked, or it has been held.
    TalkNotBooked = "talk_not_booked",
    /// This needs a reason, in the note.
    ReasonMissing = "reason_missing",
    /// The text of this is never kept here: leave the note out.
    TextNotKeptHere = "text_not_kept_here",
    /// There is no report to the principal in this enrolment that this could report on.
    ReportMissing = "report_missing",
    /// The pupil is not known to be of full age, so there is nothing to consent to.
    NotOfAge = "not_of_age",
    /// This needs a consent that is not there.
    ConsentMissing = "consent_missing",
    /// There is no such thing in this form of school.
    OtherSchoolForm = "other_school_form",
    /// Two weeks of this term are sampled already: log the time without sampling the week.
    SampledWeeksFull = "sampled_weeks_full",
    /// By the link in a message this has been changed as often today as it may be. Tomorrow it may be again; staff can at any time.
    TooManyToday = "too_many_today",
    /// The disk is full. Nothing was written; reading goes on. Free space, then try again.
    DiskFull = "disk_full",
    /// The log has stopped writing after a failed write or sync. Whether the last change was kept is unknown: restart the service, then send the same command again.
    LogStopped = "log_stopped",
    /// The reading could not be put on record, so it is refused. Try again.
    TraceNotRecorded = "trace_not_recorded",
    /// The request asks for more than one request may: depth, aliases, fields or size.
    TooComplex = "too_complex",
    /// The request took too long.
    TimedOut = "timed_out",
    /// The request is not a GraphQL request that this service takes.
    BadRequest = "bad_request",
    /// No valid sign-in.
    Unauthenticated = "unauthenticated",
    /// A cursor is not one that this list gave.
    CursorInvalid = "cursor_invalid",
    /// Something is wrong in the service itself. The request id finds it in the log.
    Internal = "internal",
}

/// A command or reading that was not carried out. Carries no personal data: it may be logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[error("{}{}", .code.name(), .field.map(|field| format!(" ({field})")).unwrap_or_default())]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// Which input field, in the API's spelling, when one is to blame.
    pub field: Option<&'static str>,
}

impl Refusal {
    /// A refusal that no single field is to blame for.
    pub const fn new(code: Code) -> Self {
        Self { code, field: None }
    }

    /// A refusal that one field is to blame for.
    pub const fn at(code: Code, field: &'static str) -> Self {
        Self { code, field: Some(field) }
    }
}
