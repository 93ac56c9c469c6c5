"""What every answer tells the browser to refuse, and that no page needs what is refused."""

import re

INLINE = re.compile(
    r"<script(\s[^>]*)?>\s*[^<\s]|<style|<[^>]*\s(style|on[a-z]+|hx-on[^=]*)=|javascript:"
)
# Django's administration keeps texts of its own in such elements; nothing of it is run.
DATA = re.compile(r'<script [^>]*type="application/json"[^>]*>.*?</script>', re.S)
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def faults(answer) -> list[str]:
    """Return what is not strict about an answer, [] when nothing is."""
    found = [
        f"{name} is {answer.get(name)!r}, not {value!r}"
        for name, value in HEADERS.items()
        if answer.get(name) != value
    ]
    policy = answer.get("Content-Security-Policy", "")
    if "default-src 'none'" in policy and "sandbox" in policy:
        return found  # a file, not a page: nothing in it can act (conversations/serving.py)
    if "default-src 'self'" not in policy:
        found.append(f"Content-Security-Policy is {policy!r}")
    if "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        found.append(f"Content-Security-Policy is {policy!r}")
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        found.append("there is no Permissions-Policy")
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        inline = INLINE.search(DATA.sub("", answer.content.decode()))
        found += [f"something inline: {inline[0]!r}"] if inline else []
    return found
