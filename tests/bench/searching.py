"""The catalogue's answer to each key press, over many more procedures than there are."""

from __future__ import annotations

import random
import time
from dataclasses import replace

from kiosk_app import paths
from kiosk_app.catalog import Catalog
from kiosk_app.model.procedure import Procedure
from tests.bench.figures import Plan, Row, percentile

# As people type: with and without tones, half words, English, an acronym, a mistake.
TYPED = (
    "đăng ký nhãn hiệu",
    "dang ky nhan hieu",
    "gia han",
    "giấy phép bức xạ",
    "giay phep tien hanh cong viec",
    "logo",
    "trademark renewal",
    "sáng chế",
    "tan so vo tuyen",
    "chuyen giao cong nghe",
    "thu tuc cap",
    "công nhận",
    "licence",
    "doanh nghiep khoa hoc",
    "kieu dang",
    "xyzt",
    "cap lai giay chung nhan",
    "thẩm định",
    "xang tre",
    "nhan hiue",
    "kieu dan cong nghiep",
)


def synthetic(count: int) -> list[Procedure]:
    """Procedures whose names are put together from halves of real ones, so that words are as frequent as they are."""
    catalog = Catalog.read(paths.assets() / "catalogue" / "procedures.json")
    real = [found for item in catalog.search("", 10_000) if (found := catalog.get(item.local_id))]
    chance = random.Random(7)
    made = []
    for number in range(count):
        one, other = chance.choice(real), chance.choice(real)
        head, tail = one.name_vi.split(), other.name_vi.split()
        english = f"{one.name_en} {other.name_en}".split()
        name = " ".join(head[: chance.randint(3, 9)] + tail[-chance.randint(2, 8) :])
        made.append(
            replace(one, local_id=f"X-{number}", name_vi=name, name_en=" ".join(english[: chance.randint(4, 12)]))
        )
    return made


def measure(plan: Plan) -> list[Row]:
    """The search row."""
    catalog = Catalog(synthetic(plan.procedures))
    prefixes = [text[:length] for text in TYPED for length in range(1, len(text) + 1)]
    took = []
    while len(took) < plan.queries:
        for text in prefixes[: plan.queries]:
            started = time.perf_counter()
            catalog.search(text)
            took.append((time.perf_counter() - started) * 1000)
    how = (
        f"{len(TYPED)} queries, one letter more each time, over {plan.procedures} procedures made from the catalogue's"
    )
    return [Row("search per key press, p99", percentile(took, 0.99), "ms", 10, len(took), how)]
