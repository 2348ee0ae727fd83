"""Invented names, streets and firms; any likeness to a real person is chance."""

from __future__ import annotations

from typing import Final


def _list(text: str) -> tuple[str, ...]:
    """Split a block of text at its commas; lines may break anywhere."""
    return tuple(name.strip() for name in " ".join(text.split()).split(","))


WOMEN: Final = _list(
    """
    Anna, Maria, Giulia, Sofia, Chiara, Francesca, Elena, Laura, Martina, Paola, Silvia, Sara,
    Valentina, Federica, Alessia, Roberta, Daniela, Cristina, Barbara, Monica, Claudia, Simona, Ilaria,
    Giovanna, Rosa, Teresa, Lucia, Caterina, Beatrice, Camilla, Irene, Marta, Noemi, Rita, Serena,
    Tiziana, Viola, Ginevra, Amina, Olena, Ioana, Fatima, Mei, Ewa, Blessing, Ines
    """
)
MEN: Final = _list(
    """
    Marco, Luca, Andrea, Matteo, Giuseppe, Antonio, Francesco, Paolo, Davide, Stefano, Alessandro,
    Roberto, Giovanni, Simone, Daniele, Fabio, Lorenzo, Riccardo, Massimo, Enrico, Giorgio, Claudio,
    Pietro, Filippo, Tommaso, Nicola, Sergio, Alberto, Bruno, Carlo, Dario, Emanuele, Gabriele, Mario,
    Salvatore, Vincenzo, Umberto, Edoardo, Karim, Andrei, Mykola, Wei, Samuel, Ahmed, Piotr, Tiago
    """
)
SURNAMES: Final = _list(
    """
    Albanesi, Barbagallo, Bassani, Bellandi, Benvenuti, Bergamini, Bonfanti, Borghetti, Brancato,
    Brusadelli, Calvi, Camporesi, Cantarelli, Capuzzo, Carminati, Casagrande, Castelnovo, Ceccherini,
    Cerutti, Chiarello, Cavallotti, Coletti, Corsini, Dalpasso, Damiani, Degrandis, Donadoni, Fabbrini,
    Falconieri, Fantoni, Farinelli, Fedrigo, Ferrandi, Fioravanti, Fontanive, Fossati, Franzoni,
    Fumagalli, Galbusera, Gandolfi, Garavaglia, Gennari, Ghirardi, Giacomelli, Giordanengo, Grassini,
    Guarnieri, Guidetti, Iannuzzi, Lambertini, Landriani, Lavagna, Lo Monaco, Lorenzoni, Lucarelli,
    Maffezzoli, Magnani, Malagutti, Manfrin, Marchesini, Martelli, Mazzanti, Menegatti, Merlini,
    Mirandola, Molinari, Montagnoli, Morandini, Moschetti, Muratori, Nardelli, Negrini, Novelli,
    Oggioni, Olivieri, Orsenigo, Pagani, Palmisano, Pancaldi, Parisotto, Pasquini, Pedrotti, Pellizzari,
    Perego, Piazzolla, Pietrobon, Pizzamiglio, Pontiggia, Pozzoli, Quaranta, Rampini, Ravasi, Rigamonti,
    Rinaldi, Rocchetti, Romagnoli, Roncalli, Rossetti, Sabbadini, Sacchetti, Salvioni, Santambrogio,
    Sartori, Scalabrini, Scotti, Simonetti, Sormani, Spadaro, Stefanini, Tagliabue, Tarantola, Tedeschi,
    Tombolato, Tonelli, Tosetti, Trevisan, Turrini, Vaccari, Valsecchi, Ventura, Viganò, Villari,
    Visconti, Zambelli, Zanardi, Zanetti, Zecchini, Zucchi, Bondarenko, Popescu, Hu, Diallo, Haddad,
    Kowalska, Mendes, Okafor, Ivanova, Benali
    """
)
STREETS: Final = _list(
    """
    via del Fico, via dei Mulini, piazza della Pesa, via San Rocchetto, viale delle Robinie, vicolo del
    Forno, via della Filanda, corso dei Tigli, via al Torrente, largo delle Lavandaie
    """
)
TOWNS: Final = (("Montefico", "99010"), ("Borgo Sant'Alba", "99012"), ("Pieve Torta", "99014"))
"""Invented towns; no Italian postal code begins with 99, and XF is no province."""

PROVINCE: Final = "XF"

FIRMS: Final = _list(
    """
    Osteria del Ponte Basso, Studio Legale Codicillo, Bar Due Lune, Agriturismo Ca' Finta, Enoteca Il
    Tappo, Hotel Tre Robinie, Studio Medico Larice, Ristorante Alla Pesa, Caffè dei Mulini, Immobiliare
    Casanova Finta, Officine Torrente, Tipografia Prova, Catering Buonaforchetta, Teatro della Filanda,
    Scuola di Cucina Mestolo, Farmacia Immaginaria, Notaio Pergamena, Assicurazioni Ombrello, Trattoria
    Zia Norma, B&B Il Glicine, Palestra Forzabuona, Libreria Pagina Bianca, Fioreria Corolla, Studio
    Architetti Compasso, Cantina Sociale Finta, Gelateria Stracciatella, Autoscuola Rotonda, Panificio
    Lievito, Circolo Bocce Montefico, Vivaio Terra Rossa, Pizzeria Quattro Assi, Centro Estetico
    Mughetto, Cooperativa Semina, Falegnameria Pialla, Ottica Lente, Eventi Girandola
    """
)
