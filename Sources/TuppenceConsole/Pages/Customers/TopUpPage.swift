import TuppenceCore
import TuppenceStore

/// The form that adds to a wallet.
struct TopUpPage {
    let title = "Top up a wallet"
    let reader: Reader
    let id: String
    let confirmed: String
    let trouble: String?
    /// What the wallet has now; nil where it is not known which one is meant, or there is nothing in it yet.
    let left: String?
    /// Whether the customer named is one whose requests no wallet pays for.
    let isNotPrepaid: Bool
    let fields: [FormField]

    init(
        _ form: TopUpFields, wallet: WalletBalance?, known: [String], isPrepaid: Bool, amountFault: String?,
        trouble: String?, for reader: Reader
    ) {
        self.reader = reader
        self.trouble = trouble
        id = form.id
        confirmed = form.confirmed
        left = wallet.map { Shown.money($0.left) }
        isNotPrepaid = !isPrepaid && trouble == nil
        fields = [
            FormField("customer", "Customer", form.customer, isRequired: true, choices: known),
            FormField(
                "amount", "Amount in USD", form.amount, hint: "What was paid, or -5 to take five back.",
                fault: amountFault, isRequired: true),
            FormField("note", "Note", form.note, hint: "Such as the number of an invoice. It stands on the statement."),
        ]
    }
}

extension PageText {
    static let topUp = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <p><a href="/customers">All customers</a></p>
        <h1>{{title}}</h1>
        {{#trouble}}<p class="problem" role="alert">{{.}}</p>{{/trouble}}
        {{#isNotPrepaid}}<p class="problem" role="status">No wallet pays for this customer's requests: it is not <code>prepaid</code> in the configuration.</p>{{/isNotPrepaid}}
        {{#left}}<p>There is {{.}} in it.</p>{{/left}}
        <form class="card" method="post" action="/top-up">
        <input type="hidden" name="csrf" value="{{reader.csrf}}">
        <input type="hidden" name="id" value="{{id}}">
        <input type="hidden" name="confirmed" value="{{confirmed}}">
        {{#fields}}{{>field}}{{/fields}}
        <button type="submit">Top up</button>
        </form>
        {{/content}}
        {{/frame}}
        """
}
