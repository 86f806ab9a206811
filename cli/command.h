// What the subcommands share: options that several take, and how they talk.
#pragma once
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "data/scores.h"
#include "tealight/module.h"

namespace tealight::cli {

/// The command line is wrong, rather than what it names: exit status 2.
struct UsageError : Error {
  explicit UsageError(const Error& e) : Error(e) {}
  UsageError(std::string what, const std::string& advice) : Error(std::move(what)) { fix(advice); }
};

/// --size, --crop, --mean ... in the order given; later ones change earlier ones.
struct PictureFlags {
  PictureOptions options;
  void add_to(CLI::App&);
  /// What a model says of its pictures (its file picture_options.txt, "size 256" a line) holds
  /// where the command line says nothing else.
  void take_defaults_from(const Module&);

 private:
  std::vector<std::pair<std::string, std::string>> given_;
};

/// --precision, --no-plans.
struct PlanFlags {
  Precision precision = Precision::fp32;
  bool no_plans = false;
  void add_to(CLI::App&);
  void apply_to(LoadOptions&) const;
};

/// --threads, --deadline-ms, --memory-mb, and how to run.
struct RunFlags {
  int threads = 0;
  int64_t deadline_ms = 0, memory_mb = 0;
  PlanFlags plans;
  void add_to(CLI::App&);
  /// Sets the thread count and gives the limits.
  RunLimits apply() const;
  /// All of it, for a model that is about to be loaded.
  LoadOptions load_options() const;
};

/// A method of a model and what to call it with: MODEL INPUT... --method --bundled.
struct CallFlags {
  std::string model, method = "forward";
  std::vector<std::string> inputs;
  int bundled = 0;  // of the examples saved with the model, counted from 1; 0: the inputs
  PictureFlags pictures;
  RunFlags limits;
  void add_to(CLI::App&);
  void add_options_to(CLI::App&);  // all but MODEL and INPUT

  Module load() const;
  Module load(const std::string& path) const;
  std::vector<Value> arguments(const Module&) const;
};

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print_json(const nlohmann::json&);
/// "12.3 KB"
std::string bytes_text(uint64_t n);
/// "1 thread", "2 threads"
std::string counted(size_t n, const std::string& what);
/// A number with `digits` after the point.
std::string fixed(double v, int digits);

/// How a command adds itself: its struct C has add_to(CLI::App&) for its options, and int
/// operator()() whose result is the exit status.
template <class C>
void add_command(CLI::App& app, const char* name, const char* what, const char* examples) {
  auto command = std::make_shared<C>();
  CLI::App* sub = app.add_subcommand(name, what);
  command->add_to(*sub);
  sub->footer(std::string("Examples:\n") + examples +
              "\nExit status: 0 done, 1 failed or different, 2 wrong usage");
  sub->callback([command] {
    if (const int status = (*command)()) throw CLI::RuntimeError(status);
  });
}

// Each adds its subcommand.
void add_run(CLI::App&);
void add_info(CLI::App&);
void add_ops(CLI::App&);
void add_bench(CLI::App&);
void add_profile(CLI::App&);
void add_diff(CLI::App&);
void add_replay(CLI::App&);
void add_classify(CLI::App&);
void add_detect(CLI::App&);
void add_segment(CLI::App&);
void add_stylize(CLI::App&);
void add_train(CLI::App&);
void add_runs(CLI::App&);
void add_convert(CLI::App&);
void add_optimize(CLI::App&);
void add_edit(CLI::App&);
void add_check(CLI::App&);
void add_script(CLI::App&);
void add_strip(CLI::App&);
void add_completion(CLI::App&);

}  // namespace tealight::cli
