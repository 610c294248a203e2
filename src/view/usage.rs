//! Tokens and cost as text, for the command line and the window.

use crate::chat::usage::grouped;
use crate::chat::{AnswerStats, Cost, Usage, UsageReport, UsageTotals, count};

use super::clean;

/// Words a report of tokens and cost, a line for each total.
#[must_use]
pub(crate) fn report_lines(report: &UsageReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(answer) = &report.answer {
        lines.push(format!("Last answer        {}", answer_summary(&answer.stats())));
        if let Some(model) = &answer.model {
            lines.push(format!("                   by {}", clean::line(model)));
        }
    }
    if let Some(chat) = &report.chat {
        lines.push(usage_line("This conversation", chat));
    }
    lines.push(usage_line("Today", &report.day));
    lines.push(usage_line("This month", &report.month));
    if report.models.len() > 1 {
        lines.push(String::new());
        for (model, spending) in &report.models {
            lines.push(format!("{}: {}", clean::line(model), spending_summary(spending)));
        }
    }
    lines
}

fn usage_line(name: &str, spending: &UsageTotals) -> String {
    format!("{name:<17}  {}", spending_summary(spending))
}

/// Words what one answer took, for the line below it.
#[must_use]
pub(crate) fn answer_summary(taken: &AnswerStats) -> String {
    let mut parts = Vec::new();
    parts.extend(taken.usage.as_ref().map(token_summary));
    if let Some(timing) = taken.timing {
        let first = timing.first_output_ms.map(first_words);
        parts.push(format!("{}{}", seconds(timing.total_ms), first.unwrap_or_default()));
    }
    parts.extend(taken.tokens_per_second().map(|speed| format!("{speed} tokens/s")));
    parts.extend(taken.cost.map(|cost| cost.to_string()));
    if parts.is_empty() { "no details recorded".to_owned() } else { parts.join(" · ") }
}

fn first_words(ms: u64) -> String {
    if ms < 50 {
        ", first words at once".to_owned()
    } else {
        format!(", first words after {}", seconds(ms))
    }
}

fn spending_summary(spending: &UsageTotals) -> String {
    if spending.answers == 0 {
        return "nothing recorded".to_owned();
    }
    let (number, word) = (grouped(spending.answers), count::noun(&spending.answers, "answer"));
    let mut text = format!("{number} {word} · {}", token_summary(&spending.usage));
    if let Some(cost) = spending.cost() {
        text.push_str(&format!(" · {cost}"));
        if spending.unpriced > 0 {
            let answers = count::phrase(spending.unpriced, "answer");
            text.push_str(&format!(", {answers} without a price"));
        }
    }
    text
}

/// "1,234 in (1,000 cached), 56 out (40 reasoning)".
fn token_summary(usage: &Usage) -> String {
    let part = |tokens: u64, word: &str| match tokens {
        0 => String::new(),
        tokens => format!(" ({} {word})", grouped(tokens)),
    };
    format!(
        "{} in{}, {} out{}",
        token_count(usage.input_tokens),
        part(usage.cached_tokens, "cached"),
        grouped(usage.output_tokens),
        part(usage.reasoning_tokens, "reasoning"),
    )
}

/// Returns what the answers cost, in words; `None` where no answer has a price.
#[must_use]
pub(crate) fn known_cost(spending: &UsageTotals) -> Option<Cost> {
    spending.cost().filter(|cost| *cost > Cost::default())
}

pub(super) fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}

pub(super) fn token_count(number: u64) -> String {
    format!("{} {}", grouped(number), count::noun(&number, "token"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timing;

    #[test]
    fn the_usage_of_an_answer_is_one_line_with_only_what_is_known() {
        let usage = Usage {
            input_tokens: 1_234,
            cached_tokens: 1_000,
            output_tokens: 80,
            reasoning_tokens: 64,
        };
        let timing = Timing { first_output_ms: Some(840), total_ms: 2_050 };
        let cost = Some(Cost::from_nanodollars(1_234_567));
        let taken = AnswerStats { usage: Some(usage), timing: Some(timing), cost };
        assert_eq!(
            answer_summary(&taken),
            "1,234 tokens in (1,000 cached), 80 out (64 reasoning) · 2.0 s, first words after 0.8 s \
             · 39 tokens/s · $0.0012"
        );
        assert_eq!(answer_summary(&AnswerStats::default()), "no details recorded");
    }

    #[test]
    fn one_token_is_not_several() {
        let usage = Usage { input_tokens: 1, output_tokens: 0, ..Usage::default() };
        let spending = UsageTotals { answers: 1, usage, unpriced: 1, ..UsageTotals::default() };
        assert_eq!(spending_summary(&spending), "1 answer · 1 token in, 0 out");
    }

    #[test]
    fn a_sum_says_what_it_leaves_out() {
        let usage = Usage { input_tokens: 1_000_000, output_tokens: 7, ..Usage::default() };
        let cost_nanodollars = Cost::from_nanodollars(2_000_000_000);
        let spending = UsageTotals { answers: 3, usage, cost_nanodollars, unpriced: 1 };
        assert_eq!(
            spending_summary(&spending),
            "3 answers · 1,000,000 tokens in, 7 out · $2.00, 1 answer without a price"
        );
        assert_eq!(known_cost(&spending).map(|cost| cost.to_string()).as_deref(), Some("$2.00"));
        assert_eq!(spending_summary(&UsageTotals::default()), "nothing recorded");
    }
}
