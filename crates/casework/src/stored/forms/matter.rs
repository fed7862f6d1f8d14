//! Stored forms of what is settled: sealed where it is about a member of staff, open where it is about a school.

use chrono::NaiveDate;
use domain::calendar::Term;
use domain::event::{EventKind, SchoolMatter, StaffMatter};
use domain::id::{SchoolId, StaffId};
use domain::projection::absence::Sums;
use domain::projection::absence::evidence::GroupChange;
use domain::retention::Subject;
use domain::words::{
    AttendanceSender, ChangeGroup, ClassName, ClockTime, Committee, DayOfWeek, DelegatedDecision, DigestRhythm,
    FigurePart, Grade, GroupActivity, Minutes, Name, NotSent, PortalUrl, PostShare, Reference, RetentionClass,
    StepNumber, ZoneName,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::values::{Stored, entered_fields};
use super::work::version;
use super::{Open, Sealed};
use crate::stored::DecodeError;

macro_rules! matter_forms {
    (
        $matter:ident in $around:ident: $module:ident;
        $( $kind:ident => $form:ident $( version $version:literal )? { $( $field:ident : $type:ty ),* } )+
    ) => {
        $(
            #[doc = concat!("A matter of the kind `", stringify!($kind), "`, version ", version!($($version)?), ".")]
            #[derive(Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields, rename_all = "camelCase")]
            #[allow(missing_docs, reason = "each field is described where the domain defines it")]
            struct $form {
                $( $field: <$type as Stored>::Form, )*
            }
        )+

        #[doc = concat!("Stored forms of a [`", stringify!($matter), "`].")]
        pub mod $module {
            use super::*;

            /// Any matter, in its stored form.
            #[derive(Serialize)]
            #[serde(untagged)]
            enum Form { $( $kind($form) ),+ }

            /// The matter in its stored form.
            pub fn written(matter: &$matter) -> impl Serialize + use<> {
                match matter {
                    $( $matter::$kind { $($field),* } => Form::$kind($form { $( $field: Stored::form($field) ),* }), )+
                }
            }

            /// Reads a matter of a kind back.
            pub fn read(kind: EventKind, form: Value) -> Result<$matter, DecodeError> {
                $( if kind == EventKind::$kind {
                    let form: $form = serde_json::from_value(form).map_err(|_| DecodeError::Malformed)?;
                    return Ok($matter::$kind { $( $field: Stored::back(form.$field)? ),* });
                } )+
                Err(DecodeError::Malformed)
            }

            /// Which fields of a matter of a kind hold text that somebody entered; none of what is no such matter.
            pub fn entered(kind: EventKind) -> Vec<String> {
                $( if kind == EventKind::$kind {
                    return entered_fields!($( $field : $type ),*);
                } )+
                Vec::new()
            }

            /// The JSON Schema of what holds a matter of a kind; `None` for what is no such matter.
            pub fn schema(kind: EventKind) -> Option<Value> {
                $( if kind == EventKind::$kind {
                    return Some(schemars::schema_for!($around<$form>).to_value());
                } )+
                None
            }
        }
    };
}
pub(super) use matter_forms;

matter_forms! {
    StaffMatter in Sealed: staff;
    StaffAway => StaffAwayV1 { first_day: NaiveDate, last_day: NaiveDate }
    StaffBack => StaffBackV1 { on: NaiveDate }
    StandingDeputyNamed => StandingDeputyNamedV2 version "2" { deputy: StaffId, school: Option<SchoolId>, first_day: NaiveDate, last_day: NaiveDate }
    ShareAgreed => ShareAgreedV1 { principal: StaffId, share: PostShare, first_day: NaiveDate }
    GroupActivityHeld => GroupActivityHeldV1 { on: NaiveDate, activity: GroupActivity, pupils: u16, minutes: Minutes }
    ClassGiven => ClassGivenV1 { school: SchoolId, class: ClassName, first_day: NaiveDate, last_day: NaiveDate }
}

matter_forms! {
    SchoolMatter in Open: school;
    DecisionDelegated => DecisionDelegatedV2 version "2" { decision: DelegatedDecision, to: StaffId, by: Option<StaffId>, first_day: NaiveDate, last_day: NaiveDate }
    LadderPolicyAdopted => LadderPolicyAdoptedV2 version "2" { number: u16, first_day: NaiveDate, percent: u8, window_days: u16, inquiry: Option<StepNumber> }
    AttendanceSenderChosen => AttendanceSenderChosenV1 { sender: AttendanceSender, first_day: NaiveDate }
    YearRolledOver => YearRolledOverV1 { first_day: NaiveDate, pupils: u16 }
    FiguresPublished => FiguresPublishedV1 { term: Term }
    DigestScheduleSet => DigestScheduleSetV1 { first_day: NaiveDate, rhythm: DigestRhythm, weekday: DayOfWeek, at: ClockTime, zone: ZoneName, portal: Option<PortalUrl> }
    PlainContentDecided => PlainContentDecidedV1 { first_day: NaiveDate, last_day: NaiveDate, allowed: bool, decision: Reference }
    RetentionAdopted => RetentionAdoptedV1 { class: RetentionClass, months: u16, plan_item: Reference, first_day: NaiveDate }
    LegalHoldPlaced => LegalHoldPlacedV2 version "2" { subject: Subject, reference: Reference }
    LegalHoldLifted => LegalHoldLiftedV2 version "2" { subject: Subject }
    ErasureBegun => ErasureBegunV3 version "3" { subject: Subject, class: RetentionClass, period: u16, plan_item: Reference, decision: Reference, approved_by: Option<StaffId> }
    RemainderKept => RemainderKeptV1 { term: Term, grade: Option<Grade>, part: FigurePart, sums: Sums }
    ErasureCarriedOut => ErasureCarriedOutV2 version "2" { subject: Subject, class: RetentionClass, period: u16 }
    PublicationDayAdopted => PublicationDayAdoptedV1 { term: Term, on: NaiveDate }
    FigureTold => FigureToldV1 { term: Term, grade: Option<Grade>, part: FigurePart, sums: Sums }
    ChangeTold => ChangeToldV1 { baseline: Term, term: Term, group: ChangeGroup, change: GroupChange }
    LoadTold => LoadToldV1 { term: Term, mentor: StaffId, pupils: Option<u16> }
    PlacedUnderCommittee => PlacedUnderCommitteeV1 { committee: Committee, name: Name }
    SchoolDigestsPassedOver => SchoolDigestsPassedOverV1 { period: NaiveDate, reason: NotSent }
}
