//! `mentorlog setup`: the first administrator of a new log. Everybody else is set up by them, over the API.

use std::io::Write;
use std::path::PathBuf;

use casework::{Casework, Clock, Created};
use domain::actor::{Actor, Grant, Role};
use domain::command::Command;
use domain::id::StaffId;
use domain::personal::Personal;
use domain::words::Name;

use crate::chance;
use crate::failure::{Exit, Failure};
use crate::settings::Settings;
use crate::wiring::Running;

/// Whom to make administrator.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The person's name.
    #[arg(long)]
    name: String,
}

/// Records the person and the role, and prints the person's id. The service must not be running. The log says that the
/// set-up did it.
pub(crate) async fn run(options: Options) -> Result<(), Failure> {
    let settings = Settings::read(&options.config)?;
    let name = Personal::new(Name::try_new(&options.name)?);
    let running = Running::start(&settings.folder, Some(&settings.master_key), None).await?;
    let made = administrator(&running.casework, running.clock.as_ref(), name).await;
    running.close().await?;
    writeln!(std::io::stdout(), "staff {}", made?)?;
    Ok(())
}

async fn administrator(casework: &Casework, clock: &dyn Clock, name: Personal<Name>) -> Result<StaffId, Failure> {
    let command_id = || chance::command_id(clock.now().timestamp_millis());
    let joined = casework.execute(Actor::Setup, Command::JoinStaff { name }, command_id()?).await?;
    let staff = joined.created.iter().find_map(|created| match created {
        Created::Staff(staff) => Some(*staff),
        Created::School(_)
        | Created::Pupil(_)
        | Created::Enrolment(_)
        | Created::Guardian(_)
        | Created::Assignment(_) => None,
    });
    let staff = staff.ok_or_else(|| Failure::new(Exit::Failed, "the person was recorded without an id"))?;
    let grant = Grant { role: Role::Administrator, school: None, committee: None };
    casework.execute(Actor::Setup, Command::GrantRole { staff, grant }, command_id()?).await?;
    Ok(staff)
}
