"""Errors and warnings of an import as people read them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

UNREADABLE = {
    "too_large": gettext_lazy("The file is larger than 50 MB. Divide it and import the parts."),
    "too_many_lines": gettext_lazy("The file has more than 200,000 lines. Divide it."),
    "too_many_columns": gettext_lazy("The file has more than 100 columns. Leave out what is not needed."),
    "empty": gettext_lazy("The first line of the file is empty: it has to hold the columns' titles."),
    "broken": gettext_lazy("The file is damaged. Save it again as XLSX or CSV and try once more."),
    "not_a_table": gettext_lazy("This is neither a CSV nor an XLSX file."),
}  # fmt: skip
_SENTENCES = {
    "no_key": gettext_lazy("Neither phone nor CPF, CNPJ or contract: nobody would be found again"),
    "no_name": gettext_lazy("A new customer needs a name or a phone"),
    "bad_phone": gettext_lazy("This is no telephone number"),
    "landline": gettext_lazy("A landline: comes in, and probably has no WhatsApp"),
    "bad_document": gettext_lazy("The CPF or CNPJ does not check out: a digit is wrong"),
    "bad_email": gettext_lazy("This is no e-mail address"),
    "bad_day": gettext_lazy("The due day has to be a number from 1 to 31"),
    "bad_yes_no": gettext_lazy("Write yes or no for the consent"),
    "two_customers": gettext_lazy("Phone and document belong to two different customers: join them first"),
    "erased": gettext_lazy("This customer's data were erased at their request"),
    "meanwhile": gettext_lazy("Somebody changed this customer at the same moment; import the line again"),
}  # fmt: skip
_WITH_FACT = {
    "too_long": gettext_lazy("Too long: %s"),
    "bad_attribute": gettext_lazy("Not a valid value: %s"),
    "same_as_line": gettext_lazy("The same customer as in line %s: the later line counts"),
}


def sentence(trouble: list) -> str:
    """Return an error or warning, [code, fact], as a sentence in the reader's language."""
    code, fact = trouble
    if code == "short_phone":
        digits = int(fact)
        return ngettext(
            "A phone of %(n)d digit: area code and number are needed",
            "A phone of %(n)d digits: area code and number are needed",
            digits,
        ) % {"n": digits}
    if code in _WITH_FACT:
        return str(_WITH_FACT[code]) % _(fact)
    return str(_SENTENCES[code])
