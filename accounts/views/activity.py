from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.actions.sessions import note_use


@login_required
@require_POST
def activity(request):
    """Hear that a person works in an open page: their session is in use."""
    note_use(request.session.session_key)
    return HttpResponse(status=204)
