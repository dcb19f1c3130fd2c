import TuppenceAdministration
import TuppenceCore
import TuppenceDialects

/// A member of a body that has dollars, more or less than nothing, as text or as a number. Both are read by the digits that
/// they are written with, so that no amount is rounded on its way.
struct AmountField {
    private enum Written {
        case text(String)
        case number(String)
        case neither

        init(_ value: JSONValue) {
            if let text = value.string {
                self = .text(text.decoded)
            } else if let number = value.number {
                self = .number(number.text)
            } else {
                self = .neither
            }
        }
    }

    let name: String

    /// - Parameter body: a JSON object.
    func amount(in body: [UInt8]) throws(AdministrationError) -> Money {
        let found = try written(in: body)
        guard let written = found.first else { throw AdministrationError(.invalid, "'\(name)' is missing.") }
        guard found.count == 1 else { throw AdministrationError(.invalid, "'\(name)' is given more than once.") }
        let amount: Money? =
            switch written {
            case .text(let text): Money(signedUSD: text)
            case .number(let digits): Money(signedNumber: digits)
            case .neither: nil
            }
        if let amount { return amount }
        throw AdministrationError(
            .invalid,
            "'\(name)' has to be dollars, as text or as a number, such as \"20\", 0.50 or -5, with nine decimals at the most: it is booked as it is written, and never rounded."
        )
    }

    private func written(in body: [UInt8]) throws(AdministrationError) -> [Written] {
        do throws(JSONError) {
            return try JSONTree.read(body) { root in
                root.members.filter { $0.key.decoded == name }.map { Written($0.value) }
            }
        } catch {
            throw AdministrationError(.invalid, "The body is no JSON object.")
        }
    }
}
