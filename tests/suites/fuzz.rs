//! Runs the seed corpus of the fuzz targets and some thousand mutations of it, the same in every run.
//! The targets are in `tests/fuzz`.

use std::fs;
use std::path::Path;

#[path = "../fuzz/checks.rs"]
mod checks;

/// Mutations of each seed.
const MUTATIONS: u64 = 300;

/// A small generator of the same numbers each time (xorshift).
struct FuzzRng(u64);

impl FuzzRng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Bytes flipped, lines moved, doubled, dropped or taken from another seed, or the end cut off.
fn mutate(seed: &[u8], other: &[u8], chance: &mut FuzzRng) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = seed.split(|it| *it == b'\n').map(<[u8]>::to_vec).collect();
    let foreign: Vec<&[u8]> = other.split(|it| *it == b'\n').collect();
    for _ in 0..=chance.below(4) {
        let (from, to) = (chance.below(lines.len()), chance.below(lines.len()));
        match chance.below(6) {
            0 => lines.swap(from, to),
            1 => lines.insert(to, lines[from].clone()),
            2 if lines.len() > 1 => drop(lines.remove(from)),
            3 => lines.insert(to, foreign[chance.below(foreign.len())].to_vec()),
            4 => {
                let cut = chance.below(lines[from].len());
                lines[from].truncate(cut);
            }
            _ => {
                let at = chance.below(lines[from].len());
                if let Some(byte) = lines[from].get_mut(at) {
                    *byte = b"0123456789{}[]\",:nulltrue \\\xff"[chance.below(28)];
                }
            }
        }
    }
    lines.join(&b'\n')
}

fn run(target: &str, check: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(seeds.len() >= 4, "the corpus of {target} is missing");
    let mut chance = FuzzRng(0x5eed);
    for seed in &seeds {
        check(seed);
        for _ in 0..MUTATIONS {
            let other = &seeds[chance.below(seeds.len())];
            let mutated = mutate(seed, other, &mut chance);
            let text = String::from_utf8_lossy(&mutated).into_owned();
            let held = std::panic::catch_unwind(|| check(&mutated));
            assert!(held.is_ok(), "breaks on:\n{text}");
        }
    }
}

#[test]
fn any_stream_is_read_without_losing_doubling_or_breaking() {
    run("stream", checks::check_stream);
}

#[test]
fn any_events_are_read_without_losing_doubling_or_breaking() {
    run("event", checks::check_json);
}
