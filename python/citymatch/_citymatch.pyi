# The docstrings here are those of the native module: python/make_stub.py writes them, and a test
# compares them. Signatures are written by hand, and stubtest compares those.
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import Field
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import (
    Any,
    ClassVar,
    Literal,
    Protocol,
    SupportsFloat,
    SupportsIndex,
    TypeAlias,
    final,
    overload,
)

import pandas
import polars
import pyarrow  # type: ignore[import-untyped, unused-ignore]

# Stubs have it whether or not it is installed, and `typing` of 3.10 lacks these.
from typing_extensions import Never, Self, disjoint_base

from ._gaps import Gaps
from .assignment import Change, Unassigned
from .call import Call
from .diversity import Diversity, Spread
from .duplicate import Duplicates
from .explanation import Explanation
from .fitted import FittedWeights, NextToJudge
from .goals import GoalSuggestion
from .precedents import Implementation
from .repair import Repair
from .report import AddReport, Barring, Ineligible, Rejected, Source
from .typing import (
    Deployment,
    FileFormat,
    Kind,
    Language,
    Money,
    OnError,
    OrganisationType,
    Qrels,
    Signal,
    SignalWeight,
    Stage,
    Unknown,
)

__all__ = [
    "Assignment",
    "Catalogue",
    "Challenge",
    "Challenges",
    "Edit",
    "Eligibility",
    "Encoder",
    "Features",
    "Match",
    "Matcher",
    "Matches",
    "RecordMatch",
    "RecordMatches",
    "Records",
    "Run",
    "Solution",
    "Solutions",
    "Statistics",
    "__version__",
    "calibrate",
    "detect_language",
    "fit_weights",
    "gaps",
    "read_call",
    "read_challenges",
    "read_solutions",
    "suggest_goals",
    "terms",
    "themes",
]

__version__: str

_Path: TypeAlias = str | PathLike[str]
# numpy's numbers are welcome too.
_Id: TypeAlias = str | SupportsIndex
_Number: TypeAlias = SupportsFloat | SupportsIndex
_Weights: TypeAlias = Mapping[Signal, _Number | Mapping[str, _Number] | SignalWeight]
_Fields: TypeAlias = Mapping[str, Any]
_Names: TypeAlias = str | Iterable[str]
# Editors offer the words of a set that is closed; its words in Spanish and Portuguese go too.
_Language: TypeAlias = Language | str
_OrganisationType: TypeAlias = OrganisationType | str
_Stage: TypeAlias = Stage | str
_Money: TypeAlias = Money | _Fields
_Deployment: TypeAlias = Deployment | _Fields
_Put: TypeAlias = Literal["added", "replaced"]

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _Frame(Protocol):
    """A pandas DataFrame, with or without pyarrow."""

    @property
    def iloc(self) -> Any: ...
    def to_dict(self, orient: Any = ...) -> Any: ...

