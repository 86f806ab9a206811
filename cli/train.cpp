// tealight train: models from data of one's own.
#include <cmath>

#include "background_training.h"
#include "command.h"
#include "tealight/grad_mode.h"
#include "tealight/threads.h"
#include "tealight/transfer.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

std::string minutes(double seconds) {
  const int s = int(std::ceil(seconds));
  return s < 60 ? str(s, " s") : str(s / 60, " min ", s % 60, " s");
}

struct TrainClassifyCommand {
  TransferOptions options;
  std::string folder, out, bn = "keep";
  int threads = 0;
  bool json_output = false;
  std::chrono::steady_clock::time_point began, stage;
  std::string stage_name;
  Progress progress;

  void add_to(CLI::App& app) {
    app.add_option("DIR", folder,
                   "holds train/<class>/ and val/<class>/, or <class>/ alone: then it is split")
        ->required()
        ->type_name("FOLDER");
    app.add_option("--backbone", options.backbone, "network of the zoo")
        ->capture_default_str()
        ->check(CLI::IsMember(models::names()))
        ->type_name("NAME");
    app.add_option("--weights", options.weights,
                   "what the backbone knows already: a .pth or .safetensors file, a folder, or "
                   "'imagenet' (PyTorch's own cache)")
        ->type_name("FILE");
    app.add_flag("--freeze", options.freeze, "only the head learns; features are computed once");
    app.add_option(
           "--bn", bn,
           "batch-norm statistics of the weights: kept, or averaged on (always so without --weights)")
        ->check(CLI::IsMember({"keep", "train"}))
        ->capture_default_str()
        ->type_name("{keep,train}");
    app.add_option("--epochs", options.epochs, "times that every picture is seen")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--batch-size", options.batch_size, "pictures in a step")
        ->check(CLI::Range(2, 4096));
    app.add_option("--lr", options.lr, "learning rate at the beginning; it falls as a cosine")
        ->check(CLI::PositiveNumber);
    app.add_option("--seed", options.seed, "the same seed, the same model")->capture_default_str();
    app.add_option("--val-share", options.val_share, "of a folder that has no val/")
        ->check(CLI::Range(0.01, 0.99))
        ->capture_default_str();
    app.add_option("--views", options.views, "augmented versions of a picture to keep (--freeze)")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--out", out, "folder for the model, the pictures and the logs")
        ->required()
        ->type_name("RUN");
    app.add_option("--threads", threads, "threads to use (default: all processors)")
        ->check(CLI::PositiveNumber);
    app.add_flag("--json", json_output, "the result as JSON");
  }

  int operator()() {
    if (threads > 0) set_num_threads(threads);
    options.folder = folder;
    options.out = out;
    options.train_statistics = bn == "train";
    const AutoGradMode on(true);  // commands run without
    began = std::chrono::steady_clock::now();
    options.on_note = [](const std::string& text) { note(text); };
    options.on_progress = [this](const std::string& what, size_t done, size_t of) {
      show(what, done, of);
    };
    options.on_epoch = [this](const TransferEpoch& e) { print(e); };
    const TransferResult result = train_classifier(options);
    progress.show("");
    json_output ? print_json(as_json(result)) : print(result);
    return 0;
  }

  // "epoch 3 of 25  48/245  [####......]  12 s left"
  void show(const std::string& what, size_t done, size_t of) {
    if (what != stage_name) {
      stage_name = what;
      stage = std::chrono::steady_clock::now();
    }
    const double share = of ? double(done) / double(of) : 0, spent = seconds_since(stage);
    const size_t filled = size_t(share * 20);
    std::string text = str(what, "  ", done, "/", of, "  [", std::string(filled, '#'),
                           std::string(20 - filled, '.'), "]");
    if (share > 0) text += "  " + minutes(spent / share - spent) + " left";
    progress.show(text);
  }

  void print(const TransferEpoch& e) {
    if (json_output) return;
    progress.show("");
    std::cout << str("epoch ", e.epoch, "/", options.epochs, "  loss ", fixed(e.train_loss, 4),
                     "  accuracy ", fixed(e.train_accuracy, 3), "  val loss ", fixed(e.val_loss, 4),
                     "  val accuracy ", fixed(e.val_accuracy, 4), "  ",
                     dim(fixed(e.seconds, 1) + " s"))
              << std::endl;
  }

  void print(const TransferResult& r) const {
    std::cout << bold(str("val accuracy ", fixed(r.best_val_accuracy, 4))) << " (epoch "
              << r.best_epoch << ", which is kept; the last one's is " << fixed(r.val_accuracy, 4)
              << "), " << fixed(r.seconds, 1) << " s\n";
    Table table({"<true class", ">rightly named", ">of"});
    for (size_t i = 0; i < r.classes.size(); ++i) {
      int64_t total = 0;
      for (const int64_t n : r.confusion[i]) total += n;
      table.add({r.classes[i], str(r.confusion[i][i]), str(total)});
    }
    std::cout << table.text() << r.model.string()
              << dim("   tealight classify " + r.model.string() + " PICTURE") << '\n';
  }
};

}  // namespace

void add_train(CLI::App& app) {
  CLI::App* train = app.add_subcommand("train", "Make models from data of your own");
  train->require_subcommand(1);
  add_command<TrainClassifyCommand>(
      *train, "classify", "Teach a network the classes of a folder of pictures",
      "  tealight train classify ants_bees --backbone mobilenet_v2 --weights mobilenet_v2.pth "
      "--freeze --out run\n"
      "  tealight train classify moves --weights imagenet --epochs 10 --out run --json\n");
}

}  // namespace tealight::cli
