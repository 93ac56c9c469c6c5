"""Reads url_table.py: what is to be answered to whom, as a status or `login`."""

from dataclasses import dataclass, field

from helpdesk.tests.url_table import ADDRESSES, PAGES, TABLES

ROLES = ["anonymous", "viewer", "agent", "supervisor", "admin"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
SHORT = {"ANY": METHODS, "POST+": ["POST", "PUT"]}
# Asked before anything else is looked at: the method, or whether there is such a thing.
FIRST = ("login", "403")


@dataclass
class Page:
    """The lines of one address."""

    name: str
    things: list[str]
    answers: dict[str, dict[str, str]] = field(default_factory=dict)  # method -> role -> cell

    def expected(self, method: str, role: str, *, is_gone: bool, htmx: bool) -> str:
        """Return what to answer; `is_gone` when one of its things is missing or foreign."""
        role = "agent" if role == "stranger" else role
        if method not in self.answers:
            first = next(iter(self.answers.values()))[role]
            return first if first in FIRST and self.asks_first else "405"
        cell = self.answers[method][role]
        if is_gone and cell not in (*FIRST, "405"):
            return "404"
        plain, _bar, fragment = {"reads": "403"}.get(cell, cell).partition("|")
        return fragment if htmx and fragment else plain

    @property
    def asks_first(self) -> bool:
        """Whether it asks who is there: not at public addresses, which may say 403 to all."""
        return any(cells["anonymous"] == "login" for cells in self.answers.values())


def pages() -> dict[str, Page]:
    """Return the pages of the table by name."""
    found: dict[str, Page] = {}
    for line in _lines(PAGES):
        address, *answers = line.rsplit(None, len(ROLES))
        address, _space, methods = address.rpartition(" ")
        name, *things = address.replace(">", "").split("<")
        name = name.strip()
        page = found.setdefault(name, Page(name, [thing.strip() for thing in things]))
        for method in SHORT.get(methods, methods.split(",")):
            page.answers[method] = dict(zip(ROLES, answers, strict=True))
    return found


@dataclass(frozen=True)
class Table:
    """A line of the administration's tables."""

    rights: dict[str, str]  # role -> letters
    gone: str  # what is answered where there is no row

    def expected(self, verb: str, method: str, role: str, *, is_gone: bool) -> str:
        """Return what one of the six addresses of a table answers."""
        rights = self.rights.get(role)
        if rights is None:
            return "login"
        if verb == "view":  # leads to `change`, whatever there is
            return "302"
        if is_gone and verb == "history":
            return "302" if "v" in rights else "403"
        need = {"add": "a", "delete": "d"}.get(verb, "v")
        if verb == "change" and method == "POST":
            need = "c"
        if need not in rights:
            return "403"
        if is_gone:
            return self.gone
        # Templates are deleted by the button alone, all others asked about first.
        return "302" if (verb, method, self.gone) == ("delete", "POST", "404") else "200"


def tables() -> dict[str, Table]:
    """Return the administration's tables by 'app.model'."""
    found = {}
    for line in _lines(TABLES):
        name, supervisor, admin, rows = line.split()
        gone = "404" if rows == "404" else "302"
        found[name] = Table({"supervisor": supervisor, "admin": admin}, gone)
    return found


def address_with(name: str, sample: str, keys: list) -> str:
    """Return a sample address with the keys of its things in place, in their order."""
    address = ADDRESSES.get(name, sample)
    for key in keys:
        for placeholder in ("01a1f956-cf72-78f4-8a47-fb6dc2d2ce8a", "/x/", "/1/"):
            if placeholder in address:
                slashes = "/" if placeholder.startswith("/") else ""
                address = address.replace(placeholder, f"{slashes}{key}{slashes}", 1)
                break
    return address


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
