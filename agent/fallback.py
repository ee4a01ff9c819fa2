"""The answer when no language model can give one: from the catalog alone, saying so."""

from collections.abc import Mapping
from dataclasses import replace

from agent.direct.choosing import nearest, shown_first
from agent.direct.remarks import say_missing
from agent.draft import Draft
from agent.state import Failure, Recalled, Work

NO_MODEL = "No language model is configured, so this is from the catalog alone."
NOTICES: Mapping[Failure, str] = {
    "limit": "The language model came to no answer within its limits, so this is from the catalog alone.",
    "refused": "The language model refused the request, so this is from the catalog alone.",
    "rejected_key": "The language model rejected its key, so this is from the catalog alone.",
    "busy": "The language model is busy, so this is from the catalog alone.",
    "unreachable": "The language model could not be reached, so this is from the catalog alone.",
    "timeout": "The language model did not answer in time, so this is from the catalog alone.",
    "nonsense": "The language model gave no usable answer, so this is from the catalog alone.",
    "not_installed": "The language model's library is not installed ({remedy}), so this is from the catalog alone.",
    "no_credentials": "The language model lacks credentials ({remedy}), so this is from the catalog alone.",
}


def fall_back(work: Work) -> Draft:
    """What the catalog says about the question."""
    draft = say_missing(work.missing) if work.missing else nearest(work.text, work.recalled or Recalled())
    if not draft.refused:
        draft = replace(draft, shown_in=shown_first(work.text, work.recalled or Recalled()))
    if work.failure is None:
        return replace(draft, path="fallback", notices=(NO_MODEL, *work.notices))
    # A model that failed leaves open what it would have found: that is no refusal.
    refused = draft.refused and work.missing is not None
    notice = NOTICES[work.failure].format(remedy=work.remedy)
    return replace(draft, path="fallback", refused=refused, sure=False, notices=(notice, *work.notices))
