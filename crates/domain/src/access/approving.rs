//! Who may approve that records are erased (gallring).

use super::holds_at;
use crate::actor::Role;
use crate::id::StaffId;
use crate::refusal::{Code, Refusal};
use crate::retention::Due;
use crate::state::World;

/// Roles in which somebody decides what is erased at a school.
const APPROVERS: [Role; 2] = [Role::Principal, Role::Authority];

/// Whether somebody may approve that these are erased: as principal or as the authority's officer of every school that decides, which
/// is the one whose plan keeps each longest. A principal of another school may not, nor an officer of another committee.
pub fn may_approve(world: &World, by: Option<StaffId>, due: &[Due]) -> Result<(), Refusal> {
    let is_somebody = |staff: &StaffId| world.staff_member(*staff).is_some_and(|member| !member.grants.is_empty());
    let by = by.filter(is_somebody).ok_or(Refusal::at(Code::NotFound, "by"))?;
    let may = |due: &Due| holds_at(world, by, &APPROVERS, due.school).is_some();
    if due.iter().all(may) { Ok(()) } else { Err(Refusal::at(Code::RoleMissing, "by")) }
}
