"""The calls of this folder, and which of their sentences are the ask."""
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


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
        """`ask` or `frame` for a sentence of the text; None where it may be either, or has no words."""
        own = words(sentence)
        if len(own) < 3:
            return None
        same = lambda known: any(len(k) > 10 and (own in k or k in own) for k in map(words, known))
        return "ask" if same(self.ask) else None if same(self.unsure) else "frame"

    @property
    def frame(self) -> list[str]:
        """The sentences around the ask, roughly cut."""
        sentences = re.split(r"(?<=[.!?;])\s+|\n+", self.text)
        return [sentence for sentence in sentences if self.kind(sentence) == "frame"]


def words(text: str) -> str:
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", folded))


def plain(markdown: str) -> str:
    """Markdown without its signs, line by line."""
    lines = []
    for line in markdown.split("\n"):
        line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"^#+ ", "", line))
        line = re.sub(r"(?<!\w)\*(?! )|(?<! )\*(?!\w)", "", re.sub(r"\*\*|__", "", line))
        if not re.fullmatch(r"[-|: ]+", line):
            lines.append(line)
    return "\n".join(lines)


def read(part: str, language: str = "*") -> list[Call]:
    """The calls of `tune` or `report`, by language and name."""
    found = []
    for path in sorted((HERE / part).glob(f"{language}/*.json")):
        fields = json.loads(path.read_text(encoding="utf-8"))
        ask, unsure = [plain(own) for own in fields["ask"]], [plain(own) for own in fields.get("unsure", [])]
        text = plain(path.with_suffix(".md").read_text(encoding="utf-8"))
        found.append(Call(path.stem, fields["language"], plain(fields["title"]), text, fields, ask, unsure))
    return found
