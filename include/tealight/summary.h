// What a network is made of: its layers' output shapes, parameters and multiplications, found by
// one run on an example.
//   auto table = tealight::summary(net, {torch::zeros({1, 3, 224, 224})});
//   std::cout << table;                // a table
//   table.macs;                        // 300774272
//   table.json();
// Multiply-accumulates (MACs) are those of convolutions, linear layers, products of matrices,
// attention and recurrent layers, of the whole batch; additions of biases, norms and activations
// are not counted.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "tealight/nn/module.h"
#include "tealight/trace.h"

namespace tealight {

struct LayerSummary {
  std::string name, type;             // "features.0.0", "Conv2d"
  std::vector<int64_t> output_shape;  // of its first output; empty: it called no operator
  int64_t parameters = 0;
  int64_t macs = 0;
};

struct TL_API Summary {
  std::string name;                  // of the network's class
  std::vector<LayerSummary> layers;  // modules without submodules, and what calls operators itself
  int64_t parameters = 0;
  int64_t trainable_parameters = 0;
  int64_t macs = 0;
  std::string json() const;
};
TL_API std::ostream& operator<<(std::ostream&, const Summary&);

namespace detail {
TL_API Summary summarize(const nn::Module&, const TracedFunction& forward,
                         std::vector<Value> inputs);
}

/// Runs forward(), in eval mode and without gradients. Modules and their holders.
template <class N>
  requires(detail::HoldsParts<N> || detail::ListsItsParts<N>)
Summary summary(const N& net, std::vector<Value> inputs) {
  auto* module = detail::module_of(net);
  ModulePaths paths;
  detail::add_paths(*module, "", paths);
  const TracedPaths called(std::move(paths));
  using M = std::remove_const_t<std::remove_pointer_t<decltype(module)>>;
  return detail::summarize(*module, detail::forward_of(const_cast<M*>(module)), std::move(inputs));
}

}  // namespace tealight
