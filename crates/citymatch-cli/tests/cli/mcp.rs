//! `citymatch mcp` as an assistant meets it: messages of the protocol, a line each.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value as Json, json};

use crate::serving::Served;
use crate::support::Folder;

/// A running server that has been introduced to.
struct Tools {
    folder: Folder,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Tools {
    fn new(options: &[&str]) -> Self {
        let folder = Folder::with_catalogue();
        let mut command = folder.command(&[&["mcp", "c.cm"], options].concat());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut own = Self { folder, process, input, output: BufReader::new(output), asked: 0 };
        let client = json!({"name": "test", "version": "1"});
        let begun = own.ask(
            "initialize",
            &json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}),
        );
        assert_eq!(begun["result"]["serverInfo"]["name"], "citymatch");
        assert!(begun["result"]["instructions"].as_str().unwrap().contains("third_party_data"));
        own.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        own
    }

    fn say(&mut self, message: &Json) {
        writeln!(self.input, "{message}").unwrap();
    }

    fn hear(&mut self) -> Json {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no message: {line:?}"))
    }

    fn ask(&mut self, method: &str, params: &Json) -> Json {
        self.asked += 1;
        self.say(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        let answer = self.hear();
        assert_eq!(answer["id"], self.asked, "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: &Json) -> Json {
        self.ask("tools/call", &json!({"name": tool, "arguments": arguments}))["result"].clone()
    }
}

impl Drop for Tools {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn an_assistant_finds_explains_and_reads() {
    let mut tools = Tools::new(&[]);
    let found =
        tools.call("match", &json!({"text": "¿Cómo retener el agua de lluvia?", "limit": 2}));
    assert_eq!(found["isError"], false);
    let matches = &found["structuredContent"]["results"][0]["matches"];
    assert_eq!(matches[0]["solution_id"], "s1");
    assert_eq!(matches[0]["third_party_data"]["title"], "Jardines de lluvia");
    let explained = tools
        .call("explain", &json!({"text": "¿Cómo retener el agua de lluvia?", "solution_id": "s1"}));
    assert_eq!(explained["structuredContent"]["score"], matches[0]["score"]);
    let similar = tools.call("similar", &json!({"id": "c1"}));
    assert_eq!(similar["structuredContent"]["challenges"][0]["challenge_id"], "c2");
    let reverse = tools.call("find_challenges", &json!({"solution_id": "s1"}));
    assert_eq!(reverse["structuredContent"]["challenges"][0]["challenge_id"], "c1");
    let record = tools.call("get", &json!({"id": "s 2"}));
    assert_eq!(record["structuredContent"]["third_party_data"]["title"], "Banheiros secos");
    // What another process commits is in the next answer.
    tools.folder.write("more.jsonl", r#"{"id": "s7", "title": "Lagunas"}"#);
    tools.folder.run(&["add", "c.cm", "more.jsonl"]).succeeded();
    assert_eq!(tools.call("get", &json!({"id": "s7"}))["isError"], false);
}

/// Every text of a record stands below a field that says whose it is.
#[test]
fn texts_of_records_are_named_as_data_of_third_parties() {
    fn texts(value: &Json, found: &mut Vec<String>) {
        match value {
            Json::String(text) => found.push(text.clone()),
            Json::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Json::Object(fields) => {
                let others = fields.iter().filter(|(name, _)| *name != "third_party_data");
                others.for_each(|(_, value)| texts(value, found));
            }
            _ => {}
        }
    }
    let mut tools = Tools::new(&[]);
    for (tool, arguments) in [
        ("match", json!({"text": "agua de lluvia", "why": true})),
        ("explain", json!({"challenge_id": "c1", "solution_id": "s1"})),
        ("similar", json!({"id": "s1"})),
        ("similar", json!({"id": "c1"})),
        ("find_challenges", json!({"solution_id": "s1"})),
        ("get", json!({"id": "s1"})),
    ] {
        let answer = tools.call(tool, &arguments)["structuredContent"].clone();
        assert!(answer.is_object(), "{tool}");
        let mut found = Vec::new();
        texts(&answer, &mut found);
        let theirs = found
            .iter()
            .find(|text| text.to_lowercase().contains("lluvia") || text.contains("Ret"));
        assert_eq!(theirs, None, "{tool}");
    }
}

#[test]
fn the_tools_only_read_and_say_what_they_take() {
    let mut tools = Tools::new(&["--max-limit", "20"]);
    let all = tools.ask("tools/list", &json!({}))["result"]["tools"].clone();
    let all = all.as_array().unwrap();
    let names: Vec<&str> = all.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["match", "explain", "similar", "find_challenges", "get"]);
    for tool in all {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        let schema = &tool["inputSchema"];
        assert_eq!(
            (&schema["type"], &schema["additionalProperties"]),
            (&json!("object"), &json!(false))
        );
        for reference in schema.to_string().split("#/$defs/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schema["$defs"][name].is_object(), "{}: {name}", tool["name"]);
        }
        let fields: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert!(
            fields.iter().all(|name| !name.contains("path") && !name.contains("url")),
            "{fields:?}"
        );
    }
    assert_eq!(all[0]["inputSchema"]["properties"]["limit"]["maximum"], 20);
}

#[test]
fn a_wrong_call_is_told_what_was_expected() {
    let mut tools = Tools::new(&["--max-limit", "20", "--max-text", "50"]);
    for (name, tool, arguments, kind, part) in [
        ("a_large_limit", "match", json!({"text": "a", "limit": 21}), "invalid", "1 to 20"),
        ("a_long_text", "match", json!({"text": "a".repeat(51)}), "too_large", "50 at most"),
        ("nothing_asked", "match", json!({}), "invalid", "exactly one of"),
        ("unknown_field", "get", json!({"id": "s1", "path": "/etc"}), "invalid", "`path`"),
        ("no_such_record", "get", json!({"id": "../s1"}), "not_found", "`../s1`"),
    ] {
        let answer = tools.call(tool, &arguments);
        assert_eq!(answer["isError"], true, "{name}");
        let problem: Json =
            serde_json::from_str(answer["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(problem["kind"], kind, "{name}: {problem}");
        assert!(problem["message"].as_str().unwrap().contains(part), "{name}: {problem}");
    }
    let unknown = tools.ask("tools/call", &json!({"name": "remove", "arguments": {"id": "s1"}}));
    assert!(unknown["error"]["message"].as_str().unwrap().contains("no tool `remove`"));
    // A message that is too long, or none at all, does not end the conversation.
    let long = json!({"text": "a".repeat(1_100_000)});
    let line = json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": {"name": "match", "arguments": long}});
    tools.say(&line);
    let mut heard = tools.call("get", &json!({"id": "s1"}));
    if heard.is_null() {
        heard = tools.call("get", &json!({"id": "s1"}));
    }
    assert_eq!(heard["isError"], false);
}

#[test]
fn it_ends_when_the_assistant_does() {
    let mut tools = Tools::new(&[]);
    tools.call("get", &json!({"id": "s1"}));
    // Any other pipe takes its place: the server's own is closed by that.
    let mut other = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    drop(std::mem::replace(&mut tools.input, other.stdin.take().unwrap()));
    other.wait().unwrap();
    assert!(tools.process.wait().unwrap().success());
}

/// Both doors take the same requests and give the same answers, with the same limits.
#[test]
fn its_schemas_are_those_of_the_service() {
    let limits = ["--max-limit", "20", "--max-text", "500", "--max-challenges", "7"];
    let served = Served::new(&limits).get("/openapi.json").json();
    let mut tools = Tools::new(&limits);
    let all = tools.ask("tools/list", &json!({}))["result"]["tools"].clone();
    for (place, path) in
        ["/v1/match", "/v1/explain", "/v1/similar", "/v1/find-challenges"].iter().enumerate()
    {
        let operation = &served["paths"][path]["post"];
        for (kind, content) in [
            ("inputSchema", &operation["requestBody"]),
            ("outputSchema", &operation["responses"]["200"]),
        ] {
            let reference =
                content["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
            let name = reference.rsplit('/').next().unwrap();
            let schemas = &served["components"]["schemas"];
            let inside = |schema: &Json| -> Json {
                serde_json::from_str(
                    &schema.to_string().replace("#/components/schemas/", "#/$defs/"),
                )
                .unwrap()
            };
            let mut tool = all[place][kind].clone();
            let defined = tool.as_object_mut().unwrap().remove("$defs").unwrap_or(json!({}));
            assert_eq!(tool, inside(&schemas[name]), "{path}: {name}");
            for (name, schema) in defined.as_object().unwrap() {
                assert_eq!(schema, &inside(&schemas[name]), "{path}: {name}");
            }
        }
    }
}
