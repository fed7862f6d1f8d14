//! Any number of inputs, led by coverage: any bytes of a journal. See `fuzz::journal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::journal::run(input));
