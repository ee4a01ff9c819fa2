"""``marty run`` as a process: ready when it can answer, gone when told to, loud when it cannot start."""

import asyncio
import hashlib
import hmac
import json
import os
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.playground import Channel, Playground, User, Workspace
from bot.process import open_marty
from bot.sample import sample_folder
from bot.settings import load_settings
from tests.bench.process import marty_run


async def test_it_reads_the_artifacts_gets_ready_answers_and_ends_when_told_to(
    playground: Playground, ws: Workspace, ana: User, general: Channel, tmp_path: Path
) -> None:
    async with marty_run(playground, tmp_path / "home", sample_folder()) as running:
        ts = await ws.post(ana, general, "@marty who owns orders?")
        answer = await ws.answer_to(general, ts, timeout_s=30)
        assert "Joris Amsing" in answer.shown
    assert not _runs(running.pid)


async def test_two_processes_of_one_home_answer_each_question_once(
    playground: Playground, ws: Workspace, ana: User, general: Channel, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with marty_run(playground, home, sample_folder()), marty_run(playground, home, sample_folder()):
        asked = [await ws.post(ana, general, f"@marty who owns {name}?") for name in ("orders", "customers") * 4]
        for ts in asked:
            await ws.answer_to(general, ts, timeout_s=30)
        await asyncio.sleep(1)
    answers = [[each for each in ws.messages(general, ts) if each.ts != ts] for ts in asked]
    assert [len(each) for each in answers] == [1] * len(asked)


@pytest.mark.parametrize(("secret", "statuses"), [("wh-secret", (202, 200, 401)), (None, (404, 404, 404))])
async def test_with_its_secret_dbt_may_tell_of_runs(
    playground: Playground, shop_url: str, tmp_path: Path, secret: str | None, statuses: tuple[int, int, int]
) -> None:
    settings = load_settings(
        slack_bot_token=playground.bot_token, slack_app_token=playground.app_token, slack_api_url=playground.api_url,
        database_url=shop_url, marty_home=tmp_path, dbt_artifacts=str(sample_folder()), dbt_webhook_secret=secret,
        port=0,
    )  # fmt: skip
    body = json.dumps({"eventId": "wev_1", "eventType": "job.run.completed", "data": {"runId": "7"}}).encode()
    signature = hmac.new(b"wh-secret", body, hashlib.sha256).hexdigest()
    async with open_marty(settings) as marty, aiohttp.ClientSession() as session:
        for header, status in zip((signature, signature, "0" * 64), statuses, strict=True):
            url, headers = f"http://127.0.0.1:{marty.port}/webhooks/dbt", {"Authorization": header}
            async with session.post(url, data=body, headers=headers) as reply:
                assert reply.status == status


async def test_a_refused_token_ends_it_with_a_sentence(playground: Playground, tmp_path: Path) -> None:
    code, said = await _ended(playground, tmp_path, SLACK_BOT_TOKEN="xoxb-revoked-long-ago")
    assert code == 1
    assert "Slack refuses SLACK_BOT_TOKEN" in said
    assert "revoked-long-ago" not in said
    assert "Traceback" not in said


async def test_a_refused_app_token_ends_it_with_a_sentence(playground: Playground, tmp_path: Path) -> None:
    code, said = await _ended(playground, tmp_path, SLACK_APP_TOKEN="xapp-1-wrong")
    assert code == 1
    assert "Slack refuses SLACK_APP_TOKEN" in said


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def _ended(playground: Playground, folder: Path, **settings: str) -> tuple[int | None, str]:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "MARTY_HOME": str(folder / "home"), "PORT": "0",
        "SLACK_BOT_TOKEN": playground.bot_token, "SLACK_APP_TOKEN": playground.app_token,
        "SLACK_API_URL": playground.api_url, **settings,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode()
