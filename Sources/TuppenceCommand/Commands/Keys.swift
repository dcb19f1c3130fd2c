import ArgumentParser
import Foundation
import TuppenceAdministration
import TuppenceCore
import TuppenceEmergency
import TuppenceGateway
import TuppenceServer
import TuppenceStore

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list, rotate, disable and end virtual API keys.",
        discussion: "A running gateway on the same store takes changes over within a second.",
        subcommands: [Create.self, List.self, Rotate.self, Disable.self, Enable.self, Expire.self],
        defaultSubcommand: List.self)

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key and show it, this once.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "What the key is called in budgets and in the ledger.") var name: String
        @Flag(help: "Make one for the sandbox (tp_test_…), which may use nothing else.") var test = false
        @Option(help: "From when on it is refused: 30d from now, or at 2026-12-31. Never, if left out.")
        var expires: KeyEndArgument?
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let made = try Administration(try options.loadForStore()).createKey(
                name, test: test, until: expires?.end ?? .never, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(made) }
            let end = made.expiresAt.map { " It expires at \($0)." } ?? ""
            print("\(made.key)\n\nThis is the only time it is shown. Use it as OPENAI_API_KEY.\(end)")
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a key another secret and show it, this once.",
            discussion: "What is spent and budgeted by the key's name goes on.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Option(help: "How long the present secret counts beside the new one, 30d at the most: 24h.")
        var overlap: SpanArgument?
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let made = try Administration(changing: try options.loadForStore()).rotateKey(
                name, overlap: overlap?.span ?? Milliseconds(0), by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(made) }
            let former = overlap == nil ? "no more" : "until \(made.formerUntil ?? "now")"
            print("\(made.key)\n\nThis is the only time it is shown. The one before counts \(former).")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys; never the secrets.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let (loaded, now) = (try options.loadForStore(), WallClock.now)
            // Those of the file are there before any store is.
            let lines =
                try loaded.openStoreIfAny().map { try Administration(store: $0, loaded: loaded).keys(at: now) }
                ?? Administration.configuredKeys(of: loaded, at: now)
            if json { return try JSONOutput.print(lines) }
            var table = Table(["name", "key", "from", "created", "expires", "state"])
            for line in lines {
                let former = line.formerUntil.map { ", the one before until \($0)" } ?? ""
                table.add([
                    line.name, line.hint, line.source, line.createdAt ?? "-", line.expiresAt ?? "-",
                    (line.disabled ? "disabled" : line.expired ? "expired" : "active") + former,
                ])
            }
            print(table.isEmpty ? "There are no keys. Make one: tuppence keys create <name>" : table.text)
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a key from now on.", aliases: ["revoke"])
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws { try Keys.setDisabled(true, name, options, json: json) }
    }

    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Accept a disabled key again.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws { try Keys.setDisabled(false, name, options, json: json) }
    }

    struct Expire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a key end at a time, or end no more.",
            discussion: "It is refused from that moment on; what is under way by then goes on.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Option(help: "A day or a time, in UTC unless it says otherwise: 2026-12-31.") var at: TimeArgument?
        @Option(name: .customLong("in"), help: "So long from now: 30d.") var span: SpanArgument?
        @Flag(help: "Have it count for ever.") var never = false
        @Flag(help: "Print JSON.") var json = false

        private var ends: [KeyEnd] {
            let said: [KeyEnd?] = [
                at.map { KeyEnd.at($0.time) }, span.map { KeyEnd.after($0.span) }, never ? KeyEnd.never : nil,
            ]
            return said.compactMap { $0 }
        }

        func validate() throws {
            guard ends.count == 1 else {
                throw ValidationError("Say when it ends: --at <time>, --in <span> or --never.")
            }
        }

        func run() throws {
            let (administration, now) = (try Administration(changing: try options.loadForStore()), WallClock.now)
            for end in ends { try administration.setKey(name, until: end, by: .command, at: now) }
            let line = try administration.key(name, at: now)
            if json { return try JSONOutput.print(line) }
            print("\(name) \(line.expiresAt.map { "expires at \($0)" } ?? "does not expire").")
        }
    }

    private static func setDisabled(
        _ disabled: Bool, _ name: String, _ options: ConfigurationOptions, json: Bool
    ) throws {
        try Administration(changing: try options.loadForStore()).setKey(
            name, disabled: disabled, by: .command, at: WallClock.now)
        if json { return try JSONOutput.print(SwitchedLine(name: name, disabled: disabled)) }
        print("\(name) is \(disabled ? "disabled" : "active").")
    }
}

/// When a new key ends: at a time, or so long from now.
struct KeyEndArgument: ExpressibleByArgument {
    let end: KeyEnd

    init?(argument: String) {
        if let time = Timestamp(iso8601: argument) {
            end = .at(time)
        } else if let span = SpanArgument(argument: argument) {
            end = .after(span.span)
        } else {
            return nil
        }
    }
}

extension LoadedConfiguration {
    func openStore() throws -> any Store {
        // A gateway writes to it all the time: a command waits longer for its turn than a request may.
        try configuration.store.open(patience: 5, isGuest: true)
    }

    /// For commands that only look: a wrong folder is no reason to begin a ledger there, and they need not be able to write.
    ///
    /// - Parameter readsOn: as in ``StoreSettings/openToRead(patience:readsOn:)``.
    func openExistingStore(readsOn: Bool = true) throws -> any Store {
        if let place = try emptyPlace() { throw Failure(Self.noLedger(at: place)) }
        if let journal = configuration.openedJournal, EmergencyFile.waitingBytes(at: journal) > 0 {
            let note =
                "Note: what was done while the store could not be written lies in \(journal), and is not in the ledger yet. A gateway takes it in at its start, or once the store can be written.\n"
            StandardError.write(note)
        }
        return try configuration.store.openToRead(patience: 5, readsOn: readsOn)
    }

    /// For commands that have something to tell without a store, too: nil where there is none, and a note on standard error.
    func openStoreIfAny() throws -> (any Store)? {
        guard let place = try emptyPlace() else { return try openExistingStore() }
        StandardError.write("Note: \(Self.noLedger(at: place))\n")
        return nil
    }

    /// For commands that change what is there: in a wrong folder there is nothing to change, nor a ledger to begin.
    func openStoreToChange() throws -> any Store {
        if let place = try emptyPlace() { throw Failure(Self.noLedger(at: place)) }
        return try openStore()
    }

    private static func noLedger(at place: String) -> String {
        "There is no ledger at \(place) yet. Start a gateway: tuppence serve. Or name its configuration: --config <file>"
    }

    /// Where the store would lie; nil where there is one.
    private func emptyPlace() throws -> String? {
        switch configuration.store {
        case .sqlite(let path): return FileManager.default.fileExists(atPath: path) ? nil : path
        case .postgres(let url):
            if case .empty = try configuration.store.look() { return "\(url)" }
            return nil
        }
    }
}
