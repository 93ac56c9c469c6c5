"""The engine's problems in words that a supervisor reads."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bots.engine.problems import Problem

TEXTS = {
    "invalid": gettext_lazy("This is not a flow: %(detail)s"),
    "no_start": gettext_lazy("The flow does not say with which node it begins."),
    "endless_loop": gettext_lazy("From here the flow comes back without waiting for the customer."),
    "unknown_kind": gettext_lazy("There is no kind of node called '%(detail)s'."),
    "dead_end": gettext_lazy("Nothing comes after this node."),
    "missing_branch": gettext_lazy("The way out '%(detail)s' leads nowhere."),
    "missing_target": gettext_lazy("The way out '%(detail)s' leads to a node that does not exist."),
    "unknown_exit": gettext_lazy("This node has no way out '%(detail)s'."),
    "unreachable": gettext_lazy("No way leads to this node."),
    "empty_text": gettext_lazy("This node has no text."),
    "long_text": gettext_lazy("The text is longer than %(detail)s characters."),
    "no_options": gettext_lazy("The menu has no options."),
    "too_many_options": gettext_lazy("WhatsApp shows at most %(detail)s options."),
    "same_option_id": gettext_lazy("Two options have the same id."),
    "same_option_title": gettext_lazy("Two options have the same title."),
    "empty_option": gettext_lazy("An option has no id or no title."),
    "reserved_id": gettext_lazy("The id '%(detail)s' is reserved; choose another one."),
    "long_label": gettext_lazy("'%(detail)s' is too long for WhatsApp."),
    "long_description": gettext_lazy("The description of '%(detail)s' will be cut."),
    "long_id": gettext_lazy("The id '%(detail)s' is too long for WhatsApp."),
    "unknown_answer": gettext_lazy("There is no kind of answer called '%(detail)s'."),
    "no_tests": gettext_lazy("The condition tests nothing."),
    "unknown_test": gettext_lazy("The test on '%(detail)s' cannot be made."),
    "no_time": gettext_lazy("Say how many minutes to wait."),
}


def text_of(problem: Problem) -> str:
    """Return the problem as a sentence, with the node where it is."""
    sentence = str(TEXTS[problem.code]) % {"detail": problem.detail}
    if not problem.node:
        return sentence
    return _("%(node)s: %(problem)s") % {"node": problem.node, "problem": sentence}
