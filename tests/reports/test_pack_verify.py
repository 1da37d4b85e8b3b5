"""The evidence pack's checker, part by part: against the standards' own examples, and against independent code."""

from __future__ import annotations

import ast
import json
import struct
import subprocess
import sys
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from training.access import sampling
from training.ledger import merkle, note
from training.ledger.canonical import canonical
from training.ledger.disclosure import hide
from training.reports.pack import verify

VERIFIER = Path(verify.__file__)
VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def vectors(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


ED25519 = vectors("rfc8032")
TREE = vectors("rfc6962")
JCS = vectors("rfc8785")
C2SP = vectors("c2sp")
SD_JWT = vectors("rfc9901")

# --- what it is written in ---


def test_it_is_python_3_9_and_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert all(not node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)


def test_it_starts_on_a_bare_interpreter_and_says_how_it_is_used(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, "--help"], capture_output=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0
    assert b"--key FINGERPRINT" in run.stdout
    assert run.stdout.isascii()


def test_every_word_is_there_in_both_languages() -> None:
    source = VERIFIER.read_text(encoding="utf-8")
    for code, sentences in verify.PROBLEMS.items():
        japanese, english = sentences
        assert any(ord(c) > 0x3000 for c in japanese), code
        assert english.isascii(), code
        assert f'"{code}"' in source.split("# 2. Values")[1] or any(
            code == f"{kind}.{rest}"
            for kind in ("attestation", "certificate")
            for rest in ("entry", "proof", "checkpoint", "disclosure")
        ), f"{code} is never told"
    for table in (verify.COUNTS, verify.HEADINGS, verify.VERDICTS, verify.ANCHORS):
        assert all(len(pair) == 2 for pair in table.values())


# --- Ed25519 ---


@pytest.mark.parametrize("vector", ED25519["signatures"], ids=lambda vector: vector["name"])
def test_signatures_are_verified_as_rfc_8032_has_them(vector: dict[str, str]) -> None:
    key = verify.PublicKey(bytes.fromhex(vector["public_key"]))
    message, signature = bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"])
    assert key.verifies(signature, message)
    assert not key.verifies(signature, message + b"\x00")
    for place in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not key.verifies(bytes(changed), message)


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), flip=st.integers(0, 511))
def test_it_agrees_with_openssl_on_any_key_and_message(seed: bytes, message: bytes, flip: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    key = KEYS.setdefault(public, verify.PublicKey(public)) if public not in KEYS else KEYS[public]
    assert key.verifies(signature, message)
    changed = bytearray(signature)
    changed[flip // 8] ^= 1 << flip % 8
    assert key.verifies(bytes(changed), message) == openssl(public, bytes(changed), message)


KEYS: dict[bytes, verify.PublicKey] = {}


def openssl(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_a_signature_whose_scalar_is_not_below_the_order_is_refused() -> None:
    vector = ED25519["signatures"][0]
    key, signature = verify.PublicKey(bytes.fromhex(vector["public_key"])), bytes.fromhex(vector["signature"])
    scalar = int.from_bytes(signature[32:], "little")
    malleable = signature[:32] + (scalar + verify.ORDER).to_bytes(32, "little")
    assert not key.verifies(malleable, b"")
    assert not key.verifies(signature[:63], b"")


SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]
NOT_CANONICAL = [
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # y = p
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # y = p + 1
    "0100000000000000000000000000000000000000000000000000000000000080",  # x = 0, and yet negative
    "0200000000000000000000000000000000000000000000000000000000000000",  # on no point of the curve
    "00",
]


@pytest.mark.parametrize("key", [*SMALL_ORDER, *NOT_CANONICAL])
def test_keys_that_many_signatures_would_fit_or_that_have_two_forms_are_refused(key: str) -> None:
    with pytest.raises(verify.Malformed):
        verify.PublicKey(bytes.fromhex(key))


# --- canonical JSON ---


@pytest.mark.parametrize("document", JCS["documents"], ids=lambda document: document["name"])
def test_documents_become_the_published_canonical_bytes(document: dict[str, str]) -> None:
    assert verify.canonical(verify.read_json(document["input"])) == document["canonical"].encode()
    assert verify.canonical(verify.read_canonical(document["canonical"])) == document["canonical"].encode()


@pytest.mark.parametrize(("bits", "text"), JCS["numbers"])
def test_numbers_are_written_as_published(bits: str, text: str) -> None:
    assert verify.canonical(struct.unpack(">d", bytes.fromhex(bits))[0]) == text.encode()


@pytest.mark.parametrize("bits", JCS["refused_numbers"])
def test_what_is_no_number_in_json_is_refused(bits: str) -> None:
    with pytest.raises(verify.Malformed):
        verify.canonical(struct.unpack(">d", bytes.fromhex(bits))[0])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(value=JSON)
def test_it_writes_what_the_server_writes_and_reads_it_as_canonical(value: Any) -> None:
    written = canonical(value)
    assert verify.canonical(value) == written
    assert verify.canonical(verify.read_canonical(written.decode())) == written


@given(value=JSON)
def test_only_the_one_form_is_read_as_canonical(value: Any) -> None:
    one = canonical(value).decode()
    for other in (json.dumps(value), json.dumps(value, indent=1), f"{one} ", json.dumps(value, ensure_ascii=False)):
        if other == one:
            continue
        with pytest.raises(verify.Malformed):
            verify.read_canonical(other)


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":1}', '{"b":1,"a":1}', "[1.0]", "[1e2]", "[-0]", "[NaN]", "[Infinity]", '["\\u0041"]', '["\\/"]',
     "[9007199254740993]", "[9007199254740992.0]", '{"\ue000":1,"\U00010000":1}', "[" * 2000, f"[{'9' * 5000}]", ""],
)  # fmt: skip
def test_other_forms_are_refused_without_an_accident(text: str) -> None:
    with pytest.raises(verify.ODD):
        verify.read_canonical(text)


