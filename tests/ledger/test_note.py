"""Notes, keys and checkpoints: what is written is read back the same, and nothing malformed passes."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from training.ledger import note
from training.ledger.note import Note, NoteError, Signature, TreeHead, VerifierKey

ORIGIN = "example.com/log"
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
VERIFIER = VerifierKey(ORIGIN, KEY.public_key().public_bytes_raw())
TEXT = TreeHead(origin=ORIGIN, size=3, root=b"r" * 32).render()
SIGNED = note.sign(TEXT, name=ORIGIN, key=KEY)

names = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1, max_size=20)
lines = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40)
roots = st.binary(min_size=32, max_size=32)
heads = st.builds(
    TreeHead,
    origin=lines,
    size=st.integers(0, 10**19 - 1),
    root=roots,
    extensions=st.lists(lines, max_size=3).map(tuple),
)


@given(heads)
def test_a_checkpoint_is_read_back_as_it_was_written(head: TreeHead) -> None:
    assert TreeHead.parse(head.render()) == head


signers = st.tuples(names, st.binary(min_size=4, max_size=4), st.binary(min_size=1))


@given(heads, st.lists(signers, min_size=1, max_size=5))
def test_a_note_is_read_back_as_it_was_written(head: TreeHead, signed_by: list[tuple[str, bytes, bytes]]) -> None:
    written = Note(text=head.render(), signatures=tuple(Signature(*signer) for signer in signed_by))
    assert Note.parse(written.render()) == written


@given(names, roots)
def test_a_key_is_read_back_as_it_was_written(name: str, public_key: bytes) -> None:
    key = VerifierKey(name, public_key)
    assert VerifierKey.parse(key.render()) == key


def test_a_text_may_have_empty_lines_and_the_last_one_divides() -> None:
    written = note.sign("one\n\n\nfour\n", name=ORIGIN, key=KEY)
    assert Note.parse(written.render()) == written


@given(st.text())
def test_no_text_at_all_raises_anything_but_the_one_error(text: str) -> None:
    for parse in (Note.parse, TreeHead.parse, VerifierKey.parse, Signature.parse):
        try:
            read = parse(text)
        except NoteError:
            continue
        assert read.render() == text


@given(st.integers(0, len(SIGNED.render())), st.text(max_size=3), st.integers(0, 3))
def test_a_note_changed_anywhere_is_refused(at: int, put: str, cut: int) -> None:
    whole = SIGNED.render()
    changed = whole[:at] + put + whole[at + cut :]
    if changed == whole:
        return
    with pytest.raises(NoteError):
        Note.parse(changed).verify([VERIFIER])


def test_a_signed_note_names_the_key_that_signed_it() -> None:
    assert SIGNED.verify([VERIFIER]) == [VERIFIER]


def test_a_note_signed_by_a_stranger_is_refused_and_the_stranger_named() -> None:
    strange = note.sign(TEXT, name=ORIGIN, key=OTHER)
    with pytest.raises(NoteError, match=rf"no known key, but by {ORIGIN}\+"):
        strange.verify([VERIFIER])


def test_a_stranger_beside_the_known_key_is_ignored() -> None:
    strange = note.sign(TEXT, name="witness.example", key=OTHER).signatures
    assert Note(TEXT, strange + SIGNED.signatures).verify([VERIFIER]) == [VERIFIER]


def test_a_wrong_signature_of_a_known_key_refuses_the_note_whoever_else_signed() -> None:
    witness = VerifierKey("witness.example", OTHER.public_key().public_bytes_raw())
    forged = Signature(ORIGIN, VERIFIER.key_id, b"\x00" * 64)
    signed = Note(TEXT, (*note.sign(TEXT, name=witness.name, key=OTHER).signatures, forged))
    with pytest.raises(NoteError, match="does not fit"):
        signed.verify([VERIFIER, witness])


def test_the_fingerprint_is_the_digest_of_the_bare_public_key() -> None:
    assert VERIFIER.fingerprint == note.fingerprint(VERIFIER.public_key)
    assert len(VERIFIER.fingerprint) == 64
    assert VERIFIER.fingerprint != note.fingerprint(OTHER.public_key().public_bytes_raw())


ROOT = b64encode(b"r" * 32).decode()
LINE = SIGNED.signatures[0].render()


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{LINE}",
        f"{TEXT}{LINE}\n",
        f"{TEXT}\n{LINE}\n\n",
        f"{TEXT}\n{LINE}\nmore\n",
        f"{TEXT}\n- {ORIGIN} AAAAAAA=\n",
        f"{TEXT}\n— {ORIGIN}\n",
        f"{TEXT}\n— {ORIGIN} AAAA\n",
        f"{TEXT}\n— {ORIGIN} AAAAAAB=\n",
        f"{TEXT}\n— {ORIGIN} AAAA AAA=\n",
        f"{TEXT}\n— a+b AAAAAAA=\n",
        f"{TEXT}\n—  AAAAAAA=\n",
        f"a\tb\n\n{LINE}\n",
        f"a\r\n\n{LINE}\n",
        f"\ud800\n\n{LINE}\n",
        TEXT + "\n" + (LINE + "\n") * 101,
    ],
)
def test_a_malformed_note_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Note.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n3\n{ROOT}",
        f"{ORIGIN}\n3\n",
        f"\n3\n{ROOT}\n",
        f"{ORIGIN}\n03\n{ROOT}\n",
        f"{ORIGIN}\n-3\n{ROOT}\n",
        f"{ORIGIN}\n+3\n{ROOT}\n",
        f"{ORIGIN}\n3.0\n{ROOT}\n",
        f"{ORIGIN}\n３\n{ROOT}\n",
        f"{ORIGIN}\n1_0\n{ROOT}\n",
        f"{ORIGIN}\n{'9' * 20}\n{ROOT}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n",
        f"{ORIGIN}\n3\nAAAA\n",
        f"{ORIGIN}\n3\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n3\n{ROOT}\n\nextension\n",
        f"{ORIGIN}\n3\n{ROOT}\n\x1f\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        TreeHead.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ORIGIN,
        f"{ORIGIN}+",
        f"{ORIGIN}++",
        VERIFIER.render().replace("+", " ", 1),
        VERIFIER.render()[:-4],
        VERIFIER.render() + "=",
        VERIFIER.render().replace(ORIGIN, "example.com/other"),
        f"{ORIGIN}+0{VERIFIER.key_id.hex()}+{b64encode(bytes([1]) + VERIFIER.public_key).decode()}",
        f"{ORIGIN}+{VERIFIER.key_id.hex()}+{b64encode(bytes([2]) + VERIFIER.public_key).decode()}",
        f"{ORIGIN}+{VERIFIER.key_id.hex()}+{b64encode(bytes([1]) + VERIFIER.public_key[:31]).decode()}",
    ],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda: note.sign("no newline", name=ORIGIN, key=KEY),
        lambda: note.sign("a\x00\n", name=ORIGIN, key=KEY),
        lambda: note.sign("a\n", name="with space", key=KEY),
        lambda: Note(TEXT, ()),
        lambda: Signature(ORIGIN, b"abc", b"x"),
        lambda: Signature(ORIGIN, b"abcd", b""),
        lambda: TreeHead(ORIGIN, -1, b"r" * 32),
        lambda: TreeHead(ORIGIN, 10**19, b"r" * 32),
        lambda: TreeHead(ORIGIN, 1, b"r" * 31),
        lambda: TreeHead("two\nlines", 1, b"r" * 32),
        lambda: TreeHead(ORIGIN, 1, b"r" * 32, ("",)),
        lambda: VerifierKey("", b"k" * 32),
        lambda: VerifierKey(ORIGIN, b"k" * 33),
    ],
)
def test_nothing_malformed_can_be_made_either(make: object) -> None:
    assert callable(make)
    with pytest.raises(NoteError):
        make()
