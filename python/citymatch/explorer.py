"""A widget to look through matches, move weights and judge, in JupyterLab, VS Code and marimo. It needs anywidget:
``pip install 'citymatch[explorer]'``.

Examples
--------
>>> import citymatch as cm
>>> from citymatch.explorer import Explorer
>>> catalogue = cm.Catalogue.create()
>>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Dry toilets"}])
>>> explorer = Explorer(cm.Matcher(catalogue), [cm.Challenge("c1", "How to keep rain?")])
>>> explorer.judgements                      # the last line of a cell shows `explorer`; thumbs arrive here
{}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import anywidget
    import traitlets
except ImportError:
    raise ImportError("the explorer needs anywidget (expected `pip install 'citymatch[explorer]'`)") from None

from . import _explored
from ._citymatch import Matcher, Run
from ._weighed import Weighing, Weights, find_again, sliders
from .errors import InvalidOptionError, NotFoundError
from .judgements import _judgements
from .typing import Qrels, Signal, SignalWeight

if TYPE_CHECKING:
    from . import Eligibility
    from ._citymatch import _Asks
    from .typing import Stage

__all__ = ["Explorer"]


class Explorer(anywidget.AnyWidget):
    """The matches of many challenges, to look through, to judge, and to try weights on.

    A notebook shows it where it is the last line of a cell; marimo's cells run again after a thumb if they use
    ``marimo.ui.anywidget(explorer)``. All of it works by keyboard. A saved notebook also has the challenge that was shown as a table,
    which needs no script.

    Parameters
    ----------
    of
        A `Matcher`, which finds the matches; or a `Run`, whose matches are shown. The weights of a run can be moved if its
        catalogue lies in a folder, where it is opened again, and if it is no assignment and was made without `statistics`; those of a
        matcher always.
    challenges
        With a matcher, challenges as `Matcher.find_all` takes them; by default those that its catalogue keeps. They are matched at once,
        which takes as long as `find_all` takes.
    limit, eligibility, at_least
        With a matcher, as in `Matcher.find`.
    judgements
        What was judged before, as `evaluate` takes it.

    Attributes
    ----------
    judgements
        The thumbs as they stand now: ``{challenge_id: {solution_id: grade}}``, with grade 1 for useful and 0 for not useful beside the
        grades that were given. `evaluate`, `compare`, `fit_weights` and `Run.next_to_judge` take it. It can be set, as anything that
        `evaluate` takes.
    weights
        The weights as they stand now, for `Matcher`'s option `weights`; ``None`` where they cannot be moved. It can be set, as anything
        that `Matcher` takes, and to ``None`` for the first ones. Moved weights rank the newest commit of the catalogue, with all other
        options of the matcher; whether something answers is known for the first weights alone.

    Raises
    ------
    ImportError
        When the module is imported, if anywidget is not installed.
    TypeError
        If there are challenges, or rules, beside a run; or if the first argument is something else.
    InvalidDataError, InvalidOptionError
        As from `Matcher.find_all` and `evaluate`; and where weights are set that no `Matcher` takes, or that cannot be moved.

    Examples
    --------
    >>> import citymatch as cm
    >>> from citymatch.explorer import Explorer
    >>> catalogue = cm.Catalogue.create()
    >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Dry toilets"}])
    >>> challenges = [cm.Challenge("c1", "How to keep rain?"), cm.Challenge("c2", "Toilets without sewers?")]
    >>> explorer = Explorer(cm.Matcher(catalogue), challenges, judgements={"c1": {"s1": 1}})
    >>> explorer.judgements
    {'c1': {'s1': 1}}
    >>> explorer.weights = {"words": 1, "meaning": 0.5}
    >>> run = cm.Matcher(catalogue, weights=explorer.weights).find_all(challenges)
    >>> cm.evaluate(explorer.judgements, run, ["RR"])["RR"]
    1.0
    """

    # As texts: anywidget keeps every widget of a path for ever, to tell it when the file changes.
    _esm = Path(__file__).with_name("explorer.js").read_text(encoding="utf-8")
    _css = Path(__file__).with_name("explorer.css").read_text(encoding="utf-8")

    judgements: traitlets.TraitType[dict[str, dict[str, int]], Qrels] = traitlets.TraitType()
    weights: traitlets.TraitType[Mapping[Signal, SignalWeight] | None, Mapping[Any, Any] | None] = traitlets.TraitType(None)

    # What the browser has. It sets `_chosen`, `_sliders` and `_thumbs`; all the rest is Python's alone.
    _challenges = traitlets.Any().tag(sync=True)
    _chosen = traitlets.Int(0).tag(sync=True)
    _shown = traitlets.Any().tag(sync=True)
    _first_sliders = traitlets.Any().tag(sync=True)
    _sliders = traitlets.Any().tag(sync=True)
    _thumbs = traitlets.Any().tag(sync=True)
    _judged = traitlets.Int(0).tag(sync=True)
    _message = traitlets.Unicode("").tag(sync=True)
    # Counts what was done for the browser, which then waits no longer.
    _turn = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        of: Matcher | Run,
        challenges: _Asks | None = None,
        *,
        limit: int | None = None,
        eligibility: Eligibility | Mapping[str, Any] | None = None,
        at_least: Stage | str | None = None,
        judgements: Qrels | None = None,
    ) -> None:
        if isinstance(of, Matcher):
            self._weighing: Weighing | None = Weighing.of_matcher(of)
            asked = self._weighing.catalogue.challenges if challenges is None else challenges
            self._run = of.find_all(asked, limit=10 if limit is None else limit, eligibility=eligibility, at_least=at_least)
        elif isinstance(of, Run):
            if any(option is not None for option in (challenges, limit, eligibility, at_least)):
                raise TypeError("a run has its challenges, limit and rules (expected these beside a Matcher)")
            self._weighing, self._run = Weighing.of_run(of), of
        else:
            raise TypeError(f"expected a Matcher or a Run, not `{type(of).__name__}`")
        self._matcher: Matcher | None = None
        self._found = self._run[0] if len(self._run) else None
        first = None if self._weighing is None else self._weighing.first
        super().__init__(
            judgements={} if judgements is None else judgements,
            weights=first,
            _challenges=_explored.lines(self._run),
            _shown=None if self._found is None else _explored.shown(self._found),
            _first_sliders=sliders(first),
            _sliders=sliders(first),
        )
        self._tell_judgements()
        for name, act in {"_chosen": self._find, "_sliders": self._move, "_thumbs": self._take_thumbs, "weights": self._weigh}.items():
            self.observe(lambda _, act=act: self._answer(act), name)
        self.observe(lambda _: self._tell_judgements(), "judgements")

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        judged = {} if self._found is None else self.judgements.get(self._found.challenge_id, {})
        data, metadata = bundle
        return {**data, "text/html": _explored.picture(self._found, len(self._run), judged)}, metadata

    @traitlets.validate("judgements")
    def _checked_judgements(self, proposal: Any) -> dict[str, dict[str, int]]:
        judged: dict[str, dict[str, int]] = {}
        for challenge, solution, grade in _judgements(proposal["value"]):
            judged.setdefault(challenge, {})[solution] = grade
        return judged

    @traitlets.validate("weights")
    def _checked_weights(self, proposal: Any) -> Weights | None:
        weights = proposal["value"]
        if self._weighing is not None:
            return self._weighing.checked(weights)
        if weights is not None:
            expected = "none for a run whose catalogue is in memory, or an assignment: give Explorer the matcher and the challenges"
            raise InvalidOptionError(f"`weights` cannot be set (expected {expected})", "weights", str(weights), expected)
        return None

    def _answer(self, act: Callable[[], None]) -> None:
        """Does what the browser asked for, and tells it that this was done, or why not."""
        self._message = ""
        try:
            act()
        # A user's own encoder may raise anything, and nobody sees what is raised here.
        except Exception as error:
            self._sliders = sliders(self.weights)
            self._message = f"{type(error).__name__}: {error}"
        self._turn += 1

    def _find(self) -> None:
        if not 0 <= self._chosen < len(self._run):
            raise NotFoundError(f"no challenge {self._chosen} (expected a number below {len(self._run)})")
        found = self._run[self._chosen]
        self._found = found if self._matcher is None else find_again(found, self._matcher)
        self._shown = _explored.shown(self._found)
        self._tell_judgements()

    def _move(self) -> None:
        # Weights that Python set move the sliders, which then have nothing to move.
        if self._weighing is not None and self.weights is not None and self._sliders != sliders(self.weights):
            if not any(self._sliders.values()):
                expected = "at least one weight above 0"
                raise InvalidOptionError(f"the weights cannot all be 0 (expected {expected})", "weights", "0", expected)
            self.weights = self._weighing.moved(self.weights, self._sliders)

    def _weigh(self) -> None:
        if self._weighing is None or self.weights is None:
            return
        self._matcher = None if self.weights == self._weighing.first else self._weighing.matcher(self.weights)
        self._sliders = sliders(self.weights)
        if self._found is not None:
            self._find()

    def _take_thumbs(self) -> None:
        self.judgements = {**self.judgements, self._thumbs["id"]: self._thumbs["grades"]}

    def _tell_judgements(self) -> None:
        self._judged = sum(map(len, self.judgements.values()))
        if self._found is not None:
            id = self._found.challenge_id
            self._thumbs = {"id": id, "grades": self.judgements.get(id, {})}
