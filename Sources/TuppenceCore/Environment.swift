extension [String: String] {
    /// What the variable `name` of an environment is set to. As in a shell's `:-`, one that is set to nothing is as good as not set.
    package func variable(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
