//! Fuzz target of what reads and answers an assistant's lines, without a process: each line after
//! those with which every conversation begins.

use std::panic::AssertUnwindSafe;

use bolero::check;
use serde_json::Value as Json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::runtime::Builder;

use super::serve;
use crate::service::fuzz::service;

/// How a conversation begins.
const GREETING: &[u8] = br#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
"#;

/// How it ends, and what is answered to that.
const FAREWELL: &[u8] = b"{\"jsonrpc\":\"2.0\",\"id\":\"goodbye\",\"method\":\"ping\"}\n";
const GOODBYE: &str = "\"id\":\"goodbye\"";

#[test]
fn mcp_lines() {
    // A panic ends the run, so that nothing is used that it left half done.
    let service = AssertUnwindSafe(service());
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = AssertUnwindSafe(runtime);
    check!(name = "mcp_lines").with_iterations(30).for_each(|lines| {
        let input = [GREETING, lines, b"\n", FAREWELL].concat();
        let answers = runtime.block_on(async {
            let (mut assistant, server) = tokio::io::duplex(1 << 20);
            let (read, write) = tokio::io::split(server);
            let talk = async {
                assistant.write_all(&input).await.unwrap();
                let (mut assistant, mut answers) = (BufReader::new(assistant), String::new());
                while assistant.read_line(&mut answers).await.unwrap() > 0 {
                    if answers.contains(GOODBYE) {
                        break;
                    }
                }
                answers
            };
            // It may have more to say, but nobody is there to hear it.
            tokio::select! {
                answers = talk => answers,
                ended = serve(service.clone(), read, write) => panic!("it ended by itself: {}", ended.is_ok()),
            }
        });
        assert!(answers.contains("\"serverInfo\""), "{answers}");
        for line in answers.lines() {
            let answer: Json = serde_json::from_str(line).unwrap();
            assert_eq!(answer["jsonrpc"], "2.0", "{line}");
        }
    });
}
