//! `mentorlog export`: the log as lines of JSON, opened. That it was is put on record in the log first, and so the service is
//! stopped meanwhile, or a restored backup is exported.

use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use storage::care;

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
}

/// Writes one line for each event and each trace, the export's own included.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let Locked { folder, master } = &options.of;
    let running = Running::start(folder, master.as_deref(), None).await?;
    let recorded = running.casework.record_export().await;
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
    care::export(&*disk(), &folder.data, &vault, &mut *out)?;
    Ok(out.flush()?)
}
