import ArgumentParser
import Foundation
import TuppenceConfiguration

/// How a command ends that does not do what it was asked: with help, with a mistake in what it was given, or with a failure.
enum CommandEnd {
    static func exit(with error: any Error, of command: any ParsableCommand.Type) -> Never {
        var code = Tuppence.exitCode(for: error)
        let message = message(for: error, of: command)
        if code.isSuccess {
            print(message)
            do { try StandardOutput.check() } catch {
                StandardError.write("Error: \(error)\n")
                code = .failure
            }
        } else if !message.isEmpty {
            StandardError.write(message + "\n")
        }
        Foundation.exit(code.rawValue)
    }

    /// A mistake that a command finds while it runs is as much of its own usage as one that is found before. Those of a file begin
    /// with their places, each of them, for editors to go to.
    private static func message(for error: any Error, of command: any ParsableCommand.Type) -> String {
        if let mistakes = error as? ConfigurationError { return mistakes.description }
        guard let mistake = error as? ValidationError else { return Tuppence.fullMessage(for: error) }
        let name = path(to: command, from: Tuppence.self).joined(separator: " ")
        return """
            Error: \(mistake.message)
            Usage: \(Tuppence.usageString(for: command))
              See '\(name) --help' for more information.
            """
    }

    private static func path(
        to command: any ParsableCommand.Type, from root: any ParsableCommand.Type
    ) -> [String] {
        if root == command { return [root._commandName] }
        for child in root.configuration.subcommands {
            let rest = path(to: command, from: child)
            if !rest.isEmpty { return [root._commandName] + rest }
        }
        return []
    }
}
