#include "graph/passes/pass.h"

#include <algorithm>
#include <chrono>

#include "core/log.h"
#include "tealight/grad_mode.h"

namespace tealight::ir {
namespace {

constexpr Pass kPasses[] = {
    {"inline", "puts the bodies of called functions and methods in place of the calls",
     inline_calls},
    {"dead_code", "removes what nothing depends on", eliminate_dead_code},
    {"constant_propagation", "computes what is constant; takes branches that are certain",
     propagate_constants},
    {"constant_pooling", "keeps equal constants once", pool_constants},
    {"common_subexpressions", "computes equal expressions once", eliminate_common_subexpressions},
    {"peephole", "simplifies operations by what is known of their arguments", peephole},
    {"freeze", "inlines methods; makes constants of the object's attributes that nothing writes",
     freeze},
    {"unroll_loops", "repeats the bodies of short loops", unroll_loops},
    {"name_convolutions", "calls what traces know as _convolution conv1d, conv_transpose2d, ...",
     name_convolutions},
    {"fold_batch_norm", "puts batch norms into the layer before them", fold_batch_norm},
    {"fold_arithmetic", "puts sums and products with constants into the layer before them",
     fold_arithmetic},
    {"remove_dropout", "removes dropout that is not training", remove_dropout},
    {"fuse_add_relu", "makes one operation of a sum and its relu", fuse_add_relu},
    {"conv1d_to_conv2d", "makes convolutions of one dimension ones of two", conv1d_to_conv2d},
    {"insert_prepacked_ops", "packs layers for XNNPACK", insert_prepacked_ops},
    {"fuse_clamp", "puts relu and hardtanh into the packed layer before them", fuse_clamp},
    {"fold_prepacking", "packs constant weights now", fold_prepacking},
    {"vulkan_contexts", "packs packed layers for Vulkan instead", vulkan_contexts},
    {"metal_contexts", "packs packed layers for Metal instead", metal_contexts},
    {"remove_copies", "uses what was copied where neither is written", remove_copies},
    {"remove_layout_copies", "the same where a copy only lies otherwise", remove_layout_copies},
    {"fuse_epilogues", "puts residual sums and activations into the layer before them",
     fuse_epilogues},
    {"fuse_attention", "makes one operation of softmax(Q K) V", fuse_attention},
    {"fuse_tables", "makes a table of what is done to 8-bit numbers one by one", fuse_tables},
    {"fuse_shuffles", "makes one operation of a concatenation and the shuffle of its channels",
     fuse_shuffles},
    {"fuse_mobile_blocks", "makes one operation of expand, depthwise and project layers",
     fuse_mobile_blocks},
    {"unpack_prepacked", "makes plain layers of packed ones", unpack_prepacked},
};

PassReport run_pass(const Pass& pass, Graph& g, const PassContext& context, bool check) {
  const NoGradGuard no_graph;  // what is folded is a constant
  const auto start = std::chrono::steady_clock::now();
  try {
    const bool changed = pass.run(g, context);
    if (check) verify(g);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return {pass.name, changed, took.count()};
  } catch (Error& e) {
    e.at(str("pass ", pass.name));
    throw;
  }
}

}  // namespace

std::span<const Pass> all_passes() { return kPasses; }

const Pass& find_pass(std::string_view name) {
  std::string names;
  for (const Pass& p : kPasses) {
    if (p.name == name) return p;
    names += (names.empty() ? "" : ", ") + std::string(p.name);
  }
  Error e(str("there is no pass '", name, "'"));
  throw e.fix("one of " + names);
}

std::vector<PassReport> run_passes(Graph& g, std::span<const char* const> names,
                                   const PassContext& context, const PassOptions& options) {
  std::vector<PassReport> reports;
  for (const char* name : names) {
    const Pass& pass = find_pass(name);
    if (std::find(options.off.begin(), options.off.end(), name) != options.off.end()) continue;
    reports.push_back(run_pass(pass, g, context, options.verify));
    if (logged("passes"))
      log_line(str(name, ": ", reports.back().changed ? "changed" : "nothing to do", ", ",
                   reports.back().seconds * 1e3, " ms"));
  }
  return reports;
}

}  // namespace tealight::ir
