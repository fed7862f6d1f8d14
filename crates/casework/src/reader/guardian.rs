//! A guardian, and what is written to them, as those see it who have one of the guardian's pupils.

use chrono::{NaiveDate, NaiveTime};
use domain::access::View;
use domain::actor::Actor;
use domain::event::guardian::GuardianCorrected;
use domain::event::{Event, GuardianEvent};
use domain::id::{GuardianId, PupilId};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::reach::{looked_after, to_be_phoned, unreachable};
use domain::recorded::{Body, Recorded};
use domain::refusal::{Code, Refusal};
use domain::state::Outbox;
use domain::words::Name;
use storage::Position;

use super::timeline::internal;
use super::{Reader, Seen};
use crate::answer::{GuardianCard, GuardianCorrection, ToBePhoned, Unreachable};
use crate::post::{PostFacts, SeenPreview};
use crate::stored::decode;

/// How far from today a day may lie for which it is asked what would be sent.
const MOST_DAYS_AWAY: i64 = 366;

impl Reader {
    /// One guardian; `None`: no such guardian, or none of the guardian's pupils is the actor's.
    pub fn guardian(&self, guardian: GuardianId) -> Option<Seen<GuardianCard>> {
        let own = self.own_children(guardian);
        let Some(card) = self.guardian_card(guardian).filter(|_| !own.is_empty()) else {
            self.ledger.refuse(guardian.to_string());
            return None;
        };
        for pupil in own {
            self.ledger.show(pupil);
        }
        Some(Seen(card))
    }

    /// The same as of a past day: from those of the guardian's events that had happened by then and were known, read from the
    /// log. `None` also where the guardian was not known then.
    pub async fn guardian_as_of(&self, guardian: GuardianId, at: AsOf) -> Result<Option<Seen<GuardianCard>>, Refusal> {
        let Some(card) = self.guardian(guardian).map(Seen::into_inner) else { return Ok(None) };
        let Some(outbox) = Outbox::of(&self.events_of(guardian, at).await?) else { return Ok(None) };
        let name = self.guardian_name(guardian, at).await?.unwrap_or(card.name);
        Ok(Some(Seen(GuardianCard { name, outbox, ..card })))
    }

    /// What was put right of a guardian, in the order recorded, with what stood before; for those who have one of the guardian's
    /// pupils, as the history of a case is. Nothing when what is known of the guardian is erased. Of a time in which the guardian's
    /// identity was protected it is told when it is not any more, as what was recorded in the case then is: an extract alone, which
    /// leaves the house, holds that back.
    pub async fn guardian_corrections(
        &self,
        guardian: GuardianId,
        at: AsOf,
    ) -> Result<Seen<Vec<GuardianCorrection>>, Refusal> {
        if self.guardian(guardian).is_none() {
            return Ok(Seen(Vec::new()));
        }
        let (mut told, mut stood) = (Vec::new(), None);
        for recorded in self.events_of(guardian, AsOf { day: NaiveDate::MAX, ..at }).await? {
            match recorded.body {
                Body::Known(Event::Guardian(GuardianEvent::Registered(registered))) => stood = Some(registered.name),
                Body::Known(Event::Guardian(GuardianEvent::Corrected(GuardianCorrected { name, phone }))) => {
                    let name = name.and_then(|name| Some((name.clone(), stood.replace(name)?)));
                    told.push(GuardianCorrection { recorded: recorded.recorded, name, phone: phone.is_some() });
                }
                Body::Known(
                    Event::Guardian(GuardianEvent::Digest(_)) | Event::School(_) | Event::Staff(_) | Event::Pupil(_),
                )
                | Body::Erased(_) => {}
            }
        }
        Ok(Seen(told))
    }

    /// The name by which a guardian was known: what puts a name right does so of every day, once it is on record, as with a
    /// pupil's. `None`: it is erased, or the guardian was not known yet. To be called only for a guardian of a pupil that has been
    /// decided and noted, and who is not hidden.
    pub(super) async fn guardian_name(
        &self,
        guardian: GuardianId,
        at: AsOf,
    ) -> Result<Option<Personal<Name>>, Refusal> {
        let Some(now) = self.view.world.guardian(guardian) else { return Ok(None) };
        if self.view.past.nothing_of_guardian_since(guardian, at.known) {
            return Ok(Some(now.name.clone()));
        }
        let events = self.events_of(guardian, AsOf { day: NaiveDate::MAX, ..at }).await?;
        let named = events.iter().rev().find_map(|recorded| {
            if let Body::Known(Event::Guardian(event)) = &recorded.body { event.name() } else { None }
        });
        Ok(named.cloned())
    }

