//! `citymatch serve` as clients meet it, polite and otherwise: each test starts the service and speaks
//! to its port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::support::{Folder, SOLUTIONS};

const TOKEN: &str = "a-token-of-many-letters";
/// Longer than anything here takes, on a busy machine too.
const LONG: Duration = Duration::from_secs(60);

/// A running service. It is killed at the end of the test.
pub(crate) struct Served {
    folder: Folder,
    process: Child,
    address: SocketAddr,
    log: Receiver<String>,
}

pub(crate) struct Response {
    status: u16,
    head: String,
    body: String,
}

impl Served {
    pub(crate) fn new(options: &[&str]) -> Self {
        Self::of(Folder::with_catalogue(), options)
    }

    fn of(folder: Folder, options: &[&str]) -> Self {
        let arguments = [&["serve", "c.cm", "--port", "0"], options].concat();
        let mut command = folder.command(&arguments);
        let mut process =
            command.env("CITYMATCH_TOKEN", TOKEN).stderr(Stdio::piped()).spawn().unwrap();
        let (send, log) = channel();
        let errors = BufReader::new(process.stderr.take().unwrap());
        thread::spawn(move || {
            errors.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let first = log.recv_timeout(LONG).expect("it says where it serves");
        let address = first.split_once("http://").expect(&first).1.parse().unwrap();
        Self { folder, process, address, log }
    }

    fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Response {
        send(self.address, method, path, headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, "", "")
    }

    fn post(&self, path: &str, body: &Json) -> Response {
        self.send("POST", path, "", &body.to_string())
    }

    fn write(&self, method: &str, path: &str, body: &str) -> Response {
        self.send(method, path, &format!("authorization: Bearer {TOKEN}\r\n"), body)
    }

    /// Waits for its end, and returns its exit code and the rest of its log.
    fn end(mut self) -> (Option<i32>, Vec<String>) {
        let code = self.process.wait().unwrap().code();
        (code, self.log.iter().collect())
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(
            std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success()
        );
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

fn send(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Response {
    let mut stream = connect(address);
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    response(&mut stream)
}

fn response(stream: &mut TcpStream) -> Response {
    let mut bytes = Vec::new();
    // A connection that was cut after the answer is an answer.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    Response { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

impl Response {
    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }

    /// It is a problem of this kind, whose sentence has these parts.
    #[track_caller]
    fn problem(&self, status: u16, kind: &str, parts: &[&str]) {
        let problem = self.json();
        assert_eq!((self.status, problem["kind"].as_str()), (status, Some(kind)), "{problem}");
        for part in parts {
            assert!(problem["message"].as_str().unwrap().contains(part), "no `{part}`: {problem}");
        }
    }
}

#[test]
fn questions_are_answered_as_the_library_answers_them() {
    let served = Served::new(&[]);
    let question = json!({"text": "¿Cómo retener el agua de lluvia?", "limit": 2, "why": true});
    let found = served.post("/v1/match", &question);
    assert_eq!(found.status, 200);
    let result = &found.json()["results"][0];
    assert_eq!(
        (&result["challenge_id"], &result["read_as"]),
        (&json!("text"), &json!("read as Spanish"))
    );
    let matches = result["matches"].as_array().unwrap();
    assert_eq!(matches.len(), 2);
    assert_eq!((&matches[0]["solution_id"], &matches[0]["rank"]), (&json!("s1"), &json!(1)));
    let text = &matches[0]["third_party_data"];
    assert_eq!(
        (&text["title"], &text["country"], &text["stage"]),
        (&json!("Jardines de lluvia"), &json!("CL"), &json!("pilot"))
    );
    assert!(text["why"].as_str().unwrap().contains("lluvia"), "{text}");

    let score = matches[0]["score"].clone();
    let explained =
        served.post("/v1/explain", &json!({"text": question["text"], "solution_id": "s1"}));
    assert_eq!(explained.json()["score"], score);
    let tree = &explained.json()["third_party_data"]["explanation"]["root"];
    assert_eq!((&tree["value"], &tree["name"]), (&score, &json!("score")));

    let all = json!({"challenges": [{"id": "x", "question": "lluvia en las aceras"}, {"title": "Água", "country": "Atlantis"}]});
    let all = served.post("/v1/match", &all).json();
    assert_eq!(all["results"][0]["challenge_id"], "x");
    assert!(all["results"][1]["warnings"][0].as_str().unwrap().contains("Atlantis"));
    let stored =
        served.post("/v1/match", &json!({"challenge_id": "c1", "at_least": "implemented"})).json();
    let ids: Vec<&Json> = stored["results"][0]["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| &own["solution_id"])
        .collect();
    assert!(!ids.contains(&&json!("s1")) && ids.contains(&&json!("s4")), "{ids:?}");

    let reverse = served.post("/v1/find-challenges", &json!({"solution_id": "s1"})).json();
    let pair =
        served.post("/v1/explain", &json!({"challenge_id": "c1", "solution_id": "s1"})).json();
    assert_eq!(reverse["challenges"][0]["challenge_id"], "c1");
    assert_eq!(reverse["challenges"][0]["score"], pair["score"]);
    let twins = served.post("/v1/similar", &json!({"id": "s1", "limit": 1})).json();
    assert_eq!(twins["solutions"].as_array().unwrap().len(), 1);
    let precedents = served.post("/v1/similar", &json!({"id": "c1"})).json();
    assert_eq!(precedents["challenges"][0]["challenge_id"], "c2");

    let record = served.get("/v1/records/s%202").json();
    assert_eq!(
        (&record["kind"], &record["third_party_data"]["equipo"]),
        (&json!("solution"), &json!(4))
    );
    assert_eq!(served.get("/v1/records/c2").json()["kind"], "challenge");
    assert_eq!(served.get("/ready").json(), json!({"status": "ready", "fresh": true}));
    assert_eq!(served.get("/health").status, 200);
}

#[test]
fn a_wrong_request_is_told_what_was_expected() {
    let served = Served::new(&[
        "--max-limit",
        "50",
        "--max-text",
        "100",
        "--max-body",
        "2000",
        "--max-challenges",
        "2",
    ]);
    let long = "a".repeat(101);
    for (name, path, body, status, kind, parts) in [
        ("no_json", "/v1/match", "{", 400, "not_json", &["line 1"][..]),
        ("a_list", "/v1/match", "[]", 400, "invalid", &["expected an object"]),
        (
            "nothing_asked",
            "/v1/match",
            "{}",
            400,
            "invalid",
            &["exactly one of `text`, `challenge_id`"],
        ),
        (
            "two_asked",
            "/v1/match",
            r#"{"text": "a", "challenge_id": "c1"}"#,
            400,
            "invalid",
            &["`text`, `challenge_id` was given"],
        ),
        (
            "unknown_field",
            "/v1/match",
            r#"{"text": "a", "limits": 3}"#,
            400,
            "invalid",
            &["`limits`", "`limit`"],
        ),
        ("null", "/v1/match", r#"{"text": null}"#, 400, "invalid", &["leave the field out"]),
        (
            "no_limit",
            "/v1/match",
            r#"{"text": "a", "limit": 0}"#,
            400,
            "invalid",
            &["`limit` cannot be `0`", "1 to 50"],
        ),
        (
            "a_large_limit",
            "/v1/match",
            r#"{"text": "a", "limit": 51}"#,
            400,
            "invalid",
            &["1 to 50"],
        ),
        (
            "an_unknown_stage",
            "/v1/match",
            r#"{"text": "a", "at_least": "dream"}"#,
            400,
            "invalid",
            &["dream"],
        ),
        (
            "a_long_text",
            "/v1/match",
            &json!({"text": long}).to_string(),
            413,
            "too_large",
            &["101 characters", "100 at most"],
        ),
        (
            "a_long_record",
            "/v1/similar",
            &json!({"challenge": {"title": long}}).to_string(),
            413,
            "too_large",
            &["100 at most"],
        ),
        (
            "many_challenges",
            "/v1/match",
            r#"{"challenges": [{}, {}, {}]}"#,
            413,
            "too_large",
            &["3 challenges", "2 at most"],
        ),
        ("a_long_body", "/v1/match", &" ".repeat(2_001), 413, "too_large", &["2000 bytes at most"]),
        (
            "no_such_challenge",
            "/v1/match",
            r#"{"challenge_id": "c9"}"#,
            404,
            "not_found",
            &["no challenge `c9`"],
        ),
        (
            "no_such_solution",
            "/v1/explain",
            r#"{"text": "a", "solution_id": "s9"}"#,
            404,
            "not_found",
            &["no solution `s9`"],
        ),
        (
            "an_id_of_the_other_kind",
            "/v1/find-challenges",
            r#"{"solution_id": "c1"}"#,
            404,
            "not_found",
            &["no solution `c1`"],
        ),
        (
            "an_unknown_rule",
            "/v1/match",
            r#"{"challenges": [{"title": "a", "eligibility": {"country": ["BR"]}}]}"#,
            400,
            "invalid",
            &["`eligibility`", "`country`", "`countries`"],
        ),
        (
            "an_id_that_is_no_text",
            "/v1/similar",
            r#"{"solution": {"id": 7, "title": "a"}}"#,
            400,
            "invalid",
            &["`id` cannot be `7`"],
        ),
        ("no_such_address", "/v2/match", "{}", 404, "not_found", &["/openapi.json"]),
        ("another_method", "/health", "{}", 405, "not_allowed", &["POST"]),
        ("read_only", "/v1/solutions", "{}", 404, "not_found", &[]),
    ] {
        let response = served.send("POST", path, "", body);
        eprintln!("{name}");
        response.problem(status, kind, parts);
        assert!(response.head.contains("x-content-type-options: nosniff"), "{name}");
    }
    // What a client says of itself is not believed.
    served.send("POST", "/v1/match", "content-length: 5000\r\n", "{}");
    assert_eq!(served.get("/health").status, 200);
    assert_eq!(served.get("/v1/records/%ff").status, 400);
}

#[test]
fn a_text_without_a_word_finds_nothing() {
    let served = Served::new(&[]);
    for text in ["", "   ", "😀", "\u{200b}"] {
        let found = served.post("/v1/match", &json!({"text": text}));
        assert_eq!(
            (found.status, &found.json()["results"][0]["matches"]),
            (200, &json!([])),
            "{text:?}"
        );
    }
}

#[test]
fn writing_needs_the_token_and_is_seen_at_once() {
    let served = Served::new(&["--writable"]);
    let records = json!({"records": [{"id": "s9", "title": "Humedales"}, {"title": "without an id"}, {"id": "s1", "title": "Jardines"}]});
    let without = served.send("PUT", "/v1/solutions", "", &records.to_string());
    without.problem(401, "unauthorized", &["Bearer"]);
    assert!(without.head.contains("www-authenticate: bearer"));
    let wrong = served.send(
        "DELETE",
        "/v1/records/s1",
        "authorization: Bearer a-token-of-many-letterz\r\n",
        "",
    );
    wrong.problem(401, "unauthorized", &[]);
    assert_eq!(served.folder.counts(), (4, 2));

    let put = served.write("PUT", "/v1/solutions", &records.to_string()).json();
    assert_eq!(
        (&put["added"], &put["replaced"], &put["rejected"][0]["row"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(served.folder.counts(), (5, 2));
    assert_eq!(served.get("/v1/records/s9").status, 200);
    let ask = json!({"records": [{"id": "c9", "question": "¿Cómo recuperar los humedales?"}]});
    assert_eq!(served.write("PUT", "/v1/challenges", &ask.to_string()).json()["added"], 1);
    let found = served.post("/v1/match", &json!({"challenge_id": "c9"})).json();
    assert_eq!(found["results"][0]["matches"][0]["solution_id"], "s9");
    assert_eq!(served.write("DELETE", "/v1/records/s9", "").status, 204);
    served.write("DELETE", "/v1/records/s9", "").problem(404, "not_found", &["`s9`"]);
    assert_eq!(served.get("/v1/records/s9").status, 404);

    let writer = served.folder.catalogue();
    let edit = writer.edit().unwrap();
    let locked = served.write("DELETE", "/v1/records/s1", "");
    locked.problem(409, "locked", &[]);
    assert!(locked.head.contains("retry-after: 1"));
    drop(edit);
    served.signal("TERM");
    let (_, log) = served.end();
    assert!(log.iter().all(|line| !line.contains(TOKEN)), "{log:?}");
}

#[test]
fn writing_without_a_token_is_refused_before_anything_is_served() {
    let folder = Folder::with_catalogue();
    folder.write("short.txt", "secret");
    let mut without = folder.command(&["serve", "c.cm", "--port", "0", "--writable"]);
    let output = without.env_remove("CITYMATCH_TOKEN").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("--token-file"), "{said}");
    let short =
        folder.run(&["serve", "c.cm", "--port", "0", "--writable", "--token-file", "short.txt"]);
    short.failed(2, &["16 characters"]);
    assert!(!short.err.contains("secret"));
    folder.run(&["serve", "nowhere.cm", "--port", "0"]).failed(1, &["nowhere.cm"]);
}

#[test]
fn commits_of_other_processes_are_taken_in() {
    let served = Served::new(&["--refresh", "0.1"]);
    served.folder.write("more.jsonl", r#"{"id": "s7", "title": "Lagunas de retención"}"#);
    served.folder.run(&["add", "c.cm", "more.jsonl"]).succeeded();
    let began = Instant::now();
    while served.get("/v1/records/s7").status != 200 {
        assert!(began.elapsed() < LONG, "it is never taken in");
        thread::sleep(Duration::from_millis(20));
    }
    let metrics = served.get("/metrics").body;
    assert!(
        metrics.contains("citymatch_solutions 5") && metrics.contains("citymatch_commits_total 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains(r#"citymatch_requests_total{route="/v1/records/{id}",status="200"} 1"#),
        "{metrics}"
    );

    // A folder that is gone is no reason to stop answering.
    std::fs::rename(served.folder.path("c.cm"), served.folder.path("gone.cm")).unwrap();
    while served.get("/ready").json()["fresh"] == true {
        assert!(began.elapsed() < LONG, "it never notices");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(served.get("/v1/records/s7").status, 200);
    assert!(served.get("/metrics").body.contains("citymatch_fresh 0"));
}

#[test]
fn it_ends_in_order_and_its_log_has_no_text() {
    let served = Served::new(&[]);
    let secret = "palabrasecreta";
    served.post("/v1/match", &json!({"text": secret}));
    served.get(&format!("/v1/records/{secret}"));
    served.get(&format!("/{secret}?text={secret}"));
    // A connection that is kept, and one that never says anything.
    let mut kept = served.connect();
    kept.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut begun = [0; 12];
    kept.read_exact(&mut begun).unwrap();
    let _silent = served.connect();
    let began = Instant::now();
    served.signal("TERM");
    let (code, log) = served.end();
    assert_eq!(code, Some(0));
    assert!(began.elapsed() < Duration::from_secs(10), "nobody is waited for who asks nothing");
    let requests: Vec<Json> = log
        .iter()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let routes: Vec<(&Json, &Json)> = requests
        .iter()
        .filter(|own| own["message"] == "request")
        .map(|own| (&own["route"], &own["status"]))
        .collect();
    let expected = [("/v1/match", 200), ("/v1/records/{id}", 404), ("none", 404), ("/health", 200)];
    assert_eq!(
        routes,
        expected
            .map(|(route, status)| (json!(route), json!(status)))
            .iter()
            .map(|(a, b)| (a, b))
            .collect::<Vec<_>>()
    );
    assert!(!log.concat().contains(secret), "{log:?}");
}

#[test]
fn slow_and_silent_clients_keep_nobody_out() {
    let served =
        Served::new(&["--max-connections", "40", "--max-per-address", "30", "--header-time", "2"]);
    let silent: Vec<TcpStream> = (0..60).map(|_| served.connect()).collect();
    let mut slow: Vec<TcpStream> = (0..30).map(|_| served.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /v1/match HTTP/1.1\r\nhost: loc").unwrap();
    }
    let begin = |_| {
        let mut stream = served.connect();
        let head = "POST /v1/match HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{";
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    // Half a request is no request.
    let halves: Vec<TcpStream> = (0..60).map(begin).collect();
    for _ in 0..20 {
        assert_eq!(served.post("/v1/match", &json!({"text": "lluvia"})).status, 200);
        for stream in &mut slow {
            let _ = stream.write_all(b"a");
        }
    }
    // Those that are left are closed after their time.
    for mut stream in silent.into_iter().chain(slow).chain(halves) {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        let text = String::from_utf8_lossy(&rest);
        assert!(rest.is_empty() || text.contains("408"), "{text}");
    }
    // The last ones are forgotten a moment after they were closed.
    let began = Instant::now();
    loop {
        let metrics = served.get("/metrics").body;
        if metrics.contains("citymatch_connections 1\n") {
            break;
        }
        assert!(began.elapsed() < LONG, "{metrics}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn too_many_open_files_are_waited_out() {
    let folder = Folder::with_catalogue();
    let program = env!("CARGO_BIN_EXE_citymatch");
    let script = format!("ulimit -n 40; exec '{program}' serve c.cm --port 0");
    let mut command = std::process::Command::new("sh");
    let mut process = command
        .args(["-c", &script])
        .current_dir(folder.place())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (send, log) = channel();
    let errors = BufReader::new(process.stderr.take().unwrap());
    thread::spawn(move || {
        errors.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    let first = log.recv_timeout(LONG).unwrap();
    let address = first.split_once("http://").expect(&first).1.parse().unwrap();
    let served = Served { folder, process, address, log };
    let silent: Vec<TcpStream> = (0..80).map(|_| served.connect()).collect();
    let began = Instant::now();
    assert_eq!(served.get("/health").status, 200);
    assert!(began.elapsed() < Duration::from_secs(9), "those that ask nothing make room");
    drop(silent);
}

#[test]
fn more_work_than_there_is_room_for_is_told_to_come_back() {
    let (folder, body) = busy();
    let served = Served::of(folder, &["--workers", "1", "--queue", "1"]);
    let address = served.address;
    let statuses: Vec<u16> = thread::scope(|scope| {
        let ask = || send(address, "POST", "/v1/match", "", &body);
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        let answered = asked.into_iter().map(|own| own.join().unwrap());
        answered
            .map(|own| {
                assert_eq!(own.status == 429, own.head.contains("retry-after: 1"), "{}", own.head);
                own.status
            })
            .collect()
    });
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
}

/// A catalogue and a request that take some time.
fn busy() -> (Folder, String) {
    let folder = Folder::new();
    let long =
        "lluvia agua calle barrio residuos energía vivienda parque escuela salud ".repeat(40);
    let record = |i| json!({"id": format!("s{i}"), "title": "x", "description": long}).to_string();
    folder.write("many.jsonl", (0..300).map(|i| record(i) + "\n").collect::<String>());
    folder.run(&["init", "c.cm"]).succeeded();
    folder.run(&["add", "c.cm", "many.jsonl"]).succeeded();
    let asks: Vec<Json> = (0..50).map(|_| json!({"question": long})).collect();
    (folder, json!({"challenges": asks, "why": true}).to_string())
}

#[test]
fn work_is_given_up_at_its_deadline() {
    let (folder, body) = busy();
    let served = Served::of(folder, &["--deadline", "0.01"]);
    let late = served.send("POST", "/v1/match", "", &body);
    late.problem(503, "deadline", &["0.01 s"]);
    assert!(late.head.contains("retry-after: 1"));
}

/// The README's own example, as it is sent.
#[test]
fn the_readmes_question_is_answered() {
    let readme = include_str!("../../../../README.md");
    let session = readme.split("curl -s localhost:7878").nth(1).expect("it shows how to ask");
    let (path, rest) = session.split_once(" -d '").unwrap();
    let body = rest.split('\'').next().unwrap();
    let answer = Served::new(&[]).send("POST", path, "", body);
    assert_eq!(answer.json()["results"][0]["matches"].as_array().unwrap().len(), 3);
}

#[test]
fn the_document_says_what_there_is() {
    let read_only = Served::new(&["--max-limit", "77"]).get("/openapi.json").json();
    assert_eq!(read_only["info"]["version"], env!("CARGO_PKG_VERSION"));
    let paths: Vec<&String> = read_only["paths"].as_object().unwrap().keys().collect();
    let expected = [
        "/health",
        "/ready",
        "/v1/explain",
        "/v1/find-challenges",
        "/v1/match",
        "/v1/records/{id}",
        "/v1/similar",
    ];
    let mut sorted = paths.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        expected.iter().map(ToString::to_string).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    let schemas = &read_only["components"]["schemas"];
    assert_eq!(schemas["MatchRequest"]["properties"]["limit"]["maximum"], 77);
    let written = Served::new(&["--writable"]).get("/openapi.json").json();
    assert!(
        written["paths"]["/v1/records/{id}"]["delete"].is_object()
            && written["paths"]["/v1/solutions"]["put"].is_object()
    );
    // All that is referred to is there.
    let text = written.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(written["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[test]
fn the_page_answers_in_three_languages_and_quotes_what_is_hostile() {
    let folder = Folder::new();
    folder.write(
        "s.jsonl",
        SOLUTIONS.replace("Jardines de lluvia", "<script>alert(1)</script> lluvia"),
    );
    folder.run(&["init", "c.cm"]).succeeded();
    folder.run(&["add", "c.cm", "s.jsonl"]).succeeded();
    let served = Served::of(folder, &["--max-text", "200"]);
    for (lang, expected) in [
        ("es", "Pregunte al catálogo"),
        ("pt", "Pergunte ao catálogo"),
        ("en", "Ask the catalogue"),
    ] {
        let page = served.get(&format!("/?lang={lang}"));
        assert!(page.status == 200 && page.body.contains(expected), "{lang}");
        assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
        let browser =
            served.send("GET", "/", &format!("accept-language: {lang}-XX,en;q=.5\r\n"), "");
        assert!(browser.body.contains(expected), "{lang}");
    }
    let found = served.get("/?text=lluvia+%3Cb%3E&lang=es").body;
    assert!(found.contains("&lt;script&gt;") && !found.contains("<script"), "{found}");
    assert!(found.contains("lluvia &lt;b&gt;"));
    let long = served.get(&format!("/?text={}", "a".repeat(201)));
    assert!(long.status == 413 && long.body.contains("200 at most"), "{}", long.status);
    served.get("/?lang=xx").problem(400, "invalid", &["`es`, `pt` or `en`"]);
}
