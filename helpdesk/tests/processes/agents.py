"""An agent's browser without the browser: logs in, posts forms, over real HTTP."""

import uuid

import requests

from helpdesk.testing.cast import PASSWORD
from helpdesk.testing.house import House

ANSWER_SECONDS = 30


class Agent:
    """Somebody who is logged in; `name` is what colleagues read."""

    def __init__(self, house: House, username: str, name: str):
        self.name = name
        self._url = house.url
        self._session = requests.Session()
        self._log_in(username)

    def take(self, conversation) -> requests.Response:
        return self.post(f"/conversations/{conversation}/take/")

    def write(self, conversation, body: str, token=None) -> requests.Response:
        token = token or uuid.uuid4()
        path = f"/conversations/{conversation}/messages/"
        return self.post(path, body=body, client_token=str(token))

    def close(self, conversation) -> requests.Response:
        return self.post(f"/conversations/{conversation}/close/", says_goodbye="on")

    def post(self, path: str, **form) -> requests.Response:
        """Post a form as HTMX does."""
        headers = {
            "HX-Request": "true",
            "X-CSRFToken": self._session.cookies["csrftoken"],
            "Referer": self._url,
        }
        return self._session.post(self._url + path, form, headers=headers, timeout=ANSWER_SECONDS)

    def get(self, path: str) -> requests.Response:
        return self._session.get(self._url + path, timeout=ANSWER_SECONDS)

    def _log_in(self, username: str) -> None:
        assert self.get("/accounts/login/").status_code == 200
        form = {"login": username, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = self._session.cookies["csrftoken"]
        response = self._session.post(
            f"{self._url}/accounts/login/", form, allow_redirects=False, timeout=ANSWER_SECONDS
        )
        assert response.status_code == 302, response.text[:500]
