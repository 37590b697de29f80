//! Many processes with one cache, some of them ended in the middle.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::cli::tool::{COMMA, SOUND, Tool};

const PLUGINS: usize = 12;

fn tool() -> Tool {
    let tool = Tool::new().set("WICARA_TOOL_CACHE_DIR", "cache");
    for number in 0..PLUGINS {
        tool.put(&format!("all/p{number}/__init__.py"), SOUND);
        tool.put(&format!("all/p{number}/plugin.json"), COMMA);
        tool.put(&format!("all/p{number}/tasks.py"), &format!("import os\nos.system(input('{number}'))\n"));
    }
    tool
}

fn temporaries(cache: &Path) -> usize {
    let parts = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let names = parts.flat_map(|part| fs::read_dir(part).unwrap().map(|entry| entry.unwrap().file_name()));
    names.filter(|name| name.to_string_lossy().starts_with(".new-")).count()
}

#[test]
fn processes_beside_one_another_and_ended_ones_change_nothing() {
    let tool = tool();
    let arguments = ["validate", "all", "-f", "json"];
    let plain = tool.run(&[arguments.as_slice(), &["--no-cache"]].concat()).exits(1).out;
    let mut ended = 0;
    for round in 0..6_u64 {
        // Every other round begins with nothing.
        if round % 2 == 0 && tool.path("cache").exists() {
            fs::remove_dir_all(tool.path("cache")).unwrap();
        }
        let start = |_| {
            let mut command = tool.command(&arguments);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let (victims, others): (Vec<_>, Vec<_>) =
            (0..10).map(start).enumerate().partition(|(number, _)| number % 2 == 0);
        for (number, mut victim) in victims {
            sleep(Duration::from_millis(round * 4 + number as u64));
            // SIGKILL; one that is done already cannot be ended.
            victim.kill().unwrap();
            let output = victim.wait_with_output().unwrap();
            ended += usize::from(output.status.code().is_none());
        }
        for (_, other) in others {
            let output = other.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert_eq!(String::from_utf8(output.stdout).unwrap(), plain);
            assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        }
        assert_eq!(tool.run(&arguments).exits(1).out, plain);
        tool.run(&["cache", "size"]).exits(0).prints(&format!("{PLUGINS} results ("));
    }
    assert!(ended > 0, "no process was ended in the middle");
    // What they left behind goes with the rest.
    let left = temporaries(&tool.path("cache"));
    assert!(left <= ended, "{left} temporary files of {ended} processes");
    tool.run(&["cache", "clean"]).exits(0).prints(&format!("removed {PLUGINS} results ("));
    assert!(!tool.path("cache").exists());
}

#[test]
fn cleaning_while_others_work_harms_nobody() {
    let tool = tool();
    let arguments = ["validate", "all", "-f", "concise"];
    let plain = tool.run(&[arguments.as_slice(), &["--no-cache"]].concat()).exits(1).out;
    let workers: Vec<_> = (0..6)
        .map(|_| tool.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    for _ in 0..10 {
        // A folder that fills while it is removed is not removed.
        let _ = tool.run(&["cache", "clean"]);
    }
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap()), (Some(1), plain.clone()));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}
