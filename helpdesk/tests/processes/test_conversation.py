"""The main job over real HTTP, with a Graph-like server that knows nothing of ours."""

import itertools
import re
import threading
from uuid import UUID

import pytest

from helpdesk.tests.processes.agents import Agent

pytestmark = pytest.mark.processes

PATIENCE_SECONDS = 60
PROTOCOL = re.compile(r"\d{8}-\d{6}")
_numbers = itertools.count(5511980000000)


@pytest.fixture(scope="module")
def house(build_house):
    with build_house(furnish=("people",)) as house:
        yield house.open()


@pytest.fixture(scope="module")
def ana(house):
    return Agent(house, "ana", "Ana Souza")


@pytest.fixture(scope="module")
def bruno(house):
    return Agent(house, "bruno", "Bruno Lima")


@pytest.fixture
def zeca(house):
    return Customer(house, str(next(_numbers)))


class Customer:
    """A customer on the other side of the Graph server, and what the house knows of them."""

    def __init__(self, house, number: str):
        self.house = house
        self.number = number

    def says(self, text: str) -> None:
        self.house.graph.customer_says(self.number, text, name="Zeca Pereira")

    def has_asked_for_a_person(self) -> str:
        """Write, wait in the queue, and return the conversation's id."""
        self.says("Quero falar com um atendente")
        self.wait_for_state("queued")
        return self.conversation_id

    def heard(self) -> list[str]:
        """What reached the customer's phone, in this order."""
        bodies = [
            r["body"] for r in self.house.graph.accepted if r["body"].get("to") == f"+{self.number}"
        ]
        return [
            body["text"]["body"] if "text" in body else body["interactive"]["body"]["text"]
            for body in bodies
        ]

    def wait_to_hear(self, count: int) -> list[str]:
        self.house.wait_for(
            f"{count} messages", lambda: len(self.heard()) >= count, PATIENCE_SECONDS
        )
        return self.heard()

    def wait_for_state(self, state: str) -> None:
        self.house.wait_for(state, lambda: self.conversation[1:2] == (state,), PATIENCE_SECONDS)

    def wait_for_status(self, body: str, status: str) -> None:
        self.house.wait_for(
            f"{body} {status}", lambda: self.status_of(body) == status, PATIENCE_SECONDS
        )

    def status_of(self, body: str) -> str:
        return next((status for said, status, _sender in self.messages() if said == body), "")

    def messages(self) -> list[tuple]:
        sql = (
            "SELECT m.body, m.status, m.sender FROM conversations_message m"
            " JOIN conversations_contact c ON c.id = m.contact_id"
            " WHERE c.send_to = %s ORDER BY m.sort_at, m.id"
        )
        return self.house.rows(sql, self.number)

    @property
    def conversation(self) -> tuple:
        sql = (
            "SELECT v.id, v.state, v.unread_count, v.protocol FROM conversations_conversation v"
            " JOIN conversations_contact c ON c.id = v.contact_id WHERE c.send_to = %s"
        )
        return next(iter(self.house.rows(sql, self.number)), ())

    @property
    def conversation_id(self) -> str:
        return str(UUID(str(self.conversation[0])))


def test_a_conversation_from_the_first_word_to_the_goodbye(house, ana, zeca):
    zeca.says("Oi")
    welcome, menu = zeca.wait_to_hear(2)
    protocol = zeca.conversation[3]
    assert protocol in welcome
    assert "Zeca" in menu

    conversation = zeca.has_asked_for_a_person()
    zeca.wait_to_hear(3)  # what the bot has not said when Ana takes it is never said
    assert ana.take(conversation).status_code == 200
    assert ana.write(conversation, "Bom dia, sou a Ana").status_code == 200
    zeca.wait_for_status("Bom dia, sou a Ana", "read")

    zeca.says("Está sem internet")
    house.wait_for(
        "the answer", lambda: "Está sem internet" in ana.get(page(conversation)).text, 30
    )
    assert ana.close(conversation).status_code == 200
    zeca.wait_for_state("closed")
    *said, goodbye = zeca.wait_to_hear(5)
    assert said[-1] == "Bom dia, sou a Ana"
    assert PROTOCOL.findall(goodbye) == [protocol]
    assert house.errors() == []


def page(conversation: str) -> str:
    return f"/conversations/{conversation}/"


@pytest.mark.parametrize("fault", ["throttle*2", "cut", "status_first"])
def test_a_faulty_answer_of_whatsapp_sends_nothing_twice_and_loses_nothing(house, ana, zeca, fault):
    conversation = zeca.has_asked_for_a_person()
    zeca.wait_to_hear(2)
    assert ana.take(conversation).status_code == 200

    house.graph.script_faults(fault)
    assert ana.write(conversation, "Já vou ver").status_code == 200
    zeca.wait_for_status("Já vou ver", "read")
    assert ana.write(conversation, "Pronto").status_code == 200
    zeca.wait_for_status("Pronto", "read")
    assert zeca.heard()[2:] == ["Já vou ver", "Pronto"]


def test_of_two_agents_who_take_at_the_same_moment_one_reads_who_has_it(ana, bruno, zeca):
    conversation = zeca.has_asked_for_a_person()
    together, answers = threading.Barrier(2), {}

    def take(agent):
        together.wait()
        answers[agent] = agent.take(conversation)

    threads = [threading.Thread(target=take, args=(agent,)) for agent in (ana, bruno)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner, loser = sorted(answers, key=lambda agent: answers[agent].status_code)
    assert [answers[winner].status_code, answers[loser].status_code] == [200, 409]
    assert winner.name in answers[loser].text


def test_what_the_bot_had_waiting_when_an_agent_takes_over_is_never_sent(house, ana, zeca):
    # The protocol text takes its time, so that the menu has to wait behind it.
    house.graph.script_faults("delay=6")
    zeca.says("Oi")
    house.wait_for(
        "the menu waits",
        lambda: (
            [row[1:] for row in zeca.messages()[1:]] == [("sending", "system"), ("queued", "bot")]
        ),
        PATIENCE_SECONDS,
    )
    assert ana.take(zeca.conversation_id).status_code == 200
    assert ana.write(zeca.conversation_id, "Eu cuido disso").status_code == 200
    zeca.wait_for_status("Eu cuido disso", "read")

    welcome, answer = zeca.heard()
    assert PROTOCOL.search(welcome)
    assert answer == "Eu cuido disso"
    assert [status for _body, status, sender in zeca.messages() if sender == "bot"] == ["cancelled"]


def test_what_waited_for_a_worker_obeys_the_agent_who_came_first(house, ana, zeca):
    if "worker" not in house.parts:
        pytest.skip("embedded, the worker is no process of its own")
    house.stop("worker")
    zeca.says("Oi")
    house.wait_for("both wait", lambda: len(zeca.messages()) == 3, PATIENCE_SECONDS)
    assert ana.take(zeca.conversation_id).status_code == 200
    house.start("worker")

    (welcome,) = zeca.wait_to_hear(1)
    assert PROTOCOL.search(welcome)
    assert ana.write(zeca.conversation_id, "Aqui estou").status_code == 200
    assert zeca.wait_to_hear(2) == [welcome, "Aqui estou"]
    assert [status for _body, status, sender in zeca.messages() if sender == "bot"] == ["cancelled"]
