"""What each role may do, as Django permissions: the one definition for pages, admin and API.

Where somebody may do it (which queues) is not said here but by the querysets' `for_user`.
Names are strings because the models they name stand on the floors above.
"""

from accounts.models.settings import site_setting
from accounts.models.users import Role

VIEW, CHANGE, ADD, DELETE = "view", "change", "add", "delete"
EVERYTHING = (VIEW, ADD, CHANGE, DELETE)


def permissions(app: str, models: str, *verbs: str) -> frozenset[str]:
    """Return 'app.verb_model' for each verb and each of the space-separated models."""
    return frozenset(f"{app}.{verb}_{model}" for model in models.split() for verb in verbs)


READS_CONVERSATIONS = permissions(
    "conversations",
    "conversation message attachment customer contact conversationevent queue tag closingreason"
    " cannedresponse",
    VIEW,
)
WORKS_CONVERSATIONS = (
    permissions("conversations", "conversation customer", CHANGE)
    | permissions("conversations", "message", ADD, CHANGE)
    | permissions("conversations", "cannedresponse", *EVERYTHING)
)
READS_REPORTS = frozenset({"reports.view_report"})
CONFIGURES_QUEUES = (
    permissions("conversations", "channel queue", VIEW, ADD, CHANGE)
    | permissions(
        "conversations",
        "queuemembership businesshours holiday slapolicy closingreason cannedresponse tag template",
        *EVERYTHING,
    )
    | permissions("conversations", "waba attributedefinition customeridentity", VIEW)
    | permissions("conversations", "customerimport", VIEW, ADD)
    | permissions("accounts", "user presenceentry", VIEW)
)
CONFIGURES_BOTS = permissions("bots", "bot flow flowversion", VIEW, ADD, CHANGE) | permissions(
    "bots", "keywordrule", *EVERYTHING
)
RUNS_CAMPAIGNS = permissions("campaigns", "campaign", VIEW, ADD, CHANGE) | permissions(
    "campaigns", "recipient", VIEW
)

ROLE_PERMISSIONS = {
    Role.VIEWER: READS_CONVERSATIONS | READS_REPORTS,
    Role.AGENT: READS_CONVERSATIONS | WORKS_CONVERSATIONS,
    Role.SUPERVISOR: READS_CONVERSATIONS
    | WORKS_CONVERSATIONS
    | READS_REPORTS
    | CONFIGURES_QUEUES
    | CONFIGURES_BOTS
    | RUNS_CAMPAIGNS,
}


READS_AUDIT = permissions("accounts", "auditentry", VIEW)
SEES_ALL_CUSTOMERS = frozenset({"conversations.see_all_customers"})


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do. Administrators are not listed: they may do everything."""
    permitted = ROLE_PERMISSIONS.get(role, frozenset())
    if role == Role.SUPERVISOR and site_setting("supervisors_read_audit"):
        permitted |= READS_AUDIT
    if role == Role.SUPERVISOR and site_setting("supervisors_see_all_customers"):
        permitted |= SEES_ALL_CUSTOMERS
    return permitted
