pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Check your answers: rows with change links, and a statement to agree to.
Page {
    title: "Kiểm tra lại thông tin trước khi nộp"
    step: 5
    stepCount: 6
    stepName: "Kiểm tra và nộp"
    primaryText: "Nộp hồ sơ"

    Card {
        spacing: 0

        AppText {
            Layout.fillWidth: true
            role: "section"
            text: "Đăng ký nhãn hiệu"
        }

        AppText {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.px(12)
            role: "secondary"
            color: Theme.soft
            text: "Cục Sở hữu trí tuệ · thẩm định theo từng giai đoạn"
        }

        AnswerRow {
            label: "Người nộp"
            value: "Nguyễn Văn Thử Nghiệm"
            note: "Đọc từ chip của thẻ căn cước"
        }

        AnswerRow {
            label: "Số định danh"
            value: "0010•••••001"
            actionText: "Hiện"
        }

        AnswerRow {
            label: "Điện thoại"
            value: "09•• ••• 456"
            actionText: "Thay đổi"
        }

        AnswerRow {
            label: "Thư điện tử"
            value: "thu@example.vn"
            actionText: "Thay đổi"
        }

        AnswerRow {
            label: "Nhận kết quả"
            value: "Bản điện tử và qua bưu chính"
            actionText: "Thay đổi"
            last: true
        }
    }

    CheckRow {
        text: "Tôi cam đoan thông tin kê khai là đúng sự thật và chịu trách nhiệm trước pháp luật."
        selected: true
        onAsked: wanted => selected = wanted
    }
}
