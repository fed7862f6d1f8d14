//! A right that ends, ends: over real HTTP and on an open socket. Whoever asks after the end was acknowledged is shown nothing,
//! however close behind, whichever way the right ended. How often that was tried stands in `docs/races.md`, as this test counts it.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casework::{Casework, Clock, Created};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::calendar::local_date;
use domain::command::{Command, WorkToLog};
use domain::event::Work;
use domain::event::pupil::{AssignmentEndReason, AssignmentKind};
use domain::id::{AssignmentId, StaffId};
use domain::personal::Personal;
use domain::spec::cast::{ASSIGNMENT, MENTOR, PRINCIPAL, PUPIL, SCHOOL, a_pupil_with_a_mentor, granted, joined};
use domain::spec::{given, noon};
use domain::words::{Note, ProtectionLevel};
use storage::{EventLog, MemoryLog};

use crate::everybody::{EVERYBODY, commit};
use crate::holds_something;
use crate::house::{House, Talk};

/// The figures, as they were last counted.
const REPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/races.md");
/// How often a right ends that can end several times a day, and one that lasts whole days.
const ROUNDS: (u64, u64) = (600, 60);

/// A clock that stands still until it is moved.
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// How a right ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Protection,
    Role,
    Emergency,
    Cover,
    Caseload,
}

impl Way {
    const ALL: [Self; 5] = [Self::Protection, Self::Role, Self::Emergency, Self::Cover, Self::Caseload];

    const fn told(self) -> &'static str {
        match self {
            Self::Protection => "the pupil's identity is protected, and the mentor is not named",
            Self::Role => "the mentor's role is withdrawn",
            Self::Emergency => "the day of an emergency access is over",
            Self::Cover => "a deputy's cover is ended",
            Self::Caseload => "the mentor's assignment is ended",
        }
    }

    const fn lasts_days(self) -> bool {
        matches!(self, Self::Emergency | Self::Cover | Self::Caseload)
    }

    fn whose(self) -> StaffId {
        match self {
            Self::Protection | Self::Role | Self::Caseload => MENTOR,
            Self::Emergency => called("in an emergency"),
            Self::Cover => called("deputy"),
        }
    }
}

fn called(name: &str) -> StaffId {
    EVERYBODY.iter().find(|(known, ..)| *known == name).unwrap().1
}

/// The school, and who ends and gives rights there.
struct Stage {
    casework: Arc<Casework>,
    hands: Arc<Hands>,
    next: AtomicU64,
    assignment: AssignmentId,
}

impl Stage {
    async fn does(&self, actor: Actor, command: Command) -> Vec<Created> {
        let (number, millis) = (self.next.fetch_add(1, Ordering::SeqCst), self.hands.0.load(Ordering::SeqCst));
        let id = format!("{millis:012x}70008000{number:012x}").parse().unwrap();
        self.casework.execute(actor, command, id).await.unwrap().created
    }

    async fn logs(&self, actor: StaffId, work: Work, note: Option<&str>) {
        let note = note.map(|text| Personal::new(Note::try_new(text).unwrap()));
        let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: None, work, minutes: None, note };
        self.does(Actor::Staff(actor), Command::LogWork(logged)).await;
    }

    fn today(&self) -> NaiveDate {
        local_date(self.hands.now())
    }

    fn next_day(&self) {
        self.hands.0.fetch_add(TimeDelta::days(1).num_milliseconds(), Ordering::SeqCst);
    }

    /// Ends the right; returns when that is acknowledged.
    async fn ends(&self, way: Way) {
        let grant = Grant { role: Role::Mentor, school: Some(SCHOOL), committee: None };
        let yesterday = self.today().pred_opt().unwrap();
        match way {
            Way::Protection => {
                self.logs(PRINCIPAL, Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }, None).await;
            }
            Way::Role => drop(self.does(Actor::Setup, Command::WithdrawRole { staff: MENTOR, grant }).await),
            Way::Emergency => self.next_day(),
            Way::Cover => {
                let (assignment, deputy) = (self.assignment, way.whose());
                let end = Command::EndCover { pupil: PUPIL, assignment, deputy, last_day: yesterday };
                self.does(Actor::Staff(PRINCIPAL), end).await;
            }
            Way::Caseload => {
                let (assignment, reason) = (self.assignment, AssignmentEndReason::NeedEnded);
                let end = Command::EndAssignment { pupil: PUPIL, assignment, reason, last_day: yesterday };
                self.does(Actor::Staff(PRINCIPAL), end).await;
            }
        }
    }

    /// Gives it back.
    async fn begins(&mut self, way: Way) {
        let grant = Grant { role: Role::Mentor, school: Some(SCHOOL), committee: None };
        let on = self.today();
        match way {
            Way::Protection => self.logs(PRINCIPAL, Work::IdentityProtectionEnded { on }, None).await,
            Way::Role => drop(self.does(Actor::Setup, Command::GrantRole { staff: MENTOR, grant }).await),
            Way::Emergency => {
                let staff = way.whose();
                self.logs(staff, Work::EmergencyAccessTaken { staff, on }, Some("Akut.")).await;
            }
            Way::Cover => {
                let (assignment, deputy, until) = (self.assignment, way.whose(), on + TimeDelta::days(30));
                let start = Command::StartCover { pupil: PUPIL, assignment, deputy, from: on, until };
                self.does(Actor::Staff(PRINCIPAL), start).await;
                self.next_day();
            }
            Way::Caseload => {
                let (mentor, kind, principal) = (MENTOR, AssignmentKind::Primary, PRINCIPAL);
                let assign = Command::AssignMentor { pupil: PUPIL, mentor, kind, principal, from: on };
                let created = self.does(Actor::Staff(PRINCIPAL), assign).await;
                let new =
                    created.iter().find_map(|one| if let Created::Assignment(id) = one { Some(*id) } else { None });
                self.assignment = new.unwrap();
                self.next_day();
            }
        }
    }
}

