from django.contrib import admin

from conversations.models import Tag


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "hue"]
    search_fields = ["name"]
    ordering = ["name"]
