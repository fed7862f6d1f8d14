//! A school with its people, a service in front of it, and words to tell what they do.

#[path = "../support/well.rs"]
mod well;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use api::{Authenticator, DemoTokens, bind};
use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::command::{Command, GuardianChoice, WorkToLog};
use domain::event::Work;
use domain::event::pupil::{AssignmentKind, Guardianship, Placement};
use domain::event::school::{MentoringModelChosen, MissionAdopted, Responsibility, SchoolRegistered, SchoolYearSet};
use domain::id::{AssignmentId, CommandId, GuardianId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::words::{
    ClassName, DateSpan, Grade, MentoringModel, Name, ProgrammeCode, SchoolCode, SchoolForm, SchoolUnitCode, TalkDuty,
    TimeCategories,
};
use futures::future::BoxFuture;
use reqwest::Client;
use serde_json::{Value, json};
use storage::MemoryLog;
use tokio::sync::{oneshot, watch};

/// A clock that stands still until the day passes. Whoever waits by it is woken when it has.
struct Hands(AtomicI64, watch::Sender<()>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        Utc.timestamp_micros(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn pause(&self, _: std::time::Duration) -> BoxFuture<'_, ()> {
        let mut moved = self.1.subscribe();
        Box::pin(async move {
            let _ = moved.changed().await;
        })
    }
}

fn at(day: &str) -> i64 {
    format!("{day}T10:00:00Z").parse::<DateTime<Utc>>().unwrap().timestamp_micros()
}

/// How a school is.
pub(crate) struct Setting {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) form: SchoolForm,
    pub(crate) model: MentoringModel,
    pub(crate) talks: TalkDuty,
    /// Principals; the first answers for the unit, where there are programmes each for the next programme.
    pub(crate) principals: usize,
    pub(crate) programmes: &'static [&'static str],
    pub(crate) mentors: usize,
    /// Pupils, each with a guardian: the class, and the number of their mentor.
    pub(crate) pupils: &'static [(&'static str, usize)],
}

/// A pupil on the stage.
#[derive(Clone, Copy)]
pub(crate) struct Pupil {
    pub(crate) id: PupilId,
    pub(crate) guardian: GuardianId,
    pub(crate) assignment: AssignmentId,
}

/// The school, its people and its service.
pub(crate) struct Stage {
    pub(crate) school: SchoolId,
    pub(crate) pupils: Vec<Pupil>,
    principals: Vec<StaffId>,
    mentors: Vec<StaffId>,
    stranger: StaffId,
    elsewhere: SchoolId,
    others: Vec<(Role, StaffId)>,
    administrator: StaffId,
    officers: [StaffId; 2],
    hands: Arc<Hands>,
    casework: Arc<Casework>,
    address: SocketAddr,
    client: Client,
    commands: AtomicU64,
    _stop: oneshot::Sender<()>,
}

/// Somebody signed in.
pub(crate) struct Person<'a> {
    stage: &'a Stage,
    pub(crate) id: StaffId,
}

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt.created.iter().find_map(|c| if let Created::$kind(id) = c { Some(*id) } else { None }).unwrap()
    };
}

/// Commands that set the stage, before the curtain rises.
struct Carpenter {
    casework: Arc<Casework>,
    hands: Arc<Hands>,
    commands: AtomicU64,
}

fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).unwrap())
}

fn command_id(hands: &Hands, commands: &AtomicU64) -> CommandId {
    let millis = u64::try_from(hands.now().timestamp_millis()).unwrap();
    let number = commands.fetch_add(1, Ordering::Relaxed);
    format!("{:012x}70008000{number:012x}", millis & 0xffff_ffff_ffff).parse().unwrap()
}

impl Carpenter {
    async fn build(&self, command: Command) -> Receipt {
        self.casework.execute(Actor::Setup, command, command_id(&self.hands, &self.commands)).await.unwrap()
    }

    async fn join(&self, text: &str) -> StaffId {
        created!(self.build(Command::JoinStaff { name: name(text) }).await, Staff)
    }

    async fn employ(&self, text: &str, role: Role, school: SchoolId) -> StaffId {
        let staff = self.join(text).await;
        self.build(Command::GrantRole { staff, grant: Grant::at(role, school) }).await;
        staff
    }

