//! Carrying a command out: known already? may they? what follows? on disk? shown?

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::access::{done_to, is_stranger, may_do};
use domain::actor::{Actor, Role};
use domain::calendar::local_date;
use domain::command::{Command, EntryToCorrect, EntryToHandOn, MeantEntry, Moment};
use domain::decide::{Decided, Decision, Expectation, decide};
use domain::event::{Event, GuardianEvent, PupilEvent, SchoolEvent, SchoolMatter, StaffEvent, Work};
use domain::id::{CommandId, EventId, PupilId, StaffId};
use domain::projection::{AsOf, Projections};
use domain::recorded::{Body, Recorded, StreamRef};
use domain::refusal::{Code, Refusal};
use storage::{AppendError, Appended, Commit, CommitId, Expected, Position};
use zeroize::Zeroizing;

use super::{Casework, Created, Receipt, roles_of};
use crate::canonical;
use crate::ids::CommandIds;
use crate::reader::{Ledger, Shelf};
use crate::stored::{decode, encode, stream_id};

/// How long the log remembers the names of commands after they were recorded, in milliseconds: 90 days.
const REMEMBERED: u64 = 90 * 24 * 3600 * 1000;
/// How far ahead a client's clock may be, in milliseconds.
const AHEAD: u64 = 5 * 60 * 1000;
/// How long the projections may take to show what is on disk: far longer than they do.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a command is decided again when others changed what it was decided from.
const TRIES: u32 = 8;

/// Carries a command out. Whoever is refused because the thing is not there, or not theirs, is on record before they are
/// told: the two take the same way, and the same time. So is whoever is refused for any other reason that tells something of a
/// person to whom they are a stranger; a slip with one's own pupil is not.
pub(super) async fn execute(
    casework: &Casework,
    actor: Actor,
    command: &Command,
    id: CommandId,
) -> Result<Receipt, Refusal> {
    let done = carried_out(casework, actor, command, id).await;
    if let (Err(refusal), Actor::Staff(staff)) = (&done, actor) {
        let ledger = Ledger::new("command");
        for id in looked_for(casework, staff, command, refusal.code) {
            ledger.refuse(id);
        }
        let roles = roles_of(&casework.projections(), actor);
        ledger.record(casework, actor, roles).await?;
    }
    done
}

/// What a refusal is put on record with: what the command was done to, if that is not there, and each stranger whom it names.
fn looked_for(casework: &Casework, staff: StaffId, command: &Command, code: Code) -> Vec<String> {
    if tells_of_nobody(code) {
        return Vec::new();
    }
    let missing = matches!(code, Code::NotFound | Code::NotAllowed);
    let mut found = if missing { done_to(command) } else { Vec::new() };
    let (known, today) = (casework.projections(), local_date(casework.clock.now()));
    let others: Vec<_> =
        canonical::named(command).into_iter().filter(|named| !found.contains(&named.to_string())).collect();
    let strangers = others.into_iter().filter(|named| is_stranger(&known.world, staff, *named, today));
    found.extend(strangers.map(|named| named.to_string()));
    if missing && found.is_empty() {
        found.push("command".to_owned());
    }
    found
}

/// Whether a refusal is of the command's name, or of the service itself: whomever the command is about.
const fn tells_of_nobody(code: Code) -> bool {
    matches!(
        code,
        Code::CommandIdInFuture
            | Code::CommandIdTooOld
            | Code::CommandConflict
            | Code::Busy
            | Code::DiskFull
            | Code::LogStopped
            | Code::TraceNotRecorded
            | Code::Internal
    )
}

async fn carried_out(casework: &Casework, actor: Actor, command: &Command, id: CommandId) -> Result<Receipt, Refusal> {
    let now = casework.clock.now();
    let elsewhere = || casework.clock.elsewhere();
    check_age(id, now).or_else(|refusal| check_age(id, elsewhere().ok_or(refusal)?))?;
    let looked_up = looked_up(casework, command).await?;
    let command = looked_up.as_ref().unwrap_or(command);
    let content = canonical::content(actor, command);
    if let Some(appended) = casework.log.committed(CommitId(id.bits()), &content).map_err(refusal)? {
        return answer(casework, appended).await;
    }
    let registering = matches!(command, Command::RegisterSchool(_));
    let _one_at_a_time = if registering { Some(casework.registering.lock().await) } else { None };
    for _ in 0..TRIES {
        match attempt(casework, actor, command, id, now, &content).await {
            Ok(appended) => return answer(casework, appended).await,
            Err(Failed::Refused(refusal)) => return Err(refusal),
            Err(Failed::Overtaken(head)) => shown(casework, head.0).await?,
        }
    }
    Err(Refusal::new(Code::Busy))
}

/// The command with what only the log knows: what stands where an entry is corrected.
async fn looked_up(casework: &Casework, command: &Command) -> Result<Option<Command>, Refusal> {
    let Command::CorrectEntry(entry) = command else { return Ok(None) };
    let known = entry.position > 0 && entry.position <= casework.projections().position;
    let meant = if known { meant(casework, entry).await? } else { None };
    Ok(Some(Command::CorrectEntry(EntryToCorrect { meant, ..entry.clone() })))
}

