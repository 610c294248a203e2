//! The servers to choose from: OpenAI, Azure, those found on this machine, or another address.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::chat::DEFAULT_SERVER;
use crate::cli::common_args::CommonArgs;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::settings::{HttpUrl, ResolvedSettings, SettingSource, Settings};

use super::args::SetupArgs;
use super::questions::{Choice, Questions};

/// How long a port of this machine may take to answer.
const PROBE_TIMEOUT: Duration = Duration::from_millis(300);

/// A server program with the port it listens on unless told otherwise (their documentation, 2026-11).
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalServer {
    /// What `--server` calls it.
    flag: &'static str,
    name: &'static str,
    port: u16,
}

const LOCAL_SERVERS: &[LocalServer] = &[
    LocalServer { flag: "ollama", name: "Ollama", port: 11434 },
    LocalServer { flag: "lm-studio", name: "LM Studio", port: 1234 },
    LocalServer { flag: "llama.cpp", name: "llama.cpp", port: 8080 },
    LocalServer { flag: "vllm", name: "vLLM", port: 8000 },
];

const ADDRESS_QUESTION: &str = "Base URL of the server, such as http://127.0.0.1:8080/v1";

/// The server that the setup will write into config.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChosenServer {
    pub(super) base_url: String,
    pub(super) kind: ServerKind,
}

/// What is known of a server before it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ServerKind {
    /// Its models are called by the names of their deployments.
    Azure,
    /// It is on this machine.
    Local,
    Other,
}

impl ChosenServer {
    pub(super) fn at(base_url: &str) -> Self {
        let kind = match HttpUrl::try_from(base_url.to_owned()) {
            Ok(url) if url.is_azure() => ServerKind::Azure,
            Ok(url) if url.is_on_this_machine() => ServerKind::Local,
            _ => ServerKind::Other,
        };
        Self { base_url: base_url.to_owned(), kind }
    }

    /// Makes the settings ask this server from now on.
    pub(super) fn apply_to(&self, settings: &mut Settings) -> Result<(), CliError> {
        settings.base_url = HttpUrl::try_from(self.base_url.clone()).map_err(CliError::usage)?;
        settings.web_base_url = settings.base_url.clone();
        Ok(())
    }

    /// The same server with `/v1` at the end, where its address has no path.
    pub(super) fn with_version(&self) -> Option<Self> {
        let (_, rest) = self.base_url.split_once("://")?;
        (!rest.contains('/')).then(|| Self::at(&format!("{}/v1", self.base_url)))
    }

    /// What `[servers.NAME]` may call it: a name that needs no quotes.
    pub(super) fn table_name(&self) -> String {
        let url = HttpUrl::try_from(self.base_url.clone());
        let host = url.map(|url| url.host()).unwrap_or_default();
        let known = LOCAL_SERVERS.iter().find(|server| server.chosen().base_url == self.base_url);
        let name = match known {
            Some(server) => server.flag.to_owned(),
            None if self.kind == ServerKind::Local => {
                host.replace(['[', ']'], "").replace("127.0.0.1", "local")
            }
            None => {
                let host = host.trim_start_matches("api.").trim_start_matches("www.");
                host.split(['.', ':']).next().unwrap_or_default().to_owned()
            }
        };
        let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
        let name: String = letters.collect();
        let name = name.trim_matches('-');
        if name.is_empty() || name == DEFAULT_SERVER { "other".to_owned() } else { name.to_owned() }
    }
}

impl LocalServer {
    fn chosen(self) -> ChosenServer {
        ChosenServer::at(&format!("http://127.0.0.1:{}/v1", self.port))
    }

    fn is_listening(self) -> bool {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        TcpStream::connect_timeout(&address, PROBE_TIMEOUT).is_ok()
    }
}

