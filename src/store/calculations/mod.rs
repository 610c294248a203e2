//! The history of calculations that the web app's calculator keeps beside its chats, a file for each
//! conversation.

mod document;
mod file;
mod history;
mod reading;
mod writing;

pub(crate) use file::CalculationHistory;

#[cfg(test)]
mod tests;
