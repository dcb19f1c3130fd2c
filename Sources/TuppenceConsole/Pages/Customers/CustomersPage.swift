import TuppenceAdministration
import TuppenceCore
import TuppenceStore

/// What each customer was charged in a month, and where its statement is.
struct CustomersPage {
    struct Line {
        let customer: String
        let requests: String
        let charged: String
        let owed: String
        let inWallet: String
        let isEmptyWallet: Bool
        /// Where its statement is, without the form that it is wanted in.
        let address: String
        let topUp: String
    }

    let title = "Customers"
    let reader: Reader
    let month: String
    let earlier: String
    /// Nil in the present month.
    let later: String?
    let lines: [Line]
    let hasLines: Bool

    init(
        _ customers: [(name: String, spending: Spending, wallet: WalletBalance?)], in window: BudgetWindow,
        for reader: Reader, at now: Timestamp
    ) {
        func name(_ time: Timestamp) -> String { String(time.iso8601.prefix(7)) }
        let month = name(window.start)
        self.reader = reader
        self.month = month
        earlier = name(Timestamp(milliseconds: window.start.milliseconds - 1))
        hasLines = !customers.isEmpty
        later = window.end.flatMap { $0 <= now ? name($0) : nil }
        lines = customers.map { customer, spending, wallet in
            Line(
                customer: customer, requests: Shown.count(spending.requests), charged: Shown.money(spending.price),
                owed: Shown.money(spending.price - spending.prepaid),
                inWallet: wallet.map { Shown.money($0.left) } ?? "–",
                isEmptyWallet: wallet.map { $0.left <= .zero } ?? false,
                address: "/customers/statement?month=\(month)&customer=\(customer.asPathPart)",
                topUp: "/top-up?customer=\(customer.asPathPart)")
        }
    }
}

extension PageText {
    static let customers = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <div class="heading"><h1>Customers in {{month}}</h1>{{#reader.mayAct}}<a class="button" href="/top-up">Top up a wallet</a>{{/reader.mayAct}}</div>
        <p><a href="/customers?month={{earlier}}">{{earlier}}</a>{{#later}} · <a href="/customers?month={{.}}">{{.}}</a>{{/later}}</p>
        {{#hasLines}}
        <div class="wide" role="region" aria-label="Customers" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Customer</th><th role="columnheader" scope="col" class="number">Requests</th><th role="columnheader" scope="col" class="number">Charged</th><th role="columnheader" scope="col" class="number">To be paid</th><th role="columnheader" scope="col" class="number">In the wallet</th><th role="columnheader" scope="col">Statement</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row">{{customer}}</th><td role="cell" data-label="Requests" class="number">{{requests}}</td><td role="cell" data-label="Charged" class="number">{{charged}}</td><td role="cell" data-label="To be paid" class="number">{{owed}}</td><td role="cell" data-label="In the wallet" class="number">{{#isEmptyWallet}}<strong class="bad">{{inWallet}}</strong>{{/isEmptyWallet}}{{^isEmptyWallet}}{{inWallet}}{{/isEmptyWallet}}{{#reader.mayAct}} <a href="{{topUp}}" aria-label="Top up {{customer}}">Top up</a>{{/reader.mayAct}}</td>
        <td role="cell" data-label="Statement"><a href="{{address}}&amp;form=html" aria-label="Statement of {{customer}} to print">Print</a> <a href="{{address}}&amp;form=csv" aria-label="Statement of {{customer}} as CSV">CSV</a> <a href="{{address}}&amp;form=json" aria-label="Statement of {{customer}} as JSON">JSON</a></td></tr>
        {{/lines}}
        </tbody></table></div>
        {{/hasLines}}
        {{^lines}}<p class="card">No request of this month says whom it is for. A program says so in <code>x-tuppence-customer</code>, or its key belongs to a customer in the configuration.</p>{{/lines}}
        <p class="hint">Days and months are those of UTC. What providers were paid is on no statement.</p>
        {{/content}}
        {{/frame}}
        """
}
