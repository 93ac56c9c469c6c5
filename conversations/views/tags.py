"""The page of tags: making, changing, joining and deleting them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import permission_required
from conversations import tag_list
from conversations.act_forms import MergeTagForm, TagForm
from conversations.actions import tags as actions
from conversations.actions.errors import Refused
from conversations.models import Tag


@permission_required("conversations.change_tag")
@require_safe
def page(request):
    """Show all tags with how often they are used."""
    words = request.GET.get("search", "")[:80]
    return render(request, "conversations/tags.html", tag_list.page_for(words))


@permission_required("conversations.add_tag")
@require_http_methods(["GET", "POST"])
def new(request):
    """Make a tag."""
    form = TagForm(request.POST or None, initial={"hue": 1})
    answer = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = _done(request, form, lambda: actions.create_tag(by=request.user, **said))
    return answer or _dialog(request, "form", form=form)


@permission_required("conversations.change_tag")
@require_http_methods(["GET", "POST"])
def edit(request, tag_id):
    """Rename and colour a tag; from here it is joined and deleted, too."""
    tag = get_object_or_404(tag_list.counted(), pk=tag_id)
    form = TagForm(request.POST or None, initial={"name": tag.name, "hue": tag.hue})
    answer = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = _done(request, form, lambda: actions.change_tag(tag, by=request.user, **said))
    return answer or _dialog(request, "form", tag=tag, form=form, others=tag_list.others(tag))


@permission_required("conversations.delete_tag")
@require_POST
def merge(request, tag_id):
    """Join a tag with another, which stays."""
    tag = get_object_or_404(Tag, pk=tag_id)
    form = MergeTagForm(request.POST, others=tag_list.others(tag))
    if not form.is_valid():
        messages.error(request, _("Choose another tag to join it with."))
        return redirect("conversations:tags")
    into = form.cleaned_data["into"]
    actions.merge_tags(tag, by=request.user, into=into)
    messages.success(request, _("Joined: everything has the tag %s now.") % into)
    return redirect("conversations:tags")


@permission_required("conversations.delete_tag")
@require_POST
def delete(request, tag_id):
    """Delete a tag; the dialog has shown what loses it."""
    actions.delete_tag(get_object_or_404(Tag, pk=tag_id), by=request.user)
    messages.success(request, _("Tag deleted."))
    return redirect("conversations:tags")


def _done(request, form, act):
    """Do it and go back to the page; None when it was refused, with the reason in the form."""
    try:
        act()
    except Refused as error:
        form.add_error("name", str(error))
        return None
    messages.success(request, _("Saved."))
    return redirect("conversations:tags")


def _dialog(request, name: str, **context):
    context["template"] = template = f"conversations/tags/_{name}.html"
    whole = "conversations/tags/dialog.html"
    if not request.htmx:
        context["inline"] = True
    return render(request, template if request.htmx else whole, context)
