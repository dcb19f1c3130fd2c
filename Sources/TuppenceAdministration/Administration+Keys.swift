import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

extension Administration {
    /// Those of the configuration, and those of the store.
    package func keys(at now: Timestamp) throws -> [KeyLine] {
        Self.configuredKeys(of: loaded, at: now) + (try store.keys(at: now).map { KeyLine($0, at: now) })
    }

    /// Those of the configuration alone.
    package static func configuredKeys(of loaded: LoadedConfiguration, at now: Timestamp) -> [KeyLine] {
        loaded.configuration.keys.map {
            KeyLine(
                name: $0.name, hint: SecretKey(text: $0.secret).hint, source: "configuration",
                expiresAt: $0.expiresAt?.iso8601, disabled: $0.isDisabled, expired: $0.key.hasExpired(at: now))
        }
    }

    package func key(_ name: String, at now: Timestamp) throws -> KeyLine {
        guard let line = try keys(at: now).first(where: { $0.name == name }) else { throw noKey(name) }
        return line
    }

    /// - Parameter test: whether it is for the sandbox alone; nil where that is as the gateway has it.
    package func createKey(
        _ name: String, test: Bool? = nil, until end: KeyEnd = .never, by actor: Actor, at now: Timestamp
    ) throws -> NewKey {
        try Self.check(name: name, of: "key")
        // As in the file: budgets mean something else by these.
        guard name != "each", !name.contains("*") else {
            throw AdministrationError(
                .invalid,
                "'\(name)' stands for many keys in budgets and routes, and so can't be the name of one. Choose another."
            )
        }
        if isConfigured(name) {
            throw AdministrationError(
                .conflict, "There is a key '\(name)' in the configuration already. Choose another name.")
        }
        let key = SecretKey.random(test: test ?? isForSandbox)
        let end = try end.time(from: now)
        let record = AuditRecord(
            actor, "key.create", name, detail: end.map { "expires at \($0.iso8601)" } ?? "", at: now)
        guard try store.insert(key.stored(name: name, at: now, until: end), record) else {
            throw AdministrationError(
                .conflict,
                "There is a key '\(name)' already. Choose another name, give that one another secret: tuppence keys rotate \(name), or disable it: tuppence keys disable \(name)"
            )
        }
        return NewKey(name: name, key: key.text, expiresAt: end?.iso8601)
    }

    package func setKey(
        _ name: String, disabled: Bool, of version: ExpectedVersion = .any, by actor: Actor, at now: Timestamp
    ) throws {
        if isConfigured(name) {
            throw AdministrationError(
                .conflict,
                "'\(name)' is a key of the configuration: set 'disabled: \(disabled)' there and reload.")
        }
        let record = AuditRecord(actor, disabled ? "key.disable" : "key.enable", name, at: now)
        let expected = try self.version(of: name, expecting: version, at: now)
        guard try store.setDisabled(disabled, key: name, of: expected, record) else {
            throw expected == nil ? noKey(name) : stale(name)
        }
    }

    /// Has a key end, whichever of its secrets it is used with, or end no more.
    package func setKey(
        _ name: String, until end: KeyEnd, of version: ExpectedVersion = .any, by actor: Actor, at now: Timestamp
    ) throws {
        let end = try end.time(from: now)
        if isConfigured(name) {
            throw AdministrationError(
                .conflict, "'\(name)' is a key of the configuration: change its 'expires' there and reload.")
        }
        let record = AuditRecord(
            actor, "key.expire", name, detail: end.map { "at \($0.iso8601)" } ?? "never", at: now)
        let expected = try self.version(of: name, expecting: version, at: now)
        guard try store.setEnd(end, key: name, of: expected, record) else {
            throw expected == nil ? noKey(name) : stale(name)
        }
    }

    /// How long the former secret of a key counts at the most.
    package static let longestOverlap = Milliseconds.seconds(30 * 86_400)

    /// Gives a key another secret. What is spent and budgeted by its name goes on.
    ///
    /// - Parameter overlap: how long the present one still counts beside it, 30 days at the most.
    package func rotateKey(
        _ name: String, overlap: Milliseconds, of version: ExpectedVersion = .any, by actor: Actor, at now: Timestamp
    ) throws -> NewKey {
        guard overlap >= Milliseconds(0), overlap <= Self.longestOverlap else {
            throw AdministrationError(.invalid, "The former secret may count for 30 days at the most.")
        }
        if isConfigured(name) {
            throw AdministrationError(
                .conflict, "'\(name)' is a key of the configuration: give it another secret there and reload.")
        }
        let key = SecretKey.random(test: isForSandbox)
        let end = now + overlap
        let record = AuditRecord(
            actor, "key.rotate", name, detail: "the former secret counts until \(end.iso8601)", at: now)
        let expected = try self.version(of: name, expecting: version, at: now)
        guard try store.replace(key.stored(name: name, at: now), formerUntil: end, of: expected, record) else {
            throw expected == nil ? noKey(name) : stale(name)
        }
        return NewKey(name: name, key: key.text, formerUntil: end.iso8601)
    }

    /// A command may be run without the variables that the gateway's providers come from, and does not know.
    private var isForSandbox: Bool { isInForce && loaded.isSandbox }

    private func isConfigured(_ name: String) -> Bool {
        loaded.configuration.keys.contains { $0.name == name }
    }

    /// The version that a key has to have still when it is changed; nil where any will do.
    private func version(
        of name: String, expecting expected: ExpectedVersion, at now: Timestamp
    ) throws -> Int64? {
        guard expected != .any else { return nil }
        guard let stored = try store.keys(at: now).first(where: { $0.name == name }) else { throw noKey(name) }
        guard expected.allows(stored.version) else { throw stale(name) }
        return stored.version
    }

    private func stale(_ name: String) -> AdministrationError {
        AdministrationError(
            .stale, "The key '\(name)' has been changed since you looked at it. Look again, and then decide.")
    }

    private func noKey(_ name: String) -> AdministrationError {
        AdministrationError(.notFound, "There is no key '\(name)'. List them: tuppence keys list")
    }
}

extension KeyLine {
    fileprivate init(_ key: StoredKey, at now: Timestamp) {
        self.init(
            name: key.name, hint: key.hint, source: "store", createdAt: key.createdAt.iso8601,
            expiresAt: key.expiresAt?.iso8601, disabled: key.isDisabled, expired: key.hasExpired(at: now),
            version: key.version, formerUntil: key.former.map(\.until).max()?.iso8601)
    }
}
