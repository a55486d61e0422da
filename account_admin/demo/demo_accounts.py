"""The invented customers of the demo ledger, as plain data."""

from typing import NamedTuple


class Contact(NamedTuple):
    """A person at an account.

    :param role: suffix of the XML id of a contact role
    """

    name: str
    function: str
    role: str


class Account(NamedTuple):
    """A customer and how it pays.

    :param unpaid: days past due of its open invoices today, negative is not due yet
    :param late: days after the due date on which it usually pays
    :param amount: of an ordinary invoice
    :param lately: ``(days past due, days ago)`` of invoices paid only a few days ago
    :param who: ``collector``, ``keyaccounts`` or empty for nobody of its own
    :param email: ``False`` for an account nobody can write to by email
    """

    key: str
    name: str
    street: str
    city: str
    zip: str
    country: str
    contact: Contact
    unpaid: tuple = ()
    late: int = 0
    amount: int = 2400
    lately: tuple = ()
    who: str = "collector"
    currency: str = ""
    company: str = "main"
    tag: str = ""
    lang: str = ""
    email: bool = True

    @property
    def domain(self):
        """Mail domain; .example belongs to nobody."""
        return f"{self.key.replace('_', '-')}.example"


def payable(name, function="Accounts Payable"):
    return Contact(name, function, "payable")


def reminders(name, function="Credit Controller"):
    return Contact(name, function, "dunning")


def decides(name, function="Finance Director"):
    return Contact(name, function, "decision")


#: National account -> its head office and members: key, role, member since and until
#: in days before today.
NATIONAL_ACCOUNTS = {
    "harbour": {
        "name": "Harbour Retail Group",
        "head": "harbour_holdings",
        "policy": "",
        "members": [
            ("harbour_foods", "billed", None, None),
            ("harbour_home", "billed", None, None),
            ("harbour_sports", "billed", 300, None),
            ("harbour_online", "billed", 120, None),
        ],
        # since when in days before today, and who is in them
        "regions": {
            "East": (("harbour_foods", "harbour_online"), 120),
            "West": (("harbour_home", "harbour_sports"), 300),
        },
    },
    "northstar": {
        "name": "Northstar Media Partners",
        "head": "northstar_partners",
        "policy": "collections_policy_key",
        "members": [
            ("northstar_radio", "billed", None, None),
            ("northstar_print", "billed", None, None),
            ("northstar_events", "billed", 200, None),
        ],
    },
    "crestline": {
        "name": "Crestline Hospitality",
        "head": "crestline_hotels",
        "policy": "",
        "members": [
            ("crestline_denver", "billed", None, None),
            ("crestline_tucson", "billed", None, None),
            ("crestline_boise", "billed", 500, 45),
        ],
    },
}

