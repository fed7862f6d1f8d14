//! A guardian, and what is written to them, as those see it who have one of the guardian's pupils.

use domain::access::View;
use domain::actor::Actor;
use domain::id::{GuardianId, PupilId};

use super::{Reader, Seen};
use crate::answer::{GuardianCard, Unreachable};
use crate::post::{PostFacts, SeenPreview};

impl Reader {
    /// One guardian; `None`: no such guardian, or none of the guardian's pupils is the actor's.
    pub fn guardian(&self, guardian: GuardianId) -> Option<Seen<GuardianCard>> {
        let own = self.own_children(guardian);
        let known = self.view.world.guardian(guardian).filter(|_| !own.is_empty());
        let Some(known) = known else {
            self.ledger.refuse(guardian.to_string());
            return None;
        };
        for pupil in own {
            self.ledger.show(pupil);
        }
        let card = GuardianCard { id: guardian, name: known.name.clone(), outbox: (*known.outbox).clone() };
        Some(Seen(card))
    }

    /// What the guardian would be sent today, or why nothing would be. Only for those who have every one of the guardian's
    /// pupils: it tells of all of them.
    pub fn digest_preview(&self, guardian: GuardianId) -> Option<SeenPreview> {
        let children = self.view.world.children_of(guardian);
        let own = self.own_children(guardian);
        if own.is_empty() || own.len() != children.len() {
            self.ledger.refuse(guardian.to_string());
            return None;
        }
        for pupil in own {
            self.ledger.show(pupil);
        }
        let letter = PostFacts::new(self.view.clone()).preview(guardian, self.today);
        Some(Seen(letter.map_err(|not| not.reason)))
    }

    /// Guardians of the actor's own pupils to whom no mail can go: no address, or one that came back.
    pub fn unreachable_guardians(&self) -> Seen<Vec<Unreachable>> {
        let Actor::Staff(staff) = self.actor else { return Seen(Vec::new()) };
        let mut found = Vec::new();
        for held in self.view.caseload.of_mentor(staff, self.now()) {
            if self.view_of(held.pupil) != View::ALL {
                continue;
            }
            let case = self.view.world.case(held.pupil);
            let linked = case.into_iter().flat_map(|case| &case.guardians);
            for guardian in linked.map(|linked| linked.guardian) {
                let known = self.view.world.guardian(guardian);
                let Some(known) = known.filter(|_| !self.guardian_hidden(guardian, held.pupil)) else { continue };
                if known.outbox.address.is_none() || known.outbox.bounced {
                    self.ledger.show(held.pupil);
                    let card = GuardianCard { id: guardian, name: known.name.clone(), outbox: (*known.outbox).clone() };
                    found.push(Unreachable { pupil: held.pupil, guardian: card });
                }
            }
        }
        Seen(found)
    }

    fn own_children(&self, guardian: GuardianId) -> Vec<PupilId> {
        let children = self.view.world.children_of(guardian).iter().copied();
        let knows = |pupil: &PupilId| self.view_of(*pupil) == View::ALL && !self.guardian_hidden(guardian, *pupil);
        children.filter(knows).collect()
    }
}
