pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One page large: pinched or zoomed, dragged, turned, moved, scanned again or left out.
GridLayout {
    id: root

    required property var row
    property real zoom: 1
    readonly property real most: 4
    // Where the height is little the tools stand beside the page.
    readonly property bool beside: Theme.landscape || Theme.reach
    readonly property bool ready: root.row.can_keep === true

    signal moveAsked

    // The point of the page under `x`, `y` of the frame stays where it is.
    function zoomTo(wanted, x, y) {
        const left = (flick.contentX + x - paper.x) / root.zoom;
        const top = (flick.contentY + y - paper.y) / root.zoom;
        root.zoom = Math.max(1, Math.min(root.most, wanted));
        flick.contentX = Math.max(0, Math.min(flick.contentWidth - flick.width, left * root.zoom + paper.x - x));
        flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, top * root.zoom + paper.y - y));
    }

    function act(name, more) {
        App.act(name, Object.assign({
            page: root.row.number
        }, more || {}));
    }

    columns: root.beside ? 2 : 1
    columnSpacing: Theme.px(28)
    rowSpacing: Theme.px(20)

    Rectangle {
        id: frame

        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.minimumHeight: Theme.px(root.beside ? 560 : 620)
        radius: Theme.radiusSmall
        color: Theme.highContrast ? "#3A3A3A" : "#DCE0E3"
        border.width: Theme.borderThin
        border.color: Theme.lineStrong

        Flickable {
            id: flick

            readonly property real ratio: root.row.ratio || 1.414
            readonly property real fit: Math.max(1, Math.min(width, height / ratio))

            anchors.fill: parent
            anchors.margins: Theme.px(8)
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            contentWidth: Math.max(width, fit * root.zoom)
            contentHeight: Math.max(height, fit * ratio * root.zoom)
            interactive: root.zoom > 1

            Item {
                id: paper

                x: (flick.contentWidth - width) / 2
                y: (flick.contentHeight - height) / 2
                width: flick.fit * root.zoom
                height: width * flick.ratio

                Accessible.role: Accessible.Graphic
                Accessible.name: Tr.f("review.large", {
                    n: root.row.number
                })

                Rectangle {
                    anchors.fill: parent
                    color: "#FFFFFF"
                }

                Image {
                    anchors.fill: parent
                    visible: picture.status !== Image.Ready
                    source: root.row.source || ""
                    asynchronous: true
                    cache: false
                    Accessible.ignored: true
                }

                Image {
                    id: picture

                    anchors.fill: parent
                    source: root.row.picture || ""
                    asynchronous: true
                    cache: false
                    mipmap: true
                    Accessible.ignored: true
                }
            }

            PinchHandler {
                target: null
                onScaleChanged: delta => root.zoomTo(root.zoom * delta, centroid.position.x - flick.contentX, centroid.position.y - flick.contentY)
            }
        }

        // The picture is on its way, or being turned.
        Rectangle {
            visible: root.row.busy === true || (root.ready && picture.status !== Image.Ready && root.row.said === "")
            anchors.horizontalCenter: parent.horizontalCenter
            y: Theme.px(24)
            width: height
            height: Theme.px(96)
            radius: width / 2
            color: Theme.paper
            border.width: Theme.borderThin
            border.color: Theme.lineStrong

            Spinner {
                anchors.centerIn: parent
                size: Theme.px(60)
            }
        }

        AppText {
            visible: text !== ""
            anchors.centerIn: parent
            width: parent.width - Theme.px(80)
            horizontalAlignment: Text.AlignHCenter
            strong: true
            color: Theme.bad
            text: root.row.said
        }
    }

    GridLayout {
        readonly property int across: root.beside ? 2 : 4

        Layout.fillWidth: !root.beside
        Layout.preferredWidth: root.beside ? Theme.px(430) : -1
        Layout.alignment: Qt.AlignTop
        columns: across
        columnSpacing: Theme.apart
        rowSpacing: Theme.apart
        uniformCellWidths: true

        PageTool {
            objectName: "viewer.previous"
            Layout.fillWidth: true
            iconName: "arrow-left"
            text: Tr.t("review.previous")
            enabled: root.row.before > 0
            onClicked: App.act("look_at_page", {
                page: root.row.before
            })
        }

        PageTool {
            objectName: "viewer.next"
            Layout.fillWidth: true
            iconName: "arrow-right"
            text: Tr.t("review.next")
            enabled: root.row.after > 0
            onClicked: App.act("look_at_page", {
                page: root.row.after
            })
        }

        PageTool {
            objectName: "viewer.zoom_out"
            Layout.fillWidth: true
            iconName: "minus"
            text: Tr.t("review.zoom_out")
            enabled: root.zoom > 1
            onClicked: root.zoomTo(root.zoom / 1.5, flick.width / 2, flick.height / 2)
        }

        PageTool {
            objectName: "viewer.zoom_in"
            Layout.fillWidth: true
            iconName: "zoom-in"
            text: Tr.t("review.zoom_in")
            enabled: root.zoom < root.most
            onClicked: root.zoomTo(root.zoom * 1.5, flick.width / 2, flick.height / 2)
        }

        PageTool {
            objectName: "viewer.turn_left"
            Layout.fillWidth: true
            iconName: "rotate-ccw"
            text: Tr.t("review.turn_left")
            enabled: root.ready && !root.row.busy
            onClicked: root.act("turn_page", {
                quarters: -1
            })
        }

        PageTool {
            objectName: "viewer.turn_right"
            Layout.fillWidth: true
            iconName: "rotate-cw"
            text: Tr.t("review.turn_right")
            enabled: root.ready && !root.row.busy
            onClicked: root.act("turn_page", {
                quarters: 1
            })
        }

        PageTool {
            objectName: "viewer.earlier"
            Layout.fillWidth: true
            iconName: "arrow-up"
            text: Tr.t("review.earlier")
            enabled: root.row.earlier === true
            onClicked: root.act("shift_page", {
                later: false
            })
        }

        PageTool {
            objectName: "viewer.later"
            Layout.fillWidth: true
            iconName: "arrow-down"
            text: Tr.t("review.later")
            enabled: root.row.later === true
            onClicked: root.act("shift_page", {
                later: true
            })
        }

        PageTool {
            objectName: "viewer.move"
            Layout.fillWidth: true
            iconName: "files"
            text: Tr.t("review.move")
            enabled: root.ready && root.row.kept === true
            onClicked: root.moveAsked()
        }

        PageTool {
            objectName: "viewer.rescan"
            Layout.fillWidth: true
            iconName: "scan-line"
            text: Tr.t("review.rescan")
            enabled: root.row.rescan === true
            onClicked: root.act("rescan_page")
        }

        PageTool {
            objectName: root.row.kept ? "viewer.drop" : "viewer.keep"
            Layout.fillWidth: true
            Layout.columnSpan: 2
            danger: root.row.kept === true
            iconName: root.row.kept ? "trash-2" : "file-plus"
            text: Tr.t(root.row.kept ? "review.drop" : "review.keep")
            enabled: root.ready
            onClicked: root.act(root.row.kept ? "drop_page" : "keep_page")
        }
    }
}
