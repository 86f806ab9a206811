"""Workers and rounds: each engine is one process, each round gives every engine one short turn, and who has no turn is
stopped, for the idle threads of some engines spin and would slow the others."""
import json
import os
import select
import signal
import subprocess
import tempfile
import time

import numpy as np

from engines import command, files_of, variables

FLOAT_ERROR = 2e-3   # of the largest value
INT8_COSINE = 0.99   # with PyTorch's result of the same 8-bit file
OWN_COSINE = 0.9     # with the float32 result, of engines that quantize themselves; less where PyTorch's 8 bits lose more


class Process:
    """A worker on so many cores: a line in, a line of JSON out."""

    def __init__(self, command, threads):
        self.log = tempfile.TemporaryFile()
        cores = "0" if threads == 1 else f"0-{threads - 1}"
        self.process = subprocess.Popen(["taskset", "-c", cores, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, env=variables(threads), start_new_session=True)

    def ask(self, line, seconds=240):
        """The worker's answer; {"error": ...} when there is none."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], seconds)[0]:
                raise TimeoutError(f"no answer in {seconds} s")
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError) as e:
            self.kill()
            self.log.seek(0)
            said = self.log.read().decode(errors="replace").strip().splitlines()
            return {"error": f"{e!r}: " + (said[-1][:200] if said else "the process ended")}

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def schedule(self, policy, priority):
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            try:
                os.sched_setscheduler(int(task), policy, os.sched_param(priority))
            except OSError:
                pass

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()


class Worker(Process):
    def __init__(self, engine, precision, threads, options, prefix=()):
        self.engine = engine
        super().__init__([*prefix, *command(engine, precision, threads, options.build, options.artefacts)], threads)


def cosine(a, b):
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-30))


def reference(folder, name):
    return np.load(folder / name).ravel().astype(np.float64)


def least_cosine(folder):
    if not (folder / "ref_int8.npy").exists():
        return OWN_COSINE
    return min(OWN_COSINE, cosine(reference(folder, "ref.npy"), reference(folder, "ref_int8.npy")) - 0.05)


def agreement(output, folder, engine, precision):
    """How far a result is from PyTorch's, and whether that will do."""
    got = np.fromfile(output, np.float32).astype(np.float64)
    same_file = precision == "int8" and engine.files[precision].endswith(".ptl")
    want = reference(folder, "ref_int8.npy" if same_file else "ref.npy")
    if got.shape != want.shape:
        return {"error": f"{got.size} values, PyTorch gives {want.size}"}
    error, angle = float(np.abs(got - want).max() / (np.abs(want).max() + 1e-30)), cosine(got, want)
    least = INT8_COSINE if same_file else least_cosine(folder)
    right = error <= FLOAT_ERROR if precision == "fp32" else angle >= least
    return {"error_max": error, "cosine": angle, **({} if right else {"error": f"WRONG: off by {error:.1e}, cosine {angle:.4f}"})}


def load(worker, precision, folder, options):
    if not files_of(worker.engine, precision, folder):
        return {"error": f"no {worker.engine.files[precision]}: bench/peers --prepare"}
    with tempfile.NamedTemporaryFile() as output:
        answer = worker.ask(f"load {folder} {worker.engine.files[precision]} {output.name}")
        if "error" not in answer:
            answer.update(agreement(output.name, folder, worker.engine, precision))
    return answer


def turn(worker, options):
    """One engine's turn, alone on the cores. In the real-time class busy neighbours cannot interrupt it."""
    worker.signal(signal.SIGCONT)
    if options.realtime:
        worker.schedule(os.SCHED_RR, 1)
    answer = worker.ask(f"run {options.seconds} {options.least}", 600)
    if options.realtime and worker.process.poll() is None:
        worker.schedule(os.SCHED_OTHER, 0)
    worker.signal(signal.SIGSTOP)
    return answer


def compare(model, precision, threads, engines, options):
    """One record for each engine: its fastest and median time in seconds, load times, memory, agreement, or an error."""
    folder = options.artefacts / "models" / model
    records = {name: {"model": model, "engine": name, "precision": precision, "threads": threads} for name in engines}
    workers, times = {}, {}
    if options.realtime:   # above its workers, so that it can always stop them
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(2))
    try:
        for name, engine in engines.items():
            worker = Worker(engine, precision, threads, options)
            records[name].update(load(worker, precision, folder, options))
            if "error" in records[name]:
                worker.kill()
            else:
                worker.signal(signal.SIGSTOP)
                workers[name], times[name] = worker, []
        for round in range(options.rounds + 1):
            for name in list(workers):
                answer = turn(workers[name], options)
                if "error" in answer:
                    records[name].update(answer)
                    workers.pop(name).kill()
                elif round:   # the first warms up
                    times[name] += answer["t"]
                time.sleep(0.002)
    finally:
        for worker in workers.values():
            worker.kill()
        if options.realtime:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    for name in workers:
        ordered = sorted(times[name])
        records[name].update(min=ordered[0], median=ordered[len(ordered) // 2], runs=len(ordered))
    return list(records.values())
