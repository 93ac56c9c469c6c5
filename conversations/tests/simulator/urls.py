"""The house's addresses with the simulator's, whether or not SIMULATOR was on at the start."""

from django.urls import include, path

from helpdesk.urls import urlpatterns as house

urlpatterns = [
    *[pattern for pattern in house if getattr(pattern, "namespace", "") != "simulator"],
    path("", include("conversations.providers.simulator.urls")),
]
