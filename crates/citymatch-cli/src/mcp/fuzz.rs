//! Fuzz target of what reads and answers an assistant's lines, without a process: each line after
//! those with which every conversation begins.

use std::panic::AssertUnwindSafe;

use bolero::check;
use serde_json::Value as Json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Builder;

use super::serve;
use crate::service::fuzz::service;

/// How a conversation begins.
const GREETING: &[u8] = br#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
"#;

#[test]
fn mcp_lines() {
    // A panic ends the run, so that nothing is used that it left half done.
    let service = AssertUnwindSafe(service());
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = AssertUnwindSafe(runtime);
    check!(name = "mcp_lines").with_iterations(30).for_each(|lines| {
        let input = [GREETING, lines, b"\n"].concat();
        let answers = runtime.block_on(async {
            let (mut assistant, server) = tokio::io::duplex(1 << 20);
            let (read, write) = tokio::io::split(server);
            let talk = async {
                assistant.write_all(&input).await.unwrap();
                assistant.shutdown().await.unwrap();
                let mut answers = String::new();
                assistant.read_to_string(&mut answers).await.unwrap();
                answers
            };
            let (served, answers) = tokio::join!(serve(service.clone(), read, write), talk);
            served.unwrap();
            answers
        });
        assert!(answers.contains("\"serverInfo\""), "{answers}");
        for line in answers.lines() {
            let answer: Json = serde_json::from_str(line).unwrap();
            assert_eq!(answer["jsonrpc"], "2.0", "{line}");
        }
    });
}
