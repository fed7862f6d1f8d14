//! Entries of a case that are not there for everybody who sees the case: those about a guardian whose identity is protected.

use std::collections::BTreeSet;

use domain::access::{Subject, View, guardians_hidden_from};
use domain::actor::Actor;
use domain::event::work_rules::about_guardian;
use domain::event::{Event, EventKind};
use domain::id::PupilId;
use domain::projection::timeline::Entry;
use domain::recorded::Body;
use domain::refusal::Refusal;

use super::Reader;
use super::timeline::{Told, internal};
use crate::stored::decode;

impl Reader {
    /// Leaves out entries about a guardian who is not there for the actor, and what corrects them: before anything is counted
    /// or paged.
    pub(super) async fn leave_hidden_out(&self, pupil: PupilId, places: &mut Vec<Entry>) -> Result<(), Refusal> {
        let hides = match self.actor {
            Actor::Setup => false,
            Actor::Staff(staff) => guardians_hidden_from(&self.view.world, staff, pupil, self.today),
        };
        let concerned = |entry: &Entry| about_guardian(entry.kind) || entry.kind == EventKind::EntryCorrected;
        if !hides || !places.iter().any(concerned) {
            return Ok(());
        }
        let hidden = self.about_hidden_guardians(pupil).await?;
        places.retain(|entry| !hidden.contains(&entry.key.position));
        Ok(())
    }

    /// Positions of entries about protected guardians, in every enrolment, and of their corrections. Whom an entry is about
    /// stands in the log alone: few pupils have such a guardian, and then few entries are about guardians.
    async fn about_hidden_guardians(&self, pupil: PupilId) -> Result<BTreeSet<u64>, Refusal> {
        let Some(case) = self.view.world.case(pupil) else { return Ok(BTreeSet::new()) };
        let of = |enrolment| self.places(pupil, enrolment, View::ALL, (self.now(), Told::History));
        let mut places: Vec<Entry> = case.enrolments().flat_map(|enrolment| of(enrolment.id)).collect();
        places.retain(|entry| about_guardian(entry.kind));
        let mut hidden = BTreeSet::new();
        for (place, event) in places.iter().zip(&self.read(&places).await?) {
            let recorded = decode(event).map_err(internal)?;
            let guardian = match &recorded.body {
                Body::Known(Event::Pupil(event)) => event.guardian(),
                Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) | Body::Erased(_) => None,
            };
            if guardian.is_some_and(|guardian| self.view.world.guardian_protected(guardian)) {
                hidden.insert(place.key.position);
                hidden.extend(self.view.timeline.corrected(pupil, place.key.position, u64::MAX));
            }
        }
        Ok(hidden)
    }

    /// Whether what a review for secrecy decided is the actor's to see: the principal's, of the case or of the case that was left.
    pub(super) fn reviews(&self, pupil: PupilId) -> bool {
        self.decides(Subject::Readings(pupil)) || self.decides(Subject::FormerCase(pupil))
    }
}
