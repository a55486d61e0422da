"""A licensor with a contract and an expected statement, and files to import."""

import csv
import io
from datetime import date

import openpyxl

from odoo import Command

from ...models.base.next_odoo import to_binary
from ..common import CollectionsCommon

HEADER = (
    ["Invoice Date", "SKU", "Description", "Category", "Territory", "Channel"]
    + ["Sale Type", "Currency", "Units", "Gross Sales", "Returns"]
    + ["Net Sales", "Royalty Rate", "Royalty"]
)
SALE = [
    date(2026, 4, 15),
    "BEAR-1",
    "Bear",
    "Test Toys",
    "United States",
    "Test Online",
] + [
    "Domestic",
    "USD",
    10,
    100.0,
    0,
    100.0,
    "8%",
    8.0,
]


def sale(**changes):
    """A row of the file; a key is a header with underscores."""
    row = dict(zip(HEADER, SALE, strict=True))
    row |= {name.replace("_", " "): value for name, value in changes.items()}
    return list(row.values())


def xlsx(*rows, header=HEADER, change=None):
    """A workbook with a header and rows; ``change`` gets the openpyxl sheet."""
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    if change:
        change(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_file(*rows, header=HEADER, encoding="utf-8", delimiter=","):
    """A CSV file with a header and rows."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([header, *rows])
    return buffer.getvalue().encode(encoding)


class LicensingImportCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("account_admin.group_licensing_manager")
        cls.licensee = cls._customer("Toy Works")
        cls.category = cls.env["licensing.category"].create({"name": "Test Toys"})
        cls.channel = cls.env["licensing.channel"].create({"name": "Test Online"})
        cls.brand = cls.env["licensing.property"].create({"name": "Bruno"})
        cls.product = cls._product("BEAR-1", property_id=cls.brand.id)
        cls.contract = cls.env["licensing.contract"].create(
            {
                "name": "LC/2026/0001",
                "title": "Plush",
                "partner_id": cls.licensee.id,
                "currency_id": cls.env.ref("base.USD").id,
                "date_start": "2026-01-01",
                "date_end": "2027-12-31",
                "grant_ids": [Command.create({})],
                "rate_ids": [Command.create({"rate": 8})],
            }
        )
        cls.statement = cls._statement("2026-04-01", "2026-06-30")
        cls.profile = cls.env["licensing.import.profile"]._get_for(cls.contract)

    @classmethod
    def _product(cls, sku, **vals):
        return cls.env["licensing.product"].create(
            {"sku": sku, "name": sku, "partner_id": cls.licensee.id, **vals}
        )

    @classmethod
    def _statement(cls, start, end):
        return cls.env["licensing.statement"].create(
            {
                "contract_id": cls.contract.id,
                "date_start": start,
                "date_end": end,
            }
        )

    @classmethod
    def _upload(cls, content, filename="report.xlsx", statement=None):
        return cls.env["licensing.import"].create(
            {
                "statement_id": (statement or cls.statement).id,
                "file": to_binary(content),
                "filename": filename,
            }
        )

    @classmethod
    def _read(cls, content, filename="report.xlsx", **kwargs):
        """A file that was uploaded and read."""
        found = cls._upload(content, filename, **kwargs)
        found.action_read()
        return found

    @classmethod
    def _submit(cls, *rows, **kwargs):
        found = cls._read(xlsx(*rows), **kwargs)
        found.action_submit()
        return found
