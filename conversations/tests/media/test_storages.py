"""Files lie in a folder, or in a bucket that speaks S3."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from conversations.actions import attachments
from conversations.models import Attachment
from conversations.tests.media import samples
from conversations.tests.media.bucket_server import BucketServer
from helpdesk.core.storages import media_storage


def test_without_an_address_files_lie_in_the_data_folder():
    storage = media_storage("", Path("/srv/data/media"))
    assert storage["OPTIONS"]["location"] == "/srv/data/media"
    assert storage["OPTIONS"]["base_url"] is None


def test_a_folder_may_be_named():
    storage = media_storage("file:///srv/other%20place", Path("/srv/data/media"))
    assert storage["OPTIONS"]["location"] == "/srv/other place"


@pytest.mark.parametrize(
    "url", ["ftp://host/files", "s3://host/files", "s3://key:secret@host/", "s3://key:secret@host/a/b", "nonsense"]
)  # fmt: skip
def test_an_address_that_is_not_understood_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE_URL"):
        media_storage(url, Path("/srv/data/media"))


@pytest.mark.django_db
def test_a_file_lies_in_a_bucket_and_comes_out_in_parts(arrived, settings, client_of, ana):
    content = samples.picture()
    attachment = arrived(content)
    with BucketServer() as bucket:
        settings.STORAGES = {**settings.STORAGES, "default": media_storage(bucket.url, Path())}
        assert attachments.carry(attachment.pk)
        stored = Attachment.objects.get()
        assert bucket.objects[f"/files/{stored.file.name}"] == content
        bucket.requests.clear()
        address = reverse("conversations:attachment", args=[stored.pk])
        response = client_of(ana).get(address, headers={"Range": "bytes=100-199"})
        assert b"".join(response.streaming_content) == content[100:200]
        assert bucket.requests == [("GET", "bytes=100-199")], "no more than what is wanted"
        thumbnail = client_of(ana).get(reverse("conversations:thumbnail", args=[stored.pk]))
        assert b"".join(thumbnail.streaming_content).startswith(b"RIFF")
        bucket.objects.clear()
        assert client_of(ana).get(address).status_code == 404


@pytest.mark.django_db
def test_a_bucket_that_is_away_is_told_and_tried_again(arrived, settings):
    usual = settings.STORAGES
    attachment = arrived(samples.picture())
    away = media_storage("s3+http://key:secret@127.0.0.1:9/files", Path())
    settings.STORAGES = {**usual, "default": away}
    assert attachments.carry(attachment.pk) is False
    assert Attachment.objects.get().data["trouble"] == "storage"
