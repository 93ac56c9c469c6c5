"""What Meta says about a number's state, as facts (spec/03, 3.4). Pure."""

from typing import Any

from conversations.providers.cloud.wire import mapping, text

MAX_FACT = 64
MAX_COMPLAINT = 300
FACTS = {
    "quality": "quality_rating",
    "number": "display_phone_number",
    "verified_name": "verified_name",
    "number_status": "status",
    "name_status": "name_status",
    "code_status": "code_verification_status",
    "platform": "platform_type",
    "limit": "whatsapp_business_manager_messaging_limit",
}


def facts_of(raw: Any) -> tuple[dict[str, str], list[str]]:
    """Return the facts of a check under our names, and what Meta complains of in its own words."""
    raw = mapping(raw)
    facts = {ours: text(raw.get(theirs), MAX_FACT) for ours, theirs in FACTS.items()}
    facts["throughput"] = text(mapping(raw.get("throughput")).get("level"), MAX_FACT)
    return {name: value for name, value in facts.items() if value}, complaints(raw)


def is_blocked(raw: Any) -> bool:
    """Whether Meta lets this number send nothing at all."""
    return text(mapping(mapping(raw).get("health_status")).get("can_send_message")) == "BLOCKED"


def complaints(raw: dict) -> list[str]:
    """Return whatever Meta says is wrong with number, account or app, each once."""
    said = []
    entities = mapping(raw.get("health_status")).get("entities")
    for entity in entities if isinstance(entities, list) else []:
        problems = mapping(entity).get("errors")
        for problem in problems if isinstance(problems, list) else []:
            problem = mapping(problem)
            said += [text(problem.get("error_description"), MAX_COMPLAINT)]
            said += [text(problem.get("possible_solution"), MAX_COMPLAINT)]
        infos = mapping(entity).get("additional_info")
        said += [text(info, MAX_COMPLAINT) for info in (infos if isinstance(infos, list) else [])]
    return list(dict.fromkeys(filter(None, said)))
