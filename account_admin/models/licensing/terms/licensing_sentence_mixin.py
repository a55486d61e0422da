from odoo import api, fields, models


class LicensingSentenceMixin(models.AbstractModel):
    """Something that was found, told in a sentence by its code.

    Models give a text a code, and what stands in its places.
    """

    _name = "licensing.sentence.mixin"
    _description = "Found, and Told in a Sentence"

    #: The field of the code, then those whose values stand in the sentence.
    _sentence_fields = ("code",)

    sentence = fields.Char(compute="_compute_sentence")

    @api.depends(lambda self: self._sentence_fields)
    def _compute_sentence(self):
        texts = self._get_sentences()
        for found in self:
            code = found[self._sentence_fields[0]]
            found.sentence = texts[code] % found._get_places()

    @api.model
    def _get_sentences(self):
        """What each code says, with places for values.

        :return: dict code -> text
        """
        return {}

    def _get_places(self):
        """What stands in the places of one sentence: dict name -> value."""
        self.ensure_one()
        return {}