# fmt: off
ACCOUNTS = [
    # Harbour Retail Group: the head office is chased for its members
    Account("harbour_holdings", "Harbour Retail Holdings Inc.", "200 Quay Street",
            "Baltimore", "21202", "us", reminders("Denise Okafor"),
            who="keyaccounts", amount=5200, unpaid=(-12,)),
    Account("harbour_foods", "Harbour Foods LLC", "18 Market Lane", "Annapolis",
            "21401", "us", payable("Luis Medrano"), who="keyaccounts", amount=8700,
            unpaid=(18, -11), late=9),
    Account("harbour_home", "Harbour Home & Garden LLC", "77 Orchard Road", "Towson",
            "21204", "us", payable("Priya Nair"), who="keyaccounts", amount=6100,
            unpaid=(11, -19), late=6),
    Account("harbour_sports", "Harbour Sports LLC", "5 Stadium Way", "Columbia",
            "21044", "us", payable("Grant Whitlock"), who="keyaccounts", amount=3900,
            unpaid=(-8,), late=4),
    Account("harbour_online", "Harbour Online LLC", "200 Quay Street", "Baltimore",
            "21202", "us", payable("Mei Tanaka"), who="keyaccounts", amount=12400,
            unpaid=(6, -24), late=12),
    # Northstar Media Partners: each member is chased for itself
    Account("northstar_partners", "Northstar Media Partners Inc.", "901 Summit Avenue",
            "Minneapolis", "55403", "us", decides("Helen Strand"), who="keyaccounts",
            amount=9800, unpaid=(-5,), late=2),
    Account("northstar_radio", "Northstar Radio LLC", "44 Antenna Hill", "Duluth",
            "55802", "us", payable("Omar Haddad"), who="keyaccounts", amount=14300,
            unpaid=(37, 7, -23), late=14),
    Account("northstar_print", "Northstar Print Works LLC", "310 Mill Street",
            "Saint Cloud", "56301", "us", payable("Agnes Lindqvist"),
            who="keyaccounts", amount=7600, unpaid=(12, -18), late=10),
    Account("northstar_events", "Northstar Events Co.", "12 Lakeside Plaza",
            "Rochester", "55901", "us", payable("Tom Brewster"), who="keyaccounts",
            amount=5400, unpaid=(-14,), late=1),
    # Crestline Hospitality: franchisees
    Account("crestline_hotels", "Crestline Hotels Corp.", "1500 Ridge Boulevard",
            "Denver", "80202", "us", reminders("Paula Whitfield"), amount=4600,
            unpaid=(-3,), late=3),
    Account("crestline_denver", "Crestline Denver Downtown LLC", "88 Blake Street",
            "Denver", "80205", "us", payable("Ian Caldwell"), amount=2900,
            unpaid=(31, 1, -29), late=16),
    Account("crestline_tucson", "Crestline Tucson LLC", "420 Saguaro Drive", "Tucson",
            "85701", "us", payable("Rosa Delgado"), amount=2500, unpaid=(-7,), late=8),
    Account("crestline_boise", "Crestline Boise LLC", "36 Foothill Road", "Boise",
            "83702", "us", payable("Neil Jorgensen"), amount=2700, unpaid=(9, -21),
            late=5),
    # Opened in the next night, or opened and too early for a first step
    Account("alder_books", "Alder & Finch Books", "9 Elm Street", "Portland", "97205",
            "us", payable("Clara Finch"), amount=1350, unpaid=(1, -29)),
    Account("bluefern", "Bluefern Studios", "610 Canyon Road", "Santa Fe", "87501",
            "us", payable("Dario Marchetti"), amount=4200, unpaid=(2, -28), late=2),
    Account("copperleaf", "Copperleaf Toys Inc.", "27 Tinker Row", "Cincinnati",
            "45202", "us", reminders("Hannah Vogel"), amount=3300, unpaid=(3, -27)),
    # First reminder tonight
    Account("drumlin", "Drumlin Outdoor Gear", "58 Trailhead Way", "Burlington",
            "05401", "us", payable("Marcus Pell"), amount=2850, unpaid=(5, -25),
            late=4),
    Account("eastgate", "Eastgate Printing Co.", "1401 Foundry Street", "Cleveland",
            "44114", "us", payable("Yvonne Baxter"), amount=1950, unpaid=(6, -24),
            late=3),
    # Nobody can be written to: a person has to act
    Account("fogline", "Fogline Apparel", "3 Pier Road", "San Francisco", "94111", "us",
            payable("Theo Lam"), amount=5600, unpaid=(5, -25), late=2, email=False),
    # Reminded once
    Account("goldenrod", "Goldenrod Cosmetics", "72 Prairie Avenue", "Omaha", "68102",
            "us", payable("Bettina Cruz"), amount=6400, unpaid=(10, -20), late=7),
    Account("hollis", "Hollis & Rowe Publishing", "15 Beacon Court", "Boston", "02108",
            "us", reminders("Edmund Rowe"), amount=8800, unpaid=(13, -17), late=9,
            who="keyaccounts", tag="key"),
    # Second reminder tonight
    Account("ironbark", "Ironbark Furniture", "400 Sawmill Road", "Asheville", "28801",
            "us", payable("Nadine Price"), amount=7200, unpaid=(15, -15), late=11),
    Account("juniper", "Juniper Lane Stationers", "21 Chapel Street", "New Haven",
            "06510", "us", payable("Simone Archer"), amount=1100, unpaid=(17, -13)),
    # Call tonight, or called
    Account("kestrel", "Kestrel Games Inc.", "8 Arcade Mews", "Austin", "78701", "us",
            decides("Victor Osei", "Owner"), amount=9900, unpaid=(22, -8), late=12),
    Account("lantern", "Lantern Bay Music", "300 Harbor Drive", "San Diego", "92101",
            "us", payable("Gia Romano"), amount=3700, unpaid=(27, -3), late=15),
    # Final notice: waits for approval, or for the printer; a letter has to be printed
    Account("maplewick", "Maplewick Candles", "64 Sugar Hill", "Montpelier", "05602",
            "us", payable("Ruth Elling"), amount=2200, unpaid=(32, 2, -28), late=20),
    Account("nettle", "Nettle & Thorn Beauty", "11 Garden Row", "Savannah", "31401",
            "us", payable("Colin Ashby"), amount=4800, unpaid=(39, 9, -21), late=18),
    Account("oxbow", "Oxbow Brewing Supplies", "2 Riverbend", "Saint Louis", "63102",
            "us", payable("Jonas Keller"), amount=5300, unpaid=(36, 6, -24), late=21),
    # Handed over
    Account("pinecrest", "Pinecrest Party Supply", "90 Balloon Street", "Tulsa",
            "74103", "us", payable("Wanda Bright"), amount=3100,
            unpaid=(64, 34, 4), late=25),
    Account("quarry", "Quarry Road Fitness", "7 Granite Way", "Barre", "05641", "us",
            decides("Scott Ferris", "Managing Partner"), amount=4400,
            unpaid=(95, 65, 35, 5), late=30),
    Account("rivermark", "Rivermark Luggage", "133 Delta Street", "Memphis", "38103",
            "us", payable("Alice Monroe"), amount=6900, unpaid=(118, 88), late=28),
    # Paid a few days ago: closed
    Account("saltbox", "Saltbox Interiors", "14 Wharf Street", "Newport", "02840", "us",
            payable("Peter Lang"), amount=5100, unpaid=(-10,), late=8,
            lately=((20, 3),)),
    Account("thimble", "Thimble & Thread Co.", "48 Loom Street", "Lowell", "01852",
            "us", payable("Irene Kaczmarek"), amount=2600, unpaid=(-16,), late=6,
            lately=((14, 0),)),
    # Pay on time
    Account("umber", "Umber Art Supplies", "5 Palette Place", "Richmond", "23219", "us",
            payable("Leah Stone"), amount=1700, unpaid=(-20,), late=-4),
    Account("vesper", "Vesper Lighting", "260 Lumen Drive", "Hartford", "06103", "us",
            payable("Frank Dunn"), amount=3800, unpaid=(-6,), late=-2),
    # Small amounts
    Account("willow_cafe", "Willow Street Cafe", "31 Willow Street", "Ithaca", "14850",
            "us", payable("Joan Mills", "Owner"), amount=95, unpaid=(21, -9), late=5,
            tag="small", who=""),
    Account("yarrow_florist", "Yarrow Florist", "8 Petal Lane", "Eugene", "97401", "us",
            payable("Ben Yarrow", "Owner"), amount=35, unpaid=(16, -14), tag="small",
            who=""),
    # More to call today
    Account("ebbtide", "Ebbtide Aquariums", "19 Coral Street", "Tampa", "33602", "us",
            payable("Nora Quick"), amount=1900, unpaid=(19, -11), late=8),
    Account("hobnail", "Hobnail Boots Co.", "2 Cobbler Yard", "Milwaukee", "53202",
            "us", payable("Stan Kowal"), amount=2300, unpaid=(24, -6), late=10),
    Account("larkspur", "Larkspur Linens", "81 Weaver Street", "Raleigh", "27601", "us",
            payable("Ivy Marsh"), amount=1450, unpaid=(8, -22), late=4),
    Account("pallas", "Pallas Optics", "500 Prism Avenue", "Salt Lake City", "84101",
            "us", payable("Reed Okoye"), amount=5200, unpaid=(29, -1), late=13),
    Account("quillon", "Quillon Cutlery", "6 Forge Lane", "Sheffield", "35660", "us",
            payable("Faye Turner"), amount=2750, unpaid=(14, -16), late=7),
    Account("sable", "Sable Street Bikes", "77 Spoke Street", "Madison", "53703", "us",
            payable("Arlo Bend"), amount=3150, unpaid=(11, -19), late=6),
    Account("tarn", "Tarn & Tweed", "12 Loch Road", "Seattle", "98101", "us",
            payable("Moira Kerr"), amount=4050, unpaid=(33, 3, -27), late=16),
    Account("wickford", "Wickford Teas", "3 Harbour Court", "Providence", "02903", "us",
            payable("Basil Thorne"), amount=900, unpaid=(7, -23), late=3),
    # Abroad, in euros
    Account("atelier_lune", "Atelier de la Lune SARL", "14 rue des Tanneurs", "Lyon",
            "69002", "fr", payable("Élodie Marchand", "Comptabilité fournisseurs"),
            amount=4100, currency="EUR", unpaid=(19, -11), late=9, lang="fr_FR"),
    Account("brauhaus", "Brauhaus Lindental GmbH", "Lindenallee 3", "Köln", "50667",
            "de", payable("Jürgen Weiß", "Buchhaltung"), amount=6300, currency="EUR",
            unpaid=(8, -22), late=5, who="keyaccounts"),
    Account("tessitura", "Tessitura Bellavista S.r.l.", "Via dei Setaioli 21", "Como",
            "22100", "it", payable("Chiara Fontana", "Amministrazione"), amount=3500,
            currency="EUR", unpaid=(46, 16, -14), late=17, who="keyaccounts"),
    # Customers of the second company
    Account("gansevoort", "Gansevoort Drukkerij B.V.", "Prinsengracht 401",
            "Amsterdam", "1016", "nl", payable("Saskia de Boer"), amount=2800,
            company="europe", who="keyaccounts", unpaid=(12, -18), late=6),
    Account("kilbride", "Kilbride Knitwear Ltd", "6 Weaver Square", "Dublin", "D08",
            "ie", payable("Aoife Brennan"), amount=3600, company="europe",
            who="keyaccounts", unpaid=(33, 3, -27), late=13),
    Account("maison_corbeau", "Maison Corbeau SAS", "3 quai du Port", "Marseille",
            "13002", "fr", payable("Hugo Lefèvre", "Comptabilité"), amount=5900,
            company="europe", who="keyaccounts", unpaid=(5, -25), late=4,
            lang="fr_FR"),
    Account("nordlys", "Nordlys Design Oy", "Satamakatu 12", "Helsinki", "00160", "fi",
            payable("Mika Salonen"), amount=4700, company="europe", who="keyaccounts",
            unpaid=(-9,), late=-1, lately=((18, 2),)),
]

