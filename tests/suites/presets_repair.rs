//! Presets files that are damaged or odd: `doctor --fix` repairs every one of them, and changes lose
//! nothing of what they find.

use std::fs;
use std::path::PathBuf;

use crate::support::home::Home;
use crate::support::web_files::text;

/// A home whose web app has a presets file with these bytes.
fn home_with(bytes: impl AsRef<[u8]>) -> (Home, PathBuf) {
    let home = Home::new();
    let file = home.path().join("agents/ann.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, bytes).unwrap();
    (home, file)
}

#[test]
fn a_misspelt_tool_or_effort_is_refused_and_the_known_one_named() {
    let plain = Home::new();
    let (web, file) = home_with(text("presets/one.json"));
    for home in [&plain, &web] {
        for (option, value, meant) in [
            ("--tools", "calculater", "calculator"),
            ("--tools", "calculator,websearch", "web_search"),
            ("--effort", "hihg", "high"),
        ] {
            let create = ["presets", "create", "T", "--instructions", "X", option, value];
            let ran = home.run(&create);
            assert_eq!(ran.code, 2, "{value}: {}", ran.stderr);
            let hint = format!("Did you mean \"{meant}\"?");
            assert!(ran.stderr.replace('\n', " ").contains(&hint), "{}", ran.stderr);
            assert!(!home.run(&["presets"]).stdout.contains("T ("));
        }
    }
    let ran = web.run(&["presets", "edit", "Poet", "--tools", "calculater"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), text("presets/one.json"));
    assert!(!plain.path().join("config/duologue/presets.json").exists());
    // The app itself accepts any name of a tool.
    let theirs = text("presets/one.json").replace("\"web_search\"", "\"abacus\"");
    fs::write(&file, theirs).unwrap();
    assert!(web.run(&["presets"]).stdout.contains("abacus"));
    for words in [&["--effort", "high"][..], &["--tools", "abacus"]] {
        let ran = web.run(&[&["presets", "edit", "Poet"], words].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(fs::read_to_string(&file).unwrap().contains("abacus"));
    }
}
