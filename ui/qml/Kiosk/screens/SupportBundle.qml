pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Makes a support bundle: how far it is, and where it lies.
ColumnLayout {
    id: root

    required property var bundle

    spacing: Theme.gap

    AppButton {
        objectName: "diagnostics.bundle"
        Layout.fillWidth: true
        iconLeft: "package"
        busy: root.bundle.running
        enabled: !root.bundle.running
        text: Tr.t(root.bundle.running ? "diagnostics.bundle_running" : "diagnostics.bundle")
        onClicked: App.act("make_bundle")
    }

    ProgressBar {
        visible: root.bundle.running
        value: root.bundle.share
    }

    Banner {
        objectName: "diagnostics.bundle_state"
        visible: root.bundle.text !== ""
        tone: root.bundle.tone
        iconName: "package"
        text: root.bundle.text
    }
}
