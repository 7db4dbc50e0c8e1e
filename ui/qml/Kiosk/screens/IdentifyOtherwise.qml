pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// Without the chip: the card's QR before the code reader, or number, name and date of birth by hand. An officer compares.
KioskPage {
    id: page

    readonly property var card: page.vm.identity

    function entered() {
        App.act("enter_person", {
            number: number.text,
            name: fullName.text,
            birth: birth.text
        });
    }

    title: Tr.t("otherwise.title")
    advice: page.typing ? "" : Tr.t(page.vm.camera.offered ? "otherwise.guidance_camera" : page.card.codeReader ? "otherwise.guidance" : "otherwise.guidance_typed")
    contentSpacing: Theme.px(28)
    primaryText: Tr.t("ui.next")
    onPrimaryClicked: {
        page.stopTyping();
        App.act("continue");
    }

    Banner {
        objectName: "otherwise.code"
        visible: page.card.codeReader && !page.vm.camera.offered && !page.squeezed
        iconName: "scan-qr-code"
        lead: Tr.t("otherwise.code_lead")
        text: Tr.t("otherwise.code")
    }

    CameraCard {
        objectName: "otherwise.camera"
        visible: page.vm.camera.offered && !page.typing
        view: page.vm.camera
    }

    EchoField {
        id: number

        name: "otherwise.number"
        label: Tr.t("otherwise.number")
        help: Tr.t("otherwise.number_help")
        iconName: "id-card"
        layoutName: "numeric"
        required: true
        // Others may stand behind: the eye shows it.
        masked: true
        maximumLength: 12
        echo: page.card.typed.number
        error: page.card.typedErrors.number
        onTyped: page.entered()
    }

    EchoField {
        id: fullName

        name: "otherwise.name"
        label: Tr.t("otherwise.name")
        help: Tr.t("otherwise.name_help")
        iconName: "user"
        required: true
        maximumLength: 120
        echo: page.card.typed.name
        error: page.card.typedErrors.name
        onTyped: page.entered()
    }

    EchoField {
        id: birth

        name: "otherwise.birth"
        label: Tr.t("otherwise.birth")
        help: Tr.t("otherwise.birth_help")
        iconName: "calendar"
        layoutName: "numeric"
        required: true
        maximumLength: 10
        echo: page.card.typed.birth
        error: page.card.typedErrors.birth
        onTyped: page.entered()
    }

    Banner {
        objectName: "otherwise.compared"
        plain: true
        iconName: "user"
        text: Tr.t("identify.compared")
    }
}
