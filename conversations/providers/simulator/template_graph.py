"""The Graph endpoints for templates, answered by ourselves (spec/03, 3.3)."""

from typing import Any
from urllib.parse import urlencode

from conversations.models import Channel, SimulatorTemplate
from conversations.providers.simulator import approval
from conversations.providers.simulator.errors import GraphError
from conversations.providers.simulator.graph import graph_call, json_body

LONGEST_PAGE = 100


@graph_call("GET", "POST", "DELETE")
def message_templates(request, channel: Channel, object_id: str) -> dict[str, Any]:
    """List an account's templates page by page, take in a new one, or delete one."""
    if request.method == "POST":
        template = approval.create(channel, json_body(request))
        return {
            "id": template.template_id,
            "status": approval.status_of(template),
            "category": template.category,
        }
    if request.method == "DELETE":
        name, template_id = request.GET.get("name", ""), request.GET.get("hsm_id", "")
        approval.delete(channel, name, template_id)
        return {"success": True}
    return _page(request, channel)


@graph_call("GET", "POST")
def template(request, channel: Channel, object_id: str) -> dict[str, Any]:
    """Answer for one template, or edit it."""
    found = approval.find(object_id)
    if request.method == "POST":
        approval.edit(found, json_body(request))
        return {"success": True}
    return _chosen(request, _described(found))


def _page(request, channel: Channel) -> dict[str, Any]:
    rows = SimulatorTemplate.objects.filter(waba=channel.waba).order_by("template_id")
    if name := request.GET.get("name"):
        rows = rows.filter(name=name)
    if after := request.GET.get("after"):
        rows = rows.filter(template_id__gt=after)
    size = _size(request)
    found = list(rows[: size + 1])
    shown = found[:size]
    answer = {"data": [_chosen(request, _described(one)) for one in shown], "paging": {}}
    if shown:
        answer["paging"]["cursors"] = {"after": shown[-1].template_id}
    if len(found) > size:
        query = urlencode({**request.GET.dict(), "after": shown[-1].template_id})
        answer["paging"]["next"] = request.build_absolute_uri(f"{request.path}?{query}")
    return answer


def _size(request) -> int:
    wished = request.GET.get("limit", "25")
    if not wished.isascii() or not wished.isdigit() or int(wished[:6]) < 1:
        raise GraphError(100, "Param limit must be a number.")
    return min(int(wished[:6]), LONGEST_PAGE)


def _described(template: SimulatorTemplate) -> dict[str, Any]:
    return {
        "id": template.template_id,
        "name": template.name,
        "language": template.language,
        "status": approval.status_of(template),
        "category": template.category,
        "components": template.components,
        "parameter_format": template.parameter_format,
        "quality_score": {"score": template.quality},
        "rejected_reason": template.rejected_reason,
    }


def _chosen(request, described: dict[str, Any]) -> dict[str, Any]:
    fields = [name for name in request.GET.get("fields", "").split(",") if name]
    return {key: value for key, value in described.items() if not fields or key in [*fields, "id"]}
