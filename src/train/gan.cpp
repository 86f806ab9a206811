// The training of tealight/models/gan.h: each step shows the discriminator a batch of pictures and
// one that the generator made.
#include "tealight/models/gan.h"

#include <cmath>

#include "tealight/grad_mode.h"
#include "tealight/optim.h"

namespace tealight {
namespace {

using models::Discriminator;
using models::GanOptions;

void check_fit(const GanOptions& g, const GanOptions& d, const Tensor& pictures,
               const Tensor& classes) {
  TL_CHECK(g.size == d.size && g.classes == d.classes,
           "train_gan: the generator and the discriminator differ in size or classes");
  TL_CHECK(pictures.dim() == 4 && pictures.size(0) > 1 && pictures.size(1) == g.size[0] &&
               pictures.size(2) == g.size[1] && pictures.size(3) == g.size[2],
           "train_gan: pictures must be (N > 1, ", g.size[0], ", ", g.size[1], ", ", g.size[2],
           "), but are ", pictures.sizes());
  if (g.classes == 0) return;
  TL_CHECK(classes.defined() && classes.dim() == 1 && classes.size(0) == pictures.size(0),
           "train_gan: classes must hold one number for each picture");
  TL_CHECK(classes.min().item<int64_t>() >= 0 && classes.max().item<int64_t>() < g.classes,
           "train_gan: classes must lie in 0 ... ", g.classes - 1);
}

/// Calls f(its tensor, the other's) for all parameters and buffers of two equal modules.
template <class F>
void for_each_tensor(models::Generator& a, models::Generator& b, const F& f) {
  const NoGradGuard off;
  auto to = a->parameters(), from = b->parameters();
  for (size_t i = 0; i < to.size(); ++i) f(to[i], from[i]);
  to = a->buffers(), from = b->buffers();
  for (size_t i = 0; i < to.size(); ++i) f(to[i], from[i]);
}

/// A generator, a discriminator and their optimizers.
class Players {
 public:
  Players(models::Generator g, Discriminator d, double lr)
      : g_(g),
        d_(d),
        g_optimizer_(g->parameters(), settings(lr)),
        d_optimizer_(d->parameters(), settings(lr)) {}

  /// Returns the losses of the generator and of the discriminator.
  std::pair<double, double> step(const Tensor& real, const Tensor& classes) {
    const Tensor made = g_->forward(randn({real.size(0), g_->options.latent}), classes);
    const Tensor d_loss = softplus(-d_->forward(real, classes)).mean() +
                          softplus(d_->forward(made.detach(), classes)).mean();
    update(d_optimizer_, d_loss);
    const Tensor g_loss = softplus(-d_->forward(made, classes)).mean();
    update(g_optimizer_, g_loss);
    return {g_loss.item<double>(), d_loss.item<double>()};
  }

 private:
  static optim::AdamOptions settings(double lr) {
    return optim::AdamOptions(lr).betas(std::make_tuple(0.5, 0.999));
  }
  static void update(optim::Optimizer& optimizer, const Tensor& loss) {
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  models::Generator g_;
  Discriminator d_;
  optim::Adam g_optimizer_, d_optimizer_;
};

}  // namespace

void train_gan(models::Generator generator, Discriminator discriminator, const Tensor& pictures,
               const Tensor& classes, const GanTraining& o) {
  TL_CHECK(o.epochs > 0 && o.batch_size > 1,
           "train_gan: epochs must be positive and batch_size above 1");
  check_fit(generator->options, discriminator->options, pictures, classes);
  generator->train();
  discriminator->train();
  models::Generator mean(std::dynamic_pointer_cast<models::GeneratorImpl>(generator->clone()));
  mean->eval();
  Players players(generator, discriminator, o.lr);
  for (int64_t epoch = 1; epoch <= o.epochs; ++epoch) {
    double g_sum = 0, d_sum = 0;
    int64_t steps = 0;
    for (const Tensor& part : randperm(pictures.size(0)).split(o.batch_size)) {
      if (part.size(0) == 1) continue;  // batch norm has no statistics of one
      const bool named = generator->options.classes > 0;
      const auto [g_loss, d_loss] = players.step(pictures.index_select(0, part),
                                                 named ? classes.index_select(0, part) : Tensor());
      TL_CHECK(std::isfinite(g_loss) && std::isfinite(d_loss), "train_gan: the losses of epoch ",
               epoch, " are ", g_loss, " and ", d_loss, "; a smaller lr may help");
      for_each_tensor(mean, generator, [&](Tensor& to, const Tensor& from) {
        to.is_floating_point() ? to.lerp_(from, o.average) : to.copy_(from);
      });
      g_sum += g_loss;
      d_sum += d_loss;
      ++steps;
    }
    if (o.on_epoch) o.on_epoch({epoch, g_sum / double(steps), d_sum / double(steps), mean});
  }
  for_each_tensor(generator, mean, [](Tensor& to, const Tensor& from) { to.copy_(from); });
  generator->eval();
  discriminator->eval();
}

}  // namespace tealight
