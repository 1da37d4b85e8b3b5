"""Calendar cases from end to end: what HR tells, what must stand in the report. One line says what must be.

The pure rule has a table of its own (``test_due``). Here lists are imported, leaves recorded, campaigns opened and the
nightly job run; every case is also put to the simulation's independent model.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.campaigns.calendar_days import (
    DUE,
    FIRST,
    LAST,
    ONE,
    Case,
    after,
    away,
    case,
    day,
    fixed,
    moment,
    opened,
    round_on,
    signs,
    staff,
)
from tests.simulation import events as e
from tests.simulation.days import CLOSED
from tests.simulation.model import World
from tests.simulation.playing import Company, differences, told
from training.campaigns.calendar import end_of
from training.conf import conf

pytestmark = pytest.mark.django_db

HERE = staff("2026-05-11 9:00")
OPEN = opened()
CASES = (
    # --- the campaign's own day ---
    case("whoever is there all the time is due on the campaign's day", HERE, OPEN, due_on=DUE),
    case("29 February of a leap year is a day like any other", staff("2027-05-11 9:00"),
         opened("2027-05-11", last="2028-03-31", due_on="2028-02-29"), on="2028-03-31", due_on="2028-02-29"),
    case("a 31st at the year's end, closed, goes to the first working day in January", HERE,
         opened(due_on="2026-12-31", due=fixed("2026-12-31", "next")), due_on="2027-01-04"),
    case("31 March may be the day: it is of this fiscal year", HERE, opened(due_on=LAST), due_on=LAST),
    case("a Sunday goes back to Friday where the rule says so", HERE, opened(due=fixed("2026-11-29", "previous")), due_on="2026-11-27"),
    case("Golden Week is passed over as a whole", staff("2026-04-01 9:00"),
         opened("2026-04-01", due_on="2026-05-03", due=fixed("2026-05-03", "next")), due_on="2026-05-07"),
    case("Silver Week with the day between two holidays is passed over", HERE,
         opened(due_on="2026-09-21", due=fixed("2026-09-21", "next")), due_on="2026-09-24"),
    # --- who joins ---
    case("a joiner in the last week of March is due at once, for the fixed day has gone", HERE, OPEN,
         staff("2027-03-29", "2027-03-29", number="000102", name="新人 春"), round_on("2027-03-29 12:00"), number="000102", due_on="2027-03-29"),
    case("a joiner on the campaign's last day is still asked", HERE, OPEN,
         staff("2027-03-31", "2027-03-31", number="000102", name="新人 春"), round_on("2027-03-31 23:59"), number="000102", due_on=LAST),
    case("a joiner on 1 April is asked by the next year's campaign, not by this one", HERE, OPEN,
         staff("2027-04-01", "2027-04-01", number="000102", name="新人 春"), round_on("2027-04-01 12:00"), on="2027-04-01", number="000102", none=True),
    case("a list that tells of a joiner beforehand asks nobody before the day", HERE, OPEN,
         staff("2026-08-17", "2026-09-01", number="000102", name="新人 秋"), round_on("2026-08-18", "2026-08-31"), on="2026-08-31", number="000102", none=True),
    case("the joiner told of beforehand is asked on the day itself", HERE, OPEN,
         staff("2026-08-17", "2026-09-01", number="000102", name="新人 秋"), round_on("2026-09-01"), number="000102", due_on=DUE),
    case("the job at half past midnight in Japan, which is yesterday in Greenwich, asks today's joiner", HERE, OPEN,
         staff("2026-08-17", "2026-09-01", number="000102", name="新人 秋"), round_on("2026-09-01 0:30"), on="2026-09-01", number="000102", due_on=DUE),
    case("a joiner told of late, before the day is due, is due with everybody", HERE, OPEN,
         staff("2026-11-20", "2026-10-01", number="000102", name="新人 秋"), round_on("2026-11-21"), number="000102", due_on=DUE),
    case("a joiner told of after the day is due on being assigned, and never before", HERE, OPEN,
         staff("2026-12-10", "2026-10-01", number="000102", name="新人 秋"), round_on("2026-12-11"), number="000102", due_on="2026-12-11"),
    case("a joiner told of late is not in a report of a day before the assignment", HERE, OPEN,
         staff("2026-11-20", "2026-10-01", number="000102", name="新人 秋"), round_on("2026-11-21"), on="2026-11-20", number="000102", none=True),
    case("a joiner of the last days of March, told of in April, is asked on joining all the same", HERE, opened(kind="joining", due=after("joining", 30)),
         staff("2027-04-02", "2027-03-30", number="000102", name="新人 春"), round_on("2027-04-02 12:00"), on="2027-04-02", number="000102", due_on="2027-04-29"),
    case("a joiner of April is not asked by the training on joining of the year before, though it is open", HERE, opened(kind="joining", due=after("joining", 30)),
         staff("2027-04-02", "2027-04-01", number="000102", name="新人 春"), round_on("2027-04-02 12:00"), on="2027-04-02", number="000102", none=True),
    # --- so many days after joining ---
    case("thirty days after joining on 31 January", opened(kind="joining", due=after("joining", 30)),
         staff("2027-01-31", "2027-01-31"), round_on("2027-02-01"), due_on="2027-03-02"),
    case("thirty days after 31 January of a leap year", opened("2027-05-11", last="2028-03-31", due_on="2028-03-31", kind="joining", due=after("joining", 30)),
         staff("2028-01-31", "2028-01-31"), round_on("2028-02-01"), on="2028-03-31", due_on="2028-03-01"),
    case("a year of days after joining on 29 February", opened("2027-05-11", last="2028-03-31", due_on="2028-03-31", kind="joining", due=after("joining", 365)),
         staff("2028-02-29", "2028-02-29"), round_on("2028-03-01"), on="2028-03-31", due_on="2029-02-28"),
    case("the joiner of the last week of March is due in April, by the campaign that is ending", opened(kind="joining", due=after("joining", 30)),
         staff("2027-03-29", "2027-03-29"), round_on("2027-03-30"), due_on="2027-04-28"),
    case("thirty days after joining, recorded late but in time", opened(kind="joining", due=after("joining", 30)),
         staff("2026-11-20", "2026-11-01"), round_on("2026-11-21"), due_on="2026-12-01"),
    case("recorded when the thirty days were over: due on being assigned", opened(kind="joining", due=after("joining", 30)),
         staff("2027-01-14", "2026-11-01"), round_on("2027-01-15"), due_on="2027-01-15"),
    case("ten working days over the year's end, closed from 29 December to 3 January", opened(kind="joining", due=after("joining", 10, working=True)),
         staff("2026-12-21", "2026-12-21"), round_on("2026-12-22"), due_on="2027-01-08"),
    case("five working days from a Friday over 勤労感謝の日", opened(kind="joining", due=after("joining", 5, working=True)),
         staff("2026-11-20", "2026-11-20"), round_on("2026-11-21"), due_on="2026-11-30"),
    case("who joined on the first day of the fiscal year is a joiner of it", opened("2026-04-01", kind="joining"),
         staff("2026-04-01", "2026-04-01"), round_on("2026-04-02"), due_on=DUE),
    case("who joined on the last day of the year before is none", opened("2026-04-01", kind="joining"),
         staff("2026-04-01", "2026-03-31"), round_on("2026-04-02"), none=True),
    case("the later of two is the fixed day", HERE, opened(due=after("joining", 30, or_on=DUE)), due_on=DUE),
    case("the later of two is thirty days after joining in November", HERE, opened(due=after("joining", 30, or_on=DUE)),
         staff("2026-11-16", "2026-11-16", number="000102", name="新人 秋"), round_on("2026-11-17"), number="000102", due_on="2026-12-16"),
    case("a corrected day of joining moves the day that counts from it", opened(kind="joining", due=after("joining", 30)),
         staff("2026-11-02", "2026-11-01"), round_on("2026-11-03"), staff("2026-11-10", "2026-11-09"), round_on("2026-11-11"), due_on="2026-12-09"),
    # --- who is on leave ---
    case("ten days of leave make it ten days later", HERE, OPEN, away("2026-05-20", "2026-06-01", "2026-06-10"), round_on("2026-05-21"), due_on="2026-12-10"),
    case("a leave across the due day: what was left is left on the return", HERE, OPEN, away("2026-11-20", "2026-11-21", "2027-02-28"),
         round_on("2026-11-21"), due_on="2027-03-10"),
    case("a leave recorded when it is over counts all the same", HERE, OPEN, away("2026-11-02", "2026-06-01", "2026-06-10"), round_on("2026-11-03"), due_on="2026-12-10"),
    case("while no return is known the day stands as it was", HERE, OPEN, away("2026-06-01", "2026-06-01"), round_on("2026-06-02", "2026-12-01"), due_on=DUE),
    case("when the return is known the day moves by the whole leave", HERE, OPEN, away("2026-06-01", "2026-06-01"), round_on("2026-06-02"),
         e.Back(moment("2026-07-01"), ONE, day("2026-06-30")), round_on("2026-07-02"), due_on="2026-12-30"),
    case("who comes back earlier than was said is due earlier again", HERE, OPEN, away("2026-06-01", "2026-06-01", "2026-08-31"), round_on("2026-06-02"),
         e.Back(moment("2026-07-01"), ONE, day("2026-06-30")), round_on("2026-07-02"), due_on="2026-12-30"),
    case("a leave from the due day on leaves that one day", HERE, OPEN, away("2026-11-29", "2026-11-30", "2026-12-31"), round_on("2026-11-30"), due_on="2027-01-01"),
    case("a leave from the day after changes nothing", HERE, OPEN, away("2026-11-29", "2026-12-01", "2026-12-31"), round_on("2026-11-30"), due_on=DUE),
    case("who is assigned while away starts on the return", HERE, away("2026-05-11 9:30", "2026-01-01", "2026-05-31"), opened(due_on="2026-06-10"), due_on="2026-06-30"),
    case("産休 and 育休 without a gap are one absence", HERE, OPEN, away("2026-10-01", "2026-11-01", "2026-12-31"),
         away("2026-10-02", "2027-01-01", "2027-10-31"), round_on("2026-10-03"), due_on="2027-11-30"),
    case("a leave over 29 February is two days with the 28th", staff("2027-05-11 9:00"), opened("2027-05-11", last="2028-03-31", due_on="2028-03-01"),
         away("2028-02-01", "2028-02-28", "2028-02-29"), round_on("2028-02-02"), on="2028-03-31", due_on="2028-03-03"),
    case("a leave of a single day is a day", HERE, OPEN, away("2026-06-30", "2026-07-01", "2026-07-01"), round_on("2026-07-02"), due_on="2026-12-01"),
    case("a leave over the fiscal year's end carries the day into the next", HERE, opened(due_on=LAST), away("2027-03-15", "2027-03-22", "2027-05-31"),
         round_on("2027-03-16"), due_on="2027-06-10"),
    case("working days do not run while somebody is away", opened(kind="joining", due=after("joining", 5, working=True)),
         staff("2026-11-02", "2026-11-02"), away("2026-11-02 10:30", "2026-11-04", "2026-11-10"), round_on("2026-11-05"), due_on="2026-11-17"),
    case("twenty days after the return", HERE, opened(due=after("return", 20)), away("2026-05-25", "2026-05-25", "2026-06-30"), round_on("2026-05-26"), due_on="2026-07-21"),
    case("never away: twenty days after the assignment", HERE, opened(due=after("return", 20)), due_on="2026-05-31"),
    case("a day given by hand is not moved by a leave", HERE, OPEN, e.Prolonged(moment("2026-11-02"), ONE, "C", due_on=day("2026-12-18")),
         away("2026-11-03", "2026-11-09", "2026-11-20"), round_on("2026-11-10"), due_on="2026-12-18"),
    case("a leave after the signature moves nothing", HERE, OPEN, signs("2026-06-01"), away("2026-06-02", "2026-06-08", "2026-06-30"), round_on("2026-06-09"),
         due_on=DUE, signed_on="2026-06-01"),
    # --- who leaves ---
    case("on the last day of work something is still asked", HERE, OPEN, staff("2026-09-14", left="2026-09-30"), round_on("2026-09-30"), on="2026-09-30",
         closed="", employed=True),
    case("from the day after it is closed", HERE, OPEN, staff("2026-09-14", left="2026-09-30"), round_on("2026-10-01"), on="2026-10-01",
         closed="left", closed_on="2026-10-01", employed=False),
    case("leaving that is told late closes from the day after the last day, not from the telling", HERE, OPEN, staff("2026-10-20", left="2026-09-30"),
         round_on("2026-10-21"), on="2026-10-31", closed="left", closed_on="2026-10-01"),
    case("who leaves on the due day is closed the day after, unsigned", HERE, OPEN, staff("2026-11-16", left=DUE), round_on("2026-12-01"),
         due_on=DUE, signed_on=None, closed="left", closed_on="2026-12-01"),
    case("who signed on the last day of work and left has signed, and is not closed", HERE, OPEN, staff("2026-09-14", left="2026-09-30"),
         signs("2026-09-30 17:00"), round_on("2026-10-01"), signed_on="2026-09-30", closed="", employed=False),
    case("who had left by a list taken over before the opening is not asked", HERE, staff("2026-05-11 9:30", left="2026-05-10"), staff("2026-05-11 9:40", number="000102", name="在籍 花子"), OPEN, none=True),
    case("leaving told after the opening for a day before it closes from then", HERE, OPEN, staff("2026-05-20", left="2026-05-05"), round_on("2026-05-21"),
         closed="left", closed_on="2026-05-06"),
    case("31 March is the last day: at the fiscal year's end it is not closed yet", HERE, OPEN, staff("2027-03-01", left=LAST), round_on("2027-03-31", "2027-04-01"), closed=""),
    case("who was to leave and stays was never closed", HERE, OPEN, staff("2026-09-14", left="2026-09-30"), round_on("2026-09-15"),
         staff("2026-09-25"), round_on("2026-10-01"), closed="", employed=True),
    case("who stays after all, told when the day had passed, is opened again", HERE, OPEN, staff("2026-09-14", left="2026-09-30"), round_on("2026-10-01"),
         staff("2026-10-05", on="2026-09-30"), round_on("2026-10-06"), closed="", employed=True, due_on=DUE),
    # --- who comes back ---
    case("hired again the day after leaving, the assignment goes on", HERE, OPEN, staff("2026-09-14", left="2026-09-30"),
         staff("2026-10-01", "2026-10-01", type="contract"), round_on("2026-10-01 12:00"), closed="", type="contract", due_on=DUE),
    case("hired again after a gap is asked anew, and the first assignment stays closed", HERE, OPEN, staff("2026-08-20", left="2026-08-31"), round_on("2026-09-01"),
         staff("2026-11-02", "2026-11-01", type="contract"), round_on("2026-11-03"),
         both=({"closed": "left", "closed_on": "2026-09-01"}, {"closed": "", "due_on": DUE})),
    case("a rehire counts from the new day of joining", HERE, opened(due=after("joining", 30)), staff("2026-08-20", left="2026-08-31"), round_on("2026-09-01"),
         staff("2026-11-02", "2026-11-01"), round_on("2026-11-03"), both=({"closed": "left"}, {"due_on": "2026-12-01"})),
    case("who signed before leaving and comes back is asked anew", HERE, OPEN, signs("2026-06-01"), staff("2026-08-20", left="2026-08-31"), round_on("2026-09-01"),
         staff("2026-11-02", "2026-11-01"), round_on("2026-11-03"), both=({"signed_on": "2026-06-01"}, {"signed_on": None})),
    case("a number that somebody else gets is another person's assignment", HERE, OPEN, staff("2026-08-20", left="2026-08-31"), round_on("2026-09-01"),
         staff("2026-11-02", "2026-11-01", name="別人 二郎"), round_on("2026-11-03"),
         both=({"closed": "left", "name": "髙橋 一郎"}, {"closed": "", "name": "別人 二郎"})),
    # --- who moves ---
    case("a transfer on the due day keeps the assignment and its day", HERE, OPEN, staff("2026-11-30 9:00", department="管理本部"), round_on("2026-11-30 12:00"), on=DUE,
         due_on=DUE, department="管理本部", closed=""),
    case("on the day before the transfer the report shows the old department", HERE, OPEN, staff("2026-11-30 9:00", department="管理本部"), on="2026-11-29", department="営業本部/一課"),
    case("who moves out of the audience stays in", HERE, opened(departments=("営業本部",)), staff("2026-09-01 9:00", department="管理本部"), round_on("2026-09-02"), closed="", due_on=DUE),
    case("who moves into the audience is asked from then on", staff("2026-05-11 9:00", department="管理本部"), staff("2026-05-11 9:10", number="000102", name="営業 花子"),
         opened(departments=("営業本部",), due=after("assignment", 14)), staff("2026-09-01 9:00"), round_on("2026-09-02"), due_on="2026-09-16"),
    case("a move told late holds from its own day in a report that knows of it", HERE, OPEN, staff("2026-09-20", on="2026-09-01", department="管理本部"), on="2026-09-10", department="管理本部"),
    case("a second post in the audience asks", staff("2026-05-11 9:00", department="管理本部", second=("営業本部/一課",)), opened(departments=("営業本部",)), due_on=DUE),
    case("two posts in the audience ask once", staff("2026-05-11 9:00", second=("営業本部/二課",)), opened(departments=("営業本部",)), due_on=DUE),
    case("who loses the post that asked stays in", staff("2026-05-11 9:00", department="管理本部", second=("営業本部/一課",)), opened(departments=("営業本部",)),
         staff("2026-09-01 9:00", department="管理本部"), round_on("2026-09-02"), closed="", department="管理本部"),
    case("another type keeps the one assignment", staff("2026-05-11 9:00", type="contract"), OPEN, staff("2026-09-01 9:00"), round_on("2026-09-02"), due_on=DUE, type="regular"),
    case("another type may bring somebody in", HERE, staff("2026-05-11 9:10", number="000102", name="契約 花子", type="contract"), opened(types=("contract",)),
         staff("2026-09-01 9:00", type="contract"), round_on("2026-09-02"), due_on=DUE, type="contract"),
    case("a name of January is not in a report of September", HERE, OPEN, staff("2027-01-18", name="佐藤 一郎"), on="2026-09-30", name="髙橋 一郎"),
    # --- when a day ends ---
    case("signed in the last second of the due day is signed on it", HERE, OPEN, signs("2026-11-30 23:59:59"), on=DUE, signed_on=DUE),
    case("signed at midnight is signed the day after", HERE, OPEN, signs("2026-12-01 0:00:00"), signed_on="2026-12-01"),
    case("signed at midnight is not in the report of the due day", HERE, OPEN, signs("2026-12-01 0:00:00"), on=DUE, signed_on=None),
    # --- the pledge on leaving ---
    case("a known last day asks for the pledge, due on it", HERE, opened(kind="leaving", modules=0), staff("2026-09-14", left="2026-09-30"), round_on("2026-09-15"), due_on="2026-09-30"),
    case("nobody who stays is asked for it", HERE, opened(kind="leaving", modules=0), round_on("2026-09-15"), none=True),
    case("the last day is put off, and the pledge with it", HERE, opened(kind="leaving", modules=0), staff("2026-09-14", left="2026-09-30"), round_on("2026-09-15"),
         staff("2026-09-20", left="2026-10-31"), round_on("2026-09-21"), due_on="2026-10-31", closed=""),
    case("who stays after all is not asked any more", HERE, opened(kind="leaving", modules=0), staff("2026-09-14", left="2026-09-30"), round_on("2026-09-15"),
         staff("2026-09-20"), round_on("2026-09-21"), closed="stays", closed_on="2026-09-21"),
    case("leaving that is told afterwards asks nobody", HERE, opened(kind="leaving", modules=0), staff("2026-10-05", left="2026-09-30"), round_on("2026-10-06"), none=True),
    # --- what was signed before ---
    case("the November joiner's pledge counts in April where the rule says so", opened("2026-04-01", code="J", kind="joining"), staff("2026-11-16", "2026-11-16"),
         round_on("2026-11-17"), signs("2026-11-20", "J"), opened("2027-04-05", last="2028-03-31", due_on="2027-11-30", counts=e.Counts(("joining",), day("2026-10-01"))),
         on="2027-04-05", credited_on="2026-11-20", signed_on=None),
    case("a pledge of the day before the rule's first day does not count", opened("2026-04-01", code="J", kind="joining"), staff("2026-11-16", "2026-11-16"),
         round_on("2026-11-17"), signs("2026-11-20", "J"), opened("2027-04-05", last="2028-03-31", due_on="2027-11-30", counts=e.Counts(("joining",), day("2026-11-21"))),
         on="2027-04-05", credited_on=None),
    case("a credit falls with its signature", opened("2026-04-01", code="J", kind="joining"), staff("2026-11-16", "2026-11-16"), round_on("2026-11-17"), signs("2026-11-20", "J"),
         opened("2027-04-05", last="2028-03-31", due_on="2027-11-30", counts=e.Counts(("joining",), day("2026-10-01"))), e.Annulled(moment("2027-04-06"), ONE, "J"),
         on="2027-04-06", credited_on=None),
    # --- what HR decides ---
    case("an exemption across the due day: what was left is left after it", HERE, OPEN, e.Exempted(moment("2026-11-20"), ONE, "C", until=day("2026-12-31")),
         due_on="2027-01-10", exempt_until=None),
    case("on its last day an exemption holds", HERE, OPEN, e.Exempted(moment("2026-11-20"), ONE, "C", until=day("2026-12-31")), on="2026-12-31", exempt_until=day("2026-12-31")),
    case("an exemption over before the due day moves nothing", HERE, OPEN, e.Exempted(moment("2026-06-01"), ONE, "C", until=day("2026-08-31")), due_on=DUE),
    case("the campaign is extended, and whoever was due on its day is due later", HERE, OPEN, e.Extended(moment("2026-11-20"), "C", day("2026-12-25"), day(LAST)), due_on="2026-12-25"),
    case("a leave after the campaign was extended stops the clock of the new day", HERE, OPEN, e.Extended(moment("2026-11-20"), "C", day("2026-12-25"), day(LAST)),
         away("2026-12-01", "2026-12-11", "2026-12-31"), round_on("2026-12-02", "2026-12-03"), due_on="2027-01-15"),
    case("an extended day goes on at the return from a leave that had no end", HERE, OPEN, e.Extended(moment("2026-11-20"), "C", day("2026-12-25"), day(LAST)),
         away("2026-12-01", "2026-12-11"), round_on("2026-12-12"), e.Back(moment("2027-01-05"), ONE, day("2026-12-31")), round_on("2027-01-06"), due_on="2027-01-15"),
    case("added again after an extended day has passed, the day of adding counts, whatever leave there is", HERE, OPEN,
         e.Extended(moment("2026-11-20"), "C", day("2026-12-25"), day(LAST)), e.Removed(moment("2026-12-01"), ONE, "C"), away("2026-12-02", "2026-12-20", "2027-01-10"),
         e.Added(moment("2027-01-05"), ONE, "C"), round_on("2027-01-06"), closed="", due_on="2027-01-11"),
    case("a leave after an exemption stops the clock that the exemption has restarted", HERE, OPEN, e.Exempted(moment("2026-11-20"), ONE, "C", until=day("2026-12-31")),
         away("2027-01-02", "2027-01-06", "2027-01-25"), round_on("2027-01-03"), due_on="2027-01-30"),
    case("a leave within an exemption does not stop the clock twice", HERE, OPEN, e.Exempted(moment("2026-11-20"), ONE, "C", until=day("2026-12-31")),
         away("2026-11-21", "2026-11-21", "2026-12-31"), round_on("2026-11-22"), due_on="2027-01-10"),
    case("a leave after a lifted exemption stops the clock", HERE, OPEN, e.Exempted(moment("2026-11-20"), ONE, "C"), e.Lifted(moment("2027-01-01"), ONE, "C"),
         away("2027-01-02", "2027-01-06", "2027-01-25"), round_on("2027-01-03"), due_on="2027-01-30"),
    case("a day that one person was given stays, whatever leave comes", HERE, OPEN, e.Prolonged(moment("2026-11-02"), ONE, "C", due_on=day("2027-01-15")),
         away("2026-12-01", "2026-12-11", "2026-12-31"), round_on("2026-12-02"), due_on="2027-01-15"),
    case("an open exemption given an end restarts the clock from its first day", HERE, opened(due_on="2026-11-15"), e.Exempted(moment("2026-11-10"), ONE, "C"),
         e.Exempted(moment("2026-11-20"), ONE, "C", until=day("2026-11-30")), due_on="2026-12-05"),
    case("an exemption granted longer counts what was left once", HERE, opened(due_on="2026-11-15"), e.Exempted(moment("2026-11-10"), ONE, "C", until=day("2026-11-30")),
         e.Exempted(moment("2026-11-20"), ONE, "C", until=day("2026-12-10")), due_on="2026-12-15"),
    case("days after the return do not wait for a leave far ahead", HERE, opened("2026-11-02", due=after("return", 30)), away("2026-11-03", "2027-02-01", "2027-12-31"),
         round_on("2026-11-04"), due_on="2026-12-02"),
    case("who has a later day of their own keeps it when the campaign is extended", HERE, OPEN, e.Prolonged(moment("2026-11-02"), ONE, "C", due_on=day("2027-01-15")),
         e.Extended(moment("2026-11-20"), "C", day("2026-12-25"), day(LAST)), due_on="2027-01-15"),
    case("taken out by hand stays out, whatever the roster says", HERE, OPEN, e.Removed(moment("2026-06-01"), ONE, "C"), round_on("2026-06-02"),
         closed="removed", closed_on="2026-06-01"),
    case("added again after the day has passed, the person is due on that day", HERE, OPEN, e.Removed(moment("2026-06-01"), ONE, "C"),
         e.Added(moment("2026-12-10"), ONE, "C"), round_on("2026-12-11"), closed="", due_on="2026-12-10"),
    case("after closing nobody is taken in", HERE, OPEN, e.Closed(moment("2026-12-01"), "C"), staff("2026-12-02", "2026-12-02", number="000102", name="新人 冬"),
         round_on("2026-12-03"), number="000102", none=True),
    # --- who was not here after all ---
    case("a day of joining that turns out to be later takes the assignment back", staff("2026-06-01", "2026-06-01"), staff("2026-06-01 9:00", number="000102", name="在籍 花子"), opened("2026-06-01"),
         staff("2026-06-10", "2026-07-01"), round_on("2026-06-11"), on="2026-06-30", closed="never_here", closed_on="2026-06-01"),
    case("when that day comes it is opened again", staff("2026-06-01", "2026-06-01"), staff("2026-06-01 9:00", number="000102", name="在籍 花子"), opened("2026-06-01"),
         staff("2026-06-10", "2026-07-01"), round_on("2026-06-11", "2026-07-01"), closed="", due_on=DUE),
    # --- leaves and other changes at once ---
    case("a leave across a change of type is one leave", staff("2026-05-11 9:00", type="contract"), OPEN, away("2026-05-20", "2026-06-01", "2026-06-30"),
         staff("2026-06-15 9:00"), round_on("2026-06-16"), due_on="2026-12-30", type="regular"),
    case("a leave recorded after a change of type in its midst is one leave", staff("2026-05-11 9:00", type="contract"), OPEN, staff("2026-06-15 9:00"),
         away("2026-07-01", "2026-06-01", "2026-06-30"), round_on("2026-07-02"), due_on="2026-12-30"),
    case("a leave across a move is one leave", HERE, OPEN, away("2026-05-20", "2026-06-01", "2026-06-30"), staff("2026-06-15 9:00", department="管理本部"),
         round_on("2026-06-16"), due_on="2026-12-30", department="管理本部"),
    case("who was to leave in a leave, and stays, is away as long as was said", HERE, OPEN, away("2026-08-20", "2026-09-01", "2026-12-31"),
         staff("2026-09-14", left="2026-10-31"), round_on("2026-09-15"), staff("2026-09-20"), round_on("2026-09-21"), due_on="2027-04-01", closed=""),
    case("a corrected day of joining before a leave leaves the leave", opened("2026-05-11", kind="joining", due=after("joining", 30)), staff("2026-06-02", "2026-06-01"),
         away("2026-06-03", "2026-06-08", "2026-06-17"), round_on("2026-06-04"), staff("2026-06-05", "2026-06-03"), round_on("2026-06-06"), due_on="2026-07-13"),
    # --- the policy changes ---
    case("who signed the old text is asked about the change", HERE, OPEN, signs("2026-06-01"), e.Published(moment("2026-09-01")),
         opened("2026-10-01", code="N", kind="change", revision=2), code="N", due_on=DUE),
    case("who has signed no text is not bothered", HERE, staff("2026-05-11 9:10", number="000102", name="署名 花子"), OPEN, signs("2026-06-01", number="000102", name="署名 花子"),
         e.Published(moment("2026-09-01")), opened("2026-10-01", code="N", kind="change", revision=2), code="N", none=True),
    case("who signs the old text when the change campaign is open is asked from then on", HERE, staff("2026-05-11 9:10", number="000102", name="署名 花子"), OPEN,
         signs("2026-06-01", number="000102", name="署名 花子"), e.Published(moment("2026-09-01")), opened("2026-10-01", code="N", kind="change", revision=2),
         signs("2026-10-05"), round_on("2026-10-06"), code="N", due_on=DUE),
    case("whose only signature was annulled is not asked about the change", HERE, staff("2026-05-11 9:10", number="000102", name="署名 花子"), OPEN, signs("2026-06-01"),
         signs("2026-06-01 11:00", number="000102", name="署名 花子"), e.Annulled(moment("2026-06-02"), ONE, "C"), e.Published(moment("2026-09-01")),
         opened("2026-10-01", code="N", kind="change", revision=2), code="N", none=True),
    case("the yearly training on the old text stays due all the same", HERE, OPEN, staff("2026-05-11 11:30", number="000102", name="署名 花子"), round_on("2026-05-12"),
         signs("2026-06-01", number="000102", name="署名 花子"), e.Published(moment("2026-09-01")), opened("2026-10-01", code="N", kind="change", revision=2), due_on=DUE, closed=""),
)  # fmt: skip


@pytest.fixture(autouse=True)
def closed_days(settings: Any) -> None:
    """The company is closed from 29 December to 3 January."""
    days = [f"{month:02}-{number:02}" for month, number in sorted(CLOSED)]
    settings.PRIVACY_TRAINING = {**django_settings.PRIVACY_TRAINING, "CLOSED_DAYS": days}


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.sentence)
def test_a_calendar_case_from_end_to_end(one: Case) -> None:
    events = (*one.events, e.Sealed(max(event.at for event in one.events) + timedelta(days=1)))
    company = Company()
    (_sealed, checkpoint), *_none = company.play(events)
    lines = told(day(one.on), checkpoint)
    mine = [line for line in lines if line.number == one.number and line.campaign == one.code]
    mine.sort(key=lambda line: (line.closed == "" and line.signed_on is None, line.closed_on or day(one.on)))

    assert company.refused == []
    assert [{name: getattr(line, name) for name in facts} for line, facts in zip(mine, one.must, strict=True)] == [
        *one.must
    ]
    assert differences(lines, World(events).lines(day(one.on))) == []


def test_there_are_sixty_cases_and_no_two_say_the_same() -> None:
    assert len({one.sentence for one in CASES}) == len(CASES) >= 60


def test_no_clock_in_the_companys_zone_is_ever_put_forward() -> None:
    zone, instant = conf.time_zone, datetime(2000, 1, 1, tzinfo=UTC)
    assert zone.key == "Asia/Tokyo"
    while instant.year < 2060:
        assert instant.astimezone(zone).utcoffset() == timedelta(hours=9)
        instant += timedelta(days=1)
    for text in (DUE, FIRST, "2028-02-29", "2026-03-29", "2026-10-25"):
        assert end_of(day(text), zone) - end_of(day(text) - timedelta(days=1), zone) == timedelta(hours=24)
