import ArgumentParser
import TuppenceConfiguration

/// A command that there is not, or an amount that is taken for an option: the parser knows only arguments that it did not expect.
struct MistakenCommand: Error {
    /// What is wrong, and what may have been meant.
    let message: String
    /// The command that it stands behind.
    let group: any ParsableCommand.Type

    /// Looks for the first argument that stands where a command is named and names none.
    ///
    /// - Parameter arguments: which could not be parsed, without the program's own name.
    /// - Returns: nil where there is none, and where it cannot be told: behind an option, which may have a value, and where a
    ///   command stands in for the others that takes such an argument, which is like none of them.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
        var group = root
        for argument in arguments {
            let children = group.configuration.subcommands
            if argument.hasPrefix("-") || argument == "help" || children.isEmpty { return nil }
            if let named = children.first(where: { Self.is($0, called: argument) }) {
                group = named
                continue
            }
            let names = children.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
            let suggestion = Suggestion.sentence(for: argument, among: names)
            if suggestion.isEmpty, Self.takesWords(group.configuration.defaultSubcommand) { return nil }
            let remedy = suggestion.isEmpty ? "There are: \(names.joined(separator: ", "))." : suggestion
            message = "there is no command '\(argument)'. \(remedy)"
            self.group = group
            return
        }
        return nil
    }

    /// Whether a command that stands in for its neighbours may be given anything but options.
    private static func takesWords(_ standIn: (any ParsableCommand.Type)?) -> Bool {
        standIn.map { Tuppence.usageString(for: $0).contains("[<") } ?? false
    }

    /// Looks for an amount below zero, which the parser takes for an option.
    ///
    /// - Returns: nil where no money is booked, or there is none.
    init?(amountIn arguments: [String]) {
        guard arguments.count > 3, arguments[0] == Wallet._commandName, Self.is(WalletTopUp.self, called: arguments[1]),
            let amount = arguments[2...].first(where: Self.isBelowZero)
        else { return nil }
        message = WalletTopUp.belowZero(amount)
        group = WalletTopUp.self
    }

    private static func isBelowZero(_ argument: String) -> Bool {
        argument.count > 1 && argument.hasPrefix("-") && argument.dropFirst().allSatisfy { "$.0123456789".contains($0) }
    }

    private static func `is`(_ command: any ParsableCommand.Type, called name: String) -> Bool {
        command._commandName == name || command.configuration.aliases.contains(name)
    }
}
