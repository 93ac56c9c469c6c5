"""Filters of the conversation list, as addresses say them: what the list's benchmark walks through.

Tab by filters by order. Places in braces (`{queue}`, `{channel}`, `{agent}`, `{tag}`, `{city}`) are
filled in by whoever measures, with what its data have; see `conversations/list_filters.py` for the
names.
"""

COMBINATIONS: dict[str, str] = {
    # Tabs as they open
    "mine": "tab=mine",
    "waiting": "tab=waiting",
    "bot": "tab=bot",
    "all": "tab=all",
    "closed": "tab=closed",
    # The other order
    "mine, longest waiting": "tab=mine&sort=waiting",
    "waiting, newest": "tab=waiting&sort=newest",
    "bot, longest waiting": "tab=bot&sort=waiting",
    "all, longest waiting": "tab=all&sort=waiting",
    # One filter
    "mine, unread": "tab=mine&unread=1",
    "mine, snoozed": "tab=mine&snoozed=1",
    "waiting, queue": "tab=waiting&queue={queue}",
    "waiting, queue, newest": "tab=waiting&queue={queue}&sort=newest",
    "waiting, channel": "tab=waiting&channel={channel}",
    "waiting, tag": "tab=waiting&tag={tag}",
    "waiting, urgent": "tab=waiting&priority=3",
    "waiting, city": "tab=waiting&city={city}",
    "bot, queue": "tab=bot&queue={queue}",
    "bot, channel": "tab=bot&channel={channel}",
    "all, queue": "tab=all&queue={queue}",
    "all, queue, longest waiting": "tab=all&queue={queue}&sort=waiting",
    "all, agent": "tab=all&agent={agent}",
    "all, agent, longest waiting": "tab=all&agent={agent}&sort=waiting",
    "all, nobody's": "tab=all&agent=none",
    "all, tag": "tab=all&tag={tag}",
    "all, state active": "tab=all&state=active",
    "all, state queued, longest waiting": "tab=all&state=queued&sort=waiting",
    "all, unread": "tab=all&unread=1",
    "all, city": "tab=all&city={city}",
    "all, snoozed": "tab=all&snoozed=1",
    "all, high priority, longest waiting": "tab=all&priority=2&sort=waiting",
    "all, of some days": "tab=all&from=2026-03-02&until=2026-03-04",
    "closed, queue": "tab=closed&queue={queue}",
    "closed, channel": "tab=closed&channel={channel}",
    "closed, agent": "tab=closed&agent={agent}",
    "closed, tag": "tab=closed&tag={tag}",
    "closed, city": "tab=closed&city={city}",
    "closed, of a day": "tab=closed&from=2026-03-02&until=2026-03-02",
    "closed, before a day": "tab=closed&until=2026-01-31",
    # Several filters
    "waiting, queue and tag": "tab=waiting&queue={queue}&tag={tag}",
    "waiting, queue, channel, unread": "tab=waiting&queue={queue}&channel={channel}&unread=1",
    "all, queue and agent": "tab=all&queue={queue}&agent={agent}",
    "all, queue, tag, longest waiting": "tab=all&queue={queue}&tag={tag}&sort=waiting",
    "all, city and tag": "tab=all&city={city}&tag={tag}",
    "closed, queue and a month": "tab=closed&queue={queue}&from=2026-02-01&until=2026-02-28",
    "closed, agent, tag and a month": (
        "tab=closed&agent={agent}&tag={tag}&from=2026-02-01&until=2026-02-28"
    ),
    "closed, queue, city, priority": "tab=closed&queue={queue}&city={city}&priority=2",
    "closed, channel, agent, city, days": (
        "tab=closed&channel={channel}&agent={agent}&city={city}&from=2026-01-01&until=2026-03-31"
    ),
    "all, everything at once": (
        "tab=all&queue={queue}&channel={channel}&agent={agent}&tag={tag}&city={city}"
        "&state=active&unread=1&priority=1&from=2026-01-01&until=2026-12-31&sort=waiting"
    ),
}
