//! What licences of models allow, in plain words. Nobody here is a lawyer: the licence's own text decides.

use crate::domain::{Licence, Permission};

/// A licence that this program knows.
struct Known {
    /// Its id on the Hub, and others that are said the same of.
    ids: &'static [&'static str],
    title: &'static str,
    may_sell: Permission,
    must_ask: bool,
    said: &'static str,
}

const PERMISSIVE: &str = "You may sell what you make; pass the licence's text on with the model.";
const RAIL: &str = "You may sell what you make; the licence lists uses that are forbidden, and the list goes on to whoever \
                    gets the model.";

const KNOWN: &[Known] = &[
    Known {
        ids: &["apache-2.0"],
        title: "Apache 2.0",
        may_sell: Permission::Yes,
        must_ask: false,
        said: "You may sell what you make; pass the licence's text on with the model, and say what you changed.",
    },
    Known { ids: &["mit"], title: "MIT", may_sell: Permission::Yes, must_ask: false, said: PERMISSIVE },
    Known {
        ids: &["bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "isc", "zlib", "afl-3.0"],
        title: "A permissive licence",
        may_sell: Permission::Yes,
        must_ask: false,
        said: PERMISSIVE,
    },
    Known {
        ids: &["cc0-1.0", "unlicense", "wtfpl", "0bsd", "pddl"],
        title: "No rights reserved",
        may_sell: Permission::Yes,
        must_ask: false,
        said: "You may sell what you make, and need do nothing for it.",
    },
    Known {
        ids: &["llama3.1", "llama3.2", "llama3.3"],
        title: "Llama Community Licence",
        may_sell: Permission::WithConditions,
        must_ask: true,
        said: "You may sell what you make unless you have more than 700 million users a month; show \u{201c}Built with \
               Llama\u{201d}, let the name of a model made from it begin with \u{201c}Llama\u{201d}, pass the licence on, \
               and keep to Meta's rules of use.",
    },
    Known {
        ids: &["llama3", "llama4"],
        title: "Llama Community Licence",
        may_sell: Permission::WithConditions,
        must_ask: true,
        said: "You may sell what you make unless you have more than 700 million users a month; say that it is built with \
               Llama and name it so as the licence wants, pass the licence on, and keep to Meta's rules of use.",
    },
    Known {
        ids: &["llama2"],
        title: "Llama 2 Community Licence",
        may_sell: Permission::WithConditions,
        must_ask: true,
        said: "You may sell what you make unless you have more than 700 million users a month; pass the licence on, keep to \
               Meta's rules of use, and improve no other language model with it or its answers.",
    },
    Known {
        ids: &["gemma"],
        title: "Gemma Terms of Use",
        may_sell: Permission::WithConditions,
        must_ask: true,
        said: "You may sell what you make; hand Google's terms and its list of forbidden uses on to whoever gets the model, \
               hold them to it, and say that you changed it.",
    },
    Known {
        ids: &["qwen-research", "tongyi-qianwen-research"],
        title: "Qwen Research Licence",
        may_sell: Permission::No,
        must_ask: true,
        said: "For research and for trying it out, not for business: for that Alibaba Cloud has to be asked for another \
               licence; what is made of it and passed on shows \u{201c}Built with Qwen\u{201d} or \u{201c}Improved using \
               Qwen\u{201d}.",
    },
    Known {
        ids: &["qwen", "tongyi-qianwen"],
        title: "Qwen Licence",
        may_sell: Permission::WithConditions,
        must_ask: false,
        said: "You may sell what you make unless your product has more than 100 million users a month; pass the licence on, \
               and show that it is built with Qwen where it wants so.",
    },
    Known {
        ids: &["cc-by-4.0", "cc-by-3.0", "cc-by-2.0"],
        title: "Creative Commons Attribution",
        may_sell: Permission::Yes,
        must_ask: false,
        said: "You may sell what you make; name who made the model, point to the licence, and say what you changed.",
    },
    Known {
        ids: &["cc-by-sa-4.0", "cc-by-sa-3.0", "cc-by-sa"],
        title: "Creative Commons Attribution-ShareAlike",
        may_sell: Permission::WithConditions,
        must_ask: false,
        said: "You may sell what you make; name who made the model, and give what you make of it to others under the same \
               licence.",
    },
    Known {
        ids: &["cc-by-nd-4.0", "cc-by-nd-3.0"],
        title: "Creative Commons Attribution-NoDerivatives",
        may_sell: Permission::No,
        must_ask: true,
        said: "A changed model must not be passed on, so what you train of it stays with you unless its owner agrees.",
    },
    Known {
        ids: &["cc-by-nc-4.0", "cc-by-nc-3.0", "cc-by-nc-2.0", "cc-by-nc-sa-4.0", "cc-by-nc-sa-3.0", "cc-by-nc-nd-4.0"],
        title: "Creative Commons NonCommercial",
        may_sell: Permission::No,
        must_ask: true,
        said: "Not for business unless its owner agrees; name who made the model, and heed what else the licence asks for.",
    },
    Known {
        ids: &["openrail", "openrail++", "creativeml-openrail-m", "bigscience-openrail-m", "bigcode-openrail-m"],
        title: "Open RAIL",
        may_sell: Permission::WithConditions,
        must_ask: false,
        said: RAIL,
    },
    Known {
        ids: &["bigscience-bloom-rail-1.0"],
        title: "BLOOM RAIL 1.0",
        may_sell: Permission::WithConditions,
        must_ask: false,
        said: RAIL,
    },
    Known {
        ids: &["gpl-2.0", "gpl-3.0", "gpl", "agpl-3.0", "lgpl-3.0", "lgpl-2.1", "mpl-2.0", "eupl-1.1", "eupl-1.2"],
        title: "A licence of the copyleft kind",
        may_sell: Permission::WithConditions,
        must_ask: false,
        said: "You may sell what you make; what you make of the model and pass on goes under the same licence, with \
               everything that is needed to make it again.",
    },
    Known {
        ids: &["mrl", "mnpl", "mistral-ai-research-licence"],
        title: "Mistral Research Licence",
        may_sell: Permission::No,
        must_ask: true,
        said: "For research alone, not for business: for that Mistral AI has to be asked for another licence.",
    },
    Known {
        ids: &["apple-amlr", "exaone", "fair-noncommercial-research-license", "intel-research"],
        title: "A research licence",
        may_sell: Permission::No,
        must_ask: true,
        said: "For research alone, not for business: for that its owner has to be asked.",
    },
];

/// What a licence allows, by its id on the Hub: where there are several, separated by commas, the strictest of them.
pub fn licence_of(id: &str) -> Licence {
    let ids: Vec<&str> = id.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let mut licences: Vec<Licence> = ids.iter().map(|id| one(id)).collect();
    match licences.len() {
        0 => unknown(""),
        1 => licences.remove(0),
        _ => {
            let strictest = licences.iter().max_by_key(|licence| strictness(licence.may_sell)).cloned();
            let titles: Vec<&str> = licences.iter().map(|licence| licence.title.as_str()).collect();
            let strictest = strictest.unwrap_or_else(|| unknown(id));
            Licence {
                id: ids.join(", "),
                title: titles.join(" and "),
                must_ask: licences.iter().any(|licence| licence.must_ask),
                ..strictest
            }
        }
    }
}

fn one(id: &str) -> Licence {
    let lower = id.to_lowercase();
    let known = KNOWN.iter().find(|known| known.ids.contains(&lower.as_str()));
    known.map_or_else(
        || unknown(id),
        |known| Licence {
            id: lower.clone(),
            title: known.title.to_owned(),
            may_sell: known.may_sell,
            must_ask: known.must_ask,
            said: known.said.to_owned(),
        },
    )
}

fn unknown(id: &str) -> Licence {
    let is_named = !matches!(id.to_lowercase().as_str(), "" | "other" | "unknown");
    let (title, said) = if is_named {
        (
            id.to_owned(),
            "This program does not know this licence: read it on the model's page before you use the model.",
        )
    } else {
        (
            "Not said".to_owned(),
            "The model's card names no licence of the usual ones: look on its page for what is allowed, and take it that \
             nothing is where nothing is said.",
        )
    };
    Licence { id: id.to_owned(), title, may_sell: Permission::Unknown, must_ask: false, said: said.to_owned() }
}

/// How little a permission gives.
fn strictness(permission: Permission) -> u8 {
    match permission {
        Permission::Yes => 0,
        Permission::WithConditions => 1,
        Permission::Unknown => 2,
        Permission::No => 3,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_licence_is_found_by_each_of_its_ids_and_says_whether_one_may_sell() {
        let mut seen = BTreeSet::new();
        for known in KNOWN {
            for id in known.ids {
                assert!(seen.insert(*id), "{id} stands twice");
                let licence = licence_of(&id.to_uppercase());
                assert_eq!((licence.id.as_str(), licence.may_sell), (*id, known.may_sell));
            }
            assert!(known.said.ends_with('.') && !known.said.contains("  "), "{}", known.said);
            let says_no = known.may_sell == Permission::No;
            assert_eq!(says_no, !known.said.contains("may sell"), "{}: {}", known.title, known.said);
            // What is not to be sold can be asked for.
            assert!(!says_no || known.must_ask, "{}", known.title);
        }
    }

    #[test]
    fn what_is_not_known_is_said_to_be_so() {
        let strange = licence_of("my-own-licence");
        assert_eq!((strange.may_sell, strange.title.as_str()), (Permission::Unknown, "my-own-licence"));
        for nothing in ["", "other", " , "] {
            assert_eq!(licence_of(nothing).title, "Not said", "{nothing:?}");
        }
    }

    #[test]
    fn of_several_licences_the_strictest_counts() {
        let both = licence_of("mit, cc-by-nc-4.0");
        assert_eq!((both.may_sell, both.must_ask), (Permission::No, true));
        assert_eq!(
            (both.id.as_str(), both.title.as_str()),
            ("mit, cc-by-nc-4.0", "MIT and Creative Commons NonCommercial")
        );
        assert_eq!(licence_of("mit, apache-2.0").may_sell, Permission::Yes);
        assert_eq!(licence_of("llama3.2, strange").may_sell, Permission::Unknown);
    }
}
