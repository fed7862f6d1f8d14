//! People who work at the schools.

use async_graphql::{ID, InputObject};
use domain::actor::Grant;
use domain::command::Command;
use domain::id::StaffId;
use domain::refusal::Refusal;

use super::input::{id, name};
use super::outcome::{CommandInput, mutations};
use crate::graphql::types::staff::Staff;
use crate::graphql::types::words::Role;

mutations! {
    /// People who work at the schools.
    StaffMutations, StaffId => staff: Staff;

    /// Lets a person join the staff (anställd).
    join_staff(JoinStaffInput) -> JoinStaffPayload;

    /// Grants a role (behörighet).
    grant_role(GrantRoleInput) -> GrantRolePayload;
}

/// A person who joins the staff.
#[derive(InputObject)]
pub(crate) struct JoinStaffInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// The person's name.
    name: String,
}

impl CommandInput for JoinStaffInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        Ok((Command::JoinStaff { name: name(self.name)? }, None))
    }
}

/// A role to grant.
#[derive(InputObject)]
pub(crate) struct GrantRoleInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// To whom.
    staff_id: ID,
    /// Which role.
    role: Role,
    /// The school unit where it holds; left out: the whole authority (huvudman).
    school_id: Option<ID>,
}

impl CommandInput for GrantRoleInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        let school = self.school_id.as_ref().map(|school| id(school, "schoolId")).transpose()?;
        Ok((Command::GrantRole { staff, grant: Grant { role: self.role.into(), school } }, Some(staff)))
    }
}
