//! Invented contacts with guardians of the pupils who have a mentor: short, harmless, and about nobody.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::Personal;
use domain::calendar::Season;
use domain::event::pupil::{ContactChannel, ContactDirection, ContactOutcome, ContactTopic};
use domain::event::school::SchoolYearSet;
use domain::words::{Invalid, Minutes, Note};

use super::calendar::{moment, school_days, yesterday};
use super::dice::Dice;
use super::plan::{PlannedAssignment, PlannedPupil};

/// A contact, before it has ids.
pub(crate) struct PlannedContact {
    /// The pupil, by number.
    pub(crate) pupil: usize,
    /// The guardian, by number.
    pub(crate) guardian: usize,
    /// The mentor who logs it, by number among the staff.
    pub(crate) mentor: usize,
    /// When it happened.
    pub(crate) occurred: DateTime<Utc>,
    /// What sort.
    pub(crate) sort: &'static Sort,
    /// How long it took.
    pub(crate) minutes: Minutes,
    /// Which of the sort's notes, when there is one.
    pub(crate) note: Option<Personal<Note>>,
}

/// A sort of contact, with notes that fit it.
pub(crate) struct Sort {
    pub(crate) channel: ContactChannel,
    pub(crate) direction: ContactDirection,
    pub(crate) outcome: ContactOutcome,
    pub(crate) topic: ContactTopic,
    /// Shortest and longest, in minutes.
    minutes: (u16, u16),
    notes: &'static [&'static str],
}

const SORTS: [Sort; 10] = {
    use ContactChannel::{Email, HomeVisit, Meeting, Phone, TextMessage};
    use ContactDirection::{Incoming, Outgoing};
    use ContactOutcome::{MessageLeft, NoAnswer, Reached};
    use ContactTopic::{Absence, DevelopmentTalk, Practical, Schoolwork, Wellbeing};
    const fn sort(
        (channel, direction, outcome): (ContactChannel, ContactDirection, ContactOutcome),
        topic: ContactTopic,
        minutes: (u16, u16),
        notes: &'static [&'static str],
    ) -> Sort {
        Sort { channel, direction, outcome, topic, minutes, notes }
    }
    [
        sort(
            (Phone, Outgoing, Reached),
            Absence,
            (4, 15),
            &[
                "Pratade om sena ankomster. Familjen provar ny väckning.",
                "Frånvaron stämdes av. Eleven är tillbaka i morgon.",
                "Vi kom överens om att höras igen på fredag.",
            ],
        ),
        sort((Phone, Outgoing, NoAnswer), Absence, (1, 3), &["Inget svar, provar igen i eftermiddag."]),
        sort((TextMessage, Outgoing, MessageLeft), Absence, (1, 3), &["Bad om ett samtal när det passar."]),
        sort(
            (Phone, Incoming, Reached),
            Practical,
            (2, 8),
            &["Frågade om schemat för friluftsdagen.", "Undrade när böckerna ska lämnas tillbaka."],
        ),
        sort(
            (Email, Outgoing, MessageLeft),
            Schoolwork,
            (3, 10),
            &["Skickade veckans planering och vad som återstår.", "Påminde om omprovet på torsdag."],
        ),
        sort((Email, Incoming, Reached), Practical, (2, 6), &["Önskar annan tid för mötet."]),
        sort(
            (Meeting, Outgoing, Reached),
            DevelopmentTalk,
            (25, 45),
            &["Utvecklingssamtal. Nöjd med terminen, mål satta för nästa."],
        ),
        sort(
            (Meeting, Outgoing, Reached),
            Schoolwork,
            (20, 40),
            &["Gick igenom läget i ämnena och gjorde en plan för våren."],
        ),
        sort(
            (Phone, Outgoing, Reached),
            Wellbeing,
            (5, 20),
            &["Det går bättre nu, trivs i klassen.", "Vi pratade om morgnarna. Mentor möter vid entrén."],
        ),
        sort((HomeVisit, Outgoing, Reached), Absence, (30, 60), &["Kort besök hemma, trevligt samtal vid köksbordet."]),
    ]
};

/// The contacts of every assignment, in each term that it lasts.
pub(crate) fn plan(
    seed: u64,
    years: &[SchoolYearSet; 2],
    pupils: &[PlannedPupil],
    assignments: &[PlannedAssignment],
) -> Result<Vec<PlannedContact>, Invalid> {
    let mut dice = Dice::new(seed, "contacts");
    // Before the handover in June 2020, so that the mentor who had the pupil then is the one who logs.
    let until = yesterday()?;
    let mut terms: Vec<(usize, Vec<NaiveDate>)> = Vec::new();
    for (index, year) in years.iter().enumerate() {
        terms.push((index, school_days(year, Season::Autumn)));
        terms.push((index, school_days(year, Season::Spring).into_iter().filter(|day| *day < until).collect()));
    }
    let mut contacts = Vec::new();
    for assignment in assignments {
        let Some(pupil) = pupils.get(assignment.pupil) else { continue };
        for (index, days) in &terms {
            let enrolled = pupil.placements.get(*index).is_some_and(Option::is_some);
            let days = days.get(days.partition_point(|day| *day < assignment.from)..).unwrap_or_default();
            if !enrolled || days.is_empty() {
                continue;
            }
            let often = if pupil.absence_weight > 100 { 6 } else { 0 };
            for _ in 0..often + dice.below(3) {
                contacts.extend(contact(assignment, pupil, days, &mut dice)?);
            }
        }
    }
    Ok(contacts)
}

fn contact(
    assignment: &PlannedAssignment,
    pupil: &PlannedPupil,
    days: &[NaiveDate],
    dice: &mut Dice,
) -> Result<Option<PlannedContact>, Invalid> {
    let (Some(day), Some(guardian), Some(sort)) =
        (dice.pick(days).copied(), dice.pick(&pupil.guardians).copied(), dice.pick(&SORTS))
    else {
        return Ok(None);
    };
    let into_day = Duration::minutes(i64::from(dice.between(0, 420)));
    let note = if dice.permille(700) { dice.pick(sort.notes) } else { None };
    Ok(Some(PlannedContact {
        pupil: assignment.pupil,
        guardian,
        mentor: assignment.mentor,
        occurred: moment(day, 6, 30)? + into_day,
        sort,
        minutes: Minutes(dice.between(sort.minutes.0, sort.minutes.1)),
        note: note.map(|note| Note::try_new(*note).map(Personal::new)).transpose()?,
    }))
}
