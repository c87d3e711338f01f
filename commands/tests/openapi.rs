//! `new --from-openapi`: what a document says is in the spec, and what the spec can't say is marked.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::Folder;
use serde_json::{Value, json};

/// A document of a vendor, in OpenAPI 3.1.
const DOCUMENT: &str = r##"openapi: 3.1.0
info:
  title: Acme Health
  version: "1"
  description: |
    Steps and sleep of people who wear an Acme watch.

    More text.
externalDocs: { url: https://acme.example/docs }
servers:
  - url: https://{region}.acme.example/{version}
    variables:
      region: { enum: [eu, us], default: eu, description: Where the data is. }
      version: { default: v1 }
paths:
  /users/{user-id}/steps:
    parameters:
      - { name: user-id, in: path, required: true, schema: { type: string }, description: The user. }
    get:
      operationId: listSteps
      summary: Steps, day by day.
      parameters:
        - { name: from, in: query, schema: { type: string, format: date } }
        - { name: order, in: query, schema: { type: string, enum: [asc, desc] } }
        - { name: fields, in: query, schema: { type: array, items: { type: string } } }
        - { name: X-Trace-Id, in: header, required: true, schema: { type: string } }
      responses:
        200:
          content:
            application/json:
              schema: { $ref: "#/components/schemas/StepPage" }
    post:
      operationId: addSteps
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/NewStep" }
      responses:
        201: { content: { application/json: { schema: { $ref: "#/components/schemas/Step" } } } }
  /photos:
    post:
      operationId: photos.upload
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [photo]
              properties: { photo: { type: string, format: binary }, title: { type: string } }
      responses: { 204: { description: Done. } }
  /me:
    get: { responses: { 200: { content: { application/json: { schema: { type: object } } } } } }
components:
  securitySchemes:
    acme:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://acme.example/oauth/authorize
          tokenUrl: https://acme.example/oauth/token
          scopes: { steps:read: Reads steps., sleep:read: "" }
  schemas:
    StepPage:
      type: object
      required: [items]
      properties:
        items: { type: array, items: { $ref: "#/components/schemas/Step" } }
        next: { type: [string, "null"] }
    NewStep:
      type: object
      required: [day, count]
      properties:
        day: { type: string, format: date }
        count: { type: integer, description: How many. }
        tags: { type: array, items: { type: string } }
    Step:
      allOf:
        - $ref: "#/components/schemas/NewStep"
        - type: object
          required: [id]
          properties:
            id: { type: string }
            source: { oneOf: [{ type: string }, { type: integer }] }
            parent: { $ref: "#/components/schemas/Step" }
            device: { type: object, properties: { kind: { type: string, enum: [watch, phone] } } }
            extra: { type: object, additionalProperties: { type: number } }
"##;

/// What `new` makes of it.
const SPEC: &str = r##"# yaml-language-server: $schema=authsmith.schema.json
spec: 1
provider: acme
title: Acme Health
about: Steps and sleep of people who wear an Acme watch.
docs: https://acme.example/docs

settings:
  # make sure: region, a variable of the server; `of: connection` when each user has one
  region: { enum: [eu, us], default: eu, about: Where the data is. }
  # make sure: version, a variable of the server; `of: connection` when each user has one
  version: { default: v1 }

# make sure: the vendor takes a code_challenge (PKCE), which OpenAPI doesn't say; `pkce: none` where it doesn't
authorize:
  url: https://acme.example/oauth/authorize
  scopes:
    steps:read: Reads steps.
    sleep:read: sleep:read

# make sure: how the client authenticates, which OpenAPI doesn't say: by HTTP Basic here; `client: body` is the other way
token: { url: https://acme.example/oauth/token }

# fill in: how long tokens live and how they are shown, where it is not as RFC 6749 and RFC 6750 say
# tokens: { access: { lifetime: 1h, present: bearer } }

api: https://<region>.acme.example/<version>

calls:
  list_steps:
    about: Steps, day by day.
    get: /users/<user_id>/steps
    inputs:
      user_id: { is: string, about: The user. }
      from: date?
      order: ListStepsOrder?
      fields: string? # make sure: how the list is written; the app gives its text
      x_trace_id: { is: string, in: header, wire: X-Trace-Id }
    returns: StepPage
  add_steps:
    post: /users/<user_id>/steps
    inputs:
      user_id: { is: string, about: The user. }
      day: date
      count: { is: integer, about: How many. }
      tags: "[string]?"
    returns: Step
  photos_upload: { post: /photos, encoding: multipart, inputs: { photo: file, title: string? } }
  get_me:
    get: /me
    returns: json # fill in: the members; the document says none

types:
  StepPage: { items: [Step], next: string? }
  Step:
    day: date
    count: { is: integer, about: How many. }
    tags: "[string]?"
    id: string
    source: json? # fill in: the type; the document says one of several
    parent: json? # fill in: the type; it contains itself, which no type here can
    device: StepDevice?
    extra: json? # fill in: the type; it is a map that may be missing
  StepDevice: { kind: StepDeviceKind? }

enums:
  ListStepsOrder: [asc, desc]
  StepDeviceKind: [watch, phone]
"##;

const CHOSEN: &[&str] = &["--operation", "listSteps", "addSteps", "photos.upload", "get /me"];

#[test]
fn a_document_becomes_a_spec() {
    let folder = Folder::new();
    folder.write("acme-api.yaml", DOCUMENT);
    let ran = folder.done(&[&["new", "acme", "--from-openapi", "acme-api.yaml"], CHOSEN].concat());
    assert_eq!(folder.read("specs/acme.yaml"), SPEC);
    assert!(ran.out.contains("marked `# make sure:`: lines"), "{}", ran.out);
    let checked = folder.done(&["check"]).out;
    assert!(checked.contains("no mistakes"), "{checked}");
    // The calls are sent as the document says.
    let shown =
        folder.done(&["preview", "specs/acme.yaml", "list_steps", "user_id=a/b", "x_trace_id=7", "order=asc"]).out;
    let line = "GET /v1/users/a%2Fb/steps?order=asc HTTP/1.1";
    assert!(shown.starts_with(line) && shown.contains("x-trace-id: 7"), "{shown}");
    // From standard input, and by `@`, it is the same.
    let arguments = |from: &'static str| [&["new", "acme", "--dry-run", "--from-openapi", from], CHOSEN].concat();
    assert_eq!(folder.with_input(&arguments("-"), DOCUMENT).out, SPEC);
    assert_eq!(folder.done(&arguments("@acme-api.yaml")).out, SPEC);
}

#[test]
fn without_a_choice_the_operations_are_listed() {
    let folder = Folder::new();
    folder.write("acme-api.yaml", DOCUMENT);
    let ran = folder.run(&["new", "acme", "--from-openapi", "acme-api.yaml"]);
    assert_eq!(ran.code, 2);
    let listed = "listSteps  GET /users/{user-id}/steps  Steps, day by day.\naddSteps  POST /users/{user-id}/steps\n\
                  photos.upload  POST /photos\nget /me\n";
    assert_eq!(ran.out, listed);
    assert!(ran.err.contains("which of these 4 operations"), "{}", ran.err);
    assert!(!folder.path("specs").exists());
}

/// A document with one operation `op`, and with what `change` makes of it.
fn document(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Acme", "version": "1" },
        "servers": [{ "url": "https://api.acme.example/v1/" }],
        "paths": { "/things/{id}": { "post": {
            "operationId": "op",
            "parameters": [],
            "responses": { "200": { "content": { "application/json": { "schema": {} } } } },
        } } },
        "components": { "securitySchemes": { "o": { "type": "oauth2", "flows": {} } } },
    });
    change(&mut document);
    document
}

