"""Which fields a file may bring, and which column is probably which."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

CONSENT = "marketing"
TAGS = "tags"
ATTRIBUTE = "attribute:"

FIELDS = {
    "name": _("Name"),
    "phone": _("Phone"),
    "document": _("CPF or CNPJ"),
    "email": _("E-mail"),
    "contract": _("Contract"),
    "plan": _("Plan"),
    "due_day": _("Due day"),
    "city": _("City"),
    "neighbourhood": _("Neighbourhood"),
    TAGS: _("Tags"),
    CONSENT: _("Consent: promotions"),
}
# At least one of these tells whom a line is about.
KEYS = ("phone", "document", "contract")

# As other programs of the trade title their columns.
_TITLES = {
    "name": "nome nome_completo nome_cliente cliente razao_social name full_name",
    "phone": "telefone fone tel celular cel whatsapp telefone_celular telefone_1 phone mobile",
    "document": "cpf cnpj cpf_cnpj cpf_ou_cnpj cnpj_cpf documento doc document",
    "email": "email e_mail mail",
    "contract": "contrato numero_do_contrato id_contrato codigo cod_cliente contract",
    "plan": "plano plano_desc nome_plano plan",
    "due_day": "vencimento dia_vencimento dia_de_vencimento dt_venc dia_venc due_day",
    "city": "cidade municipio city",
    "neighbourhood": "bairro neighbourhood neighborhood",
    "tags": "etiquetas etiqueta tags tag",
    "marketing": "aceita_promo aceita_marketing aceita_promocoes marketing opt_in consentimento",
}
_FIELD_OF_TITLE = {title: field for field, titles in _TITLES.items() for title in titles.split()}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for; `is_sure` where its title says so without doubt."""

    field: str = ""
    is_sure: bool = False


def guess_columns(titles: Iterable[str], attributes: dict[str, str]) -> list[Guess]:
    """Return a guess per title. `attributes`: names of the provider's own attributes by key.

    A field is given to one column only, the first that names it.
    """
    own = {_plain(name): f"{ATTRIBUTE}{key}" for key, name in attributes.items()}
    own |= {_plain(key): f"{ATTRIBUTE}{key}" for key in attributes}
    taken: set[str] = set()
    guesses = []
    for title in titles:
        field = _FIELD_OF_TITLE.get(_plain(title)) or own.get(_plain(title), "")
        if field in taken:
            field = ""
        taken |= {field} - {""}
        # A yes in somebody's table is no proof of consent: whoever imports looks at that column.
        guesses.append(Guess(field, is_sure=bool(field) and field != CONSENT))
    return guesses


def _plain(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
