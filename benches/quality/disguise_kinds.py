"""Disguises of a text: as people paste it out of files, pages, mails and phones. None of them changes what it asks."""
import json
import quopri
import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import codepoint2name
from pathlib import Path
from urllib.parse import quote_plus

from judged import Row

DATA = json.loads((Path(__file__).resolve().parent / "disguises.json").read_text(encoding="utf-8"))
ASK = ("title", "question", "problem", "outcome")
Text = Callable[[str], str]
# A changed challenge, or none where a kind says nothing of it.
Change = Callable[[Row], Row | None]


def clean(challenge: Row) -> Row:
    """The challenge without anything but its ask; nobody declares the language of a pasted text."""
    return {name: challenge[name] for name in ("id", *ASK) if challenge.get(name)}


def joined(challenge: Row) -> str:
    return "\n".join(str(challenge[name]) for name in ASK if challenge.get(name))


def each(disguise: Text) -> Change:
    """Each field disguised."""
    return lambda challenge: {name: value if name == "id" else disguise(str(value)) for name, value in clean(challenge).items()}


def pasted(text: Callable[[Row], str]) -> Change:
    """Everything in one field."""
    return lambda challenge: {"id": challenge["id"], "question": text(challenge)}


def behind(text: Callable[[Row], str]) -> Change:
    """Something behind the problem."""
    return lambda challenge: clean(challenge) | {"problem": f"{challenge.get('problem', '')}{text(challenge)}"}


def question(challenge: Row) -> Row:
    return {"id": challenge["id"], "question": challenge["question"]}


def written(name: str) -> Change:
    """Asks that were written by hand for some of the challenges."""
    return lambda challenge: {"id": challenge["id"], "question": DATA[name][challenge["id"]]} if challenge["id"] in DATA[name] else None


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def typos(text: str) -> str:
    """A letter left out, doubled or swapped in a fifth of the long words."""
    chance = random.Random(text)

    def one(match: re.Match) -> str:
        word = match.group()
        if chance.random() > 0.2:
            return word
        at, kind = chance.randrange(1, len(word) - 1), chance.randrange(3)
        return (word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:])[kind]
    return re.sub(r"\w{5,}", one, text)


def lines_of_a_page(text: str, cut: bool = False, width: int = 45) -> str:
    """As copied from a PDF: short lines, words cut with a hyphen where `cut`."""
    out, column = "", 0
    for word in text.split(" "):
        if column and column + len(word) > width:
            if cut and len(word) >= 7 and word.isalpha():
                at = min(max(3, width - column), len(word) - 3)
                out, column = f"{out}{word[:at]}-\n{word[at:]} ", len(word) - at + 1
                continue
            out, column = out + "\n", 0
        out, column = f"{out}{word} ", column + len(word) + 1
    return out


def html(text: str) -> str:
    named = "".join(f"&{codepoint2name[ord(c)]};" if ord(c) > 127 and ord(c) in codepoint2name else c for c in text)
    return "<p>" + re.sub(r"\b(\w{8,})\b(?![^&]*;)", r"<strong>\1</strong>", named) + "</p>"


def mojibake(text: str) -> str:
    def one(c: str) -> str:
        try:
            return c.encode().decode("cp1252")
        except UnicodeDecodeError:
            return c
    return "".join(map(one, text))


def within_words(mark: str) -> Text:
    """A mark that cannot be seen, after every third letter of the long words."""
    return lambda text: re.sub(r"\w{7,}", lambda found: mark.join(re.findall(".{1,3}", found.group())), text)


def bold(text: str) -> str:
    return text.translate({ord("a") + i: 0x1D5EE + i for i in range(26)} | {ord("A") + i: 0x1D5D4 + i for i in range(26)})


def sms(text: str) -> str:
    return re.sub(r"\w+", lambda found: DATA["sms"].get(found.group(), found.group()), text.lower().replace("¿", ""))


def headers(challenge: Row) -> str:
    return "\n" + "\n".join(f"{challenge['title']} – página {page} de 8" for page in range(1, 9))


def mail(text: str) -> str:
    """Quoted in an answer, line by line."""
    return "\n".join(f"> {line}" for line in lines_of_a_page(text, width=70).splitlines())


def quoted_printable(text: str) -> str:
    return quopri.encodestring(text.encode()).decode()


def typographic(text: str) -> str:
    """Quotes, dashes, an ellipsis and spaces as a word processor sets them."""
    text = re.sub(r"\b(\w{9,})\b", r"“\1”", text)
    return text.replace(" - ", " — ").replace("'", "’").replace("...", "…").replace("? ", "?\u00a0").replace(": ", "\u202f: ")


def escaped(text: str) -> str:
    """As it stands in a JSON file."""
    return json.dumps(text)[1:-1]


def spaced(text: str) -> str:
    """Justified: tabs and several spaces between words."""
    return re.sub(" ", lambda found: ("  ", "   ", "\t")[found.start() % 3], text)


def emoji(text: str) -> str:
    return re.sub(r"(\w{6,})", lambda found: f"{found.group()} {'💧🌱🏙️♻️👩🏽‍🔬'[found.start() % 5]}", text)


def footnotes(text: str) -> str:
    """A mark behind the long words, in brackets and raised in turn."""
    numbers = iter(range(1, 1000))

    def one(found: re.Match) -> str:
        number = next(numbers)
        raised = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(number))
        return found.group() + (raised if number % 2 else f"[{number}]")
    return re.sub(r"\b\w{9,}\b", one, text)


