//! People who work at the schools.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use domain::actor::Grant;
use domain::command::Command;
use domain::event::staff::{TaskTakenOver, TimeLogged, WorkingTimeSet};
use domain::id::StaffId;
use domain::refusal::Refusal;
use domain::words::{Committee, PostShare};

use super::input::{id, invalid, minutes, name, valid};
use super::outcome::{CommandInput, mutations};
use crate::graphql::types::case_words::{TeacherTask, TimeCategory};
use crate::graphql::types::matter::StaffMatterInput;
use crate::graphql::types::staff::Staff;
use crate::graphql::types::words::Role;

mutations! {
    /// People who work at the schools.
    StaffMutations, StaffId => staff: Staff;

    /// Lets a person join the staff (anställd).
    join_staff(JoinStaffInput) -> JoinStaffPayload;

    /// Grants a role (behörighet).
    grant_role(GrantRoleInput) -> GrantRolePayload;

    /// Sets a mentor's working time and post share (arbetstid, tjänstgöringsgrad), from a day on.
    set_working_time(SetWorkingTimeInput) -> SetWorkingTimePayload;

    /// Logs working time (tid) that belongs to no single case: one's own.
    log_time(LogTimeInput) -> LogTimePayload;

    /// Records a task taken over from a teacher (uppgift övertagen från lärare): by oneself.
    take_task_over(TakeTaskOverInput) -> TakeTaskOverPayload;

    /// Withdraws a role (behörighet). What it let the person see is gone at their next request, and in what is open.
    withdraw_role(WithdrawRoleInput) -> WithdrawRolePayload;

    /// Arranges something for a member of staff: absence, a standing deputy, an agreed share; or records a group activity
    /// of one's own.
    arrange_staff(ArrangeStaffInput) -> ArrangeStaffPayload;
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
    /// The school unit where it holds; left out: the whole authority (huvudman), or the committee.
    school_id: Option<ID>,
    /// The code of the committee (nämnd) that it is for: an officer's always, where schools are under one; another role's
    /// when it is for no school. Left out: for schools that are under none. An administrator's names none.
    committee: Option<String>,
}

impl CommandInput for GrantRoleInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        let grant = grant(self.role, self.school_id.as_ref(), self.committee)?;
        Ok((Command::GrantRole { staff, grant }, Some(staff)))
    }
}

fn grant(role: Role, school: Option<&ID>, committee: Option<String>) -> Result<Grant, Refusal> {
    Ok(Grant {
        role: role.into(),
        school: school.map(|school| id(school, "schoolId")).transpose()?,
        committee: committee.map(|code| valid(Committee::try_new(code), "committee")).transpose()?,
    })
}

/// Working time to set.
#[derive(InputObject)]
pub(crate) struct SetWorkingTimeInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// Whose.
    staff_id: ID,
    /// First day.
    from: NaiveDate,
    /// A full post's minutes in a week, as a mean over the year: 2425 for 40 h 25 min.
    weekly_minutes: i32,
    /// Share of a full post, in per cent: 1 to 100.
    share_percent: i32,
}

impl CommandInput for SetWorkingTimeInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        let share = u8::try_from(self.share_percent).map_err(|_| invalid("sharePercent"))?;
        let set = WorkingTimeSet {
            from: self.from,
            weekly: minutes(self.weekly_minutes, "weeklyMinutes")?,
            share: valid(PostShare::try_new(share), "sharePercent")?,
        };
        Ok((Command::SetWorkingTime { staff, set }, Some(staff)))
    }
}

/// Working time to log.
#[derive(InputObject)]
pub(crate) struct LogTimeInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// Whose: one's own.
    staff_id: ID,
    /// The day.
    on: NaiveDate,
    /// Spent on what.
    category: TimeCategory,
    /// How many minutes.
    minutes: i32,
    /// Whether it is a mentor's task (inom uppdraget), by one's own word. What the mission description of the day does not
    /// hold is outside all the same.
    within_mission: bool,
    /// Whether it was preventive (förebyggande); otherwise acute (akut).
    preventive: bool,
    /// Whether it is of a week whose whole time is sampled (tidsstudie, two weeks a term): of such a week only what is
    /// sampled is added up. A third week of a term is refused.
    #[graphql(default)]
    sampled: bool,
}

impl CommandInput for LogTimeInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        let time = TimeLogged {
            on: self.on,
            category: self.category.into(),
            minutes: minutes(self.minutes, "minutes")?,
            within_mission: self.within_mission,
            preventive: self.preventive,
            sampled: self.sampled,
        };
        Ok((Command::LogTime { staff, time }, Some(staff)))
    }
}

/// A task taken over from a teacher.
#[derive(InputObject)]
pub(crate) struct TakeTaskOverInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// By whom: oneself.
    staff_id: ID,
    /// The day.
    on: NaiveDate,
    /// Which task.
    task: TeacherTask,
    /// How many minutes it took.
    minutes: Option<i32>,
}

impl CommandInput for TakeTaskOverInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        let minutes = self.minutes.map(|number| minutes(number, "minutes")).transpose()?;
        let taken = TaskTakenOver { on: self.on, task: self.task.into(), minutes };
        Ok((Command::TakeTaskOver { staff, taken }, Some(staff)))
    }
}

/// A role to withdraw.
#[derive(InputObject)]
pub(crate) struct WithdrawRoleInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// From whom.
    staff_id: ID,
    /// Which role.
    role: Role,
    /// The school unit where it holds; left out: the whole authority (huvudman), or the committee.
    school_id: Option<ID>,
    /// The code of the committee (nämnd) that it is for: an officer's always, where schools are under one; another role's
    /// when it is for no school. Left out: for schools that are under none. An administrator's names none.
    committee: Option<String>,
}

impl CommandInput for WithdrawRoleInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        let grant = grant(self.role, self.school_id.as_ref(), self.committee)?;
        Ok((Command::WithdrawRole { staff, grant }, Some(staff)))
    }
}

/// Something to arrange.
#[derive(InputObject)]
pub(crate) struct ArrangeStaffInput {
    /// The name that the client gives the command: a UUID of version 7.
    command_id: ID,
    /// For whom.
    staff_id: ID,
    /// What.
    matter: StaffMatterInput,
}

impl CommandInput for ArrangeStaffInput {
    type About = StaffId;

    fn command_id(&self) -> &ID {
        &self.command_id
    }

    fn command(self) -> Result<(Command, Option<StaffId>), Refusal> {
        let staff = id(&self.staff_id, "staffId")?;
        Ok((Command::ArrangeStaff { staff, matter: self.matter.try_into()? }, Some(staff)))
    }
}
