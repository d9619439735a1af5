"""Data frames out of tables, and rows out of frames that cannot hand over Arrow.

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


def columns_and_rows(frame: Any) -> tuple[list[str], list[list[Any]]]:
    """Return the names of a pandas DataFrame's columns and its rows; an index with a name is a column."""
    if not frame.columns.is_unique:
        expected = "columns with names of their own"
        raise InvalidDataError(f"a table needs {expected}", field="table", expected=expected)
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    found = frame.to_dict("split")
    return [str(name) for name in found["columns"]], found["data"]
