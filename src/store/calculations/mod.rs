//! The history of calculations that the web app's calculator keeps beside its chats, a file for each
//! conversation.

mod file;
mod history;
mod reading;

pub(crate) use file::CalculationHistory;

#[cfg(test)]
mod tests;
