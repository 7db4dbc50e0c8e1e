pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// Text in one of the type roles: title, section, body, secondary, small.
Text {
    id: root

    property string role: "body"
    property bool strong: false

    readonly property bool heading: root.role === "title" || root.role === "section"

    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: root.role === "title" ? Theme.title : root.role === "section" ? Theme.section : root.role === "secondary" ? Theme.secondary : root.role === "small" ? Theme.small : Theme.body
    font.weight: root.heading ? Font.Bold : root.strong ? Font.DemiBold : Font.Normal
    lineHeight: root.heading ? Theme.titleLineHeight : Theme.lineHeight
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap

    Accessible.role: root.heading ? Accessible.Heading : Accessible.StaticText
    Accessible.name: root.text
}
