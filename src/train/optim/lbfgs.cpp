// L-BFGS (Nocedal and Wright, algorithm 7.4), with torch.optim.LBFGS's stopping rules.
#include "tealight/optim/lbfgs.h"

#include <cmath>

#include "train/optim/archive.h"
#include "train/optim/strong_wolfe.h"
#include "train/optim/update.h"

namespace torch::optim {

template <class F, class... S>
void fields(LBFGSOptions*, F f, S&... s) {
  f("lr", s.lr()...);
  f("max_iter", s.max_iter()...);
  f("max_eval", s.max_eval()...);
  f("tolerance_grad", s.tolerance_grad()...);
  f("tolerance_change", s.tolerance_change()...);
  f("history_size", s.history_size()...);
  f("line_search_fn", s.line_search_fn()...);
}
template <class F, class... S>
void fields(LBFGSParamState*, F f, S&... s) {
  f("func_evals", s.func_evals()...);
  f("n_iter", s.n_iter()...);
  f("t", s.t()...);
  f("prev_loss", s.prev_loss()...);
  f("d", s.d()...);
  f("H_diag", s.H_diag()...);
  f("prev_flat_grad", s.prev_flat_grad()...);
  f("old_dirs", s.old_dirs()...);
  f("old_stps", s.old_stps()...);
  f("ro", s.ro()...);
  f("al", s.al()...);
}
TL_OPTIM_FIELDS(LBFGSOptions)
TL_OPTIM_FIELDS(LBFGSParamState)

namespace {
double largest(const Tensor& t) { return t.abs().max().item<double>(); }
double dot_of(const Tensor& a, const Tensor& b) { return a.dot(b).item<double>(); }

// The last step and the change of the gradient that it made join the history.
void remember(LBFGSParamState& s, const Tensor& grad, int64_t history_size) {
  const Tensor change = grad - s.prev_flat_grad(), step = s.d() * s.t();
  const Tensor curvature = change.dot(step);
  if (!(curvature.item<double>() > 1e-10)) return;
  if (int64_t(s.old_dirs().size()) == history_size) {
    s.old_dirs().pop_front();
    s.old_stps().pop_front();
    s.ro().pop_front();
  }
  s.old_dirs().push_back(change);
  s.old_stps().push_back(step);
  s.ro().push_back(curvature.reciprocal());
  s.H_diag(curvature / change.dot(change));
}

// The gradient times the approximate inverse Hessian, downhill.
Tensor direction(const LBFGSParamState& s, const Tensor& grad) {
  const int64_t n = int64_t(s.old_dirs().size());
  std::vector<Tensor> weights(static_cast<size_t>(n));
  const auto at = [](const std::deque<Tensor>& d, int64_t i) -> const Tensor& {
    return d[size_t(i)];
  };
  Tensor q = grad.neg();
  for (int64_t i = n - 1; i >= 0; --i) {
    weights[size_t(i)] = at(s.old_stps(), i).dot(q) * at(s.ro(), i);
    q.add_(at(s.old_dirs(), i), -weights[size_t(i)].item<double>());
  }
  Tensor r = q * s.H_diag();
  for (int64_t i = 0; i < n; ++i) {
    const Tensor weight = at(s.old_dirs(), i).dot(r) * at(s.ro(), i);
    r.add_(at(s.old_stps(), i), (weights[size_t(i)] - weight).item<double>());
  }
  return r;
}
}  // namespace

LBFGS::LBFGS(const std::vector<OptimizerParamGroup>& param_groups, LBFGSOptions defaults)
    : Optimizer(param_groups, std::make_unique<LBFGSOptions>(defaults)) {
  TL_CHECK(param_groups_.size() == 1,
           "LBFGS doesn't support per-parameter options (parameter groups)");
  const auto complete = [](OptimizerOptions& options) {
    auto& o = static_cast<LBFGSOptions&>(options);
    if (!o.max_eval()) o.max_eval(o.max_iter() * 5 / 4);
  };
  complete(*defaults_);
  complete(param_groups_[0].options());
}

LBFGS::Evaluation LBFGS::evaluate(const LossClosure& closure, Tensor* loss) {
  const Tensor value = loss_of(closure);
  if (loss) *loss = value;
  std::vector<Tensor> flat;
  for (const Tensor& p : param_groups_[0].params())
    flat.push_back(p.grad().defined() ? p.grad().detach().reshape({-1})
                                      : zeros({p.numel()}, p.options()));
  return {value.item<double>(), cat(flat)};
}

void LBFGS::move(double step, const Tensor& direction) {
  int64_t offset = 0;
  for (Tensor& p : param_groups_[0].params()) {
    p.add_(direction.slice(0, offset, offset + p.numel()).view_as(p), step);
    offset += p.numel();
  }
}

LBFGS::Evaluation LBFGS::search_line(const LossClosure& closure, LBFGSParamState& state,
                                     Evaluation start, double slope) {
  const Tensor& d = state.d();
  std::vector<Tensor> at_start;
  auto& params = param_groups_[0].params();
  for (const Tensor& p : params) at_start.push_back(p.detach().clone());
  const auto at = [&](double t) {
    move(t, d);
    const Evaluation e = evaluate(closure);
    state.func_evals(state.func_evals() + 1);
    for (size_t i = 0; i < params.size(); ++i) params[i].copy_(at_start[i]);
    return LinePoint{t, e.loss, e.grad, dot_of(e.grad, d)};
  };
  const LinePoint best =
      strong_wolfe(at, {0, start.loss, start.grad, slope}, state.t(), largest(d));
  state.t(best.t);
  move(best.t, d);
  return {best.loss, best.grad};
}

Tensor LBFGS::step(LossClosure closure) {
  NoGradGuard no_grad;
  TL_CHECK(closure, "LBFGS requires a closure function");
  TL_CHECK(param_groups_.size() == 1 && !param_groups_[0].params().empty(),
           "LBFGS: expected one group with parameters");
  const auto& o = static_cast<const LBFGSOptions&>(param_groups_[0].options());
  const auto& line_search = o.line_search_fn();
  TL_CHECK(!line_search || *line_search == "strong_wolfe", "only 'strong_wolfe' is supported");
  auto& state = state_of<LBFGSParamState>(state_, param_groups_[0].params()[0],
                                          [] { return LBFGSParamState(); });
  Tensor loss;
  Evaluation now = evaluate(closure, &loss);
  const int64_t evals_before = state.func_evals();
  state.func_evals(evals_before + 1);
  if (largest(now.grad) <= o.tolerance_grad()) return loss;

  for (int64_t iteration = 1; iteration <= o.max_iter(); ++iteration) {
    state.n_iter(state.n_iter() + 1);
    const bool first = state.n_iter() == 1;
    if (first) {
      state.H_diag(ones({}, now.grad.options()));
      state.old_dirs().clear(), state.old_stps().clear(), state.ro().clear();
      state.d(now.grad.neg());
    } else {
      remember(state, now.grad, o.history_size());
      state.d(direction(state, now.grad));
    }
    state.prev_flat_grad(now.grad);
    state.prev_loss(now.loss);
    state.t(first ? std::min(1.0, 1 / now.grad.abs().sum().item<double>()) * o.lr() : o.lr());
    const double slope = dot_of(now.grad, state.d());
    if (slope > -o.tolerance_change()) break;

    if (line_search) {
      now = search_line(closure, state, now, slope);
    } else {
      move(state.t(), state.d());
      if (iteration == o.max_iter()) break;  // nobody asks for the loss there
      now = evaluate(closure);
      state.func_evals(state.func_evals() + 1);
    }
    if (state.func_evals() - evals_before >= *o.max_eval() ||
        largest(now.grad) <= o.tolerance_grad() ||
        largest(state.d() * state.t()) <= o.tolerance_change() ||
        std::abs(now.loss - state.prev_loss()) < o.tolerance_change())
      break;
  }
  return loss;
}

void LBFGS::save(serialize::OutputArchive& archive) const { save_optimizer(*this, archive); }
void LBFGS::load(serialize::InputArchive& archive) {
  if (!is_old_format(archive, "LBFGS")) return load_optimizer<LBFGSParamState>(*this, archive);
  auto& state = old_state<LBFGSParamState>(*this, 0);
  const auto read = [&](const char* key) {
    Tensor t;
    archive.read(key, t, /*is_buffer=*/true);
    return t;
  };
  const auto read_all = [&](const char* key) {
    std::vector<Tensor> tensors;
    read_old(archive, key, tensors);
    return std::deque<Tensor>(tensors.begin(), tensors.end());
  };
  state.d(read("d"));
  state.t(read("t").item<double>());
  state.H_diag(read("H_diag"));
  state.prev_flat_grad(read("prev_flat_grad"));
  state.prev_loss(read("prev_loss").item<double>());
  state.old_dirs(read_all("old_dirs"));
  state.old_stps(read_all("old_stps"));
}

}  // namespace torch::optim
