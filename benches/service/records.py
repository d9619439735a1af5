"""Synthetic records and requests for the service under load, by the standard library alone. The text has no meaning: it gives the service work."""
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "corpus/scale_corpus/corpus.jsonl"
COUNTRIES = {"es": ("MX", "CO", "AR", "CL"), "pt": ("BR", "PT"), "en": ("US", "GB", "KE")}
THEMES = ("water", "waste", "mobility", "energy", "housing", "public space", "education", "health")
STAGES = ("idea", "prototype", "pilot", "implemented", "scaling")
CHALLENGES = 50

Record = dict[str, object]


@dataclass(frozen=True)
class Request:
    """Something to ask; its body is empty where there is none."""

    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"}, compare=False)


class Records:
    """Draws records from the paragraphs of the corpus, the same ones each time."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.paragraphs = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]

    def text(self, paragraphs: int) -> tuple[str, str]:
        """A language, and paragraphs of it in one text."""
        first = self.chance.choice(self.paragraphs)
        texts, language = [first["text"]], first["lang"]
        while len(texts) < paragraphs:
            other = self.chance.choice(self.paragraphs)
            if other["lang"] == language:
                texts.append(other["text"])
        return language, " ".join(texts)

    def words(self, count: int) -> str:
        """Some words that stand beside each other."""
        words = self.text(1)[1].split()
        begin = self.chance.randrange(max(1, len(words) - count))
        return " ".join(words[begin : begin + count])

    def common(self, number: str, paragraphs: int) -> tuple[Record, str]:
        language, text = self.text(paragraphs)
        themes = self.chance.sample(THEMES, 2)
        country = self.chance.choice(COUNTRIES[language])
        return {"id": number, "title": self.words(6), "language": language, "country": country, "themes": themes}, text

    def solution(self, number: str) -> Record:
        record, text = self.common(number, 1)
        return {**record, "summary": text, "stage": self.chance.choice(STAGES)}

    def challenge(self, number: str) -> Record:
        record, text = self.common(number, self.chance.randint(1, 2))
        return {**record, "problem": text}

    def write(self, folder: Path, solutions: int) -> None:
        """Writes `solutions.jsonl` and `challenges.jsonl`."""
        write(folder / "solutions.jsonl", [self.solution(solution_id(number)) for number in range(solutions)])
        write(folder / "challenges.jsonl", [self.challenge(challenge_id(number)) for number in range(CHALLENGES)])

    def requests(self, solutions: int) -> list[Request]:
        """Requests of every kind, as many of each as they are shares of the load: most are matches, short and long."""
        def solution() -> str:
            return solution_id(self.chance.randrange(solutions))

        def challenge() -> str:
            return challenge_id(self.chance.randrange(CHALLENGES))

        short = [post("match", text=self.words(5)) for _ in range(20)]
        long = [post("match", text=self.text(2)[1], limit=50, why=True) for _ in range(10)]
        stored = [post("match", challenge_id=challenge()) for _ in range(5)]
        explain = [post("explain", text=self.words(8), solution_id=solution()) for _ in range(10)]
        similar = [post("similar", id=number()) for number in (solution, challenge) for _ in range(5)]
        reverse = [post("find-challenges", solution_id=solution()) for _ in range(5)]
        records = [get(solution()) for _ in range(20)]
        return short + long + stored + explain + similar + reverse + records


def solution_id(number: int) -> str:
    return f"s{number:06}"


def challenge_id(number: int) -> str:
    return f"c{number:06}"


def write(path: Path, records: list[Record]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def post(route: str, **body: object) -> Request:
    return Request("POST", f"/v1/{route}", json.dumps(body))


def get(number: str) -> Request:
    return Request("GET", f"/v1/records/{number}")
