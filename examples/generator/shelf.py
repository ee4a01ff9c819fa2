"""What Lanternfish sells and to whom: products, plans, countries and the names people have."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "lanternfish" / "seeds"

FIRST_DAY = date(2025, 12, 1)
LAST_DAY = date(2026, 11, 20)

COUNTRIES = {"NL": 62, "BE": 18, "DE": 13, "FR": 7}
"""Country → its share of customers, in percent."""


@dataclass(frozen=True)
class Product:
    product_id: int
    sku: str
    name: str
    category: str
    origin: str
    weight_g: int
    price_cents: int
    """What a consumer pays, VAT included."""
    cost_cents: int
    raised_on: date | None = None
    raised_cents: int = 0

    def price_on(self, day: date) -> int:
        return self.raised_cents if self.raised_on and day >= self.raised_on else self.price_cents


AUTUMN, NOVEMBER = date(2026, 9, 14), date(2026, 11, 18)

PRODUCTS = (
    Product(1, "COF-HARB-250", "Harbour Light espresso", "coffee", "Brazil, Colombia", 250, 1095, 402, AUTUMN, 1150),
    Product(2, "COF-HARB-1000", "Harbour Light espresso, 1 kg", "coffee", "Brazil, Colombia", 1000, 3600, 1560),
    Product(3, "COF-DEEP-250", "Deep Sea dark roast", "coffee", "Brazil, India", 250, 995, 371, AUTUMN, 1050),
    Product(4, "COF-DEEP-1000", "Deep Sea dark roast, 1 kg", "coffee", "Brazil, India", 1000, 3300, 1440),
    Product(5, "COF-YIRG-250", "Yirgacheffe washed", "coffee", "Ethiopia", 250, 1350, 548, NOVEMBER, 1425),
    Product(6, "COF-SIDA-250", "Sidama natural", "coffee", "Ethiopia", 250, 1395, 571),
    Product(7, "COF-HUIL-250", "Huila pink bourbon", "coffee", "Colombia", 250, 1595, 702),
    Product(8, "COF-NYER-250", "Nyeri AA", "coffee", "Kenya", 250, 1550, 690, NOVEMBER, 1625),
    Product(9, "COF-ANTI-250", "Antigua honey", "coffee", "Guatemala", 250, 1295, 516),
    Product(10, "COF-CERR-1000", "Cerrado filter, 1 kg", "coffee", "Brazil", 1000, 3450, 1490),
    Product(11, "COF-DECA-250", "Night Watch decaf", "coffee", "Colombia", 250, 1195, 455),
    Product(12, "COF-DECA-1000", "Night Watch decaf, 1 kg", "coffee", "Colombia", 1000, 3900, 1720),
    Product(13, "EQP-DRIP-01", "Ceramic dripper", "equipment", "", 480, 2450, 1130),
    Product(14, "EQP-PAPE-100", "Filter papers, 100", "equipment", "", 150, 650, 240),
    Product(15, "EQP-GRIN-01", "Hand grinder", "equipment", "", 720, 8900, 5340),
    Product(16, "EQP-MUG-01", "Lanternfish mug", "equipment", "", 390, 1600, 610),
    Product(17, "GIFT-25", "Gift card 25", "gift_card", "", 0, 2500, 0),
    Product(18, "GIFT-50", "Gift card 50", "gift_card", "", 0, 5000, 0),
)

WEB_WEIGHTS = (22, 4, 14, 3, 13, 11, 7, 8, 9, 3, 8, 1, 5, 9, 3, 6, 3, 2)
SUBSCRIPTION_COFFEES = (1, 3, 5, 6, 7, 8, 9, 11)
WHOLESALE_COFFEES = (2, 4, 10, 12)


@dataclass(frozen=True)
class Plan:
    code: str
    bags: int
    interval_weeks: int
    price_cents: int
    """Per delivery, without VAT."""


def load_plans() -> dict[str, Plan]:
    with (SEEDS / "subscription_plans.csv").open(encoding="utf-8") as file:
        return {
            row["plan_code"]: Plan(
                row["plan_code"],
                int(row["bags"]),
                int(row["interval_weeks"]),
                round(float(row["price_per_delivery"]) * 100),
            )
            for row in csv.DictReader(file)
        }


def load_vat() -> dict[tuple[str, str], float]:
    with (SEEDS / "vat_rates.csv").open(encoding="utf-8") as file:
        return {(row["country_code"], row["tax_category"]): float(row["vat_rate"]) for row in csv.DictReader(file)}


FIRST_NAMES = """Anouk Bram Carmen Daan Eline Femke Gijs Hanna Ilse Jasper Koen Lotte Maarten Noor Otis Pien Quinten
Roos Sanne Thijs Veerle Wout Yara Zoë Amélie Bastien Chloé Émile Greta Henrik Imke Jonas Katrin Lukas Mathilde Nils
Odile Paul Renske Sven Tessa Ulrike Vincent Willem Aicha Mehmet Priya Samir""".split()
LAST_NAMES = """Bakker Claes Dekker Evers Feenstra Groen Hendriks Janssens Kuipers Leclerc Maes Nijland Oosterhuis
Peeters Quist Rietveld Schouten Timmer Uyttendaele Verhoeven Wouters Zandstra Albrecht Becker Fournier
Hoffmann Keller Lambert Moreau Özdemir Schmitt Vogel Weber Yilmaz Visser""".split()
CAFES = (
    "Kade 9",
    "De Stoomfluit",
    "Bar Lantaarn",
    "Café Wolfram",
    "Zuidkop",
    "Het Pakhuis",
    "Little Quay",
    "Roodborst",
)