const OP: &str = "/paths/~1things~1{id}/post";

/// A document whose operation answers with this schema, beside schemas of components.
fn answering(schema: Value, components: Value) -> Value {
    document(|document| {
        document["paths"]["/things/{id}"]["post"]["responses"]["200"]["content"]["application/json"]["schema"] = schema;
        document["components"]["schemas"] = components;
    })
}

/// A document whose operation has this body.
fn sending(content: Value) -> Value {
    document(|document| {
        let operation = document.pointer_mut(OP).unwrap();
        operation["requestBody"] = json!({ "content": content });
    })
}

/// A document with these flows.
fn flowing(flows: Value) -> Value {
    document(|document| document["components"]["securitySchemes"]["o"]["flows"] = flows)
}

/// A document with this server.
fn served(server: Value) -> Value {
    document(|document| document["servers"] = json!([server]))
}

/// A document whose operation has this parameter.
fn with_parameter(parameter: Value) -> Value {
    document(|document| document.pointer_mut(OP).unwrap()["parameters"] = json!([parameter]))
}

#[test]
fn what_the_language_can_say_is_said_and_the_rest_is_marked() {
    let url = "https://acme.example/authorize";
    let token = "https://acme.example/token";
    let object = |properties: Value| json!({ "type": "object", "properties": properties });
    let cases: Vec<(Value, &[&str])> = vec![
        // Types.
        (answering(json!({ "type": "array", "items": { "type": "integer" } }), json!({})), &["returns: [integer]"]),
        (
            answering(json!({ "type": "object", "additionalProperties": { "type": "number" } }), json!({})),
            &["returns: { <key>: number }"],
        ),
        (
            answering(
                json!({ "$ref": "#/components/schemas/A%20b" }),
                json!({ "A b": object(json!({ "c": { "type": "string", "format": "date-time", "nullable": true } })) }),
            ),
            &["returns: AB", "AB: { c: timestamp? }"],
        ),
        (
            answering(
                json!({ "$ref": "#/components/schemas/A" }),
                json!({ "A": object(json!({ "a": { "$ref": "#/components/schemas/A" } })) }),
            ),
            &["a: json? # fill in: the type; it contains itself"],
        ),
        (
            answering(json!({ "$ref": "other.yaml#/A" }), json!({})),
            &["returns: json # fill in: the type; the document refers to another"],
        ),
        (
            answering(json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }), json!({})),
            &["returns: json # fill in: the type; the document says one of several"],
        ),
        (
            answering(
                json!({ "type": "object", "required": ["b"], "properties": { "b": { "anyOf": [{ "type": "string" }, { "type": "null" }] } } }),
                json!({}),
            ),
            &["OpAnswer: { b: string? }"],
        ),
        (
            answering(object(json!({ "e": { "enum": ["a", "A", "other", 7] } })), json!({})),
            &["e: json? # fill in: the type; the document lists values"],
        ),
        (
            answering(object(json!({ "e": { "type": "string", "enum": ["a", "A", "other", "b c"] } })), json!({})),
            &["OpAnswerE: [a, b c]"],
        ),
        (
            answering(
                object(json!({ "aB": { "type": "string" }, "a_b": { "type": "string" }, "é": { "type": "string" } })),
                json!({}),
            ),
            &["OpAnswer: { aB: string? }"],
        ),
        // Names that generated code needs for itself.
        (
            answering(
                json!({ "$ref": "#/components/schemas/Error" }),
                json!({ "Error": object(json!({ "is": { "type": "string" } })) }),
            ),
            &["returns: AcmeError", "AcmeError: { is: string? }"],
        ),
        (
            answering(
                json!({ "$ref": "#/components/schemas/OpRequest" }),
                json!({ "OpRequest": object(json!({ "a": { "type": "string" } })) }),
            ),
            &["returns: AcmeOpRequest"],
        ),
        // Parameters.
        (
            with_parameter(json!({ "name": "token", "in": "query", "schema": { "type": "boolean" } })),
            &["vendor_token: { is: boolean?, in: query, wire: token }"],
        ),
        (
            with_parameter(
                json!({ "name": "If-Match", "in": "header", "required": true, "schema": { "type": "string" } }),
            ),
            &["if_match: { is: string, in: header, wire: If-Match }"],
        ),
        (
            with_parameter(json!({ "name": "id", "in": "query", "schema": { "type": "string" } })),
            &["post: /things/<id>", "id_2: { is: string?, in: query, wire: id }"],
        ),
        (
            with_parameter(json!({ "name": "sid", "in": "cookie", "schema": { "type": "string" } })),
            &["inputs: { id: string }"],
        ),
        (
            with_parameter(
                json!({ "name": "f", "in": "query", "style": "deepObject", "schema": object(json!({ "a": { "type": "string" } })) }),
            ),
            &["f: { is: string?, in: query } # make sure: how the object is written"],
        ),
        // Bodies.
        (
            sending(
                json!({ "application/x-www-form-urlencoded": { "schema": object(json!({ "a": { "type": "integer" } })) } }),
            ),
            &["encoding: form", "a: integer?"],
        ),
        (
            sending(json!({ "application/json": { "schema": { "type": "array", "items": { "type": "string" } } } })),
            &["body: [string]", "body: <body>"],
        ),
        (
            sending(
                json!({ "application/json": { "schema": object(json!({ "id": { "type": "string", "readOnly": true }, "pin": { "type": "string", "format": "password" } })) } }),
            ),
            &["inputs: { id: string, pin: secret? }"],
        ),
        (sending(json!({ "text/csv": {} })), &["encoding: text", "content_type: text/csv", "body: <body | raw>"]),
        (
            sending(json!({ "application/octet-stream": {} })),
            &["# fill in: the body; the document says application/octet-stream"],
        ),
        // Servers.
        (served(json!({ "url": "/v2" })), &["api: <api_url>/v2", "# fill in: where the API is"]),
        (served(json!({ "url": "http://api.acme.example" })), &["api: https://api.acme.example"]),
        (
            served(
                json!({ "url": "{scheme}://{host}:{port}/{base}", "variables": { "scheme": { "default": "http" }, "host": { "default": "api.acme.example" }, "port": { "default": "8443" }, "base": { "default": "a/b" } } }),
            ),
            &["api: https://<host>:8443/a/b", "host: { format: hostname, default: api.acme.example }"],
        ),
        (
            served(
                json!({ "url": "https://{shop}.acme.example", "variables": { "shop": { "default": "your-shop" } } }),
            ),
            &["api: https://<shop>.acme.example", "sample: your-shop }"],
        ),
        (
            served(json!({ "url": "{root}/v1", "variables": { "root": { "default": "https://acme.example" } } })),
            &["api: <root>/v1", "root: { format: url, default: https://acme.example }"],
        ),
        // What belongs to the HTTP client is no input, and the scheme that the operation asks for is the one.
        (
            with_parameter(json!({ "name": "Accept", "in": "header", "schema": { "type": "string" } })),
            &["inputs: { id: string }"],
        ),
        (
            document(|document| {
                let flow = json!({ "authorizationCode": { "authorizationUrl": url, "tokenUrl": token, "scopes": {} } });
                document["components"]["securitySchemes"]["p"] = json!({ "type": "oauth2", "flows": flow });
                document["security"] = json!([{ "p": [] }]);
            }),
            &["authorize:\n  url: https://acme.example/authorize"],
        ),
        // A setting and an input of one name.
        (
            served(json!({ "url": "https://{id}.acme.example", "variables": { "id": { "default": "eu" } } })),
            &["api: https://<id>.acme.example", "post: /things/<id_2>"],
        ),
        // What is left out leaves no type behind.
        (
            answering(
                object(
                    json!({ "m": { "additionalProperties": object(json!({ "a": { "type": "string" } })), "type": "object" } }),
                ),
                json!({}),
            ),
            &["m: json? # fill in: the type; it is a map that may be missing"],
        ),
        // Flows.
        (
            flowing(
                json!({ "authorizationCode": { "authorizationUrl": url, "tokenUrl": token, "refreshUrl": "https://acme.example/renew", "scopes": {} } }),
            ),
            &["refresh: { post: https://acme.example/renew }", "exchange_code: {}"],
        ),
        (
            flowing(json!({ "clientCredentials": { "tokenUrl": token, "scopes": { "a": "", "b": "" } } })),
            &["client_credentials: { scopes: [a, b] }"],
        ),
        (
            flowing(json!({ "implicit": { "authorizationUrl": "/authorize", "scopes": {} } })),
            &["url: https://api.acme.example/authorize", "# make sure: the vendor gives a code"],
        ),
        (flowing(json!({ "password": { "tokenUrl": token, "scopes": {} } })), &["kind: password", "discouraged: "]),
    ];
    for (document, has) in cases {
        let folder = Folder::new();
        folder.write("api.json", &document.to_string());
        folder.done(&["new", "acme", "--from-openapi", "api.json", "--operation", "op"]);
        let spec = folder.read("specs/acme.yaml");
        has.iter().for_each(|text| assert!(spec.contains(text), "no `{text}` of {document}:\n{spec}"));
        let checked = folder.done(&["check"]);
        assert!(!format!("{}{}", checked.out, checked.err).contains("AS0604"), "{spec}");
    }
}

