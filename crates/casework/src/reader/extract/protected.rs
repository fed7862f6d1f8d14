//! When the identity of a pupil's guardians was protected, also where that has ended: who reads an extract may be whom they were
//! protected from, and what was recorded meanwhile says where the guardian was to be found.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::access::View;
use domain::event::{Event, EventKind, PupilEvent, Work};
use domain::id::{GuardianId, PupilId};
use domain::projection::timeline::Entry;
use domain::recorded::{Body, Recorded};
use domain::refusal::Refusal;
use domain::state::CaseFacts;

use super::internal;
use crate::reader::Reader;
use crate::reader::timeline::Told;
use crate::stored::decode;

/// The times in which guardians of a pupil were protected.
pub(super) struct Protections(Vec<Time>);

struct Time {
    guardian: GuardianId,
    /// The pupil in whose case it was said.
    said_of: PupilId,
    from: (u64, DateTime<Utc>),
    /// `None`: it has not ended.
    until: Option<(u64, DateTime<Utc>)>,
}

impl Protections {
    /// Whether something about a guardian was recorded, or happened, while their identity was protected.
    pub(super) fn cover(&self, guardian: GuardianId, recorded: &Recorded) -> bool {
        let (position, happened) = (recorded.position, recorded.happened());
        let within = |time: &Time| {
            let (begun, since) = time.from;
            let (ended, until) = time.until.unwrap_or((u64::MAX, DateTime::<Utc>::MAX_UTC));
            begun < position && position < ended || since <= happened && happened < until
        };
        self.0.iter().any(|time| time.guardian == guardian && within(time))
    }
}

impl Reader {
    /// When each guardian of the pupil, also one of before, was protected: by what was said of the pupil, and of others who have
    /// the guardian or ever had them, whoever those are: all cases are looked through, for an extract is rare. Of the others nothing
    /// is told but that.
    pub(super) async fn protections(&self, pupil: PupilId, case: &CaseFacts) -> Result<Protections, Refusal> {
        let world = &self.view.world;
        let guardians: BTreeSet<GuardianId> = case.guardians_ever().collect();
        let shared = world.cases().filter(|(_, case)| case.guardians_ever().any(|one| guardians.contains(&one)));
        let said_of: BTreeSet<PupilId> = shared.map(|(child, _)| child).chain([pupil]).collect();
        let mut times: Vec<Time> = Vec::new();
        for said_of in said_of {
            let Some(case) = world.case(said_of) else { continue };
            let of = |enrolment| self.places(said_of, enrolment, View::ALL, (self.now(), Told::History));
            let mut places: Vec<Entry> = case.enrolments().flat_map(|enrolment| of(enrolment.id)).collect();
            places.retain(|entry| {
                matches!(entry.kind, EventKind::GuardianProtected | EventKind::GuardianProtectionEnded)
            });
            places.sort_unstable_by_key(|entry| entry.key.position);
            for event in &self.read(&places).await? {
                let recorded = decode(event).map_err(internal)?;
                let Body::Known(Event::Pupil(PupilEvent::Worked(worked))) = &recorded.body else { continue };
                let at = (recorded.position, recorded.happened());
                if let Work::GuardianProtected { guardian } = worked.work {
                    times.push(Time { guardian, said_of, from: at, until: None });
                } else if let Work::GuardianProtectionEnded { guardian } = worked.work {
                    let of_it = |time: &&mut Time| (time.guardian, time.said_of) == (guardian, said_of);
                    if let Some(time) = times.iter_mut().rev().find(of_it) {
                        time.until = Some(at);
                    }
                }
            }
        }
        Ok(Protections(times))
    }
}
