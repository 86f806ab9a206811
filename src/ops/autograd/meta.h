// A tensor's slot for autograd, made when it is first needed.
#pragma once
#include <mutex>

#include "tealight/autograd.h"

namespace tealight {

struct AutogradMeta {
  std::shared_ptr<Tensor> grad = std::make_shared<Tensor>();  // nodes that fill it share it
  std::shared_ptr<autograd::Node> grad_fn;                    // null: a leaf
  uint32_t output_nr = 0;
  std::weak_ptr<autograd::Node> accumulator;  // a leaf's node, owned by the graphs that lead to it
  std::mutex mutex;                           // of the accumulator, and of what it adds to
  std::shared_ptr<std::vector<autograd::TensorHook>> hooks;
  bool retains_grad = false;
};

namespace autograd {

AutogradMeta& meta_of(const Tensor&);

/// After `target` was written in place by what `node` differentiates; edge `self` is the target's.
void rebase_history(const Tensor& target, std::shared_ptr<Node> node, size_t self);
/// Fails as PyTorch does where a write in place cannot be recorded.
void check_in_place(const Tensor& target, const std::string& what);

/// Whether the backward() that this thread is in wants what goes there.
bool is_wanted_now(const Edge&);

/// While a node's apply() runs in this thread: where that node came from.
std::shared_ptr<const Node::Origin>& current_origin();

/// The sizes, strides and offset of a tensor, to be seen again in another memory.
struct Geometry {
  DimVector sizes, strides;
  int64_t offset = 0;
  explicit Geometry(const Tensor& t)
      : sizes(t.sizes()), strides(t.strides()), offset(t.storage_offset()) {}
};

}  // namespace autograd
}  // namespace tealight
