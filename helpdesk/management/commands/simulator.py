from conversations.providers.simulator.pump import Pump
from helpdesk.core.loop_command import LoopCommand


class Command(LoopCommand):
    help = "Delivers the simulator's webhooks, until stopped. One may run."

    def loop(self, stop):
        Pump(stop).run()
