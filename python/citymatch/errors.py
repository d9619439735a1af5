"""What can go wrong.

Reading and writing files raises Python's own ``OSError``, ``FileNotFoundError`` and
``PermissionError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import Rejected

__all__ = [
    "CatalogueFormatError",
    "CatalogueLockedError",
    "CatalogueStateError",
    "CityMatchError",
    "ClusterError",
    "EngineError",
    "InfeasibleError",
    "InternalError",
    "InvalidDataError",
    "InvalidOptionError",
    "NotFoundError",
    "RejectedRowsWarning",
]


class CityMatchError(Exception):
    """Everything that citymatch raises by itself.

    Attributes
    ----------
    committed
        Whether the change that failed is in the catalogue all the same: where the disk did not
        confirm the very last step of a commit, and where the encoder failed, whose vectors are then
        made when they are first needed. An ``OSError`` of a change has it too, and what an
        encoder's callable raised.

    Examples
    --------
    >>> import citymatch as cm
    >>> try:
    ...     cm.Catalogue.open("no/such/folder")
    ... except cm.CityMatchError as error:
    ...     print(type(error).__name__)
    CatalogueStateError
    """

    committed: bool = False


class CatalogueStateError(CityMatchError):
    """A catalogue is not in the state that the call needs: it does not exist, exists already, or is
    being edited by another writer.

    Examples
    --------
    >>> import citymatch as cm, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> catalogue = cm.Catalogue.create(folder)
    >>> try:
    ...     cm.Catalogue.create(folder)
    ... except cm.CatalogueStateError as error:
    ...     print("exists already" in str(error))
    True
    """


class CatalogueLockedError(CatalogueStateError):
    """A catalogue is being edited by another writer. ``wait=`` waits for it.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> with catalogue.edit():
    ...     try:
    ...         catalogue.remove(["s1"])
    ...     except cm.CatalogueLockedError as error:
    ...         print(error.committed, "another writer" in str(error))
    False True
    """


class CatalogueFormatError(CityMatchError):
    """A catalogue cannot be read: a newer version wrote it, it was made with another encoder than
    the one given, or its files contradict each other.

    Examples
    --------
    >>> import citymatch as cm
    >>> issubclass(cm.CatalogueFormatError, cm.CityMatchError)
    True
    """


class InvalidDataError(CityMatchError, ValueError):
    """A record, a file, or what an encoder gave is wrong.

    Attributes
    ----------
    file
        The file, if it came from one.
    row
        Its row, from 1, if it came from a file, a list or a table.
    field
        The field, with dots where values are nested: ``cost.currency``.
    value
        The value that came, shortened.
    expected
        What would have been right.
    rejected
        All wrong rows of ``Catalogue.add(…, on_error="raise")``; else empty.

    Examples
    --------
    >>> import citymatch as cm
    >>> try:
    ...     cm.Solution("s1", "Dry toilets", stage="pilto")
    ... except cm.InvalidDataError as error:
    ...     print(error.field, error.value)
    stage pilto
    """

    file: str | None
    row: int | None
    field: str | None
    value: str | None
    expected: str | None
    rejected: list[Rejected]

    def __init__(
        self,
        message: str,
        file: str | None = None,
        row: int | None = None,
        field: str | None = None,
        value: str | None = None,
        expected: str | None = None,
    ) -> None:
        super().__init__(message)
        self.file, self.row = file, row
        self.field, self.value, self.expected = field, value, expected
        self.rejected = []


class InvalidOptionError(CityMatchError, ValueError):
    """An argument of a call is wrong.

    Attributes
    ----------
    name
        The argument.
    value
        What was given.
    expected
        What would have been right.

    Examples
    --------
    >>> import citymatch as cm
    >>> try:
    ...     cm.Matcher(cm.Catalogue.create(), weights={"wrods": 1})
    ... except cm.InvalidOptionError as error:
    ...     print(error.name, error.value)
    weights wrods
    """

    name: str | None
    value: str | None
    expected: str | None

    def __init__(
        self,
        message: str,
        name: str | None = None,
        value: str | None = None,
        expected: str | None = None,
    ) -> None:
        super().__init__(message)
        self.name, self.value, self.expected = name, value, expected


class NotFoundError(CityMatchError, KeyError):
    """There is no record with this id.

    Attributes
    ----------
    id
        The id that was asked for.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.Catalogue.create()["s9"]
    Traceback (most recent call last):
    citymatch.NotFoundError: no solution `s9` in the catalogue
    """

    id: str | None

    def __init__(self, message: str, id: str | None = None) -> None:
        super().__init__(message)
        self.id = id

    def __str__(self) -> str:
        # A KeyError would show the message in quotes.
        return str(self.args[0])


class InfeasibleError(CityMatchError, ValueError):
    """No assignment keeps all limits.

    Attributes
    ----------
    missing
        How many places are missing, if as few as possible are.
    ways
        What would have to change: each way is enough alone, a list of limits in the words of the
        call, and the smallest one comes first.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> run = cm.Matcher(catalogue).find_all(["rain gardens", "rain"])
    >>> try:
    ...     run.assign(categories={"ngo": ["s1"]}, minimum={"ngo": 2})
    ... except cm.InfeasibleError as error:
    ...     print(error.missing, error.ways[0])
    1 ['`minimum` of ngo 1 instead of 2']
    """

    missing: int
    ways: list[list[str]]

    def __init__(self, message: str, missing: int = 0, ways: list[list[str]] | None = None) -> None:
        super().__init__(message)
        self.missing, self.ways = missing, ways or []


class ClusterError(CityMatchError):
    """A cluster did not do what it was asked for: it cannot be reached, its workers end again and again,
    or nothing was done for as long as the call was to wait.

    Attributes
    ----------
    waiting_for
        What was not done yet, one sentence each.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.ClusterError("nothing was done for 300 s", ["matches of block 0 in shard `a.cm`"]).waiting_for
    ['matches of block 0 in shard `a.cm`']
    """

    waiting_for: list[str]

    def __init__(self, message: str, waiting_for: list[str] | None = None) -> None:
        super().__init__(message)
        self.waiting_for = waiting_for or []


class EngineError(CityMatchError):
    """The storage engine failed for a reason that is not citymatch's.

    Examples
    --------
    >>> import citymatch as cm
    >>> issubclass(cm.EngineError, cm.CityMatchError)
    True
    """


class InternalError(CityMatchError):
    """A bug in citymatch. Please report it with the message and what led to it.

    Examples
    --------
    >>> import citymatch as cm
    >>> issubclass(cm.InternalError, cm.CityMatchError)
    True
    """


class RejectedRowsWarning(UserWarning):
    """Rows were not added to a catalogue because they are wrong; the report of the call has them.

    ``warnings.simplefilter("error", cm.RejectedRowsWarning)`` makes it an exception, which comes
    after the other rows were added; ``add(…, on_error="raise")`` adds nothing instead.

    Examples
    --------
    >>> import citymatch as cm, warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", cm.RejectedRowsWarning)
    ...     report = cm.Catalogue.create().add([{"id": "s1", "title": "N/A"}])
    >>> report.added, report.rejected[0].field, report.rejected[0].value
    (0, 'title', 'N/A')
    """


# Tracebacks and pickles name them as users import them.
for _name in __all__:
    globals()[_name].__module__ = "citymatch"
del _name
