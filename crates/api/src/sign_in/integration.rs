//! Systems that hand something in: they bring a token that an issuer has signed for this service.

use chrono::{DateTime, TimeDelta, Utc};

use super::accounts::Means;
use super::fetch::Fetch;
use super::settings::{IntegrationSettings, SettingsError};
use super::verifier::{NotBelieved, Verifier};

/// Believes systems' tokens.
pub(super) struct Integrations {
    verifier: Verifier,
    longest: TimeDelta,
}

impl Integrations {
    pub(super) fn new(settings: &IntegrationSettings, fetch: Fetch) -> Result<Self, SettingsError> {
        let verifier = Verifier::new(&settings.issuer, &settings.audience, &settings.algorithms, fetch)?;
        Ok(Self { verifier, longest: settings.longest })
    }

    /// By which means the system that brings this token is known, and until when.
    pub(super) async fn known_by(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(Means, DateTime<Utc>), NotBelieved> {
        let claims = self.verifier.believed(token, now).await?;
        if claims.lasts_longer_than(self.longest) {
            return Err(NotBelieved::Lasts);
        }
        let ends = claims.ends().ok_or(NotBelieved::Time)?;
        Ok((Means::System { issuer: self.verifier.issuer().to_owned(), subject: claims.sub }, ends))
    }
}
