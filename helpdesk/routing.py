"""Where websockets go."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path, re_path

from accounts.sockets import ReadyPeopleOnly
from conversations.consumers import LiveConsumer
from helpdesk.core.sockets import ClosedConsumer

websocket_application = AllowedHostsOriginValidator(
    AuthMiddlewareStack(
        ReadyPeopleOnly(
            URLRouter(
                [
                    path("ws/", LiveConsumer.as_asgi()),
                    re_path("", ClosedConsumer.as_asgi()),
                ]
            )
        )
    )
)
