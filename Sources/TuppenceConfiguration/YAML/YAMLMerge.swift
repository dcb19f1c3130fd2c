import Yams

extension Node.Mapping {
    /// The members, those that `<<` merges in among them; what stands in the mapping itself counts before what is merged in, and
    /// of a list what comes first. Each keeps the place where it is written.
    ///
    /// A `<<` that merges nothing stays a member of that name: see ``YAMLMerge/remedy``. Source: https://yaml.org/type/merge.html.
    package var merged: [(key: Node, value: Node)] {
        var room = YAMLMerge.most
        return merged(&room, depth: 0) ?? Array(self)
    }

    /// - Parameter room: how many members may be looked at still. Aliases of aliases would make any number of a few lines.
    /// - Returns: nil where that is not enough.
    private func merged(_ room: inout Int, depth: Int) -> [(key: Node, value: Node)]? {
        room -= count + 1
        guard room >= 0, depth <= YAMLMerge.deepest else { return nil }
        guard contains(where: { $0.key.isMergeKey }) else { return Array(self) }
        var names = Set(compactMap { $0.key.isMergeKey ? nil : $0.key.scalar?.string })
        var members: [(key: Node, value: Node)] = []
        for member in self {
            guard member.key.isMergeKey, let sources = member.value.mergeSources else {
                members.append(member)
                continue
            }
            for source in sources {
                guard let more = source.merged(&room, depth: depth + 1) else { return nil }
                members += more.filter { each in each.key.scalar.map { names.insert($0.string).inserted } ?? true }
            }
        }
        return members
    }
}

/// How much `<<` merges.
package enum YAMLMerge {
    /// Members of one mapping, however often they are merged into each other.
    static let most = 10_000
    /// Mappings that are merged into one another.
    static let deepest = 32

    package static let problem = "'<<' merges nothing here."
    package static let remedy =
        "Write '<<: *common', with an alias of a mapping, or a list of such; \(most) fields at the most."
}

extension Node {
    /// In quotes it is a name like any other.
    fileprivate var isMergeKey: Bool {
        guard case .scalar(let scalar) = self else { return false }
        return scalar.string == "<<" && scalar.style == .plain
    }

    /// nil where it is neither a mapping nor a list of them.
    fileprivate var mergeSources: [Mapping]? {
        if let mapping { return [mapping] }
        guard let sequence else { return nil }
        let mappings = sequence.compactMap(\.mapping)
        return mappings.count == sequence.count ? mappings : nil
    }
}