# fmt: on
#: What is sold, for the lines of invoices.
SERVICES = (
    "Licence fee",
    "Catalogue subscription",
    "Merchandise",
    "Design services",
    "Freight",
    "Support plan",
    "Display material",
    "Training days",
)

#: Disputes: account, days past due of the invoice, part (1 is all), reason,
#: days since, closed days ago with a resolution, and what the customer says.
DISPUTES = [
    ("lantern", 27, 0.4, "price", 16, None, "The agreed discount is missing."),
    ("goldenrod", 10, 0.25, "quantity", 4, None, "Two cartons were short."),
    ("nettle", 9, 1, "delivery", 5, None, "Says the goods never arrived."),
    (
        "bluefern",
        2,
        1,
        "duplicate",
        0,
        None,
        "Billed twice, according to the customer.",
    ),
    (
        "rivermark",
        118,
        1,
        "quality",
        100,
        (92, "customer_wrong"),
        "Handles came loose; our tests showed otherwise.",
    ),
    (
        "kestrel",
        22,
        0.1,
        "other",
        14,
        (9, "withdrawn"),
        "Asked about the freight line.",
    ),
    ("kilbride", 33, 0.3, "price", 20, None, "Was quoted the old price list."),
]

#: Promises to pay: account, days past due of the invoice and the part of it (None for
#: the account as a whole, and the amount), made so many days ago, promised for so many
#: days ago (negative is to come), withdrawn days ago or None, and what was said.
PROMISES = [
    ("quarry", 95, 0.25, 56, 49, None, "Pays a quarter once his lender has signed."),
    ("quarry", 65, 1, 40, 33, None, "Said the cheque would be in the post."),
    ("pinecrest", 64, 1, 36, 31, None, "All of it by the end of the week."),
    ("harbour_foods", 18, 0.6, 8, 5, None, "With their next payment run."),
    ("nettle", 39, 0.5, 12, 4, 9, "Took it back: their bank had refused."),
    ("nettle", None, 2000, 3, -4, None, "Two thousand by card, then we talk again."),
    ("kestrel", 22, 0.5, 2, -5, None, "Half of it now, the rest next month."),
    ("tessitura", 46, 0.4, 15, 11, None, "Bonifico a metà mese."),
    ("kilbride", 33, 0.3, 6, -3, None, "Waits for a payment of their own."),
]