@final
class Solution:
    """Something that was built, tried or proposed, and that may answer a city's challenge.

    Only the id and one text (`title`, `summary`, `problem`, `description` or `impact`) are
    required. ``None``, NaN and the empty value mean that a field is absent; absent texts read
    as ``""``, absent lists as ``[]`` and other absent values as ``None``. Words in Spanish,
    Portuguese and English are understood: ``stage="piloto"`` reads as ``"pilot"``.

    Parameters
    ----------
    id
        1 to 200 characters, without control characters; an integer is its decimal text.
    title
        Its name.
    extra
        Fields that citymatch does not know, by name.

    The other parameters are the fields of the same names.

    Raises
    ------
    InvalidDataError
        If a value is wrong; it names the field and what was expected.

    Examples
    --------
    >>> import citymatch as cm
    >>> solution = cm.Solution("s1", "Jardins de chuva", stage="piloto", sdgs=[6, "11.5"])
    >>> solution.stage, solution.sdgs, solution.detected_language
    ('pilot', [6, '11.5'], 'pt')
    """

    def __new__(
        cls,
        id: _Id,
        title: str | None = None,
        *,
        summary: str | None = None,
        problem: str | None = None,
        description: str | None = None,
        impact: str | None = None,
        organisation: str | None = None,
        organisation_type: _OrganisationType | None = None,
        country: str | None = None,
        city: str | None = None,
        language: _Language | None = None,
        themes: Iterable[str] | None = None,
        sdgs: Iterable[_Id] | None = None,
        stage: _Stage | None = None,
        cost: _Money | None = None,
        year: _Number | None = None,
        deployments: Iterable[_Deployment] | None = None,
        requirements: Iterable[str] | None = None,
        links: Iterable[str] | None = None,
        extra: _Fields | None = None,
    ) -> Self: ...
    @classmethod
    def from_dict(cls, fields: _Fields) -> Self:
        """Make a record from a mapping of its fields, under the names that they have in files.

        Fields that citymatch does not know are kept in `extra`. Dotted names are
        understood, as in CSV files.

        Raises
        ------
        InvalidDataError
            If a value is wrong; it names the field and what was expected.

        Examples
        --------
        >>> import citymatch as cm
        >>> fields = {"id": "s1", "title": "Parks", "cost.amount": 900, "phone": "123"}
        >>> cm.Solution.from_dict(fields).extra
        {'phone': '123'}
        """
    @property
    def id(self) -> str:
        """Its id, among the solutions and challenges of a catalogue."""
    @property
    def title(self) -> str:
        """Its title."""
    @property
    def summary(self) -> str:
        """What it is, in a few sentences. Its words count double."""
    @property
    def problem(self) -> str:
        """The need that it answers. Its words count double."""
    @property
    def description(self) -> str:
        """How it works."""
    @property
    def impact(self) -> str:
        """What it has changed."""
    @property
    def organisation(self) -> str:
        """The organisation that made it."""
    @property
    def organisation_type(self) -> OrganisationType | None:
        """What kind of organisation that is: ``company``, ``ngo``, ``city``, ``university``,
        ``community``, ``individual``, ``consortium`` or ``other``.
        """
    @property
    def country(self) -> str | None:
        """The country it comes from, as ISO 3166-1 alpha-2."""
    @property
    def city(self) -> str:
        """The city it comes from."""
    @property
    def language(self) -> Language | None:
        """The language that was declared for it: ``es``, ``pt`` or ``en``."""
    @property
    def themes(self) -> list[str]:
        """What it is about."""
    @property
    def sdgs(self) -> list[int | str]:
        """The Sustainable Development Goals that it serves: goals are numbers, targets texts."""
    @property
    def stage(self) -> Stage | None:
        """How far it has come: ``idea``, ``design``, ``prototype``, ``pilot``, ``implemented``,
        ``scaling`` or ``closed``.
        """
    @property
    def cost(self) -> Money | None:
        """What it costs: ``amount`` and ``currency``."""
    @property
    def year(self) -> int | None:
        """Its first year."""
    @property
    def deployments(self) -> list[Deployment]:
        """Where it was put to use: ``city``, ``country``, ``year`` and ``status`` of each place. A
        status is ``planned``, ``active``, ``completed``, ``closed`` or ``failed``.
        """
    @property
    def requirements(self) -> list[str]:
        """What it needs to work."""
    @property
    def links(self) -> list[str]:
        """Pages about it."""
    @property
    def extra(self) -> dict[str, Any]:
        """The fields that citymatch does not know, as they came."""
    @property
    def detected_language(self) -> Language | None:
        """The language that its texts are found to be in, whatever was declared: ``es``,
        ``pt``, ``en``, or ``None``.
        """
    def to_dict(self) -> dict[str, Any]:
        """Return the record in the form of a line of a JSONL file: with the words of its
        source, and only the fields that have a value.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Solution("s1", "Jardins de chuva", stage="piloto").to_dict()
        {'id': 's1', 'title': 'Jardins de chuva', 'stage': 'piloto'}
        """
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Challenge:
    """What a city needs.

    Only the id and one text (`title`, `question`, `problem`, `outcome`, `beneficiaries` or
    `context`) are required. Title, question, problem and outcome count in full when solutions
    are ranked, `beneficiaries` counts half and `context` a tenth.

    Parameters
    ----------
    id
        1 to 200 characters, without control characters; an integer is its decimal text.
    title
        Its name.
    extra
        Fields that citymatch does not know, by name.

    The other parameters are the fields of the same names.

    Raises
    ------
    InvalidDataError
        If a value is wrong; it names the field and what was expected.

    Examples
    --------
    >>> import citymatch as cm
    >>> rules = {"stages": ["pilot"]}
    >>> challenge = cm.Challenge("c1", "Inundaciones", city="Quito", eligibility=rules)
    >>> challenge.city, challenge.eligibility
    ('Quito', Eligibility(stages=['pilot']))
    """

    def __new__(
        cls,
        id: _Id,
        title: str | None = None,
        *,
        question: str | None = None,
        problem: str | None = None,
        outcome: str | None = None,
        beneficiaries: str | None = None,
        context: str | None = None,
        country: str | None = None,
        city: str | None = None,
        language: _Language | None = None,
        themes: Iterable[str] | None = None,
        sdgs: Iterable[_Id] | None = None,
        eligibility: Eligibility | _Fields | None = None,
        criteria: Mapping[str, _Number] | None = None,
        winners: _Number | None = None,
        deadline: object | None = None,
        extra: _Fields | None = None,
    ) -> Self: ...
    @classmethod
    def from_dict(cls, fields: _Fields) -> Self:
        """Make a record from a mapping of its fields, under the names that they have in files.

        Fields that citymatch does not know are kept in `extra`. Dotted names are
        understood, as in CSV files.

        Raises
        ------
        InvalidDataError
            If a value is wrong; it names the field and what was expected.

        Examples
        --------
        >>> import citymatch as cm
        >>> fields = {"id": "s1", "title": "Parks", "cost.amount": 900, "phone": "123"}
        >>> cm.Solution.from_dict(fields).extra
        {'phone': '123'}
        """
    @classmethod
    def from_text(cls, text: str) -> Self:
        """Make a challenge of a text, which is its question. Its id is ``text``.

        `Matcher.find` does so with a text that it is given.

        Raises
        ------
        InvalidDataError
            If the text is empty or has control characters.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Challenge.from_text("How to keep streets dry?")
        Challenge('text', question='How to keep streets dry?')
        """
    @property
    def id(self) -> str:
        """Its id, among the solutions and challenges of a catalogue."""
    @property
    def title(self) -> str:
        """Its title."""
    @property
    def question(self) -> str:
        """What is asked, in one sentence."""
    @property
    def problem(self) -> str:
        """What is wrong today."""
    @property
    def outcome(self) -> str:
        """What is to be reached."""
    @property
    def beneficiaries(self) -> str:
        """Who is to gain from it. It counts half."""
    @property
    def context(self) -> str:
        """The city around it: population, shocks, strategy. It counts a tenth."""
    @property
    def country(self) -> str | None:
        """The country of the city, as ISO 3166-1 alpha-2."""
    @property
    def city(self) -> str:
        """The city that asks."""
    @property
    def language(self) -> Language | None:
        """The language that was declared for it: ``es``, ``pt`` or ``en``."""
    @property
    def themes(self) -> list[str]:
        """What it is about."""
    @property
    def sdgs(self) -> list[int | str]:
        """The Sustainable Development Goals that it serves: goals are numbers, targets texts."""
    @property
    def eligibility(self) -> Eligibility:
        """Its rules of who may enter: an `Eligibility`."""
    @property
    def criteria(self) -> dict[str, float]:
        """What else counts, and how much: weights of 0 or more by name."""
    @property
    def winners(self) -> int | None:
        """How many solutions it takes, 1 or more."""
    @property
    def deadline(self) -> str | None:
        """The last day to enter, as YYYY-MM-DD. A solution's age is counted to its year."""
    @property
    def extra(self) -> dict[str, Any]:
        """The fields that citymatch does not know, as they came."""
    @property
    def detected_language(self) -> Language | None:
        """The language that its texts are found to be in, whatever was declared: ``es``,
        ``pt``, ``en``, or ``None``.
        """
    def to_dict(self) -> dict[str, Any]:
        """Return the record in the form of a line of a JSONL file: with the words of its
        source, and only the fields that have a value.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Solution("s1", "Jardins de chuva", stage="piloto").to_dict()
        {'id': 's1', 'title': 'Jardins de chuva', 'stage': 'piloto'}
        """
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Eligibility:
    """The hard rules of a call: which solutions may enter. They remove solutions, with reasons,
    and never change a score.

    A rule that is left out, or empty, bars nobody. A solution that does not say what a rule
    needs is admitted, unless `unknown` is ``"bar"``. Words in Spanish, Portuguese and English
    are understood: ``stages=["piloto"]``.

    Parameters
    ----------
    countries
        The countries a solution may come from: ISO 3166-1 alpha-2 codes, or names.
    languages
        The languages it may be written in: ``es``, ``pt``, ``en``.
    stages
        The stages it may have.
    organisation_types
        The kinds of organisation that may have made it.
    max_cost
        The most it may cost: ``{"amount": 5000, "currency": "USD"}``.
    max_age_years
        The most years between its first year and the challenge's deadline, 0 or more.
    required_themes
        Themes that it must have, all of them.
    excluded
        Ids of solutions that may not enter.
    excluded_organisations
        Organisations whose solutions may not enter.
    unknown
        What a missing value does: ``"admit"`` (the default) or ``"bar"``.

    Raises
    ------
    InvalidDataError
        If a value is wrong; it names the rule and what was expected.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.Eligibility(countries=["BR", "UY"], stages=["pilot", "implemented"])
    Eligibility(countries=['BR', 'UY'], stages=['pilot', 'implemented'])
    """

    def __new__(
        cls,
        *,
        countries: Iterable[str] | None = None,
        languages: _Language | Iterable[_Language] | None = None,
        stages: _Stage | Iterable[_Stage] | None = None,
        organisation_types: _OrganisationType | Iterable[_OrganisationType] | None = None,
        max_cost: _Money | None = None,
        max_age_years: _Number | None = None,
        required_themes: Iterable[str] | None = None,
        excluded: Iterable[_Id] | None = None,
        excluded_organisations: Iterable[str] | None = None,
        unknown: Unknown | None = None,
    ) -> Self: ...
    @classmethod
    def from_dict(cls, rules: _Fields) -> Self:
        """Make rules from a mapping, in the form of a challenge's field `eligibility`.

        Raises
        ------
        InvalidDataError
            If a rule is unknown or has a wrong value.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Eligibility.from_dict({"countries": ["Brasil"]}).countries
        ['BR']
        """
    @property
    def countries(self) -> list[str]:
        """The countries a solution may come from."""
    @property
    def languages(self) -> list[Language]:
        """The languages it may be written in: the declared one counts, else the detected one."""
    @property
    def stages(self) -> list[Stage]:
        """The stages it may have."""
    @property
    def organisation_types(self) -> list[OrganisationType]:
        """The kinds of organisation that may have made it."""
    @property
    def max_cost(self) -> Money | None:
        """The most it may cost; a cost in another currency does not compare, so it is unknown."""
    @property
    def max_age_years(self) -> int | None:
        """The most years between its first year and the challenge's deadline; without a deadline
        its age is unknown.
        """
    @property
    def required_themes(self) -> list[str]:
        """Themes that it must have, all of them; compared without case and accents."""
    @property
    def excluded(self) -> list[str]:
        """Ids of solutions that may not enter."""
    @property
    def excluded_organisations(self) -> list[str]:
        """Organisations whose solutions may not enter; compared without case and accents."""
    @property
    def unknown(self) -> Unknown | None:
        """What a missing value does: ``"admit"`` or ``"bar"``; ``None`` is ``"admit"``."""
    def to_dict(self) -> dict[str, Any]:
        """Return the rules as a dict, in the form of a challenge's field `eligibility`.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Eligibility(stages=["piloto"], max_age_years=5).to_dict()
        {'stages': ['pilot'], 'max_age_years': 5}
        """
    def __eq__(self, value: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Encoder:
    # The callable takes a list of texts and returns a 2-D array, a list of lists, or what becomes
    # one of them.
    """Turns texts into vectors: a model of your own in place of the built-in one.

    A catalogue stores its encoder's name and size. Vectors are compared by their direction, so
    their lengths do not matter. An encoder is pickled with its catalogues, matchers and results if
    its callable can be pickled, as functions of a module can and lambdas cannot.

    Parameters
    ----------
    name
        The name that catalogues store. Encoders that give other vectors have other names.
    size
        How many numbers a vector has.
    callable
        Takes a list of texts and returns one row of `size` finite numbers for each: an array of
        numpy or of any other library that hands over a buffer or has ``tolist``, or lists. A text's
        row does not depend on the texts beside it. It is called from several threads. An exception
        that it raises comes out of the call that needed the vectors.
    means
        The mean vector of each language that has one: ``{"es": […], "pt": […]}``.
    related_factor, meaning_factor
        How much more `related` and `meaning` show within one language than across two, for the same
        text; 0 or more.
    subject_weight
        How much `subject` counts, 0 or more. 0 leaves it out, for an encoder whose cosines of
        unrelated texts are far from 0.
    slope, midpoint, long_midpoint
        How fast the score rises, 0 or more, and the evidence at which it is a half: for a question
        of up to 12 content words, and for a challenge of 48 or more. The last one is by default as
        far from `midpoint` as that of the built-in encoder.
    answer_threshold
        The answer score below which nothing answers, 0 or more.

    The defaults of all but the means are those of the built-in encoder; `calibrate` derives them
    for another one. Catalogues keep vectors without the means, so an encoder with other means is
    another encoder, with another name.

    Raises
    ------
    InvalidOptionError
        If an argument is wrong.

    Examples
    --------
    >>> import citymatch as cm
    >>> def vowels(texts):
    ...     return [[text.count(vowel) for vowel in "aeiou"] for text in texts]
    >>> catalogue = cm.Catalogue.create(encoder=cm.Encoder("vowels-1", 5, vowels))
    >>> catalogue.add([{"id": "s1", "title": "Rain gardens"}]).added
    1
    >>> catalogue.encoder.name, catalogue.encoder.size
    ('vowels-1', 5)
    """

    def __new__(
        cls,
        name: str,
        size: SupportsIndex,
        callable: Callable[[list[str]], Any],
        *,
        means: Mapping[str, Any] | None = None,
        related_factor: _Number | None = None,
        meaning_factor: _Number | None = None,
        subject_weight: _Number | None = None,
        slope: _Number | None = None,
        midpoint: _Number | None = None,
        long_midpoint: _Number | None = None,
        answer_threshold: _Number | None = None,
    ) -> Self: ...
    @property
    def name(self) -> str:
        """The name that catalogues store."""
    @property
    def size(self) -> int:
        """How many numbers a vector has."""

@final
class RecordMatch:
    """A record that was found for another one. `Matcher.similar` and `Matcher.find_challenges` make it.

    It has the attributes ``solution_id`` and ``solution`` if it is a solution, and ``challenge_id``
    and ``challenge`` if it is a challenge.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add_challenges([{"id": "c1", "title": "¿Cómo retener la lluvia?"}])
    >>> best = cm.Matcher(catalogue).find_challenges({"id": "s1", "title": "Jardines de lluvia"})[0]
    >>> best.rank, best.challenge_id, best.challenge.title, 0 < best.score < 1
    (1, 'c1', '¿Cómo retener la lluvia?', True)
    """

    @property
    def solution_id(self) -> str:
        """The id of the solution that was found. An `AttributeError` if a challenge was found."""
    @property
    def challenge_id(self) -> str:
        """The id of the challenge that was found. An `AttributeError` if a solution was found."""
    @property
    def solution(self) -> Solution:
        """The solution that was found. An `AttributeError` if a challenge was found."""
    @property
    def challenge(self) -> Challenge:
        """The challenge that was found. An `AttributeError` if a solution was found."""
    @property
    def rank(self) -> int:
        """Its place among those that were found, from 1."""
    @property
    def score(self) -> float:
        """How well the two fit, from 0 to 1."""
    @property
    def level(self) -> Literal["strong", "possible", "weak"]:
        """The score in a word: ``strong`` from 0.6 on, ``possible`` from 0.2 on, else ``weak``."""
    @property
    def signals(self) -> dict[str, float]:
        """The value of each signal that counted, by name. See `Match.signals`."""
    @property
    def unknown_rules(self) -> list[str]:
        """The rules of the challenge that could not be checked, as the solution does not say what they
        ask for. Empty for records of one kind.
        """
    def to_dict(self) -> dict[str, Any]:
        """Return the id, the rank and the score as a dict that JSON can hold.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
        >>> list(cm.Matcher(catalogue).similar("s2")[0].to_dict())
        ['solution_id', 'rank', 'score']
        """
    def __eq__(self, value: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class RecordMatches:
    """The records that were found for another one, best first. `Matcher.similar` and
    `Matcher.find_challenges` make them.

    They are iterated, indexed (from the end too), sliced and counted like a list of `RecordMatch`.
    Libraries that read Arrow take them as a table: ``polars.DataFrame(found)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
    >>> twins = cm.Matcher(catalogue).similar({"id": "new", "title": "Gardens for the rain"})
    >>> len(twins), [found.solution_id for found in twins]
    (2, ['s1', 's2'])
    """

    @property
    def ineligible(self) -> list[Barring]:
        """The challenges whose rules exclude the solution, by id: a list of `Barring`, each with every
        rule that the solution does not meet. Empty for records of one kind.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> pilots = {"id": "c1", "title": "Rain", "eligibility": {"stages": ["pilot"]}}
        >>> _ = catalogue.add_challenges([pilots])
        >>> found = cm.Matcher(catalogue).find_challenges(cm.Solution("s1", "Rain", stage="idea"))
        >>> len(found), [(barring.challenge_id, str(barring.reasons[0])) for barring in found.ineligible]
        (0, [('c1', 'stages: idea is not one of pilot')])
        """
    def explain(self, position: SupportsIndex, /) -> Explanation:
        """Say why the challenge at a position has its score for the solution.

        Parameters
        ----------
        position
            The place in the list, from 0; -1 is the last one.

        Returns
        -------
        Explanation
            A tree that adds up to the score, with what matched.

        Raises
        ------
        CatalogueStateError
            If the records are of one kind: `similar` found them.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Where does the rain go?"}])
        >>> found = cm.Matcher(catalogue).find_challenges({"id": "s1", "title": "Rain gardens"})
        >>> found.explain(0).value == found[0].score
        True
        """
    def _repr_html_(self) -> str: ...
    def to_list(self) -> list[dict[str, Any]]:
        """Return a list of what `RecordMatch.to_dict` returns.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> cm.Matcher(catalogue).find_challenges({"id": "s1", "title": "Rain gardens"}).to_list()
        []
        """
    def to_arrow(self) -> pyarrow.Table:
        """Return a pyarrow table: one row each, with the id, the rank and the score.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
        >>> cm.Matcher(catalogue).similar("s1").to_arrow().column_names
        ['solution_id', 'rank', 'score']
        """
    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas DataFrame: one row each, with the id, the rank and the score.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
        >>> cm.Matcher(catalogue).similar("s1").to_pandas()["solution_id"].tolist()
        ['s2']
        """
    def to_polars(self) -> polars.DataFrame:
        """Return a polars DataFrame: one row each, with the id, the rank and the score.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
        >>> cm.Matcher(catalogue).similar("s1").to_polars().shape
        (1, 3)
        """
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> RecordMatch: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[RecordMatch]: ...
    def __iter__(self) -> Iterator[RecordMatch]: ...

@final
class Records:
    r"""The contents of a file: its records, and the rows that are not records.

    `read_solutions` and `read_challenges` return it. `Catalogue.add` takes it with its rejected
    rows, so that the report of the call has them too. Iterating, indexing and counting go over the
    records.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "solutions.csv")
    >>> _ = path.write_text("id,title\ns1,Rain gardens\ns2,Dry toilets,2019\n")
    >>> records = cm.read_solutions(path)
    >>> len(records), records[0].title, records.rejected[0].row
    (1, 'Rain gardens', 3)
    """

    @property
    def rejected(self) -> list[Rejected]:
        """The rows that are not records, in order: a list of `Rejected`."""
    @property
    def source(self) -> Source:
        """What the file was found to be: its format, and what its columns mean."""
    @property
    def notes(self) -> list[str]:
        """What the reader guessed or left out, for a person to look over: one line each."""
    def __len__(self) -> int: ...
    # Solutions or challenges, as the file was read.
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...

_Solutions: TypeAlias = (
    Records | Solution | _Fields | Iterable[Solution | _Fields] | _ArrowStream | _Frame
)
_Challenges: TypeAlias = (
    Records | Challenge | _Fields | Iterable[Challenge | _Fields] | _ArrowStream | _Frame
)
# What is only asked may be a text.
_Ask: TypeAlias = Challenge | _Fields | str
_Asks: TypeAlias = Records | _Ask | Iterable[_Ask] | _ArrowStream | _Frame

# The result is the keyword arguments of an `Encoder`.
def calibrate(
    encoder: Encoder,
    solutions: _Solutions,
    examples: Iterable[Mapping[str, Any]],
    *,
    means: bool = False,
    related_factor: _Number | None = None,
    meaning_factor: _Number | None = None,
) -> dict[str, Any]:
    """Derive the constants of the score for an encoder, from questions in two languages and the
    solutions that answer them.

    The factors tell how much more of an answer shows within one language than across two. The
    logistic and `answer_threshold` separate questions with their answers from the same questions
    with their answers removed. The same text gives the same constants. They are as good as the
    text: some hundred examples, among solutions like those to come in number and length.

    Parameters
    ----------
    encoder
        The encoder. The constants that it has already are not used.
    solutions
        The solutions that answer, and any number of others; in any form that `Catalogue.add` takes.
    examples
        Mappings of ``ask``, a `Challenge`, a mapping of its fields or a question; ``answers``, the
        ids of the solutions that answer it; and, in at least 10 of them, ``translation``, the same
        question in another language. Languages are declared, or detected in texts of 5 words or
        more.
    means
        Whether to derive each language's mean vector too, for `Encoder` to subtract. It helps
        contextual models, whose cosines lie close together; it did not help the built-in encoder.
        It takes 20 texts (sentences, and whole texts) in each language that occurs. A language that
        does not occur gets no mean, so let every language occur that will be matched.
    related_factor, meaning_factor
        Factors to take instead of those that the examples show, where examples that were held back
        show better ones.

    Returns
    -------
    dict
        The keyword arguments of an `Encoder`: ``means``, ``related_factor``, ``meaning_factor``,
        ``subject_weight``, ``slope``, ``midpoint``, ``long_midpoint``, ``answer_threshold``.

    Raises
    ------
    InvalidOptionError
        If the text is not enough: too few examples or texts, unknown languages or answers, no
        solutions beside the answers, or answers that do not stand out.
    InvalidDataError
        If a record is wrong.

    Examples
    --------
    >>> import citymatch as cm
    >>> needs = {
    ...     "inundaciones": "alagamentos", "residuos": "resíduos", "incendios": "incêndios",
    ...     "ruido": "ruído", "sequía": "seca", "empleo": "emprego", "vivienda": "moradia",
    ...     "transporte": "transporte", "energía": "energia", "salud": "saúde",
    ... }
    >>> solutions = [
    ...     {"id": need, "title": f"Un plan barrial de {need}", "language": "es"} for need in needs
    ... ]
    >>> spanish, portuguese = "¿Cómo trabajar el tema de {}?", "Como trabalhar o tema de {}?"
    >>> examples = [
    ...     {
    ...         "ask": {"question": spanish.format(es), "language": "es"},
    ...         "translation": {"question": portuguese.format(pt), "language": "pt"},
    ...         "answers": [es],
    ...     }
    ...     for es, pt in needs.items()
    ... ]
    >>> constants = cm.calibrate(cm.Catalogue.create().encoder, solutions, examples)
    >>> constants["related_factor"] > 1, sorted(constants)
    (True, ['answer_threshold', 'long_midpoint', 'meaning_factor', 'means', 'midpoint', 'related_factor', 'slope', 'subject_weight'])
    """
def read_solutions(
    path: _Path,
    *,
    columns: Mapping[str, str] | None = None,
    format: FileFormat | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    ids: Literal["row"] | None = None,
) -> Records:
    r"""Read solutions from a JSONL, CSV, XLSX or Parquet file.

    Rows that are not solutions do not stop the others. Ids, lengths and duplicates are checked when
    the records are added to a catalogue.

    Parameters
    ----------
    path
        The file. The ending of its name tells the format: ``.jsonl``, ``.ndjson``, ``.json``;
        ``.csv``, ``.tsv``, ``.txt``; ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``;
        ``.parquet``.
    columns
        Which field a column is, by its header: ``{"Nombre corto": "title", "Costo":
        "cost.amount"}``. Headers in Spanish, Portuguese and English are understood without it;
        ``extra.NAME`` keeps a column without matching it.
    format
        ``"jsonl"``, ``"csv"``, ``"xlsx"`` or ``"parquet"``, where the name does not tell it.
    delimiter
        The character between the cells of a CSV file. By default the headers tell.
    encoding
        The encoding of a text file, where it is neither UTF-8 nor Windows-1252.
    sheet
        The sheet of a workbook to read. By default the first one that has the headers of records,
        with all others that have the same headers.
    ids
        ``"row"`` gives records without an id one from what they say: see `Catalogue.add`.

    Returns
    -------
    Records

    Raises
    ------
    InvalidDataError
        If the file as a whole cannot be read: its format is unknown, or no column is the id.
    InvalidOptionError
        If an option does not fit the file.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "soluciones.csv")
    >>> _ = path.write_text("Código;Nombre corto\ns1;Jardines de lluvia\n", encoding="utf-8")
    >>> cm.read_solutions(path, columns={"Nombre corto": "title"})[0]
    Solution('s1', 'Jardines de lluvia')
    """
def read_challenges(
    path: _Path,
    *,
    columns: Mapping[str, str] | None = None,
    format: FileFormat | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    ids: Literal["row"] | None = None,
) -> Records:
    r"""Read challenges from a JSONL, CSV, XLSX or Parquet file; see `read_solutions`.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "challenges.jsonl")
    >>> _ = path.write_text('{"id": "c1", "question": "How to keep streets dry?"}\n')
    >>> [challenge.question for challenge in cm.read_challenges(path)]
    ['How to keep streets dry?']
    """
def read_call(path: _Path) -> Call:
    """Read a call for solutions, as a city publishes it, as a challenge.

    The same file always gives the same call: fields are found by the headings of sections and by
    stated phrases in Spanish, Portuguese and English. Look the result over: each field comes with
    its sentences.

    Parameters
    ----------
    path
        A ``.txt``, ``.md``, ``.html``, ``.docx`` or ``.pdf`` file. Of a PDF the text layer is read.

    Returns
    -------
    Call
        The challenge, whose id is the file's name without its ending, and where it was found.

    Raises
    ------
    OSError
        If the file cannot be read.
    InvalidDataError
        If it is of another format, damaged, without text, or has a password.

    Examples
    --------
    >>> import citymatch as cm, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bases.md")
    >>> _ = path.write_text('''# Dry Streets
    ... ## The challenge
    ... Each storm floods the market. How might we keep its streets dry?
    ... ## Timetable
    ... Applications close on 30 April 2026.
    ... ''')
    >>> call = cm.read_call(path)
    >>> call.challenge.question, call.challenge.deadline
    ('How might we keep its streets dry?', '2026-04-30')
    >>> call.fields["deadline"].sentences
    ['Applications close on 30 April 2026.']
    """
def gaps(run: Run, /) -> Gaps:
    """Say what a catalogue cannot answer: the challenges of a run without an answer, and the themes,
    goals and countries for which there is demand and nothing that was implemented.

    The challenges are matched again, with the run's matcher and their own rules.

    Parameters
    ----------
    run
        What `Matcher.find_all` returned.

    Returns
    -------
    Gaps

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", themes=["water"])])
    >>> violin = cm.Challenge("c1", question="How to teach children the violin?", themes=["music"])
    >>> gaps = cm.gaps(cm.Matcher(catalogue).find_all([violin]))
    >>> [unanswered.challenge_id for unanswered in gaps.unanswered], gaps.themes[0].name
    (['c1'], 'music')
    """
def detect_language(text: str) -> Language | None:
    """Detect the language of a text: ``es``, ``pt``, ``en``, or ``None`` for any other.

    A text of few words is often taken for another language.

    Examples
    --------
    >>> import citymatch as cm
    >>> texts = ["¿Cómo evitar que se inunden las calles?", "Строительство домов"]
    >>> [cm.detect_language(text) for text in texts]
    ['es', None]
    """
def _reason_text(rule: str, value: str, limits: list[str], unknown: str | None, language: _Language | None = None) -> str: ...
def suggest_goals(
    record: Solution | Challenge | _Fields | str,
    *,
    limit: SupportsIndex | None = None,
    least_score: _Number = 0.5,
    language: _Language | None = None,
    official_language: _Language | None = None,
) -> list[GoalSuggestion]:
    """Suggest the Sustainable Development Goals that a record speaks of.

    The record's text is compared with what the United Nations say officially of the 17 goals and
    their targets. These are suggestions, for a person to decide: nothing is written into the
    record, and its own ``sdgs`` make no difference.

    Parameters
    ----------
    record
        A `Solution`, a `Challenge`, a mapping of the fields of one, or a text. A mapping with a
        ``summary``, a ``description`` or an ``impact`` is a solution.
    limit
        The most suggestions, 1 or more; by default all that are sure enough, about two for a
        paragraph on development.
    least_score
        The least score of a suggestion, from 0 to 1; 0 gives all 17 goals in their order.
    language
        The language of a record that is a text; by default it is found.
    official_language
        The language of the official texts. By default it is the record's own, which finds most;
        where that is not known, the one whose texts are nearest.

    Returns
    -------
    list[GoalSuggestion]
        The surest first; often empty.

    Raises
    ------
    InvalidDataError
        If a value of the record is wrong, or the text empty.
    InvalidOptionError
        If the limit is below 1, the least score not from 0 to 1 or a language unknown, or if there
        is a `language` for a record that is no text.

    Examples
    --------
    >>> import citymatch as cm
    >>> text = "Retienen la lluvia. ¿Cómo llevar agua potable a todas las familias del barrio?"
    >>> found = cm.suggest_goals(text)[0]
    >>> found.goal, found.target, found.sentence
    (6, '6.1', '¿Cómo llevar agua potable a todas las familias del barrio?')
    """
def terms(text: str, language: _Language | None = None) -> list[str]:
    """Cut a text into the terms that are compared: content words, stemmed, without accents.

    Parameters
    ----------
    text
        The text.
    language
        ``es``, ``pt`` or ``en``; by default the text's own, as it is detected. A text without a
        language is not stemmed, and keeps its stop words.

    Returns
    -------
    list[str]
        The terms in their order, with repetitions.

    Raises
    ------
    InvalidOptionError
        If the language is another one.

    Examples
    --------
    >>> import citymatch as cm
    >>> cm.terms("As inundações e os alagamentos", "pt")
    ['inund', 'alag']
    """
def themes() -> list[dict[str, Any]]:
    """The themes of the built-in thesaurus, as the rows that `Matcher` takes as ``thesaurus``: a name, the
    broader theme, and words in Spanish, Portuguese and English.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> import citymatch as cm
    >>> next(row for row in cm.themes() if row["theme"] == "landslides")["pt"]
    ['deslizamentos', 'deslizamento de terra']
    """

@final
class Catalogue:
    # It has no constructor: `create` and `open` make it.
    """A folder, or memory, that holds solutions and challenges and what is derived from them.

    `create` makes one and `open` opens one. There is one writer at a time, also among processes,
    and any number of readers, who never wait for it. Counting, ``in``, indexing by id and iterating
    go over the solutions of the newest commit. `solutions` and `challenges` are views of the two
    kinds of record with equal methods. A pickled catalogue is its path and its encoder.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> gardens = cm.Solution("s1", "Jardins de chuva")
    >>> _ = catalogue.add([gardens, {"id": "s2", "title": "Dry toilets"}])
    >>> len(catalogue), "s1" in catalogue, catalogue["s2"].title, catalogue.solutions.ids()
    (2, True, 'Dry toilets', ['s1', 's2'])
    """

    def __new__(cls, *_arguments: Never, **_options: Never) -> Self: ...
    @classmethod
    def create(
        cls,
        path: _Path | None = None,
        *,
        encoder: Encoder | None = None,
        subjects: _Path | None = None,
    ) -> Self:
        """Make a catalogue.

        Parameters
        ----------
        path
            A folder that does not exist yet, or is empty. Without a path the catalogue is in
            memory, and gone with its last reference.
        encoder
            What turns texts into vectors; by default the built-in encoder.
        subjects
            A JSON file with the subjects by which the signal `subject` compares texts, instead of the
            built-in ones of cities. The catalogue keeps what it says. 40 to 50 coarse subjects that
            hardly overlap serve best; each has an id, and in one language at least a name and some
            things: ``{"name": "coast-1", "subjects": [{"id": "reefs", "en": {"name": "coral reefs",
            "things": ["bleaching", "reef restoration"]}}, …]}``.

        Raises
        ------
        CatalogueStateError
            If the folder is a catalogue already, or holds other files.
        InvalidDataError
            If the file of subjects is not as described.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create()
        <Catalogue in memory: 0 solutions, 0 challenges>
        """
    @classmethod
    def open(
        cls, path: _Path, *, encoder: Encoder | None = None, create: bool = False
    ) -> Self:
        """Open a catalogue. Reading needs no right to write.

        Parameters
        ----------
        path
            The catalogue's folder.
        encoder
            The encoder that it was made with, if that is not the built-in one. Without it solutions
            are ranked by `words` alone.
        create
            Whether to make the catalogue if the folder does not exist or is empty, so that a
            notebook's cell can run twice.

        Raises
        ------
        CatalogueStateError
            If there is no catalogue.
        CatalogueFormatError
            If a newer version wrote it, it was made with another encoder than the one given, or its
            files contradict each other.

        Examples
        --------
        >>> import citymatch as cm, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> _ = cm.Catalogue.open(folder, create=True).add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Catalogue.open(folder)["s1"]
        Solution('s1', 'Rain gardens')
        """
    @classmethod
    def repair(cls, path: _Path, into: _Path, *, encoder: Encoder | None = None) -> Repair:
        """Repair a catalogue that `check` finds wrong, or that cannot be opened.

        Small files that follow from others are written again where they are. Where more is wrong, the
        folder is left as it is, and all records that can be read are put into a new catalogue.

        Parameters
        ----------
        path
            The catalogue's folder.
        into
            The folder of the new catalogue, where there must be nothing yet.
        encoder
            The one that the catalogue was made with; by default the built-in encoder.

        Returns
        -------
        Repair

        Raises
        ------
        CatalogueStateError
            If there is no catalogue at ``path``, or something at ``into`` already.
        CatalogueLockedError
            If another writer is at work.
        CatalogueFormatError
            If no record can be read.
        OSError
            If the disk refuses.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = cm.Catalogue.create(folder / "c.cm").add([{"id": "s1", "title": "Rain gardens"}])
        >>> (folder / "c.cm" / "citymatch.json").unlink()
        >>> repair = cm.Catalogue.repair(folder / "c.cm", folder / "saved.cm")
        >>> repair.solutions, repair.saved_into, repair.lost
        (1, None, [])
        """
    @property
    def path(self) -> Path | None:
        """The folder, as an absolute path; ``None`` in memory."""
    @property
    def encoder(self) -> Encoder | None:
        """What turns texts into vectors. ``None`` where the catalogue was made with another encoder
        than the built-in one and opened without it: then words alone rank.
        """
    @property
    def solutions(self) -> Solutions:
        """The solutions: a view that counts, iterates, adds, and becomes a data frame."""
    @property
    def challenges(self) -> Challenges:
        """The challenges: a view with the methods of `solutions`."""
    def add(
        self,
        records: _Solutions,
        *,
        text_limit: SupportsIndex | None = None,
        on_error: OnError = "report",
        wait: _Number | None = None,
        progress: bool | Callable[[int, int], object] = False,
        ids: Literal["row"] | None = None,
        columns: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> AddReport:
        """Add solutions, or replace those with their ids, in one commit.

        Rows that are wrong are left out and reported, and the others go in; a
        `RejectedRowsWarning` says how many were left out.

        Parameters
        ----------
        records
            `Solution` objects, mappings of their fields (also mixed, also from a generator), what
            `read_solutions` gives, or a table: a DataFrame of pandas or polars, or anything else
            that hands over Arrow. Keys of mappings and names of columns are understood as headers of
            files are (``Título``, ``Descrição``, ``cost.amount``), and texts as their cells: lists
            between ``;`` or ``|``.
        text_limit
            The most bytes of text that one field may have; by default one million.
        on_error
            ``"report"`` leaves wrong rows out, and keeps in ``extra`` as it was written what is not
            understood and not needed for matching: a country, a stage, a cost. ``"raise"`` raises
            `InvalidDataError` where a row is wrong or a value not understood, and adds nothing.
        wait
            How many seconds to wait for other writers. By default threads of one process take
            turns, however long that takes, and a writer in another process is not waited for.
        progress
            ``True`` shows how many records have been looked at: with tqdm if that is installed,
            else as a line on stderr. A callable is called with the number of records done and of
            all.
        ids
            ``"row"`` gives records without an id one from what they say, as for a form's export.
            The same record gets the same id every time, and another one when it was corrected.
        columns
            Which field a column or key is, where its name does not tell: ``{"Nombre corto":
            "title"}``. ``extra.NAME`` keeps a column without matching it.
        dry_run
            ``True`` says what would happen, and adds nothing.

        Returns
        -------
        AddReport
            How many were added and replaced, the rows that were rejected, with row (from 1), field,
            value and what was expected, and what each column is. It shows itself in a notebook, and
            ``print(report)`` sums it up.

        Raises
        ------
        CatalogueLockedError
            While another process is writing, or where this thread has an edit of this catalogue
            open.
        InvalidDataError
            If no mapping or no column has an id. With ``on_error="raise"``, for the first wrong row;
            its `rejected` has all of them.
        OSError
            If the disk refuses: then nothing was added, and the message says so.

        Warns
        -----
        RejectedRowsWarning
            With ``on_error="report"``, where rows were rejected.

        Notes
        -----
        Ctrl-C stops it, and nothing is added then. Only in the last moments of the commit it goes
        on to its end, returns the report, and ``KeyboardInterrupt`` is raised afterwards, when the
        report is assigned. (Some microseconds before the call returns nothing can hold a signal back.)

        Examples
        --------
        >>> import citymatch as cm, warnings
        >>> rows = [{"id": "s1", "title": "Parks"}, {"id": "s2", "title": "N/A"}]
        >>> with warnings.catch_warnings(record=True) as told:
        ...     warnings.simplefilter("always")
        ...     report = cm.Catalogue.create().add(rows)
        >>> report.added, report.rejected[0].row, report.rejected[0].field
        (1, 2, 'title')
        >>> str(told[0].message).split(" (expected")[0]
        '1 of 2 rows was rejected: row 2: `title` cannot be `N/A`'
        """
    def add_challenges(
        self,
        records: _Challenges,
        *,
        text_limit: SupportsIndex | None = None,
        on_error: OnError = "report",
        wait: _Number | None = None,
        progress: bool | Callable[[int, int], object] = False,
        ids: Literal["row"] | None = None,
        columns: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> AddReport:
        """Add challenges, or replace those with their ids, in one commit; see `add`.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().add_challenges([{"id": "c1", "question": "How to keep rain?"}])
        AddReport(added=1, replaced=0, rejected=0, warnings=0)
        """
    def remove(self, ids: str | Iterable[_Id], *, wait: _Number | None = None) -> int:
        """Remove the solutions and challenges with these ids in one commit, and say how many there
        were.

        ``wait`` is that of `add`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> catalogue.remove(["s1", "s9"])
        1
        """
    def prepare(
        self, encoder: Encoder, *, progress: bool | Callable[[int, int], object] = False
    ) -> None:
        """Encode all solutions with an encoder for a second stage, ``Matcher(rescore=encoder)``, and
        keep the vectors in the catalogue's folder.

        Without it a matcher makes the vectors of a solution when it is first among the best. What
        is there already is not made again, so call it after each change. The encoder's name says
        whose vectors they are. A folder that cannot be written keeps nothing.

        Parameters
        ----------
        encoder
            The encoder.
        progress
            ``True`` for a bar of tqdm, or a callable ``progress(done, total)``, as in `add`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> model = cm.Encoder("letters", 2, lambda texts: [[len(text), 1] for text in texts])
        >>> catalogue.prepare(model)
        >>> cm.Matcher(catalogue, rescore=model).find("rain")[0].solution_id
        's1'
        """
    def duplicates(
        self,
        *,
        threshold: _Number = 0.9,
        threads: SupportsIndex | None = None,
        progress: bool | Callable[[int, int], object] = False,
    ) -> Duplicates:
        """Find the solutions that have the same text as another one: translations, resubmissions and
        variants, best first.

        Every solution is compared with all others. A pair is a ``"translation"`` where the same text
        stands in two languages, and a ``"resubmission"`` where it stands in one again, copied or
        edited. Where the text is the same but what identifies it is not (organisation, city, country,
        year, links, or the names and numbers in the sentences that both have) the pair is a
        ``"variant"``, which is no duplicate. Each of two is the other's best within their languages.

        Parameters
        ----------
        threshold
            The least score of a pair, above 0 and below 1. The default is 0.9.
        threads
            How many threads compare, by default as many as the machine has. The result does not
            depend on it.
        progress
            ``True`` for a bar of tqdm, or a callable ``progress(done, total)``, as in `add`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([
        ...     {"id": "en", "title": "Rain gardens", "language": "en",
        ...      "description": "Rain gardens in the pavement hold the water of storms and keep streets dry."},
        ...     {"id": "es", "title": "Jardines de lluvia", "language": "es",
        ...      "description": "Jardines de lluvia en la acera retienen el agua de tormentas y mantienen secas las calles."},
        ...     {"id": "pt", "title": "Banheiros secos", "description": "Sanitários que não precisam de água nem de esgoto.", "language": "pt"},
        ... ])
        >>> [(pair.kind, pair.left, pair.right) for pair in catalogue.duplicates()]
        [('translation', 'en', 'es')]
        """
    def edit(
        self, *, text_limit: SupportsIndex | None = None, wait: _Number | None = None
    ) -> Edit:
        """Begin a change: any number of records put and removed, all seen at once when the ``with``
        block ends. An exception drops them all.

        The change begins with the ``with`` block; until then nothing is locked.

        Parameters
        ----------
        text_limit, wait
            As in `add`. The block waits for its turn where it begins.

        Raises
        ------
        CatalogueLockedError
            Where the block begins, while another process is writing, or where this thread has an
            edit of this catalogue open.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> with catalogue.edit() as edit:
        ...     _ = edit.put(cm.Solution("s1", "Rain gardens"))
        ...     _ = edit.put(cm.Challenge("c1", "Floods downtown"))
        >>> catalogue
        <Catalogue in memory: 1 solutions (language of 1 not sure), 1 challenges>
        """
    def check(self) -> list[str]:
        """Look over the whole catalogue: what is wrong, one sentence each; empty where it is sound.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().check()
        []
        """
    def copy(self, path: _Path) -> None:
        """Copy the newest commit into a folder that does not exist yet: a backup, or a catalogue in
        memory put on the disk.

        The copy is sound whatever is committed meanwhile, also by other processes, and no writer
        waits for it. Its files have been compared with their checksums. When this returns, it is on
        the disk; stopped by Ctrl-C, it leaves nothing.

        Parameters
        ----------
        path
            The folder to make.

        Raises
        ------
        CatalogueStateError
            If there is something at ``path`` already.
        CatalogueFormatError
            If a file of this catalogue is damaged.
        OSError
            If a file cannot be read, or the disk refuses.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> backup = pathlib.Path(tempfile.mkdtemp(), "backup.cm")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> catalogue.copy(backup)
        >>> cm.Catalogue.open(backup).solutions.ids()
        ['s1']
        """
    def export(
        self, path: _Path, kind: Kind = "solutions", format: FileFormat | None = None
    ) -> int:
        r"""Write the records to a file as they went in, by id, and return how many there are.

        Parameters
        ----------
        path
            The file; it is replaced as a whole.
        kind
            ``"solutions"`` or ``"challenges"``.
        format
            ``"jsonl"``, ``"csv"``, ``"xlsx"`` or ``"parquet"``; by default the name's ending tells.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "solutions.jsonl")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Jardins de chuva", "stage": "piloto"}])
        >>> catalogue.export(path), path.read_text()
        (1, '{"id":"s1","title":"Jardins de chuva","stage":"piloto"}\n')
        """
    def __len__(self) -> int: ...
    def __contains__(self, id: object, /) -> bool: ...
    def __getitem__(self, id: _Id, /) -> Solution: ...
    def __iter__(self) -> Iterator[Solution]: ...
    def _repr_html_(self) -> str: ...

@final
class Solutions:
    """The solutions of a catalogue: what `Catalogue.solutions` gives.

    Counting, ``in``, indexing by id and iterating go over the solutions of the newest commit,
    in the order of their ids. Libraries that read Arrow take the view as a table:
    ``polars.DataFrame(catalogue.solutions)``, ``pyarrow.table(catalogue.solutions)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.solutions.add([{"id": "s1", "title": "Rain gardens"}])
    >>> len(catalogue.solutions), "s1" in catalogue.solutions, catalogue.solutions["s1"].title
    (1, True, 'Rain gardens')
    """

    def add(
        self,
        records: _Solutions,
        *,
        text_limit: SupportsIndex | None = None,
        on_error: OnError = "report",
        wait: _Number | None = None,
        progress: bool | Callable[[int, int], object] = False,
        ids: Literal["row"] | None = None,
        columns: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> AddReport:
        """Add solutions, or replace those with their ids, in one commit. It is
        `Catalogue.add`.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().solutions.add([{"id": "s1", "title": "Rain gardens"}])
        AddReport(added=1, replaced=0, rejected=0, warnings=0)
        """
    def get(self, id: _Id) -> Solution | None:
        """Return the solution with an id, or ``None`` if there is none.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().solutions.get("s9") is None
        True
        """
    def ids(self) -> list[str]:
        """Return the ids of all solutions, in order.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([cm.Solution("s2", "Wells"), cm.Solution("s1", "Parks")])
        >>> catalogue.solutions.ids()
        ['s1', 's2']
        """
    def to_arrow(self, *, fields: _Names | None = None) -> pyarrow.Table:
        """Return the solutions as a pyarrow table: one row each, by id.

        Parameters
        ----------
        fields
            The fields that become columns, by name; all of them by default. See
            `to_pandas`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> catalogue.solutions.to_arrow(fields=["id", "title"]).to_pylist()
        [{'id': 's1', 'title': 'Rain gardens'}]
        """
    def to_pandas(self, *, fields: _Names | None = None) -> pandas.DataFrame:
        """Return the solutions as a pandas DataFrame: one row each, by id.

        The values are those of the objects' attributes: a stage that was written as
        ``"piloto"`` is ``"pilot"``. Absent values are ``None``, or NaN in columns of
        numbers. The parts of a nested field have columns with dotted names, as in CSV
        files: ``cost.amount``, ``cost.currency``. Fields that citymatch does not know have
        a column each, after the others; where their values are of several types they are
        texts. `Catalogue.add` takes such a frame again.

        Parameters
        ----------
        fields
            The fields that become columns, by name; all of them by default. A field with
            parts, as ``"cost"``, stands for all its columns.

        Raises
        ------
        InvalidOptionError
            If a field is not known and no solution has it.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "piloto"}])
        >>> catalogue.solutions.to_pandas(fields=["id", "stage"]).to_dict("records")
        [{'id': 's1', 'stage': 'pilot'}]
        """
    def to_polars(self, *, fields: _Names | None = None) -> polars.DataFrame:
        """Return the solutions as a polars DataFrame: one row each, by id.

        Parameters
        ----------
        fields
            The fields that become columns, by name; all of them by default. See
            `to_pandas`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "cost.amount": 900}])
        >>> catalogue.solutions.to_polars(fields=["id", "cost"]).columns
        ['id', 'cost.amount', 'cost.currency']
        """
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    def __contains__(self, id: object, /) -> bool: ...
    def __getitem__(self, id: _Id, /) -> Solution: ...
    def __iter__(self) -> Iterator[Solution]: ...

@final
class Challenges:
    """The challenges of a catalogue: what `Catalogue.challenges` gives.

    Counting, ``in``, indexing by id and iterating go over the challenges of the newest commit,
    in the order of their ids. Libraries that read Arrow take the view as a table:
    ``polars.DataFrame(catalogue.challenges)``, ``pyarrow.table(catalogue.challenges)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.challenges.add([{"id": "c1", "question": "How to keep streets dry?"}])
    >>> len(catalogue.challenges), "c1" in catalogue.challenges, catalogue.challenges.ids()
    (1, True, ['c1'])
    """

    def add(
        self,
        records: _Challenges,
        *,
        text_limit: SupportsIndex | None = None,
        on_error: OnError = "report",
        wait: _Number | None = None,
        progress: bool | Callable[[int, int], object] = False,
        ids: Literal["row"] | None = None,
        columns: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> AddReport:
        """Add challenges, or replace those with their ids, in one commit. It is
        `Catalogue.add_challenges`.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().challenges.add([{"id": "c1", "title": "Floods downtown"}])
        AddReport(added=1, replaced=0, rejected=0, warnings=0)
        """
    def get(self, id: _Id) -> Challenge | None:
        """Return the challenge with an id, or ``None`` if there is none.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Catalogue.create().challenges.get("c9") is None
        True
        """
    def ids(self) -> list[str]:
        """Return the ids of all challenges, in order.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods downtown"}])
        >>> catalogue.challenges.ids()
        ['c1']
        """
    def to_arrow(self, *, fields: _Names | None = None) -> pyarrow.Table:
        """Return the challenges as a pyarrow table: one row each, by id.

        Parameters
        ----------
        fields
            The fields that become columns, by name; all of them by default. See
            `Solutions.to_pandas`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods downtown"}])
        >>> catalogue.challenges.to_arrow(fields=["id", "title"]).to_pylist()
        [{'id': 'c1', 'title': 'Floods downtown'}]
        """
    def to_pandas(self, *, fields: _Names | None = None) -> pandas.DataFrame:
        """Return the challenges as a pandas DataFrame: one row each, by id.

        The columns are made as in `Solutions.to_pandas`; rules and criteria have columns
        with dotted names: ``eligibility.countries``, ``criteria.impact``.

        Parameters
        ----------
        fields
            The fields that become columns, by name; all of them by default.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods", "winners": 2}])
        >>> catalogue.challenges.to_pandas(fields=["id", "winners"]).to_dict("records")
        [{'id': 'c1', 'winners': 2}]
        """
    def to_polars(self, *, fields: _Names | None = None) -> polars.DataFrame:
        """Return the challenges as a polars DataFrame: one row each, by id.

        Parameters
        ----------
        fields
            The fields that become columns, by name; all of them by default. See
            `Solutions.to_pandas`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Floods downtown"}])
        >>> catalogue.challenges.to_polars(fields="title").rows()
        [('Floods downtown',)]
        """
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    def __contains__(self, id: object, /) -> bool: ...
    def __getitem__(self, id: _Id, /) -> Challenge: ...
    def __iter__(self) -> Iterator[Challenge]: ...

@final
class Edit:
    """A change of a catalogue: what `Catalogue.edit` begins.

    It begins with its ``with`` block, and is made at the block's end. An exception in there drops
    it: the catalogue stays as it was.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> with catalogue.edit() as edit:
    ...     print(edit.put({"id": "s1", "title": "Rain gardens"}), edit.remove("s9"))
    added False
    """

    def put(self, record: Solution | Challenge | _Fields) -> _Put:
        """Add a record, or replace the one of its kind with its id, and say which: ``"added"`` or
        ``"replaced"``. A mapping is a solution.

        Raises
        ------
        InvalidDataError
            If a field is wrong, or a record of the other kind has the id. The edit goes on if that
            is caught.

        Examples
        --------
        >>> import citymatch as cm
        >>> with cm.Catalogue.create().edit() as edit:
        ...     edit.put(cm.Challenge("c1", "Floods downtown"))
        'added'
        """
    def put_challenge(self, challenge: Challenge | _Fields) -> _Put:
        """Add a challenge, or replace the one with its id; a mapping is a challenge. See `put`.

        Examples
        --------
        >>> import citymatch as cm
        >>> with cm.Catalogue.create().edit() as edit:
        ...     edit.put_challenge({"id": "c1", "title": "Floods downtown"})
        'added'
        """
    def remove(self, id: _Id) -> bool:
        """Remove the solution or challenge with an id, and say whether there was one.

        Examples
        --------
        >>> import citymatch as cm
        >>> with cm.Catalogue.create().edit() as edit:
        ...     edit.remove("s1")
        False
        """
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

@final
class Matcher:
    """Ranks the solutions of a catalogue against challenges.

    It keeps the snapshot of the catalogue that it was made with until `refresh`. A pickled matcher
    is its catalogue's path and encoder, and its options: loading it opens the newest commit.

    Parameters
    ----------
    catalogue
        The catalogue.
    weights
        What each signal counts, by name: ``words`` (the words of the challenge that a solution
        has), ``related`` (those that it has in other words, in any language), ``meaning`` (how
        close its sentences are), ``subject`` (whether it is about the same subjects of cities, which
        counts for long challenges), ``language`` (whether it is in the challenge's language), and what
        a call's criteria name: ``themes``, ``goals``, ``place`` and ``maturity``.
        Signals that are left out count 0; at least one weight is above 0. A number counts for
        solutions in every language; ``{"words": {"same": 1, "other": 0.5}}`` gives one weight to
        solutions in the challenge's language and one to the others. By default the calibrated mix
        of the catalogue's encoder; without an encoder `words` alone. What `fit_weights` returns brings
        the logistic that makes its scores.
    languages
        The languages that a solution may be written in, declared or detected: ``["es", "pt"]``.
        By default all languages, and solutions without a known language too.
    threads
        How many threads match many challenges, or one where there are 16,384 solutions or more,
        from 1 to 512; by default as many as the machine has. Results do not depend on it.
    rescore
        An `Encoder` for a second stage, a contextual model above all: the best solutions are scored
        again, and its nearness comes to what the first stage found. Its cosines of unrelated texts
        should be near 0: give it `means`. A solution's vectors are made when it is first among the
        best; `Catalogue.prepare` makes all of them, and keeps them in the folder.
    depth
        How many of the best solutions are scored again, from 1 to 1,000; by default 30. Solutions
        behind them keep their order, and get no higher score than the last of those.
    diversity
        How much matches are to differ from each other: an amount from 0 to 1, or a `Diversity`. They
        are chosen among the best, five times as many as the limit, and come in the order in which
        they were chosen; `Matches.spread` tells the price. By default the best by score.
    thesaurus
        Themes beside the built-in ones, for the signal ``themes`` and for gaps: the path of a CSV or
        JSON file, or a list of mappings with ``theme``, ``broader``, and words in ``es``, ``pt`` and
        ``en``. A row with the name of a built-in theme adds words to it.
    suggested
        Whether, for the signal ``goals``, a record that names no goals has those that its text speaks
        of, as `suggest_goals` finds them. By default it has none. The texts of the catalogue are
        read for it once, when a criterion or a weight first counts goals.

    Raises
    ------
    TypeError
        If the catalogue is something else, as a path.
    InvalidOptionError
        If a signal or a language is unknown, a weight is below 0, no weight is above 0, the threads
        or the depth are out of range, there is a depth and nothing to rescore with, or a diversity is
        not from 0 to 1 or has a cap below 1; or if a row of the thesaurus has an unknown language, a
        word of another theme, or a broader theme that does not exist or is its own.
    InvalidDataError
        If the same is true of a row of the thesaurus's file.
    OSError
        If that file cannot be read.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> gardens, toilets = cm.Solution("s1", "Jardines de lluvia"), cm.Solution("s2", "Baños secos")
    >>> _ = catalogue.add([gardens, toilets])
    >>> matcher = cm.Matcher(catalogue, threads=2)
    >>> matcher.find("¿Cómo retener la lluvia?")[0].solution_id
    's1'
    """

    def __new__(
        cls,
        catalogue: Catalogue,
        *,
        weights: _Weights | None = None,
        languages: _Language | Iterable[_Language] | None = None,
        threads: SupportsIndex | None = None,
        rescore: Encoder | None = None,
        depth: SupportsIndex | None = None,
        diversity: Diversity | SupportsFloat | _Fields | None = None,
        thesaurus: _Path | Sequence[_Fields] | None = None,
        suggested: bool = False,
    ) -> Self: ...
    @property
    def answer_threshold(self) -> float | None:
        """What `Matches.answer_score` must reach for `Matches.answered` to be true. ``None`` under
        weights that the caller chose and without an encoder, where there is no verdict.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create()).answer_threshold
        0.74
        """
    @property
    def weights(self) -> dict[Signal, SignalWeight]:
        """What each signal counts, by name: for solutions in the challenge's language (``same``)
        and for the others (``other``).

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create(), weights={"words": 1}).weights["words"]
        {'same': 1.0, 'other': 1.0}
        """
    def refresh(self) -> None:
        """Take the newest commit, whichever process made it. Until then the matcher keeps its
        snapshot.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> matcher = cm.Matcher(catalogue)
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> before = len(matcher.find("rain"))
        >>> matcher.refresh()
        >>> before, len(matcher.find("rain"))
        (0, 1)
        """
    def find(
        self,
        challenge: _Ask,
        *,
        limit: SupportsIndex = 10,
        eligibility: Eligibility | _Fields | None = None,
        at_least: _Stage | None = None,
        language: Language | None = None,
    ) -> Matches:
        """Rank the solutions against a challenge, best first.

        Every eligible solution is ranked, and the limit cuts. Equal scores are ordered by solution
        id. A challenge of stop words alone finds nothing.

        Parameters
        ----------
        challenge
            A text, which is the challenge's question; a `Challenge`; or a mapping of its fields, in
            which the id may be left out. It is not stored.
        limit
            The most matches to return, 1 or more.
        eligibility
            Rules, as an `Eligibility` or a mapping, in place of the challenge's own.
        at_least
            The least stage that a solution may have, beside the other rules: ``"pilot"`` admits
            ``pilot``, ``implemented`` and ``scaling``. What is closed is over, and only
            ``"closed"`` admits it. A solution without a stage is admitted, unless the rules bar
            unknown values.
        language
            The language of a challenge that is a text: ``"es"``, ``"pt"`` or ``"en"``. By default it
            is found; a text of fewer than five words whose language is not sure is read in every
            language. `Matches.language` says as what it was read.

        Returns
        -------
        Matches

        Raises
        ------
        InvalidDataError
            If a value of the challenge or a rule is wrong.
        InvalidOptionError
            If the limit is below 1, or the stage or the language unknown, or if there is a language
            for a challenge that is no text.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> barrels = cm.Solution("s2", "Rain barrels", stage="pilot", country="BR")
        >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", stage="idea"), barrels])
        >>> matcher = cm.Matcher(catalogue)
        >>> [(found.rank, found.solution_id) for found in matcher.find("rain in gardens", limit=5)]
        [(1, 's1'), (2, 's2')]
        >>> [found.solution_id for found in matcher.find("rain", at_least="pilot")]
        ['s2']
        >>> [found.solution_id for found in matcher.find("rain", eligibility={"countries": ["UY"]})]
        ['s1']
        """
    def explain(
        self, challenge: _Ask, solution_id: _Id, *, language: Language | None = None
    ) -> Explanation:
        """Say why a solution has the score that it has for a challenge.

        Parameters
        ----------
        challenge
            As in `find`.
        solution_id
            The id of a solution of the catalogue; it need not be eligible.
        language
            As in `find`.

        Returns
        -------
        Explanation
            A tree that adds up to the score, with what matched.

        Raises
        ------
        NotFoundError
            If the snapshot has no such solution.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia"}])
        >>> cm.Matcher(catalogue).explain("¿Cómo guardar la lluvia y la nieve?", "s1").missing
        ['guardar', 'nieve']
        """
    def find_challenges(
        self,
        solution: Solution | _Fields | str,
        *,
        limit: SupportsIndex = 10,
        challenges: _Asks | None = None,
    ) -> RecordMatches:
        """Rank the challenges that a solution may answer, best first: the reverse of `find`.

        A pair has the score that `find` gives it; of a matcher with a second stage, that of the
        first. Challenges whose rules exclude the solution are left out, and
        `RecordMatches.ineligible` names them.

        Parameters
        ----------
        solution
            A `Solution` or a mapping of its fields, which need not be stored; or the id of one that
            is.
        limit
            The most challenges to return, 1 or more.
        challenges
            Challenges as `find_all` takes them, in place of those that are stored.

        Returns
        -------
        RecordMatches

        Raises
        ------
        InvalidDataError
            If a value of the solution or of a challenge is wrong.
        InvalidOptionError
            If the limit is below 1, or the id is that of a challenge.
        NotFoundError
            If no record has the id.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([
        ...     {"id": "quito", "question": "¿Cómo evitar que la lluvia inunde las calles?"},
        ...     {"id": "cali", "question": "¿Cómo acortar las esperas en los juzgados?"},
        ... ])
        >>> garden = {"id": "new", "title": "Jardins de chuva nas ruas"}
        >>> [found.challenge_id for found in cm.Matcher(catalogue).find_challenges(garden)]
        ['quito', 'cali']
        """
    def similar(
        self, record: Challenge | Solution | _Fields | str, *, limit: SupportsIndex = 10
    ) -> RecordMatches:
        """Rank the records of the same kind by how much they are like a record: for a challenge the
        same challenge in other cities, for a solution its twins, in any language.

        The record itself, which is the one with its id, is left out. Scores are those of `find`
        with the record as the ask; a second stage does not look at them.

        Parameters
        ----------
        record
            A `Challenge`; a `Solution` or a mapping of a solution's fields; or the id of a record that
            is stored. The others need not be.
        limit
            The most records to return, 1 or more.

        Returns
        -------
        RecordMatches

        Raises
        ------
        InvalidDataError
            If a value of the record is wrong.
        InvalidOptionError
            If the limit is below 1.
        NotFoundError
            If no record has the id.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add_challenges([
        ...     {"id": "quito", "question": "¿Cómo evitar que la lluvia inunde las calles?"},
        ...     {"id": "recife", "question": "Como evitar que a chuva alague as ruas?"},
        ...     {"id": "cali", "question": "¿Cómo acortar las esperas en los juzgados?"},
        ... ])
        >>> [found.challenge_id for found in cm.Matcher(catalogue).similar("quito", limit=1)]
        ['recife']
        """
    def implemented(self, challenge: Challenge | _Fields | str) -> list[Implementation]:
        """List the solutions that were put to use in a challenge's own city, best fit first: what the
        city did about it, and how it ended. With `similar` these are the precedents of a challenge.

        A solution was put to use there if one of its deployments names the city, or if it is of the
        city and its stage is pilot or later. Countries must agree where both are known. No rule of
        eligibility excludes one.

        Parameters
        ----------
        challenge
            A `Challenge`, a mapping of its fields, or the id of one that is stored. Without a city
            there is nothing to list.

        Returns
        -------
        list[Implementation]

        Raises
        ------
        InvalidDataError
            If a value of the challenge is wrong.
        InvalidOptionError
            If no challenge has the id.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> failed = [{"city": "Quito", "year": 2019, "status": "failed"}]
        >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia", "deployments": failed}])
        >>> quito = cm.Challenge("c1", "¿Cómo retener la lluvia?", city="Quito")
        >>> for implemented in cm.Matcher(catalogue).implemented(quito):
        ...     print(implemented.title, implemented.deployments[0]["status"])
        Jardines de lluvia failed
        """
    def find_all(
        self,
        challenges: _Asks,
        *,
        limit: SupportsIndex = 10,
        threads: SupportsIndex | None = None,
        progress: bool | Callable[[int, int], object] = False,
        eligibility: Eligibility | _Fields | None = None,
        at_least: _Stage | None = None,
        language: Language | None = None,
        statistics: Statistics | None = None,
    ) -> Run:
        """Rank the solutions against each of many challenges, in their order.

        Ctrl-C stops it at once. The order of the challenges and the number of threads do not change
        any result.

        Parameters
        ----------
        challenges
            Texts, `Challenge` objects or mappings of their fields, in a list, a Series or a
            generator; what `read_challenges` returns; a catalogue's `challenges`; or a table. A
            challenge without an id has its place as its id: ``"1"``, ``"2"`` …
        limit
            The most matches of each challenge, 1 or more.
        threads
            How many threads match, from 1 to 512; by default the matcher's.
        progress
            ``True`` shows how far it is: with tqdm if that is installed, else as a line on stderr.
            A callable is called with the number of challenges done and the number of all, about
            every 25 ms and at the end.
        eligibility, at_least, language
            As in `find`, for each of the challenges.
        statistics
            The statistics of a larger collection of which the catalogue is a part, all rounds merged:
            solutions get the scores that they would have there. By default the catalogue's own.

        Returns
        -------
        Run

        Raises
        ------
        InvalidDataError
            If a challenge is wrong, or two have the same id; it names the row, from 1.
        InvalidOptionError
            If the limit or the threads are out of range, or the stage is unknown; or if the statistics
            are not complete, not made for these challenges, or made by another analyser or encoder.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "idea"}])
        >>> matcher = cm.Matcher(catalogue)
        >>> run = matcher.find_all([cm.Challenge("c1", "Rain"), cm.Challenge("c2", "Parks")])
        >>> len(run), list(run.to_dict())
        (2, ['c1', 'c2'])
        >>> matcher.find_all(["How to keep rain?", "Gardens"], at_least="pilot").to_dict()
        {'1': {}, '2': {}}
        """
    def statistics(
        self,
        challenges: _Asks,
        merged: Statistics | None = None,
        *,
        elsewhere: Sequence[int] = (),
        language: Language | None = None,
    ) -> Statistics:
        """This catalogue's part of the statistics of a collection that is spread over several
        catalogues, for some challenges: see `Statistics`.

        Parameters
        ----------
        challenges
            As in `find_all`; the same for every catalogue and in every round.
        merged
            The merged statistics of the rounds so far; ``None`` for the first round.
        elsewhere
            The `text_hashes` that another catalogue of the collection has too and counts. Of the
            catalogues that have a text, all but one have to leave it out. By default none.
        language
            As in `find_all`.

        Returns
        -------
        Statistics

        Raises
        ------
        InvalidDataError
            If a challenge is wrong, or two have the same id.
        InvalidOptionError
            If the merged statistics were made by another analyser or encoder.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create()).statistics(["How to keep rain?"])
        <Statistics: not complete>
        """
    def text_hashes(self) -> list[int]:
        """A hash of what each solution says, in ascending order and each once. Solutions that say the
        same, word for word and in the same language, have the same one, in other catalogues too.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens"), cm.Solution("s2", "Rain gardens")])
        >>> len(cm.Matcher(catalogue).text_hashes())
        1
        """
    def find_each(
        self,
        challenges: _Asks,
        *,
        limit: SupportsIndex = 10,
        threads: SupportsIndex | None = None,
        eligibility: Eligibility | _Fields | None = None,
        at_least: _Stage | None = None,
        language: Language | None = None,
    ) -> Iterator[Matches]:
        """Rank the solutions against each of many challenges, and yield the matches one by one.

        Memory stays bounded: challenges are taken from a generator as they are needed, 64 at a
        time.

        Parameters
        ----------
        challenges, limit, threads, eligibility, at_least, language
            As in `find_all`; an id may come twice. A wrong challenge raises when its turn comes,
            and ends the iterator.

        Returns
        -------
        Iterator[Matches]

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> for matches in cm.Matcher(catalogue).find_each(["How to keep rain?", "Gardens"]):
        ...     print(matches.challenge_id, matches[0].solution_id)
        1 s1
        2 s1
        """

@final
class Match:
    """One solution that was found for a challenge.

    A match is a data class of four fields, `challenge_id`, `solution_id`, `rank` and `score`:
    ``dataclasses.asdict(match)`` works, and ``pandas.DataFrame(matches)`` makes a column of each.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> best = cm.Matcher(catalogue).find("rain")[0]
    >>> best.rank, best.solution_id, best.solution.title, 0 < best.score < 1
    (1, 's1', 'Rain gardens', True)
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    @property
    def challenge_id(self) -> str:
        """The id of the challenge; ``text`` for a challenge that was given as a text."""
    @property
    def rank(self) -> int:
        """Its place among the matches of the challenge, from 1."""
    @property
    def score(self) -> float:
        """How well the solution fits, from 0 to 1. Scores of different challenges compare."""
    @property
    def same_language(self) -> bool:
        """Whether the weights of solutions in the challenge's language gave the score
        (``weights[signal]["same"]``), or those of all others.
        """
    @property
    def unknown_rules(self) -> list[str]:
        """The rules of eligibility that could not be checked, as the solution does not say what they
        ask for: names of rules of `Eligibility`. It was admitted nevertheless; a person has to find
        out.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find("rain", eligibility={"stages": ["pilot"]})[0].unknown_rules
        ['stages']
        """
    @property
    def level(self) -> Literal["strong", "possible", "weak"]:
        """The score in a word: ``strong`` from 0.6 on, ``possible`` from 0.2 on, else ``weak``.

        Of the demo's matches two in three of the strong ones are useful, three in ten of the
        possible ones, and one in forty of the weak ones.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find("rain gardens for the city")[0].level
        'strong'
        """
    @property
    def solution_id(self) -> str:
        """The id of the solution."""
    @property
    def signals(self) -> dict[Signal, float]:
        """The value of each signal that counted, by name, before its weight: for ``words`` and
        ``related`` the share of the challenge's words that was met, for ``meaning`` a mean of
        cosines, for ``language`` 0 or 1.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> best = cm.Matcher(catalogue, weights={"words": 1}).find("rain gardens")[0]
        >>> list(best.signals), 0 < best.signals["words"] <= 1
        (['words'], True)
        """
    @property
    def solution(self) -> Solution:
        """The solution, read from the snapshot that was matched."""
    def to_dict(self) -> dict[str, Any]:
        """Return the match as a dict that JSON can hold, in the form of a line of
        ``citymatch match --format jsonl``.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> list(cm.Matcher(catalogue).find("rain")[0].to_dict())
        ['challenge_id', 'solution_id', 'rank', 'score']
        """
    def __eq__(self, value: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Matches:
    """The solutions that were found for a challenge, best first.

    They are iterated, indexed (from the end too), sliced and counted like a list of `Match`.
    Libraries that read Arrow take them as a table: ``polars.DataFrame(matches)``,
    ``pyarrow.table(matches)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
    >>> matches = cm.Matcher(catalogue).find("rain in gardens")
    >>> len(matches), matches[-1].rank, [found.solution_id for found in matches]
    (2, 2, ['s1', 's2'])
    """

    @property
    def challenge_id(self) -> str:
        """The id of the challenge; ``text`` for a challenge that was given as a text."""
    @property
    def challenge(self) -> Challenge:
        """The challenge, as it was asked.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create()).find("How to keep rain?").challenge.question
        'How to keep rain?'
        """
    @property
    def answered(self) -> bool | None:
        """Whether any eligible solution answers the challenge: whether the best evidence reaches
        the threshold of the encoder's calibration. ``None`` where there is no verdict: for
        challenges of one or two content words, under weights that the caller chose, and without an
        encoder.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([cm.Solution("s1", "Jardines que retienen la lluvia en la acera")])
        >>> matcher = cm.Matcher(catalogue)
        >>> questions = ["¿Cómo retener la lluvia en la acera?", "Violin lessons for children", "lluvia"]
        >>> [matcher.find(question).answered for question in questions]
        [True, False, None]
        """
    @property
    def answer_score(self) -> float | None:
        """How much evidence there is that something answers: what `answered` compares with
        `Matcher.answer_threshold`. ``None`` where nothing was ranked.

        It is ``max(s1 - 0.15, (s1 + s2 + s3) / 3)``, where ``s1``, ``s2`` and ``s3`` are the three
        highest raw scores of all eligible solutions, each without the signal `subject`. Up to 0.15
        is added for a challenge of fewer than 48 content words.
        """
    @property
    def criteria(self) -> dict[Signal, float]:
        """The criteria of the challenge that count in its scores: the names of signals with their shares,
        which add up to 1. Empty if none of its criteria names a signal.

        A criterion is scored if it is called ``themes``, ``goals``, ``place``, ``maturity`` or
        ``subject``, or what these are called in Spanish or Portuguese (``temas``, ``ODS``, ``lugar``,
        ``madurez`` …). Together they add up to 0.5 to a raw score.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", stage="pilot")])
        >>> rain = cm.Challenge("c1", "Rain", criteria={"madurez": 30, "innovation": 70})
        >>> matches = cm.Matcher(catalogue).find(rain)
        >>> matches.criteria, matches.for_a_person, matches[0].signals["maturity"]
        ({'maturity': 1.0}, ['innovation'], 0.3)
        """
    @property
    def for_a_person(self) -> list[str]:
        """The criteria of the challenge that no signal scores, in their order: a person has to."""
    @property
    def spread(self) -> Spread | None:
        """What the spread among the matches cost and gained: a `Spread`. ``None`` where the matcher has no
        `diversity`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
        >>> print(cm.Matcher(catalogue, diversity=0.1).find("rain").spread)
        100 % of the scores kept, mean distance 0.91 instead of 0.91
        """
    @property
    def language(self) -> Language | None:
        """The language that the challenge was read in, ``"es"``, ``"pt"`` or ``"en"``; ``None`` where it
        is not known, or where a short text was read in every language (`language_source` is then
        ``"each"``).

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Jardines que retienen la lluvia en la acera"}])
        >>> matcher = cm.Matcher(catalogue)
        >>> matches = matcher.find("rain")
        >>> matches.language, matches.language_source
        (None, 'each')
        >>> matcher.find("rain", language="en").language
        'en'
        """
    @property
    def language_source(self) -> Literal["declared", "detected", "stop words", "country", "commonest", "each"] | None:
        """How the language of the challenge was found: ``"declared"``, ``"detected"``, ``"stop words"``,
        ``"country"``, ``"commonest"`` (that of most solutions) or ``"each"``.
        """
    @property
    def ineligible(self) -> list[Ineligible]:
        """The solutions that may not enter, by id: a list of `Ineligible`, each with every rule
        that it does not meet.
        """
    def explain(self, position: SupportsIndex, /) -> Explanation:
        """Say why the match at a position has its score.

        Parameters
        ----------
        position
            The place in the list, from 0; -1 is the last match.

        Returns
        -------
        Explanation
            A tree that adds up to the score, with what matched.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> matches = cm.Matcher(catalogue).find("rain")
        >>> matches.explain(0).value == matches[0].score
        True
        """
    def to_arrow(self, *, fields: _Names | None = None, signals: bool = False) -> pyarrow.Table:
        """Return the matches as a pyarrow table: one row each, with the columns `challenge_id`,
        `solution_id`, `rank` and `score`.

        Parameters
        ----------
        fields
            Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
        signals
            Whether each signal that counted is a column too: its value before its weight.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find("rain").to_arrow(fields=["title"]).column_names
        ['challenge_id', 'solution_id', 'rank', 'score', 'title']
        """
    def to_pandas(self, *, fields: _Names | None = None, signals: bool = False) -> pandas.DataFrame:
        """Return the matches as a pandas DataFrame: one row each, with the columns `challenge_id`,
        `solution_id`, `rank` and `score`.

        Parameters
        ----------
        fields
            Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
        signals
            Whether each signal that counted is a column too: its value before its weight.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> matches = cm.Matcher(catalogue).find("rain")
        >>> matches.to_pandas(fields=["title"])["title"].tolist()
        ['Rain gardens']
        """
    def to_csv(self, path: _Path, *, fields: _Names | None = None, signals: bool = False) -> int:
        """Write the matches to a CSV file, one row each, and return how many there are. See `Run.to_csv`.

        Parameters
        ----------
        path
            The file; it is replaced as a whole.
        fields
            Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
        signals
            Whether each signal that counted is a column too: its value before its weight.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "matches.csv")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find("rain").to_csv(path, fields=["title"])
        1
        """
    def to_xlsx(
        self,
        path: _Path,
        *,
        fields: _Names = ("answered", "title", "organisation", "country", "links"),
        signals: bool = False,
    ) -> int:
        """Write the matches to a workbook for Excel or LibreOffice, one row each, and return how many there
        are. See `Run.to_xlsx`.

        Parameters
        ----------
        path
            The file, which ends in ``.xlsx``; it is replaced as a whole.
        fields
            The columns beside the matches: fields of the solutions, and ``answered``. By default
            ``answered``, ``title``, ``organisation``, ``country`` and ``links``; ``[]`` is none.
        signals
            Whether each signal that counted is a column too: its value before its weight.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "matches.xlsx")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find("rain").to_xlsx(path)
        1
        """
    def to_polars(self, *, fields: _Names | None = None, signals: bool = False) -> polars.DataFrame:
        """Return the matches as a polars DataFrame: one row each, with the columns `challenge_id`,
        `solution_id`, `rank` and `score`.

        Parameters
        ----------
        fields
            Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
        signals
            Whether each signal that counted is a column too: its value before its weight.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find("rain").to_polars(fields=["title", "country"]).shape
        (1, 6)
        """
    def to_dict(self) -> dict[str, Any]:
        """Return the matches as a dict that JSON can hold: ``challenge_id``, ``answered``, and
        ``matches``, a list of what `Match.to_dict` returns.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create()).find("rain").to_dict()
        {'challenge_id': 'text', 'answered': None, 'matches': []}
        """
    def _repr_html_(self) -> str: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Match: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Match]: ...
    def __iter__(self) -> Iterator[Match]: ...

