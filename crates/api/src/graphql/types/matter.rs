//! What is settled for a member of staff or at a school, as the schema takes it: one input that holds exactly one.

use async_graphql::{ID, InputObject, OneofObject};
use chrono::NaiveDate;
use domain::calendar::Term;
use domain::event::{SchoolMatter, StaffMatter};
use domain::id::{GuardianId, PupilId, SchoolId, StaffId};
use domain::refusal::{Code, Refusal};
use domain::retention::Subject;
use domain::words;

use super::value::Value;

/// A matter is made of its fields, or by a function of its own.
macro_rules! made {
    ($input:ident, $matter:ident::$kind:ident { $( $field:ident )* }) => {
        $matter::$kind { $( $field: Value::read($input.$field, stringify!($field))?, )* }
    };
    ($input:ident, $read:path, $matter:ident::$kind:ident { $( $field:ident )* }) => {
        $read($input)?
    };
}

macro_rules! matters {
    (
        $(#[doc = $one_doc:literal])+
        $one:ident => $matter:ident;
        $(
            $(#[doc = $doc:literal])+
            $kind:ident, $input:ident $( by $read:path )? { $( $(#[doc = $field_doc:literal])+ $field:ident : $type:ty, )* }
        )+
    ) => {
        $(
            $(#[doc = $doc])+
            #[derive(InputObject)]
            pub(crate) struct $input {
                $( $(#[doc = $field_doc])+ $field: <$type as Value>::In, )*
            }
        )+

        $(#[doc = $one_doc])+
        #[derive(OneofObject)]
        pub(crate) enum $one { $( $(#[doc = $doc])+ $kind($input), )+ }

        impl TryFrom<$one> for $matter {
            type Error = Refusal;

            fn try_from(input: $one) -> Result<Self, Refusal> {
                Ok(match input {
                    $( $one::$kind(input) => made!(input, $( $read, )? $matter::$kind { $( $field )* }), )+
                })
            }
        }
    };
}

matters! {
    /// What is arranged for a member of staff: exactly one.
    StaffMatterInput => StaffMatter;

    /// Away (frånvarande) for some days.
    StaffAway, StaffAwayInput {
        /// First day.
        first_day: NaiveDate,
        /// Last day, included, as far as is known.
        last_day: NaiveDate,
    }
    /// Back (åter i tjänst), perhaps before the last day.
    StaffBack, StaffBackInput {
        /// First day back.
        on: NaiveDate,
    }
    /// A standing deputy (ständig ersättare), who has the mentor's pupils whenever the mentor is away: those of the schools that
    /// whoever names them leads, where both are mentors.
    StandingDeputyNamed, StandingDeputyNamedInput {
        /// Who.
        deputy: StaffId,
        /// For the pupils of one of these schools alone. Left out: of all of them.
        school: Option<SchoolId>,
        /// First day.
        first_day: NaiveDate,
        /// Last day, included.
        last_day: NaiveDate,
    }
    /// The share of a shared mentor's post that was agreed with a principal (andel per rektor).
    ShareAgreed, ShareAgreedInput {
        /// The principal.
        principal: StaffId,
        /// Of a full post, in per cent: 1 to 100.
        share: words::PostShare,
        /// First day.
        first_day: NaiveDate,
    }
    /// A group activity (gruppaktivitet) was held: one's own. It belongs to no single case, and names nobody.
    GroupActivityHeld, GroupActivityHeldInput {
        /// The day.
        on: NaiveDate,
        /// Which.
        activity: words::GroupActivity,
        /// With how many pupils.
        pupils: u16,
        /// How long.
        minutes: words::Minutes,
    }
    /// A class is given (klass tilldelad) to its mentor or teacher.
    ClassGiven, ClassGivenInput {
        /// The school.
        school: SchoolId,
        /// The class, such as 7A.
        class: words::ClassName,
        /// First day.
        first_day: NaiveDate,
        /// Last day, included.
        last_day: NaiveDate,
    }
}

matters! {
    /// What is settled at a school: exactly one.
    SchoolMatterInput => SchoolMatter;

    /// A kind of decision is delegated (delegerat beslut).
    DecisionDelegated, DecisionDelegatedInput {
        /// Which kind.
        decision: words::DelegatedDecision,
        /// To whom.
        to: StaffId,
        /// By which principal: oneself, who need not be named. It holds for the pupils whom that principal answers for.
        by: Option<StaffId>,
        /// First day.
        first_day: NaiveDate,
        /// Last day, included: a delegation always has one.
        last_day: NaiveDate,
    }
    /// A policy for the absence ladder (rutin för frånvarotrappan) is adopted.
    LadderPolicyAdopted, LadderPolicyAdoptedInput {
        /// Its number among the school's policies.
        number: u16,
        /// First day.
        first_day: NaiveDate,
        /// Absence above so many per cent of what was offered is looked into: 1 to 100.
        percent: u8,
        /// Within a window of so many days: 1 to 366.
        window_days: u16,
        /// The step of the ladder on which absence is looked into (utredning), from which on the authority is told, 1 to 7. Left
        /// out, it is the third.
        inquiry: Option<words::StepNumber>,
    }
    /// Who tells guardians of absence on the day is chosen.
    AttendanceSenderChosen, AttendanceSenderChosenInput {
        /// Who.
        sender: words::AttendanceSender,
        /// First day.
        first_day: NaiveDate,
    }
    /// The day on which a term's figures are published (publiceringsdag) is adopted: ahead of it, and after the term.
    PublicationDayAdopted, PublicationDayAdoptedInput {
        /// The term, such as vt20.
        term: Term,
        /// The day.
        on: NaiveDate,
    }
    /// A term's figures are published (statistik publicerad), as they are known now: on the adopted day, or after it.
    FiguresPublished, FiguresPublishedInput {
        /// The term, such as vt20.
        term: Term,
    }
    /// Times for digests to guardians (utskicksschema) are set, and where the facts themselves can be read.
    DigestScheduleSet, DigestScheduleSetInput {
        /// First day.
        first_day: NaiveDate,
        /// How often.
        rhythm: words::DigestRhythm,
        /// On which weekday: 1 is Monday, 7 Sunday.
        weekday: words::DayOfWeek,
        /// At which time of that day, in minutes after midnight by the clock.
        at: words::ClockTime,
        /// By the clock of which zone: an IANA name such as Europe/Stockholm.
        zone: words::ZoneName,
        /// Where guardians read the facts, an https address. Without one no digest is sent.
        portal: Option<words::PortalUrl>,
    }
    /// The authority decides whether plain facts may stand in e-mail (huvudmannens beslut om mejlinnehåll): by its officer.
    PlainContentDecided, PlainContentDecidedInput {
        /// First day.
        first_day: NaiveDate,
        /// Last day, included: such a decision always has one.
        last_day: NaiveDate,
        /// Whether they may.
        allowed: bool,
        /// Number of the decision in the diary (diarienummer).
        decision: words::Reference,
    }
    /// A retention period (gallringsfrist) is adopted in the information management plan (informationshanteringsplanen).
    RetentionAdopted, RetentionAdoptedInput {
        /// For which records.
        class: words::RetentionClass,
        /// For so many months, 1 to 1200: after the school year, or, for what lasts as long as the relation, after the pupil, or
        /// the guardian's last pupil, left, or the last role was withdrawn.
        months: u16,
        /// The plan's item.
        plan_item: words::Reference,
        /// First day.
        first_day: NaiveDate,
    }
    /// A legal hold (gallringsstopp) is placed: nothing of the pupil's, the guardian's or the member of staff's is erased while it
    /// lasts. Exactly one of the three.
    LegalHoldPlaced, LegalHoldPlacedInput by placed {
        /// The pupil whose records are held.
        pupil: Option<PupilId>,
        /// The guardian whose records are held.
        guardian: Option<GuardianId>,
        /// The member of staff whose records are held.
        staff: Option<StaffId>,
        /// Under which diary number.
        reference: words::Reference,
    }
    /// The legal hold is lifted. Exactly one of the three.
    LegalHoldLifted, LegalHoldLiftedInput by lifted {
        /// The pupil whose records were held.
        pupil: Option<PupilId>,
        /// The guardian whose records were held.
        guardian: Option<GuardianId>,
        /// The member of staff whose records were held.
        staff: Option<StaffId>,
    }
    /// The school is placed under a committee (skolan förs till en nämnd), by an administrator of the whole authority: from now
    /// on figures and duties to report are that committee's, and no other's.
    PlacedUnderCommittee, PlacedUnderCommitteeInput {
        /// The committee's short code, such as BUN: two to eight letters and digits.
        committee: words::Committee,
        /// What it is called, such as Barn- och ungdomsnämnden.
        name: words::Name,
    }
}

fn placed(input: LegalHoldPlacedInput) -> Result<SchoolMatter, Refusal> {
    let subject = whose(input.pupil, input.guardian, input.staff)?;
    Ok(SchoolMatter::LegalHoldPlaced { subject, reference: Value::read(input.reference, "reference")? })
}

fn lifted(input: LegalHoldLiftedInput) -> Result<SchoolMatter, Refusal> {
    Ok(SchoolMatter::LegalHoldLifted { subject: whose(input.pupil, input.guardian, input.staff)? })
}

/// Whose records: of exactly one person.
fn whose(pupil: Option<ID>, guardian: Option<ID>, staff: Option<ID>) -> Result<Subject, Refusal> {
    match (pupil, guardian, staff) {
        (Some(id), None, None) => Value::read(id, "pupil").map(Subject::Pupil),
        (None, Some(id), None) => Value::read(id, "guardian").map(Subject::Guardian),
        (None, None, Some(id)) => Value::read(id, "staff").map(Subject::Staff),
        _ => Err(Refusal::at(Code::InvalidInput, "pupil")),
    }
}
