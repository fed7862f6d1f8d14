//! What is settled around the cases: missions and models, posts and shares, who stands in, a fortnight of logged time.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use domain::actor::Actor;
use domain::calendar::{Season, Term};
use domain::command::Command;
use domain::event::school::{MentoringModelChosen, MissionAdopted, SchoolYearSet, TermMarkedNotComparable};
use domain::event::staff::{TaskTakenOver, TimeLogged, WorkingTimeSet};
use domain::event::{SchoolMatter, StaffMatter};
use domain::words::{
    AttendanceSender, DelegatedDecision, GroupActivity, IncomparableReason, Invalid, MentoringModel, Minutes,
    PostShare, SchoolForm, StepNumber, TalkDuty, TeacherTask, TimeCategories, TimeCategory,
};

use super::calendar::{AWAY, date, moment, school_days, weeks, yesterday};
use super::caseload::deputy_of;
use super::commands::Ids;
use super::plan::{PlannedStaff, Post};
use super::schools::SCHOOLS;

/// A full post's minutes in a week, as a mean over the year: 40 h 25 min.
const FULL: Minutes = Minutes(2_425);

/// Something that is settled, by numbers into the plan.
#[derive(Clone, Copy)]
pub(crate) enum Arrangement {
    /// What mentors do at a school, and how pupils get one.
    Mission(usize, TalkDuty),
    /// How pupils get a mentor.
    Model(usize, MentoringModel),
    /// A term that cannot be compared: the spring in which the upper secondary schools taught at a distance; an autumn in
    /// which there were mentors already.
    NotComparable(usize, Term, IncomparableReason),
    /// The day on which an autumn's figures are published.
    PublicationDay(usize, Term, NaiveDate),
    /// An autumn's figures.
    Published(usize, Term),
    /// The policy for the ladder.
    Policy(usize),
    /// Who tells guardians.
    Sender(usize),
    /// The mentor decides on short leave, for the pupils of a principal.
    Delegated(usize, usize, usize),
    /// A mentor's post, in per cent.
    Post(usize, u8),
    /// A principal's share of a mentor's post.
    Share(usize, usize, u8),
    /// Who stands in.
    Deputy(usize, usize),
    /// A mentor is away for two weeks.
    Away(usize),
    /// Time of one day.
    Time(usize, NaiveDate, TimeCategory, (bool, bool), u16),
    /// A teacher's task.
    Taken(usize, NaiveDate, TeacherTask),
    /// Time with a group.
    Group(usize, NaiveDate, GroupActivity),
}

/// When something is settled, and what.
pub(crate) type Planned = (DateTime<Utc>, Arrangement);

const fn way(code: &str) -> (TalkDuty, MentoringModel) {
    match code.as_bytes() {
        b"ARE" | b"ELS" => (TalkDuty::Attends, MentoringModel::Targeted),
        b"LJU" => (TalkDuty::AttendsSome, MentoringModel::YearGroup),
        b"ALG" => (TalkDuty::Books, MentoringModel::Programme),
        b"BIR" => (TalkDuty::Holds, MentoringModel::Class),
        _ => (TalkDuty::None, MentoringModel::Class),
    }
}

