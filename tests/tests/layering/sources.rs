//! The arrows inside a package, read from its sources.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Attribute, ImplItem, Item, ItemImpl, ItemMod, ItemUse, Macro, Meta, Signature, TraitItem, Type, UseTree, Visibility,
};

fn parse(file: &Path, source: &str) -> syn::File {
    syn::parse_file(source).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The rooms in the order of their declaration: a room uses those before it.
pub fn rooms_in_order(lib: &str) -> Vec<String> {
    let items = parse(Path::new("lib.rs"), lib).items;
    items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) => Some(module.ident.to_string()),
            _ => None,
        })
        .collect()
}

/// Uses in `file`, which belongs to `room`, of rooms that do not stand above it.
pub fn room_faults(rooms: &[String], room: &str, file: &Path, source: &str) -> Vec<String> {
    let place = |name: &str| rooms.iter().position(|known| known == name);
    let own = place(room);
    let mut faults: Vec<String> = used_from_root(file, source)
        .into_iter()
        .filter(|used| own.is_none() || place(used).is_none_or(|used| Some(used) > own))
        .map(|used| format!("{}: room {room} uses {used}", file.display()))
        .collect();
    faults.sort();
    faults.dedup();
    faults
}

/// The modules of the crate's root that a file names, by `crate::` or by enough `super::`.
fn used_from_root(file: &Path, source: &str) -> Vec<String> {
    let mut depth = file.iter().count();
    if file.ends_with("mod.rs") {
        depth -= 1;
    }
    let mut uses = RootUses { depth, found: Vec::new() };
    uses.visit_file(&parse(file, source));
    uses.found
}

struct RootUses {
    /// Modules between the root and the place that is read.
    depth: usize,
    found: Vec<String>,
}

impl RootUses {
    /// Takes the segments of a path: what follows the root, where it starts there.
    fn take(&mut self, segments: &[String]) {
        let supers = segments.iter().take_while(|segment| *segment == "super").count();
        let after = match segments.first().map(String::as_str) {
            Some("crate") => segments.get(1),
            Some("super") if supers >= self.depth => segments.get(supers),
            _ => None,
        };
        self.found.extend(after.cloned());
    }

    fn take_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &dyn ToString| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.take_tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => self.take(&with(&name.ident)),
            UseTree::Rename(rename) => self.take(&with(&rename.ident)),
            UseTree::Glob(_) => self.take(&with(&"*")),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.take_tree(before, item)),
        }
    }

    /// Macros hold tokens that are no syntax yet: every `crate::name` in them counts.
    fn take_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.take_tokens(group.stream()),
                TokenTree::Ident(ident) if ident == "crate" => {
                    if let Some(TokenTree::Ident(name)) = tokens.get(index + 3) {
                        self.found.push(name.to_string());
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for RootUses {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.depth += 1;
        visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.take_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.take(&segments);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.take_tokens(invocation.tokens.clone());
        visit::visit_macro(self, invocation);
    }
}

/// Public items of a file that speak of a tensor.
pub fn public_tensors(file: &Path, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    collect_tensors(&parse(file, source).items, &mut faults);
    faults.iter().map(|name| format!("{}: {name} speaks of a tensor", file.display())).collect()
}

fn collect_tensors(items: &[Item], faults: &mut Vec<String>) {
    let public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    for item in items {
        match item {
            Item::Fn(function) if public(&function.vis) => check_signature(&function.sig, faults),
            Item::Struct(structure) if public(&structure.vis) => {
                for field in structure.fields.iter().filter(|field| public(&field.vis)) {
                    check_type(&field.ty, &structure.ident, faults);
                }
            }
            Item::Enum(choice) if public(&choice.vis) => {
                for field in choice.variants.iter().flat_map(|variant| &variant.fields) {
                    check_type(&field.ty, &choice.ident, faults);
                }
            }
            Item::Type(alias) if public(&alias.vis) => check_type(&alias.ty, &alias.ident, faults),
            Item::Const(constant) if public(&constant.vis) => check_type(&constant.ty, &constant.ident, faults),
            Item::Static(global) if public(&global.vis) => check_type(&global.ty, &global.ident, faults),
            Item::Trait(definition) if public(&definition.vis) => {
                for item in &definition.items {
                    if let TraitItem::Fn(function) = item {
                        check_signature(&function.sig, faults);
                    }
                }
            }
            Item::Use(import) if public(&import.vis) => {
                let mut finder = TensorFinder::default();
                finder.visit_use_tree(&import.tree);
                if finder.found {
                    faults.push("pub use".to_owned());
                }
            }
            Item::Impl(implementation) => check_impl(implementation, faults),
            Item::Mod(module) if !only_in_tests(&module.attrs) => {
                collect_tensors(module.content.as_ref().map_or(&[], |(_, items)| items), faults);
            }
            _ => {}
        }
    }
}

/// A trait's methods are as public as the trait; others say so themselves.
fn check_impl(implementation: &ItemImpl, faults: &mut Vec<String>) {
    let of_trait = implementation.trait_.is_some();
    if let Some((path, _)) = &implementation.trait_ {
        let mut finder = TensorFinder::default();
        finder.visit_path(path);
        if finder.found {
            faults.push("impl".to_owned());
        }
    }
    for item in &implementation.items {
        if let ImplItem::Fn(function) = item
            && (of_trait || matches!(function.vis, Visibility::Public(_)))
        {
            check_signature(&function.sig, faults);
        }
    }
}

fn check_signature(signature: &Signature, faults: &mut Vec<String>) {
    let mut finder = TensorFinder::default();
    finder.visit_signature(signature);
    if finder.found {
        faults.push(signature.ident.to_string());
    }
}

fn check_type(kind: &Type, name: &syn::Ident, faults: &mut Vec<String>) {
    let mut finder = TensorFinder::default();
    finder.visit_type(kind);
    if finder.found {
        faults.push(name.to_string());
    }
}

/// Finds the tensor's own name, and anything of the library that it comes from.
#[derive(Default)]
struct TensorFinder {
    found: bool,
}

impl<'ast> Visit<'ast> for TensorFinder {
    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        self.found |= ident == "Tensor" || ident == "candle_core";
    }
}

