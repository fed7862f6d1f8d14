//! Who is shown what as a guardian: by a link that was sent to them, never by a sign-in.

use chrono::NaiveDate;

use super::View;
use super::seeing::Access;
use crate::digest::may_be_told;
use crate::id::{GuardianId, PupilId};
use crate::state::World;

/// What a guardian asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GuardianAsks {
    /// What is written to a guardian, and in which language and how often: their own wishes, and nothing of a pupil.
    Wishes(GuardianId),
    /// To be told of a pupil: what a message says, never the case.
    ToBeTold(PupilId),
    /// A pupil's case: nothing in it is a guardian's to see here.
    Case(PupilId),
}

/// Whether the guardian may, today. Their own wishes alone, while there is a pupil of whom they may be told: from the 18th
/// birthday on, 00:00 in Sweden, only by the pupil's own consent. Nothing is told of a pupil when anybody
/// involved has a protected identity, the pupil or any guardian. To be let alone is always theirs: a stop asks nothing.
pub fn guardian_may(world: &World, guardian: GuardianId, asks: GuardianAsks, today: NaiveDate) -> Access {
    let told = |pupil: PupilId| {
        let case = world.case(pupil).filter(|case| !world.involves_protected(case));
        case.is_some_and(|case| may_be_told(case, guardian, today).is_ok())
    };
    let known = world.guardian(guardian).is_some();
    let may = match asks {
        GuardianAsks::Wishes(of) => {
            known && of == guardian && world.children_of(guardian).iter().any(|pupil| told(*pupil))
        }
        GuardianAsks::ToBeTold(pupil) => known && told(pupil),
        GuardianAsks::Case(_) => false,
    };
    if may { Access::Granted(None, View::NOTHING) } else { Access::Refused }
}