async fn meant(casework: &Casework, entry: &EntryToCorrect) -> Result<Option<MeantEntry>, Refusal> {
    let internal = |why: String| {
        tracing::error!(code = "internal", %why, "an entry to correct could not be read");
        Refusal::new(Code::Internal)
    };
    let read = casework.log.read_at(vec![Position(entry.position)]).await;
    let Some(event) = read.map_err(|error| internal(error.to_string()))?.pop() else { return Ok(None) };
    let recorded = decode(&event).map_err(|error| internal(error.to_string()))?;
    Ok(match recorded.body {
        Body::Known(Event::Pupil(event)) if recorded.stream == StreamRef::Pupil(entry.pupil) => {
            let (kind, enrolment, guardian) = (event.kind(), event.enrolment(), event.guardian());
            Some(MeantEntry { event: recorded.id, kind, enrolment, author: recorded.actor, guardian })
        }
        Body::Known(Event::Pupil(_) | Event::School(_) | Event::Staff(_) | Event::Guardian(_)) | Body::Erased(_) => {
            None
        }
    })
}

/// What hands an entry on, with what only the log knows: whether the entry stands in the case that was left. Looked up for who may
/// hand on, and no other: how long it takes would tell of the case.
async fn handed_on(
    casework: &Casework,
    known: &Projections,
    (actor, command): (Actor, &Command),
    now: DateTime<Utc>,
) -> Result<Option<Command>, Refusal> {
    let (Command::LogWork(logged) | Command::HandOn(EntryToHandOn { logged, .. })) = command else { return Ok(None) };
    let (Work::EntryHandedOn { of }, []) = (&logged.work, logged.with.as_slice()) else { return Ok(None) };
    let shelf = Shelf { view: known, log: &*casework.log, now: AsOf::now(local_date(now)) };
    let stands = shelf.stands_in_the_case_left((actor, logged.pupil), *of).await?;
    Ok(Some(Command::HandOn(EntryToHandOn { logged: logged.clone(), stands })))
}

enum Failed {
    Refused(Refusal),
    Overtaken(Position),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

async fn attempt(
    casework: &Casework,
    actor: Actor,
    command: &Command,
    id: CommandId,
    now: DateTime<Utc>,
    content: &[u8],
) -> Result<Appended, Failed> {
    let projections = casework.projections();
    let role = may_do(&projections.world, actor, command, local_date(now))?;
    let handed_on = handed_on(casework, &projections, (actor, command), now).await?;
    let command = handed_on.as_ref().unwrap_or(command);
    let mut ids = CommandIds::new(&casework.secret, id);
    let mut decision = decide(&projections.world, actor, command, Moment(now), &mut ids)?;
    told_with_it(&projections, command, now, &mut ids, &mut decision);
    let commit = commit(&decision, (actor, role), id, now, content)?;
    casework.log.append(commit).await.map_err(|error| match error {
        AppendError::Conflict { head, .. } => Failed::Overtaken(head),
        error => Failed::Refused(refusal(error)),
    })
}

/// With a publication goes what it tells, as it is known now: what a decision alone cannot know.
fn told_with_it(
    known: &Projections,
    command: &Command,
    now: DateTime<Utc>,
    ids: &mut CommandIds<'_>,
    decision: &mut Decision,
) {
    let Command::SettleSchool { school, matter: SchoolMatter::FiguresPublished { term } } = command else { return };
    let told = known.told(*school, *term, AsOf::now(local_date(now)));
    decision.events.extend(told.into_iter().map(|matter| Decided {
        stream: StreamRef::School(*school),
        id: EventId::fresh(ids),
        occurred: now,
        event: SchoolEvent::Settled(matter).into(),
    }));
}

fn commit(
    decision: &Decision,
    (actor, role): (Actor, Option<Role>),
    id: CommandId,
    now: DateTime<Utc>,
    content: &[u8],
) -> Result<Commit, Refusal> {
    let events = decision
        .events
        .iter()
        .map(|decided| encode(decided, actor, role))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Refusal::new(Code::Internal))?;
    let expected = decision
        .expected
        .iter()
        .map(|(stream, expectation)| {
            let expected = match expectation {
                Expectation::Any => Expected::Any,
                Expectation::Version(version) => Expected::Version(*version),
            };
            (stream_id(*stream), expected)
        })
        .collect();
    let content = Zeroizing::new(content.to_vec());
    Ok(Commit { id: CommitId(id.bits()), content, expected, events, recorded_micros: now.timestamp_micros() })
}

