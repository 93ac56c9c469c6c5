"""The emojis of the pickers: few enough to be seen at once, of Unicode 12 or older. Pure data."""

from django.utils.translation import gettext_lazy as _

_QUICK = "👍 ❤️ 😂 😮 😢 🙏"
_GROUPS = [
    (
        _("Faces"),
        "😀 😃 😄 😁 😅 😂 🤣 😊 🙂 🙃 😉 😍 🥰 😘 😋 😎 🤓 🤔 🤗 🤩 😏 😐 😶 🙄 😴 🤒 😷 🤕 "
        "😮 😲 😳 🥺 😢 😭 😤 😠 😡 😱 😰 😥 😓 😬 🤐 😇 🥳",
    ),
    (
        _("Hands and people"),
        "👍 👎 👌 ✌️ 🤞 🤝 🙏 👏 🙌 👋 💪 👉 👈 👆 👇 ☝️ ✋ 🤙 ✍️ 👀 🙋 🤷 🤦 👨‍🔧 👩‍🔧 👨‍💻 👩‍💻",
    ),
    (
        _("Hearts and signs"),
        "❤️ 🧡 💛 💚 💙 💜 💔 ✅ ☑️ ❌ ⚠️ ❗ ❓ ⭐ ✨ 🔥 🎉 🎁 💯 ➡️ ⬅️ ⬆️ ⬇️ 🔴 🟢 🟡 🔵",
    ),
    (
        _("Work"),
        "📶 🌐 💻 🖥️ 📱 ☎️ 📞 🔌 🔋 💡 🛠️ 🔧 📡 📺 🎮 📷 📎 📄 📝 📅 ⏰ ⏳ 💳 💰 🧾 🏠 🏢 🚗 🚚 📍 "
        "🔑 🔒 🔔 📦",
    ),
    (_("Weather and food"), "☀️ 🌤️ ☁️ 🌧️ ⛈️ ⚡ 🌈 ❄️ 🌙 ☕ 🍕 🎂 🍀 🌹 🌳 🐶 🐱"),
]


def quick() -> list[str]:
    """Return those that WhatsApp offers first for a reaction."""
    return _QUICK.split()


def groups() -> list[tuple[str, list[str]]]:
    """Return (name, emojis) of each group, in the order they are shown."""
    return [(name, emojis.split()) for name, emojis in _GROUPS]
