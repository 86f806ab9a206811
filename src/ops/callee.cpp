// What the generated functions of ops.h and methods of Tensor do: pointers to their arguments
// become Values, and the operator is called. One place instead of 2500 inlined copies.
#include "tealight/dispatch.h"

namespace tealight::detail {

Value to_value(ArrayRef<bool> v) {
  std::vector<Value> items(v.begin(), v.end());
  return make_list(Type::get(TypeKind::Bool), std::move(items));
}

Value to_value(ArrayRef<Scalar> v) {
  std::vector<Value> items(v.begin(), v.end());
  return make_list(Type::get(TypeKind::Number), std::move(items));
}

namespace {

template <class T>
Value read(const void* p) {
  return to_value(*static_cast<const T*>(p));
}

using Reader = Value (*)(const void*);
// By letter; tools/gen_ops_header.py writes the letters.
Reader reader_of(char letter) {
  switch (letter) {
    case 'T':
      return read<Tensor>;
    case 'U':
      return read<std::optional<Tensor>>;
    case 'S':
      return read<Scalar>;
    case 'R':
      return read<std::optional<Scalar>>;
    case 'i':
      return read<int64_t>;
    case 'I':
      return read<std::optional<int64_t>>;
    case 'd':
      return read<double>;
    case 'D':
      return read<std::optional<double>>;
    case 'b':
      return read<bool>;
    case 'B':
      return read<std::optional<bool>>;
    case 's':
      return read<std::string_view>;
    case 'Z':
      return read<std::optional<std::string_view>>;
    case 'l':
      return read<IntArrayRef>;
    case 'L':
      return read<OptionalIntArrayRef>;
    case 'f':
      return read<ArrayRef<double>>;
    case 'F':
      return read<std::optional<ArrayRef<double>>>;
    case 't':
      return read<TensorList>;
    case 'u':
      return read<ArrayRef<std::optional<Tensor>>>;
    case 'c':
      return read<ArrayRef<Scalar>>;
    case 'y':
      return read<ScalarType>;
    case 'Y':
      return read<std::optional<ScalarType>>;
    case 'a':
      return read<Layout>;
    case 'A':
      return read<std::optional<Layout>>;
    case 'v':
      return read<Device>;
    case 'V':
      return read<std::optional<Device>>;
    case 'm':
      return read<MemoryFormat>;
    case 'M':
      return read<std::optional<MemoryFormat>>;
    case 'g':
      return read<std::optional<Generator>>;
    case '2':
      return read<std::array<bool, 2>>;
    case '3':
      return read<std::array<bool, 3>>;
    case '4':
      return read<std::array<bool, 4>>;
  }
  fail(str("internal: no argument type has the letter ", letter), ErrorKind::internal);
}

void push_options(std::vector<Value>& stack, const TensorOptions& options) {
  stack.push_back(Value(options.dtype_opt()));
  stack.push_back(Value(options.layout_opt()));
  stack.push_back(Value(options.device_opt()));
  stack.push_back(Value(options.pinned_memory_opt()));
}

}  // namespace

std::vector<Value> Callee::results(std::initializer_list<const void*> arguments) const {
  std::vector<Value> stack;
  stack.reserve(arguments.size() + 4);
  const TensorOptions* options = nullptr;
  const char* letter = letters_;
  for (const void* argument : arguments) {
    if (*letter == 'o') {
      options = static_cast<const TensorOptions*>(argument);
      push_options(stack, *options);
    } else {
      stack.push_back(reader_of(*letter)(argument));
      if (*letter == 'M' && options && stack.back().isNone())
        stack.back() = Value(options->memory_format_opt());
    }
    ++letter;
  }
  const Overload* op = found_.load(std::memory_order_acquire);
  if (!op) [[unlikely]] {
    op = &find_overload("aten::" + std::string(name_));
    found_.store(op, std::memory_order_release);
  }
  call(*op, stack);
  // Operators know nothing of requires_grad, which only factories take.
  if (options && options->requires_grad() && !stack.empty()) stack[0].toTensor().requires_grad_();
  return stack;
}

void Callee::run(std::initializer_list<const void*> arguments) const { results(arguments); }

Tensor Callee::tensor(std::initializer_list<const void*> arguments) const {
  return std::move(results(arguments)[0]).toTensor();
}

}  // namespace tealight::detail
