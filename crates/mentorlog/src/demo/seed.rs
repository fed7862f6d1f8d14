//! Records the script through the same door as everybody: `Casework::execute`. What is in the log already is not
//! recorded again, however long ago it was recorded and wherever a former start was broken off.

use std::collections::HashMap;
use std::sync::Arc;

use casework::{Casework, Created, Receipt};
use chrono::{DateTime, Utc};
use digest::{Courier, Round, Sender, Stop};
use domain::actor::Actor;
use domain::event::EventKind;
use domain::id::{AssignmentId, CommandId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::refusal::Refusal;
use domain::words::{Invalid, Reference};
use futures::stream::{self, StreamExt, TryStreamExt};
use storage::{EventLog, LogError, OpenedEvent, Position};

use super::clock::{DemoClock, last_recorded};
use super::commands::{self, Ids};
use super::plan::DemoPlan;
use super::script::{Batch, Step, script};
use crate::chance::{command_id, command_id_from};

/// Commands under way at once: enough to fill a commit group.
const UNDER_WAY: usize = 256;
/// Events read at once when a started demo is looked through.
const READ: usize = 2_000;

/// Why the demo could not be recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedError {
    /// The plan breaks a rule of the domain's words: a mistake of the program.
    #[error("the demo's plan is wrong: {0}")]
    Plan(#[from] Invalid),
    /// A command was refused.
    #[error("the demo could not be recorded: {step}: {refusal}")]
    Refused {
        /// Which step.
        step: String,
        /// Why.
        refusal: Refusal,
    },
    /// Something that the script made before cannot be found.
    #[error("the demo could not be recorded: {0}: something it needs is not there")]
    Missing(String),
    /// The digests could not be written.
    #[error("the demo's digests could not be written: {0} steps failed; the log says which")]
    Digests(usize),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The folder holds something else.
    #[error(
        "the data folder holds something other than this demo: choose another with --data, or give the --seed and \
         --scale with which it was made"
    )]
    NotThisDemo,
}

/// The demo as it stands after a start.
pub(crate) struct Demo {
    /// Commands carried out by this start.
    pub(crate) recorded: usize,
    /// Commands of the whole script.
    pub(crate) of: usize,
    /// Who holds which post.
    pub(crate) people: super::People,
}

/// Told how far it has come: commands done, of how many, and the simulated date.
pub(crate) type Progress<'a> = &'a (dyn Fn(usize, usize, chrono::NaiveDate) + Sync);

/// Who writes what is due to guardians, and who carries it.
pub(crate) struct Digests {
    /// Who sends.
    pub(crate) sender: Arc<Sender>,
    /// Who carries.
    pub(crate) courier: Arc<dyn Courier>,
}

/// Records what is missing of the demo, and says who is who.
pub(crate) async fn seed(
    casework: &Arc<Casework>,
    log: &dyn EventLog,
    clock: &DemoClock,
    (seed, scale, digests): (u64, u32, Digests),
    progress: Progress<'_>,
) -> Result<Demo, SeedError> {
    let plan = DemoPlan::new(seed, scale)?;
    let batches = script(&plan)?;
    let of = batches.iter().map(|batch| batch.steps.len()).sum();
    let names = Names { seed, scale };
    let known = Known::read(log, &names, &batches, &plan).await?;
    let mut run = Run { casework, clock, plan: &plan, names, known, ids: Ids::default(), recorded: 0 };
    let mut done = 0;
    for (number, batch) in batches.iter().enumerate() {
        if batch.steps == [Step::Digests] {
            // What is recorded next says that they were written; broken off, they are written on.
            let next = batches.get(number + 1).and_then(|next| names.of(next, done + 1));
            if next.is_none_or(|next| run.known.get(next).is_none()) {
                run.digests(batch.at, &digests).await?;
            }
        } else {
            run.batch(batch, done).await?;
        }
        done += batch.steps.len();
        progress(done, of, batch.at.date_naive());
    }
    let Run { recorded, ids, .. } = run;
    let last = batches.last().map(|batch| batch.at).unwrap_or_default();
    clock.run_on(last.max(last_recorded(log).await?));
    let staff = plan.staff.iter().enumerate();
    let people = staff.filter_map(|(number, staff)| Some((staff.post, Actor::Staff(ids.staff(number)?)))).collect();
    Ok(Demo { recorded, of, people })
}

/// How the demo names its commands: always the same for a seed, a scale and a place in the script.
#[derive(Clone, Copy)]
struct Names {
    seed: u64,
    scale: u32,
}

impl Names {
    fn of(&self, batch: &Batch, place: usize) -> Option<CommandId> {
        let mut hasher = blake3::Hasher::new_derive_key("mentorlog 2026 demo command names, to 3 June 2020");
        hasher.update(&self.seed.to_be_bytes()).update(&self.scale.to_be_bytes());
        hasher.update(&(place as u64).to_be_bytes());
        let mut bits = [0; 10];
        hasher.finalize_xof().fill(&mut bits);
        command_id_from(batch.at.timestamp_millis(), bits)
    }
}

/// What a former start recorded.
enum Known {
    /// Nothing.
    Nothing,
    /// What each command brought into being, and its first event.
    Commands(HashMap<[u8; 16], (Option<Created>, EventId)>),
}

