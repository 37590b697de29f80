#!/usr/bin/env bash
# Tries both hooks with the real pre-commit in a real Git repository: commits, refusals, odd names, deletions, merges.
#
# usage: tests/pre-commit.sh [HOOK…]        default: wicara-validate-system wicara-validate
#
# Needs git, python3, and cargo; installs pre-commit into target/pre-commit when PRE_COMMIT does not name one.
# The hooks come from the commit that is checked out: what is not committed is not tried.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
hooks=("$@")
[ ${#hooks[@]} -gt 0 ] || hooks=(wicara-validate-system wicara-validate)

if [ -z "${PRE_COMMIT:-}" ]; then
    PRE_COMMIT=$target/pre-commit/bin/pre-commit
    if ! "$PRE_COMMIT" --version >/dev/null 2>&1; then
        python3 -m venv "$target/pre-commit"
        "$target/pre-commit/bin/pip" install --quiet pre-commit
    fi
fi
echo "$("$PRE_COMMIT" --version), $(git --version)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/store HOME=$work/home CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_COLOR=never CARGO_TARGET_DIR=$target
mkdir -p "$HOME" "$work/bin"
git config --global user.name tester
git config --global user.email tester@example.invalid
git config --global init.defaultBranch main
git config --global --add safe.directory '*'

git clone --quiet --no-hardlinks "$root" "$work/hooks"
rev=$(git -C "$work/hooks" rev-parse HEAD)

# The system hook finds this on PATH; it counts its runs.
(cd "$root" && cargo build --quiet --locked)
cat >"$work/bin/wicara-tool" <<END
#!/usr/bin/env bash
echo "\$#" >>"$work/runs"
exec "$target/debug/wicara-tool" "\$@"
END
chmod +x "$work/bin/wicara-tool"
export PATH=$work/bin:$PATH

out=$work/out
fail() {
    echo "FAILED: $*" >&2
    head -c 4000 "$out" >&2
    exit 1
}
# Runs a git command that must pass, or must be refused; what it said is in $out.
passes() { git "$@" >"$out" 2>&1 || fail "git $* was refused"; }
refused() { if git "$@" >"$out" 2>&1; then fail "git $* passed"; fi; }
says() { grep -qF -- "$1" "$out" || fail "no '$1' in the output"; }
silent() { if grep -qF -- "$1" "$out"; then fail "'$1' in the output"; fi; }
done_in() { echo "  ok  $1 ($((SECONDS - start)) s)"; start=$SECONDS; }

trial() {
    local hook=$1 site=$work/site-$1 installed=app/plugins/installed
    echo "$hook"
    start=$SECONDS
    git init --quiet "$site"
    cd "$site"
    cat >.pre-commit-config.yaml <<END
repos:
  - repo: $work/hooks
    rev: $rev
    hooks:
      - id: $hook
        verbose: true
END
    "$PRE_COMMIT" install --install-hooks --hook-type pre-commit --hook-type pre-merge-commit >"$out" 2>&1 ||
        fail "pre-commit cannot install the hook"
    done_in "the hook is installed"

    # A site: two plugins, and Python that belongs to none.
    mkdir -p $installed
    echo 'from app.plugins import init_plugins' >app/__init__.py
    echo '{},' >config.json
    cp -r "$root/fixtures/plugins/hello-world" $installed/hello-world
    cp -r "$root/fixtures/plugins/hello-world" $installed/greeter
    rm -rf $installed/*/__pycache__
    sed -i -e "s/HelloWorld/Greeter/g" $installed/greeter/*.py
    # Both would offer the same filters; pre-commit judges each plugin by itself, so that is not its business.
    git add -A
    passes commit -m 'two good plugins'
    says 'no findings in 2 plugins'
    done_in "a good commit passes"

    # An old fault in another plugin is not this commit's business.
    sed -i 's/after_page_render/after_page_rendr/' $installed/hello-world/plugin.py
    git commit --quiet --no-verify -am 'an old fault'
    sed -i 's/def greet(self, page_data, html)/def greet(self, html)/' $installed/greeter/plugin.py
    git add -A
    refused commit -m 'a wrong arity'
    says 'high[handler-arity]'
    says "$installed/greeter/plugin.py:"
    silent unknown-hook
    silent hello-world
    git reset --quiet --hard
    done_in "a bad plugin is refused, and only that plugin is judged"

    mkdir -p "$installed/greeter/templates/greeter"
    echo '<p>{{ name }}</p>' >"$installed/greeter/templates/greeter/two words.html"
    printf 'def later(:\n    pass\n' >"$installed/greeter/two words.py"
    git add -A
    refused commit -m 'a name with a space'
    says "$installed/greeter/two words.py:1:"
    says 'high[syntax-error]'
    git reset --quiet --hard
    done_in "names with spaces arrive whole"

    git rm --quiet $installed/greeter/plugin.py
    echo '# The class is gone.' >>$installed/greeter/__init__.py
    git add -A
    refused commit -m 'a module that is needed is gone'
    says "$installed/greeter/__init__.py:"
    git reset --quiet --hard
    # pre-commit passes no deleted files, so a commit that only deletes reaches no hook that wants files.
    git rm --quiet $installed/greeter/plugin.py
    passes commit -m 'only a deletion'
    says 'no files to check'
    git reset --quiet --hard HEAD~1
    done_in "a deletion is judged with the rest of its plugin"

    git checkout --quiet -b many
    sed -i 's/after_page_rendr/after_page_render/' $installed/hello-world/plugin.py
    for n in $(seq 1 400); do
        cp -r $installed/greeter "$installed/greeter-$n"
    done
    git add -A
    git commit --quiet --no-verify -m 'many files'
    git checkout --quiet main
    echo '# Elsewhere.' >>app/__init__.py
    git commit --quiet --no-verify -am 'the other side'
    : >"$work/runs"
    passes merge --no-ff -m 'merge many files' many
    says 'no findings in 401 plugins'
    [ "$(grep -cF 'no findings in' "$out")" = 1 ] || fail 'more than one run'
    if [ "$hook" = wicara-validate-system ]; then
        [ "$(wc -l <"$work/runs")" = 1 ] || fail "$(wc -l <"$work/runs") runs"
        echo "      one run with $(cat "$work/runs") arguments"
    fi
    done_in "a merge of many files is one run"

    echo 'nothing' >notes.txt
    git add -A
    passes commit -m 'a file of no plugin'
    says 'no findings in 0 plugins'
    done_in "files of no plugin are passed over"
}

for hook in "${hooks[@]}"; do
    trial "$hook"
done
echo "pre-commit: all trials passed in $SECONDS s"
