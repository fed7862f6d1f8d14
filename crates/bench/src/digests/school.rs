//! A school of so many pupils, each with a guardian who may be written to, and something to tell of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casework::{Casework, Clock, Created};
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::Actor;
use domain::attendance::{DayAttendance, DayMinutes};
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::{Guardianship, Placement};
use domain::event::school::{Responsibility, SchoolRegistered, SchoolYearSet};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, SchoolId};
use domain::personal::Personal;
use domain::words::{
    ChosenBy, ClassName, ClockTime, ContactDetail, DateSpan, DayOfWeek, DigestRhythm, Grade, Minutes, Name, PortalUrl,
    Reference, SchoolCode, SchoolForm, SchoolUnitCode, ZoneName,
};
use domain::{actor::Grant, actor::Role};
use futures::{StreamExt, TryStreamExt};

use crate::Failure;

/// Pupils who are admitted at once.
const AT_ONCE: usize = 256;

/// A clock that stands still on a Friday afternoon, and names commands.
pub(super) struct Hands {
    now: AtomicI64,
    next: AtomicU64,
}

impl Default for Hands {
    /// On Friday the 6th of September 2019, at the school's time for digests.
    fn default() -> Self {
        Self { now: AtomicI64::new(1_567_777_500_000), next: AtomicU64::new(1) }
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now.load(Ordering::Relaxed)).unwrap_or_default()
    }
}

impl Hands {
    /// A name that no command has had.
    pub(super) fn next(&self) -> Option<CommandId> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut bits = [0; 10];
        bits.iter_mut().skip(2).zip(number.to_be_bytes()).for_each(|(bit, byte)| *bit = byte);
        let millis = u64::try_from(self.now.load(Ordering::Relaxed)).unwrap_or_default();
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid();
        CommandId::new(id)
    }
}

/// The school, before anybody is in it.
pub(super) struct School<'a> {
    pub(super) casework: &'a Arc<Casework>,
    pub(super) clock: &'a Hands,
}

fn name(text: &str) -> Result<Personal<Name>, Failure> {
    Ok(Personal::new(Name::try_new(text)?))
}

fn span(first: &str, last: &str) -> Result<DateSpan, Failure> {
    Ok(DateSpan::try_new(first.parse()?, last.parse()?)?)
}

impl School<'_> {
    async fn does(&self, command: Command) -> Result<Vec<Created>, Failure> {
        let id = self.clock.next().ok_or("no name for a command")?;
        Ok(self.casework.execute(Actor::Setup, command, id).await?.created)
    }

    /// Founds the school and admits its pupils.
    pub(super) async fn admit(&self, pupils: u64) -> Result<(), Failure> {
        let school = self.found().await?;
        let all = futures::stream::iter(0..pupils).map(|number| self.one(school, number));
        all.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(())
    }

    async fn found(&self) -> Result<SchoolId, Failure> {
        let registered = SchoolRegistered {
            code: SchoolCode::try_new("LJU")?,
            unit_code: SchoolUnitCode::try_new("12345678")?,
            name: Name::try_new("Skolan")?,
            form: SchoolForm::Compulsory,
            grades: (Grade::try_new(7)?, Grade::try_new(9)?),
        };
        let created = self.does(Command::RegisterSchool(registered)).await?;
        let Some(Created::School(school)) = created.first().copied() else { return Err("no school".into()) };
        let year = SchoolYearSet {
            starts_in: 2019,
            autumn: span("2019-08-20", "2019-12-19")?,
            spring: span("2020-01-08", "2020-06-11")?,
            breaks: Vec::new(),
        };
        self.does(Command::SetSchoolYear { school, year }).await?;
        let created = self.does(Command::JoinStaff { name: name("Rut Rektor")? }).await?;
        let Some(Created::Staff(principal)) = created.first().copied() else { return Err("no principal".into()) };
        let grant = Grant::at(Role::Principal, school);
        self.does(Command::GrantRole { staff: principal, grant }).await?;
        let first_day: NaiveDate = "2019-08-20".parse()?;
        let (responsibility, from) = (Responsibility::Unit, first_day);
        self.does(Command::MakePrincipalResponsible { school, principal, responsibility, from, until: None }).await?;
        let times = SchoolMatter::DigestScheduleSet {
            first_day,
            rhythm: DigestRhythm::Weekly,
            weekday: DayOfWeek::try_new(5)?,
            at: ClockTime::try_new(15 * 60 + 45)?,
            zone: ZoneName::try_new("Europe/Stockholm")?,
            portal: Some(PortalUrl::try_new("https://portal.example/hem")?),
        };
        let plain = SchoolMatter::PlainContentDecided {
            first_day,
            last_day: "2020-06-11".parse()?,
            allowed: true,
            decision: Reference::try_new("BUN 2019-117")?,
        };
        for matter in [times, plain] {
            self.does(Command::SettleSchool { school, matter }).await?;
        }
        Ok(school)
    }

    async fn one(&self, school: SchoolId, number: u64) -> Result<(), Failure> {
        let placement = Placement { class: ClassName::try_new("7A")?, grade: Grade::try_new(7)?, programme: None };
        let (pupil_name, from) = (name("Kim Exempel")?, "2019-08-20".parse()?);
        let enrol = Command::EnrolPupil { pupil: None, school, name: pupil_name, placement, from, protection: None };
        let created = self.does(enrol).await?;
        let pupil = created.iter().find_map(|one| if let Created::Pupil(id) = one { Some(*id) } else { None });
        let pupil = pupil.ok_or("no pupil")?;
        let work = Work::BirthDateRecorded { born: "2006-03-01".parse()? };
        let with = Vec::new();
        self.does(Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note: None })).await?;
        let email = Some(Personal::new(ContactDetail::try_new(format!("guardian{number}@home.example"))?));
        let guardian = GuardianChoice::New { name: name("Alex Exempel")?, phone: None, email };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        let created = self.does(link).await?;
        let guardian = created.iter().find_map(|one| if let Created::Guardian(id) = one { Some(*id) } else { None });
        let guardian = guardian.ok_or("no guardian")?;
        let act = DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff };
        self.does(Command::Digest { guardian, act }).await?;
        let minutes =
            DayMinutes { offered: Minutes(360), unnotified: Minutes(60), lessons: 6, ..DayMinutes::default() };
        let days = vec![DayAttendance::try_new("2019-09-05".parse()?, minutes)?];
        self.does(Command::RegisterAttendance { pupil, days }).await?;
        Ok(())
    }
}
