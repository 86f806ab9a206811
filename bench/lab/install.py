"""Virtual environments of the engines, and their files for each model. Packages come from wherever pip is set up to look."""
import subprocess
import sys

from engines import ENGINES, HOME, LAB, environment, variables

# The runtimes, with what makes their files from ONNX. pnnx and openvino-telemetry: the first's dependency PyTorch is not
# needed to convert, the second reports each use.
RUNTIMES = [["install", "onnxruntime", "onnx", "openvino", "ncnn", "MNN", "ai-edge-litert", "nncf"],
            ["install", "--no-deps", "pnnx"], ["uninstall", "-y", "openvino-telemetry"]]
# ExecuTorch, and LiteRT's exporter: both need a PyTorch 2, and not all that they ask for.
TORCH = [["install", "torch<2.14", "torchvision<0.29"],
         ["install", "--no-deps", "executorch", "torchao", "litert-torch", "litert-converter", "ai-edge-quantizer"],
         ["install", "ai-edge-litert[model-utils]", "flatbuffers", "pandas", "tabulate", "ruamel.yaml", "pyyaml", "packaging",
          "expecttest", "hypothesis", "py-cpuinfo", "scipy", "safetensors", "multipledispatch", "absl-py", "jax", "jaxtyping",
          "transformers", "fire", "sentencepiece", "rich", "scikit-learn"]]
ENVIRONMENTS = {"runtimes": RUNTIMES, "torch": TORCH}

# Who makes what, in this order: (environment, script and its steps, files that it makes, engines that need them).
MAKERS = [("debian", ("prepare_torch.py",), ("plain.ptl", "mobile.ptl", "int8.ptl", "model.onnx"), None),
          ("runtimes", ("prepare_runtimes.py", "ort"), ("int8.onnx",), "onnxruntime"),
          ("runtimes", ("prepare_runtimes.py", "openvino"), ("openvino.xml",), "openvino"),
          ("runtimes", ("prepare_runtimes.py", "nncf"), ("openvino_int8.xml",), "openvino"),
          ("runtimes", ("prepare_runtimes.py", "ncnn"), ("model.ncnn.param",), "ncnn"),
          ("runtimes", ("prepare_runtimes.py", "mnn"), ("model.mnn", "mnn_int8.mnn"), "mnn"),
          ("torch", ("prepare_litert.py",), ("litert.tflite", "litert_int8.tflite"), "litert"),
          ("torch", ("prepare_executorch.py",), ("executorch.pte", "executorch_int8.pte"), "executorch")]
NO_INT8 = {"lstm": ("int8.onnx", "openvino_int8.xml", "litert_int8.tflite", "executorch_int8.pte")}


def setup(home=HOME):
    for place, steps in ENVIRONMENTS.items():
        python = environment(place, home)
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
        for step in steps:
            print("pip", *step, flush=True)
            subprocess.run([str(python), "-m", "pip", *step], check=True, stdout=subprocess.DEVNULL)


def prepare(models, engines, home=HOME):
    """Makes the files that engines lack, where the environments for it are there."""
    (home / "models").mkdir(parents=True, exist_ok=True)
    for place, (script, *steps), files, engine in MAKERS:
        python = environment(place, home)
        if engine and engine not in engines or not python.exists():
            continue
        wanted = {m: [f for f in files if f not in NO_INT8.get(m, ())] for m in models}
        lacking = [m for m in models if not all((home / "models" / m / f).exists() for f in wanted[m])]
        if lacking:
            print(f"{script} {' '.join(steps)}: {' '.join(lacking)}", flush=True)
            with open(home / "prepare.log", "a") as log:
                done = subprocess.run([str(python), str(LAB / script), str(home / "models"), *steps, *lacking], env=variables(1),
                                      stdout=log, stderr=log)
            if done.returncode:
                print(f"  failed: see {home}/prepare.log", flush=True)


assert all(engine is None or engine in ENGINES for *_, engine in MAKERS)
