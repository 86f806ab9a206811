// tealight collect: pictures of one's own for tealight train classify.
#include <csignal>

#include "camera_flags.h"
#include "collect_page.h"
#include "collector.h"
#include "picture_command.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

// Signals that end the server, kept from ending the process: threads made after it keep them, too.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  void wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
  }

 private:
  sigset_t set_{}, before_{};
};

struct CollectCommand {
  std::string folder;
  std::vector<std::string> classes;
  std::string every;
  size_t count = 0;
  bool json_output = false, serve = false;
  int port = 8080;
  TransferOptions training;
  std::string run, backbone;
  int epochs = 0;
  CameraFlags camera;

  void add_to(CLI::App& app) {
    app.add_option("DIR", folder, "gets the pictures, as DIR/<class>/")
        ->required()
        ->type_name("FOLDER");
    app.add_option("--class,--classes", classes, "that the pictures show")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("NAME");
    app.add_option("--count", count, "pictures to take (default: until q)")
        ->check(CLI::PositiveNumber);
    app.add_option("--every", every, "take one by itself after that time, as 200ms")
        ->type_name("TIME");
    app.add_flag("--json", json_output, "what was taken as JSON; nothing is asked");
    camera.add_to(app);
    add_serve_to(app);
  }

  void add_serve_to(CLI::App& app) {
    const auto page = [](CLI::Option* o) { return o->group("A page in the browser"); };
    page(app.add_flag(
        "--serve", serve,
        "a page on this machine: the browser's camera, a button for each class, training"));
    page(app.add_option("--port", port, "of that page; 0: any")
             ->check(CLI::Range(0, 65535))
             ->capture_default_str());
    page(app.add_option("--backbone", backbone,
                        "network to train (default: mobilenet_v2; without --weights "
                        "shufflenet_v2_x0_5)")
             ->check(CLI::IsMember(models::names()))
             ->type_name("NAME"));
    page(app.add_option("--weights", training.weights,
                        "what it knows already; only its head learns then, and that in seconds")
             ->type_name("FILE"));
    page(app.add_option("--epochs", epochs, "times that every picture is seen (default: 100; 30)")
             ->check(CLI::PositiveNumber));
    page(app.add_option("--out", run, "folder for the model (default: DIR_run)")->type_name("RUN"));
  }

  int operator()() {
    if (serve) return serve_page();
    if (classes.size() != 1)
      throw UsageError("one class at a time is collected", "name it: --class up");
    std::vector<std::string> skipped;
    SampleFolder samples(folder);
    const CollectOptions options = collect_options();
    const auto keys = keyboard();
    const auto source = camera.open(&skipped);
    if (!keys && source->live() && count == 0)
      throw UsageError("without a terminal nobody says when to stop", "give --count N");
    Screen screen{.shown = keys != nullptr};
    const Collected taken = collect_samples(
        *source, keys.get(), samples, options,
        [&](const Frame& frame, const std::string& line) { screen.show(frame, line); });
    screen.clear();
    for (const std::string& s : skipped) note("left out: " + s);
    json_output ? print_json(as_json(samples, taken, skipped)) : print(samples, taken);
    return 0;
  }

  int serve_page() {
    SampleFolder samples(folder);
    for (const std::string& name : classes) samples.add_class(name);
    set_training();
    const EndSignals signals;
    CollectPage page(std::move(samples), training);
    const WebServer server(port, [&](const WebRequest& r) { return page.answer(r); });
    std::cout << bold(server.address()) << dim("   until Ctrl-C") << std::endl;
    signals.wait();
    return 0;
  }

  void set_training() {
    namespace fs = std::filesystem;
    fs::path beside = fs::absolute(folder).lexically_normal();
    if (!beside.has_filename()) beside = beside.parent_path();  // "moves/"
    training.folder = folder;
    training.out = run.empty() ? fs::path(beside.string() + "_run") : fs::path(run);
    const bool known = !training.weights.empty();
    training.freeze = known;
    training.backbone = known ? "mobilenet_v2" : "shufflenet_v2_x0_5";
    training.epochs = known ? 100 : 30;  // an epoch of kept features takes no time
    if (!backbone.empty()) training.backbone = backbone;
    if (epochs > 0) training.epochs = epochs;
  }

  CollectOptions collect_options() const {
    CollectOptions o{.name = classes[0], .count = count};
    if (!every.empty()) o.every = std::chrono::duration<double>(seconds_of("--every", every));
    return o;
  }

  // Nobody is asked where the clock chooses.
  std::unique_ptr<Keyboard> keyboard() const {
    return json_output || !every.empty() || terminal_columns() == 0 ? nullptr : terminal_keyboard();
  }

  // The preview: drawn over what was there before.
  struct Screen {
    bool shown = false;
    size_t lines = 0;
    void clear() {
      if (lines) std::cout << "\033[" << lines << "A\033[J";
      lines = 0;
    }
    void show(const Frame& frame, const std::string& line) {
      if (!shown) return;
      const std::string picture = drawn(frame.picture, 64, 24);
      clear();
      std::cout << bold(line) << '\n' << picture << std::flush;
      lines = 1 + size_t(std::count(picture.begin(), picture.end(), '\n'));
    }
  };

  static nlohmann::json as_json(const SampleFolder& samples, const Collected& taken,
                                const std::vector<std::string>& skipped) {
    return {{"taken", taken.taken},       {"already_there", taken.already_there},
            {"files", taken.files},       {"skipped", skipped},
            {"counts", samples.counts()}, {"folder", samples.path().string()}};
  }

  void print(const SampleFolder& samples, const Collected& taken) const {
    std::cout << counted(taken.taken, "picture") << " of '" << classes[0] << "' taken";
    if (taken.already_there) std::cout << ", " << taken.already_there << " were there already";
    std::cout << '\n';
    Table table({"<class", ">pictures"});
    for (const auto& [name, n] : samples.counts()) table.add({name, str(n)});
    std::cout << table.text() << dim("tealight train classify " + folder + " --out RUN") << '\n';
  }
};

}  // namespace

void add_collect(CLI::App& app) {
  add_command<CollectCommand>(
      app, "collect", "Take pictures of your own to train with, class by class",
      "  tealight collect moves --class up                     a webcam: space takes a picture\n"
      "  tealight collect moves --class none --every 200ms --count 30\n"
      "  tealight collect moves --class down --from photos     pictures that are there already\n"
      "  tealight collect moves --classes up,down,none --serve --weights mobilenet_v2.pth\n");
}

}  // namespace tealight::cli
