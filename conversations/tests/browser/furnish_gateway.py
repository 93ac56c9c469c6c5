"""A number that logs in by QR code and that nobody has connected yet; prints its id."""

import django


def main() -> None:
    django.setup()
    from conversations.models import ChannelStatus, ProviderName, Queue
    from conversations.tests.factories import ChannelFactory

    channel = ChannelFactory(
        name="Laboratório", badge="LAB", provider=ProviderName.GATEWAY, phone_number_id="",
        default_queue=Queue.objects.in_order().first(), status=ChannelStatus.DISCONNECTED,
    )  # fmt: skip
    print(channel.pk)


if __name__ == "__main__":
    main()