    async fn found(&self, code: &str, title: &str, form: SchoolForm) -> SchoolId {
        let grades = match form {
            SchoolForm::Compulsory => (7, 9),
            SchoolForm::UpperSecondary => (1, 3),
        };
        let registered = SchoolRegistered {
            code: SchoolCode::try_new(code).unwrap(),
            unit_code: SchoolUnitCode::try_new("12345678").unwrap(),
            name: Name::try_new(title).unwrap(),
            form,
            grades: (Grade::try_new(grades.0).unwrap(), Grade::try_new(grades.1).unwrap()),
        };
        let school = created!(self.build(Command::RegisterSchool(registered)).await, School);
        let span = |first: &str, last: &str| DateSpan::try_new(first.parse().unwrap(), last.parse().unwrap()).unwrap();
        let year = SchoolYearSet {
            starts_in: 2019,
            autumn: span("2019-08-20", "2019-12-19"),
            spring: span("2020-01-08", "2020-06-11"),
            breaks: vec![span("2019-10-28", "2019-11-01")],
        };
        self.build(Command::SetSchoolYear { school, year }).await;
        school
    }

    async fn admit(&self, set: &Setting, school: SchoolId, class: &str, mentor: StaffId, principal: StaffId) -> Pupil {
        let grade: u8 = class.chars().find(char::is_ascii_digit).unwrap().to_digit(10).unwrap().try_into().unwrap();
        let programme = set.programmes.iter().find(|code| class.starts_with(**code));
        let placement = Placement {
            class: ClassName::try_new(class).unwrap(),
            grade: Grade::try_new(grade).unwrap(),
            programme: programme.map(|code| ProgrammeCode::try_new(*code).unwrap()),
        };
        let from: NaiveDate = "2019-08-20".parse().unwrap();
        let enrol =
            Command::EnrolPupil { pupil: None, school, name: name("Kim Exempel"), placement, from, protection: None };
        let pupil = created!(self.build(enrol).await, Pupil);
        let new = GuardianChoice::New { name: name("Alex Exempel"), phone: None, email: None };
        let link =
            Command::LinkGuardian { pupil, guardian: new, guardianship: Guardianship::Custodian, household: None };
        let guardian = created!(self.build(link).await, Guardian);
        let kind =
            if set.model == MentoringModel::Targeted { AssignmentKind::Targeted } else { AssignmentKind::Primary };
        let assign = Command::AssignMentor { pupil, mentor, kind, principal, from };
        Pupil { id: pupil, guardian, assignment: created!(self.build(assign).await, Assignment) }
    }
}

