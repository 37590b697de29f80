"""The reference for the syntax tests: what the real Python says about files and texts.

    dump_ast.py list COUNT     paths of the standard library, each with what compile() says
    dump_ast.py dump           reads paths from stdin, writes a compact dump of each file's ast
    dump_ast.py check          reads a JSON list of texts, writes for each null or [message, line]
"""

import ast
import json
import os
import struct
import sys
import sysconfig
import warnings

warnings.simplefilter("ignore")


def refusal(source):
    try:
        compile(source, "sample.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return [error.msg, error.lineno or 0]
    except (ValueError, RecursionError) as error:
        return [str(error), 0]
    return None


def listed(count):
    root = sysconfig.get_path("stdlib")
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "site-packages")
        found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]
    for path in found[:count]:
        with open(path, "rb") as file:
            source = file.read()
        try:
            source.decode("utf-8")
        except UnicodeDecodeError:
            continue
        refused = refusal(source)
        print(path if refused is None else f"{path}\t{refused[0]} (line {refused[1]})")


class Dump:
    def __init__(self):
        self.out = []
        self.placed = True

    def line(self, kind, node=None, *details):
        at = f"{node.lineno}:{node.col_offset}" if node is not None and self.placed else "-"
        self.out.append(" ".join([kind, at, *map(str, details)]))

    @staticmethod
    def text(value):
        return "x" + "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in value).encode().hex()

    def optional(self, node):
        if node is None:
            self.line("none")
        else:
            self.expr(node)

    def exprs(self, nodes):
        for node in nodes:
            self.expr(node)

    def expr(self, n):
        kind = type(n).__name__
        getattr(self, "e_" + kind)(n)

    def e_Name(self, n):
        self.line("Name", n, n.id)

    def e_Constant(self, n):
        value = n.value
        if isinstance(value, bool) or value is None:
            self.line("Const", n, str(value))
        elif value is Ellipsis:
            self.line("Const", n, "...")
        elif isinstance(value, int):
            self.line("Int", n, value if value < 2**63 else "big")
        elif isinstance(value, float):
            self.line("Float", n, struct.pack(">d", value).hex())
        elif isinstance(value, complex):
            self.line("Complex", n)
        elif isinstance(value, str):
            self.line("Str", n, self.text(value))
        else:
            self.line("Bytes", n, "x" + value.hex())

    def e_JoinedStr(self, n):
        self.line("JoinedStr", n)
        placed, self.placed = self.placed, False
        for value in n.values:
            if isinstance(value, ast.Constant):
                self.line("Lit", None, self.text(value.value))
                continue
            spec = value.format_spec
            conversion = chr(value.conversion) if value.conversion != -1 else "-"
            plain = "-"
            if spec is not None and all(isinstance(part, ast.Constant) for part in spec.values):
                plain = self.text("".join(part.value for part in spec.values))
            self.line("Val", None, conversion, int(spec is not None), plain)
            self.expr(value.value)
        self.placed = placed

    def e_Attribute(self, n):
        self.line("Attribute", n, n.attr)
        self.expr(n.value)

    def e_Subscript(self, n):
        self.line("Subscript", n)
        self.expr(n.value)
        self.expr(n.slice)

    def e_Slice(self, n):
        self.line("Slice", n)
        for part in (n.lower, n.upper, n.step):
            self.optional(part)

    def arguments(self, positional, keywords):
        both = sorted([*positional, *keywords], key=lambda node: (node.lineno, node.col_offset))
        for node in both:
            if isinstance(node, ast.keyword):
                self.line("kw", node, node.arg or "**")
                self.expr(node.value)
            elif isinstance(node, ast.Starred):
                self.line("star", node)
                self.expr(node.value)
            else:
                self.line("pos")
                self.expr(node)

    def e_Call(self, n):
        self.line("Call", n)
        self.expr(n.func)
        self.arguments(n.args, n.keywords)

    def e_BinOp(self, n):
        self.line("BinOp", n, type(n.op).__name__)
        self.expr(n.left)
        self.expr(n.right)

    def e_UnaryOp(self, n):
        self.line("UnaryOp", n, type(n.op).__name__)
        self.expr(n.operand)

    def e_BoolOp(self, n):
        self.line("BoolOp", n, type(n.op).__name__, len(n.values))
        self.exprs(n.values)

    def e_Compare(self, n):
        self.line("Compare", n, *(type(op).__name__ for op in n.ops))
        self.expr(n.left)
        self.exprs(n.comparators)

    def e_IfExp(self, n):
        self.line("IfExp", n)
        self.exprs([n.test, n.body, n.orelse])

    def params(self, a):
        defaults = [None] * (len(a.posonlyargs) + len(a.args) - len(a.defaults)) + a.defaults
        rows = [("PositionalOnly", arg) for arg in a.posonlyargs] + [("Positional", arg) for arg in a.args]
        rows = [(kind, arg, default) for (kind, arg), default in zip(rows, defaults)]
        if a.vararg:
            rows.append(("VarArgs", a.vararg, None))
        rows += [("KeywordOnly", arg, default) for arg, default in zip(a.kwonlyargs, a.kw_defaults)]
        if a.kwarg:
            rows.append(("KwArgs", a.kwarg, None))
        for kind, arg, default in rows:
            self.line("param", arg, kind, arg.arg)
            self.optional(arg.annotation)
            self.optional(default)

    def e_Lambda(self, n):
        self.line("Lambda", n)
        self.params(n.args)
        self.expr(n.body)

    def several(self, n):
        self.line(type(n).__name__, n, len(n.elts))
        self.exprs(n.elts)

    e_Tuple = e_List = e_Set = several

    def e_Dict(self, n):
        self.line("Dict", n, len(n.values))
        for key, value in zip(n.keys, n.values):
            self.optional(key)
            self.expr(value)

    def generators(self, n):
        for clause in n.generators:
            self.line("for", None, clause.is_async, len(clause.ifs))
            self.exprs([clause.target, clause.iter, *clause.ifs])

    def comprehension(self, n):
        self.line(type(n).__name__, n)
        self.expr(n.elt)
        self.generators(n)

    e_ListComp = e_SetComp = e_GeneratorExp = comprehension

    def e_DictComp(self, n):
        self.line("DictComp", n)
        self.exprs([n.key, n.value])
        self.generators(n)

    def wrapped(self, n):
        self.line(type(n).__name__, n)
        self.optional(n.value)

    e_Starred = e_Await = e_Yield = e_YieldFrom = wrapped

    def e_NamedExpr(self, n):
        self.line("NamedExpr", n)
        self.exprs([n.target, n.value])

    def body(self, label, statements):
        self.line(label, None, len(statements))
        for statement in statements:
            getattr(self, "s_" + type(statement).__name__)(statement)

    def s_FunctionDef(self, n):
        self.exprs(n.decorator_list)
        is_async = isinstance(n, ast.AsyncFunctionDef)
        self.line("def", n, n.name, int(is_async))
        self.params(n.args)
        self.optional(n.returns)
        self.body("body", n.body)

    s_AsyncFunctionDef = s_FunctionDef

    def s_ClassDef(self, n):
        self.exprs(n.decorator_list)
        self.line("class", n, n.name)
        self.arguments(n.bases, n.keywords)
        self.body("body", n.body)

    def s_Return(self, n):
        self.line("return", n)
        self.optional(n.value)

    def s_Delete(self, n):
        self.line("del", n, len(n.targets))
        self.exprs(n.targets)

    def s_Assign(self, n):
        self.line("assign", n, len(n.targets))
        self.exprs([*n.targets, n.value])

    def s_AugAssign(self, n):
        self.line("augassign", n, type(n.op).__name__)
        self.exprs([n.target, n.value])

    def s_AnnAssign(self, n):
        self.line("annassign", n)
        self.exprs([n.target, n.annotation])
        self.optional(n.value)

    def s_For(self, n):
        self.line("for", n, int(isinstance(n, ast.AsyncFor)))
        self.exprs([n.target, n.iter])
        self.body("body", n.body)
        self.body("else", n.orelse)

    s_AsyncFor = s_For

    def s_While(self, n):
        self.line(type(n).__name__.lower(), n)
        self.expr(n.test)
        self.body("body", n.body)
        self.body("else", n.orelse)

    s_If = s_While

    def s_With(self, n):
        self.line("with", n, int(isinstance(n, ast.AsyncWith)), len(n.items))
        for item in n.items:
            self.expr(item.context_expr)
            self.optional(item.optional_vars)
        self.body("body", n.body)

    s_AsyncWith = s_With

    def binds(self, p):
        if isinstance(p, (ast.MatchSequence, ast.MatchMapping, ast.MatchClass)):
            inner = [*p.patterns, *getattr(p, "kwd_patterns", [])]
            names = [name for part in inner for name in self.binds(part)]
            rest = getattr(p, "rest", None)
            return names + [rest] if rest else names
        if isinstance(p, ast.MatchOr):
            return self.binds(p.patterns[0])
        if isinstance(p, ast.MatchAs):
            return (self.binds(p.pattern) if p.pattern else []) + ([p.name] if p.name else [])
        if isinstance(p, ast.MatchStar):
            return [p.name] if p.name else []
        return []

    def s_Match(self, n):
        self.line("match", n, len(n.cases))
        self.expr(n.subject)
        for case in n.cases:
            self.line("case", None, *self.binds(case.pattern))
            self.optional(case.guard)
            self.body("body", case.body)

    def s_Raise(self, n):
        self.line("raise", n)
        self.optional(n.exc)
        self.optional(n.cause)

    def s_Try(self, n):
        self.line("try", n, len(n.handlers))
        self.body("body", n.body)
        for handler in n.handlers:
            self.line("except", handler, handler.name or "-")
            self.optional(handler.type)
            self.body("body", handler.body)
        self.body("else", n.orelse)
        self.body("finally", n.finalbody)

    s_TryStar = s_Try

    def s_Assert(self, n):
        self.line("assert", n)
        self.expr(n.test)
        self.optional(n.msg)

    def aliases(self, names):
        for alias in names:
            self.line("alias", alias, alias.name, alias.asname or "-")

    def s_Import(self, n):
        self.line("import", n)
        self.aliases(n.names)

    def s_ImportFrom(self, n):
        self.line("from", n, n.module or "-", n.level)
        self.aliases(n.names)

    def s_Global(self, n):
        self.line(type(n).__name__.lower(), n, *n.names)

    s_Nonlocal = s_Global

    def s_Expr(self, n):
        self.line("expr", n)
        self.expr(n.value)

    def s_Pass(self, n):
        self.line(type(n).__name__.lower(), n)

    s_Break = s_Continue = s_Pass


def dumped(path):
    with open(path, "rb") as file:
        tree = ast.parse(file.read())
    dump = Dump()
    dump.body("module", tree.body)
    return dump.out


def main():
    sys.setrecursionlimit(10_000)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    mode = sys.argv[1]
    if mode == "list":
        listed(int(sys.argv[2]))
    elif mode == "dump":
        for path in sys.stdin.read().splitlines():
            try:
                lines = dumped(path)
            except AttributeError as error:
                # A kind of node that came with a later Python than the ones that the host runs on.
                if error.obj.__class__ is not Dump:
                    raise
                continue
            print("==", path)
            print("\n".join(lines))
    else:
        texts = json.loads(sys.stdin.buffer.read().decode("utf-8"))
        json.dump([refusal(text.encode("utf-8")) for text in texts], sys.stdout)


main()
