/// A trial on a route: its requests are divided among arms, so that what these cost and how they do can be compared.
///
/// What no arm has a share of goes to the route's own targets, which are the arm ``control``.
public final class Experiment: Sendable {
    /// Whose requests all go to one arm.
    public enum Sticky: String, Hashable, Sendable, CaseIterable {
        /// Of a customer, or of a user where a request has no customer.
        case caller
        case customer, user, key
        /// Each request is divided by itself.
        case none
    }

    /// One way of answering the route's requests.
    public struct Arm: Hashable, Sendable {
        public let name: ArmName
        /// Of the route's requests, in parts per million.
        public let share: Share
        /// How its requests are answered: a route by the name of the one that the experiment is on. Nil for that itself.
        public let route: Route?
        /// ``name`` as ledger and callers are told it; made once, and not for every request.
        public let label: String

        public init(name: ArmName, share: Share, route: Route?) {
            self.name = name
            self.share = share
            self.route = route
            label = name.description
        }

        fileprivate func with(_ change: (Route) -> Route) -> Arm {
            Arm(name: name, share: share, route: route.map(change))
        }
    }

    public let name: String
    public let sticky: Sticky
    /// All but the control.
    public let arms: [Arm]
    public let control: Arm
    /// What copies of requests are sent to, if any are.
    public let shadows: [Shadow]
    /// Of the name: whoever is in an arm of one experiment may be in any of another.
    private let salt: StableHash

    /// - Precondition: the shares together are no more than the whole.
    public init(
        name: String, sticky: Sticky, arms: [(name: String, share: Share, route: Route)], shadows: [Shadow] = []
    ) {
        let taken = arms.reduce(0) { $0 + $1.share.partsPerMillion }
        precondition(
            taken <= Share.whole.partsPerMillion, "the shares of '\(name)' add up to \(taken) parts per million")
        self.name = name
        self.sticky = sticky
        self.shadows = shadows
        var salt = StableHash()
        salt.add(name)
        self.salt = salt
        self.arms = arms.map { arm in
            Arm(name: ArmName(experiment: name, arm: arm.name), share: arm.share, route: arm.route)
        }
        control = Arm(
            name: ArmName(experiment: name, arm: ArmName.control),
            share: Share(partsPerMillion: Share.whole.partsPerMillion - taken), route: nil)
    }

    /// The same with what `change` makes of the routes of its arms: who is in one of them stays in it.
    init(_ other: Experiment, _ change: (Route) -> Route) {
        name = other.name
        sticky = other.sticky
        salt = other.salt
        control = other.control
        arms = other.arms.map { $0.with(change) }
        shadows = other.shadows.map { Shadow(arm: $0.arm.with(change), key: $0.key, most: $0.most) }
    }
}

extension Experiment {
    /// The arm of a request: the same for all requests of the one that it sticks to, in every process and after every start.
    /// A request that does not say whose it is, is divided by itself.
    public func arm(key: String, customer: String?, user: String?, request: RequestID) -> Arm {
        var hash = salt
        let subject: String? =
            switch sticky {
            case .caller: customer ?? user
            case .customer: customer
            case .user: user
            case .key: key
            case .none: nil
            }
        if let subject {
            hash.add(subject)
        } else {
            withUnsafeBytes(of: request.low.littleEndian) { bytes in for byte in bytes { hash.add(byte) } }
        }
        return arm(at: Int64(hash.mixed.multipliedFullWidth(by: UInt64(Share.whole.partsPerMillion)).high))
    }

    /// The arms lie in their order, and the control behind them: a larger share for the last one takes from the control
    /// alone, and from nobody who is in another.
    private func arm(at place: Int64) -> Arm {
        var end: Int64 = 0
        for arm in arms {
            end += arm.share.partsPerMillion
            if place < end { return arm }
        }
        return control
    }
}

extension Experiment: Hashable {
    public static func == (left: Experiment, right: Experiment) -> Bool {
        left === right
            || left.name == right.name && left.sticky == right.sticky && left.arms == right.arms
                && left.control == right.control && left.shadows == right.shadows
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
