//! The folds that questions are answered from. Each can be deleted and comes back the same from the log (invariant 1).

pub mod absence;
