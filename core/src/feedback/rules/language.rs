//! The language that an answer is written in, told by its letters and their triples (the crate whatlang).

use whatlang::{Detector, Lang, Script};

use super::{Check, Form, Key, Kind, RuleFault};

pub(super) const KIND: Kind = Kind {
    id: "language",
    meaning: "The answer is written in a language. A long answer is told apart surely and gives 1 or 0. A short one is \
              not, and gives what is known: 0.5 + c/2 where it looks like the language and 0.5 − c/2 where it looks \
              like another, with c, from 0 to 1, how sure that is. An answer in another alphabet, or an empty one, \
              gives 0; one without letters gives 0.5.",
    keys: &[Key {
        name: "language",
        form: Form::Text,
        needed: true,
        meaning: "its ISO 639 code (`en`, `eng`) or its name (`English`, `Deutsch`)",
    }],
    example: "kind = \"language\"\nlanguage = \"German\"\n",
    good: "Vielen Dank für Ihre Nachricht. Die Bestellung ist heute Morgen verschickt worden und kommt am Montag bei \
           Ihnen an. Wenn etwas nicht stimmt, schreiben Sie uns bitte noch einmal.",
    bad: "Your order was shipped this morning and will arrive at your place on Monday.",
};

/// Two-letter codes and other names, which whatlang does not know.
const ALIASES: &[(&str, Lang)] = &[
    ("af", Lang::Afr),
    ("ak", Lang::Aka),
    ("am", Lang::Amh),
    ("ar", Lang::Ara),
    ("az", Lang::Aze),
    ("be", Lang::Bel),
    ("bg", Lang::Bul),
    ("bn", Lang::Ben),
    ("ca", Lang::Cat),
    ("cs", Lang::Ces),
    ("cy", Lang::Cym),
    ("da", Lang::Dan),
    ("de", Lang::Deu),
    ("el", Lang::Ell),
    ("en", Lang::Eng),
    ("eo", Lang::Epo),
    ("es", Lang::Spa),
    ("et", Lang::Est),
    ("fa", Lang::Pes),
    ("fi", Lang::Fin),
    ("fr", Lang::Fra),
    ("gu", Lang::Guj),
    ("he", Lang::Heb),
    ("hi", Lang::Hin),
    ("hr", Lang::Hrv),
    ("hu", Lang::Hun),
    ("hy", Lang::Hye),
    ("id", Lang::Ind),
    ("it", Lang::Ita),
    ("ja", Lang::Jpn),
    ("jv", Lang::Jav),
    ("ka", Lang::Kat),
    ("km", Lang::Khm),
    ("kn", Lang::Kan),
    ("ko", Lang::Kor),
    ("la", Lang::Lat),
    ("lt", Lang::Lit),
    ("lv", Lang::Lav),
    ("mk", Lang::Mkd),
    ("ml", Lang::Mal),
    ("mr", Lang::Mar),
    ("my", Lang::Mya),
    ("nb", Lang::Nob),
    ("ne", Lang::Nep),
    ("nl", Lang::Nld),
    ("no", Lang::Nob),
    ("or", Lang::Ori),
    ("pa", Lang::Pan),
    ("pl", Lang::Pol),
    ("pt", Lang::Por),
    ("ro", Lang::Ron),
    ("ru", Lang::Rus),
    ("si", Lang::Sin),
    ("sk", Lang::Slk),
    ("sl", Lang::Slv),
    ("sn", Lang::Sna),
    ("sr", Lang::Srp),
    ("sv", Lang::Swe),
    ("ta", Lang::Tam),
    ("te", Lang::Tel),
    ("th", Lang::Tha),
    ("tk", Lang::Tuk),
    ("tl", Lang::Tgl),
    ("tr", Lang::Tur),
    ("uk", Lang::Ukr),
    ("ur", Lang::Urd),
    ("uz", Lang::Uzb),
    ("vi", Lang::Vie),
    ("yi", Lang::Yid),
    ("zh", Lang::Cmn),
    ("zu", Lang::Zul),
    ("chinese", Lang::Cmn),
    ("norwegian", Lang::Nob),
    ("bokmål", Lang::Nob),
    ("slovenian", Lang::Slv),
    ("farsi", Lang::Pes),
];

