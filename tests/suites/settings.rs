//! Flag over environment over file over default, and clear errors.

use std::path::{Path, PathBuf};

use duologue::chat::WebChain;
use duologue::settings::{
    ApiKey, ConfigFile, ContextChoice, Flags, HttpUrl, Paths, ResolvedSettings, SettingSource,
    Settings,
};

fn resolve(
    flags: &Flags,
    env: &[(&str, &str)],
    file: Option<&str>,
) -> Result<ResolvedSettings, String> {
    let look = |name: &str| {
        env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let file = ConfigFile { path: "/etc/duo/config.toml".into(), text: file.map(str::to_owned) };
    let paths = Paths::below(Path::new("/home/ann/duologue"));
    Settings::resolve(flags, &look, file, &paths).map_err(|error| error.to_string())
}

#[test]
fn a_new_installation_asks_o4_mini_and_keeps_chats_in_the_data_folder() {
    let settings = resolve(&Flags::default(), &[("USER", "ann")], None).unwrap().settings;
    assert_eq!(settings.model, "o4-mini");
    assert_eq!(&*settings.base_url, "https://api.openai.com/v1");
    assert_eq!(settings.user.as_str(), "ann");
    assert_eq!(settings.chats, PathBuf::from("/home/ann/duologue/data/chats"));
    assert_eq!(settings.api_key, ApiKey::None);
    assert!(settings.instructions.contains("Markdown"));
    assert_eq!(settings.web_chain(), WebChain::Possible);
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let file = Some("model = \"from-file\"");
    let env = [("DUOLOGUE_MODEL", "from-env")];
    let flags = Flags::default().with("model", "from-flag");
    let of = |resolved: ResolvedSettings| (resolved.settings.model, resolved.sources["model"]);
    assert_eq!(
        of(resolve(&flags, &env, file).unwrap()),
        ("from-flag".into(), SettingSource::Flag("--model"))
    );
    let resolved = of(resolve(&Flags::default(), &env, file).unwrap());
    assert_eq!(resolved, ("from-env".into(), SettingSource::Environment("DUOLOGUE_MODEL")));
    assert_eq!(
        of(resolve(&Flags::default(), &[], file).unwrap()),
        ("from-file".into(), SettingSource::File)
    );
    assert_eq!(
        of(resolve(&Flags::default(), &[], None).unwrap()),
        ("o4-mini".into(), SettingSource::Default)
    );
}

#[test]
fn openai_variables_work_and_empty_ones_are_ignored() {
    let env = [
        ("OPENAI_API_KEY", "sk-1"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:1234/v1/"),
        ("OPENAI_ORG_ID", "org"),
        ("OPENAI_PROJECT_ID", ""),
    ];
    let settings = resolve(&Flags::default(), &env, None).unwrap().settings;
    assert!(matches!(settings.api_key, ApiKey::Environment(_)));
    assert_eq!(&*settings.base_url, "http://127.0.0.1:1234/v1");
    assert_eq!(settings.organization.as_deref(), Some("org"));
    assert_eq!(settings.project, None);
    assert_eq!(settings.web_chain(), WebChain::Impossible);
}

#[test]
fn paths_in_the_file_are_beside_the_file_or_in_the_home_folder() {
    let env = [("HOME", "/home/ann")];
    let chats = |text: &str| resolve(&Flags::default(), &env, Some(text)).unwrap().settings.chats;
    assert_eq!(chats("chats = \"chats\""), PathBuf::from("/etc/duo/chats"));
    assert_eq!(
        chats("chats = \"~/web/static/chats\""),
        PathBuf::from("/home/ann/web/static/chats")
    );
    assert_eq!(chats("chats = \"/srv/chats\""), PathBuf::from("/srv/chats"));
}

#[test]
fn errors_name_their_source() {
    for (file, output) in [
        ("modle = \"x\"", "there is no setting \"modle\". Did you mean \"model\"?"),
        ("model = 5", "line 1"),
        ("model = \"x\"\nbase_url = \"localhost\"", "write it with http://"),
        ("model = \"x\"\nbase_url = \"localhost\"", "/etc/duo/config.toml"),
        ("model = \"x\"\nbase_url = \"localhost\"", "line 2 (base_url): "),
        ("mouse = 3\n", "line 1"),
        ("api_key = \"sk-1\"", "use api_key_command"),
        ("context = \"maybe\"", "maybe"),
        ("user = \"a/b\"", "path separator"),
        ("[keys.list]\nopen = [\"Delete\"]", "\"delete\""),
    ] {
        let problem = resolve(&Flags::default(), &[], Some(file)).unwrap_err();
        assert!(problem.contains(output), "{file}: {problem}");
        assert!(!problem.contains("sk-1"), "{problem}");
    }
    let problem = resolve(&Flags::default(), &[("DUOLOGUE_CONTEXT", "x")], None).unwrap_err();
    assert!(problem.contains("DUOLOGUE_CONTEXT"), "{problem}");
    assert!(problem.contains("use auto, chain or replay"), "{problem}");
}

#[test]
fn numbers_are_clamped_and_empty_texts_are_ignored() {
    let file = "reading_width = 5\nlist_width = 500\ntitle_model = \" \"\ninstructions = \"\"";
    let resolved = resolve(&Flags::default(), &[], Some(file)).unwrap();
    let settings = &resolved.settings;
    assert_eq!((settings.reading_width, settings.list_width), (20, 60));
    assert_eq!(settings.title_model, None);
    // An empty text turns the instructions off.
    assert_eq!(settings.instructions, "");
}

#[test]
fn the_demo_uses_only_keys_and_display_settings_of_the_user() {
    let file = "model = \"mine\"\nreading_width = 70\n[keys.everywhere]\nquit = [\"F10\"]";
    let env = [("OPENAI_API_KEY", "sk-1"), ("DUOLOGUE_CONTEXT", "replay")];
    let settings = resolve(&Flags::default(), &env, Some(file)).unwrap().settings;
    let user = duologue::settings::UserName::new("demo").unwrap();
    let server = HttpUrl::try_from("http://127.0.0.1:1/v1".to_owned()).unwrap();
    let demo = settings.clone().for_demo(server, Path::new("/tmp/x"), user);
    assert_eq!(demo.api_key, ApiKey::None);
    assert_eq!((demo.model.as_str(), demo.context), ("o4-mini", ContextChoice::Auto));
    assert!(demo.chats.starts_with("/tmp/x") && demo.paths.state.starts_with("/tmp/x"));
    assert_eq!((demo.reading_width, &demo.keys), (70, &settings.keys));
    assert!(demo.demo);
}
