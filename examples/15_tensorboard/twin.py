"""What was logged, read by TensorBoard's own reader, where the package is installed."""
import json
import sys

folder = sys.argv[1]
metrics = [json.loads(line) for line in open(f"{folder}/digits/quick/metrics.jsonl")]
assert len(metrics) >= 8
try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    print("SKIP: tensorboard cannot be imported; the runs are there")
    sys.exit(0)
events = EventAccumulator(f"{folder}/boards/quick", size_guidance={"images": 0})
events.Reload()
losses = [e.value for e in events.Scalars("loss/train")]
assert len(losses) == len(metrics) and losses[-1] < losses[0]
assert events.Images("digits")
print("TensorBoard reads", len(losses), "losses and the digits")
