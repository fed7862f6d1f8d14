//! `mentorlog extract`: everything about a guardian or a member of staff, for the person (article 15 of the GDPR). That it was made is
//! put on record in the log first, and so the service is stopped meanwhile, or a restored backup is read.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use api::AccountBook;
use casework::answer::{AboutPerson, PersonEntry};
use domain::retention::Subject;
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::folder::Locked;
use crate::kept::KeptFile;
use crate::wiring::Running;

/// About whom, and where to.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    of: Locked,
    /// The guardian, or the member of staff. Of a pupil the principal makes the extract, in the service.
    #[arg(long, value_name = "ID")]
    subject: Subject,
    /// A new file, which only its owner may read [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes a draft as JSON, to be reviewed for secrecy before it is handed out.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let Locked { folder, master } = &options.of;
    if matches!(options.subject, Subject::Pupil(_)) {
        return Err(Failure::new(Exit::Failed, "of a pupil the principal makes the extract, in the service"));
    }
    let running = Running::start(folder, master.as_deref(), None).await?;
    let about = running.casework.about_person(options.subject).await;
    running.close().await?;
    let about = about?;
    let text = format!("{:#}\n", told(options.subject, &about, &accounts(options)?));
    match &options.out {
        None => std::io::stdout().lock().write_all(text.as_bytes())?,
        Some(path) => {
            let file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(path);
            let mut file = file.map_err(|error| Failure::from(error).while_doing(path.display()))?;
            file.write_all(text.as_bytes())?;
        }
    }
    tracing::warn!("a draft: it is to be reviewed for secrecy, school by school, before it is handed out");
    Ok(())
}

/// By which names the person signs in.
fn accounts(options: &Options) -> Result<Vec<String>, Failure> {
    let Subject::Staff(staff) = options.subject else { return Ok(Vec::new()) };
    let keep = KeptFile::accounts(&options.of.folder.data);
    let book = AccountBook::read(keep.as_ref()).map_err(|error| Failure::new(Exit::Failed, error))?;
    let theirs = book.all().iter().filter(|account| account.person().is_ok_and(|person| person == staff));
    Ok(theirs.map(|account| account.name.clone()).collect())
}

fn told(subject: Subject, about: &AboutPerson, accounts: &[String]) -> Value {
    json!({
        "draft": true,
        "subject": subject.to_string(),
        "entries": about.entries.iter().map(entry).collect::<Vec<_>>(),
        "accounts": accounts,
        "recordedOfOthers": about.recorded,
        "requests": about.read,
    })
}

fn entry(entry: &PersonEntry) -> Value {
    json!({
        "kind": entry.kind.name(),
        "occurred": entry.occurred,
        "recorded": entry.recorded,
        "role": entry.role.map(domain::actor::Role::name),
        "own": entry.own,
        "school": entry.school.as_ref().map(domain::words::SchoolCode::as_str),
        "erased": entry.erased,
        "heldBack": entry.held_back,
        "content": entry.content,
    })
}
