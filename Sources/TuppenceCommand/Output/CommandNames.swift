import ArgumentParser
import TuppenceConfiguration

/// The names of commands, as people mistype them: the parser knows only arguments that it did not expect.
enum CommandNames {
    /// The first argument that stands where a command is named and names none, and the command that it stands behind.
    ///
    /// - Parameter arguments: without the program's own name.
    /// - Returns: nil where there is none, and where it cannot be told: behind an option, which may have a value, and where a
    ///   command stands in for the others and may take the argument.
    static func mistake(
        in arguments: some Sequence<String>, of root: any ParsableCommand.Type
    ) -> (message: String, command: any ParsableCommand.Type)? {
        var command = root
        for argument in arguments {
            let (group, children) = (command.configuration, command.configuration.subcommands)
            if argument.hasPrefix("-") || argument == "help" || children.isEmpty { return nil }
            let named = children.first {
                $0._commandName == argument || $0.configuration.aliases.contains(argument)
            }
            guard let named else {
                if group.defaultSubcommand != nil { return nil }
                let names = children.filter(\.configuration.shouldDisplay).map(\._commandName)
                let suggestion = Suggestion.sentence(for: argument, among: names)
                return (
                    "there is no command '\(argument)'. "
                        + (suggestion.isEmpty ? "There are: \(names.joined(separator: ", "))." : suggestion), command
                )
            }
            command = named
        }
        return nil
    }
}
