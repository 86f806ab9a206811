// What training leaves in a graph: flags that a trace baked in, counters of batches, random
// numbers.
#pragma once
#include "graph/ir.h"

namespace tealight::ir {

struct TrainingCall {
  enum class Kind : uint8_t {
    flag,     // it is told to work as in training: dropout(x, 0.5, True)
    counter,  // it counts batches: num_batches_tracked.add_(1)
    random,   // it gives random numbers, whatever it is told
  };
  Kind kind;
  Node* node;
};

/// In the order of the graph, blocks included. Flags that make no difference are left out: dropout
/// of nothing, and normalization without running statistics, which works so in evaluation, too.
std::vector<TrainingCall> training_calls(Graph&);

/// Clears the flag, or removes the counter; false: it is random by itself.
bool use_evaluation_mode(const TrainingCall&);

}  // namespace tealight::ir
