//! A small school, and a service in front of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use api::{Authenticator, Chance, DemoMail, DemoTokens, Letters, bind};
use casework::traces::{SubjectsV1, TraceV1};
use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::command::{Command, ContactToLog, GuardianChoice, WorkToLog};
use domain::event::Work;
use domain::event::pupil::{
    AssignmentEndReason, AssignmentKind, ContactChannel, ContactDirection, ContactOutcome, ContactTopic, Guardianship,
    Placement,
};
use domain::event::school::{
    MentoringModelChosen, Responsibility, SchoolRegistered, SchoolYearSet, TermMarkedNotComparable,
};
use domain::id::{AssignmentId, CommandId, GuardianId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::refusal::Code;
use domain::words::{
    ClassName, DateSpan, Grade, IncomparableReason, MentoringModel, Name, ProtectionLevel, SchoolCode, SchoolForm,
    SchoolUnitCode,
};
use futures::future::BoxFuture;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use storage::{EventLog, MemoryLog, PartContent, TraceNumber};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::well::asked_well;

/// The mentor's token.
pub(crate) const MENTOR: &str = "mentor-token";
/// The token of a mentor of another pupil.
pub(crate) const OTHER_MENTOR: &str = "other-mentor-token";

/// A day in the autumn of 2019, at ten in the morning in Sweden.
const NOW: &str = "2019-10-01T08:00:00Z";

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// A clock that a test sets by hand. Whoever waits by it is woken when it has been.
#[derive(Default)]
pub(crate) struct Hands {
    days: AtomicI64,
    moved: watch::Sender<()>,
}

impl Hands {
    /// Lets days pass.
    pub(crate) fn pass(&self, days: i64) {
        self.days.fetch_add(days, Ordering::SeqCst);
        self.moved.send_replace(());
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        now() + chrono::Duration::days(self.days.load(Ordering::SeqCst))
    }

    fn pause(&self, _: std::time::Duration) -> BoxFuture<'_, ()> {
        let mut moved = self.moved.subscribe();
        Box::pin(async move {
            let _ = moved.changed().await;
        })
    }
}

/// A fresh command id of that day. The same number never comes twice.
pub(crate) fn command_id() -> CommandId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let millis = u64::try_from(now().timestamp_millis()).unwrap();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let text = format!("{:012x}70008000{number:012x}", millis & 0xffff_ffff_ffff);
    text.parse().unwrap()
}

/// The school and the people that the tests speak of.
pub(crate) struct World {
    pub(crate) casework: Arc<Casework>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) clock: Arc<Hands>,
    pub(crate) school: SchoolId,
    pub(crate) principal: StaffId,
    pub(crate) mentor: StaffId,
    pub(crate) other_mentor: StaffId,
    /// Somebody who leads another school, once there is one.
    pub(crate) other_principal: StaffId,
    /// The mentor's pupil.
    pub(crate) pupil: PupilId,
    /// The guardian of the mentor's pupil.
    pub(crate) guardian: GuardianId,
    /// The other mentor's pupil.
    pub(crate) other_pupil: PupilId,
    assignment: AssignmentId,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn span(first: &str, last: &str) -> DateSpan {
    DateSpan::try_new(day(first), day(last)).unwrap()
}

fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).unwrap())
}

async fn done(casework: &Casework, command: Command) -> Receipt {
    casework.execute(Actor::Setup, command, command_id()).await.unwrap()
}

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt.created.iter().find_map(|c| if let Created::$kind(id) = c { Some(*id) } else { None }).unwrap()
    };
}

async fn join(casework: &Casework, school: SchoolId, text: &str, role: Role) -> StaffId {
    let staff = created!(done(casework, Command::JoinStaff { name: name(text) }).await, Staff);
    done(casework, Command::GrantRole { staff, grant: Grant::at(role, school) }).await;
    staff
}

async fn enrol(casework: &Casework, school: SchoolId, text: &str) -> PupilId {
    let placement =
        Placement { class: ClassName::try_new("7A").unwrap(), grade: Grade::try_new(7).unwrap(), programme: None };
    let from = day("2019-08-20");
    created!(
        done(
            casework,
            Command::EnrolPupil { pupil: None, school, name: name(text), placement, from, protection: None }
        )
        .await,
        Pupil
    )
}

async fn register(casework: &Casework, code: &str, name: &str) -> SchoolId {
    let registered = SchoolRegistered {
        code: SchoolCode::try_new(code).unwrap(),
        unit_code: SchoolUnitCode::try_new("12345678").unwrap(),
        name: Name::try_new(name).unwrap(),
        form: SchoolForm::Compulsory,
        grades: (Grade::try_new(7).unwrap(), Grade::try_new(9).unwrap()),
    };
    created!(done(casework, Command::RegisterSchool(registered)).await, School)
}

