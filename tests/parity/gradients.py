"""Gradients of a case that `parity_dump --gradients` wrote against those of PyTorch's autograd; compare.py calls it.

A case has several runs: by all inputs at once, by each alone, of all outputs, of each alone. Every gradient must agree in
dtype, shape and values; an absent one counts as zero. Some runs have second-order gradients, too: of the gradients,
weighted, by the inputs and by the output gradients. Gradients that PyTorch refuses to compute are not compared.
"""
import torch

from values import TOLERANCE, call, overload, value


def flat(x):
    """The tensors in nested lists and tuples."""
    if isinstance(x, torch.Tensor):
        return [x]
    return [t for y in x for t in flat(y)] if isinstance(x, (list, tuple)) else []


def numbered(schema, args):
    """The tensor inputs as Tealight numbers them: (argument, place in its list or None); an absent one keeps its number."""
    places = []
    for i, (spec, a) in enumerate(zip(schema.arguments, args)):
        if isinstance(a, torch.Tensor) or (a is None and "Tensor" in str(spec.type)):
            places.append((i, None))
        elif isinstance(a, list) and "Tensor" in str(spec.type):
            places += [(i, k) for k in range(len(a))]
    return places


def copied(t):
    """A copy in memory laid out the same: an operator may look at what lies between the elements."""
    return torch.zeros(t.storage().size(), dtype=t.dtype).as_strided(t.shape, t.stride(), t.storage_offset()).copy_(t)


def forward(op, case, blob, wanted):
    """The leaves with the numbers `wanted`, and the outputs of a fresh call."""
    args = [value(a, blob) for a in case["args"]]
    places, leaves = numbered(op._schema, args), []
    for number in wanted:
        i, k = places[number]
        leaf = (args[i] if k is None else args[i][k]).requires_grad_()
        leaves.append(leaf)
        alias = op._schema.arguments[i].alias_info
        if k is None and alias and alias.is_write:
            args[i] = copied(leaf)  # a leaf must not be written
    return leaves, flat(call(op, args))


def differentiable(op, case, blob, wanted):
    """Of the inputs, those that PyTorch differentiates by, and those for which it refuses to."""
    by, refused = [], []
    for i in wanted:
        try:
            leaves, outs = forward(op, case, blob, [i])
            outs = [o for o in outs if o.requires_grad]
            if outs:
                torch.autograd.grad(outs, leaves, [torch.zeros_like(o) for o in outs], allow_unused=True)
                by.append(i)
        except RuntimeError:
            refused.append(i)
    return by, refused


def gradients(outs, of, weights, **how):
    """autograd.grad, where nothing to differentiate gives no gradients."""
    used = [(o, w) for o, w in zip(outs, weights) if o is not None and o.requires_grad and w is not None]
    if not used or not of:
        return [None] * len(of)
    return torch.autograd.grad([o for o, _ in used], of, [w for _, w in used], allow_unused=True, **how)


def loosest(tensors):
    """The tolerance of the least precise of them: gradients are rounded to each on their way. PyTorch computes some of 16 bits
    in one kernel, others by formulas, as we do; each step rounds."""
    atol, rtol = max((TOLERANCE.get(t.dtype, (0, 0)) for t in tensors), default=(0, 0))
    steps = 4 if any(t.dtype in (torch.float16, torch.bfloat16) for t in tensors) else 1
    return atol * steps, rtol * steps


def differ(path, ours, theirs, tolerance):
    """None, or what differs."""
    if ours is None or theirs is None:
        one = theirs if ours is None else ours
        if one is None or not (one.abs() > tolerance[0]).any():
            return None
        return f"{path}: {'none' if ours is None else 'a gradient'}, PyTorch {'none' if theirs is None else 'has one'}"
    theirs = theirs.detach().resolve_conj().resolve_neg()
    if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
        return f"{path}: {ours.dtype} {list(ours.shape)}, PyTorch {theirs.dtype} {list(theirs.shape)}"
    wide = torch.complex128 if theirs.is_complex() else torch.float64
    a, b = ours.to(wide), theirs.to(wide)
    atol, rtol = max(tolerance, TOLERANCE.get(theirs.dtype, (0, 0)))
    finite = b[b.isfinite()].abs()
    atol *= max(1.0, finite.max().item() if finite.numel() else 0.0)  # what cancels was as large as the largest
    same = torch.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
    if same.all():
        return None
    return f"{path}: {int((~same).sum())} of {same.numel()} values, first {a[~same].flatten()[0].item()}, PyTorch {b[~same].flatten()[0].item()}"


