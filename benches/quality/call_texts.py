"""The calls of `calls/`, and which of their sentences are the ask."""
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

CALLS = Path(__file__).resolve().parent / "calls"


@dataclass
class Call:
    name: str
    language: str
    title: str
    text: str           # without Markdown
    fields: dict        # the fields of the challenge, as they are known
    ask: list[str]      # the sentences of the ask
    unsure: list[str]   # sentences that may be told either way

    def kind(self, sentence: str) -> str | None:
        """`ask` or `frame` for a sentence of the text; None where it may be either, or has fewer than 3 words."""
        own = words(sentence)
        if len(own.split()) < 3:
            return None
        same = lambda known: any(len(k) > 10 and (own in k or k in own) for k in map(words, known))
        return "ask" if same(self.ask) else None if same(self.unsure) else "frame"

    @property
    def sentences(self) -> list[str]:
        """The sentences of the text, roughly cut."""
        return re.split(r"(?<=[.!?;])\s+|\n+", self.text)

    @property
    def frame(self) -> list[str]:
        """The sentences around the ask."""
        return [sentence for sentence in self.sentences if self.kind(sentence) == "frame"]


def words(text: str) -> str:
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", folded))


def joined(text: str) -> str:
    """The lines of a paragraph joined, where a file has lines of one width."""
    lines: list[str] = []
    for line in text.split("\n"):
        goes_on = lines and len(lines[-1]) > 55 and line[:1].islower() and "|" not in line and not re.search(r"[.:;!?|]$", lines[-1])
        if goes_on:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    return "\n".join(lines)


def plain(markdown: str) -> str:
    """Markdown without its signs, line by line."""
    lines = []
    for line in markdown.split("\n"):
        line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"^#+ ", "", line))
        line = re.sub(r"(?<!\w)\*(?! )|(?<! )\*(?!\w)", "", re.sub(r"\*\*|__", "", line))
        if not re.fullmatch(r"[-|: ]+", line):
            lines.append(line)
    return joined("\n".join(lines))


def read(part: str, language: str = "*") -> list[Call]:
    """The calls of `tune` or `report`, by language and name."""
    found = []
    for path in sorted((CALLS / part).glob(f"{language}/*.json")):
        fields = json.loads(path.read_text(encoding="utf-8"))
        ask, unsure = [plain(own) for own in fields["ask"]], [plain(own) for own in fields.get("unsure", [])]
        text = plain(path.with_suffix(".md").read_text(encoding="utf-8"))
        found.append(Call(path.stem, fields["language"], plain(fields["title"]), text, fields, ask, unsure))
    return found
