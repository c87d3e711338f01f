//! The language server for YAML, spoken to as editors do (LSP 3.17, over its standard input and output).

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use libtest_mimic::Failed;
use serde_json::{Value, json};

/// The version that the tests were written for.
const VERSION: &str = "2.0.0";

pub struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: u64,
    documents: u64,
}

impl Server {
    /// Starts the server, which npm installs the first time.
    pub fn start() -> Result<Self, Failed> {
        let program = installed()?;
        let mut command = Command::new("node");
        command.arg(program).arg("--stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut server = Self { child, input, output, requests: 0, documents: 0 };
        let capabilities = json!({ "textDocument": { "hover": { "contentFormat": ["plaintext"] } } });
        server.request("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities }))?;
        server.notify("initialized", json!({}))?;
        Ok(server)
    }

    /// What it finds wrong with a text.
    pub fn problems(&mut self, text: &str) -> Result<Value, Failed> {
        let uri = self.open(text)?;
        loop {
            let message = self.read()?;
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return Ok(message["params"]["diagnostics"].clone());
            }
        }
    }

    /// What it shows at a place, counted from 0.
    pub fn hover(&mut self, text: &str, line: u32, character: u32) -> Result<Value, Failed> {
        let uri = self.open(text)?;
        let position = json!({ "line": line, "character": character });
        self.request("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": position }))
    }

    /// What it offers at a place, counted from 0.
    pub fn completion(&mut self, text: &str, line: u32, character: u32) -> Result<Vec<Value>, Failed> {
        let uri = self.open(text)?;
        let position = json!({ "line": line, "character": character });
        let answer =
            self.request("textDocument/completion", json!({ "textDocument": { "uri": uri }, "position": position }))?;
        let items = if answer.is_array() { answer } else { answer["items"].clone() };
        Ok(items.as_array().cloned().unwrap_or_default())
    }

    fn open(&mut self, text: &str) -> Result<String, Failed> {
        self.documents += 1;
        let uri = format!("file:///specs/spec-{}.yaml", self.documents);
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }))?;
        Ok(uri)
    }

    fn request(&mut self, method: &str, params: Value) -> Result<Value, Failed> {
        self.requests += 1;
        let id = self.requests;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.read()?;
            if message["id"] == id && message.get("method").is_none() {
                return Ok(message["result"].clone());
            }
        }
    }

    fn notify(&mut self, method: &str, params: Value) -> Result<(), Failed> {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn write(&mut self, message: &Value) -> Result<(), Failed> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.input.flush()?)
    }

    /// The next message. What the server asks in turn is answered with nothing.
    fn read(&mut self) -> Result<Value, Failed> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err("the language server has ended".into());
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        let message: Value = serde_json::from_slice(&body)?;
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            self.write(&json!({ "jsonrpc": "2.0", "id": id, "result": null }))?;
        }
        Ok(message)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn installed() -> Result<PathBuf, Failed> {
    Ok(crate::install("yaml-language-server", VERSION)?.join("bin/yaml-language-server"))
}
