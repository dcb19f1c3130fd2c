extension Route {
    /// The targets that most requests go to as long as nothing fails: by priority, then by weight, then in the order of the
    /// list.
    public func likeliest(_ count: Int) -> [Target] {
        func comes(_ left: Choice, before right: Choice) -> Bool {
            if left.priority != right.priority { return left.priority < right.priority }
            return left.weight > right.weight
        }
        let order = choices.enumerated().sorted { left, right in
            comes(left.element, before: right.element)
                || !comes(right.element, before: left.element) && left.offset < right.offset
        }
        return order.prefix(count).map(\.element.candidate.target)
    }
}
