// Weights laid out for a kernel, kept beside the storage they come from: shared by shapes, plans,
// threads and eager calls. A write to the weights bumps the storage's version, and the next call
// packs anew.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "core/base.h"
#include "tealight/tensor.h"

namespace tealight {

/// Bytes for `recipe` (which names the kernel and all it depends on) of a tensor's weights; `pack`
/// fills them when they are not there yet. The result stays valid as long as it is held. Any
/// thread.
intrusive_ptr<Storage> packed_weights(const Tensor& weights, std::string_view recipe, size_t bytes,
                                      FunctionRef<void(void* packed)> pack);

/// Notes, while it lives, whose weights this thread's calls pack: a kernel reads those no more as
/// they were.
class PackedInputs {
 public:
  PackedInputs();
  ~PackedInputs();
  PackedInputs(const PackedInputs&) = delete;
  PackedInputs& operator=(const PackedInputs&) = delete;
  bool contains(const Tensor&) const;

 private:
  friend intrusive_ptr<Storage> packed_weights(const Tensor&, std::string_view, size_t,
                                               FunctionRef<void(void*)>);
  // A layer's bias may lie behind its weights, in one storage.
  using Place = std::pair<const Storage*, int64_t>;
  static Place place_of(const Tensor& t) { return {t.storage().get(), t.storage_offset()}; }
  std::vector<Place> places_;
  PackedInputs* outer_;
};

}  // namespace tealight
