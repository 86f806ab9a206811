"""One engine in a process of its own. Lines in, a line of JSON out for each:

  load FOLDER FILE OUTPUT   loads FOLDER/FILE, runs it once on FOLDER/input.npy, writes the result to OUTPUT as raw float32
                            -> {"import_s", "load_s", "first_s", "base_kb", "peak_kb"} or {"error"}
  run SECONDS MINIMUM       runs it again and again -> {"t": [seconds of a run, ...]}
  quit

usage: worker.py ENGINE THREADS

An engine is a generator that yields when its library is imported, then yields (run, result): `run` is the bare call of
the engine with the input already in place, `result` gives the output as an array.
"""
import json
import os
import sys
import time

engine, threads = sys.argv[1], int(sys.argv[2])
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)   # whatever libraries print stays out of the answers
import numpy as np

SHORTEST = 50e-6   # what is timed takes at least so long: quicker runs are timed several at once


def kilobytes(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key))


def pytorch(path, x):
    import torch
    from torch.jit.mobile import _load_for_lite_interpreter
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.backends.quantized.engine = "qnnpack"
    yield
    module, tensor = _load_for_lite_interpreter(path), torch.from_numpy(x)
    yield lambda: module(tensor), lambda: module(tensor).numpy()


def executorch(path, x):
    import torch
    torch.set_num_threads(threads)
    from executorch.runtime import Runtime, Verification
    runtime = Runtime.get()
    yield
    program = runtime.load_program(path, verification=Verification.Minimal)
    method, inputs = program.load_method("forward"), [torch.from_numpy(x)]
    yield lambda: method.execute(inputs), lambda: method.execute(inputs)[0].numpy()


def onnxruntime(path, x):
    import onnxruntime as ort
    yield
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = threads, 1, 3
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_cpu_input(session.get_inputs()[0].name, x)
    binding.bind_output(session.get_outputs()[0].name)
    call, raw, bound = session._sess.run_with_iobinding, binding._iobinding, None
    yield lambda: call(raw, bound), lambda: (call(raw, bound), binding.copy_outputs_to_cpu()[0])[1]


def openvino(path, x):
    import openvino as ov
    core = ov.Core()
    yield
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1",
                "INFERENCE_PRECISION_HINT": "f32"}   # else bfloat16 where the processor has it
    request = core.compile_model(core.read_model(path), "CPU", settings).create_infer_request()
    request.set_input_tensor(ov.Tensor(x, shared_memory=True))
    yield lambda: request.infer(share_outputs=True), lambda: request.infer(share_outputs=True)[0]


def ncnn(path, x):
    import ncnn as library
    yield
    net = library.Net()
    net.opt.num_threads, net.opt.use_vulkan_compute = threads, False
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = net.opt.use_bf16_storage = False
    net.load_param(path + ".param")
    net.load_model(path + ".bin")
    values = np.ascontiguousarray((x[0] if x.ndim > 1 else x).astype(np.int32 if x.dtype == np.int64 else x.dtype))
    mat, inside, outside = library.Mat(values), net.input_names()[0], net.output_names()[0]

    def run():
        extractor = net.create_extractor()
        extractor.input(inside, mat)
        return extractor.extract(outside)[1]
    yield run, lambda: np.array(run())


def mnn(path, x, memory="normal"):
    import MNN
    yield
    net = MNN.Interpreter(path)
    session = net.createSession({"numThread": threads, "precision": "high", "memory": memory, "backend": "CPU"})
    inside = net.getSessionInput(session)
    kind = MNN.Halide_Type_Int if x.dtype == np.int64 else MNN.Halide_Type_Float
    values = np.ascontiguousarray(x.astype(np.int32) if x.dtype == np.int64 else x)
    if tuple(inside.getShape()) != values.shape:
        net.resizeTensor(inside, values.shape)
        net.resizeSession(session)
    order = MNN.Tensor_DimensionType_Caffe
    given = MNN.Tensor(values.shape, kind, values, order)
    outside = net.getSessionOutput(session)
    shape = outside.getShape()

    def run():
        inside.copyFrom(given)   # each time, for MNN uses an input's memory for other tensors
        net.runSession(session)

    def result():
        run()
        copy = MNN.Tensor(shape, MNN.Halide_Type_Float, np.zeros(shape, np.float32), order)
        outside.copyToHostTensor(copy)
        return np.array(copy.getNumpyData())
    yield run, result


def mnn_int8(path, x):
    return mnn(path, x, "low")   # "low" keeps the weights in 8 bits and multiplies so


def litert(path, x):
    from ai_edge_litert.interpreter import Interpreter
    yield
    net = Interpreter(model_path=path, num_threads=threads)
    net.allocate_tensors()
    inside, outside = net.get_input_details()[0], net.get_output_details()[0]
    values = x.astype(inside["dtype"])
    if inside["dtype"] in (np.int8, np.uint8):
        scale, zero = inside["quantization"]
        values = np.clip(np.round(x / scale) + zero, *((-128, 127) if inside["dtype"] == np.int8 else (0, 255)))
    net.set_tensor(inside["index"], values.astype(inside["dtype"]))

    def result():
        net.invoke()
        y = net.get_tensor(outside["index"])
        if y.dtype in (np.int8, np.uint8):
            scale, zero = outside["quantization"]
            y = (y.astype(np.float32) - zero) * scale
        return y
    yield net.invoke, result


def load(folder, file, output):
    x = np.load(folder + "/input.npy")
    base, start = kilobytes("VmRSS"), time.perf_counter()
    steps = globals()[engine](folder + "/" + file, x)
    next(steps)
    imported, imported_kb = time.perf_counter(), kilobytes("VmRSS")
    run, result = next(steps)
    loaded = time.perf_counter()
    run()
    first = time.perf_counter()
    peak = kilobytes("VmHWM")
    np.asarray(result(), np.float32).ravel().tofile(output)
    return (run, steps, x), {"import_s": imported - start, "load_s": loaded - imported, "first_s": first - loaded,
                 "base_kb": base, "import_kb": imported_kb, "peak_kb": peak}


def time_of(run, times):
    start = time.perf_counter()
    for _ in times:
        run()
    return (time.perf_counter() - start) / len(times)


def measure(run, seconds, minimum):
    end = time.perf_counter() + seconds
    times = range(max(1, int(SHORTEST / max(1e-9, time_of(run, range(1))))))
    measured = []
    while len(measured) < minimum or time.perf_counter() < end:
        measured.append(time_of(run, times))
    return measured


def main():
    held = None   # the run, and what it needs to stay alive
    for line in sys.stdin:
        command, *words = line.split()
        if command == "quit":
            break
        try:
            if command == "load":
                held = None
                held, answer = load(*words)
            else:
                answer = {"t": measure(held[0], float(words[0]), int(words[1]))}
        except BaseException as e:
            answer = {"error": repr(e)[:400]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    os._exit(0)   # some libraries hang or crash when they are taken down


main()
