//! `mentorlog erase`: what the plan says may no longer be kept is listed, approved by a person, and erased (gallring). The
//! service is stopped meanwhile.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use casework::erasure::{Approval, Begun, TellsOfFew};
use domain::id::{PupilId, SchoolId, StaffId};
use domain::retention::{Due, NOBODY, Records, Subject};
use domain::words::Reference;
use storage::{KeyError, KeyRef, KeyRing, MasterKey};

use crate::erased_list;
use crate::erasing::{self, Listed, command_ids};
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk, read_master};
use crate::wiring::Running;

/// Why a list with a line too few is refused.
const GOES_LAST: &str = "would be left of somebody of whom the list erases what goes last (identity, enrolment, caseload, guardian, \
    staff, or safety that is in force): let every line of theirs in, or take what goes last out too";

/// What to do about what may no longer be kept.
#[derive(clap::Subcommand)]
pub(crate) enum Erase {
    /// List what the adopted plan says may no longer be kept: `SUBJECT CLASS PERIOD SINCE PLAN-ITEM`, a line each. That of these
    /// pupils was told is on record.
    Propose {
        #[command(flatten)]
        opened: Opened,
    },
    /// Erase what stands in a list that a person has approved: destroys the keys, removes what was derived, and puts the keys
    /// that are left under a new master key. Then destroy the old one, and older copies of keys.
    CarryOut {
        #[command(flatten)]
        opened: Opened,
        /// The list, as `propose` wrote it; lines that were not approved are taken out.
        #[arg(long, value_name = "FILE")]
        list: PathBuf,
        /// The number of the decision to erase.
        #[arg(long, value_name = "NUMBER")]
        decision: String,
        /// Who approved the list: a principal or the authority's officer of every school that it says. It is put on record before
        /// anything is erased.
        #[arg(long, value_name = "STAFF")]
        by: StaffId,
        /// The file of the master key that is to open the keys from now on.
        #[arg(long, value_name = "FILE")]
        new_master_key_file: PathBuf,
    },
    /// List what has been erased: `SUBJECT CLASS PERIOD SCHOOL STAFF DECISION`, a line each; who approved it (STAFF) is left out
    /// where that was not recorded. The first line says of which log the list is and how many lines it has, the last is its seal: keep
    /// it as it is beside the backups, for `restore --erased` takes no other.
    Done {
        #[command(flatten)]
        opened: Opened,
    },
}

/// A log that is opened for this.
#[derive(clap::Args)]
pub(crate) struct Opened {
    #[command(flatten)]
    folder: Folder,
    /// The file of the master key.
    #[arg(long, value_name = "FILE")]
    master_key_file: PathBuf,
}

/// Does it.
pub(crate) async fn run(erase: Erase) -> Result<(), Failure> {
    match erase {
        Erase::Propose { opened } => {
            let running = opened.start().await?;
            let due = due(&running);
            let told = running.casework.record_listed("erase propose", due.iter().filter_map(pupil)).await;
            running.close().await?;
            told?;
            print(due.iter().map(|due| format!("{} {} {}", line(&due.records), due.since, due.plan_item.as_str())))
        }
        Erase::Done { opened } => {
            let running = opened.start().await?;
            let begun = running.casework.erasures();
            let lines: Vec<String> =
                begun.iter().map(|Begun { records, school, approval, .. }| done(records, *school, approval)).collect();
            let list = erased_list::written(running.log.vault(), &lines);
            running.close().await?;
            print(list)
        }
        Erase::CarryOut { opened, list, decision, by, new_master_key_file } => {
            let approval = Approval { decision: Reference::try_new(erasing::as_in_a_list(&decision))?, by: Some(by) };
            let new = read_master(&opened.folder.data, &new_master_key_file)?;
            let old = MasterKey::read_file(&opened.master_key_file)?;
            if new.is_same(&old) {
                return Err(KeyError::SameMaster.into());
            }
            let running = opened.start().await?;
            let erased = carry_out(&running, &list, (&approval, by)).await;
            running.close().await?;
            let erased = erased?;
            KeyRing::rotate(&disk(), &opened.folder.keys(), &old, &new)?;
            print(erased.iter().map(|Due { records, school, .. }| done(records, *school, &approval)))
        }
    }
}

