#include "spoiled_layers.h"

#include <algorithm>

#include "format/ptl_zip/zip.h"
#include "format/sniff.h"
#include "graph/passes/layer.h"
#include "runtime/with_program.h"
#include "script/optimize.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

struct Convolution {
  Tensor weight;
  std::optional<Tensor> bias;
  std::string str() const { return tealight::str("weight ", weight.sizes()); }
};

bool has_norm(const ir::Node& n) {
  return std::any_of(n.output()->uses().begin(), n.output()->uses().end(),
                     [](const ir::Use& use) { return use.user->is("aten::batch_norm"); });
}

void collect(const ir::Block& b, std::vector<Convolution>& all) {
  for (const auto& n : b.nodes()) {
    for (const auto& inner : n->blocks()) collect(*inner, all);
    const auto layer = ir::constant_layer(n.get());
    if (layer && !layer->linear && !has_norm(*n)) all.push_back({layer->weight, layer->bias});
  }
}

// Of all that forward computes, packed or plain, its batch norms folded if `fold`.
std::vector<Convolution> convolutions(const Module& m, bool fold) {
  static constexpr const char* kPasses[] = {"unpack_prepacked", "name_convolutions",
                                            "fold_batch_norm"};
  const ModelFile plain =
      script::run_passes(with_program(m), std::span(kPasses).first(fold ? 3 : 2));
  std::vector<Convolution> all;
  if (const auto* f = plain.program->find_method(
          *Type::named(TypeKind::Class, plain.root.toObjectRef().cls->name), "forward"))
    collect(f->graph->body(), all);
  return all;
}

enum class Made { unknown, traced, scripted };

// The archive's text has where each line comes from: the tracer's own stack, or a source file.
Made how_made(const std::string& path) {
  const ByteSource source = ByteSource::file(path);
  if (sniff(source) != FileKind::ptl_zip && sniff(source) != FileKind::torchscript_zip)
    return Made::unknown;
  const ZipFile zip(source);
  Made made = Made::unknown;
  for (const ZipRecord& r : zip.records()) {
    if (!r.name.starts_with("code/") || !r.name.ends_with(".debug_pkl")) continue;
    const Bytes bytes = zip.read(r);
    const std::string_view text = bytes.text();
    if (text.find("torch/jit/_trace.py") != text.npos) return Made::traced;
    if (text.find("def forward") != text.npos) made = Made::scripted;
  }
  return made;
}

bool optimized_for_mobile(const Module& m) {
  return m.hasattr("mobile_optimized") || m.hasattr("optimized_for_vulkan") ||
         m.hasattr("optimized_for_metal");
}

bool close(const Tensor& a, const Tensor& b) {
  if (a.numel() != b.numel()) return false;
  const Tensor x = flatten(a.to(kFloat)), y = flatten(b.to(kFloat));
  return allclose(x, y, 1e-3, 1e-5 * std::max(1., max(abs(y)).item().toDouble()));
}

bool has_bias(const Convolution& c) {
  return c.bias && c.bias->numel() && max(abs(c.bias->to(kFloat))).item().toDouble() != 0;
}

Finding finding(bool certain) {
  Finding f{"batch_norm", certain ? Finding::Weight::error : Finding::Weight::warning, certain};
  f.fix = "optimize the model anew: tealight optimize IN OUT --for-mobile";
  return f;
}

std::optional<Finding> against(const std::vector<Convolution>& now, const Module& original) {
  const std::vector<Convolution> right = convolutions(original, true);
  Finding f = finding(true);
  if (now.size() != right.size()) {
    f.id = "original", f.weight = Finding::Weight::note;
    f.what = str("it has ", now.size(), " convolutions, the original ", right.size(),
                 ": they cannot be compared");
    f.fix = "";
    return f;
  }
  for (size_t i = 0; i < now.size(); ++i) {
    if (!close(now[i].weight, right[i].weight))
      f.where.push_back(str("convolution ", i, ": other weights, ", now[i].str()));
    else if (has_bias(right[i]) && !has_bias(now[i]))
      f.where.push_back(str("convolution ", i, ": bias lost, ", now[i].str()));
    else if (has_bias(right[i]) && !close(*now[i].bias, *right[i].bias))
      f.where.push_back(str("convolution ", i, ": another bias, ", now[i].str()));
  }
  if (f.where.empty()) return std::nullopt;
  f.what = str(f.where.size(), " of ", now.size(),
               " convolutions are not what the original with its batch norms folded has");
  return f;
}

}  // namespace

std::optional<Finding> spoiled_layers(const Module& m, const std::string& path,
                                      const Module* original) {
  if (!m.find_method("forward")) return std::nullopt;
  if (!original && !optimized_for_mobile(m)) return std::nullopt;
  const std::vector<Convolution> all = convolutions(m, false);
  if (original) return against(all, *original);
  const auto bare = size_t(
      std::count_if(all.begin(), all.end(), [](const Convolution& c) { return !has_bias(c); }));
  const Made made = how_made(path);
  if (bare == 0 || made == Made::scripted) return std::nullopt;
  Finding f = finding(false);
  f.what = str(bare, " of ", all.size(), " convolutions have no bias, in a model ",
               made == Made::traced ? "that was traced and" : "that was",
               " optimized for mobile: PyTorch loses the biases of batch norms there (its issue "
               "116515). A network without batch norms looks the same");
  f.fix = "tealight check MODEL --original TRACED tells for certain";
  return f;
}

}  // namespace tealight::cli
