//! The import graph of the crate, from `use` declarations and paths in the code. Must not count uses
//! in tests only, `mod` lines and re-exports of deeper files, because they are no dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::tokens::{Tokens, is_word, tokens};

/// A chain of re-exports longer than this is a loop.
const MAX_HOPS: usize = 16;

type ModulePath = Vec<String>;

/// Every module of the crate with the names in it.
pub struct Crate {
    files: Vec<File>,
    modules: BTreeMap<ModulePath, Module>,
}

struct File {
    name: String,
    module: ModulePath,
    tokens: Tokens,
}

#[derive(Default)]
struct Module {
    file: usize,
    children: BTreeSet<String>,
    defined: BTreeSet<String>,
    imports: Vec<Import>,
    /// Every path in the code, single names included.
    paths: BTreeSet<Vec<String>>,
}

/// One leaf of a `use` declaration; the name is `*` for a glob.
struct Import {
    name: String,
    path: Vec<String>,
    visibility: Visibility,
}

/// Whether other files can reach an imported name through this one.
#[derive(Clone, Copy, PartialEq)]
enum Visibility {
    Private,
    Public,
}

/// What a path leads to.
#[derive(Debug, PartialEq)]
enum Target {
    File(usize),
    Module(ModulePath),
    /// Another crate, a local name, the prelude.
    Outside,
}

/// File, file it uses, the path in the code that says so.
pub type Graph = BTreeMap<String, BTreeMap<String, String>>;

impl Crate {
    /// Reads every file below `source`.
    pub fn read(source: &Path) -> Self {
        let mut texts = Vec::new();
        collect(source, source, &mut texts);
        Self::parse(&texts)
    }

    /// The same of texts: file names below `src` with what is in them.
    pub fn parse(texts: &[(String, String)]) -> Self {
        let files: Vec<File> = texts
            .iter()
            .map(|(name, text)| File {
                name: name.clone(),
                module: module_of(name),
                tokens: tokens(text),
            })
            .collect();
        let mut modules = BTreeMap::new();
        for (index, file) in files.iter().enumerate() {
            if file.name != "main.rs" {
                Scan::new(index, file).run(&file.tokens, &mut modules);
            }
        }
        Self { files, modules }
    }

    /// The names of the top-level modules.
    pub fn top_modules(&self) -> BTreeSet<String> {
        self.modules.keys().filter_map(|path| path.first().cloned()).collect()
    }

    /// The edges among the files of one top-level module.
    pub fn graph(&self, top: &str) -> Graph {
        let mut graph = Graph::new();
        for (path, module) in &self.modules {
            if path.first().is_some_and(|first| first == top) && self.is_compiled(path) {
                self.add_edges(path, module, &mut graph);
            }
        }
        graph
    }

    fn add_edges(&self, path: &ModulePath, module: &Module, graph: &mut Graph) {
        let imports = module.imports.iter().filter(|import| self.is_used(path, import));
        for written in imports.map(|import| &import.path).chain(&module.paths) {
            let Target::File(target) = self.resolve(path, written, 0) else { continue };
            let (from, to) = (&self.files[module.file], &self.files[target]);
            if target != module.file && to.module.first() == path.first() {
                let edges = graph.entry(from.name.clone()).or_default();
                edges.entry(to.name.clone()).or_insert_with(|| written.join("::"));
            }
        }
    }

    /// Re-exporting a name from below is no use of it; code that mentions it is in `paths`.
    fn is_used(&self, path: &ModulePath, import: &Import) -> bool {
        let is_below = match self.resolve(path, &import.path, 0) {
            Target::File(target) => self.files[target].module.starts_with(path),
            Target::Module(_) | Target::Outside => false,
        };
        !(import.visibility == Visibility::Public && is_below)
    }

    /// Whether every parent declares the module outside its tests.
    fn is_compiled(&self, path: &ModulePath) -> bool {
        (1..=path.len()).all(|length| {
            let parent = self.modules.get(&path[..length - 1]);
            parent.is_some_and(|parent| parent.children.contains(&path[length - 1]))
        })
    }

    fn resolve(&self, from: &ModulePath, written: &[String], hops: usize) -> Target {
        let Some(first) = written.first() else { return Target::Outside };
        if hops > MAX_HOPS {
            return Target::Outside;
        }
        let mut at = match first.as_str() {
            "crate" => Target::Module(Vec::new()),
            "self" => Target::Module(from.clone()),
            "super" => Target::Module(parent(from)),
            name => self.lookup(from, name, hops).unwrap_or(Target::Outside),
        };
        for segment in &written[1..] {
            let Target::Module(module) = at else { return at };
            at = if segment == "super" {
                Target::Module(parent(&module))
            } else {
                match self.lookup(&module, segment, hops) {
                    Some(target) => target,
                    None => {
                        self.modules.get(&module).map_or(Target::Outside, |m| Target::File(m.file))
                    }
                }
            };
        }
        at
    }

