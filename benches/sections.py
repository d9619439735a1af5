"""The sections of benches/README.md that a bench writes."""
from pathlib import Path


def put(readme: Path, markers: tuple[str, str], headings: list[str], heading: str, body: str) -> None:
    """Writes one section between a bench's markers; its others stay as they are, in the order of `headings`."""
    before, rest = readme.read_text(encoding="utf-8").split(markers[0])
    written, after = rest.split(markers[1])
    bodies = dict(part.strip().split("\n\n", 1) for part in written.split("### ")[1:])
    bodies[heading] = body
    parts = [f"### {heading}\n\n{bodies[heading]}" for heading in headings if heading in bodies]
    readme.write_text(f"{before}{markers[0]}\n\n" + "\n\n".join(parts) + f"\n\n{markers[1]}{after}", encoding="utf-8")
