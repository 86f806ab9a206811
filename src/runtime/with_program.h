// A module as something to be rewritten and saved, rather than run.
#pragma once
#include "tealight/code.h"
#include "tealight/module.h"

namespace tealight {

/// The module's model with its program: the graphs that it was loaded with, or graphs lifted from
/// its code. The functions are lowered from these; root, metadata and extra files are the module's.
ModelFile with_program(const Module&);

/// The graphs it was loaded with, or lifted from its bytecode. Throws for TorchScript that was
/// loaded without its program.
std::shared_ptr<script::Unit> program_of(const ModelFile&);

}  // namespace tealight
