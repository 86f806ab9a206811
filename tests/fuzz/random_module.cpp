#include "random_module.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace tealight::testing {
namespace {

// Types by letters: I an image (2, 4, 6, 6), V a row (2, 8), N int, F float, B bool, L List[int],
// T List[Tensor] of images, D Dict[str, Tensor] of "a" and "b", O Optional[Tensor], P Pair.

// $I reads a variable of the type, #conv is a layer of the module. `gives` are the types of what is
// assigned; a statement gives nothing.
struct Form {
  const char *gives, *text;
};
constexpr Form kForms[] = {
    {"I", "#conv($I)"},
    {"I", "#conv_plain($I)"},
    {"I", "#conv_groups($I)"},
    {"I", "#conv_wide($I)"},
    {"I", "#conv_point($I)"},
    {"I", "#deconv($I)"},
    {"I", "#bn($I)"},
    {"I", "#bn(#conv($I))"},
    {"I", "#bn(#conv_plain($I))"},
    {"I", "#bn_plain(#conv_groups($I))"},
    {"I", "#bn(#deconv($I))"},
    {"I", "#bn(#deconv_groups($I))"},
    {"I", "#relu(#bn(#conv($I)) + $I)"},
    {"I", "F.relu($I + $I) * 0.5"},
    {"I", "F.relu6(#conv($I))"},
    {"I", "#hardtanh(#conv($I))"},
    {"I", "#conv($I) * 0.5"},
    {"I", "#conv($I) + 0.25"},
    {"I", "#stack($I)"},
    {"I", "#relu($I)"},
    {"I", "#relu_inplace($I)"},
    {"I", "#dropout($I)"},
    {"I", "#identity($I)"},
    {"I", "#pool($I)"},
    {"I", "#group_norm($I)"},
    {"I", "#prelu($I)"},
    {"I", "#conv1d($I.reshape(2, 4, 36)).reshape(2, 4, 6, 6)"},
    {"I", "#bn1d(#conv1d($I.flatten(2))).reshape(2, 4, 6, 6)"},
    {"I", "#conv3d($I.unsqueeze(1)).squeeze(1)"},
    {"I", "#conv($I) * self.channels"},
    {"I", "#conv_plain($I) - self.channels"},
    {"I", "#block($I, $N)"},
    {"I", "F.conv2d($I, self.weight, None, padding=1)"},
    {"I", "F.conv2d($I, self.weight, self.channels.view(4), padding=1)"},
    {"I", "F.dropout($I, 0.5, self.training)"},
    {"I", "F.max_pool2d($I, 3, 1, 1)"},
    {"I", "F.avg_pool2d($I, 3, 1, 1)"},
    {"I", "F.hardswish($I)"},
    {"I", "F.leaky_relu($I, 0.1)"},
    {"I", "F.interpolate($I[:, :, ::2, ::2], scale_factor=2.0)"},
    {"I", "torch.tanh($I)"},
    {"I", "torch.sigmoid($I)"},
    {"I", "torch.clamp($I * $F, -2.0, 2.0)"},
    {"I", "torch.maximum($I, $I)"},
    {"I", "torch.where($I > 0, $I, $I * 0.0)"},
    {"I", "($I + $I) * 0.5"},
    {"I", "($I - $I) / 2"},
    {"I", "torch.tanh(torch.add($I, $I, alpha=2))"},
    {"I", "$I + self.buffer"},
    {"I", "$I * $F"},
    {"I", "-$I"},
    {"I", "$I.transpose(2, 3)"},
    {"I", "$I.flip(1)"},
    {"I", "$I.contiguous()"},
    {"I", "$I.clone()"},
    {"I", "$I.detach()"},
    {"I", "$I.view($I.size(0), 4, 6, 6)"},
    {"I", "$I.relu_()"},
    {"I", "$I.mul_(0.5)"},
    {"I", "torch.cat([$I[:, :2], $I[:, 2:]], 1)"},
    {"I", "torch.cat($I.chunk(2, 1), 1)"},
    {"I", "$T[0]"},
    {"I", "$T[-1]"},
    {"I", "torch.stack($T, 0).mean(0)"},
    {"I", "torch.cat($T, 1)[:, :4]"},
    {"I", "$D['a']"},
    {"I", "or_else($O, $I)"},
    {"I", "$P.a"},
    {"I", "$I if $B else $I"},
    {"I", "$V.reshape(2, 8, 1, 1)[:, :4] * 0.5 + $I"},
    {"I", "scaled($I)"},
    {"I", "scaled($I, by=$N)"},
    {"IN", "pair($I, $N)"},
    {"NI", "$N, $I"},
    {"V", "#linear4(F.adaptive_avg_pool2d($I, 1).flatten(1))"},
    {"V", "#linear($V)"},
    {"V", "#bn1d8(#linear($V))"},
    {"V", "#bn1d8(#linear_plain($V))"},
    {"V", "F.relu(#linear($V))"},
    {"V", "#layer_norm($V)"},
    {"V", "#gru($V.reshape(2, 4, 2))[0].reshape(2, 8)"},
    {"V", "torch.softmax($V, dim=1)"},
    {"V", "($V + $V) * 0.5"},
    {"V", "$V.add_($V * 0.5).mul_(0.5)"},
    {"V", "$I.mean([2, 3]).repeat(1, 2)"},
    {"V", "F.linear($V, self.square)"},
    {"V", "torch.matmul($V, self.square.t())"},
    {"N", "($N + $N) % 7"},
    {"N", "($N * 3 - $N) % 5"},
    {"N", "$N // 2"},
    {"N", "-$N"},
    {"N", "$I.size(1)"},
    {"N", "$I.shape[0] + $V.shape[-1]"},
    {"N", "len($L)"},
    {"N", "len($T) % 5"},
    {"N", "len($D)"},
    {"N", "$L[0]"},
    {"N", "$P.n"},
    {"N", "max($N, $N)"},
    {"N", "min($N, 3)"},
    {"N", "int($F)"},
    {"N", "sum($L) % 9"},
    {"N", "$N if $B else $N"},
    {"N", "self.count % 5"},
    {"N", "#block.twice($N) % 5"},
    {"F", "float($N) / 8.0"},
    {"F", "($F + $F) * 0.5"},
    {"F", "min(max($F, -0.5), 1.5)"},
    {"F", "math.sqrt(abs($F) + 0.25)"},
    {"B", "$N < $N"},
    {"B", "$N == $N"},
    {"B", "not $B"},
    {"B", "$B and $N > 0"},
    {"B", "$B or $F > 0.0"},
    {"B", "$N in $L"},
    {"B", "$O is None"},
    {"B", "self.training"},
    {"L", "[$N, $N]"},
    {"L", "$L[:3] + [$N]"},
    {"L", "[i * 2 % 5 for i in $L]"},
    {"L", "sorted($L)"},
    {"L", "list(range(abs($N) + 1))[:3]"},
    {"L", "list($I.size())"},
    {"T", "[$I, $I]"},
    {"T", "$T[:2] + [$I]"},
    {"T", "[F.relu(t) for t in $T]"},
    {"D", "{'a': $I, 'b': $I}"},
    {"O", "maybe($I, $B)"},
    {"P", "Pair($I, $N)"},
    {"", "$I.add_($I * 0.25)"},
    {"", "$I.mul_($F)"},
    {"", "$I[:, 1:3].mul_(0.5)"},
    {"", "$I[0].add_(0.125)"},
    {"", "$I[:, 0] = $F"},
    {"", "$I[0] = $I[1]"},
    {"", "$I.select(1, 2).zero_()"},
    {"", "F.relu($I, inplace=True)"},
    {"", "$V[:, 2:4] *= 0.5"},
    {"", "$V[0, $N % 8] = 0.25"},
    {"", "$L.append($N)"},
    {"", "$L[0] = $N"},
    {"", "$L.reverse()"},
    {"", "$T[0] = $I"},
    {"", "$T[0].mul_(0.5)"},
    {"", "$D['a'] = $I"},
    {"", "$D.update({'b': $I})"},
    {"", "self.count = self.count + $N % 3"},
    {"", "self.buffer.mul_(0.5)"},
    {"", "self.buffer[0, 1] = $F"},
    {"", "self.buffer = self.buffer + 0.125"},
    {"", "assert $N < 100000, 'too large'"},
};

constexpr std::pair<const char*, const char*> kLayers[] = {
    {"conv", "nn.Conv2d(4, 4, 3, padding=1)"},
    {"conv_plain", "nn.Conv2d(4, 4, 3, padding=1, bias=False)"},
    {"conv_groups", "nn.Conv2d(4, 4, 3, padding=1, groups=2)"},
    {"conv_wide", "nn.Conv2d(4, 4, (3, 1), padding=(2, 0), dilation=2)"},
    {"conv_point", "nn.Conv2d(4, 4, 1)"},
    {"deconv", "nn.ConvTranspose2d(4, 4, 3, padding=1)"},
    {"deconv_groups", "nn.ConvTranspose2d(4, 4, 3, padding=1, groups=2, bias=False)"},
    {"conv1d", "nn.Conv1d(4, 4, 3, padding=1)"},
    {"conv3d", "nn.Conv3d(1, 1, 3, padding=1)"},
    {"bn", "nn.BatchNorm2d(4)"},
    {"bn_plain", "nn.BatchNorm2d(4, affine=False)"},
    {"bn1d", "nn.BatchNorm1d(4)"},
    {"bn1d8", "nn.BatchNorm1d(8)"},
    {"relu", "nn.ReLU()"},
    {"relu_inplace", "nn.ReLU(inplace=True)"},
    {"hardtanh", "nn.Hardtanh(-0.5, 0.5)"},
    {"dropout", "nn.Dropout(0.3)"},
    {"identity", "nn.Identity()"},
    {"pool", "nn.MaxPool2d(3, 1, 1)"},
    {"group_norm", "nn.GroupNorm(2, 4, eps=0.1)"},
    {"prelu", "nn.PReLU()"},
    {"stack", "nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4), nn.ReLU(inplace=True))"},
    {"block", "Block()"},
    {"linear", "nn.Linear(8, 8)"},
    {"linear_plain", "nn.Linear(8, 8, bias=False)"},
    {"linear4", "nn.Linear(4, 8)"},
    {"layer_norm", "nn.LayerNorm(8, eps=0.1)"},
    {"gru", "nn.GRU(2, 2, batch_first=True)"},
};

constexpr const char* kHead = R"(import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from typing import Dict, List, NamedTuple, Optional, Tuple


class Pair(NamedTuple):
    a: Tensor
    n: int


def scaled(x: Tensor, by: int = 2) -> Tensor:
    if by > 2:
        return x * 0.5
    return x + float(by) * 0.125


def pair(x: Tensor, n: int) -> Tuple[Tensor, int]:
    return x * 0.5, n + 1


def maybe(x: Tensor, c: bool) -> Optional[Tensor]:
    if c:
        return x
    return None


def or_else(o: Optional[Tensor], x: Tensor) -> Tensor:
    return x if o is None else o
)";

