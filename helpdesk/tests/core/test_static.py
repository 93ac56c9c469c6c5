from pathlib import Path

from django.contrib.staticfiles import finders

from helpdesk.core import static


def test_all_styles_become_one_sheet_in_their_layers():
    joined = static.joined_styles()
    entry = Path(finders.find(static.ENTRY_STYLES)).read_text()
    assert "@import" not in joined
    assert joined.count("@layer components {") == entry.count("layer(components)")
    assert Path(finders.find("css/components/button.css")).read_text() in joined


def test_only_sheets_beside_the_entry_name_other_files():
    folder = Path(finders.find(static.ENTRY_STYLES)).parent
    deeper = [path for path in folder.glob("*/*.css") if "url(" in path.read_text()]
    assert deeper == []
