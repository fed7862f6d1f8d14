//! How a refusal looks in an answer: one list of codes, a text in the asker's language, and never a cause from inside.

use async_graphql::{Context, Enum, Error, ErrorExtensions, SimpleObject};
use domain::refusal::{Code, Refusal};

use super::catalogue::{Language, refusal_text, text_with};
use super::session::session;

/// A stable error code: the same names stand in `extensions.code` of errors and in `UserError`. All are explained in
/// `schema/codes.md`.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "Code", rename_items = "snake_case")]
pub(crate) enum ErrorCode {
    /// No such thing, or no right to it: the two are not told apart.
    NotFound,
    /// A value is missing or not valid; `field` names it.
    InvalidInput,
    /// The actor may not do this kind of thing at all, whatever it is done to.
    NotAllowed,
    /// The command id has been used for another content or by another person. Nothing was written; use a new id.
    CommandConflict,
    /// The command id is not a UUID of version 7.
    CommandIdInvalid,
    /// The command id is older than 90 days. Look whether it was carried out, then use a new id.
    CommandIdTooOld,
    /// The command id lies in the future: the client's clock is wrong.
    CommandIdInFuture,
    /// Others changed the same thing meanwhile, several times over. Try again.
    Busy,
    /// The date or time is in the future.
    InTheFuture,
    /// The date lies outside what it must belong to: an enrolment, an assignment or a school year.
    OutsidePeriod,
    /// What ends something, or goes on with it, is said to have happened before it began.
    BeforeItBegan,
    /// A day of publication is adopted two weeks ahead or more.
    PublicationTooSoon,
    /// The term's day of publication is near or has come, and stands.
    PublicationFixed,
    /// Two publications of a school lie four weeks apart or more.
    PublicationTooClose,
    /// The week of the term's publication is over: adopt another day.
    PublicationMissed,
    /// Who somebody was is erased only together with everything else that is kept of them.
    GoesLast,
    /// This code of a school is taken.
    SchoolCodeTaken,
    /// The school year's terms overlap, stand in the wrong order or lie outside the year.
    SchoolYearInvalid,
    /// The role has been granted already.
    RoleAlreadyGranted,
    /// The person does not hold the role that this needs, at this school.
    RoleMissing,
    /// The principal does not answer for this pupil on that day.
    PrincipalNotResponsible,
    /// The pupil is enrolled already.
    AlreadyEnrolled,
    /// The pupil is not enrolled.
    NotEnrolled,
    /// The pupil's grade is not taught at the school.
    GradeNotTaught,
    /// The guardian is linked to the pupil already.
    GuardianAlreadyLinked,
    /// The guardian is not linked to the pupil.
    GuardianNotLinked,
    /// The pupil has a main mentor already: end that assignment first.
    PrimaryMentorExists,
    /// The mentor has this pupil already.
    MentorAlreadyAssigned,
    /// The assignment has ended already.
    AssignmentEnded,
    /// Nobody of that name stands in for this assignment so long.
    CoverNotFound,
    /// It is so already.
    AlreadySo,
    /// It is not so, so there is nothing to end.
    NotSo,
    /// There is no such decision in this enrolment.
    DecisionNotFound,
    /// No such offer is open.
    OfferNotOpen,
    /// This follows on what is open in one case: log it for one pupil at a time.
    NotForSeveral,
    /// This is changed by what follows on it, not by a correction: close it, take it back or lift it.
    NotCorrectable,
    /// Attendance of that day is registered already: correct it instead.
    AttendanceAlreadyRegistered,
    /// Attendance of that day is not registered, so there is nothing to correct.
    AttendanceNotRegistered,
    /// The days are empty, not in order, or one stands twice.
    AttendanceDaysInvalid,
    /// The step is open already, or a higher one is: close that first.
    LadderStepOpenAlready,
    /// The step of the ladder is not open in this enrolment.
    LadderStepNotOpen,
    /// The referral does not stand where this can follow: look at where it stands.
    ReferralStandsElsewhere,
    /// The plan does not stand where this can follow: look at where it stands.
    PlanStandsElsewhere,
    /// No such talk is booked, or it has been held.
    TalkNotBooked,
    /// This needs a reason, in the note.
    ReasonMissing,
    /// The text of this is never kept here: leave the note out.
    TextNotKeptHere,
    /// There is no report to the principal in this enrolment that this could report on.
    ReportMissing,
    /// The pupil is not known to be of full age, so there is nothing to consent to.
    NotOfAge,
    /// This needs a consent that is not there.
    ConsentMissing,
    /// There is no such thing in this form of school.
    OtherSchoolForm,
    /// Two weeks of this term are sampled already: log the time without sampling the week.
    SampledWeeksFull,
    /// By the link in a message this has been changed as often today as it may be. Tomorrow it may be again; staff can at any time.
    TooManyToday,
    /// The disk is full. Nothing was written; reading goes on.
    DiskFull,
    /// The log has stopped writing. Restart the service, then send the same command again.
    LogStopped,
    /// The reading could not be put on record, so it is refused. Try again.
    TraceNotRecorded,
    /// The request asks for more than one request may: depth, aliases, fields or size.
    TooComplex,
    /// The request took too long. A command may still be carried out: send it again with the same id.
    TimedOut,
    /// The request is not a GraphQL request that this service takes.
    BadRequest,
    /// No valid sign-in.
    Unauthenticated,
    /// A cursor is not one that this list gave.
    CursorInvalid,
    /// Something is wrong in the service itself. The request id finds it in the log.
    Internal,
}

/// Why a command was not carried out.
#[derive(SimpleObject, Clone, Debug)]
pub(crate) struct UserError {
    /// The stable code, for programs.
    code: ErrorCode,
    /// The input field to blame, as it is spelled in the input, when there is one.
    field: Option<String>,
    /// The text for people, in the request's language (Accept-Language: sv or en).
    message: String,
}

impl UserError {
    /// The refusal, told in this language.
    pub(crate) fn new(refusal: Refusal, language: Language) -> Self {
        Self { code: refusal.code.into(), field: refusal.field.map(str::to_owned), message: message(refusal, language) }
    }
}

/// The text of a refusal; names the field when one is to blame.
pub(crate) fn message(refusal: Refusal, language: Language) -> String {
    let text = refusal_text(language, refusal.code);
    match refusal.field {
        Some(field) => text_with(language, "error-with-field", "field", field)
            .map_or_else(|| text.clone(), |suffix| format!("{text} {suffix}")),
        None => text,
    }
}

/// The refusal as an error of GraphQL's, with its code and field in `extensions`.
pub(crate) fn graphql_error(refusal: Refusal, language: Language) -> Error {
    Error::new(message(refusal, language)).extend_with(|_, extensions| {
        extensions.set("code", refusal.code.name());
        if let Some(field) = refusal.field {
            extensions.set("field", field);
        }
    })
}

/// Turns refusals into errors inside resolvers.
pub(crate) trait OrRefused<T> {
    /// The value, or the refusal told in the request's language.
    fn or_refused(self, context: &Context<'_>) -> Result<T, Error>;
}

impl<T> OrRefused<T> for Result<T, Refusal> {
    fn or_refused(self, context: &Context<'_>) -> Result<T, Error> {
        self.map_err(|refusal| match session(context) {
            Ok(session) => graphql_error(refusal, session.language),
            Err(error) => error,
        })
    }
}