#[test]
fn what_cannot_be_said_is_told() {
    let cases = [
        (
            document(|it| {
                it["components"]["securitySchemes"]["k"] = json!({ "type": "apiKey", "in": "header", "name": "X" })
            }),
            "k: a scheme of apiKey",
        ),
        (
            document(|it| it["components"]["securitySchemes"]["p"] = json!({ "type": "oauth2", "flows": {} })),
            "p: a second scheme of OAuth",
        ),
        (
            document(|it| {
                it["components"]["securitySchemes"]["i"] =
                    json!({ "type": "openIdConnect", "openIdConnectUrl": "https://a.example/d" })
            }),
            "--from-discovery https://a.example/d",
        ),
        (document(|it| it.pointer_mut(OP).unwrap()["security"] = json!([])), "op: the document asks for no token"),
        (
            document(|it| it["servers"].as_array_mut().unwrap().push(json!({ "url": "https://b.example" }))),
            "1 more servers",
        ),
    ];
    for (document, told) in cases {
        let folder = Folder::new();
        folder.write("api.json", &document.to_string());
        let ran = folder.done(&["new", "acme", "--from-openapi", "api.json", "--operation", "op"]);
        assert!(ran.err.contains(told), "no `{told}`: {}", ran.err);
    }
}

#[test]
fn what_is_no_document_is_refused_with_the_reason() {
    let refused = |text: &str, operation: &str, why: &str| {
        let folder = Folder::new();
        folder.write("api.yaml", text);
        let ran = folder.run(&["new", "acme", "--from-openapi", "api.yaml", "--operation", operation]);
        assert_eq!(ran.code, 2, "{text}");
        assert!(ran.err.contains(why), "no `{why}`: {}", ran.err);
        assert!(!folder.path("specs").exists(), "{text}");
    };
    refused("swagger: \"2.0\"\n", "op", "this is Swagger 2.0");
    refused("openapi: 4.0.0\n", "op", "this is OpenAPI 4.0.0");
    refused("title: x\n", "op", "it has no member `openapi`");
    refused("a: [\n", "op", "neither JSON nor YAML");
    refused(&document(|_| ()).to_string(), "opp", "there is no operation called `opp`; did you mean `op`?");
    let fragment = document(|it| it["paths"] = json!({ "/#x": { "get": { "operationId": "op", "responses": {} } } }));
    refused(&fragment.to_string(), "op", "AS0307");
    let userinfo = served(json!({ "url": "https://me:pin@a.example" }));
    refused(&userinfo.to_string(), "op", "AS0306");
    let folder = Folder::new();
    let ran = folder.run(&["new", "acme", "--from-openapi", "nowhere.yaml"]);
    assert!(ran.err.contains("can't read nowhere.yaml"), "{}", ran.err);
    let ran = folder.run(&["new", "acme", "--token-url", "https://a.example", "--operation", "op"]);
    assert!(ran.err.contains("--from-openapi"), "{}", ran.err);
}

#[test]
fn what_would_cost_too_much_ends() {
    let name = |at: usize| format!("S{at}");
    let reference = |at: usize| json!({ "$ref": format!("#/components/schemas/S{at}") });
    let schemas = |schema: &dyn Fn(usize) -> Value| -> Value { (0..3000).map(|at| (name(at), schema(at))).collect() };
    let chain = schemas(&|at| json!({ "type": "object", "properties": { "a": reference(at + 1) } }));
    let doubled = schemas(&|at| json!({ "allOf": [reference(at + 1), reference(at + 1)] }));
    let either = schemas(&|at| json!({ "oneOf": [reference(at + 1)] }));
    let wide = schemas(&|at| {
        let members: Value = (0..12).map(|member| (format!("m{member}"), reference(at + 1))).collect();
        json!({ "type": "object", "properties": members })
    });
    let circle = schemas(&|at| reference((at + 1) % 3000));
    for schemas in [chain, doubled, either, wide, circle] {
        let folder = Folder::new();
        folder.write("api.json", &answering(reference(0), schemas).to_string());
        folder.done(&["new", "acme", "--from-openapi", "api.json", "--operation", "op"]);
        assert!(folder.read("specs/acme.yaml").contains("json"));
        folder.done(&["check"]);
    }
}
