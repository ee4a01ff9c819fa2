"""The language of a text is told by its function words and its script, and not told where there are too few."""

import pytest

from knowledge.language import LANGUAGES, function_words, language_of, most_common
from knowledge.terms import STEMS, Lexicon

PROSE = {
    "english": [
        "One row per order, with what was paid.",
        "Contains all customers who have placed at least one order.",
        "This model aggregates `fct_orders` by day and joins dim_customers.",
    ],
    "french": [
        "Une ligne par commande, avec le montant payé.",
        "Ce modèle agrège `fct_orders` par jour et le joint à dim_customers.",
        "Date à laquelle l'abonnement a été résilié.",
        "Table des donnees de vente par region et par mois.",
    ],
    "german": [
        "Eine Zeile pro Bestellung mit dem bezahlten Betrag.",
        "Enthält alle customers, die mindestens eine order aufgegeben haben.",
        "Umsaetze je Region und Monat, aus dem ERP.",
    ],
    "portuguese": [
        "Uma linha por pedido, com o valor pago.",
        "Este modelo agrega `fct_orders` por dia e junta com dim_customers.",
        "Tabela com os dados de vendas da região.",
    ],
    "spanish": [
        "Una fila por pedido, con el importe pagado.",
        "Este modelo agrega `fct_orders` por día y lo une con dim_customers.",
        "Datos crudos de los eventos del sitio.",
    ],
    "italian": ["Contiene tutti i clienti che hanno fatto almeno un ordine.", "Dati grezzi degli eventi del sito."],
    "dutch": [
        "Bevat alle klanten die minstens één bestelling hebben geplaatst.",
        "Omzet uit het systeem van de winkel.",
    ],
    "danish": ["Indeholder alle kunder, der har afgivet mindst én ordre, og hvornår det blev gjort."],
    "swedish": ["Innehåller alla kunder som har lagt minst en order."],
    "norwegian": ["Inneholder alle kunder som har lagt inn minst én ordre, og hva de ble fakturert."],
    "finnish": ["Sisältää kaikki asiakkaat, jotka ovat tehneet vähintään yhden tilauksen."],
    "polish": ["Zawiera wszystkich klientów, którzy złożyli co najmniej jedno zamówienie."],
    "czech": ["Obsahuje všechny zákazníky, kteří mají alespoň jednu objednávku, a jejich adresy pro každý rok."],
    "romanian": ["Conține toți clienții care au făcut cel puțin o comandă și suma pentru fiecare."],
    "hungarian": ["Az összes vevő, aki legalább egy rendelést leadott, és annak értéke minden hónapban."],
    "turkish": ["Her sipariş için bir satır ve ödenen tutar."],
    "catalan": ["Els clients que han fet una comanda amb els imports dels seus pagaments."],
    "russian": ["Одна строка на заказ с оплаченной суммой.", "Содержит всех клиентов, которые сделали заказ."],
    "greek": ["Μία γραμμή ανά παραγγελία."],
    "arabic": ["صف واحد لكل طلب"],
    "hindi": ["प्रत्येक आदेश के लिए एक पंक्ति"],
    "simple": [
        "注文ごとに一行、支払金額を含む。",
        "顧客マスタ。customer_id で dim_customers と結合する。",
        "每个订单一行，包含支付金额。",
        "주문당 한 행이며 결제 금액을 포함합니다.",
        "หนึ่งแถวต่อคำสั่งซื้อ",
        "שורה אחת לכל הזמנה",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in PROSE.items() for text in texts]
)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Orders.",
        "customer id",
        "order_id customer_id is_from_the_shop",
        "`select 1 from the_table where it is`",
        "{{ doc('the_one_that_is_from_us') }}",
        "https://www.example.com/the/and/of",
        "Avalanche C-Chain, X-Chain, D and D",
        "ID der",
        "orders 顧",
        "Alle kan ha det hvis de vil, og dato da det er over",  # Norwegian or Danish
    ],
)
def test_identifiers_code_and_single_words_tell_nothing(text: str) -> None:
    assert language_of(text) is None


def test_the_language_of_most_wins_and_english_among_equals() -> None:
    assert most_common({"french": 2, "german": 1}) == "french"
    assert most_common({"danish": 2, "english": 2, "swedish": 2}) == "english"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("wie viele bestellungen gibt es in der region", {"wie", "viele", "gibt", "es", "in", "der"}),
        ("combien de commandes par client", {"combien", "de", "par"}),
        ("what is the die size", {"what", "is", "the"}),  # an article in German
        ("ventas por mes", {"por"}),
        ("churn", set[str]()),
    ],
)
def test_the_function_words_of_a_question_are_those_of_its_language(question: str, words: set[str]) -> None:
    assert function_words(question.split()) == words


def test_there_is_a_stemmer_for_every_language_that_a_text_may_have() -> None:
    for language in LANGUAGES:
        assert Lexicon(language).count("words")[1] == 1, STEMS
