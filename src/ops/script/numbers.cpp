// Arithmetic and comparison of ints, floats, complex numbers and bools, as Python has them.
#include <cmath>
#include <numeric>

#include "ops/script/script.h"

namespace tealight::ops {
namespace {

using Complex = std::complex<double>;

int64_t whole(const Value& v) { return v.isBool() ? int64_t(v.toBool()) : v.toInt(); }
double real(const Value& v) { return v.isDouble() ? v.toDouble() : double(whole(v)); }
Complex complex(const Value& v) { return v.toScalar().toComplexDouble(); }
bool is_whole(const Value& v) { return v.isInt() || v.isBool(); }

// The overloads of one name for different kinds of numbers are one function: the values' kinds
// choose.
template <class F>
Value arithmetic(const Value& a, const Value& b) {
  if (is_whole(a) && is_whole(b)) return F()(whole(a), whole(b));
  if constexpr (std::is_invocable_v<F, Complex, Complex>) {
    if (a.isComplexDouble() || b.isComplexDouble()) return F()(complex(a), complex(b));
  }
  return F()(real(a), real(b));
}
template <class F>
bool compare(const Value& a, const Value& b) {
  if (is_whole(a) && is_whole(b)) return F()(whole(a), whole(b));
  return F()(real(a), real(b));
}

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};
struct Sub {
  template <class T>
  T operator()(T a, T b) const {
    return a - b;
  }
};
struct Mul {
  template <class T>
  T operator()(T a, T b) const {
    return a * b;
  }
};
struct Div {
  double operator()(int64_t a, int64_t b) const { return double(a) / double(b); }
  template <class T>
  T operator()(T a, T b) const {
    return a / b;
  }
};
struct FloorDiv {
  int64_t operator()(int64_t a, int64_t b) const {
    TL_CHECK(b != 0, "division by 0");
    if (b == -1) return -a;  // the processor traps on the smallest int
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
  }
  double operator()(double a, double b) const { return std::floor(a / b); }
};
struct Remainder {
  int64_t operator()(int64_t a, int64_t b) const {
    TL_CHECK(b != 0, "ZeroDivisionError: integer division or modulo by zero");
    if (b == -1) return 0;
    const int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
  double operator()(double a, double b) const { return std::fmod(b + std::fmod(a, b), b); }
};
struct Min {
  template <class T>
    requires(std::is_arithmetic_v<T>)
  T operator()(T a, T b) const {
    return a < b ? a : b;
  }
};
struct Max {
  template <class T>
    requires(std::is_arithmetic_v<T>)
  T operator()(T a, T b) const {
    return a > b ? a : b;
  }
};
struct Less {
  template <class T>
  bool operator()(T a, T b) const {
    return a < b;
  }
};
struct Greater {
  template <class T>
  bool operator()(T a, T b) const {
    return a > b;
  }
};
struct LessEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a <= b;
  }
};
struct GreaterEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a >= b;
  }
};

// PyTorch 1.5 names some operators on strings and lists without an overload, too.
Value add_any(const Value& a, const Value& b) {
  if (a.isString()) return a.toStringRef() + b.toStringRef();
  return arithmetic<Add>(a, b);
}
template <class F>
bool compare_any(const Value& a, const Value& b) {
  if (a.isString()) return F()(a.toStringView(), b.toStringView());
  return compare<F>(a, b);
}
bool equal(const Value& a, const Value& b) { return a == b; }
bool not_equal(const Value& a, const Value& b) { return a != b; }

// ---- bits

template <class F>
Value bits(const Value& a, const Value& b) {
  if (a.isBool()) return Value(bool(F()(int64_t(a.toBool()), int64_t(b.toBool()))));
  return Value(F()(a.toInt(), b.toInt()));
}
struct And {
  int64_t operator()(int64_t a, int64_t b) const { return a & b; }
};
struct Or {
  int64_t operator()(int64_t a, int64_t b) const { return a | b; }
};
struct Xor {
  int64_t operator()(int64_t a, int64_t b) const { return a ^ b; }
};
// As the processor's shifts, which look at six bits only.
int64_t shift_left(int64_t a, int64_t b) { return int64_t(uint64_t(a) << (uint64_t(b) & 63)); }
int64_t shift_right(int64_t a, int64_t b) { return a >> (uint64_t(b) & 63); }

// ---- divmod

