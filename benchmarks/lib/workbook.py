"""Reading the workbooks of both sides: one row a customer."""

import io

from openpyxl import load_workbook


def read_rows(content, first, count):
    """Amounts of each customer of the ledger.

    :param bytes content: the workbook; the customer stands in the first column
    :param int first: column of the first amount, from 0
    :param int count: how many amounts
    :return: dict customer's name -> list of amounts rounded to cents, as text
    """
    sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    found = {}
    for row in sheet.iter_rows(values_only=True):
        if row and str(row[0] or "").startswith("Bench "):
            values = row[first : first + count]
            found[row[0]] = [f"{value or 0:.2f}" for value in values]
    return found
