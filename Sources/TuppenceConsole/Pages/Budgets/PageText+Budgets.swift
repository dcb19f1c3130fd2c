extension PageText {
    static let budgets = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <div class="heading"><h1>Budgets</h1>{{#reader.mayAct}}<a class="button" href="/new-budget">New budget</a>{{/reader.mayAct}}</div>
        {{#items}}
        <section class="card budget" aria-label="{{budgetName}}">
        <div class="heading"><h2>{{budgetName}}</h2>{{#isChangeable}}<a href="/budgets/{{pathPart}}" aria-label="Change {{budgetName}}">Change</a>{{/isChangeable}}</div>
        <p class="hint">{{about}}</p>
        {{#trouble}}<p class="problem" role="alert">It is not in force as it is: {{.}}</p>{{/trouble}}
        {{#bars}}
        <div class="account">
        {{#isPerValue}}<p><strong>{{account}}</strong></p>{{/isPerValue}}
        {{>bar}}
        {{#resets}}<p class="hint">Until {{.}}</p>{{/resets}}
        </div>
        {{/bars}}
        {{#isUntouched}}<p>One for each value: nobody has spent anything of it in this window.</p>{{/isUntouched}}
        {{#others}}<p class="hint">And {{.}} more that have more left.</p>{{/others}}
        <p class="hint">{{origin}}</p>
        </section>
        {{/items}}
        {{^items}}<p class="card">There are no budgets: whatever holds a key may spend without limit.{{#reader.mayAct}} <a href="/new-budget">Make one</a> for a key, or one for each key.{{/reader.mayAct}}</p>{{/items}}
        <p class="hint">As of <time datetime="{{at}}">{{at}}</time></p>
        {{/content}}
        {{/frame}}
        """

    static let budgetForm = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <p><a href="/budgets">All budgets</a></p>
        <h1>{{title}}</h1>
        {{#trouble}}<p class="problem" role="alert">{{.}}</p>{{/trouble}}
        {{#bars}}<div class="account"><p><strong>{{account}}</strong></p>{{>bar}}</div>{{/bars}}
        <form class="card large" method="post" action="{{action}}">
        <input type="hidden" name="csrf" value="{{reader.csrf}}">
        <input type="hidden" name="version" value="{{version}}">
        {{#isNew}}
        {{#newName}}{{>field}}{{/newName}}
        <fieldset{{#scopeFault}} aria-describedby="scope-fault"{{/scopeFault}}><legend>Whom it concerns</legend>
        <p class="hint">A value, or each for one budget for every value. Several narrow it down.</p>
        <p class="fault" id="scope-fault">{{scopeFault}}</p>
        <div class="columns">{{#scope}}{{>field}}{{/scope}}</div>
        <details><summary>By provider, family or tag</summary><div class="columns">{{#rareScope}}{{>field}}{{/rareScope}}</div></details>
        </fieldset>
        {{/isNew}}
        {{^isNew}}<p>It concerns <strong>{{scopeText}}</strong>, for good: spending is counted by that.</p>{{/isNew}}
        <fieldset><legend>How much</legend><div class="columns">
        {{#limit}}{{>field}}{{/limit}}
        {{#period}}{{>choice}}{{/period}}
        {{#timezone}}{{>field}}{{/timezone}}
        </div></fieldset>
        <fieldset><legend>When it is used up</legend>
        {{#hard}}<div class="columns">{{>choice}}{{#degrade}}{{>field}}{{/degrade}}</div>{{/hard}}
        {{^hard}}<p>It does one of several things, by the caller's wish; the admin API and <code>tuppence budgets set</code> change them.</p>{{/hard}}
        {{#allow}}{{>field}}{{/allow}}
        </fieldset>
        <fieldset{{#softFault}} aria-describedby="soft-fault"{{/softFault}}><legend>A warning before that</legend>
        <p class="fault" id="soft-fault">{{softFault}}</p>
        <div class="columns">{{#soft}}{{>field}}{{/soft}}</div>
        {{^soft}}<p>It has several thresholds; the admin API changes them.</p>{{/soft}}
        </fieldset>
        <button type="submit">{{#isNew}}Make the budget{{/isNew}}{{^isNew}}Change the budget{{/isNew}}</button>
        </form>
        {{^isNew}}
        <details class="danger"><summary>Remove this budget</summary>
        <form class="card" method="post" action="{{removal}}">
        <input type="hidden" name="csrf" value="{{reader.csrf}}">
        <input type="hidden" name="version" value="{{version}}">
        <p>Requests are no longer limited by it. What it has spent stays in the ledger.</p>
        <button type="submit">Remove it</button>
        </form></details>
        {{/isNew}}
        {{/content}}
        {{/frame}}
        """
}
