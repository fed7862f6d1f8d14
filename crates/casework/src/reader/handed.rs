//! What was handed on from one enrolment to the next.

use std::collections::BTreeMap;

use domain::access::{View, case_left};
use domain::actor::Actor;
use domain::calendar::start_of_day;
use domain::event::work_rules::in_history_alone;
use domain::event::{Event, EventKind, PupilEvent, Work};
use domain::id::{EnrolmentId, EventId, PupilId};
use domain::projection::timeline::Entry;
use domain::projection::{AsOf, Projections};
use domain::recorded::Body;
use domain::refusal::Refusal;
use domain::state::{Enrolment, PupilCase};
use storage::{EventLog, OpenedEvent, Position};

use super::Reader;
use super::timeline::{Told, internal};
use crate::stored::decode;

/// What is known of an enrolment while those after it are gone through.
struct Held {
    enrolment: EnrolmentId,
    /// What it may hand on: its own entries, and those that were handed on to it.
    entries: Vec<(Entry, EventId)>,
    /// What was handed on from it, each with the position at which that was recorded.
    handed: Vec<(u64, EventId)>,
}

/// An entry that was handed on to an enrolment.
struct Received {
    entry: Entry,
    id: EventId,
    /// The position at which it came to be there: its handing on was recorded, or, where that was before, the enrolment.
    at: u64,
}

/// The log, and what is known of where things stand in it: enough to find a case's events by their ids, whoever asks.
pub(crate) struct Shelf<'a> {
    /// What is known.
    pub(crate) view: &'a Projections,
    /// The log.
    pub(crate) log: &'a dyn EventLog,
    /// How things are now.
    pub(crate) now: AsOf,
}

impl Reader {
    pub(super) fn shelf(&self) -> Shelf<'_> {
        Shelf { view: &self.view, log: &*self.casework.log, now: self.now() }
    }

    /// Entries that were handed on to an enrolment.
    pub(super) async fn handed_on(
        &self,
        (pupil, case): (PupilId, &PupilCase),
        to: EnrolmentId,
        at: AsOf,
    ) -> Result<Vec<Entry>, Refusal> {
        let received = self.shelf().received((pupil, case), to, at).await?;
        Ok(received.into_iter().map(|received| received.entry).collect())
    }

    /// The same as of now, each with the position at which it came to the enrolment, where any of them did after a position:
    /// whether one can have is known before the log is read.
    pub(super) async fn handed_on_after(
        &self,
        (pupil, case): (PupilId, &PupilCase),
        position: u64,
    ) -> Result<Vec<(u64, Entry)>, Refusal> {
        let timeline = &self.view.timeline;
        let gives = |entry: &Entry| matches!(entry.kind, EventKind::EntryHandedOn | EventKind::PupilEnrolled);
        let since = position.saturating_sub(1);
        if !case.enrolments().any(|one| timeline.after((pupil, one.id), since).iter().any(gives)) {
            return Ok(Vec::new());
        }
        let received = self.shelf().received((pupil, case), case.latest.id, self.now()).await?;
        Ok(received.into_iter().map(|received| (received.at, received.entry)).collect())
    }
}

