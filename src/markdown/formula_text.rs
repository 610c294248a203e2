//! Renders formulas in plain characters on one line; unknown commands stay as their names.

use super::formula_symbols::{
    ACCENTS, SUBSCRIPT_SOURCES, SUBSCRIPTS, SUPERSCRIPT_SOURCES, SUPERSCRIPTS, SYMBOLS,
};

/// Returns a formula in plain characters.
#[must_use]
pub fn formula_text(tex: &str) -> String {
    let mut out = String::new();
    let mut reader = FormulaReader { rest: tex.trim() };
    reader.read(&mut out, None);
    out.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
}

struct FormulaReader<'a> {
    rest: &'a str,
}

impl FormulaReader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    /// Reads until `end`, which is left out, or to the end of the text.
    fn read(&mut self, out: &mut String, end: Option<char>) {
        while let Some(c) = self.next() {
            match c {
                _ if Some(c) == end => return,
                '\\' => self.command(out),
                '^' => self.script(out, (SUPERSCRIPT_SOURCES, SUPERSCRIPTS), '^'),
                '_' => self.script(out, (SUBSCRIPT_SOURCES, SUBSCRIPTS), '_'),
                '\'' => out.push('′'),
                '{' => self.read(out, Some('}')),
                '}' | '$' => {}
                '&' | '~' => out.push(' '),
                other => out.push(other),
            }
        }
    }

    fn command(&mut self, out: &mut String) {
        for (name, shown) in SYMBOLS.iter().filter(|(name, _)| name.contains('{')) {
            if let Some(rest) = self.rest.strip_prefix(name) {
                self.rest = rest;
                out.push_str(shown);
                return;
            }
        }
        let letters = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        if letters == 0 {
            match self.next() {
                Some('\\') => out.push('\n'),
                Some(',' | ';' | ':' | ' ') => out.push(' '),
                Some('|') => out.push('‖'),
                Some('!') | None => {}
                Some(other) => out.push(other),
            }
            return;
        }
        let (name, rest) = self.rest.split_at(letters);
        self.rest = rest;
        match name {
            "frac" | "dfrac" | "tfrac" => {
                let (top, bottom) = (self.group(), self.group());
                out.push_str(&parenthesize(&top));
                out.push('/');
                out.push_str(&parenthesize(&bottom));
            }
            "left" | "right" => {
                // A dot means no bracket on this side.
                self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
            }
            "sqrt" => {
                let root = self.root();
                let inner = self.group();
                out.push_str(&root);
                out.push_str(&parenthesize(&inner));
            }
            "text" | "mathrm" | "mathbf" | "mathit" | "operatorname" | "mathcal" | "mathbb"
            | "textbf" => out.push_str(&self.group()),
            "begin" | "end" => {
                self.group();
            }
            _ if ACCENTS.iter().any(|(command, _)| *command == name) => self.accent(name, out),
            _ => match SYMBOLS.iter().find(|(command, _)| *command == name) {
                Some((_, shown)) => out.push_str(shown),
                // sin, log and all other commands are shown by name.
                None => out.push_str(name),
            },
        }
    }

    /// Reads the argument of a command: a group in braces, a command or one character.
    fn group(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let mut out = String::new();
        match self.next() {
            Some('{') => self.read(&mut out, Some('}')),
            Some('\\') => self.command(&mut out),
            Some(c) => out.push(c),
            None => {}
        }
        out
    }

    /// Reads the degree of a root, if it has one, and returns the root sign.
    fn root(&mut self) -> String {
        let degree = self.rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let Some((degree, rest)) = degree else {
            return "√".to_owned();
        };
        self.rest = rest;
        match degree.trim() {
            "3" => "∛".to_owned(),
            "4" => "∜".to_owned(),
            other => format!(
                "{}√",
                to_script_forms(other, (SUPERSCRIPT_SOURCES, SUPERSCRIPTS)).unwrap_or_default()
            ),
        }
    }

    fn accent(&mut self, name: &str, out: &mut String) {
        let mark = ACCENTS.iter().find(|(command, _)| *command == name).map(|(_, mark)| *mark);
        for c in self.group().chars() {
            out.push(c);
            out.extend(mark.filter(|_| c.is_alphanumeric()));
        }
    }

    fn script(&mut self, out: &mut String, forms: (&str, &str), mark: char) {
        let inner = self.group();
        if let Some(moved) = to_script_forms(&inner, forms) {
            out.push_str(&moved);
            return;
        }
        match (mark, inner.as_str()) {
            ('^', "′" | "*" | "∘" | "†") => {
                out.push_str(if inner == "∘" { "°" } else { &inner });
            }
            _ if inner.chars().count() > 1 => out.push_str(&format!("{mark}({inner})")),
            _ => {
                out.push(mark);
                out.push_str(&inner);
            }
        }
    }
}

/// Returns a text raised or lowered, if every character has such a form.
fn to_script_forms(text: &str, (plain, forms): (&str, &str)) -> Option<String> {
    text.chars()
        .filter(|c| *c != ' ')
        .map(|c| plain.chars().position(|it| it == c).and_then(|at| forms.chars().nth(at)))
        .collect()
}

/// Puts an operand of more than one word in brackets.
fn parenthesize(text: &str) -> String {
    if text.chars().count() > 1 && !text.chars().all(char::is_alphanumeric) {
        return format!("({text})");
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_formulas_read_like_text() {
        for (tex, shown) in [
            (r"e^{i\pi} + 1 = 0", "e^(iπ) + 1 = 0"),
            (r"\hat{x} \ll \sqrt[3]{y'} \left. a \right|", "x\u{302} ≪ ∛(y′)  a |"),
            (r"x^{2n+1}_{ij} \vec{v}^* 90^\circ", "x²ⁿ⁺¹ᵢⱼ v\u{20d7}* 90°"),
            (r"x^2 + y_1", "x² + y₁"),
            (r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}", "∑ₖ₌₁ⁿ k = (n(n+1))/2"),
            (r"\sqrt{2} \leq \alpha", "√2 ≤ α"),
            (r"\text{if } x \in \mathbb{R}", "if  x ∈ ℝ"),
            (r"\unknown{x}", "unknownx"),
            (r"\frac{1", "1/"),
        ] {
            assert_eq!(formula_text(tex), shown, "{tex}");
        }
    }
}
