"""The baseline of pages: a view that does nothing, behind the whole middleware and a login."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import path


@login_required
def empty(request):
    return HttpResponse("empty")


urlpatterns = [path("empty/", empty)]
