"""Papers for demonstrations and tests: the dossiers of people who do not exist, drawn page by page, always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PIL import Image

from drivers.simulators import papers_other as other
from drivers.simulators import papers_patent as patents
from drivers.simulators import papers_trademark as trademarks
from drivers.simulators.papers_ink import A4, PAPER, Paper

PageDrawing = Callable[[Paper], None]

DRAWINGS: Final = MappingProxyType[str, tuple[PageDrawing, ...]](
    {
        "trademark-application": (trademarks.trademark_application_1, trademarks.trademark_application_2),
        "trademark-sample": (trademarks.trademark_sample,),
        "trademark-certificate": (trademarks.trademark_certificate,),
        "renewal-application": (trademarks.renewal_application,),
        "patent-application": (patents.patent_application_1, patents.patent_application_2),
        "patent-description": (patents.patent_description_1, patents.patent_description_2),
        "patent-drawings": (patents.patent_drawings,),
        "patent-abstract": (patents.patent_abstract,),
        "power-of-attorney": (other.power_of_attorney,),
        "fee-receipt": (other.fee_receipt,),
        "business-registration": (other.business_registration,),
        "barcode-application": (other.barcode_application,),
        "radiation-application": (other.radiation_application,),
        "radiation-training": (other.radiation_training,),
        "portrait": (other.portrait,),
        "blank": (other.blank,),
    }
)
NAMES: Final = MappingProxyType({name: len(pages) for name, pages in DRAWINGS.items()})
"""Every paper's name and its number of pages."""


@dataclass(frozen=True)
class StackSheet:
    """A sheet of a demonstration stack and the component of the procedure that it belongs to, None for none."""

    name: str
    page: int
    component: str | None

    @property
    def label(self) -> str:
        """How the scanner simulator's `load` names it."""
        return f"{self.name}:{self.page}"


_FEE: Final = "Bản sao chứng từ nộp phí, lệ phí (nếu nộp qua bưu chính hoặc nộp trực tiếp vào tài khoản)"
_ATTORNEY: Final = "Giấy ủy quyền (nếu nộp thông qua đại diện)"

# Papers in the order a person has them in hand; component names as in the catalogue of procedures.
_STACKS: Final = MappingProxyType[str, tuple[tuple[str, str | None], ...]](
    {
        "IP-01": (
            ("patent-application", "Tờ khai đăng ký sáng chế"),
            ("patent-description", "Bản mô tả sáng chế (gồm phần mô tả, yêu cầu bảo hộ, hình vẽ nếu có)"),
            ("patent-abstract", "Bản tóm tắt sáng chế"),
            ("power-of-attorney", _ATTORNEY),
            ("fee-receipt", _FEE),
        ),
        "IP-03": (
            ("trademark-application", "Tờ khai đăng ký nhãn hiệu"),
            ("blank", None),
            ("trademark-sample", "Mẫu nhãn hiệu (không lớn hơn 80 x 80 mm) kèm danh mục hàng hóa, dịch vụ"),
            ("power-of-attorney", _ATTORNEY),
            ("fee-receipt", _FEE),
        ),
        "IP-06": (
            ("renewal-application", "Tờ khai yêu cầu gia hạn hiệu lực văn bằng bảo hộ"),
            ("trademark-certificate", "Bản gốc văn bằng bảo hộ (nếu yêu cầu ghi nhận vào văn bằng)"),
            ("fee-receipt", _FEE),
        ),
        "ST-01": (
            (
                "barcode-application",
                "Biểu mẫu điện tử kê khai thông tin đăng ký có chữ ký số (hoặc Đơn theo Mẫu số 12)",
            ),
            ("business-registration", "Bản sao Giấy chứng nhận đăng ký doanh nghiệp/đầu tư hoặc Quyết định thành lập"),
        ),
        "RA-04": (
            ("radiation-application", "Đơn đề nghị cấp chứng chỉ nhân viên bức xạ"),
            ("radiation-training", "Bản sao chứng nhận đào tạo an toàn bức xạ"),
            ("portrait", "Ảnh 3 x 4"),
        ),
    }
)
PROCEDURES: Final = tuple(_STACKS)
"""The procedures that have a demonstration stack."""


def paper(name: str, page: int = 1) -> Image.Image:
    """A page of a paper as RGB, A4 at 300 dpi; the same call gives the same pixels. Raises KeyError, IndexError."""
    drawings = DRAWINGS[name]
    if not 1 <= page <= len(drawings):
        raise IndexError(f"{name} has {len(drawings)} pages")
    if name == "blank":
        return Image.new("RGB", A4, PAPER)
    sheet = Paper(f"{name}/{page}")
    drawings[page - 1](sheet)
    sheet.notice(f"Trang {page}/{len(drawings)}" if len(drawings) > 1 else "")
    return sheet.image


def stack(procedure: str) -> list[StackSheet]:
    """The sheets for a procedure of the catalogue, by its local id, top sheet first. Raises KeyError."""
    return [
        StackSheet(name, page, component)
        for name, component in _STACKS[procedure]
        for page in range(1, NAMES[name] + 1)
    ]
