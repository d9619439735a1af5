use std::fmt;

use serde_json::{Map, Value as Json};

use super::field::{Field, FieldError, Item, json_text, named, number_to_json, read_number};

/// The codes of ISO 4217 that are in use: the currencies of countries, and units of account.
const CURRENCIES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP \
    BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB \
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD \
    JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR \
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND \
    TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF \
    XPF XSU XUA YER ZAR ZMW ZWG";

/// A currency, by its ISO 4217 code, such as `USD`. Upper and lower case are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

impl Currency {
    /// The three-letter code.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    fn from_word(word: &str) -> Option<Self> {
        let word = word.trim();
        CURRENCIES.split_ascii_whitespace().find(|code| code.eq_ignore_ascii_case(word)).map(Self)
    }
}

named!(Currency, Currency::from_word, "a currency as ISO 4217, such as `USD`");

/// An amount of money.
///
/// Only amounts in the same currency are compared, because a catalogue knows no exchange rates.
///
/// # Examples
/// ```
/// use citymatch::record::Money;
/// let cost = Money::new(1200.0, "USD".parse().unwrap());
/// assert_eq!(cost.to_string(), "1200 USD");
/// assert_eq!(cost.at_most(&Money::new(2000.0, "USD".parse().unwrap())), Some(true));
/// assert_eq!(cost.at_most(&Money::new(2000.0, "BRL".parse().unwrap())), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Money {
    /// The amount in units of the currency (dollars, not cents), 0 or more.
    pub amount: f64,
    /// The currency; an amount without one is not compared with any other.
    pub currency: Option<Currency>,
}

impl Money {
    /// An amount in a currency.
    #[must_use]
    pub fn new(amount: f64, currency: Currency) -> Self {
        Self { amount, currency: Some(currency) }
    }

    /// Whether this amount is at most `limit`; `None` unless both have the same currency.
    #[must_use]
    pub fn at_most(&self, limit: &Self) -> Option<bool> {
        (self.currency? == limit.currency?).then_some(self.amount <= limit.amount)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.amount)?;
        self.currency.map_or(Ok(()), |currency| write!(f, " {currency}"))
    }
}

impl Item for Money {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        let Json::Object(fields) = json else {
            return Err(FieldError::new(
                at,
                json_text(json),
                "an object of `amount` and `currency`",
            ));
        };
        let amount = fields.get("amount").unwrap_or(&Json::Null);
        let currency =
            Field::read(fields.get("currency").unwrap_or(&Json::Null), &format!("{at}.currency"))?;
        match read_number(amount).filter(|amount| *amount >= 0.0) {
            Some(amount) => Ok(Self { amount, currency }),
            None => Err(FieldError::new(
                format!("{at}.amount"),
                json_text(amount),
                "a number, 0 or more",
            )),
        }
    }

    fn write_item(&self) -> Json {
        let mut fields = Map::new();
        fields.insert("amount".to_owned(), number_to_json(self.amount));
        if let Some(currency) = self.currency {
            fields.insert("currency".to_owned(), currency.write_item());
        }
        Json::Object(fields)
    }
}
