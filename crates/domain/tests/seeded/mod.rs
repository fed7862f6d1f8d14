//! How invented histories are tried: the same ones each time.

use proptest::test_runner::{Config, RngSeed};

/// Some histories, always the same.
pub(crate) fn histories() -> Config {
    Config { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() }
}
