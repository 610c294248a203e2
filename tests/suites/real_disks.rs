//! Really full disks and really read-only folders, not simulated ones. Needs a Linux that lets ordinary
//! users mount a file system of their own; on others `disk_full` and `disk_limits` test the same.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};
use crate::support::unprivileged_user::UnprivilegedUser;

/// A file system of so many kilobytes in the place of a folder, with what was in the folder in it
/// and all but some of the rest taken; afterwards what is in it goes back to the folder. It is seen
/// by this one process, and gone with it.
const IN_SMALL: &str = r#"
folder=$1 size=$2 left=$3; shift 3
mkdir "$folder.small" && mount -t tmpfs -o "size=${size}k,mode=700" tmpfs "$folder.small" || exit 77
cp -a "$folder/." "$folder.small" && mount --move "$folder.small" "$folder" || exit 77
free=$(($(df -k --output=avail "$folder" | tail -n 1) - left))
if [ "$free" -gt 0 ]; then head -c "${free}k" /dev/zero > "$folder/filler"; fi
"$@"; code=$?
rm -f "$folder/filler"
mkdir "$folder.after" && cp -a "$folder/." "$folder.after"
exit $code
"#;

/// Runs the program where a folder of its home lies on a full disk with so many kilobytes left; and
/// puts what it left there into that folder.
fn run_with_room(home: &Home, folder: &Path, left: usize, words: &[&str]) -> RunOutput {
    let folder_name = folder.display().to_string();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", IN_SMALL, "sh"]);
    command.args([&folder_name, "512", &left.to_string(), env!("CARGO_BIN_EXE_duologue")]);
    command.args(words).env_clear().envs(home.environment()).stdin(Stdio::null());
    let output = command.output().expect("this test needs `unshare` of util-linux");
    let after = folder.with_extension("after");
    assert!(
        after.exists(),
        "No disk can be mounted: allow user namespaces, on Ubuntu with \
         `sysctl kernel.apparmor_restrict_unprivileged_userns=0`. {output:?}"
    );
    fs::remove_dir(folder.with_extension("small")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    fs::rename(after, folder).unwrap();
    RunOutput::from(output)
}

/// A file of about forty kilobytes, ten blocks of most disks.
fn with_chats() -> Home {
    let home = Home::new();
    let chat = |id: &str| {
        json!({
            "data": { "id": id, "created_at": 1, "metadata": {}, "object": "conversation" },
            "chat_name": format!("Chat {id}"), "last_update": 1, "last_response_id": null,
            "messages": [{ "role": "user", "text": "q".repeat(20_000), "timestamp": 1,
                "response_id": null, "reasoning_data": null, "agent_preset_id": null,
                "model": null, "reasoning_level": null }],
        })
    };
    let file = json!({ "a": chat("a"), "b": chat("b") });
    fs::write(home.file(), serde_json::to_string_pretty(&file).unwrap()).unwrap();
    home
}

fn file(home: &Home) -> Value {
    serde_json::from_str(&home.text()).unwrap()
}

#[test]
fn a_chats_folder_on_a_full_disk_keeps_the_old_file_whole() {
    let (mut refused, mut done) = (0, 0);
    for left in [0, 4, 8, 20, 36, 40, 44, 60, 100] {
        let home = with_chats();
        let before = home.text();
        let ran = run_with_room(&home, &home.chats(), left, &["rename", "a", "Better"]);
        if ran.code == 0 {
            done += 1;
            assert_eq!(file(&home)["a"]["chat_name"], "Better");
        } else {
            refused += 1;
            assert_eq!(ran.code, 1, "{left}: {}", ran.stderr);
            assert!(ran.stderr.contains("could not be"), "{left}: {}", ran.stderr);
            assert_eq!(home.text(), before, "{left}");
        }
        let beside: Vec<_> = fs::read_dir(home.chats()).unwrap().map(|it| it.unwrap()).collect();
        assert_eq!(beside.len(), 1, "{left}: {beside:?}");
    }
    assert!(refused > 3 && done > 1, "{refused} refused, {done} done");
}

#[test]
fn an_answer_is_stored_once_the_full_disk_has_space() {
    let server = demo_server();
    let (mut refused, mut kept) = (0, 0);
    for left in [0, 8, 40, 44, 48, 52, 200] {
        let home = with_chats().with_server(server.base_url());
        let before = file(&home);
        let words = ["ask", "-r", "a", "Is there room?"];
        let asked = server.answer_requests().len();
        let ran = run_with_room(&home, &home.chats(), left, &words);
        assert_eq!(home.run(&["list"]).code, 0);
        let messages = file(&home)["a"]["messages"].as_array().unwrap().clone();
        if server.answer_requests().len() == asked {
            refused += 1;
            assert_ne!(ran.code, 0, "{left}");
            assert_eq!(file(&home), before, "{left}: {}", ran.stderr);
        } else {
            kept += 1;
            assert_eq!(messages.len(), 3, "{left}: {}", ran.stderr);
            assert_eq!(messages[1]["text"], "Is there room?");
        }
    }
    assert!(refused > 1 && kept > 0, "{refused} refused, {kept} kept");
}

#[test]
fn a_full_state_disk_fails_before_anything_changes() {
    let home = with_chats();
    assert_eq!(home.run(&["list"]).code, 0);
    let before = home.text();
    for words in [&["rename", "a", "Better"][..], &["delete", "--yes", "a"]] {
        let ran = run_with_room(&home, &home.path().join("state"), 0, words);
        assert_eq!(ran.code, 1, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("could not be"), "{words:?}: {}", ran.stderr);
        assert_eq!(home.text(), before, "{words:?}");
        // With space again, nothing else happens.
        assert_eq!(home.run(&["list"]).code, 0);
        assert_eq!(home.text(), before, "{words:?}");
        assert_eq!(home.run(words).code, 0);
        fs::write(home.file(), &before).unwrap();
        fs::remove_dir_all(home.path().join("state")).unwrap();
        assert_eq!(home.run(&["list"]).code, 0);
    }
}

/// Asserts the error for a file or folder with these permissions, and that nothing changed.
fn assert_refused(locked: impl Fn(&Home) -> std::path::PathBuf, mode: u32, words: &[&str]) {
    let home = with_chats();
    let user = UnprivilegedUser::of(&home);
    assert_eq!(user.run(&["list"]).code, 0);
    let before = home.text();
    let locked = locked(&home);
    let was = fs::metadata(&locked).unwrap().permissions();
    fs::set_permissions(&locked, fs::Permissions::from_mode(mode)).unwrap();
    let ran = user.run(words);
    fs::set_permissions(&locked, was).unwrap();
    assert_eq!(ran.code, 1, "{words:?}: {}", ran.stderr);
    assert!(ran.stderr.contains("Check the permissions"), "{words:?}: {}", ran.stderr);
    assert_eq!(home.text(), before, "{words:?}");
    // Allowed again, nothing else comes of it.
    assert_eq!(user.run(&["list"]).code, 0);
    assert_eq!(home.text(), before, "{words:?}");
}

#[test]
fn an_unreadable_file_is_a_clear_error() {
    for words in [&["list"][..], &["rename", "a", "Better"], &["ask", "-r", "a", "Hello?"]] {
        assert_refused(Home::file, 0o000, words);
    }
}

#[test]
fn a_read_only_chats_folder_is_a_clear_error() {
    for words in [&["rename", "a", "Better"][..], &["delete", "--yes", "a"]] {
        assert_refused(Home::chats, 0o500, words);
    }
}

#[test]
fn a_read_only_state_folder_is_a_clear_error() {
    let state = |home: &Home| {
        let files = home.path().join("state/duologue/files");
        let only = fs::read_dir(files).unwrap().next().unwrap().unwrap().path();
        only.join("journal")
    };
    assert_refused(state, 0o500, &["rename", "a", "Better"]);
}
