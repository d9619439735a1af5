//! The regions of the world that countries belong to.

use super::country::Country;

/// The sub-regions of the United Nations' geoscheme (M49), each with the codes of its countries.
const REGIONS: [(&str, &str); 22] = [
    ("Australia and New Zealand", "AU CC CX HM NF NZ"),
    (
        "Caribbean",
        "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI",
    ),
    ("Central America", "BZ CR GT HN MX NI PA SV"),
    ("Central Asia", "KG KZ TJ TM UZ"),
    ("Eastern Africa", "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW"),
    ("Eastern Asia", "CN HK JP KP KR MN MO TW"),
    ("Eastern Europe", "BG BY CZ HU MD PL RO RU SK UA"),
    ("Melanesia", "FJ NC PG SB VU"),
    ("Micronesia", "FM GU KI MH MP NR PW UM"),
    ("Middle Africa", "AO CD CF CG CM GA GQ ST TD"),
    ("Northern Africa", "DZ EG EH LY MA SD TN"),
    ("Northern America", "BM CA GL PM US"),
    ("Northern Europe", "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ"),
    ("Polynesia", "AS CK NU PF PN TK TO TV WF WS"),
    ("South America", "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE"),
    ("South-eastern Asia", "BN ID KH LA MM MY PH SG TH TL VN"),
    ("Southern Africa", "BW LS NA SZ ZA"),
    ("Southern Asia", "AF BD BT IN IR LK MV NP PK"),
    ("Southern Europe", "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA"),
    ("Western Africa", "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG"),
    ("Western Asia", "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE"),
    ("Western Europe", "AT BE CH DE FR LI LU MC NL"),
];

impl Country {
    /// The sub-region of the world, by the United Nations' geoscheme (M49). `None` for Antarctica.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Country;
    /// let region = |code: &str| code.parse::<Country>().unwrap().region();
    /// assert_eq!(region("UY"), Some("South America"));
    /// assert_eq!(region("UY"), region("BR"));
    /// ```
    #[must_use]
    pub fn region(self) -> Option<&'static str> {
        let code = self.to_string();
        let of = REGIONS.iter().find(|(_, codes)| codes.split(' ').any(|own| own == code));
        of.map(|(region, _)| *region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_but_antarctica_is_in_one_region() {
        let table = include_str!("countries.tsv").lines().skip(1);
        let codes: Vec<&str> = table.map(|row| row.split('\t').next().unwrap()).collect();
        let listed: Vec<&str> = REGIONS.iter().flat_map(|(_, codes)| codes.split(' ')).collect();
        for code in &codes {
            let times = listed.iter().filter(|own| *own == code).count();
            assert_eq!(times, usize::from(*code != "AQ"), "{code}");
        }
        let unknown = listed.iter().find(|code| !codes.contains(code));
        assert_eq!(unknown, None);
    }
}
