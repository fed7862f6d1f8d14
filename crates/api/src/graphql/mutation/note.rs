//! Opening a restricted note: a reading, but an act of its own.

use async_graphql::{Context, ID, Object, Result};

use crate::graphql::error::OrRefused;
use crate::graphql::session::session;
use crate::graphql::types::shown_note;

/// Acts that record nothing but that they were done.
#[derive(Default)]
pub(super) struct NoteMutations;

#[Object]
impl NoteMutations {
    /// Opens a restricted note (skyddad anteckning) of an entry in a pupil's timeline, which is put on record as an act of
    /// its own; null: no such entry, no note, or no right.
    async fn open_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The pupil.")] pupil_id: ID,
        #[graphql(desc = "The entry's position, as its timeline gives it.")] position: String,
    ) -> Result<Option<String>> {
        let (Ok(pupil), Ok(position)) = (pupil_id.parse(), position.parse()) else { return Ok(None) };
        let seen = session(context)?.reader().open_note(pupil, position).await.or_refused(context)?;
        Ok(seen.map(|seen| shown_note(seen.get())))
    }
}