/// Languages that a model answers in by far most often. An answer is told from these alone: among all that whatlang
/// knows, a short English sentence looks now like Welsh and now like Tagalog.
const COMMON: &[Lang] = &[
    Lang::Ara,
    Lang::Ces,
    Lang::Cmn,
    Lang::Deu,
    Lang::Eng,
    Lang::Fra,
    Lang::Hin,
    Lang::Ind,
    Lang::Ita,
    Lang::Jpn,
    Lang::Kor,
    Lang::Nld,
    Lang::Pol,
    Lang::Por,
    Lang::Rus,
    Lang::Spa,
    Lang::Swe,
    Lang::Tur,
    Lang::Ukr,
    Lang::Vie,
];

struct Language {
    language: Lang,
    detector: Detector,
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Language").field("language", &self.language).finish_non_exhaustive()
    }
}

pub(super) fn compile(name: &str) -> Result<Box<dyn Check>, RuleFault> {
    let language = find(name).ok_or_else(|| RuleFault::UnknownLanguage { language: name.to_owned() })?;
    let mut candidates = COMMON.to_vec();
    if !candidates.contains(&language) {
        candidates.push(language);
    }
    Ok(Box::new(Language { language, detector: Detector::with_allowlist(candidates) }))
}

fn find(name: &str) -> Option<Lang> {
    let name = name.trim().to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, language)| *language);
    alias.or_else(|| Lang::from_code(name.as_str())).or_else(|| {
        Lang::all()
            .iter()
            .copied()
            .find(|language| language.eng_name().to_lowercase() == name || language.name().to_lowercase() == name)
    })
}

/// Every language by its English name, for messages and for near names.
pub(super) fn names() -> Vec<&'static str> {
    Lang::all().iter().map(|language| language.eng_name()).collect()
}

impl Check for Language {
    fn give(&self, answer: &str) -> f64 {
        const UNKNOWN: f64 = 0.5;
        if answer.trim().is_empty() {
            return 0.0;
        }
        let Some(info) = self.detector.detect(answer) else {
            // The alphabet may belong to none of the candidates, and then it is not the language's.
            return if self.detector.detect_script(answer).is_some() { 0.0 } else { UNKNOWN };
        };
        let sure = if info.is_reliable() { 1.0 } else { info.confidence() };
        if info.lang() == self.language {
            UNKNOWN + sure / 2.0
        } else if self.language == Lang::Jpn && info.script() == Script::Mandarin {
            // A few Chinese characters alone may well be Japanese.
            UNKNOWN
        } else if info.script().langs().contains(&self.language) {
            UNKNOWN - sure / 2.0
        } else {
            0.0
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the expected shares are exact in binary")]
mod tests {
    use super::*;

    fn give(language: &str, answer: &str) -> f64 {
        compile(language).expect("a language").give(answer)
    }

    #[test]
    fn languages_have_many_names() {
        for name in ["de", "deu", "German", " german ", "DEUTSCH"] {
            assert_eq!(find(name), Some(Lang::Deu), "{name}");
        }
        assert_eq!(find("Chinese"), Some(Lang::Cmn));
        assert!(matches!(compile("Germna"), Err(RuleFault::UnknownLanguage { .. })));
        // Each two-letter code is a language's first letters or another well-known code: no language twice.
        for (index, (alias, _)) in ALIASES.iter().enumerate() {
            assert!(ALIASES[..index].iter().all(|(other, _)| other != alias), "{alias}");
        }
    }

    #[test]
    fn long_answers_are_sure() {
        let english = "The capital of Portugal is Lisbon, a city on the river Tagus with a large harbour.";
        assert_eq!([give("en", english), give("de", english), give("ru", english)], [1.0, 0.0, 0.0]);
    }

    #[test]
    fn short_answers_are_uncertain_but_lean_the_right_way() {
        for (language, right, wrong) in [
            ("de", "Danke für Ihre Bestellung.", "Thank you for your order."),
            ("en", "Sure, here is the list.", "Merci pour votre commande."),
            ("es", "Gracias por su pedido.", "Ihr Paket kommt am Montag an."),
        ] {
            let (right, wrong) = (give(language, right), give(language, wrong));
            assert!(right > 0.5 && right < 1.0 && wrong < 0.5, "{language}: {right} {wrong}");
        }
    }

    #[test]
    fn another_alphabet_is_another_language_however_short() {
        assert_eq!([give("en", "Да."), give("ru", "Yes."), give("en", "感谢您"), give("de", "გამარჯობა")], [0.0; 4]);
        assert_eq!([give("ja", "ありがとう"), give("ko", "네"), give("zh", "好的")], [1.0; 3]);
        assert_eq!(give("ja", "東京"), 0.5);
    }

    #[test]
    fn an_answer_without_letters_says_nothing_and_an_empty_one_is_none() {
        assert_eq!([give("en", "42"), give("en", " \n")], [0.5, 0.0]);
    }
}
