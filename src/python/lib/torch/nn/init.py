# torch.nn.init: fills tensors, drawing from the generator in PyTorch's order.
import math

import torch
from torch import Tensor


def _no_grad_fill_(tensor, value):
    return tensor.fill_(value)


def uniform_(tensor, a=0.0, b=1.0):
    return tensor.uniform_(a, b)


def normal_(tensor, mean=0.0, std=1.0):
    return tensor.normal_(mean, std)


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0):
    def cdf(x):
        return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0

    low, high = cdf((a - mean) / std), cdf((b - mean) / std)
    tensor.uniform_(2 * low - 1, 2 * high - 1)
    tensor.erfinv_()
    tensor.mul_(std * math.sqrt(2.0))
    tensor.add_(mean)
    tensor.clamp_(min=a, max=b)
    return tensor


def constant_(tensor, val):
    return tensor.fill_(val)


def ones_(tensor):
    return tensor.fill_(1.0)


def zeros_(tensor):
    return tensor.zero_()


def eye_(tensor):
    return tensor.copy_(torch.eye(tensor.size(0), tensor.size(1)))


def dirac_(tensor, groups=1):
    sizes = tensor.size()
    out_per_group = sizes[0] // groups
    tensor.zero_()
    for g in range(groups):
        for d in range(min(out_per_group, sizes[1])):
            if tensor.dim() == 3:
                tensor[g * out_per_group + d, d, sizes[2] // 2] = 1
            elif tensor.dim() == 4:
                tensor[g * out_per_group + d, d, sizes[2] // 2, sizes[3] // 2] = 1
            else:
                tensor[g * out_per_group + d, d, sizes[2] // 2, sizes[3] // 2, sizes[4] // 2] = 1
    return tensor


def _calculate_fan_in_and_fan_out(tensor):
    if tensor.dim() < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    receptive = 1
    for n in tensor.shape[2:]:
        receptive *= n
    return tensor.size(1) * receptive, tensor.size(0) * receptive


def _calculate_correct_fan(tensor, mode):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode == "fan_in" else fan_out


def calculate_gain(nonlinearity, param=None):
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2.0 / (1 + slope ** 2))
    if nonlinearity == "selu":
        return 3.0 / 4
    return 1


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    if 0 in tensor.shape:
        return tensor
    std = calculate_gain(nonlinearity, a) / math.sqrt(_calculate_correct_fan(tensor, mode))
    bound = math.sqrt(3.0) * std
    return tensor.uniform_(-bound, bound)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    if 0 in tensor.shape:
        return tensor
    std = calculate_gain(nonlinearity, a) / math.sqrt(_calculate_correct_fan(tensor, mode))
    return tensor.normal_(0, std)


def xavier_uniform_(tensor, gain=1.0):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    bound = math.sqrt(3.0) * gain * math.sqrt(2.0 / float(fan_in + fan_out))
    return tensor.uniform_(-bound, bound)


def xavier_normal_(tensor, gain=1.0):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return tensor.normal_(0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)))


def _orthonormal_columns(a):
    """Of a = q r with r's diagonal positive: Gram-Schmidt, twice, in double."""
    a = a.to(torch.float64)
    for j in range(a.size(1)):
        for again in range(2 if j > 0 else 0):
            before = a[:, :j]
            a[:, j] -= before.matmul(before.t().matmul(a[:, j]))
        a[:, j] /= a[:, j].norm()
    return a


def orthogonal_(tensor, gain=1):
    if tensor.dim() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.size(0)
    cols = tensor.numel() // rows
    drawn = torch.empty((rows, cols), dtype=tensor.dtype).normal_(0.0, 1.0)
    wide = rows < cols
    q = _orthonormal_columns(drawn.t().clone() if wide else drawn)
    tensor.copy_((q.t() if wide else q).reshape(tensor.shape))
    return tensor.mul_(gain)


def sparse_(tensor, sparsity, std=0.01):
    if tensor.dim() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, cols = tensor.shape
    zeros = int(math.ceil(sparsity * rows))
    tensor.normal_(0.0, std)
    for column in range(cols):
        order = torch.randperm(rows)
        for i in range(zeros):
            tensor[int(order[i]), column] = 0
    return tensor
