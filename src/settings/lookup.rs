//! Finds the value of one setting: flag before environment before file, remembering which.
//! May not know any setting.

use std::collections::BTreeMap;

use super::Source;

/// Looks a value up in the order flag, environment, file.
pub struct Lookup<'a> {
    /// Reads an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Where each value found so far came from.
    pub sources: BTreeMap<&'static str, Source>,
}

impl Lookup<'_> {
    /// The value of a setting, if anybody said one; remembers who.
    pub fn text(
        &mut self,
        name: &'static str,
        flag: (&'static str, Option<String>),
        variables: &[&'static str],
        file: Option<String>,
    ) -> Option<String> {
        let found = flag.1.map(|value| (value, Source::Flag(flag.0))).or_else(|| {
            variables.iter().find_map(|variable| {
                let value = (self.env)(variable).filter(|value| !value.is_empty())?;
                Some((value, Source::Environment(variable)))
            })
        });
        let (value, source) = match (found, file) {
            (Some((value, source)), _) => (Some(value), source),
            (None, Some(value)) => (Some(value), Source::File),
            (None, None) => (None, Source::Default),
        };
        self.sources.insert(name, source);
        value
    }

    /// Where a value came from, in a word.
    #[must_use]
    pub fn origin(&self, name: &'static str) -> String {
        match self.sources.get(name) {
            Some(Source::Flag(flag)) => (*flag).to_owned(),
            Some(Source::Environment(variable)) => (*variable).to_owned(),
            Some(Source::File) => "config.toml".to_owned(),
            Some(Source::Default) | None => "default".to_owned(),
        }
    }
}
