//! What the system says of running processes.

use std::process::Command;

/// The number of the program that a shell has started, be it through another shell.
pub fn program_below(shell: u32) -> u32 {
    let listed = Command::new("ps").args(["-axo", "pid=,ppid=,args="]).output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let rows: Vec<(u32, u32, &str)> = listed
        .lines()
        .filter_map(|line| {
            let (process, rest) = line.trim().split_once(char::is_whitespace)?;
            let (parent, command) = rest.trim().split_once(char::is_whitespace)?;
            Some((process.parse().ok()?, parent.parse().ok()?, command.trim()))
        })
        .collect();
    let below = |parent: u32| rows.iter().filter(move |(_, of, _)| *of == parent);
    let mut parents = vec![shell];
    while let Some(parent) = parents.pop() {
        for (process, _, command) in below(parent) {
            if command.starts_with(env!("CARGO_BIN_EXE_duologue")) {
                return *process;
            }
            parents.push(*process);
        }
    }
    panic!("the program does not run\n{listed}");
}
