//! Every integration test, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
// Tests say on standard output what they skip; items shared between suites are public.
#![allow(clippy::print_stdout, unreachable_pub)]

mod suites;
mod support;