def check_run(op, case, blob, run, by, refused):
    """(what differs or None, gradients compared)"""
    asked, second = run["wanted"], "second" in run
    known = [i for i in asked if i not in refused]
    if not set(known) & set(by):
        return None, 0
    leaves, outs = forward(op, case, blob, known)
    if "raises" in run:
        return (None if known != asked else "raises: " + run["raises"].replace("\n", " ")[:250]), 0
    weights = [value(w, blob) for w in run["output_grads"]]
    for i, o in enumerate(outs):
        chosen = run["output"] in (-1, i)
        if chosen and o.requires_grad and weights[i] is None:
            weights[i] = torch.ones_like(o)  # ours does not depend on the inputs: its gradients must be zero
        elif chosen and weights[i] is not None and weights[i].shape != o.shape:
            return f"output {i}: shape {list(weights[i].shape)}, PyTorch {list(o.shape)}", 0
        if weights[i] is not None and second:
            weights[i].requires_grad_()
        if weights[i] is not None and not o.requires_grad:
            return None, 0  # PyTorch does not differentiate this output; the other ones have runs of their own
    tolerance = loosest(leaves + outs)
    try:
        theirs = gradients(outs, leaves, weights, create_graph=second)
    except RuntimeError:
        return None, 0  # PyTorch's formula fails on its own
    where = f"by {asked} of {'all' if run['output'] < 0 else run['output']}"
    ours = [value(g, blob) for g in run["grads"]]
    theirs = [theirs[known.index(i)] if i in known else None for i in asked]
    for i, a, b in zip(asked, ours, theirs):
        if i in known and (d := differ(f"{where}: input {i}", a, b, tolerance)):
            return d, 0
    if not second or known != asked:
        return None, len(ours)
    try:
        of = leaves + [w for w in weights if w is not None]
        theirs2 = list(gradients(theirs, of, [value(w, blob) for w in run["weights"]]))
    except RuntimeError:
        return None, len(ours)  # PyTorch does not differentiate this twice
    if run["second"] is None:
        return "second order: refused, but PyTorch has it", len(ours)
    ours2 = [value(g, blob) for g in run["second"]]
    theirs2 = [theirs2[known.index(i)] if i in known else None for i in asked] + theirs2[len(known):]
    names = [f"input {i}" for i in asked] + [f"output gradient {i}" for i, w in enumerate(weights) if w is not None]
    for name, a, b in zip(names, ours2, theirs2):
        if d := differ("second order: " + name, a, b, (4 * tolerance[0], 4 * tolerance[1])):
            return d, len(ours)
    return None, len(ours) + len(ours2)


def check(case, blob):
    """(verdict, text, gradients compared)"""
    try:
        op = overload(case["op"])
    except (AttributeError, RuntimeError):
        return "no such op", "", 0
    try:
        outs = forward(op, case, blob, [])[1]
    except Exception as e:
        return ("both raise" if "raises" in case else "more here"), str(e).split("\n")[0], 0
    ours = flat([value(r, blob) for r in case.get("results", [])])
    tolerance, pairs = loosest(outs), [(a, b) for a, b in zip(ours, outs) if not b.is_quantized]
    if len(ours) != len(outs) or any(differ("result", a, b, tolerance) for a, b in pairs):
        return "forward differs", "", 0  # judged without --gradients
    by, refused = differentiable(op, case, blob, case["runs"][0]["wanted"])
    if not by:
        return "not differentiable", "", 0
    compared = 0
    for run in case["runs"]:
        d, n = check_run(op, case, blob, run, by, refused)
        compared += n
        if d:
            return "differs", d, compared
    return "same", "", compared
