"""What stands on the shelves: products, prices with VAT, rates and what they cost the shop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True)
class Product:
    """One article."""

    product_id: str
    name: str
    category: str
    price: int
    """Cents on the price tag, VAT included."""

    vat: int
    """Percent."""

    cost: int
    """Cents paid to the supplier, VAT excluded."""


CATEGORIES: Final = {
    # category: percent of VAT, percent of the net price that the supplier takes
    "Formaggi": (4, 64),
    "Salumi": (10, 62),
    "Pane e forno": (4, 55),
    "Dispensa": (10, 58),
    "Olio": (4, 66),
    "Vini": (22, 60),
    "Dolci": (10, 54),
    "Caffè e tè": (22, 52),
    "Cesti e regali": (22, 57),
}

_TAGS: Final = """
Formaggi: Caciotta di capra 7.90; Pecorino del pastore 11.50; Robiola fresca 5.80; Toma d'alpeggio 13.40;
Gorgonzola dolce 6.90; Parmigiano 36 mesi 16.50; Ricotta affumicata 5.20; Tagliere di formaggi 24.00
Salumi: Prosciutto crudo 9.80; Salame gentile 12.60; Mortadella classica 5.40; Coppa stagionata 10.90;
Bresaola 13.20; Finocchiona 8.70; Lardo alle erbe 7.60; Culatello 29.00
Pane e forno: Pane di segale 4.20; Focaccia al rosmarino 4.80; Grissini stirati 4.50;
Taralli al finocchio 4.00;
Torta salata 9.50; Schiacciata 5.60
Dispensa: Paccheri trafilati 4.90; Riso carnaroli 6.40; Passata di datterini 4.30; Acciughe sott'olio 9.20;
Pesto di basilico 6.80; Funghi secchi 12.90; Miele di castagno 8.90; Mostarda di fichi 7.50;
Lenticchie nere 5.70;
Tartufo estivo 38.00
Olio: Olio nuovo mezzo litro 14.80; Olio fruttato un litro 24.50; Aceto balsamico giovane 13.50;
Aceto balsamico vecchio 64.00
Vini: Bianco della collina 9.50; Rosato di primavera 10.80; Rosso giovane 8.90; Rosso riserva 27.00;
Bollicine metodo classico 23.50; Passito 31.00; Rosso delle grandi annate 88.00; Vermut alle erbe 19.80
Dolci: Biscotti alle nocciole 5.90; Cioccolato fondente 4.60; Crema di nocciole 8.40; Torrone morbido 9.90;
Panettone artigianale 34.00; Colomba artigianale 32.00; Confettura di fichi 5.50; Amaretti 6.70
Caffè e tè: Caffè macinato 7.80; Caffè in grani un chilo 23.00; Tè verde 6.90; Tisana della sera 6.20
Cesti e regali: Cesto del buongiorno 35.00; Cesto della domenica 58.00; Cesto delle feste 95.00;
Cesto grande 145.00; Cassetta tre vini 49.00; Cesto del notaio 180.00; Scatola assaggi 22.00
"""


@cache
def products() -> tuple[Product, ...]:
    """Return every article, in the order of the shelves."""
    found: list[Product] = []
    for shelf in _TAGS.strip().replace(";\n", "; ").split("\n"):
        category, tags = shelf.split(": ", 1)
        vat, share = CATEGORIES[category]
        for tag in tags.split("; "):
            name, price = tag.rsplit(" ", 1)
            cents = int(price.replace(".", ""))
            cost = cents * 100 * share // ((100 + vat) * 100)
            found.append(Product(f"P{len(found) + 1:03d}", name, category, cents, vat, cost))
    return tuple(found)


GIFT_CARD: Final = Product("P900", "Carta regalo 50 €", "Carte regalo", 5000, 0, 5000)
"""VAT is paid when the card is spent."""

WINE_BOX: Final = Product("P901", "Cassetta del mese in abbonamento", "Abbonamenti", 3900, 22, 1900)
