"""Names and numbers of the licensing demo: six contracts over two years.

Quarters are counted back from the last one that is over: 0 is the oldest of eight.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Licensee:
    key: str
    name: str
    country: str
    city: str
    contact: str
    domain: str
    products: tuple  # (sku, name, property, category)


@dataclass(frozen=True)
class Contract:
    """One contract.

    :param rates: values of ``licensing.rate``; names of properties, categories and
        channels are keys of the lists below
    :param quarters: gross sales of each quarter that was reported, the oldest first
    :param returned: share of the sales of a quarter that came back, by its number
    :param extra: other fields of the contract
    """

    key: str
    title: str
    licensee: str
    quarters: tuple
    grants: tuple
    rates: tuple
    commitments: tuple = ()
    deductions: tuple = ()
    fees: tuple = ()
    returned: dict = field(default_factory=dict)
    extra: dict = field(default_factory=dict)
    currency: str = "USD"


PROPERTIES = (
    ("harbour", "Harbour Friends", None),
    ("bear", "Captain Bear", "harbour"),
    ("fox", "First Mate Fox", "harbour"),
    ("gull", "Gertie Gull", "harbour"),
    ("compass", "Compass & Co.", None),
)
CATEGORIES = (
    ("toys", "Toys", None),
    ("plush", "Plush", "toys"),
    ("games", "Games & Puzzles", "toys"),
    ("apparel", "Apparel", None),
    ("publishing", "Publishing", None),
    ("party", "Party Goods", None),
    ("home", "Home & Kitchen", None),
)
CHANNELS = (
    ("mass", "Mass Market", None),
    ("specialty", "Specialty", None),
    ("online", "Online", None),
    ("direct", "Direct to Consumer", "online"),
)
LICENSEES = (
    Licensee(
        "toyworks",
        "Toy Works Ltd.",
        "us",
        "Providence",
        "Ruth Okafor",
        "toyworks.example",
        (
            ("TW-100", "Captain Bear, 30 cm", "bear", "plush"),
            ("TW-101", "Captain Bear, 60 cm", "bear", "plush"),
            ("TW-110", "First Mate Fox, 30 cm", "fox", "plush"),
            ("TW-200", "Harbour puzzle, 500 pieces", "harbour", "games"),
        ),
    ),
    Licensee(
        "penpress",
        "Pen & Press Publishing",
        "us",
        "Chicago",
        "Marta Silva",
        "penpress.example",
        (
            ("PP-BEAR", "Captain Bear sets sail", "bear", "publishing"),
            ("PP-FOX", "Fox at the helm", "fox", "publishing"),
        ),
    ),
    Licensee(
        "northwear",
        "Northwear Apparel",
        "us",
        "Portland",
        "Jonas Weiss",
        "northwear.example",
        (
            ("NW-TEE", "Compass tee", "compass", "apparel"),
            ("NW-HOOD", "Compass hoodie", "compass", "apparel"),
        ),
    ),
    Licensee(
        "confetti",
        "Confetti Party Supply",
        "us",
        "Austin",
        "Lena Fischer",
        "confetti.example",
        (
            ("CP-BANNER", "Harbour banner", "harbour", "party"),
            ("CP-PLATES", "Gertie Gull plates", "gull", "party"),
        ),
    ),
    Licensee(
        "hearth",
        "Hearth & Kettle",
        "us",
        "Boston",
        "Amir Haddad",
        "hearth.example",
        (("HK-MUG", "Gertie Gull mug", "gull", "home"),),
    ),
    Licensee(
        "albion",
        "Albion Games PLC",
        "uk",
        "Bristol",
        "Imogen Price",
        "albion.example",
        (
            ("AG-CARD", "Harbour card game", "harbour", "games"),
            ("AG-BOARD", "Compass board game", "compass", "games"),
        ),
    ),
)
CONTRACTS = (
    Contract(
        "plush",
        "Plush and puzzles",
        "toyworks",
        (210_000, 180_000, 240_000, 390_000, 230_000, 205_000, 270_000, 420_000),
        grants=(
            {"properties": ("harbour",), "categories": ("toys",), "exclusive": True},
        ),
        rates=(
            {"name": "Toys", "rate": 8, "tiers": ((500_000, 10), (900_000, 11))},
            {"name": "Toys online", "rate": 9, "channels": ("online",)},
        ),
        commitments=(
            {"name": "First year", "year": 0, "guarantee": 60_000, "advance": 20_000},
            {"name": "Second year", "year": 1, "guarantee": 70_000, "advance": 25_000},
        ),
        fees=({"name": "Common marketing fund", "percent": 2},),
        extra={
            "notice_from_days": 270,
            "notice_until_days": 90,
            "renewal_minimum": 150_000,
            "ends": 250,
        },
    ),
    Contract(
        "books",
        "Picture books",
        "penpress",
        (60_000, 72_000, 55_000, 96_000, 64_000, 70_000, 58_000, 88_000),
        grants=({"properties": ("bear", "fox"), "categories": ("publishing",)},),
        rates=({"name": "Books", "rate": 10, "minimum": 0.25},),
        # one pool for both books: the stronger one carries the weaker one
        commitments=(
            {
                "name": "Bear and Fox together",
                "guarantee": 75_000,
                "advance": 30_000,
                "properties": ("bear", "fox"),
            },
        ),
        extra={
            "ends": 400,
            "renewal_minimum": 60_000,
            "notice_from_days": 330,
            "notice_until_days": 120,
        },
    ),
    Contract(
        "apparel",
        "Compass apparel",
        "northwear",
        (150_000, 165_000, 140_000, 230_000, 170_000, 182_000, 160_000, 0),
        grants=({"properties": ("compass",), "categories": ("apparel",)},),
        rates=(
            {"name": "Domestic", "rate": 10, "sale_type": "domestic"},
            {"name": "FOB", "rate": 12, "sale_type": "fob"},
        ),
        deductions=({"name": "Returns and allowances", "cap": 10},),
        extra={"ends": 700, "interest": 12, "report_days": 20},
    ),
    Contract(
        "party",
        "Party goods",
        "confetti",
        (40_000, 22_000, 31_000, 58_000, 12_000, 26_000, 33_000, 61_000),
        grants=({"properties": ("harbour",), "categories": ("party",)},),
        rates=({"name": "Party goods", "rate": 9},),
        # what was sold for the holidays comes back in the first quarter
        returned={4: 1.4},
        extra={"ends": 480},
    ),
    Contract(
        "mugs",
        "Gertie Gull at breakfast",
        "hearth",
        (48_000, 52_000, 50_000, 76_000, 51_000, 47_000, 55_000, 18_000),
        grants=({"properties": ("gull",), "categories": ("home",)},),
        rates=({"name": "Mugs", "rate": 7},),
        commitments=({"name": "Whole term", "guarantee": 28_000},),
        # over already: stock is being sold off
        extra={"ends": -40, "sell_off_days": 180},
    ),
    Contract(
        "games",
        "Card and board games",
        "albion",
        (90_000, 84_000, 97_000, 160_000, 88_000, 102_000, 95_000, 150_000),
        grants=(
            {
                "properties": ("harbour", "compass"),
                "categories": ("games",),
                "override_reason": "Toy Works agreed to it in writing.",
            },
        ),
        rates=(
            {"name": "Games", "rate": 8, "tiers": ((300_000, 9),)},
            {"name": "Direct", "rate": 12, "sale_type": "direct"},
        ),
        currency="EUR",
        extra={
            "ends": 330,
            "withholding": 10,
            "fx_rule": "period_end",
            "notice_until_days": 300,
            "renewal_minimum": 90_000,
            "notice_from_days": 360,
        },
    ),
)
#: (contract, quarter, what its sales are multiplied by when it is restated)
RESTATED = ("games", 5, 1.08)
#: (contract, quarter in which it begins): FOB and domestic rates rise by one point
AMENDED = ("apparel", 5)
