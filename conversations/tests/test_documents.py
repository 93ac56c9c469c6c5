import pytest

from conversations import documents


@pytest.mark.parametrize(
    "document", ["529.982.247-25", "52998224725", "11.444.777/0001-61", "11444777000161"]
)
def test_documents_whose_check_digits_fit_are_taken(document):
    assert documents.is_valid(document)


@pytest.mark.parametrize(
    "document",
    ["529.982.247-24", "11.444.777/0001-60", "000.000.000-00", "1234", "", "529982247251"],
)
def test_documents_with_a_wrong_digit_or_length_are_refused(document):
    assert not documents.is_valid(document)
