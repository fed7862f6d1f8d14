//! A caseload of 100 pupils with six fields each, asked of the service in process: rows told at once beside the same answer
//! field by field. Decision and trace are the same in both.

use std::sync::Arc;
use std::time::Instant;

use api::InProcess;
use casework::{Casework, Clock, Created, Receipt};
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::command::{Command, GuardianChoice};
use domain::event::pupil::{AssignmentKind, Guardianship, Placement};
use domain::event::school::{Responsibility, SchoolRegistered};
use domain::id::{CommandId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::words::{ClassName, Grade, Name, SchoolCode, SchoolForm, SchoolUnitCode};
use serde_json::{Value, json};
use storage::{EventLog, MemoryLog};

use crate::stats::Spread;
use crate::{Failure, Options};

const PUPILS: u32 = 100;
const QUERY: &str = "{ viewer { caseload(first: 100) { edges { node { pupil { id name placement { className grade } } \
                     lastReachedAt contacts } } } } }";

/// One way of answering.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// Answers in a second.
    pub(crate) per_second: Spread,
    /// Against field by field, in the same turn.
    pub(crate) ratio: Spread,
}

impl Way {
    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "way": self.name, "per_second": spread(self.per_second), "ratio": spread(self.ratio) })
    }
}

fn spread(of: Spread) -> Value {
    json!({ "median": of.median, "least": of.least, "most": of.most })
}

/// Always the same morning.
pub(crate) struct Morning;

impl Clock for Morning {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_570_000_000, 0).unwrap_or_default()
    }
}

struct School {
    casework: Arc<Casework>,
    commands: u64,
}

impl School {
    async fn does(&mut self, command: Command) -> Result<Receipt, Failure> {
        self.commands += 1;
        let millis = u64::try_from(Morning.now().timestamp_millis())?;
        let id: CommandId = format!("{millis:012x}70008000{:012x}", self.commands).parse()?;
        self.casework.execute(Actor::Setup, command, id).await.map_err(|refusal| refusal.to_string().into())
    }

    async fn employ(&mut self, role: Role, school: SchoolId) -> Result<StaffId, Failure> {
        let receipt = self.does(Command::JoinStaff { name: Personal::new(Name::try_new("Maja Mentor")?) }).await?;
        let Some(Created::Staff(staff)) = receipt.created.first().copied() else { return Err("nobody joined".into()) };
        self.does(Command::GrantRole { staff, grant: Grant::at(role, school) }).await?;
        Ok(staff)
    }

    async fn enrol(&mut self, school: SchoolId, number: u32, from: NaiveDate) -> Result<PupilId, Failure> {
        let class = char::from(b'A' + u8::try_from(number % 4)?);
        let placement =
            Placement { class: ClassName::try_new(format!("7{class}"))?, grade: Grade::try_new(7)?, programme: None };
        let name = Personal::new(Name::try_new(format!("Kim Exempel {number}"))?);
        let receipt =
            self.does(Command::EnrolPupil { pupil: None, school, name, placement, from, protection: None }).await?;
        let Some(Created::Pupil(pupil)) = receipt.created.first().copied() else {
            return Err("nobody enrolled".into());
        };
        let guardian =
            GuardianChoice::New { name: Personal::new(Name::try_new("Alex Exempel")?), phone: None, email: None };
        self.does(Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None })
            .await?;
        Ok(pupil)
    }
}

/// A school on a log.
pub(crate) struct Hundred {
    pub(crate) casework: Arc<Casework>,
    /// Has every pupil.
    pub(crate) mentor: StaffId,
    /// Has none, and may see none.
    pub(crate) stranger: StaffId,
    pub(crate) pupils: Vec<PupilId>,
}

/// What the clock says at that school.
pub(crate) fn today() -> NaiveDate {
    Morning.now().date_naive()
}

/// A mentor who has a hundred pupils, and one who has none.
pub(crate) async fn a_mentor_with_a_hundred_pupils(log: Arc<dyn EventLog>) -> Result<Hundred, Failure> {
    let casework = Casework::open(log, [7; 32], Arc::new(Morning)).await?;
    let mut school = School { casework: Arc::clone(&casework), commands: 0 };
    let details = SchoolRegistered {
        code: SchoolCode::try_new("EXE")?,
        unit_code: SchoolUnitCode::try_new("12345678")?,
        name: Name::try_new("En skola")?,
        form: SchoolForm::Compulsory,
        grades: (Grade::try_new(7)?, Grade::try_new(9)?),
    };
    let receipt = school.does(Command::RegisterSchool(details)).await?;
    let Some(Created::School(unit)) = receipt.created.first().copied() else { return Err("no school".into()) };
    let (mentor, principal) = (school.employ(Role::Mentor, unit).await?, school.employ(Role::Principal, unit).await?);
    let stranger = school.employ(Role::Mentor, unit).await?;
    let mut pupils = Vec::new();
    let from = NaiveDate::from_ymd_opt(2019, 8, 20).ok_or("no such day")?;
    let responsibility = Responsibility::Unit;
    school
        .does(Command::MakePrincipalResponsible { school: unit, principal, responsibility, from, until: None })
        .await?;
    for number in 0..PUPILS {
        let pupil = school.enrol(unit, number, from).await?;
        school.does(Command::AssignMentor { pupil, mentor, kind: AssignmentKind::Primary, principal, from }).await?;
        pupils.push(pupil);
    }
    Ok(Hundred { casework, mentor, stranger, pupils })
}

/// Both ways, in turns.
pub(crate) async fn measure(options: &Options) -> Result<Vec<Way>, Failure> {
    println!("rows: a caseload of {PUPILS} pupils");
    let Hundred { casework, mentor, .. } = a_mentor_with_a_hundred_pupils(Arc::new(MemoryLog::new()?)).await?;
    let services = [InProcess::field_by_field(Arc::clone(&casework)), InProcess::new(casework)];
    let mut rates = [Vec::new(), Vec::new()];
    let mut answer = Vec::new();
    for _ in 0..options.repetitions() {
        for (service, rates) in services.iter().zip(&mut rates) {
            let begin = Instant::now();
            let mut count = 0.0;
            while begin.elapsed() < options.window() {
                answer = service.ask(QUERY, Actor::Staff(mentor)).await;
                count += 1.0;
            }
            rates.push(count / begin.elapsed().as_secs_f64());
        }
    }
    let answer: Value = serde_json::from_slice(&answer)?;
    let rows = answer.pointer("/data/viewer/caseload/edges").and_then(Value::as_array).map_or(0, Vec::len);
    if rows != usize::try_from(PUPILS)? {
        return Err(format!("{rows} rows instead of {PUPILS}").into());
    }
    let [slow, fast] = rates;
    let ratios: Vec<f64> = fast.iter().zip(&slow).map(|(fast, slow)| fast / slow).collect();
    Ok(vec![
        Way { name: "field by field", per_second: Spread::of(slow), ratio: Spread::of(vec![1.0]) },
        Way { name: "rows told at once", per_second: Spread::of(fast), ratio: Spread::of(ratios) },
    ])
}
