//! Compares the calculator with results of the web app, and tests expressions that could run forever.

use super::*;

/// Results of the web app's calculator, one a line.
const RECORDED: &str = include_str!("../../../tests/fixtures/web/calculator/expressions.jsonl");

fn run(expression: &str) -> ToolOutput {
    Calculator.run(&json!({ "expression": expression }))
}

fn shown(expression: &str) -> String {
    run(expression).output_display
}

/// Results that the web app's calculator stored.
#[test]
fn results_are_those_of_the_web_app() {
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
        let output = run(expression);
        assert_eq!((output.success, output.output_display.as_str()), (true, expected));
    }
}

#[test]
fn arithmetic_follows_python() {
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
        ("(1, 'a', None)", "(1, 'a', None)"),
        ("True + True", "2"),
        ("1_000 + 0x10", "1016"),
        ("1 .5", "Error: Invalid expression syntax: invalid syntax (<unknown>, line 1)"),
    ];
    for (expression, expected) in cases {
        assert_eq!(shown(expression), expected, "{expression}");
    }
}

#[test]
fn errors_have_the_web_apps_words() {
    let cases = [
        ("1/0", "Division by zero"),
        ("5 % 0", "Division by zero"),
        ("0**-1", "Division by zero"),
        ("10**400/3", "Calculation error: integer division result too large for a float"),
        ("10**400*1.0", "Calculation error: int too large to convert to float"),
        ("x + 1", "Calculation error: name 'x' is not defined"),
        ("2 // 1", "Invalid expression: Unsafe operation: FloorDiv is not allowed"),
        ("1 < 2", "Invalid expression: Unsafe operation: Compare is not allowed"),
        (
            "eval('1')",
            "Invalid expression: Function eval is not allowed. \
             Allowed functions: abs, max, min, pow, round, sqrt, sum",
        ),
        ("(1).real", "Invalid expression: Unsafe operation: Attribute is not allowed"),
        ("[1][0]", "Invalid expression: Unsafe operation: Subscript is not allowed"),
        ("sqrt(-1)", "Invalid expression: math domain error"),
        ("(-8)**0.5", "Calculation error: module 'json' has no attribute 'JSONEncodeError'"),
        ("1 +", "Invalid expression syntax: invalid syntax (<unknown>, line 1)"),
        ("", "Expression cannot be empty"),
        (
            "'%d' % 10**4300",
            "Invalid expression: Exceeds the limit (4300 digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit",
        ),
    ];
    for (expression, expected) in cases {
        let output = run(expression);
        assert!(!output.success, "{expression}");
        assert_eq!(output.output_display, format!("Error: {expected}"), "{expression}");
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

/// The words of a syntax error are Python's and may differ.
#[test]
fn recorded_results_of_the_web_app_are_reproduced() {
    let lines: Vec<Json> = RECORDED.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(lines.len(), 231);
    let mut wrong = Vec::new();
    for line in lines {
        let (expression, expected) =
            (line["expression"].as_str().unwrap(), line["output"].as_str().unwrap());
        let output = run(expression).output;
        let syntax = "{\"success\": false, \"error\": \"Invalid expression syntax: ";
        let both_syntax = output.starts_with(syntax) && expected.starts_with(syntax);
        if output != expected && !both_syntax {
            wrong.push(format!("{expression}\n  expected {expected}\n  got      {output}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sums_powers_and_rounding_follow_python() {
    let cases = [
        ("sum([0.1]*10)", "1.0"),
        ("sum([True, 0.1, 0.2, 1e16, 1, -1e16])", "3.3"),
        ("sum([2**63, 0.1, 0.2, -2.0**63])", "0.0"),
        ("sum([-0.0], -0.0)", "-0.0"),
        ("sum([[1], [2]], [])", "[1, 2]"),
        ("sum(b'ab')", "195"),
        ("pow(3, -1, 7)", "5"),
        ("pow(3, 2, -7)", "-5"),
        ("pow(2, -1, 1)", "0"),
        ("abs(3+4j)", "5.0"),
        ("abs((-8)**(1/3))", "2.0"),
        ("round(1e300, -299)", "1e+300"),
        ("round(0.5, 0)", "0.0"),
        ("round(-15, -1)", "-20"),
        ("round(15, -10**30)", "0"),
        ("1e15+0.3", "1000000000000000.2"),
        ("3/2**1075", "1e-323"),
    ];
    for (expression, expected) in cases {
        assert_eq!(shown(expression), expected, "{expression}");
    }
}

#[test]
fn percent_formatting_follows_python() {
    let cases = [
        ("'%d%%' % 12.9", "12%"),
        ("'%-6s|%6s|' % ('ab', [1])", "ab    |   [1]|"),
        ("'%+05d|% d|%x|%#X|%#o' % (42, 7, 255, 255, 8)", "+0042| 7|ff|0XFF|0o10"),
        ("'%.3d|%8.3f|%-8.1e|' % (-5, 2.5, 12345)", "-005|   2.500|1.2e+04 |"),
        ("'%g %g %#g %G' % (1e16, 0.0001, 1, 1e-10)", "1e+16 0.0001 1.00000 1E-10"),
        ("'%*.*f' % (8, 2, 3.14159)", "    3.14"),
        ("'%c%c %r %a' % (65, 'é', 'é', 'é')", "Aé 'é' '\\xe9'"),
        ("'%s %s' % (1j, abs)", "1j <built-in function abs>"),
        ("'%05f' % -1e400", "-0inf"),
        ("'a' % [1]", "a"),
    ];
    for (expression, expected) in cases {
        assert_eq!(shown(expression), expected, "{expression}");
    }
    let errors = [
        ("'%d' % 'a'", "Calculation error: %d format: a real number is required, not str"),
        ("'%x' % 1.5", "Calculation error: %x format: an integer is required, not float"),
        ("'%s %s' % 1", "Calculation error: not enough arguments for format string"),
        (
            "'%s' % (1, 2)",
            "Calculation error: not all arguments converted during string formatting",
        ),
        ("'%(a)s' % 1", "Calculation error: format requires a mapping"),
        ("'%5' % 1", "Invalid expression: incomplete format"),
        ("'%c' % 'ab'", "Calculation error: %c requires int or char"),
    ];
    for (expression, expected) in errors {
        assert_eq!(shown(expression), format!("Error: {expected}"), "{expression}");
    }
}

/// Each line needs a special rule of Python's tokenizer or parser.
#[test]
fn the_grammar_is_pythons() {
    let unsafe_operation =
        |what: &str| format!("Error: Invalid expression: Unsafe operation: {what} is not allowed");
    for (expression, what) in [
        ("0x1for x", "BoolOp"),
        ("1 + (2 < 3) + (4 // 5)", "Compare"),
        ("not (1 < 2)", "Not"),
        ("[lambda x, /, *, y=1: x]", "Lambda"),
        ("(a async for b, *c in d if e)", "GeneratorExp"),
        ("f'{x!r:>{y}} {{'", "JoinedStr"),
        ("a[1:2, ::3]", "Subscript"),
        ("(x := 1)", "NamedExpr"),
        ("abs(1, **{})", "keyword"),
        ("(yield)", "Yield"),
    ] {
        assert_eq!(shown(expression), unsafe_operation(what), "{expression}");
    }
    for expression in
        ["1\n 2", "1_", "08", "(1", "f'{'", "lambda x=1, y: x", "f(a=1, 2)", "'a' b'b'"]
    {
        let error = shown(expression);
        assert!(error.starts_with("Error: Invalid expression syntax: "), "{expression}: {error}");
    }
    for (expression, expected) in [
        ("(1\r\n+2) # c", "3"),
        ("1\\\n+2\n", "3"),
        ("1\r\n # c", "1"),
        ("1\n  \\\n\t# c\n", "1"),
        (
            "1\n\\\n",
            "Error: Invalid expression syntax: unexpected EOF while parsing (<unknown>, line 2)",
        ),
        ("'\\101\\x41\\u0041' \"b\"", "AAAb"),
        ("ａｂｓ(-1)", "1"),
        ("1if", "Error: Invalid expression syntax: invalid syntax (<unknown>, line 1)"),
        ("Ｔrue", "Error: Invalid expression: identifier field can't represent 'True' constant"),
        ("__debug__", "True"),
    ] {
        assert_eq!(shown(expression), expected, "{expression}");
    }
}

#[test]
fn an_expression_has_a_thousand_characters_at_most() {
    let euros = |count: usize| format!("'{}'", "€".repeat(count));
    assert_eq!(shown(&euros(998)), "€".repeat(998));
    assert_eq!(shown(&euros(999)), "Error: Expression too long (max 1000 characters)");
    assert_eq!(
        shown(&" ".repeat(1001)),
        "Error: Expression too long (max 1000 characters); Expression cannot be empty"
    );
}

/// Each of these would take minutes, gigabytes or the stack in a careless calculator.
#[test]
fn every_expression_ends_soon() {
    let parentheses = format!("{}1{}", "(".repeat(500), ")".repeat(499));
    let minuses = "-".repeat(1000);
    let powers = vec!["9"; 300].join("**");
    let modular = vec!["pow(3**90000, 3**90000, 7**40000)"; 25].join("+");
    let long = "1+".repeat(500);
    let lists = format!("{}[0]{}", "max(".repeat(40), "*9)".repeat(40)) + "+1";
    for expression in [
        "10**4300",
        "2**20000",
        "9**9**9**9",
        "10**(10**10)",
        "'a'*10**9",
        "[0]*10**9",
        "[[[0]*9999]*9999]*9999",
        "pow(9, 10**10)",
        "9**9**9 % 7",
        "'%2000000000d' % 1",
        "'%.2000000000f' % 1",
        "[[[[[1]*2000]*2000]*2000]*2000]",
        "max([[[[1]*2000]*2000]*2000], [[[[1]*2000]*2000]*2000])",
        lists.as_str(),
        parentheses.as_str(),
        minuses.as_str(),
        powers.as_str(),
        modular.as_str(),
        long.as_str(),
    ] {
        let output = run(expression);
        assert!(!output.success, "{}", &expression[..expression.len().min(40)]);
        assert!(output.output.len() < 10_000);
    }
}

#[test]
fn every_text_gives_a_result() {
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
        let output = run(&text);
        let parsed: Json = serde_json::from_str(&output.output).unwrap();
        assert_eq!(parsed["expression"], json!(text));
    }
}

#[test]
fn characters_have_the_names_that_python_knows() {
    for (expression, shown) in [
        (r"'\N{BULLET}'", "\u{2022}"),
        (r"'a\N{latin small letter e with acute}b'", "a\u{e9}b"),
        (r"'\N{LINE FEED}' + '\N{LF}'", "\n\n"),
        (r"'\N{NBSP}\N{NO-BREAK SPACE}'", "\u{a0}\u{a0}"),
        (r"'\N{BELL}'", "\u{1f514}"),
        (r"'\N{HANGUL SYLLABLE GAG}'", "\u{ac01}"),
        (r"'\N{CJK UNIFIED IDEOGRAPH-4E00}'", "\u{4e00}"),
        (r"r'\N{BULLET}'", r"\N{BULLET}"),
        (r"'\\N{BULLET}'", r"\N{BULLET}"),
        (r"max('\N{SNOWMAN}', 'a')", "\u{2603}"),
    ] {
        assert_eq!(calculate(expression).unwrap().shown, shown, "{expression}");
    }
    for (expression, why) in [
        (r"'\N{NO SUCH NAME}'", "unknown Unicode character name"),
        (r"'\N{LATIN SMALL LETTER}'", "unknown Unicode character name"),
        // A sequence of characters has a name as well, but not here.
        (r"'\N{LATIN SMALL LETTER A WITH MACRON AND GRAVE}'", "unknown Unicode character name"),
        // New in Unicode 16.
        (r"'\N{FACE WITH BAGS UNDER EYES}'", "unknown Unicode character name"),
        (r"'\N{ BULLET}'", "unknown Unicode character name"),
        (r"'\N{}'", "malformed \\N character escape"),
        (r"'\N{BULLET'", "malformed \\N character escape"),
        (r"'\NBULLET'", "malformed \\N character escape"),
        (r"'\N'", "malformed \\N character escape"),
    ] {
        let sentence = calculate(expression).err().unwrap().sentence();
        assert!(sentence.starts_with("Invalid expression syntax: (unicode error)"), "{sentence}");
        assert!(sentence.contains(why), "{expression}: {sentence}");
    }
}

#[test]
fn a_long_name_is_cut_as_python_cuts_it() {
    // CPython 3.11 writes at most 200 bytes of it (measured on 2026-11-29).
    for (name, shown) in [
        ("a".repeat(200), "a".repeat(200)),
        ("a".repeat(1000), "a".repeat(200)),
        ("é".repeat(1000), "é".repeat(100)),
        (format!("a{}", "é".repeat(999)), format!("a{}\u{fffd}", "é".repeat(99))),
    ] {
        let expected = format!("Error: Calculation error: name '{shown}' is not defined");
        assert_eq!(run(&name).output_display, expected);
    }
}
