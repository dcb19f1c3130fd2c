import ArgumentParser
import Foundation
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console", abstract: "The control plane: who may use it.",
        subcommands: [ConsoleToken.self])
}

struct ConsoleToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and disable the tokens that people and programs use the console with.",
        discussion: "A running gateway on the same store takes changes over at once.",
        subcommands: [Create.self, List.self, Disable.self, Enable.self], defaultSubcommand: List.self)

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token and show it, this once.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "What the token is called in the audit log.") var name: String
        @Option(help: "viewer looks, operator changes keys, budgets and wallets, owner makes tokens, too.")
        var role = OperatorRole.viewer
        @Option(help: "How long it counts, such as 12h or 30d; for ever unless given.") var lasting: SpanArgument?
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let made = try Administration(try options.loadForStore()).createOperator(
                name, role: role, lasting: lasting?.span, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(made) }
            print("\(made.token)\n\nThis is the only time it is shown. It has the role \(made.role.rawValue).")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens; never the secrets.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let loaded = try options.loadForStore()
            let lines =
                try loaded.openStoreIfAny().map { try Administration(store: $0, loaded: loaded).operators() } ?? []
            if json { return try JSONOutput.print(lines) }
            var table = Table(["name", "token", "role", "created", "expires", "state"])
            for line in lines {
                table.add([
                    line.name, line.hint, line.role.rawValue, line.createdAt, line.expiresAt ?? "-",
                    line.disabled ? "disabled" : "active",
                ])
            }
            print(table.isEmpty ? "There are no tokens. Make one: tuppence console token create <name>" : table.text)
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a token from now on, and end its sessions.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            try Administration(changing: try options.loadForStore()).setOperator(
                name, disabled: true, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(SwitchedLine(name: name, disabled: true)) }
            print("\(name) is disabled.")
        }
    }

    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Accept a disabled token again.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            try Administration(changing: try options.loadForStore()).setOperator(
                name, disabled: false, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(SwitchedLine(name: name, disabled: false)) }
            print("\(name) is active.")
        }
    }
}

extension OperatorRole: ExpressibleByArgument {}

/// A span of time such as `12h` or `30d`.
struct SpanArgument: ExpressibleByArgument {
    let span: Milliseconds

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()),
            (1...100_000).contains(count)
        else { return nil }
        span = Milliseconds(count * unit)
    }
}

extension Administration {
    /// For a command that may be the first to use the store.
    init(_ loaded: LoadedConfiguration) throws { self.init(store: try loaded.openStore(), loaded: loaded) }

    /// For a command that changes what is there already.
    init(changing loaded: LoadedConfiguration) throws {
        self.init(store: try loaded.openStoreToChange(), loaded: loaded)
    }

    /// For a command that only looks.
    init(existing loaded: LoadedConfiguration) throws {
        self.init(store: try loaded.openExistingStore(), loaded: loaded)
    }
}

extension Actor {
    /// Whoever runs a command: by the name that the system has for him.
    static var command: Actor { Actor(name: NSUserName(), origin: .command) }
}
