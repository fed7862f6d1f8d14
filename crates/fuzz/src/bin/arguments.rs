//! Any number of inputs, led by coverage: any command line. See `fuzz::arguments`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::arguments::run(input));
