//! What a few events are about, looked up together: see [`crate::Projections::apply_all`].

/// How many events are looked up together.
pub(crate) const AT_ONCE: usize = 64;

/// The first so many, side by side: nothing is allocated for what is only looked at.
pub(crate) fn at_once<T: Copy>(all: impl Iterator<Item = T>) -> [Option<T>; AT_ONCE] {
    let mut places = [None; AT_ONCE];
    places.iter_mut().zip(all).for_each(|(place, one)| *place = Some(one));
    places
}
