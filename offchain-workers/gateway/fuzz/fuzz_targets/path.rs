#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| idlewild_gateway_fuzz::path::one(data));
