#include "layers.h"

#include <algorithm>
#include <cmath>

#include "tealight/ops.h"

namespace tealight::cli {
namespace {

void collect_tensors(const Value& v, std::vector<Tensor>& out) {
  if (v.isTensor() && v.toTensor().defined()) out.push_back(clone(v.toTensor()));
  if (v.isList())
    for (const Value& item : v.toListRef().items) collect_tensors(item, out);
}

// "quantized::conv2d_relu.new" as {"conv", "relu"}: what is computed, whatever computes it.
std::vector<std::string> words_of(const std::string& name) {
  static const std::map<std::string, std::string> same{
      {"relu", "clamp"},       {"conv1d", "conv"},      {"conv2d", "conv"},
      {"conv3d", "conv"},      {"convolution", "conv"}, {"addmm", "linear"},
      {"mm", "linear"},        {"matmul", "linear"},    {"hardtanh", "clamp"},
      {"relu6", "clamp"},      {"clip", "clamp"},       {"transpose2d", "transpose"},
      {"dequantize", "quant"}, {"quantize", "quant"}};
  static const std::vector<std::string> noise{"", "run", "dynamic", "per", "tensor", "fp16"};
  std::vector<std::string> words{""};
  const size_t begin = name.rfind(':') + 1;
  for (char c : name.substr(begin, name.find('.', begin) - begin)) {
    if (c == '_')
      words.emplace_back();
    else
      words.back() += c;
  }
  std::erase_if(words, [](const std::string& w) {
    return std::find(noise.begin(), noise.end(), w) != noise.end();
  });
  for (std::string& w : words)
    if (const auto at = same.find(w); at != same.end()) w = at->second;
  return words;
}

// Some of a layer's numbers, at the same places whatever its dtype.
std::vector<float> sample_of(const Tensor& t) {
  constexpr int64_t kSamples = 64;
  if (t.numel() == 0) return {};
  const Tensor flat = flatten((t.is_quantized() ? dequantize(t) : t).contiguous());
  std::vector<int64_t> places;
  const int64_t n = std::min(flat.numel(), kSamples);
  for (int64_t i = 0; i < n; ++i) places.push_back(i * flat.numel() / n);
  Tensor index(Fact(kLong, {n}));
  std::copy(places.begin(), places.end(), index.as<int64_t>());
  const Tensor numbers = index_select(flat, 0, index).to(kFloat).contiguous();
  return {numbers.as<float>(), numbers.as<float>() + n};
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    aa += double(a[i]) * a[i];
    bb += double(b[i]) * b[i];
    ab += double(a[i]) * b[i];
  }
  if (aa == 0 && bb == 0) return 1;
  return aa > 0 && bb > 0 && std::isfinite(ab) ? ab / std::sqrt(aa * bb) : 0;
}

// What alignment looks at.
struct Traits {
  const Layer* layer;
  std::vector<std::string> words, path;
  std::vector<float> sample;
  explicit Traits(const Layer& l)
      : layer(&l),
        words(words_of(l.name)),
        path(module_names(l.module)),
        sample(sample_of(l.outputs[0])) {}
  bool is(const char* word) const {
    return std::find(words.begin(), words.end(), word) != words.end();
  }
};

bool has_norms(const std::vector<Traits>& layers) {
  return std::any_of(layers.begin(), layers.end(), [](const Traits& t) { return t.is("norm"); });
}

// Where the other model's batch norms are folded into its convolutions, the norm gives what the
// other's convolution does.
void fold_norms(std::vector<Traits>& layers) {
  for (size_t i = 1; i < layers.size(); ++i)
    if (layers[i].is("norm") && layers[i - 1].is("conv"))
      layers[i].words = std::exchange(layers[i - 1].words, {});
}

bool same_shapes(const Layer& a, const Layer& b) {
  if (a.outputs.size() != b.outputs.size()) return false;
  for (size_t i = 0; i < a.outputs.size(); ++i)
    if (!(a.outputs[i].fact().sizes == b.outputs[i].fact().sizes)) return false;
  return true;
}

// From -0.5, different branches of the module tree, to 0.5, the same module; 0 where it is unknown.
double module_affinity(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return 0;
  const auto apart = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return double(apart.first - a.begin()) / double(std::max(a.size(), b.size())) - 0.5;
}

// 0: nothing speaks for a pair; 3.5: everything does. Equal numbers are the strongest sign, but
// once the models have parted only names are left.
double affinity(const Traits& a, const Traits& b) {
  if (!same_shapes(*a.layer, *b.layer)) return 0;
  double common = 0;
  for (const std::string& w : a.words) common += b.is(w.c_str());
  double score = module_affinity(a.path, b.path);
  if (!a.words.empty() && !b.words.empty()) {
    score += 0.5 * common / double(std::max(a.words.size(), b.words.size()));
    score += a.words.back() == b.words.back() ? 0.5 : 0;  // of fused ones the last gave the output
  }
  return score + 2 * std::pow(std::max(0.0, cosine(a.sample, b.sample)), 16);
}

// Best sum of affinities of pairs in order, by dynamic programming.
class Alignment {
 public:
  Alignment(const std::vector<Traits>& a, const std::vector<Traits>& b) : a_(a), b_(b) {
    TL_CHECK(a.size() * b.size() < 100'000'000, "the models run ", a.size(), " and ", b.size(),
             " different operators, which are too many to be matched");
    best_.assign((a.size() + 1) * (b.size() + 1), 0);
    for (size_t i = 1; i <= a.size(); ++i)
      for (size_t j = 1; j <= b.size(); ++j)
        cell(i, j) = std::max({cell(i - 1, j), cell(i, j - 1), cell(i - 1, j - 1) + score(i, j)});
  }

