//! What is arranged for some guardians, so that a Friday's digests can be seen: at one school plain facts by the authority's
//! decision, at another only that there is something new; one guardian for each language that can be written.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::actor::Actor;
use domain::attendance::DayAttendance;
use domain::command::{Command, DigestAct, WorkToLog};
use domain::event::pupil::Placement;
use domain::event::school::SchoolYearSet;
use domain::event::{SchoolMatter, Work};
use domain::state::Preference;
use domain::words::{
    AttendanceSender, ChosenBy, ClockTime, DayOfWeek, DigestFrequency, DigestRhythm, Invalid, Language, PortalUrl,
    Reference, SchoolForm, ZoneName,
};

use super::attendance::WeekOfPupil;
use super::calendar::{date, friday_of, moment, yesterday};
use super::commands::Ids;
use super::people;
use super::plan::PlannedPupil;
use super::schools::SCHOOLS;

/// Schools whose guardians are written to: plain facts, or not.
pub(super) const SCHOOLS_THAT_WRITE: [(&str, bool); 2] = [("ARE", true), ("ELS", false)];
/// The school's time for digests: half past five on Fridays, when the week's attendance is there.
const AT: u16 = 17 * 60 + 30;

/// The school that tells guardians by itself, on the day, that a pupil is absent.
const TELLS_THE_DAY: &str = "ELS";

/// One thing that is arranged, by numbers into the plan.
#[derive(Clone, Copy)]
pub(crate) enum Letter {
    /// When a school writes.
    Times(usize),
    /// A school tells guardians of the day's absence by this service.
    TellsTheDay(usize),
    /// The authority lets plain facts stand in e-mail from a school.
    Plain(usize),
    /// A pupil's date of birth: nothing is mailed about somebody who may be of age.
    Born(usize, NaiveDate),
    /// A guardian has an address.
    Address(usize),
    /// It is theirs.
    Confirmed(usize),
    /// What they want, in this language.
    Wishes(usize, Language),
    /// A guardian wants no more: after the digests, so that it tells that they have been written.
    Stopped(usize),
}

/// What is arranged, and when.
pub(crate) type Planned = (DateTime<Utc>, Letter);

/// The Friday whose digests are written.
fn friday() -> Result<NaiveDate, Invalid> {
    date(2020, 5, 29)
}

/// When letters are written: on the Friday, and on the last day of which attendance is known.
pub(crate) fn written_at() -> Result<[DateTime<Utc>; 2], Invalid> {
    Ok([moment(friday()?, 15, 35)?, moment(yesterday()?, 15, 35)?])
}

/// Everything that is arranged.
pub(crate) fn plan(
    years: &[SchoolYearSet; 2],
    pupils: &[PlannedPupil],
    attendance: &[WeekOfPupil],
) -> Result<Vec<Planned>, Invalid> {
    let (friday, monday) = (friday()?, date(2020, 5, 25)?);
    let mut planned = births(years, pupils)?;
    // Siblings at two schools of a committee have one guardian, who is written to once.
    let (mut told, mut first) = (BTreeSet::new(), None);
    for (code, plain) in SCHOOLS_THAT_WRITE {
        let Some(school) = SCHOOLS.iter().position(|school| school.code == code) else { continue };
        planned.push((moment(monday, 6, 0)?, Letter::Times(school)));
        if plain {
            planned.push((moment(monday, 6, 1)?, Letter::Plain(school)));
        }
        if code == TELLS_THE_DAY {
            planned.push((moment(monday, 6, 2)?, Letter::TellsTheDay(school)));
        }
        let mut languages = Language::ALL.into_iter();
        let absent = |week: &&WeekOfPupil| {
            let minutes = |day: &DayAttendance| {
                let minutes = day.minutes();
                minutes.notified.0 + minutes.unnotified.0 > 0
            };
            week.days.first().is_some_and(|day| friday_of(day.date()) == friday) && week.days.iter().any(minutes)
        };
        for week in attendance.iter().filter(absent) {
            let Some(pupil) = pupils.get(week.pupil).filter(|pupil| pupil.school == school) else { continue };
            let Some(guardian) = pupil.guardians.first().filter(|guardian| !told.contains(*guardian)) else { continue };
            told.insert(*guardian);
            planned.push((moment(monday, 8, 1)?, Letter::Address(*guardian)));
            // The last one has not said yet whether the address is theirs: they are asked.
            let Some(language) = languages.next() else { break };
            first = first.or(Some(*guardian));
            planned.push((moment(monday, 8, 2)?, Letter::Confirmed(*guardian)));
            planned.push((moment(monday, 8, 3)?, Letter::Wishes(*guardian, language)));
        }
    }
    // Of yesterday's absence that nobody had announced, one family is told by mail; the others are to be phoned.
    let yesterday = yesterday()?;
    let unannounced = |week: &&WeekOfPupil| {
        let on_the_day = |day: &DayAttendance| day.date() == yesterday && day.minutes().unnotified.0 > 0;
        let tells = |pupil: &PlannedPupil| SCHOOLS.get(pupil.school).is_some_and(|school| school.code == TELLS_THE_DAY);
        pupils.get(week.pupil).is_some_and(tells) && week.days.iter().any(on_the_day)
    };
    let absent = attendance.iter().filter(unannounced).filter_map(|week| pupils.get(week.pupil));
    let mut others = absent.filter_map(|pupil| pupil.guardians.first()).filter(|guardian| !told.contains(*guardian));
    if let Some(guardian) = others.next() {
        planned.push((moment(monday, 8, 1)?, Letter::Address(*guardian)));
        planned.push((moment(monday, 8, 2)?, Letter::Confirmed(*guardian)));
    }
    if let Some(guardian) = first {
        planned.push((moment(friday, 16, 0)?, Letter::Stopped(guardian)));
    }
    Ok(planned)
}