impl World {
    /// One school, one principal, two mentors with a pupil each.
    pub(crate) async fn new() -> Self {
        let log = Arc::new(MemoryLog::new().unwrap());
        let clock = Arc::new(Hands::default());
        let casework = Casework::open(log.clone(), [7; 32], clock.clone()).await.unwrap();
        let school = register(&casework, "LJU", "Ljungsbro skola").await;
        let year = SchoolYearSet {
            starts_in: 2019,
            autumn: span("2019-08-20", "2019-12-19"),
            spring: span("2020-01-08", "2020-06-11"),
            breaks: vec![span("2019-10-28", "2019-11-01")],
        };
        done(&casework, Command::SetSchoolYear { school, year }).await;
        let principal = join(&casework, school, "Rut Rektor", Role::Principal).await;
        let from = day("2019-08-20");
        let responsibility = Responsibility::Unit;
        done(&casework, Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None })
            .await;
        let mentor = join(&casework, school, "Maja Mentor", Role::Mentor).await;
        let other_mentor = join(&casework, school, "Olle Mentor", Role::Mentor).await;
        let pupil = enrol(&casework, school, "Elsa Elev").await;
        let other_pupil = enrol(&casework, school, "Emil Elev").await;
        let kind = AssignmentKind::Primary;
        let assign = |pupil, mentor| Command::AssignMentor { pupil, mentor, kind, principal, from };
        let assignment = created!(done(&casework, assign(pupil, mentor)).await, Assignment);
        done(&casework, assign(other_pupil, other_mentor)).await;
        let new = GuardianChoice::New { name: name("Gun Förälder"), phone: None, email: None };
        let link =
            Command::LinkGuardian { pupil, guardian: new, guardianship: Guardianship::Custodian, household: None };
        let guardian = created!(done(&casework, link).await, Guardian);
        let other_principal = created!(done(&casework, Command::JoinStaff { name: name("Rolf Rektor") }).await, Staff);
        Self {
            casework,
            log,
            clock,
            school,
            principal,
            mentor,
            other_mentor,
            other_principal,
            pupil,
            guardian,
            other_pupil,
            assignment,
        }
    }
}

impl World {
    /// Both mentors work at another school too, with a principal of its own.
    pub(crate) async fn share_the_mentors(&self) -> SchoolId {
        let school = register(&self.casework, "ANE", "Ånestadsskolan").await;
        let roles =
            [(self.other_principal, Role::Principal), (self.mentor, Role::Mentor), (self.other_mentor, Role::Mentor)];
        for (staff, role) in roles {
            done(&self.casework, Command::GrantRole { staff, grant: Grant::at(role, school) }).await;
        }
        school
    }

    /// The principal is principal no more.
    pub(crate) async fn withdraw_principal(&self) {
        let grant = Grant::at(Role::Principal, self.school);
        done(&self.casework, Command::WithdrawRole { staff: self.principal, grant }).await;
    }

    async fn works(&self, work: Work) {
        let (pupil, with) = (self.pupil, Vec::new());
        let work = WorkToLog { pupil, with, occurred: None, work, minutes: None, note: None };
        done(&self.casework, Command::LogWork(work)).await;
    }

    /// The pupil's identity is protected: nobody is named.
    pub(crate) async fn protect(&self) {
        self.works(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }).await;
    }

    /// It is not any more.
    pub(crate) async fn unprotect(&self) {
        self.works(Work::IdentityProtectionEnded { on: day("2019-10-01") }).await;
    }

    /// Somebody logs a contact about something.
    pub(crate) async fn log_contact(&self, topic: ContactTopic) {
        let contact = ContactToLog {
            pupil: self.pupil,
            guardian: self.guardian,
            channel: ContactChannel::Phone,
            direction: ContactDirection::Outgoing,
            outcome: ContactOutcome::Reached,
            topic,
            with: Vec::new(),
            occurred: None,
            minutes: None,
            note: None,
        };
        done(&self.casework, Command::LogGuardianContact(contact)).await;
    }

    /// The mentor has the other's pupil too.
    pub(crate) async fn assign_other(&self) -> AssignmentId {
        let (pupil, mentor, kind) = (self.other_pupil, self.mentor, AssignmentKind::Additional);
        let from = day("2019-08-20");
        let principal = self.principal;
        created!(done(&self.casework, Command::AssignMentor { pupil, mentor, kind, principal, from }).await, Assignment)
    }

    /// An assignment ends, on a day.
    pub(crate) async fn end(&self, pupil: PupilId, assignment: AssignmentId, last_day: &str) {
        let (reason, last_day) = (AssignmentEndReason::NeedEnded, day(last_day));
        done(&self.casework, Command::EndAssignment { pupil, assignment, reason, last_day }).await;
    }

    /// The mentor's assignment for their own pupil.
    pub(crate) fn own_assignment(&self) -> AssignmentId {
        self.assignment
    }

    /// Traces so far: the kind of request, and the pupils shown.
    pub(crate) async fn traces(&self) -> Vec<(String, Vec<String>)> {
        let traces = self.log.read_traces(TraceNumber(0), 1_000).await.unwrap();
        let told = traces.into_iter().map(|trace| {
            let PartContent::Present(subjects) = &trace.subjects.content else { panic!("the trace is not erased") };
            let open: TraceV1 = serde_json::from_slice(&trace.open).unwrap();
            let subjects: SubjectsV1 = serde_json::from_slice(subjects).unwrap();
            (open.operation, subjects.pupils().cloned().collect())
        });
        told.collect()
    }

    /// Sign-ins so far: by which account, and whether they were refused.
    pub(crate) async fn sign_ins(&self) -> Vec<(String, bool)> {
        let traces = self.log.read_traces(TraceNumber(0), 1_000).await.unwrap();
        let told = traces.into_iter().filter_map(|trace| {
            let PartContent::Present(subjects) = &trace.subjects.content else { panic!("the trace is not erased") };
            let open: TraceV1 = serde_json::from_slice(&trace.open).unwrap();
            let subjects: SubjectsV1 = serde_json::from_slice(subjects).unwrap();
            (open.operation == "signIn").then(|| (subjects.account.unwrap(), open.refused))
        });
        told.collect()
    }

    /// Mentors go to those in greatest need here, and the spring of 2020 cannot be compared.
    pub(crate) async fn target_and_mark(&self) {
        let (school, from) = (self.school, day("2019-08-20"));
        let chosen = MentoringModelChosen { from, model: MentoringModel::Targeted };
        done(&self.casework, Command::ChooseMentoringModel { school, chosen }).await;
        let marked = TermMarkedNotComparable { term: "vt20".parse().unwrap(), reason: IncomparableReason::Epidemic };
        done(&self.casework, Command::MarkTermNotComparable { school, marked }).await;
    }
}

