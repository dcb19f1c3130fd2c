import TuppenceCore

/// Rows as RFC 4180 has them. A field that a spreadsheet would take for a formula is told to be text.
public func csvText(_ rows: [[String]]) -> String {
    rows.map { $0.map(field).joined(separator: ",") }.joined(separator: "\r\n")
}

/// Also one below zero: a payment taken back, say.
private func isAmount(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    return digits.first?.isNumber == true && Money(usd: String(digits)) != nil
}

private func field(_ text: String) -> String {
    let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } == true
    let safe = isFormula && !isAmount(text) ? "'" + text : text
    guard safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
}
