pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The page that every screen is made of: what it has to say, home and language, and the keyboard while a field is typed in.
Page {
    id: page

    readonly property var vm: App.vm
    readonly property var shell: App.vm.shell

    // How to do what the title says. Beside large words there is no room for it, so it leads the work instead.
    property string advice
    helpText: page.shell.help.button
    // What is read aloud on request: fixed words only, never what somebody typed or what the chip says.
    property string spoken: [page.title, page.advice].filter(words => words !== "").join(". ")
    readonly property bool adviceInside: page.introBeside && Theme.largeText

    // The controls that bring the citizen on, the first that can be touched counts: an officer has them outlined.
    property var guideTargets: ["page.primary"]

    // Some screens say their notices in a place of their own.
    property bool noticeShown: true
    property string doneText: Tr.t("ui.key.done")
    // Whether a field is being typed in.
    property bool typing: false
    readonly property Item keyboard: keys.item as Item

    readonly property Item focused: page.Window.activeFocusItem
    // On a low screen the header makes room for what is being typed.
    readonly property bool squeezed: page.typing && (Theme.landscape || page.height < page.width * 1.2)

    signal typed

    function within(item, holder) {
        for (let at = item; at; at = at.parent) {
            if (at === holder)
                return true;
        }
        return false;
    }

    // The next empty field below this one, in reading order: what chip or paper have filled in needs no typing.
    function fieldAfter(input) {
        const from = input.mapToItem(page, 0, 0).y;
        let at = input;
        for (let steps = 0; steps < 60; steps++) {
            at = at.nextItemInFocusChain(true);
            if (!at || at === input)
                return null;
            if (at instanceof TextInput && at.text === "" && at.mapToItem(page, 0, 0).y > from)
                return at;
        }
        return null;
    }

    function stopTyping() {
        page.typing = false;
        page.forceActiveFocus();
    }

    guidance: page.adviceInside || Theme.compact ? "" : page.advice
    step: shell.step
    stepCount: shell.stepCount
    stepName: shell.stepName
    headerVisible: !page.squeezed
    languageVisible: false
    onBackClicked: App.act("back")
    // A screen may have names of its own for the bar's buttons.
    backName: "page.back"
    primaryName: "page.primary"
    secondaryName: "page.secondary"
    helpName: "page.help"
    languageName: "header.language"
    corner: Qt.resolvedUrl("Corner.qml")

    onFocusedChanged: {
        const item = page.focused;
        if (item instanceof TextInput && page.within(item, page)) {
            page.typing = true;
        } else if (!page.within(item, keys)) {
            page.typing = false;
        }
    }

    footer: Loader {
        id: keys

        width: page.width
        height: page.typing ? implicitHeight : 0
        visible: page.typing
        active: page.typing || keys.item !== null

        sourceComponent: TypingKeys {
            field: page.focused
            doneText: page.doneText
            nextField: field instanceof TextInput && page.fieldAfter(field) !== null
            onNext: page.fieldAfter(page.focused).forceActiveFocus()
            onDone: {
                page.typed();
                page.stopTyping();
            }
        }
    }

    Loader {
        visible: active
        active: page.adviceInside && page.advice !== ""
        Layout.fillWidth: true
        sourceComponent: AppText {
            color: Theme.soft
            text: page.advice
        }
    }

    Loader {
        visible: active
        active: page.noticeShown && page.shell.notice.text !== ""
        Layout.fillWidth: true
        sourceComponent: Banner {
            objectName: "notice"
            tone: page.shell.notice.tone
            text: page.shell.notice.text

            AppText {
                Layout.fillWidth: true
                role: "small"
                color: Theme.soft
                text: page.shell.notice.code
            }
        }
    }
}
