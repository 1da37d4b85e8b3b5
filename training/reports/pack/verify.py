#!/usr/bin/env python3
"""Check an evidence pack: offline, with Python 3.9 or newer and nothing else.

    python verify.py [PACK.zip | FOLDER] [--key FINGERPRINT] [--checkpoint FILE] [--lang ja|en] [--json]

Without an argument it checks the folder or ZIP file that it lies in. It writes nothing and opens no connection.

Exit code 0: everything agrees, and the key or checkpoint that you gave is the pack's. 1: something does not agree,
each place is named. 2: wrong usage. 3: the pack agrees with itself, but nothing from outside says who made it.

Do not believe a checker because it came with what it checks. Read it, or take it from elsewhere. It has eleven parts:
words, values, canonical JSON (RFC 8785), signatures (RFC 8032), signed notes (C2SP), the Merkle tree (RFC 6962), the
pack as files, what a table must say, tables as files, the checks, the report. Everything in a pack counts as hostile
until it is proved: names, sizes, texts.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import locale
import os
import re
import stat
import sys
import unicodedata
import zipfile
import zlib
from array import array
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from hashlib import sha256, sha512
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

MIB = 1 << 20
CHUNK = 1 << 16
LONGEST_LINE = 16 * MIB  # one entry, as JSON
LARGEST_DOCUMENT = 64 * MIB  # what is read into memory as a whole
LARGEST_LEAVES = 1024 * MIB
LARGEST_RECORD = 4 * MIB  # record.json inside a certificate, unpacked
LARGEST_FILE = 8192 * MIB
BOMB_SIZE, BOMB_RATIO = 16 * MIB, 300  # a ZIP member is refused beyond both
DEEPEST = 64  # levels of nesting in JSON
KEPT = 1000  # problems that are described; the rest is counted

CLOCK = timedelta(minutes=10)
PREFIX = "privacy_training_"
PACK_SCHEMAS = ("privacy-training/pack/1", "privacy-training/pack/2")
ATTESTATION_SCHEMA = "privacy-training/attestation/1"
CERTIFICATE_SCHEMA = "privacy-training/certificate/1"
SAMPLE_SCHEMA = "privacy-training/sample/1"

MANIFEST, MANIFEST_NOTE = "manifest.json", "manifest.note"
LEAVES, CHECKPOINTS = "ledger/leaves.bin", "ledger/checkpoints.jsonl"
ENTRIES, DISCLOSURES, BATCHES = "ledger/entries.jsonl", "ledger/disclosures.jsonl", "ledger/batches.jsonl"
TASKS = "ledger/tasks.jsonl"
SAMPLES, SUMMARY = "samples.json", "summary.json"
REQUIRED = (
    "README.ja.txt", "README.en.txt", "verify.py",
    LEAVES, CHECKPOINTS, ENTRIES, DISCLOSURES, BATCHES, TASKS, SAMPLES, SUMMARY,
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------------------------
# 1. Words: one sentence in Japanese and one in English for everything that can be wrong. Codes are stable.
# ---------------------------------------------------------------------------------------------------------------------

PROBLEMS = {
    "pack.unreadable": ("証跡一式を読み取れません。", "The pack cannot be read."),
    "internal": (
        "検証プログラム自体が中断しました。この証跡一式は確認できていません。",
        "The checker itself broke off. The pack has not been checked.",
    ),
    "zip.name": ("危険なファイル名です。", "The file's name is not safe."),
    "zip.duplicate": (
        "同じ名前のファイルが二つあります。展開する道具により、どちらが出るか分かりません。",
        "Two files have this name: which of them comes out depends on the tool.",
    ),
    "zip.link": ("通常のファイルではありません（リンク等）。", "This is no plain file but a link or a device."),
    "zip.method": (
        "この検証プログラムが読まない方式（暗号化など）で格納されています。",
        "It is stored in a way that this checker does not read (encrypted, for one).",
    ),
    "zip.bomb": ("展開すると異常に大きくなるため読みません。", "It would unpack to an absurd size and is not read."),
    "zip.damaged": ("ZIPの中で壊れており、読み取れません。", "It is damaged inside the ZIP file and cannot be read."),
    "manifest.missing": ("目録またはその署名がありません。", "The manifest or its signature is missing."),
    "manifest.malformed": ("目録の形式が正しくありません。", "The manifest is not of the expected form."),
    "manifest.note": ("目録の署名が正しくありません。", "The manifest's signature is not valid."),
    "manifest.digest": (
        "目録が、署名されたものと異なります。",
        "The manifest is not the one that was signed.",
    ),
    "manifest.key": ("目録の鍵の表記が正しくありません。", "The key in the manifest is not valid."),
    "manifest.fingerprint": (
        "目録の鍵の指紋が、その鍵のものではありません。",
        "The fingerprint in the manifest is not that of its key.",
    ),
    "manifest.checkpoint": (
        "目録のチェックポイントが、台帳の最後のチェックポイントと異なります。",
        "The manifest's checkpoint is not the last of the ledger.",
    ),
    "manifest.campaigns": (
        "目録の研修の一覧が、台帳の記録または集計と異なります。",
        "The campaigns in the manifest are not those of the ledger or the summary.",
    ),
    "file.missing": ("目録にあるファイルがありません。", "A file that the manifest lists is not there."),
    "file.required": ("必要なファイルが目録にありません。", "A file that every pack has is not in the manifest."),
    "file.superfluous": ("目録にないファイルです。", "The manifest does not list this file."),
    "file.unexpected": (
        "証跡一式の形式にないファイルです。後から加えられたものです。",
        "No pack has such a file: it was added.",
    ),
    "file.size": ("ファイルの大きさが目録と異なります。", "The file's size is not the one in the manifest."),
    "file.digest": ("ファイルの内容が目録と異なります。", "The file's content is not the one in the manifest."),
    "file.too_large": ("大きすぎるため、内容を検証できません。", "It is too large for its content to be checked."),
    "export.entry": (
        "証跡一式の中身を台帳へ記録した、最後の記録（access.pack_written）がないか、この証跡一式のものではありません。",
        "The last entry, which tells the ledger what this pack consists of (access.pack_written), is not there or is "
        "not this pack's.",
    ),
    "export.file": (
        "ファイルの内容が、作成時に台帳へ記録されたものと異なります。",
        "The file is not the one that the ledger recorded when the pack was made.",
    ),
    "export.missing": (
        "作成時に台帳へ記録されたファイルがありません。",
        "A file that the ledger recorded when the pack was made is not in the manifest.",
    ),
    "export.unrecorded": (
        "作成時に台帳へ記録されていないファイルです。",
        "The ledger did not record this file when the pack was made.",
    ),
    "export.count": (
        "ファイルの数が、作成時に台帳へ記録されたものと異なります。",
        "There are not as many files as the ledger recorded when the pack was made.",
    ),
    "table.malformed": (
        "一覧表の形式が正しくありません（数式、非表示の行、文書型宣言なども認めません）。",
        "The table is not of the expected form (formulas, hidden rows or a document type are refused, too).",
    ),
    "table.cell": (
        "一覧表の値が、台帳の記録から得られる値と異なります（{row}行目「{column}」）。",
        "A cell is not what the ledger's entries give (row {row}, {column}).",
    ),
    "table.row_superfluous": (
        "台帳の記録にない行です（{row}行目）。",
        "The ledger's entries know no such row (row {row}).",
    ),
    "table.row_missing": (
        "台帳の記録にある行が、一覧表にありません。",
        "A row that follows from the ledger's entries is not in the table.",
    ),
    "ledger.leaves": (
        "葉ハッシュの数が、チェックポイントの件数と異なります。",
        "The number of leaf hashes is not the checkpoint's size.",
    ),
    "checkpoint.malformed": (
        "チェックポイントの形式が正しくありません。",
        "The checkpoint is not of the expected form.",
    ),
    "checkpoint.note": ("チェックポイントの署名が正しくありません。", "The checkpoint's signature is not valid."),
    "checkpoint.column": (
        "チェックポイントの項目が、署名された文面と異なります。",
        "A field of the checkpoint differs from the text that was signed.",
    ),
    "checkpoint.order": (
        "チェックポイントが件数の順に並んでいません。",
        "The checkpoints are not in the order of their sizes.",
    ),
    "checkpoint.gap": (
        "直前のチェックポイントが抜かれています。",
        "The checkpoint before this one was taken out.",
    ),
    "checkpoint.root": (
        "台帳の記録が、署名された時点のものと異なります（番号 {first} から {last} のどこか）。",
        "The ledger is not the one that was signed: something between numbers {first} and {last} was changed.",
    ),
    "checkpoint.clock": (
        "封印の時刻が、前のチェックポイントより前に戻っています。",
        "The time of sealing lies before that of the checkpoint before it.",
    ),
    "entry.malformed": ("記録の形式が正しくありません。", "The entry is not of the expected form."),
    "entry.order": (
        "記録が番号の順に並んでいないか、同じ番号が二度あります。",
        "The entries are not in the order of their numbers, or a number stands twice.",
    ),
    "entry.duplicate": ("同じ記録が二度あります。", "The same entry stands here twice."),
    "entry.beyond": ("チェックポイントの範囲の外の番号です。", "No checkpoint covers this number."),
    "entry.leaf": (
        "記録の本文が、封印された時点から変えられています。",
        "The entry's text is not the one that was sealed under its number.",
    ),
    "entry.clock_back": (
        "記録の時刻が、直前の封印より10分を超えて前です。時計が戻されたか、記録が遡って作られています。",
        "The entry claims to be more than 10 minutes older than the sealing before it: the clock was set back, "
        "or the entry was dated back.",
    ),
    "entry.clock_ahead": (
        "記録の時刻が、その封印より10分を超えて後です。時計が進められています。",
        "The entry claims to be more than 10 minutes younger than its own sealing: the clock was set forward.",
    ),
    "disclosure.malformed": ("開示値の形式が正しくありません。", "The disclosure is not of the expected form."),
    "disclosure.unlisted": (
        "記録が挙げていない開示値です。値が変えられたか、別の記録のものです。",
        "Its entry does not list this value: it was changed, or belongs to another entry.",
    ),
    "disclosure.duplicate": ("同じ開示値が二度あります。", "The same value is disclosed twice."),
    "disclosure.orphan": (
        "この開示値の記録が、ここ（記録の順）にありません。",
        "The entry of this value is not in the pack, or not at this place.",
    ),
    "disclosure.missing": (
        "記録が挙げる開示値がなく、消去の記録もありません。",
        "A value that the entry lists is not there, and no erasure names it.",
    ),
    "disclosure.erased": ("消去の記録がある値が残っています。", "The value was erased, and yet is here."),
    "batch.malformed": ("一括記録の行の形式が正しくありません。", "The row is not of the expected form."),
    "batch.orphan": (
        "この行の記録が、ここ（記録の順）にありません。",
        "The entry of this row is not in the pack, lists no such rows, or is not at this place.",
    ),
    "batch.part": ("一括記録の行が抜けているか、順序が違います。", "A row is missing, or not in its place."),
    "batch.count": ("一括記録の行数が、記録と異なります。", "There are not as many rows as the entry says."),
    "batch.root": (
        "一括記録の行が、封印された時点から変えられています。",
        "The rows are not those that the entry was sealed with.",
    ),
    "row.digest": (
        "行にあるダイジェストが、その行の内容のものではありません。",
        "The digest in this row is not that of what it stands for.",
    ),
    "row.duplicate": ("同じ行が二度記録されています。", "The same row is recorded twice."),
    "row.reference": (
        "この行が指す記録が、証跡一式にありません。記録が抜かれています。",
        "The record that this row refers to is not in the pack: an entry was left out.",
    ),
    "task.malformed": ("モジュールの割当の形式が正しくありません。", "The task is not of the expected form."),
    "task.duplicate": ("同じモジュールの割当が二度あります。", "The same task stands here twice."),
    "task.unknown": (
        "このモジュールの割当の受講割当またはモジュールが、台帳にありません。",
        "The ledger knows no such assignment or module as this task's.",
    ),
    "task.assignment": (
        "小テストの記録が、別の受講割当を指しています。",
        "The quiz's entry names another assignment than the task's.",
    ),
    "task.missing": (
        "小テストの記録または受講割当に対応するモジュールの割当がありません。",
        "The task that a quiz's entry refers to, or that an assignment must have, is not there.",
    ),
    "text.unknown": ("どの記録にもない文書です。", "No entry knows this text."),
    "text.digest": (
        "文書が、公開された時点のものと異なります。",
        "The text is not the one that was published.",
    ),
    "text.missing": ("公開された文書が証跡一式にありません。", "A text that was published is not in the pack."),
    "attestation.malformed": ("誓約の写しの形式が正しくありません。", "The attestation is not of the expected form."),
    "attestation.entry": (
        "誓約の写しの記録が、台帳のその番号の記録ではありません。",
        "Its entry is not the ledger's under that number.",
    ),
    "attestation.proof": (
        "包含証明がチェックポイントに届きません。",
        "The inclusion proof does not lead to the checkpoint.",
    ),
    "attestation.checkpoint": (
        "誓約の写しのチェックポイントが、この台帳のものではありません。",
        "Its checkpoint is none of this ledger's.",
    ),
    "attestation.unknown": ("台帳の記録にない誓約です。", "The ledger's entries know no such attestation."),
    "attestation.duplicate": ("同じ誓約のファイルが二つあります。", "Two files hold the same attestation."),
    "attestation.signed": (
        "誓約した内容が、記録された内容と異なります。",
        "What was signed is not what the entry holds.",
    ),
    "attestation.digest": (
        "誓約のダイジェストが、誓約した内容のものではありません。",
        "The digest is not that of what was signed.",
    ),
    "attestation.text": (
        "誓約した内容が指す文書が、証跡一式の文書と異なるか、ありません。",
        "A text that was signed for is not in the pack, or is another.",
    ),
    "attestation.disclosure": ("記録が挙げていない開示値です。", "Its entry does not list this value."),
    "attestation.annulled": (
        "取消しの有無が、台帳の記録と異なります。",
        "Whether it was annulled is said otherwise than in the ledger.",
    ),
    "attestation.name": (
        "ファイル名の番号が、記録された社員番号と異なります。",
        "The number in the file's name is not the staff number in the record.",
    ),
    "attestation.missing": ("台帳にある誓約のファイルがありません。", "The file of an attestation is not there."),
    "certificate.unknown": (
        "どの発行記録にもないPDFです。一文字でも変えられたPDFはこうなります。",
        "No entry recorded the issue of this PDF. A single changed byte makes it so.",
    ),
    "certificate.duplicate": ("同じ修了証のファイルが二つあります。", "Two files hold the same certificate."),
    "certificate.no_record": (
        "PDFの中に記録（record.json）がないか、読み取れません。",
        "There is no readable record.json inside the PDF.",
    ),
    "certificate.malformed": (
        "PDFの中の記録の形式が正しくありません。",
        "The record inside the PDF is not of the expected form.",
    ),
    "certificate.row": (
        "PDFの中の記録が、発行記録と異なります。",
        "The record inside the PDF differs from what was recorded at its issue.",
    ),
    "certificate.entry": (
        "PDFの中の誓約の記録が、台帳のその番号の記録ではありません。",
        "The entry inside the PDF is not the ledger's under that number.",
    ),
    "certificate.proof": (
        "PDFの中の包含証明がチェックポイントに届きません。",
        "The inclusion proof inside the PDF does not lead to its checkpoint.",
    ),
    "certificate.checkpoint": (
        "PDFの中のチェックポイントが、この台帳のものではありません。",
        "The checkpoint inside the PDF is none of this ledger's.",
    ),
    "certificate.key": ("PDFの中の鍵が、この証跡一式の鍵ではありません。", "The key inside the PDF is not the pack's."),
    "certificate.attestation": (
        "PDFの中の誓約が、記録された誓約と異なります。",
        "The attestation inside the PDF is not the recorded one.",
    ),
    "certificate.disclosure": (
        "PDFの中の開示値を、記録が挙げていません。",
        "A value inside the PDF is not listed by its entry.",
    ),
    "certificate.printed": (
        "印字された内容が、記録された内容と異なります。",
        "What is printed is not what was recorded.",
    ),
    "certificate.holder": (
        "氏名・番号・部署が、誓約の記録とも再発行の記録とも異なります。",
        "Name, number and department are neither those that were signed with nor explained by a reissue.",
    ),
    "certificate.name": (
        "ファイル名が、印字された社員番号（有効でないものや他言語版では修了証番号も）と合いません。",
        "The file's name does not fit the staff number that is printed, or, where the certificate is not the one in "
        "force, its serial number.",
    ),
    "certificate.superseded": (
        "差替えを説明する記録（再発行）がないか、食い違っています。",
        "No entry explains that it was superseded by a reissue, or another one does.",
    ),
    "certificate.missing": ("台帳にある修了証のファイルがありません。", "The file of a certificate is not there."),
    "paper.unknown": (
        "どの記録にもない、または名前と内容が異なるスキャンです。",
        "No entry knows this scan, or it is not what its name says.",
    ),
    "paper.missing": ("台帳にあるスキャンがありません。", "A scan that the ledger records is not there."),
    "sample.malformed": ("抽出の記録の形式が正しくありません。", "The sample is not of the expected form."),
    "sample.row": ("抽出の内容が、台帳の記録と異なります。", "The sample differs from the ledger's record of it."),
    "sample.population": (
        "抽出の母集団が、台帳の受講割当と異なります。",
        "The population is not that of the campaign's assignments.",
    ),
    "sample.strata": (
        "部門ごとの内訳が、母集団または記録と異なります。",
        "The departments are not a division of the population, or not the recorded one.",
    ),
    "sample.draw": (
        "種と母集団から同じ抽出結果になりません。",
        "The draw does not follow from seed and population.",
    ),
    "sample.missing": ("台帳にある抽出がありません。", "A sample that the ledger records is not there."),
    "summary.malformed": ("集計の形式が正しくありません。", "The summary is not of the expected form."),
    "summary.count": (
        "集計の数が、台帳の記録から数えた数と異なります（{campaign}、{field}）。",
        "A number of the summary is not what the entries give ({campaign}, {field}).",
    ),
    "summary.sense": (
        "集計の数が互いに合いません（{campaign}、{field}）。",
        "The numbers of the summary contradict each other ({campaign}, {field}).",
    ),
    "anchor.key": (
        "証跡一式の鍵は、外部から与えられた指紋の鍵ではありません。",
        "The pack's key is not the one whose fingerprint you gave.",
    ),
    "anchor.malformed": (
        "与えられたチェックポイントを読み取れません。",
        "The checkpoint that you gave cannot be read.",
    ),
    "anchor.note": (
        "与えられたチェックポイントは、証跡一式の鍵で署名されていません。鍵が取り替えられています。",
        "The checkpoint that you gave is not signed by the pack's key: the key was changed.",
    ),
    "anchor.newer": (
        "与えられたチェックポイントは証跡一式より新しく、比べられません。より古いものを与えてください。",
        "The checkpoint that you gave is newer than the pack and cannot be compared: give an older one.",
    ),
    "anchor.root": (
        "台帳の記録が、与えられたチェックポイントの時点のものと異なります。履歴が書き換えられています。",
        "The ledger does not begin with what the checkpoint that you gave was signed for: history was rewritten.",
    ),
}

VERDICTS = {
    "proved": (
        "一致しました。すべての検査に合格し、外部から与えられた{anchor}が、この証跡一式のものであることを確かめました。",
        "AGREES. Every check passed, and the {anchor} that you gave from outside is this pack's.",
    ),
    "failed": (
        "一致しません。{count}か所に食い違いがあります。この証跡一式をそのまま信用することはできません。",
        "DOES NOT AGREE. {count} place(s) differ. The pack cannot be relied on as it is.",
    ),
    "consistent": (
        "それ自体に矛盾はありませんが、出所は証明されていません。鍵の指紋（--key）またはチェックポイント（--checkpoint）を、"
        "証跡一式とは別の経路で入手して、もう一度実行してください。",
        "CONSISTENT IN ITSELF, ORIGIN NOT PROVED. Get the key's fingerprint (--key) or a checkpoint (--checkpoint) "
        "by another way than the pack, and run this again.",
    ),
}
ANCHORS = {
    "key": ("鍵の指紋", "key's fingerprint"),
    "checkpoint": ("チェックポイント", "checkpoint"),
    "both": ("鍵の指紋とチェックポイント", "key's fingerprint and checkpoint"),
}

COUNTS = {
    "files": ("目録と照合したファイル", "files compared with the manifest"),
    "leaves": ("台帳全体の記録（葉ハッシュ）", "entries of the whole log (leaf hashes)"),
    "checkpoints": ("署名を検証したチェックポイント", "checkpoints with a valid signature"),
    "entries": ("本文まで検証した記録", "entries checked with their text"),
    "disclosures": ("記録と照合した開示値（氏名など）", "personal values compared with their entries"),
    "erased": ("消去の記録により存在しない値", "values gone by a recorded erasure"),
    "batch_rows": ("一括記録の行（受講割当など）", "rows of batches (assignments and others)"),
    "texts": ("公開時の記録と照合した文書", "texts compared with what was published"),
    "attestations": ("誓約（署名）", "attestations"),
    "annulled": ("　うち取り消されたもの", "  of these annulled"),
    "certificates": ("修了証（PDF）", "certificates (PDF)"),
    "superseded": ("　うち再発行により差し替えられたもの", "  of these superseded by a reissue"),
    "revoked": ("　うち失効したもの", "  of these revoked"),
    "of_annulled": ("　うち誓約が取り消されたもの", "  of these on an annulled attestation"),
    "expired": ("　うち作成日に有効期限を過ぎていたもの", "  of these past their validity when the pack was made"),
    "reissued": ("　うち氏名等の変更後に再発行されたもの", "  of these reissued after a change of name or post"),
    "papers": ("紙・集合研修のスキャン", "scans of what was done on paper"),
    "samples": ("引き直して確かめた抽出", "samples drawn again"),
    "bound": ("作成時の台帳の記録と照合したファイル", "files compared with what the ledger recorded at the export"),
    "rows": ("台帳から作り直した一覧表の行（CSVとXLSX）", "rows of tables made again from the ledger (CSV and XLSX)"),
    "cells": ("　うち台帳から得た値", "  cells in them that the entries give"),
}

# What no pack can prove, said every time; {…} are numbers of this pack.
UNPROVED = (
    (
        "封印（チェックポイント）の前に消された記録は、あったこと自体を証明できません。",
        "That an entry deleted before its first sealing ever existed cannot be proved.",
    ),
    (
        "台帳の {withheld} 件は葉ハッシュだけで、本文はこの証跡一式にありません。その中に、この研修に関わる記録"
        "（例えば後の失効）が含まれていないことは、ここでは確かめられません。確認ページ、または verify_ledger で"
        "確かめてください。",
        "{withheld} entries of the log are here as leaf hashes only. That none of them concerns these campaigns "
        "(a later revocation, say) cannot be seen here: ask the check page, or let verify_ledger be run.",
    ),
    (
        "PDFのPAdES電子署名は検証していません。署名された目録と台帳の記録が、PDFの各バイトを結び付けています。",
        "The PDFs' PAdES signatures are not checked. The signed manifest and the ledger's entries bind their bytes.",
    ),
    (
        "文書（documents/）、閲覧用のPDFと、一覧表のうち台帳から得られない {unbuilt} 個の値は、作り直して"
        "比べることができません。証跡一式の作成時に台帳へ記録されたSHA-256と比べています。初めから正しく作られたかは証明できません。",
        "Documents, the PDFs made for reading and {unbuilt} cells of tables that no entry gives cannot be made again: "
        "they are compared with the SHA-256 that the ledger recorded at the export. That they were right from the "
        "beginning is not proved.",
    ),
    (
        "その記録（番号 {uncovered}）を含む、作成後に外部で控えたチェックポイントは与えられていません。"
        "鍵を持つ者が文書を作り直し、その記録ごと台帳の末尾を署名し直したなら、そのようなチェックポイントとの照合でのみ分かります。",
        "No checkpoint kept outside since the export, covering that record (number {uncovered}), was given. That "
        "whoever holds the key made the documents anew and signed the ledger's end anew with it would show only "
        "against one.",
    ),
    (
        "この証跡一式（{older}形式）は、中身を台帳へ記録しない以前の版が作成したものです。文書、閲覧用のPDFと、一覧表のうち"
        "台帳から得られない値は、目録の署名だけが結び付けています。",
        "This pack (form {older}) was made by an older version, which did not tell the ledger what it consists of: "
        "documents, PDFs made for reading and cells that no entry gives are bound by the manifest's signature alone.",
    ),
    (
        "時刻は発行者の時計によるもので、封印の順序との矛盾（10分超）だけを検査しています。",
        "Times are those of the issuer's clock; only contradictions with the order of sealings (beyond 10 minutes) "
        "are found.",
    ),
    (
        "秘密鍵を持つ者が最初から別の台帳を作り直すことは、外部のチェックポイントとの照合でのみ分かります。",
        "That whoever holds the private key made a whole other log shows only against a checkpoint from outside.",
    ),
    (
        "小テストの記録 {unassigned} 行は、どの受講割当のものかを記録自体に持たず、"
        "ledger/tasks.jsonl の対応表によります。",
        "{unassigned} rows of quiz results do not say in their own entries whose they are: ledger/tasks.jsonl says it.",
    ),
    (
        "未封印の件数は、数え直していません。",
        "How many entries were not sealed yet is not counted again.",
    ),
    (
        "部門別抽出の部署の区分は、記録されたとおりであることだけを検査しています。",
        "Whether the departments of a stratified sample were the people's own is not checked, only that they are "
        "as recorded.",
    ),
    (
        "このプログラムが証跡一式に付いてきたものなら、別の経路で入手したものと比べてください。",
        "If this program came with the pack, compare it with one from elsewhere.",
    ),
)
HEADINGS = {
    "title": ("証跡一式の検証結果", "Verification of an evidence pack"),
    "verdict": ("判定", "Verdict"),
    "pack": ("証跡一式", "Pack"),
    "made": ("作成", "Made at"),
    "campaigns": ("研修", "Campaigns"),
    "log": ("台帳", "Log"),
    "checkpoint": ("最後のチェックポイント", "Last checkpoint"),
    "size": ("件", "entries"),
    "key": ("鍵の指紋", "Fingerprint of the key"),
    "checked": ("検査したもの", "What was checked"),
    "unproved": ("証明できないこと", "What could not be proved"),
    "problems": ("食い違い", "What does not agree"),
    "none": ("なし", "none"),
    "place": ("場所", "place"),
    "expected": ("あるべき値", "expected"),
    "found": ("実際の値", "found"),
    "more": ("ほか {count} か所", "and {count} more"),
}

# ---------------------------------------------------------------------------------------------------------------------
# 2. Values: what is read is not believed to have any shape.
# ---------------------------------------------------------------------------------------------------------------------


class Malformed(Exception):
    """Something is not of the form it must have; the text says what was expected, in English."""


# What reading hostile values may raise besides: each means that the shape is wrong.
ODD = (Malformed, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)

HEX = re.compile("[0-9a-f]{64}")
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def text_of(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed(f"expected a text, found {kind_of(value)}")
    return value


def number_of(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(f"expected a whole number, found {kind_of(value)}")
    return value


def object_of(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"expected an object, found {kind_of(value)}")
    return value


def list_of(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed(f"expected a list, found {kind_of(value)}")
    return value


def hash_of(value: Any) -> bytes:
    if not isinstance(value, str) or not HEX.fullmatch(value):
        raise Malformed("expected 64 lower-case hexadecimal digits")
    return bytes.fromhex(value)


def moment_of(value: Any) -> datetime:
    """Read an instant of the log, ``2026-11-24T01:00:00.000000Z``; no other form is one."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value) or not value.isascii():
        raise Malformed("expected an instant such as 2026-11-24T01:00:00.000000Z")
    return datetime.fromisoformat(value[:-1])