/// The compulsory schools know when their pupils were born: in the fifteenth of some month, in the year that their grade tells.
fn births(years: &[SchoolYearSet; 2], pupils: &[PlannedPupil]) -> Result<Vec<Planned>, Invalid> {
    let mut planned = Vec::new();
    for (number, pupil) in pupils.iter().enumerate() {
        if SCHOOLS.get(pupil.school).is_none_or(|school| school.form != SchoolForm::Compulsory) {
            continue;
        }
        let of_year = |(year, placement): (&SchoolYearSet, &Option<_>)| {
            let placement: &Placement = placement.as_ref()?;
            Some((year.autumn.first(), placement.grade.number()))
        };
        let Some((day, grade)) = years.iter().zip(&pupil.placements).find_map(of_year) else { continue };
        let month = 1 + u32::try_from(number % 12).unwrap_or_default();
        let born = date(day.year() - 6 - i32::from(grade), month, 15)?;
        planned.push((moment(day, 5, 5)?, Letter::Born(number, born)));
    }
    Ok(planned)
}

impl Letter {
    /// The pupil whose stream it is recorded in, when it is one's.
    #[cfg(test)]
    pub(crate) const fn pupil(self) -> Option<usize> {
        match self {
            Self::Born(pupil, _) => Some(pupil),
            Self::Times(_)
            | Self::TellsTheDay(_)
            | Self::Plain(_)
            | Self::Address(_)
            | Self::Confirmed(_)
            | Self::Wishes(..)
            | Self::Stopped(_) => None,
        }
    }

    /// The guardian whom it is arranged for, when it is one.
    #[cfg(test)]
    pub(crate) const fn guardian(self) -> Option<usize> {
        match self {
            Self::Address(guardian)
            | Self::Confirmed(guardian)
            | Self::Wishes(guardian, _)
            | Self::Stopped(guardian) => Some(guardian),
            Self::Times(_) | Self::TellsTheDay(_) | Self::Plain(_) | Self::Born(..) => None,
        }
    }

    /// Who asks for what. `None`: something that it needs is not there.
    pub(crate) fn command(self, ids: &Ids) -> Result<Option<(Actor, Command)>, Invalid> {
        let (first_day, last_day) = (date(2020, 5, 25)?, date(2020, 6, 11)?);
        let settle = |school, matter| Some(Command::SettleSchool { school: ids.school(school)?, matter });
        let digest = |guardian, act| Some(Command::Digest { guardian: ids.guardian(guardian)?, act });
        let command = match self {
            Self::Times(school) => settle(
                school,
                SchoolMatter::DigestScheduleSet {
                    first_day,
                    rhythm: DigestRhythm::Weekly,
                    weekday: DayOfWeek::try_new(5)?,
                    at: ClockTime::try_new(AT)?,
                    zone: ZoneName::try_new("Europe/Stockholm")?,
                    portal: Some(PortalUrl::try_new("https://larplattform.example/logga-in")?),
                },
            ),
            Self::Plain(school) => settle(
                school,
                SchoolMatter::PlainContentDecided {
                    first_day,
                    last_day,
                    allowed: true,
                    decision: Reference::try_new("BUN 2020-214")?,
                },
            ),
            Self::TellsTheDay(school) => {
                settle(school, SchoolMatter::AttendanceSenderChosen { sender: AttendanceSender::Mentorlog, first_day })
            }
            Self::Born(pupil, born) => ids.pupil(pupil).map(|pupil| {
                let work = Work::BirthDateRecorded { born };
                let with = Vec::new();
                Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note: None })
            }),
            Self::Address(guardian) => digest(guardian, DigestAct::SetAddress { email: people::email(guardian)? }),
            Self::Confirmed(guardian) => {
                digest(guardian, DigestAct::ConfirmAddress { address: None, by: ChosenBy::Staff })
            }
            Self::Wishes(guardian, language) => {
                let preference = Preference { frequency: DigestFrequency::Weekly, language, plain_text: false };
                digest(guardian, DigestAct::SetPreference { preference, by: ChosenBy::Staff })
            }
            Self::Stopped(guardian) => digest(guardian, DigestAct::Stop { by: ChosenBy::Guardian }),
        };
        Ok(command.map(|command| (Actor::Setup, command)))
    }
}