impl Stage {
    /// The school on the first of September 2019, ready to be worked in; and a principal of another school.
    pub(crate) async fn set(set: Setting) -> Self {
        let hands = Arc::new(Hands(AtomicI64::new(at("2019-09-02")), watch::Sender::default()));
        let log = Arc::new(MemoryLog::new().unwrap());
        let casework = Casework::open(log, [7; 32], hands.clone()).await.unwrap();
        let carpenter = Carpenter { casework, hands, commands: AtomicU64::new(1) };
        let school = carpenter.found(set.code, set.name, set.form).await;
        let from: NaiveDate = "2019-08-12".parse().unwrap();
        let (chosen, mission) = (
            MentoringModelChosen { from, model: set.model },
            MissionAdopted { from, talks: set.talks, within: TimeCategories::usual() },
        );
        carpenter.build(Command::ChooseMentoringModel { school, chosen }).await;
        carpenter.build(Command::AdoptMission { school, mission }).await;
        let (mut principals, mut mentors) = (Vec::new(), Vec::new());
        for number in 0..set.principals {
            let principal = carpenter.employ("Rut Rektor", Role::Principal, school).await;
            let responsibility = set
                .programmes
                .get(number)
                .map_or(Responsibility::Unit, |code| Responsibility::Programme(ProgrammeCode::try_new(*code).unwrap()));
            let made = Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None };
            carpenter.build(made).await;
            principals.push(principal);
        }
        for _ in 0..set.mentors {
            mentors.push(carpenter.employ("Maja Mentor", Role::Mentor, school).await);
        }
        let mut pupils = Vec::new();
        for (class, mentor) in set.pupils {
            let programme = set.programmes.iter().position(|code| class.starts_with(code)).unwrap_or(0);
            pupils.push(carpenter.admit(&set, school, class, mentors[*mentor], principals[programme]).await);
        }
        let elsewhere = carpenter.found("XXX", "En annan skola", set.form).await;
        let stranger = carpenter.employ("Rolf Rektor", Role::Principal, elsewhere).await;
        let made = Command::MakePrincipalResponsible {
            school: elsewhere,
            principal: stranger,
            responsibility: Responsibility::Unit,
            from,
            until: None,
        };
        carpenter.build(made).await;
        let mut others = Vec::new();
        for role in Role::ALL.into_iter().filter(|role| !matches!(role, Role::Mentor | Role::Principal)) {
            others.push((role, carpenter.employ("Ola Övrig", role, school).await));
        }
        let administrator = carpenter.join("Adam Administratör").await;
        let whole = Grant { role: Role::Administrator, school: None, committee: None };
        carpenter.build(Command::GrantRole { staff: administrator, grant: whole }).await;
        let officers = [carpenter.join("Hanna Handläggare").await, carpenter.join("Hans Handläggare").await];
        let staff = (principals, mentors, stranger);
        carpenter.open((school, elsewhere), staff, others, (administrator, officers), pupils).await
    }

    /// The principal with this number.
    pub(crate) fn principal(&self, number: usize) -> Person<'_> {
        Person { stage: self, id: self.principals[number] }
    }

    /// The mentor with this number.
    pub(crate) fn mentor(&self, number: usize) -> Person<'_> {
        Person { stage: self, id: self.mentors[number] }
    }

    /// Somebody at the school in a role that is neither mentor nor principal.
    pub(crate) fn other(&self, role: Role) -> Person<'_> {
        let id = self.others.iter().find(|(held, _)| *held == role).unwrap().1;
        Person { stage: self, id }
    }

    /// An administrator of the whole authority.
    pub(crate) fn administrator(&self) -> Person<'_> {
        Person { stage: self, id: self.administrator }
    }

    /// One of two who hold no role yet.
    pub(crate) fn officer(&self, number: usize) -> Person<'_> {
        Person { stage: self, id: self.officers[number] }
    }

    /// The other school.
    pub(crate) const fn elsewhere(&self) -> SchoolId {
        self.elsewhere
    }

    /// A principal of another school.
    pub(crate) fn stranger(&self) -> Person<'_> {
        Person { stage: self, id: self.stranger }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A day comes, at noon.
    pub(crate) fn on(&self, day: &str) {
        self.at_micros(at(day));
    }

    /// A moment comes.
    pub(crate) fn at(&self, moment: &str) {
        self.at_micros(moment.parse::<DateTime<Utc>>().unwrap().timestamp_micros());
    }

    /// Work is recorded in a pupil's case, whoever has it; whether it could be.
    pub(crate) async fn records(&self, pupil: Pupil, work: Work) -> bool {
        let (pupil, with) = (pupil.id, Vec::new());
        let work = WorkToLog { pupil, with, occurred: None, work, minutes: None, note: None };
        let id = command_id(&self.hands, &self.commands);
        self.casework.execute(Actor::Setup, Command::LogWork(work), id).await.is_ok()
    }

    fn at_micros(&self, micros: i64) {
        self.hands.0.store(micros, Ordering::Relaxed);
        self.hands.1.send_replace(());
    }
}

