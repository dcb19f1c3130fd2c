"""What is there to install the gateway with."""

import os
import re
import shutil
import subprocess

import openai
import pytest

from programs import BINARY, REPOSITORY, eventually, free_port, tuppence

UNIT = REPOSITORY / "packaging/tuppence.service"
INSTALLED = "/usr/local/bin/tuppence"
STATIC = REPOSITORY / os.environ.get("TUPPENCE_STATIC", ".build/static/release/tuppence")


@pytest.fixture
def unit(tmp_path):
    """The unit, for the binary that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    text = UNIT.read_text()
    assert f"ExecStart={INSTALLED} serve --config " in text
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(INSTALLED, str(BINARY)))
    return copy


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)


def test_systemd_understands_the_unit(unit):
    verified = analyze("verify", unit)
    assert verified.returncode == 0 and unit.name not in verified.stderr, verified.stderr


def test_the_unit_leaves_the_gateway_little_to_do_harm_with(unit):
    rated = analyze("security", "--offline=true", unit)
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", rated.stdout)
    if exposure is None:
        pytest.skip(f"this systemd-analyze rates no files: {rated.stderr.strip()}")
    assert float(exposure[1]) < 2, rated.stdout


@pytest.mark.parametrize("file", ["Dockerfile", "scale/Dockerfile"])
def test_images_say_what_they_are(file):
    text = (REPOSITORY / "packaging" / file).read_text()
    final = text[text.rindex("\nFROM "):]
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]+)"', final))
    assert labels["title"] == "Tuppence" and labels["description"] and labels["licenses"] == "Apache-2.0"


def test_the_manual_page_says_what_the_binary_says():
    made = subprocess.run([REPOSITORY / "packaging/manual", BINARY], capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    page = (REPOSITORY / "packaging/tuppence.1").read_text()
    assert made.stdout == page, "write it anew: packaging/manual .build/debug/tuppence > packaging/tuppence.1"


def test_the_manual_page_can_be_shown():
    if shutil.which("man") is None:
        pytest.skip("there is no man")
    shown = subprocess.run(
        ["man", "--warnings=w", "-l", REPOSITORY / "packaging/tuppence.1"], capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"})
    assert shown.returncode == 0 and not shown.stderr, shown.stderr
    for heading in ("NAME", "COMMANDS", "FILES", "EXIT STATUS", "tuppence prices update"):
        assert heading in shown.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_made_for_each_shell_and_it_can_read_them(shell, tmp_path):
    made = tuppence("--generate-completion-script", shell)
    assert made.returncode == 0, made.stderr
    for command in ("serve", "top-up", "reconcile"):
        assert command in made.stdout
    if shutil.which(shell):
        script = tmp_path / "completions"
        script.write_text(made.stdout)
        read = subprocess.run([shell, "-n", script], capture_output=True, text=True, timeout=60)
        assert read.returncode == 0, read.stderr


def test_bash_completes_commands(tmp_path):
    script = tmp_path / "completions"
    script.write_text(tuppence("--generate-completion-script", "bash").stdout)
    typed = "tuppence ledger ver"
    offered = subprocess.run(
        ["bash", "-c", f"""
            source {script}
            COMP_WORDS=({typed}) COMP_CWORD=2 COMP_LINE='{typed}' COMP_POINT={len(typed)}
            _tuppence tuppence ver ledger
            printf '%s\\n' "${{COMPREPLY[@]}}" """],
        capture_output=True, text=True, timeout=60, env={"PATH": f"{BINARY.parent}:{os.environ['PATH']}"})
    assert offered.stdout.split() == ["verify"], offered.stderr


needs_static_binary = pytest.mark.skipif(
    not STATIC.exists() or os.geteuid() != 0,
    reason="scripts/build --static has not been run, or by somebody else than root, who alone may change the root")


@needs_static_binary
def test_the_static_binary_needs_nothing_of_the_system(tmp_path):
    """One answer of the sandbox, in a root with the binary, certificates and /proc, as containers have it."""
    shutil.copy(STATIC, tmp_path / "tuppence")
    (tmp_path / "proc").mkdir()
    bundle = tmp_path / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True)
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", bundle)
    port = free_port()
    (tmp_path / "tuppence.yaml").write_text(f"server: {{ listen: 127.0.0.1:{port} }}\n")
    inside = f"mount --bind /proc {tmp_path}/proc || exit 77; cd {tmp_path}; exec env -i $(command -v chroot) . /tuppence serve"
    gateway = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", inside], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    try:
        key = tmp_path / "tuppence.key"
        eventually("it has a key, or has ended", lambda: key.exists() or gateway.poll() is not None, within=20)
        if gateway.poll() == 77:
            pytest.skip("nothing may be mounted here")
        assert gateway.poll() is None, gateway.stdout.read()
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key.read_text().strip(), max_retries=5)
        answer = client.chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "Hello"}])
        assert answer.choices[0].message.content and answer.usage.cost >= 0
    finally:
        gateway.terminate()
        said, _ = gateway.communicate(timeout=20)
    assert gateway.returncode == 0, said


@needs_static_binary
def test_the_static_binary_says_what_it_lacks(tmp_path):
    shutil.copy(STATIC, tmp_path / "tuppence")
    ran = subprocess.run(
        ["/tuppence", "--version"], env={}, capture_output=True, text=True, timeout=20,
        preexec_fn=lambda: (os.chroot(tmp_path), os.chdir("/")))
    assert ran.returncode == 1 and "/proc" in ran.stderr