/// The places of a file where code is unsafe, or an attribute is.
pub fn unsafe_lines(file: &Path, source: &str) -> Vec<String> {
    let tokens: TokenStream = source.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    count_unsafe(tokens).map_or_else(Vec::new, |count| vec![format!("{}: {count} × unsafe", file.display())])
}

fn count_unsafe(tokens: TokenStream) -> Option<usize> {
    let count: usize = tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => count_unsafe(group.stream()).unwrap_or(0),
            TokenTree::Ident(ident) => usize::from(ident == "unsafe"),
            _ => 0,
        })
        .sum();
    (count > 0).then_some(count)
}

/// Calls outside tests that replace a file in place.
pub fn direct_writes(file: &Path, source: &str) -> Vec<String> {
    let mut writes = Writes { found: Vec::new() };
    writes.visit_file(&parse(file, source));
    writes.found.iter().map(|call| format!("{}: {call}", file.display())).collect()
}

struct Writes {
    found: Vec<String>,
}

impl<'ast> Visit<'ast> for Writes {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !only_in_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_path(&mut self, expression: &'ast syn::ExprPath) {
        let names: Vec<String> = expression.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let [.., holder, name] = names.as_slice() {
            let call = format!("{holder}::{name}");
            if ["fs::write", "fs::copy", "File::create", "File::create_new"].contains(&call.as_str()) {
                self.found.push(call);
            }
        }
    }
}