impl Carpenter {
    async fn open(
        self,
        (school, elsewhere): (SchoolId, SchoolId),
        (principals, mentors, stranger): (Vec<StaffId>, Vec<StaffId>, StaffId),
        others: Vec<(Role, StaffId)>,
        (administrator, officers): (StaffId, [StaffId; 2]),
        pupils: Vec<Pupil>,
    ) -> Stage {
        let everybody = principals
            .iter()
            .chain(&mentors)
            .chain([&stranger, &administrator])
            .chain(&officers)
            .chain(others.iter().map(|(_, staff)| staff));
        let tokens: Vec<_> = everybody.map(|staff| (staff.to_string(), Actor::Staff(*staff))).collect();
        let tokens = DemoTokens::new(tokens.iter().map(|(token, actor)| (token.as_str(), *actor)));
        let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = bound.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let Self { hands, commands, casework } = self;
        let authenticator = Arc::new(Authenticator::demo(tokens));
        tokio::spawn(bound.serve(Arc::clone(&casework), authenticator, Arc::new(|| Ok(())), shutdown));
        let client = Client::new();
        Stage {
            school,
            pupils,
            principals,
            mentors,
            stranger,
            elsewhere,
            others,
            administrator,
            officers,
            hands,
            casework,
            address,
            client,
            commands,
            _stop: stop,
        }
    }
}

