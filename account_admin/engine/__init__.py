"""Decisions and arithmetic of account_admin: plain Python, no Odoo.

Frozen dataclasses in, frozen dataclasses out, ``Decimal`` money, dates passed in.
"""