# --- notes ---


def test_the_example_note_is_opened_by_its_key_alone() -> None:
    example = C2SP["signed"]
    key = verify.VerifierKey(example["verifier"])
    assert key.open(example["note"]) == example["text"]
    with pytest.raises(verify.Malformed, match="does not fit"):
        key.open(example["note"].replace("cryptography", "steganography"))
    other = note.VerifierKey(
        name="other.example", public_key=Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    )
    with pytest.raises(verify.Malformed, match="not signed by"):
        verify.VerifierKey(other.render()).open(example["note"])


def test_a_key_whose_id_is_not_its_own_is_refused() -> None:
    with pytest.raises(verify.Malformed, match="key id"):
        verify.VerifierKey(C2SP["signed"]["verifier"].replace("+c74f20a3+", "+c74f20a4+"))


def test_unknown_signatures_beside_a_known_one_are_passed_over() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b64decode(C2SP["signed"]["seed"]))
    one = note.sign("text\n", name="PeterNeumann", key=key)
    two = note.sign("text\n", name="witness.example", key=Ed25519PrivateKey.generate())
    both = note.Note(text="text\n", signatures=(*two.signatures, *one.signatures)).render()
    assert verify.VerifierKey(C2SP["signed"]["verifier"]).open(both) == "text\n"


@pytest.mark.parametrize(
    "broken", ["", "\n\n", "text\n", "text\n\nsignature\n", "text\n\n— a b\n", "te\x00xt\n\n— a b\n", "t\n\n— " * 200]
)
def test_what_is_no_note_is_refused_without_an_accident(broken: str) -> None:
    with pytest.raises(verify.ODD):
        verify.VerifierKey(C2SP["signed"]["verifier"]).open(broken)


# --- the tree ---

LEAVES = [verify.leaf_hash(bytes.fromhex(leaf)) for leaf in TREE["leaves"]]


def grown(leaves: Sequence[bytes]) -> verify.Tree:
    tree = verify.Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_roots_are_as_published_at_every_size(size: int) -> None:
    assert [leaf.hex() for leaf in LEAVES] == TREE["leaf_hashes"]
    assert grown(LEAVES[:size]).root().hex() == TREE["roots"][size]


@pytest.mark.parametrize("case", TREE["inclusion"], ids=lambda case: f"{case['index']} in {case['size']}")
def test_published_inclusion_proofs_lead_to_the_published_roots(case: dict[str, Any]) -> None:
    proof = [bytes.fromhex(step) for step in case["proof"]]
    assert (
        verify.root_from(LEAVES[case["index"]], case["index"], case["size"], proof).hex() == TREE["roots"][case["size"]]
    )