#: Part payments: account, days past due of the invoice, part, days ago.
PART_PAYMENTS = [
    ("pinecrest", 64, 0.5, 30),
    ("hollis", 13, 0.3, 6),
    ("quarry", 95, 0.25, 50),
    ("harbour_foods", 18, 0.6, 4),
    ("tessitura", 46, 0.4, 12),
    ("kilbride", 33, 0.2, 8),
]

#: Credit notes: account, amount, days ago, days past due of the invoice it is
#: applied to, or None where it waits to be matched.
CREDIT_NOTES = [
    ("ironbark", 650, 10, None),
    ("northstar_radio", 1800, 15, None),
    ("eastgate", 240, 20, 6),
    ("brauhaus", 900, 5, None),
    ("gansevoort", 300, 3, None),
]

#: Payments that nobody has matched yet: account, amount, days ago.
UNAPPLIED = [
    ("oxbow", 1500, 9),
    ("copperleaf", 500, 1),
    ("harbour_online", 4000, 2),
    ("atelier_lune", 700, 7),
]

#: First digit of a ZIP code -> time zone; most people of such places live in it.
ZONES = {
    **dict.fromkeys("01234", "America/New_York"),
    **dict.fromkeys("567", "America/Chicago"),
    "8": "America/Denver",
    "9": "America/Los_Angeles",
}
#: People whose number nobody has.
UNLISTED = ("fogline", "oxbow", "willow_cafe")

#: National account and account with a limit of their own; account on hold by hand.
LIMITED_GROUP, LIMITED, HELD = "Harbour Retail Group", "copperleaf", "vesper"
