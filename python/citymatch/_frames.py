"""Data frames out of tables, and rows out of frames that cannot hand over Arrow.

The package requires none of these libraries: each is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from ._citymatch import _arrow_table
from .errors import InvalidDataError

if TYPE_CHECKING:
    import pandas
    import polars


Column: TypeAlias = tuple[str, Literal["str", "int", "float", "bool"], list[Any]]


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


def without_null_columns(frame: polars.DataFrame) -> polars.DataFrame:
    """Return a polars DataFrame whose columns of nothing but nulls are texts, those inside of lists and
    structs too."""
    import polars

    def known(kind: Any) -> Any:
        if kind == polars.Null:
            return polars.String()
        if isinstance(kind, polars.List):
            return polars.List(known(kind.inner))
        if isinstance(kind, polars.Struct):
            return polars.Struct({field.name: known(field.dtype) for field in kind.fields})
        return kind

    kinds = polars.Schema({name: known(kind) for name, kind in frame.schema.items()})
    return frame.cast(kinds) if kinds != frame.schema else frame


class Table:
    """What is a table by its columns: it becomes one in every library that reads Arrow."""

    def _columns(self) -> list[Column]:
        """Return the columns: each with its name, the type of its values, and these."""
        raise NotImplementedError

    def to_pandas(self) -> pandas.DataFrame:
        """Return the table as a pandas DataFrame.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().duplicates().to_pandas().columns[:4].tolist()
        ['kind', 'left', 'right', 'score']
        """
        return to_pandas({name: values for name, _, values in self._columns()})

    def to_polars(self) -> polars.DataFrame:
        """Return the table as a polars DataFrame.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.gaps(cm.Matcher(cm.Catalogue.create()).find_all([])).to_polars().shape
        (0, 7)
        """
        return to_polars(self)

    def to_arrow(self) -> Any:
        """Return the table as a pyarrow table.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().duplicates().to_arrow().column_names[-1]
        'group'
        """
        return to_arrow(self)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return _arrow_table(self._columns()).__arrow_c_stream__(requested_schema)


def columns_and_rows(frame: Any) -> tuple[list[str], list[list[Any]]]:
    """Return the names of a pandas DataFrame's columns and its rows; an index with a name is a column."""
    if not frame.columns.is_unique:
        expected = "columns with names of their own"
        raise InvalidDataError(f"a table needs {expected}", field="table", expected=expected)
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    found = frame.to_dict("split")
    return [str(name) for name in found["columns"]], found["data"]
