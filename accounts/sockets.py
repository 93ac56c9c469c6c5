"""Who may open a websocket: nobody whose session is over, and nobody who has to do something first."""

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from accounts.middleware import first_things
from accounts.models import UserSession


class ReadyPeopleOnly:
    """Takes away who it is, as if nobody had logged in; the consumer then closes the socket."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if not await is_ready(scope["user"], scope["session"].session_key):
            scope = {**scope, "user": AnonymousUser()}
        return await self.application(scope, receive, send)


@database_sync_to_async
def is_ready(user, session_key: str | None) -> bool:
    if not user.is_authenticated:
        return False
    is_over = UserSession.objects.stale().filter(session_key=session_key).exists()
    return not is_over and not first_things(user)
