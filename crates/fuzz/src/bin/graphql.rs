//! Any number of inputs, led by coverage: any GraphQL request. See `fuzz::graphql`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::graphql::run(input));
