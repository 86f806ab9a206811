// What the subcommands share: options that several take, and how they talk.
#pragma once
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "data/picture_options.h"
#include "tealight/module.h"
#include "values.h"

namespace tealight::cli {

/// --size, --crop, --mean ... in the order given; later ones change earlier ones.
struct PictureFlags {
  PictureOptions options;
  void add_to(CLI::App&);
};

/// --threads, --deadline-ms, --memory-mb.
struct RunFlags {
  int threads = 0;
  int64_t deadline_ms = 0, memory_mb = 0;
  void add_to(CLI::App&);
  /// Sets the thread count and gives the limits.
  RunLimits apply() const;
};

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
/// Whether standard output is a terminal that shows colours.
bool colours();
/// `text` in bold, green, red or dim where colours are shown.
std::string bold(const std::string& text);
std::string green(const std::string& text);
std::string red(const std::string& text);
std::string dim(const std::string& text);

// Each adds its subcommand; its work runs as the subcommand's callback.
void add_run(CLI::App&);
void add_info(CLI::App&);
void add_ops(CLI::App&);
void add_bench(CLI::App&);
void add_replay(CLI::App&);
void add_classify(CLI::App&);
void add_detect(CLI::App&);
void add_segment(CLI::App&);
void add_stylize(CLI::App&);

}  // namespace tealight::cli