impl Shelf<'_> {
    /// Whether an event stands in the case that the pupil left and that an actor hands on from, its own or handed on to it, and counts.
    pub(crate) async fn stands_in_the_case_left(
        &self,
        (actor, pupil): (Actor, PupilId),
        event: EventId,
    ) -> Result<bool, Refusal> {
        let Some(case) = self.view.world.case(pupil) else { return Ok(false) };
        let Some(left) = case_left(&self.view.world, actor, pupil, self.now.day) else { return Ok(false) };
        let own = self.places((pupil, left), View::ALL, (self.now, Told::WhatCounts));
        if self.read(&own).await?.iter().any(|read| EventId::from_bits(read.event_id) == event) {
            return Ok(true);
        }
        let received = self.received((pupil, case), left, self.now).await?;
        Ok(received.iter().any(|received| received.id == event))
    }

    /// Entries that were handed on to an enrolment, with their ids. To the enrolment that was there when it was recorded, or that
    /// came next: what one school was given goes no further by itself, and the one that gave it gives no more to those after.
    /// Which they are is found by the events' ids, in the log: few pupils change school, and then their case is short.
    async fn received(
        &self,
        (pupil, case): (PupilId, &PupilCase),
        to: EnrolmentId,
        at: AsOf,
    ) -> Result<Vec<Received>, Refusal> {
        if case.handed_on.is_empty() {
            return Ok(Vec::new());
        }
        let begun = self.view.timeline.beginnings(pupil);
        // To an enrolment that was taken back what was handed on while it was on record; and what was handed on from there no further than
        // it had come until then.
        let taken_back = |enrolment: EnrolmentId| case.enrolment(enrolment).and_then(Enrolment::taken_back);
        let given_to = |from: EnrolmentId, position: u64| {
            let over = |one: &Option<EnrolmentId>| one.and_then(taken_back).is_some_and(|until| until < position);
            let there = || begun.iter().filter(|(_, enrolment)| !over(enrolment));
            let last = there().rfind(|(entry, _)| entry.key.position < position)?.1;
            let next = || there().find(|(entry, _)| position < entry.key.position);
            let (begins, given_to) =
                if last == Some(from) { next().map(|(entry, one)| (entry.key.position, *one))? } else { (0, last) };
            given_to.filter(|_| taken_back(from).is_none_or(|until| begins < until))
        };
        let mut held: Vec<Held> = Vec::new();
        for (begins, enrolment) in
            begun.iter().filter_map(|(entry, enrolment)| Some((entry.key.position, (*enrolment)?)))
        {
            let mut received: Vec<Received> = Vec::new();
            for from in &held {
                let here = from.handed.iter().filter(|(at, _)| given_to(from.enrolment, *at) == Some(enrolment));
                // What was handed on twice is there since the first time.
                let ids: BTreeMap<EventId, u64> = here.rev().map(|(at, id)| (*id, begins.max(*at))).collect();
                let given =
                    |(entry, id): &(Entry, EventId)| ids.get(id).map(|at| Received { entry: *entry, id: *id, at: *at });
                received.extend(from.entries.iter().filter_map(given));
            }
            // An entry that came by two enrolments is one, and there since it came first.
            received.sort_unstable_by_key(|received| (received.entry.key, received.at));
            received.dedup_by_key(|received| received.entry.key);
            if enrolment == to {
                let end = start_of_day(at.day.succ_opt().unwrap_or(at.day));
                let then = |entry: &Entry| entry.key.position <= at.known && entry.key.occurred < end;
                received.retain(|received| then(&received.entry) && self.counts(pupil, &received.entry, at));
                return Ok(received);
            }
            held.push(self.held(pupil, enrolment, received).await?);
        }
        Ok(Vec::new())
    }

    async fn held(&self, pupil: PupilId, enrolment: EnrolmentId, received: Vec<Received>) -> Result<Held, Refusal> {
        let places = self.places((pupil, enrolment), View::ALL, (self.now, Told::History));
        let events = self.read(&places).await?;
        let own = places.iter().zip(&events).map(|(entry, event)| (*entry, EventId::from_bits(event.event_id)));
        let received = received.into_iter().map(|received| (received.entry, received.id));
        let entries = received.chain(own).collect();
        let mut handed = Vec::new();
        for (entry, event) in places.iter().zip(&events).filter(|(entry, _)| entry.kind == EventKind::EntryHandedOn) {
            handed.extend(what(event)?.map(|of| (entry.key.position, of)));
        }
        handed.sort_unstable();
        Ok(Held { enrolment, entries, handed })
    }

    /// Where the entries of an enrolment stand, newest first.
    pub(super) fn places(
        &self,
        (pupil, enrolment): (PupilId, EnrolmentId),
        view: View,
        (at, told): (AsOf, Told),
    ) -> Vec<Entry> {
        let entries = self.view.timeline.newest_first((pupil, enrolment), None, at);
        let shown = entries.filter(|entry| view.shows(entry.kind));
        let counts = |entry: &Entry| told == Told::History || self.counts(pupil, entry, at);
        shown.filter(counts).collect()
    }

    /// Whether an entry is no correction and has not been corrected, as far as was known.
    pub(super) fn counts(&self, pupil: PupilId, entry: &Entry, at: AsOf) -> bool {
        !in_history_alone(entry.kind) && self.view.timeline.corrected(pupil, entry.key.position, at.known).is_none()
    }

    /// The events that stand there, in that order.
    pub(super) async fn read(&self, places: &[Entry]) -> Result<Vec<OpenedEvent>, Refusal> {
        let positions = places.iter().map(|entry| Position(entry.key.position)).collect();
        self.log.read_at(positions).await.map_err(internal)
    }
}

/// What an event says was handed on; nothing when that has been erased.
fn what(event: &OpenedEvent) -> Result<Option<EventId>, Refusal> {
    let Body::Known(Event::Pupil(PupilEvent::Worked(worked))) = decode(event).map_err(internal)?.body else {
        return Ok(None);
    };
    Ok(if let Work::EntryHandedOn { of } = worked.work { Some(of) } else { None })
}