impl Opened {
    async fn start(&self) -> Result<Running, Failure> {
        Running::start(&self.folder, Some(&self.master_key_file), None).await
    }
}

/// Whose case a line tells of.
fn pupil(due: &Due) -> Option<PupilId> {
    match due.records.subject {
        Subject::Pupil(pupil) if due.records.subject != NOBODY => Some(pupil),
        Subject::Pupil(_) | Subject::Guardian(_) | Subject::Staff(_) => None,
    }
}

fn due(running: &Running) -> Vec<Due> {
    running.casework.due(&running.log.vault().ring().in_use())
}

async fn carry_out(
    running: &Running,
    list: &std::path::Path,
    (approval, by): (&Approval, StaffId),
) -> Result<Vec<Due>, Failure> {
    let approved = erasing::read(list)?;
    let keys = running.log.vault().ring().in_use();
    let approval_of = async {
        let chosen = chosen(running, (list, &approved), &keys)?;
        running.casework.record_approval(by, &chosen, chosen.iter().filter_map(pupil)).await?;
        Ok::<_, Failure>(chosen)
    };
    let chosen = match approval_of.await {
        Ok(chosen) => chosen,
        Err(why) => {
            running.casework.record_refused_approval(by).await?;
            return Err(why);
        }
    };
    let mut ids = command_ids(running.clock.as_ref());
    running.casework.begin_erasure((&chosen, &keys), (approval, false), &mut ids).await?;
    erasing::finish(running).await?;
    Ok(chosen)
}

/// What stands in the list, if all of it may be erased, and nothing is left that nobody could tell whose it was.
fn chosen(
    running: &Running,
    (list, approved): (&std::path::Path, &[Listed]),
    keys: &[KeyRef],
) -> Result<Vec<Due>, Failure> {
    let due = running.casework.due(keys);
    let mut due: BTreeMap<Records, Due> = due.into_iter().map(|due| (due.records, due)).collect();
    if approved.is_empty() {
        return Err(Failure::new(Exit::Failed, format!("{}: nothing stands in it", list.display())));
    }
    let mut chosen = Vec::with_capacity(approved.len());
    for Listed { records, .. } in approved {
        let found = due.remove(records).ok_or_else(|| {
            let why = "the plan does not say that it may no longer be kept, or a legal hold keeps it, or it stands there twice";
            Failure::new(Exit::Failed, format!("{}: {}: {why}", list.display(), line(records)))
        })?;
        chosen.push(found);
    }
    let left = running.casework.left_behind(&chosen, keys);
    if !left.is_empty() {
        let left: Vec<String> = left.iter().map(line).collect();
        return Err(Failure::new(Exit::Failed, format!("{}: {}: {GOES_LAST}", list.display(), left.join("; "))));
    }
    let few = running.casework.tells_of_few(&chosen);
    if !few.is_empty() {
        let told: Vec<String> = few.iter().map(tells).collect();
        return Err(Failure::new(Exit::Failed, format!("{}: {}", list.display(), told.join("; "))));
    }
    Ok(chosen)
}

/// Why a decision waits.
fn tells(few: &TellsOfFew) -> String {
    let TellsOfFew { school, term, grade, pupils } = few;
    let group = grade.map_or_else(|| "the whole school".to_owned(), |grade| format!("grade {}", grade.number()));
    format!(
        "the published figures of {} {term}, {group}, would tell of the {pupils} whose days are erased: erase attendance of at \
         least five pupils there by one decision, or wait",
        school.as_str()
    )
}

fn line(records: &Records) -> String {
    format!("{} {} {}", records.subject, records.class.name(), records.period)
}

/// Who approved it by the id, which stays when who it was is erased, and nothing where it is not known: `restore --erased` tells the
/// two apart by how ids begin.
fn done(records: &Records, school: SchoolId, Approval { decision, by }: &Approval) -> String {
    let by = by.map(|by| format!("{by} ")).unwrap_or_default();
    format!("{} {school} {by}{}", line(records), decision.as_str())
}

fn print(lines: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
