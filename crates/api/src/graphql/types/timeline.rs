//! A pupil's timeline: one entry for each event, with typed content.

mod attendance;
mod mentoring;

use async_graphql::{ID, Object, SimpleObject, Union};
use casework::answer;
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::Actor;
use domain::event::{Event, PupilEvent, pupil};
use domain::personal::Erasable;
use domain::recorded::Body;

use super::case_words::Household;
use super::connection::connection;
use super::pupil::Placement;
use super::words::{
    ContactChannel, ContactDirection, ContactOutcome, ContactTopic, EventKind, Guardianship, LeavingReason, Role,
};
use super::work::CaseWorkContent;
use super::{shown, shown_note};
use attendance::{AttendanceCorrected, AttendanceRegistered};
use mentoring::{AssignmentEnded, AssignmentHandedOver, CoverEnded, CoverStarted, MentorAssigned};

/// One line of a pupil's timeline.
pub(crate) struct TimelineEntry(pub(crate) answer::TimelineEntry);

/// One line of a pupil's timeline.
#[Object]
impl TimelineEntry {
    /// The event's id.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its place in the log, as text: give it to a subscription as `after`.
    async fn position(&self) -> String {
        self.0.position.to_string()
    }

    /// What kind of event it is; known even when its content has been erased.
    async fn kind(&self) -> EventKind {
        match &self.0.body {
            Body::Known(event) => event.kind().into(),
            Body::Erased(kind) => (*kind).into(),
        }
    }

    /// When it happened, by the person's word; null when it has been erased.
    async fn occurred_at(&self) -> Option<DateTime<Utc>> {
        self.0.occurred
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded
    }

    /// Who did it; null: the program's own set-up.
    async fn actor(&self) -> Option<TimelineActor> {
        match self.0.actor {
            Actor::Staff(staff) => {
                Some(TimelineActor { id: staff.to_string().into(), name: self.0.actor_name.as_ref().map(shown) })
            }
            Actor::Setup => None,
        }
    }

    /// In which role they did it; null: the program's own set-up.
    async fn role(&self) -> Option<Role> {
        self.0.role.map(Into::into)
    }

    /// Whether its content has been erased (gallrat).
    async fn erased(&self) -> bool {
        matches!(self.0.body, Body::Erased(_))
    }

    /// Whether there is a note that is restricted (skyddad anteckning): open it with openNote, which is put on record.
    async fn note_restricted(&self) -> bool {
        self.0.note_restricted
    }

    /// Whether it has been corrected (rättad): then it counts no longer, and stands in the history only; or, in the history, whether
    /// it tells a day of the enrolment as it was recorded, which has been put right since.
    async fn corrected(&self) -> bool {
        self.0.corrected
    }

    /// What happened; null when it has been erased.
    async fn content(&self) -> Option<TimelineContent> {
        match &self.0.body {
            Body::Known(event) => content(event),
            Body::Erased(_) => None,
        }
    }
}

connection!(
    /// A pupil's timeline, in pages.
    TimelineEntryConnection,
    /// An entry's place in the timeline.
    TimelineEntryEdge,
    TimelineEntry
);
pub(crate) use TimelineEntryConnection as TimelineConnection;

/// Who did something that stands in a timeline.
#[derive(SimpleObject)]
pub(crate) struct TimelineActor {
    /// The person's id.
    id: ID,
    /// The person's name, where it may be shown.
    name: Option<String>,
}

/// What happened, one type for each kind of event in a pupil's stream.
#[derive(Union)]
pub(crate) enum TimelineContent {
    /// Enrolled.
    Enrolled(PupilEnrolled),
    /// Moved class.
    MovedClass(PupilMovedClass),
    /// Left.
    Left(PupilLeft),
    /// Guardian linked.
    GuardianLinked(GuardianLinked),
    /// Mentor assigned.
    MentorAssigned(MentorAssigned),
    /// Assignment ended.
    AssignmentEnded(AssignmentEnded),
    /// Assignment handed over.
    AssignmentHandedOver(AssignmentHandedOver),
    /// Cover started.
    CoverStarted(CoverStarted),
    /// Cover ended.
    CoverEnded(CoverEnded),
    /// Guardian contacted.
    GuardianContacted(GuardianContacted),
    /// Attendance registered.
    AttendanceRegistered(AttendanceRegistered),
    /// Attendance corrected.
    AttendanceCorrected(AttendanceCorrected),
    /// An entry corrected.
    EntryCorrected(EntryCorrected),
    /// The name corrected.
    NameCorrected(PupilNameCorrected),
    /// The enrolment's days corrected.
    DaysCorrected(EnrolmentDaysCorrected),
    /// Work in the case.
    #[graphql(flatten)]
    Worked(CaseWorkContent),
}

