//! How the sections and articles of a call are numbered.

use std::sync::LazyLock;

use regex::Regex;

/// The number of a section or an article, and the mark behind it.
pub(super) static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)^(?:(?P<digits>\d{1,2}(?:\.\d{1,2})*)\s*[.)º°]?\s*[-–—:]?\s+|[IVX]{1,5}\s*[.)–—-]+\s*|(?:cap[ií]tulo|art[ií]culo|artigo|art\.|secci[oó]n|se[cç][aã]o|cl[aá]usula|section|chapter|part|parte)\s+[\dIVXºª°]+(?:\.\d+)*\s*[.:)–—-]*\s*|(?:primer[ao]|segund[ao]|tercer[ao]|terceir[ao]|cuart[ao]|quart[ao]|quint[ao]|sext[ao]|s[ée]ptim[ao]|s[ée]tim[ao]|octav[ao]|oitav[ao]|noven[ao]|non[ao]|und[ée]cim[ao]|duod[ée]cim[ao]|d[ée]cim[ao](?:\s?\w+[ao])?|decimo\w+)\s*[.:–—-]+\s*|[a-z][.)]\s+)";
    Regex::new(pattern).expect("a fixed pattern compiles")
});