/// Everything that is settled for the pilot's year.
pub(crate) fn plan(years: &[SchoolYearSet; 2], staff: &[PlannedStaff]) -> Result<Vec<Planned>, Invalid> {
    let [_, year] = years;
    let start = date(2019, 8, 12)?;
    let mut planned = Vec::new();
    for (number, school) in SCHOOLS.iter().enumerate() {
        let (talks, model) = way(school.code);
        let mut at = |minute, what| -> Result<(), Invalid> {
            planned.push((moment(start, 8, minute)?, what));
            Ok(())
        };
        at(0, Arrangement::Mission(number, talks))?;
        at(1, Arrangement::Model(number, model))?;
        at(2, Arrangement::Policy(number))?;
        at(3, Arrangement::Sender(number))?;
        for year in years {
            let (published, term) = (year.spring.first(), Term { year: year.starts_in, season: Season::Autumn });
            planned.push((
                moment(published - TimeDelta::weeks(4), 15, 0)?,
                Arrangement::PublicationDay(number, term, published),
            ));
            planned.push((moment(published, 16, 0)?, Arrangement::Published(number, term)));
        }
        if matches!(school.code, "ALG" | "BIR") {
            let term = Term { year: 2020, season: Season::Spring };
            let marked = Arrangement::NotComparable(number, term, IncomparableReason::Epidemic);
            planned.push((moment(date(2020, 4, 1)?, 8, 0)?, marked));
        }
        // There were mentors at Birgittaskolan before the pilot: its first autumn is no term without them.
        if school.code == "BIR" {
            let term = Term { year: 2018, season: Season::Autumn };
            let marked = Arrangement::NotComparable(number, term, IncomparableReason::MentorsBefore);
            planned.push((moment(start, 8, 10)?, marked));
        }
    }
    for (number, member) in staff.iter().enumerate() {
        if let Post::Mentor(at, index) = member.post
            && let Some(school) = SCHOOLS.get(at)
        {
            let percent = post(&mut planned, staff, (number, at, index), start)?;
            fortnights(&mut planned, year, (staff, number), (school.code, percent))?;
            class_work(&mut planned, year, (staff, number), (school.code, index % school.mentors))?;
        }
    }
    Ok(planned)
}

/// Arenaskolan's posts are split; two mentors of Anders Ljungstedts are shared; one in each school has a deputy. Mentors whom the
/// scale adds have the same posts, and nobody of them is away.
fn post(
    planned: &mut Vec<Planned>,
    staff: &[PlannedStaff],
    (number, school, index): (usize, usize, usize),
    start: NaiveDate,
) -> Result<u8, Invalid> {
    let (code, mentors) = SCHOOLS.get(school).map_or(("", 1), |school| (school.code, school.mentors));
    let within = index % mentors;
    let percent = match (code, within) {
        ("ARE", 0) => 60,
        ("ARE", _) => 40,
        _ => 100,
    };
    planned.push((moment(start, 9, 0)?, Arrangement::Post(number, percent)));
    let find = |post: Post| staff.iter().position(|one| one.post == post);
    if code == "ALG" && within < 2 {
        for (minute, share) in [(1, 60), (2, 40)] {
            let principal = find(Post::Principal(school, 2 * within + minute as usize - 1));
            if let Some(principal) = principal {
                planned.push((moment(start, 9, minute)?, Arrangement::Share(number, principal, share)));
            }
        }
    }
    if index == 0
        && let Some(deputy) = find(Post::Mentor(school, 1))
    {
        planned.push((moment(start, 9, 5)?, Arrangement::Deputy(number, deputy)));
        planned.push((moment(date(2020, 1, 31)?, 9, 6)?, Arrangement::Away(number)));
    }
    if code == "ALG" && index == 6 {
        let by = find(Post::Principal(school, 5));
        planned
            .extend(by.map(|by| Ok((moment(start, 9, 7)?, Arrangement::Delegated(school, number, by)))).transpose()?);
    }
    Ok(percent)
}

/// Half a full post's day, in minutes; a little of it is never written down.
const HALF_A_DAY: u32 = 230;

/// What mentors at a school spend the two halves of a day on, every other day one and every other day the other.
const fn halves(code: &str) -> [(TimeCategory, TimeCategory); 2] {
    use TimeCategory::{Administration, Attendance, Groups, Guardians, Outside, Pupils, Substitute};
    match code.as_bytes() {
        b"ARE" => [(Pupils, Guardians), (Pupils, Substitute)],
        b"ELS" => [(Pupils, Guardians), (Attendance, Outside)],
        b"LJU" => [(Attendance, Guardians), (Pupils, Administration)],
        b"ALG" => [(Pupils, Guardians), (Outside, Substitute)],
        b"BIR" => [(Attendance, Guardians), (Pupils, Substitute)],
        // Ånestadsskolan's are with their class.
        _ => [(Groups, Guardians), (Groups, Pupils)],
    }
}

