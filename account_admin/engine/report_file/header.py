"""Which column is what: headers in several languages, and those learnt."""

from functools import lru_cache

from .currencies import find_sign, strip_sign
from .header_text import normalise

#: What a row of a report can say, in the order of the template.
FIELDS = (
    "date",
    "sku",
    "description",
    "property",
    "category",
    "territory",
    "channel",
    "retailer",
    "sale_type",
    "currency",
    "units",
    "gross",
    "returns",
    "allowances",
    "other",
    "reported_net",
    "reported_rate",
    "reported_royalty",
)
#: Amounts that are added up, and those of them that reduce the gross.
AMOUNTS = ("units", "gross", "returns", "allowances", "other") + (
    "reported_net",
    "reported_royalty",
)
DEDUCTIONS = ("returns", "allowances", "other")
#: Without these a report says nothing that can be computed.
REQUIRED = ("date", "sku", "gross")
#: Rows among which the header is looked for, and columns that it must have.
DEPTH, ENOUGH = 60, 3

#: Field -> headers in use, in English, German, French, Spanish and Italian.
ALIASES = {
    "date": "date|invoice date|sale date|sales date|transaction date|ship date|datum"
    "|rechnungsdatum|verkaufsdatum|belegdatum|date facture|date de facture"
    "|date de vente|fecha|fecha de factura|fecha de venta|data|data fattura",
    "sku": "sku|sku number|sku no|sku code|item sku|product id|item id|upc code"
    "|ean code|gtin|barcode|item|item number|item no|item code|article"
    "|article number|article no|product code|product number|style|style number"
    "|artikel|artikelnummer|artikelnr"
    "|reference|référence|code article|referencia|codigo|código|codice"
    "|codice articolo|upc|ean",
    "description": "description|item description|product description|product"
    "|product name|article description|bezeichnung|beschreibung|artikelbezeichnung"
    "|désignation|libellé|descripción|producto|descrizione|prodotto",
    "property": "property|brand|licence|license|licensed property|marke|lizenz|marque"
    "|licence marque|propiedad|marca|licencia|proprietà",
    "category": "category|product category|kategorie|warengruppe|produktgruppe"
    "|catégorie|categoría|categoria",
    "territory": "territory|country|sales territory|country of sale|land|gebiet"
    "|vertragsgebiet|pays|territoire|territorio|país|pais|paese",
    "channel": "channel|sales channel|distribution channel|kanal|vertriebskanal|canal"
    "|canal de distribution|canal de venta|canale|canale di vendita",
    "retailer": "retailer|customer|customer name|account|store|händler|kunde|kundenname"
    "|détaillant|client|enseigne|minorista|cliente",
    "sale_type": "sale type|sales type|type of sale|type|verkaufsart|type de vente"
    "|tipo de venta|tipo di vendita",
    "currency": "currency|curr|ccy|währung|devise|monnaie|moneda|divisa|valuta",
    "units": "units|quantity|qty|units sold|net units|menge|stück|stückzahl|anzahl"
    "|quantité|qté|unités|unidades|cantidad|quantità|pezzi",
    "gross": "gross|gross sales|gross amount|gross value|sales|sales amount"
    "|gross invoice amount|brutto|bruttoumsatz|umsatz|ca brut|ventes brutes|brut"
    "|ventas brutas|bruto|lordo|vendite lorde",
    "returns": "returns|return|returned goods|retouren|rückgaben|retours"
    "|devoluciones|resi",
    "allowances": "allowances|allowance|discounts|discount|markdowns|rabatte|rabatt"
    "|nachlässe|remises|remise|descuentos|descuento|sconti",
    "other": "other deductions|other deduction|other|deductions|freight"
    "|sonstige abzüge|abzüge|andere abzüge|autres déductions|déductions"
    "|otras deducciones|deducciones|altre deduzioni",
    "reported_net": "net|net sales|reported net|net amount|net value|netto"
    "|nettoumsatz|ca net|ventes nettes|ventas netas|neto|vendite nette",
    "reported_rate": "rate|royalty rate|reported rate|royalty percent|lizenzsatz"
    "|satz|taux|taux de redevance|tasa|porcentaje|tasso|aliquota|royalty %|rate %",
    "reported_royalty": "royalty|royalties|royalty amount|royalty due"
    "|reported royalty|royalties due|lizenzgebühr|lizenzgebühren|redevance|redevances"
    "|montant redevance|regalía|regalías|royalty dovuta",
}


