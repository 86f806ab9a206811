// How layers print themselves: "torch::nn::Linear(in_features=3, out_features=4, bias=true)".
#pragma once
#include <ios>
#include <ostream>
#include <string_view>

namespace torch::nn {

/// "torch::nn::" and the parts, with bools as words.
template <class... T>
void describe(std::ostream& stream, const T&... parts) {
  const std::ios_base::fmtflags flags = stream.flags();
  stream << std::boolalpha << "torch::nn::";
  (stream << ... << parts);
  stream.flags(flags);
}
/// A part that is named only where the layer does so.
inline const char* inplace_if(bool on, bool first = false) {
  return !on ? "" : first ? "inplace=true" : ", inplace=true";
}

}  // namespace torch::nn