fn check_age(id: CommandId, now: DateTime<Utc>) -> Result<(), Refusal> {
    let now = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let made = id.made_at_millis();
    if made > now.saturating_add(AHEAD) {
        return Err(Refusal::at(Code::CommandIdInFuture, "commandId"));
    }
    // A name made by a clock that was ahead was recorded before it was made, and is forgotten so much earlier.
    if made < now.saturating_sub(REMEMBERED - AHEAD) {
        return Err(Refusal::at(Code::CommandIdTooOld, "commandId"));
    }
    Ok(())
}

/// What the log refuses, in the product's codes.
fn refusal(error: AppendError) -> Refusal {
    match error {
        AppendError::CommitIdReused => Refusal::at(Code::CommandConflict, "commandId"),
        AppendError::TooLarge { .. } => Refusal::new(Code::InvalidInput),
        AppendError::DiskFull => Refusal::new(Code::DiskFull),
        AppendError::Conflict { .. } => Refusal::new(Code::Busy),
        AppendError::Stopped { reason } => {
            tracing::error!(code = "log_stopped", %reason, "the log has stopped writing");
            Refusal::new(Code::LogStopped)
        }
    }
}

/// Waits until the projections show a position.
async fn shown(casework: &Casework, position: u64) -> Result<(), Refusal> {
    let mut shown = casework.subscribe();
    let waiting = shown.wait_for(|at| *at >= position || !casework.follows());
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(Ok(at)) if *at >= position => Ok(()),
        _ => Err(Refusal::new(Code::Internal)),
    }
}

/// The answer, made from what stands in the log: the first time and every time after.
async fn answer(casework: &Casework, appended: Appended) -> Result<Receipt, Refusal> {
    shown(casework, appended.last.0).await?;
    let positions = (appended.first.0..=appended.last.0).map(Position).collect();
    let internal = |why: String| {
        tracing::error!(code = "internal", %why, "the answer to a command could not be read back");
        Refusal::new(Code::Internal)
    };
    let events = casework.log.read_at(positions).await.map_err(|error| internal(error.to_string()))?;
    let mut receipt =
        Receipt { events: Vec::new(), position: appended.last.0, created: Vec::new(), already: appended.already };
    for event in &events {
        let recorded = decode(event).map_err(|error| internal(error.to_string()))?;
        receipt.events.push(EventId::from_bits(event.event_id));
        created(&recorded, &mut receipt.created);
    }
    Ok(receipt)
}

fn created(recorded: &Recorded, created: &mut Vec<Created>) {
    let Body::Known(event) = &recorded.body else { return };
    match event {
        Event::School(SchoolEvent::Registered(_)) => {
            if let StreamRef::School(id) = recorded.stream {
                created.push(Created::School(id));
            }
        }
        Event::Staff(StaffEvent::Joined(_)) => {
            if let StreamRef::Staff(id) = recorded.stream {
                created.push(Created::Staff(id));
            }
        }
        Event::Guardian(GuardianEvent::Registered(_)) => {
            if let StreamRef::Guardian(id) = recorded.stream {
                created.push(Created::Guardian(id));
            }
        }
        Event::Pupil(event) => {
            if let StreamRef::Pupil(id) = recorded.stream {
                created_in_case(id, event, recorded.version, created);
            }
        }
        Event::School(
            SchoolEvent::YearSet(_)
            | SchoolEvent::PrincipalMadeResponsible(_)
            | SchoolEvent::MissionAdopted(_)
            | SchoolEvent::MentoringModelChosen(_)
            | SchoolEvent::TermMarkedNotComparable(_)
            | SchoolEvent::Settled(_),
        )
        | Event::Guardian(GuardianEvent::Corrected(_) | GuardianEvent::Digest(_))
        | Event::Staff(
            StaffEvent::RoleGranted(_)
            | StaffEvent::WorkingTimeSet(_)
            | StaffEvent::TimeLogged(_)
            | StaffEvent::TaskTakenOver(_)
            | StaffEvent::RoleWithdrawn(_)
            | StaffEvent::Arranged(_),
        ) => {}
    }
}

fn created_in_case(id: PupilId, event: &PupilEvent, version: u64, created: &mut Vec<Created>) {
    match event {
        PupilEvent::Enrolled(event) => {
            if version == 1 {
                created.push(Created::Pupil(id));
            }
            created.push(Created::Enrolment(event.enrolment));
        }
        PupilEvent::MentorAssigned(event) => created.push(Created::Assignment(event.assignment)),
        PupilEvent::MovedClass(_)
        | PupilEvent::Left(_)
        | PupilEvent::GuardianLinked(_)
        | PupilEvent::AssignmentEnded(_)
        | PupilEvent::AssignmentHandedOver(_)
        | PupilEvent::EntryCorrected(_)
        | PupilEvent::NameCorrected(_)
        | PupilEvent::DaysCorrected(_)
        | PupilEvent::CoverStarted(_)
        | PupilEvent::CoverEnded(_)
        | PupilEvent::GuardianContacted(_)
        | PupilEvent::AttendanceRegistered(_)
        | PupilEvent::AttendanceCorrected(_)
        | PupilEvent::Worked(_) => {}
    }
}
