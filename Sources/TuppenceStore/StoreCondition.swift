/// Something about the server of a store that is not as it should be.
public struct StoreCondition: Hashable, Sendable {
    /// Whether it must not go on; else it had better not.
    public let isError: Bool
    public let text: String
    public let remedy: String

    public init(isError: Bool, _ text: String, _ remedy: String) {
        self.isError = isError
        self.text = text
        self.remedy = remedy
    }
}
