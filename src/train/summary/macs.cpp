#include "train/summary/macs.h"

#include <algorithm>
#include <cstring>

#include "tealight/containers.h"

namespace tealight {
namespace {

using Values = std::vector<Value>;

int64_t last(const Value& t) { return t.toTensor().size(-1); }
int64_t outputs(const Values& results) { return results.at(0).toTensor().numel(); }

// Every output sums over the inputs of its group under the kernel: weight [out, in / groups, ...].
int64_t convolution(const Values& args, const Values& results) {
  const Tensor& weight = args.at(1).toTensor();
  return outputs(results) * (weight.numel() / std::max<int64_t>(weight.size(0), 1));
}
// Every input goes to the outputs of its group under the kernel: weight [in, out / groups, ...].
int64_t transposed_convolution(const Values& args, const Values&) {
  const Tensor &input = args.at(0).toTensor(), &weight = args.at(1).toTensor();
  return input.numel() * (weight.numel() / std::max<int64_t>(weight.size(0), 1));
}
// aten::convolution(input, weight, bias, stride, padding, dilation, transposed, ...)
int64_t either_convolution(const Values& args, const Values& results) {
  return args.at(6).toBool() ? transposed_convolution(args, results) : convolution(args, results);
}
int64_t linear(const Values& args, const Values& results) {
  return outputs(results) * last(args.at(1));
}
int64_t product(const Values& args, const Values& results) {
  return outputs(results) * last(args.at(0));
}
int64_t added_product(const Values& args, const Values& results) {  // (self, a, b)
  return outputs(results) * last(args.at(1));
}
int64_t bilinear(const Values& args, const Values& results) {
  return outputs(results) * last(args.at(0)) * last(args.at(1));
}
// Scores of all pairs, and the mean of the values that they weigh.
int64_t attention(const Values& args, const Values& results) {
  const Tensor &query = args.at(0).toTensor(), &key = args.at(1).toTensor();
  return (query.numel() + outputs(results)) * key.size(-2);
}
// Every weight matrix once for each step of each sequence.
int64_t recurrent(const Values& args, const Values&) {
  const Tensor& input = args.at(0).toTensor();
  int64_t weights = 0;
  for (const Value& list : args) {
    if (!list.isTensorList()) continue;
    int64_t sum = 0;
    for (const Tensor& w : list.toTensorVector()) sum += w.dim() == 2 ? w.numel() : 0;
    weights = std::max(weights, sum);  // the states' lists have no matrices of weights
  }
  return input.numel() / std::max<int64_t>(input.size(-1), 1) * weights;
}

struct Rule {
  const char* name;
  int64_t (*count)(const Values& arguments, const Values& results);
};
constexpr Rule kRules[] = {
    {"conv1d", convolution},
    {"conv2d", convolution},
    {"conv3d", convolution},
    {"convolution", either_convolution},
    {"_convolution", either_convolution},
    {"conv_transpose1d", transposed_convolution},
    {"conv_transpose2d", transposed_convolution},
    {"conv_transpose3d", transposed_convolution},
    {"linear", linear},
    {"matmul", product},
    {"mm", product},
    {"mv", product},
    {"dot", [](const Values& args, const Values&) { return args.at(0).toTensor().numel(); }},
    {"bmm", product},
    {"addmm", added_product},
    {"addmv", added_product},
    {"baddbmm", added_product},
    {"bilinear", bilinear},
    {"scaled_dot_product_attention", attention},
    {"lstm", recurrent},
    {"gru", recurrent},
    {"rnn_tanh", recurrent},
    {"rnn_relu", recurrent},
};

const Rule* rule_of(const std::string& name) {
  const std::string plain = name.starts_with("aten::") ? name.substr(6) : name;
  const auto at = std::find_if(std::begin(kRules), std::end(kRules),
                               [&](const Rule& r) { return plain == r.name; });
  return at == std::end(kRules) ? nullptr : at;
}

}  // namespace

bool counts_macs(const std::string& operator_name) { return rule_of(operator_name); }

int64_t macs_of(const std::string& operator_name, const std::vector<Value>& arguments,
                const std::vector<Value>& results) {
  const Rule* rule = rule_of(operator_name);
  return rule ? rule->count(arguments, results) : 0;
}

}  // namespace tealight
