pragma Singleton
pragma ComponentBehavior: Bound
import QtQml

// What a control's focus ring is made of when the focus first comes to it; one for all controls.
QtObject {
    readonly property Component ring: Component {
        FocusRing {}
    }
}
