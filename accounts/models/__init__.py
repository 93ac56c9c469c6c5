from accounts.models.audit import AuditEntry
from accounts.models.invitations import Invitation
from accounts.models.presence import PresenceEntry
from accounts.models.sessions import UserSession
from accounts.models.settings import SiteSetting, site_setting
from accounts.models.users import User

__all__ = [
    "AuditEntry",
    "Invitation",
    "PresenceEntry",
    "SiteSetting",
    "User",
    "UserSession",
    "site_setting",
]
