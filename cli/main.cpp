// The tealight command. Each subcommand is a file of its own; app.cpp puts them together.
#include "app.h"

int main(int argc, char** argv) { return tealight::cli::run_command({argv + 1, argv + argc}); }