    async fn events_of(&self, guardian: GuardianId, at: AsOf) -> Result<Vec<Recorded>, Refusal> {
        let positions = self.view.past.of_guardian(guardian, at).map(Position).collect();
        let events = self.casework.log.read_at(positions).await.map_err(internal)?;
        events.iter().map(decode).collect::<Result<_, _>>().map_err(internal)
    }

    /// To be called only for a guardian of a pupil that has been decided and noted.
    fn guardian_card(&self, id: GuardianId) -> Option<GuardianCard> {
        let known = self.view.world.guardian(id)?;
        let own = self.own_children(id);
        let has = (!self.knows_all(id, &own)).then_some(own);
        Some(GuardianCard { id, name: known.name.clone(), outbox: (*known.outbox).clone(), has })
    }

    /// What the guardian would be sent on a day by what is known now, or at a time of that day by the school's clock, of what was on
    /// record by then; or why nothing would be. Only for those who have every one of the guardian's pupils, and from whom no guardian
    /// of theirs is hidden: it tells of all of them.
    pub fn digest_preview(
        &self,
        guardian: GuardianId,
        (at, time): (NaiveDate, Option<NaiveTime>),
    ) -> Result<Option<SeenPreview>, Refusal> {
        if (at - self.today).num_days().abs() > MOST_DAYS_AWAY {
            return Err(Refusal::at(Code::InvalidInput, "at"));
        }
        let own = self.own_children(guardian);
        if own.is_empty() || !self.knows_all(guardian, &own) {
            self.ledger.refuse(guardian.to_string());
            return Ok(None);
        }
        for pupil in own {
            self.ledger.show(pupil);
        }
        let facts = PostFacts::new(self.view.clone());
        let until = match time {
            None => facts.position(),
            Some(time) => {
                let shown = facts.moment(guardian, at.and_time(time)).ok_or(Refusal::at(Code::InvalidInput, "time"))?;
                facts.end_of_minute(shown).min(facts.position())
            }
        };
        let letter = facts.preview(guardian, at, until);
        Ok(Some(Seen(letter.map_err(|not| not.reason))))
    }

    /// Guardians of pupils whom the actor looks after, who are told about them, and to whom no mail can go.
    pub fn unreachable_guardians(&self) -> Seen<Vec<Unreachable>> {
        let mut found = Vec::new();
        for pupil in self.looked_after() {
            let Some(case) = self.view.world.case(pupil) else { continue };
            for guardian in case.guardians.iter().map(|linked| linked.guardian) {
                let card = self.guardian_card(guardian).filter(|_| !self.guardian_hidden(guardian, pupil));
                let Some(card) = card else { continue };
                if let Some(reason) = unreachable(&self.view.world, (case, guardian), &card.outbox, self.today) {
                    self.ledger.list(pupil);
                    found.push(Unreachable { pupil, guardian: card, reason });
                }
            }
        }
        Seen(found)
    }

    /// Guardians whom the actor is to phone, about pupils whose mentor or deputy they are, or whom nobody has and they answer for.
    pub fn to_be_phoned(&self) -> Seen<Vec<ToBePhoned>> {
        let now = self.casework.clock.now();
        let tasks = self.looked_after().into_iter().flat_map(|pupil| to_be_phoned(&self.view, pupil, now));
        let mut found: Vec<ToBePhoned> = Vec::new();
        for task in tasks.filter(|task| !self.guardian_hidden(task.guardian, task.pupil)) {
            self.ledger.list(task.pupil);
            found.extend(self.guardian_card(task.guardian).map(|guardian| ToBePhoned { task, guardian }));
        }
        found.sort_by_key(|found| found.task.day);
        Seen(found)
    }

    /// The pupils whose guardians are the actor's to reach today; seen whole.
    fn looked_after(&self) -> Vec<PupilId> {
        let Actor::Staff(staff) = self.actor else { return Vec::new() };
        let pupils = looked_after(&self.view, staff, self.today).into_iter();
        pupils.filter(|pupil| self.view_of(*pupil) == View::ALL).collect()
    }

    /// Whether these are all the guardian's pupils, and everybody around them is there for the actor. Why nothing is sent may be a
    /// guardian who is hidden: it is told as seldom as that there is a pupil elsewhere, and nobody can tell the one from the other.
    fn knows_all(&self, guardian: GuardianId, own: &[PupilId]) -> bool {
        let all = own.len() == self.view.world.children_of(guardian).len();
        all && !own.iter().any(|pupil| self.keeps_a_guardian_from_actor(*pupil))
    }

    fn own_children(&self, guardian: GuardianId) -> Vec<PupilId> {
        let children = self.view.world.children_of(guardian).iter().copied();
        let knows = |pupil: &PupilId| self.view_of(*pupil) == View::ALL && !self.guardian_hidden(guardian, *pupil);
        children.filter(knows).collect()
    }
}
