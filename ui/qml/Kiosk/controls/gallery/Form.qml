pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Fields, radio cards and check rows, with and without errors.
Page {
    title: "Thông tin liên hệ"
    guidance: "Để cơ quan báo tin về hồ sơ."
    step: 3
    stepCount: 6
    stepName: "Kê khai"
    primaryText: "Tiếp tục"

    TextInputField {
        label: "Số điện thoại"
        required: true
        value: "0912"
        error: "Số điện thoại có 10 chữ số. Vui lòng nhập đủ."
        layoutName: "numeric"
        onEdited: text => value = text
    }

    TextInputField {
        label: "Số định danh cá nhân"
        masked: true
        value: "001099000001"
        help: "Gồm 12 chữ số, ở mặt trước của thẻ."
        onEdited: text => value = text
    }

    TextInputField {
        label: "Thư điện tử"
        optional: true
        hint: "ten@example.vn"
        layoutName: "email"
        onEdited: text => value = text
    }

    ChoiceGroup {
        label: "Nhận kết quả tại"
        columns: 2
        current: "desk"
        options: [
            {
                id: "desk",
                text: "Bộ phận Một cửa",
                note: "Tầng 1, không mất phí"
            },
            {
                id: "post",
                text: "Dịch vụ bưu chính",
                note: "3–5 ngày, cước từ 30.000 đ"
            },
            {
                id: "digital",
                text: "Bản điện tử",
                note: "Gửi vào kho dữ liệu của Quý khách"
            }
        ]
        onChosen: id => current = id
    }

    CheckRow {
        text: "Tôi đồng ý nhận thông báo qua tin nhắn, thư điện tử"
        note: "Không bắt buộc"
        onAsked: wanted => selected = wanted
    }

    Flow {
        Layout.fillWidth: true
        spacing: Theme.px(18)

        Repeater {
            model: ["primary", "secondary", "plain", "quiet", "help", "danger", "gold", "staff"]

            AppButton {
                required property string modelData

                kind: modelData
                text: modelData
            }
        }

        AppButton {
            kind: "primary"
            busy: true
            text: "Đang gửi"
        }

        AppButton {
            enabled: false
            text: "Chưa được"
            iconLeft: "lock"
        }
    }
}
