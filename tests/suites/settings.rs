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
    assert!(matches!(settings.api_key, ApiKey::Environment(..)));
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
        ("modle = \"x\"", "There is no setting \"modle\". Did you mean \"model\"?"),
        ("model = 5", "line 1"),
        ("model = \"x\"\nbase_url = \"localhost\"", "Use an address with http://"),
        ("model = \"x\"\nbase_url = \"localhost\"", "/etc/duo/config.toml"),
        ("model = \"x\"\nbase_url = \"localhost\"", "line 2 (base_url): "),
        ("mouse = 3\n", "line 1"),
        ("api_key = \"sk-1\"", "use api_key_command"),
        ("context = \"maybe\"", "maybe"),
        ("mouse = 3", "line 1 (mouse): Use true or false."),
        ("user = \"a/b\"", "path separator"),
        ("[keys.list]\nopen = [\"Delete\"]", "\"delete\""),
    ] {
        let problem = resolve(&Flags::default(), &[], Some(file)).unwrap_err();
        assert!(problem.contains(output), "{file}: {problem}");
        assert!(!problem.contains("sk-1"), "{problem}");
    }
    let problem = resolve(&Flags::default(), &[("DUOLOGUE_CONTEXT", "x")], None).unwrap_err();
    assert!(problem.contains("DUOLOGUE_CONTEXT"), "{problem}");
    assert!(problem.contains("Use auto, chain or replay"), "{problem}");
}

#[test]
fn a_value_outside_its_range_or_format_is_refused_with_its_line_and_what_it_may_be() {
    for (file, message) in [
        (
            "\nreading_width = 5",
            "line 2 (reading_width): 5 is too small. Use a number from 20 to 400; the default is 100.",
        ),
        ("reading_width = 5000", "5000 is too large. Use a number from 20 to 400"),
        ("list_width = 500", "Use a number from 18 to 60; the default is 32."),
        ("list_width = -1", "line 1 (list_width): Use a number from 18 to 60."),
        ("list_width = \"wide\"", "line 1 (list_width): Use a number from 18 to 60."),
        ("connect_timeout = 0", "Use a number from 1 to 600; the default is 10."),
        ("connect_timeout = -1", "Use a number from 1 to 600."),
        ("first_byte_timeout = 0", "Use a number from 1 to 86400; the default is 300."),
        ("idle_timeout = 100000", "Use a number from 1 to 86400; the default is 300."),
        (
            "log = \"duologue=nonsense\"",
            "Use off, error, warn, info, debug or trace, or PART=LEVEL",
        ),
        ("log = \"debgu\"", "Did you mean \"debug\"?"),
        ("model = \"\"", "line 1 (model): Use the name of a model"),
        ("title_model = \"a\\nb\"", "line 1 (title_model): Use the name of a model"),
        ("fallback_models = [\"a\", \"\"]", "line 1 (fallback_models): Use the name of a model"),
        ("base_url = \"http://[::x\"", "Use an address with http:// or https://"),
        ("web_url = \"localhost:5000\"", "Use an address with http:// or https://"),
        ("chats = \"\"", "Use the path of a folder"),
        ("effort = \"very high\"", "line 1 (effort): There is no effort"),
        (
            "base_url = \"https://API.OpenAI.com:443/v1\"\neffort = \"strange\"",
            "line 2 (effort): There is no effort",
        ),
        ("organization = \"a\\nb\"", "Use letters, digits"),
        ("project = \"a b\"", "Use letters, digits"),
        ("tools = [\"calculater\"]", "Did you mean \"calculator\"?"),
        ("tools = \"calculator\"", "Use a list in square brackets."),
        (
            "[location]\ncity = \"Graz\"\ncountry = \"Austria\"",
            "line 3 (location.country): Use two letters",
        ),
        ("[location]\ntimezone = \"in Vienna\"", "line 2 (location.timezone): Use a name such as"),
        (
            "[prices.m]\ninput = 1\noutput = -2",
            "line 3 (prices.m.output): Use dollars per million tokens, 0 or more.",
        ),
        ("[prices.m]\ninput = \"free\"\noutput = 1", "line 2 (prices.m.input): Use a number."),
        ("[headers]\n\"X Y\" = \"\"", "line 2 (headers.X Y): Use a header's name"),
        (
            "[servers.\"a b\"]\nbase_url = \"http://h\"",
            "line 1 (servers.a b): A server cannot be called",
        ),
        (
            "[servers.a]\nbase_url = \"http://h\"\nmodel = \"\"",
            "line 3 (servers.a.model): Use the name",
        ),
        (
            "[servers.a]\nbase_url = \"http://h\"\napi_key_env = \"$KEY\"",
            "line 3 (servers.a.api_key_env): Use the name of an environment",
        ),
        ("[servers.a]\nmodel = \"m\"", "The setting \"base_url\" is missing."),
        (
            "[keys.list]\nopen = []\n[keys.everywhere]\nqiut = [\"F10\"]",
            "line 4 (keys.everywhere.qiut): There is no action \"qiut\" here. Did you mean \"quit\"?",
        ),
        (
            "[keys.everywher]\nquit = []",
            "line 1 (keys.everywher): There is no setting \"everywher\". Did you mean \"everywhere\"?",
        ),
        ("[keys.list]\nopen = [\"Hyper+X\"]", "line 2 (keys.list.open): \"Hyper+X\" is not a key."),
        ("[keys.list]\nopen = \"F10\"", "line 2 (keys.list.open): Use a list in square brackets."),
        (
            "[keys.list]\nopen = [\"Delete\"]",
            "line 2 (keys.list.open): Delete is also bound to \"delete\"",
        ),
        ("headers = 1979-05-27", "line 1 (headers): Use a table: [headers]."),
        ("[mcp.m]\ncommand = \"x\"\nenv = 1979-05-27", "line 3 (mcp.m.env): Use a table"),
        ("location = []", "line 1 (location): Use a table: [location]."),
        ("keys = []", "line 1 (keys): Use a table: [keys]."),
        ("[mcp]\nm = []", "line 2 (mcp.m): Use a table: [mcp.m]."),
        ("[servers]\na = [\"http://h\"]", "line 2 (servers.a): Use a table: [servers.a]."),
        ("[prices]\nm = [1, 2]", "line 2 (prices.m): Use a table: [prices.m], with input"),
        ("= 5", "line 1: "),
        ("\nmodel = gpt", "line 2: "),
    ] {
        let problem = resolve(&Flags::default(), &[], Some(file)).unwrap_err();
        let start = "/etc/duo/config.toml cannot be used: ";
        assert!(problem.starts_with(start) && problem.contains(message), "{file}: {problem}");
        for jargon in ["u16", "u64", "f64", "struct", "()", "sequence", "mantissa"] {
            assert!(!problem.contains(jargon), "{problem}");
        }
    }
}

