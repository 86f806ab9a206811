// Choices of the frontend's options (torch::kReLU, torch::kMean): a type each, so that an option's
// std::variant says which of them it takes.
#pragma once
#include <string>
#include <variant>

#include "tealight/nn/base.h"

// PyTorch's order.
#define TL_FORALL_ENUMS(_)                                                                        \
  _(Linear)                                                                                       \
  _(Conv1D)                                                                                       \
  _(Conv2D) _(Conv3D) _(ConvTranspose1D) _(ConvTranspose2D) _(ConvTranspose3D) _(Sigmoid) _(Tanh) \
      _(ReLU) _(GELU) _(SiLU) _(Mish) _(LeakyReLU) _(FanIn) _(FanOut) _(Constant) _(Reflect)      \
          _(Replicate) _(Circular) _(Nearest) _(Bilinear) _(Bicubic) _(Trilinear) _(Area)         \
              _(NearestExact) _(Sum) _(Mean) _(Max) _(None) _(BatchMean) _(Zeros) _(Border)       \
                  _(Reflection) _(RNN_TANH) _(RNN_RELU) _(LSTM) _(GRU) _(Valid) _(Same)

namespace tealight {

/// What losses do with their elements, as operators take it.
namespace Reduction {
enum Reduction { None, Mean, Sum, END };
}

namespace enumtype {
#define TL_ENUM(name)                              \
  struct k##name {                                 \
    static constexpr const char* text = "k" #name; \
  };
TL_FORALL_ENUMS(TL_ENUM)
#undef TL_ENUM

/// "kReLU"
template <class V>
std::string get_enum_name(const V& choice) {
  return std::visit([](auto c) { return std::string(decltype(c)::text); }, choice);
}

template <class V>
Reduction::Reduction reduction_get_enum(const V& choice) {
  const std::string name = get_enum_name(choice);
  if (name == kNone::text) return Reduction::None;
  if (name == kMean::text) return Reduction::Mean;
  TL_CHECK(name == kSum::text, name, " is not a valid value for reduction");
  return Reduction::Sum;
}
}  // namespace enumtype

#define TL_ENUM(name) inline constexpr enumtype::k##name k##name{};
TL_FORALL_ENUMS(TL_ENUM)
#undef TL_ENUM
}  // namespace tealight

// Options that are one choice, so that f(x, torch::kSum) compiles.
#define TORCH_OPTIONS_CTOR_VARIANT_ARG3(Options, arg, A, B, C) \
  Options() = default;                                         \
  Options(torch::enumtype::A choice) : arg##_(choice) {}       \
  Options(torch::enumtype::B choice) : arg##_(choice) {}       \
  Options(torch::enumtype::C choice) : arg##_(choice) {}
#define TORCH_OPTIONS_CTOR_VARIANT_ARG4(Options, arg, A, B, C, D) \
  TORCH_OPTIONS_CTOR_VARIANT_ARG3(Options, arg, A, B, C)          \
  Options(torch::enumtype::D choice) : arg##_(choice) {}