/// What shows the case: the case itself, its timeline, and the list in which it stands.
fn questions(asker: StaffId) -> [String; 3] {
    [
        format!("{{pupil(id:\"{PUPIL}\"){{name}}}}"),
        format!("{{pupil(id:\"{PUPIL}\"){{timeline(first:1){{edges{{node{{kind}}}}}}}}}}"),
        format!("{{node(id:\"{asker}\"){{...on Staff{{caseload(first:5){{edges{{node{{pupil{{id}}}}}}}}}}}}}}"),
    ]
}

async fn stage() -> (House, Stage) {
    let mut past = a_pupil_with_a_mentor();
    for (who, role) in [("deputy", Role::Mentor), ("in an emergency", Role::Teacher)] {
        past.extend([joined(called(who)), granted(called(who), role, Some(SCHOOL))]);
    }
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new().unwrap());
    for recorded in &given(past).story.log {
        log.append(commit(recorded)).await.unwrap();
    }
    let hands = Arc::new(Hands(AtomicI64::new(noon("2019-10-01").timestamp_millis())));
    let clock: Arc<dyn Clock> = Arc::<Hands>::clone(&hands);
    let casework = Casework::open(Arc::clone(&log), [7; 32], clock).await.unwrap();
    let house = House::serving(log, Arc::clone(&casework)).await;
    let assignment = ASSIGNMENT;
    (house, Stage { casework, hands, next: AtomicU64::new(1), assignment })
}

/// What one way of ending came to.
#[derive(Default)]
struct Count {
    ended: u64,
    asked: u64,
    stale: u64,
}

async fn races(way: Way) -> Count {
    let (house, mut stage) = stage().await;
    let (asker, mut count) = (way.whose(), Count::default());
    if matches!(way, Way::Emergency | Way::Cover) {
        stage.begins(way).await;
    } else if way == Way::Caseload {
        stage.next_day();
    }
    let mut talk = Talk::open(&house, asker).await;
    let follow = format!("subscription{{pupilTimeline(pupilId:\"{PUPIL}\" after:\"0\"){{kind}}}}");
    let questions = questions(asker);
    let sees =
        |answer: &serde_json::Value| holds_something(&answer["data"]["pupil"]) || answer.to_string().contains("pupil_");
    let rounds = if way.lasts_days() { ROUNDS.1 } else { ROUNDS.0 };
    for round in 0..rounds {
        assert!(sees(&house.answer(asker, &questions[0]).await), "{way:?} {round}: who may see it does");
        // One question is under way while the right ends: it may see the case or not.
        let (_, ()) = futures::join!(house.answer(asker, &questions[1]), stage.ends(way));
        count.ended += 1;
        // Behind the acknowledgement none does: all at once over HTTP, and on the socket that was open before.
        let [one, other, list] = questions.each_ref().map(|question| house.answer(asker, question));
        let (one, other, list, item) = futures::join!(one, other, list, talk.first_item(&follow));
        for answer in [one, other, list, item] {
            count.asked += 1;
            count.stale += u64::from(sees(&answer) || !answer["data"]["pupilTimeline"].is_null());
        }
        stage.begins(way).await;
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http_and_sockets_no_answer_is_stale_whichever_way_the_right_ended() {
    let mut report = String::from(
        "# Rights that end, over HTTP and sockets\n\nCounted by `tests/access/races.rs`, which fails when it counts otherwise than \
         stands here; `MENTORLOG_WRITE_ACCESS=1` writes it. Each time the right ends while a question is under way, and behind \
         the acknowledgement three questions over HTTP and one on a socket that was open before are asked at once. Another \
         10,000 ends are raced in process (`crates/casework/tests/races.rs`). Sessions that end, by a sign-out, \
         another password or a closed account, are raced in `tests/sign_in/ending.rs`.\n\n\
         | the right ends since | ended | asked behind it | stale |\n| --- | --: | --: | --: |\n",
    );
    let mut all = Count::default();
    for way in Way::ALL {
        let Count { ended, asked, stale } = races(way).await;
        writeln!(report, "| {} | {ended} | {asked} | {stale} |", way.told()).unwrap();
        all = Count { ended: all.ended + ended, asked: all.asked + asked, stale: all.stale + stale };
    }
    writeln!(report, "| together | {} | {} | {} |", all.ended, all.asked, all.stale).unwrap();
    assert_eq!(all.stale, 0, "{report}");
    if std::env::var_os("MENTORLOG_WRITE_ACCESS").is_some() {
        std::fs::write(REPORT, &report).unwrap();
    }
    assert_eq!(report, std::fs::read_to_string(REPORT).unwrap_or_default());
}
