pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The device picture, a progress that is really known, and two other ways.
Page {
    title: "Giữ nguyên thẻ trên khay đọc"
    guidance: "Đang đọc chip. Thường mất 3 giây."
    step: 2
    stepCount: 6
    stepName: "Xác định danh tính"

    Card {
        Layout.fillHeight: Theme.landscape

        DevicePicture {
            Layout.preferredWidth: Theme.px(540)
            Layout.preferredHeight: implicitHeight
            kind: "card"
        }

        ProgressBar {
            value: 0.62
        }

        ProgressList {
            steps: [
                {
                    text: "Kết nối an toàn với chip",
                    state: "done"
                },
                {
                    text: "Số định danh và họ tên",
                    state: "done"
                },
                {
                    text: "Ảnh chân dung",
                    state: "current",
                    detail: "62 %"
                },
                {
                    text: "Kiểm tra chữ ký của chip",
                    state: "coming"
                }
            ]
        }
    }

    ButtonRow {
        AppButton {
            Layout.fillWidth: true
            Layout.fillHeight: true
            iconLeft: "scan-qr-code"
            text: "Quét mã QR trên thẻ"
        }

        AppButton {
            Layout.fillWidth: true
            Layout.fillHeight: true
            iconLeft: "smartphone"
            text: "Dùng ứng dụng VNeID"
        }
    }

    AppText {
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: "Máy chỉ đọc những thông tin cần cho hồ sơ này và xóa khi Quý khách kết thúc."
    }
}
