extension PageText {
    static let keys = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Keys</h1>
        {{#made}}
        <section class="card made" aria-labelledby="made-title" role="status">
        <h2 id="made-title">The secret of {{keyName}}</h2>
        <p>This is the only time it is shown.{{#until}} The one before counts until {{.}}.{{/until}}</p>
        <p><code id="secret">{{secret}}</code></p>
        <p><button type="button" data-copies="secret" hidden>Copy the key</button></p>
        <h3>Try it</h3>
        <form method="post" action="/playground"><input type="hidden" name="csrf" value="{{reader.csrf}}"><input type="hidden" name="key" value="{{secret}}"><button type="submit" class="quiet">Try it in the playground</button></form>
        <pre tabindex="0" aria-label="A request to paste"><code id="request">{{request}}</code></pre>
        <p><button type="button" data-copies="request" hidden>Copy the request</button></p>
        </section>
        {{/made}}
        <div class="wide" role="region" aria-label="Keys" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Key</th><th role="columnheader" scope="col" class="number">This month</th><th role="columnheader" scope="col" class="number">Requests</th><th role="columnheader" scope="col">State</th>{{#reader.mayAct}}<th role="columnheader" scope="col">Change</th>{{/reader.mayAct}}</tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row"><strong>{{keyName}}</strong><br><code>{{shownKey}}</code><br><span class="hint">{{origin}}</span></th>
        <td role="cell" data-label="This month" class="number">{{spent}}</td><td role="cell" data-label="Requests" class="number">{{requests}}</td>
        <td role="cell" data-label="State">{{#isDisabled}}<strong class="bad">disabled</strong>{{/isDisabled}}{{^isDisabled}}{{#isExpired}}<strong class="bad">expired</strong>{{/isExpired}}{{^isExpired}}<span class="good">active</span>{{/isExpired}}{{/isDisabled}}{{#end}}<br><span class="hint">{{.}}</span>{{/end}}{{#until}}<br><span class="hint">the former secret counts until {{.}}</span>{{/until}}</td>
        {{#reader.mayAct}}<td role="cell" data-label="Change">{{#isChangeable}}
        <form method="post" action="/keys/{{pathPart}}/{{#isDisabled}}enable{{/isDisabled}}{{^isDisabled}}disable{{/isDisabled}}"><input type="hidden" name="csrf" value="{{reader.csrf}}"><input type="hidden" name="version" value="{{version}}"><button type="submit" class="quiet" aria-label="{{#isDisabled}}Enable{{/isDisabled}}{{^isDisabled}}Disable{{/isDisabled}} {{keyName}}">{{#isDisabled}}Enable{{/isDisabled}}{{^isDisabled}}Disable{{/isDisabled}}</button></form>
        <details><summary>New secret</summary>
        <form method="post" action="/keys/{{pathPart}}/rotate" class="stack"><input type="hidden" name="csrf" value="{{reader.csrf}}"><input type="hidden" name="version" value="{{version}}">
        <label>The present one counts for <select name="overlap">{{#overlaps}}<option value="{{hours}}">{{text}}</option>{{/overlaps}}</select></label>
        <button type="submit" aria-label="Give {{keyName}} a new secret">Give it a new secret</button></form></details>
        {{/isChangeable}}{{^isChangeable}}<span class="hint">in the file</span>{{/isChangeable}}</td>{{/reader.mayAct}}</tr>
        {{/lines}}
        </tbody></table></div>
        {{^lines}}<p class="card">There are no keys yet. A program needs one to ask for anything{{#reader.mayAct}}: make its first one below{{/reader.mayAct}}.</p>{{/lines}}
        {{#reader.mayAct}}
        <section aria-labelledby="new-title">
        <h2 id="new-title">New key</h2>
        <form class="card" method="post" action="/keys">
        <input type="hidden" name="csrf" value="{{reader.csrf}}">
        {{#newName}}{{>field}}{{/newName}}
        <button type="submit">Make the key</button>
        </form>
        </section>
        {{/reader.mayAct}}
        {{#at}}<p class="hint">As of <time datetime="{{.}}">{{.}}</time>. What is spent is of this month, in UTC.</p>{{/at}}
        {{/content}}
        {{/frame}}
        """
}
