extension PageText {
    static let overview = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Overview</h1>
        {{^isWritable}}<p class="problem" role="alert">The store can't be written: requests are refused, unless budgets allow for that.</p>{{/isWritable}}
        <section class="cards" aria-label="Figures">
        {{#cards}}<div class="card"><h2>{{title}}</h2><p class="figure">{{value}}</p><p class="hint">{{note}}</p></div>
        {{/cards}}
        </section>
        {{#isEmpty}}
        <p class="card">Nothing has been spent this month. The gateway's own output has a request to paste; what it costs stands here a
        moment later.</p>
        {{/isEmpty}}
        <section aria-labelledby="hours-title">
        <h2 id="hours-title">Spend by hour, the last 24</h2>
        <svg class="chart" viewBox="0 0 25 100" preserveAspectRatio="none" role="img" aria-label="Spend by hour; the highest is {{mostCost}}. The table below has every figure.">
        {{#hours}}<rect class="spent" x="{{x}}.1" y="{{y}}" width="0.8" height="{{height}}"><title>{{time}}: {{cost}}</title></rect>
        {{/hours}}
        </svg>
        <p class="hint">The highest bar is {{mostCost}}. Hours are of UTC.</p>
        <details>
        <summary>As a table</summary>
        <table><thead><tr><th scope="col">Hour</th><th scope="col" class="number">Spend</th><th scope="col" class="number">Requests</th></tr></thead>
        <tbody>{{#hours}}<tr><td>{{time}}</td><td class="number">{{cost}}</td><td class="number">{{requests}}</td></tr>
        {{/hours}}</tbody></table>
        </details>
        </section>
        <section aria-labelledby="budgets-title">
        <h2 id="budgets-title">Budgets</h2>
        {{#budgets}}
        <div class="budget">
        <p><strong>{{account}}</strong> <span class="hint">{{scope}}, per {{period}}{{#resets}}, until {{.}}{{/resets}}</span></p>
        {{>bar}}
        </div>
        {{/budgets}}
        {{^budgets}}<p>There are no budgets. They are made <a href="/budgets">here</a>, or written in the configuration under <code>budgets</code>.</p>{{/budgets}}
        {{#otherBudgets}}<p class="hint">And {{.}} more that have more left.</p>{{/otherBudgets}}
        </section>
        {{#groups}}
        <section>
        <h2>{{title}}, this month</h2>
        <div class="wide" role="region" aria-label="{{title}}" tabindex="0"><table>
        <thead><tr><th scope="col">Name</th><th scope="col" class="number">Spend</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Tokens</th></tr></thead>
        <tbody>
        {{#lines}}<tr><th scope="row">{{name}}<svg class="line" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="spent" width="{{width}}" height="4"></rect></svg></th><td class="number" title="{{exact}}">{{cost}}</td><td class="number">{{requests}}</td><td class="number">{{tokens}}</td></tr>
        {{/lines}}
        </tbody></table></div>
        <p class="hint">{{#others}}And {{.}} more. {{/others}}<a href="{{spendingAddress}}">{{spendingTitle}}</a></p>
        </section>
        {{/groups}}
        <section>
        <h2>Targets of routes</h2>
        <div class="wide" role="region" aria-label="Targets of routes" tabindex="0"><table>
        <thead><tr><th scope="col">Target</th><th scope="col">State</th><th scope="col" class="number">Of its share</th></tr></thead>
        <tbody>{{#health}}<tr><th scope="row">{{target}}</th><td>{{#isWell}}<span class="good">well</span>{{/isWell}}{{^isWell}}<strong class="bad">{{standing}}</strong>{{/isWell}}</td><td class="number">{{share}}</td></tr>
        {{/health}}</tbody></table></div>
        {{^health}}<p>There are no routes. Requests name a model, or <code>provider/model</code>.</p>{{/health}}
        </section>
        <p class="hint">As of <time datetime="{{at}}">{{at}}</time></p>
        {{/content}}
        {{/frame}}
        """
}
