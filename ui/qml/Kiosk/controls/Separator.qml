pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A line between two things.
Rectangle {
    Layout.fillWidth: true
    implicitWidth: Theme.px(100)
    implicitHeight: Theme.borderThin
    color: Theme.line
}
