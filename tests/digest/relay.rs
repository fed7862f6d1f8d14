//! A relay that answers as it is told to.
#![allow(dead_code, reason = "each of the test binaries uses its own part of this")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use digest::{Relay, RelaySettings, Security};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// What becomes of one message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// It is taken.
    Takes,
    /// Its recipient is refused, with this status.
    Recipient(u16),
    /// Its recipient is refused, in these words.
    RecipientIs(&'static str),
    /// When its recipient is named, nothing more is said, and the connection stays open.
    HangsAtRecipient,
    /// When its recipient is named, the connection is dropped.
    DropsAtRecipient,
    /// After the message itself, this status.
    AfterData(u16),
    /// After the message itself, the connection is dropped without an answer.
    Drops,
    /// After the message itself, nothing more is said, and the connection stays open.
    Hangs,
    /// It is taken, and that is said when the test says so.
    Waits,
}

#[derive(Default)]
struct Seen {
    answers: VecDeque<Answer>,
    messages: Vec<(String, String)>,
    recipients: Vec<String>,
    connections: usize,
    commands: Vec<String>,
}

/// The relay.
#[derive(Clone)]
pub(crate) struct Scripted {
    seen: Arc<Mutex<Seen>>,
    released: Arc<Semaphore>,
    open: watch::Sender<usize>,
    port: u16,
    patience: Duration,
}

/// A relay that hangs is given up after this long: a limit of the product's, not a pause of the test's.
const SHORT: Duration = Duration::from_millis(300);
/// One that answers is waited for, however busy the machine is.
const LONG: Duration = Duration::from_mins(1);

/// A relay on this machine, at a port, that may hang.
pub(crate) fn courier_to(port: u16) -> Relay {
    courier_with(port, SHORT)
}

fn courier_with(port: u16, patience: Duration) -> Relay {
    let host = "127.0.0.1".to_owned();
    let security = Security::OnThisMachine;
    Relay::new(&RelaySettings { host, port, security, patience, authority: None, credentials: None }).unwrap()
}

impl Scripted {
    /// Answers like this, one message after the other; then it takes everything.
    pub(crate) async fn answering(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen { answers: answers.iter().copied().collect(), ..Seen::default() }));
        let hangs = |answer: &Answer| matches!(answer, Answer::Hangs | Answer::HangsAtRecipient);
        let patience = if answers.iter().any(hangs) { SHORT } else { LONG };
        let relay = Self { seen, released: Arc::new(Semaphore::new(0)), open: watch::Sender::new(0), port, patience };
        let ours = relay.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let ours = ours.clone();
                ours.seen.lock().unwrap().connections += 1;
                // Before the first word, without which nobody says anything: whoever has said something is counted.
                ours.open.send_modify(|open| *open += 1);
                tokio::spawn(async move {
                    ours.talk(stream).await;
                    ours.open.send_modify(|open| *open -= 1);
                });
            }
        });
        relay
    }

    pub(crate) fn courier(&self) -> Relay {
        courier_with(self.port, self.patience)
    }

    /// The port on this machine.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Says of one message that waits for it that it is taken.
    pub(crate) fn release(&self) {
        self.released.add_permits(1);
    }

    /// Every message whose bytes came, with the address that it comes back to.
    pub(crate) fn messages(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().messages.clone()
    }

    pub(crate) fn recipients(&self) -> Vec<String> {
        self.seen.lock().unwrap().recipients.clone()
    }

    /// How often somebody has come, whatever they did then.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// When whoever came has gone, and all that they had said has been heard: what a sender that was stopped had written is read
    /// in the relay's own time.
    pub(crate) async fn has_heard_all(&self) {
        self.open.subscribe().wait_for(|open| *open == 0).await.unwrap();
    }

    /// Every command that came, without what it was about.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.seen.lock().unwrap().commands.clone()
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 relay.example\r\n").await.ok()?;
        let mut from = String::new();
        let mut answer = Answer::Takes;
        while let Some(line) = lines.next_line().await.ok()? {
            let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            self.seen.lock().unwrap().commands.push(command.clone());
            let said = match command.as_str() {
                "EHLO" | "HELO" => "250-relay.example\r\n250 8BITMIME".to_owned(),
                "MAIL" => {
                    from.clone_from(&line);
                    answer = self.seen.lock().unwrap().answers.pop_front().unwrap_or(Answer::Takes);
                    "250 ok".to_owned()
                }
                "RCPT" => {
                    self.seen.lock().unwrap().recipients.push(line.clone());
                    match answer {
                        Answer::DropsAtRecipient => return None,
                        Answer::HangsAtRecipient => {
                            while lines.next_line().await.ok()?.is_some() {}
                            return None;
                        }
                        Answer::Recipient(status) => format!("{status} no"),
                        Answer::RecipientIs(said) => said.to_owned(),
                        Answer::Takes | Answer::AfterData(_) | Answer::Drops | Answer::Hangs | Answer::Waits => {
                            "250 ok".to_owned()
                        }
                    }
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    let mut message = String::new();
                    loop {
                        // What ends before its end has not been handed over.
                        let line = lines.next_line().await.ok()??;
                        if line == "." {
                            break;
                        }
                        message.push_str(line.strip_prefix('.').unwrap_or(&line));
                        message.push('\n');
                    }
                    self.seen.lock().unwrap().messages.push((from.clone(), message));
                    match answer {
                        Answer::Drops => return None,
                        Answer::Hangs => {
                            // Until whoever waits has closed it.
                            while lines.next_line().await.ok()?.is_some() {}
                            return None;
                        }
                        Answer::AfterData(status) => format!("{status} no"),
                        Answer::Waits => {
                            self.released.acquire().await.ok()?.forget();
                            "250 taken".to_owned()
                        }
                        Answer::Takes
                        | Answer::Recipient(_)
                        | Answer::RecipientIs(_)
                        | Answer::HangsAtRecipient
                        | Answer::DropsAtRecipient => "250 taken".to_owned(),
                    }
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => "250 ok".to_owned(),
            };
            write.write_all(format!("{said}\r\n").as_bytes()).await.ok()?;
        }
        None
    }
}