std::tuple<int64_t, int64_t> divmod_int(int64_t a, int64_t b) {
  const int64_t rest = Remainder()(a, b);  // throws Python's message
  return {FloorDiv()(a, b), rest};
}
std::tuple<double, double> divmod_float(double a, double b) {
  TL_CHECK(b != 0, "ZeroDivisionError: float divmod()");
  double rest = std::fmod(a, b);
  if (rest != 0 && (a < 0) != (b < 0)) rest += b;
  return {(a - rest) / b, rest};
}
std::tuple<double, double> divmod_mixed(double a, double b) {
  TL_CHECK(b != 0, "ZeroDivisionError: float divmod()");
  const double quotient = std::floor(a / b);
  TL_CHECK(quotient >= -0x1p63 && quotient <= 0x1p63, "Cannot convert float ",
           std::to_string(a / b), " to integer");
  return {quotient, a - quotient * b};
}

// ---- the range of a loop

int64_t range_length(int64_t lo, int64_t hi, int64_t step) {
  TL_CHECK(step != 0, "range() arg 3 must not be zero");
  // Unsigned, for ranges longer than half of all ints.
  if (step > 0 && lo < hi) return int64_t(1 + (uint64_t(hi) - 1 - uint64_t(lo)) / uint64_t(step));
  if (step < 0 && lo > hi)
    return int64_t(1 + (uint64_t(lo) - 1 - uint64_t(hi)) / (0 - uint64_t(step)));
  return 0;
}

// Rows of an operator for every pair of kinds; ints, which loops count with, get a function of
// their own.
#define TL_MIXED(name, result, f)                             \
  TL_FN(name ".float(float a, float b) -> " result, f),       \
      TL_FN(name ".int_float(int a, float b) -> " result, f), \
      TL_FN(name ".float_int(float a, int b) -> " result, f)
#define TL_WITH_COMPLEX(name, f)                                      \
  TL_FN(name ".complex(complex a, complex b) -> complex", f),         \
      TL_FN(name ".int_complex(int a, complex b) -> complex", f),     \
      TL_FN(name ".complex_int(complex a, int b) -> complex", f),     \
      TL_FN(name ".float_complex(float a, complex b) -> complex", f), \
      TL_FN(name ".complex_float(complex a, float b) -> complex", f)
#define TL_COMPARISON(name, F)                                                              \
  TL_FN(name ".int(int a, int b) -> bool", [](int64_t a, int64_t b) { return F()(a, b); }), \
      TL_MIXED(name, "bool", compare<F>),                                                   \
      TL_FN(name "(Scalar a, Scalar b) -> bool", compare_any<F>),                           \
      TL_FN(name ".str(str a, str b) -> bool", compare_any<F>)
#define TL_EQUALITY(name, f)                                                           \
  TL_FN(name ".bool(bool a, bool b) -> bool", f),                                      \
      TL_FN(name ".complex(complex a, complex b) -> bool", f),                         \
      TL_FN(name ".complex_float(complex a, float b) -> bool", f),                     \
      TL_FN(name ".float_complex(float a, complex b) -> bool", f),                     \
      TL_FN(name ".device(Device a, Device b) -> bool", f), TL_MIXED(name, "bool", f), \
      TL_FN(name "(Scalar a, Scalar b) -> bool", f), TL_FN(name ".str(str a, str b) -> bool", f)

