//! What it costs that nobody sees a case without a decision and a trace; and whether a refusal can be told from absence by
//! the time that it takes.

mod rank;
mod untraced;

use std::fmt::Write;
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use api::{Authenticator, DemoTokens, bind};
use casework::stored::decode;
use casework::{Casework, Clock};
use domain::access::{Subject, may_see};
use domain::actor::Actor;
use domain::id::{PupilId, StaffId};
use domain::projection::Projections;
use serde_json::{Value, json};
use storage::{EventLog, Position};
use tokio::sync::oneshot;

use self::untraced::Untraced;
use crate::http::ask::{Connection, graphql};
use crate::http::cases::Case;
use crate::http::{CLIENTS, client};
use crate::rows::{Hundred, Morning, a_mentor_with_a_hundred_pupils, today};
use crate::stats::{Sample, Spread, Summary, ratios};
use crate::{Failure, Options, growth};

const QUERY: &str = "query($pupil: ID!) { pupil(id: $pupil) { id name placement { className grade } } }";
const WORK: &str =
    "mutation($input: LogWorkInput!) { logWork(input: $input) { receipt { eventIds } userErrors { code field } } }";
/// What a traced reading keeps of an untraced one's rate, at least.
const KEPT: f64 = 0.5;
/// How many decisions are timed together.
const DECISIONS: u32 = 200_000;
/// How many questions about what is refused, and as many about what is not there.
const SAMPLES: usize = 5_000;

/// Everything about access.
pub(crate) struct Costs {
    /// Nanoseconds for a decision that grants, and for one that refuses.
    granted: Spread,
    refused: Spread,
    /// A pupil read over HTTP, with its trace on disk and without.
    traced: Summary,
    untraced: Summary,
    kept: Spread,
    /// Refused against missing: readings, and what is asked to be recorded.
    rank: rank::Rank,
    recording: rank::Rank,
}