/// A running service.
pub(crate) struct Service {
    pub(crate) world: World,
    pub(crate) address: SocketAddr,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) task: JoinHandle<std::io::Result<()>>,
    client: Client,
}

impl Service {
    /// A service that is ready.
    pub(crate) async fn start() -> Self {
        Self::start_with(|| Ok(())).await
    }

    /// A service that is as ready as it is said to be.
    pub(crate) async fn start_with(ready: fn() -> Result<(), Code>) -> Self {
        Self::start_as(ready, |tokens| tokens, Letters::default()).await
    }

    /// A service that is told how letters to guardians read.
    pub(crate) async fn writing(letters: Letters) -> Self {
        Self::start_as(|| Ok(()), |tokens| tokens, letters).await
    }

    /// A demo that shows these messages.
    pub(crate) async fn showing(mails: Vec<DemoMail>) -> Self {
        let chance: Chance = Arc::new(|| Some([7; 32]));
        let showing = |tokens: DemoTokens| tokens.showing(Arc::new(move || mails.clone()), chance);
        Self::start_as(|| Ok(()), showing, Letters::default()).await
    }

    async fn start_as(
        ready: fn() -> Result<(), Code>,
        as_demo: impl FnOnce(DemoTokens) -> DemoTokens,
        letters: Letters,
    ) -> Self {
        let world = World::new().await;
        let tokens = DemoTokens::new([
            (MENTOR, Actor::Staff(world.mentor)),
            (OTHER_MENTOR, Actor::Staff(world.other_mentor)),
            (PRINCIPAL, Actor::Staff(world.principal)),
            (OTHER_PRINCIPAL, Actor::Staff(world.other_principal)),
        ]);
        let tokens = as_demo(tokens);
        let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap().writing(letters);
        let address = bound.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let serving =
            bound.serve(world.casework.clone(), Arc::new(Authenticator::demo(tokens)), Arc::new(ready), shutdown);
        let task = tokio::spawn(serving);
        Self { world, address, stop, task, client: Client::new() }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A GET of a path.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    /// A POST to the endpoint, signed in as the mentor, with nothing in it yet.
    pub(crate) fn post(&self) -> RequestBuilder {
        self.client.post(self.url("/graphql")).bearer_auth(MENTOR)
    }

    /// A POST to the endpoint, signed in as nobody.
    pub(crate) fn post_unsigned(&self) -> RequestBuilder {
        self.client.post(self.url("/graphql"))
    }

    /// Any other method on the endpoint, signed in as the mentor.
    pub(crate) fn method(&self, method: &str) -> RequestBuilder {
        self.client.request(method.parse().unwrap(), self.url("/graphql")).bearer_auth(MENTOR)
    }

    /// The answer to an operation, as the person with this token.
    pub(crate) async fn send(&self, token: &str, query: &str) -> Response {
        let body = json!({ "query": query });
        self.client.post(self.url("/graphql")).bearer_auth(token).json(&body).send().await.unwrap()
    }

    /// The body of the answer to an operation, which must be one that there is.
    pub(crate) async fn ask(&self, token: &str, query: &str) -> Value {
        let answer = self.send(token, query).await.json().await.unwrap();
        asked_well(query, &answer);
        answer
    }
}

/// The principal's token.
pub(crate) const PRINCIPAL: &str = "principal-token";

/// The token of whoever leads another school, once there is one.
pub(crate) const OTHER_PRINCIPAL: &str = "other-principal-token";

/// The code of the first error.
pub(crate) fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {answer}"))
}
