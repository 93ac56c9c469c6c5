"""Which bots, rules and flows a person sees in the administration, and which they may change.

Administrators everything; supervisors what serves channels that lead to their queues.
"""

from collections import defaultdict

from django.db.models import F, Q, QuerySet

from bots.models import Bot, Flow, FlowVersion, KeywordRule, VersionState
from conversations.models import Channel, Queue


def bots_seen(user) -> QuerySet[Bot]:
    """Bots of a channel of theirs, and those that answer wherever no other does."""
    if user.is_admin:
        return Bot.objects.all()
    own = Bot.channels.through.objects.filter(channel__in=Channel.objects.for_user(user))
    for_all = Q(is_default=True) | Q(channels__isnull=True)
    return Bot.objects.filter(Q(pk__in=own.values("bot")) | for_all).distinct()


def bots_to_change(user) -> QuerySet[Bot]:
    """Bots that answer on channels of theirs alone."""
    if user.is_admin:
        return Bot.objects.all()
    foreign = Bot.channels.through.objects.filter(channel__in=_foreign(Channel, user))
    return (
        Bot.objects.filter(is_default=False, channels__isnull=False)
        .exclude(pk__in=foreign.values("bot"))
        .distinct()
    )


def rules_seen(user) -> QuerySet[KeywordRule]:
    """Rules of the bots that they see."""
    return KeywordRule.objects.filter(bot__in=bots_seen(user))


def rules_to_change(user) -> QuerySet[KeywordRule]:
    """Rules of the bots that they change, but for those that name what a form of theirs cannot."""
    rules = KeywordRule.objects.filter(bot__in=bots_to_change(user))
    if user.is_admin:
        return rules
    queues, channels = _foreign(Queue, user), _foreign(Channel, user)
    for_queues = KeywordRule.queues.through.objects.filter(queue__in=queues)
    on_channels = KeywordRule.channels.through.objects.filter(channel__in=channels)
    return rules.exclude(
        Q(queue__in=queues)
        | Q(pk__in=for_queues.values("keywordrule"))
        | Q(pk__in=on_channels.values("keywordrule"))
    )


def flows_seen(user) -> QuerySet[Flow]:
    """Flows of the bots that they see, and those that no bot uses."""
    if user.is_admin:
        return Flow.objects.all()
    unused = ~Q(pk__in=_used_by(Bot.objects.all()).values("pk"))
    return Flow.objects.filter(unused | Q(pk__in=_used_by(bots_seen(user)).values("pk")))


def flows_to_change(user) -> QuerySet[Flow]:
    """Flows that no bot uses but those that they change."""
    if user.is_admin:
        return Flow.objects.all()
    others = Bot.objects.exclude(pk__in=bots_to_change(user).values("pk"))
    return Flow.objects.exclude(pk__in=_used_by(others).values("pk"))


def _used_by(bots) -> QuerySet[Flow]:
    """Flows that these bots begin with, those of their rules, and all that they jump to from there."""
    rules = KeywordRule.objects.filter(bot__in=bots.values("pk"), flow__isnull=False)
    named = Flow.objects.filter(
        Q(pk__in=bots.order_by().values("flow")) | Q(pk__in=rules.order_by().values("flow"))
    )
    return Flow.objects.filter(key__in=_reached_from(set(named.values_list("key", flat=True))))


def _reached_from(keys: set[str]) -> set[str]:
    jumps = defaultdict(set)
    in_use = FlowVersion.objects.filter(Q(pk=F("flow__published")) | Q(state=VersionState.DRAFT))
    for key, definition in in_use.values_list("flow__key", "definition"):
        jumps[key] |= _jump_targets(definition)
    reached, ahead = set(), keys
    while ahead:
        reached |= ahead
        ahead = set().union(*(jumps[key] for key in ahead)) - reached
    return reached


def _jump_targets(definition) -> set[str]:
    """Keys of the flows that a definition jumps to; a draft may be of any shape."""
    nodes = definition.get("nodes") if isinstance(definition, dict) else None
    found = (
        [node for node in nodes.values() if isinstance(node, dict)]
        if isinstance(nodes, dict)
        else []
    )
    data = [node.get("data") for node in found if node.get("kind") == "jump"]
    targets = [one.get("flow") for one in data if isinstance(one, dict)]
    return {target for target in targets if isinstance(target, str)}


def _foreign(model, user) -> QuerySet:
    return model.objects.exclude(pk__in=model.objects.for_user(user).values("pk"))
