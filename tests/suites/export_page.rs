//! An exported page in a real browser: hostile text runs nothing.

use std::fs;
use std::process::Command;

use crate::support::home::Home;

/// What would change the page if any of it ran.
const HOSTILE: &str = r#"<script>document.title = "ran"; document.body.innerHTML = "ran"</script>

<img src=x onerror="document.body.innerHTML = 'ran'"> <svg onload="document.title = 'ran'">

[a](javascript:document.title="ran") </style></article><style>body{display:none}</style>

`</code></pre><script>document.title = "ran"</script>` $\text{<img src=x onerror=alert(1)>}$

```html
</code></pre><script>document.title = "ran"</script>
```
"#;

#[test]
#[ignore = "needs Chromium; CI runs it"]
fn a_hostile_page_runs_nothing_in_a_real_browser() {
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let is_installed = |it: &&str| Command::new(it).arg("--version").output().is_ok();
    let browser = browsers.into_iter().find(is_installed).expect("this test needs Chromium");
    let home = Home::new();
    let record = serde_json::json!({ "a": {
        "data": { "id": "a", "created_at": 1, "metadata": {}, "object": "conversation" },
        "chat_name": "Harmless", "last_update": 1, "last_response_id": null,
        "messages": [{ "role": "assistant", "text": HOSTILE, "timestamp": 1, "response_id": null }]
    } });
    fs::write(home.file(), record.to_string()).unwrap();
    let page = home.path().join("page.html");
    let ran = home.run(&["export", "a", "-f", "html", "-o", page.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", home.path().join("browser").display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(dom.contains("<title>Harmless</title>"), "{dom}");
    assert!(dom.contains("&lt;script&gt;document.title"), "{dom}");
    assert!(dom.contains("<math"), "{dom}");
    for bad in ["<script", "<img", "<svg", "<iframe", "href=\"javascript"] {
        assert!(!dom.contains(bad), "{bad}: {dom}");
    }
    assert_eq!(dom.matches("<style>").count(), 1, "{dom}");
}
