//! Guardians and whose they are.

use super::{Draft, Ruling, enrolment, refuse};
use crate::command::GuardianChoice;
use crate::event::guardian::{GuardianCorrected, GuardianRegistered};
use crate::event::pupil::{GuardianLinked, Guardianship};
use crate::event::{GuardianEvent, PupilEvent};
use crate::id::{GuardianId, PupilId};
use crate::personal::Personal;
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::words::{ContactDetail, Household, Name};

/// A guardian who is not known yet is registered and linked in one decision, in two streams.
pub(super) fn link(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    choice: &GuardianChoice,
    (guardianship, household): (Guardianship, Option<Household>),
) -> Ruling {
    let enrolment = enrolment::lasting(draft, pupil)?.id;
    let guardian = match choice {
        GuardianChoice::Known(guardian) => {
            if draft.world.guardian(*guardian).is_none() {
                return refuse(Code::NotFound, "guardian");
            }
            if draft.case(pupil)?.has_guardian(*guardian) {
                return refuse(Code::GuardianAlreadyLinked, "guardian");
            }
            *guardian
        }
        GuardianChoice::New { name, phone, email } => {
            let guardian = GuardianId::fresh(draft.ids);
            let stream = StreamRef::Guardian(guardian);
            draft.rests_on(stream);
            let registered = GuardianRegistered { name: name.clone(), phone: phone.clone(), email: email.clone() };
            draft.happens(stream, GuardianEvent::Registered(registered));
            guardian
        }
    };
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let linked = GuardianLinked { enrolment, guardian, guardianship, household };
    draft.happens(stream, PupilEvent::GuardianLinked(linked));
    Ok(())
}

/// Something is put right: a name that is another than the one known, or a number. The number itself is kept nowhere to compare with.
pub(super) fn correct(
    draft: &mut Draft<'_>,
    guardian: GuardianId,
    (name, phone): (&Option<Personal<Name>>, &Option<Personal<ContactDetail>>),
) -> Ruling {
    let Some(known) = draft.world.guardian(guardian) else {
        return refuse(Code::NotFound, "guardian");
    };
    let name = name.clone().filter(|name| *name != known.name);
    if name.is_none() && phone.is_none() {
        return refuse(Code::AlreadySo, "name");
    }
    let stream = StreamRef::Guardian(guardian);
    draft.rests_on(stream);
    draft.happens(stream, GuardianEvent::Corrected(GuardianCorrected { name, phone: phone.clone() }));
    Ok(())
}
