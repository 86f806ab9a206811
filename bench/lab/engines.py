"""Who is compared: for each engine where it is installed, which function of worker.py runs it, and its file for each
precision."""
import dataclasses
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LAB = ROOT / "bench/lab"
HOME = ROOT / "build/peers"   # environments, models, records
PRECISIONS = ("fp32", "int8")


@dataclasses.dataclass(frozen=True)
class Engine:
    label: str
    place: str            # "tealight", "debian" (python3-torch), or the name of a virtual environment
    worker: dict          # precision -> function of worker.py
    files: dict           # precision -> file in the model's folder
    most_threads: int = 64

    @property
    def ours(self):
        return self.place == "tealight"


def _both(function, fp32, int8, int8_function=None):
    return {"fp32": function, "int8": int8_function or function}, {"fp32": fp32, "int8": int8}


ENGINES = {
    "tealight": Engine("Tealight", "tealight", *_both("", "plain.ptl", "int8.ptl")),
    "tealight_mobile": Engine("Tealight, optimize_for_mobile", "tealight", {"fp32": ""}, {"fp32": "mobile.ptl"}),
    "pytorch": Engine("PyTorch 1.13 lite", "debian", *_both("pytorch", "mobile.ptl", "int8.ptl"),
                      most_threads=1),   # its pools oversubscribe: with two, it is a hundred times slower
    "executorch": Engine("ExecuTorch", "torch", *_both("executorch", "executorch.pte", "executorch_int8.pte")),
    "onnxruntime": Engine("ONNX Runtime", "runtimes", *_both("onnxruntime", "model.onnx", "int8.onnx")),
    "openvino": Engine("OpenVINO", "runtimes", *_both("openvino", "openvino.xml", "openvino_int8.xml")),
    "ncnn": Engine("ncnn", "runtimes", {"fp32": "ncnn"}, {"fp32": "model.ncnn"}),
    "mnn": Engine("MNN", "runtimes", *_both("mnn", "model.mnn", "mnn_int8.mnn", "mnn_int8")),
    "litert": Engine("LiteRT", "runtimes", *_both("litert", "litert.tflite", "litert_int8.tflite")),
}

QUIET = {"ORT_DISABLE_TELEMETRY": "1", "ORT_TELEMETRY_DISABLED": "1", "PYTORCH_NNPACK": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}


def environment(place, home=HOME):
    """The Python of a virtual environment, or Debian's."""
    return pathlib.Path("/usr/bin/python3") if place == "debian" else home / "venv" / place / "bin/python"


def command(engine, precision, threads, build, home=HOME):
    """What starts the engine's worker."""
    if engine.ours:
        return [str(build / "tealight_worker"), str(threads)]
    return [str(environment(engine.place, home)), str(LAB / "worker.py"), engine.worker[precision], str(threads)]


def variables(threads):
    return {**os.environ, **QUIET, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": "1"}


def missing(engine, build, home=HOME):
    """Why an engine cannot take part, or ""."""
    if engine.ours:
        there = (build / "tealight_worker").exists()
        return "" if there else f"{build}/tealight_worker is not built: -DTEALIGHT_BENCH=ON"
    python = environment(engine.place, home)
    if not python.exists():
        return "not installed: bench/peers --setup"
    module = {"pytorch": "torch", "mnn": "MNN", "litert": "ai_edge_litert"}.get(engine.worker["fp32"], engine.worker["fp32"])
    found = subprocess.run([str(python), "-c", f"import importlib.util as u, sys; sys.exit(not u.find_spec('{module}'))"])
    return "" if found.returncode == 0 else f"{module} is not installed: bench/peers --setup"


def files_of(engine, precision, folder):
    """The engine's files for a model: their sizes are what an app ships."""
    first = folder / engine.files[precision]
    return [f for f in (first, first.with_suffix(".bin"), folder / (first.name + ".param"), folder / (first.name + ".bin"))
            if f.is_file()]
