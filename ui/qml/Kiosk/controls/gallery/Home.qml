pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Tiles, a banner and the open comfort controls.
Page {
    title: "Quý khách cần làm gì hôm nay?"
    guidance: Theme.landscape ? "Miễn phí. Không cần tài khoản để tra cứu. Máy xóa dữ liệu khi Quý khách kết thúc." : ""
    backVisible: false
    showComfort: true
    fillContent: true

    TileButton {
        objectName: "tileSubmit"
        Layout.fillWidth: true
        primary: true
        iconName: "file-up"
        text: "Nộp hồ sơ trực tuyến"
        subtitle: "Quét căn cước, quét giấy tờ, nhận phiếu hẹn. Khoảng 6 phút."
    }

    GridLayout {
        columns: Theme.largeText && !Theme.landscape ? 1 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true

        Repeater {
            model: [["search", "Tra cứu thủ tục", "Giấy tờ cần có, thời hạn, phí, nơi giải quyết"], ["map-pinned", "Theo dõi hồ sơ", "Bằng mã hồ sơ, mã QR hoặc thẻ căn cước"], ["list-checks", "Kiểm tra giấy tờ", "Xem đã đủ giấy tờ chưa trước khi nộp"], ["ticket", "Lấy số thứ tự", "Gặp cán bộ tại quầy hôm nay"]]

            TileButton {
                required property var modelData

                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.maximumHeight: Theme.px(400)
                wide: Theme.largeText && !Theme.landscape
                iconName: modelData[0]
                text: modelData[1]
                subtitle: modelData[2]
            }
        }
    }

    Banner {
        tone: "warn"
        iconName: "printer"
        lead: "Máy in đang hết giấy."
        text: "Quý khách vẫn nộp hồ sơ được; mã hồ sơ sẽ hiện trên màn hình và gửi qua thư điện tử."
    }

    Item {
        Layout.fillHeight: true
    }
}
