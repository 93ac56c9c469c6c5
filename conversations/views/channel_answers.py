"""How pages about a number are guarded and answered when somebody does something to it."""

from collections.abc import Callable
from functools import wraps

from django.views.decorators.http import require_POST

from accounts.access import permission_required
from conversations.actions.errors import Refused


def channel_act(permission: str, getter: Callable, answer: Callable) -> Callable:
    """Guard a view that changes a number: view(request, channel) -> what `answer` may say.

    answer(request, channel, said, error) makes the response; `error` is the refusal, or None.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @permission_required(permission)
        @require_POST
        def door(request, channel_id):
            channel = getter(request.user, channel_id)
            try:
                said, error = view(request, channel), None
            except Refused as refusal:
                said, error = "", refusal
            return answer(request, channel, said, error)

        return door

    return decorate
