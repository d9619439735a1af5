"""Tables out of results, and records out of frames that cannot hand over Arrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import InvalidDataError

if TYPE_CHECKING:
    import pandas
    import polars

    from ._citymatch import Matches, Run


def to_arrow(results: Matches | Run) -> Any:
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    return pyarrow.table(results)


def to_pandas(results: Matches | Run) -> pandas.DataFrame:
    import pandas

    # pandas would need pyarrow to take Arrow.
    return pandas.DataFrame(results._columns())


def to_polars(results: Matches | Run) -> polars.DataFrame:
    import polars

    return polars.DataFrame(results)


def records(frame: Any) -> list[Mapping[str, Any]]:
    """The rows of a pandas DataFrame; a named index is a field, a nameless one counts rows."""
    if not frame.columns.is_unique:
        raise InvalidDataError("a table needs columns with names of their own", field="table", expected="columns with names of their own")
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    found: list[Mapping[str, Any]] = frame.to_dict("records")
    return found
