"""Changes that Ctrl-C ends or the disk refuses: all or nothing is in, and the outcome says which.

Each runs in a process of its own.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import citymatch as cm
import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="there are no such signals and limits there"
)

RECORDS = 8_000

PROGRAM = """
import json, os, signal, sys, threading, time
import citymatch as cm

how, path, file, delay = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
catalogue = cm.Catalogue.open(path)
with open(file) as lines:
    dicts = [json.loads(line) for line in lines]

def put_all():
    with catalogue.edit() as edit:
        for record in dicts:
            edit.put(record)

calls = {
    "dicts": lambda: catalogue.add(dicts),
    "read": lambda: catalogue.add(cm.read_solutions(file)),
    "challenges": lambda: catalogue.add_challenges(dicts),
    "edit": put_all,
    "progress": lambda: catalogue.add(dicts, progress=lambda done, total: None),
}
call = calls[how]

def send():
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGINT)

thread = threading.Thread(target=send, daemon=True)
report = None
thread.start()
try:
    report = call()
    outcome = "returned"
    thread.join()
except KeyboardInterrupt:
    outcome = "interrupted"
signal.signal(signal.SIGINT, signal.SIG_IGN)
inside = len(catalogue), len(catalogue.challenges)
# The lock is free, or will be in a moment.
catalogue.add({"id": "last", "title": "T"}, wait=60)
print(json.dumps([outcome, inside, len(catalogue), len(catalogue.challenges), catalogue.check()]))
"""


def program(text: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", text, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "records.jsonl"
    with path.open("w") as out:
        for i in range(RECORDS):
            title = f"Jardines de lluvia {i * 7919 % 9973}"
            record = {"id": f"n{i}", "title": title, "problem": f"agua en la calle {i}"}
            out.write(json.dumps(record) + "\n")
    return path


@pytest.mark.parametrize("how", ["dicts", "read", "challenges", "edit", "progress"])
def test_ctrl_c_adds_all_or_nothing(tmp_path: Path, file: Path, how: str) -> None:
    outcomes = set()
    for delay in (0.02, 0.1, 0.3, 0.6, 1.2, 2.5):
        path = tmp_path / f"{delay}.cm"
        cm.Catalogue.create(path).add({"id": "s1", "title": "T"})
        said = program(PROGRAM, how, path, file, delay)
        assert said.returncode == 0, said.stderr
        outcome, inside, solutions, challenges, wrong = json.loads(said.stdout)
        outcomes.add(outcome)
        assert wrong == []
        all_in = [1, RECORDS] if how == "challenges" else [RECORDS + 1, 0]
        # Past the point of no return all is in, and the signal is raised after the call.
        assert inside in ([1, 0], all_in) if outcome == "interrupted" else inside == all_in
        assert [solutions, challenges] == [inside[0] + 1, inside[1]], "nothing comes in afterwards"
        names = [entry.name for entry in path.iterdir() if len(entry.name.split(".")[0]) == 32]
        assert len({name.split(".")[0] for name in names}) <= 3, "what was interrupted left no file"
        if outcome == "returned":
            break
    assert "interrupted" in outcomes


LATE = """
import json, os, signal, sys, threading, time
import citymatch as cm

def one(records, delay):
    catalogue, report = cm.Catalogue.create(), None
    try:
        signal.setitimer(signal.ITIMER_REAL, delay)
        report = catalogue.add(records)
        time.sleep(10)
        raise SystemExit("no signal came")
    except KeyboardInterrupt:
        pass
    return report, len(catalogue)

signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.signal(signal.SIGINT, signal.default_int_handler)
# Rows that are wrong make a long report.
records = [{"id": f"s{i}", "title": f"Pozo {i}"} for i in range(200)]
records += [{"id": f"w{i}", "title": "N/A"} for i in range(2_000)]
begun = time.perf_counter()
cm.Catalogue.create().add(records)
whole = time.perf_counter() - begun
outcomes = []
for attempt in range(60):
    report, inside = one(records, whole * (0.2 + 1.2 * attempt / 60))
    outcomes.append((None if report is None else (report.added, len(report.rejected)), inside))
