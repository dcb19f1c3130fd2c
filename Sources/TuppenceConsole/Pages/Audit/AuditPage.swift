import TuppenceAdministration
import TuppenceCore

/// Who changed what, as its template takes it.
struct AuditPage {
    struct Line {
        let time: String
        let actor: String
        let origin: String
        let action: String
        let subject: String
        let detail: String
    }

    let title = "Audit log"
    let reader: Reader
    let lines: [Line]
    /// Where older ones are.
    let older: String?
    let newest: String?
    let isEmpty: Bool

    static let size = 50

    init(_ found: ListPage<AuditLine>, cursor: String?, for reader: Reader) {
        self.reader = reader
        lines = found.data.map(Line.init)
        older = found.nextCursor.map { "/audit?cursor=\(PercentEncoding.encoded($0))" }
        newest = cursor == nil ? nil : "/audit"
        isEmpty = found.data.isEmpty
    }
}

extension AuditPage.Line {
    fileprivate init(_ line: AuditLine) {
        self.init(
            time: Timestamp(iso8601: line.at).map(Shown.time) ?? line.at, actor: line.actor, origin: line.origin,
            action: line.action, subject: line.subject, detail: line.detail)
    }
}

extension PageText {
    static let audit = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Audit log</h1>
        <div class="wide" role="region" aria-label="Changes" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Time (UTC)</th><th role="columnheader" scope="col">Who</th><th role="columnheader" scope="col">Did</th><th role="columnheader" scope="col">What</th><th role="columnheader" scope="col">More</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row">{{time}}</th><td role="cell" data-label="Who" class="name"><span>{{actor}}<br><span class="hint">{{origin}}</span></span></td><td role="cell" data-label="Did">{{action}}</td><td role="cell" data-label="What" class="name">{{subject}}</td><td role="cell" data-label="More" class="name">{{detail}}</td></tr>
        {{/lines}}
        </tbody></table></div>
        {{#isEmpty}}<p class="card">{{#newest}}There is nothing older.{{/newest}}{{^newest}}Nothing has been changed so far.{{/newest}}</p>{{/isEmpty}}
        <nav class="steps" aria-label="Further changes">{{#newest}}<a href="{{.}}">The newest</a> {{/newest}}{{#older}}<a href="{{.}}" rel="next">Older ones</a>{{/older}}</nav>
        <p class="hint">Whoever changed keys, budgets, wallets or tokens, here, by the admin API or by a command. Secrets are in no line.</p>
        {{/content}}
        {{/frame}}
        """
}