@disjoint_base
class Run:
    """The matches of many challenges, in the order in which the challenges were given.

    It is iterated, indexed, sliced and counted like a list of `Matches`, one for each challenge.
    Libraries that read Arrow take it as a table of one row a match: ``polars.DataFrame(run)``,
    ``pyarrow.table(run)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> run = cm.Matcher(catalogue).find_all(["How to keep rain?", "How to plant gardens?"])
    >>> len(run), run[1].challenge_id, run.to_arrow().num_rows
    (2, '2', 2)
    """

    def to_arrow(self, *, fields: _Names | None = None, signals: bool = False) -> pyarrow.Table:
        """Return the matches as a pyarrow table: one row each, with the columns `challenge_id`,
        `solution_id`, `rank` and `score`.

        Parameters
        ----------
        fields
            Further columns: fields of the solutions, and ``answered``. See `to_pandas`.
        signals
            Whether each signal that counted is a column too. See `to_pandas`.

        Examples
        --------
        >>> import citymatch as cm
        >>> run = cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "Rain")])
        >>> run.to_arrow().column_names
        ['challenge_id', 'solution_id', 'rank', 'score']
        """
    def to_pandas(self, *, fields: _Names | None = None, signals: bool = False) -> pandas.DataFrame:
        """Return the matches as a pandas DataFrame: one row each, with the columns `challenge_id`,
        `solution_id`, `rank` and `score`.

        Parameters
        ----------
        fields
            Further columns, by name: fields of the solutions, those that citymatch does not know
            too, with the values of `Solutions.to_pandas`; and ``answered``, the verdict on the
            challenge, which comes first. Challenges that found nothing have no row.
        signals
            Whether each signal that counted is a column too, named as in `weights`: its value before
            its weight. They are what weights can be learned from. The default is no.

        Raises
        ------
        InvalidOptionError
            If a field is not known and no solution that was found has it.
        NotFoundError
            If the run comes out of a pickle and its catalogue has lost a solution since.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "country": "Brasil"}])
        >>> run = cm.Matcher(catalogue).find_all(["How to keep rain?"])
        >>> run.to_pandas(fields=["title", "country"])[["solution_id", "title", "country"]].values
        array([['s1', 'Rain gardens', 'BR']], dtype=object)
        """
    def to_polars(self, *, fields: _Names | None = None, signals: bool = False) -> polars.DataFrame:
        """Return the matches as a polars DataFrame: one row each, with the columns `challenge_id`,
        `solution_id`, `rank` and `score`.

        Parameters
        ----------
        fields
            Further columns: fields of the solutions, and ``answered``. See `to_pandas`.
        signals
            Whether each signal that counted is a column too. See `to_pandas`.

        Examples
        --------
        >>> import citymatch as cm
        >>> run = cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "Rain")])
        >>> run.to_polars().shape
        (0, 4)
        """
    def to_dict(self) -> dict[str, dict[str, float]]:
        """Return the scores by challenge and solution, in the form that evaluation packages as
        ir-measures and ranx take for a run. Every challenge is a key, also one that found nothing.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "Rain")]).to_dict()
        {'c1': {}}
        """
    def features(self, qrels: Qrels | None = None) -> Features:
        """Return the values of the signals of each pair: what weights are learned from.

        Parameters
        ----------
        qrels
            Judgements, in any form that `fit_weights` takes: a column ``grade`` has them, which is null
            where there is none.

        Returns
        -------
        Features

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "language": "en"}])
        >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Gardens", language="en")])
        >>> run.features().to_arrow()["same_language"].to_pylist()
        [True]
        """
    def next_to_judge(
        self, n: SupportsIndex = 10, qrels: Qrels | None = None, *, unjudged: SupportsIndex | None = None
    ) -> NextToJudge:
        """Name the pairs whose judgement would teach most, and say whether more judging pays.

        A judgement teaches much where its outcome is open, where it tells signals apart whose weights
        are uncertain, and where the solution is high enough on the list to matter. Pairs are chosen one
        after the other, as if those before were judged, so that they are spread over challenges.

        Parameters
        ----------
        n
            The most pairs.
        qrels
            The judgements so far, in any form that `fit_weights` takes; by default none.
        unjudged
            As in `fit_weights`.

        Returns
        -------
        NextToJudge
            A list of `PairToJudge` with ``enough`` and ``sentence``.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
        >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Where can the rain go?")])
        >>> pairs = run.next_to_judge(5, {"c1": {"s1": 2}})
        >>> [pair.solution_id for pair in pairs], pairs.enough
        (['s2'], False)
        """
    def assign(
        self,
        *,
        per_challenge: SupportsIndex | Mapping[str, SupportsIndex] | None = None,
        per_solution: SupportsIndex | Mapping[str, SupportsIndex] | None = None,
        objective: Literal["places", "sum", "worst"] = "places",
        categories: str | Mapping[str, list[str]] | None = None,
        reserve: Mapping[str, int] | Mapping[tuple[str, str], int] | None = None,
        minimum: Mapping[str, int] | None = None,
        forbid: Iterable[tuple[str, str]] | None = None,
        fix: Iterable[tuple[str, str]] | None = None,
        keep: Run | Iterable[tuple[str, str]] | None = None,
        min_score: _Number = 0,
        time_limit: _Number | None = None,
        progress: bool | Callable[[int, int], object] = False,
    ) -> Assignment:
        """Share out the solutions of the run among its challenges, within limits.

        A run ranks the solutions of each challenge by itself, and popular ones are wanted by many.
        The assignment is the best one within the limits, and proves it: its `bound` comes from the
        dual problem.

        Parameters
        ----------
        per_challenge
            How many solutions a challenge gets at most: a number for all, or a mapping of ids to
            numbers. By default the challenge's `winners`, else 1.
        per_solution
            How many challenges get the same solution at most, in the same two forms; by default 1.
        objective
            ``"places"``: a challenge's first place counts more than its second, and so on, so that
            nobody stays without a solution who could have one. ``"sum"``: the scores alone.
            ``"worst"``: the worst-off challenge first, then the next. The default is ``"places"``.
        categories
            Categories of solutions: a mapping of names to lists of ids, or a field of solutions
            (``"themes"``, ``"country"``), each of whose values is a category.
        reserve
            How many places of every challenge go to a category at least: ``{"housing": 1}``; of one
            challenge: ``{("c1", "housing"): 1}``.
        minimum
            How many places go to a category at least, over all challenges together.
        forbid, fix
            Pairs of the ids of a challenge and a solution that must not, or must, be chosen.
        keep
            An assignment, or pairs, of which as many stay as can: `Assignment.changes` lists the
            others.
        min_score
            The least score that a candidate has: 0.2 leaves out what is called weak. The default is 0.
        time_limit
            Seconds after which a search gives up where categories overlap, the one case that can take
            long; by default never.
        progress
            ``True`` for a bar of tqdm, or a callable ``progress(done, total)``, as in `Catalogue.add`:
            of how many challenges the places are found.

        Returns
        -------
        Assignment

        Raises
        ------
        InfeasibleError
            If no assignment keeps all limits. It says how many places are missing, and which limits
            would have to give way.
        InvalidOptionError
            If a number is below 1 or above what can be, if a pair is fixed that is not in the run, or
            fixed and forbidden, or if a challenge or a category is not known.
        TimeoutError
            If the time was over.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain barrels"}])
        >>> run = cm.Matcher(catalogue).find_all(["gardens for the rain", "rain"])
        >>> run.assign(forbid=[("1", "s1")]).to_dict().keys()
        dict_keys(['1', '2'])
        >>> try:
        ...     run.assign(fix=[("1", "s1"), ("2", "s1")])
        ... except cm.InfeasibleError as error:
        ...     print(error.missing)
        1
        """
    def decisions(self, path: _Path, *, texts: bool = False) -> int:
        """Write what was decided to a file, one JSON object a line, and return how many there are: every
        match, every solution that rules exclude, every challenge without a match.

        Each line has hashes of the two records and of the whole catalogue (SHA-256 of the JSON that
        is exported), the version, the weights, the options and the rules, so that it can be defended
        later. Nothing is drawn by chance.

        Parameters
        ----------
        path
            The file; it is replaced as a whole.
        texts
            Whether titles and reasons stand beside the ids. By default texts and names are left out.

        Raises
        ------
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> import citymatch as cm, json, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "decisions.jsonl")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")]).decisions(path)
        1
        >>> json.loads(path.read_text())["decision"]
        'matched'
        """
    def report(self, path: _Path, *, language: Language = "en", title: str | None = None) -> list[Path]:
        """Write the run as a page for a browser, and return the paths of its files.

        One HTML file that needs no network and no script: each challenge with its matches, their
        reasons and the sentences that decided, who is barred and why, and what other cities put to use
        for the like. It can be filtered, sorted, linked to and printed. One of more than 20 MB becomes
        an index with one page a challenge, in a folder ``NAME.pages`` beside it. The same records give
        the same bytes.

        Parameters
        ----------
        path
            The file; it is replaced as a whole.
        language
            The language of everything but the records' own texts: ``"es"``, ``"pt"`` or ``"en"``. The
            default is English.
        title
            The title. The default says what the page is.

        Raises
        ------
        InvalidOptionError
            If the language is not one of the three.
        CatalogueStateError
            If the run has no challenge, or comes out of a pickle and its catalogue was in memory.
        OSError
            If a file cannot be written.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "report.html")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia"}])
        >>> run = cm.Matcher(catalogue).find_all(["¿Cómo retener la lluvia?"])
        >>> run.report(path, language="es") == [path]
        True
        """

    def why_not(self, challenge_id: _Id, solution_id: _Id) -> str:
        """Say in a sentence why a solution is not among the matches of a challenge; for every pair,
        those that are among them too.

        Parameters
        ----------
        challenge_id
            The id of a challenge of the run.
        solution_id
            The id of a solution of the catalogue.

        Raises
        ------
        NotFoundError
            If the run has no such challenge, or its snapshot no such solution.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> gardens = cm.Solution("s1", "Rain gardens", stage="idea")
        >>> _ = catalogue.add([gardens, cm.Solution("s2", "Rain barrels", stage="pilot")])
        >>> pilots = cm.Challenge("c1", "Rain", eligibility={"stages": ["pilot"]})
        >>> run = cm.Matcher(catalogue).find_all([pilots])
        >>> run.why_not("c1", "s1")
        'it is barred: stages: idea is not one of pilot'
        """
    def to_csv(self, path: _Path, *, fields: _Names | None = None, signals: bool = False) -> int:
        """Write the run to a CSV file, one row a match, and return its number of matches.

        It is UTF-8 with commas. A text that a spreadsheet would run as a formula has an apostrophe before
        it.

        Parameters
        ----------
        path
            The file; it is replaced as a whole.
        fields
            Further columns: fields of the solutions, and ``answered``. See `to_pandas`. The items of a list
            are separated by ``;``.
        signals
            Whether each signal that counted is a column too. See `to_pandas`.

        Raises
        ------
        OSError
            If it cannot be written.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "run.csv")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "themes": ["water", "streets"]}])
        >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")])
        >>> run.to_csv(path, fields=["title", "themes"])
        1
        >>> path.read_text().splitlines()[0]
        'challenge_id,solution_id,rank,score,title,themes'
        """
    def to_xlsx(
        self,
        path: _Path,
        *,
        fields: _Names = ("answered", "title", "organisation", "country", "links"),
        signals: bool = False,
    ) -> int:
        """Write the run to a workbook for Excel or LibreOffice, one row a match, and return its number of
        matches.

        The header stays in sight and has filters, scores have bars from 0 to 1, links open, ids are texts,
        and no text is run as a formula.

        Parameters
        ----------
        path
            The file, which ends in ``.xlsx``; it is replaced as a whole.
        fields
            The columns beside the matches: fields of the solutions, and ``answered``. See `to_pandas`. By
            default ``answered``, ``title``, ``organisation``, ``country`` and ``links``; ``[]`` is none.
        signals
            Whether each signal that counted is a column too. See `to_pandas`.

        Raises
        ------
        InvalidOptionError
            If the name of the file means an older format, or if there are more than 1,048,575 matches.
        OSError
            If it cannot be written.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "run.xlsx")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "country": "Brasil"}])
        >>> cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")]).to_xlsx(path)
        1
        """
    def to_trec(self, path: _Path) -> int:
        """Write the run to a file in the format of ``trec_eval``, and return its number of matches.

        Scores are written as 32-bit floats that always fall within a challenge, so that every
        evaluator keeps the order. In ids, ``%`` and white space are percent-encoded.

        Parameters
        ----------
        path
            The file; it is replaced as a whole.

        Raises
        ------
        OSError
            If it cannot be written.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "run.txt")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "rain garden", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")]).to_trec(path)
        1
        >>> path.read_text().split()[:4]
        ['c1', 'Q0', 'rain%20garden', '1']
        """
    def _repr_html_(self) -> str: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def _part(self, *, signals: bool = False) -> pyarrow.Table: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Matches: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Matches]: ...
    def __iter__(self) -> Iterator[Matches]: ...

