//! What the end-to-end tests share: the real program, started as a user starts it.
#![allow(unreachable_pub, reason = "a module of each test binary")]
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// The program under test.
pub fn mentorlog() -> Command {
    Command::new(env!("CARGO_BIN_EXE_mentorlog"))
}

/// `mentorlog load`, writing as fast as it is acknowledged.
pub struct Load {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    last_ack: u64,
}

impl Load {
    /// Starts writing into a data folder with so many writers, in groups of at most so many commits.
    pub fn start(data: &Path, writers: usize, group: usize) -> Self {
        Self::start_counted(data, writers, group, 1_000_000)
    }

    /// The same, but stops by itself after `count` acknowledged events.
    pub fn start_counted(data: &Path, writers: usize, group: usize, count: u64) -> Self {
        let mut child = mentorlog()
            .args(["load", "--data"])
            .arg(data)
            .args(["--writers", &writers.to_string(), "--group", &group.to_string(), "--count", &count.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("stdout is a pipe");
        Self { child, lines: BufReader::new(stdout).lines(), last_ack: 0 }
    }

    /// Reads until so many more acknowledgements have been seen.
    pub fn wait_for_acks(&mut self, how_many: usize) {
        for _ in 0..how_many {
            let line = self.lines.next().expect("the program goes on writing").expect("a line of text");
            self.note(&line);
        }
    }

    /// Kills the program as a power switch would (SIGKILL), and returns the highest event that it had acknowledged.
    pub fn kill(mut self) -> u64 {
        self.child.kill().expect("the program can be killed");
        self.drain()
    }

    /// Waits until it ends by itself; returns the highest acknowledged event and whether it ended well.
    pub fn finish(mut self) -> (u64, bool) {
        while let Some(Ok(line)) = self.lines.next() {
            self.note(&line);
        }
        let well = self.child.wait().expect("the program ends").success();
        (self.last_ack, well)
    }

    /// What had been printed before the end counts: it was promised. Only a whole line is a promise.
    fn drain(mut self) -> u64 {
        while let Some(Ok(line)) = self.lines.next() {
            self.note(&line);
        }
        let _ended = self.child.wait();
        self.last_ack
    }

    fn note(&mut self, line: &str) {
        if let Some(number) = line.strip_prefix("ack ").and_then(|text| text.trim().parse::<u64>().ok()) {
            self.last_ack = self.last_ack.max(number);
        }
    }
}

/// What `mentorlog verify` says.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// Number of events.
    pub count: u64,
    /// Hash of the chain.
    pub head: String,
}

/// Runs `mentorlog verify`, which must find nothing wrong.
pub fn verify(data: &Path) -> Verified {
    let output = mentorlog().args(["verify", "--data"]).arg(data).output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "verify finds the log clean, but said:\n{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    parse_verified(&text)
}

/// Reads the line `count N head HASH`.
pub fn parse_verified(text: &str) -> Verified {
    let line = text.lines().find(|line| line.starts_with("count ")).expect("verify prints its count");
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["count", count, "head", head] => {
            Verified { count: count.parse().expect("a number"), head: (*head).to_owned() }
        }
        _ => panic!("not `count N head HASH`: {line}"),
    }
}

/// A small deterministic sequence (splitmix64), so that a failing round can be run again.
pub struct Sequence(u64);

impl Sequence {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % (limit as u64)).unwrap_or(0)
    }
}
