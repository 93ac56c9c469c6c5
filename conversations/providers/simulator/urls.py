"""What the simulator answers at; helpdesk/urls.py includes it while settings.SIMULATOR is on."""

from django.urls import path, re_path

from conversations.providers.simulator import gateway_api, graph, template_graph
from conversations.views import simulator as pages
from conversations.views import simulator_acts as acts
from conversations.views import simulator_templates as reviews

VERSIONED = r"^simulator/graph/(?P<version>v\d{1,3}\.\d{1,2})/(?P<object_id>[\w.-]{1,64})"
# The ids that approval.create gives: no other object has as many digits.
VERSIONED_TEMPLATE = r"^simulator/graph/(?P<version>v\d{1,3}\.\d{1,2})/(?P<object_id>7\d{16})/?$"

app_name = "simulator"
urlpatterns = [
    re_path(VERSIONED + r"/messages$", graph.messages, name="messages"),
    re_path(VERSIONED + r"/media$", graph.upload_media, name="upload_media"),
    re_path(VERSIONED + r"/message_templates$", template_graph.message_templates, name="templates"),
    re_path(VERSIONED + r"/phone_numbers$", graph.phone_numbers, name="phone_numbers"),
    re_path(VERSIONED_TEMPLATE, template_graph.template, name="template"),
    re_path(VERSIONED + r"/?$", graph.graph_object, name="object"),
    path("simulator/graph/files/<slug:object_id>", graph.download_media, name="file"),
    path("simulator/gateway/<slug:room>/<slug:route>", gateway_api.gateway, name="gateway"),
    path(
        "simulator/gateway/<slug:room>/<slug:route>/<str:instance>",
        gateway_api.gateway,
        name="gateway_instance",
    ),
    path("simulator/", pages.simulator, name="page"),
    path("simulator/phones/", pages.add_phone, name="add_phone"),
    path("simulator/faults/", pages.change_faults, name="faults"),
    path("simulator/outage/", pages.outage, name="outage"),
    path("simulator/templates/", reviews.templates, name="approval"),
    path("simulator/templates/<uuid:template_id>/decide/", reviews.decide, name="decide"),
    path("simulator/log/clear/", pages.clear_log, name="clear_log"),
    path("simulator/deliveries/<int:delivery_id>/repeat/", pages.repeat, name="repeat"),
    path("simulator/phones/<uuid:phone_id>/live/", pages.live, name="live"),
    path("simulator/phones/<uuid:phone_id>/files/<slug:media_id>/", pages.file, name="phone_file"),
    path("simulator/phones/<uuid:phone_id>/write/", acts.write, name="write"),
    path("simulator/phones/<uuid:phone_id>/place/", acts.place, name="place"),
    path("simulator/phones/<uuid:phone_id>/card/", acts.card, name="card"),
    path("simulator/phones/<uuid:phone_id>/odd/", acts.odd_thing, name="odd"),
    path("simulator/phones/<uuid:phone_id>/play/", acts.play, name="play"),
    path("simulator/phones/<uuid:phone_id>/tap/", acts.tap, name="tap"),
    path("simulator/phones/<uuid:phone_id>/react/", acts.react, name="react"),
    path("simulator/phones/<uuid:phone_id>/revoke/", acts.revoke, name="revoke"),
    path("simulator/phones/<uuid:phone_id>/clear/", acts.clear, name="clear"),
    path("simulator/phones/<uuid:phone_id>/window/", acts.window, name="window"),
    path("simulator/phones/<uuid:phone_id>/pair/", acts.pair, name="pair"),
    path("simulator/phones/<uuid:phone_id>/unpair/", acts.unpair, name="unpair"),
]
