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

from ._citymatch import (
    Assignment,
    Catalogue,
    Challenge,
    Challenges,
    Edit,
    Eligibility,
    Encoder,
    Match,
    Matcher,
    Matches,
    RecordMatch,
    RecordMatches,
    Records,
    Run,
    Solution,
    Solutions,
    __version__,
    calibrate,
    detect_language,
    gaps,
    read_call,
    read_challenges,
    read_solutions,
    terms,
)
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
from .errors import (
    CatalogueFormatError,
    CatalogueLockedError,
    CatalogueStateError,
    CityMatchError,
    EngineError,
    InfeasibleError,
    InternalError,
    InvalidDataError,
    InvalidOptionError,
    NotFoundError,
    RejectedRowsWarning,
)
from .explanation import Explanation, Node, SentenceEvidence, SubjectEvidence, TermEvidence
from .precedents import Implementation
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

__all__ = [
    "AddReport",
    "Agreed",
    "Assignment",
    "Barring",
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
    "Explanation",
    "FieldWarning",
    "Gaps",
    "Implementation",
    "Ineligible",
    "InfeasibleError",
    "InternalError",
    "InvalidDataError",
    "InvalidOptionError",
    "Match",
    "Matcher",
    "Matches",
    "Node",
    "NotFoundError",
    "Reason",
    "RecordMatch",
    "RecordMatches",
    "Records",
    "Rejected",
    "RejectedRowsWarning",
    "Run",
    "SentenceEvidence",
    "SideBySide",
    "Solution",
    "Solutions",
    "Source",
    "Spread",
    "SubjectEvidence",
    "Supply",
    "TermEvidence",
    "Unanswered",
    "Unassigned",
    "UnclearField",
    "__version__",
    "calibrate",
    "detect_language",
    "gaps",
    "read_call",
    "read_challenges",
    "read_solutions",
    "terms",
]
