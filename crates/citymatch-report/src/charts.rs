//! The page's pictures: SVG whose colours come from classes, as its policy admits no style
//! attribute.

use std::fmt::Write as _;

use citymatch::Level;

use crate::labels::{Labels, PARTS};
use crate::text::{escaped, filled};

/// The class that colours a part of a score.
pub(crate) fn class(part: &str) -> String {
    let place = PARTS.iter().position(|own| *own == part).unwrap_or(PARTS.len() - 1);
    format!("p{place}")
}

/// What a score comes from: one stretch a part, on a scale that all bars of the page share. `longest`
/// is the sum that fills it. The numbers stand beside it as text, so that its label is their sum.
pub(crate) fn bar(labels: &Labels, parts: &[(String, f64)], longest: f64) -> String {
    const WIDTH: f64 = 200.0;
    let sum: f64 = parts.iter().map(|(_, value)| value).sum();
    let mut svg = format!("<svg role=img aria-label=\"{} {}\">", labels.sum, labels.number(sum));
    let mut start = 0.0;
    for (name, value) in parts.iter().filter(|(_, value)| *value > 0.0) {
        let end = start + value / longest.max(f64::MIN_POSITIVE) * WIDTH;
        // Rounded edges meet, whatever the sum of the rounded widths is; one unit keeps them apart.
        let (from, to) = (f64::round(start), f64::round(end.min(WIDTH)));
        if to - from > 1.0 {
            let _ =
                write!(svg, "<path class={} d=\"M{from} 4h{}\"/>", class(name), to - from - 1.0);
        }
        start = end;
    }
    svg + "</svg>"
}

/// The scores of a challenge's matches on a line from 0 to 1, with marks where they are called
/// possible and strong.
pub(crate) fn strip(labels: &Labels, scores: &[f64]) -> String {
    let (Some(best), Some(worst)) = (
        scores.iter().copied().max_by(f64::total_cmp),
        scores.iter().copied().min_by(f64::total_cmp),
    ) else {
        return String::new();
    };
    let (best, worst) = (labels.number(best), labels.number(worst));
    let label = filled(labels.strip, &[("best", &best), ("worst", &worst)]);
    let mut svg = format!(
        "<svg viewBox=\"-6 0 212 20\" role=\"img\" aria-label=\"{}\"><path class=\"line\" d=\"M0 10h200M0 6v8M40 7v6M120 7v6M200 6v8\"/>",
        escaped(&label)
    );
    // The best on top. A line of no length with round ends is a dot.
    for level in [Level::Weak, Level::Possible, Level::Strong] {
        let own = scores.iter().filter(|score| Level::of(**score) == level);
        let dots: Vec<String> =
            own.map(|score| format!("M{} 10h0", (score * 200.0).round())).collect();
        if !dots.is_empty() {
            let _ = write!(svg, "<path class=\"dots {level}\" d=\"{}\"/>", dots.concat());
        }
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use citymatch::Language;

    use super::*;

    fn parts(values: &[(&str, f64)]) -> Vec<(String, f64)> {
        values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    #[test]
    fn the_parts_of_a_bar_meet_and_say_their_sum() {
        let labels = Labels::of(Language::English);
        let svg =
            bar(labels, &parts(&[("words", 0.333), ("place", -0.2), ("meaning", 0.167)]), 1.0);
        assert!(svg.contains("aria-label=\"sum 0.30\""), "{svg}");
        assert!(svg.contains("class=p0 d=\"M0 4h66\""), "{svg}");
        assert!(svg.contains("class=p2 d=\"M67 4h32\""), "{svg}");
        assert!(!svg.contains("style"), "{svg}");
    }

    #[test]
    fn nothing_makes_no_strip_and_an_empty_bar() {
        let labels = Labels::of(Language::English);
        assert_eq!(strip(labels, &[]), "");
        assert!(!bar(labels, &[], 0.0).contains("path"));
        assert!(strip(labels, &[0.7, 0.1]).contains("class=\"dots strong\" d=\"M140 10h0\""));
    }
}
