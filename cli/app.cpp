#include "app.h"

#include "camera_flags.h"
#include "command.h"
#include "inputs.h"
#include "tealight/grad_mode.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

constexpr int kFailed = 1, kWrongUsage = 2;

int failed(const std::string& what, int status) {
  complain(what);
  return status;
}

// CLI11 says of a command that it does not know only that one is required.
void check_name(const CLI::App& app, const std::vector<std::string>& args) {
  if (args.empty() || args[0].starts_with('-')) return;
  std::string names;
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (sub->get_name() == args[0]) return;
    names += (names.empty() ? "" : ", ") + sub->get_name();
  }
  throw UsageError(str("there is no command '", args[0], "'"), "choose one of " + names);
}

std::string advice(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const std::string name = chosen.empty() ? "" : chosen[0]->get_name() + " ";
  return str("\n  fix: see tealight ", name, "--help");
}

}  // namespace

void build_app(CLI::App& app) {
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("tealight ") + TL_VERSION);
  app.footer(
      "Examples:\n"
      "  tealight classify model.ptl dog.jpg --preset imagenet --labels imagenet\n"
      "  tealight run model.ptl rand:1,3,224,224\n"
      "  tealight info model.ptl\n"
      "\n'tealight COMMAND --help' shows a command's options and examples.\n"
      "Exit status: 0 done, 1 failed or different, 2 wrong usage");
  add_run(app);
  add_replay(app);
  add_info(app);
  add_classify(app);
  add_detect(app);
  add_segment(app);
  add_stylize(app);
  add_collect(app);
  add_train(app);
  add_play(app);
  add_runs(app);
  add_bench(app);
  add_profile(app);
  add_diff(app);
  add_convert(app);
  add_optimize(app);
  add_edit(app);
  add_check(app);
  add_script(app);
  add_strip(app);
  add_ops(app);
  add_completion(app);
}

int run_command(const std::vector<std::string>& args) {
  CLI::App app("Tealight runs PyTorch Mobile models (.ptl): load, inspect, run, measure, compare.",
               "tealight");
  build_app(app);
  const NoGradGuard no_graph;  // who trains turns it on
  try {
    check_name(app, args);
    std::vector<std::string> reversed;
    for (auto a = args.rbegin(); a != args.rend(); ++a) reversed.push_back(protected_literal(*a));
    app.parse(reversed);
    return 0;
  } catch (const CLI::RuntimeError& e) {  // a command's own exit status
    return e.get_exit_code();
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return failed(e.what() + advice(app), kWrongUsage);
  } catch (const UsageError& e) {
    return failed(e.what(), kWrongUsage);
  } catch (const std::exception& e) {
    return failed(e.what(), kFailed);
  }
}

}  // namespace tealight::cli
