// Modules made up at random, as text that PyTorch scripts too: layers, views, writes in place,
// branches, loops, lists, attributes that are written.
#pragma once
#include <cstdint>
#include <string>

namespace tealight::testing {

/// A Python file with a class Net, whose
///   forward(self, x: Tensor, n: int, c: bool) -> Tuple[Tensor, Tensor, int, float, List[int], List[Tensor]]
/// takes images of (2, 4, 6, 6). The same text for a seed on every machine. Values stay small, so
/// that rounding does; no branch depends on them.
std::string random_module(uint32_t seed, size_t statements);

}  // namespace tealight::testing
