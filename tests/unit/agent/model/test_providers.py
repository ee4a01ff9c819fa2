"""What the name of a model means, and what has to be installed for it."""

import pytest
from langchain.chat_models import base

from agent.model.providers import KNOWN, maker_of, split_name


@pytest.mark.parametrize(
    ("written", "provider", "name"),
    [
        ("gpt-5-mini", "openai", "gpt-5-mini"),
        ("openai:gpt-5-mini", "openai", "gpt-5-mini"),
        ("qwen2.5:7b", "openai", "qwen2.5:7b"),
        ("ft:gpt-4o:acme::7p4l", "openai", "ft:gpt-4o:acme::7p4l"),
        (" anthropic:claude-sonnet-5 ", "anthropic", "claude-sonnet-5"),
        ("ollama:qwen2.5:7b", "ollama", "qwen2.5:7b"),
        ("bedrock:eu.amazon.nova-pro-v1:0", "bedrock", "eu.amazon.nova-pro-v1:0"),
        ("Anthropic:x", "openai", "Anthropic:x"),
        ("meta-llama/Llama-3", "openai", "meta-llama/Llama-3"),
    ],
)
def test_only_a_provider_that_langchain_knows_is_a_prefix(written: str, provider: str, name: str) -> None:
    assert split_name(written) == (provider, name)


@pytest.mark.parametrize("written", ["anthropic:", "anthropic: "])
def test_a_provider_alone_names_no_model(written: str) -> None:
    with pytest.raises(ValueError, match="names no model"):
        split_name(written)


def test_the_providers_are_those_of_langchain() -> None:
    assert set(KNOWN) == set(base._BUILTIN_PROVIDERS)  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("provider", sorted(KNOWN))
def test_whatever_is_missing_there_is_a_line_that_installs_it(provider: str) -> None:
    maker = maker_of(provider)
    assert maker.install.startswith("pip install ") or maker.is_compatible
    module = base._BUILTIN_PROVIDERS[maker.provider][0]  # pyright: ignore[reportPrivateUsage]
    package = module.partition(".")[0].replace("_", "-")
    assert "marty[" in maker.install or maker.install == f"pip install {package}" or maker.is_compatible
