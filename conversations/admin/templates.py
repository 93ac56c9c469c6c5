from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from conversations import prices
from conversations.actions import templates as actions
from conversations.actions.errors import Refused
from conversations.admin.template_form import TemplateForm
from conversations.models import Queue, Template, Waba
from conversations.providers.cloud import template_limits
from conversations.providers.cloud.templates import content_of
from conversations.template_preview import preview

FOLDER = "admin/conversations/template"


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    """Templates are written here and reviewed by WhatsApp.

    The pages are this class's own and not Django's: those hold a transaction, and with it SQLite's
    one writer, while a form is saved; here saving asks WhatsApp over the network.
    """

    list_display = [
        "name", "text", "status", "notice", "category", "quality", "language", "waba", "synced_at",
    ]  # fmt: skip
    list_filter = ["status", "category", "language"]
    list_select_related = ["waba"]
    search_fields = ["name"]
    ordering = ["name", "language"]
    actions = None
    change_list_template = f"{FOLDER}/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(waba__in=self.accounts(request))

    def accounts(self, request):
        """The accounts with a number that leads to one of this person's queues."""
        if request.user.is_admin:
            return Waba.objects.order_by("name")
        own = Queue.objects.for_user(request.user)
        wabas = Waba.objects.filter(channels__default_queue__in=own)
        return Waba.objects.filter(pk__in=wabas.values("pk")).order_by("name")

    @admin.display(description=gettext_lazy("text"))
    def text(self, template):
        written = content_of(template.components).body
        return written if len(written) <= 80 else written[:79] + "…"

    def get_urls(self):
        def name(what):
            return f"conversations_template_{what}"

        own = [
            path("preview/", self.admin_site.admin_view(self.preview_view), name=name("preview")),
            path("sync/", self.admin_site.admin_view(self.sync_view), name=name("sync")),
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        template = self._template(request, object_id)
        form = TemplateForm(request.POST or None, template=template, wabas=self.accounts(request))
        if request.method == "POST" and form.is_valid():
            try:
                return self._saved(request, template, form)
            except actions.InvalidTemplate as refusal:
                form.add_problems(refusal.problems)
            except Refused as refusal:
                form.add_error(None, str(refusal))
        return self._page(request, template, form)

    def delete_view(self, request, object_id, extra_context=None):
        template = self._template(request, object_id, verb="delete")
        if request.method == "POST":
            try:
                actions.delete(template)
            except Refused as refusal:
                messages.error(request, str(refusal))
                return redirect("admin:conversations_template_change", object_id)
            messages.success(request, _("%s is deleted.") % template)
            return redirect("admin:conversations_template_changelist")
        context = self._context(request, template, title=_("Delete the template"))
        return TemplateResponse(request, f"{FOLDER}/delete.html", context)

    @method_decorator(require_POST)
    def preview_view(self, request):
        """Show what has been typed so far: the phone, what is missing, the variables' examples."""
        given = request.POST.get("template", "")
        template = self._template(request, given or None)
        form = TemplateForm(request.POST, template=template, wabas=self.accounts(request))
        shown = request.POST.get("shown_examples", "")
        context = self._live(form)
        context["has_new_examples"] = context["example_keys"] != shown
        return TemplateResponse(request, f"{FOLDER}/_live.html", context)

    @method_decorator(require_POST)
    def sync_view(self, request):
        """Ask WhatsApp for the templates of this person's accounts."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        for waba in self.accounts(request):
            try:
                count = actions.sync(waba, by=request.user)
            except Refused as refusal:
                messages.error(request, f"{waba}: {refusal}")
            else:
                said = _("%(account)s: %(count)d templates.") % {"account": waba, "count": count}
                messages.success(request, said)
        return redirect("admin:conversations_template_changelist")

    def _template(self, request, object_id, verb: str = "change") -> Template:
        """Return the template to work on, a new one without an id; Http404 for a foreign one."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return Template()
        template = self.get_object(request, object_id)
        if template is None:
            raise Http404
        if not getattr(self, f"has_{verb}_permission")(request, template):
            raise PermissionDenied
        return template

    def _saved(self, request, template: Template, form: TemplateForm):
        said = form.cleaned_data
        if template.is_draft:
            template.waba = said["waba"]
        written = {name: said[name] for name in ("name", "language", "category")}
        if "_draft" in request.POST:
            actions.save_draft(template, content=form.content(), **written)
            messages.success(request, _("The draft of %s is kept.") % template)
            return redirect("admin:conversations_template_change", template.pk)
        actions.submit(template, content=form.content(), **written)
        messages.success(request, _("%s is with WhatsApp for review.") % template)
        return redirect("admin:conversations_template_changelist")

    def _page(self, request, template: Template, form: TemplateForm) -> TemplateResponse:
        title = _("New template") if template._state.adding else str(template)
        context = self._context(request, template, title=title) | self._live(form)
        context["has_own_id"] = not template._state.adding
        return TemplateResponse(request, f"{FOLDER}/change_form.html", context)

    def _context(self, request, template: Template, **more) -> dict:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": template,
            "back": reverse("admin:conversations_template_changelist"),
            **more,
        }

    def _live(self, form: TemplateForm) -> dict:
        content = form.content()
        category = form.typed("category")
        values = {key: value for key, value in content.examples.items() if value}
        return {
            "form": form,
            "body_help": _("Variables are written {{name}} or {{1}}; *bold*, _italic_, ~struck~."),
            "preview": preview(content, values),
            "checks": [
                one.problem.in_words(_)
                for one in template_limits.check(form.typed("name"), content)
            ],
            "example_keys": " ".join(content.examples),
            "price": prices.in_words(prices.price_of(category)),
            "lengths": {"body": len(content.body), "footer": len(content.footer)},
        }
