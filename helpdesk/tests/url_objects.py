"""What the walk over all addresses (test_url_walk.py) finds in the house: two of each thing.

The own one belongs to Suporte, where Ana, Vera and Célia work; the foreign one to Comercial, where
none of the cast does. Davi, the administrator, sees both.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.actions.profile import set_avatar
from accounts.models import AuditEntry, Invitation, PresenceEntry, SiteSetting, UserSession
from accounts.models.users import Role
from bots.models import BotSession, FlowVersion
from bots.tests.factories import BotFactory, KeywordRuleFactory
from campaigns.models import Campaign, Recipient
from conversations.models import (
    Attachment,
    AttachmentState,
    AttributeDefinition,
    CannedAttachment,
    CannedResponse,
    Channel,
    ClosingReason,
    ConversationEvent,
    CustomerImport,
    CustomerMerge,
    CustomerNote,
    Holiday,
    MessageKind,
    Notice,
    Notification,
    ProviderName,
    Room,
    RoomKind,
    RoomMessage,
    SavedView,
    SendAttempt,
    SimulatorDelivery,
    SimulatorMedia,
    SimulatorTemplate,
    Tag,
    Template,
    Waba,
    WebhookEvent,
    WorkItem,
)
from conversations.providers.simulator.setup import ensure_simulator_channel
from conversations.tests.factories import (
    ChannelFactory,
    ContactFactory,
    InboundMessageFactory,
    QueueFactory,
)
from conversations.tests.media.samples import picture
from helpdesk.testing.cast import create_cast, create_person, waiting_conversation

NOTHING = {UUID: UUID("01a1f956-0000-7000-8000-000000000000"), int: 987_654_321, str: "nothing"}


@dataclass(frozen=True)
class Pair:
    """The key of an own thing and of a foreign one; None where everybody shares the things."""

    own: object
    foreign: object = None

    @property
    def missing(self):
        return NOTHING[type(self.own)]


class World:
    """The cast, by the roles of the table, and `things`: noun or model -> Pair of keys."""

    def __init__(self):
        self.cast = create_cast()
        cast, self.sales = self.cast, QueueFactory(name="Comercial", position=3)
        self.people = {
            "viewer": cast.vera, "stranger": cast.bruno, "agent": cast.ana,
            "supervisor": cast.celia, "admin": cast.davi,
        }  # fmt: skip
        self.things: dict[str, Pair] = {}
        self._write_conversations()
        self._write_rooms()
        self._write_people()
        self._write_configuration()
        self._write_simulator()
        self._write_numbers()
        self._write_bots_and_campaigns()

    def keep(self, noun: str, own, foreign=None) -> None:
        self.things[noun] = Pair(own.pk, foreign and foreign.pk)

    def _write_conversations(self) -> None:
        channel = ChannelFactory(name="De fora", badge="F", default_queue=self.sales)
        self.channels = [self.cast.channel, channel]
        contacts = [self.cast.contact, ContactFactory(channel=channel)]
        self.conversations = [
            waiting_conversation(contacts[0], self.cast.support),
            waiting_conversation(contacts[1], self.sales),
        ]
        self.keep("conversation", *self.conversations)
        self.keep("conversations.conversation", *self.conversations)
        for contact in contacts:
            contact.customer.document = "52998224725"
            contact.customer.save()
        self.keep("conversations.customer", *[contact.customer for contact in contacts])
        self.keep("customer", *[contact.customer for contact in contacts])
        self.things["field"] = Pair("plan")
        notes = [
            CustomerNote.objects.create(customer=contact.customer, author=self.cast.ana, body="Oi")
            for contact in contacts
        ]
        self.keep("customer note", *notes)
        self.keep("channel", *self.channels)
        self.keep("conversations.channel", *self.channels)
        merges = [
            CustomerMerge.objects.create(
                kept=contact.customer, merged_id=contact.pk, occurred_at=timezone.now()
            )
            for contact in contacts
        ]
        self.keep("conversations.customermerge", *merges)
        events = [ConversationEvent.objects.filter(conversation=c)[0] for c in self.conversations]
        self.keep("conversations.conversationevent", *events)
        imports = [
            CustomerImport.objects.create(filename="a.csv", state="cancelled", created_by=by)
            for by in (self.cast.celia, self.cast.davi)
        ]
        self.keep("import", *imports)
        self.contacts = contacts
        self._write_messages()

    def _write_messages(self) -> None:
        content = default_storage.save("walk/a.png", SimpleUploadedFile("a.png", picture("PNG")))
        messages = [
            InboundMessageFactory(conversation=one, kind=MessageKind.IMAGE)
            for one in self.conversations
        ]
        files = [
            Attachment.objects.create(
                message=message, file=content, thumbnail=content, mime_type="image/png", size=10,
                sha256="0" * 64, state=AttachmentState.STORED,
            )
            for message in messages
        ]  # fmt: skip
        now = timezone.now()
        attempts = [SendAttempt.objects.create(message=one, started_at=now) for one in messages]
        events = [WebhookEvent.objects.create(body=b"{}", received_at=now) for _one in messages]
        items = [
            WorkItem.objects.create(event_id=event.pk, partition=0, received_at=now)
            for event in events
        ]
        self.keep("attachment", *files)
        self.keep("message", *messages)
        self.keep("conversations.message", *messages)
        self.keep("conversations.sendattempt", *attempts)
        self.keep("conversations.webhookevent", *events)
        self.keep("conversations.workitem", *items)
        self.keep("work item", items[0])

    def _write_rooms(self) -> None:
        rooms = [Room.objects.get(queue=queue) for queue in (self.cast.support, self.sales)]
        lines = [
            RoomMessage.objects.create(room=room, number=1, conversation=conversation)
            for room, conversation in zip(rooms, self.conversations, strict=True)
        ]
        self.keep("room", *rooms)
        self.keep("line", *lines)
        self.keep("open room", Room.objects.create(kind=RoomKind.OPEN, name="Café"))

    def _write_people(self) -> None:
        joao = create_person("joao", "João Dias", Role.AGENT, self.sales)
        set_avatar(joao, SimpleUploadedFile("joao.png", picture("PNG")))
        joao.refresh_from_db()
        told = Notification.objects.create(user=joao, kind="room", cause="walk")
        self.keep("notification", told)
        session = UserSession.objects.create(user=joao, session_key="walk")
        invitation = Invitation.objects.create(email="nova@provedor.test", token_hash="0")
        entry = AuditEntry.objects.create(kind="login", source="page")
        presence = [
            PresenceEntry.objects.create(
                user=user, availability="online", started_at=timezone.now()
            )
            for user in (self.cast.ana, joao)
        ]
        view = SavedView.objects.create(
            owner=self.cast.celia, name="Todas", query="tab=all", is_shared=True
        )
        self.keep("view", view)
        self.keep("person", joao)
        self.keep("session", session)
        self.keep("invitation", invitation)
        self.keep("accounts.user", joao)
        self.keep("accounts.auditentry", entry)
        self.keep("accounts.presenceentry", *presence)
        setting = SiteSetting.objects.create(key="reopen_hours", value=24)
        self.keep("accounts.sitesetting", setting)

    def _write_configuration(self) -> None:
        queues = [self.cast.support, self.sales]
        self.keep("conversations.queue", *queues)
        per_queue = {
            "holiday": lambda queue: Holiday.objects.create(
                queue=queue, date="2026-12-25", name="Natal"
            ),
            "closingreason": lambda queue: ClosingReason.objects.create(queue=queue, name="Feito"),
            "cannedresponse": lambda queue: CannedResponse.objects.create(
                queue=queue, shortcut="oi", body="Olá"
            ),
        }
        for name, build in per_queue.items():
            self.keep(f"conversations.{name}", *[build(queue) for queue in queues])
        self._write_canned()
        wabas = [
            Waba.objects.create(waba_id=channel.phone_number_id, name=channel.name)
            for channel in self.channels
        ]
        for channel, waba in zip(self.channels, wabas, strict=True):
            Channel.objects.filter(pk=channel.pk).update(waba=waba)
        templates = [Template.objects.create(waba=waba, name="aviso") for waba in wabas]
        self.template = Template.objects.create(waba=wabas[0], name="em_uso")
        self.keep("conversations.waba", wabas[0])
        self.keep("conversations.template", *templates)
        self.keep("conversations.tag", Tag.objects.create(name="VIP"))
        definition = AttributeDefinition.objects.create(key="plano", name="Plano")
        self.keep("conversations.attributedefinition", definition)

    def _write_canned(self) -> None:
        canned = [
            CannedResponse.objects.create(queue=queue, shortcut="mapa", body="Segue o mapa")
            for queue in (self.cast.support, self.sales)
        ]
        content = default_storage.save("walk/c.png", SimpleUploadedFile("c.png", picture("PNG")))
        files = [
            CannedAttachment.objects.create(
                canned_response=one, file=content, filename="c.png", mime_type="image/png", size=10
            )
            for one in canned
        ]
        self.keep("canned", *canned)
        self.keep("canned file", *files)

    def _write_simulator(self) -> None:
        channel = ensure_simulator_channel(self.cast.support)
        phone = channel.simulator_phones.first()
        media = SimulatorMedia.objects.create(
            channel=channel, media_id="1001", mime_type="image/png", sha256="0", size=10,
            file=default_storage.save("walk/b.png", SimpleUploadedFile("b.png", picture("PNG"))),
        )  # fmt: skip
        delivery = SimulatorDelivery.objects.create(
            channel=channel, kind="message", entry={}, due_at=timezone.now()
        )
        template = SimulatorTemplate.objects.create(
            waba=channel.waba, name="aviso", language="pt_BR", category="UTILITY"
        )
        self.keep("phone", phone)
        self.keep("simulated template", template)
        self.keep("delivery", delivery)
        self.things["phone file"] = Pair(media.media_id)

    def _write_numbers(self) -> None:
        notices = [
            Notice.objects.create(
                kind="quality", channel=channel, cause=str(channel.pk), occurred_at=timezone.now()
            )
            for channel in self.channels
        ]
        by_code = [
            ChannelFactory(
                provider=ProviderName.GATEWAY, gateway_instance=queue.name, default_queue=queue
            )
            for queue in (self.cast.support, self.sales)
        ]
        self.keep("notice", *notices)
        self.keep("gateway", *by_code)

    def _write_bots_and_campaigns(self) -> None:
        bots = [BotFactory(is_default=False) for _channel in self.channels]
        for bot, channel in zip(bots, self.channels, strict=True):
            bot.channels.add(channel)
        version = bots[0].flow.published
        drafts = [
            FlowVersion.objects.create(flow=bot.flow, number=2, definition={}) for bot in bots
        ]
        sessions = [
            BotSession.objects.create(conversation=one, flow_version=version)
            for one in self.conversations
        ]
        campaigns = [
            Campaign.objects.create(name="Aviso", template=self.template, queue=queue)
            for queue in (self.cast.support, self.sales)
        ]
        recipients = [
            Recipient.objects.create(
                campaign=campaign, customer=contact.customer, contact=contact,
                channel=contact.channel,
            )
            for campaign, contact in zip(campaigns, self.contacts, strict=True)
        ]  # fmt: skip
        self.keep("bots.bot", *bots)
        self.keep("bots.flow", *[bot.flow for bot in bots])
        self.keep("bots.flowversion", *drafts)
        self.keep("bots.keywordrule", *[KeywordRuleFactory(bot=bot) for bot in bots])
        self.keep("bots.botsession", *sessions)
        self.keep("campaigns.campaign", *campaigns)
        self.keep("campaigns.recipient", *recipients)
