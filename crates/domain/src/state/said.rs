//! What was said in a case of guardians and of what protects the pupil, in the order recorded.
//!
//! An enrolment may turn out to have been none, long after, and several may, in any order. So what holds is not put back by hand: it
//! is told anew from what was said, by [`Safeguards`](super::Safeguards), each time that an enrolment is taken back.

use chrono::NaiveDate;

use crate::event::Work;
use crate::id::{EnrolmentId, GuardianId, SchoolId, StaffId};
use crate::state::safeguards::LinkedGuardian;
use crate::words::ProtectionLevel;

/// Something that was said in a case, and in which enrolment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub(super) enrolment: EnrolmentId,
    pub(super) what: What,
}

/// What was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// The pupil was enrolled at the school.
    Enrolled(SchoolId),
    /// The enrolment was none: the pupil never came.
    TakenBack,
    Linked(LinkedGuardian),
    Unlinked(GuardianId),
    /// The guardian may be told until the day, included.
    Consented(GuardianId, NaiveDate),
    ConsentWithdrawn(GuardianId),
    Begun(Guard, GuardianId),
    Ended(Guard, GuardianId),
    /// The pupil's identity is protected.
    Protected(ProtectionLevel),
    ProtectionEnded,
    /// The member of staff knows of the protected until the day, included.
    Named(StaffId, NaiveDate),
    Born(NaiveDate),
}

/// What keeps a guardian away, or their identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Guard {
    /// No contact with the pupil.
    Ban,
    /// The guardian is not told about the pupil.
    Withholding,
    /// The guardian's own identity is protected.
    Identity,
}

impl What {
    /// What a piece of work says of guardians and protection, when it does.
    pub(super) fn of(work: &Work) -> Option<Self> {
        if let Work::GuardianUnlinked { guardian } = work {
            Some(Self::Unlinked(*guardian))
        } else if let Work::ConsentGiven { guardian, last_day } = work {
            Some(Self::Consented(*guardian, *last_day))
        } else if let Work::ConsentWithdrawn { guardian } = work {
            Some(Self::ConsentWithdrawn(*guardian))
        } else if let Work::IdentityProtected { level } = work {
            Some(Self::Protected(*level))
        } else if let Work::IdentityProtectionEnded { .. } = work {
            Some(Self::ProtectionEnded)
        } else if let Work::StaffNamed { staff, last_day } = work {
            Some(Self::Named(*staff, *last_day))
        } else if let Work::BirthDateRecorded { born } = work {
            Some(Self::Born(*born))
        } else {
            Self::of_a_guard(work)
        }
    }

    fn of_a_guard(work: &Work) -> Option<Self> {
        if let Work::ContactBanned { guardian } = work {
            Some(Self::Begun(Guard::Ban, *guardian))
        } else if let Work::ContactBanLifted { guardian } = work {
            Some(Self::Ended(Guard::Ban, *guardian))
        } else if let Work::TellingWithheld { guardian } = work {
            Some(Self::Begun(Guard::Withholding, *guardian))
        } else if let Work::TellingResumed { guardian } = work {
            Some(Self::Ended(Guard::Withholding, *guardian))
        } else if let Work::GuardianProtected { guardian } = work {
            Some(Self::Begun(Guard::Identity, *guardian))
        } else if let Work::GuardianProtectionEnded { guardian } = work {
            Some(Self::Ended(Guard::Identity, *guardian))
        } else {
            None
        }
    }
}

/// Of which guardians something holds, each with the enrolment in which it was said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Guarded(Vec<(GuardianId, EnrolmentId)>);

impl Guarded {
    /// Whether it holds of the guardian.
    pub fn contains(&self, guardian: &GuardianId) -> bool {
        self.0.iter().any(|(guarded, _)| guarded == guardian)
    }

    /// Of whom it holds, each once, in the order said.
    pub fn iter(&self) -> impl Iterator<Item = GuardianId> {
        let first = |at: usize, guardian| self.0.iter().position(|(other, _)| *other == guardian) == Some(at);
        let all = self.0.iter().enumerate();
        all.filter(move |(at, (guardian, _))| first(*at, *guardian)).map(|(_, (guardian, _))| *guardian)
    }

    /// Whether it holds of nobody.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn begin(&mut self, said: (GuardianId, EnrolmentId)) {
        if !self.0.contains(&said) {
            self.0.push(said);
        }
    }

    pub(super) fn end(&mut self, guardian: GuardianId) {
        self.0.retain(|(guarded, _)| *guarded != guardian);
    }

    /// What was said in an enrolment that was none ends nothing that was said in another.
    pub(super) fn end_there(&mut self, said: (GuardianId, EnrolmentId)) {
        self.0.retain(|guarded| *guarded != said);
    }
}