@final
class Statistics:
    """The statistics that scores take from a collection which is spread over several catalogues.

    `Matcher.statistics` makes a catalogue's part of a round, `merge` makes one of the parts, and
    after three rounds they are complete: `Matcher.find_all` of each catalogue then gives the scores
    that one catalogue with all solutions would give. The order of merging does not change a byte.

    Examples
    --------
    >>> import citymatch as cm
    >>> gardens, toilets = cm.Catalogue.create(), cm.Catalogue.create()
    >>> _ = gardens.add([cm.Solution("s1", "Jardines de lluvia")])
    >>> _ = toilets.add([cm.Solution("s2", "Baños secos")])
    >>> shards, challenges = [cm.Matcher(gardens), cm.Matcher(toilets)], ["¿Cómo retener la lluvia?"]
    >>> merged = None
    >>> while merged is None or not merged.is_complete:
    ...     merged = cm.Statistics.merge(shard.statistics(challenges, merged) for shard in shards)
    >>> shards[0].find_all(challenges, statistics=merged)[0][0].solution_id
    's1'
    """

    @classmethod
    def merge(cls, parts: Iterable[Statistics]) -> Statistics:
        """Merge the parts of several catalogues, all made with the same merged statistics.

        Parameters
        ----------
        parts
            One from each catalogue, in any order; or parts that were merged before.

        Returns
        -------
        Statistics

        Raises
        ------
        InvalidOptionError
            If there is no part, or if parts are of different rounds, or were made by different
            versions of the analyser or different encoders.

        Examples
        --------
        >>> import citymatch as cm
        >>> part = cm.Matcher(cm.Catalogue.create()).statistics(["Rain"])
        >>> cm.Statistics.merge([part, part]).is_complete
        False
        """
    @classmethod
    def from_bytes(cls, data: bytes) -> Statistics:
        """Read what `to_bytes` has written.

        Raises
        ------
        InvalidOptionError
            If it is something else.

        Examples
        --------
        >>> import citymatch as cm
        >>> part = cm.Matcher(cm.Catalogue.create()).statistics(["Rain"])
        >>> cm.Statistics.from_bytes(part.to_bytes()) == part
        True
        """
    @property
    def is_complete(self) -> bool:
        """Whether all three rounds are merged, so that searches can use them."""
    def to_bytes(self) -> bytes:
        """Write them as JSON. The same statistics give the same bytes.

        Examples
        --------
        >>> import citymatch as cm
        >>> cm.Matcher(cm.Catalogue.create()).statistics(["Rain"]).to_bytes()[:11]
        b'{"rounds":1'
        """
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Features:
    """The values of the signals of each pair of a run: what weights are learned from. `Run.features` makes
    them.

    Libraries that read Arrow take them as a table of one row a pair: ``polars.DataFrame(features)``,
    ``pyarrow.table(features)``.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    >>> features = cm.Matcher(catalogue).find_all(["Where can rain go?"]).features()
    >>> len(features), features.signals
    (1, ['words', 'related', 'meaning', 'subject'])
    """

    @property
    def signals(self) -> list[Signal]:
        """The signals that counted in the run, by name: each is a column."""
    def to_arrow(self) -> pyarrow.Table:
        """Return the pairs as a pyarrow table: one row each, with the columns `challenge_id`,
        `solution_id`, `rank`, `score`, `same_language`, one for each signal, and `grade` where
        judgements were given.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> run = cm.Matcher(catalogue, weights={"words": 1}).find_all([cm.Challenge("c1", "Rain")])
        >>> run.features({"c1": {"s1": 2}}).to_arrow().column_names[4:]
        ['same_language', 'words', 'grade']
        """
    def to_pandas(self) -> pandas.DataFrame:
        """Return the pairs as a pandas DataFrame. See `to_arrow`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find_all(["Rain gardens"]).features().to_pandas().shape
        (1, 9)
        """
    def to_polars(self) -> polars.DataFrame:
        """Return the pairs as a polars DataFrame. See `to_arrow`.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find_all(["Rain gardens"]).features().to_polars().shape
        (1, 9)
        """
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...

