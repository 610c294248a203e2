//! Dated snapshots of models, such as `o4-mini-2025-04-16`.

/// The model that a name is a dated snapshot of.
#[must_use]
pub fn model_of_snapshot(name: &str) -> Option<&str> {
    let at = name.len().checked_sub("-2025-04-16".len())?;
    let (model, date) = name.split_at_checked(at)?;
    let is_date = date.bytes().enumerate().all(|(index, byte)| match index {
        0 | 5 | 8 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (is_date && !model.is_empty()).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_date_makes_a_snapshot() {
        assert_eq!(model_of_snapshot("gpt-5-mini-2025-08-07"), Some("gpt-5-mini"));
        for other in ["o4-mini", "o4-mini-high", "o4-mini-2025-04-1x", "-2025-04-16", "ö-2025"] {
            assert_eq!(model_of_snapshot(other), None, "{other}");
        }
    }
}
