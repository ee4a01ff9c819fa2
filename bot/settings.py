"""What an admin can set: the only file that reads the environment and ``.env``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agent.model.price_list import Price, parse_prices
from agent.model.providers import OPENAI, split_name
from bot.cron import parse_cron
from knowledge.hiding.selection import parse_selection


def _checked_cron(expression: str) -> str:
    parse_cron(expression)
    return expression


_ENV_FILE = ".env"
_NUMBERED = {"dbt_account_id": "account", "dbt_prod_env_id": "environment"}
"""Settings that are numbers which the dbt platform gave: to what."""


class Settings(BaseSettings):
    """Every setting, with its default and meaning: the README's table is made from this class."""

    model_config = SettingsConfigDict(env_file=_ENV_FILE, frozen=True, extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(
        None, description="The bot's token, `xoxb-…`: *OAuth & Permissions* in your Slack app. `marty run` needs it."
    )
    slack_app_token: SecretStr | None = Field(
        None,
        description="The app-level token, `xapp-…`, with the scope `connections:write`: *Basic Information*. "
        "`marty run` needs it.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Where Slack's Web API is: Slack's own, or a server that speaks like it."
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Postgres 15 or newer with pgvector 0.8 or newer. Empty: a server that Marty brings and keeps "
        "under `MARTY_HOME`.",
    )
    marty_home: Path = Field(
        default_factory=lambda: user_data_path("marty"),
        description="Where Marty keeps what it stores itself.",
        json_schema_extra={"shown_default": "the user's data directory"},
    )
    openai_api_key: SecretStr | None = Field(
        None,
        description="Key of the language model's endpoint. Without a key and without `OPENAI_BASE_URL` the answers "
        "come from the catalog alone.",
    )
    openai_base_url: str | None = Field(
        None, description="Any endpoint that speaks OpenAI's protocol, e.g. `http://127.0.0.1:8000/v1`; needs no key."
    )
    llm_model: str = Field(
        "gpt-5-mini",
        description="The chat model's name at that endpoint; or `provider:name`, with LangChain's names of providers: "
        "`anthropic:…`, `google_genai:…` (Gemini), `google_vertexai:…`, `azure_openai:…` (the deployment's name), "
        "`bedrock:…`. Their credentials have the names that their own libraries use, here or in the environment.",
    )
    llm_fallback_model: str = Field(
        "", description="The chat model that answers while `LLM_MODEL` cannot, written in the same way."
    )
    llm_prices: Annotated[Mapping[str, Price], NoDecode] = Field(
        default_factory=dict[str, Price],
        description="What tokens cost you, in US dollars per million, where that is not the maker's list price: "
        "`model=input/output` or `model=input/cached/output`, several with commas, a model named as above.",
        json_schema_extra={"shown_default": "list prices; unknown for an endpoint that has none"},
    )
    embedding_model: str = Field(
        "offline",
        description="`offline`: the embedder that installs with Marty, for English; `multilingual`: one for sixteen "
        "languages (the extra `multilingual`). Neither sends anything anywhere. Or the name of an embedding model at "
        "the OpenAI-compatible endpoint.",
    )
    dbt_host: str = Field(
        "",
        description="The dbt platform: your account's access URL, e.g. `ab123.us1.dbt.com` (*Account settings*). A "
        "scheme and a port may stand with it.",
    )
    dbt_token: SecretStr | None = Field(
        None,
        description="Service token of the dbt platform with *Job Viewer* on the projects, or a personal access token.",
    )
    dbt_account_id: int | None = Field(None, gt=0, description="The number of the account on the dbt platform.")
    dbt_prod_env_id: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        description="The production environment's number on the dbt platform; several, one a project, with commas.",
        json_schema_extra={"shown_default": ""},
    )
    dbt_artifacts: str = Field(
        "",
        description="Artifacts without the platform (it wins): a directory with dbt's `manifest.json` (or "
        "`manifest.json.gz`) in it or in its `target/`, and beside it `catalog.json`, `run_results.json` and "
        "`sources.json` where there are any; a zip file of them; an address below which they lie (`https://…`, "
        "`s3://…`, `gs://…`, `abfs://…`); or a Git repository, `git+https://…@branch#folder`.",
    )
    dbt_artifacts_token: SecretStr | None = Field(
        None, description="Token for a `DBT_ARTIFACTS` on the web or in Git that asks for one."
    )
    dbt_parse_deps: bool = Field(
        False,
        description="Whether a project without artifacts may have its packages fetched (`dbt deps`) before it is "
        "parsed (the extra `parse`).",
    )
    dbt_webhook_secret: SecretStr | None = Field(
        None, description="Secret of the dbt platform's webhook to `/webhooks/dbt`. Without it that route answers 404."
    )
    refresh_cron: Annotated[str, AfterValidator(_checked_cron)] = Field(
        "*/10 * * * *", description="When to look for newer artifacts: a cron line in UTC, Sunday is 0 or 7."
    )
    catalog_exclude: str = Field(
        "",
        description="What stays hidden, in dbt's selection grammar, where a space means OR and a comma AND: "
        "`tag:pii group:finance path:models/raw access:private package:elementary`.",
    )
    marty_admins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Slack user ids, with commas, of who may `/ask refresh` and is told when refreshes fail, need a "
        "decision, or work again.",
        json_schema_extra={"shown_default": ""},
    )
    changes_channel: str = Field(
        "", description="Id of the Slack channel that gets a digest of what was removed, broke or recovered."
    )
    changes_cron: Annotated[str, AfterValidator(_checked_cron)] = Field(
        "0 7 * * *", description="When that digest is posted, if there is anything to tell: a cron line in UTC."
    )
    help_channel: str = Field(
        "",
        description="Where people ask what the catalog does not hold: a Slack channel's id, named under every answer "
        "that has to refuse.",
    )
    link_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts, with commas, that answers may link an exposure (dashboard) to, by the `url` that the dbt "
        "project gives it; those below them are included. Empty: any, as long as it is a plain http(s) address.",
        json_schema_extra={"shown_default": ""},
    )
    eval_set: Path | None = Field(
        None,
        description="A file of questions as `marty eval` reads them (docs/evaluation.md), asked again after each "
        "refresh that changes definitions: `MARTY_ADMINS` are told which of them lost what answers them.",
    )
    eval_drop: float = Field(
        0.05, ge=0, le=1, description="By how much recall@5 of `EVAL_SET` may fall before that is told."
    )
    port: int = Field(
        8080,
        ge=0,
        le=65535,
        description="HTTP on all interfaces: `/healthz`, `/readyz`, `/metrics`, `POST /webhooks/dbt`. 0 takes a free "
        "one.",
    )
    log_format: Literal["text", "json"] | None = Field(
        None,
        description="`text` or `json`.",
        json_schema_extra={"shown_default": "`text` on a terminal, else `json`"},
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: object, info: object) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if getattr(info, "field_name", "") == "log_level" else value.lower()

    @field_validator("dbt_prod_env_id", "marty_admins", "link_hosts", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [item for each in value.split(",") if (item := each.strip())] if isinstance(value, str) else value

    @field_validator("link_hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", host, re.ASCII) for host in value):
            raise ValueError("must be names of hosts without scheme, port or path, such as bi.example.com")
        return value

    @field_validator("llm_model", "llm_fallback_model")
    @classmethod
    def _model_name(cls, value: str) -> str:
        split_name(value)
        return value.strip()

    @field_validator("llm_prices", mode="before")
    @classmethod
    def _priced(cls, value: object) -> object:
        return parse_prices(value) if isinstance(value, str) else value

    @field_validator("slack_api_url", "openai_base_url")
    @classmethod
    def _http_address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
            raise ValueError("must be an address that begins with http:// or https://")
        return value

    @field_validator("catalog_exclude")
    @classmethod
    def _selection(cls, value: str) -> str:
        parse_selection(value)
        return value

    @field_validator("marty_home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured at all."""
        return bool(self.models)

    @property
    def models(self) -> tuple[str, ...]:
        """The language models in the order in which they are asked, as far as there is a way to reach them."""
        named = dict.fromkeys(filter(None, (self.llm_model, self.llm_fallback_model)))
        return tuple(name for name in named if self.reaches(name))

    def reaches(self, model: str) -> bool:
        """Whether there is a way to reach a model: who names another maker has that maker's credentials."""
        provider, _ = split_name(model)
        return provider != OPENAI or self.openai_api_key is not None or self.openai_base_url is not None

    def slack_api_base(self) -> str:
        """``slack_api_url`` as the SDK wants it: with one trailing slash."""
        return self.slack_api_url.rstrip("/") + "/"


def share_env_file() -> None:
    """Put what ``.env`` holds beside our settings into the environment, where makers' libraries look for their own.

    What the environment has already counts. Our settings stay out of it: they go as values to whom they are for.
    """
    for name, value in dotenv_values(_ENV_FILE).items():
        if value and name.lower() not in Settings.model_fields and not os.environ.get(name):
            os.environ[name] = value


class SettingsError(ValueError):
    """One sentence per setting that cannot be used; never a value, since it may be a secret."""


def load_settings(**fixed: object) -> Settings:
    """Read the environment and ``.env``; for what the caller has ``fixed``, neither is looked at.

    Raises: SettingsError, naming each setting and what is wrong with it.
    """
    try:
        return Settings(**fixed)  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        faults = [(str(fault["loc"][0]), fault["type"], fault["msg"]) for fault in error.errors()]
        lines = dict.fromkeys(f"{name.upper()}: {_reason(name, kind, message)}" for name, kind, message in faults)
        raise SettingsError("\n".join(lines)) from None


def _reason(name: str, kind: str, message: str) -> str:
    if name in _NUMBERED and kind == "int_parsing":
        return f"must be the number in the {_NUMBERED[name]}'s address"
    return message.removeprefix("Value error, ")
