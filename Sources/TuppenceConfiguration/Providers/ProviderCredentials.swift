import TuppenceDialects

/// What shows a provider whose requests are, where that is no key.
package enum ProviderCredentials: Hashable, Sendable {
    /// Sent as `authorization: Bearer`, whatever the dialect does with keys.
    case token(String)
    /// What requests are signed with.
    case aws(AWSAccess)
    /// What tokens are asked for with.
    case serviceAccount(GoogleServiceAccount)
}

/// Keys of Amazon Web Services, and the region that they are used in.
package struct AWSAccess: Hashable, Sendable {
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String?
    package var region: String
}

extension AWSAccess: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without what is secret, wherever it may be printed.
    package var description: String { "AWSAccess(\(accessKeyID), \(region))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID, "region": region]) }
}
