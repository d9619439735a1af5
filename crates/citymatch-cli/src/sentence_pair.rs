//! A pair of sentences, shortened to the width of a line.

use citymatch::explain::SentencePair;
use unicode_width::UnicodeWidthStr;

use crate::paragraph::{NO_BREAK_SPACE, printable, shortened};

/// The fewest columns that a sentence gets, however narrow the terminal is.
const SENTENCE_MIN: usize = 20;

/// The pair in about `width` columns: `“¿Cómo evitar …” ~ “Retienen el agua …” .63`.
pub(crate) fn fit(pair: &SentencePair<'_>, width: usize) -> String {
    let (ask, solution) = (printable(pair.ask), printable(pair.solution));
    // The quotes, the `~` and the cosine take up 11 columns. The solution gets more of the rest,
    // because the reader knows the challenge already.
    let room = width.saturating_sub(11);
    let ask_width = (room * 2 / 5).max(room.saturating_sub(solution.width())).max(SENTENCE_MIN);
    let ask = shortened(&ask, ask_width);
    let solution = shortened(&solution, room.saturating_sub(ask.width()).max(SENTENCE_MIN));
    let cosine = format!("{:.2}", pair.cosine);
    let cosine = cosine.strip_prefix('0').unwrap_or(&cosine);
    format!("“{ask}” ~ “{solution}”{NO_BREAK_SPACE}{cosine}")
}

#[cfg(test)]
mod tests {
    use citymatch::{Catalogue, Challenge, Matcher, Solution};

    use super::*;

    #[test]
    fn both_sentences_share_the_width() {
        let catalogue = Catalogue::in_memory().unwrap();
        let mut edit = catalogue.edit().unwrap();
        edit.put(Solution::new("s1", "Retienen el agua de lluvia en las aceras.")).unwrap();
        edit.commit().unwrap();
        let challenge = Challenge::from_text("¿Cómo retener el agua de lluvia en cada acera?");
        let explanation =
            Matcher::new(&catalogue).unwrap().explain(challenge, &"s1".into()).unwrap();
        let highlights = explanation.highlights();
        let pair = &highlights.sentences[0];
        assert_eq!(fit(pair, 200), pair.to_string(), "there is room for both");
        let short = fit(pair, 70);
        assert!(
            short.width() <= 70
                && short.starts_with("“¿Cómo retener")
                && short.contains("…” ~ “Retienen el agua"),
            "{short}"
        );
        assert!(fit(pair, 0).width() < 60, "each sentence gets 20 columns");
    }
}
