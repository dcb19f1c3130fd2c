import TuppenceSigning

/// How requests to a provider show whose they are.
package enum ProviderAuthorization: Sendable {
    /// By the key of its endpoint, which is the same for all; or by nothing.
    case key
    /// By a signature of each request.
    case signature(AWSSignature)
    /// By a token that has to be fetched now and then.
    case tokens(GoogleTokens)
}
