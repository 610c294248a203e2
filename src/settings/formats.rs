//! Checks the values of settings whose type allows too much; `table` names the check of each setting.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;

use reqwest::header::{HeaderName, HeaderValue};

use crate::chat::preset::EFFORT_NAMES;
use crate::chat::shorten::shorten;

use super::choices::Location;
use super::http_url::OPENAI_HOST;
use super::invalid_value::InvalidValue;
use super::mcp::{McpServers, OWN_TOOLS};
use super::prices::Prices;
use super::secret_values::SecretValues;
use super::servers::Servers;
use super::setting::join_words;
use super::suggest::suggestion;

type Check = Result<(), InvalidValue>;

/// The most characters of a name.
const MAX_NAME_CHARS: usize = 200;

/// The most bytes of an effort that a server may have of its own.
const MAX_EFFORT_BYTES: usize = 32;

/// What [`is_word`] accepts.
const WORD_ADVICE: &str = "Use letters, digits, \"-\", \"_\" and \".\" only.";

/// The levels of the log, from nothing to everything.
const LOG_LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

/// A number in a range.
pub(super) fn within<T: PartialOrd + Display>(
    value: &T,
    range: &RangeInclusive<T>,
    default: &T,
) -> Check {
    if range.contains(value) {
        return Ok(());
    }
    let (start, end) = (range.start(), range.end());
    Err(InvalidValue::of(format!(
        "{value} is too {}. Use a number from {start} to {end}; the default is {default}.",
        if value < start { "small" } else { "large" }
    )))
}

/// The name of a model, which may be a path with spaces at a server of one's own.
pub(super) fn model(name: &str) -> Check {
    require(is_line(name), "Use the name of a model, as `duologue models` lists them.")
}

/// The name of a model, where there is one.
#[expect(clippy::ref_option, reason = "the type of the setting")]
pub(super) fn optional_model(name: &Option<String>) -> Check {
    name.as_deref().map_or(Ok(()), model)
}

/// The names of models, each as [`model`] checks it.
pub(super) fn models(names: &[String]) -> Check {
    names.iter().try_for_each(|name| model(name))
}

/// A path that names something.
pub(super) fn path(path: &Path) -> Check {
    require(!path.as_os_str().is_empty(), "Use the path of a folder.")
}

/// A word that is sent to the server, such as an id.
#[expect(clippy::ref_option, reason = "the type of the setting")]
pub(super) fn word(word: &Option<String>) -> Check {
    require(word.as_deref().is_none_or(is_word), WORD_ADVICE)
}

/// The reasoning effort, where one is set, for the server at a host.
#[expect(clippy::ref_option, reason = "the type of the setting")]
pub(super) fn effort(effort: &Option<String>, host: &str) -> Check {
    effort.as_deref().map_or(Ok(()), |name| check_effort(name, host).map_err(InvalidValue::of))
}

/// The name of a reasoning effort, from wherever it comes, for the server at a host. Other servers than
/// `OpenAI` have efforts of their own.
///
/// # Errors
/// For one that `OpenAI` does not know, with those it does; elsewhere for what is no short word.
pub(crate) fn check_effort(name: &str, host: &str) -> Result<(), String> {
    let name = name.trim();
    let is_openai = host == OPENAI_HOST;
    let is_short = is_word(name) && name.len() <= MAX_EFFORT_BYTES;
    if EFFORT_NAMES.contains(&name) || !is_openai && is_short {
        return Ok(());
    }
    if !is_openai {
        return Err(format!(
            "\"{}\" is not an effort. Use one word, such as low or high.",
            shorten(name)
        ));
    }
    let names = join_words(&EFFORT_NAMES);
    let hint = suggestion(name, EFFORT_NAMES);
    Err(format!("There is no effort \"{}\".{hint} Use {names}.", shorten(name)))
}

/// Says which effort the next questions are asked with. A server may accept one of its own, so an
/// unusual one is used; the usual ones stand beside it, because it may be a slip.
pub(crate) fn effort_sentence(effort: Option<&str>) -> String {
    match effort {
        None => "Reasoning effort: the model's default.".to_owned(),
        Some(name) if EFFORT_NAMES.contains(&name) => format!("Reasoning effort: {name}."),
        Some(name) => {
            let usual = join_words(&EFFORT_NAMES);
            format!("Reasoning effort: {name}. Most servers know only {usual}.")
        }
    }
}

/// The names of tools; each must exist.
pub(super) fn tools(names: &[String], servers: &McpServers) -> Check {
    names.iter().try_for_each(|name| tool(name, servers).map_err(InvalidValue::of))
}

