//! A pupil's timeline: places from the projection, contents from the log, opened after the decision.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate};
use domain::access::{Subject, View, case_left, restricted};
use domain::actor::Actor;
use domain::event::Event;
use domain::event::work_rules::in_history_alone;
use domain::id::{EnrolmentId, EventId, PupilId};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::projection::timeline::{Entry, TimelineKey};
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};
use domain::words::Note;
use storage::OpenedEvent;

use super::cursor::checked_first;
use super::ledger::Of;
use super::readings::of;
use super::{Reader, Seen};
use crate::answer::{Page, PageRequest, TimelineEntry};
use crate::stored::decode;

/// How far somebody has come who follows a timeline: what came to be in the case is told in that order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The position in the log at which the entry came to be in the case: its own, or, of one that was handed on from a school
    /// before, that at which it was, or at which the pupil was enrolled, if that was later.
    reached: u64,
    /// The entry's own position: several may come to be there at once.
    entry: u64,
}

impl Place {
    /// Behind everything that had come to be there at a position in the log.
    pub const fn after(position: u64) -> Self {
        Self { reached: position, entry: u64::MAX }
    }
}

/// What of a timeline is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// What counts: no corrections, and nothing that was corrected.
    WhatCounts,
    /// Everything.
    History,
}

pub(super) fn internal<E: std::error::Error>(why: E) -> Refusal {
    tracing::error!(code = "internal", %why, "what the log holds of a case could not be read");
    Refusal::new(Code::Internal)
}

impl Reader {
    /// A pupil's timeline, newest first by when it happened, as far as the actor sees the case. Only the present
    /// enrolment's, and what was handed on from those before it: the case does not follow the pupil by itself.
    pub async fn timeline(
        &self,
        pupil: PupilId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<TimelineEntry>>>, Refusal> {
        self.timeline_of(pupil, page, (at, Told::WhatCounts)).await
    }

    /// The same, with the corrections and what was corrected, for those who have the case.
    pub async fn history(
        &self,
        pupil: PupilId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<TimelineEntry>>>, Refusal> {
        self.timeline_of(pupil, page, (at, Told::History)).await
    }

    async fn timeline_of(
        &self,
        pupil: PupilId,
        page: &PageRequest,
        (at, told): (AsOf, Told),
    ) -> Result<Option<Seen<Page<TimelineEntry>>>, Refusal> {
        let Some(case) = self.case(pupil) else { return Ok(None) };
        let view = self.view_of(pupil);
        if told == Told::History && view != View::ALL {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        }
        let mut places = self.places(pupil, case.latest.id, view, (at, told));
        if view == View::ALL && !case.handed_on.is_empty() {
            places.extend(self.handed_on((pupil, case), case.latest.id, at).await?);
            places.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key));
        }
        self.leave_hidden_out(pupil, &mut places).await?;
        self.timeline_page((pupil, at, told), &format!("timeline {pupil} {at:?} {told:?}"), &places, page, view)
            .await
            .map(Some)
    }

