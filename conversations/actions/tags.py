"""Tags themselves: those who configure queues make, rename, colour, join and delete them."""

from django.db import transaction
from django.utils.translation import gettext as _

from conversations.actions.errors import Refused
from conversations.models import Conversation, Customer, Tag

NAME_LENGTH = 40
HUES = range(1, 7)


def get_or_create_tag(*, by, name: str) -> Tag:
    """Return the tag of this name, whatever its case; a new one for those who may make tags.

    Raises Refused.
    """
    name = _cleaned(name)
    found = _named(name)
    if found is not None:
        return found
    if not by.has_perm("conversations.add_tag"):
        raise Refused(_("Only supervisors make new tags. Choose one of the list."), "may_not_add")
    return create_tag(by=by, name=name)


def create_tag(*, by, name: str, hue: int = 1) -> Tag:
    """Make a tag. Raises Refused (no name, a name that is there already, no such colour)."""
    with transaction.atomic():
        return _checked(Tag(), by, "add", name, hue)


def change_tag(tag: Tag, *, by, name: str, hue: int) -> Tag:
    """Rename and colour a tag; whatever has it shows it. Raises Refused."""
    with transaction.atomic():
        return _checked(tag, by, "change", name, hue)


def delete_tag(tag: Tag, *, by) -> None:
    """Delete a tag: customers and conversations lose it; what was recorded keeps its name."""
    _require(by, "delete")
    tag.delete()


def merge_tags(tag: Tag, *, by, into: Tag) -> Tag:
    """Give everything that has `tag` the other one, and delete `tag`. Raises Refused."""
    _require(by, "delete")
    if tag.pk == into.pk:
        raise Refused(_("Choose another tag to join it with."), "same_tag")
    with transaction.atomic():
        locked = Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk]).order_by("pk")
        if len(locked) < 2:
            raise Refused(_("One of the tags is not there any more."), "gone")
        for model, column in ((Conversation, "conversation_id"), (Customer, "customer_id")):
            through = model.tags.through
            rows = through.objects.filter(tag=tag).values_list(column, flat=True)
            through.objects.bulk_create(
                [through(**{column: pk}, tag=into) for pk in rows], ignore_conflicts=True
            )
        tag.delete()
    return into


def _checked(tag: Tag, by, verb: str, name: str, hue: int) -> Tag:
    _require(by, verb)
    name = _cleaned(name)
    if hue not in HUES:
        raise Refused(_("There is no such colour."), "no_hue")
    other = _named(name)
    if other is not None and other.pk != tag.pk:
        raise Refused(
            _("There is a tag %(name)s already. Join the two instead.") % {"name": other}, "taken"
        )
    tag.name, tag.hue = name, hue
    tag.save()
    return tag


def _named(name: str) -> Tag | None:
    # iexact folds only ASCII on SQLite: 'Técnico' and 'TÉCNICO' are compared here.
    by_name = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    return by_name.get(name.casefold())


def _cleaned(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Write the tag's name."), "no_name")
    if len(name) > NAME_LENGTH:
        raise Refused(_("A tag's name has at most %(n)d letters.") % {"n": NAME_LENGTH}, "too_long")
    return name


def _require(by, verb: str) -> None:
    if not by.has_perm(f"conversations.{verb}_tag"):
        raise Refused(_("Your role does not change tags."), "role")
