"""Every refusal this service can answer, as application/problem+json (RFC 9457) in vi and en."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of refusal: HTTP status and its words."""

    status: int
    title: str
    vi: str
    en: str


KINDS: Mapping[str, Kind] = {
    "REQUEST-INVALID": Kind(
        422,
        "Request does not follow the contract",
        "Nội dung gửi lên không đúng quy ước kết nối.",
        "The content sent does not follow the contract.",
    ),
    "REQUEST-MALFORMED": Kind(
        400,
        "Malformed request",
        "Yêu cầu không đọc được.",
        "The request cannot be read.",
    ),
    "REQUEST-TOO-LARGE": Kind(
        413,
        "Content too large",
        "Nội dung gửi lên vượt quá dung lượng cho phép.",
        "The content is larger than allowed.",
    ),
    "MEDIA-TYPE": Kind(
        415,
        "Unsupported media type",
        "Kiểu nội dung không được hỗ trợ.",
        "This content type is not supported.",
    ),
    "CERTIFICATE-MISSING": Kind(
        403,
        "No client certificate",
        "Máy chưa trình chứng thư hợp lệ.",
        "The machine has not shown a valid certificate.",
    ),
    "CERTIFICATE-REVOKED": Kind(
        403,
        "Client certificate revoked",
        "Chứng thư của máy này đã bị thu hồi.",
        "This machine's certificate has been revoked.",
    ),
    "ENROLMENT-REFUSED": Kind(
        403,
        "Enrolment code refused",
        "Mã đăng ký máy không đúng, đã dùng hoặc đã hết hạn.",
        "The enrolment code is wrong, used, or has expired.",
    ),
    "ENROLMENT-LIMITED": Kind(
        429,
        "Too many wrong enrolment codes",
        "Đã nhập sai mã đăng ký máy nhiều lần. Vui lòng thử lại sau.",
        "Too many wrong enrolment codes. Please try again later.",
    ),
    "ISSUING-UNAVAILABLE": Kind(
        503,
        "No certificates are issued here",
        "Hệ thống này hiện không cấp chứng thư.",
        "This service issues no certificates now.",
    ),
    "KIOSK-MISMATCH": Kind(
        403,
        "Certificate and kiosk differ",
        "Chứng thư không khớp với mã máy trong hồ sơ.",
        "The certificate does not belong to the kiosk named in the content.",
    ),
    "STAFF-NOT-FOUND": Kind(
        404,
        "No such account",
        "Không có tài khoản cán bộ này.",
        "There is no such staff account.",
    ),
    "STAFF-PIN-CONFLICT": Kind(
        409,
        "Another PIN is in force",
        "Mã PIN của tài khoản này đã được đặt ở nơi khác.",
        "Another PIN has been set for this account meanwhile.",
    ),
    "NOT-FOUND": Kind(404, "Not found", "Không tìm thấy.", "Not found."),
    "METHOD-NOT-ALLOWED": Kind(
        405,
        "Method not allowed",
        "Thao tác không được hỗ trợ tại địa chỉ này.",
        "This method is not supported here.",
    ),
    "UPLOAD-NOT-FOUND": Kind(
        404,
        "Upload not found",
        "Không tìm thấy tệp đang tải; có thể đã hết hạn.",
        "The upload is unknown or has expired.",
    ),
    "UPLOAD-OFFSET": Kind(
        409,
        "Offset differs",
        "Vị trí tiếp tục tải không khớp với phần đã nhận.",
        "The offset differs from what has been received.",
    ),
    "UPLOAD-VERSION": Kind(
        412,
        "Unsupported tus version",
        "Phiên bản giao thức tải tệp không được hỗ trợ.",
        "This version of the upload protocol is not supported.",
    ),
    "UPLOAD-BUSY": Kind(
        423,
        "Upload is being written",
        "Tệp đang được ghi bởi một kết nối khác; hãy thử lại.",
        "Another connection is writing this upload; try again.",
    ),
    "UPLOADS-TOO-MANY": Kind(
        429,
        "Too many open uploads",
        "Máy đang có quá nhiều tệp tải dở.",
        "This kiosk has too many unfinished uploads.",
    ),
    "UPLOAD-MISSING": Kind(
        422,
        "Upload missing or incomplete",
        "Có tệp trong hồ sơ chưa được tải lên đầy đủ.",
        "A file of the dossier has not been uploaded completely.",
    ),
    "UPLOAD-HASH-MISMATCH": Kind(
        422,
        "Upload differs from its manifest",
        "Có tệp tải lên không khớp với mã kiểm tra trong hồ sơ.",
        "An uploaded file differs from the length or checksum in the manifest.",
    ),
    "FILE-NOT-PDF": Kind(
        422,
        "File is no PDF",
        "Có tệp trong hồ sơ không phải là tệp PDF.",
        "A file of the dossier is not a PDF.",
    ),
    "DOSSIER-CONFLICT": Kind(
        409,
        "Another dossier has this identifier",
        "Định danh này đã được dùng cho một hồ sơ có nội dung khác.",
        "This identifier already belongs to a dossier with different content.",
    ),
    "PROCEDURE-NOT-RECEIVED": Kind(
        422,
        "Procedure handled elsewhere",
        "Thủ tục này hiện không do Bộ tiếp nhận.",
        "The Ministry does not receive this procedure now.",
    ),
    "DOSSIER-NOT-FOUND": Kind(
        404,
        "Dossier not found",
        "Không tìm thấy hồ sơ. Vui lòng kiểm tra lại mã.",
        "Not found. Please check the code.",
    ),
    "DRAFT-NOT-FOUND": Kind(
        404,
        "Draft not found",
        "Không tìm thấy hồ sơ đang lưu; có thể đã hết hạn lưu hoặc đã được xóa.",
        "The saved draft is unknown; it may have expired or been deleted.",
    ),
    "DRAFT-EXISTS": Kind(
        409,
        "There is a draft of this procedure",
        "Quý khách đang lưu một hồ sơ khác của thủ tục này.",
        "There is another saved draft of this procedure.",
    ),
    "DRAFT-SUBMITTED": Kind(
        409,
        "A dossier was made of this draft",
        "Hồ sơ lưu này đã được nộp từ một máy khác, nên lần nộp này không được tiếp nhận.",
        "This saved draft has already been submitted from another machine, so it was not received a second time.",
    ),
    "DRAFTS-TOO-MANY": Kind(
        409,
        "Too many drafts of one person",
        "Quý khách đã lưu nhiều hồ sơ. Vui lòng xóa bớt trước khi lưu thêm.",
        "Too many drafts are saved. Please delete one before saving another.",
    ),
    "SUPPLEMENT-NOT-AWAITED": Kind(
        422,
        "Papers are not awaited",
        "Hồ sơ hiện không yêu cầu bổ sung các giấy tờ này.",
        "The dossier does not ask for these papers now.",
    ),
    "RECEIPT-MAIL-TAKEN": Kind(
        409,
        "Receipt goes to another address",
        "Phiếu của hồ sơ này đã được yêu cầu gửi tới địa chỉ khác.",
        "This dossier's receipt has been asked for at another address.",
    ),
    "PAYMENT-NOT-FOUND": Kind(
        404,
        "No such payment",
        "Hồ sơ không có khoản phí nào cần nộp.",
        "No fee is asked for here.",
    ),
    "PAYMENT-CONFLICT": Kind(
        409,
        "Confirmation does not fit the payment",
        "Xác nhận thanh toán không khớp với khoản phí.",
        "The confirmation does not fit the payment.",
    ),
    "PLATFORM-ONLY": Kind(
        403,
        "Only for the payment platform",
        "Chỉ hệ thống thanh toán được xác nhận.",
        "Only the payment platform may confirm.",
    ),
    "HELP-CALL-NOT-FOUND": Kind(
        404,
        "No such call",
        "Không tìm thấy yêu cầu hỗ trợ.",
        "This call for help is unknown.",
    ),
    "TRACKING-LIMITED": Kind(
        429,
        "Too many wrong codes",
        "Đã nhập sai nhiều lần. Vui lòng thử lại sau.",
        "Too many wrong codes. Please try again later.",
    ),
    "STORAGE-FULL": Kind(
        507,
        "Storage full",
        "Hệ thống tạm thời hết dung lượng lưu trữ.",
        "The service has temporarily run out of storage.",
    ),
    "INTERNAL": Kind(
        500,
        "Unexpected error",
        "Có lỗi ngoài dự kiến. Hồ sơ sẽ được gửi lại tự động.",
        "Unexpected error. The dossier will be sent again automatically.",
    ),
}


@dataclass(eq=False)
class Problem(Exception):
    """A refusal to be answered as a problem document.

    `where` names fields or positions of the request, never their values; `vi`/`en` replace the
    kind's own words where a reason can be more exact.
    """

    code: str
    where: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    vi: str | None = None
    en: str | None = None

    def __str__(self) -> str:
        return self.code

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]

    def document(self) -> dict[str, object]:
        """The JSON body."""
        body: dict[str, object] = {
            "type": f"urn:kiosk:problem:{self.code}",
            "title": self.kind.title,
            "status": self.kind.status,
            "code": self.code,
            "detail_vi": self.vi or self.kind.vi,
            "detail_en": self.en or self.kind.en,
        }
        if self.where:
            body["where"] = list(self.where)
        return body

    def response(self) -> Response:
        """The HTTP answer."""
        return JSONResponse(self.document(), self.kind.status, dict(self.headers), media_type=MEDIA_TYPE)


def storage_problem(error: OSError) -> Problem | OSError:
    """What to raise for an error of the disk: a problem when it is full, else the error itself."""
    return Problem("STORAGE-FULL") if error.errno in (errno.ENOSPC, errno.EDQUOT) else error
