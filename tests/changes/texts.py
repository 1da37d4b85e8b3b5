"""A company that changes its policy: the second text is the real one with words replaced, and a third."""

from __future__ import annotations

from tests.building import POLICY


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """The text with words replaced that stand in it exactly once."""
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


# 3.3 says more; 3.5 as well; 3.7 is new; 9 differs in a comma; 2.14 is gone, so that 2.15 to 2.17 have other numbers.
SECOND = replaced(
    POLICY,
    ("従業員に対する定期的な教育・研修の実施", "従業員に対する年一回以上の教育・研修の実施およびその記録"),
    (
        "不正ソフトウェア等から保護する仕組みの導入",
        "不正ソフトウェア等から保護する仕組みの導入ならびに漏えい等の兆候の監視",
    ),
    (
        "適切かつ合理的な安全管理措置の実施\n",
        "適切かつ合理的な安全管理措置の実施\n  7. 個人情報を取り扱う端末の私的利用の禁止および紛失時の速やかな届出\n",
    ),
    ("事業上の理由から、随時本プライバシーポリシー", "事業上の理由から、随時、本プライバシーポリシー"),
    ("  14. プレゼント商品等の発送のため\n", ""),
    ("  15. サービス等の不正利用", "  14. サービス等の不正利用"),
    ("  16. 当社がCookieポリシー", "  15. 当社がCookieポリシー"),
    ("  17. その他サービス等", "  16. その他サービス等"),
    ("2022年7月29日 制定\n", "2022年7月29日 制定\n2026年12月1日 改定\n"),
)
# 3.3 once more.
THIRD = replaced(
    SECOND,
    ("年一回以上の教育・研修", "年二回以上の教育・研修"),
    ("2026年12月1日 改定\n", "2026年12月1日 改定\n2027年10月1日 改定\n"),
)
# Instead: 3.3 once more, 3.5 as it was at first, 3.7 gone again, and 2.14 put in again, so that all numbers are the first's.
BACK = replaced(
    THIRD,
    (
        "不正ソフトウェア等から保護する仕組みの導入ならびに漏えい等の兆候の監視",
        "不正ソフトウェア等から保護する仕組みの導入",
    ),
    ("\n  7. 個人情報を取り扱う端末の私的利用の禁止および紛失時の速やかな届出\n", "\n"),
    ("  14. サービス等の不正利用", "  14. プレゼント商品等の発送のため\n  15. サービス等の不正利用"),
    ("  15. 当社がCookieポリシー", "  16. 当社がCookieポリシー"),
    ("  16. その他サービス等", "  17. その他サービス等"),
)
# The first without 3.6, and then with another 3.6 in its place.
WITHOUT = replaced(
    POLICY,
    (
        "\n  6. 業務の委託等により、外国において個人情報を取り扱う場合には、"
        "当該国の個人情報の保護に関する制度を把握した上で、適切かつ合理的な安全管理措置の実施\n",
        "\n",
    ),
    ("2022年7月29日 制定\n", "2022年7月29日 制定\n2026年12月1日 改定\n"),
)
AGAIN = replaced(
    POLICY,
    (
        "当該国の個人情報の保護に関する制度を把握した上で、適切かつ合理的な安全管理措置の実施\n",
        "当該国の制度の把握、本人への情報提供および年一回の確認\n",
    ),
    ("2022年7月29日 制定\n", "2022年7月29日 制定\n2026年12月1日 改定\n2027年10月1日 改定\n"),
)
# Further on from these: another 3.6 that says more; before them: the first with 3.6 changed.
AGAIN_AND_MORE = replaced(
    AGAIN,
    ("および年一回の確認\n", "および年二回の確認\n"),
    ("2027年10月1日 改定\n", "2027年10月1日 改定\n2028年4月1日 改定\n"),
)
CHANGED = replaced(
    POLICY,
    ("個人情報の保護に関する制度を把握した上で", "個人情報の保護に関する制度を毎年把握した上で"),
    ("2022年7月29日 制定\n", "2022年7月29日 制定\n2026年12月1日 改定\n"),
)
WITHOUT_LATER = replaced(WITHOUT, ("2026年12月1日 改定\n", "2026年12月1日 改定\n2027年10月1日 改定\n"))
AGAIN_LATER = replaced(AGAIN, ("2027年10月1日 改定\n", "2027年10月1日 改定\n2028年4月1日 改定\n"))