/// The whole time is sampled for two weeks of each term, in which the mentor is at work.
fn fortnights(
    planned: &mut Vec<Planned>,
    year: &SchoolYearSet,
    (members, staff): (&[PlannedStaff], usize),
    (code, percent): (&str, u8),
) -> Result<(), Invalid> {
    let half = u16::try_from(HALF_A_DAY * u32::from(percent) / 100).unwrap_or_default();
    for season in [Season::Autumn, Season::Spring] {
        let days = at_work(members, staff, &school_days(year, season))?;
        let no_monday = |day: &&NaiveDate| day.weekday().num_days_from_monday() != 0;
        let days: Vec<NaiveDate> = days.iter().skip(20).skip_while(no_monday).copied().collect();
        // Two weeks, however many days of them are days of school.
        let end = weeks(&days).get(1).map_or(days.len(), |(_, end)| *end);
        for day in days.iter().take(end) {
            let even = day.ordinal().is_multiple_of(2);
            let [(one, other), others] = halves(code);
            let (one, other) = if even { (one, other) } else { others };
            let hour = |minute| moment(*day, 13, minute);
            planned.push((hour(1)?, Arrangement::Time(staff, *day, one, (true, even), half)));
            planned.push((hour(2)?, Arrangement::Time(staff, *day, other, (even, false), half)));
            if day.weekday().num_days_from_monday() == 0 {
                planned.push((hour(3)?, Arrangement::Taken(staff, *day, TeacherTask::GuardianContact)));
                // The mentor's hour with a class (mentorstid).
                if code == "BIR" {
                    planned.push((hour(4)?, Arrangement::Group(staff, *day, GroupActivity::ClassTime)));
                }
            }
        }
    }
    Ok(())
}

/// What Ånestadsskolan's mentors do each week: time with the class, values work (värdegrundsarbete) and breaks, and a conflict
/// that a teacher would have had. The third has a class from the spring.
fn class_work(
    planned: &mut Vec<Planned>,
    year: &SchoolYearSet,
    (members, staff): (&[PlannedStaff], usize),
    (code, index): (&str, usize),
) -> Result<(), Invalid> {
    if code != "ÅNE" {
        return Ok(());
    }
    let last = yesterday()?;
    let seasons: &[Season] = if index == 2 { &[Season::Spring] } else { &[Season::Autumn, Season::Spring] };
    for season in seasons {
        let days = at_work(members, staff, &school_days(year, *season))?;
        for day in days.into_iter().filter(|day| day <= &last) {
            let what = match day.weekday() {
                Weekday::Mon => Arrangement::Group(staff, day, GroupActivity::ClassTime),
                Weekday::Tue => Arrangement::Group(staff, day, GroupActivity::Breaks),
                Weekday::Wed => Arrangement::Taken(staff, day, TeacherTask::Conflict),
                Weekday::Thu => Arrangement::Group(staff, day, GroupActivity::Values),
                Weekday::Fri | Weekday::Sat | Weekday::Sun => continue,
            };
            planned.push((moment(day, 13, 5)?, what));
        }
    }
    Ok(())
}

/// The days on which somebody is at work.
fn at_work(staff: &[PlannedStaff], who: usize, days: &[NaiveDate]) -> Result<Vec<NaiveDate>, Invalid> {
    let mut found = Vec::with_capacity(days.len());
    for day in days {
        if deputy_of(staff, who, *day)?.is_none() {
            found.push(*day);
        }
    }
    Ok(found)
}

