//! Absence (frånvaro) per pupil, class, school and term.

/// Minutes added up, with what they are counted on. Percentages are made from these, and rounded last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// Pupils with at least one day in it.
    pub pupils: u32,
    /// Days of pupils: one pupil on one day.
    pub days: u64,
    /// Minutes offered (erbjuden tid): the basis of every per cent.
    pub offered: u64,
    /// Minutes of notified absence (anmäld).
    pub notified: u64,
    /// Minutes of unnotified absence (ej anmäld).
    pub unnotified: u64,
    /// Minutes of absence found valid (giltig).
    pub valid: u64,
    /// Minutes of absence found invalid (ogiltig).
    pub invalid: u64,
    /// Offered minutes in which attendance was not taken.
    pub unregistered: u64,
    /// Lessons offered.
    pub lessons: u64,
    /// Lessons in which attendance was not taken.
    pub unregistered_lessons: u64,
}