#[test]
fn a_very_long_value_is_shortened_in_what_is_said_of_it() {
    let long = "x".repeat(100_000);
    let in_file = |text: String| resolve(&Flags::default(), &[], Some(&text)).unwrap_err();
    for problem in [
        resolve(&Flags::default(), &[("DUOLOGUE_EFFORT", &long)], None).unwrap_err(),
        resolve(&Flags::default().with("server", &long), &[], None).unwrap_err(),
        in_file(format!("effort = \"{long}\"")),
        in_file(format!("tools = [\"{long}\"]")),
        in_file(format!("log = \"{long}\"")),
        in_file(format!("color = \"{long}\"")),
        in_file(format!("{long} = 1")),
        in_file(format!("[keys.list]\n{long} = []")),
        in_file(format!("[keys.list]\nopen = [\"{long}\"]")),
        in_file(format!("[mcp.{long}]\ncommand = \"x\"")),
        in_file(format!("[servers.\"{long} \"]\nbase_url = \"http://h\"")),
    ] {
        assert!(problem.len() < 1500 && problem.contains('x'), "{} bytes", problem.len());
    }
}

#[test]
fn flags_and_variables_are_checked_like_the_file() {
    for (flags, variable, message) in [
        (
            Flags::default().with("model", ""),
            ("", ""),
            "--model cannot be \"\". Use the name of a model",
        ),
        (Flags::default().with("chats", ""), ("", ""), "--chats cannot be \"\". Use the path"),
        (
            Flags::default(),
            ("DUOLOGUE_LOG", "duologue=loud"),
            "DUOLOGUE_LOG cannot be \"duologue=loud\". There is no log level",
        ),
        (
            Flags::default(),
            ("DUOLOGUE_EFFORT", "very high"),
            "DUOLOGUE_EFFORT cannot be \"very high\". There is no effort",
        ),
        (
            Flags::default(),
            ("OPENAI_ORG_ID", "a b"),
            "OPENAI_ORG_ID cannot be \"a b\". Use letters",
        ),
        (
            Flags::default(),
            ("DUOLOGUE_BASE_URL", "host"),
            "DUOLOGUE_BASE_URL cannot be \"host\". Use an address",
        ),
    ] {
        let problem = resolve(&flags, &[variable], Some("log = \"info\"")).unwrap_err();
        assert!(problem.contains(message), "{problem}");
    }
    let flag = Flags::default().with("model", "m");
    assert!(resolve(&flag, &[], Some("model = \"\"")).is_ok(), "a flag replaces a wrong value");
}

#[test]
fn values_of_every_kind_are_accepted_within_their_limits() {
    let file = r#"
reading_width = 20
list_width = 60
connect_timeout = 600
idle_timeout = 1
log = "debug,duologue::api=trace"
effort = "xhigh"
model = "/models/My model.gguf"
title_model = " "
instructions = ""
organization = "org-1_a.b"
[location]
country = "CA"
timezone = "America/Vancouver"
[prices.m]
input = 0
output = 0.5
"#;
    let settings = resolve(&Flags::default(), &[], Some(file)).unwrap().settings;
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
