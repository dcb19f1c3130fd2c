/// The playground, as its template takes it.
struct PlaygroundPage {
    let title = "Playground"
    let reader: Reader
    let key: String
    let model: FormField
    let limit: FormField

    init(key: String, model: String, models: [String], for reader: Reader) {
        self.reader = reader
        self.key = key
        self.model = FormField(
            "model", "Route or model", model, hint: "A route, a model, or provider/model.", isRequired: true,
            choices: models)
        limit = FormField("limit", "Output tokens at most", "256", hint: "Empty for the route's limit.")
    }
}

extension PageText {
    static let playground = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Playground</h1>
        {{^reader.mayAct}}<p class="card">Requests cost money, so they are sent by those who may change something: this needs a token with the role <code>operator</code>.</p>{{/reader.mayAct}}
        {{#reader.mayAct}}
        <script src="/assets/playground.js" defer></script>
        <noscript><p class="problem">The playground shows an answer as it comes, which takes scripts. Without them, send a request by <code>curl</code>: the page of a new key has one to paste.</p></noscript>
        <form class="card large" id="play" data-csrf="{{reader.csrf}}">
        <div class="columns">{{#model}}{{>field}}{{/model}}
        <div class="field"><label for="key">Key</label><input id="key" type="password" value="{{key}}" autocomplete="off" spellcheck="false" required aria-describedby="key-hint"><p class="hint" id="key-hint">It pays, and its budgets hold. <a href="/keys">Make one</a></p></div>
        {{#limit}}{{>field}}{{/limit}}</div>
        <div class="field"><label for="system">System prompt</label><textarea id="system" rows="2"></textarea></div>
        <div class="field"><label for="prompt">Prompt</label><textarea id="prompt" rows="4" required></textarea></div>
        <p class="act"><button type="submit" id="send">Send</button> <button type="button" class="quiet" id="stop" disabled>Stop</button></p>
        </form>
        <section aria-labelledby="answer-title">
        <h2 id="answer-title">Answer</h2>
        <p class="problem" role="alert" id="trouble" hidden></p>
        <p role="status" id="says">Nothing has been sent yet.</p>
        <pre class="card answer" id="answer" role="region" tabindex="0" aria-label="The answer" hidden></pre>
        <dl class="facts" id="figures" hidden>
        <div><dt>Target</dt><dd id="target">–</dd></div>
        <div><dt>Input tokens</dt><dd class="figure" id="input">–</dd></div>
        <div><dt>Output tokens</dt><dd class="figure" id="output">–</dd></div>
        <div><dt id="cost-title">Cost so far, about</dt><dd class="figure" id="cost">–</dd></div>
        <div><dt>Request</dt><dd><a id="request" hidden>In full</a></dd></div>
        </dl>
        </section>
        {{/reader.mayAct}}
        {{/content}}
        {{/frame}}
        """
}
