pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Finding a procedure: what is typed, and what fits, as it is typed.
KioskPage {
    id: page

    readonly property var browse: page.vm.browse

    title: page.browse.searchTitle
    fillContent: true
    contentSpacing: Theme.px(20)
    Component.onCompleted: {
        field.input.forceActiveFocus();
        field.input.cursorPosition = field.input.length;
    }

    EchoField {
        id: field

        name: "search.query"
        iconName: "search"
        hint: Tr.t("search.placeholder")
        maximumLength: 100
        echo: page.browse.query
        onTyped: text => {
            list.view.positionViewAtBeginning();
            App.act("type_query", {
                text: text
            });
        }
    }

    RowLayout {
        visible: !page.browse.nothingFound && !(page.typing && Theme.reach)
        Layout.fillWidth: true
        spacing: Theme.px(20)

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: page.squeezed || Theme.textScale > 1 ? Tr.t("search.begin") : Tr.t("search.hint")
        }

        AppText {
            role: "secondary"
            strong: true
            wrapMode: Text.NoWrap
            text: page.browse.countText
        }
    }

    Card {
        visible: list.count > 0
        Layout.fillHeight: true
        flush: true
        stretch: true
        spacing: 0

        ScrollList {
            id: list

            Layout.fillWidth: true
            Layout.fillHeight: true
            inset: Theme.px(4)
            announce: !page.typing
            model: page.browse.results

            delegate: ListRow {
                required property var row
                required property int index

                objectName: "search.result." + row.id
                width: ListView.view.width - ListView.view.rightMargin
                first: index === 0
                last: index === list.count - 1
                text: row.title
                match: row.match
                subtitle: row.subtitle
                badge: row.badge
                badgeTone: row.tone
                onClicked: App.act("choose_procedure", {
                    local_id: row.id
                })
            }
        }
    }

    LastWords {
        visible: page.browse.nothingFound
        Layout.fillWidth: true
        Layout.fillHeight: true
        small: true
        iconName: "search"
        title: Tr.t("search.none")
        lines: [Tr.t("search.none_hint")]
    }

    Item {
        visible: list.count === 0 && !page.browse.nothingFound
        Layout.fillHeight: true
    }
}
