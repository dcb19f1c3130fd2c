import TuppenceCore
import TuppenceNotices

/// What people were told of late, as its template takes it.
struct AlertsPage {
    struct Delivery {
        let origin: String
        let words: String
        let isWell: Bool
    }

    struct Item {
        let at: String
        let moment: String
        let alertTitle: String
        let isGood: Bool
        let message: String
        let remedy: String
        let remedyPlace: String
        let remedyPath: String
        let deliveries: [Delivery]
    }

    let title = "Alerts"
    let reader: Reader
    let items: [Item]
    let hasMore: Bool
    let most: String
    let at: String

    /// What fits on a page; the API has all.
    private static let size = 100

    init(_ notices: [ToldNotice], for reader: Reader, at now: Timestamp) {
        self.reader = reader
        at = now.iso8601
        items = notices.prefix(Self.size).map(Item.init)
        hasMore = notices.count > Self.size
        most = Shown.count(Self.size)
    }
}

extension AlertsPage.Item {
    fileprivate init(_ notice: ToldNotice) {
        let alert = Alert(notice.kind)
        self.init(
            at: Shown.time(notice.at), moment: notice.at.iso8601, alertTitle: alert.title, isGood: alert.isGood,
            message: notice.message, remedy: alert.remedy, remedyPlace: alert.place?.title ?? "",
            remedyPath: alert.place?.path ?? "/",
            deliveries: notice.deliveries.map { delivery in
                switch delivery.state {
                case .delivered: .init(origin: delivery.origin, words: "delivered", isWell: true)
                case .waiting(let tries, let why):
                    .init(
                        origin: delivery.origin,
                        words: why.map { "tried \(tries == 1 ? "once" : "\(tries) times"), \($0); it is tried again" }
                            ?? "on its way", isWell: why == nil)
                case .failed(let why): .init(origin: delivery.origin, words: "not delivered: \(why)", isWell: false)
                }
            })
    }
}

extension PageText {
    static let alerts = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Alerts</h1>
        {{#items}}
        <article class="card alert{{#isGood}} made{{/isGood}}">
        <div class="heading"><h2>{{alertTitle}}</h2><span class="hint">{{at}}</span></div>
        <p>{{message}}</p>
        <p class="hint">{{remedy}} <a href="{{remedyPath}}">{{remedyPlace}}</a></p>
        <ul class="hint deliveries">{{#deliveries}}<li>{{origin}}: {{#isWell}}<span class="good">{{words}}</span>{{/isWell}}{{^isWell}}<span class="bad">{{words}}</span>{{/isWell}}</li>{{/deliveries}}{{^deliveries}}<li>Only logged: no webhook is configured for it.</li>{{/deliveries}}</ul>
        </article>
        {{/items}}
        {{^items}}<p class="card">Nothing has had to be told. Budgets that near their end, providers that are gone or refuse, keys that repeat themselves and a store that can't be written would stand here, and go to the webhook that the configuration names under <code>notifications</code>.</p>{{/items}}
        {{#hasMore}}<p class="hint">These are the latest {{most}}; the admin API has more.</p>{{/hasMore}}
        <p class="hint">As of <time datetime="{{at}}">{{at}}</time>. What this process has told since its start, 500 notices at the most; earlier ones are in the log.</p>
        {{/content}}
        {{/frame}}
        """
}
