extension PageText {
    static let signIn = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Sign in</h1>
        {{#problem}}<p class="problem" role="alert">{{.}}</p>{{/problem}}
        <form class="card" method="post" action="/signin">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
        <p class="hint">The gateway printed one at its first start. Another: <code>tuppence console token create &lt;name&gt;</code></p>
        <button type="submit">Sign in</button>
        </form>
        {{/content}}
        {{/frame}}
        """
}
