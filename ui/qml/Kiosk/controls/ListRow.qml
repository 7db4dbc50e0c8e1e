pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A row of a list inside a flush Card: icon, title, subtitle, badge, chevron, and room for more below.
Tappable {
    id: control

    default property alias extra: below.data
    property string subtitle
    property string iconName
    property string tone: "info"
    property string badge
    property string badgeTone: "info"
    property bool tappable: true
    property bool chevron: control.tappable
    property bool first: false
    property bool last: false
    // Words of the title to underline, as the search found them.
    property string match

    function marked(words) {
        const at = control.match === "" ? -1 : words.toLowerCase().indexOf(control.match.toLowerCase());
        if (at < 0)
            return Tr.escaped(words);
        const end = at + control.match.length;
        return Tr.escaped(words.slice(0, at)) + "<u><font color=\"" + Theme.brand + "\">" + Tr.escaped(words.slice(at, end)).replace(/ /g, "&nbsp;") + "</font></u>" + Tr.escaped(words.slice(end));
    }

    focusPolicy: control.tappable ? Qt.StrongFocus : Qt.NoFocus
    leftPadding: Theme.px(36)
    rightPadding: Theme.px(32)
    topPadding: Theme.px(28)
    bottomPadding: Theme.px(28)
    implicitWidth: Theme.px(600)
    implicitHeight: Math.max(Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)
    Layout.fillWidth: true
    hint: control.subtitle

    Accessible.role: control.tappable ? Accessible.Button : Accessible.ListItem
    Accessible.name: control.text + (control.badge === "" ? "" : ", " + control.badge)

    background: Rectangle {
        color: control.tappable && control.down ? Theme.tintPressed : "transparent"
        topLeftRadius: control.first ? Theme.radiusCard : 0
        topRightRadius: topLeftRadius
        bottomLeftRadius: control.last ? Theme.radiusCard : 0
        bottomRightRadius: bottomLeftRadius

        Rectangle {
            visible: !control.last
            anchors.bottom: parent.bottom
            width: parent.width
            height: Theme.borderThin
            color: Theme.line
        }

        Loader {
            anchors.fill: parent
            anchors.margins: Theme.px(10)
            active: control.visualFocus
            sourceComponent: FocusRing {
                radius: Theme.radiusCard - Theme.px(10)
            }
        }
    }

    contentItem: RowLayout {
        spacing: Theme.px(28)

        Loader {
            visible: active
            active: control.iconName !== ""
            Layout.alignment: Qt.AlignTop
            sourceComponent: Icon {
                name: control.iconName
                size: Theme.capped(54, 1.35)
                color: Theme.stateInk(control.tone)
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            spacing: Theme.px(6)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(20)

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    font.pixelSize: Theme.type(33)
                    textFormat: Text.StyledText
                    text: control.marked(control.text)
                    Accessible.ignored: true
                }

                Loader {
                    visible: active
                    active: control.badge !== "" && !Theme.largeText
                    Layout.alignment: Qt.AlignTop
                    sourceComponent: state
                }
            }

            AppText {
                visible: text !== ""
                Layout.fillWidth: true
                role: "secondary"
                color: Theme.soft
                text: control.subtitle
                Accessible.ignored: true
            }

            Loader {
                visible: active
                active: control.badge !== "" && Theme.largeText
                sourceComponent: state
            }

            ColumnLayout {
                id: below

                visible: children.length > 0
                Layout.fillWidth: true
                Layout.topMargin: Theme.px(10)
                spacing: Theme.px(16)
            }
        }

        Loader {
            visible: active
            active: control.chevron
            sourceComponent: Icon {
                name: "chevron-right"
                size: Theme.capped(48, 1.35)
                color: Theme.soft
            }
        }
    }

    Component {
        id: state

        Badge {
            text: control.badge
            tone: control.badgeTone
        }
    }
}
