import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceEmergency
import TuppenceGateway
import TuppenceSQLite
import TuppenceServer

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list and disable virtual API keys.",
        discussion: "A running gateway on the same store takes changes over within a second.",
        subcommands: [Create.self, List.self, Disable.self, Enable.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key and show it, this once.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "What the key is called in budgets and in the ledger.") var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let loaded = try options.load()
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }) else {
                throw Failure(
                    "A key's name has letters, digits and signs, but no spaces and no slash: '\(name)' won't do.")
            }
            if loaded.configuration.keys.contains(where: { $0.name == name }) {
                throw Failure("There is a key '\(name)' in the configuration already. Choose another name.")
            }
            let key = SecretKey.random(test: loaded.isSandbox)
            guard try loaded.openStore().insert(key.stored(name: name, at: WallClock.now)) else {
                throw Failure(
                    "There is a key '\(name)' already. Choose another name, or disable that one: tuppence keys disable \(name)"
                )
            }
            if json { return try JSONOutput.print(["name": name, "key": key.text]) }
            print("\(key.text)\n\nThis is the only time it is shown. Use it as OPENAI_API_KEY.")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys; never the secrets.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false

        struct Row: Encodable {
            var name: String
            var hint: String
            var source: String
            var createdAt: String?
            var disabled: Bool
        }

        func run() throws {
            let loaded = try options.load()
            let rows =
                loaded.configuration.keys.map {
                    Row(
                        name: $0.name, hint: SecretKey(text: $0.secret).hint, source: "configuration", createdAt: nil,
                        disabled: $0.isDisabled)
                }
                + (try loaded.openStore().keys()).map {
                    Row(
                        name: $0.name, hint: $0.hint, source: "store", createdAt: $0.createdAt.iso8601,
                        disabled: $0.isDisabled)
                }
            if json { return try JSONOutput.print(rows) }
            var table = Table(["name", "key", "from", "created", "state"])
            for row in rows {
                table.add([row.name, row.hint, row.source, row.createdAt ?? "-", row.disabled ? "disabled" : "active"])
            }
            print(table.isEmpty ? "There are no keys. Make one: tuppence keys create <name>" : table.text)
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a key from now on.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        func run() throws { try Keys.setDisabled(true, name, options) }
    }

    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Accept a disabled key again.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        func run() throws { try Keys.setDisabled(false, name, options) }
    }

    private static func setDisabled(_ disabled: Bool, _ name: String, _ options: ConfigurationOptions) throws {
        let loaded = try options.load()
        if loaded.configuration.keys.contains(where: { $0.name == name }) {
            throw Failure("'\(name)' is a key of the configuration: set 'disabled: \(disabled)' there and reload.")
        }
        guard try loaded.openStore().setDisabled(disabled, key: name) else {
            throw Failure("There is no key '\(name)'. List them: tuppence keys list")
        }
        print("\(name) is \(disabled ? "disabled" : "active").")
    }
}

extension LoadedConfiguration {
    func openStore() throws -> SQLiteStore {
        switch configuration.store {
        case .sqlite(let path): try SQLiteStore(path: path)
        }
    }

    /// For commands that only look: a wrong folder is no reason to begin a ledger there.
    func openExistingStore() throws -> SQLiteStore {
        if case .sqlite(let path) = configuration.store, !FileManager.default.fileExists(atPath: path) {
            throw Failure(
                "There is no ledger at \(path) yet. Start a gateway: tuppence serve. Or name its configuration: --config <file>"
            )
        }
        if let journal = configuration.emergencyJournal, EmergencyFile.waitingBytes(at: journal) > 0 {
            let note =
                "Note: what was done while the store could not be written lies in \(journal), and is not in the ledger yet. A gateway takes it in at its start, or once the store can be written.\n"
            FileHandle.standardError.write(Data(note.utf8))
        }
        return try openStore()
    }
}
