//! Given what has happened, when somebody asks for something, then this follows, or it is refused. For tests only.
//!
//! Every [`When::then`] also checks what must hold of any decision: each stream written to is expected at a version,
//! a replay from the beginning gives the same state, and the same command with the same ids is decided the same.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a specification fails by panicking; nothing of this is in the product"
)]

pub mod cast;
pub mod digests;
pub mod everyday;
pub mod works;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use uuid::Uuid;

use crate::actor::Actor;
use crate::calendar::start_of_day;
use crate::command::{Command, Moment};
use crate::decide::{Decision, Expectation, decide};
use crate::event::Event;
use crate::id::{CommandId, EventId, FreshIds};
use crate::projection::Projections;
use crate::recorded::{Body, Recorded, StreamRef};
use crate::refusal::{Code, Refusal};

/// Something that happened in a stream.
pub type Happened = (StreamRef, Event);

/// A date, written `2019-09-02`.
#[track_caller]
pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date is written 2019-09-02")
}

/// Noon, Swedish time, of a date. (The hour is a little off on the two days on which clocks are moved.)
#[track_caller]
pub fn noon(text: &str) -> DateTime<Utc> {
    start_of_day(date(text)) + Duration::hours(12)
}

/// The bits of the id that is made as the `n`th, from 0, when a command is decided in a specification.
pub fn fresh(n: u64) -> [u8; 16] {
    (0xF0_u128 << 120 | u128::from(n)).to_be_bytes()
}

/// Ids that count: [`fresh`] from 0 on.
#[derive(Clone, Debug, Default)]
pub struct CountedIds(u64);

impl CountedIds {
    /// From a number on.
    pub const fn since(first: u64) -> Self {
        Self(first)
    }
}

impl FreshIds for CountedIds {
    fn next_bits(&mut self) -> [u8; 16] {
        let bits = fresh(self.0);
        self.0 += 1;
        bits
    }
}

/// A log in the making: events get positions, versions, ids and times as they come.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// What is on record.
    pub log: Vec<Recorded>,
    /// What is known from it.
    pub known: Projections,
}

impl Story {
    /// Lets something happen: recorded at noon of 1 August 2018 and a second later for each event before it.
    #[track_caller]
    pub fn happened(&mut self, (stream, event): Happened) {
        let at = noon("2018-08-01") + Duration::seconds(i64::try_from(self.log.len()).expect("a short story"));
        self.happened_at(stream, event, at);
    }

    /// Lets something happen at a time, which is also when it was recorded.
    #[track_caller]
    pub fn happened_at(&mut self, stream: StreamRef, event: Event, at: DateTime<Utc>) {
        let position = self.known.position + 1;
        self.record(stream, story_event(position), (Actor::Setup, at, at), event);
    }

    /// Records what was decided.
    #[track_caller]
    pub fn record_decision(&mut self, actor: Actor, moment: Moment, decision: &Decision) {
        for decided in &decision.events {
            self.record(decided.stream, decided.id, (actor, decided.occurred, moment.0), decided.event.clone());
        }
    }

    #[track_caller]
    fn record(
        &mut self,
        stream: StreamRef,
        id: EventId,
        (actor, occurred, recorded): (Actor, DateTime<Utc>, DateTime<Utc>),
        event: Event,
    ) {
        let recorded = Recorded {
            position: self.known.position + 1,
            stream,
            version: self.known.world.version(stream) + 1,
            id,
            command: command_id(self.known.position + 1),
            actor,
            role: None,
            occurred: Some(occurred),
            recorded,
            body: Body::Known(event),
        };
        self.known.apply(&recorded).expect("the story must make sense");
        self.log.push(recorded);
    }

    /// What is known after a replay from the beginning.
    #[track_caller]
    pub fn replayed(&self) -> Projections {
        let mut replayed = Projections::default();
        for recorded in &self.log {
            replayed.apply(recorded).expect("what was recorded can be replayed");
        }
        replayed
    }
}

/// The id of the event that happens at a position of a story.
pub fn story_event(position: u64) -> EventId {
    EventId::from_bits((0xE0_u128 << 120 | u128::from(position)).to_be_bytes())
}

