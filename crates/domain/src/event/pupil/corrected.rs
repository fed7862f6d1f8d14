//! What is put right in a case (article 16 of the GDPR).

use chrono::NaiveDate;

use crate::event::EventKind;
use crate::id::{EnrolmentId, EventId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::words::{Name, Note};

/// An entry was corrected (uppgift rättad): what it says is not so, or not about this pupil. It counts nowhere from then
/// on, and stands in the history with the reason. What is so instead is logged anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryCorrected {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The event that is corrected.
    pub of: EventId,
    /// Its position in the log.
    pub position: u64,
    /// Its kind: the correction is kept as long as such an entry.
    pub kind: EventKind,
    /// The member of staff who made it.
    pub author: Option<StaffId>,
    /// Why, sealed by itself and kept for a time of its own.
    pub note: Option<Erasable<Personal<Note>>>,
}

/// A misspelled name of the pupil's was put right (namn rättat). It counts from the first day of the enrolment on, as if it had
/// been spelled so from the beginning. A name that the pupil has taken since is told in the same way: the school knows a pupil by
/// one name. Both spellings are sealed as the first one was, and erased with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilNameCorrected {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The name as it should have been.
    pub name: Erasable<Personal<Name>>,
    /// The name as it stood, for those who may see the history.
    pub instead_of: Erasable<Personal<Name>>,
}

/// The days of an enrolment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnrolmentDays {
    /// First day.
    pub from: NaiveDate,
    /// Last day, included; `None` while it lasts.
    pub last_day: Option<NaiveDate>,
}

impl EnrolmentDays {
    /// The latest day that is known of it.
    fn latest(self) -> NaiveDate {
        self.last_day.map_or(self.from, |last_day| last_day.max(self.from))
    }
}

/// A wrong first or last day of an enrolment was put right (in- eller utskrivningsdag rättad), or an enrolment or a leaving that was
/// none was taken back (in- eller utskrivning återtagen). It counts from the first day on, as if
/// it had been recorded so from the beginning: what was recorded of the first day, and what ended with the last, goes with it; what
/// was registered of days that are outside by it counts in no figure, and stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnrolmentDaysCorrected {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The days as they should have been: without a last day the pupil has not left. `None`: the pupil never came.
    pub days: Option<EnrolmentDays>,
    /// The days as they stood, for those who may see the history.
    pub instead_of: EnrolmentDays,
    /// Why, sealed by itself and kept for a time of its own.
    pub note: Option<Erasable<Personal<Note>>>,
}

impl EnrolmentDaysCorrected {
    /// The latest day that is known of the enrolment, by it or as it stood.
    pub(super) fn latest(&self) -> NaiveDate {
        let stood = self.instead_of.latest();
        self.days.map_or(stood, |days| days.latest().max(stood))
    }

    /// Whether it takes the leaving back: the pupil has not left.
    pub(crate) fn takes_leaving_back(&self) -> bool {
        self.instead_of.last_day.is_some() && self.days.is_some_and(|days| days.last_day.is_none())
    }
}