impl Arrangement {
    /// Who asks for what. `None`: something that it needs is not there.
    pub(crate) fn command(self, ids: &Ids) -> Result<Option<(Actor, Command)>, Invalid> {
        let from = date(2019, 8, 12)?;
        let year_ends = date(2020, 6, 11)?;
        let settle = |number, matter| Some(Command::SettleSchool { school: ids.school(number)?, matter });
        let arrange = |number, matter| Some(Command::ArrangeStaff { staff: ids.staff(number)?, matter });
        let within = TimeCategories::usual();
        let command = match self {
            Self::Mission(school, talks) => ids
                .school(school)
                .map(|school| Command::AdoptMission { school, mission: MissionAdopted { from, talks, within } }),
            Self::Model(school, model) => ids
                .school(school)
                .map(|school| Command::ChooseMentoringModel { school, chosen: MentoringModelChosen { from, model } }),
            Self::NotComparable(school, term, reason) => ids.school(school).map(|school| {
                let marked = TermMarkedNotComparable { term, reason };
                Command::MarkTermNotComparable { school, marked }
            }),
            Self::PublicationDay(school, term, on) => settle(school, SchoolMatter::PublicationDayAdopted { term, on }),
            Self::Published(school, term) => settle(school, SchoolMatter::FiguresPublished { term }),
            Self::Policy(school) => {
                // Linköping's checkpoint is at 15 per cent. In the compulsory schools the inquiry is the third step; of the ladders of
                // the upper secondary schools no step is published, and so these name none.
                let form = SCHOOLS.get(school).map(|school| school.form);
                let inquiry = (form == Some(SchoolForm::Compulsory)).then_some(StepNumber::USUAL_INQUIRY);
                let (percent, window_days) = (15, 28);
                let matter =
                    SchoolMatter::LadderPolicyAdopted { number: 1, first_day: from, percent, window_days, inquiry };
                settle(school, matter)
            }
            Self::Sender(school) => {
                let sender = AttendanceSender::AttendanceSystem;
                settle(school, SchoolMatter::AttendanceSenderChosen { sender, first_day: from })
            }
            Self::Delegated(school, to, by) => ids.staff(to).zip(ids.staff(by)).and_then(|(to, by)| {
                let (decision, by, last_day) = (DelegatedDecision::Leave, Some(by), year_ends);
                settle(school, SchoolMatter::DecisionDelegated { decision, to, by, first_day: from, last_day })
            }),
            Self::Post(staff, percent) => {
                let set = WorkingTimeSet { from, weekly: FULL, share: PostShare::try_new(percent)? };
                ids.staff(staff).map(|staff| Command::SetWorkingTime { staff, set })
            }
            Self::Share(staff, principal, percent) => {
                let share = PostShare::try_new(percent)?;
                ids.staff(principal).and_then(|principal| {
                    arrange(staff, StaffMatter::ShareAgreed { principal, share, first_day: from })
                })
            }
            Self::Deputy(staff, deputy) => ids.staff(deputy).and_then(|deputy| {
                let (school, last_day) = (None, year_ends);
                arrange(staff, StaffMatter::StandingDeputyNamed { deputy, school, first_day: from, last_day })
            }),
            Self::Away(staff) => {
                let (first, last) = AWAY;
                let first_day = date(first.0, first.1, first.2)?;
                let last_day = date(last.0, last.1, last.2)?;
                arrange(staff, StaffMatter::StaffAway { first_day, last_day })
            }
            Self::Time(..) | Self::Taken(..) | Self::Group(..) => return Ok(self.own(ids)),
        };
        Ok(command.map(|command| (Actor::Setup, command)))
    }

    /// What mentors record of their own days.
    fn own(self, ids: &Ids) -> Option<(Actor, Command)> {
        let minutes = Minutes(45);
        let (staff, command) = match self {
            Self::Time(staff, on, category, (within_mission, preventive), minutes) => {
                let (staff, minutes) = (ids.staff(staff)?, Minutes(minutes));
                let time = TimeLogged { on, category, minutes, within_mission, preventive, sampled: true };
                (staff, Command::LogTime { staff, time })
            }
            Self::Taken(staff, on, task) => {
                let staff = ids.staff(staff)?;
                (staff, Command::TakeTaskOver { staff, taken: TaskTakenOver { on, task, minutes: Some(minutes) } })
            }
            Self::Group(staff, on, activity) => {
                let staff = ids.staff(staff)?;
                let matter = StaffMatter::GroupActivityHeld { on, activity, pupils: 15, minutes };
                (staff, Command::ArrangeStaff { staff, matter })
            }
            Self::Mission(..)
            | Self::Model(..)
            | Self::NotComparable(..)
            | Self::PublicationDay(..)
            | Self::Published(..)
            | Self::Policy(_)
            | Self::Sender(_)
            | Self::Delegated(..)
            | Self::Post(..)
            | Self::Share(..)
            | Self::Deputy(..)
            | Self::Away(_) => return None,
        };
        Some((Actor::Staff(staff), command))
    }
}
