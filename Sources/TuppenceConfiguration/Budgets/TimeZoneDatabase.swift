import Foundation
import TuppenceCore

/// The time zones that the system knows: directories of TZif files, named after their zones.
struct TimeZoneDatabase {
    /// The first that has a zone is asked for it.
    let directories: [String]

    init(directories: [String]) { self.directories = directories }

    init(environment: [String: String]) {
        let chosen = environment.variable("TZDIR")
        directories = (chosen.map { [$0] } ?? []) + ["/usr/share/zoneinfo", "/usr/lib/zoneinfo"]
    }

    /// Reads `Europe/Berlin`; nil for UTC, which needs no database, and after a report.
    func read(_ cursor: YAMLCursor) -> TimeZoneRules? {
        guard let text = cursor.text("a time zone such as Europe/Berlin"), text.value != "UTC" else { return nil }
        // A name becomes a path, and none but these may.
        if Self.isName(text.value), let bytes = contents(of: text.value) {
            do throws(TZifError) {
                return try TimeZoneRules(name: text.value, tzif: bytes)
            } catch {
                cursor.report(
                    "time zone '\(text.written)' cannot be read: \(error.reason).",
                    "Install tzdata anew, or name another zone.")
                return nil
            }
        }
        let names = names
        if names.isEmpty {
            cursor.report(
                "time zone '\(text.written)' is not known, for there is no time zone database.",
                "Install tzdata, set TZDIR to where it is, or write 'UTC'.")
        } else {
            cursor.report(
                "there is no time zone '\(text.written)'.",
                Self.nearest(to: text.value, among: ["UTC"] + names).map { "Did you mean '\($0)'?" }
                    ?? "Write one of the tz database such as Europe/Berlin, or 'UTC'.")
        }
        return nil
    }

    /// Whether `text` has the form of a zone's name: letters, digits, `_`, `+` and `-`, with slashes between parts.
    static func isName(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                        || "_+-".utf8.contains(byte)
                }
        }
    }

    /// The name that was probably meant, also by those who write `new york`.
    private static func nearest(to word: String, among names: [String]) -> String? {
        let lowercased = word.lowercased().replacing(" ", with: "_")
        return names.first { "/\($0.lowercased())".hasSuffix("/\(lowercased)") }
            ?? Suggestion.nearest(to: word, among: names)
    }

    private func contents(of name: String) -> [UInt8]? {
        directories.lazy.compactMap { FileManager.default.contents(atPath: "\($0)/\(name)") }.first.map { [UInt8]($0) }
    }

    /// Every zone, in the order of their names. Theirs begin with a capital; `posix`, `right` and tables beside them do
    /// not.
    private var names: [String] {
        let found = directories.flatMap { directory in
            // The directory itself may be a link, into which an enumerator does not go.
            let path = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
            let entries = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            return entries.filter { Self.isZone($0, in: path) }
        }
        return Set(found).sorted()
    }

    private static func isZone(_ name: String, in directory: String) -> Bool {
        guard name.utf8.first.map({ (65...90).contains($0) }) == true, isName(name) else { return false }
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(directory)/\(name)", isDirectory: &isDirectory)
            && !isDirectory.boolValue
    }
}
