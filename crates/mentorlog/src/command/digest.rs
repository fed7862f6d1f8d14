//! `mentorlog digest`: what guardians would be sent, and what became of it. The service sends by itself while it runs; here it
//! is stopped.

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use api::{Letters, Reads};
use casework::Clock;
use casework::post::{Letter, Post};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use digest::plan::{Planned, passed_over, period_due, plan, schools_passed_over, waiting};
use digest::{Courier, FileCourier, Ids, Relay, Round, Stop, Tally, reads};
use domain::actor::Actor;
use domain::calendar::local_date;
use domain::id::GuardianId;
use domain::refusal::Refusal;
use domain::state::outbox::{MOST_UNANSWERED, Standing};
use domain::words::{DeliveryFailure, Language, NotSent, Reference, SpeaksOf};
use storage::RealDisk;

use crate::bounces::{deliver, take_in};
use crate::chance;
use crate::clock::ProgramClock;
use crate::failure::{Exit, Failure};
use crate::held;
use crate::settings::{Carrier, DigestSettings, Settings};
use crate::wiring::Running;

/// What to do about messages.
#[derive(clap::Subcommand)]
pub(crate) enum Digest {
    /// Send what is due now, and what waits; with `--dry-run` only say what would be decided, a line each.
    Run {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Send nothing, and record nothing but that of these pupils was told.
        #[arg(long)]
        dry_run: bool,
    },
    /// Show what a guardian would be sent on a day, by what is known now, or at a time of that day, of what was on record by then;
    /// or say why nothing would be. It is on record as a reading of the pupils' cases, and the guardian's own links are left out.
    Preview {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The guardian.
        #[arg(long, value_name = "GUARDIAN")]
        guardian: GuardianId,
        /// The day, or day and time by the school's clock: 2019-09-06 or 2019-09-06T15:30 [default: today]
        #[arg(long, value_name = "DATE[Ttime]")]
        at: Option<At>,
    },
    /// Read one message that has come back from standard input, as a relay hands it over through a pipe, and lay it into the
    /// folder of the configuration's `bounces`: the service looks there each minute. Opens no log.
    Bounce {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// After a restore, let guardians be written to again. A backup does not know who has stopped digests since, whom a ban or a
    /// protection was recorded for, or what has been sent: until this is said the service sends nothing. Opens no log.
    Release {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Count messages by where they stand, a line for each, and what is due and not prepared yet. Names nobody.
    Status {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

/// A day, or a time of a day, by the school's clock.
#[derive(Clone, Copy)]
pub(crate) struct At(NaiveDate, Option<NaiveTime>);

impl FromStr for At {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
        let time = formats.into_iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
        let time = time.map(|time| Self(time.date(), Some(time.time())));
        time.or_else(|| text.parse().ok().map(|day| Self(day, None)))
            .ok_or("it is a day, or a day and a time by the school's clock: 2019-09-06 or 2019-09-06T15:30")
    }
}

/// Does it.
pub(crate) async fn run(digest: Digest) -> Result<(), Failure> {
    let (Digest::Run { config, .. }
    | Digest::Preview { config, .. }
    | Digest::Status { config }
    | Digest::Release { config }
    | Digest::Bounce { config }) = &digest;
    let settings = Settings::read(config)?;
    match &digest {
        Digest::Bounce { .. } => return laid_in(&settings),
        Digest::Release { .. } => return released(&settings),
        Digest::Run { .. } | Digest::Preview { .. } | Digest::Status { .. } => {}
    }
    let running = Running::start(&settings.folder, Some(&settings.master_key), None).await?;
    let lines = match &digest {
        Digest::Run { dry_run: true, .. } => would_be(&settings, &running).await,
        Digest::Run { dry_run: false, .. } => sent(&settings, &running).await,
        Digest::Preview { guardian, at, .. } => shown(&settings, &running, *guardian, *at).await,
        // Have been done, without the log.
        Digest::Bounce { .. } | Digest::Release { .. } => Ok(Vec::new()),
        Digest::Status { .. } => Ok(held_back(&settings).chain(standing(&running.casework.post())).collect()),
    };
    running.close().await?;
    let mut out = std::io::stdout();
    for line in lines? {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What would be decided about a guardian tells of the children: nothing is said before that is on record.
async fn would_be(settings: &Settings, running: &Running) -> Result<Vec<String>, Failure> {
    let post = running.casework.post();
    let (facts, today) = (post.facts(), local_date(post.now()));
    let mut due = waiting(&facts, post.now());
    due.extend(plan(&facts, post.now()));
    let passed = passed_over(&facts, post.now());
    let whose = due.iter().map(|planned| planned.guardian).chain(passed.iter().map(|passed| passed.guardian));
    let children = whose.flat_map(|guardian| facts.children(guardian)).copied();
    running.casework.record_listed("digest run --dry-run", children).await?;
    let told = |planned: &Planned| {
        let (class, period) = planned.named;
        let newer =
            |other: &Planned| other.guardian == planned.guardian && other.named.0 == class && other.named.1 > period;
        let outbox = facts.outbox(planned.guardian);
        let superseded = outbox.is_some_and(|outbox| outbox.is_superseded(planned.named)) || due.iter().any(newer);
        // Planning asks what was known at the school's hour; what is sent tells all that is known now.
        let about = facts.about_when_claimed(planned.guardian, planned.named, today);
        let held = outbox.and_then(|outbox| outbox.message(class, period));
        let decided = match facts.would_be(planned.guardian, planned.named, &about, today) {
            _ if superseded => format!("would not be sent: {:?}", NotSent::Superseded),
            _ if held.is_some_and(|held| held.unanswered >= MOST_UNANSWERED) => {
                format!("would be given up: {:?}", DeliveryFailure::AnswerLost)
            }
            Ok(addressed) => match addressed.pupils.len() {
                1 => "would be sent, about 1 pupil".to_owned(),
                more => format!("would be sent, about {more} pupils"),
            },
            Err(no) => format!("would not be sent: {:?}", no.reason),
        };
        format!("{} {} {period}: {decided}", planned.guardian, class.name())
    };
    let passed = passed.iter().map(|passed| {
        let (class, period) = passed.named;
        format!("{} {} {period}: would not be sent: {:?}", passed.guardian, class.name(), passed.reason)
    });
    let schools = schools_passed_over(&facts, post.now());
    let schools = schools
        .iter()
        .map(|passed| format!("{} digest {}: would not be sent: {:?}", passed.school, passed.period, passed.reason));
    Ok(held_back(settings).chain(due.iter().map(told)).chain(passed).chain(schools).collect())
}

/// What is said first where messages are held back.
fn held_back(settings: &Settings) -> impl Iterator<Item = String> {
    held::are_held(&settings.folder.data).then(|| HELD.to_owned()).into_iter()
}

fn released(settings: &Settings) -> Result<(), Failure> {
    let said =
        if held::release(&settings.folder.data)? { "guardians are written to again" } else { "nothing was held back" };
    Ok(writeln!(std::io::stdout(), "{said}")?)
}

/// Nothing is shown before the reading is on record.
async fn shown(
    settings: &Settings,
    running: &Running,
    guardian: GuardianId,
    at: Option<At>,
) -> Result<Vec<String>, Failure> {
    let sender = &digest_of(settings)?.sender;
    let reader = running.casework.reader(Actor::Setup, "digest preview");
    let At(day, time) = at.unwrap_or_else(|| At(reader.now().day, None));
    let seen = reader.digest_preview(guardian, (day, time));
    reader.finish().await?;
    let far = |refusal: Refusal| match refusal.field {
        Some("at") => Failure::new(Exit::Failed, "`--at` must lie within a year of today"),
        Some("time") => Failure::new(Exit::Failed, "`--at` is a time that the school's clock skips on that day"),
        _ => refusal.into(),
    };
    let Some(seen) = seen.map_err(far)? else { return Err(Failure::new(Exit::Failed, "no such guardian")) };
    let letter = match seen.get() {
        Ok(letter) => letter,
        Err(reason) => return Ok(vec![format!("nothing would be sent: {reason:?}")]),
    };
    let (subject, text) =
        reads(letter, &sender.languages).ok_or_else(|| Failure::new(Exit::Failed, "the message cannot be made"))?;
    let lines = text.lines().map(str::to_owned);
    Ok([format!("Subject: {subject}"), String::new()].into_iter().chain(lines).collect())
}

fn digest_of(settings: &Settings) -> Result<&DigestSettings, Failure> {
    let why = "the configuration has no `digest`: guardians are not written to";
    settings.digest.as_ref().ok_or_else(|| Failure::new(Exit::Failed, why))
}

fn standing(post: &Post) -> Vec<String> {
    let facts = post.facts();
    let mut counts = STANDINGS.map(|word| (word, 0_usize));
    for (_, outbox) in facts.guardians() {
        for message in &outbox.messages {
            let word = standing_of(message.standing);
            counts.iter_mut().filter(|(known, _)| *known == word).for_each(|(_, count)| *count += 1);
        }
    }
    let due = format!("{} due, not prepared yet", plan(&facts, post.now()).len());
    let counts = counts.map(|(word, count)| format!("{count} {word}"));
    std::iter::once(due).chain(counts).chain(passed(post)).collect()
}

/// For whom no message was prepared, by the newest period of each, and for which reason; and at how many schools for nobody.
fn passed(post: &Post) -> Vec<String> {
    let (facts, now) = (post.facts(), post.now());
    let mut counts = PASSED.map(|reason| (reason, 0_usize));
    for (_, outbox) in facts.guardians() {
        for passed in &outbox.passed_over {
            counts.iter_mut().filter(|(reason, _)| *reason == passed.reason).for_each(|(_, count)| *count += 1);
        }
    }
    let schools = facts.schools().into_iter().filter(|school| {
        let schedule = facts.schedule(*school, local_date(now));
        let period = schedule.and_then(|schedule| period_due(&schedule, now));
        period.is_some_and(|period| facts.digests_passed_over(*school, period).is_some())
    });
    let schools = format!("{} schools passed over: {:?}", schools.count(), NotSent::SchoolBreak);
    counts.map(|(reason, count)| format!("{count} passed over: {reason:?}")).into_iter().chain([schools]).collect()
}

/// What is said of a restored folder until somebody has looked.
const HELD: &str = "held back: the folder was restored from a backup; `mentorlog digest release` when what it does not know of is on record";

/// Why planning passes a guardian over.
const PASSED: [NotSent; 4] = [NotSent::NoAddress, NotSent::Stopped, NotSent::SwitchedOff, NotSent::AlreadySent];

/// Where messages stand, in the order of their way. Each is told, also where there is none: what waits for it reads a number.
const STANDINGS: [&str; 10] = [
    "prepared",
    "being sent",
    "failed, to be tried again",
    "sent",
    "not sent, by decision",
    "given up",
    "refused: the address takes no mail",
    "came back: the address takes no mail",
    "came back: nothing against the address",
    "came back, for now",
];

const fn standing_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Prepared => "prepared",
        Standing::Claimed { .. } => "being sent",
        Standing::Failed { .. } => "failed, to be tried again",
        Standing::Sent => "sent",
        Standing::Refused(_) => "not sent, by decision",
        Standing::GivenUp(DeliveryFailure::AddressRefused) => "refused: the address takes no mail",
        Standing::GivenUp(_) => "given up",
        Standing::Bounced(SpeaksOf::Address) => "came back: the address takes no mail",
        Standing::Bounced(SpeaksOf::Message) => "came back: nothing against the address",
        Standing::Bounced(SpeaksOf::Now) => "came back, for now",
    }
}

/// What went wrong here is no word on the message: the relay keeps it, and tries again.
fn laid_in(settings: &Settings) -> Result<(), Failure> {
    let why = "the configuration has no `digest.bounces`: nobody looks at what comes back";
    let folder = settings.digest.as_ref().and_then(|digest| digest.bounces.as_ref());
    let folder = folder.ok_or_else(|| Failure::new(Exit::Later, why))?;
    let millis = ProgramClock.now().timestamp_millis();
    deliver(&RealDisk, folder, std::io::stdin().lock(), millis).map_err(|failure| Failure::new(Exit::Later, failure))
}

async fn sent(settings: &Settings, running: &Running) -> Result<Vec<String>, Failure> {
    if held::are_held(&settings.folder.data) {
        return Err(Failure::new(Exit::Failed, HELD));
    }
    let sending = Sending::new(running, digest_of(settings)?, Stop::default())?;
    let Tally { prepared, sent, refused, failed, passed_over, waiting, errors } = sending.round().await;
    let done = format!(
        "{prepared} prepared, {sent} sent, {refused} not sent by decision, {failed} failed, \
         {passed_over} passed over, {waiting} wait for the next round"
    );
    match errors {
        0 => Ok(vec![done]),
        errors => Err(Failure::new(Exit::Failed, format!("{done}; {errors} steps could not be put on record"))),
    }
}

/// Who carries, by the settings.
pub(crate) fn courier(carrier: &Carrier) -> Result<Arc<dyn Courier>, Failure> {
    match carrier {
        Carrier::Relay(relay) => Ok(Arc::new(Relay::new(relay).map_err(|error| Failure::new(Exit::Failed, error))?)),
        Carrier::Folder(folder) => {
            storage::disk::make_folder(&RealDisk, folder)?;
            Ok(Arc::new(FileCourier(folder.clone())))
        }
    }
}

/// This program as a sender.
pub(crate) struct Sending {
    round: Round,
    bounces: Option<PathBuf>,
    data: PathBuf,
}

impl Sending {
    /// Gets ready; nobody is written to yet.
    pub(crate) fn new(running: &Running, settings: &DigestSettings, stop: Stop) -> Result<Self, Failure> {
        let clock = Arc::clone(&running.clock);
        let ids: Ids = Arc::new(move || chance::command_id(clock.now().timestamp_millis()).ok());
        let round = Round {
            post: running.casework.post(),
            courier: courier(&settings.carrier)?,
            sender: Arc::new(settings.sender.clone()),
            name: Reference::try_new(format!("mentorlog {}", std::process::id()))?,
            ids,
            pace: Arc::default(),
            stop,
        };
        let data = running.data.clone();
        if held::are_held(&data) {
            tracing::warn!("{HELD}");
        }
        Ok(Self { round, bounces: settings.bounces.clone(), data })
    }

    /// One round. What has come back is read first: nothing more goes to an address that takes no mail.
    pub(crate) async fn round(&self) -> Tally {
        if let Some(folder) = &self.bounces {
            take_in(&RealDisk, folder, &self.round.sender.bounces_at, &self.round.post, &self.round.ids).await;
        }
        if held::are_held(&self.data) { Tally::default() } else { self.round.run().await }
    }

    /// Sends of what waits what may go by now.
    pub(crate) async fn go_on(&self) -> Tally {
        self.round.go_on().await
    }
}

/// What the service is told about letters: in which languages, and how one reads.
pub(crate) fn letters(switched_on: &[Language]) -> Letters {
    let is_on = |language: &Language| digest::is_checked(*language) || switched_on.contains(language);
    let languages = Language::ALL.into_iter().filter(is_on).collect();
    let switched_on = switched_on.to_vec();
    let writer = move |letter: &Letter| reads(letter, &switched_on).map(|(subject, text)| Reads { subject, text });
    Letters { languages, writer: Some(Arc::new(writer)) }
}