print(json.dumps(outcomes))
"""


def test_a_late_ctrl_c_loses_no_report() -> None:
    said = program("import warnings; warnings.simplefilter('ignore')\n" + LATE)
    assert said.returncode == 0, said.stderr
    outcomes = json.loads(said.stdout)
    assert len(outcomes) == 60
    whole = [([200, 2_000], 200), (None, 0)]
    lost = [(report, inside) for report, inside in outcomes if (report, inside) not in whole]
    # A signal in the microseconds between the module's last look and Python's own cannot be held back.
    assert lost in ([], [(None, 200)]), "what is in is reported"
    assert whole[0] in [(report, inside) for report, inside in outcomes]


EXPORT = """
import os, signal, sys, threading, citymatch as cm
catalogue = cm.Catalogue.open(sys.argv[1])
done = 0
for delay in (.001, .01, .03, .06):
    thread = threading.Timer(delay, lambda: os.kill(os.getpid(), signal.SIGINT))
    try:
        thread.start()
        while True:
            catalogue.export(sys.argv[2])
            records = cm.read_solutions(sys.argv[2])
            done += 1
            assert len(records) == int(sys.argv[3])
    except KeyboardInterrupt:
        pass
print(sorted(os.listdir(os.path.dirname(sys.argv[2]))))
"""


def test_ctrl_c_ends_export_and_reading(tmp_path: Path, file: Path) -> None:
    catalogue = cm.Catalogue.create(tmp_path / "c.cm")
    catalogue.add(cm.read_solutions(file))
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "records.jsonl"
    catalogue.export(out)
    whole = out.read_bytes()
    said = program(EXPORT, tmp_path / "c.cm", out, RECORDS)
    assert (said.returncode, said.stdout) == (0, "['records.jsonl']\n"), said.stderr
    assert out.read_bytes() == whole


FULL = """
import resource, sys, citymatch as cm
catalogue = cm.Catalogue.open(sys.argv[1])
records = cm.read_solutions(sys.argv[2])
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
# A limit for a file, as a full disk would be one for all.
resource.setrlimit(resource.RLIMIT_FSIZE, (16384, unlimited[1]))
try:
    catalogue.add(records)
