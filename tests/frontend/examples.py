"""What examples.sh calls."""
import argparse
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

NAMES = ["autograd", "regression", "mnist", "dcgan", "custom-dataset", "transfer-learning"]


class Skip(Exception):
    pass


def run(command, folder, seconds=1800, **more):
    return subprocess.run([str(c) for c in command], cwd=folder, capture_output=True, text=True, timeout=seconds, **more)


def must(command, folder, **more):
    done = run(command, folder, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ends with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def output_of(command, folder, seconds):
    """What it prints until it ends, or for so many seconds."""
    process = subprocess.Popen([shutil.which("stdbuf") or "stdbuf", "-oL", *map(str, command)], cwd=folder,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        text, _ = process.communicate(timeout=seconds)
        if process.returncode:
            raise RuntimeError(f"ends with {process.returncode}:\n{text[-3000:]}")
    except subprocess.TimeoutExpired:
        process.terminate()
        text, _ = process.communicate()
    return text


def numbers(pattern, text):
    return [float(m) for m in re.findall(pattern, text)]


def falls(what, values):
    """The mean of the last third is below that of the first."""
    if len(values) < 3:
        raise RuntimeError(f"{what}: only {len(values)} values")
    third = len(values) // 3
    first, last = sum(values[:third]) / third, sum(values[-third:]) / third
    if not last < first:
        raise RuntimeError(f"{what} does not fall: {first:.4f} to {last:.4f}")
    return f"{what} {first:.4f} to {last:.4f}"


# ---- data


def idx(path, kind, sizes, data):
    path.write_bytes(struct.pack(f">I{len(sizes)}I", kind, *sizes) + bytes(data))


def made_up_digits(folder, name, count, seed):
    """28 x 28 pictures with a bar whose place tells the class."""
    rng = random.Random(seed)
    labels = [rng.randrange(10) for _ in range(count)]
    pixels = bytearray()
    for label in labels:
        picture = bytearray(rng.randrange(40) for _ in range(784))
        for y in range(3, 25):
            for x in range(2 + 2 * label, 6 + 2 * label):
                picture[28 * y + x] = 200 + rng.randrange(56)
        pixels += picture
    idx(folder / f"{name}-images-idx3-ubyte", 2051, (count, 28, 28), pixels)
    idx(folder / f"{name}-labels-idx1-ubyte", 2049, (count,), labels)


def mnist(folder):
    if "MNIST" in os.environ:
        folder.symlink_to(pathlib.Path(os.environ["MNIST"]).resolve())
        return
    folder.mkdir(exist_ok=True)
    made_up_digits(folder, "train", 3200, 1)
    made_up_digits(folder, "t10k", 1000, 2)


def png(path, color, seed):
    """A PNG (OpenCV goes by content, not by name) of one color with noise."""
    rng = random.Random(seed)
    rows = b"".join(b"\0" + bytes(min(255, c + rng.randrange(40)) for _ in range(48) for c in color) for _ in range(48))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 48, 48, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def two_classes(folder, each):
    """Lists of pictures of two classes."""
    if "IMAGES" in os.environ:
        classes = sorted(d for d in pathlib.Path(os.environ["IMAGES"]).iterdir() if d.is_dir())[:2]
        return [sorted(d.glob("*.jpg"))[:each] for d in classes]
    lists = []
    for name, color in (("red", (200, 30, 30)), ("blue", (30, 30, 200))):
        (folder / name).mkdir(parents=True, exist_ok=True)
        lists.append([folder / name / f"{i}.jpg" for i in range(each)])
        for i, path in enumerate(lists[-1]):
            png(path, color, i)
    return lists


# ---- the programs


class Examples:
    def __init__(self, source, prefix, scratch):
        self.source, self.prefix, self.scratch = source, prefix, scratch

    def build(self, name, *options, source=None):
        folder = self.scratch / name
        folder.mkdir(parents=True, exist_ok=True)
        must(["cmake", source or self.source / name, f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_BUILD_TYPE=Release",
              "-DCMAKE_POLICY_VERSION_MINIMUM=3.5", *options], folder)
        must(["cmake", "--build", "."], folder)
        return folder

    def opencv(self):
        config = ["/usr/lib", "/usr/local/lib", os.environ.get("OpenCV_DIR", "/usr/share")]
        if not any(next(pathlib.Path(c).rglob("OpenCVConfig.cmake"), None) for c in config):
            raise Skip("wants OpenCV (Debian: libopencv-dev)")

    def autograd(self):
        text = must(["./autograd"], self.build("autograd"))
        if text.count("====") < 3:
            raise RuntimeError(f"unexpected output:\n{text}")
        return f"{len(text.splitlines())} lines, ends with: {text.split()[-1]}"

    def regression(self):
        text = output_of(["./regression"], self.build("regression"), 300)
        loss = numbers(r"Loss: (\S+) after", text)
        if not loss or loss[0] >= 1e-3:
            raise RuntimeError(f"did not converge:\n{text}")
        return text.splitlines()[0]

    def mnist(self):
        folder = self.build("mnist", "-DDOWNLOAD_MNIST=OFF")
        mnist(folder / "data")
        text = output_of(["./mnist"], folder, int(os.environ.get("SECONDS_FOR_MNIST", 120)))
        accuracy = numbers(r"Accuracy: (\S+)", text)
        if not accuracy or accuracy[-1] < 0.9:
            raise RuntimeError(f"accuracy {accuracy}:\n{text[-1000:]}")
        return f"{len(accuracy)} epochs, accuracy {accuracy[-1]}"

    def dcgan(self):
        include = os.environ.get("ARGPARSE", "/usr/include")
        if not pathlib.Path(include, "argparse/argparse.hpp").exists():
            raise Skip("wants argparse/argparse.hpp (ARGPARSE=its include folder)")
        folder = self.build("dcgan", "-DDOWNLOAD_MNIST=OFF", f"-DCMAKE_CXX_FLAGS=-I{include}")
        mnist(folder / "data")
        text = output_of(["./dcgan", "--epochs", "1"], folder, 300)
        losses = numbers(r"D_loss: (\S+)", text)
        return f"{len(losses)} reports, " + falls("D_loss", losses)

    def custom_dataset(self):
        self.opencv()
        folder = self.build("custom-dataset")
        lists = two_classes(folder / "made_up", 12)
        (folder / "dataset").mkdir(exist_ok=True)
        lines = []
        for label, paths in enumerate(lists):
            for i, path in enumerate(paths):
                name = f"{label}_{i}.jpg"
                shutil.copy(path, folder / "dataset" / name)
                lines.append(f"{name} {label} {'test' if i % 3 == 0 else 'train'}")
        random.Random(0).shuffle(lines)
        lines.sort(key=lambda line: line.endswith("test"))
        (folder / "info.txt").write_text("\n".join(lines))
        text = output_of(["./custom-dataset"], folder, 600)
        return f"{len(lines)} pictures, last report: {text.split('Test')[-1].split(chr(10))[0].strip()}"

    def transfer_learning(self):
        self.opencv()
        if run([sys.executable, "-c", "import torch, torchvision"], self.scratch).returncode:
            raise Skip("wants python3 with torch and torchvision, for its convert.py")
        copy = self.scratch / "transfer-learning-source"  # its folders are those of its author
        shutil.copytree(self.source / "transfer-learning", copy, dirs_exist_ok=True)
        lists = two_classes(self.scratch / "made_up", 8)
        main = copy / "main.cpp"
        text = main.read_text()
        for kind, paths in zip(("cat", "dog"), lists):
            text = re.sub(rf'"[^"]*/{kind}_test"', f'"{paths[0].parent}"', text)
        main.write_text(text)
        convert = (copy / "convert.py").read_text()  # no download
        convert = re.sub(r"resnet18\(.*\)", "resnet18()", convert) + "\n"
        must([sys.executable, "-c", convert], copy)
        folder = self.build("transfer-learning", source=copy)
        model = copy / "resnet18_without_last_layer.pt"
        text = output_of(["./example", model], folder, int(os.environ.get("SECONDS_FOR_TRANSFER", 120)))
        accuracy = numbers(r"Accuracy: ([\d.]+)", text)
        if not accuracy:
            raise RuntimeError(f"no epoch was finished:\n{text[-2000:]}")
        told = must(["./classify", lists[0][0], folder / "model.pt", folder / "model_linear.pt"], folder)
        return f"{len(accuracy)} epochs, accuracy {max(accuracy)}; classify: " + " ".join(told.split()[-6:])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("examples", type=pathlib.Path)
    arguments.add_argument("prefix", type=pathlib.Path)
    arguments.add_argument("names", nargs="*", default=NAMES)
    given = arguments.parse_args()
    scratch = pathlib.Path(os.environ.get("TEALIGHT_SCRATCH") or tempfile.mkdtemp(prefix="examples")).resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    examples = Examples(given.examples.resolve(), given.prefix.resolve(), scratch)
    failed = 0
    for name in given.names:
        try:
            print(f"ok      {name}: {getattr(examples, name.replace('-', '_'))()}", flush=True)
        except Skip as reason:
            print(f"skipped {name}: {reason}", flush=True)
        except (RuntimeError, subprocess.TimeoutExpired, OSError) as error:
            failed += 1
            print(f"FAILED  {name}: {error}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
