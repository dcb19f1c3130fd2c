import Synchronization

/// The configuration that a gateway works with, as others look at it.
final class ConfigurationInForce: Sendable {
    private let current: Mutex<LoadedConfiguration>

    init(_ loaded: LoadedConfiguration) { current = Mutex(loaded) }

    var loaded: LoadedConfiguration { current.withLock { $0 } }

    func replace(with loaded: LoadedConfiguration) { current.withLock { $0 = loaded } }
}
