"""Search in catalogs that are not written in English, by their words alone: forms, accents, mixed projects, names."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.errors import Unavailable
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from knowledge.values import Column, Node
from tests.fakes.artifacts import FakeSource, model, other


class DownEmbedder:
    model = "granite-embedding-30m-english"

    async def embed(self, texts: Sequence[str]) -> Any:
        raise Unavailable("no endpoint")


ENGLISH = [
    model("fct_orders", "One row per order, with what was paid for it.", columns=["order_id", "is_new", "from"]),
    model("dim_companies", "All companies that buy from us.", columns=["company_id"]),
    model("who", "Health indicators by country.", columns=["country"]),
    model("it_assets", "Laptops and phones that are lent to people.", columns=["asset_id"]),
    model("us_states", "Two letters for each of them.", columns=["code"]),
    model("all_users", "Whoever has an account.", columns=["user_id"]),
    model("stg_s3__events_2023", "Raw events of a bucket.", columns=["event_id"]),
    model("other", "What does not fit anywhere else.", columns=["id"]),
]
FRENCH = [
    model("fct_commandes", "Une ligne par commande, avec le montant payé par le client.", columns=["id_commande"]),
    model("dim_clients", "Toutes les personnes qui ont acheté au moins une fois.", columns=["id_client", "ville"]),
    model("stock_quotidien", "Quantité de chaque article dans les entrepôts de la région.", columns=["entrepot_id"]),
    model("donnees_meteo", "Température et pluie par jour et par ville.", columns=["temperature"]),
    model("facturation_mensuelle", "Factures émises et impayées par mois.", columns=["montant_facture"]),
    model("resiliations", "Les abonnés qui ont résilié leur contrat.", columns=["motif"]),
    model("chevaux", "Les animaux du centre équestre.", columns=["race"]),
]
GERMAN = [
    model("fct_bestellungen", "Eine Zeile pro Bestellung, mit dem bezahlten Betrag.", columns=["bestell_id"]),
    model("dim_kunden", "Alle Personen, die mindestens einmal gekauft haben.", columns=["kunden_id", "wohnort"]),
    model("umsaetze_je_region", "Was in den Filialen eingenommen wird.", columns=["region", "betrag_eur"]),
    model("lager", "Die Menge der Artikel in jedem Regal.", columns=["regal"]),
    model("kuendigungen", "Verträge, die nicht verlängert wurden.", columns=["grund"]),
    model("fahrzeuge", "Größe und Alter der Autos im Fuhrpark.", columns=["baujahr"]),
]
PORTUGUESE = [
    model("fct_pedidos", "Uma linha por pedido, com o valor que foi pago.", columns=["pedido_id"]),
    model("dim_clientes", "Todas as pessoas que já compraram uma vez.", columns=["cliente_id", "cidade"]),
    model("receitas_medicas", "Prescrições emitidas pelos médicos em cada consulta.", columns=["crm"]),
    model("estoque", "Quantidade de cada produto nos armazéns da região.", columns=["armazem_id"]),
    model("faturacao", "Informações das notas fiscais por mês.", columns=["nota"]),
    model("cancelamentos", "Quem deixou de ser assinante e por quê.", columns=["motivo"]),
]
SPANISH = [
    model("fct_pedidos", "Una fila por pedido, con el importe que se pagó.", columns=["pedido_id"]),
    model("dim_clientes", "Todas las personas que han comprado alguna vez.", columns=["cliente_id", "ciudad"]),
    model("facturacion_mensual", "Lo que se cobra a las empresas en cada mes.", columns=["mes"]),
    model("existencias", "Cantidad de cada artículo en los almacenes de la región.", columns=["almacen_id"]),
    model("bajas", "Suscripciones que se cancelaron y por qué.", columns=["motivo"]),
    model("niños", "Menores que están inscritos en los campamentos.", columns=["edad"]),
]
JAPANESE = [
    model("fct_orders", "注文ごとに一行。支払金額を含む。", columns=["order_id"]),
    model("dim_customers", "少なくとも一度購入した顧客の一覧。", columns=["customer_id"]),
    model("stock_levels", "倉庫にある商品の在庫数量。", columns=["warehouse_id"]),
    model("fct_subscriptions", "プランと月ごとの定期収益。", columns=["plan", "mrr_jpy"]),
    model("churn", "解約した利用者とその理由。", columns=[Column(name="reason", description="解約の理由")]),
    other("metric", "revenue", "データの売上合計。", label="売上"),
]
CHINESE = [
    model("fct_orders", "每个订单一行，包含支付金额。", columns=["order_id"]),
    model("dim_customers", "至少购买过一次的客户。", columns=["customer_id"]),
    model("stock_levels", "各仓库的库存数量。", columns=["warehouse_id"]),
]
KOREAN = [
    model("fct_orders", "주문당 한 행이며 결제 금액을 포함합니다.", columns=["order_id"]),
    model("dim_customers", "한 번 이상 구매한 고객의 목록입니다.", columns=["customer_id"]),
    model("stock_levels", "창고에 있는 상품의 재고 수량입니다.", columns=["warehouse_id"]),
]
MIXED = [*ENGLISH[:2], *FRENCH[2:5], *GERMAN[3:], *JAPANESE[2:4], *SPANISH[4:]]

Ask = Callable[[Sequence[Node], str], Any]


@pytest.fixture
def ask(database: Database) -> Ask:
    """The names that a question finds by words alone, best first."""

    async def ask(nodes: Sequence[Node], question: str) -> list[str]:
        await Refresher(database, DownEmbedder()).refresh(FakeSource(nodes))
        found = await Searcher(database, DownEmbedder()).search(question)
        return [hit.name for hit in found.hits if "text" in hit.voices]

    return ask


@pytest.mark.parametrize(
    ("nodes", "question", "name"),
    [
        (FRENCH, "combien de commandes ont été payées ?", "fct_commandes"),
        (FRENCH, "le montant d'une commande", "fct_commandes"),
        (FRENCH, "dans quel entrepôt se trouve un article", "stock_quotidien"),
        (FRENCH, "entrepots de la region", "stock_quotidien"),
        (FRENCH, "où sont les données météo", "donnees_meteo"),
        (FRENCH, "où sont les données météorologiques, je veux la temperature", "donnees_meteo"),
        (FRENCH, "la facture impayee", "facturation_mensuelle"),
        (FRENCH, "qui a resilie son abonnement", "resiliations"),
        (FRENCH, "un cheval", "chevaux"),
        (GERMAN, "wie viele Bestellungen wurden bezahlt?", "fct_bestellungen"),
        (GERMAN, "der Betrag einer Bestellung", "fct_bestellungen"),
        (GERMAN, "Umsatz nach Region", "umsaetze_je_region"),
        (GERMAN, "Umsätze", "umsaetze_je_region"),
        (GERMAN, "die Umsatze der Filiale", "umsaetze_je_region"),
        (GERMAN, "welcher Kunde hat gekauft", "dim_kunden"),
        (GERMAN, "Kündigung eines Vertrags", "kuendigungen"),
        (GERMAN, "wie groß ist ein Auto, welche Groesse hat es", "fahrzeuge"),
        (PORTUGUESE, "quantos pedidos foram pagos?", "fct_pedidos"),
        (PORTUGUESE, "o valor de um pedido", "fct_pedidos"),
        (PORTUGUESE, "receita medica", "receitas_medicas"),
        (PORTUGUESE, "qual médico emitiu a prescrição", "receitas_medicas"),
        (PORTUGUESE, "informacao da nota fiscal", "faturacao"),
        (PORTUGUESE, "faturação", "faturacao"),
        (PORTUGUESE, "produtos no armazem", "estoque"),
        (SPANISH, "¿cuántos pedidos se pagaron?", "fct_pedidos"),
        (SPANISH, "el importe del pedido", "fct_pedidos"),
        (SPANISH, "facturación", "facturacion_mensual"),
        (SPANISH, "almacen de los articulos", "existencias"),
        (SPANISH, "suscripcion cancelada", "bajas"),
        (SPANISH, "los ninos", "niños"),
        (JAPANESE, "注文の支払金額はどこにありますか", "fct_orders"),
        (JAPANESE, "顧客の一覧を見たい", "dim_customers"),
        (JAPANESE, "在庫", "stock_levels"),
        (JAPANESE, "解約の理由は何ですか？", "churn"),
        (JAPANESE, "ﾃﾞｰﾀの売上", "revenue"),
        (JAPANESE, "dim_customersの粒度は？", "dim_customers"),
        (CHINESE, "库存有多少", "stock_levels"),
        (CHINESE, "哪个表有客户", "dim_customers"),
        (KOREAN, "고객은 어디에 있나요", "dim_customers"),
        (KOREAN, "재고가 얼마나 있나요", "stock_levels"),
    ],
)
async def test_a_question_in_the_catalogs_language_finds_what_it_means(
    ask: Ask, nodes: Sequence[Node], question: str, name: str
) -> None:
    assert (await ask(nodes, question))[0] == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("the orders and what was paid for them", "fct_orders"),
        ("which company buys", "dim_companies"),
        ("les entrepots de la region", "stock_quotidien"),
        ("la facture impayée", "facturation_mensuelle"),
        ("Kündigung eines Vertrages", "kuendigungen"),
        ("倉庫の在庫", "stock_levels"),
        ("suscripcion cancelada", "bajas"),
    ],
)
async def test_a_project_may_mix_languages(ask: Ask, question: str, name: str) -> None:
    assert (await ask(MIXED, question))[0] == name


@pytest.mark.parametrize("nodes", [FRENCH, GERMAN, PORTUGUESE, SPANISH, JAPANESE])
@pytest.mark.parametrize("question", ["the customer", "customers", "where is loyal_customers?", "Customer"])
async def test_english_names_have_plurals_in_any_catalog(ask: Ask, nodes: Sequence[Node], question: str) -> None:
    assert (await ask([*nodes[2:], model("loyal_customers")], question))[0] == "loyal_customers"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("combien de orders par jour", "fct_orders"),
        ("welche companies gibt es", "dim_companies"),
        ("eventsはどこですか", "stg_s3__events_2023"),
    ],
)
async def test_a_question_in_another_language_than_the_catalogs_still_finds_names(
    ask: Ask, question: str, name: str
) -> None:
    assert (await ask(ENGLISH, question))[0] == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("who", "who"),
        ("what is in `who`?", "who"),
        ("the WHO numbers", "who"),
        ("it_assets", "it_assets"),
        ("which IT assets do we have", "it_assets"),
        ("it assets", "it_assets"),
        ("US states", "us_states"),
        ("states", "us_states"),
        ("a state", "us_states"),
        ("all users", "all_users"),
        ("is a user new, that is: is_new", "fct_orders"),
        ("`from`", "fct_orders"),
        ("company", "dim_companies"),
        ("order", "fct_orders"),
        ("2023", "stg_s3__events_2023"),
        ("s3", "stg_s3__events_2023"),
        ("other", "other"),
    ],
)
async def test_no_word_of_a_name_is_lost(ask: Ask, question: str, name: str) -> None:
    assert (await ask(ENGLISH, question))[0] == name


@pytest.mark.parametrize(
    ("question", "first"),
    [("who bought what, and is it all paid?", "fct_orders"), ("all other orders from it", "fct_orders")],
)
async def test_the_function_words_of_a_question_find_no_names(ask: Ask, question: str, first: str) -> None:
    found = await ask(ENGLISH, question)
    assert not {"who", "other", "all_users", "it_assets"} & set(found)
    assert found[0] == first


async def test_a_node_that_tells_no_language_is_taken_in_that_of_most(database: Database) -> None:
    nodes = [*FRENCH, model("factures"), model("autres", "Divers.")]
    await Refresher(database, DownEmbedder()).refresh(FakeSource(nodes))
    rows = await database.fetch("select name, language, tells_language from node order by name")
    languages = {row["name"]: (row["language"], row["tells_language"]) for row in rows}
    assert languages["factures"] == languages["autres"] == ("french", False)
    assert languages["fct_commandes"] == ("french", True)
    await Refresher(database, DownEmbedder()).refresh(FakeSource([*nodes, model("nouveau")], minutes=1))
    [row] = await database.fetch("select language from node where name = 'nouveau'")
    assert row["language"] == "french"
    [project] = await database.fetch("select languages from project")
    assert project["languages"] == ["french"]


@pytest.mark.parametrize("nodes", [FRENCH, JAPANESE, MIXED])
async def test_meaning_may_speak_too(database: Database, nodes: Sequence[Node]) -> None:
    refresher = Refresher(database, OfflineEmbedder())
    await refresher.refresh(FakeSource(nodes))
    await refresher.fill_vectors()
    for question in ("entrepots de la region", "倉庫の在庫", "the stock in a warehouse"):
        found = await Searcher(database, OfflineEmbedder()).search(question)
        assert found.hits
