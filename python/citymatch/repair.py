"""What a repair of a catalogue has done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Repair"]


@dataclass(frozen=True)
class Repair:
    """What `Catalogue.repair` has done.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = cm.Catalogue.create(folder / "c.cm").add([{"id": "s1", "title": "Rain gardens"}])
    >>> cm.Catalogue.repair(folder / "c.cm", folder / "saved.cm")
    Repair(saved_into=None, solutions=1, challenges=0, mended=[], lost=[])
    """

    saved_into: Path | None
    """The new folder with all records that could be saved; ``None`` where the catalogue itself is sound now."""
    solutions: int
    """How many solutions there are now, in the catalogue or in the new one."""
    challenges: int
    """How many challenges there are now."""
    mended: list[str]
    """What was written again in the catalogue's own folder, one sentence each."""
    lost: list[str]
    """What could not be saved, and what was saved but has to be looked over, one sentence each."""


Repair.__module__ = "citymatch"
