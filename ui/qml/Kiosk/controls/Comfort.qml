pragma Singleton
import QtQml
import Kiosk.theme

// The four comfort controls and what each asks for; bar and panel show the same list.
QtObject {
    readonly property var textSizes: [1, 1.35, 1.6]

    // A button that could do nothing is not offered.
    readonly property bool canListen: !App.vm || App.vm.canListen !== false

    readonly property var controls: [
        {
            name: "textsize",
            icon: "a-large-small",
            active: Theme.textScale > 1
        },
        {
            name: "contrast",
            icon: "contrast",
            active: Theme.highContrast
        },
        {
            name: "listen",
            icon: "volume-2",
            active: App.vm && App.vm.guide ? App.vm.guide.on : false
        },
        {
            name: "lower",
            icon: "arrow-down-to-line",
            active: Theme.reach
        }
    ]

    // One tap: the next text size, the other contrast, read aloud, the other reach.
    function tap(name) {
        if (name === "textsize") {
            const at = textSizes.findIndex(size => Math.abs(size - Theme.textScale) < 0.01);
            App.act("text-size", {
                scale: textSizes[(at + 1) % textSizes.length]
            });
        } else if (name === "contrast") {
            App.act("contrast", {
                mode: Theme.highContrast ? "normal" : "high"
            });
        } else if (name === "lower") {
            App.act("reach", {
                on: !Theme.reach
            });
        } else {
            App.act("listen");
        }
    }
}
