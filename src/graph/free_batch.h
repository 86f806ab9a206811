// A trace for batches of one size made to serve any: sizes that were baked in become sizes of the
// inputs.
//   %y = aten::view(%x, [1, 1280])   →   %n = aten::size(%x, 0);  %y = aten::view(%x, [%n, 1280])
// What follows the batch is seen by running the graph twice, on the example and on a larger batch.
#pragma once
#include "graph/ir.h"

namespace tealight::ir {

/// Calls must be inlined. `example` are the graph's inputs, `self` the first; `larger` the same
/// with more in dimension 0 of what has a batch. Gives what was changed, a line each. Throws where
/// the graph fails on the larger batch, naming the node, or cannot be followed.
std::vector<std::string> free_batch_size(Graph&, const std::vector<Value>& example,
                                         const std::vector<Value>& larger);

}  // namespace tealight::ir