    /// What a name means in a module.
    fn lookup(&self, path: &ModulePath, name: &str, hops: usize) -> Option<Target> {
        let module = self.modules.get(path)?;
        if module.children.contains(name) {
            let mut child = path.clone();
            child.push(name.to_owned());
            return Some(Target::Module(child));
        }
        if module.defined.contains(name) {
            return Some(Target::File(module.file));
        }
        if let Some(import) = module.imports.iter().find(|import| import.name == name) {
            return Some(self.resolve(path, &import.path, hops + 1));
        }
        let mut globs = module.imports.iter().filter(|import| import.name == "*");
        globs.find_map(|glob| match self.resolve(path, &glob.path, hops + 1) {
            Target::Module(inside) if inside != *path => self.lookup(&inside, name, hops + 1),
            _ => None,
        })
    }
}

/// Reads the tokens of one file into its module and the modules written inside it.
struct Scan {
    file: usize,
    module: ModulePath,
    /// The modules written inside, with the brace depth outside each.
    inside: Vec<usize>,
    depth: usize,
}

impl Scan {
    fn new(file: usize, source: &File) -> Self {
        Self { file, module: source.module.clone(), inside: Vec::new(), depth: 0 }
    }

    fn run(mut self, tokens: &[String], modules: &mut BTreeMap<ModulePath, Module>) {
        let mut at = 0;
        while at < tokens.len() {
            let file = self.file;
            let module = modules
                .entry(self.module.clone())
                .or_insert_with(|| Module { file, ..Module::default() });
            let visibility = match at.checked_sub(1) {
                Some(before) if tokens[before] == "pub" => Visibility::Public,
                _ => Visibility::Private,
            };
            at += self.step(&tokens[at..], visibility, module);
        }
    }

    /// Reads what begins here; answers how many tokens that was.
    fn step(&mut self, rest: &[String], visibility: Visibility, module: &mut Module) -> usize {
        let next = rest.get(1).map_or("", String::as_str);
        match rest[0].as_str() {
            "{" => self.depth += 1,
            "}" => self.close(),
            "pub" if next == "(" => return restricted(rest, module),
            "use" => return import(rest, visibility, module),
            "mod" if is_word(next) => {
                module.children.insert(next.to_owned());
                if rest.get(2).is_some_and(|token| token == "{") {
                    self.inside.push(self.depth);
                    self.module.push(next.to_owned());
                    self.depth += 1;
                }
                return 3;
            }
            "macro_rules" => {
                module.defined.extend(rest.get(2).cloned());
                return 3;
            }
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static"
                if self.is_top() && is_word(next) =>
            {
                module.defined.insert(next.to_owned());
                return usize::from(!is_keyword(next)) + 1;
            }
            "." => return 1 + usize::from(is_word(next)),
            word if is_word(word) => return path(rest, module),
            _ => {}
        }
        1
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.inside.last() == Some(&self.depth) {
            self.inside.pop();
            self.module.pop();
        }
    }

    fn is_top(&self) -> bool {
        self.depth == self.inside.last().map_or(0, |outside| outside + 1)
    }
}

/// `pub(…)`, and a `use` right after it.
fn restricted(rest: &[String], module: &mut Module) -> usize {
    let end = rest.iter().position(|token| token == ")").unwrap_or(0) + 1;
    if rest.get(end).is_some_and(|token| token == "use") {
        return end + import(&rest[end..], Visibility::Public, module);
    }
    end
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "fn" | "unsafe" | "async" | "extern" | "mut" | "const")
}

/// A name, or names joined by `::`, in the code.
fn path(rest: &[String], module: &mut Module) -> usize {
    let mut found = vec![rest[0].clone()];
    let mut at = 1;
    while rest.get(at).is_some_and(|token| token == "::") {
        match rest.get(at + 1) {
            Some(segment) if is_word(segment) => found.push(segment.clone()),
            _ => break,
        }
        at += 2;
    }
    module.paths.insert(found);
    at
}

/// A `use` declaration to its `;`.
fn import(rest: &[String], visibility: Visibility, module: &mut Module) -> usize {
    let end = rest.iter().position(|token| token == ";").unwrap_or(rest.len());
    tree(&rest[1..end], &[], visibility, module);
    end
}

fn tree(tokens: &[String], before: &[String], visibility: Visibility, module: &mut Module) {
    let mut path = before.to_vec();
    let mut name = None;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "::" => {}
            "{" => {
                let inside = &tokens[at + 1..tokens.len() - 1];
                for branch in branches(inside) {
                    tree(branch, &path, visibility, module);
                }
                return;
            }
            "as" => {
                name = tokens.get(at + 1).cloned();
                break;
            }
            "*" => name = Some("*".to_owned()),
            "self" if at == 0 && !before.is_empty() => {}
            segment => path.push(segment.to_owned()),
        }
        at += 1;
    }
    let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
    module.imports.push(Import { name, path, visibility });
}

/// The parts between the commas outside every brace.
fn branches(tokens: &[String]) -> Vec<&[String]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        depth == 0 && token == ","
    });
    parts.filter(|part| !part.is_empty()).collect()
}

fn parent(path: &[String]) -> ModulePath {
    path[..path.len().saturating_sub(1)].to_vec()
}

/// `app/state/list.rs` is `app::state::list`, `app/mod.rs` is `app`.
fn module_of(name: &str) -> ModulePath {
    let name = name.trim_end_matches(".rs");
    let parts = name.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main"));
    parts.map(str::to_owned).collect()
}

fn collect(folder: &Path, source: &Path, texts: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, source, texts);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(source).unwrap().display().to_string();
            texts.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}
