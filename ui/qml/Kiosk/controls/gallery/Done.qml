pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A good end: mark, codes, what comes next, and how it was.
Page {
    backVisible: false
    helpVisible: true
    secondaryText: "In lại phiếu"
    primaryText: "Kết thúc và xóa dữ liệu"
    primaryIcon: ""

    Item {
        Layout.fillWidth: true
        implicitHeight: Theme.px(150)

        Icon {
            anchors.centerIn: parent
            name: "circle-check"
            size: Theme.px(150)
            color: Theme.ok
        }
    }

    Heading {
        Layout.fillWidth: true
        centred: true
        text: "Nộp hồ sơ thành công"
    }

    Card {
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(48)

            QrPicture {
                size: Theme.px(260)
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.px(18)

                CodeDisplay {
                    label: "Mã hồ sơ"
                    code: "G06-20261121-0000042"
                }

                CodeDisplay {
                    label: "Mã tra cứu"
                    code: "K7 Q2"
                }
            }
        }
    }

    Banner {
        plain: true
        iconName: "clock"
        lead: "Tiếp theo:"
        text: "cán bộ kiểm tra hồ sơ. Ngày hẹn trả kết quả có sau khi hồ sơ được tiếp nhận; Quý khách sẽ nhận tin nhắn."
    }

    Banner {
        tone: "ok"
        plain: true
        iconName: "printer-check"
        lead: "Phiếu đã in xong."
        text: "Mời Quý khách lấy phiếu bên dưới màn hình."
    }

    Banner {
        tone: "warn"
        iconName: "id-card"
        lead: "Quý khách nhớ lấy lại thẻ căn cước và 5 bản gốc."
    }

    RatingRow {
        question: "Quý khách có hài lòng không?"
        onRated: mark => current = mark
    }
}
