// The tealight command. Each subcommand is a file of its own.
#include "command.h"

int main(int argc, char** argv) {
  using namespace tealight;
  CLI::App app("Tealight runs PyTorch Mobile models (.ptl): load, inspect, run, measure.",
               "tealight");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("tealight ") + TL_VERSION);
  app.footer(
      "Examples:\n  tealight classify model.ptl dog.jpg --labels imagenet\n  tealight run model.ptl rand:1,3,224,224\n  tealight info model.ptl\n\n'tealight COMMAND --help' shows a command's options and examples.");
  cli::add_run(app);
  cli::add_info(app);
  cli::add_classify(app);
  cli::add_detect(app);
  cli::add_segment(app);
  cli::add_stylize(app);
  cli::add_bench(app);
  cli::add_replay(app);
  cli::add_ops(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  } catch (const std::exception& e) {
    std::cerr << cli::red("error: ") << e.what() << '\n';
    return 1;
  }
}
