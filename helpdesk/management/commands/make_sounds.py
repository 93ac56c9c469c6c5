"""Draws the sounds of notifications: our own work, made of sines, the same bytes each time."""

import math
import struct
import wave
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

RATE = 22_050
PEAK = 0.55
# Each sound: (Hz, begins after seconds, fades within seconds, loudness), one line per tone.
SOUNDS = {
    "drop": [(620, 0.0, 0.16, 1.0), (930, 0.05, 0.12, 0.5)],
    "bell": [(880, 0.0, 0.42, 0.8), (1320, 0.0, 0.30, 0.35), (2217, 0.0, 0.18, 0.15)],
    "wood": [(392, 0.0, 0.07, 1.0), (523, 0.09, 0.08, 0.9)],
    "chime": [(659, 0.0, 0.22, 0.7), (784, 0.11, 0.22, 0.7), (988, 0.22, 0.30, 0.7)],
    "low": [(294, 0.0, 0.24, 1.0), (247, 0.20, 0.34, 1.0)],
}
SOFT_SECONDS = 0.006  # a tone that begins at once clicks
TAIL_SECONDS = 0.05


class Command(BaseCommand):
    help = "Write static/sounds/*.wav anew."
    requires_system_checks = []

    def handle(self, **options):
        for name in SOUNDS:
            write(name, Path(settings.BASE_DIR) / "static" / "sounds" / f"{name}.wav")


def write(name: str, path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        levels = samples(SOUNDS[name])
        file.writeframes(b"".join(struct.pack("<h", round(level * 32767)) for level in levels))


def samples(tones) -> list[float]:
    length = max(start + fade for _hertz, start, fade, _loudness in tones) + TAIL_SECONDS
    mixed = [sum(_level(tone, n / RATE) for tone in tones) for n in range(int(length * RATE))]
    loudest = max(abs(level) for level in mixed)
    return [PEAK * level / loudest for level in mixed]


def _level(tone, at: float) -> float:
    hertz, start, fade, loudness = tone
    since = at - start
    if since < 0:
        return 0.0
    rise = min(1.0, since / SOFT_SECONDS)
    return loudness * rise * math.exp(-5 * since / fade) * math.sin(2 * math.pi * hertz * since)
