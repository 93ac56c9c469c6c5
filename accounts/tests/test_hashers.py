import hashlib

import bcrypt
import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password, make_password

from accounts.hashers import BCrypt12PasswordHasher, from_legacy
from accounts.models import User


@pytest.fixture
def with_password(ana):
    def keep(encoded):
        User.objects.filter(pk=ana.pk).update(password=encoded)
        return ana

    return keep


def legacy_bcrypt(password: bytes) -> str:
    # As bcryptjs wrote it; four rounds instead of ten only for the time it takes.
    hashed = bcrypt.hashpw(password[:72], bcrypt.gensalt(4, prefix=b"2a"))
    return from_legacy(hashed.decode())


def test_passwords_are_kept_as_bcrypt_of_12_rounds(settings):
    del settings.PASSWORD_BCRYPT_ROUNDS
    hasher = BCrypt12PasswordHasher()
    assert hasher.encode("senha", hasher.salt()).startswith("bcrypt_sha256$$2b$12$")


def test_characters_after_the_72nd_byte_count():
    encoded = make_password("a" * 72 + "certa")
    assert check_password("a" * 72 + "certa", encoded)
    assert not check_password("a" * 72 + "errada", encoded)


def test_bcrypt_of_ten_rounds_verifies_once_and_is_hashed_anew(with_password, settings):
    user = with_password(
        from_legacy("$2a$10$" + bcrypt.hashpw(b"senha antiga", bcrypt.gensalt(10)).decode()[7:])
    )
    assert authenticate(None, username="ana", password="senha antiga") == user
    user.refresh_from_db()
    assert user.password.startswith("bcrypt_sha256$")
    assert not user.must_change_password
    assert authenticate(None, username="ana", password="senha antiga") == user


def test_a_wrong_password_upgrades_nothing(with_password):
    user = with_password(legacy_bcrypt(b"senha antiga"))
    assert authenticate(None, username="ana", password="outra") is None
    user.refresh_from_db()
    assert user.password.startswith("bcrypt$")


def test_a_password_longer_than_bcrypt_reads_verifies_as_the_old_program_did(with_password):
    user = with_password(legacy_bcrypt(b"x" * 80))
    assert authenticate(None, username="ana", password="x" * 80) == user


def test_unsalted_sha256_verifies_once_and_forces_a_new_password(with_password):
    user = with_password(from_legacy(hashlib.sha256(b"admin123").hexdigest()))
    assert authenticate(None, username="ana", password="admin123") == user
    user.refresh_from_db()
    assert user.password.startswith("bcrypt_sha256$")
    assert user.must_change_password


def test_the_digest_itself_is_no_password(with_password):
    digest = hashlib.sha256(b"admin123").hexdigest()
    with_password(from_legacy(digest))
    assert authenticate(None, username="ana", password=digest) is None


@pytest.mark.parametrize("stored", ["", "senha em claro", "$2a$10$short", "A" * 64, "f" * 63])
def test_what_is_no_hash_lets_nobody_in(stored):
    assert from_legacy(stored) is None


@pytest.mark.parametrize(
    "encoded", ["bcrypt$rubbish", "bcrypt$", "legacy_sha256$", "legacy_sha256$é"]
)
@pytest.mark.parametrize("password", ["x", "\0", "é" * 200])
def test_a_broken_hash_lets_nobody_in_and_is_no_error(encoded, password):
    assert not check_password(password, encoded)


def test_a_very_long_password_is_only_wrong(ana):
    assert authenticate(None, username="ana", password="x" * 1_000_000) is None
