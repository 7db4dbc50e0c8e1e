pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The dark column of a member of staff beside a citizen's page.
Page {
    id: root

    title: "Quét lại tờ 3"
    primaryText: "Tiếp tục"
    fillContent: true

    Rectangle {
        Layout.fillWidth: true
        Layout.fillHeight: true
        implicitHeight: column.implicitHeight + Theme.px(80)
        color: Theme.staff
        radius: Theme.radiusCard
        border.width: Theme.px(6)
        border.color: Theme.gold

        ColumnLayout {
            id: column

            anchors.fill: parent
            anchors.margins: Theme.px(40)
            spacing: Theme.px(20)

            RowLayout {
                spacing: Theme.px(20)

                Icon {
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: "headset"
                    size: Theme.px(60)
                    color: Theme.gold
                }

                AppText {
                    Layout.fillWidth: true
                    role: "section"
                    color: Theme.staffInk
                    text: "Cán bộ đang hỗ trợ"
                }
            }

            AppText {
                Layout.fillWidth: true
                role: "secondary"
                color: Theme.staffSoft
                text: "Quầy 2 · bắt đầu 10:42 · mọi thao tác được ghi"
            }

            Repeater {
                model: [["pointer", "Chỉ chỗ cần chạm"], ["timer", "Thêm 5 phút"], ["file-check", "Chấp nhận bản quét, ghi lý do và chuyển sang bước tiếp theo ngay"]]

                AppButton {
                    required property var modelData

                    Layout.fillWidth: true
                    Layout.maximumWidth: Theme.px(600)
                    kind: "staff"
                    leftAligned: true
                    iconLeft: modelData[0]
                    text: modelData[1]
                }
            }

            Item {
                Layout.fillHeight: true
            }

            AppButton {
                Layout.fillWidth: true
                kind: "gold"
                text: "Trả lại cho Quý khách"
            }
        }
    }
}