/// What an event says. Events of other streams do not stand in a pupil's timeline.
fn content(event: &Event) -> Option<TimelineContent> {
    match event {
        Event::Pupil(event) => Some(pupil_content(event)),
        Event::School(_) | Event::Staff(_) | Event::Guardian(_) => None,
    }
}

fn pupil_content(event: &PupilEvent) -> TimelineContent {
    match event {
        PupilEvent::Enrolled(event) => TimelineContent::Enrolled(event.into()),
        PupilEvent::MovedClass(event) => TimelineContent::MovedClass(event.into()),
        PupilEvent::Left(event) => TimelineContent::Left(event.into()),
        PupilEvent::GuardianLinked(event) => TimelineContent::GuardianLinked(event.into()),
        PupilEvent::MentorAssigned(event) => TimelineContent::MentorAssigned(event.into()),
        PupilEvent::AssignmentEnded(event) => TimelineContent::AssignmentEnded(event.into()),
        PupilEvent::AssignmentHandedOver(event) => TimelineContent::AssignmentHandedOver(event.into()),
        PupilEvent::CoverStarted(event) => TimelineContent::CoverStarted(event.into()),
        PupilEvent::CoverEnded(event) => TimelineContent::CoverEnded(event.into()),
        PupilEvent::GuardianContacted(event) => TimelineContent::GuardianContacted(event.into()),
        PupilEvent::AttendanceRegistered(event) => TimelineContent::AttendanceRegistered(event.into()),
        PupilEvent::AttendanceCorrected(event) => TimelineContent::AttendanceCorrected(event.into()),
        PupilEvent::Worked(event) => TimelineContent::Worked(event.into()),
        PupilEvent::EntryCorrected(event) => TimelineContent::EntryCorrected(event.into()),
        PupilEvent::NameCorrected(event) => TimelineContent::NameCorrected(event.into()),
        PupilEvent::DaysCorrected(event) => TimelineContent::DaysCorrected(event.into()),
    }
}

/// An entry was corrected (uppgift rättad): it counts nowhere any longer. Stands in the history.
#[derive(SimpleObject)]
pub(crate) struct EntryCorrected {
    /// The entry's id.
    of: ID,
    /// What kind of entry it was.
    kind: EventKind,
    /// Why; a restricted note.
    note: Option<String>,
    /// Whether the reason has been erased (gallrad), for it is kept for a time of its own.
    note_erased: bool,
}

impl From<&pupil::EntryCorrected> for EntryCorrected {
    fn from(event: &pupil::EntryCorrected) -> Self {
        Self {
            of: event.of.to_string().into(),
            kind: event.kind.into(),
            note: event.note.as_ref().and_then(Erasable::present).map(shown_note),
            note_erased: matches!(event.note, Some(Erasable::Erased)),
        }
    }
}

/// The pupil's name was put right (namn rättat): it counts from the first day of the enrolment on. Stands in the history.
#[derive(SimpleObject)]
pub(crate) struct PupilNameCorrected {
    /// The name as it should have been; null when it has been erased (gallrat).
    name: Option<String>,
    /// The name as it stood; null when it has been erased.
    instead_of: Option<String>,
}

impl From<&pupil::PupilNameCorrected> for PupilNameCorrected {
    fn from(event: &pupil::PupilNameCorrected) -> Self {
        Self { name: event.name.present().map(shown), instead_of: event.instead_of.present().map(shown) }
    }
}

/// The days of an enrolment.
#[derive(SimpleObject)]
pub(crate) struct EnrolmentDays {
    /// First day.
    since: NaiveDate,
    /// Last day, included; null while it lasts.
    last_day: Option<NaiveDate>,
}

impl From<pupil::EnrolmentDays> for EnrolmentDays {
    fn from(days: pupil::EnrolmentDays) -> Self {
        Self { since: days.from, last_day: days.last_day }
    }
}

