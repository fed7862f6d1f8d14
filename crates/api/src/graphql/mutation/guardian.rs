//! What staff do about messages to a guardian, as the guardian has said.

use async_graphql::{ID, InputObject};
use domain::command::{Command, DigestAct};
use domain::id::GuardianId;
use domain::personal::Personal;
use domain::refusal::Refusal;
use domain::state::Preference;
use domain::words::{ChosenBy, ContactDetail};

use super::input::{id, invalid, name, valid};
use super::outcome::{CommandInput, mutations};
use crate::graphql::types::digest_words::{DigestFrequency, Language};
use crate::graphql::types::guardian::Guardian;

mutations! {
    /// Messages to a guardian.
    GuardianMutations, GuardianId => guardian: Guardian;

    /// Sets a guardian's e-mail address. Nothing is sent to it before it has been confirmed.
    set_guardian_address(SetGuardianAddressInput) -> SetGuardianAddressPayload;

    /// Records that the address is the guardian's own: they have said so, and it was read back to them.
    confirm_guardian_address(ConfirmGuardianAddressInput) -> ConfirmGuardianAddressPayload;

    /// Records what a guardian wants to be sent, as they have said. What had been stopped begins again.
    set_digest_preference(SetDigestPreferenceInput) -> SetDigestPreferencePayload;

    /// Stops digests to a guardian, as they have said.
    stop_digests(StopDigestsInput) -> StopDigestsPayload;

    /// Puts a guardian's name or telephone number right (rättar uppgifter), for every school: a person has one name, and whoever has
    /// one of the guardian's pupils may. What stood is told in the guardian's corrections. Whose guardian it is and in which way is
    /// ended and linked anew.
    correct_guardian(CorrectGuardianInput) -> CorrectGuardianPayload;
}

/// A guardian's address.
#[derive(InputObject)]
pub(crate) struct SetGuardianAddressInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The guardian.
    guardian_id: ID,
    /// The e-mail address.
    email: String,
}

impl CommandInput for SetGuardianAddressInput {
    type About = GuardianId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<GuardianId>), Refusal> {
        // What no message could be sent to is no address: one @, something on either side, nothing that ends a header.
        let plausible = self.email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.ends_with('.')
        });
        let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "<>[]()\\,;:\"".contains(letter);
        if !plausible || self.email.chars().any(odd) {
            return Err(invalid("email"));
        }
        let email = Personal::new(valid(ContactDetail::try_new(self.email), "email")?);
        act(&self.guardian_id, DigestAct::SetAddress { email })
    }
}

/// A guardian whose address is confirmed.
#[derive(InputObject)]
pub(crate) struct ConfirmGuardianAddressInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The guardian.
    guardian_id: ID,
}

impl CommandInput for ConfirmGuardianAddressInput {
    type About = GuardianId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<GuardianId>), Refusal> {
        act(&self.guardian_id, DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff })
    }
}

/// What a guardian wants to be sent.
#[derive(InputObject)]
pub(crate) struct SetDigestPreferenceInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The guardian.
    guardian_id: ID,
    /// How often.
    frequency: DigestFrequency,
    /// In which language. One that is not switched on is written to in Swedish.
    language: Language,
    /// Without HTML.
    #[graphql(default)]
    plain_text: bool,
}

impl CommandInput for SetDigestPreferenceInput {
    type About = GuardianId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<GuardianId>), Refusal> {
        let preference = Preference {
            frequency: self.frequency.into(),
            language: self.language.into(),
            plain_text: self.plain_text,
        };
        act(&self.guardian_id, DigestAct::SetPreference { preference, by: ChosenBy::Staff })
    }
}

/// A guardian who wants no digests.
#[derive(InputObject)]
pub(crate) struct StopDigestsInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The guardian.
    guardian_id: ID,
}

impl CommandInput for StopDigestsInput {
    type About = GuardianId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<GuardianId>), Refusal> {
        act(&self.guardian_id, DigestAct::Stop { by: ChosenBy::Staff })
    }
}

/// What is put right of what is known of a guardian.
#[derive(InputObject)]
pub(crate) struct CorrectGuardianInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The guardian.
    guardian_id: ID,
    /// The name as it should have been; without it, it stands.
    name: Option<String>,
    /// The telephone number as it should have been; without it, it stands.
    phone: Option<String>,
}

impl CommandInput for CorrectGuardianInput {
    type About = GuardianId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<GuardianId>), Refusal> {
        let guardian = id(&self.guardian_id, "guardianId")?;
        let phone = self.phone.map(|phone| valid(ContactDetail::try_new(phone), "phone")).transpose()?;
        let name = self.name.map(name).transpose()?;
        Ok((Command::CorrectGuardian { guardian, name, phone: phone.map(Personal::new) }, Some(guardian)))
    }
}

fn act(guardian: &ID, act: DigestAct) -> Result<(Command, Option<GuardianId>), Refusal> {
    let guardian = id(guardian, "guardianId")?;
    Ok((Command::Digest { guardian, act }, Some(guardian)))
}