@pytest.mark.parametrize("case", TREE["consistency"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_trees_that_published_proofs_call_consistent_have_both_roots_on_the_way(case: dict[str, Any]) -> None:
    """With all leaves at hand, consistency is that the tree passes through the older root."""
    tree = grown(LEAVES[: case["old"]])
    old = tree.root()
    for leaf in LEAVES[case["old"] : case["new"]]:
        tree.add(leaf)
    proof = [bytes.fromhex(step) for step in case["proof"]]
    merkle.verify_consistency(old=case["old"], old_root=old, new=case["new"], new_root=tree.root(), proof=proof)


def recursive_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + recursive_root(leaves[:k]) + recursive_root(leaves[k:])).digest()


def recursive_path(leaves: Sequence[bytes], m: int) -> list[bytes]:
    """RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*recursive_path(leaves[:k], m), recursive_root(leaves[k:])]
    return [*recursive_path(leaves[k:], m - k), recursive_root(leaves[:k])]


TREES = st.lists(st.binary(max_size=3).map(verify.leaf_hash), min_size=1, max_size=70)


@given(leaves=TREES, data=st.data())
def test_roots_and_proofs_of_random_trees_are_those_of_the_recursive_definition(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, proof = recursive_root(leaves), recursive_path(leaves, index)
    assert grown(leaves).root() == root == merkle.root(leaves)
    assert proof == merkle.inclusion_proof(leaves, index)
    assert verify.root_from(leaves[index], index, len(leaves), proof) == root


@given(leaves=TREES, data=st.data())
def test_no_altered_proof_of_a_random_tree_leads_to_its_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, proof = recursive_root(leaves), recursive_path(leaves, index)
    other = verify.leaf_hash(b"another")
    altered = data.draw(st.integers(0, len(proof)))
    variants = [[*proof, other], proof[:-1] if proof else [other], [*proof[:altered], other, *proof[altered + 1 :]]]
    for variant in variants:
        try:
            assert verify.root_from(leaves[index], index, len(leaves), variant) != root
        except verify.Malformed:
            continue
    with pytest.raises(verify.Malformed):
        verify.root_from(leaves[index], len(leaves), len(leaves), proof)


# --- disclosures, samples ---


def test_the_example_disclosure_has_the_published_digest() -> None:
    assert verify.digest_of(SD_JWT["encoded"]) == SD_JWT["digest"]
    assert verify.opened(SD_JWT["encoded"]) == (SD_JWT["name"], SD_JWT["value"])


@given(name=st.text(max_size=9), value=JSON, salt=st.binary(min_size=16, max_size=16))
def test_disclosures_are_read_as_the_server_writes_them(name: str, value: Any, salt: bytes) -> None:
    hidden = hide(name, value, salt=salt)
    assert verify.digest_of(hidden.encoded) == hidden.digest
    read, content = verify.opened(hidden.encoded)
    assert (read, canonical(content)) == (name, canonical(value))


DEPARTMENTS = st.dictionaries(st.text("営業本部二課/", max_size=5), st.integers(0, 30), min_size=1, max_size=8)


@given(sizes=DEPARTMENTS, data=st.data())
def test_departments_get_the_shares_that_the_server_gives_them(sizes: dict[str, int], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, sum(sizes.values())))
    shares = verify.shares_of(sizes, size)
    assert shares == sampling.quotas(sizes, size)
    assert sum(shares.values()) == size
    assert all(share <= sizes[name] for name, share in shares.items())


@given(sizes=DEPARTMENTS, seed=st.text("0123456789abcdef", max_size=32), data=st.data())
def test_a_draw_comes_out_as_the_server_drew_it(sizes: dict[str, int], seed: str, data: st.DataObject) -> None:
    strata = {name: [f"{name}-{n}" for n in range(count)] for name, count in sizes.items()}
    everybody = sorted(key for ids in strata.values() for key in ids)
    size = data.draw(st.integers(0, len(everybody)))
    assert verify.draw({"": everybody}, seed, size) == sampling.draw(everybody, seed=seed, size=size)
    assert verify.draw(strata, seed, size) == sampling.draw_by_department(strata, seed=seed, size=size)


# --- what people give from outside ---

PRINT = sha256(b"key").hexdigest()


@pytest.mark.parametrize(
    "text",
    [PRINT, PRINT.upper(), " ".join(PRINT[i : i + 4] for i in range(0, 64, 4)), ":".join(PRINT[i : i + 2] for i in range(0, 64, 2)),
     f"SHA256:{PRINT}", f" {PRINT}\n", "".join(chr(ord(c) + 0xFEE0) for c in PRINT)],
)  # fmt: skip
def test_a_fingerprint_is_read_as_people_copy_it(text: str) -> None:
    assert verify.fingerprint_in(text) == PRINT


@pytest.mark.parametrize("text", ["", PRINT[:63], PRINT[:8], PRINT + "0", PRINT[:63] + "g", "sha256:"])
def test_a_fingerprint_that_is_not_whole_is_wrong_usage(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        verify.main([str(VERIFIER.parent), "--key", text])
    assert stop.value.code == verify.USAGE
    assert "64 hexadecimal digits" in capsys.readouterr().err


def test_a_checkpoint_is_found_in_a_mail_with_other_line_ends() -> None:
    example = C2SP["checkpoint"]["note"]
    origin = C2SP["checkpoint"]["origin"]
    mail = f"監査ご担当者様\r\n\r\n本日のチェックポイントです。\r\n\r\n{example}\r\n以上\r\n".replace(
        "\n", "\r\n"
    ).replace("\r\r", "\r")
    assert verify.note_in(mail, origin) == example
    assert verify.note_in(example, origin) == example
    with pytest.raises(verify.Malformed):
        verify.note_in("何もありません。", origin)


def test_what_is_shown_obeys_no_hand_but_ours() -> None:
    assert verify.shown("\x1b[2Jgone\u202e\x00") == "\\x1b[2Jgone\\u202e\\x00"
    assert verify.shown("\udcff") == "\\udcff"
    assert len(verify.shown("x" * 10_000)) < 200