    /// What was recorded at the school that the pupil has left, for its principal.
    pub async fn former_timeline(
        &self,
        pupil: PupilId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<TimelineEntry>>>, Refusal> {
        let Some((left, of)) = self.case_left(pupil) else {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        };
        self.ledger.show_of(of);
        let places = self.places_left((pupil, left), at).await?;
        let of = (pupil, at, Told::WhatCounts);
        self.timeline_page(of, &format!("former {pupil} {at:?}"), &places, page, View::ALL).await.map(Some)
    }

    /// The first of a pupil's timeline entries that was recorded after a position: what a subscription sends next. One at a
    /// time, so that the right is decided for each. What was corrected counts no longer, and is sent to nobody; that
    /// something was corrected, to those who have the case; and to them what was handed on from a school before, when it is.
    pub async fn timeline_after(
        &self,
        pupil: PupilId,
        after: Place,
    ) -> Result<Option<Seen<Option<(Place, TimelineEntry)>>>, Refusal> {
        let view = self.view_of(pupil);
        let Some(case) = (view != View::NOTHING).then(|| self.view.world.case(pupil)).flatten() else {
            self.ledger.refuse(pupil.to_string());
            return Ok(None);
        };
        let now = self.now();
        let sent = |entry: &Entry| {
            let correction = in_history_alone(entry.kind) && view == View::ALL;
            view.shows(entry.kind) && (correction || self.counts(pupil, entry, now))
        };
        let mut new: Vec<Entry> = self.view.timeline.after((pupil, case.latest.id), after.reached);
        new.retain(sent);
        let mut arrived: HashMap<u64, u64> = HashMap::new();
        if view == View::ALL && !case.handed_on.is_empty() {
            let handed_on = self.handed_on_after((pupil, case), after.reached).await?;
            arrived.extend(handed_on.iter().map(|(at, entry)| (entry.key.position, *at)));
            new.extend(handed_on.into_iter().map(|(_, entry)| entry));
        }
        self.leave_hidden_out(pupil, &mut new).await?;
        let place = |entry: &Entry| {
            let entry = entry.key.position;
            Place { reached: arrived.get(&entry).copied().unwrap_or(entry), entry }
        };
        let next = new.iter().map(|entry| (place(entry), entry)).filter(|(place, _)| *place > after);
        let next = next.min_by_key(|(place, _)| *place);
        // Looking whether there is something new shows nothing; showing it does.
        let Some((place, next)) = next else { return Ok(Some(Seen(None))) };
        self.ledger.show(pupil);
        let entry = self.entries((pupil, now, Told::WhatCounts), &[*next], view).await?.pop();
        Ok(Some(Seen(entry.map(|entry| (place, entry)))))
    }

    /// Opens a restricted note: an act of its own, on record as such, whether it opens or not. `None`: no such entry, no note,
    /// or no right.
    pub async fn open_note(&self, pupil: PupilId, position: u64) -> Result<Option<Seen<Personal<Note>>>, Refusal> {
        let opened = self.opened(pupil, position).await?;
        match &opened {
            Some((event, of, _)) => {
                self.ledger.show_of(*of);
                self.ledger.open_of(*of, *event);
            }
            None => self.ledger.refuse(pupil.to_string()),
        }
        Ok(opened.map(|(.., note)| Seen(note)))
    }

    async fn opened(&self, pupil: PupilId, position: u64) -> Result<Option<(EventId, Of, Personal<Note>)>, Refusal> {
        let (places, view, of) = self.openable(pupil).await?;
        let found = places.iter().find(|entry| entry.key.position == position && restricted(entry.kind));
        let Some(found) = found.filter(|found| view.notes(found.kind)) else { return Ok(None) };
        let Some(event) = self.read(&[*found]).await?.pop() else { return Ok(None) };
        let recorded = decode(&event).map_err(internal)?;
        let Body::Known(mut event) = recorded.body else { return Ok(None) };
        Ok(event.take_note().map(|note| (recorded.id, of, note)))
    }

    /// Entries whose notes the actor may open: those that they are told of, in the case, in what was handed on to it, or in
    /// the case that the pupil left, from which they choose what is handed on. Decided, not noted.
    async fn openable(&self, pupil: PupilId) -> Result<(Vec<Entry>, View, Of), Refusal> {
        let now = self.now();
        let sees = self.decides(Subject::Case(pupil));
        if !sees && let Some((left, of)) = self.case_left(pupil) {
            let places = self.places_left((pupil, left), now).await?;
            return Ok((places, View::ALL, of));
        }
        let case = self.view.world.case(pupil).filter(|_| sees);
        let Some(case) = case else { return Ok((Vec::new(), View::NOTHING, Of(pupil, None))) };
        let view = self.view_of(pupil);
        let told = if view == View::ALL { Told::History } else { Told::WhatCounts };
        let mut places = self.places(pupil, case.latest.id, view, (now, told));
        if view == View::ALL && !case.handed_on.is_empty() {
            places.extend(self.handed_on((pupil, case), case.latest.id, now).await?);
        }
        self.leave_hidden_out(pupil, &mut places).await?;
        Ok((places, view, Of(pupil, None)))
    }

    /// The enrolment that the pupil has left, for its principal, and what a reading of it is noted as; decided, not noted.
    fn case_left(&self, pupil: PupilId) -> Option<(EnrolmentId, Of)> {
        let case = self.decides(Subject::FormerCase(pupil)).then(|| self.view.world.case(pupil)).flatten()?;
        let left = case_left(&self.view.world, self.actor, pupil, self.today)?;
        Some((left, of(pupil, case, left)))
    }

    /// What stands in the case that was left, what had been handed on to it too: all of it, also what is about a guardian whose
    /// identity is protected. Who is shown it answers for that enrolment and knew whoever was a guardian there, and the school's
    /// extract tells it. Were it left out by who answers for the present one, then entries would go when the next school protects
    /// the guardian, and tell the school that was left of it.
    async fn places_left(&self, (pupil, left): (PupilId, EnrolmentId), at: AsOf) -> Result<Vec<Entry>, Refusal> {
        let mut places = self.places(pupil, left, View::ALL, (at, Told::WhatCounts));
        if let Some(case) = self.view.world.case(pupil) {
            places.extend(self.handed_on((pupil, case), left, at).await?);
            places.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key));
        }
        Ok(places)
    }

    pub(super) fn places(
        &self,
        pupil: PupilId,
        enrolment: EnrolmentId,
        view: View,
        (at, told): (AsOf, Told),
    ) -> Vec<Entry> {
        self.shelf().places((pupil, enrolment), view, (at, told))
    }

    /// Whether an entry is no correction and has not been corrected, as far as was known.
    pub(super) fn counts(&self, pupil: PupilId, entry: &Entry, at: AsOf) -> bool {
        self.shelf().counts(pupil, entry, at)
    }

    async fn timeline_page(
        &self,
        of: (PupilId, AsOf, Told),
        list: &str,
        places: &[Entry],
        page: &PageRequest,
        view: View,
    ) -> Result<Seen<Page<TimelineEntry>>, Refusal> {
        let first = checked_first(page)?;
        let older_than = page.after.as_ref().map(|cursor| self.timeline_place(list, cursor)).transpose()?;
        let older = |entry: &&Entry| older_than.is_none_or(|place| entry.key < place);
        let mut shown: Vec<Entry> = places.iter().filter(older).take(first + 1).copied().collect();
        let has_next = shown.len() > first;
        shown.truncate(first);
        let entries = self.entries(of, &shown, view).await?;
        let cursor = self.cursors(list);
        let cursors = shown.iter().map(|entry| {
            let key = entry.key;
            let place = [key.occurred.timestamp_micros().to_le_bytes(), key.position.to_le_bytes()].concat();
            cursor(place)
        });
        Ok(Seen(Page { items: cursors.zip(entries).collect(), has_next, total: places.len() }))
    }

    fn timeline_place(&self, list: &str, cursor: &str) -> Result<TimelineKey, Refusal> {
        let invalid = || Refusal::at(Code::CursorInvalid, "after");
        let place = self.place(list, cursor)?;
        let (micros, rest) = place.split_first_chunk::<8>().ok_or_else(invalid)?;
        let position = rest.first_chunk::<8>().map(|bytes| u64::from_le_bytes(*bytes)).ok_or_else(invalid)?;
        let occurred = DateTime::from_timestamp_micros(i64::from_le_bytes(*micros)).ok_or_else(invalid)?;
        Ok(TimelineKey { occurred, position })
    }

    pub(super) async fn read(&self, places: &[Entry]) -> Result<Vec<OpenedEvent>, Refusal> {
        self.shelf().read(places).await
    }

    async fn entries(
        &self,
        of: (PupilId, AsOf, Told),
        places: &[Entry],
        view: View,
    ) -> Result<Vec<TimelineEntry>, Refusal> {
        let events = self.read(places).await?;
        events.iter().map(|event| self.entry(of, event, view)).collect()
    }

    fn entry(
        &self,
        (pupil, at, told): (PupilId, AsOf, Told),
        event: &OpenedEvent,
        view: View,
    ) -> Result<TimelineEntry, Refusal> {
        let mut recorded = decode(event).map_err(internal)?;
        let wrong_day = self.put_days_right((pupil, at, told), &mut recorded.body).is_some();
        let mut note_restricted = false;
        if let Body::Known(event) = &mut recorded.body {
            if !self.reviews(pupil) {
                event.take_review();
            }
            let opens_apart = restricted(event.kind());
            let seen = view.notes(event.kind());
            if opens_apart || !seen {
                note_restricted = event.take_note().is_some() && opens_apart && seen;
            }
        }
        let actor_name = match recorded.actor {
            Actor::Setup => None,
            Actor::Staff(staff) => self.staff_card(staff, self.now()).map(|card| card.name),
        };
        Ok(TimelineEntry {
            position: recorded.position,
            id: recorded.id,
            occurred: recorded.occurred,
            recorded: recorded.recorded,
            actor: recorded.actor,
            actor_name,
            role: recorded.role,
            body: recorded.body,
            note_restricted,
            corrected: wrong_day || self.view.timeline.corrected(pupil, recorded.position, at.known).is_some(),
        })
    }

    /// Tells a day that was put right as it is; in the history as it was recorded, and which it is, when that is another.
    pub(super) fn put_days_right(
        &self,
        (pupil, at, told): (PupilId, AsOf, Told),
        body: &mut Body,
    ) -> Option<NaiveDate> {
        let Body::Known(Event::Pupil(event)) = body else { return None };
        if !event.changes_facts() {
            return None;
        }
        let known = self.known_case(pupil, at);
        let (recorded, right) = known.as_ref().and_then(|facts| facts.day_of(event))?;
        match told {
            Told::WhatCounts => {
                *recorded = right;
                None
            }
            Told::History => (*recorded != right).then_some(right),
        }
    }
}