_KNOWN = {
    normalise(alias): name
    for name, aliases in ALIASES.items()
    for alias in (*aliases.split("|"), name)
}


def find_header(rows, learnt):
    """The header among the first rows.

    :param list rows: (number, cells)
    :param dict learnt: normalised text -> field; empty for a column that is not read
    :return: (place in ``rows``, whether it was recognised): a header of unknown words
        is the row with the most texts, for a person to say what is what
    """
    known, most = (0, None), (0, None)
    for place, (_number, cells) in enumerate(rows[:DEPTH]):
        texts = [cell for cell in cells if isinstance(cell, str)]
        fields = {match(text, learnt) for text in texts} - {None, ""}
        known = max(known, (len(fields), -place), key=lambda one: one[0])
        most = max(most, (len(texts), -place), key=lambda one: one[0])
    if known[0] >= ENOUGH:
        return -known[1], True
    if most[0] >= 2:
        return -most[1], False
    return None, False


def match(text, learnt):
    """Field of a header text, empty for a column that is not read, ``None`` unknown."""
    key = normalise(text)
    return learnt[key] if key in learnt else _match_usual(text)


@lru_cache(maxsize=5_000)
def _match_usual(text):
    """A header in use, with a currency beside it or not, or one of periods."""
    found = _KNOWN.get(normalise(text))
    if found is None and find_sign(text):
        found = _KNOWN.get(normalise(strip_sign(text)))
    return "date" if found is None and get_unit(text) else found


#: Words of headers of months and of other periods, of years, and what stands beside.
_UNITS = {
    "month": "month months monat mois mes mese monthly",
    "quarter": "quarter quarters qtr quartal trimestre trimester",
    "period": "period periods periode zeitraum periodo",
}
_BESIDE = frozenset(
    "sales sale reporting report royalty invoice accounting statement calendar of the"
    " end ending ended year and name de des du di der vente ventes venta ventas vendita"
    " verkaufs berichts".split()
)
YEARS = frozenset(
    "year|sales year|calendar year|reporting year|jahr|annee|ano|anno".split("|")
)


def get_unit(text):
    """``month``, ``quarter`` or ``period`` for a header of such, else empty."""
    words = normalise(text).split()
    for unit, names in _UNITS.items():
        names = names.split()
        if any(word in names for word in words):
            is_only = all(word in names or word in _BESIDE for word in words)
            return unit if is_only else ""
    return ""


#: Language -> headers of the template, in the order of ``FIELDS``; all are recognised.
LABELS = {
    "en": "Invoice Date|SKU|Description|Property|Category|Territory|Sales Channel"
    "|Retailer|Sale Type|Currency|Units|Gross Sales|Returns|Allowances"
    "|Other Deductions|Net Sales|Royalty Rate|Royalty",
    "de": "Rechnungsdatum|Artikelnummer|Bezeichnung|Marke|Kategorie|Land"
    "|Vertriebskanal|Händler|Verkaufsart|Währung|Menge|Bruttoumsatz|Retouren|Rabatte"
    "|Sonstige Abzüge|Nettoumsatz|Lizenzsatz|Lizenzgebühr",
    "fr": "Date de facture|Code article|Désignation|Marque|Catégorie|Pays"
    "|Canal de distribution|Détaillant|Type de vente|Devise|Quantité|Ventes brutes"
    "|Retours|Remises|Autres déductions|Ventes nettes|Taux de redevance|Redevance",
    "es": "Fecha de factura|Referencia|Descripción|Marca|Categoría|País"
    "|Canal de venta|Minorista|Tipo de venta|Moneda|Unidades|Ventas brutas"
    "|Devoluciones|Descuentos|Otras deducciones|Ventas netas|Tasa|Regalías",
    "it": "Data fattura|Codice articolo|Descrizione|Proprietà|Categoria|Paese"
    "|Canale di vendita|Cliente|Tipo di vendita|Valuta|Quantità|Vendite lorde|Resi"
    "|Sconti|Altre deduzioni|Vendite nette|Aliquota|Royalty dovuta",
}


def get_labels(language):
    """Headers of the template: dict field -> text, English for other languages."""
    labels = LABELS.get((language or "en")[:2], LABELS["en"])
    return dict(zip(FIELDS, labels.split("|"), strict=True))