except OSError as error:
    within = error.filename.startswith(sys.argv[1])
    print(error.errno, error.strerror, error.committed, within, type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
print(catalogue.add({"id": "s2", "title": "T"}).added, len(catalogue), catalogue.check())
"""


def test_a_disk_that_refuses(tmp_path: Path, file: Path) -> None:
    path = tmp_path / "c.cm"
    cm.Catalogue.create(path).add({"id": "s1", "title": "T"})
    before = sorted(entry.name for entry in path.iterdir())
    said = program(FULL, path, file)
    expected = "27 File too large; nothing was added False True OSError\n1 2 []\n"
    assert said.stdout == expected, said.stderr
    now = len(list(path.iterdir()))
    assert len(before) < now < 2 * len(before), "only the small record's files are new"


def test_progress_of_add(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    catalogue = cm.Catalogue.create()
    records = [{"id": f"s{i}", "title": "T"} for i in range(2_000)]
    report = catalogue.add(records, progress=lambda done, total: told.append((done, total)))
    assert report.added == 2_000
    assert told == sorted(told) and told[-1] == (2_000, 2_000)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    catalogue.add_challenges([{"id": "c1", "title": "T"}], progress=True)
    assert capsys.readouterr() == ("", "\rlooked at 1 of 1\n")


def test_an_exception_in_the_progress_of_add_adds_nothing() -> None:
    def broken(done: int, total: int) -> None:
        raise RuntimeError("broken")

    catalogue = cm.Catalogue.create()
    records = [{"id": f"s{i}", "title": "T"} for i in range(20_000)]
    with pytest.raises(RuntimeError, match="broken"):
        catalogue.add(records, progress=broken)
    assert len(catalogue) == 0


# Each call takes seconds, so that a signal comes in its midst. `attempt` says whether it was stopped.
CALLS = """
import os, random, signal, threading, time
import citymatch as cm

chance = random.Random(1)
words = "agua lluvia calle barrio residuos energía vivienda parque escuela salud mercado transporte ruido calor sombra río".split()
text = lambda n: " ".join(chance.choice(words) for _ in range(n))
catalogue = cm.Catalogue.create()
catalogue.add([{"id": f"s{i}", "title": text(4), "description": text(60)} for i in range(1_500)])
matcher = cm.Matcher(catalogue)
asks = [cm.Challenge(f"c{i}", text(40), language="es") for i in range(1_500)]
crowded = cm.Matcher(catalogue, weights={"words": 1}).find_all(asks, limit=50)
rows = [{"id": f"n{i}", "title": text(4), "description": text(60)} for i in range(20_000)]

def again(call):
    while True:
        call()

calls = {
    "add": lambda: again(lambda: catalogue.add(rows, dry_run=True)),
    "find_all": lambda: again(lambda: matcher.find_all(asks)),
    "assign": lambda: again(lambda: crowded.assign(objective="worst", per_challenge=3)),
    "duplicates": lambda: again(catalogue.duplicates),
}

def attempt(name, interrupt):
    before = catalogue.solutions.ids()
    thread = threading.Timer(0.2 + chance.random() / 4, interrupt)
    stopped = 0
    try:
        try:
            thread.start()
            calls[name]()
        except KeyboardInterrupt:
            stopped += 1
            time.sleep(1)
    except KeyboardInterrupt:
        stopped += 1
    thread.join()
    assert catalogue.solutions.ids() == before and catalogue.check() == []
    return stopped
"""

SCRIPT = """
def once():
    os.kill(os.getpid(), signal.SIGINT)

def twice():
    once()
    time.sleep(0.3)
    once()

for name in calls:
    for interrupt in (once, once, twice):
        print(name, interrupt.__name__, attempt(name, interrupt))
"""


def test_ctrl_c_stops_every_long_call() -> None:
    said = program(CALLS + SCRIPT)
    assert said.returncode == 0 and said.stderr == "", said.stderr
    expected = [f"{name} {how}" for name in ("add", "find_all", "assign", "duplicates") for how in ("once 1", "once 1", "twice 2")]
    assert said.stdout.splitlines() == expected


SHOWN = {
    "add": ("catalogue.add([{'id': f's{i}', 'title': 'T'} for i in range(500)], progress=True)", "looked at: 100%", "500/500"),
    "find_all": ("cm.Matcher(catalogue).find_all(['agua', 'calle'], progress=True)", "matched: 100%", "2/2"),
    "assign": ("cm.Matcher(catalogue).find_all(['agua', 'calle']).assign(progress=True)", "assigned: 100%", "2/2"),
    "duplicates": ("catalogue.duplicates(progress=True)", "compared: 100%", "500/500"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_progress_is_a_bar_in_a_notebook_and_in_a_terminal() -> None:
    cells = ["import citymatch as cm\ncatalogue = cm.Catalogue.create()", *(call + ";" for call, *_ in SHOWN.values())]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    said = program("\n".join(cells))
    assert said.returncode == 0, said.stderr
    # With ipywidgets the bar is a widget, whose texts lie beside the cells; without, it is a text.
    widgets = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    drawn = "".join(str(widget["state"].get("value", "")) for widget in widgets.values())
    for (_, bar, count), cell in zip(SHOWN.values(), notebook.cells[1:], strict=True):
        shown = drawn + "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        assert count in shown and "Warning" not in shown
        assert bar in said.stderr and count in said.stderr


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_the_button_of_a_notebook_stops_every_long_call() -> None:
    """What JupyterLab's button does to a kernel."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)

        def run(code: str, interrupted: bool = False) -> dict[str, Any]:
            # After an error a kernel refuses, for a moment, what comes next: a notebook's "run all" stops there. Here each call is its own.
            begun = client.execute(code, stop_on_error=False)
            if interrupted:
                while True:
                    message = client.get_iopub_msg(timeout=120)
                    if message["msg_type"] == "stream" and message["parent_header"]["msg_id"] == begun:
                        break
                time.sleep(0.3)
                manager.interrupt_kernel()
            while True:
                reply = client.get_shell_msg(timeout=120)
                if reply["parent_header"]["msg_id"] == begun:
                    return dict(reply["content"])

        assert run(CALLS)["status"] == "ok"
        for name in ("add", "find_all", "assign", "duplicates"):
            for _ in range(2):
                said = run(f"print('begun', flush=True)\ncalls[{name!r}]()", interrupted=True)
                assert (said["status"], said.get("ename")) == ("error", "KeyboardInterrupt"), name
        assert run("assert len(catalogue) == 1_500 and catalogue.check() == []")["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
