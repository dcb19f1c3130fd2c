import TuppenceCore

extension CustomerStatement {
    /// One page that needs nothing else, and prints on paper.
    ///
    /// - Parameters:
    ///   - now: what the wallet has now, with what is held of it; nil where there is none.
    ///   - made: when the statement was made.
    ///   - showsCost: whether it says what providers were paid.
    public func html(wallet now: Money?, made: Timestamp, showsCost: Bool) -> String {
        let name = htmlText(customer)
        let last = Timestamp(milliseconds: end.milliseconds - 1)
        let span = "\(start.day) to \(last.day)"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Statement for \(name), \(span)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            <header>
            <h1>Statement</h1>
            <dl>
            <div><dt>Customer</dt><dd><bdi>\(name)</bdi></dd></div>
            <div><dt>Days (UTC)</dt><dd>\(span)</dd></div>
            <div><dt>Made</dt><dd>\(made.iso8601)</dd></div>
            </dl>
            </header>
            <section class="sums">
            \(sums(wallet: now, showsCost: showsCost))
            </section>
            \(usage(showsCost: showsCost))
            \(paymentTable)
            </main>
            </body>
            </html>

            """
    }

    private func sums(wallet now: Money?, showsCost: Bool) -> String {
        var sums = [("Charged", total.price)]
        if showsCost { sums += [("Paid to providers", total.cost), ("Margin", total.price - total.cost)] }
        if let now {
            let wallet = wallet(now: now)
            sums += [
                ("In the wallet before", wallet.opening), ("Paid in", wallet.paidIn), ("Used of it", wallet.used),
                ("In the wallet after", wallet.closing),
            ]
        }
        sums.append(("To be paid", owed))
        let decimals = Self.decimals(sums.map(\.1))
        let rows = sums.map { name, amount in
            "<tr><th scope=\"row\">\(name)</th><td>\(Self.text(amount, decimals))</td></tr>"
        }
        return "<table><caption>In US dollars</caption><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>"
    }

    private func usage(showsCost: Bool) -> String {
        let lines = lines
        guard !lines.isEmpty else { return "<p>Nothing was used in these days.</p>" }
        let amounts = lines.flatMap { Self.amounts($0.spending, showsCost) } + Self.amounts(total, showsCost)
        let decimals = Self.decimals(amounts)
        func cells(_ sum: Spending) -> String {
            ([sum.requests, sum.input, sum.output].map(Self.grouped)
                + Self.amounts(sum, showsCost).map { Self.text($0, decimals) })
                .map { "<td>\($0)</td>" }.joined()
        }
        let rows = lines.map { line in
            "<tr><th scope=\"row\">\(line.day.day)</th><td class=\"name\"><bdi>\(htmlText(line.target.description))</bdi></td>\(cells(line.spending))</tr>"
        }
        let head = ["Requests", "Input tokens", "Output tokens", "Charged"] + (showsCost ? ["Cost", "Margin"] : [])
        return """
            <section>
            <table>
            <caption>What was used, by day and model</caption>
            <thead><tr><th scope="col">Day</th><th scope="col" class="name">Model</th>\(head.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            <tfoot><tr><th scope="row">Total</th><td></td>\(cells(total))</tr></tfoot>
            </table>
            </section>
            """
    }

    private var paymentTable: String {
        guard !payments.isEmpty else { return "" }
        let decimals = Self.decimals(payments.map(\.amount) + [paidIn])
        let rows = payments.map { payment in
            "<tr><th scope=\"row\">\(payment.at.day)</th><td class=\"name\"><bdi>\(htmlText(payment.note ?? ""))</bdi></td><td class=\"id\">\(payment.id)</td><td>\(Self.text(payment.amount, decimals))</td></tr>"
        }
        return """
            <section>
            <table>
            <caption>What was paid in</caption>
            <thead><tr><th scope="col">Day</th><th scope="col" class="name">Note</th><th scope="col">Id</th><th scope="col">Amount</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            <tfoot><tr><th scope="row">Total</th><td></td><td></td><td>\(Self.text(paidIn, decimals))</td></tr></tfoot>
            </table>
            </section>
            """
    }

    private static func amounts(_ sum: Spending, _ showsCost: Bool) -> [Money] {
        showsCost ? [sum.price, sum.cost, sum.price - sum.cost] : [sum.price]
    }

    /// As many as the longest of them has, and two at least: nothing is rounded, and points stand under one another.
    private static func decimals(_ amounts: [Money]) -> Int {
        amounts.map { amount in amount.usd.firstIndex(of: ".").map { amount.usd[$0...].count - 1 } ?? 0 }.max().map {
            max(2, $0)
        } ?? 2
    }

    private static func text(_ amount: Money, _ decimals: Int) -> String {
        let parts = amount.usd.split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return "\(parts[0]).\(fraction)" + String(repeating: "0", count: decimals - fraction.count)
    }

    /// `1 234 567`, with spaces that no line is broken at.
    private static func grouped(_ number: Int) -> String { number.grouped(by: "\u{202F}") }

    private static let style = """
        :root { color-scheme: light dark; --line: #8885; --quiet: #666; }
        @media (prefers-color-scheme: dark) { :root { --quiet: #aaa; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 15px/1.45 system-ui, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
        h1 { margin: 0 0 1rem; font-size: 1.6rem; }
        dl { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 0 0 1.5rem; }
        dt { color: var(--quiet); font-size: .85em; }
        dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
        section { margin: 0 0 2rem; overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; }
        .sums table { width: auto; min-width: 20rem; }
        caption { text-align: left; font-weight: 600; padding: .4rem 0; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top;
          font-variant-numeric: tabular-nums; white-space: nowrap; }
        th { font-weight: 500; }
        tbody th, tfoot th, th:first-child, .name { text-align: left; }
        thead th { white-space: normal; vertical-align: bottom; }
        .name { white-space: normal; overflow-wrap: anywhere; min-width: 10rem; }
        .id { font-size: .8em; color: var(--quiet); }
        tfoot td, tfoot th, .sums tr:last-child > * { font-weight: 700; border-bottom: 0; }
        @page { size: A4; margin: 18mm 15mm; }
        @media print {
          :root { color-scheme: light; --quiet: #444; }
          body { font-size: 9pt; }
          th, td { padding: .25rem .4rem; }
          main { max-width: none; padding: 0; }
          section { overflow: visible; }
          caption { break-after: avoid; }
          thead { display: table-header-group; break-after: avoid; }
          tfoot { display: table-row-group; }
          tr { break-inside: avoid; }
        }
        """
}
