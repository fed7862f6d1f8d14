//! A school whose digests are due at a time of a day, a pupil who was absent the school day before, and guardians with confirmed
//! addresses: recorded into a log before the program is started on it.
#![allow(unreachable_pub, reason = "a module of each test binary")]
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

use std::sync::atomic::{AtomicU64, Ordering};

use casework::{Casework, Created};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::attendance::{DayAttendance, DayMinutes};
use domain::calendar::local_date;
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::{Guardianship, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, GuardianId, PupilId};
use domain::personal::Personal;
use domain::words::{
    ChosenBy, ClassName, ClockTime, ContactDetail, DateSpan, DayOfWeek, DigestRhythm, Grade, Minutes, Name, PortalUrl,
    SchoolCode, SchoolForm, SchoolUnitCode, ZoneName,
};

/// Who is written to, about whom.
pub struct Family {
    /// The pupil.
    pub pupil: PupilId,
    /// The guardians, each with an address, in the order of the addresses.
    pub guardians: Vec<GuardianId>,
    /// The day on which it was recorded, and a digest is due.
    pub day: NaiveDate,
}

/// A fresh name for a command that is asked for at a moment.
pub fn command_id(now: DateTime<Utc>) -> CommandId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let millis = u64::try_from(now.timestamp_millis()).expect("after 1970");
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{millis:012x}70008000{number:012x}").parse().expect("a command's name")
}

/// Records one thing.
pub async fn done(casework: &Casework, now: DateTime<Utc>, command: Command) -> Vec<Created> {
    casework.execute(Actor::Setup, command, command_id(now)).await.expect("it is recorded").created
}

fn name(text: &str) -> Personal<Name> {
    Personal::new(Name::try_new(text).expect("a name"))
}

fn grade(number: u8) -> Grade {
    Grade::try_new(number).expect("a grade")
}

fn first<T>(created: &[Created], which: impl Fn(&Created) -> Option<T>) -> T {
    created.iter().find_map(which).expect("it was created")
}

/// A school year without a break, so that any day lies in a term.
fn year_around(day: NaiveDate) -> SchoolYearSet {
    let starts_in = if day.month() >= 7 { day.year() } else { day.year() - 1 };
    let span = |year: i32, first: (u32, u32), last: (u32, u32)| {
        let day = |(month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        DateSpan::try_new(day(first), day(last)).expect("a span")
    };
    SchoolYearSet {
        starts_in: u16::try_from(starts_in).expect("a year"),
        autumn: span(starts_in, (7, 1), (12, 31)),
        spring: span(starts_in + 1, (1, 1), (6, 30)),
        breaks: Vec::new(),
    }
}

/// Records all of it. Digests are due on this weekday at a time in minutes of the day.
pub async fn recorded(casework: &Casework, now: DateTime<Utc>, due_at: u16, addresses: &[&str]) -> Family {
    let today = local_date(now);
    let begin = today - Days::new(40);
    let registered = SchoolRegistered {
        code: SchoolCode::try_new("LJU").expect("a code"),
        unit_code: SchoolUnitCode::try_new("12345678").expect("a code"),
        name: Name::try_new("Skolan").expect("a name"),
        form: SchoolForm::Compulsory,
        grades: (grade(1), grade(9)),
    };
    let created = done(casework, now, Command::RegisterSchool(registered)).await;
    let school = first(&created, |created| if let Created::School(id) = created { Some(*id) } else { None });
    for year in [year_around(begin), year_around(today)] {
        done(casework, now, Command::SetSchoolYear { school, year }).await;
    }
    let created = done(casework, now, Command::JoinStaff { name: name("Rut Rektor") }).await;
    let principal = first(&created, |created| if let Created::Staff(id) = created { Some(*id) } else { None });
    let grant = Grant::at(Role::Principal, school);
    done(casework, now, Command::GrantRole { staff: principal, grant }).await;
    let (responsibility, from) = (Responsibility::Unit, begin);
    let responsible = Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None };
    done(casework, now, responsible).await;
    let matter = SchoolMatter::DigestScheduleSet {
        first_day: today,
        rhythm: DigestRhythm::Weekly,
        weekday: DayOfWeek::try_new(u8::try_from(today.weekday().number_from_monday()).expect("a weekday"))
            .expect("a weekday"),
        at: ClockTime::try_new(due_at).expect("a time"),
        zone: ZoneName::try_new("Europe/Stockholm").expect("a zone"),
        portal: Some(PortalUrl::try_new("https://portal.example/hem").expect("an address")),
    };
    done(casework, now, Command::SettleSchool { school, matter }).await;
    let placement = Placement { class: ClassName::try_new("4A").expect("a class"), grade: grade(4), programme: None };
    let enrol = Command::EnrolPupil {
        pupil: None,
        school,
        name: name("Kim Exempel"),
        placement,
        from: begin,
        protection: None,
    };
    let created = done(casework, now, enrol).await;
    let pupil = first(&created, |created| if let Created::Pupil(id) = created { Some(*id) } else { None });
    let born = Work::BirthDateRecorded { born: today - Days::new(10 * 365) };
    let work = WorkToLog { pupil, with: Vec::new(), occurred: None, work: born, minutes: None, note: None };
    done(casework, now, Command::LogWork(work)).await;
    is_absent(casework, now, pupil, today - Days::new(1)).await;
    let mut guardians = Vec::new();
    for address in addresses {
        let email = Some(Personal::new(ContactDetail::try_new(*address).expect("an address")));
        let guardian = GuardianChoice::New { name: name("Alex Exempel"), phone: None, email };
        let guardianship = Guardianship::Custodian;
        let created =
            done(casework, now, Command::LinkGuardian { pupil, guardian, guardianship, household: None }).await;
        let guardian = first(&created, |created| if let Created::Guardian(id) = created { Some(*id) } else { None });
        let act = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
        done(casework, now, Command::Digest { guardian, act }).await;
        guardians.push(guardian);
    }
    Family { pupil, guardians, day: today }
}

/// The pupil was absent on a day, for an hour, without a word.
async fn is_absent(casework: &Casework, now: DateTime<Utc>, pupil: PupilId, on: NaiveDate) {
    let minutes = DayMinutes { offered: Minutes(360), unnotified: Minutes(60), lessons: 6, ..DayMinutes::default() };
    let days = vec![DayAttendance::try_new(on, minutes).expect("a day")];
    done(casework, now, Command::RegisterAttendance { pupil, days }).await;
}
