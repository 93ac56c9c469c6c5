from accounts.actions import absence, audit, passwords
from helpdesk.core.tasks import task


# The next round is the retry.
@task(max_retries=0)
def put_absent_offline():
    absence.end_what_absence_ends()


@task()
def send_reset_link(email):
    passwords.send_reset_link(email)


@task()
def prune_audit():
    audit.prune()