  std::vector<LayerPair> pairs() const {
    std::vector<LayerPair> out;
    size_t i = a_.size(), j = b_.size();
    while (i > 0 || j > 0) {
      if (j == 0 || (i > 0 && cell(i, j) == cell(i - 1, j))) {
        out.push_back({int(--i), -1});
      } else if (i == 0 || cell(i, j) == cell(i, j - 1)) {
        out.push_back({-1, int(--j)});
      } else {
        out.push_back({int(--i), int(--j)});
      }
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  float score(size_t i, size_t j) const {
    const double s = affinity(a_[i - 1], b_[j - 1]);
    return s > 0.6 ? float(s) : 0;
  }
  float& cell(size_t i, size_t j) { return best_[i * (b_.size() + 1) + j]; }
  float cell(size_t i, size_t j) const { return best_[i * (b_.size() + 1) + j]; }

  const std::vector<Traits>&a_, &b_;
  std::vector<float> best_;
};

bool alike(const Layer& a, const Layer& b) {
  return a.name == b.name && same_shapes(a, b) &&
         cosine(sample_of(a.outputs[0]), sample_of(b.outputs[0])) > 0.99;
}

// While it lives, operators are not seen by a handler and those above it.
struct Unwatched {
  Handler* const watching;
  explicit Unwatched(Handler& h) : watching(std::exchange(top_handler(), h.outer)) {}
  ~Unwatched() { top_handler() = watching; }
};

}  // namespace

std::string Layer::shapes() const {
  std::string out;
  for (const Tensor& t : outputs)
    out += (out.empty() ? "" : ", ") + str(python_name(t.scalar_type()), t.sizes());
  return out;
}

bool Layer::quantized() const {
  return name.starts_with("quantized::") || outputs[0].is_quantized();
}

void LayerRecorder::call(const Overload& o, std::vector<Value>& stack) {
  Unwatched rest(*this);
  tealight::call(o, stack);
  std::vector<Tensor> outputs;
  for (const Value& v : stack) collect_tensors(v, outputs);
  if (outputs.empty()) return;
  const int place = places_.add(current_place());
  layers_.push_back({o.schema.qualified(), joined(places_.module_path(place)), std::move(outputs)});
}

std::vector<LayerPair> align(const std::vector<Layer>& a, const std::vector<Layer>& b) {
  std::vector<LayerPair> pairs;
  size_t begin = 0, a_end = a.size(), b_end = b.size();
  while (begin < std::min(a_end, b_end) && alike(a[begin], b[begin])) {
    pairs.push_back({int(begin), int(begin)});
    ++begin;
  }
  std::vector<LayerPair> tail;
  while (begin < std::min(a_end, b_end) && alike(a[a_end - 1], b[b_end - 1]))
    tail.push_back({int(--a_end), int(--b_end)});
  const auto middle = [&](const std::vector<Layer>& layers, size_t end) {
    std::vector<Traits> out;
    for (size_t i = begin; i < end; ++i) out.emplace_back(layers[i]);
    return out;
  };
  std::vector<Traits> a_middle = middle(a, a_end), b_middle = middle(b, b_end);
  if (has_norms(a_middle) && !has_norms(b_middle)) fold_norms(a_middle);
  if (has_norms(b_middle) && !has_norms(a_middle)) fold_norms(b_middle);
  for (LayerPair p : Alignment(a_middle, b_middle).pairs()) {
    if (p.a >= 0) p.a += int(begin);
    if (p.b >= 0) p.b += int(begin);
    pairs.push_back(p);
  }
  pairs.insert(pairs.end(), tail.rbegin(), tail.rend());
  return pairs;
}

}  // namespace tealight::cli
