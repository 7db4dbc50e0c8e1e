pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The citizen's word that all is true, and what happens when it is given.
KioskPage {
    id: page

    readonly property var submit: page.vm.submit
    property bool agreed: false

    guideTargets: page.agreed ? ["page.primary"] : ["declare.agree"]
    title: Tr.t(page.submit.supplement ? "declare.supplement_title" : "declare.title")
    advice: Tr.t(page.submit.supplement ? "declare.supplement_guidance" : "declare.guidance")
    primaryText: Tr.t(page.submit.supplement ? "declare.supplement_submit" : "declare.submit")
    primaryIcon: "send"
    primaryEnabled: page.agreed
    onPrimaryClicked: App.act("declare")

    Card {
        spacing: Theme.px(8)

        AppText {
            Layout.fillWidth: true
            role: "section"
            text: page.submit.procedureName
        }

        AppText {
            visible: text !== ""
            Layout.fillWidth: true
            color: Theme.soft
            text: page.submit.procedureUnit
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.topMargin: Theme.px(12)
            spacing: Theme.px(18)

            Icon {
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: "paperclip"
                color: Theme.brand
            }

            AppText {
                Layout.fillWidth: true
                strong: true
                text: page.submit.summary
            }
        }
    }

    Card {
        visible: page.submit.mailOffered
        spacing: Theme.px(20)

        EchoField {
            name: "declare.mail"
            label: Tr.t("declare.mail")
            help: Tr.t("declare.mail_help")
            iconName: "mail"
            layoutName: "email"
            optional: true
            maximumLength: 120
            echo: page.submit.mail
            error: page.submit.mailError
            onTyped: text => App.act("set_receipt_mail", {
                    address: text
                })
        }

        AppButton {
            objectName: "declare.mail_known"
            visible: page.submit.formMail !== ""
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth
            kind: "plain"
            iconLeft: "mail"
            labelSize: Theme.body
            text: Tr.t("declare.mail_known")
            onClicked: App.act("set_receipt_mail", {
                address: page.submit.formMail
            })
        }
    }

    CheckRow {
        objectName: "declare.agree"
        selected: page.agreed
        text: Tr.t(page.submit.supplement ? "declare.supplement_agree" : "declare.agree")
        onAsked: wanted => page.agreed = wanted
    }

    Card {
        spacing: Theme.px(24)

        AppText {
            Layout.fillWidth: true
            role: "section"
            text: Tr.t("declare.what_next")
        }

        Repeater {
            model: page.submit.nextSteps

            RowLayout {
                id: next

                required property var modelData

                Layout.fillWidth: true
                spacing: Theme.px(26)

                Rectangle {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: Theme.px(56)
                    Layout.preferredHeight: Theme.px(56)
                    radius: width / 2
                    color: Theme.tint

                    Text {
                        anchors.centerIn: parent
                        text: next.modelData.n
                        color: Theme.brand
                        font.family: Theme.family
                        font.weight: Font.Bold
                        font.pixelSize: Theme.px(30)
                        Accessible.ignored: true
                    }
                }

                AppText {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignVCenter
                    text: next.modelData.text
                }
            }
        }
    }
}
