//! The service over HTTP: a durable contact, a caseload, a timeline, a school's absence, each beside the same bytes
//! served by the same server stack without any work.

pub(crate) mod ask;
pub(crate) mod cases;
pub(crate) mod client;
pub(crate) mod fixed;
mod service;

use serde_json::{Value, json};

use crate::stats::{Sample, Summary, ratios};
use crate::{Failure, Options};

/// Clients at the same time, each on a connection of its own.
pub(crate) const CLIENTS: usize = 64;

/// One question.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Length of the answer.
    pub(crate) bytes: usize,
    pub(crate) ours: Summary,
    pub(crate) fixed: Summary,
    /// Against the fixed bytes.
    pub(crate) ratio: crate::stats::Spread,
}

impl Row {
    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "question": self.name, "clients": CLIENTS, "bytes": self.bytes,
            "mentorlog": self.ours.to_json(), "static": self.fixed.to_json(),
            "to_static": { "median": self.ratio.median, "least": self.ratio.least, "most": self.ratio.most },
        })
    }
}

/// Starts the service and asks it everything.
pub(crate) async fn measure(options: &Options) -> Result<Vec<Row>, Failure> {
    println!("the service: recording the demo");
    let service = service::Service::start(&options.folder).await?;
    let mut rows = Vec::new();
    for case in cases::all(&service).await? {
        println!("over HTTP: {}", case.name);
        rows.push(one_case(options, &service, &case).await?);
    }
    Ok(rows)
}

async fn one_case(options: &Options, service: &service::Service, case: &cases::Case) -> Result<Row, Failure> {
    let answer = ask::once(service.address, &case.request(0)).await?;
    cases::no_errors(case.name, &answer)?;
    let fixed = service::Fixed::start(&options.folder, &answer).await?;
    let (mut ours, mut theirs): (Vec<Sample>, Vec<Sample>) = (Vec::new(), Vec::new());
    for repetition in 0..options.repetitions() {
        let mut turns = [true, false];
        if repetition % 2 == 1 {
            turns.reverse();
        }
        for is_ours in turns {
            let (address, process) =
                if is_ours { (service.address, service.process()) } else { (fixed.address, fixed.process()) };
            let sample = client::run(address, process, case, CLIENTS, options.window()).await?;
            if is_ours { ours.push(sample) } else { theirs.push(sample) }
        }
    }
    Ok(Row {
        name: case.name,
        bytes: answer.len(),
        ratio: ratios(&ours, &theirs),
        ours: Summary::of(&ours),
        fixed: Summary::of(&theirs),
    })
}
