// The command as a function, for main() and for tests.
#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace tealight::cli {

/// Adds every subcommand.
void build_app(CLI::App&);
/// Parses and runs `tealight args...`; the exit status: 0 done, 1 failed or different, 2 wrong
/// usage.
int run_command(const std::vector<std::string>& args);

}  // namespace tealight::cli