class Author {
 public:
  explicit Author(uint32_t seed) : random_(seed) {}

  std::string module(size_t statements) {
    std::string text = kHead;
    return text + block() + net(statements);
  }

 private:
  using Known = std::map<char, std::vector<std::string>>;

  size_t below(size_t n) { return random_() % n; }  // the same on every machine
  bool one_in(size_t n) { return below(n) == 0; }
  std::string fresh() { return "v" + std::to_string(next_++); }
  const std::string& any(char type) {
    const auto& names = known_.at(type);
    const size_t recent = std::min<size_t>(names.size(), 3);
    return below(2) ? names[below(names.size())] : names[names.size() - 1 - below(recent)];
  }

  // ---- classes

  std::string init() const {
    return "    def __init__(self):\n        super().__init__()\n" + init_ + "\n";
  }
  std::string block() {
    layers_.clear();
    init_.clear();
    known_ = {{'I', {"x"}}, {'N', {"k"}}};
    std::string body;
    for (int i = 0; i < 3; ++i) body += "        x = " + filled(image_form()) + "\n";
    return "\n\nclass Block(nn.Module):\n" + init() +
           "    def forward(self, x: Tensor, k: int) -> Tensor:\n" + body +
           "        if k > 2:\n            x = x * 0.5\n        return x\n\n"
           "    @torch.jit.export\n    def twice(self, k: int) -> int:\n        return k * 2\n";
  }
  const char* image_form() { return kForms[below(28)].text; }  // the first ones

