//! Measures in tests how the time of a function grows with the length of its text.

use std::time::{Duration, Instant};

/// The lengths of a short and of a long text.
const SHORT: usize = 500;
const LONG: usize = 16 * SHORT;

/// Makes a text of about this length.
type MakeText = fn(usize) -> String;

/// Texts of a length that nest as deep as they can.
pub(crate) const NESTED_TEXTS: &[(&str, MakeText)] = &[
    ("quotes", |length| format!("{} x", ">".repeat(length))),
    ("bullets", |length| format!("{}x", "- + ".repeat(length / 4))),
    ("numbers", |length| format!("{}x", "1. ".repeat(length / 3))),
    ("quoted bullets", |length| format!("{}x", "- > + ".repeat(length / 6))),
    ("lists that nest nothing", |length| "- + ".repeat(length / 4)),
    ("emphasis", |length| {
        format!("{}b{}", "*a **a ".repeat(length / 12), "** *".repeat(length / 12))
    }),
    ("images", |length| format!("{}x{}", "![".repeat(length / 6), "](u)".repeat(length / 6))),
];

/// Asserts that a function takes time in proportion to the length of what is made for it.
pub(crate) fn assert_proportional<T>(
    case: &str,
    make: impl Fn(usize) -> T,
    mut run: impl FnMut(&T),
) {
    let mut time_of = |length| {
        let input = make(length);
        let measure = |_| {
            let start = Instant::now();
            run(&input);
            start.elapsed()
        };
        // The shortest of several times, because other programs run too.
        (0..5).map(measure).min().unwrap()
    };
    let (short, long) = (time_of(SHORT), time_of(LONG));
    // A time in proportion to the square would be 256 times as long.
    let limit = short.max(Duration::from_micros(20)).saturating_mul(96);
    assert!(long < limit, "{case}: {short:?}, {long:?}");
}
