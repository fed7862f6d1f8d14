//! Personal data has a type (invariant 7): it cannot be printed, and it has no way of its own into a file or an answer.

use std::fmt;

/// A value that says something about a person. Printing shows only that something is there.
///
/// There is no `Display`, no serialisation and no `Deref`: the one way in is [`Personal::reveal`], which is easy to
/// find and to review. Only `casework` (sealing) and `api` (answering what access has decided) may call it; the house
/// rules in `cargo xtask lint` hold that.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Wraps a value that says something about a person.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. To be called only where it is sealed or where access has been decided.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

/// Something that was recorded and may since have been erased (gallrat): its key is gone, the fact that it was is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Erasable<T> {
    /// It can be read.
    Present(T),
    /// Its key has been destroyed.
    Erased,
}

impl<T> Erasable<T> {
    /// The value, unless it has been erased.
    pub const fn present(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Erased => None,
        }
    }
}
