//! `mentorlog export`: the log as lines of JSON, opened. That it was is put on record in the log first, and so the service is
//! stopped meanwhile, or a restored backup is exported. Whose identity is protected is in it only where that is asked for.

use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use casework::LeftOut;
use storage::care::{self, ExportRecord};

use crate::failure::Failure;
use crate::folder::{Locked, disk};
use crate::wiring::Running;

/// What to write out, and where to.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    of: Locked,
    /// A new file, which only its owner may read [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also what is about pupils and guardians whose identity is protected, and whatever names them: else it is left out
    #[arg(long)]
    with_protected: bool,
}

/// Writes one line for each event and each trace, the export's own included; but for those that are about somebody whose identity is
/// protected, or name them, unless they are asked for. Where any are left out so is the export's own: it says of whom.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let Locked { folder, master } = &options.of;
    let running = Running::start(folder, master.as_deref(), None).await?;
    let left_out = if options.with_protected { LeftOut::default() } else { running.casework.protected_people() };
    let recorded = running.casework.record_export(&left_out).await;
    running.close().await?;
    recorded?;
    let vault = options.of.open_vault()?;
    tracing::warn!("the export holds personal data: keep it as the data itself is kept");
    let mut out: Box<dyn Write> = match &options.out {
        None => Box::new(BufWriter::new(std::io::stdout())),
        Some(path) => {
            let file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(path);
            let file = file.map_err(|error| Failure::from(error).while_doing(path.display()))?;
            Box::new(BufWriter::new(file))
        }
    };
    let (mut events, mut traces) = (0_u64, 0_u64);
    let mut wanted = |record: ExportRecord<'_>| {
        let concerned = left_out.concerns(record);
        match record {
            ExportRecord::Event(_) => events += u64::from(concerned),
            ExportRecord::Trace(_) => traces += u64::from(concerned),
        }
        !concerned
    };
    care::export(&*disk(), &folder.data, &vault, &mut wanted, &mut *out)?;
    out.flush()?;
    if events + traces > 0 {
        tracing::warn!(
            "left out {events} events and {traces} traces that are about people whose identity is protected, or name them: \
             --with-protected writes them too"
        );
    }
    Ok(())
}
