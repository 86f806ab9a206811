#include "tealight/trainer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "tealight/factories.h"
#include "tealight/nn.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/optim.h"

namespace tealight {
namespace {
namespace fs = std::filesystem;

// Batches of a small problem, in another order each pass, as a loader with RandomSampler gives
// them.
struct ShuffledLoader {
  Tensor x, y;
  int64_t size;
  std::vector<TrainBatch> batches;
  explicit ShuffledLoader(int64_t n = 48, int64_t batch = 8) : size(batch) {
    const Generator g = make_generator(5);
    x = randn({n, 3}, g);
    y = (x.sum(1) > 0).to(kLong);
  }
  auto begin() {
    batches.clear();
    const Tensor order = randperm(x.size(0));
    for (int64_t i = 0; i < x.size(0); i += size) {
      const Tensor part = order.narrow(0, i, size);
      batches.push_back({x.index_select(0, part), y.index_select(0, part)});
    }
    return batches.begin();
  }
  auto end() { return batches.end(); }
};

// Dropout and a scheduler: random numbers and a rate that a checkpoint has to bring back.
struct Net : LightningModule {
  nn::Linear first{register_module("first", nn::Linear(3, 16))};
  nn::Linear second{register_module("second", nn::Linear(16, 2))};
  bool adam = true;
  Tensor training_step(Batch b, int64_t) override {
    const Tensor hidden = dropout(relu(first(b.data)), 0.2, is_training());
    const Tensor scores = second(hidden), loss = cross_entropy_loss(scores, b.target);
    log("train_accuracy", scores.argmax(1).eq(b.target).to(kFloat).mean());
    log("train_loss", loss);
    return loss;
  }
  Optimizer configure_optimizers() override {
    if (!adam) return optim::SGD(parameters(), optim::SGDOptions(0.1));
    return Optimizer(optim::Adam(parameters(), optim::AdamOptions(0.02)))
        .with<optim::StepLR>(2, 0.5);
  }
};

std::shared_ptr<Net> new_net() {
  manual_seed(3);
  return std::make_shared<Net>();
}

std::string scratch() {
  const fs::path folder =
      fs::temp_directory_path() / (std::string("tealight_trainer_") +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
  fs::remove_all(folder);
  return folder.string();
}

TrainerOptions quiet(int64_t epochs) {
  return {.max_epochs = epochs, .seed = 1, .progress = false};
}

TEST(Trainer, LearnsAndValidates) {
  const auto net = new_net();
  ShuffledLoader train, val;
  const FitResult r = Trainer(quiet(12)).fit(*net, train, val);
  ASSERT_EQ(r.history.size(), 12u);
  EXPECT_LT(r.history.back().at("val_loss"), r.history.front().at("val_loss") / 2);
  EXPECT_GT(r.history.back().at("val_accuracy"), 0.9);  // "train_" became "val_"
  EXPECT_TRUE(net->is_training());
}

TEST(Trainer, SameSeedSameLosses) {
  ShuffledLoader data;
  const auto losses = [&] { return Trainer(quiet(2)).fit(*new_net(), data).losses; };
  const auto first = losses();
  EXPECT_EQ(first, losses());
  EXPECT_EQ(first.size(), 12u);
}

TEST(Trainer, AccumulatesGradients) {
  // Two batches of 8 with their mean make the step of one batch of 16.
  const auto after = [](int64_t batch, int64_t accumulate) {
    std::vector<TrainBatch> batches;
    ShuffledLoader data;
    for (int64_t i = 0; i < 48; i += batch)
      batches.push_back({data.x.narrow(0, i, batch), data.y.narrow(0, i, batch)});
    struct NoDropout : Net {
      Tensor training_step(Batch b, int64_t) override {
        return cross_entropy_loss(second(relu(first(b.data))), b.target);
      }
    };
    manual_seed(3);
    NoDropout plain;
    plain.adam = false;
    TrainerOptions options = quiet(2);
    options.accumulate_grad_batches = accumulate;
    Trainer(options).fit(plain, batches);
    return plain.first->weight.detach();
  };
  EXPECT_TRUE(after(8, 2).allclose(after(16, 1), 1e-5, 1e-6));
  EXPECT_FALSE(after(8, 1).allclose(after(16, 1), 1e-5, 1e-6));
}

TEST(Trainer, KeepsTheBestAndStopsEarly) {
  struct Falling : Net {  // its metric is best in the second epoch
    int64_t epoch = 0;
    void validation_step(Batch, int64_t) override { log("score", epoch == 1 ? 1.0 : 0.0); }
  };
  struct Count : Callback {
    Falling& net;
    Tensor second;
    explicit Count(Falling& n) : net(n) {}
    void on_epoch_end(TrainerState&) override {
      if (net.epoch++ == 1) second = net.first->weight.detach().clone();
    }
  };
  Falling net;
  ShuffledLoader data;
  TrainerOptions options = quiet(20);
  const auto count = std::make_shared<Count>(net);
  options.callbacks = {count, std::make_shared<EarlyStopping>("score", 3, true)};
  options.keep = Best("score");
  const FitResult r = Trainer(options).fit(net, data, data);
  EXPECT_EQ(r.history.size(), 5u);
  EXPECT_EQ(r.best_epoch, 1);
  EXPECT_TRUE(net.first->weight.equal(count->second));
  options.keep = Best("accuracy");
  EXPECT_THROW(Trainer(options).fit(net, data, data), Error);
}

TEST(Trainer, SaysWhatIsWrongWithALoss) {
  struct Bad : Net {
    Tensor training_step(Batch b, int64_t) override {
      return b.data.sum() * std::nan("") * first->weight.sum();
    }
  } net;
  ShuffledLoader data;
  try {
    Trainer(quiet(1)).fit(net, data);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("epoch 1, batch 1 is nan"), std::string::npos) << e.what();
  }
}

TEST(Trainer, TrainsModulesThatKnowNothingOfIt) {
  manual_seed(0);
  nn::Sequential net(nn::Linear(3, 16), nn::ReLU(), nn::Linear(16, 2));
  ShuffledLoader data;
  TrainerOptions options = quiet(40);
  options.keep = Best("val_accuracy");
  Trainer trainer(options);
  const FitResult r = trainer.fit(net, data, data);
  EXPECT_GT(r.best, 0.9);
  EXPECT_EQ(trainer.validate(net, data).at("val_accuracy"), r.best);
  const Tensor right = net->forward(data.x).argmax(1).eq(data.y).to(kDouble).mean();
  EXPECT_NEAR(right.item<double>(), r.best, 1e-12);

  // A regression, by a loss and an optimizer of one's own; forward gives a pair.
  struct PairImpl : nn::Module {
    nn::Linear fc{register_module("fc", nn::Linear(3, 1))};
    std::tuple<Tensor, Tensor> forward(Tensor x) { return {fc(x), x}; }
  };
  auto pair = std::make_shared<PairImpl>();
  struct Sums : ShuffledLoader {
    Sums() { y = x.sum(1, true); }
  } sums;
  options = quiet(30);
  options.loss = [](const Tensor& out, const Tensor& target) { return mse_loss(out, target); };
  options.optimizer = [](std::vector<Tensor> p) -> OptimizerSetup {
    return optim::SGD(std::move(p), optim::SGDOptions(0.1));
  };
  options.metrics = {"mae"};
  const FitResult fitted = Trainer(options).fit(pair, sums, sums);
  EXPECT_LT(fitted.history.back().at("val_mae"), 0.02);
  EXPECT_TRUE(pair->fc->weight.allclose(ones({1, 3}), 0.05, 0.02));
}

TEST(Trainer, MonitorsLearningRates) {
  ShuffledLoader data;
  TrainerOptions options = quiet(4);
  const auto monitor = std::make_shared<LearningRateMonitor>();
  options.callbacks = {monitor};
  options.accumulate_grad_batches = 2;
  const FitResult r = Trainer(options).fit(*new_net(), data);
  ASSERT_EQ(monitor->rates().size(), 12u);  // 6 batches are 3 steps
  for (size_t i = 0; i < 12; ++i)
    EXPECT_EQ(monitor->rates()[i], std::vector{r.history[i / 3].at("lr")});
  EXPECT_EQ(r.history.back().at("lr"), 0.01);
}

// One process of a training that may be killed: goes on from the last checkpoint, and writes what
// came of it when it gets to the end.
void train_to_the_end(const std::string& folder) {
  TrainerOptions options = quiet(6);
  options.folder = folder;
  options.checkpoint_every_steps = 1;
  options.keep = Best("val_loss");
  ShuffledLoader train, val;
  const auto net = new_net();
  const FitResult r = Trainer(options).fit(*net, train, val, {.resume = folder + "/last.ckpt"});
  std::ofstream out(folder + "/result.tmp");
  out.precision(17);
  for (const auto& epoch : r.history)
    for (const auto& [name, value] : epoch) out << name << ' ' << value << '\n';
  out << "best " << r.best_epoch << ' ' << r.best << '\n';
  for (const Tensor& p : net->parameters())
    out << p.detach().to(kDouble).sum().item().toDouble() << '\n';
  out.close();
  fs::rename(folder + "/result.tmp", folder + "/result.txt");
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Trainer, EveryFitWithAFolderIsARun) {
  TrainerOptions options = quiet(2);
  options.folder = scratch();
  options.config = {{"width", 16}};
  ShuffledLoader data;
  Trainer(options).fit(*new_net(), data, data);
  const std::string about = text_of(options.folder + "/run.json");
  for (const char* part : {R"("width":16)", R"("optimizer":"Adam")", R"("lr":0.02)", R"("seed":1)",
                           R"("model":"Net")", R"("parameters":98)", R"("processor")"})
    EXPECT_NE(about.find(part), std::string::npos) << about;
  const auto lines = [&] {
    const std::string text = text_of(options.folder + "/metrics.jsonl");
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(lines(), 2);
  options.max_epochs = 3;
  Trainer(options).fit(*new_net(), data, data, {.resume = options.folder + "/last.ckpt"});
  EXPECT_EQ(lines(), 3);
  EXPECT_EQ(text_of(options.folder + "/run.json"), about);
}

TEST(Trainer, GoesOnAfterBeingKilledAsIfNothingHadHappened) {
  const std::string whole = scratch(), torn = whole + "_torn";
  fs::remove_all(torn);
  train_to_the_end(whole);
  std::mt19937 random(7);
  int kills = 0;
  for (int attempt = 0; attempt < 400 && !fs::exists(torn + "/result.txt"); ++attempt) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        train_to_the_end(torn);
        _exit(0);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        _exit(1);
      }
    }
    usleep(3000 + unsigned(random() % 25000));
    const bool killed = kills < 50 && kill(child, SIGKILL) == 0;
    int status = 0;
    waitpid(child, &status, 0);
    if (killed && WIFSIGNALED(status)) ++kills;
    if (WIFEXITED(status)) {
      ASSERT_EQ(WEXITSTATUS(status), 0) << "a checkpoint could not be read";
    }
  }
  EXPECT_GT(kills, 0);
  EXPECT_EQ(text_of(torn + "/result.txt"), text_of(whole + "/result.txt")) << kills << " kills";
  EXPECT_NE(text_of(whole + "/metrics.csv").find("val_loss"), std::string::npos);
}

}  // namespace
}  // namespace tealight
