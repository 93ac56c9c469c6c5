"""What all houses of a process begin with: migrated and collected once, then copied.

Migrating takes some ten seconds and the static files three; a suite starts a dozen houses.

    python -m helpdesk.testing.house_template        # does it, in the settings of the environment
"""

import atexit
import shutil
import tempfile
import uuid
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

SQLITE_FILES = ("ramal.sqlite3", "ramal.sqlite3-wal")
STATIC_FILES = ("static", "static.stamp")


class Template:
    """A folder, and on PostgreSQL a database, as they are after the migrations."""

    def __init__(self, server_url: str, redis_url: str):
        from helpdesk.testing.house import run_module
        from helpdesk.testing.processes import environment_for

        self.folder = Path(tempfile.mkdtemp(prefix="ramal-template-"))
        self.database = f"ramal_template_{uuid.uuid4().hex[:8]}" if server_url else ""
        self._server_url = server_url
        atexit.register(self.drop)
        values = {}
        if server_url:
            self._on_server(f"CREATE DATABASE {self.database}")
            url = urlsplit(server_url)._replace(path=f"/{self.database}").geturl()
            values = {"DATABASE_URL": url, "REDIS_URL": redis_url}
        run_module(environment_for(self.folder, **values), "helpdesk.testing.house_template")

    def copy_to(self, folder: Path) -> None:
        """Put the static files, and the SQLite database, into a house's folder."""
        for name in (*STATIC_FILES, *(() if self.database else SQLITE_FILES)):
            source = self.folder / name
            if source.is_dir():
                shutil.copytree(source, folder / name, dirs_exist_ok=True)
            elif source.exists():
                shutil.copy2(source, folder / name)

    def drop(self) -> None:
        """Remove everything; done at the end of the tests, and of the process at the latest."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.database:
            self._on_server(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def _on_server(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(sql)


@cache
def template(server_url: str, redis_url: str) -> Template:
    """Return the one template of this process for a server; '' is SQLite."""
    made = Template(server_url, redis_url)
    _made.append(made)
    return made


_made: list[Template] = []


def drop_all() -> None:
    """Remove the templates of this process."""
    while _made:
        _made.pop().drop()
    template.cache_clear()


def main() -> None:
    """Migrate and collect."""
    import django

    django.setup()
    from django.core.management import call_command

    from helpdesk.core.static import collect_when_changed

    call_command("migrate", interactive=False, verbosity=0)
    collect_when_changed()


if __name__ == "__main__":
    main()
