// Every operator's samples against what PyTorch gave for them (operators.jsonl), where PyTorch
// itself is absent. operators.py tells how the file is made and what stands in it.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../parity/cases.h"
#include "core/cpu.h"
#include "ops/copy.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

using nlohmann::json;
constexpr const char* kAgain =
    "\n  fix: if samples were added or changed, run tests/golden/operators.py";

struct Tolerance {
  double absolute = 0, relative = 0;
};
Tolerance tolerance(ScalarType t) {
  static const json table = json::parse(std::ifstream("tests/parity/tolerance.json"));
  const auto row = table.find(python_name(t));
  return row == table.end() ? Tolerance() : Tolerance{(*row)[0], (*row)[1]};
}

// The entries of each overload, in the order of its samples.
const std::map<std::string, std::vector<json>>& golden() {
  static const auto all = [] {
    std::map<std::string, std::vector<json>> entries;
    std::ifstream file("tests/golden/operators.jsonl");
    std::string line;
    std::getline(file, line);  // versions
    while (std::getline(file, line)) {
      json entry = json::parse(line);
      entries[entry["op"].get<std::string>()].push_back(std::move(entry));
    }
    return entries;
  }();
  return all;
}

double real(const json& j) {
  return j.is_object() ? std::strtod(j["f"].get<std::string>().c_str(), nullptr) : j.get<double>();
}
bool near(double a, double b, Tolerance t) {
  return a == b || (std::isnan(a) && std::isnan(b)) ||
         std::abs(a - b) <= t.absolute + t.relative * std::abs(b);
}

// Elements in logical order; a complex one gives two.
std::vector<double> elements(const Tensor& t) {
  const Tensor flat = contiguous(converted(t, t.is_complex() ? kComplexDouble : kDouble));
  const double* first = flat.as<double>();
  return {first, first + flat.numel() * (t.is_complex() ? 2 : 1)};
}

// Each of these says what differs, or nothing.
std::string differ(const std::vector<double>& ours, const json& theirs, Tolerance t) {
  if (ours.size() != theirs.size()) return str(ours.size(), " elements");
  for (size_t i = 0; i < ours.size(); ++i)
    if (!near(ours[i], real(theirs[i]), t))
      return str("element ", i, " is ", ours[i], ", PyTorch ", theirs[i].dump());
  return "";
}
std::string differ_in_sums(const std::vector<double>& ours, const json& theirs, Tolerance t) {
  double sum = 0, size = 0;
  size_t finite = 0;
  for (double x : ours)
    if (std::isfinite(x)) sum += x, size += std::abs(x), ++finite;
  if (ours.size() - finite != theirs["odd"].get<size_t>())
    return str(ours.size() - finite, " elements are not finite, PyTorch ", theirs["odd"].dump());
  const double slack =
      t.absolute * double(finite) + t.relative * real(theirs["size"]) + 1e-12 * size;
  if (std::abs(sum - real(theirs["sum"])) > slack || std::abs(size - real(theirs["size"])) > slack)
    return str("the sum is ", sum, " of ", size, ", PyTorch ", theirs["sum"].dump(), " of ",
               theirs["size"].dump());
  std::vector<double> some;
  const size_t n = theirs["some"].size();
  for (size_t i = 0; i < n; ++i) some.push_back(ours[i * (ours.size() - 1) / (n - 1)]);
  return differ(some, theirs["some"], t);
}
std::string differ(const Tensor& ours, const json& theirs) {
  if (!theirs.is_object() || !theirs.contains("dtype")) return "a tensor, PyTorch gives none";
  const std::string dtype = theirs["dtype"];
  const std::vector<int64_t> shape = theirs["shape"];
  if (python_name(ours.scalar_type()) != dtype)
    return str(python_name(ours.scalar_type()), ", PyTorch ", dtype);
  if (ours.sizes().vec() != shape)
    return str("shape ", ours.sizes(), ", PyTorch ", theirs["shape"].dump());
  const std::vector<int64_t> strides = theirs.contains("strides")
                                           ? theirs["strides"].get<std::vector<int64_t>>()
                                           : DimVector(contiguous_strides(shape)).vec();
  for (size_t d = 0; d < shape.size() && ours.numel() > 1; ++d)
    if (shape[d] != 1 && ours.strides()[d] != strides[d]) return str("strides ", ours.strides());
  if (theirs.contains("quantizer")) {
    const json& q = theirs["quantizer"];
    if (!near(ours.q_scale(), q[0], {0, 1e-6}) || ours.q_zero_point() != q[1].get<int64_t>())
      return str("scale ", ours.q_scale(), ", zero point ", ours.q_zero_point(), ", PyTorch ",
                 q.dump());
  }
  const Tolerance t = ours.is_quantized() ? Tolerance{1, 0} : tolerance(ours.scalar_type());
  const std::vector<double> values = elements(ours.is_quantized() ? int_repr(ours) : ours);
  return theirs.contains("values") ? differ(values, theirs["values"], t)
                                   : differ_in_sums(values, theirs, t);
}

