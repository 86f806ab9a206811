// Watches a network's operators while it runs, and adds them up by the modules that call them.
#include "tealight/summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <utility>

#include "runtime/trace/module_calls.h"
#include "tealight/grad_mode.h"
#include "tealight/observer.h"
#include "train/log/json_text.h"
#include "train/nn/in_mode.h"
#include "train/summary/macs.h"

namespace tealight {
namespace {

struct Observed {
  std::vector<int64_t> output_shape;
  int64_t macs = 0;
};

/// The operators that this thread calls while it lives.
class Watcher {
 public:
  explicit Watcher(const nn::Module& net) : outer_(std::exchange(current_, this)) {
    for (const auto& m : net.named_modules("", /*include_self=*/false)) {
      order_.push_back(m.key());
      for (const Tensor& p : m.value()->parameters(false))
        if (p.defined()) owners_.try_emplace(p.unsafeGetTensorImpl(), m.key());
    }
    handle_ = addThreadLocalCallback(
        RecordFunctionCallback(begin, end).needsInputs(true).needsOutputs(true));
  }
  ~Watcher() {
    removeCallback(handle_);
    current_ = outer_;
  }
  Watcher(const Watcher&) = delete;

  const std::map<std::string, Observed>& by_module() const { return by_module_; }
  const std::vector<std::string>& module_names() const { return order_; }

 private:
  struct Call : ObserverContext {
    std::vector<Value> arguments;
    bool counts = false;  // it has multiplications, which those inside of it are part of
  };
  static std::unique_ptr<ObserverContext> begin(const RecordFunction& f) {
    auto call = std::make_unique<Call>();
    call->arguments.assign(f.inputs().begin(), f.inputs().end());
    call->counts = current_->inside_ == 0 && counts_macs(f.name());
    current_->inside_ += call->counts;
    return call;
  }
  static void end(const RecordFunction& f, ObserverContext* context) {
    const Call& call = *static_cast<Call*>(context);
    current_->inside_ -= call.counts;
    if (current_->inside_ > 0 || f.outputs().empty() || !f.outputs()[0].isTensor()) return;
    Observed& observed = current_->by_module_[current_->module_of(call)];
    if (const Tensor& out = f.outputs()[0].toTensor(); out.defined())
      observed.output_shape = out.sizes().vec();
    if (call.counts) observed.macs += macs_of(f.name(), call.arguments, f.outputs());
  }

  // Who owns the weight; for operators without one the module that runs.
  std::string module_of(const Call& call) const {
    const auto owner_of = [&](const Tensor& t) {
      const auto at = owners_.find(t.unsafeGetTensorImpl());
      return at == owners_.end() ? nullptr : &at->second;
    };
    for (const Value& v : call.arguments) {
      const std::string* owner = nullptr;
      if (v.isTensor()) owner = owner_of(v.toTensor());
      if (v.isTensorList())  // the weights of recurrent layers
        for (const Tensor& t : v.toTensorVector()) owner = owner ? owner : owner_of(t);
      if (owner) return *owner;
    }
    return tracing::scope_here();
  }

  static thread_local Watcher* current_;
  Watcher* outer_;
  CallbackHandle handle_;
  int inside_ = 0;
  std::vector<std::string> order_;
  std::map<const void*, std::string> owners_;
  std::map<std::string, Observed> by_module_;
};
thread_local Watcher* Watcher::current_ = nullptr;

int64_t count(const std::vector<Tensor>& tensors, bool trainable_only = false) {
  int64_t n = 0;
  for (const Tensor& t : tensors)
    if (t.defined() && (!trainable_only || t.requires_grad())) n += t.numel();
  return n;
}

void add_row(Summary& summary, const std::string& name, const nn::Module& m,
             const std::map<std::string, Observed>& seen) {
  LayerSummary row{.name = name,
                   .type = detail::class_name_of(m.name()),
                   .output_shape = {},
                   .parameters = count(m.parameters(false))};
  const auto at = seen.find(name);
  if (at != seen.end()) row.output_shape = at->second.output_shape, row.macs = at->second.macs;
  summary.macs += row.macs;
  // Of modules with others inside only what they do themselves is worth a row.
  if (m.children().empty() || row.parameters > 0 || row.macs > 0)
    summary.layers.push_back(std::move(row));
}

}  // namespace

Summary detail::summarize(const nn::Module& net, const TracedFunction& forward,
                          std::vector<Value> inputs) {
  const NoGradGuard off;
  const InMode eval(const_cast<nn::Module&>(net), false);
  Watcher watcher(net);
  forward(std::move(inputs));
  Summary summary;
  summary.name = class_name_of(net.name());
  summary.parameters = count(net.parameters());
  summary.trainable_parameters = count(net.parameters(), true);
  add_row(summary, "", net, watcher.by_module());
  for (const auto& m : net.named_modules("", /*include_self=*/false))
    add_row(summary, m.key(), *m.value(), watcher.by_module());
  return summary;
}

// ---- as text

namespace {

std::string with_commas(int64_t n) {
  std::string digits = std::to_string(n);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape) text += (text.empty() ? "(" : ", ") + std::to_string(size);
  return text.empty() ? "-" : text + ")";
}

using Row = std::array<std::string, 5>;

void print(std::ostream& out, const std::vector<Row>& rows) {
  std::array<size_t, 5> widths{};
  for (const Row& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      out << (i ? "  " : "") << (i < 3 ? row[i] + space : space + row[i]);  // numbers on the right
    }
    out << '\n';
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Summary& s) {
  std::vector<Row> rows{{"layer", "type", "output shape", "parameters", "MACs"}};
  for (const LayerSummary& l : s.layers)
    rows.push_back({l.name.empty() ? s.name : l.name, l.type, shape_text(l.output_shape),
                    with_commas(l.parameters), with_commas(l.macs)});
  rows.push_back({"total", "", "", with_commas(s.parameters), with_commas(s.macs)});
  print(out, rows);
  return out << with_commas(s.trainable_parameters) << " parameters can be trained, "
             << with_commas(s.parameters - s.trainable_parameters) << " cannot\n";
}

std::string Summary::json() const {
  using train::in_quotes;
  using train::JsonObject;
  std::string rows;
  for (const LayerSummary& l : layers) {
    std::string shape;
    for (const int64_t size : l.output_shape)
      shape += (shape.empty() ? "" : ",") + std::to_string(size);
    rows += (rows.empty() ? "" : ",") + JsonObject()
                                            .add("name", in_quotes(l.name))
                                            .add("type", in_quotes(l.type))
                                            .add("output_shape", "[" + shape + "]")
                                            .add("parameters", std::to_string(l.parameters))
                                            .add("macs", std::to_string(l.macs))
                                            .str();
  }
  return JsonObject()
      .add("name", in_quotes(name))
      .add("layers", "[" + rows + "]")
      .add("parameters", std::to_string(parameters))
      .add("trainable_parameters", std::to_string(trainable_parameters))
      .add("macs", std::to_string(macs))
      .str();
}

}  // namespace tealight
