"""Reads what src/train/log/summary_writer_test.cpp logged, by TensorBoard's own loader, and checks every value.

usage: python tests/tensorboard/read.py FOLDER    (a Python that has the package tensorboard)
"""
import io
import pathlib
import sys

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from google.protobuf import text_format

folder = pathlib.Path(sys.argv[1])


def loaded(path):
    run = EventAccumulator(str(path), size_guidance={"images": 0, "tensors": 0, "histograms": 0})
    return run.Reload()


def same(a, b):
    assert np.allclose(a, b), (a, b)


def pixels(run, tag):
    event, = run.Images(tag)
    return np.array(Image.open(io.BytesIO(event.encoded_image_string)))


run = loaded(folder)
same([(e.step, e.value) for e in run.Scalars("loss/train")], [(0, 1), (1, 0.5), (2, 1 / 3)])
gray = pixels(run, "gray")
assert gray.shape == (3, 4) and gray[0, 0] == 0 and gray[-1, -1] == 255, gray
assert pixels(run, "grid").shape == (10, 32, 3)
assert (pixels(run, "figure") == 200).all() and run.Images("figure")[0].step == 2

histogram, = run.Histograms("weights")
values = histogram.histogram_value
same([values.min, values.max, values.num, values.sum, values.sum_squares], [-5, 5, 11, 0, 110])
assert sum(values.bucket) == 11 and len(values.bucket) == len(values.bucket_limit)

sound, = run.Audio("beep")
assert sound.sample_rate == 8000 and sound.length_frames == 100 and sound.encoded_audio_string[:4] == b"RIFF"
text, = run.Tensors("note/text_summary")
assert text.tensor_proto.string_val[0] == b"**bold**" and text.step == 5
assert run.SummaryMetadata("note/text_summary").plugin_data.plugin_name == "text"

pr, = run.Tensors("pr")
rows = np.array(pr.tensor_proto.float_val).reshape(6, 5)   # thresholds 0, 1/4 ... 1
same(rows[0], [3, 2, 2, 1, 0])                             # true positives: 0.9, 0.6 and 0.2 are labelled 1
same(rows[1], [1, 1, 0, 0, 0])                             # false positives: 0.4
assert run.SummaryMetadata("pr").plugin_data.plugin_name == "pr_curves"

graph = GraphDef.FromString(run.Graph().SerializeToString())
kinds = {n.op for n in graph.node}
assert {"aten::relu", "aten::matmul", "IO Node"} <= kinds, kinds
names = {n.name for n in graph.node}
assert all(i in names for n in graph.node for i in n.input)

for name, value in [("train", 1), ("val", 2)]:
    event, = loaded(folder / f"both_{name}").Scalars("both")
    assert (event.step, event.value) == (7, value)

hparams, = [loaded(p) for p in folder.iterdir() if p.is_dir() and p.name.isdigit() and len(p.name) > 5]
content = lambda tag: HParamsPluginData.FromString(hparams.SummaryMetadata("_hparams_/" + tag).plugin_data.content)
settings = content("session_start_info").session_start_info.hparams
assert settings["lr"].number_value == 0.1 and settings["optimizer"].string_value == "sgd" and settings["nesterov"].bool_value
experiment = content("experiment").experiment
assert [i.name for i in experiment.hparam_infos] == ["lr", "nesterov", "optimizer"]
assert experiment.metric_infos[0].name.tag == "hp/acc" and content("session_end_info").session_end_info.status == 1
same(hparams.Scalars("hp/acc")[0].value, 0.75)

info, = text_format.Parse((folder / "projector_config.pbtxt").read_text(), ProjectorConfig()).embeddings
same(np.loadtxt(folder / info.tensor_path), np.arange(6).reshape(3, 2))
assert (folder / info.metadata_path).read_text().split() == ["a", "b", "c"]
assert Image.open(folder / info.sprite.image_path).size == (8, 8) and list(info.sprite.single_image_dim) == [4, 4]
