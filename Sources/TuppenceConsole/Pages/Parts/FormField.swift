/// A field of a form in which text is written, with what is wrong about it.
struct FormField {
    let id: String
    let label: String
    let value: String
    let hint: String?
    /// What is wrong with what was written.
    let fault: String?
    let isRequired: Bool
    /// What can be chosen instead of being written.
    let choices: [String]
    let listID: String?

    init(
        _ id: String, _ label: String, _ value: String, hint: String? = nil, fault: String? = nil,
        isRequired: Bool = false, choices: [String] = []
    ) {
        self.id = id
        self.label = label
        self.value = value
        self.hint = hint
        self.fault = fault
        self.isRequired = isRequired
        self.choices = choices
        listID = choices.isEmpty ? nil : id + "-list"
    }
}

/// A field of a form in which one of several things is chosen.
struct FormChoice {
    struct Option {
        let value: String
        let text: String
        let isChosen: Bool
    }

    let id: String
    let label: String
    let hint: String?
    let fault: String?
    let options: [Option]

    init(
        _ id: String, _ label: String, _ value: String, of options: [(value: String, text: String)],
        hint: String? = nil, fault: String? = nil
    ) {
        self.id = id
        self.label = label
        self.hint = hint
        self.fault = fault
        self.options = options.map { Option(value: $0.value, text: $0.text, isChosen: $0.value == value) }
    }
}

extension PageText {
    static let field = """
        {{% CONTENT_TYPE: ESCAPED }}
        <div class="field">
        <label for="{{id}}">{{label}}</label>
        <input id="{{id}}" name="{{id}}" value="{{value}}" autocomplete="off"{{#listID}} list="{{.}}"{{/listID}}{{#isRequired}} required{{/isRequired}}{{#fault}} aria-invalid="true"{{/fault}} aria-describedby="{{id}}-hint {{id}}-fault">
        {{#listID}}<datalist id="{{.}}">{{#choices}}<option value="{{.}}"></option>{{/choices}}</datalist>{{/listID}}
        <p class="hint" id="{{id}}-hint">{{hint}}</p>
        <p class="fault" id="{{id}}-fault">{{fault}}</p>
        </div>
        """

    static let choice = """
        {{% CONTENT_TYPE: ESCAPED }}
        <div class="field">
        <label for="{{id}}">{{label}}</label>
        <select id="{{id}}" name="{{id}}"{{#fault}} aria-invalid="true"{{/fault}} aria-describedby="{{id}}-hint {{id}}-fault">
        {{#options}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{text}}</option>{{/options}}
        </select>
        <p class="hint" id="{{id}}-hint">{{hint}}</p>
        <p class="fault" id="{{id}}-fault">{{fault}}</p>
        </div>
        """
}
