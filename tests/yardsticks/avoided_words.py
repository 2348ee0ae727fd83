"""Words that are not said any more, in both languages, and sentences with and without them."""

from __future__ import annotations

ITALIAN = {
    # What only programmers say.
    r"utilizz|effettu|token|endpoint|errore interno|requisit|predefinit|base dati": "plain words",
    r"\bmacchin|cartell\w di lavoro": "computer; file Excel",
    # Another word for a thing that has one.
    r"andat[oaie] via|se n’(è|era|erano) andat|se ne sono andat|\b(si è|si sono) pers": "perso, tra i persi",
    r"\btac(e|eva|ciono|evano)\b": "manca da",
    r"\bincass|\bricav[io]": "vendite; speso",
    r"nuov[oi] acquirent": "nuovo cliente",
    r"(?<!per )(?<!dis)\biscritt[oaie]\b": "persona",
    r"client[ei] miglior[ei] che": "ottimo cliente silenzioso",
    r"\brimbors": "reso",
    r"\bintervall": "ritmo; margini d’errore",
    r"finestr": "tempo per tornare",
    r"recint": "il tuo giro",
    r"(quest[oi]|dell’|del|un|tuo|su[oi]) contatt[oi] (è|già|del|di un)|per questo contatto": "recapito",
    r"\bchiamat[ae]\b(?! così)(?<!viene chiamata)": "telefonata",
    r"\blist[ae]\b": "elenco",
    r"annotat": "segnato",
    r"quarantena": "da correggere",
    r"\brifiutat[aei]\b": "da correggere",
    r"cartoncin": "biglietto",
    r"\bcoupon\b": "buono",
    r"maturat": "guadagnato",
    r"ripres[oi]\b": "annullato",
    r"fini mese": "fine mese",
    r"^Parte d": "quota, Di chi …",
    r"\bordin[ei] (si|è|sono|indica|d’acquisto)|stess[oi] ordin": "acquisto, scontrino",
    # Misread by an owner.
    r"tanti giorni|tante persone|(?<!non )\bhanno mai\b|^Parte d\S+ chi .* che ": "say how many, of whom",
    r"(?<!moltiplicato )(?<!moltiplicata )\bper la probabilità": "moltiplicato per",
    r"(?-i:\bLei\b)": "tu",
    # Written wrongly.
    r"perchè|\bnè\b|\bsè\b|qual’è|\be'|\bE'|\bpò\b|\bdò\b|\bfà\b|\bstà\b|\bsù\b|[“”]": "accents and quotes",
    r"(?<=\w)'": "the typographic apostrophe",
    r"\bed (?![eèé{%])|\bad (?![aàá{%])": "the d only between equal vowels",
}  # fmt: skip
"""What the Italian does not say, and what it says instead."""

ENGLISH = {
    r"first-timer|\bregulars?\b(?!\})|\breferred\b": "buyer, customer, referral",
    r"\b(ha[sd]|have|who|nobody|they)( not)? left(?! (an?|out|alone|their|by|as|with)\b)|left since": "lost",
    r"\bnew buyers?\b": "new customer",
    r"\benrolled\b(?! is out)": "person, your people",
    r"\btakings\b|\brevenue\b": "sales; spent",
    r"\bown gaps?\b|\bmean gap": "rhythm",
    r"\bfirst-repeat window|\bwindow (ends|of)|shop's (own )?window": "time to come back",
    r"\bfence\b(?!\.)": "your people",
    r"\bleads?\b(?= (who|that came|list))": "potential, prospect",
    r"\bforecasts?\b": "prediction",
    r"\brewards? (is |are )?due\b|\bdue on\b": "owed",
    r"\bwithdrawn\b|(was|were|is|are|be) taken back": "cancelled",
    r"\bworkbooks?\b": "spreadsheet",
    r"\b(referral|empty|former|the|a) store\b": "database",
    r"\bmachines?\b": "computer",
    r"\b(most|least|wrong|many|the same|these|\}) signs?\b|sign by sign": "character",
    r"^[Pp]art of those|^Part of|in parts of": "share",
    r"\bquarantin(e|ed)\b(?! export)": "to correct",
    r"records? .*(refused)|\bset aside, refused": "to correct",
    r"\brecords? (read|set aside|were counted|dated|that (came|cannot))|\bevery record ends": "row",
    r"\b[Ff]ormer\b": "earlier",
    r"\bnarration\b": "say more while working",
    r"(?-i:^It takes )": "needs",
    r"\banswers? to this\b": "match",
    r"\bthis contact\b|\byour contact\b": "phone or e-mail, details",
    r"\b(low|better|high) mark\b": "answer",
}
"""What the English does not say, and what it says instead.

Words that are right elsewhere (dato, ordine, parte, contatto, segno, due, gap, window, mark) are named with
the neighbours that make them wrong.
"""

BEFORE = {
    "it": """
Nessuno si è perso
Parte di chi se n’è andato che è fan.
e tace da più
un fan non ha debiti più vecchi di tanti giorni
Gli incassi previsti
Nuovi acquirenti
Iscritti che hanno lasciato un recapito
{n} cartoncini
dentro la finestra del negozio
nel tuo recinto, per nome
righe in quarantena
Per questo contatto non c’è nessuno sconto
l’esito di nessuna chiamata
dall’alto della lista
premi maturati
13 fini mese
sulla macchina
[predefinito: oggi]
Quante persone hanno mai comprato
in 12 mesi per la probabilità
l'archivio
In “7K3” c’è un segno
perchè no
qual’è
Di chi è Lei?
{n} righe lette, nessuna rifiutata
ed ottobre
speso o ripreso
""",
    "en": """
a first-timer, regular or fan
has bought and has not left
who left twice
error of next month's takings
their revenue
sent by a referred friend
First-repeat window: {days} open days
people in your fence, by name
rewards due
This discount was withdrawn.
first sheet of a workbook
This is the store itself.
on another machine
A password needs at least {count} signs.
Part of those who left
{count} records quarantined
The former ends.
It takes coupons.csv: who got one
Nobody answers to this.
this contact is the fan's own
a low mark
once the forecasts are settled
{n} records read, {r} refused
{count} records set aside
by own gap
""",
}
"""Sentences as they were, a line each: each holds a word that is avoided."""

RIGHT = {
    "it": """
Messo per iscritto ora
non hanno mai comprato
una differenza non chiamata così
moltiplicato per la probabilità di perderla
Il premio è rifiutato.
ed {name}
Dall’inizio, l’ordine di preferenza
il primo contatto
un segno rosso
""",
    "en": """
who left a phone
nothing was left out
The reward is refused.
shop window
a red mark is a gap
it takes as long
""",
}
"""Sentences that are right, however near to one that is not."""
