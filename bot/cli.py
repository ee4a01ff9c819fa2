"""The commands of ``marty``: results go to stdout, everything else to stderr."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot import terminal
from bot.errors import sentence_for_admin
from bot.log import set_up_logging
from bot.settings import Settings, SettingsError, load_settings, share_env_file

app = typer.Typer(
    name="marty",
    help="The colleague in Slack who knows your dbt project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="JSON for other programs.")]
FromStdin = Annotated[
    bool, typer.Option("--stdin", help="Read one a line from standard input, answer a JSON line each.")
]


class KindName(StrEnum):
    """dbt's resource types."""

    MODEL = "model"
    SOURCE = "source"
    SEED = "seed"
    SNAPSHOT = "snapshot"
    EXPOSURE = "exposure"
    METRIC = "metric"
    SEMANTIC_MODEL = "semantic_model"
    SAVED_QUERY = "saved_query"


class LayerName(StrEnum):
    """What a model is built for."""

    MART = "mart"
    INTERMEDIATE = "intermediate"
    STAGING = "staging"
    RAW = "raw"
    OTHER = "other"


class ExportFormat(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    CSV = "csv"


def main() -> None:
    """The console script."""
    share_env_file()
    app()


@app.command()
def demo(
    *, once: Annotated[bool, typer.Option("--once", help="Ask three questions, print them, end.")] = False
) -> None:
    """Try Marty here: a local Slack workspace, a sample dbt project, no account."""
    from bot.demo import FIXED, run_demo

    _end(run_demo(_settings(**FIXED), once=once))


@app.command()
def run() -> None:
    """Answer in Slack."""
    from bot.process import run as run_process

    _end(run_process(_settings()))


@app.command()
def refresh(
    *,
    full: Annotated[bool, typer.Option("--full", help="Read and compare everything again.")] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="End when the catalog is ready, before its vectors.")
    ] = False,
    accept_shrink: Annotated[
        bool, typer.Option("--accept-shrink", help="Let the new artifacts drop more than half of the nodes.")
    ] = False,
) -> None:
    """Make the catalog equal to the newest artifacts, now."""
    _end(terminal.refresh(_settings(), full=full, wait=not no_wait, accept_shrink=accept_shrink))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in plain words.")] = "",
    *,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save the lineage there as a PNG, when it is asked for.")
    ] = None,
    as_json: AsJson = False,
    stdin: FromStdin = False,
) -> None:
    """Ask one question here, through the same agent as in Slack."""
    _need_one(question, stdin=stdin, what="a question")
    if picture is not None and stdin:
        raise typer.BadParameter("--picture is for one question, not for --stdin")
    from bot.asking import ask as answer

    _end(answer(_settings(), None if stdin else question, as_json=as_json or stdin, picture=picture))


@app.command()
def chat(*, as_json: AsJson = False) -> None:
    """Talk with Marty here: it remembers what was said before, as in a thread. Other input: a question a line."""
    from bot.chat import chat as talk
    from bot.chat import chat_lines

    settings = _settings()
    if sys.stdin.isatty() and not as_json:
        _exit_with(lambda: talk(settings))
    _end(chat_lines(settings, as_json=as_json))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words to find models, columns, metrics by.")] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many results at most.")] = 10,
    kind: Annotated[list[KindName] | None, typer.Option(help="Only this kind; each may be given again.")] = None,
    layer: Annotated[list[LayerName] | None, typer.Option(help="Only this layer.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only what has this tag.")] = None,
    schema: Annotated[list[str] | None, typer.Option(help="Only this schema, or database.schema.")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="Only what this person, address or group owns.")] = None,
    project: Annotated[list[str] | None, typer.Option(help="Only this dbt project.")] = None,
    package: Annotated[list[str] | None, typer.Option(help="Only this dbt package.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what every score is made of.")] = False,
    as_json: AsJson = False,
    stdin: FromStdin = False,
) -> None:
    """Search the catalog, without answering."""
    _need_one(query, stdin=stdin, what="a query")
    only = terminal.filters(
        kinds=kind, layers=layer, tags=tag, schemas=schema, owners=owner, projects=project, packages=package
    )
    as_json = as_json or stdin
    query_or_lines = None if stdin else query
    _end(terminal.search(_settings(), query_or_lines, limit=limit, only=only, explain=explain, as_json=as_json))


@app.command("eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Questions as JSON lines.")],
    *,
    artifacts: Annotated[
        str, typer.Option(metavar="DIR", help="Ask a project's artifacts, or a folder of projects, not the catalog.")
    ] = "",
    answers: Annotated[bool, typer.Option("--answers", help="Score whole answers, not the search alone.")] = False,
    askers: Annotated[int, typer.Option(min=1, max=32, help="Questions asked at once, with --answers.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many questions of each set.")] = None,
    context: Annotated[bool, typer.Option("--context", help="Ask each question with its context.")] = False,
    rerank: Annotated[bool, typer.Option("--rerank", help="Have the model reorder the first 20 results.")] = False,
    as_json: AsJson = False,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the run there, as JSON.")] = None,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", help="Compare with a saved run.")] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst misses are listed.")] = 10,
    fail_under: Annotated[
        float, typer.Option(min=0, max=1, help="Exit with 1 when a set's recall@5 (or first node right) is lower.")
    ] = 0.0,
) -> None:
    """Measure what the search finds, or the agent answers, against questions whose answers are known."""
    if answers and rerank:
        raise typer.BadParameter("--rerank is for the search alone, not for --answers")
    from bot.evaluation import EvaluationWish

    wish = EvaluationWish(
        files=files,
        artifacts=artifacts,
        limit=limit,
        with_context=context,
        rerank=rerank,
        askers=askers,
        as_json=as_json,
        save=save,
        baseline=baseline,
        worst=worst,
        least=fail_under,
    )
    if answers:
        from bot.answer_evaluating import evaluate_answers as measure
    else:
        from bot.evaluating import evaluate as measure
    _end(measure(_settings(), wish))


@app.command()
def doctor() -> None:
    """Check every setting, token, scope, the database, the model and the artifacts for real."""
    from bot.doctor import report

    _end(report())


@app.command()
def manifest() -> None:
    """Print the Slack app, and (to stderr) the link that creates it."""
    terminal.print_manifest()


@app.command()
def export(
    *,
    format: Annotated[ExportFormat, typer.Option("--format", help="How rows are written.")] = ExportFormat.JSONL,  # noqa: A002
) -> None:
    """Write a row for every turn, unanswered ones included."""
    _end(terminal.export(_settings(), as_csv=format is ExportFormat.CSV))


def _settings(**fixed: object) -> Settings:
    """The settings, with logging set up by them; ends the command when they cannot be used."""
    try:
        settings = load_settings(**fixed)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    set_up_logging(level=settings.log_level, style=settings.log_format)
    return settings


def _end(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run ``work`` and end with its exit code."""
    _exit_with(lambda: asyncio.run(work))


def _exit_with(work: Callable[[], int]) -> NoReturn:
    """Do ``work`` and end with its exit code; what goes wrong becomes a sentence on stderr and exit code 1."""
    try:
        code = work()
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # the command line's one boundary
        sentence = sentence_for_admin(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        code = 1
    raise typer.Exit(code)


def _need_one(text: str, *, stdin: bool, what: str) -> None:
    if bool(text.strip()) == stdin:
        raise typer.BadParameter(f"give {what}, or --stdin to read one a line")
