// Operators on numbers, strings, lists and dicts against what PyTorch gave
// (tests/golden/script_ops.py).
#include "ops/script/script.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/log.h"
#include "tealight/context.h"

namespace tealight {
namespace {

using nlohmann::json;

double real(const json& j) { return std::strtod(j.get<std::string>().c_str(), nullptr); }

std::vector<Value> decode_all(const json& items);

Value decode(const json& j) {
  if (j.is_number()) return Value(j.get<int64_t>());
  if (j.is_string()) return Value(j.get<std::string>());
  if (j.contains("n")) return Value();
  if (j.contains("b")) return Value(j["b"].get<bool>());
  if (j.contains("f")) return Value(real(j["f"]));
  if (j.contains("c")) return Value(std::complex<double>(real(j["c"][0]), real(j["c"][1])));
  if (j.contains("l")) return make_list(Type::get(TypeKind::Any), decode_all(j["l"]));
  if (j.contains("t")) return make_tuple_value(decode_all(j["t"]));
  if (j.contains("dev")) return Value(Device(j["dev"].get<std::string>()));
  if (j.contains("T"))
    return Value(
        scalar_tensor(decode(j["T"]).toScalar(), dtype_from_python(j["dtype"].get<std::string>())));
  auto dict = make_intrusive<DictImpl>();
  for (const json& item : j["d"]) dict->insert_or_assign(decode(item[0]), decode(item[1]));
  return Value(dict);
}

std::vector<Value> decode_all(const json& items) {
  std::vector<Value> out;
  for (const json& item : items) out.push_back(decode(item));
  return out;
}

bool close(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-14 * std::abs(b);
}

// A part may be off by the last digits of the whole: 0 and 2e-17 beside 1.
bool close(std::complex<double> a, std::complex<double> b) {
  return (close(a.real(), b.real()) && close(a.imag(), b.imag())) ||
         std::abs(a - b) <= 1e-14 * std::abs(b);
}

bool same(const Value& a, const Value& b);

bool same(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Value& x, const Value& y) { return same(x, y); });
}

// Same kind, same value; the last digits of floats belong to the C library.
bool same(const Value& a, const Value& b) {
  if (a.tag() != b.tag()) return false;
  if (a.isDouble()) return close(a.toDouble(), b.toDouble());
  if (a.isComplexDouble()) return close(a.toComplexDouble(), b.toComplexDouble());
  if (a.isList()) return same(a.toListRef().items, b.toListRef().items);
  if (a.isTuple()) return same(a.toTupleRef().items, b.toTupleRef().items);
  if (a.isGenericDict()) {
    const auto &x = a.toDictRef().entries(), &y = b.toDictRef().entries();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& p, const auto& q) {
      return same(p.first, q.first) && same(p.second, q.second);
    });
  }
  if (a.isTensor())
    return a.toTensor().scalar_type() == b.toTensor().scalar_type() &&
           same(Value(a.toTensor().item()), Value(b.toTensor().item()));
  return a == b;
}

std::string show(const std::vector<Value>& values) {
  std::string out;
  for (const Value& v : values) out += (out.empty() ? "" : ", ") + repr(v);
  return out;
}

// PyTorch's text, where it was written for users.
bool is_meant_for_users(const std::string& text) {
  for (const char* internal : {"ASSERT", "basic_string", "stoll", "stod"}) {
    if (text.find(internal) != std::string::npos) return false;
  }
  return true;
}

std::vector<Value> call_with_defaults(const Overload& o, std::vector<Value>& args) {
  std::vector<Value> results;
  o.function(args, results);
  return results;
}

TEST(ScriptOperators, GiveWhatPyTorchGives) {
  std::ifstream file("tests/golden/script_ops.json");
  ASSERT_TRUE(file) << "run from the source directory";
  const json cases = json::parse(file);
  ASSERT_GT(cases.size(), 3000u);
  for (const json& c : cases) {
    const std::string name = c["op"].get<std::string>();
    const Overload* o = try_find_overload(name);
    if (!o) {
      ADD_FAILURE() << name << " is missing";
      continue;
    }
    std::vector<Value> args = decode_all(c["args"]);
    const std::string call = name + "(" + show(args) + ")";
    try {
      const std::vector<Value> got = call_with_defaults(*o, args);
      if (c.contains("error")) {
        ADD_FAILURE() << call << " gave " << show(got) << ", PyTorch: " << c["error"];
        continue;
      }
      const std::vector<Value> want = decode_all(c["results"]);
      EXPECT_TRUE(same(got, want)) << call << " gave " << show(got) << ", PyTorch: " << show(want);
      if (c.contains("after")) {
        const std::vector<Value> after = decode_all(c["after"]);
        EXPECT_TRUE(same(args, after))
            << call << " left " << show(args) << ", PyTorch: " << show(after);
      }
    } catch (const Error& e) {
      if (!c.contains("error")) {
        ADD_FAILURE() << call << " threw " << e.what() << ", PyTorch: " << c["results"];
      } else if (const std::string want = c["error"].get<std::string>(); is_meant_for_users(want)) {
        EXPECT_NE(std::string(e.what()).find(want), std::string::npos)
            << call << " says " << e.what() << ", PyTorch: " << want;
      }
    }
  }
}

std::vector<Value> call(const char* name, std::vector<Value> args) {
  std::vector<Value> results;
  find_overload(name).function(args, results);
  return results;
}

