//! Splits Rust source into tokens, without comments and test code. Must not grow into a parser,
//! because the import graph needs names, `::`, braces and `use` trees only.

/// Identifiers whole; `::` as one token; every other character by itself.
pub type Tokens = Vec<String>;

/// How a token of a quoted text begins; no other token does.
const QUOTE: char = '"';

/// The tokens of the code that is compiled outside tests, without quoted texts.
pub fn tokens(text: &str) -> Tokens {
    let mut all = without_tests(&split(text));
    all.retain(|token| !token.starts_with(QUOTE));
    all
}

/// The quoted texts of the code that is compiled outside tests, but for those of the log.
pub fn texts(text: &str) -> Vec<String> {
    quoted_texts(text).0
}

/// The texts that such code writes to the log.
pub fn log_texts(text: &str) -> Vec<String> {
    quoted_texts(text).1
}

fn quoted_texts(text: &str) -> (Vec<String>, Vec<String>) {
    let all = without_tests(&split(text));
    let (mut shown, mut logged) = (Vec::new(), Vec::new());
    let content = |token: &String| token.strip_prefix(QUOTE).map(str::to_owned);
    let mut at = 0;
    while at < all.len() {
        match &all[at..] {
            [tracing, colons, _, bang, ..]
                if tracing == "tracing" && colons == "::" && bang == "!" =>
            {
                let end = at + 4 + group(&all[at + 4..]);
                logged.extend(all[at..end].iter().filter_map(content));
                at = end;
            }
            [token, ..] => {
                shown.extend(content(token));
                at += 1;
            }
            [] => break,
        }
    }
    (shown, logged)
}

/// Whether a token is an identifier or a keyword.
pub fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
}

fn split(text: &str) -> Tokens {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let (length, token) = next(rest);
        found.extend(token);
        at += length;
    }
    found
}

/// The length of what begins here, and the token it is, if it is one.
fn next(rest: &[char]) -> (usize, Option<String>) {
    let second = rest.get(1).copied().unwrap_or(' ');
    match rest[0] {
        '/' if second == '/' => (until(rest, |c| c == '\n'), None),
        '/' if second == '*' => (block_comment(rest), None),
        QUOTE => {
            let length = string(rest);
            (length, Some(quoted(&rest[1..length.saturating_sub(1).max(1)])))
        }
        '\'' => (char_or_lifetime(rest), None),
        ':' if second == ':' => (2, Some("::".to_owned())),
        c if c.is_alphanumeric() || c == '_' => {
            let length = until(rest, |c| !c.is_alphanumeric() && c != '_');
            let word: String = rest[..length].iter().collect();
            match raw_string(&word, &rest[length..]) {
                Some(more) => {
                    let hashes = rest[length..].iter().take_while(|c| **c == '#').count();
                    let (from, to) = (length + hashes + 1, length + more - hashes - 1);
                    (length + more, Some(quoted(&rest[from..to])))
                }
                None => (length, Some(word)),
            }
        }
        c if c.is_whitespace() => (1, None),
        c => (1, Some(c.to_string())),
    }
}

/// The token of a quoted text: a line that ends in a backslash continues after the next indent.
fn quoted(inside: &[char]) -> String {
    let mut text = String::from(QUOTE);
    let mut at = 0;
    while at < inside.len() {
        match (inside[at], inside.get(at + 1)) {
            ('\\', Some('\n')) => {
                at += 2;
                at += until(&inside[at..], |c| !c.is_whitespace());
                continue;
            }
            ('\\', Some('"')) => {}
            (c, _) => text.push(c),
        }
        at += 1;
    }
    text
}

fn until(rest: &[char], ends: impl Fn(char) -> bool) -> usize {
    rest.iter().position(|c| ends(*c)).unwrap_or(rest.len())
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of the quoted part after `r`, `br` or `cr`.
fn raw_string(word: &str, rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().take_while(|c| **c == '#').count();
    if !matches!(word, "r" | "br" | "cr") || rest.get(hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let inside = &rest[hashes + 1..];
    let length = inside.windows(end.len()).position(|window| window == end)?;
    Some(hashes + 1 + length + end.len())
}

fn char_or_lifetime(rest: &[char]) -> usize {
    if rest.get(1) == Some(&'\\') {
        return 3 + until(&rest[3.min(rest.len())..], |c| c == '\'') + 1;
    }
    if rest.get(2) == Some(&'\'') { 3 } else { 1 }
}

fn without_tests(tokens: &[String]) -> Tokens {
    let attribute = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let here = &tokens[at..];
        if here.len() >= attribute.len() && here.iter().zip(attribute).all(|(a, b)| a == b) {
            at += attribute.len();
            at += item(&tokens[at..]);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// How many tokens a group in parentheses has.
fn group(tokens: &[String]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// How many tokens an item has: to its `;`, or to the brace that closes it.
fn item(tokens: &[String]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                let is_use = tokens.first().is_some_and(|first| first == "use");
                if depth == 0 && token == "}" && !is_use {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
