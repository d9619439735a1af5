"""Data frames out of tables, and records out of frames that cannot hand over Arrow.

The package requires none of these libraries: each is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from .errors import InvalidDataError

if TYPE_CHECKING:
    import pandas
    import polars


class ArrowStream(Protocol):
    """A table that can be handed over as Arrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def to_arrow(table: ArrowStream) -> Any:
    """Return a pyarrow table."""
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    return pyarrow.table(table)


def to_pandas(columns: Mapping[str, list[Any]]) -> pandas.DataFrame:
    """Return a pandas DataFrame of columns, which pandas reads without pyarrow."""
    import pandas

    return pandas.DataFrame(columns)


def to_polars(table: ArrowStream) -> polars.DataFrame:
    """Return a polars DataFrame."""
    import polars

    return polars.DataFrame(table)


def records(frame: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a pandas DataFrame; an index with a name is a field."""
    if not frame.columns.is_unique:
        expected = "columns with names of their own"
        raise InvalidDataError(f"a table needs {expected}", field="table", expected=expected)
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    found: list[Mapping[str, Any]] = frame.to_dict("records")
    return found
