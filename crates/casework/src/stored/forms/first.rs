//! The earlier versions of forms that have a later one: what lies in logs still. They are read as JSON by the steps in
//! `stored/upgrade.rs`, which make the later ones of them; here they stand for their schemas.

use chrono::NaiveDate;
use domain::event::EventKind;
use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::case_words::{DelegatedDecisionName, ReferralConcernName, ReportLevelName, RetentionClassName};
use super::pupil::{GuardianLinkedV1, PupilLeftV1};
use super::school::MissionAdoptedV1;
use super::staff::{RoleV1, TimeLoggedV1};
use super::{Nothing, Open, Sealed, TextPart};

macro_rules! first_forms {
    ($( $(#[doc = $doc:literal])+ $form:ident { $( $field:ident : $type:ty ),* } )+) => {$(
        $(#[doc = $doc])+
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        #[allow(missing_docs, reason = "each field is described where the domain defines it")]
        struct $form { $( $field: $type ),* }
    )+};
}

macro_rules! first_work {
    ($( $(#[doc = $doc:literal])+ $form:ident { $( $field:ident : $type:ty ),* } )+) => {$(
        $(#[doc = $doc])+
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        #[allow(missing_docs, reason = "each field is described where the domain defines it")]
        struct $form {
            enrolment: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            minutes: Option<u16>,
            $( $field: $type ),*
        }
    )+};
}

first_forms! {
    /// A matter of the kind `DecisionDelegated`, version 1.
    DecisionDelegatedV1 { decision: DelegatedDecisionName, to: String, first_day: NaiveDate, last_day: NaiveDate }
    /// A matter of the kind `StandingDeputyNamed`, version 1.
    StandingDeputyNamedV1 { deputy: String, first_day: NaiveDate, last_day: NaiveDate }
    /// A matter of the kind `LadderPolicyAdopted`, version 1.
    LadderPolicyAdoptedV1 { number: u16, first_day: NaiveDate, percent: u8, window_days: u16 }
    /// A matter of the kind `LegalHoldPlaced`, version 1.
    LegalHoldPlacedV1 { pupil: String, reference: String }
    /// A matter of the kind `LegalHoldLifted`, version 1.
    LegalHoldLiftedV1 { pupil: String }
    /// A matter of the kind `ErasureBegun`, version 1.
    ErasureBegunV1 { pupil: String, class: RetentionClassName, period: u16, plan_item: String, decision: String }
    /// A matter of the kind `ErasureBegun`, version 2.
    ErasureBegunV2 { subject: String, class: RetentionClassName, period: u16, plan_item: String, decision: String }
    /// A matter of the kind `ErasureCarriedOut`, version 1.
    ErasureCarriedOutV1 { pupil: String, class: RetentionClassName, period: u16 }
}

first_work! {
    /// Work of the kind `ReferralOpened`, version 1.
    ReferralOpenedV1 { concern: ReferralConcernName }
    /// Work of the kind `HealthTeamMet`, version 1.
    HealthTeamMetV1 { mentor_present: bool }
    /// Work of the kind `HarassmentReported`, version 1.
    HarassmentReportedV1 { level: ReportLevelName }
    /// Work of the kind `ObligationMetElsewhere`, version 1.
    ObligationMetElsewhereV1 { reference: String, on: NaiveDate }
}

/// The same of the second form; `None` for a kind that has no third.
pub fn second(kind: EventKind) -> Option<(Value, Vec<Value>)> {
    (kind == EventKind::ErasureBegun).then(|| (schema_for!(Open<ErasureBegunV2>).to_value(), Vec::new()))
}

/// The JSON Schemas of the first form's open content and sealed parts; `None` for a kind that is in its first form still.
pub fn schema(kind: EventKind) -> Option<(Value, Vec<Value>)> {
    let nothing = || schema_for!(Open<Nothing>).to_value();
    let sealed = |part: Value| Some((nothing(), vec![part]));
    let worked = |part: Value| Some((nothing(), vec![part, schema_for!(TextPart).to_value()]));
    if kind == EventKind::MissionAdopted {
        Some((schema_for!(Open<MissionAdoptedV1>).to_value(), Vec::new()))
    } else if kind == EventKind::DecisionDelegated {
        Some((schema_for!(Open<DecisionDelegatedV1>).to_value(), Vec::new()))
    } else if kind == EventKind::LadderPolicyAdopted {
        Some((schema_for!(Open<LadderPolicyAdoptedV1>).to_value(), Vec::new()))
    } else if kind == EventKind::LegalHoldPlaced {
        Some((schema_for!(Open<LegalHoldPlacedV1>).to_value(), Vec::new()))
    } else if kind == EventKind::LegalHoldLifted {
        Some((schema_for!(Open<LegalHoldLiftedV1>).to_value(), Vec::new()))
    } else if kind == EventKind::ErasureBegun {
        Some((schema_for!(Open<ErasureBegunV1>).to_value(), Vec::new()))
    } else if kind == EventKind::ErasureCarriedOut {
        Some((schema_for!(Open<ErasureCarriedOutV1>).to_value(), Vec::new()))
    } else if matches!(kind, EventKind::RoleGranted | EventKind::RoleWithdrawn) {
        Some((schema_for!(Open<RoleV1>).to_value(), Vec::new()))
    } else if kind == EventKind::StandingDeputyNamed {
        sealed(schema_for!(Sealed<StandingDeputyNamedV1>).to_value())
    } else if kind == EventKind::TimeLogged {
        sealed(schema_for!(Sealed<TimeLoggedV1>).to_value())
    } else if kind == EventKind::PupilLeft {
        sealed(schema_for!(Sealed<PupilLeftV1>).to_value())
    } else if kind == EventKind::GuardianLinked {
        sealed(schema_for!(Sealed<GuardianLinkedV1>).to_value())
    } else if kind == EventKind::ReferralOpened {
        worked(schema_for!(Sealed<ReferralOpenedV1>).to_value())
    } else if kind == EventKind::HealthTeamMet {
        worked(schema_for!(Sealed<HealthTeamMetV1>).to_value())
    } else if kind == EventKind::HarassmentReported {
        worked(schema_for!(Sealed<HarassmentReportedV1>).to_value())
    } else if kind == EventKind::ObligationMetElsewhere {
        worked(schema_for!(Sealed<ObligationMetElsewhereV1>).to_value())
    } else {
        None
    }
}
