/// Members of an object that the hub has no field for, in order: they go back into the dialect that they came from, and
/// are named where another one leaves them out.
///
/// A reader also puts here, marked as understood, a member whose meaning the hub has but not its spelling
/// (`reasoning: {…}` beside `reasoning_effort`). Its own dialect writes it as it was and leaves out its own spelling of the
/// same; other dialects go by the hub's fields and lose nothing.
package struct Extras: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package var name: JSONString
        package var value: RawJSON
        package var isUnderstood = false
        /// Whether an answer without it is none to what was asked (a conversation that the provider is to remember, say).
        package var isEssential = false
    }

    package var members: [Member] = []

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    /// Keeps a member as it is. A null says nothing, and is not kept.
    package mutating func keep(_ member: JSONValue.Member, isUnderstood: Bool = false, isEssential: Bool = false) {
        guard !member.value.isNull else { return }
        members.append(
            Member(
                name: member.key, value: member.value.raw, isUnderstood: isUnderstood, isEssential: isEssential))
    }

    package func contains(_ name: StaticString) -> Bool { members.contains { $0.name.equals(name) } }
    /// Whether it is there for its spelling alone.
    package func isUnderstood(_ name: StaticString) -> Bool { understood(name) != nil }
    /// The value of one that a reader has marked, which none of a caller's own by that name is.
    package func understood(_ name: StaticString) -> RawJSON? {
        members.first { $0.isUnderstood && $0.name.equals(name) }?.value
    }
    /// Counts a member as one that the hub has no field for after all.
    package mutating func setAside(_ name: StaticString) {
        for index in members.indices where members[index].name.equals(name) { members[index].isUnderstood = false }
    }
    package mutating func remove(_ name: StaticString) { members.removeAll { $0.name.equals(name) } }
    package mutating func removeUnderstood(_ name: StaticString) {
        members.removeAll { $0.isUnderstood && $0.name.equals(name) }
    }
    /// Has an object that is kept for its spelling say `value` for one of its members, or nothing. It goes itself where nothing
    /// else is in it.
    mutating func respell(_ object: StaticString, _ member: StaticString, as value: RawJSON?) {
        guard let place = members.firstIndex(where: { $0.name.equals(object) }) else { return }
        var others: [(name: JSONString, value: RawJSON)] = []
        do throws(JSONError) {
            others = try members[place].value.read { root in
                root.members.filter { !$0.name.equals(member) }.map { (name: $0.key, value: $0.value.raw) }
            }
        } catch { return }  // It was read as JSON once, as part of the request.
        guard value != nil || !others.isEmpty else { return _ = members.remove(at: place) }
        members[place].value = RawJSON { json in
            json.object { json in
                json.member(member, value)
                for other in others {
                    json.name(key: other.name)
                    json.value(other.value)
                }
            }
        }
    }
    package subscript(_ name: StaticString) -> RawJSON? { members.first { $0.name.equals(name) }?.value }

    /// Writes the members into the object that is open.
    package func write(into writer: inout JSONWriter) {
        for member in members {
            writer.name(key: member.name)
            writer.value(member.value)
        }
    }
}
