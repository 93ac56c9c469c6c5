"""Every key that does something, once: the help lists it, the browser and the command bar obey it.

`does` says how a key works (static/js/behaviours/shortcuts.js):
  press   the element with this `data-key` is clicked, if one may
  go      the page `address` is opened
  ''      the element with the cursor sees to it; here it is only listed
Other words are functions of the browser's own.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One line of the help. `keys`: pressed after one another, or with + at once."""

    keys: str
    label: str
    does: str = "press"
    icon: str = ""
    page: str = ""
    permission: str = ""

    @property
    def caps(self) -> list[str]:
        """The keys as they are drawn, one by one."""
        return [_CAPS.get(key, key) for key in self.keys.replace("+", " ").split()]

    @property
    def address(self) -> str:
        """Where it leads; '' where there is no such page."""
        try:
            return reverse(self.page) if self.page else ""
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the help with its lines."""

    title: str
    shortcuts: tuple[Shortcut, ...]


_CAPS = {"ctrl": "Ctrl", "shift": "Shift", "Enter": "↵", "Escape": "Esc"}

CONVERSATION = (
    Shortcut("a", _("Take"), icon="hand"),
    Shortcut("t", _("Transfer"), icon="arrow-right-left"),
    Shortcut("s", _("Snooze"), icon="alarm-clock"),
    Shortcut("e", pgettext_lazy("conversation", "Close"), icon="check"),
    Shortcut("f", _("Give back to the queue"), icon="undo-2"),
    Shortcut("b", _("Give back to the bot"), icon="bot"),
    Shortcut("p", _("Priority"), icon="flag"),
    Shortcut("l", _("Tags"), icon="tag"),
    Shortcut("r", _("Reopen"), icon="rotate-ccw"),
)
PAGES = (
    Shortcut("g c", _("Inbox"), "go", "inbox", "conversations:inbox"),
    Shortcut("g e", _("Team"), "go", "messages-square", "conversations:team"),
    Shortcut("g u", _("Customers"), "go", "users", "conversations:customers"),
    Shortcut("g r", _("Canned responses"), "go", "zap", "conversations:canned"),
    Shortcut("g d", _("Scheduled messages"), "go", "calendar-clock", "conversations:scheduled"),
    Shortcut("g l", _("Tags"), "go", "tag", "conversations:tags", "conversations.change_tag"),
    Shortcut(
        "g n", _("Numbers"), "go", "phone", "conversations:channels", "conversations.view_channel"
    ),
    Shortcut("g m", _("My profile"), "go", "circle-user", "accounts:profile"),
)
GROUPS = (
    Group(
        _("Anywhere"),
        (
            Shortcut("ctrl+k", _("Go to a customer, protocol, page or action"), "command"),
            Shortcut("?", _("This help"), "help"),
            Shortcut("z", _("Undo what was done last")),
            Shortcut("Escape", _("Close, and give the focus back"), ""),
        ),
    ),
    Group(
        _("List of conversations"),
        (
            Shortcut("j", _("Next"), "next"),
            Shortcut("k", _("Previous"), "previous"),
            Shortcut("Enter", _("Open"), ""),
            Shortcut("o", _("Peek without marking as read")),
            Shortcut("x", _("Select; then actions for all of them")),
        ),
    ),
    Group(_("Conversation"), CONVERSATION),
    Group(
        _("Write"),
        (
            Shortcut("/", _("Go to the text; there, canned responses"), "write"),
            Shortcut("n", _("Internal note; there, @ names a colleague"), "note"),
            Shortcut("Enter", _("Send"), ""),
            Shortcut("shift+Enter", _("New line"), ""),
            Shortcut("ctrl+Enter", _("Send"), ""),
            Shortcut("ctrl+shift+s", _("Send later")),
            Shortcut("ctrl+e", _("Emoji")),
        ),
    ),
    Group(_("Pages"), PAGES),
)


def shortcuts_for(user) -> list[Group]:
    """Return the groups with the lines that this person can use; pages that do not exist are out."""
    return [
        Group(group.title, tuple(one for one in group.shortcuts if is_for(one, user)))
        for group in GROUPS
    ]


def is_for(shortcut: Shortcut, user) -> bool:
    """Whether this person can use it."""
    if shortcut.permission and not user.has_perm(shortcut.permission):
        return False
    return bool(shortcut.address) if shortcut.does == "go" else True
