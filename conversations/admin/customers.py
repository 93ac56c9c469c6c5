from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import BoundedPaginator
from conversations.access import visible_customers
from conversations.actions.customer_changes import tell_pages
from conversations.admin.merges import join_two
from conversations.customer_fields import DocumentField
from conversations.models import AttributeDefinition, Contact, Customer, CustomerIdentity


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return True


class IdentityInline(ReadOnlyInline):
    model = CustomerIdentity
    fields = readonly_fields = ["kind", "value", "raw_value", "created_at"]


class ContactInline(ReadOnlyInline):
    model = Contact
    fields = readonly_fields = ["channel", "last_inbound_at", "window_expires_at", "unreachable_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("channel")


class CustomerForm(forms.ModelForm):
    """The document is never shown whole: another one can be written, its check digits must fit."""

    new_document = DocumentField(
        label=_("another CPF or CNPJ"),
        required=False,
        max_length=30,
        help_text=_("Empty: it stays as it is."),
    )

    class Meta:
        model = Customer
        fields = ["name", "email", "tags", "contract", "plan", "due_day", "city", "neighbourhood"]

    def save(self, commit=True):
        if self.cleaned_data.get("new_document"):
            self.instance.document = self.cleaned_data["new_document"]
        return super().save(commit)


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """Customers, as far as one sees a conversation of theirs. Documents are shown masked."""

    form = CustomerForm
    list_display = ["display_name", "readable_phone", "city", "contract", "plan", "created_at"]
    search_fields = ["name__istartswith", "phone__startswith", "contract__exact"]
    search_help_text = _("Beginning of the name, +55 and the number, or the contract")
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = [join_two]
    inlines = [IdentityInline, ContactInline]
    readonly_fields = [
        "phone", "masked_document", "attributes", "last_contacted_at", "blocked_at", "anonymized_at",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["name", "phone", "masked_document", "new_document", "email", "tags"]}),
        (_("Contract"), {"fields": ["contract", "plan", "due_day", "city", "neighbourhood"]}),
        (_("More"), {"fields": ["attributes", "last_contacted_at", "blocked_at", "anonymized_at"]}),
    ]
    filter_horizontal = ["tags"]

    def get_queryset(self, request):
        return super().get_queryset(request) & visible_customers(request.user)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        tell_pages(form.instance)

    def has_add_permission(self, request):
        """A customer comes by writing, with the identities that this gives."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("name"), ordering="name")
    def display_name(self, customer):
        return customer.display_name

    @admin.display(description=_("phone"))
    def readable_phone(self, customer):
        return customer.readable_phone

    @admin.display(description=_("CPF or CNPJ"))
    def masked_document(self, customer):
        return customer.masked_document


@admin.register(AttributeDefinition)
class AttributeDefinitionAdmin(admin.ModelAdmin):
    list_display = ["name", "key", "kind"]
    search_fields = ["name", "key"]
    ordering = ["name"]
