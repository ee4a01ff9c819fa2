"""What the listeners need: built once by the composition root and handed to each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apscheduler.triggers.cron import CronTrigger

from bot.background import Background
from bot.intake import Intake
from bot.slack import Slack
from bot.turn_jobs import TurnQueue
from bot.upkeep_queue import UpkeepQueue
from knowledge.catalog import Catalog
from knowledge.votes import Votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a listener may use."""

    intake: Intake
    votes: Votes
    catalog: Catalog
    turn_queue: TurnQueue
    upkeep_queue: UpkeepQueue
    admins: Sequence[str]
    """Who may refresh the catalog."""
    refresh_trigger: CronTrigger
    """When it is refreshed without anybody asking."""
    slack: Slack
    background: Background
    now: Callable[[], datetime]
