//! Which share of the offered time is to be absence, per school and term. Data: unrounded shares whose rounded values, and
//! whose differences, are what the municipality published for the autumn terms of 2018 and 2019. Springs are invented.

use domain::calendar::{Season, Term};
use domain::words::Grade;

/// Absence as a share of offered minutes, in thousandths of one per cent (1/100 000).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Share {
    /// Not announced (ej anmäld).
    pub(crate) unnotified: u32,
    /// Announced (anmäld).
    pub(crate) notified: u32,
}

const fn share(unnotified: u32, notified: u32) -> Share {
    Share { unnotified, notified }
}

/// One school's shares: autumn 2018, spring 2019, autumn 2019, spring 2020.
struct Row {
    code: &'static str,
    terms: [Share; 4],
}

/// The published autumns keep half a thousandth's distance and more from where rounding would tip over.
const TABLE: [Row; 6] = [
    Row { code: "ARE", terms: [share(470, 7_820), share(560, 8_140), share(480, 7_380), share(530, 9_310)] },
    Row { code: "ELS", terms: [share(1_768, 7_432), share(1_690, 7_720), share(1_457, 7_327), share(1_520, 9_040)] },
    Row { code: "LJU", terms: [share(1_186, 8_086), share(1_290, 8_410), share(1_440, 8_690), share(1_370, 9_950)] },
    Row { code: "ÅNE", terms: [share(1_508, 7_648), share(1_580, 7_910), share(1_406, 6_508), share(1_450, 8_870)] },
    Row { code: "ALG", terms: [share(3_330, 9_710), share(3_610, 9_980), share(3_490, 10_290), share(3_820, 11_460)] },
    Row {
        code: "BIR",
        terms: [share(4_880, 14_300), share(4_740, 14_120), share(3_780, 13_590), share(3_910, 14_680)],
    },
];

/// Ånestadsskolan's grades without mentors in autumn 2019: not published, invented.
const ÅNE_OLDER_HT19: Share = share(1_620, 7_900);

/// The shares of a school's grade in a term; `None` for a school or term that the demo does not have.
pub(crate) fn share_of(code: &str, term: Term, grade: Grade) -> Option<Share> {
    let row = TABLE.iter().find(|row| row.code == code)?;
    let [ht18, vt19, ht19, vt20] = row.terms;
    match (term.season, term.year) {
        (Season::Autumn, 2018) => Some(ht18),
        (Season::Spring, 2019) => Some(vt19),
        (Season::Autumn, 2019) if code == "ÅNE" && grade.number() > 7 => Some(ÅNE_OLDER_HT19),
        (Season::Autumn, 2019) => Some(ht19),
        (Season::Spring, 2020) => Some(vt20),
        _ => None,
    }
}
