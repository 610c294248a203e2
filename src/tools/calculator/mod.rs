//! The calculator: an expression in, its exact value out, as the web app's own calculator has it.
//! May not run code or take long: it knows numbers, texts, lists and seven functions, and counts
//! what it spends.
//!
//! The grammar, functions and results are Python's, because the web app's tool is written in it
//! and a chat may use either. No crate evaluates that: those alive know machine numbers or units.
//! Big numbers are num-bigint's.

mod arithmetic;
mod budget;
mod error;
mod evaluate;
mod float;
mod functions;
mod parse;
mod token;
mod value;

use serde_json::{Value as Json, json};

use super::{Tool, ToolOutput};

use error::EvalError;
pub use value::push_json_string;

/// The longest expression, in bytes.
const MAX_EXPRESSION_BYTES: usize = 16 * 1024;

/// The calculator.
#[derive(Debug, Clone, Copy)]
pub struct Calculator;

impl Tool for Calculator {
    fn name(&self) -> &'static str {
        "calculator"
    }

    fn description(&self) -> &'static str {
        "Evaluates an arithmetic expression exactly. Operators: + - * / % ** and parentheses. \
         Functions: abs, min, max, round, sum, pow, sqrt. Whole numbers of any size stay exact."
    }

    fn parameters(&self) -> Json {
        json!({
            "type": "object",
            "properties": { "expression": {
                "type": "string",
                "description": "The expression, for example (2 + 3) * sqrt(16)",
            } },
            "required": ["expression"],
            "additionalProperties": false,
        })
    }

    fn run(&self, input: &Json) -> ToolOutput {
        let expression = input.get("expression").and_then(Json::as_str).unwrap_or_default();
        let mut output = String::new();
        let (success, output_display) = match calculate(expression) {
            Ok(value) => {
                output.push_str("{\"success\": true, \"result\": ");
                value.push_json(&mut output);
                (true, value.display_text())
            }
            Err(wrong) => {
                let sentence = wrong.sentence();
                output.push_str("{\"success\": false, \"error\": ");
                push_json_string(&sentence, &mut output);
                (false, format!("Error: {sentence}"))
            }
        };
        output.push_str(", \"expression\": ");
        push_json_string(expression, &mut output);
        output.push('}');
        ToolOutput { success, output, input_display: expression.to_owned(), output_display }
    }
}

