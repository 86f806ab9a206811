// Runs every case and writes arguments and results, or gradients, for compare.py:
//   parity_dump OUT_DIR [--samples] [--gradients] [FILTER]
// OUT_DIR/cases.jsonl has a line a case; tensors are places in OUT_DIR/blob.bin.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "cases.h"
#include "core/half.h"
#include "functions.h"
#include "ops/test_gradients.h"
#include "tealight/ops.h"

using namespace tealight;
using nlohmann::json;

namespace {

std::ofstream blob;
size_t blob_size = 0;
std::set<std::string, std::less<>> called;  // overloads, by cases or to make their arguments

json describe(const Tensor& t) {
  json j{{"dtype", python_name(t.scalar_type())},
         {"sizes", t.sizes().vec()},
         {"strides", t.strides().vec()}};
  const size_t before = size_t(t.storage_offset()) * t.itemsize();
  const size_t n = t.numel() ? before + storage_bytes(t.sizes(), t.strides(), t.itemsize()) : 0;
  j["at"] = blob_size;
  j["bytes"] = n;
  if (before) j["offset"] = t.storage_offset();
  if (n) blob.write(static_cast<const char*>(t.data_ptr()) - before, std::streamsize(n));
  blob_size += n;
  if (const auto& q = t.quantizer()) {
    if (q->per_channel())
      j["q"] = {{"scales", q->scales},
                {"zero_points", q->zero_points},
                {"float_zero_points", q->float_zero_points},
                {"axis", q->axis}};
    else
      j["q"] = {{"scale", q->scale}, {"zero_point", q->zero_point}};
  }
  if (t.fact().wrapped_number) j["number"] = true;
  return j;
}

json number(double d) {
  return std::isfinite(d) ? json(d) : json(std::isnan(d) ? "nan" : d > 0 ? "inf" : "-inf");
}

json describe(const std::vector<Value>& values);

json describe(const Value& v) {
  if (const parity::FunctionSample* recipe = parity::recipe_of(v)) {
    called.insert(recipe->name);
    return {{"k", "made"}, {"op", recipe->name}, {"args", describe(recipe->args)}};
  }
  switch (v.tag()) {
    case ValueTag::None:
      return {{"k", "none"}};
    case ValueTag::Tensor:
      if (!v.toTensor().defined()) return {{"k", "none"}};
      return {{"k", "tensor"}, {"v", describe(v.toTensor())}};
    case ValueTag::Double:
      return {{"k", "float"}, {"v", number(v.toDouble())}};
    case ValueTag::Int:
      return {{"k", "int"}, {"v", v.toInt()}};
    case ValueTag::Bool:
      return {{"k", "bool"}, {"v", v.toBool()}};
    case ValueTag::ComplexDouble:
      return {{"k", "complex"},
              {"v", {number(v.toComplexDouble().real()), number(v.toComplexDouble().imag())}}};
    case ValueTag::String:
      return {{"k", "str"}, {"v", v.toStringRef()}};
    case ValueTag::Device:
      return {{"k", "device"}, {"v", v.toDevice().str()}};
    case ValueTag::List: {
      json items = json::array();
      for (const Value& x : v.toListRef().items) items.push_back(describe(x));
      return {{"k", "list"}, {"v", items}};
    }
    case ValueTag::Tuple: {
      json items = json::array();
      for (const Value& x : v.toTupleRef().items) items.push_back(describe(x));
      return {{"k", "tuple"}, {"v", items}};
    }
    default:
      return {{"k", "other"}, {"v", v.tagKind()}};
  }
}

json describe(const std::vector<Value>& values) {
  json all = json::array();
  for (const Value& v : values) all.push_back(describe(v));
  return all;
}

json describe(const std::vector<Tensor>& tensors) {
  json all = json::array();
  for (const Tensor& t : tensors) all.push_back(describe(Value(t)));
  return all;
}

json call_line(const parity::Case& c) {
  json line{
      {"op", c.overload->schema.qualified()}, {"variant", c.variant}, {"args", describe(c.args)}};
  try {
    line["results"] = describe(parity::run(c));
    line["after"] = describe(c.args);
  } catch (const std::exception& e) {
    line["raises"] = e.what();
  }
  return line;
}

// One way to ask for gradients: by the inputs with these numbers, of which output (-1: all).
json gradient_run(const parity::Case& c, const std::vector<size_t>& wanted, int64_t output,
                  bool second_order) {
  json run{{"wanted", wanted}, {"output", output}};
  try {
    const testing::Derivatives d =
        testing::differentiate(*c.overload, c.args, {wanted, output, second_order, {}});
    run["output_grads"] = describe(d.output_grads);
    run["grads"] = describe(d.grads);
    if (second_order) {
      run["weights"] = describe(d.weights);
      run["second"] = d.second_refused ? json() : describe(d.second);
    }
  } catch (const std::exception& e) {
    run["raises"] = e.what();
  }
  return run;
}

// All inputs and outputs at once; each input alone, with second order; each output alone.
json gradient_line(const parity::Case& c) {
  if (c.overload->n_out) return {};
  const std::vector<Tensor> inputs = testing::tensor_inputs(*c.overload, c.args);
  std::vector<size_t> all;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (testing::is_differentiable(inputs[i])) all.push_back(i);
  if (all.empty()) return {};
  json line{{"op", c.overload->schema.qualified()},
            {"variant", c.variant},
            {"args", describe(c.args)},
            {"runs", json::array()}};
  std::vector<Value> stack = testing::deep_copy(c.args);
  try {
    testing::seed_generator();
    call(*c.overload, stack);
    line["results"] = describe(stack);
  } catch (const std::exception& e) {
    line["raises"] = e.what();
    return line;
  }
  json& runs = line["runs"];
  runs.push_back(gradient_run(c, all, -1, false));
  runs.push_back(gradient_run(c, all, -1, true));
  for (size_t i : all)
    if (all.size() > 1) runs.push_back(gradient_run(c, {i}, -1, true));
  const size_t outputs = runs[0].contains("raises") ? 0 : runs[0]["output_grads"].size();
  for (size_t i = 0; i < outputs; ++i)
    if (outputs > 1) runs.push_back(gradient_run(c, all, int64_t(i), true));
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::cerr << "usage: parity_dump OUT_DIR [--samples] [--gradients] [FILTER]\n", 2;
  bool samples_only = false, gradients = false;
  std::string filter;
  for (int i = 2; i < argc; ++i) {
    if (std::string(argv[i]) == "--samples")
      samples_only = true;
    else if (std::string(argv[i]) == "--gradients")
      gradients = true;
    else
      filter = argv[i];
  }
  const std::string dir = argv[1];
  blob.open(dir + "/blob.bin", std::ios::binary);
  std::ofstream out(dir + "/cases.jsonl");
  size_t n = 0;
  const auto write = [&](const parity::Case& c) {
    called.insert(c.overload->schema.qualified());
    const json line = gradients ? gradient_line(c) : call_line(c);
    if (line.is_null()) return;
    out << line.dump(-1, ' ', true, json::error_handler_t::replace) << '\n';
    ++n;
  };
  const auto which = samples_only ? parity::Variants::none
                     : gradients  ? parity::Variants::some
                                  : parity::Variants::all;
  for (const Op* op : all_ops())
    if (parity::name_of(*op).find(filter) != std::string_view::npos)
      parity::for_each_case(*op, which, write);
  if (!gradients)
    parity::for_each_function_case(which, [&](const parity::Case& c) {
      if (c.overload->schema.qualified().find(filter) != std::string::npos) write(c);
    });
  std::ofstream uncalled(dir + "/uncalled.txt");
  for (std::string_view name : operator_names())
    if (filter.empty() && !called.contains(name)) uncalled << name << '\n';
  std::cout << n << " cases\n";
}
