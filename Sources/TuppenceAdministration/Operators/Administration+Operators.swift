import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

/// A token of the control plane for programs and people; never the secret.
package struct OperatorLine: Encodable, Sendable {
    package var name: String
    package var role: OperatorRole
    package var hint: String
    package var createdAt: String
    package var expiresAt: String?
    package var disabled: Bool
}

/// A new token with its secret, which is told this once.
package struct NewOperator: Encodable, Sendable {
    package var name: String
    package var role: OperatorRole
    package var token: String
    package var expiresAt: String?
}

extension Administration {
    package func operators() throws -> [OperatorLine] {
        try store.operators().map { stored in
            OperatorLine(
                name: stored.name, role: try Self.role(of: stored), hint: stored.hint,
                createdAt: stored.createdAt.iso8601, expiresAt: stored.expiresAt?.iso8601,
                disabled: stored.isDisabled)
        }
    }

    /// Makes a token.
    ///
    /// - Parameter lasting: nil for ever.
    package func createOperator(
        _ name: String, role: OperatorRole, lasting: Milliseconds? = nil, by actor: Actor, at now: Timestamp
    ) throws -> NewOperator {
        try Self.check(name: name, of: "token")
        let token = SecretKey.operatorToken()
        let end = lasting.map { now + $0 }
        let stored = StoredOperator(
            name: name, hash: KeyDigest(of: token.text).bytes, hint: token.hint, role: role.rawValue,
            createdAt: now, expiresAt: end)
        let record = AuditRecord(actor, "token.create", name, detail: "role \(role.rawValue)", at: now)
        guard try store.insert(stored, record) else {
            throw AdministrationError(.conflict, "There is a token '\(name)' already. Choose another name.")
        }
        return NewOperator(name: name, role: role, token: token.text, expiresAt: end?.iso8601)
    }

    package func setOperator(_ name: String, disabled: Bool, by actor: Actor, at now: Timestamp) throws {
        let stored = try store.operators()
        let owners = stored.filter { $0.counts(at: now) && $0.role == OperatorRole.owner.rawValue }
        if disabled, owners.map(\.name) == [name] {
            throw AdministrationError(
                .conflict, "'\(name)' is the last token of an owner. Make another one first.")
        }
        let record = AuditRecord(actor, disabled ? "token.disable" : "token.enable", name, at: now)
        guard try store.setDisabled(disabled, operator: name, record) else {
            throw AdministrationError(.notFound, "There is no token '\(name)'.")
        }
    }

    /// Makes the first token, of an owner, where there has never been one.
    package func ensureOperator(at now: Timestamp) throws -> NewOperator? {
        guard try store.operators().isEmpty else { return nil }
        return try createOperator("owner", role: .owner, by: Actor(name: "first start", origin: .command), at: now)
    }

    /// Who holds this token; nil where it does not count.
    package func operatorHolding(_ digest: KeyDigest, at now: Timestamp) throws -> (name: String, role: OperatorRole)? {
        guard let stored = try store.storedOperator(hash: digest.bytes), stored.counts(at: now) else { return nil }
        return (stored.name, try Self.role(of: stored))
    }

    private static func role(of stored: StoredOperator) throws -> OperatorRole {
        guard let role = OperatorRole(rawValue: stored.role) else {
            throw StoreError("the token '\(stored.name)' has a role that this version does not know")
        }
        return role
    }
}

extension StoredOperator {
    fileprivate func counts(at now: Timestamp) -> Bool { !isDisabled && (expiresAt.map { now < $0 } ?? true) }
}

extension AuditRecord {
    init(_ actor: Actor, _ action: String, _ subject: String, detail: String = "", at now: Timestamp) {
        self.init(
            at: now, actor: actor.name, origin: actor.origin.rawValue, action: action, subject: subject,
            detail: detail)
    }
}