constexpr Fn rows[] = {
    TL_FN("aten::add.int(int a, int b) -> int", [](int64_t a, int64_t b) { return a + b; }),
    TL_MIXED("aten::add", "float", arithmetic<Add>),
    TL_WITH_COMPLEX("aten::add", arithmetic<Add>),
    TL_FN("aten::add(Scalar a, Scalar b) -> Scalar", add_any),
    TL_FN("aten::sub.int(int a, int b) -> int", [](int64_t a, int64_t b) { return a - b; }),
    TL_MIXED("aten::sub", "float", arithmetic<Sub>),
    TL_WITH_COMPLEX("aten::sub", arithmetic<Sub>),
    TL_FN("aten::sub(Scalar a, Scalar b) -> Scalar", arithmetic<Sub>),
    TL_FN("aten::mul.int(int a, int b) -> int", [](int64_t a, int64_t b) { return a * b; }),
    TL_MIXED("aten::mul", "float", arithmetic<Mul>),
    TL_WITH_COMPLEX("aten::mul", arithmetic<Mul>),
    TL_FN("aten::mul(Scalar a, Scalar b) -> Scalar", arithmetic<Mul>),
    TL_FN("aten::div.int(int a, int b) -> float", arithmetic<Div>),
    TL_FN("aten::div.float(float a, float b) -> float", arithmetic<Div>),
    TL_FN("aten::div.complex(complex a, complex b) -> complex", arithmetic<Div>),
    TL_FN("aten::div(Scalar a, Scalar b) -> float", arithmetic<Div>),
    TL_FN("aten::floordiv.int(int a, int b) -> int",
          [](int64_t a, int64_t b) { return FloorDiv()(a, b); }),
    TL_MIXED("aten::floordiv", "float", arithmetic<FloorDiv>),
    TL_FN("aten::floordiv(Scalar a, Scalar b) -> Scalar", arithmetic<FloorDiv>),
    TL_FN("aten::remainder.int(int a, int b) -> int",
          [](int64_t a, int64_t b) { return Remainder()(a, b); }),
    TL_MIXED("aten::remainder", "float", arithmetic<Remainder>),
    TL_FN("aten::remainder(Scalar a, Scalar b) -> Scalar", arithmetic<Remainder>),
    TL_FN("aten::divmod.int(int x, int y) -> (int, int)", divmod_int),
    TL_FN("aten::divmod.float(float x, float y) -> (float, float)", divmod_float),
    TL_FN("aten::divmod.int_float(int x, float y) -> (float, float)", divmod_mixed),
    TL_FN("aten::divmod.float_int(float x, int y) -> (float, float)", divmod_mixed),
    TL_FN("aten::__round_to_zero_floordiv.int(int a, int b) -> int",
          [](int64_t a, int64_t b) {
            TL_CHECK(b != 0, "ZeroDivisionError: integer division or modulo by zero");
            return b == -1 ? -a : a / b;
          }),

    TL_FN("prim::min.int(int a, int b) -> int", arithmetic<Min>),
    TL_MIXED("prim::min", "float", arithmetic<Min>),
    TL_FN("prim::min(Scalar a, Scalar b) -> Scalar", arithmetic<Min>),
    TL_FN("prim::max.int(int a, int b) -> int", arithmetic<Max>),
    TL_MIXED("prim::max", "float", arithmetic<Max>),
    TL_FN("prim::max(Scalar a, Scalar b) -> Scalar", arithmetic<Max>),

    TL_COMPARISON("aten::lt", Less),
    TL_COMPARISON("aten::gt", Greater),
    TL_COMPARISON("aten::le", LessEqual),
    TL_COMPARISON("aten::ge", GreaterEqual),
    TL_FN("aten::eq.int(int a, int b) -> bool", [](int64_t a, int64_t b) { return a == b; }),
    TL_EQUALITY("aten::eq", equal),
    TL_FN("aten::ne.int(int a, int b) -> bool", [](int64_t a, int64_t b) { return a != b; }),
    TL_EQUALITY("aten::ne", not_equal),

    TL_FN("aten::__and__.bool(bool a, bool b) -> bool", bits<And>),
    TL_FN("aten::__and__.int(int a, int b) -> int", bits<And>),
    TL_FN("aten::__and__(t a, t b) -> t", bits<And>),  // PyTorch 1.5's, for both
    TL_FN("aten::__or__.bool(bool a, bool b) -> bool", bits<Or>),
    TL_FN("aten::__or__.int(int a, int b) -> int", bits<Or>),
    TL_FN("aten::__or__(t a, t b) -> t", bits<Or>),
    TL_FN("aten::__xor__.bool(bool a, bool b) -> bool", bits<Xor>),
    TL_FN("aten::__xor__.int(int a, int b) -> int", bits<Xor>),
    TL_FN("aten::__xor__(t a, t b) -> t", bits<Xor>),
    TL_FN("aten::__lshift__.int(int a, int b) -> int", shift_left),
    TL_FN("aten::__rshift__.int(int a, int b) -> int", shift_right),
    TL_FN("aten::__not__(bool self) -> bool", [](bool a) { return !a; }),

    TL_FN("aten::gcd.int(int a, int b) -> int",
          [](int64_t a, int64_t b) { return std::gcd(a, b); }),
    TL_FN("aten::__range_length(int lo, int hi, int step) -> int", range_length),
    TL_FN("aten::__derive_index(int index, int start, int step) -> int",
          [](int64_t index, int64_t start, int64_t step) { return start + index * step; }),
};

}  // namespace
TL_FNS(script_numbers){rows};
}  // namespace tealight::ops
