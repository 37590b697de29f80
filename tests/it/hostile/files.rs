//! Files, folders and archives that were made to hurt.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::intake::{Tree, findings};

const INIT: &str = "from app.plugins import BasePlugin\n";

fn plugin() -> Tree {
    Tree::new(&[("p/__init__.py", INIT)])
}

#[test]
fn what_is_no_file_is_not_opened() {
    let tree = plugin();
    let folder = tree.path().join("p");
    assert!(Command::new("mkfifo").arg(folder.join("pipe.py")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket.py")).unwrap();
    symlink("/dev/zero", folder.join("zero.py")).unwrap();
    fs::create_dir(folder.join("plugin.py")).unwrap();
    fs::create_dir(folder.join("folder.py")).unwrap();
    assert_eq!(
        findings(&tree.load(&["p"])),
        ["special-file p/pipe.py", "unreadable-file p/plugin.py", "special-file p/socket.py", "link-outside p/zero.py",]
    );
    for named in ["p/pipe.py", "p/socket.py", "/dev/zero"] {
        let intake = tree.load(&[named]);
        assert_eq!(intake.errors.len(), 1, "{named}");
    }
}

#[test]
fn links_are_followed_inside_the_plugin_only() {
    let tree = plugin();
    let folder = tree.path().join("p");
    tree.write("secret.txt", b"secret");
    tree.write("p/a/x.py", b"x = 1");
    tree.write("p/b/y.py", b"y = 1");
    symlink("../secret.txt", folder.join("out.txt")).unwrap();
    symlink("/etc", folder.join("etc")).unwrap();
    symlink("a/x.py", folder.join("inside.py")).unwrap();
    symlink("../b", folder.join("a/to_b")).unwrap();
    symlink("../a", folder.join("b/to_a")).unwrap();
    symlink(".", folder.join("self")).unwrap();
    symlink("loop", folder.join("loop")).unwrap();
    symlink("gone.py", folder.join("dangling.py")).unwrap();
    let intake = tree.load(&["p"]);
    assert_eq!(
        findings(&intake),
        [
            "link-loop p/a/to_b/to_a",
            "link-loop p/b/to_a/to_b",
            "unreadable-file p/dangling.py",
            "link-outside p/etc",
            "link-loop p/loop",
            "link-outside p/out.txt",
            "link-loop p/self",
        ]
    );
    let texts: Vec<_> = intake.groups[0].plugins[0].files.iter().filter(|file| file.source().is_some()).collect();
    let paths: Vec<_> = texts.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        ["__init__.py", "a/to_b/y.py", "a/x.py", "b/to_a/x.py", "b/y.py", "inside.py"],
        "what lies behind a link inside is read under the name of the link"
    );
}

#[test]
fn a_collection_does_not_follow_links_out_of_it() {
    let tree = Tree::new(&[("col/a/__init__.py", INIT), ("elsewhere/b/__init__.py", INIT)]);
    symlink("../elsewhere/b", tree.path().join("col/b")).unwrap();
    symlink("a", tree.path().join("col/alias")).unwrap();
    symlink(".", tree.path().join("col/self")).unwrap();
    let intake = tree.load(&["col"]);
    assert_eq!(findings(&intake), ["link-outside col/b", "link-outside col/self"]);
    let slugs: Vec<_> = intake.groups[0].plugins.iter().map(|plugin| plugin.slug.as_str()).collect();
    assert_eq!(slugs, ["a", "alias"], "the host loads both");
    assert_eq!(tree.load(&["col/b"]).groups[0].plugins[0].slug, "b", "a link that is named is followed");
}

#[test]
fn names_that_hide_something_are_written_out() {
    let tree = plugin();
    let folder = tree.path().join("p");
    for name in [b"a\\b.py".as_slice(), b"caf\xe9.py", b"x\x1b[2J.py", "gpj.\u{202e}yp".as_bytes(), b"new\nline.py"] {
        fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    let intake = tree.load(&["p"]);
    assert_eq!(
        findings(&intake),
        [
            "odd-file-name p/a\\\\b.py",
            "odd-file-name p/caf\\xe9.py",
            "odd-file-name p/gpj.\\u{202e}yp",
            "odd-file-name p/new\\x0aline.py",
            "odd-file-name p/x\\x1b[2J.py",
        ]
    );
    assert!(intake.files.iter().all(|record| !record.path.chars().any(char::is_control)));
}

#[test]
fn large_files_are_not_read() {
    let tree = plugin();
    let folder = tree.path().join("p");
    for (name, size) in [("sparse.py", 1 << 30), ("plugin.json", 64 << 20), ("video.mp4", 1 << 34), ("lib.js", 5 << 20)]
    {
        File::create(folder.join(name)).unwrap().set_len(size).unwrap();
    }
    let started = std::time::Instant::now();
    let intake = tree.load(&["p"]);
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    assert_eq!(findings(&intake), ["file-too-large p/plugin.json", "file-too-large p/sparse.py"]);
    let script = intake.files.iter().find(|record| record.path == "p/lib.js").unwrap();
    assert_eq!(script.reason.as_deref(), Some("larger than 1048576 bytes"), "a bundled library is no fault");
}

#[test]
fn counts_depth_and_total_are_bounded() {
    use wicara_tool::intake::{Options, load};
    let tree = plugin();
    for at in 0..300 {
        tree.write(&format!("p/many/{at}.py"), b"x = 1\n");
    }
    tree.write(&format!("p/{}x.py", "d/".repeat(100)), b"x = 1");
    let deep = tree.load(&["p"]);
    let shown = format!("too-many-files p/{}", ["d"; 64].join("/"));
    assert_eq!(findings(&deep), [shown]);
    let mut options = Options::default();
    options.limits.files = 200;
    let many = load(&[tree.path().join("p")], &options, &tree.path());
    assert!(findings(&many).contains(&"too-many-files p".to_owned()), "{:?}", findings(&many));
    options = Options::default();
    options.limits.total = 1_000;
    options.limits.depth = 200;
    let heavy = load(&[tree.path().join("p")], &options, &tree.path());
    assert_eq!(findings(&heavy), ["too-many-files p"], "told once");
    assert!(heavy.files.iter().any(|record| record.reason.as_deref().is_some_and(|why| why.contains("1000 bytes"))));
}

#[test]
fn five_thousand_files_are_read_at_once() {
    let tree = plugin();
    for at in 0..5_000 {
        let folder = tree.path().join(format!("p/m{}", at % 50));
        if at < 50 {
            fs::create_dir(&folder).unwrap();
        }
        fs::write(folder.join(format!("f{at}.py")), "x = 1\n").unwrap();
    }
    let started = std::time::Instant::now();
    let intake = tree.load(&["p"]);
    assert_eq!((findings(&intake).len(), intake.files.len()), (0, 5_001));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn texts_that_are_no_text_are_read_as_they_are() {
    let tree = plugin();
    tree.write("p/nul.py", b"x = '\0'\n");
    tree.write("p/latin.py", b"# caf\xe9\n");
    tree.write("p/plugin.json", &[b'['; 100_000]);
    let intake = tree.load(&["p"]);
    assert_eq!(findings(&intake), [""; 0], "what they are is for the rooms that read them");
    assert!(intake.files.iter().all(|record| record.reason.is_none()));
}

/// Every place that is told is one of the text, and odd white space is no part of a name.
#[test]
fn places_in_odd_texts_are_places() {
    use std::sync::Arc;
    use wicara_tool::model::{FileState, Origin, Plugin, PluginFile, RelPath, Source};

    let long = format!("var a = [{}", "\u{fffd}".repeat(40));
    let texts = [
        ("static/a.js", long.as_str()),
        ("static/b.js", "\u{fffd}}"),
        (
            "requirements.txt",
            "-\u{c}\u{c}r\n-\u{2003}x\n--index-url\u{c}http://example.org/simple\na @\u{a0}https://example.org/a.zip\n\u{2003}git+https://example.org/b\n",
        ),
        ("native/src/lib.rs", "\u{20ac} fn"),
        ("native/Cargo.toml", "\u{20ac} = ["),
    ];
    let files = texts.map(|(path, text)| PluginFile {
        path: RelPath::new(path).unwrap(),
        size: text.len() as u64,
        executable: false,
        head: Vec::new(),
        state: FileState::Read(Arc::new(Source::new(text.as_bytes().to_vec()))),
    });
    let plugin =
        Plugin { slug: "odd".to_owned(), root: "odd".to_owned(), origin: Origin::Folder, files: files.to_vec() };
    let found = wicara_tool::scan::others(&plugin);
    for finding in &found {
        let (span, source) = finding.place.span.zip(finding.place.source.as_ref()).unwrap();
        assert!(source.text().get(span.range()).is_some(), "{}: {span:?} is no place", finding.rule);
    }
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule.as_str()).collect();
    for rule in ["script-syntax-error", "package-index", "requirement-address", "native-syntax-error"] {
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }
}
