"""What the listeners need: built once by the composition root and handed to each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.background import Background
from bot.intake import Intake
from bot.slack import Slack
from bot.worker import Queue
from knowledge.catalog import Catalog
from knowledge.votes import Votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a listener may use."""

    intake: Intake
    votes: Votes
    catalog: Catalog
    queue: Queue
    slack: Slack
    background: Background
    now: Callable[[], datetime]