/// What is asked, of a pupil.
type Question = fn(PupilId) -> (&'static str, Value);

fn reading(pupil: PupilId) -> (&'static str, Value) {
    (QUERY, json!({ "pupil": pupil.to_string() }))
}

/// The same command each time: it is refused, so that its name is never used up.
fn recording(pupil: PupilId) -> (&'static str, Value) {
    let millis = Morning.now().timestamp_millis();
    let id = format!("{millis:012x}7000800000000000bead");
    let input =
        json!({ "commandId": id, "pupilId": pupil.to_string(), "work": { "pupilTalkedWith": { "topic": "ABSENCE" } } });
    (WORK, json!({ "input": input }))
}

/// Measures everything.
pub(crate) async fn measure(options: &Options) -> Result<Costs, Failure> {
    println!("access: decisions, traces, refusals");
    let folder = tempfile::tempdir_in(&options.folder)?;
    let log: Arc<dyn EventLog> = growth::open(folder.path())?;
    let school = a_mentor_with_a_hundred_pupils(Arc::clone(&log)).await?;
    let projections = fold(&*log).await?;
    let timed = |staff| decisions(options, &projections, staff, &school.pupils);
    let (granted, refused) = (timed(school.mentor), timed(school.stranger));

    let quiet: Arc<dyn EventLog> = Arc::new(Untraced(Arc::clone(&log)));
    let clock = Arc::new(Morning);
    let without = Casework::open(quiet, [7; 32], clock).await?;
    let (with, without) = (serve(&school.casework, &school).await?, serve(&without, &school).await?);
    let (mut traced, mut untraced): (Vec<Sample>, Vec<Sample>) = (Vec::new(), Vec::new());
    for _ in 0..options.repetitions() {
        for (server, samples) in [(&with, &mut traced), (&without, &mut untraced)] {
            samples.push(read(options, server, &school).await?);
        }
    }
    let rank = told_apart(options, &with, &school, reading).await?;
    let recording = told_apart(options, &with, &school, recording).await?;
    let kept = ratios(&traced, &untraced);
    let (traced, untraced) = (Summary::of(&traced), Summary::of(&untraced));
    Ok(Costs { granted, refused, traced, untraced, kept, rank, recording })
}

async fn fold(log: &dyn EventLog) -> Result<Projections, Failure> {
    let mut projections = Projections::default();
    for event in log.read_all(Position(0), 10_000).await? {
        projections.apply(&decode(&event)?)?;
    }
    Ok(projections)
}

fn decisions(options: &Options, known: &Projections, staff: StaffId, pupils: &[PupilId]) -> Spread {
    let day = today();
    let once = || {
        let begin = Instant::now();
        for pupil in pupils.iter().cycle().take(DECISIONS as usize) {
            black_box(may_see(&known.world, Actor::Staff(staff), Subject::Case(*pupil), day));
        }
        begin.elapsed().as_secs_f64() * 1e9 / f64::from(DECISIONS)
    };
    Spread::of((0..options.repetitions()).map(|_| once()).collect())
}

/// A service in this process, until it is dropped.
struct Server {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

async fn serve(casework: &Arc<Casework>, school: &Hundred) -> Result<Server, Failure> {
    let tokens =
        DemoTokens::new([("mentor", Actor::Staff(school.mentor)), ("stranger", Actor::Staff(school.stranger))]);
    let bound = bind("127.0.0.1:0".parse()?).await?;
    let address = bound.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async move {
        let _ended = stopped.await;
    };
    let who = Arc::new(Authenticator::demo(tokens));
    tokio::spawn(bound.serve(Arc::clone(casework), who, Arc::new(|| Ok(())), until));
    Ok(Server { address, _stop: stop })
}

async fn read(options: &Options, server: &Server, school: &Hundred) -> Result<Sample, Failure> {
    let pupil = school.pupils.first().ok_or("no pupil")?;
    let case = Case::reading("a pupil is read", "mentor", QUERY, json!({ "pupil": pupil.to_string() }));
    client::run(server.address, std::process::id(), &case, CLIENTS, options.window()).await
}

/// Somebody asks for pupils who are not theirs and for pupils who are not there, in turns, on one connection.
async fn told_apart(
    options: &Options,
    server: &Server,
    school: &Hundred,
    question: Question,
) -> Result<rank::Rank, Failure> {
    let asked = |pupil| {
        let (query, variables) = question(pupil);
        graphql("stranger", query, &variables)
    };
    let refused: Vec<_> = school.pupils.iter().map(|pupil| asked(*pupil)).collect();
    let missing: Vec<_> = school.pupils.iter().map(|pupil| asked(nobody(*pupil))).collect();
    let samples = if options.repetitions() == 1 { SAMPLES / 50 } else { SAMPLES };
    let mut connection = Connection::open(server.address).await?;
    let (mut first, mut second) = (Vec::with_capacity(samples), Vec::with_capacity(samples));
    let mut bodies = (Vec::new(), Vec::new());
    let mut coin = 0x5eed_u64;
    for (refused, missing) in refused.iter().zip(&missing).cycle().take(samples) {
        // Which comes first is chance: the disk has a rhythm of its own, and a fixed order would fall in with it.
        let refused_first = toss(&mut coin);
        for of_refused in [refused_first, !refused_first] {
            let (request, times, body) =
                if of_refused { (refused, &mut first, &mut bodies.0) } else { (missing, &mut second, &mut bodies.1) };
            let sent = Instant::now();
            connection.ask(request, body).await?;
            times.push(sent.elapsed().as_nanos());
        }
    }
    if bodies.0 != bodies.1 {
        return Err("refused is not answered as missing".into());
    }
    Ok(rank::Rank::of(&first, &second))
}

/// A coin that falls the same in every run (splitmix64).
const fn toss(state: &mut u64) -> bool {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (z ^ (z >> 27)) >> 63 == 0
}

/// An id like the pupil's, of nobody.
const fn nobody(pupil: PupilId) -> PupilId {
    let mut bits = pupil.bits();
    // The last bits only, so that nothing about the form of the id differs.
    bits[15] ^= 0x55;
    bits[14] ^= 0xaa;
    PupilId::from_bits(bits)
}

impl Costs {
    /// What does not hold of what must: each in a sentence.
    pub(crate) fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let kept = self.kept.median;
        if kept < KEPT {
            failures.push(format!("a traced reading keeps {kept:.2} of an untraced one's rate, and must keep {KEPT}"));
        }
        for (what, rank) in [("reading", &self.rank), ("recording", &self.recording)] {
            if rank.told_apart() {
                failures.push(format!("refused and missing can be told apart by the time that {what} takes"));
            }
        }
        failures
    }

    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        let spread = |of: &Spread| json!({ "median": of.median, "least": of.least, "most": of.most });
        json!({
            "decision_nanos": { "granted": spread(&self.granted), "refused": spread(&self.refused) },
            "clients": CLIENTS,
            "traced": self.traced.to_json(), "untraced": self.untraced.to_json(), "kept": spread(&self.kept),
            "refused_or_missing": self.rank.to_json(), "refused_or_missing_recording": self.recording.to_json(),
        })
    }

    /// For people.
    pub(crate) fn tell(&self, text: &mut String) -> std::fmt::Result {
        text.push_str("# Access\n\n| | median | range |\n| --- | ---: | ---: |\n");
        for (what, nanos) in [("that grants", &self.granted), ("that refuses", &self.refused)] {
            let Spread { median, least, most } = nanos;
            writeln!(text, "| a decision {what}, nanoseconds | {median:.0} | {least:.0}-{most:.0} |")?;
        }
        for (what, summary) in [("its trace on disk", &self.traced), ("no trace", &self.untraced)] {
            let Spread { median, least, most } = summary.rate;
            writeln!(
                text,
                "| a pupil read over HTTP, {CLIENTS} clients, {what}, per second | {median:.0} | {least:.0}-{most:.0} |"
            )?;
        }
        let Spread { median, least, most } = self.kept;
        writeln!(text, "| what is left with the trace, of what it is without | {median:.2} | {least:.2}-{most:.2} |")?;
        self.rank.tell("Readings", text)?;
        self.recording.tell("What is asked to be recorded", text)
    }
}
