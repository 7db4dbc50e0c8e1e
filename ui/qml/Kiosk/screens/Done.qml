pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The dossier is in: its codes, the slip, what comes next, and what not to leave behind.
KioskPage {
    id: page

    readonly property var submit: page.vm.submit
    readonly property bool refused: page.submit.outcome === "refused"
    readonly property string tone: page.refused ? "bad" : page.submit.outcome === "deferred" ? "warn" : "ok"

    // On a wide screen, what must not be forgotten stands beside everything else.
    readonly property bool beside: page.introBeside && Theme.textScale === 1
    // The slip by e-mail is offered beside the paper one; its field comes once somebody wishes it.
    property bool mailWished: false
    readonly property bool mailShown: page.submit.lateMail.open && page.mailWished

    step: 0
    overlay: Loader {
        visible: page.beside && !page.typing && page.submit.take !== ""
        active: visible || item !== null
        x: Theme.margin
        width: Math.round((page.width - 2 * Theme.margin) * 0.32)
        y: page.height - page.bar.height - height - Theme.px(page.scroll.overflows ? 130 : 24)
        sourceComponent: Banner {
            tone: "warn"
            iconName: "id-card"
            lead: page.submit.take
        }
    }

    guideTargets: ["done.came_out", "done.print", "page.primary"]
    title: Theme.landscape ? page.submit.doneTitle : ""
    spoken: [page.submit.doneTitle, page.submit.nextText.lead + " " + page.submit.nextText.text, page.submit.take].join(". ")
    noticeShown: false
    backVisible: false
    contentSpacing: Theme.px(24)
    primaryText: Tr.t("done.finish")
    primaryIcon: ""
    onPrimaryClicked: App.act("continue")

    Item {
        visible: !Theme.landscape && !Theme.largeText && !page.mailShown
        Layout.fillWidth: true
        Layout.topMargin: Theme.px(4)
        implicitHeight: Theme.px(124)

        Icon {
            anchors.centerIn: parent
            name: page.tone === "ok" ? "circle-check" : page.tone === "warn" ? "clock" : "circle-alert"
            size: Theme.px(124)
            color: Theme.stateInk(page.tone)
        }
    }

    Heading {
        visible: !Theme.landscape && !page.typing
        Layout.fillWidth: true
        centred: true
        text: page.submit.doneTitle
    }

    // First, so that field, keyboard and what is wrong with the address are seen together.
    Card {
        objectName: "done.late_mail"
        visible: page.mailShown
        spacing: Theme.px(20)

        EchoField {
            id: address

            name: "done.mail"
            label: Tr.t("done.mail")
            help: page.typing ? "" : page.submit.lateMail.help
            iconName: "mail"
            layoutName: "email"
            maximumLength: 120
            readOnly: page.submit.lateMail.asking
            echo: page.submit.mail
            error: page.submit.mailError !== "" ? page.submit.mailError : page.submit.lateMail.error
            onTyped: text => App.act("set_receipt_mail", {
                    address: text
                })
        }

        AppButton {
            objectName: "done.mail_known"
            visible: page.submit.formMail !== "" && !page.submit.lateMail.asking
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

        AppButton {
            objectName: "done.mail_send"
            Layout.fillWidth: true
            iconLeft: "send"
            busy: page.submit.lateMail.asking
            enabled: !page.submit.lateMail.asking
            text: Tr.t(page.submit.lateMail.asking ? "done.mail_sending" : "done.mail_send")
            onClicked: {
                page.stopTyping();
                App.act("mail_receipt");
            }
        }
    }

    // Where it was asked for, there it is answered.
    Loader {
        visible: active
        active: page.mailWished && page.submit.mailed !== ""
        Layout.fillWidth: true
        sourceComponent: Mailed {}
    }

    Card {
        visible: !page.refused

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(44)

            QrPicture {
                visible: page.submit.qr !== ""
                Layout.alignment: Qt.AlignVCenter
                size: Theme.px(Theme.largeText || Theme.landscape ? 220 : 280)
                source: page.submit.qr
                name: Tr.t("done.qr")
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.px(16)

                CodeDisplay {
                    objectName: "done.code"
                    label: page.submit.codeLabel
                    code: page.submit.code
                }

                CodeDisplay {
                    objectName: "done.lookup"
                    visible: page.submit.lookupCode !== ""
                    label: Tr.t("done.lookup")
                    code: page.submit.lookupCode
                }
            }
        }
    }

    // In large text what must not be left behind and what is with the slip come first: the rest has to be scrolled to.
    Loader {
        visible: active
        active: Theme.largeText && !page.beside && page.submit.take !== ""
        Layout.fillWidth: true
        sourceComponent: Take {}
    }

    GridLayout {
        id: news

        readonly property bool receiptFirst: Theme.largeText || (Theme.landscape && page.submit.asksForSlip)

        Layout.fillWidth: true
        columns: page.beside && receipt.visible && !page.submit.asksForSlip ? 2 : 1
        columnSpacing: Theme.px(24)
        rowSpacing: Theme.px(24)
        uniformCellWidths: true

        Banner {
            Layout.row: news.receiptFirst ? 1 : 0
            Layout.column: 0
            Layout.fillHeight: true
            plain: page.tone === "ok" && page.submit.nextText.tone === "info"
            tone: page.submit.nextText.tone
            iconName: tone === "info" ? "clock" : Theme.stateIcon(tone)
            lead: page.submit.nextText.lead
            text: page.submit.nextText.text
        }

        Banner {
            id: receipt

            objectName: "done.receipt"
            Layout.row: news.columns === 1 && !news.receiptFirst ? 1 : 0
            Layout.column: news.columns - 1
            Layout.fillHeight: true
            visible: page.submit.receipt.lead !== ""
            plain: page.submit.receipt.tone !== "warn"
            tone: page.submit.receipt.tone
            iconName: page.submit.receipt.icon
            lead: page.submit.receipt.lead
            text: page.submit.receipt.text

            Flow {
                visible: page.submit.canPrint || (page.submit.lateMail.open && !page.mailShown)
                Layout.fillWidth: true
                Layout.topMargin: Theme.px(4)
                spacing: Theme.apart

                SlipButton {
                    objectName: "done.came_out"
                    visible: page.submit.asksForSlip
                    iconLeft: "printer-check"
                    text: Tr.t("done.came_out")
                    onClicked: App.act("slip_came_out")
                }

                SlipButton {
                    objectName: "done.print"
                    visible: page.submit.canPrint
                    iconLeft: "printer"
                    text: Tr.t(page.submit.asksForSlip ? "done.print_missing" : "done.print_again")
                    onClicked: App.act("print_again")
                }

                SlipButton {
                    objectName: "done.mail_open"
                    visible: page.submit.lateMail.open && !page.mailShown
                    width: Math.min(implicitWidth, parent.width)
                    iconLeft: "mail"
                    text: Tr.t("done.mail_open")
                    onClicked: {
                        page.mailWished = true;
                        page.scroll.toTop();
                        address.input.forceActiveFocus();
                    }
                }
            }
        }
    }

    component SlipButton: AppButton {
        kind: "plain"
        labelSize: Theme.body
        topPadding: Theme.px(10)
        bottomPadding: Theme.px(10)
        implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)
    }

    Loader {
        visible: active
        active: !page.mailWished && page.submit.mailed !== ""
        Layout.fillWidth: true
        sourceComponent: Mailed {}
    }

    component Mailed: Banner {
        objectName: "done.mailed"
        plain: true
        iconName: "mail"
        text: page.submit.mailed
    }

    Loader {
        visible: active
        active: !Theme.largeText && !page.beside && page.submit.take !== ""
        Layout.fillWidth: true
        sourceComponent: Take {}
    }

    component Take: Banner {
        tone: "warn"
        iconName: "id-card"
        lead: page.submit.take
    }

    RatingRow {
        prefix: "done.rate."
        visible: !page.refused && page.submit.outcome !== "practised"
        Layout.topMargin: Theme.px(8)
        question: page.submit.rating > 0 ? Tr.t("done.rated") : Tr.t("done.rate")
        current: page.submit.rating
        onRated: mark => App.act("rate", {
                value: mark
            })
    }
}