  std::string net(size_t statements) {
    layers_.clear();
    init_ =
        "        self.register_buffer('buffer', torch.linspace(-1, 1, 4).view(1, 4, 1, 1))\n"
        "        self.channels = nn.Parameter(torch.rand(1, 4, 1, 1))\n"
        "        self.weight = nn.Parameter(torch.rand(4, 4, 3, 3) * 0.1)\n"
        "        self.square = nn.Parameter(torch.rand(8, 8) * 0.2)\n"
        "        self.count = 0\n";
    known_ = {{'I', {"x"}}, {'N', {"n"}}, {'B', {"c"}}};
    std::string body;
    for (const char* form :
         {"V=#linear4(x.mean([2, 3]))", "F=0.75", "L=[n, 2, 1]", "T=[x, x * 0.5]",
          "D={'a': x * 0.5, 'b': x}", "O=maybe(x, c)", "P=Pair(x, n)", "I=#conv(x)"}) {
      const std::string name = fresh();
      body += "        " + name + " = " + filled(form + 2) + "\n";
      known_[form[0]].push_back(name);
    }
    for (size_t i = 0; i < statements; ++i) body += statement(2, 2, false);
    body += "        return " + results() + "\n";
    return "\n\nclass Net(nn.Module):\n" + init() +
           "    def forward(self, x: Tensor, n: int, c: bool) -> Tuple[Tensor, Tensor, int, float, "
           "List[int], List[Tensor]]:\n" +
           body;
  }
  std::string results() {
    return any('I') + ", " + any('V') + ", " + any('N') + ", " + any('F') + ", " + any('L') + ", " +
           any('T');
  }