/// The name of a tool: one of this program, an MCP server or one of its tools.
pub(super) fn tool(name: &str, servers: &McpServers) -> Result<(), String> {
    if OWN_TOOLS.contains(&name) || servers.has_tool(name) {
        return Ok(());
    }
    let names: Vec<&str> =
        OWN_TOOLS.iter().copied().chain(servers.iter().map(|(server, _)| server)).collect();
    let hint = suggestion(name, names.iter().copied());
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    let others = others.join(", ");
    Err(format!("There is no tool \"{}\": there are {others} and {last}.{hint}", shorten(name)))
}

/// Checks the names, addresses and headers of the servers in `[mcp]`.
pub(super) fn mcp_servers(servers: &McpServers) -> Check {
    for (name, server) in servers.iter() {
        let fault =
            McpServers::check_name(name).err().or_else(|| server.fault().map(str::to_owned));
        if let Some(reason) = fault {
            return Err(InvalidValue::of(reason).below(name));
        }
        headers(&server.headers).map_err(|error| error.below("headers").below(name))?;
    }
    Ok(())
}

/// What is logged: a level, or levels of parts of the program.
pub(super) fn log(filter: &str) -> Check {
    for part in filter.split(',') {
        let (target, level) = part.split_once('=').map_or((None, part), |(t, l)| (Some(t), l));
        let is_target = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
        let is_known = LOG_LEVELS.contains(&level.trim().to_ascii_lowercase().as_str());
        if !is_known || target.is_some_and(|it| it.is_empty() || !it.trim().chars().all(is_target))
        {
            let hint = suggestion(level.trim(), LOG_LEVELS.iter().copied());
            return Err(InvalidValue::of(format!(
                "There is no log level \"{}\". Use off, error, warn, info, debug or trace, or PART=LEVEL \
                 as in duologue=debug.{hint}",
                shorten(part.trim())
            )));
        }
    }
    Ok(())
}

/// Where web searches are made from.
pub(super) fn location(location: &Location) -> Check {
    let Location { country, city, region, timezone } = location;
    let is_country =
        |it: &String| it.len() == 2 && it.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_zone = |it: &String| {
        is_line(it) && it.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c))
    };
    let checks = [
        ("country", country.as_ref().is_none_or(is_country), "Use two letters, as in CA."),
        ("city", city.as_ref().is_none_or(|it| is_line(it)), "Use the name of a city."),
        ("region", region.as_ref().is_none_or(|it| is_line(it)), "Use the name of a region."),
        ("timezone", timezone.as_ref().is_none_or(is_zone), "Use a name such as Europe/Vienna."),
    ];
    let check = |(key, is_fine, advice): (&str, bool, &str)| {
        require(is_fine, advice).map_err(|error| error.below(key))
    };
    checks.into_iter().try_for_each(check)
}

/// Prices in dollars per million tokens; none may be negative.
pub(super) fn prices(prices: &Prices) -> Check {
    for (model, price) in prices.iter() {
        let numbers = [
            ("input", Some(price.input)),
            ("cached", price.cached),
            ("output", Some(price.output)),
        ];
        for (key, number) in numbers {
            let is_price = number.is_none_or(|it| it.is_finite() && it >= 0.0);
            require(is_price, "Use dollars per million tokens, 0 or more.")
                .map_err(|error| error.below(key).below(model))?;
        }
    }
    Ok(())
}

/// HTTP headers. Their values may be secret.
pub(super) fn headers(headers: &SecretValues) -> Check {
    for (name, value) in headers.iter() {
        let is_header =
            HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok();
        require(is_header, "Use a header's name, and text without line breaks as its value.")
            .map_err(|error| error.below(name))?;
    }
    Ok(())
}

/// Named servers, with what each has.
pub(super) fn servers(servers: &Servers) -> Check {
    for (name, server) in &servers.0 {
        let inside = |key: &str, check: Check| check.map_err(|error| error.below(key).below(name));
        Servers::check_name(name).map_err(|reason| InvalidValue::of(reason).below(name))?;
        inside("model", optional_model(&server.model))?;
        inside("headers", headers(&server.headers))?;
        let is_variable = server
            .api_key_env
            .as_ref()
            .is_none_or(|variable| is_line(variable) && !variable.contains(['=', '$', ' ']));
        let advice = "Use the name of an environment variable, as in MY_API_KEY.";
        inside("api_key_env", require(is_variable, advice))?;
    }
    Ok(())
}

/// Whether a text is one word without special characters.
fn is_word(text: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    is_line(text) && text.trim().chars().all(is_fine)
}

/// Whether a text is one line that is not blank, and no longer than names are.
fn is_line(text: &str) -> bool {
    let is_short = text.chars().count() <= MAX_NAME_CHARS;
    !text.trim().is_empty() && is_short && !text.chars().any(char::is_control)
}

fn require(is_fine: bool, advice: &str) -> Check {
    if is_fine { Ok(()) } else { Err(InvalidValue::of(advice)) }
}
