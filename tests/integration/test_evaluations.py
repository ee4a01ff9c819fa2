"""How a kept set went is stored with the jobs that tell of it, and found again for the next time."""

from knowledge import Database, OfflineEmbedder, Refresher
from knowledge.evaluations import CatalogState, Evaluations, Telling
from tests.fakes.artifacts import FakeSource, model

STATE = CatalogState(definitions="1:1", missing_vectors=0)
RANKS = {"ab": [1, None]}


async def test_what_was_recorded_is_found_again(database: Database) -> None:
    evaluations = Evaluations(database)
    assert (await evaluations.newest(), await evaluations.reference()) == (None, None)
    await evaluations.record(STATE, questions="q", ranks=RANKS, is_reference=True)
    later = CatalogState(definitions="1:2", missing_vectors=0)
    await evaluations.record(later, questions="q", ranks={"ab": [2, 3]}, is_reference=False)
    newest, reference = await evaluations.newest(), await evaluations.reference()
    assert newest
    assert reference
    assert (newest.definitions, newest.ranks) == ("1:2", {"ab": [2, 3]})
    assert (reference.definitions, reference.questions, reference.ranks) == ("1:1", "q", RANKS)


async def test_every_admin_gets_a_job(database: Database) -> None:
    telling = Telling(admins=["U1", "U2"], markdown="- 50 % lost", queue="background", task="tell_loss")
    await Evaluations(database).record(STATE, questions="q", ranks=RANKS, is_reference=True, telling=telling)
    jobs = await database.fetch("select task_name, args from procrastinate_jobs order by id")
    assert [(each["task_name"], each["args"]["admin"], each["args"]["markdown"]) for each in jobs] == [
        ("tell_loss", "U1", "- 50 % lost"),
        ("tell_loss", "U2", "- 50 % lost"),
    ]


async def test_what_nothing_is_compared_with_any_more_is_let_go(database: Database) -> None:
    evaluations = Evaluations(database)
    for is_reference in (False, True, False):
        await evaluations.record(STATE, questions="q", ranks=RANKS, is_reference=is_reference)
    await database.execute("update evaluation set made_at = now() - interval '100 days'")
    await evaluations.record(STATE, questions="q", ranks=RANKS, is_reference=False)
    kept = await database.fetch("select is_reference from evaluation order by evaluation_id")
    assert [each["is_reference"] for each in kept] == [True, False, False]


async def test_the_state_is_another_one_after_a_change_and_tells_of_missing_vectors(database: Database) -> None:
    evaluations, refresher = Evaluations(database), Refresher(database, OfflineEmbedder())
    source = FakeSource(nodes=[model("orders", "All orders.")])
    await refresher.refresh(source)
    before = await evaluations.state()
    assert before.missing_vectors > 0
    await refresher.fill_vectors()
    filled = await evaluations.state()
    assert (filled.definitions, filled.missing_vectors) == (before.definitions, 0)
    source.nodes, source.minutes = [model("orders", "Every order.")], 1
    await refresher.refresh(source)
    changed = await evaluations.state()
    assert changed.definitions != filled.definitions
    assert changed.missing_vectors > 0


async def test_one_process_asks_at_a_time(database: Database) -> None:
    evaluations = Evaluations(database)
    async with evaluations.alone() as first, evaluations.alone() as second:
        assert (first, second) == (True, False)
