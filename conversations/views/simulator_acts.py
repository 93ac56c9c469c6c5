"""What one does on the simulated phone: each view is one act of the customer."""

from conversations.providers.simulator import forms, gateway_sessions, odd, phone
from conversations.views.simulator_doors import phone_act


@phone_act
def write(request, chosen):
    """Send what was typed, an edit of it, a file or recording, or a sample."""
    said = {"reply_to": request.POST.get("reply", "")}
    text, kind = request.POST.get("text", ""), request.POST.get("kind", "text")
    if request.POST.get("edit"):
        phone.edit(chosen, request.POST["edit"], text)
    elif kind == "text":
        phone.say(chosen, text, **said)
    elif kind == "voice":
        phone.send_voice(chosen, request.FILES.get("file"), **said)
    elif kind in ("file", "own_sticker"):
        is_sticker = kind == "own_sticker"
        file = request.FILES.get("file")
        phone.send_file(chosen, file, caption=text, is_sticker=is_sticker, **said)
    else:
        phone.send(chosen, kind, caption=text, **said)


@phone_act
def place(request, chosen):
    """Send a place."""
    form = forms.PlaceForm(request.POST)
    phone.send_place(chosen, form.said())


@phone_act
def card(request, chosen):
    """Send a contact card."""
    said = forms.CardForm(request.POST).said()
    phone.send_card(chosen, said["name"], said["number"])


@phone_act
def odd_thing(request, chosen):
    """Do one of the things that rarely come from a phone."""
    odd.send(chosen, request.POST.get("odd", ""), request.POST.get("text", ""))


@phone_act
def play(request, chosen):
    """Play a voice note of ours."""
    phone.play(chosen, request.POST.get("message", ""))


@phone_act
def tap(request, chosen):
    """Tap a button or a list's row."""
    phone.tap(chosen, *_message_and(request, "choice"))


@phone_act
def react(request, chosen):
    """Put a reaction on a message, or take it away."""
    wamid, emoji = _message_and(request, "reaction")
    phone.react(chosen, wamid, emoji[:16])


@phone_act
def revoke(request, chosen):
    """Delete an own message for everybody."""
    phone.revoke(chosen, request.POST.get("message", ""))


@phone_act
def clear(request, chosen):
    """Start the screen anew."""
    phone.clear(chosen)


@phone_act
def window(request, chosen):
    """Open or close the service window."""
    phone.move_window(chosen, is_open=request.POST.get("open") == "1")


@phone_act
def pair(request, chosen):
    """Read the QR code with the business's own phone."""
    gateway_sessions.read_code(chosen.channel)


@phone_act
def unpair(request, chosen):
    """Log the session out on the business's own phone."""
    gateway_sessions.log_out_on_the_phone(chosen.channel)


def _message_and(request, name: str) -> tuple[str, str]:
    """Read a button that names a message and what to do with it: one value, parted by a space."""
    wamid, _space, rest = request.POST.get(name, "").partition(" ")
    return wamid, rest
