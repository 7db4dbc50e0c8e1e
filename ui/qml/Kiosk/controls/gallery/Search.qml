pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls
import Kiosk.keyboard

// A field, filter chips, a list of results and the on-screen keyboard.
Page {
    id: root

    title: "Tra cứu thủ tục hành chính"
    showComfort: true
    contentSpacing: Theme.px(24)

    footer: Keyboard {
        width: root.width
        doneText: "Tìm"
    }

    Component.onCompleted: field.forceActiveFocus()

    TextInputField {
        id: field

        objectName: "search"
        iconName: "search"
        hint: "Tên thủ tục hoặc giấy tờ"
        value: "nhãn hiệu"
        onEdited: text => value = text
    }

    Flow {
        Layout.fillWidth: true
        spacing: Theme.apart

        ChoiceChip {
            selected: true
            text: "Sở hữu trí tuệ"
            trailing: "3"
        }

        ChoiceChip {
            text: "Tất cả lĩnh vực"
        }

        ChoiceChip {
            iconName: "qr-code"
            text: "Quét mã QR trên tờ rơi"
        }
    }

    Card {
        flush: true
        spacing: 0

        Repeater {
            model: ["Đăng ký nhãn hiệu", "Gia hạn Giấy chứng nhận đăng ký nhãn hiệu", "Đăng ký quốc tế nhãn hiệu (Hệ thống Madrid)"]

            ListRow {
                required property int index
                required property string modelData

                first: index === 0
                last: index === 2
                match: "nhãn hiệu"
                text: modelData
                subtitle: "Cục Sở hữu trí tuệ · Toàn trình"
                badge: "Nộp tại đây"
            }
        }
    }
}
