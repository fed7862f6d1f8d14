//! `mentorlog load`: real events, through the same door as everybody, as fast as they are acknowledged.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use casework::{Created, Receipt};
use domain::Personal;
use domain::actor::{Actor, Grant, Role};
use domain::command::{Command, ContactToLog, GuardianChoice};
use domain::event::pupil::{
    AssignmentKind, ContactChannel, ContactDirection, ContactOutcome, ContactTopic, Guardianship, Placement,
};
use domain::event::school::{Responsibility, SchoolRegistered};
use domain::id::{GuardianId, PupilId, SchoolId, StaffId};
use domain::words::{ClassName, Grade, Minutes, Name, Note, SchoolCode, SchoolForm, SchoolUnitCode};
use futures::future::join_all;

use crate::chance;
use crate::failure::{Exit, Failure};
use crate::folder::Folder;
use crate::hex::hex;
use crate::signals;
use crate::wiring::Running;

/// Pupils that the contacts are about.
const PUPILS: usize = 8;

/// How much to write.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: Folder,
    /// Writers at the same time.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=4096))]
    writers: u32,
    /// Stop when this many commands have been acknowledged [default: never]
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Most commits in one group, and so in one sync.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    group: Option<u32>,
    /// The file of the master key [default: one made in the data folder, which is only for trying things out]
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
}

/// Writes until enough is acknowledged or it is told to stop. Prints `ack N` after each acknowledged command: N is the
/// number of events up to there, as `verify` counts.
pub(crate) async fn run(options: Options) -> Result<(), Failure> {
    let stop = signals::stop()?;
    let group = options.group.and_then(|group| usize::try_from(group).ok());
    let running = Running::start(&options.folder, options.master_key_file.as_deref(), group).await?;
    let load = Load { running: &running, left: AtomicU64::new(options.count.unwrap_or(u64::MAX)) };
    let written = tokio::select! {
        written = load.write(options.writers) => written,
        () = stop => Ok(()),
    };
    running.close().await?;
    match written {
        Err(Ended::Failed(failure)) => Err(failure),
        Err(Ended::Enough) | Ok(()) => Ok(()),
    }
}

/// Why a writer ends.
enum Ended {
    /// Enough has been acknowledged.
    Enough,
    /// It could not go on.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

struct Load<'a> {
    running: &'a Running,
    left: AtomicU64,
}

/// A pupil, with the guardian and the mentor of the contacts.
#[derive(Clone, Copy)]
struct Case {
    pupil: PupilId,
    guardian: GuardianId,
    mentor: StaffId,
}

impl Load<'_> {
    async fn write(&self, writers: u32) -> Result<(), Ended> {
        let (school, mentor, principal) = self.set_up().await?;
        let cases = all((0..PUPILS).map(|_| self.case(school, mentor, principal))).await?;
        all((0..writers).zip(cases.iter().cycle()).map(|(_, case)| self.contacts(*case))).await?;
        Ok(())
    }

    /// Sends one command, and says so when it is acknowledged.
    async fn send(&self, actor: Actor, command: Command) -> Result<Receipt, Ended> {
        let one = |left: u64| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one).is_err() {
            return Err(Ended::Enough);
        }
        let id = chance::command_id(self.running.clock.now().timestamp_millis())?;
        let receipt = self.running.casework.execute(actor, command, id).await?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "ack {}", receipt.position)?;
        out.flush()?;
        Ok(receipt)
    }

    async fn set_up(&self) -> Result<(SchoolId, StaffId, StaffId), Ended> {
        let mark = hex(&chance::bytes::<5>()?);
        let registered = SchoolRegistered {
            code: SchoolCode::try_new(format!("L{mark}"))?,
            unit_code: SchoolUnitCode::try_new("99000009")?,
            name: Name::try_new("Provskolan")?,
            form: SchoolForm::Compulsory,
            grades: (Grade::try_new(7)?, Grade::try_new(9)?),
        };
        let receipt = self.send(Actor::Setup, Command::RegisterSchool(registered)).await?;
        let school = made(&receipt, |one| if let Created::School(id) = one { Some(id) } else { None })?;
        let mentor = self.staff(school, Role::Mentor).await?;
        let principal = self.staff(school, Role::Principal).await?;
        let (responsibility, from) = (Responsibility::Unit, self.today());
        let responsible = Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None };
        self.send(Actor::Setup, responsible).await?;
        Ok((school, mentor, principal))
    }

    async fn staff(&self, school: SchoolId, role: Role) -> Result<StaffId, Ended> {
        let name = Personal::new(Name::try_new("Prov Person")?);
        let receipt = self.send(Actor::Setup, Command::JoinStaff { name }).await?;
        let staff = made(&receipt, |one| if let Created::Staff(id) = one { Some(id) } else { None })?;
        let grant = Grant::at(role, school);
        self.send(Actor::Setup, Command::GrantRole { staff, grant }).await?;
        Ok(staff)
    }

    async fn case(&self, school: SchoolId, mentor: StaffId, principal: StaffId) -> Result<Case, Ended> {
        let name = || Name::try_new("Prov Elev").map(Personal::new);
        let placement = Placement { class: ClassName::try_new("7A")?, grade: Grade::try_new(7)?, programme: None };
        let from = self.today();
        let enrol = Command::EnrolPupil { pupil: None, school, name: name()?, placement, from, protection: None };
        let receipt = self.send(Actor::Setup, enrol).await?;
        let pupil = made(&receipt, |one| if let Created::Pupil(id) = one { Some(id) } else { None })?;
        let guardian = GuardianChoice::New { name: name()?, phone: None, email: None };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        let receipt = self.send(Actor::Setup, link).await?;
        let guardian = made(&receipt, |one| if let Created::Guardian(id) = one { Some(id) } else { None })?;
        let assign = Command::AssignMentor { pupil, mentor, kind: AssignmentKind::Primary, principal, from };
        self.send(Actor::Setup, assign).await?;
        Ok(Case { pupil, guardian, mentor })
    }

    /// Contacts, one after another, for as long as they are acknowledged.
    async fn contacts(&self, case: Case) -> Result<(), Ended> {
        loop {
            let contact = ContactToLog {
                with: Vec::new(),
                pupil: case.pupil,
                guardian: case.guardian,
                occurred: None,
                channel: ContactChannel::Phone,
                direction: ContactDirection::Outgoing,
                outcome: ContactOutcome::Reached,
                topic: ContactTopic::Practical,
                minutes: Some(Minutes(5)),
                note: Some(Personal::new(Note::try_new("Ett kort samtal om veckans planering.")?)),
            };
            self.send(Actor::Staff(case.mentor), Command::LogGuardianContact(contact)).await?;
        }
    }

    fn today(&self) -> chrono::NaiveDate {
        domain::calendar::local_date(self.running.clock.now())
    }
}

/// All of them to their end: what one has sent is acknowledged aloud, though another has seen that it is enough.
async fn all<T>(writers: impl Iterator<Item = impl Future<Output = Result<T, Ended>>>) -> Result<Vec<T>, Ended> {
    let mut ended = join_all(writers).await;
    match ended.iter().position(|end| matches!(end, Err(Ended::Failed(_)))) {
        Some(failed) => ended.swap_remove(failed).map(|one| vec![one]),
        None => ended.into_iter().collect(),
    }
}

/// What a command brought into being.
fn made<T>(receipt: &Receipt, which: impl Fn(Created) -> Option<T>) -> Result<T, Failure> {
    let missing = || Failure::new(Exit::Failed, "an answer does not name what came into being");
    receipt.created.iter().copied().find_map(which).ok_or_else(missing)
}