def fit_weights(
    run: Run,
    qrels: Qrels,
    *,
    unjudged: SupportsIndex | None = None,
    deviation: _Number = 0.5,
    folds: SupportsIndex = 5,
) -> FittedWeights:
    """Fit the weights of the signals to judgements.

    One factor a signal is fitted, and multiplies its built-in weights, from the order inside each
    challenge; the built-in weights pull, so that few judgements move it little. Then the logistic is
    fitted that makes scores of raw scores. All is done once more for each fold of the challenges without
    those in it, so that `gain` is that on challenges which the weights have not seen. Where that shows
    no gain, the result says so: keep the built-in weights.

    Parameters
    ----------
    run
        The matches of the judged challenges. Only pairs of the run teach: match with a limit beyond
        what was judged. Only signals that counted in the run get a weight.
    qrels
        The judgements: ``{challenge_id: {solution_id: grade}}``, a table with the columns
        ``challenge_id``, ``solution_id`` and ``grade``, triples of these, or the path of a file in TREC's
        format. A grade of 1 or more means useful.
    unjudged
        The grade of the pairs of judged challenges without a judgement: 0 where all useful ones were
        judged, as in a test collection. By default such pairs are left out, since what nobody looked at
        may be useful.
    deviation
        How far from 1 factors may be expected: with less, weights stay nearer to the built-in ones.
    folds
        How many folds the challenges are dealt out to, 2 to 20.

    Returns
    -------
    FittedWeights
        What `Matcher` takes as `weights`, with the uncertainty of each weight, the gain and the
        calibration.

    Raises
    ------
    InvalidOptionError
        If the run is empty, if a challenge or a solution is not known, if all grades are alike, or if
        fewer than 20 challenges have a solution that was judged better than another.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Dry toilets"}])
    >>> needs = {f"c{i}": ("rain", "toilets")[i % 2] for i in range(24)}
    >>> run = cm.Matcher(catalogue).find_all([cm.Challenge(id, need) for id, need in needs.items()])
    >>> qrels = {id: {"s1": int(need == "rain"), "s2": int(need != "rain")} for id, need in needs.items()}
    >>> fitted = cm.fit_weights(run, qrels)
    >>> fitted.challenges, fitted.gain.shown
    (24, False)
    >>> matcher = cm.Matcher(catalogue, weights=fitted)
    """
