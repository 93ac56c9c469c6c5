import pytest

from conversations.formatting import fill_in, whatsapp_html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*negrito* e _itálico_", "<strong>negrito</strong> e <em>itálico</em>"),
        ("~riscado~ `mono`", "<s>riscado</s> <code>mono</code>"),
        ("```a *b* _c_```", "<code>a *b* _c_</code>"),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("2*3*4 e nome_do_arquivo", "2*3*4 e nome_do_arquivo"),
        ("* não* é", "* não* é"),
        ("> citado\nresposta", "<blockquote>citado</blockquote>resposta"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_marks_are_shown_as_whatsapp_shows_them(written, shown):
    assert whatsapp_html(written) == shown


def test_links_open_elsewhere_and_keep_their_underscores():
    html = whatsapp_html("veja https://a.test/x_y_z?a=1&b=2. Obrigado")
    assert 'href="https://a.test/x_y_z?a=1&amp;b=2"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert html.endswith("</a>. Obrigado")


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        '*<img src=x onerror="alert(1)">*',
        'https://a.test/"><script>alert(1)</script>',
        "`</code><script>`",
        "\ue0000\ue001 <b>",
        "javascript:alert(1)",
    ],
)
def test_what_people_write_never_becomes_markup(nasty):
    html = whatsapp_html(nasty)
    assert "<script" not in html and "<img" not in html and "<b>" not in html
    assert 'href="javascript' not in html


def test_variables_are_filled_in_once():
    assert fill_in("{{a}} {{ b.c }}", {"a": "{{b.c}}", "b.c": "x"}) == "{{b.c}} x"
