//! What is asked about messages to a guardian, as bytes.

use domain::command::DigestAct;
use domain::id::GuardianId;
use serde_json::{Value, json};

use crate::stored::forms::digest::{
    ChosenByName, DeliveryFailureName, DigestFrequencyName, LanguageName, MessageClassName, NotSentName,
};

pub(super) fn told(guardian: GuardianId, act: &DigestAct) -> Value {
    json!(["digest", guardian.to_string(), what(act)])
}

fn what(act: &DigestAct) -> Value {
    match act {
        DigestAct::SetAddress { email } => json!(["set-address", email.reveal().as_str()]),
        DigestAct::ConfirmAddress { address, by } => json!(["confirm-address", address, ChosenByName::from(*by)]),
        DigestAct::SetPreference { preference, by } => json!([
            "set-preference",
            DigestFrequencyName::from(preference.frequency),
            LanguageName::from(preference.language),
            preference.plain_text,
            ChosenByName::from(*by),
        ]),
        DigestAct::Stop { by } => json!(["stop", ChosenByName::from(*by)]),
        DigestAct::Prepare { message, period, since } => {
            json!(["prepare", MessageClassName::from(*message), period, since])
        }
        DigestAct::PassOver { message, period, reason } => {
            json!(["pass-over", MessageClassName::from(*message), period, NotSentName::from(*reason)])
        }
        DigestAct::Claim { message, period, sender, until, template, about } => json!([
            "claim",
            MessageClassName::from(*message),
            period,
            sender.as_str(),
            until.timestamp_micros(),
            template,
            about.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ]),
        DigestAct::Sent { message, period, attempt } => {
            json!(["sent", MessageClassName::from(*message), period, attempt])
        }
        DigestAct::Failed { message, period, attempt, failure, again } => json!([
            "failed",
            MessageClassName::from(*message),
            period,
            attempt,
            DeliveryFailureName::from(*failure),
            again.map(|again| again.timestamp_micros()),
        ]),
        DigestAct::Bounced { message, period, status } => {
            json!(["bounced", MessageClassName::from(*message), period, status.to_string()])
        }
        DigestAct::Acknowledge { message, period, since } => {
            json!(["acknowledge", MessageClassName::from(*message), period, since])
        }
    }
}