TEST(ScriptOperators, FormatTextAsPyTorchDoes) {
  EXPECT_EQ(call("aten::format", {"{}: {} of {}", "a", 1, 2.5})[0].toStringRef(), "a: 1 of 2.5");
  EXPECT_EQ(call("aten::format", {"no fields", 1})[0].toStringRef(), "no fields");
  EXPECT_THROW(call("aten::format", {"{} {}", 1}), Error);
  EXPECT_EQ(
      call("aten::percentFormat", {"%d%% of %s", make_tuple_value({5, "x"})})[0].toStringRef(),
      "5% of x");
  EXPECT_EQ(call("aten::percentFormat", {"%f %e", make_tuple_value({1.5, 1})})[0].toStringRef(),
            "1.500000 1.000000e+00");
  EXPECT_THROW(call("aten::percentFormat", {"%d", make_tuple_value({1, 2})}), Error);
  EXPECT_THROW(call("aten::percentFormat", {"%", 1}), Error);
  EXPECT_THROW(call("aten::percentFormat", {"%d", "x"}), Error);
}

TEST(ScriptOperators, TakeThingsApart) {
  EXPECT_EQ(call("prim::TupleUnpack", {make_tuple_value({1, "b"})}).size(), 2u);
  const Value e(make_intrusive<EnumImpl>("__torch__.Color", "RED", Value(3)));
  EXPECT_EQ(call("prim::EnumName", {e})[0].toStringRef(), "RED");
  EXPECT_EQ(call("prim::EnumValue.int", {e})[0].toInt(), 3);
  EXPECT_EQ(call("aten::len.any", {make_list(Type::get(TypeKind::Any), {1, "x"})})[0].toInt(), 2);
}

std::string printed;

TEST(ScriptOperators, PrintToTheHandler) {
  const PrintHandler before = getPrintHandler();
  setPrintHandler([](const std::string& text) { printed += text; });
  call("prim::Print", {"a", 1, 2.0});
  setPrintHandler(before);
  EXPECT_EQ(printed, "a 1 2.\n");
}

TEST(ScriptOperators, RaiseWithThePythonClass) {
  try {
    call("prim::RaiseException", {"bad input", "builtins.ValueError"});
    FAIL();
  } catch (const JITException& e) {
    EXPECT_STREQ(e.what(), "bad input");
    EXPECT_EQ(e.getPythonClassName(), "builtins.ValueError");
  }
}

TEST(ScriptOperators, RefuseValuesOfAnotherKind) {
  EXPECT_THROW(call("aten::add.int", {1, "x"}), Error);
  EXPECT_THROW(call("aten::len.t", {"x"}), Error);
  EXPECT_THROW(call("aten::__getitem__.Dict_str", {make_list(Type::get(TypeKind::Any)), "x"}),
               Error);
  EXPECT_THROW(call("aten::lt", {1, "x"}), Error);
  EXPECT_THROW(call("aten::sorted.any", {make_list(Type::get(TypeKind::Any), {1, "x"})}), Error);
}

TEST(ScriptOperators, SurviveTheEdgesOfInts) {
  const int64_t least = INT64_MIN;
  EXPECT_EQ(call("aten::floordiv.int", {least, -1})[0].toInt(), least);
  EXPECT_EQ(call("aten::remainder.int", {least, -1})[0].toInt(), 0);
  EXPECT_THROW(call("aten::remainder.int", {1, 0}), Error);
  EXPECT_THROW(call("aten::divmod.int", {1, 0}), Error);
  EXPECT_EQ(call("aten::__range_length", {least, INT64_MAX, INT64_MAX})[0].toInt(), 3);
  EXPECT_EQ(call("aten::__lshift__.int", {1, 64})[0].toInt(), 1);
  EXPECT_EQ(call("aten::bin", {least})[0].toStringRef(), "-0b1" + std::string(63, '0'));
  EXPECT_EQ(
      call("aten::slice.t", {Value(std::vector<int64_t>{1, 2, 3}), least, INT64_MAX, INT64_MAX})[0]
          .toListRef()
          .items.size(),
      1u);
  EXPECT_EQ(
      call("aten::slice.t", {Value(std::vector<int64_t>{1, 2, 3}), Value(), Value(), least})[0]
          .toListRef()
          .items.size(),
      1u);
}

TEST(ScriptOperators, RefuseHugeValues) {
  EXPECT_THROW(call("aten::mul.left_t", {Value(std::vector<int64_t>{1, 2}), int64_t(1) << 60}),
               Error);
  EXPECT_THROW(call("aten::ljust", {"x", int64_t(1) << 60, " "}), Error);
  EXPECT_THROW(call("prim::rangelist", {int64_t(1) << 60}), Error);
  EXPECT_THROW(call("aten::expandtabs", {"\t\t", int64_t(1) << 60}), Error);
}

TEST(ScriptOperators, SortNansWithoutLeavingTheList) {
  std::vector<Value> items;
  for (int i = 0; i < 1000; ++i) items.emplace_back(i % 3 ? double(i % 17) : std::nan(""));
  const Value list = make_list(Type::get(TypeKind::Float), items);
  for (bool reverse : {false, true}) call("aten::sort.float", {list, reverse});
  EXPECT_EQ(list.toListRef().items.size(), 1000u);
}

}  // namespace
}  // namespace tealight
