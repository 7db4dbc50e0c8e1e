pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// Rows with state, page pictures, and a banner; the primary action is not allowed yet.
Page {
    title: "Đang quét tờ 5"
    guidance: "Cứ đặt cả tập giấy vào khay, không cần xếp thứ tự. Máy tự nhận ra từng loại."
    step: 4
    stepCount: 6
    stepName: "Số hóa giấy tờ"
    primaryText: "Tiếp tục"
    primaryEnabled: false

    Card {
        flush: true
        spacing: 0

        ListRow {
            first: true
            tappable: false
            iconName: "circle-check"
            tone: "ok"
            text: "Tờ khai đăng ký nhãn hiệu"
            subtitle: "2 trang · đã khớp 98 %"
            badge: "Đủ"
            badgeTone: "ok"

            Row {
                spacing: Theme.px(18)

                PageThumb {
                    number: 1
                }

                PageThumb {
                    number: 2
                }
            }
        }

        ListRow {
            tappable: false
            iconName: "triangle-alert"
            tone: "bad"
            text: "Mẫu nhãn hiệu"
            subtitle: "Trang 3 bị mờ ở góc dưới. Vui lòng quét lại tờ này."
            badge: "Quét lại"
            badgeTone: "bad"

            Row {
                spacing: Theme.px(18)

                PageThumb {
                    number: 3
                    tone: "bad"
                    badge: "Mờ"
                }

                PageThumb {
                    number: 4
                    blank: true
                }
            }
        }

        ListRow {
            iconName: "circle-question-mark"
            tone: "warn"
            text: "Giấy ủy quyền"
            subtitle: "Máy chưa chắc trang 5 thuộc mục này."
            badge: "Xác nhận"
            badgeTone: "warn"
        }

        ListRow {
            last: true
            tappable: false
            iconName: "circle-dashed"
            tone: "none"
            text: "Chứng từ nộp phí, lệ phí"
            badge: "Còn thiếu"
            badgeTone: "none"
        }
    }

    Banner {
        tone: "ok"
        iconName: "file-check"
        lead: "Đã nhận 5 tờ."
        text: "Quý khách nhớ lấy lại đủ 5 bản gốc ở khay ra."
    }
}
