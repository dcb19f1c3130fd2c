extension PageText {
    static let requests = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Requests</h1>
        <form class="card filters" method="get" action="/requests" role="search" aria-label="Requests">
        {{#texts}}<p><label for="field-{{name}}">{{title}}</label><input id="field-{{name}}" name="{{name}}" value="{{value}}" autocomplete="off" spellcheck="false"></p>
        {{/texts}}
        <p><label for="field-outcome">Ended</label><select id="field-outcome" name="outcome">{{#outcomes}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{title}}</option>{{/outcomes}}</select></p>
        {{#times}}<p class="long"><label for="field-{{name}}">{{title}} (UTC)</label><input id="field-{{name}}" name="{{name}}" value="{{value}}" type="datetime-local"></p>
        {{/times}}
        <p class="long"><label for="field-id">Request id</label><input id="field-id" name="id" autocomplete="off" spellcheck="false"></p>
        <p class="act"><button type="submit">Show</button>{{#isFiltered}} <a href="/requests">Show all</a>{{/isFiltered}}</p>
        </form>
        {{#problem}}<p class="problem" role="alert">{{.}}</p>{{/problem}}
        <div class="wide" role="region" aria-label="What was found" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Time (UTC), key</th><th role="columnheader" scope="col">Target, route</th><th role="columnheader" scope="col">Ended</th><th role="columnheader" scope="col" class="number">Tokens</th><th role="columnheader" scope="col" class="number">Cost</th><th role="columnheader" scope="col" class="number">Took</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row"><a href="{{address}}">{{time}}</a><br><span class="hint">{{key}}{{#customer}}, for {{.}}{{/customer}}</span></th><td role="cell" data-label="Target" class="name"><span>{{target}}{{#route}}<br><span class="hint">{{.}}</span>{{/route}}</span></td><td role="cell" data-label="Ended"><span>{{#isWell}}{{outcome}}{{/isWell}}{{^isWell}}<strong class="bad">{{outcome}}</strong>{{/isWell}}{{#attempt}}<br><span class="hint">{{.}}</span>{{/attempt}}</span></td><td role="cell" data-label="Tokens" class="number">{{tokens}}</td><td role="cell" data-label="Cost" class="number">{{cost}}</td><td role="cell" data-label="Took" class="number">{{took}}</td></tr>
        {{/lines}}
        </tbody></table></div>
        {{^lines}}{{^problem}}<p class="card">{{#reached}}Nothing so far.{{/reached}}{{^reached}}{{#isFiltered}}No request is like that.{{/isFiltered}}{{^isFiltered}}There has been no request yet. The gateway's own output has one to paste.{{/isFiltered}}{{/reached}}</p>{{/problem}}{{/lines}}
        {{#reached}}<p class="hint">Everything since {{.}} was looked at.</p>{{/reached}}
        {{#beginning}}<p class="hint">{{.}}</p>{{/beginning}}
        <nav class="steps" aria-label="Further requests">{{#newest}}<a href="{{.}}">The newest</a> {{/newest}}{{#older}}<a href="{{.}}" rel="next">Older ones</a>{{/older}}</nav>
        <p class="hint">Attempts are those of the ledger. Refusals are the latest of each key since the gateway began.</p>
        {{#export}}<p><a href="{{.}}">All attempts of this kind as CSV</a></p>{{/export}}
        {{/content}}
        {{/frame}}
        """

    static let request = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <p><a href="/requests">Requests</a></p>
        <h1>Request</h1>
        <p><code>{{id}}</code></p>
        {{#isUnknown}}<p class="problem" role="alert">Nothing is known of this request. What was refused is known for as long as the gateway runs, and the latest of each key alone.</p>{{/isUnknown}}
        {{#beginning}}<p class="hint">{{.}}</p>{{/beginning}}
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        {{#refusal}}<section class="problem" aria-labelledby="refusal-title"><h2 id="refusal-title">Refused: {{outcome}}</h2><p>{{message}}</p><p class="hint">{{at}}</p></section>{{/refusal}}
        {{#open}}<p class="card"><strong>In progress.</strong> {{name}}: {{value}}</p>{{/open}}
        {{#attempts}}
        <section class="card attempt">
        <h2>{{title}}: {{#isWell}}{{outcome}}{{/isWell}}{{^isWell}}<span class="bad">{{outcome}}</span>{{/isWell}}</h2>
        {{#timing}}<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{{words}}"><rect class="whole" width="100" height="10"></rect><rect class="spent" x="{{start}}" width="{{whole}}" height="10"></rect><rect class="held" x="{{start}}" width="{{first}}" height="10"></rect></svg>
        <p class="hint">{{words}}.</p>{{/timing}}
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        {{#hasLines}}<div class="wide" role="region" aria-label="{{title}}, what it cost" tabindex="0"><table>
        <thead><tr><th scope="col">Used</th><th scope="col" class="number">Count</th><th scope="col" class="number">Rate</th><th scope="col" class="number">Cost</th></tr></thead>
        <tbody>{{#lines}}<tr><th scope="row">{{kind}}</th><td class="number">{{count}}</td><td class="number">{{rate}}</td><td class="number">{{amount}}</td></tr>
        {{/lines}}{{#perRequest}}<tr><th scope="row">for the request</th><td class="number"></td><td class="number"></td><td class="number">{{.}}</td></tr>{{/perRequest}}
        <tr><th scope="row"><strong>Cost</strong></th><td class="number"></td><td class="number"></td><td class="number"><strong>{{cost}}</strong></td></tr></tbody></table></div>
        {{^hasRates}}<p class="hint">Its rates are not those of today, so they are not shown.</p>{{/hasRates}}{{/hasLines}}
        {{^hasLines}}<p>Nothing was used: {{cost}}.</p>{{/hasLines}}
        </section>
        {{/attempts}}
        {{/content}}
        {{/frame}}
        """
}
