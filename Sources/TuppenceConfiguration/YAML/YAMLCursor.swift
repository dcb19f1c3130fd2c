import Yams

/// One node of the file, and the reader that collects what is wrong with it.
struct YAMLCursor {
    let node: Node
    let reader: YAMLReader

    var line: Int { node.mark?.line ?? 0 }
    var column: Int { node.mark?.column ?? 0 }

    func report(_ message: String, _ remedy: String = "") {
        reader.report(message, remedy: remedy, line: line, column: column)
    }

    /// Whether there is nothing here: `key:` without a value, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// Whether this is a single value rather than a list or a mapping.
    var isScalar: Bool { node.scalar != nil }

    /// The text of a scalar with its variables put in; `what` names what is expected here: "a name".
    func text(_ what: String) -> YAMLText? {
        guard case .scalar(let scalar) = node else {
            report("expected \(what), but found \(kind).")
            return nil
        }
        guard !isNull else {
            report("expected \(what), but found nothing.")
            return nil
        }
        return reader.resolve(scalar.string)
    }

    /// As ``text(_:)``, of a secret: where none are needed and its variable is not set, something stands in for it.
    func secret(_ what: String) -> YAMLText? {
        unneededSecret.map { YAMLText(value: "not-set-here-\($0)", written: $0) } ?? text(what)
    }

    /// How this is written, where it is a secret that is not known here and need not be.
    var unneededSecret: String? { node.scalar.flatMap { reader.unneededSecret($0.string) } }

    /// A scalar that `parse` understands; `what` says what it is and how to write it: "a duration such as 30s".
    func value<Value>(_ what: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(what) else { return nil }
        if let value = parse(text.value) { return value }
        report("'\(text.written)' is not \(what).")
        return nil
    }

    /// The elements of a list; `what` names what they are: "routes".
    func list(of what: String) -> [YAMLCursor] {
        if isNull { return [] }
        guard case .sequence(let sequence) = node else {
            report("expected a list of \(what), but found \(kind).", "Write [ … ], or one a line after '- '.")
            return []
        }
        return sequence.map { YAMLCursor(node: $0, reader: reader) }
    }

    /// A mapping whose keys are names that the operator chose, such as `providers`; `what` names one of them: "provider".
    func entries(_ what: String) -> [YAMLEntry] {
        if isNull { return [] }
        guard case .mapping(let mapping) = node else {
            report(
                "expected a mapping from each \(what)'s name, but found \(kind).",
                "Write { NAME: … }, or one a line: NAME: …")
            return []
        }
        return mapping.merged.compactMap { key, value in
            let cursor = YAMLCursor(node: key, reader: reader)
            return cursor.key.map { YAMLEntry(name: $0, key: cursor, value: YAMLCursor(node: value, reader: reader)) }
        }
    }

    /// A mapping whose keys are `keys`; others are reported, those of `later` as not available yet. `place` is where we are,
    /// as people say it: "route 'fast-llm'". For names of which many expect them here `misplaced` has what to write instead.
    func fields(
        of place: String, _ keys: [String], later: [String] = [], misplaced: [String: String] = [:]
    ) -> YAMLFields? {
        guard isNull || node.mapping != nil else {
            report("expected a mapping in \(place), but found \(kind).", "It may have \(keys.quoted("and")).")
            return nil
        }
        var fields = YAMLFields(place: place, at: self)
        for entry in isNull ? [] : entries("field") {
            if keys.contains(entry.name) {
                fields.values[entry.name] = entry.value
            } else if later.contains(entry.name) {
                entry.key.report("'\(entry.name)' is not available in this version.", "Remove it from \(place).")
            } else {
                let (message, remedy) = YAMLFields.unknown(
                    entry.name, in: place, keys, later: later, misplaced: misplaced)
                entry.key.report(message, remedy)
            }
        }
        return fields
    }

    /// The field `name` of this mapping, if it is one and has something there.
    func field(_ name: String) -> YAMLCursor? {
        guard let value = node.mapping?.merged.first(where: { $0.key.scalar?.string == name })?.value else {
            return nil
        }
        let cursor = YAMLCursor(node: value, reader: reader)
        return cursor.isNull ? nil : cursor
    }

    /// This node as the name of a field.
    private var key: String? {
        guard case .scalar(let scalar) = node else {
            report("expected a name, but found \(kind).", "Write a text on the left of ':'.")
            return nil
        }
        guard !reader.containsExpression(scalar.string) else {
            report("a name on the left of ':' cannot come from the environment.", "Write it out.")
            return nil
        }
        guard scalar.string != "<<" || scalar.style != .plain else {
            report(YAMLMerge.problem, YAMLMerge.remedy)
            return nil
        }
        return scalar.string
    }

    private var kind: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar: isNull ? "nothing" : "a single value"
        case .alias: "an alias"
        }
    }
}

/// A name that the operator chose, and what it stands for.
struct YAMLEntry {
    let name: String
    let key: YAMLCursor
    let value: YAMLCursor
}

/// The fields of a mapping by name; those that hold nothing count as not there.
struct YAMLFields {
    let place: String
    let at: YAMLCursor
    fileprivate(set) var values: [String: YAMLCursor] = [:]

    fileprivate init(place: String, at: YAMLCursor) {
        self.place = place
        self.at = at
    }

    /// What is said of a field that there is not, and what to do about it.
    static func unknown(
        _ name: String, in place: String, _ keys: [String], later: [String] = [], misplaced: [String: String] = [:]
    ) -> (message: String, remedy: String) {
        if let example = misplaced[name] { return ("unknown key '\(name)' in \(place).", "Write \(example).") }
        let suggestion = Suggestion.sentence(for: name, among: keys + later)
        return (
            "unknown key '\(name)' in \(place).",
            suggestion.isEmpty ? "It may have \(keys.quoted("and"))." : suggestion
        )
    }

    subscript(name: String) -> YAMLCursor? { values[name].flatMap { $0.isNull ? nil : $0 } }

    /// The field `name`; nil, after a report, where it is missing. `example` shows how to write it.
    func required(_ name: String, _ example: String) -> YAMLCursor? {
        if let value = self[name] { return value }
        at.report("\(place) has no '\(name)'.", "Add \(example).")
        return nil
    }
}

extension [String] {
    /// `'a', 'b' and 'c'`.
    func quoted(_ conjunction: String) -> String {
        let quoted = map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}
