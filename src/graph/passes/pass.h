// Rewriting graphs: a pass changes a graph and keeps what it computes. pass.cpp lists them; each is
// a file of its name.
#pragma once
#include <functional>

#include "graph/ir.h"

namespace tealight::ir {

/// What passes may ask of the world around the graph.
struct PassContext {
  /// The bodies of what prim::CallFunction and prim::CallMethod name; null: not known.
  std::function<const Graph*(const std::string& qualified_name)> function;
  std::function<const Graph*(const Type& cls, const std::string& method)> method;
  /// The object that the graph's first parameter is; None: not known.
  Value self = {};
  /// Its attributes that stay attributes: "scale", "encoder.scale".
  std::vector<std::string> preserved = {};
  /// Take `training` for false, whatever the object says.
  bool eval = false;
};

struct Pass {
  const char* name;
  const char* does;
  bool (*run)(Graph&, const PassContext&);  // whether it changed anything
};

std::span<const Pass> all_passes();
const Pass& find_pass(std::string_view name);  // throws, naming those that there are

struct PassOptions {
  std::vector<std::string> off;  // names of passes that are left out
  bool verify = true;            // the graph after each
};
struct PassReport {
  const char* name;
  bool changed;
  double seconds;
};
/// Runs passes in the order given. TEALIGHT_LOG=passes prints what each did and took. An error
/// names the pass.
std::vector<PassReport> run_passes(Graph&, std::span<const char* const> names,
                                   const PassContext& = {}, const PassOptions& = {});

bool inline_calls(Graph&, const PassContext&);
bool eliminate_dead_code(Graph&, const PassContext&);
bool propagate_constants(Graph&, const PassContext&);
bool pool_constants(Graph&, const PassContext&);
bool eliminate_common_subexpressions(Graph&, const PassContext&);
bool peephole(Graph&, const PassContext&);
bool freeze(Graph&, const PassContext&);
bool unroll_loops(Graph&, const PassContext&);
bool name_convolutions(Graph&, const PassContext&);
bool fold_batch_norm(Graph&, const PassContext&);
bool fuse_attention(Graph&, const PassContext&);
bool fuse_tables(Graph&, const PassContext&);
bool fuse_shuffles(Graph&, const PassContext&);
bool remove_copies(Graph&, const PassContext&);
bool remove_layout_copies(Graph&, const PassContext&);
bool fuse_epilogues(Graph&, const PassContext&);
bool fuse_mobile_blocks(Graph&, const PassContext&);
bool fold_arithmetic(Graph&, const PassContext&);
bool remove_dropout(Graph&, const PassContext&);
bool fuse_add_relu(Graph&, const PassContext&);
bool conv1d_to_conv2d(Graph&, const PassContext&);
bool insert_prepacked_ops(Graph&, const PassContext&);
bool fuse_clamp(Graph&, const PassContext&);
bool fold_prepacking(Graph&, const PassContext&);
bool vulkan_contexts(Graph&, const PassContext&);
bool metal_contexts(Graph&, const PassContext&);
bool unpack_prepacked(Graph&, const PassContext&);

}  // namespace tealight::ir
