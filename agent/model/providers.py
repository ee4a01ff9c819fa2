"""Who makes a chat model: the names that LangChain knows, what has to be installed and set for each, how it is built.

Nothing of LangChain is loaded before a model is built, so that settings may ask what a name means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI = "openai"
KNOWN = frozenset({
    "anthropic", "anthropic_bedrock", "azure_ai", "azure_openai", "baseten", "bedrock", "bedrock_converse",
    "bedrock_mantle_anthropic", "bedrock_mantle_openai", "cohere", "deepseek", "fireworks", "google_anthropic_vertex",
    "google_genai", "google_vertexai", "groq", "huggingface", "ibm", "langsmith", "litellm", "meta", "mistralai",
    "nvidia", "ollama", "openai", "openrouter", "perplexity", "together", "upstage", "xai",
})  # fmt: skip
"""The providers of LangChain's ``init_chat_model``: what stands before a colon is one of these, or part of the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """How the models of one provider are built and spoken to."""

    provider: str
    """As ``init_chat_model`` wants it."""
    install: str = ""
    """What installs its library; empty where it comes with Marty."""
    credentials: str
    """What an admin sets so that it lets us in, in words."""
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What its class is built with beside the name and the timeout. Its library must not repeat requests: we count."""
    has_timeout: bool = True
    is_compatible: bool = False
    """Speaks OpenAI's protocol through OpenAI's library."""
    forbid_tools: Any = None
    """The ``tool_choice`` for "none of them"; None where that cannot be said."""
    schema_omits: frozenset[str] = frozenset()
    """Words of tool schemas that its protocol does not have."""
    system_extras: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What stands beside the system prompt's text, to have all up to it cached; caches that need no word need none."""
    key: str = ""
    """Where the built model keeps its key, for a library that would send an empty one."""
    address: str = ""
    """Where the built model keeps the address it talks to, which says whose prices count; empty: it does not say."""


_COMPATIBLE: Mapping[str, Any] = {"max_retries": 0, "stream_chunk_timeout": None, "use_responses_api": False}
_GOOGLE_OMITS = frozenset({"additionalProperties"})
_GOOGLE_ADDRESS = "client._api_client._http_options.base_url"
_BEDROCK = Maker(
    provider="bedrock_converse",  # one protocol for all models there; "bedrock" alone has one for each of their makers
    install="pip install 'marty[bedrock]'",
    credentials="AWS_REGION and AWS's usual credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, "
    "AWS_BEARER_TOKEN_BEDROCK, or the machine's role)",
    arguments={"max_retries": 0},
    address="client.meta.endpoint_url",
)
_MAKERS: Mapping[str, Maker] = {
    OPENAI: Maker(
        provider=OPENAI,
        credentials="OPENAI_API_KEY and OPENAI_BASE_URL",
        arguments=_COMPATIBLE,
        is_compatible=True,
        forbid_tools="none",
        address="openai_api_base",
    ),
    "azure_openai": Maker(
        provider="azure_openai",
        credentials="AZURE_OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT and OPENAI_API_VERSION",
        arguments=_COMPATIBLE,
        is_compatible=True,
        forbid_tools="none",
        address="azure_endpoint",
    ),
    "anthropic": Maker(
        provider="anthropic",
        install="pip install 'marty[anthropic]'",
        credentials="ANTHROPIC_API_KEY",
        arguments={"max_retries": 0},
        forbid_tools={"type": "none"},
        system_extras={"cache_control": {"type": "ephemeral"}},
        key="anthropic_api_key",
        address="anthropic_api_url",
    ),
    "google_genai": Maker(
        provider="google_genai",
        install="pip install 'marty[google]'",
        credentials="GOOGLE_API_KEY",
        arguments={"max_retries": 1, "vertexai": False},  # here the first request counts as one
        forbid_tools="none",
        schema_omits=_GOOGLE_OMITS,
        address=_GOOGLE_ADDRESS,
    ),
    "google_vertexai": Maker(
        provider="google_genai",  # LangChain's class of this name brings BigQuery and gRPC along, and is deprecated
        install="pip install 'marty[google]'",
        credentials="GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION and Google's usual credentials "
        "(GOOGLE_APPLICATION_CREDENTIALS, or the machine's account)",
        arguments={"max_retries": 1, "vertexai": True},
        forbid_tools="none",
        schema_omits=_GOOGLE_OMITS,
        address=_GOOGLE_ADDRESS,
    ),
    "bedrock": _BEDROCK,
    "bedrock_converse": _BEDROCK,
}


def split_name(written: str) -> tuple[str, str]:
    """Provider and name of a model as it is written in a setting: ``anthropic:claude-…``, ``qwen2.5:7b``.

    Raises: ValueError when a provider stands there without a name.
    """
    provider, colon, name = written.strip().partition(":")
    if not colon or provider not in KNOWN:
        return OPENAI, written.strip()
    if not name.strip():
        raise ValueError(f"names no model of `{provider}`: `{provider}:` is followed by one")
    return provider, name.strip()


def maker_of(provider: str) -> Maker:
    """How to build its models. Those that have no extra of ours are built as LangChain builds them."""
    if provider in _MAKERS:
        return _MAKERS[provider]
    return Maker(
        provider=provider,
        install=f"pip install {_package(provider)}",
        credentials=f"what LangChain's `{provider}` reads from the environment",
        has_timeout=False,
    )


def build_chat(maker: Maker, name: str, *, timeout_s: float, **more: Any) -> "BaseChatModel":
    """The model's client, as its library builds it from the environment; loads that library, so not in an event loop.

    Raises: ImportError when the library is not installed, and whatever it raises without usable credentials.
    """
    from langchain.chat_models import init_chat_model

    arguments = {**maker.arguments, **more}
    if maker.has_timeout:
        arguments["timeout"] = timeout_s
    chat = init_chat_model(name, model_provider=maker.provider, **arguments)
    if maker.key and not attrgetter(maker.key)(chat).get_secret_value():
        raise ValueError("no key is set")
    return chat


def address_of(maker: Maker, chat: "BaseChatModel") -> str | None:
    """The address that ``chat`` talks to, where it is known."""
    try:
        found = attrgetter(maker.address)(chat) if maker.address else None
    except AttributeError:
        return None
    return str(found) if found else None


def _package(provider: str) -> str:
    """The package that LangChain names for a provider."""
    for start, package in (("bedrock_", "aws"), ("anthropic_bedrock", "aws"), ("google_", "google-vertexai")):
        if provider.startswith(start):
            return f"langchain-{package}"
    dashed = {"nvidia": "nvidia-ai-endpoints", "azure_ai": "azure-ai", "langsmith": "openai"}.get(provider, provider)
    return f"langchain-{dashed}"
