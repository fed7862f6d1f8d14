//! What is arranged for some guardians, so that a Friday's digests can be seen: at one school plain facts by the authority's
//! decision, at another only that there is something new; one guardian for each language that can be written.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::Actor;
use domain::command::{Command, DigestAct, WorkToLog};
use domain::event::{SchoolMatter, Work};
use domain::state::Preference;
use domain::words::{
    ChosenBy, ClockTime, DayOfWeek, DigestFrequency, DigestRhythm, Invalid, Language, PortalUrl, Reference, ZoneName,
};

use super::attendance::WeekOfPupil;
use super::calendar::{date, friday_of, moment};
use super::commands::Ids;
use super::people;
use super::plan::PlannedPupil;
use super::schools::SCHOOLS;

/// Schools whose guardians are written to: plain facts, or not.
const SCHOOLS_THAT_WRITE: [(&str, bool); 2] = [("ARE", true), ("ELS", false)];
/// The school's time for digests: half past five on Fridays, when the week's attendance is there.
const AT: u16 = 17 * 60 + 30;

/// One thing that is arranged, by numbers into the plan.
#[derive(Clone, Copy)]
pub(crate) enum Letter {
    /// When a school writes.
    Times(usize),
    /// The authority lets plain facts stand in e-mail from a school.
    Plain(usize),
    /// A pupil's date of birth: nothing is mailed about somebody who may be of age.
    Born(usize),
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

/// When they are written.
pub(crate) fn written_at() -> Result<DateTime<Utc>, Invalid> {
    moment(friday()?, 15, 35)
}

/// Everything that is arranged.
pub(crate) fn plan(pupils: &[PlannedPupil], attendance: &[WeekOfPupil]) -> Result<Vec<Planned>, Invalid> {
    let (friday, monday) = (friday()?, date(2020, 5, 25)?);
    let mut planned = Vec::new();
    // Siblings at two schools of a committee have one guardian, who is written to once.
    let (mut told, mut first) = (BTreeSet::new(), None);
    for (code, plain) in SCHOOLS_THAT_WRITE {
        let Some(school) = SCHOOLS.iter().position(|school| school.code == code) else { continue };
        planned.push((moment(monday, 6, 0)?, Letter::Times(school)));
        if plain {
            planned.push((moment(monday, 6, 1)?, Letter::Plain(school)));
        }
        let mut languages = Language::ALL.into_iter();
        let absent = |week: &&WeekOfPupil| {
            let minutes = |day: &domain::attendance::DayAttendance| {
                let minutes = day.minutes();
                minutes.notified.0 + minutes.unnotified.0 > 0
            };
            week.days.first().is_some_and(|day| friday_of(day.date()) == friday) && week.days.iter().any(minutes)
        };
        for week in attendance.iter().filter(absent) {
            let Some(pupil) = pupils.get(week.pupil).filter(|pupil| pupil.school == school) else { continue };
            let Some(guardian) = pupil.guardians.first().filter(|guardian| !told.contains(*guardian)) else { continue };
            let Some(language) = languages.next() else { break };
            told.insert(*guardian);
            first = first.or(Some(*guardian));
            for (minute, letter) in [
                (0, Letter::Born(week.pupil)),
                (1, Letter::Address(*guardian)),
                (2, Letter::Confirmed(*guardian)),
                (3, Letter::Wishes(*guardian, language)),
            ] {
                planned.push((moment(monday, 8, minute)?, letter));
            }
        }
    }
    if let Some(guardian) = first {
        planned.push((moment(friday, 16, 0)?, Letter::Stopped(guardian)));
    }
    Ok(planned)
}

impl Letter {
    /// The pupil whose stream it is recorded in, when it is one's.
    #[cfg(test)]
    pub(crate) const fn pupil(self) -> Option<usize> {
        match self {
            Self::Born(pupil) => Some(pupil),
            Self::Times(_)
            | Self::Plain(_)
            | Self::Address(_)
            | Self::Confirmed(_)
            | Self::Wishes(..)
            | Self::Stopped(_) => None,
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
            Self::Born(pupil) => {
                let born = date(2006, 1 + u32::try_from(pupil % 12).unwrap_or_default(), 15)?;
                ids.pupil(pupil).map(|pupil| {
                    let work = Work::BirthDateRecorded { born };
                    let with = Vec::new();
                    Command::LogWork(WorkToLog { pupil, with, occurred: None, work, minutes: None, note: None })
                })
            }
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