def bullets(text: str) -> str:
    """Each sentence an item of a list."""
    parts = re.split(r"(?<=[.?!]) ", text)
    return "\n".join(f"{('•', '▪', f'{number})', '–', chr(96 + number % 26) + ')')[number % 5]} {part}" for number, part in enumerate(parts, 1))


def markdown(text: str) -> str:
    words = re.sub(r"\b(\w{9,})\b", r"**\1**", text)
    return f"## {words.replace(' de ', ' [de](https://example.org/a?b=1) ')}\n\n---\n"


def homoglyphs(text: str) -> str:
    """Cyrillic letters that look like Latin ones, in every third long word."""
    table = str.maketrans("aeopcx", "аеорсх")
    count = iter(range(100_000))
    return re.sub(r"\w{5,}", lambda found: found.group() if next(count) % 3 else found.group().translate(table), text)


def hashtags(text: str) -> str:
    """Three long words in a row as one hashtag, as in `#AguaPotableSegura`."""
    return re.sub(r"\b(\w{5,}) (\w{5,})\b", lambda found: "#" + found[1].capitalize() + found[2].capitalize(), text)


@dataclass(frozen=True)
class Kind:
    name: str
    change: Change
    goal: float | None = None               # of the overlap
    reference: Change = clean


def of(challenge: Row, table: str) -> str:
    return DATA[table][challenge.get("language", "es")]


def translated(translations: dict[str, list[Row]]) -> Change:
    return pasted(lambda challenge: "\n".join([joined(challenge), *map(joined, translations.get(str(challenge["id"]), []))]))


def kinds(translations: dict[str, list[Row]]) -> list[Kind]:
    """Of the ask."""
    return [
        Kind("language declared (control)", lambda challenge: clean(challenge) | {"language": challenge.get("language", "es")}),
        Kind("all in one text", pasted(joined), .95),
        Kind("capitals", each(str.upper), .95),
        Kind("capitals without accents", each(lambda text: without_accents(text).upper())),
        Kind("lower case", each(str.lower), .95),
        Kind("without accents, ñ as n", each(without_accents)),
        Kind("typos in a fifth of the long words", each(typos)),
        Kind("spelling of a phone's messages", each(sms)),
        Kind("accents as characters of their own", each(lambda text: unicodedata.normalize("NFD", text)), .95),
        Kind("lines of a page", each(lines_of_a_page), .95),
        Kind("lines of a page, cut words", each(lambda text: lines_of_a_page(text, cut=True)), .85),
        Kind("ligatures", each(lambda text: text.replace("fi", "ﬁ").replace("fl", "ﬂ")), .95),
        Kind("soft hyphens", each(within_words("\u00ad")), .95),
        Kind("spaces of no width", each(within_words("\u200b")), .95),
        Kind("HTML", each(html), .95),
        Kind("mojibake", each(mojibake), .85),
        Kind("bold letters of Unicode", each(bold)),
        Kind("the title as a page's header, eight times", behind(headers), .85),
        Kind("URL, e-mail, telephone", behind(lambda challenge: of(challenge, "contact")), .85),
        Kind("numbers", behind(lambda challenge: of(challenge, "numbers")), .85),
        Kind("inside a call, one text", pasted(lambda challenge: of(challenge, "before") + joined(challenge) + of(challenge, "after")), .75),
        Kind("inside a call, as `problem`", lambda challenge: clean(challenge) | {
            "problem": of(challenge, "before") + str(challenge.get("problem", "")) + of(challenge, "after")}, .75),
        Kind("the frame of a call as `context`", lambda challenge: clean(challenge) | {"context": of(challenge, "before") + of(challenge, "after")}),
        Kind("pasted twice", pasted(lambda challenge: joined(challenge) + "\n\n" + joined(challenge)), .95),
        Kind("with its two translations", translated(translations)),
        Kind("the question alone", question),
        Kind("three words", written("three_words")),
        Kind("three words, beside the question", written("three_words"), None, question),
        Kind("two languages mixed, beside the question", written("mixed"), None, question),
        # These nobody named.
        Kind("quoted in a mail", each(mail), .85),
        Kind("quoted-printable", each(quoted_printable), .85),
        Kind("typographic quotes, dashes and spaces", each(typographic), .85),
        Kind("escaped as in JSON", each(escaped), .85),
        Kind("tabs and several spaces", each(spaced), .85),
        Kind("emoji between words", each(emoji), .85),
        Kind("marks of footnotes", each(footnotes), .85),
        Kind("items of lists", each(bullets), .85),
        Kind("Markdown", each(markdown), .85),
        Kind("Cyrillic letters that look Latin", each(homoglyphs), .85),
        Kind("hashtags", each(hashtags), .85),
        Kind("encoded as in a URL", each(quote_plus), .85),
    ]


# Of the catalogue.
CATALOGUES: list[tuple[str, Text, float | None]] = [
    ("languages not declared (control)", str, None),
    ("capitals", str.upper, .9),
    ("without accents", without_accents, None),
    ("HTML", html, .9),
    ("soft hyphens", within_words("\u00ad"), .9),
    ("spaces of no width", within_words("\u200b"), .9),
    ("lines of a page", lines_of_a_page, .9),
    ("lines of a page, cut words", lambda text: lines_of_a_page(text, cut=True), .85),
    ("mojibake", mojibake, .85),
    ("quoted-printable", quoted_printable, .85),
    ("escaped as in JSON", escaped, .85),
    ("typographic quotes, dashes and spaces", typographic, .85),
    ("Markdown", markdown, .85),
    ("Cyrillic letters that look Latin", homoglyphs, .85),
]
