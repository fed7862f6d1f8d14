//! A Friday's digests to 20,000 guardians: how long it takes to plan them, and at which rate they are handed to a relay on this
//! machine that takes everything, beside the same bytes handed to it without any work.
//!
//! The log lies on the disk that is measured; each message is prepared, claimed and recorded as sent there.

mod real;
mod school;
mod sink;

use std::sync::Arc;
use std::time::Instant;

use casework::Casework;
use digest::{Courier, Relay, RelaySettings, Round, Security, Sender, Stop};
use domain::words::Reference;
use serde_json::{Value, json};

use self::real::Real;
use self::school::School;
use self::sink::Sink;
use crate::growth::{number, open, resident};
use crate::stats::Spread;
use crate::{Failure, Options};

/// Messages under way at once, as a round has them.
const AT_ONCE: usize = 32;

/// What was measured.
pub(crate) struct Figures {
    guardians: u64,
    plan_seconds: Spread,
    messages: u64,
    ours: f64,
    fixed: Spread,
    ratio: f64,
    bytes: u64,
    mebibytes: [f64; 3],
    /// To a real relay; `None`: there can be none here.
    real: Option<Real>,
}

/// What handing a Friday's digests over took.
struct Handed {
    sent: usize,
    seconds: f64,
    planned: Vec<f64>,
    mebibytes: [f64; 3],
}

/// Measures it.
pub(crate) async fn measure(options: &Options) -> Result<Figures, Failure> {
    let guardians: u64 = if options.quick { 200 } else { 20_000 };
    println!("digests: {guardians} guardians");
    let sink = Sink::open().await?;
    let courier = Arc::new(relay(sink.port)?);
    let Handed { sent, seconds, planned, mebibytes } =
        hand_over(options, guardians, courier, options.repetitions()).await?;
    let messages = sink.taken();
    if sent != messages.len() || u64::try_from(sent)? != guardians {
        return Err(format!("{sent} sent and {} taken of {guardians}", messages.len()).into());
    }
    let bytes = messages.iter().map(|message| message.len() as u64).sum();
    let mut fixed = Vec::new();
    for _ in 0..options.repetitions() {
        let begin = Instant::now();
        sink::feed(sink.port, &messages, AT_ONCE).await?;
        fixed.push(number(guardians) / begin.elapsed().as_secs_f64());
        drop(sink.taken());
    }
    let (ours, fixed) = (number(guardians) / seconds, Spread::of(fixed));
    Ok(Figures {
        guardians,
        plan_seconds: Spread::of(planned),
        messages: guardians,
        ours,
        fixed,
        ratio: ours / fixed.median.max(1e-9),
        bytes,
        mebibytes,
        real: real::measure(options).await?,
    })
}

/// Plans a Friday's digests, so many times, and hands them over, from a log of its own.
async fn hand_over(
    options: &Options,
    guardians: u64,
    courier: Arc<dyn Courier>,
    plans: usize,
) -> Result<Handed, Failure> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let log = open(folder.path())?;
    let clock = Arc::new(school::Hands::default());
    let before = resident()?;
    let casework = Casework::open(Arc::clone(&log) as _, [7; 32], Arc::clone(&clock) as _).await?;
    School { casework: &casework, clock: &clock }.admit(guardians).await?;
    let known = resident()?;
    let post = casework.post();
    let mut planned = Vec::new();
    for _ in 0..plans {
        let begin = Instant::now();
        let messages = digest::plan::plan(&post.facts(), post.now());
        let nobody = digest::plan::passed_over(&post.facts(), post.now());
        planned.push(begin.elapsed().as_secs_f64());
        if u64::try_from(messages.len())? != guardians || !nobody.is_empty() {
            return Err(format!("{} messages are due for {guardians} guardians", messages.len()).into());
        }
    }
    let names = Arc::clone(&clock);
    let round = Round {
        post: post.clone(),
        courier,
        sender: Arc::new(sender()?),
        name: Reference::try_new("bench")?,
        ids: Arc::new(move || names.next()),
        pace: Arc::default(),
        stop: Stop::default(),
    };
    let begin = Instant::now();
    let tally = round.run().await;
    let seconds = begin.elapsed().as_secs_f64();
    let after = resident()?;
    log.close();
    Ok(Handed { sent: tally.sent, seconds, planned, mebibytes: [before, known, after] })
}

fn relay(port: u16) -> Result<Relay, Failure> {
    let (host, security) = ("127.0.0.1".to_owned(), Security::OnThisMachine);
    let patience = std::time::Duration::from_mins(1);
    Ok(Relay::new(&RelaySettings { host, port, security, patience, authority: None, credentials: None })?)
}

fn sender() -> Result<Sender, Failure> {
    Ok(Sender {
        from: "Skolan <no-reply@mentor.example>".parse()?,
        bounces_at: "mentor.example".to_owned(),
        site: "https://mentor.example".to_owned(),
        languages: Vec::new(),
        most_a_minute: u32::MAX,
        signing: None,
    })
}

impl Figures {
    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        let spread = |of: Spread| json!({ "median": of.median, "least": of.least, "most": of.most });
        json!({
            "guardians": self.guardians, "plan_seconds": spread(self.plan_seconds), "messages_per_second": self.ours,
            "fixed_per_second": spread(self.fixed), "to_fixed": self.ratio, "bytes": self.bytes,
            "postfix": self.real.as_ref().map(|real| json!({
                "guardians": real.guardians, "messages_per_second": real.ours, "bare_per_second": spread(real.bare),
                "to_bare": real.ours / real.bare.median.max(1e-9),
            })),
            "mebibytes": { "before": self.mebibytes[0], "known": self.mebibytes[1], "after": self.mebibytes[2] },
        })
    }

    /// For people.
    pub(crate) fn tell(&self, text: &mut String) -> std::fmt::Result {
        use std::fmt::Write;
        let [before, known, after] = self.mebibytes;
        writeln!(
            text,
            "# Digests\n\nA Friday's digests to {} guardians, each of one pupil, plain facts in two parts. Handed over: prepared, \
             claimed, made, taken by a relay on this machine over SMTP, and recorded as sent, each step on disk; beside it the \
             same bytes handed to the same relay without any work. The relay shares the cores.\n\n\
             | what | figure (range) | to the limit |\n| --- | ---: | ---: |\n\
             | planned | {:.3} s ({:.3}-{:.3}) | |\n\
             | handed over | {:.0} per second | {:.3} |\n\
             | the same bytes alone | {:.0} per second ({:.0}-{:.0}) | 1 |\n\
             | bytes of a message | {} | |\n\
             {}\n\
             | resident memory before the log, with everything known, after the round | {before:.0}, {known:.0}, {after:.0} MiB | |",
            self.guardians,
            self.plan_seconds.median,
            self.plan_seconds.least,
            self.plan_seconds.most,
            self.ours,
            self.ratio,
            self.fixed.median,
            self.fixed.least,
            self.fixed.most,
            self.bytes / self.messages.max(1),
            self.tell_real(),
        )
    }

    /// What a real relay takes.
    fn tell_real(&self) -> String {
        let Some(Real { guardians, ours, bare }) = &self.real else {
            return "| handed to Postfix, over STARTTLS | not measured: that needs root, and Debian's postfix | |"
                .to_owned();
        };
        format!(
            "| {guardians} handed to Postfix on this machine, over STARTTLS | {ours:.0} per second | {:.3} |\n\
             | the same messages handed to it by the same client, without any work | {:.0} per second ({:.0}-{:.0}) | 1 |",
            ours / bare.median.max(1e-9),
            bare.median,
            bare.least,
            bare.most,
        )
    }
}