/// The value of an expression.
fn calculate(expression: &str) -> Result<value::CalculatorValue, EvalError> {
    if expression.len() > MAX_EXPRESSION_BYTES {
        return Err(EvalError::Invalid("the expression is too long".to_owned()));
    }
    let parsed = parse::parse(expression)?;
    let value = evaluate::evaluate(&parsed, &mut budget::Budget::default())?;
    value.check_size()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(expression: &str) -> ToolOutput {
        Calculator.run(&json!({ "expression": expression }))
    }

    fn shown(expression: &str) -> String {
        run(expression).output_display
    }

    /// What the web app's own calculator stored for these.
    #[test]
    fn results_are_the_web_apps_to_the_character() {
        let big = format!("1{}", "0".repeat(4299));
        let cases = [
            ("2 + 2 * 10", "22"),
            ("abs(-5)", "5"),
            ("3*3", "9"),
            ("1e308*10", "Infinity"),
            ("1e308*10-1e308*10", "NaN"),
            ("2**100", "1267650600228229401496703205376"),
            ("0.1+0.2", "0.30000000000000004"),
            ("1e16*1.0", "1e+16"),
            ("1e22*1", "1e+22"),
            ("1e-7*1", "1e-07"),
            ("-0.0*1", "-0.0"),
            ("1/3", "0.3333333333333333"),
            ("100000.0*10", "1000000.0"),
            ("1e15*10", "1e+16"),
            ("123456789012345678", "123456789012345678"),
            ("9007199254740993*1", "9007199254740993"),
            ("10**4299", big.as_str()),
            ("round(2.5)", "2"),
            ("[1, 2.5, 1e3]", "[1, 2.5, 1000.0]"),
            ("True", "True"),
            ("'ab'*2", "abab"),
            ("sum([0.1]*3)", "0.30000000000000004"),
            ("5e-324*1", "5e-324"),
            ("1.7976931348623157e308*1", "1.7976931348623157e+308"),
        ];
        for (expression, expected) in cases {
            let done = run(expression);
            assert_eq!((done.success, done.output_display.as_str()), (true, expected));
        }
    }

    #[test]
    fn the_rest_of_pythons_arithmetic_is_pythons_too() {
        let cases = [
            ("-7 % 3", "2"),
            ("7 % -3", "-2"),
            ("-7.5 % 2", "0.5"),
            ("2**-1", "0.5"),
            ("-2**2", "-4"),
            ("2**3**2", "512"),
            ("10**400/10**399", "10.0"),
            ("9007199254740993/1", "9007199254740992.0"),
            ("round(2.675, 2)", "2.67"),
            ("round(1250, -2)", "1200"),
            ("round(-3.5)", "-4"),
            ("max(1, 2.5, True)", "2.5"),
            ("min([3, 1.0, 1])", "1.0"),
            ("sum([1, 2, 3], 10)", "16"),
            ("pow(3, 200, 13)", "9"),
            ("sqrt(16)", "4.0"),
            ("(1, 'a', None)", "[1, 'a', None]"),
            ("True + True", "2"),
            ("1_000 + 0x10", "1016"),
            ("1 .5", "Error: Invalid expression syntax: invalid syntax (<unknown>, line 1)"),
        ];
        for (expression, expected) in cases {
            assert_eq!(shown(expression), expected, "{expression}");
        }
    }

    #[test]
    fn what_goes_wrong_is_worded_as_the_web_app_words_it() {
        let cases = [
            ("1/0", "Division by zero"),
            ("5 % 0", "Division by zero"),
            ("0**-1", "Division by zero"),
            ("10**400/3", "Calculation error: integer division result too large for a float"),
            ("10**400*1.0", "Calculation error: int too large to convert to float"),
            ("x + 1", "Calculation error: name 'x' is not defined"),
            ("2 // 1", "Invalid expression: Unsafe operation: BinOp is not allowed"),
            ("1 < 2", "Invalid expression: Unsafe operation: Compare is not allowed"),
            ("eval('1')", "Invalid expression: Unsafe operation: Call is not allowed"),
            ("(1).real", "Invalid expression: Unsafe operation: Attribute is not allowed"),
            ("[1][0]", "Invalid expression: Unsafe operation: Subscript is not allowed"),
            ("sqrt(-1)", "Invalid expression: math domain error"),
            ("(-8)**0.5", "Calculation error: Object of type complex is not JSON serializable"),
            ("1 +", "Invalid expression syntax: invalid syntax (<unknown>, line 1)"),
            ("", "Invalid expression syntax: invalid syntax (<unknown>, line 0)"),
        ];
        for (expression, expected) in cases {
            let done = run(expression);
            assert!(!done.success, "{expression}");
            assert_eq!(done.output_display, format!("Error: {expected}"), "{expression}");
        }
    }

    #[test]
    fn the_model_gets_the_web_apps_json() {
        assert_eq!(
            run("2 + 2 * 10").output,
            r#"{"success": true, "result": 22, "expression": "2 + 2 * 10"}"#
        );
        assert_eq!(
            run("1/0").output,
            r#"{"success": false, "error": "Division by zero", "expression": "1/0"}"#
        );
        assert_eq!(
            run("'é\"'").output,
            r#"{"success": true, "result": "\u00e9\"", "expression": "'\u00e9\"'"}"#
        );
        assert_eq!(
            run("1e308*10").output,
            r#"{"success": true, "result": "Infinity", "expression": "1e308*10"}"#
        );
    }

    /// Each of these would take minutes, gigabytes or the stack in a careless calculator.
    #[test]
    fn nothing_takes_long_or_much() {
        let parentheses = format!("{}1{}", "(".repeat(8000), ")".repeat(8000));
        let minuses = format!("{}1", "-".repeat(16_000));
        let powers = vec!["9"; 5000].join("**");
        let modular = vec!["pow(3**9000, 3**9000, 7**4000)"; 400].join("+");
        let long = "1+".repeat(10_000);
        for expression in [
            "10**4300",
            "2**20000",
            "9**9**9**9",
            "10**(10**10)",
            "'a'*10**9",
            "[0]*10**9",
            "[[[0]*9999]*9999]*9999",
            "pow(9, 10**10)",
            parentheses.as_str(),
            minuses.as_str(),
            powers.as_str(),
            modular.as_str(),
            long.as_str(),
        ] {
            let done = run(expression);
            assert!(!done.success, "{}", &expression[..expression.len().min(40)]);
            assert!(done.output.len() < 100_000);
        }
    }

    #[test]
    fn whatever_the_text_there_is_a_result() {
        let pieces = [
            "1",
            "2.5",
            "+",
            "-",
            "**",
            "*",
            "/",
            "%",
            "(",
            ")",
            "[",
            "]",
            ",",
            "'a'",
            "sqrt",
            "round",
            "x",
            " ",
            "e",
            ".",
            "1e9",
            "None",
            "\u{1f600}",
            "\"",
            "\\",
            "pow",
        ];
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..8 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let at = usize::try_from(state % pieces.len() as u64).unwrap();
                text.push_str(pieces[at]);
            }
            let done = run(&text);
            let parsed: Json = serde_json::from_str(&done.output).unwrap();
            assert_eq!(parsed["expression"], json!(text));
        }
    }
}
