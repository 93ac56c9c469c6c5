"""The page of tags: all of them, and how many customers and conversations have each."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from conversations.models import Conversation, Customer, Tag
from conversations.search import plain


def page_for(words: str) -> dict:
    """Return the page's facts: the tags whose name has the words, most used first."""
    rows = [tag for tag in counted() if plain(words.strip()) in plain(tag.name)]
    rows.sort(key=lambda tag: (-tag.conversations_count, plain(tag.name)))
    most = max((tag.conversations_count for tag in rows), default=0)
    for tag in rows:
        tag.share = round(100 * tag.conversations_count / most) if most else 0
    return {"section": "tags", "tags": rows, "words": words, "count": Tag.objects.count()}


def counted():
    """Return the tags with how often they are used."""
    return Tag.objects.annotate(
        conversations_count=_uses(Conversation.tags.through),
        customers_count=_uses(Customer.tags.through),
    )


def others(tag: Tag):
    """Return the tags it could be joined with."""
    return Tag.objects.exclude(pk=tag.pk)


def _uses(through):
    rows = through.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
    counts = rows.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)
