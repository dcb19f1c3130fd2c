extension PageText {
    static let experiments = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Experiments</h1>
        <p>Requests of the last {{#stretches}}{{#isHere}}<strong aria-current="true">{{text}}</strong>{{/isHere}}{{^isHere}}<a href="{{address}}">{{text}}</a>{{/isHere}} {{/stretches}}</p>
        {{#items}}
        <section class="card" aria-label="{{experimentName}} on {{routeName}}">
        <div class="heading"><h2>{{experimentName}}</h2><a href="{{routeAddress}}" aria-label="Requests to {{routeName}}">on {{routeName}}</a></div>
        <p class="hint">{{state}}{{#hasArms}}; divided by {{unit}}{{/hasArms}}</p>
        {{^hasArms}}<p>No request of this time was divided by it. As soon as there are some its arms stand here.</p>{{/hasArms}}
        {{#hasArms}}
        <div class="wide" role="region" aria-label="Arms of {{experimentName}}" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Arm</th><th role="columnheader" scope="col" class="number">Requests</th><th role="columnheader" scope="col" class="number">Cost of one</th><th role="columnheader" scope="col" class="number">Failed</th><th role="columnheader" scope="col" class="number">First content</th><th role="columnheader" scope="col" class="number">Whole answer</th><th role="columnheader" scope="col" class="number">Score</th></tr></thead>
        <tbody role="rowgroup">
        {{#arms}}<tr role="row"><th role="rowheader" scope="row"><strong>{{armName}}</strong></th>
        <td role="cell" data-label="Requests" class="number"><span>{{requests}}<span class="range">{{units}}</span></span></td>
        <td role="cell" data-label="Cost of one" class="number"><span>{{#cost}}{{value}}{{#range}}<span class="range">{{.}}</span>{{/range}}{{/cost}}</span></td>
        <td role="cell" data-label="Failed" class="number"><span>{{#errors}}{{value}}{{#range}}<span class="range">{{.}}</span>{{/range}}{{/errors}}</span></td>
        <td role="cell" data-label="First content" class="number"><span>{{#firstContent}}{{value}}{{#range}}<span class="range">{{.}}</span>{{/range}}{{/firstContent}}</span></td>
        <td role="cell" data-label="Whole answer" class="number"><span>{{#total}}{{value}}{{#range}}<span class="range">{{.}}</span>{{/range}}{{/total}}</span></td>
        <td role="cell" data-label="Score" class="number"><span>{{#score}}{{value}}{{#range}}<span class="range">{{.}}</span>{{/range}}{{/score}}</span></td></tr>
        {{/arms}}
        </tbody></table></div>
        {{#isAlone}}<p>There is one arm alone so far, and nothing to hold it against.</p>{{/isAlone}}
        {{#comparisons}}
        <h3>{{heading}}</h3>
        <p role="note">{{sentence}}{{#outlook}} {{.}}{{/outlook}}</p>
        {{#hasLines}}<div class="wide" role="region" aria-label="{{heading}}" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Measure</th><th role="columnheader" scope="col" class="plot"><span class="scale"><span>¼</span><span>the same</span><span>4 times</span></span></th><th role="columnheader" scope="col" class="number">Seen</th><th role="columnheader" scope="col" class="number">The truth, at 95 %</th><th role="columnheader" scope="col">Verdict</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row">{{measure}}</th>
        <td role="cell" class="plot">{{#bar}}<svg class="forest" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label="{{words}}"><rect class="whole" x="0" y="5.5" width="100" height="1"></rect><rect class="even" x="49.8" width="0.4" height="12"></rect><rect class="held" x="{{start}}" y="3.5" width="{{width}}" height="5"></rect><rect class="spent" x="{{middle}}" y="1" width="0.8" height="10"></rect></svg>{{/bar}}{{^bar}}<span class="hint">a difference, not a factor</span>{{/bar}}</td>
        <td role="cell" data-label="Seen" class="number">{{estimate}}</td><td role="cell" data-label="The truth, at 95 %" class="number">{{range}}</td>
        <td role="cell" data-label="Verdict">{{#isTold}}<strong>{{verdict}}</strong>{{/isTold}}{{^isTold}}<span class="hint">{{verdict}}</span>{{/isTold}}</td></tr>
        {{/lines}}
        </tbody></table></div>{{/hasLines}}
        {{/comparisons}}
        {{/hasArms}}
        </section>
        {{/items}}
        {{^items}}<p class="card">Nothing is tried out. An experiment sends a share of a route's requests another way and holds the two against each other; it is written in the configuration, under <code>routes</code>, as <code>experiment</code>.</p>{{/items}}
        {{#beginning}}<p class="hint">{{.}}</p>{{/beginning}}
        <p class="hint">Read from the ledger at {{at}}. Below each figure stands between what the truth lies, at 95 %, however often this is looked at; it takes 30 units in an arm to say so.</p>
        {{/content}}
        {{/frame}}
        """
}
