from conversations.drainer import Drainer
from helpdesk.core.loop_command import LoopCommand


class Command(LoopCommand):
    help = "Turns stored webhooks into conversations, until stopped. Several may run; they share."

    def loop(self, stop):
        Drainer(stop).run()
