extension Exchange {
    /// What one event leads to, in order. It is a single action nearly always, and then no list is made for it: five times a
    /// request.
    public struct Actions: Sequence, Sendable {
        @usableFromInline var first: Action?
        @usableFromInline var others: [Action] = []

        mutating func append(_ action: Action) {
            if first == nil { first = action } else { others.append(action) }
        }

        /// Has the last settlement among them answered, which nobody would have waited for.
        ///
        /// - Returns: false if there is none.
        mutating func awaitSettlement() -> Bool {
            for place in others.indices.reversed() {
                if let awaited = others[place].awaitedSettlement {
                    others[place] = awaited
                    return true
                }
            }
            guard let awaited = first?.awaitedSettlement else { return false }
            first = awaited
            return true
        }

        public struct Iterator: IteratorProtocol {
            @usableFromInline var first: Action?
            @usableFromInline var others: IndexingIterator<[Action]>

            @inlinable
            init(_ actions: Actions) {
                first = actions.first
                others = actions.others.makeIterator()
            }

            @inlinable
            public mutating func next() -> Action? { first.take() ?? others.next() }
        }

        @inlinable
        public func makeIterator() -> Iterator { Iterator(self) }
    }
}

extension Exchange.Action {
    fileprivate var awaitedSettlement: Exchange.Action? {
        guard case .tell(let operation) = self, case .settle = operation else { return nil }
        return .ask(operation)
    }
}