fn only_in_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string().contains("test"),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms() -> Vec<String> {
        rooms_in_order("//! Rooms.\npub mod domain;\npub mod job;\npub mod model;\npub mod engine;\n")
    }

    fn faults_in(file: &str, source: &str) -> usize {
        room_faults(&rooms(), "job", Path::new(file), source).len()
    }

    #[test]
    fn a_use_of_a_higher_room_is_found() {
        assert_eq!(rooms(), ["domain", "job", "model", "engine"]);
        for right in [
            "use crate::domain::Text;",
            "use crate::{domain, job::CancelToken};",
            "use super::spec::JobSpec;",
            "fn f() { crate::domain::f(); }",
            "mod tests { use super::super::event; }",
            "//! See `crate::engine`.",
            "const NAME: &str = \"crate::engine\";",
        ] {
            assert_eq!(faults_in("job/spec.rs", right), 0, "{right}");
        }
        for wrong in [
            "use crate::engine;",
            "use crate::model::Decoder;",
            "use crate::{domain, model::Decoder};",
            "use crate::*;",
            "use super::super::engine::run;",
            "use super::super::{engine, domain};",
            "fn f() { crate::engine::run(); }",
            "fn f(decoder: &crate::model::Decoder) {}",
            "fn f() { assert!(vec![crate::engine::run()].is_empty()); }",
            "mod tests { use super::super::super::engine; }",
            "use crate::unknown;",
        ] {
            assert_eq!(faults_in("job/spec.rs", wrong), 1, "{wrong}");
        }
        assert_eq!(faults_in("job/mod.rs", "use super::engine;"), 1);
        assert_eq!(faults_in("job.rs", "use super::engine;"), 1);
        assert_eq!(faults_in("job/child/tests.rs", "use super::super::engine;"), 0);
        assert_eq!(faults_in("job/child/tests.rs", "use super::super::super::engine;"), 1);
    }

    #[test]
    fn a_room_that_is_not_listed_is_found() {
        let faults = room_faults(&rooms(), "attic", Path::new("attic.rs"), "use crate::domain::Text;");
        assert_eq!(faults, ["attic.rs: room attic uses domain"]);
    }

    #[test]
    fn a_public_tensor_is_found() {
        let count = |source: &str| public_tensors(Path::new("x.rs"), source).len();
        for right in [
            "use candle_core::Tensor;",
            "fn f(tensor: &Tensor) {}",
            "pub(crate) fn f(tensor: &Tensor) {}",
            "pub struct Proof { logits: Tensor }",
            "pub fn f() { let tensor: Tensor = g(); }",
            "impl Proof { fn f(&self) -> Tensor {} }",
            "#[cfg(test)] mod tests { pub fn f(tensor: &Tensor) {} }",
        ] {
            assert_eq!(count(right), 0, "{right}");
        }
        for wrong in [
            "pub use candle_core::Tensor;",
            "pub use candle_core::Device;",
            "pub fn f(tensor: &Tensor) {}",
            "pub fn f() -> Result<Vec<candle_core::Tensor>, E> {}",
            "pub struct Proof { pub logits: Option<Tensor> }",
            "pub struct Proof(pub Tensor);",
            "pub enum Proof { Logits(Tensor) }",
            "pub type Logits = Vec<Tensor>;",
            "pub trait Prove { fn prove(&self) -> Tensor; }",
            "impl Proof { pub fn f(&self) -> Tensor {} }",
            "impl From<Tensor> for Proof {}",
            "pub mod inner { pub fn f(tensor: &Tensor) {} }",
        ] {
            assert_eq!(count(wrong), 1, "{wrong}");
        }
    }

    #[test]
    fn unsafe_code_is_found() {
        let count = |source: &str| unsafe_lines(Path::new("x.rs"), source).len();
        for right in ["// unsafe\nfn f() {}", "const WORD: &str = \"unsafe\";", "fn is_unsafe() {}"] {
            assert_eq!(count(right), 0, "{right}");
        }
        for wrong in [
            "fn f() { unsafe { g() } }",
            "unsafe fn f() {}",
            "unsafe impl Send for X {}",
            "#[unsafe(no_mangle)] fn f() {}",
            "fn f() { call!(unsafe { g() }); }",
        ] {
            assert_eq!(count(wrong), 1, "{wrong}");
        }
    }

    #[test]
    fn a_file_replaced_in_place_is_found() {
        let count = |source: &str| direct_writes(Path::new("x.rs"), source).len();
        for right in [
            "fn f() { files::write_atomically(path, fill); }",
            "fn f() { OpenOptions::new().append(true).open(path); }",
            "#[cfg(test)] mod tests { fn f() { std::fs::write(path, text); } }",
            "#[cfg(all(test, unix))] mod tests { fn f() { File::create(path); } }",
        ] {
            assert_eq!(count(right), 0, "{right}");
        }
        for wrong in [
            "fn f() { std::fs::write(path, text); }",
            "fn f() { fs::write(path, text); }",
            "fn f() { File::create(path); }",
            "fn f() { std::fs::File::create_new(path).map(g); }",
            "fn f() { paths.map(File::create); }",
            "mod writer { fn f() { std::fs::copy(from, to); } }",
        ] {
            assert_eq!(count(wrong), 1, "{wrong}");
        }
    }
}
