"""What templates say of files: {% load media %}."""

from django import template

from conversations.media.names import ending

register = template.Library()

WAVE_WIDTH, WAVE_HEIGHT = 186, 28
LEAST_BAR = 2


@register.filter
def wave_path(peaks: list[int]) -> str:
    """Return the bars of a recording's outline as the path of an SVG, 186 by 28."""
    if not peaks:
        return f"M1 {WAVE_HEIGHT // 2}H{WAVE_WIDTH - 1}"
    step = WAVE_WIDTH / len(peaks)
    bars = []
    for index, peak in enumerate(peaks):
        height = max(LEAST_BAR, round(peak * (WAVE_HEIGHT - 4) / 100))
        bars.append(f"M{step * (index + 0.5):.1f} {(WAVE_HEIGHT - height) / 2:.1f}v{height}")
    return "".join(bars)


@register.filter
def minutes(seconds: float | None) -> str:
    """Return a length as on a player: '0:24', '12:05', '1:02:03'; '' when it is not known."""
    if seconds is None:
        return ""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60}:{rest % 60:02d}"


@register.filter
def type_label(attachment) -> str:
    """Return a file's ending in capitals, for its icon: 'PDF'; '' when nothing is known."""
    name = attachment.filename or ending(attachment.mime_type)
    extension = name.rpartition(".")[2].upper() if "." in name else ""
    return extension if 1 < len(extension) < 5 and extension != "BIN" else ""