/// The server of the flags, or the one chosen from a list.
pub(super) fn choose(
    args: &SetupArgs,
    common: &CommonArgs,
    resolved: &ResolvedSettings,
    questions: &mut Questions,
) -> Result<ChosenServer, CliError> {
    let flag = args.server.clone().or_else(|| common.settings.text("base_url"));
    if let Some(wanted) = flag {
        return by_name(&wanted, args, resolved, questions);
    }
    let local: Vec<LocalServer> =
        LOCAL_SERVERS.iter().copied().filter(|server| server.is_listening()).collect();
    let mut choices = vec!["OpenAI (needs an API key)".to_owned()];
    let found = |server: &LocalServer| {
        format!("{}, found on this machine at port {}", server.name, server.port)
    };
    choices.extend(local.iter().map(found));
    choices.push("Azure OpenAI (needs an API key and a deployment)".to_owned());
    choices.push("A server at another address".to_owned());
    let set = resolved.sources.get("base_url").copied().unwrap_or(SettingSource::Default);
    let known = resolved.settings.base_url.to_string();
    if set != SettingSource::Default {
        choices.insert(0, format!("{known} (from {set})"));
    }
    let offset = choices.len().saturating_sub(local.len().saturating_add(3));
    match choose_listed(&choices, resolved, questions)? {
        Choice::Index(0) if offset == 1 => Ok(ChosenServer::at(&known)),
        Choice::Index(index) if index == offset => by_name("openai", args, resolved, questions),
        Choice::Index(index) => match local.get(index.saturating_sub(offset.saturating_add(1))) {
            Some(server) => Ok(server.chosen()),
            None if index.saturating_add(2) == choices.len() => {
                by_name("azure", args, resolved, questions)
            }
            None => ask_address(questions),
        },
        Choice::Text(typed) => by_name(&typed, args, resolved, questions),
    }
}

/// One of the servers in the list, or the name or address of another; anything else is asked for again.
fn choose_listed(
    choices: &[String],
    resolved: &ResolvedSettings,
    questions: &mut Questions,
) -> Result<Choice, CliError> {
    loop {
        let choice = questions.choose("Which server answers your questions?", choices)?;
        match &choice {
            Choice::Text(typed) if !is_server(typed) => {
                output::print_message(&unknown_server(typed, resolved));
            }
            Choice::Text(_) | Choice::Index(_) => return Ok(choice),
        }
    }
}

/// The base URL of a server, asked for until it is one.
fn ask_address(questions: &mut Questions) -> Result<ChosenServer, CliError> {
    loop {
        let typed = questions.ask(ADDRESS_QUESTION, "")?;
        match address(&typed) {
            Some(url) => return Ok(ChosenServer::at(&url)),
            None if !questions.is_interactive() => {
                return Err(CliError::usage("Name the server: --server URL."));
            }
            None => output::print_message(&format!(
                "\"{typed}\" is not a base URL. Type one, or press Ctrl+C to stop."
            )),
        }
    }
}

/// Another base URL, where nothing answers at this one; `None` where the user keeps it.
pub(super) fn ask_other_address(
    current: &str,
    questions: &mut Questions,
) -> Result<Option<ChosenServer>, CliError> {
    let question = format!("Another base URL, or Enter to keep {current}");
    loop {
        let typed = questions.ask(&question, "")?;
        if typed.is_empty() {
            return Ok(None);
        }
        match address(&typed) {
            Some(url) => return Ok(Some(ChosenServer::at(&url))),
            None => output::print_message(&format!("\"{typed}\" is not a base URL.")),
        }
    }
}