  std::string layer(const std::string& kind) {
    std::vector<std::string>& made = layers_[kind];
    if (!made.empty() && one_in(3)) return "self." + made[below(made.size())];
    const std::string name = kind + std::to_string(made.size());
    std::string constructor;
    for (const auto& [k, text] : kLayers)
      if (k == kind) constructor = text;
    // Sometimes one layer under two names.
    if (!made.empty() && one_in(8)) constructor = "self." + made.back();
    init_ += "        self." + name + " = " + constructor + "\n";
    if (kind.starts_with("bn")) statistics(name);
    if (kind == "stack") statistics(name + "[1]");
    made.push_back(name);
    return "self." + name;
  }
  void statistics(const std::string& bn) {
    init_ += "        nn.init.uniform_(self." + bn + ".running_mean, -0.5, 0.5)\n" +
             "        nn.init.uniform_(self." + bn + ".running_var, 0.5, 1.5)\n";
  }

  // ---- statements

  static bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
  std::string filled(const std::string& form) {
    std::string out;
    for (size_t i = 0; i < form.size(); ++i) {
      if (form[i] == '$') {
        out += any(form[++i]);
      } else if (form[i] == '#') {
        size_t end = i + 1;
        while (end < form.size() && is_word(form[end])) ++end;
        const std::string kind = form.substr(i + 1, end - i - 1);
        out += layer(kind);
        i = end - 1;
      } else {
        out += form[i];
      }
    }
    return out;
  }

  std::string statement(int indent, int depth, bool in_loop) {
    const std::string margin(size_t(indent) * 4, ' ');
    const size_t kind = below(24);
    if (depth > 0 && kind == 0) return for_loop(indent, depth - 1);
    if (depth > 0 && kind == 1) return while_loop(indent, depth - 1);
    if (depth > 0 && kind < 4) return branch(indent, depth - 1, in_loop);
    if (in_loop && kind == 4)
      return margin + "if " + any('B') + ":\n" + margin +
             (below(2) ? "    break\n" : "    continue\n");
    if (kind == 5 && one_in(6))
      return margin + "if " + any('B') + ":\n" + margin + "    return " + results() + "\n";
    const Form& form = kForms[below(std::size(kForms))];
    return margin + targets(form.gives, filled(form.text)) + "\n";
  }
  // "v1, v2 = expression": new variables, or some that there are.
  std::string targets(const std::string& types, const std::string& expression) {
    std::string names;
    std::vector<std::string> used;
    for (char type : types) {
      std::vector<std::string>& all = known_[type];
      std::string name = one_in(3) ? all[below(all.size())] : fresh();
      if (std::find(used.begin(), used.end(), name) != used.end()) name = fresh();
      used.push_back(name);
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
      names += (names.empty() ? "" : ", ") + name;
    }
    return types.empty() ? expression : names + " = " + expression;
  }
  std::string body(int indent, int depth, bool in_loop) {
    const Known outside = known_;
    std::string text;
    for (size_t i = 0, n = 1 + below(5); i < n; ++i) text += statement(indent, depth, in_loop);
    known_ = outside;
    return text;
  }
  std::string branch(int indent, int depth, bool in_loop) {
    const std::string margin(size_t(indent) * 4, ' ');
    std::string text = margin + "if " + any('B') + ":\n" + body(indent + 1, depth, in_loop);
    if (one_in(4)) text += margin + "elif " + any('B') + ":\n" + body(indent + 1, depth, in_loop);
    if (below(3)) text += margin + "else:\n" + body(indent + 1, depth, in_loop);
    return text;
  }
  std::string for_loop(int indent, int depth) {
    const std::string margin(size_t(indent) * 4, ' '), i = fresh();
    const Known outside = known_;
    const char* kIterables[] = {"range(3)", "range(min($N, 4))", "$L", "range(4, 0, -2)", "$T"};
    const size_t which = below(5);
    std::string text = margin + "for " + i + " in " + filled(kIterables[which]) + "[:3]:\n";
    if (which != 2 && which != 4) text.erase(text.size() - 6, 4);  // ranges have no slices
    known_[which == 4 ? 'I' : 'N'].push_back(i);
    text += body(indent + 1, depth, true);
    known_ = outside;
    return text;
  }
  std::string while_loop(int indent, int depth) {
    const std::string margin(size_t(indent) * 4, ' '), i = fresh();
    std::string text = margin + i + " = 0\n" + margin + "while " + i + " < min(" + any('N') +
                       ", 3) and not " + any('B') + ":\n" + margin + "    " + i + " += 1\n";
    return text + body(indent + 1, depth, true);
  }

  std::mt19937 random_;
  Known known_;
  std::map<std::string, std::vector<std::string>> layers_;
  std::string init_;
  int next_ = 0;
};

}  // namespace

std::string random_module(uint32_t seed, size_t statements) {
  return Author(seed).module(statements);
}

}  // namespace tealight::testing
