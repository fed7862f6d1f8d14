//! Who may ask for what.

mod work;

use chrono::NaiveDate;

use super::{
    EMPLOYED, TEAMS, WITH_PUPILS, answers, entry_is_there, guardian_hidden_from, has_case, hidden, holds_at,
    left_behind, together,
};
use crate::actor::{Actor, Grant, Role};
use crate::command::{Command, DigestAct, GuardianChoice, MeantEntry};
use crate::event::pupil::Placement;
use crate::event::{SchoolMatter, StaffMatter};
use crate::id::{EventId, GuardianId, PupilId, SchoolId, StaffId};
use crate::refusal::{Code, Refusal};
use crate::retention::Subject;
use crate::state::{Enrolment, PupilCase, World};
use crate::words::DelegatedDecision;
use work::{TeamMatter, delegable, open_to_others, principals, referral_of, team_matter};

/// Whom a kind of command is for, and what it is done to.
enum Door<'a> {
    /// For administrators of the whole authority.
    Authority,
    /// For administrators, wherever they are one.
    AnyAdministrator,
    /// For administrators of the school.
    School(SchoolId),
    /// For principals who answer for pupils placed like this at the school; about a pupil who has left, or a new one.
    Enrolling(SchoolId, &'a Placement, Option<PupilId>),
    /// For principals at the school.
    Leading(SchoolId),
    /// For principals at a school where the staff member is.
    LeadingStaff(StaffId),
    /// For the authority's officer at the school.
    Deciding(SchoolId),
    /// For whoever has one of the guardian's pupils.
    Guardian(GuardianId),
    /// For the program alone: never for a person.
    Program,
    /// For the staff member alone.
    Oneself(StaffId),
    /// For the pupil's principal.
    Principal(PupilId),
    /// For the pupil's principal, for the mentor who made the entry and has the pupil still, and for the principal of the school that
    /// was left where it stands.
    Correcting(PupilId, Option<MeantEntry>),
    /// For the pupil's mentor and principal.
    Case(PupilId),
    /// For the pupil's mentor and principal, who have a pupil of the guardian's already, or where the guardian was this pupil's: no
    /// other may find out that the guardian is known, or reach them by way of another child.
    Linking(PupilId, GuardianId),
    /// For principals at the school, about a pupil, a guardian or a member of staff who is or was there, and is there for them.
    Holding(SchoolId, Subject),
    /// For whoever is mentor or principal of all of several pupils; where the principal alone decides, for that one.
    Cases(PupilId, &'a [PupilId], bool),
    /// For the principal of all of several pupils.
    PrincipalOfAll(&'a [(PupilId, Placement)]),
    /// For everybody employed at the pupil's school: writing without reading.
    Employee(PupilId),
    /// For those who work with pupils at the pupil's school, and have no other way to the case.
    Emergency(PupilId),
    /// For the principal of the school that the pupil has left.
    Leaving(PupilId),
    /// For the pupil's principal, and for the principal of the school that the pupil has left.
    Records(PupilId),
    /// For the principal who answers for what the school has on record of the pupil, who goes there or has left.
    Keeping(PupilId, SchoolId),
    /// For the pupil's principal, and for a system that hands attendance in at the school.
    Attendance(PupilId),
    /// For the pupil's principal, and whoever that principal has delegated such decisions to.
    Decision(PupilId, DelegatedDecision),
    /// The same, and for the team that the referral stands with.
    Referral(PupilId, EventId),
    /// For the pupil's mentor and principal, and for the team that has a referral of the pupil.
    Team(PupilId, TeamMatter),
}

/// Whether the actor may ask for this today, and in which role they then act (`None`: the program's own set-up).
///
/// Refused as not found when it is done to something that the actor has no relation to; as not allowed when this kind
/// of command is never for a role that the actor holds.
pub fn may_do(world: &World, actor: Actor, command: &Command, today: NaiveDate) -> Result<Option<Role>, Refusal> {
    let staff = match actor {
        Actor::Setup => return Ok(None),
        Actor::Staff(staff) => staff,
    };
    let (door, field) = door(command);
    if !door.roles().iter().any(|role| world.staff_member(staff).is_some_and(|member| member.holds_somewhere(*role))) {
        return Err(Refusal::new(Code::NotAllowed));
    }
    match door.opens(world, staff, today) {
        Some(role) => Ok(Some(role)),
        None if matches!(door, Door::Authority) => Err(Refusal::new(Code::NotAllowed)),
        // Whoever has the pupil knows of the pupil: it is the deciding that is not theirs.
        None if door.decided_elsewhere(world, staff, today) => Err(Refusal::new(Code::NotAllowed)),
        None => Err(Refusal::at(Code::NotFound, field)),
    }
}

/// Who or what a command is done to, by id: what a refusal of it is put on record with.
pub fn done_to(command: &Command) -> Vec<String> {
    match door(command).0 {
        Door::Authority | Door::AnyAdministrator | Door::Program => Vec::new(),
        Door::School(school) | Door::Leading(school) | Door::Deciding(school) | Door::Enrolling(school, _, None) => {
            vec![school.to_string()]
        }
        Door::LeadingStaff(staff) | Door::Oneself(staff) => vec![staff.to_string()],
        Door::Guardian(guardian) => vec![guardian.to_string()],
        Door::Holding(_, subject) => vec![subject.to_string()],
        Door::Linking(pupil, guardian) => vec![pupil.to_string(), guardian.to_string()],
        Door::Principal(pupil)
        | Door::Correcting(pupil, _)
        | Door::Case(pupil)
        | Door::Enrolling(_, _, Some(pupil))
        | Door::Employee(pupil)
        | Door::Emergency(pupil)
        | Door::Leaving(pupil)
        | Door::Records(pupil)
        | Door::Keeping(pupil, _)
        | Door::Attendance(pupil)
        | Door::Decision(pupil, _)
        | Door::Referral(pupil, _)
        | Door::Team(pupil, _) => vec![pupil.to_string()],
        Door::Cases(pupil, others, _) => std::iter::once(&pupil).chain(others).map(ToString::to_string).collect(),
        Door::PrincipalOfAll(moves) => moves.iter().map(|(pupil, _)| pupil.to_string()).collect(),
    }
}

/// The role, when the staff member holds it at a school that there is.
fn holds_in(world: &World, staff: StaffId, role: Role, school: SchoolId) -> Option<Role> {
    world.school(school)?;
    holds_at(world, staff, &[role], school)
}

/// The guardian's pupils by whom the staff member may know the guardian.
fn known_by(world: &World, staff: StaffId, guardian: GuardianId, today: NaiveDate) -> impl Iterator<Item = PupilId> {
    let children = world.children_of(guardian).iter().copied();
    children.filter(move |pupil| !guardian_hidden_from(world, staff, (guardian, *pupil), today))
}

/// Which door a command goes through, and the field that names what it is done to.
fn door(command: &Command) -> (Door<'_>, &'static str) {
    match command {
        Command::RegisterSchool(_)
        | Command::SettleSchool { matter: SchoolMatter::PlacedUnderCommittee { .. }, .. }
        | Command::GrantRole { grant: Grant { school: None, .. }, .. }
        | Command::WithdrawRole { grant: Grant { school: None, .. }, .. } => (Door::Authority, "school"),
        Command::SettleSchool { matter: SchoolMatter::SchoolDigestsPassedOver { .. }, .. } => (Door::Program, "school"),
        Command::SetSchoolYear { school, .. } | Command::MakePrincipalResponsible { school, .. } => {
            (Door::School(*school), "school")
        }
        Command::SettleSchool { school, matter: SchoolMatter::PlainContentDecided { .. } } => {
            (Door::Deciding(*school), "school")
        }
        Command::SettleSchool {
            school,
            matter: SchoolMatter::LegalHoldPlaced { subject, .. } | SchoolMatter::LegalHoldLifted { subject },
        } => (Door::Holding(*school, *subject), subject.kind()),
        Command::CorrectGuardian { guardian, .. } => (Door::Guardian(*guardian), "guardian"),
        Command::Digest { guardian, act } => match act {
            DigestAct::SetAddress { .. }
            | DigestAct::ConfirmAddress { .. }
            | DigestAct::SetPreference { .. }
            | DigestAct::Stop { .. } => (Door::Guardian(*guardian), "guardian"),
            DigestAct::Prepare { .. }
            | DigestAct::PassOver { .. }
            | DigestAct::Claim { .. }
            | DigestAct::Sent { .. }
            | DigestAct::Failed { .. }
            | DigestAct::Bounced { .. }
            | DigestAct::Acknowledge { .. } => (Door::Program, "guardian"),
        },
        Command::AdoptMission { school, .. }
        | Command::ChooseMentoringModel { school, .. }
        | Command::MarkTermNotComparable { school, .. }
        | Command::SettleSchool { school, .. } => (Door::Leading(*school), "school"),
        Command::LogTime { staff, .. }
        | Command::TakeTaskOver { staff, .. }
        | Command::ArrangeStaff { staff, matter: StaffMatter::GroupActivityHeld { .. } } => {
            (Door::Oneself(*staff), "staff")
        }
        Command::ArrangeStaff { matter: StaffMatter::ClassGiven { school, .. }, .. } => {
            (Door::Leading(*school), "school")
        }
        Command::SetWorkingTime { staff, .. } | Command::ArrangeStaff { staff, .. } => {
            (Door::LeadingStaff(*staff), "staff")
        }
        Command::BeginErasure { .. } | Command::FinishErasure { .. } => (Door::Program, "decision"),
        Command::RollYearOver { moves, .. } => (Door::PrincipalOfAll(moves), "pupils"),
        Command::JoinStaff { .. } => (Door::AnyAdministrator, "staff"),
        Command::GrantRole { grant: Grant { school: Some(school), .. }, .. }
        | Command::WithdrawRole { grant: Grant { school: Some(school), .. }, .. } => (Door::School(*school), "school"),
        Command::EnrolPupil { school, placement, pupil, .. } => {
            (Door::Enrolling(*school, placement, *pupil), if pupil.is_some() { "pupil" } else { "school" })
        }
        Command::MovePupil { pupil, .. }
        | Command::PupilLeaves { pupil, .. }
        | Command::AssignMentor { pupil, .. }
        | Command::EndAssignment { pupil, .. }
        | Command::HandOver { pupil, .. }
        | Command::StartCover { pupil, .. }
        | Command::EndCover { pupil, .. } => (Door::Principal(*pupil), "pupil"),
        Command::RegisterAttendance { pupil, .. } => (Door::Attendance(*pupil), "pupil"),
        Command::LinkGuardian { pupil, guardian: GuardianChoice::Known(guardian), .. } => {
            (Door::Linking(*pupil, *guardian), "guardian")
        }
        Command::LinkGuardian { pupil, guardian: GuardianChoice::New { .. }, .. }
        | Command::CorrectAttendance { pupil, .. }
        | Command::CorrectPupilName { pupil, school: None, .. } => (Door::Case(*pupil), "pupil"),
        Command::CorrectPupilName { pupil, school: Some(school), .. } => (Door::Keeping(*pupil, *school), "pupil"),
        Command::HandOn(entry) => (Door::Leaving(entry.logged.pupil), "pupil"),
        Command::CorrectEnrolmentDays(wrong) => (Door::Keeping(wrong.pupil, wrong.school), "pupil"),
        Command::CorrectEntry(entry) => (Door::Correcting(entry.pupil, entry.meant), "pupil"),
        Command::LogGuardianContact(contact) if contact.with.is_empty() => (Door::Case(contact.pupil), "pupil"),
        Command::LogGuardianContact(contact) => (Door::Cases(contact.pupil, &contact.with, false), "pupil"),
        Command::LogWork(work) if work.with.is_empty() && open_to_others(&work.work).is_some() => {
            let door = open_to_others(&work.work).unwrap_or(Door::Case);
            (door(work.pupil), "pupil")
        }
        Command::LogWork(work) => match (delegable(&work.work), work.with.as_slice()) {
            (Some(DelegatedDecision::Referral), []) if referral_of(&work.work).is_some() => {
                let of = referral_of(&work.work);
                (of.map_or(Door::Case(work.pupil), |of| Door::Referral(work.pupil, of)), "pupil")
            }
            (Some(decision), []) => (Door::Decision(work.pupil, decision), "pupil"),
            (None, []) if team_matter(&work.work).is_some() => {
                let matter = team_matter(&work.work);
                (matter.map_or(Door::Case(work.pupil), |matter| Door::Team(work.pupil, matter)), "pupil")
            }
            (None, []) if principals(&work.work) => (Door::Principal(work.pupil), "pupil"),
            (None, []) => (Door::Case(work.pupil), "pupil"),
            (decision, several) => {
                let principals = decision.is_some() || principals(&work.work);
                (Door::Cases(work.pupil, several, principals), "pupil")
            }
        },
    }
}

/// To whom a principal may delegate.
const DELEGATES: [Role; 4] = [Role::Principal, Role::Mentor, Role::HealthTeam, Role::SafetyTeam];

/// The pupil's principal, or somebody to whom a principal who answers for the pupil has delegated such decisions.
fn decides(
    world: &World,
    case: &PupilCase,
    (staff, decision): (StaffId, DelegatedDecision),
    today: NaiveDate,
) -> Option<Role> {
    if super::answers_as_principal(world, case, staff, today) {
        return Some(Role::Principal);
    }
    if hidden(world, case, staff, today) {
        return None;
    }
    let school = case.latest.school;
    let mut by = world.school(school)?.delegated_by(decision, staff, today);
    by.any(|principal| super::answers_as_principal(world, case, principal, today))
        .then(|| holds_at(world, staff, &DELEGATES, school))
        .flatten()
}

/// Somebody in the team that has an open referral of the pupil, and that the matter is for.
fn in_team(world: &World, case: &PupilCase, (staff, matter): (StaffId, TeamMatter), today: NaiveDate) -> Option<Role> {
    if hidden(world, case, staff, today) {
        return None;
    }
    let enrolment = &case.latest;
    TEAMS.into_iter().find_map(|(team, role)| {
        let mut open = case.opened.open_referrals(enrolment.id, team).filter(|_| super::goes_here(enrolment, today));
        let its_own = match matter {
            TeamMatter::Closing(of) => open.any(|referral| referral.opened == of),
            TeamMatter::Meeting(met) => met == team && open.next().is_some(),
        };
        if its_own { holds_at(world, staff, &[role], enrolment.school) } else { None }
    })
}

/// Whether the last day of an enrolment is over: until then the pupil, and who has them, is the school's where they still go.
fn is_gone(enrolment: &Enrolment, today: NaiveDate) -> bool {
    enrolment.never_came() || enrolment.last_day().is_some_and(|last_day| last_day < today)
}

/// Whether the guardian was the pupil's at the school where the pupil goes, is unlinked there, and is there for the staff member.
fn had_here(world: &World, staff: StaffId, (pupil, guardian): (PupilId, GuardianId), today: NaiveDate) -> bool {
    world.case(pupil).is_some_and(|case| case.had_guardian_at(guardian, case.latest.school))
        && !guardian_hidden_from(world, staff, (guardian, pupil), today)
}

/// In which role somebody may correct an entry of a pupil's.
fn corrects(
    world: &World,
    staff: StaffId,
    (pupil, meant): (PupilId, Option<&MeantEntry>),
    today: NaiveDate,
) -> Option<Role> {
    let case = world.case(pupil)?;
    let kept = |meant| super::is_kept_entry(world, staff, (pupil, meant), today);
    if super::answers_as_principal(world, case, staff, today) || meant.is_some_and(kept) {
        return Some(Role::Principal);
    }
    // Of what is not there for them nobody is told whose it is.
    let there = meant.filter(|meant| entry_is_there(world, staff, (pupil, meant), today));
    let own = there.is_none_or(|meant| meant.author == Actor::Staff(staff));
    has_case(world, staff, pupil, today).filter(|_| own)
}

impl Door<'_> {
    /// The roles that it is for.
    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::Authority | Self::AnyAdministrator | Self::School(_) => &[Role::Administrator],
            Self::Enrolling(..)
            | Self::Principal(_)
            | Self::Leaving(_)
            | Self::Records(_)
            | Self::Keeping(..)
            | Self::PrincipalOfAll(_)
            | Self::Cases(_, _, true)
            | Self::Leading(_)
            | Self::Holding(..)
            | Self::LeadingStaff(_) => &[Role::Principal],
            Self::Deciding(_) => &[Role::Authority],
            Self::Program => &[],
            Self::Oneself(_) => &[Role::Mentor],
            Self::Employee(_) => &EMPLOYED,
            Self::Emergency(_) => &WITH_PUPILS,
            Self::Attendance(_) => &[Role::Principal, Role::Integration],
            Self::Case(_) | Self::Linking(..) | Self::Correcting(..) | Self::Cases(_, _, false) | Self::Guardian(_) => {
                &[Role::Mentor, Role::Principal]
            }
            Self::Decision(..) => &DELEGATES,
            Self::Referral(..) | Self::Team(..) => &[Role::Mentor, Role::Principal, Role::HealthTeam, Role::SafetyTeam],
        }
    }

    /// Whether it is a decision about a pupil whom the staff member has, which others take.
    fn decided_elsewhere(&self, world: &World, staff: StaffId, today: NaiveDate) -> bool {
        if let Self::Decision(pupil, _) | Self::Referral(pupil, _) | Self::Correcting(pupil, _) = self {
            has_case(world, staff, *pupil, today).is_some()
        } else {
            false
        }
    }

    /// The role in which the staff member may pass today.
    fn opens(&self, world: &World, staff: StaffId, today: NaiveDate) -> Option<Role> {
        match self {
            Self::AnyAdministrator => Some(Role::Administrator),
            Self::Authority => world
                .staff_member(staff)?
                .grants
                .contains(&Grant { role: Role::Administrator, school: None, committee: None })
                .then_some(Role::Administrator),
            Self::School(school) => holds_in(world, staff, Role::Administrator, *school),
            Self::Leading(school) => holds_in(world, staff, Role::Principal, *school),
            Self::Holding(school, subject) => {
                let role = holds_in(world, staff, Role::Principal, *school)?;
                super::is_known_at(world, staff, (*school, *subject), today).then_some(role)
            }
            Self::Deciding(school) => holds_in(world, staff, Role::Authority, *school),
            Self::Program => None,
            Self::Guardian(guardian) => {
                let mut children = known_by(world, staff, *guardian, today);
                children.find_map(|pupil| has_case(world, staff, pupil, today))
            }
            Self::LeadingStaff(other) => super::leads(world, staff, *other).then_some(Role::Principal),
            Self::Oneself(other) => (*other == staff).then_some(Role::Mentor),
            Self::Enrolling(school, placement, pupil) => {
                let free = pupil.is_none_or(|pupil| {
                    let gone = |case: &PupilCase| is_gone(&case.latest, today) && !hidden(world, case, staff, today);
                    let left = world.case(pupil).is_some_and(gone);
                    left || has_case(world, staff, pupil, today).is_some()
                });
                (free && answers(world, *school, staff, placement, today)).then_some(Role::Principal)
            }
            Self::Principal(pupil) => {
                let case = world.case(*pupil)?;
                super::answers_as_principal(world, case, staff, today).then_some(Role::Principal)
            }
            Self::Attendance(pupil) => {
                let case = world.case(*pupil)?;
                if super::answers_as_principal(world, case, staff, today) {
                    return Some(Role::Principal);
                }
                let there = !hidden(world, case, staff, today);
                holds_at(world, staff, &[Role::Integration], case.latest.school).filter(|_| there)
            }
            Self::Employee(pupil) => {
                let case = world.case(*pupil).filter(|case| !hidden(world, case, staff, today))?;
                has_case(world, staff, *pupil, today).or_else(|| holds_at(world, staff, &EMPLOYED, case.latest.school))
            }
            Self::Emergency(pupil) => {
                let case = world.case(*pupil).filter(|case| !hidden(world, case, staff, today))?;
                holds_at(world, staff, &WITH_PUPILS, case.latest.school)
            }
            Self::Leaving(pupil) => left_behind(world, world.case(*pupil)?, staff, today).map(|_| Role::Principal),
            Self::Records(pupil) => {
                let case = world.case(*pupil)?;
                let present = super::answers_as_principal(world, case, staff, today);
                (present || left_behind(world, case, staff, today).is_some()).then_some(Role::Principal)
            }
            Self::Keeping(pupil, school) => {
                let keeps = super::keeps_records(world, world.case(*pupil)?, (staff, *school), today);
                keeps.then_some(Role::Principal)
            }
            Self::PrincipalOfAll(moves) => {
                let answers = |pupil| {
                    let case = world.case(pupil)?;
                    super::answers_as_principal(world, case, staff, today).then_some(())
                };
                moves.iter().all(|(pupil, _)| answers(*pupil).is_some()).then_some(Role::Principal)
            }
            Self::Case(pupil) => has_case(world, staff, *pupil, today),
            Self::Linking(pupil, guardian) => {
                let role = has_case(world, staff, *pupil, today)?;
                let mut children =
                    known_by(world, staff, *guardian, today).filter(|child| together(world, *pupil, *child));
                let had = had_here(world, staff, (*pupil, *guardian), today);
                (had || children.any(|child| has_case(world, staff, child, today).is_some())).then_some(role)
            }
            Self::Correcting(pupil, meant) => corrects(world, staff, (*pupil, meant.as_ref()), today),
            Self::Cases(pupil, others, principals) => {
                let has = |pupil: &PupilId| {
                    let case = world.case(*pupil)?;
                    if *principals {
                        super::answers_as_principal(world, case, staff, today).then_some(Role::Principal)
                    } else {
                        has_case(world, staff, *pupil, today)
                    }
                };
                let role = has(pupil)?;
                others.iter().all(|other| has(other).is_some()).then_some(role)
            }
            Self::Decision(pupil, decision) => decides(world, world.case(*pupil)?, (staff, *decision), today),
            Self::Referral(pupil, of) => {
                let case = world.case(*pupil)?;
                decides(world, case, (staff, DelegatedDecision::Referral), today)
                    .or_else(|| in_team(world, case, (staff, TeamMatter::Closing(*of)), today))
            }
            Self::Team(pupil, matter) => {
                let case = world.case(*pupil)?;
                has_case(world, staff, *pupil, today).or_else(|| in_team(world, case, (staff, *matter), today))
            }
        }
    }
}