/// A base URL; HOST:PORT without a scheme is at plain HTTP, as servers of the local network are.
fn address(typed: &str) -> Option<HttpUrl> {
    let has_port = || {
        let host = typed.split('/').next().unwrap_or_default();
        host.rsplit_once(':').is_some_and(|(name, port)| {
            !name.is_empty() && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let text = if !typed.contains("://") && has_port() {
        format!("http://{typed}")
    } else {
        typed.to_owned()
    };
    HttpUrl::try_from(text).ok()
}

fn is_server(typed: &str) -> bool {
    let name = typed.to_lowercase();
    [DEFAULT_SERVER, "openai", "azure"].contains(&name.as_str())
        || LOCAL_SERVERS.iter().any(|server| server.flag == name)
        || address(typed).is_some()
}

/// Why a name is not that of a server to set up. One that has a table in config.toml is set up already.
fn unknown_server(wanted: &str, resolved: &ResolvedSettings) -> String {
    if resolved.settings.with_server(wanted).is_ok() {
        return format!(
            "The server \"{wanted}\" is set up already, as [servers.{wanted}] in {}. Change it there. To use \
             it, run `duologue --server {wanted}`.",
            resolved.file.display()
        );
    }
    format!(
        "There is no server \"{wanted}\". Use default, openai, azure, ollama, lm-studio, llama.cpp, vllm or \
         an address such as http://127.0.0.1:4000/v1."
    )
}

/// A server by its name or address.
fn by_name(
    wanted: &str,
    args: &SetupArgs,
    resolved: &ResolvedSettings,
    questions: &mut Questions,
) -> Result<ChosenServer, CliError> {
    let name = wanted.to_lowercase();
    if let Some(server) = LOCAL_SERVERS.iter().find(|server| server.flag == name) {
        return Ok(server.chosen());
    }
    match name.as_str() {
        "openai" => Ok(ChosenServer::at(&HttpUrl::openai())),
        DEFAULT_SERVER => {
            let settings =
                resolved.settings.with_server(DEFAULT_SERVER).map_err(CliError::usage)?;
            Ok(ChosenServer::at(&settings.base_url))
        }
        "azure" => {
            let resource = match &args.azure_resource {
                Some(resource) => resource.clone(),
                None => questions.ask_until_given("Name of the Azure resource")?,
            };
            azure(&resource)
        }
        _ => address(wanted)
            .map(|url| ChosenServer::at(&url))
            .ok_or_else(|| CliError::usage(unknown_server(wanted, resolved))),
    }
}

/// The address of an Azure resource, whose name or address is given.
fn azure(resource: &str) -> Result<ChosenServer, CliError> {
    let name = resource.trim().trim_start_matches("https://");
    let name = name.split(['.', '/']).next().unwrap_or_default();
    if name.is_empty() {
        return Err(CliError::usage("Name the Azure resource: --azure-resource NAME."));
    }
    Ok(ChosenServer::at(&format!("https://{name}.openai.azure.com/openai/v1")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_azure_resource_is_taken_by_name_or_by_its_address() {
        let wanted = "https://mine.openai.azure.com/openai/v1";
        for text in ["mine", "mine.openai.azure.com", "https://mine.openai.azure.com/"] {
            let server = azure(text).unwrap();
            assert_eq!((server.base_url.as_str(), server.kind), (wanted, ServerKind::Azure));
        }
        assert!(azure(" ").is_err());
    }

    #[test]
    fn a_host_with_a_port_is_an_address_at_plain_http() {
        let at = |typed| address(typed).map(|url| url.to_string());
        assert_eq!(at("127.0.0.1:8089").as_deref(), Some("http://127.0.0.1:8089"));
        assert_eq!(at("box.local:8080/v1").as_deref(), Some("http://box.local:8080/v1"));
        assert_eq!(at("https://h/v1").as_deref(), Some("https://h/v1"));
        for typed in ["", "http://", "llama", "ollama:latest", ":8080"] {
            assert_eq!(at(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_table_of_a_server_has_a_name_without_quotes() {
        for (url, name) in [
            ("http://127.0.0.1:11434/v1", "ollama"),
            ("http://127.0.0.1:8080/v1", "llama-cpp"),
            ("http://127.0.0.1:4000/v1", "local-4000"),
            ("https://api.openai.com/v1", "openai"),
            ("https://openrouter.ai/api/v1", "openrouter"),
            ("http://[::1]:9/v1", "1-9"),
            ("https://default/v1", "other"),
        ] {
            assert_eq!(ChosenServer::at(url).table_name(), name, "{url}");
        }
        let version = |url| ChosenServer::at(url).with_version().map(|server| server.base_url);
        assert_eq!(version("http://h:1").as_deref(), Some("http://h:1/v1"));
        assert_eq!(version("http://h:1/api"), None);
    }

    #[test]
    fn a_server_of_this_machine_is_known_by_its_address() {
        for url in ["http://localhost:1234/v1", "http://127.0.0.1:8080/v1", "http://[::1]:1/v1"] {
            assert_eq!(ChosenServer::at(url).kind, ServerKind::Local, "{url}");
        }
        assert_eq!(ChosenServer::at("https://openrouter.ai/api/v1").kind, ServerKind::Other);
    }
}
