pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Device cards with measured values, the three device pictures, and a dialog.
Page {
    id: root

    property bool asking: true

    title: "Chẩn đoán thiết bị"
    helpVisible: false
    primaryText: "Kiểm tra toàn bộ (90 giây)"
    primaryIcon: "circle-play"

    overlay: DialogSheet {
        opened: root.asking
        iconName: "timer"
        tone: "warn"
        title: "Quý khách có cần thêm thời gian không?"
        text: "Phiên làm việc sẽ kết thúc và dữ liệu được xóa sau 20 giây."
        tertiaryText: "Gọi cán bộ"
        secondaryText: "Kết thúc ngay"
        primaryText: "Tôi cần thêm thời gian"
        onPrimaryClicked: root.asking = false
        onSecondaryClicked: root.asking = false

        ProgressBar {
            value: 0.4
        }
    }

    GridLayout {
        columns: Theme.landscape ? 3 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true

        Repeater {
            model: [["id-card", "Đầu đọc căn cước", "ok", "Sẵn sàng"], ["scan-line", "Máy quét tài liệu", "ok", "Sẵn sàng"], ["printer", "Máy in phiếu", "bad", "Hết giấy"], ["camera", "Camera", "warn", "Cần chú ý"]]

            Card {
                id: card

                required property var modelData

                Layout.fillHeight: true
                Layout.fillWidth: true
                padding: Theme.px(30)
                tone: modelData[2] === "bad" ? "bad" : "none"

                RowLayout {
                    spacing: Theme.px(18)

                    Icon {
                        Layout.preferredWidth: width
                        Layout.preferredHeight: height
                        name: card.modelData[0]
                        color: Theme.brand
                    }

                    AppText {
                        Layout.fillWidth: true
                        strong: true
                        text: card.modelData[1]
                    }
                }

                Badge {
                    text: card.modelData[3]
                    tone: card.modelData[2]
                    iconName: Theme.stateIcon(card.modelData[2])
                }

                Sparkline {
                    Layout.fillWidth: true
                    values: [3, 4, 6, 3, 5, 8, 4, 3, 2, 2, 3, 5, 3, 5, 4, 6]
                }
            }
        }
    }

    RowLayout {
        spacing: Theme.gap

        DevicePicture {
            Layout.preferredWidth: Theme.px(440)
            Layout.preferredHeight: implicitHeight
            kind: "scanner"
        }

        DevicePicture {
            Layout.preferredWidth: Theme.px(440)
            Layout.preferredHeight: implicitHeight
            kind: "printer"
        }
    }
}
