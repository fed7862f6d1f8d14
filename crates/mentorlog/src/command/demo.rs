//! `mentorlog demo`: the six schools, recorded once, then served on this machine.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use api::{Authenticator, DemoMail, DemoTokens};
use casework::Clock;
use digest::{FileCourier, Sender, Shown};
use domain::calendar::local_date;
use domain::words::Language;
use storage::disk::read_file;
use storage::{Disk, RealDisk};

use crate::chance;
use crate::clock::Stopwatch;
use crate::command::digest::letters;
use crate::command::serve::{Rhythm, finish, keep_sending};
use crate::demo::{self, Living};
use crate::failure::{Exit, Failure};
use crate::folder::Folder;
use crate::settings::{Carrier, DigestSettings};
use crate::signals;
use crate::wiring::readiness;

/// How often it is looked whether there is something to write: nobody who looks at the demo waits for a minute.
const RHYTHM: Rhythm =
    Rhythm { every: Duration::from_secs(5), soon: Duration::from_secs(1), finishes_within: Duration::from_secs(5) };

/// How the demo is run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The data folder; made when it is not there.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Where to listen: only on this machine (a loopback address), for the tokens are printed.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Whom to invent: another number, other people. The schools' figures stay as published.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many times as many pupils and mentors: caseloads, per cents and what is told of each school stay as published.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    scale: u32,
}

/// Records what is missing of the demo and serves it until it is told to stop.
pub(crate) async fn run(options: Options) -> Result<(), Failure> {
    if !options.listen.ip().is_loopback() {
        let why = "the demo listens on this machine only: give --listen a loopback address such as 127.0.0.1:8080";
        return Err(Failure::new(Exit::Failed, why));
    }
    let stop = signals::stop()?;
    let bound = api::bind(options.listen)
        .await
        .map_err(|error| Failure::from(error).while_doing(format!("cannot listen on {}", options.listen)))?;
    let mails = options.data.join("mail");
    let living = demo::start(&Folder { data: options.data, keys: None }).await?;
    storage::disk::make_folder(&RealDisk, &mails)?;
    let served = serve(&living, bound, (options.seed, options.scale, &mails), stop).await;
    living.running.close().await?;
    served
}

async fn serve(
    living: &Living,
    bound: api::Bound,
    (seed, scale, mails): (u64, u32, &Path),
    stop: impl Future<Output = ()> + Send,
) -> Result<(), Failure> {
    let mut stop = Box::pin(stop);
    let running = &living.running;
    tracing::info!("the demo writes to guardians in every language, also where no speaker has checked the texts");
    let courier = Arc::new(FileCourier(mails.to_path_buf()));
    let sender = Arc::new(sender(&bound)?);
    let digests = demo::Digests { sender: Arc::clone(&sender), courier };
    let people = tokio::select! {
        recorded = record(living, (seed, scale, digests)) => recorded?,
        () = &mut stop => return Ok(()),
    };
    let tokens = demo::issue(&people)?;
    let mut lines = Vec::new();
    for token in &tokens {
        writeln!(lines, "token {} {}", token.role, token.value)?;
    }
    writeln!(lines, "listening on http://{}", bound.address())?;
    let mut out = std::io::stdout();
    out.write_all(&lines)?;
    out.flush()?;
    let known = DemoTokens::new(tokens.iter().map(|token| (token.value.as_str(), token.actor)));
    let folder = mails.to_path_buf();
    let known = known.showing(Arc::new(move || shown(&folder)), chance::of_system());
    let authenticator = Authenticator::demo(known);
    let bound = bound.writing(letters(&sender.languages));
    // What becomes due while somebody looks is written as well: a question whether a new address is theirs, first of all.
    let settings =
        DigestSettings { sender: (*sender).clone(), carrier: Carrier::Folder(mails.to_path_buf()), bounces: None };
    let sending = keep_sending(running, &settings, &RHYTHM)?;
    let served = bound
        .serve(Arc::clone(&running.casework), Arc::new(authenticator), Arc::new(readiness(&running.log)), stop)
        .await;
    finish(sending, &RHYTHM).await;
    Ok(served?)
}

/// Who writes in the demo: in every language, and to nobody.
fn sender(bound: &api::Bound) -> Result<Sender, Failure> {
    let from = "Skolan i demon <inte-svara@demo.invalid>";
    Ok(Sender {
        from: from.parse().map_err(|_| Failure::new(Exit::Failed, "the demo's sender is no address"))?,
        bounces_at: "demo.invalid".to_owned(),
        site: format!("http://{}", bound.address()),
        languages: Language::ALL.to_vec(),
        most_a_minute: u32::MAX,
        signing: None,
    })
}

/// The messages that lie in the folder: those in Swedish first and in English next, and then by language; of a language by whom
/// they are to. One that cannot be read is left out.
fn shown(folder: &Path) -> Vec<DemoMail> {
    let files = RealDisk.list(folder).unwrap_or_default();
    let mut mails: Vec<DemoMail> = files
        .iter()
        .filter_map(|file| {
            let name = file.file_stem()?.to_str()?.to_owned();
            let Shown { to, subject, language, text, html } = Shown::read(&read_file(&RealDisk, file).ok()?)?;
            Some(DemoMail { name, to, subject, language, text, html })
        })
        .collect();
    let place = |mail: &DemoMail| (mail.language != "sv", mail.language != "en");
    mails.sort_by(|one, other| {
        let by_name = (&one.language, &one.to, &one.name).cmp(&(&other.language, &other.to, &other.name));
        place(one).cmp(&place(other)).then(by_name)
    });
    mails
}

async fn record(Living { running, clock }: &Living, what: (u64, u32, demo::Digests)) -> Result<demo::People, Failure> {
    let watch = Stopwatch::start();
    let shown = AtomicUsize::new(0);
    let progress = |done: usize, of: usize, day: chrono::NaiveDate| {
        let tenth = done * 10 / of.max(1);
        if shown.fetch_max(tenth, Ordering::Relaxed) < tenth {
            tracing::info!("recording the demo: {done} of {of}, at {day}");
        }
    };
    let demo = demo::seed(&running.casework, running.log.as_ref(), clock, what, &progress).await?;
    if demo.recorded == 0 {
        tracing::info!("the demo is there already: nothing added");
    } else {
        tracing::info!("recorded {} of {} in {:.1} s", demo.recorded, demo.of, watch.seconds());
    }
    tracing::info!("in the demo it is {}, and time goes on from there", local_date(clock.now()));
    Ok(demo.people)
}

impl From<demo::SeedError> for Failure {
    fn from(error: demo::SeedError) -> Self {
        match error {
            demo::SeedError::Log(error) => error.into(),
            demo::SeedError::Refused { step, refusal } => Self::from(refusal).while_doing(step),
            demo::SeedError::Digests(_)
            | demo::SeedError::Plan(_)
            | demo::SeedError::Missing(_)
            | demo::SeedError::NotThisDemo => Self::new(Exit::Failed, error),
        }
    }
}
