//! Prompt templates: `prompts/NAME.md` beside `config.toml`, each a text with placeholders.

mod expand;
mod fault;
mod folder;
mod front_matter;
mod placeholder;
mod template;

pub use expand::InsertedText;
pub use fault::TemplateFault;
pub use folder::{TemplateFolder, TemplateList, is_prompt_name};
pub use placeholder::Placeholder;
pub use template::PromptTemplate;
