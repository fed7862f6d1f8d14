//! How the demo's service is started: the one that goes by the demo's clock.

use std::sync::Arc;

use casework::Clock;
use storage::EventLog;

use super::clock::{DemoClock, last_recorded};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::wiring::{Running, opened};

/// A service that lives in the demo's days.
pub(crate) struct Living {
    /// The service.
    pub(crate) running: Running,
    /// The clock that it goes by.
    pub(crate) clock: Arc<DemoClock>,
}

/// Brings the service up on a folder of the demo's. Its clock stands at what was recorded last, until the demo is there.
pub(crate) async fn start(folder: &Folder) -> Result<Living, Failure> {
    let log = opened(folder, None, None).await?;
    let as_log: Arc<dyn EventLog> = Arc::<storage::JournalLog>::clone(&log);
    let clock = Arc::new(DemoClock::standing_at(last_recorded(as_log.as_ref()).await?));
    let as_clock: Arc<dyn Clock> = Arc::<DemoClock>::clone(&clock);
    let running = Running::on(log, folder, as_clock).await?;
    Ok(Living { running, clock })
}