std::string differ(const Value& ours, const json& theirs);
std::string differ(const std::vector<Value>& ours, const json& theirs) {
  if (!theirs.is_array() || ours.size() != theirs.size()) return str(ours.size(), " values");
  for (size_t i = 0; i < ours.size(); ++i)
    if (const std::string d = differ(ours[i], theirs[i]); !d.empty()) return str("[", i, "] ", d);
  return "";
}
std::string differ(const Value& ours, const json& theirs) {
  if (ours.isTensor() && ours.toTensor().defined()) return differ(ours.toTensor(), theirs);
  if (ours.isList()) return differ(ours.toListRef().items, theirs);
  if (ours.isTuple()) return differ(ours.toTupleRef().items, theirs);
  if (ours.isNone() || ours.isTensor()) return theirs.is_null() ? "" : "None";
  if (ours.isBool() && theirs.is_boolean()) return ours.toBool() == theirs ? "" : "another bool";
  if (ours.isString() && theirs.is_string())
    return ours.toStringRef() == theirs.get<std::string>() ? "" : "another string";
  if (ours.isInt() || ours.isDouble() || ours.isBool())
    return near(ours.toScalar().to<double>(), real(theirs), {1e-6, 1e-6})
               ? ""
               : str(ours.toScalar(), ", PyTorch ", theirs.dump());
  return "";  // dtypes, devices and the like
}

void check(parity::Case& c, const json& entry) {
  std::vector<Value> stack;
  try {
    stack = parity::run(c);
  } catch (const Error& e) {
    EXPECT_TRUE(entry.contains("raises")) << e.what();
    return;
  }
  if (entry.contains("raises")) {
    EXPECT_TRUE(entry.contains("ours")) << "PyTorch raises";
    return;
  }
  EXPECT_EQ(differ(stack, entry["results"]), "");
  for (const json& w : entry.value("written", json::array()))
    EXPECT_EQ(differ(c.args[w[0].get<size_t>()], w[1]), "") << "argument " << w[0];
}

using Visit = std::function<void(parity::Case)>;
void check_samples(const std::function<void(const Visit&)>& for_each, unsigned isa) {
  std::map<std::string, size_t> seen;
  for_each([&](parity::Case c) {
    const std::string name = c.overload->schema.qualified();
    const size_t n = seen[name]++;
    SCOPED_TRACE(str(name, ", sample ", n, ", with ", isa_name(isa), kAgain));
    const auto entries = golden().find(name);
    if (entries == golden().end() || entries->second.size() <= n)
      ADD_FAILURE() << "has no golden entry";
    else
      check(c, entries->second[n]);
  });
  for (const auto& [name, n] : seen) {
    const auto entries = golden().find(name);
    if (entries == golden().end()) continue;  // said above
    EXPECT_EQ(n, entries->second.size()) << "samples, golden entries of " << name << kAgain;
  }
}

// One test for each operator family, with every instruction set.
class OperatorsGolden : public ::testing::TestWithParam<size_t> {};

TEST_P(OperatorsGolden, AgreesWithPyTorch) {
  for (unsigned isa = kIsaBaseline; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    check_samples(
        [](const Visit& visit) {
          parity::for_each_case(*all_ops()[GetParam()], parity::Variants::none, visit);
        },
        isa);
    force_isa_for_testing(before);
  }
}

std::vector<size_t> with_samples() {
  std::vector<size_t> numbers;
  for (size_t i = 0; i < all_ops().size(); ++i)
    if (all_ops()[i]->samples) numbers.push_back(i);
  return numbers;
}
std::string test_name(const ::testing::TestParamInfo<size_t>& info) {
  std::string name;
  for (char c : parity::name_of(*all_ops()[info.param]))
    name += c == '.' ? "__" : std::string(1, std::isalnum(static_cast<unsigned char>(c)) ? c : '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(All, OperatorsGolden, ::testing::ValuesIn(with_samples()), test_name);

TEST(FunctionsGolden, AgreeWithPyTorch) {
  for (unsigned isa = kIsaBaseline; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    check_samples(
        [](const Visit& visit) { parity::for_each_function_case(parity::Variants::none, visit); },
        isa);
    force_isa_for_testing(before);
  }
}

TEST(OperatorsGoldenFile, HasNoEntryWithoutSample) {
  std::set<std::string> sampled;
  const Visit visit = [&](const parity::Case& c) {
    sampled.insert(c.overload->schema.qualified());
  };
  for (size_t i : with_samples())
    parity::for_each_case(*all_ops()[i], parity::Variants::none, visit);
  parity::for_each_function_case(parity::Variants::none, visit);
  for (const auto& [name, entries] : golden())
    EXPECT_TRUE(sampled.contains(name)) << name << " has golden entries but no samples" << kAgain;
}

}  // namespace
}  // namespace tealight