def _read_qrels(path: str | PathLike[str]) -> list[tuple[str, str, int]]: ...
def _read_ranked_lists(path: str | PathLike[str]) -> dict[str, list[str]]: ...
def _is_measure(name: str) -> bool: ...
def _evaluate(
    qrels: list[tuple[str, str, int]],
    lists: list[tuple[str, list[str]]],
    measures: list[str],
    name: str,
) -> tuple[list[str], list[list[float]], list[str], list[str], float]: ...
def _interval(values: list[float]) -> tuple[float, float] | None: ...
def _p_value(differences: list[float]) -> float: ...
def _answer_score(evidence: Sequence[float], breadth: float) -> float | None: ...
def _arrow_table(columns: Sequence[tuple[str, str, list[Any]]]) -> _ArrowStream: ...
@final
class Assignment(Run):
    """A run of the matches that were chosen: which solutions go to which challenges, and the proof that
    there is no better way within the limits. `Run.assign` makes it.

    It is used like any other run: each challenge has the matches that it gets, ranked anew, and a
    challenge that gets nothing has none.

    Examples
    --------
    >>> import citymatch as cm
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain barrels"}])
    >>> run = cm.Matcher(catalogue).find_all(["gardens for the rain", "rain"])
    >>> assignment = run.assign()
    >>> [(matches.challenge_id, matches[0].solution_id) for matches in assignment]
    [('1', 's1'), ('2', 's2')]
    >>> assignment.value == assignment.bound, assignment.unassigned
    (True, [])
    """

    @property
    def objective(self) -> Literal["places", "sum", "worst"]:
        """What was to be best: ``"places"``, ``"sum"`` or ``"worst"``."""
    @property
    def value(self) -> float:
        """What the assignment is worth under its objective: with ``"places"`` the scores and the bonuses
        of places, with ``"sum"`` the scores, with ``"worst"`` the score of the worst-off challenge
        that got something.
        """
    @property
    def bound(self) -> float:
        """What no assignment within the limits is worth more than: equal to `value` where the proof is
        exact. It comes from the dual problem and not from the pairs.
        """
    @property
    def sum(self) -> float:
        """The sum of the scores."""
    @property
    def best_sum(self) -> float:
        """The highest sum of scores within the limits, whatever the objective."""
    @property
    def unassigned(self) -> list[Unassigned]:
        """The challenges that got nothing, and why each.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> assignment = cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign()
        >>> [str(nothing) for nothing in assignment.unassigned]
        ['2: taken: s1 by 1']
        """
    def decisions(self, path: _Path, *, texts: bool = False) -> int:
        """Write what was decided to a file, one JSON object a line, and return how many there are: every
        pair, and every challenge that got nothing. See `Run.decisions`.

        Examples
        --------
        >>> import citymatch as cm, json, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "decisions.jsonl")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign().decisions(path)
        2
        >>> [json.loads(line)["decision"] for line in path.read_text().splitlines()]
        ['assigned', 'unassigned']
        """
    def report(self, path: _Path, *, language: Language = "en", title: str | None = None) -> list[Path]:
        """Write the run as a page for a browser with what was decided, and return the paths of its files.
        Beside what each challenge gets stand its best matches, as in the run before. See `Run.report`.

        Examples
        --------
        >>> import citymatch as cm, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "report.html")
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> assignment = cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign()
        >>> _ = assignment.report(path)
        >>> "It gets nothing: other challenges have its candidates." in path.read_text()
        True
        """

    def why_not(self, challenge_id: _Id, solution_id: _Id) -> str:
        """Say in a sentence what became of a pair: whether the solution is assigned to the challenge, and
        if not, which rule bars it, who has it, or what the challenge has in its place.

        Parameters
        ----------
        challenge_id
            The id of a challenge of the run.
        solution_id
            The id of a solution of the catalogue.

        Raises
        ------
        NotFoundError
            If the run has no such challenge, or its snapshot no such solution.

        Examples
        --------
        >>> import citymatch as cm
        >>> catalogue = cm.Catalogue.create()
        >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
        >>> assignment = cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign()
        >>> assignment.why_not("2", "s1")
        'it is taken: by `1`'
        """
    @property
    def changes(self) -> list[Change]:
        """What is different from the assignment that was to be kept: first the pairs that were removed,
        then those that are new.
        """