impl Person<'_> {
    /// The body of the answer to an operation, which must be one that there is.
    pub(crate) async fn asks(&self, query: &str) -> Value {
        let answer = self.asks_whatever(query).await;
        well::asked_well(query, &answer);
        answer
    }

    /// The body of the answer to anything.
    pub(crate) async fn asks_whatever(&self, query: &str) -> Value {
        self.sends(&json!({ "query": query })).await.json().await.unwrap()
    }

    /// The answer to a body, whatever it is.
    pub(crate) async fn sends(&self, body: &Value) -> reqwest::Response {
        let request = self.stage.client.post(self.stage.url("/graphql")).bearer_auth(self.id);
        request.json(body).send().await.unwrap()
    }

    /// The body of the answer to a command, whatever comes of it.
    pub(crate) async fn tries(&self, mutation: &str, input: &str) -> Value {
        self.tries_for(mutation, input, "").await
    }

    /// The same, and something more is asked of the answer.
    pub(crate) async fn tries_for(&self, mutation: &str, input: &str, more: &str) -> Value {
        let id = self.fresh_command();
        let query = format!(
            "mutation{{{mutation}(input:{{commandId:\"{id}\" {input}}}){{receipt{{eventIds}} \
             userErrors{{code field message}} {more}}}}}"
        );
        self.asks(&query).await
    }

    /// A name for a command that no other has.
    pub(crate) fn fresh_command(&self) -> CommandId {
        command_id(&self.stage.hands, &self.stage.commands)
    }

    async fn does(&self, mutation: &str, input: &str) -> Result<String, String> {
        let answer = self.tries(mutation, input).await;
        let payload = &answer["data"][mutation];
        match (payload["receipt"]["eventIds"][0].as_str(), payload["userErrors"][0]["code"].as_str()) {
            (Some(event), None) => Ok(event.to_owned()),
            (None, Some(code)) => Err(code.to_owned()),
            _ => panic!("{mutation} {input}: {answer}"),
        }
    }

    /// Carries a command out, and gives the id of what happened first.
    pub(crate) async fn commands(&self, mutation: &str, input: &str) -> String {
        self.does(mutation, input).await.unwrap_or_else(|code| panic!("{mutation} {input}: {code}"))
    }

    /// Is refused a command, with this code.
    pub(crate) async fn is_refused(&self, mutation: &str, input: &str, code: &str) {
        assert_eq!(self.does(mutation, input).await, Err(code.to_owned()), "{mutation} {input}");
    }

    /// Logs work in a pupil's case, and gives the id of what happened.
    pub(crate) async fn logs(&self, pupil: Pupil, work: &str) -> String {
        self.commands("logWork", &format!("pupilId:\"{}\" work:{{{work}}} minutes:15", pupil.id)).await
    }

    /// Logs work with a note: the reason, where one is needed.
    pub(crate) async fn logs_because(&self, pupil: Pupil, work: &str, note: &str) -> String {
        self.commands("logWork", &format!("pupilId:\"{}\" work:{{{work}}} note:\"{note}\"", pupil.id)).await
    }

    /// Is refused to log work, with this code.
    pub(crate) async fn may_not_log(&self, pupil: Pupil, work: &str, code: &str) {
        self.is_refused("logWork", &format!("pupilId:\"{}\" work:{{{work}}}", pupil.id), code).await;
    }

    /// Phones the pupil's guardian, who answers.
    pub(crate) async fn phones_the_guardian(&self, pupil: Pupil, topic: &str) {
        let input = format!(
            "pupilId:\"{}\" guardianId:\"{}\" channel:PHONE direction:OUTGOING outcome:REACHED topic:{topic} minutes:10",
            pupil.id, pupil.guardian
        );
        self.commands("logGuardianContact", &input).await;
    }

    /// Hands over a day's attendance: minutes of notified and of unnotified absence, of 300.
    pub(crate) async fn registers(&self, pupil: Pupil, day: &str, notified: u16, unnotified: u16) {
        let day = lesson_day(day, notified, unnotified);
        self.commands("registerAttendance", &format!("pupilId:\"{}\" days:[{day}]", pupil.id)).await;
    }

    /// Hands over so many days of attendance from a day on: minutes of unnotified absence on each, of 300.
    pub(crate) async fn registers_days(&self, pupil: Pupil, first: &str, count: usize, unnotified: u16) {
        let first: NaiveDate = first.parse().unwrap();
        let days: Vec<_> =
            first.iter_days().take(count).map(|day| lesson_day(&day.to_string(), 0, unnotified)).collect();
        self.commands("registerAttendance", &format!("pupilId:\"{}\" days:[{}]", pupil.id, days.join(" "))).await;
    }

    /// Corrects a day's attendance.
    pub(crate) async fn corrects(&self, pupil: Pupil, day: &str, notified: u16, unnotified: u16) {
        let day = lesson_day(day, notified, unnotified);
        self.commands("correctAttendance", &format!("pupilId:\"{}\" day:{day}", pupil.id)).await;
    }

    /// What stands in a pupil's timeline, oldest first, without what the stage was set with.
    pub(crate) async fn reads_the_timeline(&self, pupil: Pupil) -> Vec<String> {
        let query = format!("{{pupil(id:\"{}\"){{timeline(first:100){{edges{{node{{kind}}}}}}}}}}", pupil.id);
        let answer = self.asks(&query).await;
        let edges =
            answer["data"]["pupil"]["timeline"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        let kinds = edges.iter().rev().map(|edge| edge["node"]["kind"].as_str().unwrap().to_owned());
        let set_up = ["PUPIL_ENROLLED", "GUARDIAN_LINKED", "MENTOR_ASSIGNED"];
        kinds.filter(|kind| !set_up.contains(&kind.as_str())).collect()
    }

    /// What a mentor's week holds.
    pub(crate) async fn reads_the_week(&self, mentor: StaffId, week: &str) -> Value {
        let query = format!(
            "{{node(id:\"{mentor}\"){{... on Staff{{workload(week:\"{week}\"){{pupils pupilsForOtherPrincipals contacts \
             work{{kind count}} takenOver{{task count}} groups{{activity count}} totalMinutes openSteps openReferrals \
             talksDue talksHeld workingMinutes withinMission{{part of}} preventive{{part of}}}}}}}}}}"
        );
        let answer = self.asks(&query).await;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["node"]["workload"].clone()
    }

    /// Whether the pupil is there for this person; refused and missing are answered with the same bytes.
    pub(crate) async fn sees(&self, pupil: Pupil) -> bool {
        let ask = async |id: String| self.asks(&format!("{{pupil(id:\"{id}\"){{id name}}}}")).await;
        let answer = ask(pupil.id.to_string()).await;
        let seen = !answer["data"]["pupil"].is_null();
        if !seen {
            assert_eq!(answer, ask(PupilId::from_bits([0xAB; 16]).to_string()).await);
        }
        seen
    }
}

fn lesson_day(day: &str, notified: u16, unnotified: u16) -> String {
    format!(
        "{{date:\"{day}\" offeredMinutes:300 notifiedMinutes:{notified} unnotifiedMinutes:{unnotified} validMinutes:0 \
         invalidMinutes:0 unregisteredMinutes:0 lessons:5 unregisteredLessons:0}}"
    )
}

/// How often work of a kind stands in a week.
pub(crate) fn times(week: &Value, kind: &str) -> u64 {
    let work = week["work"].as_array().unwrap();
    work.iter().find(|count| count["kind"] == kind).map_or(0, |count| count["count"].as_u64().unwrap())
}