impl Known {
    async fn read(log: &dyn EventLog, names: &Names, batches: &[Batch], plan: &DemoPlan) -> Result<Self, SeedError> {
        let head = log.head().position;
        if head == Position(0) {
            return Ok(Self::Nothing);
        }
        let first = batches.first().and_then(|batch| names.of(batch, 0)).map(CommandId::bits);
        // Read no further than the script reaches: what people recorded afterwards is not the demo's.
        let most: u64 = batches.iter().flat_map(|batch| &batch.steps).map(|step| step.events(plan)).sum();
        let mut commands = HashMap::new();
        let mut position = Position(0);
        while position < head && position.0 < most {
            let events = log.read_all(position, READ).await?;
            let Some(last) = events.last() else { break };
            position = last.position;
            for event in &events {
                let first = EventId::from_bits(event.event_id);
                let (made, _) = commands.entry(event.commit.0).or_insert((None, first));
                *made = made.or(created(event));
            }
        }
        if first.is_some_and(|first| commands.contains_key(&first)) {
            Ok(Self::Commands(commands))
        } else {
            Err(SeedError::NotThisDemo)
        }
    }

    /// What the command brought into being and its first event, when it was recorded.
    fn get(&self, id: CommandId) -> Option<(&[Created], &EventId)> {
        match self {
            Self::Nothing => None,
            Self::Commands(commands) => commands.get(&id.bits()).map(|(made, first)| (made.as_slice(), first)),
        }
    }
}

/// What began with an event, as far as the open part of the record tells.
fn created(event: &OpenedEvent) -> Option<Created> {
    let id = event.stream.id;
    let kind = EventKind::from_name(&event.kind)?;
    let beginnings = [
        (EventKind::SchoolRegistered, Created::School(SchoolId::from_bits(id))),
        (EventKind::StaffJoined, Created::Staff(StaffId::from_bits(id))),
        (EventKind::PupilEnrolled, Created::Pupil(PupilId::from_bits(id))),
        (EventKind::GuardianRegistered, Created::Guardian(GuardianId::from_bits(id))),
    ];
    beginnings.into_iter().find(|(begins, _)| *begins == kind).map(|(_, created)| created)
}

/// One start of the demo.
struct Run<'a> {
    casework: &'a Arc<Casework>,
    clock: &'a DemoClock,
    plan: &'a DemoPlan,
    names: Names,
    known: Known,
    ids: Ids,
    recorded: usize,
}

impl Run<'_> {
    /// Records a batch; the next one begins when all of it is on disk.
    async fn batch(&mut self, batch: &Batch, before: usize) -> Result<(), SeedError> {
        let mut missing = Vec::new();
        for (place, step) in (before..).zip(&batch.steps) {
            let missing_id = || SeedError::Missing(step.describe());
            let id = self.names.of(batch, place).ok_or_else(missing_id)?;
            match self.known.get(id) {
                // Nothing is asked for again, not even to be told its event: after 90 days a command's name is forgotten.
                Some((created, first)) => {
                    self.ids.learn(*step, created);
                    self.ids.opened(*step, Some(first));
                }
                None => missing.push((*step, id)),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.clock.set(batch.at);
        let run = &*self;
        let answers: Vec<(Step, Receipt)> = stream::iter(missing)
            .map(|(step, id)| run.step(step, id))
            .buffer_unordered(UNDER_WAY)
            .try_collect()
            .await?;
        self.recorded += answers.iter().filter(|(_, receipt)| !receipt.already).count();
        for (step, receipt) in answers {
            self.ids.opened(step, receipt.events.first());
            self.ids.learn(step, &receipt.created);
        }
        Ok(())
    }

    /// One round of a sender, at a moment of the demo's.
    async fn digests(&mut self, at: DateTime<Utc>, digests: &Digests) -> Result<(), SeedError> {
        self.clock.set(at);
        let round = Round {
            post: self.casework.post(),
            courier: Arc::clone(&digests.courier),
            sender: Arc::clone(&digests.sender),
            name: Reference::try_new("demo")?,
            ids: Arc::new(move || command_id(at.timestamp_millis()).ok()),
            pace: Arc::default(),
            stop: Stop::default(),
        };
        let tally = round.run().await;
        self.recorded += 1;
        if tally.errors == 0 { Ok(()) } else { Err(SeedError::Digests(tally.errors)) }
    }

    async fn step(&self, step: Step, id: CommandId) -> Result<(Step, Receipt), SeedError> {
        let missing = || SeedError::Missing(step.describe());
        let of = match step {
            Step::HandOver(number) => self.plan.handovers.get(number).map(|handover| handover.ends),
            Step::Cover(number) => self.plan.covers.get(number).map(|cover| cover.assignment),
            _ => None,
        };
        let assignment = match of {
            Some(number) => Some(self.assignment(number).await.ok_or_else(missing)?),
            None => None,
        };
        let (actor, command) = commands::command(self.plan, &self.ids, step, assignment)?.ok_or_else(missing)?;
        let refused = |refusal| SeedError::Refused { step: step.describe(), refusal };
        let receipt = self.casework.execute(actor, command, id).await.map_err(refused)?;
        Ok((step, receipt))
    }

    /// The id of an assignment: remembered from this start, or asked for as its mentor.
    async fn assignment(&self, ends: usize) -> Option<AssignmentId> {
        if let Some(known) = self.ids.assignment(ends) {
            return Some(known);
        }
        let planned = self.plan.assignments.get(ends)?;
        let mentor = self.ids.staff(planned.mentor)?;
        let reader = self.casework.reader(Actor::Staff(mentor), "demo");
        let mentors = reader.mentors(self.ids.pupil(planned.pupil)?, reader.now()).into_inner();
        reader.finish().await.ok()?;
        mentors.iter().find(|one| one.mentor.id == mentor).map(|one| one.assignment)
    }
}
