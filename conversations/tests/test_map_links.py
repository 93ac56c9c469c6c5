import pytest

from conversations.map_links import coordinates

SAO_PAULO = (-23.5505, -46.6333)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/maps/place/X/@-23.1,-46.1,17z/data=!3m1!3d-23.5505!4d-46.6333",
        "https://www.google.com/maps/@-23.5505,-46.6333,15z",
        "https://maps.google.com/?q=-23.5505,-46.6333",
        "https://www.google.com/maps/search/?api=1&query=-23.5505%2C-46.6333",
        "https://www.google.com/maps/dir/?api=1&destination=-23.5505,-46.6333",
        "https://maps.apple.com/?ll=-23.5505,-46.6333&q=Loja",
        "https://www.openstreetmap.org/?mlat=-23.5505&mlon=-46.6333#map=5/1/2",
        "https://www.openstreetmap.org/#map=17/-23.5505/-46.6333",
        "geo:-23.5505,-46.6333?z=12",
        " -23.5505, -46.6333 ",
    ],
)
def test_a_map_link_says_where_it_points(link):
    assert coordinates(link) == SAO_PAULO


@pytest.mark.parametrize(
    "link",
    ["https://maps.app.goo.gl/x7Yz", "https://maps.google.com/?q=Rua+A", "", "?q=-93.1,20", "@1,"],
)
def test_what_says_no_place_on_earth_is_none(link):
    assert coordinates(link) is None
