#!/usr/bin/env python3
"""Builds the site of guides, examples and reference into target/site.

    python3 docs/build.py               in a virtual environment of its own, with the package as it is now
    python3 docs/build.py --here        with the Python that runs this, which has citymatch and docs/site/requirements.txt

Pages are Markdown whose code runs when they are built: code that fails, a warning and a link to nowhere end the build. Beside each page stands
the same as Markdown, and llms.txt lists them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
SOURCE, SITE = ROOT / "docs/site", ROOT / "target/site"
VENV, WHEELS = ROOT / "target/site-venv", ROOT / "target/site-wheels"
# What Sphinx keeps of its two passes, and the outputs of the code.
DOCTREES, CACHE = ROOT / "target/site-doctrees", ROOT / "target/site-cache"


def enter() -> None:
    """Starts this script again in a virtual environment that has the package and what builds the site."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(VENV, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", str(SOURCE / "requirements.txt")], check=True)
    shutil.rmtree(WHEELS, ignore_errors=True)
    subprocess.run([str(python), "-m", "maturin", "build", "--locked", "--quiet", "--out", str(WHEELS)], cwd=ROOT / "python", check=True)
    subprocess.run([*install, "--force-reinstall", "--no-deps", *map(str, WHEELS.glob("*.whl"))], check=True)
    sys.exit(subprocess.run([str(python), __file__, "--here"], check=False).returncode)


class Page(HTMLParser):
    """The links of a page, and the places in it that a link can name."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.places.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


def broken_links(site: Path) -> list[str]:
    """Links of pages to files or places that the site does not have. Addresses of other sites are not asked."""
    # The theme's own templates lie among its files.
    pages = {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.parts}
    broken = []
    for path, page in sorted(pages.items()):
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.exists() or (place and target in pages and place not in pages[target].places):
                broken.append(f"{path.relative_to(site)}: {link}")
    return broken


def missing_names() -> list[str]:
    """Public names of the package that no page of the reference has."""
    import citymatch

    pages = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "reference").glob("*.md"))
    listed = {line.split(":: ")[1].strip() for line in pages.splitlines() if ":: " in line}
    return sorted(set(citymatch.__all__) - listed - {"__version__"})


def sphinx(builder: str, to: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", builder, "-d", f"{DOCTREES}-{builder}", SOURCE, to]
    done = subprocess.run([str(part) for part in command], check=False)
    if done.returncode:
        sys.exit(f"the site has errors: see above ({builder})")


def main() -> None:
    if "--here" not in sys.argv[1:]:
        enter()
    if missing := missing_names():
        sys.exit(f"no page of docs/site/reference has {', '.join(missing)}")
    for folder in (SITE, CACHE, Path(f"{DOCTREES}-html"), Path(f"{DOCTREES}-markdown")):
        shutil.rmtree(folder, ignore_errors=True)
    sphinx("html", SITE)
    sphinx("markdown", SITE)
    if broken := broken_links(SITE):
        sys.exit("links to nowhere:\n" + "\n".join(broken))
    print(f"{SITE / 'index.html'}: {len(list(SITE.rglob('*.html')))} pages")


main()
