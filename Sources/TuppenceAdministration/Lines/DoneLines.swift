/// What is told of a key or a token that has been disabled or enabled: there is nothing more to say.
package struct SwitchedLine: Encodable, Sendable {
    package let name: String
    package let disabled: Bool

    package init(name: String, disabled: Bool) {
        self.name = name
        self.disabled = disabled
    }
}

/// What is told of something that is there no more.
package struct RemovedLine: Encodable, Sendable {
    package let name: String
    package let removed = true

    package init(name: String) { self.name = name }
}
