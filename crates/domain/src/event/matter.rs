//! Matters that are settled for a member of staff or a school, from a day on: one table each, behind command and event.

use chrono::NaiveDate;

use crate::calendar::Term;
use crate::event::EventKind;
use crate::id::{SchoolId, StaffId};
use crate::projection::absence::Sums;
use crate::projection::absence::evidence::GroupChange;
use crate::retention::Subject;
use crate::words::{
    AttendanceSender, ChangeGroup, ClassName, ClockTime, Committee, DayOfWeek, DelegatedDecision, DigestRhythm,
    FigurePart, Grade, GroupActivity, Minutes, Name, NotSent, PortalUrl, PostShare, Reference, RetentionClass,
    StepNumber, ZoneName,
};

macro_rules! matters {
    (
        $(#[$enum_doc:meta])*
        $enum:ident;
        $(
            $(#[$doc:meta])*
            $name:ident { $( $(#[$field_doc:meta])* $field:ident : $type:ty ),* $(,)? }
        )+
    ) => {
        $(#[$enum_doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum $enum {
            $( $(#[$doc])* $name { $( $(#[$field_doc])* $field: $type ),* }, )+
        }

        impl $enum {
            /// The kind of event that it becomes.
            pub const fn kind(&self) -> EventKind {
                match self { $( Self::$name { .. } => EventKind::$name, )+ }
            }
        }
    };
}
pub(super) use matters;

matters! {
    /// What is arranged for a member of staff.
    StaffMatter;

    /// Away (frånvarande) for some days.
    StaffAway {
        /// First day.
        first_day: NaiveDate,
        /// Last day, included, as far as is known.
        last_day: NaiveDate,
    }
    /// Back (åter i tjänst), perhaps before the last day.
    StaffBack {
        /// First day back.
        on: NaiveDate,
    }
    /// A standing deputy (ständig ersättare), who has the mentor's pupils at a school whenever the mentor is away.
    StandingDeputyNamed {
        /// Who.
        deputy: StaffId,
        /// For the pupils of which school: a mentor may be shared, and a principal names for their own school alone. `None`: it
        /// was not recorded, and holds where the mentor worked when that was one school, and otherwise nowhere.
        school: Option<SchoolId>,
        /// First day.
        first_day: NaiveDate,
        /// Last day, included.
        last_day: NaiveDate,
    }
    /// The share of a shared mentor's post that was agreed with a principal (andel per rektor).
    ShareAgreed {
        /// The principal.
        principal: StaffId,
        /// Of a full post.
        share: PostShare,
        /// First day.
        first_day: NaiveDate,
    }
    /// A group activity (gruppaktivitet) was held. It belongs to no single case, and names nobody.
    GroupActivityHeld {
        /// The day.
        on: NaiveDate,
        /// Which.
        activity: GroupActivity,
        /// With how many pupils.
        pupils: u16,
        /// How long.
        minutes: Minutes,
    }
    /// A class was given (klass tilldelad) to its mentor or teacher.
    ClassGiven {
        /// The school.
        school: SchoolId,
        /// The class.
        class: ClassName,
        /// First day.
        first_day: NaiveDate,
        /// Last day, included.
        last_day: NaiveDate,
    }
}

matters! {
    /// What is settled at a school. Of a person, only that records are held, or have been erased: never what stood there.
    SchoolMatter;

    /// A kind of decision was delegated (delegerat beslut) by the principal.
    DecisionDelegated {
        /// Which kind.
        decision: DelegatedDecision,
        /// To whom.
        to: StaffId,
        /// By which principal: it holds for the pupils whom that principal answers for. `None`: nobody's is known, and it
        /// holds for none.
        by: Option<StaffId>,
        /// First day.
        first_day: NaiveDate,
        /// Last day, included: a delegation always has one.
        last_day: NaiveDate,
    }
    /// A policy for the absence ladder (rutin för frånvarotrappan) was adopted.
    LadderPolicyAdopted {
        /// Its number among the school's policies.
        number: u16,
        /// First day.
        first_day: NaiveDate,
        /// Absence above so many per cent of what was offered is looked into.
        percent: u8,
        /// Within a window of so many days.
        window_days: u16,
        /// The step on which absence is looked into (utredning) and the authority told of it; `None`: the policy names none, and
        /// it is the usual one.
        inquiry: Option<StepNumber>,
    }
    /// Who tells guardians of absence on the day was chosen.
    AttendanceSenderChosen {
        /// Who.
        sender: AttendanceSender,
        /// First day.
        first_day: NaiveDate,
    }
    /// Pupils went on to the next school year together (läsårsbyte).
    YearRolledOver {
        /// First day of the new year.
        first_day: NaiveDate,
        /// How many pupils.
        pupils: u16,
    }
    /// When digests to guardians are sent (utskicksschema), and where the facts themselves can be read.
    DigestScheduleSet {
        /// First day.
        first_day: NaiveDate,
        /// How often.
        rhythm: DigestRhythm,
        /// On which weekday.
        weekday: DayOfWeek,
        /// At which time of that day, by the clock.
        at: ClockTime,
        /// By the clock of which zone.
        zone: ZoneName,
        /// Where guardians read the facts. Without one no digest is sent.
        portal: Option<PortalUrl>,
    }
    /// The authority decided whether plain facts (class B) may stand in e-mail (huvudmannens beslut om mejlinnehåll).
    PlainContentDecided {
        /// First day.
        first_day: NaiveDate,
        /// Last day, included: such a decision always has one.
        last_day: NaiveDate,
        /// Whether they may.
        allowed: bool,
        /// Number of the decision in the diary (diarienummer).
        decision: Reference,
    }
    /// A term's figures were published (statistik publicerad): as they were known when this was recorded.
    FiguresPublished {
        /// Which term.
        term: Term,
    }
    /// A retention period (gallringsfrist) was adopted in the information management plan (informationshanteringsplanen).
    RetentionAdopted {
        /// For which records.
        class: RetentionClass,
        /// For so many months: after the school year, or, for what lasts as long as the relation, after the pupil, or the
        /// guardian's last pupil, left, or the last role was withdrawn.
        months: u16,
        /// The plan's item.
        plan_item: Reference,
        /// First day.
        first_day: NaiveDate,
    }
    /// A legal hold (gallringsstopp) was placed: nothing of the pupil's, the guardian's or the member of staff's is erased while
    /// it lasts.
    LegalHoldPlaced {
        /// Whose records.
        subject: Subject,
        /// Under which diary number.
        reference: Reference,
    }
    /// The legal hold was lifted.
    LegalHoldLifted {
        /// Whose records.
        subject: Subject,
    }
    /// An erasure (gallring) was begun: what it names is gone from every view, and its keys are to be destroyed.
    ErasureBegun {
        /// Whose records.
        subject: Subject,
        /// Which.
        class: RetentionClass,
        /// The school year by its first calendar year; 0: as long as the relation lasted.
        period: u16,
        /// The plan's item.
        plan_item: Reference,
        /// The decision's number.
        decision: Reference,
        /// Who approved what is erased. `None`: it was not recorded, or is erased again after a restore by a list that does not say.
        approved_by: Option<StaffId>,
    }
    /// What erased days had added to a published figure was kept, without a name (anonym rest).
    RemainderKept {
        /// The published term.
        term: Term,
        /// In which grade; `None`: in the whole school.
        grade: Option<Grade>,
        /// To which of the group's figures.
        part: FigurePart,
        /// How much.
        sums: Sums,
    }
    /// The keys were destroyed: what was begun can no longer be read, from any copy without a copy of the keys.
    ErasureCarriedOut {
        /// Whose records.
        subject: Subject,
        /// Which.
        class: RetentionClass,
        /// The school year by its first calendar year; 0: as long as the relation lasted.
        period: u16,
    }
    /// The day on which a term's figures are published (publiceringsdag) was adopted: ahead of it, and after the term.
    PublicationDayAdopted {
        /// Which term.
        term: Term,
        /// The day; adopted again, the later word counts until then.
        on: NaiveDate,
    }
    /// A figure was told with a publication (publicerad uppgift): kept as it was told, of five pupils or more. It stays when
    /// the days that it was added up from are erased: the remainder of everybody who is erased, without a name (anonym rest).
    FigureTold {
        /// The published term.
        term: Term,
        /// Of which grade; `None`: of the whole school.
        grade: Option<Grade>,
        /// Which of the group's figures.
        part: FigurePart,
        /// What was told; no day at all: nothing was told of the school.
        sums: Sums,
    }
    /// How the absence of the same pupils changed between two published terms was told with a publication.
    ChangeTold {
        /// The baseline term.
        baseline: Term,
        /// The later term.
        term: Term,
        /// Of which group.
        group: ChangeGroup,
        /// What was told.
        change: GroupChange,
    }
    /// How many pupils a mentor had was told with a publication.
    LoadTold {
        /// The published term.
        term: Term,
        /// Who.
        mentor: StaffId,
        /// How many; `None`: it would have told of a few.
        pupils: Option<u16>,
    }
    /// The school was placed under a committee (skolan förd till en nämnd): from then on it is that committee's, and no
    /// other's, with all that is told of it.
    PlacedUnderCommittee {
        /// Which.
        committee: Committee,
        /// What it is called.
        name: Name,
    }
    /// No digest was prepared for anybody here (skolan förbigången vid utskick), with the reason: one that is the school's, and no
    /// guardian's.
    SchoolDigestsPassedOver {
        /// What they would have stood for.
        period: NaiveDate,
        /// Why.
        reason: NotSent,
    }
}

impl SchoolMatter {
    /// The day that it is about, when it is about one: its first.
    pub const fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::DecisionDelegated { first_day, .. }
            | Self::LadderPolicyAdopted { first_day, .. }
            | Self::AttendanceSenderChosen { first_day, .. }
            | Self::YearRolledOver { first_day, .. }
            | Self::DigestScheduleSet { first_day, .. }
            | Self::PlainContentDecided { first_day, .. }
            | Self::RetentionAdopted { first_day, .. } => Some(*first_day),
            Self::FiguresPublished { .. }
            | Self::LegalHoldPlaced { .. }
            | Self::LegalHoldLifted { .. }
            | Self::ErasureBegun { .. }
            | Self::RemainderKept { .. }
            | Self::ErasureCarriedOut { .. }
            | Self::PublicationDayAdopted { .. }
            | Self::FigureTold { .. }
            | Self::ChangeTold { .. }
            | Self::LoadTold { .. }
            | Self::PlacedUnderCommittee { .. }
            | Self::SchoolDigestsPassedOver { .. } => None,
        }
    }
}
