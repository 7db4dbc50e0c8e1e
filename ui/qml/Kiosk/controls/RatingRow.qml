pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// Five faces, from very dissatisfied to very satisfied.
ColumnLayout {
    id: root

    property string question
    property int current: 0
    property string prefix: "rate"

    signal rated(int mark)

    spacing: Theme.px(16)
    Layout.fillWidth: true
    Layout.fillHeight: false

    AppText {
        visible: text !== ""
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        color: Theme.soft
        text: root.question
    }

    RowLayout {
        Layout.alignment: Qt.AlignHCenter
        spacing: Theme.px(24)

        Repeater {
            model: ["angry", "frown", "meh", "smile", "laugh"]

            Tappable {
                id: face

                required property int index
                required property string modelData
                readonly property bool selected: root.current === index + 1

                objectName: root.prefix + (index + 1)
                implicitWidth: Theme.px(132)
                implicitHeight: Theme.px(132)
                text: Tr.t("ui.rate." + (index + 1))
                face: selected ? Theme.tint : Theme.paper
                facePressed: Theme.tintPressed
                outline: selected ? Theme.brand : Theme.lineStrong
                outlineWidth: selected ? Theme.px(4) : Theme.borderThin
                Accessible.role: Accessible.RadioButton
                Accessible.checkable: true
                Accessible.checked: selected
                onClicked: root.rated(index + 1)

                contentItem: Item {
                    Icon {
                        anchors.centerIn: parent
                        name: face.modelData
                        size: Theme.px(74)
                        color: face.selected ? Theme.brand : Theme.ink
                    }
                }
            }
        }
    }

    AppText {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        strong: true
        role: "secondary"
        text: root.current > 0 ? Tr.t("ui.rate." + root.current) : Tr.t("ui.rate.1") + "  –  " + Tr.t("ui.rate.5")
        color: root.current > 0 ? Theme.ink : Theme.soft
    }
}
