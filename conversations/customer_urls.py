"""The addresses of customers, in the name space of this app (urls.py)."""

from django.urls import path

from conversations.views import customer_fields, customer_merges, customer_notes, customers

_CUSTOMER = "customers/<uuid:customer_id>/"

urlpatterns = [
    path("customers/", customers.page, name="customers"),
    path("customers/new/", customers.new, name="new_customer"),
    path("customers/tag/", customers.tag, name="tag_customers"),
    path("customers/notes/<uuid:note_id>/", customer_notes.note, name="customer_note"),
    path("customers/joined/<uuid:merge_id>/undo/", customer_merges.undo, name="undo_join"),
    path(_CUSTOMER, customers.customer, name="customer"),
    path(f"{_CUSTOMER}timeline/", customers.timeline, name="customer_timeline"),
    path(f"{_CUSTOMER}files/", customers.gallery, name="customer_files"),
    path(f"{_CUSTOMER}fields/<str:name>/", customer_fields.field, name="customer_field"),
    path(f"{_CUSTOMER}document/", customer_fields.reveal_document, name="reveal_document"),
    path(f"{_CUSTOMER}notes/", customer_notes.notes, name="customer_notes"),
    path(f"{_CUSTOMER}consents/", customer_notes.consents, name="customer_consents"),
    path(f"{_CUSTOMER}block/", customers.block, name="block_customer"),
    path(f"{_CUSTOMER}join/", customer_merges.join, name="join_customer"),
    path(f"{_CUSTOMER}write/", customers.write, name="write_to_customer"),
    path("conversations/<uuid:conversation_id>/panel/", customers.panel, name="panel"),
]
