// Generator: the source of random numbers, PyTorch's mt19937. A cheap shared handle.
#pragma once
#include "tealight/dtype.h"
#include "tealight/intrusive_ptr.h"

namespace tealight {

class Tensor;
class Value;

/// Copies share the state. One thread at a time may draw from it.
class TL_API Generator {
 public:
  Generator() = default;  // not defined
  /// Takes a Value of tag Generator.
  explicit Generator(const Value&);
  explicit Generator(intrusive_ptr<intrusive_ptr_target> impl) : impl_(std::move(impl)) {}

  bool defined() const { return bool(impl_); }
  void set_current_seed(uint64_t seed);
  uint64_t current_seed() const;
  uint64_t seed();  // draws a new seed from the system, sets and returns it
  /// The whole state as a tensor of bytes (torch.Generator.get_state).
  Tensor get_state() const;
  void set_state(const Tensor&);
  Generator clone() const;
  Device device() const { return Device(); }
  Value value() const;  // None when not defined
  const intrusive_ptr<intrusive_ptr_target>& impl() const { return impl_; }
  friend bool operator==(const Generator& a, const Generator& b) { return a.impl_ == b.impl_; }

 private:
  intrusive_ptr<intrusive_ptr_target> impl_;
};

/// A new one, with PyTorch's default seed 67280421310721.
TL_API Generator make_generator();
TL_API Generator make_generator(uint64_t seed);
/// The one that operators use when none is given.
TL_API Generator& default_generator();
/// Seeds the default generator (torch.manual_seed).
TL_API void manual_seed(uint64_t seed);

}  // namespace tealight
