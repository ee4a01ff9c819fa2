"""The Bolt app: nothing is acknowledged before it is stored, and every fault ends in one place."""

import json
import logging
import re
from collections import OrderedDict
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import listeners
from bot.errors import NOT_TAKEN, QuestionNotTaken, SlackRefused, failure_text, new_reference
from bot.listeners.feedback import tell_clicker
from bot.listeners.question import question_in
from bot.services import Services
from bot.slack_access import BotIdentity
from knowledge.errors import KnowledgeError
from knowledge.turns import NewTurn

logger = logging.getLogger(__name__)

_TOLD_AT_MOST = 1_000


def build_app(client: AsyncWebClient, services: Services) -> AsyncApp:
    """The app with every listener.

    ``process_before_response`` makes Bolt acknowledge an event after its listener has returned, and not at all when it
    failed: Slack then delivers it again. Who we are is known from the start, so no request costs an auth.test.
    """
    bolt_logger = logging.getLogger("slack_bolt.app")
    bolt_logger.setLevel(logging.ERROR)  # its warnings are about the environment's variables, which we do not use
    app = AsyncApp(
        name="marty",
        logger=bolt_logger,
        client=AsyncWebClient(base_url=client.base_url, session=client.session),
        authorize=_authorize_as(services.slack.identity, client.token),
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
        request_verification_enabled=False,  # Socket Mode: the socket itself is authenticated
    )
    app.error(_ErrorHandler(services).handle)
    listeners.register(app, services)
    app.event(re.compile(""))(_ignore)
    return app


async def _ignore() -> None:
    """An event that an admin subscribed to beyond our manifest: acknowledged, or Slack would repeat it."""


def _authorize_as(identity: BotIdentity, token: str | None) -> Any:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_id=identity.bot,
            bot_user_id=identity.user,
            bot_token=token,
        )

    return authorize


class _ErrorHandler:
    """What happens when a listener fails: a log line, and whoever waits for something is told, once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def handle(self, error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        reference = new_reference()
        expected = isinstance(error, KnowledgeError | QuestionNotTaken | TimeoutError)
        logger.error(
            "listener failed",
            extra={"reference": reference, "error": type(error).__name__, "kind": _kind_of(body)},
            exc_info=None if expected else error,
        )
        if "command" in body:
            message = {"response_type": "ephemeral", "text": failure_text(error, reference)}
            return BoltResponse(status=200, body=json.dumps(message), headers={"content-type": "application/json"})
        if body.get("type") == "block_actions":
            text = failure_text(error, reference)
            self._services.background.start("apology", tell_clicker(self._services, body, text))
            return BoltResponse(status=200)
        new = question_in(body, body.get("event") or {}, bot_user=self._services.slack.identity.user)
        if new is not None and self._is_news(new):
            text = NOT_TAKEN if isinstance(error, QuestionNotTaken) else failure_text(error, reference)
            self._services.background.start("apology", self._tell_asker(new, text))
        return None  # not acknowledged: Slack delivers it again

    def _is_news(self, new: NewTurn) -> bool:
        """Whether nobody was told yet; Slack delivers the same question up to four times."""
        key = (new.channel, str(new.ts))
        if key in self._told:
            return False
        self._told[key] = None
        if len(self._told) > _TOLD_AT_MOST:
            self._told.popitem(last=False)
        return True

    async def _tell_asker(self, new: NewTurn, text: str) -> None:
        """Tell the asker alone; an ephemeral message can only stand in a thread that exists already."""
        slack = self._services.slack
        try:
            await slack.whisper(
                new.channel, new.asker, text, thread_ts=new.thread_ts if new.thread_ts != new.ts else None
            )
        except SlackRefused:
            await slack.post(new.channel, text=text, thread_ts=new.thread_ts)


def _kind_of(body: dict[str, Any]) -> str:
    event = body.get("event") or {}
    return str(body.get("command") or event.get("type") or body.get("type") or "unknown")
