"""citymatch matches what cities need with what others have already built, in Spanish, Portuguese
and English.

A `Catalogue` keeps solutions and challenges, in a folder or in memory. A `Matcher` ranks the
solutions against a challenge, and can say why each has its score.

Examples
--------
>>> import citymatch as cm
>>> catalogue = cm.Catalogue.create()
>>> report = catalogue.add([
...     {"id": "s1", "title": "Jardines de lluvia", "summary": "Retienen el agua en las aceras."},
...     {"id": "s2", "title": "Dry toilets", "summary": "They need neither water nor sewers."},
... ])
>>> matches = cm.Matcher(catalogue).find("¿Cómo evitar que la lluvia inunde las calles?")
>>> matches[0].solution.title
'Jardines de lluvia'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._citymatch import (
    Assignment,
    Catalogue,
    Challenge,
    Challenges,
    Edit,
    Eligibility,
    Encoder,
    Features,
    Match,
    Matcher,
    Matches,
    RecordMatch,
    RecordMatches,
    Records,
    Run,
    Solution,
    Solutions,
    Statistics,
    __version__,
    calibrate,
    detect_language,
    fit_weights,
    gaps,
    read_call,
    read_challenges,
    read_solutions,
    suggest_goals,
    terms,
    themes,
)
from .errors import (
    CatalogueFormatError,
    CatalogueLockedError,
    CatalogueStateError,
    CityMatchError,
    ClusterError,
    EngineError,
    InfeasibleError,
    InternalError,
    InvalidDataError,
    InvalidOptionError,
    NotFoundError,
    RejectedRowsWarning,
)

if TYPE_CHECKING:
    from ._gaps import Gaps, Supply, Unanswered
    from .assignment import Change, Unassigned
    from .call import Call, CallField
    from .diversity import Displaced, Diversity, Spread
    from .duplicate import (
        Agreed,
        Differing,
        DuplicateEvidence,
        DuplicatePair,
        Duplicates,
        SideBySide,
    )
    from .evaluation import Comparison, Difference, Evaluation, compare, evaluate
    from .explanation import Explanation, Node, SentenceEvidence, SubjectEvidence, TermEvidence, ValueEvidence
    from .fitted import (
        CalibrationBin,
        FittedSignal,
        FittedWeights,
        Gain,
        LearningPoint,
        NextToJudge,
        PairToJudge,
        ScoreCalibration,
    )
    from .goals import GoalSuggestion
    from .precedents import Implementation
    from .repair import Repair
    from .report import (
        AddReport,
        Barring,
        FieldWarning,
        Ineligible,
        Reason,
        Rejected,
        Source,
        UnclearField,
    )

# What results are made of is imported when it is first used: the classes take longer than all the rest.
_LATER = {
    "_gaps": ("Gaps", "Supply", "Unanswered"),
    "assignment": ("Change", "Unassigned"),
    "call": ("Call", "CallField"),
    "diversity": ("Displaced", "Diversity", "Spread"),
    "duplicate": (
        "Agreed",
        "Differing",
        "DuplicateEvidence",
        "DuplicatePair",
        "Duplicates",
        "SideBySide",
    ),
    "evaluation": ("Comparison", "Difference", "Evaluation", "compare", "evaluate"),
    "explanation": (
        "Explanation",
        "Node",
        "SentenceEvidence",
        "SubjectEvidence",
        "TermEvidence",
        "ValueEvidence",
    ),
    "fitted": (
        "CalibrationBin",
        "FittedSignal",
        "FittedWeights",
        "Gain",
        "LearningPoint",
        "NextToJudge",
        "PairToJudge",
        "ScoreCalibration",
    ),
    "goals": ("GoalSuggestion",),
    "precedents": ("Implementation",),
    "repair": ("Repair",),
    "report": (
        "AddReport",
        "Barring",
        "FieldWarning",
        "Ineligible",
        "Reason",
        "Rejected",
        "Source",
        "UnclearField",
    ),
}


def __getattr__(name: str) -> Any:
    if name == "typing":
        return import_module(".typing", __name__)
    for module, names in _LATER.items():
        if name in names:
            value = getattr(import_module(f".{module}", __name__), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "AddReport",
    "Agreed",
    "Assignment",
    "Barring",
    "CalibrationBin",
    "Call",
    "CallField",
    "Catalogue",
    "CatalogueFormatError",
    "CatalogueLockedError",
    "CatalogueStateError",
    "Challenge",
    "Challenges",
    "Change",
    "CityMatchError",
    "ClusterError",
    "Comparison",
    "Difference",
    "Differing",
    "Displaced",
    "Diversity",
    "DuplicateEvidence",
    "DuplicatePair",
    "Duplicates",
    "Edit",
    "Eligibility",
    "Encoder",
    "EngineError",
    "Evaluation",
    "Explanation",
    "Features",
    "FieldWarning",
    "FittedSignal",
    "FittedWeights",
    "Gain",
    "Gaps",
    "GoalSuggestion",
    "Implementation",
    "Ineligible",
    "InfeasibleError",
    "InternalError",
    "InvalidDataError",
    "InvalidOptionError",
    "LearningPoint",
    "Match",
    "Matcher",
    "Matches",
    "NextToJudge",
    "Node",
    "NotFoundError",
    "PairToJudge",
    "Reason",
    "RecordMatch",
    "RecordMatches",
    "Records",
    "Rejected",
    "RejectedRowsWarning",
    "Repair",
    "Run",
    "ScoreCalibration",
    "SentenceEvidence",
    "SideBySide",
    "Solution",
    "Solutions",
    "Source",
    "Spread",
    "Statistics",
    "SubjectEvidence",
    "Supply",
    "TermEvidence",
    "Unanswered",
    "Unassigned",
    "UnclearField",
    "ValueEvidence",
    "__version__",
    "calibrate",
    "compare",
    "detect_language",
    "evaluate",
    "fit_weights",
    "gaps",
    "read_call",
    "read_challenges",
    "read_solutions",
    "suggest_goals",
    "terms",
    "themes",
]
