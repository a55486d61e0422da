"""Promises to pay: 500 by the 10th of March with two days of tolerance."""

from odoo import Command

from ..common import CollectionsCommon


class PromiseCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promises = cls.env["collections.promise"]

    def _promise(self, made_on="2026-03-03", amount=500, **vals):
        moves = vals.pop("moves", self.env["account.move"])
        with self._on(made_on):
            return self.promises.create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "amount": amount,
                    "date": "2026-03-10",
                    "move_ids": [Command.set(moves.ids)],
                    **vals,
                }
            )

    def _judge(self, promise, day):
        with self._on(day):
            promise.action_judge()
        return promise[:1].state, promise[:1].received

    def _kinds(self):
        kinds = self._cases().event_ids.sorted("id").mapped("kind")
        return [kind for kind in kinds if kind.startswith("promise")]