/// An enrolment's first or last day was put right (in- eller utskrivningsdag rättad): it counts from the beginning. Stands in the
/// history.
#[derive(SimpleObject)]
pub(crate) struct EnrolmentDaysCorrected {
    /// The days as they should have been; null: the pupil never came.
    right_days: Option<EnrolmentDays>,
    /// The days as they stood.
    wrong_days: EnrolmentDays,
    /// Why; a restricted note.
    note: Option<String>,
    /// Whether the reason has been erased (gallrad), for it is kept for a time of its own.
    note_erased: bool,
}

impl From<&pupil::EnrolmentDaysCorrected> for EnrolmentDaysCorrected {
    fn from(event: &pupil::EnrolmentDaysCorrected) -> Self {
        Self {
            right_days: event.days.map(Into::into),
            wrong_days: event.instead_of.into(),
            note: event.note.as_ref().and_then(Erasable::present).map(shown_note),
            note_erased: matches!(event.note, Some(Erasable::Erased)),
        }
    }
}

/// A pupil was enrolled (inskriven).
#[derive(SimpleObject)]
pub(crate) struct PupilEnrolled {
    /// The school unit's id.
    school_id: ID,
    /// Class, grade and programme.
    placement: Placement,
    /// First day.
    since: NaiveDate,
}

impl From<&pupil::PupilEnrolled> for PupilEnrolled {
    fn from(event: &pupil::PupilEnrolled) -> Self {
        Self { school_id: event.school.to_string().into(), placement: (&event.placement).into(), since: event.from }
    }
}

/// A pupil moved to another class (bytt klass).
#[derive(SimpleObject)]
pub(crate) struct PupilMovedClass {
    /// Class, grade and programme from then on.
    placement: Placement,
    /// First day there.
    since: NaiveDate,
}

impl From<&pupil::PupilMovedClass> for PupilMovedClass {
    fn from(event: &pupil::PupilMovedClass) -> Self {
        Self { placement: (&event.placement).into(), since: event.from }
    }
}

/// A pupil left (utskriven).
#[derive(SimpleObject)]
pub(crate) struct PupilLeft {
    /// Why.
    leaving_reason: LeavingReason,
    /// Last day, included.
    last_day: NaiveDate,
    /// Where the pupil goes on; null when it is not known.
    destination: Option<String>,
}

impl From<&pupil::PupilLeft> for PupilLeft {
    fn from(event: &pupil::PupilLeft) -> Self {
        let destination = event.destination.as_ref().map(|place| place.as_str().to_owned());
        Self { leaving_reason: event.reason.into(), last_day: event.last_day, destination }
    }
}

/// A guardian was linked to the pupil (vårdnadshavare kopplad).
#[derive(SimpleObject)]
pub(crate) struct GuardianLinked {
    /// The guardian's id.
    guardian_id: ID,
    /// What they are to the pupil.
    guardianship: Guardianship,
    /// How the pupil lives with them; null when it is not known.
    household: Option<Household>,
}

impl From<&pupil::GuardianLinked> for GuardianLinked {
    fn from(event: &pupil::GuardianLinked) -> Self {
        let household = event.household.map(Into::into);
        Self { guardian_id: event.guardian.to_string().into(), guardianship: event.guardianship.into(), household }
    }
}

/// A guardian was contacted (vårdnadshavarkontakt).
#[derive(SimpleObject)]
pub(crate) struct GuardianContacted {
    /// The guardian's id.
    guardian_id: ID,
    /// How.
    channel: ContactChannel,
    /// Who took the contact.
    direction: ContactDirection,
    /// What came of it.
    outcome: ContactOutcome,
    /// About what.
    topic: ContactTopic,
    /// How many minutes it took, when it was noted.
    minutes: Option<i32>,
    /// Free text, when there is one that has not been erased.
    note: Option<String>,
    /// Whether there was a note that has been erased (gallrad), for it is kept for a time of its own.
    note_erased: bool,
}

impl From<&pupil::GuardianContacted> for GuardianContacted {
    fn from(event: &pupil::GuardianContacted) -> Self {
        Self {
            guardian_id: event.guardian.to_string().into(),
            channel: event.channel.into(),
            direction: event.direction.into(),
            outcome: event.outcome.into(),
            topic: event.topic.into(),
            minutes: event.minutes.map(|minutes| i32::from(minutes.0)),
            note: event.note.as_ref().and_then(Erasable::present).map(shown_note),
            note_erased: matches!(event.note, Some(Erasable::Erased)),
        }
    }
}
