//! Any number of inputs, led by coverage: any stored event. See `fuzz::stored`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::stored::run(input));
