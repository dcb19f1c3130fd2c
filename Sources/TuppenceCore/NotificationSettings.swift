/// Where notices go that name no address of their own, and what they are signed with.
public struct NotificationSettings: Hashable, Sendable {
    public var addresses: [WebhookAddress]
    /// Never logged; nil leaves notices unsigned.
    public var secret: [UInt8]?
    /// Whether an address or the secret is in a variable that is not set here, so that nothing can be posted as it should be.
    public var isIncomplete = false

    public init(addresses: [WebhookAddress] = [], secret: [UInt8]? = nil) {
        self.addresses = addresses
        self.secret = secret
    }
}