def key_of(value: Any) -> bytes:
    """Read a UUID in its one form, as 16 bytes."""
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise Malformed("expected a UUID")
    return bytes.fromhex(value.replace("-", ""))


def kind_of(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def shown(value: Any, longest: int = 160) -> str:
    """Write a value for people: shortened, and with nothing in it that a terminal would obey."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= longest else f"{text[:longest]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


# ---------------------------------------------------------------------------------------------------------------------
# 3. Canonical JSON (RFC 8785): one value, one sequence of bytes.
# ---------------------------------------------------------------------------------------------------------------------

LARGEST_INTEGER = 2**53 - 1
BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def _integer(digits: str) -> Any:
    # Large floating point numbers look like integers in canonical form, which has no integers of that size.
    if len(digits) > 400:
        raise Malformed("expected a number")
    value = int(digits)
    return value if abs(value) <= LARGEST_INTEGER else float(digits)


def _refuse(word: str) -> Any:
    raise Malformed(f"{word} is no JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a name stands twice in an object")
    return members


_PLAIN = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse)
_STRICT = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_members)
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
_quote = json.encoder.encode_basestring


def read_json(data: bytes | str) -> Any:
    """Read JSON in which no object has a name twice."""
    return _STRICT.decode(data.decode("utf-8") if isinstance(data, bytes) else data)


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a JSON value; raises ``Malformed`` for what has none."""
    try:
        return "".join(_pieces(value, 0)).encode("utf-8")
    except UnicodeEncodeError as reason:
        raise Malformed("a lone surrogate has no canonical form") from reason


def _pieces(value: Any, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise Malformed(f"nested deeper than {DEEPEST} levels")
    if value is None or value is True or value is False:
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        yield _quote(value)
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise Malformed("an integer beyond 2**53 - 1 has no canonical form")
        yield str(value)
    elif isinstance(value, float):
        yield _number(value)
    elif isinstance(value, list):
        yield "["
        for place, item in enumerate(value):
            yield "," if place else ""
            yield from _pieces(item, depth + 1)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        # By UTF-16 code units, which is not the order of code points beyond the BMP.
        for place, name in enumerate(
            sorted(value, key=lambda name: text_of(name).encode("utf-16-be", "surrogatepass"))
        ):
            yield f"{',' if place else ''}{_quote(name)}:"
            yield from _pieces(value[name], depth + 1)
        yield "}"
    else:
        raise Malformed(f"{kind_of(value)} has no canonical form")


def _number(value: float) -> str:
    """Write a floating point number as ECMAScript does: the shortest digits, as Python finds them, set otherwise."""
    if value != value or value in (float("inf"), float("-inf")):
        raise Malformed("NaN and infinity are no JSON")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        written = digits + "0" * (point - count)
    elif 0 < point <= 21:
        written = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        written = f"0.{'0' * -point}{digits}"
    else:
        power = f"{'+' if point > 0 else '-'}{abs(point - 1)}"
        written = f"{digits[0]}{'.' if count > 1 else ''}{digits[1:]}e{power}"
    return f"-{written}" if value < 0 else written


def read_canonical(text: str) -> Any:
    """Read JSON that is in canonical form; raises ``Malformed`` for any other.

    Python's own writer differs from RFC 8785 only in numbers with a point or an
    exponent, and in the order of names beyond the BMP: where neither occurs it
    may judge, being ten times as fast.
    """
    value = _PLAIN.decode(text)
    if BEYOND_BMP.search(text) is None and not _has_float(text):
        same = _WRITER.encode(value) == text
    else:
        same = canonical(value) == text.encode("utf-8")
    if not same:
        raise Malformed("the JSON is not in canonical form (RFC 8785)")
    return value


# A number that is not a short integer; may also be met inside a text, which then only takes the slow way.
_FLOAT = re.compile(r"[:,\[]-?(?:\d+[.eE]|\d{16})")


def _has_float(text: str) -> bool:
    return _FLOAT.search(text) is not None or not (text[:1] in '{["' or text in ("null", "true", "false"))


def unbase64(text: Any) -> bytes:
    """Decode base64 in its one form; what would be written otherwise is refused."""
    data = b64decode(text_of(text).encode("ascii"), validate=True)
    if b64encode(data).decode() != text:
        raise Malformed("the base64 is not in its one form")
    return data


# ---------------------------------------------------------------------------------------------------------------------
# 4. Ed25519 (RFC 8032, section 5.1), verification only.
#
# Strict where verifiers differ: the scalar S must be below the group's order; a key must be written canonically
# (y < p, no negative zero), lie on the curve, and not be one of the eight points of small order. The equation is
# the one without cofactor, R = S·B - k·A, and R is compared as bytes, so that only its canonical form passes.
# Nothing here is secret, so nothing needs constant time.
# ---------------------------------------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z; the addition below holds for every pair of points.
IDENTITY = (0, 1, 1, 0)


def _prepared(point: Any) -> Any:
    x, y, z, t = point
    return (y - x) % P, (y + x) % P, 2 * z % P, 2 * D * t % P


def _sum(point: Any, other: Any) -> Any:
    """Add a prepared point (RFC 8032, section 5.1.4)."""
    x, y, z, t = point
    minus, plus, double_z, scaled_t = other
    a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * scaled_t % P, z * double_z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def decompress(data: bytes) -> Any:
    """Return the point that 32 bytes stand for, None where they are no canonical encoding of one."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(data) != 32 or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def compress(point: Any) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return int(y | (x & 1) << 255).to_bytes(32, "little")


class Multiples:
    """A point's multiples j·256^i, so that a product takes 32 additions and no doubling."""

    def __init__(self, point: Any) -> None:
        self._rows: list[list[Any]] = []
        for _ in range(32):
            step, row, multiple = _prepared(point), [], IDENTITY
            for _ in range(256):
                row.append(_prepared(multiple))
                multiple = _sum(multiple, step)
            self._rows.append(row)
            point = multiple

    def add(self, scalar: int, point: Any) -> Any:
        """Return the point plus so many times ours."""
        for row, digit in zip(self._rows, scalar.to_bytes(32, "little")):
            if digit:
                point = _sum(point, row[digit])
        return point


def _base() -> Any:
    return decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


BASE: list[Multiples] = []  # made when first needed


class PublicKey:
    """An Ed25519 public key, ready to verify many signatures; raises ``Malformed`` for one that must not be trusted."""

    def __init__(self, data: bytes) -> None:
        point = decompress(data)
        if point is None:
            raise Malformed("the key is no canonical point of the curve")
        eightfold = point
        for _ in range(3):
            eightfold = _sum(eightfold, _prepared(eightfold))
        if compress(eightfold) == compress(IDENTITY):
            raise Malformed("the key is a point of small order")
        self.data = data
        x, y, z, t = point
        self._negative = Multiples((-x % P, y, z, -t % P))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 bytes: what people compare."""
        return sha256(self.data).hexdigest()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature over the message is this key's."""
        if len(signature) != 64:
            return False
        s = int.from_bytes(signature[32:], "little")
        if s >= ORDER:
            return False
        k = int.from_bytes(sha512(signature[:32] + self.data + message).digest(), "little") % ORDER
        if not BASE:
            BASE.append(Multiples(_base()))
        return compress(self._negative.add(k, BASE[0].add(s, IDENTITY))) == signature[:32]


# ---------------------------------------------------------------------------------------------------------------------
# 5. Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint).
# ---------------------------------------------------------------------------------------------------------------------

DASH = "\u2014 "
MOST_SIGNATURES = 100


class VerifierKey:
    """A key under its name, written ``name+id+base64``; the id must be the one that follows from both."""

    def __init__(self, line: str) -> None:
        name, _, rest = text_of(line).partition("+")
        key_id, _, encoded = rest.partition("+")
        data = unbase64(encoded)
        if not name or any(c.isspace() for c in name) or data[:1] != b"\x01" or len(data) != 33:
            raise Malformed("expected name+id+base64 of an Ed25519 key")
        self.name = name
        self.id = sha256(name.encode("utf-8") + b"\n" + data).digest()[:4]
        if self.id.hex() != key_id:
            raise Malformed(f"expected the key id {self.id.hex()}")
        self.key = PublicKey(data[1:])

    def open(self, note: str) -> str:
        """Return the text of a note that this key signed; raises ``Malformed`` for any other.

        Signatures of other keys are passed over, as C2SP demands.
        """
        head, divider, tail = text_of(note).rpartition("\n\n")
        if not divider or not tail.endswith("\n") or any(c < " " and c != "\n" for c in note):
            raise Malformed("expected a text, an empty line, and signature lines")
        lines = tail[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise Malformed("too many signatures")
        text, valid = f"{head}\n", False
        for line in lines:
            name, _, encoded = line[len(DASH) :].partition(" ")
            signature = unbase64(encoded)
            if not line.startswith(DASH) or not name or "+" in name or len(signature) < 5:
                raise Malformed("expected a signature line: dash, name, base64")
            if name == self.name and signature[:4] == self.id:
                if not self.key.verifies(signature[4:], text.encode("utf-8")):
                    raise Malformed(f"the signature of {name}+{self.id.hex()} does not fit the text")
                valid = True
        if not valid:
            raise Malformed(f"not signed by {self.name}+{self.id.hex()}")
        return text


class Head(NamedTuple):
    """What a checkpoint's text says."""

    origin: str
    size: int
    root: bytes
    sealed: str
    after: int


def decimal(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text):
        raise Malformed("expected a decimal number")
    return int(text)


def head_of(text: str) -> Head:
    """Read a checkpoint of this log: origin, size, root, when it was sealed, and the size of the one before it."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[5] or not lines[3].startswith("sealed ") or not lines[4].startswith("after "):
        raise Malformed("expected five lines: origin, size, root, 'sealed …', 'after …'")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise Malformed("expected a root of 32 bytes")
    sealed = lines[3][len("sealed ") :]
    moment_of(sealed)
    return Head(lines[0], decimal(lines[1]), root, sealed, decimal(lines[4][len("after ") :]))


# ---------------------------------------------------------------------------------------------------------------------
# 6. The Merkle tree (RFC 6962, section 2.1; RFC 9162, section 2.1.3).
# ---------------------------------------------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


class Tree:
    """A growing tree: one hash for each of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf hash at the right end: it joins with every perfect subtree of its own height."""
        peaks, size = self._peaks, self.size
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._peaks:
            return sha256(b"").digest()
        root = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            root = sha256(b"\x01" + peak + root).digest()
        return root


def root_from(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root to which an inclusion proof leads; raises ``Malformed`` if it has another length than it must.

    Level by level: a node stands alone (the last of an odd row, which goes up
    as it is), or left or right of the next hash of the proof.
    """
    if not 0 <= index < size:
        raise Malformed("the number lies outside the tree")
    steps = iter(proof)
    node, width = leaf, size
    while width > 1:
        if index % 2 == 1 or index + 1 < width:
            step = next(steps, None)
            if step is None:
                raise Malformed("the proof is too short")
            node = sha256(b"\x01" + (step + node if index % 2 else node + step)).digest()
        index, width = index // 2, (width + 1) // 2
    if next(steps, None) is not None:
        raise Malformed("the proof is too long")
    return node


# ---------------------------------------------------------------------------------------------------------------------
# 7. The pack as files, in a ZIP file or a folder.
# ---------------------------------------------------------------------------------------------------------------------

Tell = Callable[..., None]
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave in a folder; it is no part of a pack


def safe(name: str) -> bool:
    """Whether a name stays inside the pack on every system."""
    parts = name.split("/")
    return (
        not any(c in '\\:*?"<>|' or c < " " or c == "\x7f" for c in name)
        and not any(part in ("", ".", "..") or part.endswith(" ") for part in parts)
        and len(name) <= 400
    )


def folded(name: str) -> str:
    """Names that some system takes for the same are equal in this form."""
    return unicodedata.normalize("NFC", name).casefold()


class Unreadable(Exception):
    """A file of the pack cannot be read; the text says why."""


class ZipPack:
    """The files of a ZIP file. A member is opened only if its name, kind and size are harmless."""

    def __init__(self, path: str, tell: Tell) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as reason:
            raise Unreadable(str(reason)) from reason
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.sizes: dict[str, int] = {}
        seen: set[str] = set()
        for member in self._zip.infolist():
            name = getattr(member, "orig_filename", member.filename)
            if name.endswith("/") and member.file_size == 0 and safe(name[:-1]):
                continue
            fault = self._fault(name, member)
            if folded(name) in seen:
                fault = "zip.duplicate"
            seen.add(folded(name))
            if fault:
                tell(fault, name)
            if fault in ("", "zip.duplicate"):
                self._members[name] = member
                self.sizes[name] = member.file_size

    @staticmethod
    def _fault(name: str, member: zipfile.ZipInfo) -> str:
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not safe(name):
            return "zip.name"
        if kind not in (0, stat.S_IFREG):
            return "zip.link"
        if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return "zip.method"
        if member.file_size > LARGEST_FILE or (
            member.file_size > BOMB_SIZE and member.file_size > BOMB_RATIO * max(1, member.compress_size)
        ):
            return "zip.bomb"
        return ""

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading; it never yields more than its stated size."""
        try:
            return self._zip.open(self._members[name])  # type: ignore[return-value]
        except BROKEN as reason:
            raise Unreadable(str(reason)) from reason


class FolderPack:
    """The files below a folder; links are not followed."""

    def __init__(self, path: str, tell: Tell) -> None:
        self._paths: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self._composed: dict[str, str] = {}
        for folder, below, names in os.walk(path):
            for name in [*names, *(name for name in below if os.path.islink(os.path.join(folder, name)))]:
                full = os.path.join(folder, name)
                relative = os.path.relpath(full, path).replace(os.sep, "/")
                if name in LITTER:
                    continue
                status = os.lstat(full)
                if not stat.S_ISREG(status.st_mode):
                    tell("zip.link", relative)
                    continue
                self._paths[relative] = full
                self.sizes[relative] = status.st_size
                self._composed.setdefault(unicodedata.normalize("NFC", relative), relative)

    def rename(self, listed: Iterable[str]) -> None:
        """Give files that unpacking renamed (some systems take letters apart) the names that the manifest lists."""
        for name in listed:
            real = self._composed.get(unicodedata.normalize("NFC", name))
            if name not in self._paths and real is not None and real in self._paths:
                self._paths[name] = self._paths.pop(real)
                self.sizes[name] = self.sizes.pop(real)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading."""
        try:
            return open(self._paths[name], "rb")
        except OSError as reason:
            raise Unreadable(str(reason)) from reason


# What reading a damaged archive or file may raise.
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


class Pack:
    """The files of a pack by name, wherever they lie."""

    def __init__(self, path: str, tell: Tell) -> None:
        self.files: Any = FolderPack(path, tell) if os.path.isdir(path) else ZipPack(path, tell)
        self.sizes: dict[str, int] = self.files.sizes

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes; raises ``Unreadable`` where it is damaged."""
        with self.files.open(name) as stream:
            while True:
                try:
                    chunk = stream.read(CHUNK)
                except BROKEN as reason:
                    raise Unreadable(str(reason)) from reason
                if not chunk:
                    return
                yield chunk

    def read(self, name: str, largest: int = LARGEST_DOCUMENT) -> bytes:
        """Return a file's bytes, unless there are more of them than may be."""
        if self.sizes[name] > largest:
            raise Unreadable(f"larger than {largest} bytes")
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file of any length; raises ``Unreadable`` for a line without end."""
        rest = b""
        for chunk in self.chunks(name):
            rest += chunk
            if b"\n" in chunk:
                *whole, rest = rest.split(b"\n")
                yield from whole
            elif len(rest) > LONGEST_LINE:
                raise Unreadable(f"a line is longer than {LONGEST_LINE} bytes")
        if rest:
            yield rest


# ---------------------------------------------------------------------------------------------------------------------
# 8. What a table must say: its rows, made again from the entries.
# ---------------------------------------------------------------------------------------------------------------------

TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")
NUMBER, NAME, DEPARTMENT, ASSIGNMENT, SEQUENCE = "社員番号", "氏名", "所属", "割当ID", "台帳の番号"
WHO = (NUMBER, NAME, DEPARTMENT)

# Every table by name: its headings, and those whose cells are kept from Excel's guesses.
TABLES: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "roster": (
        (
            *(NUMBER, NAME, "フリガナ", DEPARTMENT, "雇用区分", "入社日", "退社日"),
            *("この行の期間の初日", "この行の期間の末日", "研修の対象"),
        ),
        frozenset({NUMBER}),
    ),
    "assignments": (
        (
            *(*WHO, "割当日時", "割り当ての理由", "追加の理由", "根拠：在籍を確かめた日", "根拠：雇用区分"),
            *("根拠：以前の署名のID", "期限", "期限の理由", "期限の経緯", ASSIGNMENT),
        ),
        frozenset({NUMBER, ASSIGNMENT, "根拠：以前の署名のID"}),
    ),
    "exemptions": (
        (
            *(*WHO, "種別", "事由", "理由", "初日", "最終日または期限", "承認者", "日時"),
            *(SEQUENCE, ASSIGNMENT),
        ),
        frozenset({NUMBER, ASSIGNMENT, "承認者"}),
    ),
    "credits": (
        (
            *(*WHO, "受講済みとした日時", "以前の署名の日時", "署名の内容のSHA-256", "署名の台帳の番号"),
            *("規則", "状態", SEQUENCE, ASSIGNMENT),
        ),
        frozenset({NUMBER, ASSIGNMENT, "署名の内容のSHA-256"}),
    ),
    "closings": (
        (*WHO, "種別", "事由", "理由", "終了または再開の日", "実施者", "日時", SEQUENCE, ASSIGNMENT),
        frozenset({NUMBER, ASSIGNMENT, "実施者"}),
    ),
    "paper": (
        (
            *(*WHO, "種別", "実施日", "備考", "登録者", "登録日時", "スキャンのSHA-256", "形式", "大きさ"),
            *("ファイル", SEQUENCE, ASSIGNMENT),
        ),
        frozenset({NUMBER, ASSIGNMENT, "登録者", "スキャンのSHA-256"}),
    ),
    "results": (
        (
            *(*WHO, "順", "研修", "言語", "版", "版のSHA-256", "受験回数", "得点", "満点", "合否", "修了日時"),
            *("修了の方法", ASSIGNMENT),
        ),
        frozenset({NUMBER, ASSIGNMENT, "版のSHA-256"}),
    ),
    "untrained": (
        (
            *(*WHO, "状況", "修了した課程", "課程", "期限", "期限超過", "申し出の理由", "退社日", "講じた措置"),
            ASSIGNMENT,
        ),
        frozenset({NUMBER, ASSIGNMENT}),
    ),
    "attestations": (
        (
            *(*WHO, "署名の回", "署名日時", "本人確認の方法", "本人確認の日時", "氏名の照合", "誓約書の版"),
            *("署名した内容のSHA-256", SEQUENCE, "無効とした日時", "無効の事由", "無効の理由", "ファイル", "写し"),
            ASSIGNMENT,
        ),
        frozenset({NUMBER, ASSIGNMENT, "署名した内容のSHA-256"}),
    ),
    "certificates": (
        (
            *("修了証番号", *WHO, "種別", "言語", "発行日時", "有効期限", "状態", "状態の変わった日時"),
            *("理由", "差し替え前の番号", SEQUENCE, "PDFのSHA-256", "ファイル"),
        ),
        frozenset({NUMBER, "修了証番号", "差し替え前の番号", "PDFのSHA-256"}),
    ),
    "reminders": (
        (*WHO, "送信日時", "期限", "段階", "宛先", "依頼者", SEQUENCE, ASSIGNMENT),
        frozenset({NUMBER, ASSIGNMENT, "依頼者"}),
    ),
    "course": (
        (
            *("日時", "種別", "理由", "実施者", "研修の初日", "研修の最終日", "期限", "修了証の有効期限", "内容"),
            SEQUENCE,
        ),
        frozenset({"実施者"}),
    ),
    "changes": (
        (
            *("日時", "種別", "規程の版", "旧条項", "新条項", "変更の種類", "判断の回", "実質的な変更", "教材"),
            *("理由", "実施者", SEQUENCE),
        ),
        frozenset({"旧条項", "新条項", "実施者"}),
    ),
    "access-log": (
        ("日時", "アカウント", "行為", "対象", "目的・権限", "目的の補足", SEQUENCE),
        frozenset({"アカウント"}),
    ),
    "sample": (
        (
            *("抽出ID", "抽出日時", "抽出者", "シード", "抽出数", "母集団の人数", "部署別", "順"),
            *(NUMBER, DEPARTMENT, ASSIGNMENT),
        ),
        frozenset({"抽出ID", "抽出者", "シード", NUMBER, ASSIGNMENT}),
    ),
    "as-of": ((), frozenset()),  # has lines above its headings
}

AS_OF_TITLE = "ある日の状況"
# The second where the first cannot tell what the ledger knows, the third where the second cannot.
AS_OF_SCHEMAS = ("privacy-training/as-of/1", "privacy-training/as-of/2", "privacy-training/as-of/3")
AS_OF_DAY = "基準日（この日の終わりの状況）"
AS_OF_HEADINGS = (
    *(NUMBER, NAME, "フリガナ", DEPARTMENT, "雇用区分", "在籍", "研修コード", "研修", "期限", "免除"),
    *("修了課程数", "課程数", "全課程修了日", "署名日", "署名を無効とした日"),
)
AS_OF_SECOND_HEADINGS = (*AS_OF_HEADINGS, "受講済み扱いの署名の日", "終了した日", "終了の事由")
AS_OF_THIRD_HEADINGS = (*AS_OF_SECOND_HEADINGS, "修了の方法", "署名の方法")
AS_OF_FORMS = (AS_OF_HEADINGS, AS_OF_SECOND_HEADINGS, AS_OF_THIRD_HEADINGS)
AS_OF_KEPT = {NUMBER, "研修コード"}
EMPLOYED, NOT_EMPLOYED = "在籍", "在籍していない"
AS_OF_NOTES = (
    "この表は、基準日の終わり（上の時間帯で翌日の0時になる直前）の状況を、上のチェックポイントまでに台帳へ封印された記録だけから再現したものです。",
    "同じ基準日とチェックポイントからは、いつ作成しても同じ内容になります。ただし、後に消去された方の行では、社員番号、氏名、フリガナが空欄になります。",
    "在籍者は、研修を割り当てられていない方も含めて全員を載せています。割り当てられた後に在籍しなくなった方の所属は、最後の所属です。",
    "署名日は、チェックポイントまでに無効とされた署名を除いて記載しています。",
)
AS_OF_SECOND_NOTES = (
    "免除は、基準日に期間中であるものを記載しています。期間が過ぎたものと解除されたものは含みません。",
    "受講済み扱いの署名の日は、研修の規則により、この研修の分として認められた以前の署名の日です。その署名が後に無効とされたものは含みません。",
    "終了した日は、署名のないまま割り当てが終わった日（退職した方は、最後の在籍日の翌日）です。再開されたものは含みません。",
)
AS_OF_THIRD_NOTES = (
    "修了の方法と署名の方法では、紙または集合研修の記録から人事が登録したもの（本人確認の確からしさが低いもの）を区別しています。修了した課程に一つでも該当すれば、紙・集合研修と記載し、後に署名が無効とされても変わりません。",
    "受講済み扱いの方の署名の方法は、この研修の分として認められた以前の署名の方法です。修了の方法には、この研修で修了した課程のみを記載しています。",
)
AS_OF_EARLY = "このチェックポイントは、基準日が終わる前に封印されました。封印より後の記録は含まれていません。"
YES, NO_MEASURE, NO_FILE = "○", "記録なし", "なし"
NOT_STARTED, IN_PROGRESS, UNSIGNED = "未着手", "受講中", "全課程修了・未署名"
DECLINED, UNASSIGNED = "署名できないとの申し出", "割り当てなし（割り当ての後の入社など）"
TAUGHT_AGAIN, ANNULLED_BEFORE = "再教育", "署名は無効とされた"
FIRST_ISSUE, REISSUE, EDITION = "初回", "再発行", "他言語版"
REMINDED, MORE_TIME = "督促{count}回（最後は{day}）", "期限の延長（{day}まで）"
CLOSED, EXEMPT = "終了（{cause}）", "免除（{cause}）"
PROLONGED = "期限の延長"
SIGNED_FROM, SAME_REVISION = "{day}以降の署名", "同じ版の規程"
CREDIT_COUNTS, CREDIT_ENDED = "有効", "署名が無効とされた"
ON_ASSIGNMENT = "受講のご案内"
BY_HAND, BEFORE_DUE, ON_DUE, AFTER_DUE = "個別の依頼", "期限の{days}日前", "期限の日", "期限の{days}日後"
DECISION, CONFIRMATION = "改定の判断", "教材の確認"
ONLINE = "オンライン"
AS_OF_EXEMPT, AS_OF_EXEMPT_UNTIL = "{cause}（{first}から）", "{cause}（{first}から{until}まで）"
MARKS = {True: "合格", False: "不合格"}
EXPORTED_AS = "evidence pack"
WORDS: dict[str, dict[str, str]] = {
    "cause": {
        "audience": "開始日に在籍（対象者の条件に該当）",
        "followed": "開始の後に対象者となった",
        "manual": "人事による追加",
        "change": "以前の規程に署名した方",
        "leaving": "退職の予定",
    },
    "due": {
        "campaign": "研修の期限",
        "rule": "期限の規則",
        "leave": "休業により変更",
        "extension": "個別の延長",
        "exemption": "免除により変更",
        "campaign_extended": "研修の延長",
    },
    "exempted": {"granted": "免除", "lifted": "免除の解除"},
    "exemption": {"long_leave": "長期の休業", "elsewhere": "他社で受講", "other": "その他"},
    "turn": {"closed": "終了", "reopened": "再開"},
    "turn cause": {
        "left": "退職",
        "removed": "人事による除外",
        "never_here": "名簿の訂正（在籍していなかった）",
        "cancelled": "研修の中止",
        "stays": "退職の取りやめ",
        "added": "人事による再追加",
        "here_after_all": "名簿の訂正（在籍している）",
        "leaves": "退職の予定（再び）",
    },
    "kind": {
        "yearly": "年度研修",
        "joining": "入社時研修",
        "change": "規程改定時の研修",
        "make_up": "追加研修",
        "leaving": "退職時誓約書",
    },
    "paper": {"paper": "紙の教材とテスト", "group": "集合研修"},
    "how": {"passed": "理解度テスト", "paper": "紙・集合研修（人事が登録）"},
    "reader": {"learner": "本人", "manager": "上長", "hr": "人事"},
    "event": {
        "drafted": "計画の作成",
        "changed": "計画の変更",
        "approved": "計画の承認",
        "opened": "開始",
        "extended": "延長",
        "adopted": "教材の新しい版の採用",
        "closed": "終了",
        "cancelled": "中止",
    },
    "figure": {
        "assigned": "割り当て",
        "signed": "署名",
        "closed": "署名なしで終了",
        "credited": "受講済み扱い",
        "exempt": "免除",
        "outstanding": "未了",
    },
    "day": {"due_on": "期限", "last_day": "最終日", "valid_until": "修了証の有効期限"},
    "change": {"renumbered": "条番号のみ", "changed": "変更", "added": "追加", "removed": "削除"},
    "type": {
        "officer": "役員",
        "regular": "正社員",
        "contract": "契約社員",
        "part_time": "パート・アルバイト",
        "temporary": "派遣社員",
        "seconded_in": "出向受け入れ",
        "seconded_out": "社外出向",
    },
    "method": {
        "password": "パスワード",
        "totp": "認証アプリのワンタイムコード",
        "webauthn": "パスキー・セキュリティキー",
        "recovery_code": "リカバリーコード",
        "oidc": "IDプロバイダー（OpenID Connect）",
        "paper": "紙への署名（人事が登録）",
    },
    "match": {
        "exact": "名簿どおり",
        "normalised": "全角・半角または空白のみ名簿と異なる",
        "variant": "異体字で入力",
    },
    "annulment": {"wrong_person": "別人による署名", "wrong_name": "誤った氏名での署名", "other": "その他"},
    "state": {
        "annulled": "無効（署名の取消し）",
        "revoked": "取消し",
        "erased": "記載事項を消去済み",
        "superseded": "再発行により失効",
        "expired": "有効期限切れ",
        "valid": "有効",
    },
    "action": {
        "list": "一覧の閲覧",
        "open": "個別の閲覧",
        "download": "ダウンロード",
        "download_all": "一括ダウンロード",
        "export": "書き出し",
    },
    "right": {
        "grant": "監査の閲覧権限",
        "hr": "人事・教育責任者として",
        "privacy_officer": "個人情報保護管理責任者として",
        "sample": "抜取りの確認",
        "claim": "申立ての確認",
        "other": "その他",
        "command": "サーバーでのコマンド",
    },
}


class Unknown:
    """A cell of which no entry says what it must hold."""


UNKNOWN = Unknown()


class OneOf(frozenset):  # type: ignore[type-arg]
    """What a cell may hold, where the entries leave a choice."""


def word(group: str, value: Any) -> Any:
    return WORDS[group].get(value, value)


def shared(value: Any) -> Any:
    """Keep one copy of a text that stands in very many rows."""
    return sys.intern(value) if type(value) is str else value


def zone_of(name: str) -> tzinfo | None:
    """Return a time zone by name; None where this computer does not know it. Tokyo's needs no data."""
    if name == "Asia/Tokyo":
        return TOKYO
    if name in ("UTC", "Etc/UTC"):
        return timezone.utc
    try:
        from zoneinfo import ZoneInfo  # noqa: PLC0415  (rarely needed)

        return ZoneInfo(name)
    except Exception:  # noqa: BLE001  (unknown name, no data: the times are then not compared)
        return None


class Employment(NamedTuple):
    """A span of working here: by which entry it was told, and by which it was taken back."""

    employee: str
    number: Any
    kind: str
    first: str
    last: str | None
    told: int
    gone: int | None


class Seen(NamedTuple):
    """A person as a table shows one on a day: under which employment, and until when that lasts."""

    line: str
    number: Any
    name: Any
    kana: Any
    place: Any
    kind: str
    employed: bool
    last: str | None


def holds(first: str, last: str | None, day: str) -> bool:
    return first <= day and (last is None or day <= last)


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


ENROLLED, RENAMED, PLACED = "people.enrolled", "people.renamed", "people.department_placed"
IMPORTED, UNDONE, PROVISIONED = "people.roster_imported", "people.roster_import_undone", "people.provisioned"
RENUMBERED = "people.renumbered"
ABOUT_ONE = {PROVISIONED, RENUMBERED}  # what changed stands in the entry's own facts
BY_LIST = {IMPORTED, UNDONE, PROVISIONED}
# What tells of people and changes no cell of a table.
WITHOUT_CELLS = {
    "people.account_linked", "people.password_set", "people.manager_appointed",
    "people.leave_recorded", "people.leave_ended", "people.leave_corrected", "people.leave_taken_back",
}  # fmt: skip
DRAFTING = {"drafted", "changed"}  # events that tell who wrote a plan, which binds nobody before its approval
PERSON, PLACE = "person", "department"  # what the entries of a staff list disclose: of each person, of each department


class People:
    """The roster as the pack's entries leave it: what is believed, and of employments also what no longer is.

    Entries are read in their order, each taking rows back and adding others. A
    row that is taken back and was never told belongs to somebody who is in no
    campaign of the pack.
    """

    def __init__(self) -> None:
        self.employments: dict[str, Employment] = {}
        self.names: dict[str, list[tuple[Any, ...]]] = {}  # of each person: first day, last, name, reading
        self.posts: dict[str, list[tuple[Any, ...]]] = {}  # of each person: first day, last, department, employment
        self.strange: set[str] = set()  # kinds of entries on people that are not read here
        self._departments: list[tuple[Any, ...]] = []  # first day, department, the one above, name
        self._closed: dict[str, tuple[Any, ...]] = {}
        self._several: dict[str, list[str]] = {}  # people with more than one employment
        self._paths: dict[str, dict[str, Any]] = {}

    def learn(self, entry: Entry, values: dict[str, Any]) -> None:
        facts, kind = entry.body["facts"], entry.kind
        if kind == ENROLLED:
            employee, first = text_of(facts["employee"]), shared(text_of(facts["from"]))
            key = text_of(facts["employment"])
            self.employments[key] = Employment(
                employee, values.get("number", UNKNOWN), shared(text_of(facts["type"])), first, None,
                entry.sequence, None,
            )  # fmt: skip
            name = values.get("name", UNKNOWN), values.get("kana", UNKNOWN)
            self.names.setdefault(employee, []).append((first, None, *name))
            self.posts.setdefault(employee, []).append((first, None, shared(text_of(facts["department"])), key))
        elif kind == RENAMED:
            self._rename(text_of(facts["employee"]), text_of(facts["from"]), values)
        elif kind == PLACED:  # it says of all days from then on
            self._departments = [
                one for one in self._departments if one[1] != facts["department"] or one[0] < text_of(facts["from"])
            ]
            self._place(facts, values.get(PLACE, UNKNOWN))
        elif kind in BY_LIST:
            self._listed(facts, values)
        elif kind.startswith("people.") and kind not in WITHOUT_CELLS | ABOUT_ONE:
            self.strange.add(kind)

    def _rename(self, employee: str, since: str, values: dict[str, Any]) -> None:
        """The name that went on ends the day before, or is corrected where it began on this day or later."""
        names = self.names.setdefault(employee, [])
        for name in [name for name in names if name[1] is None]:
            names.remove(name)
            if name[0] < since:
                names.append((name[0], day_before(since), *name[2:]))
        names.append((since, None, values.get("name", UNKNOWN), values.get("kana", UNKNOWN)))

    def _place(self, facts: dict[str, Any], name: Any) -> None:
        self._departments.append((text_of(facts["from"]), facts["department"], facts["parent"], name))

    def _listed(self, facts: dict[str, Any], values: dict[str, Any]) -> None:
        """Take in the departments of a list; one that reaches further back stands for what began later."""
        names = values.get(PLACE, {})
        for place in list_of(facts.get("departments", [])):
            instead = place["instead_of"]
            if instead is not None:
                self._departments = [
                    one for one in self._departments if (one[0], one[1]) != (instead, place["department"])
                ]
            self._place(place, names.get(place["department"], UNKNOWN))
        for department in list_of(facts.get("closed", [])):
            for one in [one for one in self._departments if one[1] == department]:
                self._departments.remove(one)
                self._closed[department] = one
        for department in list_of(facts.get("reopened", [])):
            if department in self._closed:
                self._departments.append(self._closed.pop(department))

    def change(self, entry: Entry, told: dict[str, Any], person: Any) -> None:
        """Take in what one person's line changed: the rows that no longer hold, then the new ones."""
        gone, new = object_of(told["gone"]), object_of(told["new"])
        hidden = person if isinstance(person, dict) else {}

        def said(table: str, place: int) -> Any:
            return hidden[table][place] if table in hidden else UNKNOWN

        for row in gone.get("employment", ()):
            if row["id"] in self.employments:
                self.employments[row["id"]] = self.employments[row["id"]]._replace(gone=entry.sequence)
        for row in gone.get("name", ()):
            kept = self.names.get(row["employee"], [])
            kept[:] = [name for name in kept if name[:2] != (row["from"], row["to"])]
        for row in gone.get("posting", ()):
            of, which = self.employments.get(row["employment"]), (row["from"], row["to"], row["department"])
            posts = self.posts.get(of.employee, []) if of is not None and row["primary"] else []
            posts[:] = [post for post in posts if post != (*which, row["employment"])]
        for place, row in enumerate(new.get("employment", ())):
            days = shared(text_of(row["from"])), shared(row["to"])
            self.employments[text_of(row["id"])] = Employment(
                text_of(row["employee"]), said("employment", place), shared(row["type"]), *days, entry.sequence, None
            )
        for place, row in enumerate(new.get("name", ())):
            name = said("name", place)
            name = (UNKNOWN, UNKNOWN) if name is UNKNOWN else tuple(list_of(name))
            self.names.setdefault(text_of(row["employee"]), []).append((text_of(row["from"]), row["to"], *name))
        for row in new.get("posting", ()):
            if row["primary"]:
                employee = self.employments[row["employment"]].employee
                post = text_of(row["from"]), row["to"], shared(row["department"]), row["employment"]
                self.posts.setdefault(employee, []).append(post)

    def settle(self) -> None:
        """Put in order what was read in any."""
        for rows in (*self.names.values(), *self.posts.values()):
            rows.sort(key=lambda row: row[0])
        self._departments.sort(key=lambda place: place[0])
        first: dict[str, str] = {}
        for key, row in self.employments.items():
            if row.employee in first:
                self._several.setdefault(row.employee, [first[row.employee]]).append(key)
            else:
                first[row.employee] = key

    def named(self, employee: str, day: str) -> tuple[Any, Any]:
        """Return name and reading on a day, empty before the first."""
        found: tuple[Any, Any] = ("", "")
        for name in self.names.get(employee, ()):
            found = name[2:] if name[0] <= day else found
        return found

    def path(self, department: Any, day: str) -> Any:
        """Return a department's path on a day, from the top."""
        if day not in self._paths:
            self._paths[day] = {place[1]: place[2:] for place in self._departments if place[0] <= day}
        places, parts = self._paths[day], []  # type: tuple[dict[str, Any], list[str]]
        while department in places and len(parts) < DEEPEST:
            department, name = places[department]
            if name is UNKNOWN:
                return UNKNOWN
            parts.append(name)
        return "/".join(reversed(parts))

    def believed(self) -> Iterator[tuple[str, Employment]]:
        return ((key, row) for key, row in self.employments.items() if row.gone is None)

    def spell(self, key: str, row: Employment) -> tuple[str, str | None]:
        """Return the days of joining and leaving: believed rows that adjoin are one spell, of the same number first."""
        first, last = row.first, row.last
        theirs = sorted((self.employments[other].first, other) for other in self._several.get(row.employee, ()))
        mine = [self.employments[other] for _, other in theirs if self.employments[other].gone is None]
        mine.sort(key=lambda one: one.number != row.number)
        ends = {day_after(one.last): one for one in reversed(mine) if one.last is not None}
        begins = {one.first: one for one in reversed(mine)}
        while first in ends:
            first = ends.pop(first).first
        while last is not None and day_after(last) in begins:
            last = begins.pop(day_after(last)).last
        return first, last

    def seen(self, own: str, day: str) -> Seen | None:
        """Return the person as shown under an employment: its own number first, then where the person works."""
        row = self.employments.get(own)
        if row is None:
            return None
        key, shown = self._shown(own, row, day)
        employed = shown is not None and holds(shown.first, shown.last, day)
        line = shown or row
        name, kana = self.named(row.employee, day)
        place = self._posted(row.employee, line.number, day, employed)
        # What nobody believes any more has no spell, and no day of leaving.
        last = self.spell(key, shown)[1] if shown is not None else None
        return Seen(key, line.number, name, kana, place, line.kind, employed, last)

    def _shown(self, own: str, row: Employment, day: str) -> tuple[str, Employment | None]:
        """What is believed of an employment: a correction is another row, of the same number or in its place."""
        if row.employee not in self._several:
            return own, row if row.gone is None else None
        theirs = sorted((key, self.employments[key]) for key in self._several[row.employee])
        ranked = [(key, one) for key, one in theirs if one.gone is None]
        ranked.sort(key=lambda item: item[1].first, reverse=True)
        ranked.sort(key=lambda item: (holds(item[1].first, item[1].last, day), item[1].first <= day), reverse=True)
        same = [
            (key, one)
            for key, one in ranked
            if key == own or one.number == row.number or (row.gone is not None and one.told == row.gone)
        ]
        return next(iter(same or ranked), (own, None))

    def _posted(self, employee: str, number: Any, day: str, employed: bool) -> Any:
        """The department of the main post that began last: nowhere for who works here and has none on the day."""
        posts = [post for post in self.posts.get(employee, ()) if post[0] <= day]
        if employee in self._several:
            posts = [post for post in posts if self.employments[post[3]].number == number] or posts
        if not posts or (employed and not holds(posts[-1][0], posts[-1][1], day)):
            return ""
        return self.path(posts[-1][2], day)


class Facts:
    """What the entries say that tables tell again, kept small: there may be very many people."""

    def __init__(self) -> None:
        self.people = People()
        # Campaigns and what people did. Of an event: when, what the campaign was like, kind, account, why, number.
        self.campaigns: dict[int, dict[str, Any]] = {}
        self.events: dict[int, list[tuple[Any, ...]]] = {}
        self.revisions: dict[str, int] = {}
        self.decided: dict[str, tuple[str, list[Any]]] = {}  # by the entry's number: of which revision, and the cells
        self.assignments: dict[str, tuple[Any, ...]] = {}
        self.dues: dict[str, list[tuple[Any, ...]]] = {}
        # What stands in a signature's place, and what was done for it.
        self.exemptions: dict[str, list[tuple[Any, ...]]] = {}
        self.spared: dict[tuple[str, str], list[Any]] = {}  # cells, by the entry's number and the assignment
        self.turns: dict[str, tuple[Any, ...]] = {}
        self.credits: dict[str, tuple[Any, ...]] = {}
        self.reminders: dict[str, tuple[int, str]] = {}  # how many, and when the last
        self.papers: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.declines: dict[str, tuple[str, Any]] = {}
        self.annulments: dict[str, tuple[str, str, Any]] = {}
        self.made_up: dict[str, list[str]] = {}
        self.places: dict[int, tuple[int, str]] = {}  # order and module of each task
        # Papers not yet handed in, as task and number in one; then by submission. What comes too early waits.
        self._papers: dict[bytes, int] = {}
        self._handed_in: dict[bytes, int] = {}
        self._early: dict[bytes, bytes] = {}
        self._unmarked: dict[bytes, tuple[Any, ...]] = {}
        self.attempts: dict[int, tuple[int, str]] = {}  # the highest number of each task, and the version sat
        self.done: dict[int, str] = {}
        self.how: dict[int, str] = {}  # of what was completed otherwise than by passing
        self.best: dict[int, tuple[Any, ...]] = {}
        self.statements: dict[str, int] = {}
        self.versions: dict[str, tuple[Any, ...]] = {}
        self.looks: dict[int, tuple[Any, ...]] = {}
        self._same: dict[Any, Any] = {}

    def _one(self, values: Any) -> Any:
        return self._same.setdefault(values, values)

    def learn(self, entry: Entry, values: dict[str, Any]) -> None:
        """Take in an entry that has no rows."""
        facts = entry.body["facts"]
        if entry.kind == "access.exported":
            self.looks[entry.sequence] = entry.at, "", "export", EXPORTED_AS, "command", None, facts["campaigns"]
        elif entry.kind.startswith("people."):
            self.people.learn(entry, values)
            if entry.kind in ABOUT_ONE:
                self.people.change(entry, facts, values.get(PERSON))

    def campaign(self, entry: Entry, row: dict[str, Any], values: dict[str, Any]) -> None:
        campaign, facts = number_of(row["campaign_id"]), object_of(row["facts"])
        said = text_of(row["at"]), facts, text_of(row["kind"]), row["by_id"], values.get("reason"), entry.sequence
        self.events.setdefault(campaign, []).append(said)
        if row["kind"] not in DRAFTING:
            self.campaigns[campaign] = {**self.campaigns.get(campaign, {}), **facts}

    def assigned(self, row: dict[str, Any], values: dict[str, Any]) -> None:
        facts = object_of(row["facts"])
        said = shared(row["cause"]), shared(facts.get("employed_on")), shared(facts.get("type"))
        why = values.get("reason") if row["cause"] == "manual" else None
        self.assignments[shared(text_of(row["id"]))] = (
            text_of(row["employment_id"]), *self._one((*said, facts.get("attestation"), why)),
        )  # fmt: skip

    def due(self, entry: Entry, row: dict[str, Any], values: dict[str, Any]) -> None:
        key = shared(text_of(row["assignment_id"]))
        said = number_of(row["number"]), shared(text_of(row["due_on"])), shared(text_of(row["reason"])), entry.at
        self.dues.setdefault(key, []).append(self._one(said))
        if row["reason"] == "extension":
            by = entry.body["facts"].get("by")
            cells = [PROLONGED, None, values.get("reason"), None, said[1], by and UNKNOWN, entry.at]
            self.spared[str(entry.sequence), key] = cells

    def exempted(self, entry: Entry, row: dict[str, Any], values: dict[str, Any]) -> None:
        key, kind, cause = shared(text_of(row["assignment_id"])), text_of(row["kind"]), text_of(row["cause"])
        days = text_of(row["first_day"]), row["until"]
        self.exemptions.setdefault(key, []).append((number_of(row["number"]), kind, cause, *days, text_of(row["at"])))
        cells = [word("exempted", kind), word("exemption", cause), values.get("reason"), *days, UNKNOWN, row["at"]]
        self.spared[str(entry.sequence), key] = cells

    def turned(self, row: dict[str, Any]) -> None:
        key = shared(text_of(row["assignment_id"]))
        said = number_of(row["number"]), shared(row["kind"]), shared(row["cause"]), shared(text_of(row["day"]))
        self.turns[key] = (*self.turns.get(key, ()), self._one(said))

    def credited(self, row: dict[str, Any]) -> None:
        key = shared(text_of(row["assignment_id"]))
        self.credits[key] = (*self.credits.get(key, ()), (text_of(row["attestation_id"]), shared(text_of(row["at"]))))

    def reminded(self, row: dict[str, Any]) -> None:
        key, at = shared(text_of(row["assignment_id"])), text_of(row["at"])
        count, last = self.reminders.get(key, (0, ""))
        self.reminders[key] = self._one((count + 1, max(last, at)))

    def on_paper(self, entry: Entry, row: dict[str, Any], values: dict[str, Any]) -> None:
        key = str(entry.sequence), text_of(row["assignment_id"])
        self.papers[key] = (
            text_of(row["kind"]), row["held_on"], values.get("note"), text_of(row["at"]), text_of(row["sha256"]),
            row["media_type"], row["size"],
        )  # fmt: skip

    def declined(self, row: dict[str, Any], values: dict[str, Any]) -> None:
        said = text_of(row["at"]), values.get("reason")
        before = self.declines.get(text_of(row["assignment_id"]))
        if before is None or before[0] <= said[0]:
            self.declines[row["assignment_id"]] = said

    def task(self, task: int, module: str, order: int) -> None:
        self.places[task] = self._one((order, shared(module)))

    def attempted(self, row: dict[str, Any]) -> None:
        task, number = number_of(row["task_id"]), number_of(row["number"])
        key, paper = key_of(row["id"]), task << 32 | number
        if key in self._early:
            self._hand_in(self._early.pop(key), paper)
        else:
            self._papers[key] = paper
        if self.attempts.get(task, (0, ""))[0] <= number:
            self.attempts[task] = self._one((number, shared(row["module_version_id"])))

    def submitted(self, row: dict[str, Any]) -> None:
        key, attempt = key_of(row["id"]), key_of(row["attempt_id"])
        if attempt in self._papers:
            self._hand_in(key, self._papers.pop(attempt))
        else:
            self._early[attempt] = key

    def _hand_in(self, key: bytes, paper: int) -> None:
        self._handed_in[key] = paper
        if key in self._unmarked:
            self._mark(paper, self._unmarked.pop(key))

    def marked(self, row: dict[str, Any]) -> None:
        key, marking = (
            key_of(row["submission_id"]),
            (number_of(row["number"]), row["score"], row["out_of"], row["passed"]),
        )
        if key in self._handed_in:
            self._mark(self._handed_in[key], marking)
        elif self._unmarked.get(key, (0,))[0] <= marking[0]:
            self._unmarked[key] = self._one(marking)

    def _mark(self, paper: int, marking: tuple[Any, ...]) -> None:
        """Keep the newest marking of a task's last paper that has one."""
        task, found = paper >> 32, (paper & 0xFFFFFFFF, *marking)
        if self.best.get(task, (0, 0))[:2] <= found[:2]:
            self.best[task] = self._one(found)

    def looked(self, entry: Entry, row: dict[str, Any], values: dict[str, Any]) -> None:
        said = shared(row["action"]), row["what"], shared(row["why"]), values.get("note"), row["campaign_id"]
        self.looks[entry.sequence] = (text_of(row["at"]), UNKNOWN, *said)

    def settle(self) -> None:
        """Put in order what was read in any."""
        self.people.settle()
        for rows in (*self.dues.values(), *self.exemptions.values()):
            rows.sort(key=lambda row: row[0])
        for used_up in (self._papers, self._handed_in, self._early, self._unmarked):
            used_up.clear()


class Settled:
    """What stands in a signature's place at the end of a day: a closing, a credit, an exemption, in this order."""

    def __init__(self, check: Check, day: str) -> None:
        self.check, self.facts, self.day = check, check.facts, day

    def by_then(self, at: str) -> bool:
        zone = self.check.zone or TOKYO
        return moment_of(at).replace(tzinfo=timezone.utc).astimezone(zone).date().isoformat() <= self.day

    def closing(self, key: str) -> tuple[str, str] | None:
        """Return cause and day; a closing counts from its own day on, however late it was told."""
        begun = [row for row in self.facts.turns.get(key, ()) if row[3] <= self.day]
        last = max(begun, key=lambda row: row[0], default=None)
        return (last[2], last[3]) if last is not None and last[1] == "closed" else None

    def exemption(self, key: str) -> tuple[str, str, Any] | None:
        """Return cause, first and last day of what had been decided by then and holds."""
        decided = [row for row in self.facts.exemptions.get(key, ()) if self.by_then(row[5])]
        last = max(decided, key=lambda row: row[0], default=None)
        if last is None or last[1] != "granted" or not holds(last[3], last[4], self.day):
            return None
        return last[2:5]

    def credit(self, key: str) -> str | None:
        """Return when the newest signature was given that counts instead, and that nobody has annulled."""
        return self._counting(key)[0]

    def credit_method(self, key: str) -> str | None:
        """Return by what means it was given."""
        return self._counting(key)[1]

    def _counting(self, key: str) -> tuple[str | None, str | None]:
        counting = [
            (self.check.attestations[signature].row[1], self.check.attestations[signature].row[2])
            for signature, at in self.facts.credits.get(key, ())
            if signature in self.check.attestations and signature not in self.check.annulled and self.by_then(at)
        ]
        return max(counting, key=lambda given: given[0], default=(None, None))

    def word(self, key: str) -> str:
        if self.closing(key) is not None:
            return "closed"
        if self.credit(key) is not None:
            return "credited"
        return "exempt" if self.exemption(key) is not None else ""


def rule_in_words(rule: Any) -> str:
    """Tell a credit rule; one of another form as its canonical JSON."""
    members = {"kinds": list, "signed_from": str, "same_revision": bool}
    if not isinstance(rule, dict) or not all(isinstance(rule.get(name), kind) for name, kind in members.items()):
        return canonical(rule).decode("utf-8")
    named = "・".join(str(word("kind", str(kind))) for kind in rule["kinds"])
    parts = [named, SIGNED_FROM.format(day=rule["signed_from"]), *([SAME_REVISION] if rule["same_revision"] else [])]
    return "、".join(parts)


def rung_in_words(rung: Any) -> str:
    """How far from the due day a reminder went out."""
    if rung is None:
        return BY_HAND
    return ON_DUE if rung == 0 else (BEFORE_DUE if rung < 0 else AFTER_DUE).format(days=abs(rung))


def told_in_words(facts: dict[str, Any]) -> str:
    """What an event of a campaign says beside its days: what was moved, adopted, counted."""
    parts = []
    before = facts.get("before") or {}
    for name, label in WORDS["day"].items():
        if name in before and before[name] != facts.get(name):
            parts.append(f"{label} {before[name]}→{facts.get(name)}")
    for version in (facts.get("adopted") or {}).get("versions") or ():
        parts.append(f"{version['language']} v{version['from']['version']}→v{version['to']['version']}")
    figures = facts.get("figures") or {}
    parts += [f"{label} {figures[name]}" for name, label in WORDS["figure"].items() if name in figures]
    return "、".join(parts)


class Source(NamedTuple):
    """Where a table's rows come from: what tells a row apart, the row that belongs to that, and all there must be."""

    key: Callable[[list[str]], Any]
    row: Callable[[Any], Any]
    every: Callable[[], Iterable[Any]]
    spare: int = 0  # rows that there may be besides: of people whose number was erased


class Rows:
    """The rows of one campaign's tables, as its entries give them at the end of the day on which the pack was made."""

    def __init__(self, check: Check, campaign: int, folder: str, day: str) -> None:
        self.check, self.facts = check, check.facts
        self.campaign, self.folder, self.day = campaign, folder, day
        self.settled, self.people = Settled(check, day), self.facts.people
        self.about = self.facts.campaigns.get(campaign, {})
        self.mine = [key for key, (of, at) in check.assignments.items() if of == campaign and self._by_then(at)]
        self.tasks: dict[str, list[int]] = {}
        for task, assignment in check.tasks.items():
            self.tasks.setdefault(assignment, []).append(task)
        self.signatures: dict[str, list[str]] = {}
        for key, signature in check.attestations.items():
            self.signatures.setdefault(signature.assignment, []).append(key)
        self._mine = set(self.mine)
        self._moments: dict[str, Any] = {}

    def source(self, name: str) -> Source | None:
        """Return where the rows of a table come from; None for one that no entry vouches for."""
        maker = getattr(self, f"_source_{name.replace('-', '_')}", None)
        return maker() if maker is not None else None

    # --- cells ---

    def _local(self, at: str) -> Any:
        """Return an instant as tables write it: the company's time, to the second."""
        if self.check.zone is None:
            return UNKNOWN
        if at not in self._moments:
            if len(self._moments) > 10_000:
                self._moments.clear()
            local = moment_of(at).replace(tzinfo=timezone.utc).astimezone(self.check.zone)
            self._moments[at] = local.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
        return self._moments[at]

    def _by_then(self, at: str) -> bool:
        return self.settled.by_then(at)

    def _seen(self, assignment: str) -> Seen | None:
        """The person of an assignment, as shown on the day; None where the roster cannot be known."""
        employment = self.facts.assignments[assignment][0]
        return None if self.people.strange else self.people.seen(employment, self.day)

    def _who(self, assignment: str) -> tuple[Any, Any, Any]:
        seen = self._seen(assignment)
        return (UNKNOWN, UNKNOWN, UNKNOWN) if seen is None else (seen.number, seen.name, seen.place)

    def _person(self, assignment: str) -> tuple[Any, Any, Any]:
        return self._who(assignment) if assignment in self._mine else ("", "", "")

    # --- assignments ---

    def _source_assignments(self) -> Source:
        return Source(lambda cells: cells[-1], self._assignment, lambda: self.mine)

    def _assignment(self, key: str) -> Any:
        if key not in self._mine:
            return None
        _, cause, employed_on, employed_as, signature, why = self.facts.assignments[key]
        due = self.facts.dues.get(key, [])
        trail = " → ".join(f"{row[1]}（{word('due', row[2])}）" for row in due)
        return [
            *self._who(key),
            self._local(self.check.assignments[key][1]),
            word("cause", cause),
            why,
            employed_on,
            word("type", employed_as),
            signature,
            self._due(key),
            word("due", due[-1][2]) if due else "",
            trail,
            key,
        ]

    def _due(self, key: str) -> Any:
        days = [row[1] for row in self.facts.dues.get(key, ()) if self._by_then(row[3])]
        return days[-1] if days else None

    # --- results ---

    def _source_results(self) -> Source:
        def keys() -> Iterator[Any]:
            for key in self.mine:
                yield from self.tasks.get(key, ())

        return Source(lambda cells: self._task_at(cells[-1], cells[3]), self._result, keys)

    def _task_at(self, assignment: str, order: str) -> Any:
        """Return the task that a row is of, None where there is no such."""
        tasks = self.tasks.get(assignment, ()) if assignment in self._mine else ()
        return next((task for task in tasks if str(self.facts.places[task][0]) == order), None)

    def _result(self, task: Any) -> Any:
        if task is None:
            return None
        assignment, (order, module) = self.check.tasks[task], self.facts.places[task]
        tries, version = self.facts.attempts.get(task, (0, None))
        score, out_of, passed = self.facts.best.get(task, (0, 0, None, None, None))[2:]
        done = self.facts.done.get(task)
        return [
            *self._who(assignment),
            order,
            *self._version(version, module),
            tries,
            score,
            out_of,
            MARKS.get(passed, ""),
            self._local(done) if done else "",
            word("how", self.facts.how.get(task, "passed")) if done else "",
            assignment,
        ]

    def _version(self, version: Any, module: str) -> list[Any]:
        """Title, language, number and digest: of the version sat; before the first paper, of one of the module's."""
        if version in self.facts.versions:
            return list(self.facts.versions[version][1:])
        known = [row[1:] for row in self.facts.versions.values() if row[0] == module]
        return [OneOf(as_text(row[column]) for row in known) for column in range(4)]

    # --- who was not trained ---

    def _source_untrained(self) -> Source:
        never = self._never_assigned()

        def keys() -> Iterator[Any]:
            yield from ((key, "") for key in self.mine if not self._signed(key) and not self.settled.credit(key))
            yield from (("", number) for number in never)

        def row(key: Any) -> Any:
            return never.get(key[1]) if not key[0] else self._untrained(key[0])

        spare = sum(number is UNKNOWN for number in never)
        return Source(lambda cells: (cells[-1], "" if cells[-1] else cells[0]), row, keys, self._spare or spare)

    @property
    def _spare(self) -> int:
        return 1 << 60 if self.people.strange else 0

    def _signed(self, key: str) -> bool:
        return any(
            signature not in self.check.annulled and self._by_then(self.check.attestations[signature].row[1])
            for signature in self.signatures.get(key, ())
        )

    def _untrained(self, key: str) -> Any:
        if key not in self._mine or self._signed(key) or self.settled.credit(key):
            return None
        done = [self.facts.done.get(task) for task in self.tasks.get(key, ())]
        completed = sum(at is not None and self._by_then(at) for at in done)
        modules = len(self.about.get("modules") or ())
        due, decline, seen = self._due(key), self.facts.declines.get(key), self._seen(key)
        asked = self.settled.word(key) == ""
        return [
            *self._who(key),
            self._progress(key, trained=0 < modules <= completed),
            completed,
            modules,
            due,
            asked and due is not None and due < self.day,
            decline[1] if decline is not None else None,
            UNKNOWN if seen is None else seen.last,
            self._measures(key),
            key,
        ]

    def _progress(self, key: str, *, trained: bool) -> Any:
        closing, exemption = self.settled.closing(key), self.settled.exemption(key)
        if closing is not None:
            return CLOSED.format(cause=word("turn cause", closing[0]))
        if exemption is not None:
            return EXEMPT.format(cause=word("exemption", exemption[0]))
        state: Any = DECLINED if key in self.facts.declines else UNSIGNED if trained else IN_PROGRESS
        if state == IN_PROGRESS and key not in self.check.started:
            state = OneOf((NOT_STARTED, IN_PROGRESS))  # that a lesson was opened is no evidence
        if any(self._by_then(self.check.attestations[signed].row[1]) for signed in self.signatures.get(key, ())):
            state = OneOf(f"{one}（{ANNULLED_BEFORE}）" for one in ([state] if isinstance(state, str) else state))
        return state

    def _measures(self, key: str) -> Any:
        """What was done: taught again, given more time, reminded."""
        if self.check.zone is None:
            return UNKNOWN
        said = [f"{TAUGHT_AGAIN}（{self._day(at)}）" for at in sorted(self.facts.made_up.get(key, ()))]
        dues = self.facts.dues.get(key, ())
        said += [MORE_TIME.format(day=row[1]) for row in dues if row[2] == "extension"]
        count, last = self.facts.reminders.get(key, (0, ""))
        said += [REMINDED.format(count=count, day=self._day(last))] if count else []
        return "、".join(said) or NO_MEASURE

    def _present(self) -> Iterator[tuple[str, Employment]]:
        """Whoever is believed to have worked here on a day of the campaign, or was asked under this very row."""
        first, last = (text_of(self.about.get(name, "")) for name in ("first_day", "last_day"))
        asked = {self.facts.assignments[key][0] for key in self._all()}
        for key, row in self.people.believed():
            if key in asked or (row.first <= last and (row.last is None or row.last >= first)):
                yield key, row

    def _asked(self) -> set[str]:
        """The people who were asked: a correction, another type or number makes another row of the same person."""
        rows = (self.people.employments.get(self.facts.assignments[key][0]) for key in self._all())
        return {row.employee for row in rows if row is not None}

    def _never_assigned(self) -> dict[Any, Any]:
        """Whoever worked here on a day of the campaign and was never asked, by staff number, as employed last in it."""
        last_day = text_of(self.about.get("last_day", ""))
        asked = self._asked()
        found: dict[Any, Any] = {}
        rows = [] if self.people.strange else sorted(self._present(), key=lambda item: item[1].first)
        for key, row in rows:
            if row.employee not in asked:
                day = min(last_day, row.last or last_day)
                who = row.number, self.people.named(row.employee, day)[0], self._post_of(key, row, day)
                of = row.number if row.number is not UNKNOWN else (UNKNOWN, row.employee)
                found[of] = [*who, UNASSIGNED, *[None] * 5, self.people.spell(key, row)[1], NO_MEASURE, None]
        return found

    def _post_of(self, key: str, row: Employment, day: str) -> Any:
        """The department of the main post in one employment that began last."""
        posts = [post for post in self.people.posts.get(row.employee, ()) if post[3] == key and post[0] <= day]
        return self.people.path(posts[-1][2], day) if posts else ""

    def _all(self) -> list[str]:
        return [key for key, (of, _) in self.check.assignments.items() if of == self.campaign]

    # --- the roster ---

    def _source_roster(self) -> Source:
        found: dict[Any, Any] = {}
        erased, asked = 0, self._asked()
        first_day, last_day = (text_of(self.about.get(name, "")) for name in ("first_day", "last_day"))
        for key, row in [] if self.people.strange else self._present():
            begin, end = max(first_day, row.first), min(last_day, row.last or last_day)
            for first, last in self._spans(key, row, begin, end):
                name, kana = self.people.named(row.employee, first)
                who = row.number, name, kana, self._post_of(key, row, first), word("type", row.kind)
                cells = [*who, *self.people.spell(key, row), first, last, row.employee in asked]
                if row.number is UNKNOWN:
                    erased += 1
                else:
                    found[row.number, first] = cells
        spare = self._spare or erased
        return Source(lambda cells: (cells[0], cells[7]), found.get, lambda: found, spare)

    def _spans(self, key: str, row: Employment, first: str, last: str) -> Iterator[tuple[str, str]]:
        """The spans within the campaign's days on which name and post were the same; outside of them one day."""
        if last < first:
            yield first, first
            return
        facts = [name[:2] for name in self.people.names.get(row.employee, ())]
        facts += [post[:2] for post in self.people.posts.get(row.employee, ()) if post[3] == key]
        begins = {first, *(begin for begin, _ in facts if first < begin <= last)}
        ends = {day_after(end) for _, end in facts if end is not None and first <= end < last}
        days = sorted(begins | ends)
        for begin, after in zip(days, [*days[1:], ""]):
            yield begin, day_before(after) if after else last

    # --- what became of assignments ---

    def _source_exemptions(self) -> Source:
        mine = {key: cells for key, cells in self.facts.spared.items() if self._of_campaign(key[1])}

        def row(key: Any) -> Any:
            if key not in mine:
                return None
            *cells, at = mine[key]
            return [*self._person(key[1]), *cells, self._local(at), *key]

        return Source(lambda cells: (cells[-2], cells[-1]), row, lambda: mine)

    def _of_campaign(self, assignment: str) -> bool:
        return self.check.assignments.get(assignment, (None,))[0] == self.campaign

    def _source_paper(self) -> Source:
        mine = {key: said for key, said in self.facts.papers.items() if self._of_campaign(key[1])}

        def row(key: Any) -> Any:
            if key not in mine:
                return None
            kind, held_on, note, at, digest, media_type, size = mine[key]
            file = f"{self.folder}paper/{digest}.{SCANS.get(media_type, '')}"
            said = word("paper", kind), held_on, note, UNKNOWN, self._local(at), digest, media_type, size
            return [*self._person(key[1]), *said, file if file in self.check.listed else NO_FILE, *key]

        return Source(lambda cells: (cells[-2], cells[-1]), row, lambda: mine)

    def whole(self, name: str) -> Callable[[], Iterator[tuple[list[Any], list[bool]]]] | None:
        """Return what yields every row of a table in its order: of those that tell row by row of what many got."""
        maker = {"credits": self._credit, "closings": self._turn, "reminders": self._reminder}.get(name)
        if maker is None:
            return None
        headings, kept = TABLES[name]
        keep = [heading in kept for heading in headings]
        table = {"credits": "credit", "closings": "assignmentevent", "reminders": "remindersent"}[name]

        def rows() -> Iterator[tuple[list[Any], list[bool]]]:
            yield list(headings), [False] * len(headings)
            for sequence, reason, row in self.check.batch_rows(table):
                key = row["assignment_id"]
                if self._of_campaign(key):
                    yield [*self._person(key), *maker(row, reason), sequence, key], keep

        return rows

    def _credit(self, row: dict[str, Any], reason: Any) -> list[Any]:
        key = row["attestation_id"]
        signature = self.check.attestations.get(key)
        about: list[Any] = [UNKNOWN] * 3
        if signature is not None:
            about = [self._local(signature.row[1]), signature.digest, signature.sequence]
        state = CREDIT_ENDED if key in self.check.annulled else CREDIT_COUNTS
        return [self._local(row["at"]), *about, rule_in_words(row["rule"]), state]

    def _turn(self, row: dict[str, Any], reason: Any) -> list[Any]:
        said = word("turn", row["kind"]), word("turn cause", row["cause"]), reason, row["day"]
        return [*said, None if row["by_id"] is None else UNKNOWN, self._local(row["at"])]

    def _reminder(self, row: dict[str, Any], reason: Any) -> list[Any]:
        dues = self.facts.dues.get(row["assignment_id"], ())
        due = next((due[1] for due in dues if due[0] == row["due_number"]), UNKNOWN)
        by = None if row["asked_by_id"] is None else UNKNOWN
        rung = self._rung(row["assignment_id"], row["rung"], due)
        return [self._local(row["at"]), due, rung, word("reader", row["reader"]), by]

    def _rung(self, assignment: str, rung: Any, due: Any) -> Any:
        """Which rung of the ladder: that of the day of assignment is the notice.

        Packs made before it had a name tell it by its days, as any other, which is as true.
        """
        told = rung_in_words(rung)
        if rung is None or due is UNKNOWN:
            return told
        if self.check.zone is None:
            return OneOf((told, ON_ASSIGNMENT))
        notice = date.fromisoformat(self._day(self.check.assignments[assignment][1])) - date.fromisoformat(due)
        return OneOf((told, ON_ASSIGNMENT)) if rung == notice.days else told

    # --- how the campaign went ---

    def _source_course(self) -> Source:
        events = {str(event[-1]): event for event in self.facts.events.get(self.campaign, ())}

        def row(key: str) -> Any:
            if key not in events:
                return None
            at, facts, kind, by, reason, _ = events[key]
            days = [facts.get(name) for name in ("first_day", "last_day", "due_on", "valid_until")]
            who = None if by is None else UNKNOWN
            return [self._local(at), word("event", kind), reason, who, *days, told_in_words(facts), key]

        return Source(lambda cells: cells[-1], row, lambda: events)

    def _source_changes(self) -> Source:
        number = object_of(self.about.get("policy", {})).get("revision")
        mine = {
            key: cells for key, (revision, cells) in self.facts.decided.items()
            if self.facts.revisions.get(revision) == number
        }  # fmt: skip

        def row(key: str) -> Any:
            if key not in mine:
                return None
            at, kind, *cells = mine[key]
            return [self._local(at), kind, number, *cells, UNKNOWN, key]

        return Source(lambda cells: cells[-1], row, lambda: mine)

    # --- signatures and certificates ---

    def _source_attestations(self) -> Source:
        keys = {str(row.sequence): key for key, row in self.check.attestations.items() if row.assignment in self._mine}
        return Source(lambda cells: cells[10], lambda key: self._attestation(keys.get(key)), lambda: keys)

    def _attestation(self, key: str | None) -> Any:
        if key is None:
            return None
        row = self.check.attestations[key]
        number, at, method, authenticated_at, match, statement = row.row
        annulment = self.facts.annulments.get(key)
        file = self.check._files_of.get(f"attestation {key}", "")
        copy = f"{file[: -len('.json')]}.pdf"
        ended = (self._local(annulment[0]), word("annulment", annulment[1]), annulment[2]) if annulment else [None] * 3
        return [
            *row.who,
            number,
            self._local(at),
            word("method", method),
            self._local(authenticated_at),
            word("match", match),
            self.facts.statements.get(statement, UNKNOWN),
            row.digest,
            row.sequence,
            *ended,
            file or NO_FILE,
            copy if copy in self.check.listed else NO_FILE,
            row.assignment,
        ]

    def _source_certificates(self) -> Source:
        found = {
            str(issue.sequence): digest
            for digest, issue in self.check.issued.items()
            if issue.certificate in self.check.certificates
            and self.check.certificates[issue.certificate].assignment in self._mine
        }
        successors = {row.supersedes: row for row in self.check.certificates.values() if row.supersedes}
        return Source(lambda cells: cells[12], lambda key: self._certificate(found.get(key), successors), lambda: found)

    def _certificate(self, digest: str | None, successors: dict[str, Certificate]) -> Any:
        if digest is None:
            return None
        issue = self.check.issued[digest]
        row, key = self.check.certificates[issue.certificate], issue.certificate
        holder = self.check.holders.get(key)
        state, since = self._state(key, row, holder, successors)
        before = self.check.certificates.get(row.supersedes) if row.supersedes else None
        replaced = before.serial if before is not None else UNKNOWN if row.supersedes else None
        name, number, department = holder or (None, None, None)
        return [
            row.serial,
            *(number, name, department),
            EDITION if issue.edition else REISSUE if row.supersedes else FIRST_ISSUE,
            issue.language,
            self._local(issue.issued_at),
            row.valid_until,
            word("state", state),
            self._local(since) if since else None,
            self.check.ended.get((key, state), (None, None))[1],
            replaced,
            issue.sequence,
            digest,
            self.check._files_of.get(f"certificate {digest}", NO_FILE),
        ]

    def _state(self, key: str, row: Certificate, holder: Any, successors: dict[str, Certificate]) -> tuple[str, Any]:
        """What the certificate is worth on the day, the worst news first, and since when."""
        if row.attestation in self.facts.annulments:
            return "annulled", self.facts.annulments[row.attestation][0]
        if (key, "revoked") in self.check.ended:
            return "revoked", self.check.ended[key, "revoked"][0]
        if holder is None:
            return "erased", None
        if key in successors:
            return "superseded", successors[key].issued_at
        return "expired" if row.valid_until < self.day else "valid", None

    # --- looks and samples ---

    def _source_access_log(self) -> Source:
        code = self.check.codes.get(self.campaign)
        mine = {
            str(sequence): look
            for sequence, look in self.facts.looks.items()
            if look[6] == self.campaign or (isinstance(look[6], list) and code in look[6])
        }

        def row(key: str) -> Any:
            if key not in mine:
                return None
            at, user, action, what, why, note, _ = mine[key]
            return [self._local(at), user, word("action", action), what, word("right", why), note, key]

        return Source(lambda cells: cells[6], row, lambda: mine)

    def _source_sample(self) -> Source:
        samples = {key: row for key, (_, row, _) in self.check.samples.items() if row["campaign_id"] == self.campaign}

        def keys() -> Iterator[Any]:
            for key, sample in samples.items():
                yield from ((key, str(order)) for order in range(1, len(sample["drawn"]) + 1))

        def row(key: Any) -> Any:
            sample = samples.get(key[0])
            if sample is None or not key[1].isdecimal() or not 0 < int(key[1]) <= len(sample["drawn"]):
                return None
            assignment = sample["drawn"][int(key[1]) - 1]
            number, _, place = self._person(assignment)
            said = sample["seed"], sample["size"], sample["population"], sample["by_department"]
            return [key[0], self._local(sample["at"]), UNKNOWN, *said, key[1], number, place, assignment]

        return Source(lambda cells: (cells[0], cells[7]), row, keys)

    # --- the table of a day ---

    def as_of(self, head: Head, key: VerifierKey, zone: str) -> Iterator[tuple[list[Any], list[bool]]] | None:
        """Yield every row of the table of the rows' day, with what is kept in it; None where some cannot be known."""
        erased = any(row.number is UNKNOWN for row in self.people.employments.values())
        days = self.about.get("first_day", ""), self.about.get("last_day")
        # Of other days than the campaign's the pack does not know everybody.
        if erased or self.people.strange or self.check.zone is None or not holds(*days, self.day):
            return None
        return self._as_of(head, key, zone)

    def _as_of(self, head: Head, key: VerifierKey, zone: str) -> Iterator[tuple[list[Any], list[bool]]]:
        about: dict[str, Any] = {}
        for at, facts, kind, *_ in self.facts.events.get(self.campaign, ()):
            about.update(facts if kind not in DRAFTING and self._by_then(at) else {})
        code = about.get("code", self.check.codes.get(self.campaign, ""))
        form = self._form()
        headings = AS_OF_FORMS[form]
        lines = [
            ("様式", AS_OF_SCHEMAS[form]), (AS_OF_DAY, self.day), ("時間帯", zone),
            ("研修", f"{code} {about.get('title', '')}".rstrip()), ("台帳", head.origin),
            ("チェックポイント（封印済みの記録の件数）", head.size), ("チェックポイントの封印日時", head.sealed),
            ("ルートハッシュ（SHA-256）", head.root.hex()),
            ("チェックポイントに署名した鍵", f"{key.name}+{key.id.hex()}"),
        ]  # fmt: skip
        yield [AS_OF_TITLE], [False]
        for label, value in lines:
            yield [label, value], [False, label.startswith("ルート")]
        yield [], []
        yield list(headings), [False] * len(headings)
        kept = [heading in AS_OF_KEPT for heading in headings]
        found: list[tuple[Any, str, Seen, str | None]] = []
        for assignment in self.mine:
            seen = self._seen(assignment)
            if seen is not None:
                found.append((seen.number, seen.line, seen, assignment))
        asked = {line for _, line, _, _ in found}
        for employment, row in self.people.believed():
            if holds(row.first, row.last, self.day) and employment not in asked:
                alone = self.people.seen(employment, self.day)
                if alone is not None:
                    found.append((row.number, employment, alone._replace(number=row.number, kind=row.kind), None))
        for line in sorted(found, key=lambda line: line[:2]):
            yield self._as_of_line(*line[2:], code, about, form), kept
        yield [], []
        for note in (*AS_OF_NOTES, *(AS_OF_SECOND_NOTES if form > 0 else ()), *(AS_OF_THIRD_NOTES if form > 1 else ())):
            yield [note], [False]
        if self._by_then(head.sealed):
            yield [AS_OF_EARLY], [False]

    def _form(self) -> int:
        """Which of the forms: the first that can tell what the ledger knows of the campaign, on whatever day."""
        credited = {key: row for key, row in self.facts.credits.items() if self._of_campaign(key)}
        signed = {signature for key in self._all() for signature in self.signatures.get(key, ())}
        signed |= {signature for row in credited.values() for signature, _ in row}
        given = (self.check.attestations[signature].row[2] for signature in signed & self.check.attestations.keys())
        sheets = (self.facts.how.get(task) == "paper" for key in self._all() for task in self.tasks.get(key, ()))
        if "paper" in given or any(sheets):
            return 2
        settled = (*self.facts.turns, *self.facts.exemptions)
        return 1 if credited or any(self._of_campaign(assignment) for assignment in settled) else 0

    def _as_of_line(self, seen: Seen, key: str | None, code: str, about: dict[str, Any], form: int) -> list[Any]:
        employed = EMPLOYED if seen.employed else NOT_EMPLOYED
        who = [seen.number, seen.name, seen.kana, seen.place, word("type", seen.kind), employed]
        if key is None:
            return [*who, *[None] * (len(AS_OF_FORMS[form]) - len(who))]
        tasks = [task for task in self.tasks.get(key, ()) if task in self.facts.done]
        tasks = [task for task in tasks if self._by_then(self.facts.done[task])]
        done = sorted(self.facts.done[task] for task in tasks)
        modules = len(about.get("modules") or ())
        mine = [(*self.check.attestations[signed].row[:2], signed) for signed in self.signatures.get(key, ())]
        mine = sorted(row for row in mine if self._by_then(row[1]))
        signed = [at for _, at, row in mine if row not in self.facts.annulments]
        annulled = [self.facts.annulments[row][0] for _, _, row in mine if row in self.facts.annulments]
        closing, credit = self.settled.closing(key), self.settled.credit(key)
        settled: list[Any] = [self._day(credit) if credit else None, None, None]
        if closing is not None:
            settled[1:] = closing[1], word("turn cause", closing[0])
        return [
            *who,
            *(code, about.get("title", ""), self._due(key), self._exemption(key), len(done), modules),
            self._day(done[-1]) if 0 < modules <= len(done) else None,
            self._day(signed[-1]) if signed else None,
            self._day(annulled[-1]) if annulled else None,
            *(settled if form > 0 else ()),
            *(self._methods(key, tasks, [row for _, _, row in mine]) if form > 1 else ()),
        ]

    def _methods(self, key: str, done: list[int], given: list[str]) -> list[Any]:
        """How the modules were completed, and how the signature that counts was given; an earlier one as it was."""
        hows = {self.facts.how.get(task, "passed") for task in done}
        standing = [signature for signature in given if signature not in self.facts.annulments]
        method = self.check.attestations[standing[-1]].row[2] if standing else self.settled.credit_method(key)
        completed = word("how", "paper") if "paper" in hows else ONLINE if hows else None
        return [completed, None if method is None else word("method", "paper") if method == "paper" else ONLINE]

    def _exemption(self, key: str) -> Any:
        exemption = self.settled.exemption(key)
        if exemption is None:
            return None
        cause, first, until = exemption
        form = AS_OF_EXEMPT_UNTIL if until else AS_OF_EXEMPT
        return form.format(cause=word("exemption", cause), first=first, until=until)

    def _day(self, at: str) -> Any:
        return str(self._local(at))[:10]


# ---------------------------------------------------------------------------------------------------------------------
# 9. Tables as files: CSV, and XLSX in the one plain form that the exporter writes.
# ---------------------------------------------------------------------------------------------------------------------

BOM = b"\xef\xbb\xbf"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
DAY = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
LARGEST_BOOK = 256 * MIB
FIRST_DAY = datetime.fromisoformat("1899-12-30")  # of a workbook
MAIN_SHEET = "xl/worksheets/sheet1.xml"
MEMBERS = {
    "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/theme/theme1.xml", "xl/sharedStrings.xml", MAIN_SHEET,
}  # fmt: skip
# What may stand in a sheet, and what in a book: nothing that computes, hides or lies over the cells.
SHEET = {
    "worksheet": {"xmlns"}, "sheetPr": set(), "outlinePr": {"summaryBelow", "summaryRight"}, "pageSetUpPr": set(),
    "sheetViews": set(), "sheetView": {"workbookViewId", "tabSelected"},
    "pane": {"ySplit", "topLeftCell", "activePane", "state"}, "selection": {"pane", "activeCell", "sqref"},
    "sheetFormatPr": {"baseColWidth", "defaultRowHeight"}, "cols": set(),
    "col": {"width", "customWidth", "min", "max"}, "sheetData": set(), "row": {"r", "spans"}, "c": {"r", "s", "t"},
    "is": set(), "t": {"xml:space"}, "v": set(),
    "pageMargins": {"left", "right", "top", "bottom", "header", "footer"},
}  # fmt: skip
BOOK = {
    "workbook", "workbookPr", "workbookProtection", "bookViews", "workbookView", "sheets", "sheet", "definedNames",
    "calcPr",
}  # fmt: skip
TARGET = re.compile(r"/?(?:xl/)?(?:worksheets/sheet1\.xml|styles\.xml|theme/theme1\.xml|sharedStrings\.xml)")
NUMBER_FORMAT = re.compile(r"[ymdhs:@0#.\- ]{1,40}")
CELL = re.compile("([A-Z]{1,2})([1-9][0-9]{0,6})")


def as_text(value: Any) -> str:
    """Write an expected value as both files show it, before either guards it."""
    if value is None or value is False:
        return ""
    return YES if value is True else CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value))


def guarded(text: str, kept: bool) -> str:
    """Write a text as a cell of CSV that opens by a double click: never a formula, and never a number by mistake."""
    if kept:
        quoted = text.replace('"', '""')
        return f'="{quoted}"' if text else ""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def bare(cell: str) -> str:
    """Return a CSV cell's own text, whichever way it is guarded."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1].replace('""', '"')
    return cell[1:] if cell.startswith("'") else cell


def csv_rows(stream: BinaryIO) -> Iterator[list[str]]:
    """Yield the rows of a CSV file; raises ``Malformed`` for what is none."""
    if stream.read(len(BOM)) != BOM:
        raise Malformed("expected a byte order mark")
    csv.field_size_limit(MIB)
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    try:
        yield from csv.reader(iter(lambda: text.readline(MIB), ""), strict=True)  # no line without end
    except csv.Error as reason:
        raise Malformed(str(reason)) from reason


class SheetReader:
    """The cells of a sheet, row by row as they are read; raises ``Malformed`` for anything but plain cells."""

    def __init__(self) -> None:
        self.rows: list[list[tuple[str, str]]] = []
        self._row: list[tuple[str, str]] = []
        self._next, self._kind, self._length = 1, "", 0
        self._texts: list[str] = []
        self._path: list[str] = []
        self.parser = parser_of(self._start, self._end, self._data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in SHEET or not attributes.keys() <= SHEET[name]:
            raise Malformed(f"a sheet holds {shown(name, 40)} {shown(' '.join(sorted(attributes)), 80)}")
        self._path.append(name)
        if name == "row":
            number = int(attributes.get("r", self._next))
            if not self._next <= number <= self._next + 10:
                raise Malformed(f"row {number} does not follow row {self._next - 1}")
            self.rows += [[] for _ in range(number - self._next)]
            self._next, self._row = number + 1, []
        elif name == "c":
            place = CELL.fullmatch(attributes.get("r", ""))
            if place is None or int(place[2]) != self._next - 1:
                raise Malformed(f"a cell has no place in row {self._next - 1}")
            column = 0
            for letter in place[1]:
                column = column * 26 + ord(letter) - 64
            if column <= len(self._row):
                raise Malformed(f"the cells of row {self._next - 1} are not in order")
            self._row += [("", "")] * (column - 1 - len(self._row))
            self._kind, self._texts, self._length = attributes.get("t", "n"), [], 0

    def _data(self, text: str) -> None:
        if self._path[-1] in ("t", "v"):
            self._texts.append(text)
            self._length += len(text)
            if self._length > MIB:
                raise Malformed("a cell holds too much")
        elif text.strip():
            raise Malformed(f"a text lies loose in {self._path[-1]}")

    def _end(self, name: str) -> None:
        self._path.pop()
        if name == "c":
            if self._kind not in ("inlineStr", "n"):
                raise Malformed(f"a cell is of the kind {shown(self._kind, 20)}")
            self._row.append((self._kind, "".join(self._texts)))
        elif name == "row":
            self.rows.append(self._row)

    def taken(self) -> list[list[tuple[str, str]]]:
        rows, self.rows = self.rows, []
        return rows


def parser_of(start: Callable[..., None], end: Any = None, data: Any = None) -> Any:
    """Return a parser of XML that refuses a document type: without one there are no entities to blow up or to fetch."""

    def refuse(*_: Any) -> None:
        raise Malformed("a document type (DTD) is refused")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def xlsx_rows(data: bytes) -> Iterator[list[tuple[str, str]]]:
    """Yield the rows of a workbook's one sheet, each cell as its kind and its text; raises ``Malformed`` otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = book.namelist()
            if len(set(names)) != len(names) or not set(names) <= MEMBERS or MAIN_SHEET not in names:
                raise Malformed(f"it holds {', '.join(shown(n, 60) for n in sorted(set(names) - MEMBERS))[:160]}")
            for member in book.infolist():
                if member.file_size > max(BOMB_SIZE, BOMB_RATIO * member.compress_size, 1):
                    raise Malformed("it would unpack to an absurd size")
            _plain_book(book)
            reader, fed = SheetReader(), 0
            with book.open(MAIN_SHEET) as sheet:
                while chunk := sheet.read(CHUNK):
                    reader.parser.Parse(chunk)
                    fed += len(chunk)
                    if fed - reader.parser.CurrentByteIndex > MIB:
                        raise Malformed("a tag has no end")
                    yield from reader.taken()
                reader.parser.Parse(b"", True)
            yield from reader.taken()
    except (expat.ExpatError, *BROKEN) as reason:
        raise Malformed(str(reason)) from reason


def _plain_book(book: zipfile.ZipFile) -> None:
    """Raise ``Malformed`` for a workbook that shows anything but one sheet's cells as they are."""
    sheets: list[str] = []

    def workbook(name: str, attributes: dict[str, str]) -> None:
        if name not in BOOK:
            raise Malformed(f"a workbook holds {shown(name, 40)}")
        if name == "sheet":
            sheets.append(attributes.get("state", "visible"))

    def relations(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and (not TARGET.fullmatch(attributes["Target"]) or "TargetMode" in attributes):
            raise Malformed(f"a workbook refers to {shown(attributes['Target'], 80)}")

    def styles(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and not NUMBER_FORMAT.fullmatch(attributes["formatCode"]):
            raise Malformed(f"a number is shown as {shown(attributes['formatCode'], 60)}")

    for name, start in (
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/styles.xml", styles),
    ):
        if book.getinfo(name).file_size > MIB:
            raise Malformed(f"{name} is too large")
        parser_of(start).Parse(book.read(name), True)
    if sheets != ["visible"]:
        raise Malformed("expected one sheet, and that to be seen")


def excel_text(cell: tuple[str, str], like: str) -> str:
    """Return a cell's text; a number as what it must be like, for a day is a number in a workbook."""
    kind, text = cell
    if kind == "inlineStr" or not text:
        return text
    number = float(text)
    if DAY.fullmatch(like):
        moment = FIRST_DAY + timedelta(seconds=round(number * 86400))
        return moment.date().isoformat() if len(like) == 10 else moment.isoformat(sep=" ")
    return str(int(number)) if number == int(number) else text


def same_text(text: str) -> str:
    """XML knows one line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class TableCheck:
    """One table in both its files, side by side: each cell against the entries, or against the other file."""

    def __init__(
        self, check: Check, stem: str, name: str, source: Source | None, whole: Callable[[], Any] | None = None
    ) -> None:
        self.check, self.stem, self.name, self.source, self.whole = check, stem, name, source, whole
        self.headings, kept = TABLES[name]
        self.kept = [heading in kept for heading in self.headings]
        self._seen: set[Any] = set()

    def run(self) -> None:
        csv_name, xlsx_name = f"{self.stem}.csv", f"{self.stem}.xlsx"
        files = self.check.pack
        if csv_name not in files.sizes or xlsx_name not in files.sizes:
            return  # told of as missing
        lines = self._read(xlsx_name, lambda: xlsx_rows(files.read(xlsx_name, LARGEST_BOOK)))
        number, told = 0, self.whole() if self.whole is not None else None
        with files.files.open(csv_name) as stream:
            for number, cells in enumerate(self._read(csv_name, lambda: csv_rows(stream)), 1):
                line = next(lines, None)
                if told is not None:
                    self._told(number, cells, line, next(told, None))
                elif self.name == "as-of":
                    self.check.counts["unbuilt"] += len(cells)
                    self._alike(number, cells, line)
                elif number == 1:
                    self._cells(number, cells, line, list(self.headings), [False] * len(self.headings))
                else:
                    self._row(number, cells, line)
        for more, _ in enumerate(lines, number + 1):
            self._tell("table.row_superfluous", xlsx_name, more)
        for expected, _ in told or ():
            self.check.tell("table.row_missing", csv_name, ",".join(map(as_text, expected)))
        if self.source is not None:
            for key in self.source.every():
                if key not in self._seen and not self._unknown(key):
                    row = self.source.row(key) or ()
                    said = ("…" if isinstance(cell, (Unknown, OneOf)) else as_text(cell) for cell in row)
                    self.check.tell("table.row_missing", csv_name, ",".join(said))

    @staticmethod
    def _unknown(key: Any) -> bool:
        return isinstance(key, tuple) and any(part is UNKNOWN for part in key)

    def _read(self, name: str, rows: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """Yield rows as long as they can be read."""
        try:
            yield from rows()
        except (Unreadable, *BROKEN, *ODD) as reason:
            self.check.tell("table.malformed", name, found=reason)

    def _tell(self, code: str, file: str, row: int, expected: Any = "", found: Any = "", column: str = "") -> None:
        where = f"{file} row {row}{f' {column}' if column else ''}"
        self.check.tell(code, where, expected, found, row=row, column=column)

    def _told(self, number: int, cells: list[str], line: Any, told: Any) -> None:
        """Compare a row of a table of which every row is known, in its order."""
        if told is None:
            self._tell("table.row_superfluous", f"{self.stem}.csv", number, found=",".join(cells)[:160])
            self._alike(number, cells, line)
            return
        if self.name == "as-of":
            known = [form for form in AS_OF_FORMS if len(form) == len(told[0])]
            self.headings = known[0] if known else tuple(map(as_text, told[0]))
        self.check.counts["rows"] += 1
        self._cells(number, cells, line, *told)

    def _row(self, number: int, cells: list[str], line: Any) -> None:
        expected: Any = None
        if self.source is not None:
            if len(cells) == len(self.headings):
                key = self.source.key([bare(cell) for cell in cells])
                expected = self.source.row(key) if key not in self._seen else None
                self._seen.add(key)
            if expected is None:
                if self.source.spare <= 0:
                    self._tell("table.row_superfluous", f"{self.stem}.csv", number, found=",".join(cells)[:160])
                else:
                    self.source = self.source._replace(spare=self.source.spare - 1)
        elif self.check.older:
            self._tell("table.row_superfluous", f"{self.stem}.csv", number, found=",".join(cells)[:160])
        self.check.counts["rows"] += expected is not None
        self._cells(number, cells, line, expected or [UNKNOWN] * len(cells), self.kept)

    def _cells(self, number: int, cells: list[str], line: Any, expected: list[Any], kept: list[bool]) -> None:
        """Compare a row of the CSV with what is expected, and the workbook's with the same, or with the CSV."""
        if len(cells) != len(kept):
            self._tell("table.cell", f"{self.stem}.csv", number, f"{len(kept)} cells", f"{len(cells)}", "")
            return
        texts: list[Any] = []
        for place, cell in enumerate(cells):
            want = expected[place]
            if isinstance(want, Unknown):
                self.check.counts["unbuilt"] += 1
                texts.append(None)
                continue
            choices = want if isinstance(want, OneOf) else (as_text(want),)
            fits = [text for text in choices if guarded(text, kept[place]) == cell]
            if not fits:
                heading = self.headings[place]
                said = " / ".join(sorted(choices))
                self._tell("table.cell", f"{self.stem}.csv", number, said, cell, heading)
            texts.append(fits[0] if fits else next(iter(choices), ""))
            self.check.counts["cells"] += number > 1
        self._alike(number, cells, line, texts)

    def _alike(self, number: int, cells: list[str], line: Any, texts: Any = None) -> None:
        """Compare a row of the workbook with the texts expected, or with what the CSV says."""
        name = f"{self.stem}.xlsx"
        if line is None:
            self._tell("table.row_missing", name, number)
            return
        if len(line) > len(cells):
            self._tell("table.cell", name, number, f"{len(cells)} cells", f"{len(line)}")
        for place, cell in enumerate(cells):
            known = texts[place] if texts is not None else None
            like = known if known is not None else bare(cell)
            try:
                found = excel_text(line[place], like) if place < len(line) else ""
            except (ValueError, OverflowError) as reason:
                found = f"{line[place][1]} ({reason})"
            same = same_text(found) == same_text(like) or (
                known is None and same_text(cell) in (guarded(same_text(found), kept) for kept in (True, False))
            )
            if not same:
                column = self.headings[place] if place < len(self.headings) else f"{place + 1}"
                self._tell("table.cell", name, number, like, found, column)


# ---------------------------------------------------------------------------------------------------------------------
# 10. The checks.
# ---------------------------------------------------------------------------------------------------------------------


class Problem(NamedTuple):
    """One thing that is wrong: its code, its place, what was expected there and what was found."""

    code: str
    where: str
    expected: str
    found: str
    sequence: int | None
    facts: dict[str, Any]

    def sentence(self, language: int) -> str:
        """Return what is wrong, in Japanese (0) or English (1)."""
        return PROBLEMS[self.code][language].format(**self.facts)


class Entry(NamedTuple):
    """One entry of the ledger, its leaf compared with the log's."""

    sequence: int
    key: bytes
    kind: str
    at: str
    body: dict[str, Any]

    @property
    def where(self) -> str:
        return f"{ENTRIES} #{self.sequence} {shown(self.kind, 60)}"


class Attestation(NamedTuple):
    """What the ledger says of a signature."""

    sequence: int
    assignment: str
    digest: str
    row: tuple[Any, ...]  # number, at, method, authenticated_at, name_match, statement_version_id
    who: tuple[Any, ...]  # number, name, department; None where erased


class Certificate(NamedTuple):
    """What the ledger says of a certificate."""

    sequence: int
    serial: str
    token: str
    attestation: str
    issued_at: str
    valid_until: str
    supersedes: str | None
    former: tuple[str, ...] | None
    assignment: str
    kind: str  # of its entry


class Issue(NamedTuple):
    """One PDF that was issued: a certificate, or an edition of it in another language."""

    sequence: int
    certificate: str
    language: str
    edition: bool
    face: bytes | None
    issued_at: str


class Beside:
    """Lines of another file that go along with the entries, each naming its entry, in the entries' order."""

    def __init__(self, check: Check, path: str, orphan: str, malformed: str) -> None:
        self._check, self._path, self._orphan, self._malformed = check, path, orphan, malformed
        self._lines = enumerate(check.lines(path), 1)
        self._head: tuple[bytes, int, dict[str, Any]] | None = None
        self._advance()

    def _advance(self) -> None:
        self._head = None
        for number, line in self._lines:
            try:
                item = object_of(_PLAIN.decode(line.decode("utf-8")))
                self._head = key_of(item["entry"]), number, item
                return
            except ODD as reason:
                self._check.tell(self._malformed, f"{self._path} line {number}", found=reason)

    def of(self, key: bytes, count: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the lines of an entry that should have so many, each with its number.

        A line whose entry has passed, or will never come, is told of and passed
        over; one whose entry is still to come waits.
        """
        taken = 0
        while self._head is not None:
            owner, number, item = self._head
            if owner == key:
                taken += 1
                yield number, item
            elif owner in self._check.seen or (taken < count and owner not in self._check.all_keys()):
                self._check.tell(self._orphan, f"{self._path} line {number}", found=item["entry"])
            else:
                return
            self._advance()

    def rest(self) -> None:
        """Tell of every line that no entry took."""
        while self._head is not None:
            self._check.tell(self._orphan, f"{self._path} line {self._head[1]}", found=self._head[2]["entry"])
            self._advance()


# Which columns refer to rows that the pack must hold as well.
REFERENCES = {
    "attestation": (("assignment_id", "assignment"), ("statement_version_id", "statementversion")),
    "annulment": (("attestation_id", "attestation"),),
    "decline": (("assignment_id", "assignment"),),
    "dueset": (("assignment_id", "assignment"),),
    "assignmentevent": (("assignment_id", "assignment"),),
    "exemption": (("assignment_id", "assignment"),),
    "remindersent": (("assignment_id", "assignment"),),
    "credit": (("assignment_id", "assignment"), ("attestation_id", "attestation")),
    "paperrecord": (("assignment_id", "assignment"),),
    "clausedecision": (("revision_id", "revision"),),
    "clauseconfirmation": (("revision_id", "revision"),),
    "rosterchange": (("roster_import_id", "rosterimport"),),
    "certificate": (
        ("assignment_id", "assignment"), ("attestation_id", "attestation"), ("supersedes_id", "certificate"),
    ),
    "edition": (("certificate_id", "certificate"),),
    "certificateevent": (("certificate_id", "certificate"),),
    "attempt": (("module_version_id", "moduleversion"),),
    "completion": (("module_version_id", "moduleversion"),),
    "submission": (("attempt_id", "attempt"),),
}  # fmt: skip
REFERRING = {
    f"{PREFIX}{table}": tuple((column, f"{PREFIX}{target}") for column, target in columns)
    for table, columns in REFERENCES.items()
}
KNOWN = {target for columns in REFERRING.values() for _, target in columns}

STATEMENT_FILE = re.compile(r"texts/statements/([0-9a-f-]{36})\.([^/]+)\.v(\d{1,9})\.txt")
QUESTION_FILE = re.compile(r"texts/questions/([0-9a-f-]{36})\.([^/]+)\.v(\d{1,9})\.json")
IMAGE_FILE = re.compile(r"texts/images/([0-9a-f]{64})\.[a-z]+")
MODULE_FILE = re.compile(r"texts/modules/[^/]+\.([^/.]+)\.v(\d{1,9})\.json")
POLICY_FILE = re.compile(r"texts/policy/revision-(\d{1,9})\.txt")
ATTESTATION_FILE = re.compile(r"(?:[^/]+/)?attestations/([^/]+)\.json")
CERTIFICATE_FILE = re.compile(r"(?:[^/]+/)?certificates/([^/]+)\.pdf")
SCANS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
PAPER_FILE = re.compile(r"(?:[^/]+/)?paper/([0-9a-f]{64})\.(?:pdf|png|jpg)")
# Made for reading, each beside what it was made from.
READABLE = (
    (re.compile(r"texts/modules/([^/]+)\.pdf"), "texts/modules/{}.json"),
    (re.compile(r"texts/questions/([^/]+)\.pdf"), "texts/modules/{}.json"),
    (re.compile(r"((?:[^/]+/)?attestations/[^/]+)\.pdf"), "{}.json"),
)
TEXT_FILES = (STATEMENT_FILE, QUESTION_FILE, IMAGE_FILE, MODULE_FILE, POLICY_FILE)
ALWAYS, SOMETIMES = ("plan", "report"), ("sample", "as-of")  # documents; tables that need not be there
WITH_VALUES = {
    f"{PREFIX}{table}"
    for table in (
        *("attestation", "annulment", "decline", "certificate", "edition", "certificateevent", "accesslog", "sample"),
        *("assignment", "dueset", "assignmentevent", "exemption", "paperrecord", "campaignevent", "clausedecision"),
    )
}
# Batches that are read once more when the tables are made.
READ_AGAIN = {f"{PREFIX}{table}" for table in ("credit", "assignmentevent", "remindersent")}
PACKED, REISSUED = "access.pack_written", "certificates.reissued"
MARK = 4  # bytes of a file's own digest among those of its folder


class Check:
    """One run over one pack. A problem stops nothing: it is told of with its place, and the next thing is checked."""

    def __init__(self, *, form_1: bool = False) -> None:
        self.form_1 = form_1
        self.problems: list[Problem] = []
        self.problem_count = 0
        self.counts: Counter[str] = Counter()
        self.manifest: dict[str, Any] = {}
        self.listed: dict[str, tuple[bytes, int]] = {}
        self.key: VerifierKey | None = None
        # The ledger.
        self.leaves = b""
        self.heads: list[Head] = []
        self.history: set[Head] = set()
        self.notes: dict[bytes, Head] = {}  # by the SHA-256 of a note that was verified
        self.seen: set[bytes] = set()
        self._all_keys: set[bytes] | None = None
        self.missing: list[tuple[int, str]] = []
        self.erasures: set[str] = set()
        self.erased: set[int] = set()  # entries of which a value was erased
        # What the rows say.
        self.known: dict[str, set[bytes]] = {table: set() for table in KNOWN}
        self.pending: list[tuple[str, str, str, int, str]] = []
        # The entries whose batches are read once more, in their order: keys, numbers, and reasons where one was given.
        self._again: list[bytes] = []
        self._numbers = array("q")
        self._reasons: dict[int, Any] = {}
        self.codes: dict[int, str] = {}
        self.opened: dict[int, list[Any]] = {}
        self.assignments: dict[str, tuple[int, str]] = {}
        self.attestations: dict[str, Attestation] = {}
        self.annulled: dict[str, str] = {}
        self.certificates: dict[str, Certificate] = {}
        self.issued: dict[str, Issue] = {}
        self.holders: dict[str, tuple[str, ...]] = {}  # whom each certificate names
        self.events: dict[str, set[str]] = {"revoked": set(), "superseded": set()}
        self.ended: dict[tuple[str, str], tuple[str, Any, int]] = {}  # when, why, and by which entry, by state
        self.samples: dict[str, tuple[int, dict[str, Any], Any]] = {}
        self.tasks: dict[int, str] = {}
        self.started: set[str] = set()
        self.given: Counter[str] = Counter()  # tasks of each assignment, and of these the ones not completed
        self.undone: Counter[str] = Counter()
        self.taught: set[str] = set()
        # Texts: what was published (digest, number of the entry), and the digests that are here.
        self._elsewhere: set[str] = set()  # signatures of campaigns that are not in the pack, credited in one that is
        self.published: dict[tuple[Any, ...], tuple[str, int]] = {}
        self.present: set[str] = set()
        self.asked: dict[str, str] = {}  # digests that must be present, and where that is said
        self._signed_for: set[str] = set()
        self._files_of: dict[str, str] = {}
        # What the tables are made of.
        self.facts = Facts()
        self.packed: tuple[Entry, Any] | None = None  # the newest entry that tells of a pack, with its list of files
        self.last = b""  # the key of the pack's last entry
        self.zone: tzinfo | None = TOKYO
        self.covered = 0  # how many entries a checkpoint from outside vouches for

    @property
    def uncovered(self) -> int | None:
        """The number of the entry that tells of the pack, unless a checkpoint from outside covers it."""
        if self.older or self.packed is None or self.covered > self.packed[0].sequence:
            return None
        return self.packed[0].sequence

    @property
    def older(self) -> bool:
        """Whether the pack is of the first form, which told the ledger nothing of itself."""
        return self.manifest.get("schema") == PACK_SCHEMAS[0]

    def tell(
        self, code: str, where: str, expected: Any = "", found: Any = "", sequence: int | None = None, **facts: Any
    ) -> None:
        """Take note of a problem."""
        self.problem_count += 1
        if len(self.problems) < KEPT:
            found = str(found) if isinstance(found, Exception) else found
            self.problems.append(Problem(code, shown(where, 400), shown(expected), shown(found), sequence, facts))

    def run(self, path: str) -> None:
        """Check everything there is."""
        try:
            self.pack = Pack(path, self.tell)
        except Unreadable as reason:
            self.tell("pack.unreadable", path, found=reason)
            return
        if not self._manifest() or self.key is None:
            return
        self._names()
        self._leaves()
        self._checkpoints()
        self._history()
        self._tasks()
        self._entries()
        self._references()
        self._every_task()
        self._bound()
        self._superseded()
        self._every_file()
        self._absent()
        self._tables()
        self._samples()
        self._summary()

    # --- reading ---

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield a file's lines; where it is missing, nothing, and where it breaks off, what came before."""
        if path not in self.pack.sizes:
            return
        try:
            yield from self.pack.lines(path)
        except Unreadable as reason:
            self.tell("zip.damaged", path, found=reason)

    def document(self, path: str, code: str, read: Callable[[Any], Any]) -> Any:
        """Return what a JSON file holds, None where it is missing or no such thing."""
        if path not in self.pack.sizes:
            return None
        try:
            return read(read_json(self.pack.read(path)))
        except Unreadable:
            return None  # told of where every file is read
        except ODD as reason:
            self.tell(code, path, found=reason)
            return None

    # --- the manifest ---

    def _manifest(self) -> bool:
        if MANIFEST not in self.pack.sizes or MANIFEST_NOTE not in self.pack.sizes:
            self.tell("manifest.missing", MANIFEST if MANIFEST not in self.pack.sizes else MANIFEST_NOTE)
        try:
            data = self.pack.read(MANIFEST)
            self.manifest = object_of(read_json(data))
            if canonical(self.manifest) != data:
                raise Malformed("the JSON is not in canonical form (RFC 8785)")
            if self.manifest["schema"] not in PACK_SCHEMAS:
                raise Malformed(f"expected the schema {PACK_SCHEMAS[-1]}")
            moment_of(self.manifest["made_at"])
            for code in list_of(self.manifest["campaigns"]):
                text_of(code)
            for name, file in object_of(self.manifest["files"]).items():
                if not safe(name):
                    self.tell("zip.name", MANIFEST, found=name)
                    continue
                self.listed[name] = hash_of(file["sha256"]), number_of(file["size"])
            self.manifest["files"] = {}  # the large part, which stands in ``listed`` now
        except (Unreadable, *ODD) as reason:
            if MANIFEST in self.pack.sizes:
                self.tell("manifest.malformed", MANIFEST, found=reason)
            if not self.manifest:
                return False
        try:
            self.key = VerifierKey(self.manifest["key"])
        except ODD as reason:
            self.tell("manifest.key", MANIFEST, found=reason)
            return False
        if self.manifest.get("fingerprint") != self.key.key.fingerprint:
            self.tell("manifest.fingerprint", MANIFEST, self.key.key.fingerprint, self.manifest.get("fingerprint"))
        self._manifest_note(sha256(data).hexdigest(), len(data))
        return True

    def _manifest_note(self, digest: str, size: int) -> None:
        assert self.key is not None  # noqa: S101
        if MANIFEST_NOTE not in self.pack.sizes:
            return
        try:
            text = self.key.open(self.pack.read(MANIFEST_NOTE, MIB).decode("utf-8"))
        except (Unreadable, *ODD) as reason:
            self.tell("manifest.note", MANIFEST_NOTE, found=reason)
            return
        expected = f"{self.key.name}/evidence-pack\n{digest}\n{size}\n"
        if text != expected or self.manifest.get("origin") != self.key.name:
            self.tell("manifest.digest", MANIFEST, expected=text, found=expected)

    def _names(self) -> None:
        """Compare which files there are with which are listed."""
        if isinstance(self.pack.files, FolderPack):
            self.pack.files.rename(self.listed)
        for name in REQUIRED:
            if name not in self.listed:
                self.tell("file.required", name)
        for name in sorted(self.listed.keys() - self.pack.sizes.keys()):
            self.tell("file.missing", name)
        for name in sorted(self.pack.sizes.keys() - self.listed.keys() - {MANIFEST, MANIFEST_NOTE}):
            self.tell("file.superfluous", name)
        for folder in self.folders():
            for name in self._every_campaign_has(folder):
                if name not in self.listed:
                    self.tell("file.required", name)
        for name in sorted(self.listed):
            if not self._expected(name):
                self.tell("file.unexpected", name)

    def folders(self) -> list[str]:
        """Return the folder of each campaign: none where there is one campaign alone."""
        codes = [code for code in self.manifest.get("campaigns") or () if isinstance(code, str)]
        return [f"{code}/" for code in codes] if len(codes) > 1 else [""] * len(codes)

    @staticmethod
    def _every_campaign_has(folder: str) -> Iterator[str]:
        for name in ALWAYS:
            yield f"{folder}documents/{name}.pdf"
        for name in TABLES.keys() - set(SOMETIMES):
            yield from (f"{folder}tables/{name}.{ending}" for ending in ("csv", "xlsx"))

    def _expected(self, name: str) -> bool:
        """Whether a pack has such a file; what is for reading stands beside what it was made from."""
        if name in REQUIRED or any(form.fullmatch(name) for form in TEXT_FILES):
            return True
        for form, source in READABLE:
            match = form.fullmatch(name)
            if match is not None and source.format(match[1]) in self.listed:
                return self._in_folder(name) or name.startswith("texts/")
        if any(form.fullmatch(name) for form in (ATTESTATION_FILE, CERTIFICATE_FILE, PAPER_FILE)):
            return self._in_folder(name)
        folder, _, last = name.rpartition("/")
        stem, _, ending = last.rpartition(".")
        known = {
            "documents": ending == "pdf" and stem in ALWAYS,
            "tables": ending in ("csv", "xlsx") and stem in TABLES,
        }
        return known.get(folder.rpartition("/")[2], False) and self._in_folder(name)

    def _in_folder(self, name: str) -> bool:
        """Whether a file lies in the folder of a campaign, and not a level too high or too low."""
        return any(name.startswith(folder) and name.count("/") == folder.count("/") + 1 for folder in self.folders())

    # --- what the ledger was told of the pack ---

    def _bound(self) -> None:
        """Compare the manifest with the pack's own entry, which tells the ledger each file's SHA-256."""
        if self.older:
            if self.packed is not None or not self.form_1:  # whoever wrote it was no older version
                self.tell(
                    "export.entry", self.packed[0].where if self.packed else MANIFEST, PACK_SCHEMAS[-1], PACK_SCHEMAS[0]
                )
            return
        if self.packed is None or self.packed[0].key != self.last:
            self.tell("export.entry", ENTRIES, PACKED)
            return
        entry, files = self.packed
        facts = entry.body["facts"]
        try:
            if facts["made_at"] != self.manifest["made_at"] or facts["campaigns"] != self.manifest["campaigns"]:
                raise Malformed("it tells of another time, or of other campaigns, than the manifest")
            if number_of(facts["size"]) not in {head.size for head in self.heads} or facts["size"] > entry.sequence:
                raise Malformed("it names no checkpoint before it")
            self.zone = zone_of(text_of(facts["zone"]))
            if files is None:
                if entry.sequence not in self.erased:
                    raise Malformed("its list of files is not there")
                return
            self._files_as_told(entry, object_of(files["files"]), object_of(files["folders"]))
        except ODD as reason:
            self.tell("export.entry", entry.where, found=reason, sequence=entry.sequence)

    def _files_as_told(self, entry: Entry, files: dict[str, Any], folders: dict[str, Any]) -> None:
        """Compare single files by path, and files of people by folder, where a mark of each says which differs."""
        left: dict[str, list[str]] = {folder: [] for folder in folders}
        for name in sorted(self.listed, key=str.encode):
            folder = name.rpartition("/")[0]
            if folder in left:
                left[folder].append(name)
            elif name in files:
                if files[name] != self.listed[name][0].hex():
                    self.tell("export.file", name, files[name], self.listed[name][0].hex(), entry.sequence)
                self.counts["bound"] += 1
            elif not name.startswith("ledger/") or name == TASKS:
                self.tell("export.unrecorded", name, sequence=entry.sequence)
        for name in sorted(files.keys() - self.listed.keys()):
            self.tell("export.missing", name, files[name], sequence=entry.sequence)
        for folder, names in left.items():
            self._folder_as_told(entry, folder, names, object_of(folders[folder]))
        if self.counts["bound"] != number_of(entry.body["facts"]["count"]):
            found = self.counts["bound"]
            self.tell("export.count", MANIFEST, entry.body["facts"]["count"], found, entry.sequence)

    def _folder_as_told(self, entry: Entry, folder: str, names: list[str], told: dict[str, Any]) -> None:
        whole, marks, told_marks = sha256(), [], unbase64(told["marks"])
        for name in names:
            line = f"{name}\0{self.listed[name][0].hex()}\n".encode()
            whole.update(line)
            marks.append(sha256(line).digest()[:MARK])
        self.counts["bound"] += len(names)
        if whole.hexdigest() == told["sha256"]:
            return
        known = {told_marks[at : at + MARK] for at in range(0, len(told_marks), MARK)}
        strange = [name for name, mark in zip(names, marks) if mark not in known]
        for name in strange:
            self.tell("export.file", name, sequence=entry.sequence)
        if len(names) != told["count"] or not strange:
            self.tell("export.count", f"{folder}/", told["count"], len(names), entry.sequence)

    # --- the log ---

    def head(self, note: Any) -> Head:
        """Return what a checkpoint's note says, if the log's key signed it."""
        assert self.key is not None  # noqa: S101
        mark = sha256(text_of(note).encode("utf-8")).digest()
        if mark not in self.notes:
            head = head_of(self.key.open(note))
            if head.origin != self.key.name:
                raise Malformed(f"it speaks for {head.origin}")
            self.notes[mark] = head
        return self.notes[mark]

    def leaf(self, sequence: int) -> bytes:
        return self.leaves[32 * sequence : 32 * sequence + 32]

    def _leaves(self) -> None:
        if LEAVES in self.pack.sizes:
            try:
                self.leaves = self.pack.read(LEAVES, LARGEST_LEAVES)
            except Unreadable as reason:
                self.tell("zip.damaged", LEAVES, found=reason)
        self.counts["leaves"] = len(self.leaves) // 32

    def _checkpoints(self) -> None:
        """Check every checkpoint by itself, and that none before it was taken out."""
        size, sealed = 0, ""
        for number, line in enumerate(self.lines(CHECKPOINTS), 1):
            where = f"{CHECKPOINTS} line {number}"
            try:
                row = object_of(read_json(line))
                where = f"{CHECKPOINTS} line {number} (size {shown(row['size'], 20)})"
                note = text_of(row["note"])
            except ODD as reason:
                self.tell("checkpoint.malformed", where, found=reason)
                continue
            try:
                head = self.head(note)
            except ODD as reason:
                self.tell("checkpoint.note", where, found=reason)
                continue
            said = {"size": head.size, "root": head.root.hex(), "at": head.sealed}
            for column, value in said.items():
                if row.get(column) != value or isinstance(row.get(column), bool):
                    self.tell("checkpoint.column", f"{where}.{column}", value, row.get(column))
            if head.size <= size:
                self.tell("checkpoint.order", where, f"more than {size}", head.size)
                continue
            if head.after != size:
                self.tell("checkpoint.gap", where, f"after {head.after}", f"after {size}", sequence=head.after)
            if head.sealed < sealed:
                self.tell("checkpoint.clock", where, f"not before {sealed}", head.sealed)
            size, sealed = head.size, max(sealed, head.sealed)
            self.heads.append(head)
            self.counts["checkpoints"] += 1
        self._last_checkpoint()

    def _last_checkpoint(self) -> None:
        try:
            last = self.head(self.manifest.get("checkpoint"))
        except ODD as reason:
            self.tell("manifest.checkpoint", f"{MANIFEST} checkpoint", found=reason)
            return
        if not self.heads or last != self.heads[-1]:
            found = f"size {self.heads[-1].size}" if self.heads else "none"
            self.tell("manifest.checkpoint", CHECKPOINTS, f"size {last.size}", found)
            self.heads = [head for head in self.heads if head.size < last.size] + [last]

    def _history(self) -> None:
        """Let the tree grow by every leaf, and compare its root with each checkpoint on the way."""
        size = self.heads[-1].size if self.heads else 0
        if len(self.leaves) != 32 * size:
            self.tell("ledger.leaves", LEAVES, f"{32 * size} bytes", f"{len(self.leaves)} bytes")
        self.history = set(self.heads)
        tree, good = Tree(), 0
        for head in self.heads:
            if 32 * head.size > len(self.leaves):
                break
            while tree.size < head.size:
                tree.add(self.leaf(tree.size))
            if tree.root() != head.root:
                self.tell(
                    "checkpoint.root", f"{LEAVES} #{good}–#{head.size - 1}", head.root.hex(), tree.root().hex(),
                    sequence=good, first=good, last=head.size - 1,
                )  # fmt: skip
                break  # every later root would differ for the same reason
            good = head.size

    def root_at(self, size: int) -> bytes:
        """Return the root of the first so many leaves."""
        tree = Tree()
        while tree.size < size:
            tree.add(self.leaf(tree.size))
        return tree.root()

    # --- entries ---

    def all_keys(self) -> set[bytes]:
        """Return the keys of all entries of the pack: read once more, and only where something is out of order."""
        if self._all_keys is None:
            self._all_keys = set()
            for line in self.lines(ENTRIES):
                try:
                    self._all_keys.add(key_of(_PLAIN.decode(_PLAIN.decode(line.decode("utf-8"))["body"])["id"]))
                except ODD:
                    continue  # told of where it is read for the first time
        return self._all_keys

    def _entries(self) -> None:
        disclosures = Beside(self, DISCLOSURES, "disclosure.orphan", "disclosure.malformed")
        batches = Beside(self, BATCHES, "batch.orphan", "batch.malformed")
        windows = _Windows(self.heads)
        last = -1
        for number, line in enumerate(self.lines(ENTRIES), 1):
            where = f"{ENTRIES} line {number}"
            try:
                outer = object_of(_PLAIN.decode(line.decode("utf-8")))
                sequence, text = number_of(outer["sequence"]), text_of(outer["body"])
                where = f"{ENTRIES} #{sequence}"
                if sequence <= last:
                    self.tell("entry.order", where, f"more than {last}", sequence, sequence)
                last = max(last, sequence)
                if 32 * sequence >= len(self.leaves):
                    self.tell("entry.beyond", where, sequence=sequence)
                elif (leaf := leaf_hash(text.encode("utf-8"))) != self.leaf(sequence):
                    self.tell("entry.leaf", where, self.leaf(sequence).hex(), leaf.hex(), sequence)
                entry = self._entry(sequence, text)
            except ODD as reason:
                self.tell("entry.malformed", where, found=reason)
                continue
            if entry.key in self.seen:
                self.tell("entry.duplicate", entry.where, found=entry.body["id"], sequence=sequence)
                continue
            self.counts["entries"] += 1
            code, limit = windows.judge(sequence, entry.at)
            if code:
                self.tell(code, entry.where, limit, entry.at, sequence)
            values = self._disclosures(entry, disclosures)
            self._batches(entry, batches, values)
            self._rows(entry, values)
            self.last = entry.key
            try:
                self.facts.learn(entry, values)
            except ODD as reason:
                self.tell("entry.malformed", entry.where, found=reason, sequence=sequence)
            if entry.kind == PACKED:
                self.packed = entry, values.get("files")
            if entry.kind == "erasure":
                self.erasures.update(d for d in entry.body["facts"].get("digests") or () if isinstance(d, str))
            self.seen.add(entry.key)
        disclosures.rest()
        batches.rest()
        self._erased()

    @staticmethod
    def _entry(sequence: int, text: str) -> Entry:
        """Read an entry's body; raises for anything that the ledger would not have written."""
        body = object_of(read_canonical(text))
        if body.keys() != {"v", "id", "kind", "at", "facts", "rows", "batches", "disclosures"} or body["v"] != 1:
            raise Malformed("expected v (1), id, kind, at, facts, rows, batches and disclosures")
        moment_of(body["at"])
        object_of(body["facts"])
        for rows in object_of(body["rows"]).values():
            for row in list_of(rows):
                text_of(object_of(row)["id"])
        for batch in object_of(body["batches"]).values():
            number_of(batch["count"])
            hash_of(batch["root"])
        listed = list_of(body["disclosures"])
        if any(len(text_of(digest)) != 43 for digest in listed) or sorted(set(listed)) != listed:
            raise Malformed("expected sorted digests as disclosures")
        return Entry(sequence, key_of(body["id"]), text_of(body["kind"]), body["at"], body)

    def _disclosures(self, entry: Entry, beside: Beside) -> dict[str, Any]:
        """Compare the values of an entry with what it lists, and return those by name that are needed further on."""
        listed: list[str] = entry.body["disclosures"]
        left = set(listed)
        values: dict[str, Any] = {}
        tables = entry.body["rows"].keys() | entry.body["batches"].keys()
        wanted = entry.kind == PACKED or entry.kind.startswith("people.") or WITH_VALUES & tables
        for number, item in beside.of(entry.key, len(listed)):
            try:
                encoded = text_of(item["encoded"])
                digest = digest_of(encoded)
                if digest in left:
                    left.discard(digest)
                    self.counts["disclosures"] += 1
                    if wanted:
                        name, value = opened(encoded)
                        self._keep(values, entry, name, value, digest)
                else:
                    code = "disclosure.duplicate" if digest in listed else "disclosure.unlisted"
                    where = f"{DISCLOSURES} line {number} (#{entry.sequence})"
                    self.tell(code, where, found=digest, sequence=entry.sequence)
            except ODD as reason:
                where = f"{DISCLOSURES} line {number} (#{entry.sequence})"
                self.tell("disclosure.malformed", where, found=reason, sequence=entry.sequence)
        self.missing.extend((entry.sequence, digest) for digest in sorted(left))
        return values

    @staticmethod
    def _keep(values: dict[str, Any], entry: Entry, name: str, value: Any, digest: str) -> None:
        """Keep a value by its name; of a staff list departments by key, people by the digest that their row names."""
        if entry.kind in BY_LIST and name == PLACE:
            values.setdefault(PLACE, {})[text_of(value["department"])] = value["name"]
        elif entry.kind in BY_LIST and entry.kind != PROVISIONED:
            values[digest] = value
        else:
            values[name] = value

    def _erased(self) -> None:
        """A value may be missing where an erasure names it, and must be."""
        for sequence, digest in self.missing:
            if digest in self.erasures:
                self.counts["erased"] += 1
                self.erased.add(sequence)
            else:
                self.tell("disclosure.missing", f"{ENTRIES} #{sequence}", expected=digest, sequence=sequence)
        if not self.erasures:
            return
        for number, line in enumerate(self.lines(DISCLOSURES), 1):
            try:
                digest = digest_of(read_json(line)["encoded"])
            except ODD:
                continue  # told of where it is read for the first time
            if digest in self.erasures:
                self.tell("disclosure.erased", f"{DISCLOSURES} line {number}", found=digest)

    def _batches(self, entry: Entry, beside: Beside, values: dict[str, Any]) -> None:
        """Build the tree of each batch of an entry from its rows, and compare."""
        batches: dict[str, Any] = entry.body["batches"]
        trees = {table: Tree() for table in batches}
        broken: set[str] = set()
        for number, item in beside.of(entry.key, sum(batch["count"] for batch in batches.values())):
            where = f"{BATCHES} line {number} (#{entry.sequence})"
            try:
                table, part, row = text_of(item["table"]), number_of(item["part"]), object_of(item["row"])
                if table not in trees:
                    self.tell("batch.orphan", where, found=table, sequence=entry.sequence)
                    continue
                tree = trees[table]
                if part != tree.size and table not in broken:
                    broken.add(table)
                    self.tell("batch.part", f"{where} {table}", tree.size, part, entry.sequence)
                tree.add(leaf_hash(canonical({"table": table, "entry": entry.body["id"], "row": row})))
                self.counts["batch_rows"] += 1
                self._know(entry, table, row)
                self._row(entry, table, row, values)
            except ODD as reason:
                self.tell("batch.malformed", where, found=reason, sequence=entry.sequence)
        if READ_AGAIN & batches.keys():
            self._again.append(entry.key)
            self._numbers.append(entry.sequence)
            if values.get("reason") is not None:
                self._reasons[entry.sequence] = values["reason"]
        for table, batch in batches.items():
            where, tree = f"{BATCHES} (#{entry.sequence}) {shown(table, 80)}", trees[table]
            if tree.size != batch["count"]:
                self.tell("batch.count", where, batch["count"], tree.size, entry.sequence)
            elif tree.root().hex() != batch["root"]:
                self.tell("batch.root", where, batch["root"], tree.root().hex(), entry.sequence)

    def batch_rows(self, table: str) -> Iterator[tuple[int, Any, dict[str, Any]]]:
        """Yield the rows of one table once more, in the order of the log, each with its entry's number and reason."""
        name = f"{PREFIX}{table}"
        mark, at = f'"{name}"'.encode(), 0
        for line in self.lines(BATCHES):
            if mark not in line:
                continue
            try:
                item = object_of(_PLAIN.decode(line.decode("utf-8")))
                key, row = key_of(item["entry"]), object_of(item["row"])
                while at < len(self._again) and self._again[at] != key:
                    at += 1
                if at < len(self._again) and item["table"] == name:
                    text_of(row["assignment_id"])
                    yield self._numbers[at], self._reasons.get(self._numbers[at]), row
            except ODD:
                continue  # told of where it is read for the first time

    # --- rows ---

    def _rows(self, entry: Entry, values: dict[str, Any]) -> None:
        """Take in the rows of an entry, which may refer to one another."""
        for table, rows in entry.body["rows"].items():
            for row in rows if table in KNOWN else ():
                self._know(entry, table, row)
        for table, rows in entry.body["rows"].items():
            for row in rows if table in READ or table in REFERRING else ():
                self._row(entry, table, row, values)

    def _know(self, entry: Entry, table: str, row: dict[str, Any]) -> None:
        """Remember a row that others refer to."""
        known = self.known.get(table)
        if known is None:
            return
        try:
            key = key_of(row["id"])
        except ODD as reason:
            self.tell("entry.malformed", f"{entry.where} {shown(table)}", found=reason, sequence=entry.sequence)
            return
        if key in known:
            self.tell("row.duplicate", f"{entry.where} {shown(table)}", found=row["id"], sequence=entry.sequence)
        known.add(key)

    def _row(self, entry: Entry, table: str, row: dict[str, Any], values: dict[str, Any]) -> None:
        """Take from a row what later checks need, and check what it says of itself."""
        where = f"{entry.where} {shown(table, 80)}"
        try:
            for column, target in REFERRING.get(table, ()):
                value = row[column]
                if value is not None and key_of(value) not in self.known[target]:
                    self.pending.append((f"{where}.{column}", target, value, entry.sequence, text_of(row["id"])))
            if table in READ:
                READ[table](self, entry, row, values, where)
        except ODD as reason:
            self.tell("entry.malformed", where, found=reason, sequence=entry.sequence)

    def _references(self) -> None:
        self._elsewhere = {
            signature
            for counted in self.facts.credits.values()
            for signature, _ in counted
            if signature in self.attestations and self.attestations[signature].assignment not in self.assignments
        }
        for where, target, value, sequence, owner in self.pending:
            if key_of(value) not in self.known[target] and owner not in self._elsewhere:
                self.tell("row.reference", where, f"{target} {value}", sequence=sequence)

    def _row_campaignevent(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        campaign, facts = number_of(row["campaign_id"]), object_of(row["facts"])
        if row["kind"] in ("approved", "opened"):
            self.codes[campaign] = text_of(facts["code"])
        if row["kind"] == "opened":
            self.opened[campaign] = list_of(facts["modules"])
            for pin in list_of(facts["pins"]):
                self.asked.setdefault(text_of(pin["digest"]), where)
        if row["kind"] == "adopted":
            for version in list_of(facts["adopted"]["versions"]):
                self.asked.setdefault(text_of(version["to"]["digest"]), where)
        self.facts.campaign(entry, row, values)

    def _row_assignment(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.assignments[shared(text_of(row["id"]))] = number_of(row["campaign_id"]), shared(text_of(row["at"]))
        self.facts.assigned(row, values)

    def _row_dueset(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.due(entry, row, values)

    def _row_assignmentevent(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.turned(row)

    def _row_exemption(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.exempted(entry, row, values)

    def _row_credit(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.credited(row)

    def _row_remindersent(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.reminded(row)

    def _row_paperrecord(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.on_paper(entry, row, values)

    def _row_rosterchange(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.people.change(entry, object_of(read_json(text_of(row["facts"]))), values.get(row["disclosure"]))

    def _row_clausedecision(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        said = row["ref_before"], row["ref_after"], word("change", row["change"]), row["number"], row["material"]
        cells = [text_of(row["at"]), DECISION, *said, None, values.get("reason")]
        self.facts.decided[str(entry.sequence)] = text_of(row["revision_id"]), cells

    def _row_clauseconfirmation(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        cells = [text_of(row["at"]), CONFIRMATION, None, row["ref"], None, None, None, UNKNOWN, None]
        self.facts.decided[str(entry.sequence)] = text_of(row["revision_id"]), cells

    def _row_decline(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.declined(row, values)

    def _row_makeup(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        assignment = self._task(entry, row, where)
        if assignment is not None:
            self.facts.made_up.setdefault(assignment, []).append(text_of(row["at"]))

    def _row_submission(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.submitted(row)

    def _row_marking(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.marked(row)

    def _row_accesslog(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.looked(entry, row, values)

    def _row_attestation(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        digest = text_of(row["digest"])
        if sha256(canonical(row["signed"])).hexdigest() != digest:
            self.tell("row.digest", f"{where}.digest", sha256(canonical(row["signed"])).hexdigest(), digest)
        signed = ("number", "at", "method", "authenticated_at", "name_match", "statement_version_id")
        self.attestations[text_of(row["id"])] = Attestation(
            entry.sequence,
            text_of(row["assignment_id"]),
            digest,
            tuple(shared(row[column]) for column in signed),
            tuple(shared(values.get(field)) for field in ("number", "name", "department")),
        )

    def _row_annulment(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.annulled[text_of(row["attestation_id"])] = entry.body["id"]
        self.facts.annulments[row["attestation_id"]] = text_of(row["at"]), text_of(row["cause"]), values.get("reason")

    def _row_certificate(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        former = values.get("former_holder")
        certificate = Certificate(
            sequence=entry.sequence,
            serial=text_of(row["serial"]),
            token=text_of(row["token"]),
            attestation=text_of(row["attestation_id"]),
            issued_at=text_of(row["issued_at"]),
            valid_until=text_of(row["valid_until"]),
            supersedes=row["supersedes_id"],
            former=None if former is None else tuple(text_of(former[f]) for f in ("name", "number", "department")),
            assignment=text_of(row["assignment_id"]),
            kind=entry.kind,
        )
        self.certificates[text_of(row["id"])] = certificate
        if "face" in values:
            self.holders[row["id"]] = holder_of(values["face"])
        self._issue(entry, row, values, certificate=row["id"], edition=False, where=where)

    def _row_edition(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self._issue(entry, row, values, certificate=text_of(row["certificate_id"]), edition=True, where=where)

    def _issue(
        self, entry: Entry, row: dict[str, Any], values: dict[str, Any], *, certificate: str, edition: bool, where: str
    ) -> None:
        digest, face = text_of(row["pdf_sha256"]), values.get("face")
        if digest in self.issued:
            self.tell("row.duplicate", f"{where}.pdf_sha256", found=digest, sequence=entry.sequence)
        self.issued[digest] = Issue(
            sequence=entry.sequence,
            certificate=certificate,
            language=text_of(row["language"]),
            edition=edition,
            face=None if face is None else sha256(canonical(face)).digest(),
            issued_at=text_of(row["issued_at"]),
        )

    def _row_certificateevent(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.events.setdefault(text_of(row["kind"]), set()).add(text_of(row["certificate_id"]))
        self.ended[row["certificate_id"], row["kind"]] = text_of(row["at"]), values.get("reason"), entry.sequence

    def _row_sample(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.samples[text_of(row["id"])] = entry.sequence, row, values.get("strata")

    def _row_attempt(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        assignment = self._task(entry, row, where)
        if assignment is not None:
            self.started.add(assignment)
        self.facts.attempted(row)

    def _row_completion(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        assignment = self._task(entry, row, where)
        if assignment is not None:
            self.undone[assignment] -= 1
        task = number_of(row["task_id"])
        self.facts.done.setdefault(task, text_of(row["at"]))
        if row["how"] != "passed":
            self.facts.how.setdefault(task, text_of(row["how"]))

    def _task(self, entry: Entry, row: dict[str, Any], where: str) -> str | None:
        """Return whose task a row names: by the tasks' file, and by the entry where that says it."""
        assignment, named = self.tasks.get(number_of(row["task_id"])), entry.body["facts"].get("assignment")
        if assignment is None:
            self.tell("task.missing", where, expected=row["task_id"], sequence=entry.sequence)
        elif named is None:
            self.counts["unassigned"] += 1
        elif named != assignment:
            self.tell("task.assignment", where, named, assignment, entry.sequence)
        return assignment

    def _superseded(self) -> None:
        """Each reissue and the end of what it replaces stand in one entry, and in no other."""
        replaced: set[str] = set()
        for certificate in self.certificates.values():
            old = certificate.supersedes
            if old is None:
                continue
            replaced.add(old)
            before, end = self.certificates.get(old), self.ended.get((old, "superseded"))
            explained = end is not None and end[2] == certificate.sequence and certificate.kind == REISSUED
            if not explained or (before is not None and before.assignment != certificate.assignment):
                where = f"{ENTRIES} #{certificate.sequence} {shown(certificate.serial, 60)}"
                self.tell("certificate.superseded", where, REISSUED, certificate.kind, certificate.sequence)
        for key in sorted(self.events["superseded"] - replaced):
            self.tell("certificate.superseded", f"{ENTRIES} #{self.ended[key, 'superseded'][2]}", found=key)

    def _row_revision(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        self.facts.revisions[text_of(row["id"])] = number_of(row["number"])
        self._published(entry, row, where, text_of(row["source"]["sha256"]), ("policy", number_of(row["number"])))

    def _row_statementversion(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        words = canonical({"title": text_of(row["title"]), "words": text_of(row["words"])})
        place = text_of(row["statement"]), text_of(row["language"]), number_of(row["number"])
        self._published(entry, row, where, sha256(words).hexdigest(), ("pledge", *place))
        self.facts.statements[text_of(row["id"])] = place[2]
        # The file holds the words alone.
        self.published[("statement", *place)] = sha256(row["words"].encode("utf-8")).hexdigest(), entry.sequence

    def _row_moduleversion(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        digest = text_of(row["content"]["sha256"])
        place = text_of(row["language"]), number_of(row["number"])
        self._published(entry, row, where, digest, ("module", text_of(row["module_id"]), *place))
        self.facts.versions[text_of(row["id"])] = (
            row["module_id"],
            text_of(row["title"]),
            *place,
            text_of(row["digest"]),
        )

    def _row_questionversion(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        place = text_of(row["question"]), text_of(row["language"]), number_of(row["number"])
        self._published(entry, row, where, text_of(row["content"]["sha256"]), ("question", *place))

    def _row_frozenimage(self, entry: Entry, row: dict[str, Any], values: dict[str, Any], where: str) -> None:
        digest = text_of(row["sha256"])
        self.published[("image", digest)] = digest, entry.sequence

    def _published(self, entry: Entry, row: dict[str, Any], where: str, digest: str, key: tuple[Any, ...]) -> None:
        if row["digest"] != digest:
            self.tell("row.digest", f"{where}.digest", digest, row["digest"], entry.sequence)
        self.published[key] = digest, entry.sequence

    # --- which task is whose ---

    def _tasks(self) -> None:
        for number, line in enumerate(self.lines(TASKS), 1):
            where = f"{TASKS} line {number}"
            try:
                row = read_json(line)
                task, assignment = number_of(row["task"]), text_of(row["assignment"])
                key_of(assignment)
                if task in self.tasks:
                    self.tell("task.duplicate", where, found=task)
                    continue
                # One text for all tasks of an assignment, which stand together: a third of the memory.
                self.tasks[task] = assignment = sys.intern(assignment)
                self.undone[assignment] += 1
                self.given[assignment] += 1
                self.taught.add(text_of(row["module"]))
                self.facts.task(task, row["module"], number_of(row["order"]))
            except ODD as reason:
                self.tell("task.malformed", where, found=reason)

    def _every_task(self) -> None:
        """Each assignment has one task for each module that its campaign opened with, and no other."""
        for assignment in self.given:
            if assignment not in self.assignments:
                self.tell("task.unknown", TASKS, found=assignment)
        for assignment, (campaign, _) in self.assignments.items():
            modules = self.opened.get(campaign)
            if modules is not None and self.given[assignment] != len(modules):
                self.tell("task.missing", f"{TASKS} {assignment}", f"{len(modules)} tasks", self.given[assignment])
        opened = {module for modules in self.opened.values() for module in modules if isinstance(module, str)}
        for module in sorted(self.taught - opened):
            self.tell("task.unknown", TASKS, found=module)

    # --- every other file ---

    def _every_file(self) -> None:
        """Compare every file with the manifest, and look into those that mean something; texts first, being named."""
        for name in sorted(self.listed, key=lambda name: (not name.startswith("texts/"), name)):
            if name in self.pack.sizes:
                self._file(name)
        for digest, where in sorted(self.asked.items()):
            if digest not in self.present:
                self.tell("text.missing", where, expected=digest)
        for key, (digest, sequence) in self.published.items():
            if key[0] in ("policy", "statement") and digest not in self.present:
                self.tell("text.missing", f"{ENTRIES} #{sequence}", " ".join(map(str, key)), sequence=sequence)

    def _file(self, name: str) -> None:
        wanted, size = self.listed[name]
        reader = self._reader(name)
        kept: list[bytes] = []
        digest, length = sha256(), 0
        if self.pack.sizes[name] != size:
            self.tell("file.size", name, size, self.pack.sizes[name])
            if self.pack.sizes[name] > size + LARGEST_DOCUMENT:
                return
        if reader is not None and self.pack.sizes[name] > LARGEST_DOCUMENT:
            self.tell("file.too_large", name, f"at most {LARGEST_DOCUMENT}", self.pack.sizes[name])
            reader = None
        try:
            for chunk in self.pack.chunks(name):
                digest.update(chunk)
                length += len(chunk)
                if reader is not None:
                    kept.append(chunk)
        except Unreadable as reason:
            self.tell("zip.damaged", name, found=reason)
            return
        self.counts["files"] += 1
        if digest.digest() != wanted:
            self.tell("file.digest", name, wanted.hex(), digest.hexdigest())
        if reader is not None:
            reader(name, b"".join(kept))

    def _reader(self, name: str) -> Callable[[str, bytes], None] | None:
        if name.startswith("texts/") and not name.endswith(".pdf"):
            return self._text
        if ATTESTATION_FILE.fullmatch(name):
            return self._attestation
        if CERTIFICATE_FILE.fullmatch(name):
            return self._certificate
        return None

    # --- texts ---

    def _text(self, name: str, data: bytes) -> None:
        digest = sha256(data).hexdigest()
        expected = ""
        if policy := POLICY_FILE.fullmatch(name):
            expected = self.published.get(("policy", int(policy[1])), ("", 0))[0]
        elif statement := STATEMENT_FILE.fullmatch(name):
            expected = self.published.get(("statement", statement[1], statement[2], int(statement[3])), ("", 0))[0]
        elif question := QUESTION_FILE.fullmatch(name):
            expected = self.published.get(("question", question[1], question[2], int(question[3])), ("", 0))[0]
        elif image := IMAGE_FILE.fullmatch(name):
            expected = self.published.get(("image", image[1]), ("", 0))[0]
        elif module := MODULE_FILE.fullmatch(name):
            try:
                content = object_of(read_json(data))
                place = module[1], int(module[2])
                expected = self.published.get(("module", text_of(content["module"]), *place), ("", 0))[0]
                for listed in [*list_of(content["questions"]), *list_of(content.get("images", []))]:
                    self.asked.setdefault(text_of(listed), name)
            except ODD as reason:
                self.tell("text.digest", name, found=reason)
                return
        if not expected:
            self.tell("text.unknown", name, found=digest)
        elif digest != expected:
            self.tell("text.digest", name, expected, digest)
        else:
            self.counts["texts"] += 1
            self.present.add(digest)

    def _signed_texts(self, where: str, signed: dict[str, Any]) -> None:
        """Whether every text that was signed for is here, as it was published. Asked once for each content."""
        wanted = [signed["policy"]["digest"], *(module["digest"] for module in list_of(signed["modules"]))]
        for digest in wanted:
            if text_of(digest) not in self.present:
                self.tell("attestation.text", where, expected=digest)
        pledge = signed["statement"]
        key = ("pledge", pledge["id"], pledge["language"], pledge["number"])
        words = sha256(canonical({"title": pledge["title"], "words": pledge["words"]})).hexdigest()
        if self.published.get(key, ("", 0))[0] != words:
            self.tell("attestation.text", where, expected=self.published.get(key, ("?", 0))[0], found=words)

    # --- attestations ---

    def _proved(self, name: str, kind: str, holder: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Check entry, proof and checkpoint as an attestation or a certificate carries them.

        Return the entry's body, with its number, and the values by name.
        """
        text, proof = text_of(holder["entry"]["body"]), object_of(holder["proof"])
        sequence, size = number_of(proof["sequence"]), number_of(proof["size"])
        leaf = leaf_hash(text.encode("utf-8"))
        if leaf != self.leaf(sequence):
            expected = self.leaf(sequence).hex() or f"fewer than {len(self.leaves) // 32}"
            self.tell(f"{kind}.entry", name, expected, leaf.hex(), sequence)
        try:
            head = self.head(holder["checkpoint"])
            if head not in self.history:
                raise Malformed(f"size {head.size}, root {head.root.hex()}")
        except ODD as reason:
            self.tell(f"{kind}.checkpoint", name, found=reason, sequence=sequence)
            return None
        try:
            if size != head.size:
                raise Malformed(f"a proof for size {size}")
            root = root_from(leaf, sequence, size, [hash_of(step) for step in list_of(proof["hashes"])])
            if root != head.root:
                raise Malformed(root.hex())
        except ODD as reason:
            self.tell(f"{kind}.proof", name, head.root.hex(), reason, sequence)
        body = object_of(read_canonical(text))
        listed, values = set(list_of(body["disclosures"])), {}
        for encoded in list_of(holder["entry"]["disclosures"]):
            if digest_of(text_of(encoded)) not in listed:
                self.tell(f"{kind}.disclosure", name, found=digest_of(encoded), sequence=sequence)
                continue
            field, value = opened(encoded)
            values[field] = value
        return {**body, "sequence": sequence}, values

    def _attestation(self, name: str, data: bytes) -> None:
        try:
            document = object_of(read_json(data))
            if document["schema"] != ATTESTATION_SCHEMA:
                raise Malformed(f"expected the schema {ATTESTATION_SCHEMA}")
            key, signed = text_of(document["attestation"]), object_of(document["signed"])
            row = self.attestations.get(key)
            if row is None:
                self.tell("attestation.unknown", name, found=key)
                return
            if self._files_of.setdefault(f"attestation {key}", name) != name:
                self.tell("attestation.duplicate", name, found=self._files_of[f"attestation {key}"])
            proved = self._proved(name, "attestation", document)
            if proved is not None and proved[0]["sequence"] != row.sequence:
                self.tell("attestation.entry", name, f"#{row.sequence}", f"#{proved[0]['sequence']}", row.sequence)
            self._as_signed(name, document, row)
            if document["annulled"] != self.annulled.get(key):
                self.tell("attestation.annulled", name, self.annulled.get(key), document["annulled"], row.sequence)
            match = ATTESTATION_FILE.fullmatch(name)
            if proved is not None and match is not None:
                self._numbered("attestation.name", name, match[1], proved[1].get("number"))
            digest = sha256(canonical(signed)).hexdigest()
            if digest not in self._signed_for:
                self._signed_for.add(digest)
                self._signed_texts(name, signed)
            self.counts["attestations"] += 1
            self.counts["annulled"] += key in self.annulled
        except ODD as reason:
            self.tell("attestation.malformed", name, found=reason)

    def _as_signed(self, name: str, document: dict[str, Any], row: Attestation) -> None:
        digest = sha256(canonical(document["signed"])).hexdigest()
        if document["digest"] != digest:
            self.tell("attestation.digest", name, digest, document["digest"], row.sequence)
        if digest != row.digest:
            self.tell("attestation.signed", name, row.digest, digest, row.sequence)

    def _numbered(self, code: str, name: str, stem: str, number: Any) -> None:
        """A file is named by the staff number, so that two cannot be exchanged unseen."""
        if isinstance(number, str) and re.fullmatch("[0-9A-Za-z-]+", number) and not stem.startswith(f"{number}_"):
            self.tell(code, name, number, stem)

    # --- certificates ---

    def _certificate(self, name: str, data: bytes) -> None:
        digest = sha256(data).hexdigest()
        issue = self.issued.get(digest)
        try:
            record, bare = record_in(data)
        except ODD as reason:
            if issue is None:
                self.tell("certificate.unknown", name, found=digest)
            self.tell("certificate.no_record", name, found=reason)
            return
        try:
            if issue is None:
                self.tell("certificate.unknown", name, f"the PDF of {shown(record.get('serial'), 80)}", digest)
                return
            if self._files_of.setdefault(f"certificate {digest}", name) != name:
                self.tell("certificate.duplicate", name, found=self._files_of[f"certificate {digest}"])
            certificate = self.certificates.get(issue.certificate)
            if certificate is None:
                return  # told of as a reference that leads nowhere
            if record["schema"] != CERTIFICATE_SCHEMA or canonical(record) != bare:
                raise Malformed(f"expected canonical JSON of the schema {CERTIFICATE_SCHEMA}")
            self._record(name, record, issue, certificate)
            self._count_state(issue.certificate, certificate)
        except ODD as reason:
            self.tell("certificate.malformed", name, found=reason)

    def _record(self, name: str, record: dict[str, Any], issue: Issue, certificate: Certificate) -> None:
        assert self.key is not None  # noqa: S101
        said = {
            "serial": certificate.serial, "token": certificate.token, "language": issue.language,
            "issued_at": certificate.issued_at, "valid_until": certificate.valid_until,
        }  # fmt: skip
        for field, value in said.items():
            if record[field] != value:
                self.tell("certificate.row", f"{name} record.json {field}", value, record[field], certificate.sequence)
        if certificate.token not in text_of(record["check_url"]):
            self.tell("certificate.row", f"{name} record.json check_url", certificate.token, record["check_url"])
        if record["fingerprint"] != self.key.key.fingerprint or record["key"] != self.manifest["key"]:
            self.tell("certificate.key", name, self.key.key.fingerprint, record["fingerprint"])
        printed = object_of(record["printed"])
        if issue.face is not None and sha256(canonical(printed)).digest() != issue.face:
            self.tell("certificate.printed", name, issue.face.hex(), sha256(canonical(printed)).hexdigest())
        signed = object_of(record["attestation"])
        row = self.attestations.get(certificate.attestation)
        if row is not None and (
            signed["id"] != certificate.attestation
            or signed["digest"] != row.digest
            or sha256(canonical(signed["signed"])).hexdigest() != row.digest
        ):
            self.tell("certificate.attestation", name, row.digest, signed["digest"], row.sequence)
        proved = self._proved(name, "certificate", record)
        if proved is not None:
            if row is not None and proved[0]["sequence"] != row.sequence:
                self.tell("certificate.entry", name, f"#{row.sequence}", f"#{proved[0]['sequence']}", row.sequence)
            self._named(name, printed, issue, certificate, proved[1])
        match = CERTIFICATE_FILE.fullmatch(name)
        if match is not None:
            self._numbered("certificate.name", name, match[1], printed.get("staff_number"))
            ended = issue.certificate in self.events["superseded"] | self.events["revoked"]
            edition = f"_{issue.language}" if issue.edition else ""
            part = f"_{certificate.serial}{edition}"
            if (ended or edition or certificate.attestation in self.annulled) and part not in match[1]:
                self.tell("certificate.name", name, part, match[1], certificate.sequence)

    def _named(
        self, name: str, printed: dict[str, Any], issue: Issue, certificate: Certificate, values: dict[str, Any]
    ) -> None:
        """Name, number and department: as signed; or, on a reissue, new, and its entry names whom the old one named."""
        holder = holder_of(printed)
        wanted = self.holders.get(issue.certificate)  # an edition names whom its certificate names
        if certificate.supersedes is None:
            signer = [values.get(field) for field in ("name", "number", "department")]
            wanted = wanted if None in signer else tuple(text_of(value) for value in signer)
        else:
            self.counts["reissued"] += 1
            before = self.holders.get(certificate.supersedes)
            if before is not None and certificate.former != before and certificate.sequence not in self.erased:
                found = " / ".join(certificate.former or ())
                self.tell("certificate.holder", name, " / ".join(before), found, certificate.sequence)
        if wanted is not None and holder != wanted:
            self.tell("certificate.holder", name, " / ".join(wanted), " / ".join(holder), certificate.sequence)

    def _count_state(self, key: str, certificate: Certificate) -> None:
        self.counts["certificates"] += 1
        self.counts["superseded"] += key in self.events["superseded"]
        self.counts["revoked"] += key in self.events["revoked"]
        self.counts["of_annulled"] += certificate.attestation in self.annulled
        self.counts["expired"] += certificate.valid_until < text_of(self.manifest["made_at"])[:10]

    def _absent(self) -> None:
        """What the ledger records and no file shows."""
        for key, row in self.attestations.items():
            if f"attestation {key}" not in self._files_of and key not in self._elsewhere:
                self.tell("attestation.missing", f"attestations/ {key}", sequence=row.sequence)
        for digest, issue in self.issued.items():
            if f"certificate {digest}" not in self._files_of and issue.sequence not in self.erased:
                certificate = self.certificates.get(issue.certificate)
                serial = certificate.serial if certificate is not None else issue.certificate
                self.tell("certificate.missing", f"certificates/ {shown(serial)}", digest, sequence=issue.sequence)

        self._scans()

    def _scans(self) -> None:
        """Each scan is what its name says, and an entry knows it; what one knows is there, unless it was erased."""
        known: dict[str, list[int]] = {}
        for (sequence, _), said in self.facts.papers.items():
            known.setdefault(said[4], []).append(int(sequence))
        found: set[str] = set()
        for name, (digest, _) in self.listed.items():
            match = PAPER_FILE.fullmatch(name)
            if match is not None and (digest.hex() != match[1] or match[1] not in known):
                self.tell("paper.unknown", name, match[1], digest.hex())
            elif match is not None:
                found.add(match[1])
                self.counts["papers"] += 1
        for digest_of_scan in sorted(known.keys() - found):
            if not self.erased.intersection(known[digest_of_scan]):
                self.tell("paper.missing", f"paper/ {shown(digest_of_scan)}", sequence=known[digest_of_scan][0])

    # --- samples ---

    def _samples(self) -> None:
        samples = self.document(SAMPLES, "sample.malformed", list_of)
        found: set[str] = set()
        for number, sample in enumerate(samples or (), 1):
            where = f"{SAMPLES} [{number}]"
            try:
                key = text_of(sample["id"])
                where = f"{SAMPLES} {shown(key, 40)}"
                found.add(key)
                if key not in self.samples:
                    self.tell("sample.row", where, found=key)
                    continue
                self._sample(where, sample, *self.samples[key])
            except ODD as reason:
                self.tell("sample.malformed", where, found=reason)
        for key, (sequence, _, _) in self.samples.items():
            if key not in found:
                self.tell("sample.missing", f"{SAMPLES} {key}", sequence=sequence)

    def _sample(self, where: str, sample: dict[str, Any], sequence: int, row: dict[str, Any], sealed: Any) -> None:
        for field in ("seed", "size", "by_department", "drawn"):
            if sample[field] != row[field]:
                self.tell("sample.row", f"{where} {field}", row[field], sample[field], sequence)
        campaign, day = number_of(row["campaign_id"]), text_of(row["at"])
        if sample["campaign"] != self.codes.get(campaign):
            self.tell("sample.row", f"{where} campaign", self.codes.get(campaign), sample["campaign"], sequence)
        people = [text_of(key) for key in list_of(sample["population"])]
        assigned = sorted(key for key, (of, at) in self.assignments.items() if of == campaign and at <= day)
        if people != assigned:
            self.tell("sample.population", where, f"{len(assigned)} assignments", f"{len(people)} ids", sequence)
        digest = sha256(canonical(people)).hexdigest()
        if len(people) != row["population"] or digest != row["population_digest"]:
            self.tell("sample.population", where, row["population_digest"], digest, sequence)
        seed, size, strata = text_of(sample["seed"]), number_of(sample["size"]), {"": people}
        if sample["by_department"]:
            strata = {name: [text_of(key) for key in ids] for name, ids in object_of(sample["strata"]).items()}
            divided = sorted(key for ids in strata.values() for key in ids) == people
            if not divided or (sealed is not None and sealed != strata):
                self.tell("sample.strata", where, sequence=sequence)
        drawn = draw(strata, seed, size)
        if drawn != sample["drawn"]:
            self.tell("sample.draw", where, drawn, sample["drawn"], sequence)
        self.counts["samples"] += 1

    # --- the summary ---

    def _summary(self) -> None:
        document = self.document(SUMMARY, "summary.malformed", object_of)
        if document is None:
            return
        try:
            said = object_of(document["campaigns"])
            counted = self.counted()
            names = sorted(said)
            if names != sorted(counted) or names != sorted(self.manifest["campaigns"]):
                self.tell("manifest.campaigns", SUMMARY, sorted(counted), [names, self.manifest["campaigns"]])
            for code in names:
                for field, value in counted.get(code, {}).items():
                    if number_of(said[code][field]) != value:
                        place = f"{SUMMARY} {shown(code, 40)}.{field}"
                        self.tell(
                            "summary.count", place, value, said[code][field], campaign=shown(code, 40), field=field
                        )
                settled = sum(number_of(said[code][field]) for field in ("signed", "closed", "credited", "exempt"))
                left = said[code]["assigned"] - settled
                if said[code]["untrained"] != left:
                    place = f"{SUMMARY} {shown(code, 40)}.untrained"
                    self.tell(
                        "summary.sense",
                        place,
                        left,
                        said[code]["untrained"],
                        campaign=shown(code, 40),
                        field="untrained",
                    )
        except ODD as reason:
            self.tell("summary.malformed", SUMMARY, found=reason)

    def day(self) -> str:
        """Return the company's day on which the pack was made; raises for no instant."""
        made = moment_of(self.manifest["made_at"]).replace(tzinfo=timezone.utc)
        return made.astimezone(self.zone or TOKYO).date().isoformat()

    def counted(self) -> dict[str, dict[str, int]]:
        """Count each campaign from the entries."""
        counts: dict[int, Counter[str]] = {campaign: Counter() for campaign in self.opened}

        def of(assignment: str) -> Counter[str]:
            return counts.setdefault(self.assignments[assignment][0], Counter())

        for key in self.assignments:
            of(key)["assigned"] += 1
        for key in self.started & self.assignments.keys():
            of(key)["started"] += 1
        for key in self.undone.keys() & self.assignments.keys():
            of(key)["trained"] += self.undone[key] == 0
        signed = {row.assignment for key, row in self.attestations.items() if key not in self.annulled}
        for key in signed & self.assignments.keys():
            of(key)["signed"] += 1
        for key, row in self.attestations.items():
            if row.assignment in self.assignments:
                of(row.assignment)["annulled"] += key in self.annulled
        for key, certificate in self.certificates.items():
            attestation = self.attestations.get(certificate.attestation)
            if attestation is not None and attestation.assignment in self.assignments:
                of(attestation.assignment)["certificates"] += 1
                of(attestation.assignment)["revoked"] += key in self.events["revoked"]
        settled = Settled(self, self.day())
        for key in self.assignments.keys() - signed:
            word_for = settled.word(key)
            if word_for:
                of(key)[word_for] += 1
        fields = (
            *("assigned", "started", "trained", "signed", "closed", "credited", "exempt"),
            *("certificates", "annulled", "revoked"),
        )
        return {self.codes.get(campaign, str(campaign)): {f: n[f] for f in fields} for campaign, n in counts.items()}

    # --- tables ---

    def _tables(self) -> None:
        """Make each campaign's tables again from the entries, and compare them cell by cell."""
        campaigns = {code: campaign for campaign, code in self.codes.items() if campaign in self.opened}
        self.facts.settle()
        try:
            day = self.day()
        except ODD:
            return  # told of with the manifest
        for code, folder in zip(self.manifest["campaigns"], self.folders()):
            try:
                rows = Rows(self, campaigns.get(code, -1), folder, day)
            except ODD as reason:
                self.tell("table.malformed", f"{folder}tables/", found=reason)
                continue
            for name in TABLES:
                try:
                    stem, whole = f"{folder}tables/{name}", rows.whole(name)
                    if name == "as-of" and f"{stem}.csv" in self.pack.sizes:
                        whole = self._day_of(stem, campaigns.get(code, -1), folder)
                    TableCheck(self, stem, name, rows.source(name), whole).run()
                except (Unreadable, *ODD) as reason:
                    self.tell("table.malformed", f"{folder}tables/{name}", found=reason)

    def _day_of(self, stem: str, campaign: int, folder: str) -> Callable[[], Any]:
        """Return what makes the table of a day again: of the day that it names, as known at the pack's state."""
        with self.pack.files.open(f"{stem}.csv") as stream:
            lines = [cells for cells, _ in zip(csv_rows(stream), range(20))]
        day = next((cells[1] for cells in lines if len(cells) == 2 and cells[0] == AS_OF_DAY), "")
        date.fromisoformat(day)
        size, zone = self.heads[-1].size, "Asia/Tokyo"
        if self.packed is not None and not self.older:
            size, zone = self.packed[0].body["facts"]["size"], self.packed[0].body["facts"]["zone"]
        head = next(head for head in self.heads if head.size == size)
        assert self.key is not None  # noqa: S101
        key = self.key
        return lambda: Rows(self, campaign, folder, day).as_of(head, key, zone)

    # --- what was given from outside ---

    def anchor_key(self, fingerprint: str) -> None:
        """Compare the pack's key with a fingerprint from outside."""
        if self.key is not None and self.key.key.fingerprint != fingerprint:
            self.tell("anchor.key", MANIFEST, fingerprint, self.key.key.fingerprint)

    def anchor_checkpoint(self, name: str, data: bytes) -> None:
        """Compare the log with a checkpoint from outside: signed by the same key, and no other beginning."""
        if self.key is None:
            return
        try:
            note = note_in(data.decode("utf-8-sig"), self.key.name)
        except ODD as reason:
            self.tell("anchor.malformed", name, found=reason)
            return
        try:
            head = self.head(note)
        except ODD as reason:
            self.tell("anchor.note", name, found=reason)
            return
        if 32 * head.size > len(self.leaves):
            self.tell("anchor.newer", name, f"at most {len(self.leaves) // 32}", head.size)
            return
        root = self.root_at(head.size)
        if root != head.root:
            self.tell("anchor.root", f"{LEAVES} #0–#{head.size - 1}", head.root.hex(), root.hex(), sequence=0)
            return
        self.covered = head.size


# The readers of rows, by table.
READ: dict[str, Callable[..., None]] = {
    f"{PREFIX}{name[len('_row_') :]}": reader for name, reader in vars(Check).items() if name.startswith("_row_")
}


class _Windows:
    """Between which instants an entry may claim to have been made: by the sealings before and after it."""

    def __init__(self, heads: Sequence[Head]) -> None:
        self._heads, self._next = heads, 0
        self._earliest, self._latest = "", "9"
        self._open()

    def _open(self) -> None:
        if self._next < len(self._heads):
            self._latest = _shifted(self._heads[self._next].sealed, CLOCK)
        if 0 < self._next <= len(self._heads):
            self._earliest = _shifted(self._heads[self._next - 1].sealed, -CLOCK)

    def judge(self, sequence: int, at: str) -> tuple[str, str]:
        """Return what is wrong with an entry's instant, and the limit; numbers only grow."""
        moved = False
        while self._next < len(self._heads) and self._heads[self._next].size <= sequence:
            self._next, moved = self._next + 1, True
        if moved:
            self._open()
        if at < self._earliest:
            return "entry.clock_back", f"not before {self._earliest}"
        if at > self._latest and self._next < len(self._heads):
            return "entry.clock_ahead", f"not after {self._latest}"
        return "", ""


def _shifted(moment: str, by: timedelta) -> str:
    try:
        return (moment_of(moment) + by).isoformat(timespec="microseconds") + "Z"
    except OverflowError:
        return moment


def digest_of(encoded: str) -> str:
    """Return the digest that stands for a disclosure (RFC 9901, section 4.2.3)."""
    return urlsafe_b64encode(sha256(encoded.encode("ascii")).digest()).decode().rstrip("=")


def opened(encoded: str) -> tuple[str, Any]:
    """Return name and value of a disclosure."""
    salt, name, value = read_json(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    text_of(salt)
    return text_of(name), value


def holder_of(face: dict[str, Any]) -> tuple[str, ...]:
    """Whom a certificate names: name, number, department."""
    return tuple(text_of(face[field]) for field in ("holder", "staff_number", "department"))


def note_in(text: str, origin: str) -> str:
    """Return the checkpoint in a text that may have other line ends, or words around it (it came by mail)."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    for start, line in enumerate(lines):
        if line == origin or (line.startswith(origin) and start == 0):
            end = start
            while end < len(lines) and lines[end]:
                end += 1
            after = end + 1
            while after < len(lines) and lines[after].startswith(DASH):
                after += 1
            if after > end + 1:
                return "\n".join([*lines[start:after], ""])
    if not any(line.startswith(DASH) for line in lines):
        raise Malformed("expected a checkpoint: origin, size, root, an empty line, and a signature line")
    return text  # of another log: its signature will not be the pack's


EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
STREAM = re.compile(rb"\bstream\r?\n")


def record_in(pdf: bytes) -> tuple[dict[str, Any], bytes]:
    """Return record.json as it is embedded in a PDF, and its bytes.

    No PDF reader: a stream never lies inside another object, so that its
    dictionary stands in plain sight. The PDF's bytes were compared before; one
    that a hostile hand made can at worst hold no record here.
    """
    found: dict[bytes, dict[str, Any]] = {}
    for number, match in enumerate(EMBEDDED.finditer(pdf)):
        if number == 16:
            raise Malformed("too many embedded files")
        begin = pdf.rfind(b" obj", max(0, match.start() - 4096), match.start())
        stream = STREAM.search(pdf, match.end(), match.end() + 4096)
        if begin < 0 or stream is None:
            continue
        dictionary, at = pdf[begin : stream.start()], stream.end()
        filters = re.findall(rb"/(\w+Decode)\b", dictionary)
        if not filters:
            end = pdf.find(b"endstream", at, at + LARGEST_RECORD)
            data = pdf[at:end].rstrip(b"\r\n") if end >= 0 else b""
        elif filters == [b"FlateDecode"]:
            try:
                data = zlib.decompressobj().decompress(pdf[at : at + LARGEST_RECORD], LARGEST_RECORD)
            except zlib.error:
                continue
        else:
            continue
        if CERTIFICATE_SCHEMA.encode() in data and len(data) < LARGEST_RECORD:
            found[data] = object_of(read_json(data))
    if len(found) != 1:
        raise Malformed(f"expected one embedded record, found {len(found)}")
    data, record = found.popitem()
    return record, data


def draw(strata: dict[str, list[str]], seed: str, size: int) -> list[str]:
    """Draw a sample again: of each stratum its share by the smallest lots, all in the order of their lots."""

    def lot(key: str) -> tuple[bytes, str]:
        return sha256(f"{SAMPLE_SCHEMA}\n{seed}\n{key}".encode()).digest(), key

    shares = shares_of({name: len(ids) for name, ids in strata.items()}, size)
    return sorted((key for name, ids in strata.items() for key in sorted(ids, key=lot)[: shares.get(name, 0)]), key=lot)


def shares_of(sizes: dict[str, int], size: int) -> dict[str, int]:
    """Divide a sample among departments by the largest remainder, ties by name.

    Where it is large enough for one each, whoever's share is below one gets
    one, and the rest is divided among the others, whose shares that lowers:
    until nobody's is below one.
    """
    open_to = {name: count for name, count in sizes.items() if count > 0}
    if size > sum(open_to.values()):
        raise Malformed("the sample is larger than its population")
    given: dict[str, int] = {}
    if size >= len(open_to):
        while True:
            total = sum(open_to.values())
            below = [name for name, count in open_to.items() if count * size < total]
            if not below:
                break
            for name in below:
                given[name] = 1
                del open_to[name]
            size -= len(below)
    total = sum(open_to.values())
    rest = size
    for name, count in open_to.items():
        given[name] = count * size // total
        rest -= given[name]
    for name in sorted(open_to, key=lambda name: (-(open_to[name] * size % total), name))[:rest]:
        given[name] += 1
    return given


# ---------------------------------------------------------------------------------------------------------------------
# 11. The report, and the command.
# ---------------------------------------------------------------------------------------------------------------------

PROVED, FAILED, USAGE, CONSISTENT = 0, 1, 2, 3
JAPANESE, ENGLISH = 0, 1


class Report:
    """What a check found, for people or for a program."""

    def __init__(self, check: Check, path: str, anchors: Sequence[str]) -> None:
        self.check, self.path = check, path
        anchor = anchors[0] if len(anchors) == 1 else "both"
        if check.problem_count:
            self.verdict, self.exit = "failed", FAILED
        elif anchors:
            self.verdict, self.exit = "proved", PROVED
        else:
            self.verdict, self.exit = "consistent", CONSISTENT
        self._anchor = ANCHORS[anchor]

    def _verdict(self, language: int) -> str:
        return VERDICTS[self.verdict][language].format(anchor=self._anchor[language], count=self.check.problem_count)

    def _unproved(self, language: int) -> list[str]:
        counts = self.check.counts
        older = self.check.older
        numbers = {
            "withheld": counts["leaves"] - counts["entries"] or None,
            "unassigned": counts["unassigned"] or None,
            "unbuilt": None if older else counts["unbuilt"],
            "older": 1 if older else None,
            "uncovered": self.check.uncovered,
        }
        said = [pair[language] for pair in UNPROVED]
        left_out = [f"{{{name}}}" for name, count in numbers.items() if count is None]
        some = [line for line in said if not any(name in line for name in left_out)]
        return [
            line.format(**{name: f"{count:,}" for name, count in numbers.items() if count is not None}) for line in some
        ]

    def as_json(self) -> str:
        """Write the report for a program: ASCII only."""
        check = self.check
        last = check.heads[-1] if check.heads else None
        return json.dumps(
            {
                "verdict": self.verdict,
                "exit": self.exit,
                "words": {"ja": self._verdict(JAPANESE), "en": self._verdict(ENGLISH)},
                "pack": self.path,
                "made_at": shown(check.manifest.get("made_at", "")),
                "campaigns": [shown(code) for code in check.manifest.get("campaigns") or () if isinstance(code, str)],
                "origin": check.key.name if check.key else "",
                "fingerprint": check.key.key.fingerprint if check.key else "",
                "checkpoint": {"size": last.size, "root": last.root.hex(), "sealed": last.sealed} if last else None,
                "counts": {name: check.counts[name] for name in COUNTS},
                "problem_count": check.problem_count,
                "problems": [
                    {
                        "code": problem.code,
                        "where": problem.where,
                        "sequence": problem.sequence,
                        "expected": problem.expected,
                        "found": problem.found,
                        "ja": problem.sentence(JAPANESE),
                        "en": problem.sentence(ENGLISH),
                    }
                    for problem in check.problems
                ],
                "unproved": {"ja": self._unproved(JAPANESE), "en": self._unproved(ENGLISH)},
            },
            indent=1,
        )

    def as_text(self, language: int) -> str:
        """Write the report for people: the verdict first, then what it rests on, and what it cannot say."""
        check = self.check

        def heading(name: str, **values: Any) -> str:
            return HEADINGS[name][language].format(**values)

        colon, mark = ("：", "■ ") if language == JAPANESE else (": ", "== ")
        facts = {"pack": shown(self.path, 400), "made": shown(check.manifest.get("made_at", ""))}
        codes = check.manifest.get("campaigns")
        facts["campaigns"] = ", ".join(shown(code) for code in codes) if isinstance(codes, list) else ""
        if check.key is not None:
            facts["log"] = shown(check.key.name)
        if check.heads:
            last = check.heads[-1]
            facts["checkpoint"] = f"{last.size} {heading('size')}, {last.sealed}, {last.root.hex()}"
        if check.key is not None:
            digits = check.key.key.fingerprint.upper()
            facts["key"] = " ".join(digits[at : at + 4] for at in range(0, 64, 4))
        lines = [heading("title"), "=" * 60, f"{mark}{heading('verdict')}", self._verdict(language), ""]
        lines += [f"{heading(name)}{colon}{value}" for name, value in facts.items() if value]
        lines += ["", f"{mark}{heading('checked')}"]
        lines += [f"  {check.counts[name]:>9,}  {words[language]}" for name, words in COUNTS.items()]
        lines += ["", f"{mark}{heading('unproved')}", *(f"  - {line}" for line in self._unproved(language))]
        lines += ["", f"{mark}{heading('problems')}"]
        if not check.problems:
            lines.append(f"  {heading('none')}")
        for number, problem in enumerate(check.problems, 1):
            lines.append(f"  {number}. {problem.sentence(language)} [{problem.code}]")
            lines.append(f"     {heading('place')}{colon}{problem.where}")
            lines += [
                f"     {heading(name)}{colon}{value}"
                for name, value in (("expected", problem.expected), ("found", problem.found))
                if value
            ]
        if check.problem_count > len(check.problems):
            lines.append(f"  {heading('more', count=check.problem_count - len(check.problems))}")
        return "\n".join(lines) + "\n"


def fingerprint_in(text: str) -> str:
    """Read a fingerprint as people copy it: any case and width, with spaces, colons or hyphens; all 64 digits."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"[\s:\-]", "", plain[len("sha256:") :] if plain.startswith("sha256:") else plain)
    if not HEX.fullmatch(plain):
        raise argparse.ArgumentTypeError(
            f"a fingerprint has 64 hexadecimal digits, all of which are needed; this has {len(plain)} characters"
        )
    return plain


def home() -> str:
    """Return the folder or ZIP file that this program lies in."""
    here = os.path.dirname(os.path.abspath(__file__))
    return here if os.path.exists(here) else os.path.dirname(here)


def languages(chosen: str | None) -> list[int]:
    """The chosen language, or the reader's; both where that is unknown, but no Japanese where it cannot be shown."""
    if chosen:
        return [JAPANESE if chosen == "ja" else ENGLISH]
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), None) or locale.getlocale()[0] or ""
    if name.lower().startswith("ja"):
        return [JAPANESE]
    try:
        "判定".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return [ENGLISH]
    return [ENGLISH] if name.lower().startswith("en") else [JAPANESE, ENGLISH]


def write(text: str) -> None:
    """Write to standard output whatever its encoding: what it lacks is written as an escape."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        data = text.replace("\n", os.linesep).encode(encoding, "backslashreplace")
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:
            sys.stdout.write(data.decode(encoding))
        else:
            buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description="Check an evidence pack, offline. Without --key or --checkpoint it can only say whether the pack "
        "agrees with itself.",
        epilog="Exit code 0: agrees, and is what you gave from outside. 1: does not agree. 2: wrong usage. "
        "3: consistent in itself, origin not proved.",
    )
    parser.add_argument("pack", nargs="?", help="a ZIP file or a folder (default: where this program lies)")
    parser.add_argument("--key", metavar="FINGERPRINT", type=fingerprint_in, help="the key's fingerprint, 64 digits")
    parser.add_argument("--checkpoint", metavar="FILE", help="an older checkpoint of the same log, from elsewhere")
    parser.add_argument(
        "--form-1", action="store_true", help="take a pack of form 1, of which the ledger was told nothing (weaker)"
    )
    parser.add_argument("--lang", choices=("ja", "en"), help="the report's language")
    parser.add_argument("--json", action="store_true", help="write the report for a program")
    chosen = parser.parse_args(words)
    chosen.pack = chosen.pack or home()
    if not os.path.exists(chosen.pack):
        parser.error(f"there is no {chosen.pack!a}")
    chosen.anchor = None
    if chosen.checkpoint is not None:
        try:
            with open(chosen.checkpoint, "rb") as file:
                chosen.anchor = file.read(MIB)
        except OSError as reason:
            parser.error(f"{chosen.checkpoint!a} cannot be read: {reason.strerror}")
    return chosen


def line_of(reason: BaseException) -> int:
    """Return the line where an exception was raised."""
    trace, line = reason.__traceback__, 0
    while trace is not None:
        line, trace = trace.tb_lineno, trace.tb_next
    return line


def main(words: Sequence[str] | None = None) -> int:
    """Check, report, and return the exit code."""
    chosen = arguments(words)
    check = Check(form_1=chosen.form_1)
    try:
        check.run(chosen.pack)
        if chosen.key is not None:
            check.anchor_key(chosen.key)
        if chosen.anchor is not None:
            check.anchor_checkpoint(chosen.checkpoint, chosen.anchor)
    except Exception as reason:  # noqa: BLE001  (whatever a hostile pack may do: a verdict, never a traceback)
        check.tell("internal", f"verify.py line {line_of(reason)}", found=f"{type(reason).__name__}: {reason}")
    anchors = [name for name in ("key", "checkpoint") if getattr(chosen, name) is not None]
    report = Report(check, chosen.pack, anchors)
    if chosen.json:
        write(report.as_json() + "\n")
    else:
        write("\n".join(report.as_text(language) for language in languages(chosen.lang)))
    return report.exit


if __name__ == "__main__":
    sys.exit(main())
