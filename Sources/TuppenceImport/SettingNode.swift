import TuppenceConfiguration
import Yams

/// One value of a file that is read, with where it stands.
struct SettingNode {
    let node: Node
    let line: Int
    /// `router_settings.fallbacks[0]`.
    let path: String

    struct Member {
        let name: String
        let value: SettingNode
    }

    init(root: Node) {
        node = root
        line = root.mark?.line ?? 1
        path = ""
    }

    private init(_ node: Node, line: Int?, path: String) {
        self.node = node
        self.line = node.mark?.line ?? line ?? 0
        self.path = path
    }

    var isNull: Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The text of a scalar, whatever type it would have; nil for null.
    var text: String? {
        guard case .scalar(let scalar) = node, !isNull else { return nil }
        return scalar.string
    }

    var flag: Bool? {
        switch text?.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// The members of a mapping in their order, those that are merged into it among them; none of anything else.
    var members: [Member] {
        guard case .mapping(let mapping) = node else { return [] }
        return mapping.merged.map { key, value in
            let name = key.string ?? ""
            // The line of a setting is that of its name, of which the value may be lines away.
            return Member(
                name: name,
                value: SettingNode(value, path: path.isEmpty ? name : "\(path).\(name)", at: key.mark?.line))
        }
    }

    private init(_ node: Node, path: String, at line: Int?) {
        self.node = node
        self.line = line ?? node.mark?.line ?? 0
        self.path = path
    }

    /// With what another mapping has and this one has not.
    func filled(from other: SettingNode) -> SettingNode {
        guard case .mapping(let own) = node, case .mapping(let more) = other.node else { return self }
        let members = own.merged
        let names = Set(members.compactMap { $0.key.scalar?.string })
        let added = more.merged.filter { member in member.key.scalar.map { !names.contains($0.string) } ?? false }
        let all = (members + added).map { ($0.key, $0.value) }
        return SettingNode(.mapping(.init(all, .implicit, own.style, own.mark)), path: path, at: line)
    }

    /// The elements of a list in their order; none of anything else.
    var elements: [SettingNode] {
        guard case .sequence(let sequence) = node else { return [] }
        return sequence.enumerated().map { index, element in
            SettingNode(element, line: line, path: "\(path)[\(index)]")
        }
    }

    var isSequence: Bool { node.sequence != nil }

    subscript(_ name: String) -> SettingNode? { members.first { $0.name == name }?.value }
}
