"""The makers of models that the agent is tried with, each with its fake and the credentials of its own library."""

import importlib.util
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.anthropic import FakeAnthropic
from tests.fakes.bedrock import FakeBedrock
from tests.fakes.gemini import FakeGemini
from tests.fakes.openai import FakeOpenAI, Scripted, fake_openai
from tests.fakes.scripted import ScriptedMaker

Fake = FakeOpenAI | ScriptedMaker
SetUp = Callable[[str, Path], dict[str, str]]

_FOREIGN = ("ANTHROPIC_", "AWS_", "AZURE_", "GOOGLE_", "GEMINI_", "OPENAI_")


@dataclass(frozen=True)
class TriedMaker:
    """One maker: a model of it, the library that must be there, and what its environment holds."""

    model: str
    library: str
    fake: type[ScriptedMaker] | None
    """None: OpenAI's, at the address where Azure has a deployment's chat."""
    environment: SetUp

    def __str__(self) -> str:
        return self.model.partition(":")[0]

    @asynccontextmanager
    async def serve(
        self, patch: pytest.MonkeyPatch, folder: Path, *script: Scripted, repeat_last: bool = False
    ) -> AsyncGenerator[Fake]:
        """Its fake, and the environment in which its library finds that."""
        if importlib.util.find_spec(self.library) is None:
            pytest.skip(f"{self.library} is not installed")
        for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
            patch.delenv(name)
        if self.fake is None:
            serving = fake_openai(*script, repeat_last=repeat_last, path="/openai/deployments/our-gpt")
        else:
            serving = self.fake.serve(*script, repeat_last=repeat_last)
        async with serving as fake:
            for name, value in self.environment(fake.base_url, folder).items():
                patch.setenv(name, value)
            yield fake


def _anthropic(base_url: str, _: Path) -> dict[str, str]:
    return {"ANTHROPIC_API_KEY": "sk-ant-secret", "ANTHROPIC_BASE_URL": base_url}


def _azure(base_url: str, _: Path) -> dict[str, str]:
    endpoint = base_url.partition("/openai/")[0]
    return {"AZURE_OPENAI_API_KEY": "secret", "AZURE_OPENAI_ENDPOINT": endpoint, "OPENAI_API_VERSION": "2024-10-21"}


def _bedrock(base_url: str, folder: Path) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": base_url,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIASECRET",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
    }


def _gemini(base_url: str, _: Path) -> dict[str, str]:
    return {"GOOGLE_API_KEY": "AIza-secret", "GOOGLE_GEMINI_BASE_URL": base_url}


def _vertex(base_url: str, _: Path) -> dict[str, str]:
    """A key of Vertex AI: with an account its library goes to Google's own address and nowhere else."""
    return {"GOOGLE_API_KEY": "AQ.secret", "GOOGLE_VERTEX_BASE_URL": base_url}


AZURE = TriedMaker("azure_openai:our-gpt", "langchain_openai", None, _azure)
ANTHROPIC = TriedMaker("anthropic:claude-sonnet-5", "langchain_anthropic", FakeAnthropic, _anthropic)
GEMINI = TriedMaker("google_genai:gemini-2.5-flash", "langchain_google_genai", FakeGemini, _gemini)
VERTEX = TriedMaker("google_vertexai:gemini-2.5-flash", "langchain_google_genai", FakeGemini, _vertex)
BEDROCK = TriedMaker("bedrock:eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "langchain_aws", FakeBedrock, _bedrock)
THEIR_WARNINGS = (
    "ignore:Inheritance class AiohttpClientSession:DeprecationWarning",
    "ignore:coroutine 'ClientResponse.json' was never awaited",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
"""What Google's library does in passing, on every request and on a refusal."""
MAKERS = (AZURE, ANTHROPIC, GEMINI, VERTEX, BEDROCK)