/// A command id for the `n`th command of a story.
#[track_caller]
pub fn command_id(n: u64) -> CommandId {
    let bits = (0x7000_8000_0000_0000_0000 | u128::from(n)) & !(0xF << 76) | 0x7 << 76 | 0b10 << 62;
    CommandId::new(Uuid::from_u128(bits)).expect("a UUID of version 7")
}

/// What has happened.
pub fn given(past: impl IntoIterator<Item = Happened>) -> Given {
    Given { story: Story::default() }.and(past)
}

/// What has happened so far.
#[must_use]
#[derive(Clone, Debug)]
pub struct Given {
    /// The log so far.
    pub story: Story,
}

impl Given {
    /// And then this happened too.
    #[track_caller]
    pub fn and(mut self, past: impl IntoIterator<Item = Happened>) -> Self {
        for happened in past {
            self.story.happened(happened);
        }
        self
    }

    /// The id of the event that happens next.
    pub fn next_event(&self) -> EventId {
        story_event(self.story.known.position + 1)
    }

    /// Somebody asks for something at a time.
    pub fn when(self, actor: Actor, command: Command, at: DateTime<Utc>) -> When {
        When { story: self.story, actor, command, moment: Moment(at) }
    }
}

/// A command in a situation.
#[must_use]
#[derive(Clone, Debug)]
pub struct When {
    /// What had happened.
    pub story: Story,
    /// Who asks.
    pub actor: Actor,
    /// For what.
    pub command: Command,
    /// When.
    pub moment: Moment,
}

/// A command that was carried out, for whoever has more to check.
#[derive(Clone, Debug)]
pub struct Told {
    /// The command in its situation.
    pub when: When,
    /// What was decided.
    pub decision: Decision,
    /// The log after it.
    pub story: Story,
}

impl When {
    /// What the domain decides.
    pub fn decide(&self) -> Result<Decision, Refusal> {
        decide(&self.story.known.world, self.actor, &self.command, self.moment, &mut CountedIds::default())
    }

    /// This happens, and nothing else.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = Happened>) -> Told {
        let decision = self.decide().expect("the command should have been carried out");
        let happened: Vec<Happened> =
            decision.events.iter().map(|decided| (decided.stream, decided.event.clone())).collect();
        let expected: Vec<Happened> = expected.into_iter().collect();
        assert_eq!(happened, expected, "what happened is not what should have");
        self.tell(decision)
    }

    /// It is carried out, whatever exactly follows.
    #[track_caller]
    pub fn then_it_happens(self) -> Told {
        let decision = self.decide().expect("the command should have been carried out");
        self.tell(decision)
    }

    /// It is refused, with this code.
    #[track_caller]
    pub fn then_refused(self, code: Code) -> Refusal {
        let refusal = self.decide().expect_err("the command should have been refused");
        assert_eq!(refusal.code, code, "refused for another reason");
        refusal
    }

    #[track_caller]
    fn tell(self, decision: Decision) -> Told {
        assert_eq!(self.decide().as_ref(), Ok(&decision), "decided again with the same ids, it came out otherwise");
        for decided in &decision.events {
            assert!(
                decision.expected.iter().filter(|(stream, _)| *stream == decided.stream).count() == 1,
                "a stream is written to that nothing is expected of, or twice"
            );
            assert!(decided.occurred <= self.moment.0, "it happened in the future");
        }
        for (stream, expectation) in &decision.expected {
            if let Expectation::Version(version) = expectation {
                assert_eq!(*version, self.story.known.world.version(*stream), "an expected version was never read");
            }
        }
        let mut story = self.story.clone();
        story.record_decision(self.actor, self.moment, &decision);
        assert!(story.replayed() == story.known, "a replay gives another state");
        Told { when: self, decision, story }
    }
}

impl Told {
    /// What stands then is what has happened for the next command.
    pub fn given(self) -> Given {
        Given { story: self.story }
    }

    /// When the first event happened.
    pub fn occurred(&self) -> Option<DateTime<Utc>> {
        self.decision.events.first().map(|decided| decided.occurred)
    }
}
