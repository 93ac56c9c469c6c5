from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.models import User

# The address changes with the picture (User.avatar_url).
KEEP = "private, max-age=31536000, immutable"


@login_required
@require_GET
def avatar(request, pk):
    """Serve somebody's picture to whoever is logged in."""
    user = get_object_or_404(User, pk=pk)
    try:
        picture = user.avatar.open("rb")
    except (ValueError, OSError) as error:  # none was given; the file is gone
        raise Http404 from error
    return FileResponse(picture, content_type="image/webp", headers={"Cache-Control": KEEP})
