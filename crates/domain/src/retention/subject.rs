//! Whose records: a pupil's, a guardian's or a member of staff's. A key is for one of them.

use std::fmt;
use std::str::FromStr;

use crate::id::{GuardianId, NotAnId, PupilId, StaffId};
use crate::laid::{Bytes, Laid};
use crate::words::RetentionClass;

/// Whose records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A pupil's (elev).
    Pupil(PupilId),
    /// A guardian's (vårdnadshavare).
    Guardian(GuardianId),
    /// A member of staff's (personal).
    Staff(StaffId),
}

/// Stands for whose records they are where they are nobody's: traces. An id that no pupil has.
pub const NOBODY: Subject = Subject::Pupil(PupilId::from_bits([0; 16]));

impl Subject {
    /// Whose records of a class are: the class says of which kind, the bits who.
    pub const fn of(class: RetentionClass, bits: [u8; 16]) -> Self {
        match class {
            RetentionClass::Identity
            | RetentionClass::Enrolment
            | RetentionClass::Caseload
            | RetentionClass::Contact
            | RetentionClass::Note
            | RetentionClass::Attendance
            | RetentionClass::Ladder
            | RetentionClass::Referral
            | RetentionClass::Support
            | RetentionClass::Safety
            | RetentionClass::External
            | RetentionClass::Trace => Self::Pupil(PupilId::from_bits(bits)),
            RetentionClass::Message | RetentionClass::Guardian => Self::Guardian(GuardianId::from_bits(bits)),
            RetentionClass::Staff | RetentionClass::WorkingTime => Self::Staff(StaffId::from_bits(bits)),
        }
    }

    /// Of which kind: the name of a field.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Pupil(_) => "pupil",
            Self::Guardian(_) => "guardian",
            Self::Staff(_) => "staff",
        }
    }

    /// The bits of the id, which its keys are named by.
    pub const fn bits(self) -> [u8; 16] {
        match self {
            Self::Pupil(id) => id.bits(),
            Self::Guardian(id) => id.bits(),
            Self::Staff(id) => id.bits(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pupil(id) => id.fmt(formatter),
            Self::Guardian(id) => id.fmt(formatter),
            Self::Staff(id) => id.fmt(formatter),
        }
    }
}

impl FromStr for Subject {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let guardian = || text.parse().map(Self::Guardian);
        let staff = || text.parse().map(Self::Staff);
        guardian().or_else(|_| staff()).or_else(|_| text.parse().map(Self::Pupil))
    }
}

impl Laid for Subject {
    fn lay(&self, out: &mut Vec<u8>) {
        let kind: u8 = match self {
            Self::Pupil(_) => 0,
            Self::Guardian(_) => 1,
            Self::Staff(_) => 2,
        };
        (kind, self.bits()).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let kind = u8::pick(from)?;
        let bits = from.array()?;
        match kind {
            0 => Some(Self::Pupil(PupilId::from_bits(bits))),
            1 => Some(Self::Guardian(GuardianId::from_bits(bits))),
            2 => Some(Self::Staff(StaffId::from_bits(bits))),
            _ => None,
        }
    }
}
