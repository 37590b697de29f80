"""Makes the seeds of the fuzz targets from the fixtures of the rules: `python3 fuzz/seeds.py`."""

import pathlib
import re

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / 'fixtures' / 'rules'
RULES = HERE.parent / 'rules'
OWN = b'title = "x"\nseverity = "low"\nconfidence = "high"\nwhy = "x"\nhelp = "x"\nsince = "0.1.0"\n'
NAMES = ['__init__.py', 'plugin.py', 'helpers.py', 'plugin.json']
MARKER = re.compile(r'\s*(//|#) (expect|ok)[a-z-]*:.*$')

OTHERS = {
    'markup': ('.html', '.svg', '.j2', '.jinja2'),
    'script': ('.js', '.mjs'),
    'native': ('.rs', 'Cargo.toml', 'requirements.txt'),
}
OTHER_MARKER = re.compile(r'\s*(//|#|\{#|<!--|/\*) (expect|ok)[a-z-]*: [a-z, -]*(#\}|-->|\*/)?$')


def cases(text):
    """The files of each case: path -> text."""
    for case in re.split(r'^#: case .*\n', text, flags=re.M)[1:]:
        files = {}
        for part in re.split(r'^#: (?=file |fixed |empty |plugin |expect |host )', case, flags=re.M)[1:]:
            head, _, body = part.partition('\n')
            word, *rest = head.split()
            if word == 'file':
                files.setdefault(rest[0], body)
        yield files


def put(target, name, data):
    folder = HERE / 'corpus' / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def main():
    for fixture in sorted(FIXTURES.glob('*.py')):
        for number, files in enumerate(cases(fixture.read_text())):
            name = f'{fixture.stem}-{number}'
            for path, text in files.items():
                if path == 'plugin.json':
                    plain = '\n'.join(MARKER.sub('', line) for line in text.split('\n'))
                    put('manifest', name, plain.encode())
                elif path.endswith('.py'):
                    put('python', f'{name}-{path.replace("/", "-")}', text.encode())
                else:
                    for target, ends in OTHERS.items():
                        if path.endswith(ends):
                            plain = '\n'.join(OTHER_MARKER.sub('', line) for line in text.split('\n'))
                            put(target, f'{name}-{path.replace("/", "-")}', plain.encode())
            put('contract', name, b'\0'.join(files.get(path, '').encode() for path in NAMES))
    for rule in sorted(RULES.glob('*/*.toml')):
        text = rule.read_bytes()
        flow = rule.parent.name == 'flow'
        put('rules', f'{rule.parent.name}-{rule.stem}', (OWN + b'\0' if flow else b'') + text)


if __name__ == '__main__':
    main()
