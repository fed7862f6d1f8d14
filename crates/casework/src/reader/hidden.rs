//! Entries of a case that are not there for everybody who sees the case: those about a guardian whose identity is protected, and
//! what another team was asked about.

use std::collections::BTreeSet;

use domain::access::{Part, Subject, View, guardians_hidden_from, part, teams_hidden_from};
use domain::actor::Actor;
use domain::event::work_rules::about_guardian;
use domain::event::{Event, EventKind, PupilEvent};
use domain::id::PupilId;
use domain::projection::timeline::Entry;
use domain::recorded::Body;
use domain::refusal::Refusal;

use super::Reader;
use super::timeline::{Told, internal};
use crate::stored::decode;

impl Reader {
    /// Leaves out entries about a guardian who is not there for the actor, what corrects them, and what another team was asked
    /// about: before anything is counted or paged.
    pub(super) async fn leave_hidden_out(&self, pupil: PupilId, places: &mut Vec<Entry>) -> Result<(), Refusal> {
        self.leave_other_teams_out(pupil, places).await?;
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

    /// Leaves out what another team was asked about than the actor's, whatever came of it.
    async fn leave_other_teams_out(&self, pupil: PupilId, places: &mut Vec<Entry>) -> Result<(), Refusal> {
        let hidden = match self.actor {
            Actor::Setup => Vec::new(),
            Actor::Staff(staff) => teams_hidden_from(&self.view.world, staff, pupil, self.today),
        };
        let Some(case) = self.view.world.case(pupil).filter(|_| !hidden.is_empty()) else { return Ok(()) };
        let concerned: Vec<Entry> =
            places.iter().filter(|entry| part(entry.kind) == Some(Part::Referrals)).copied().collect();
        let mut others = BTreeSet::new();
        for (place, event) in concerned.iter().zip(&self.read(&concerned).await?) {
            let recorded = decode(event).map_err(internal)?;
            // What has been erased tells of no team: it is left out.
            let team = if let Body::Known(Event::Pupil(PupilEvent::Worked(work))) = &recorded.body {
                case.opened.team_of(&work.work)
            } else {
                None
            };
            if team.is_none_or(|team| hidden.contains(&team)) {
                others.insert(place.key.position);
            }
        }
        places.retain(|entry| !others.contains(&entry.key.position));
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
        let answers = |school| self.decides(Subject::Records(pupil, school));
        self.present_school(pupil).is_some_and(answers) || self.decides(Subject::FormerCase(pupil))
    }
}
