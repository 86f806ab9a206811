// libtorch: c10::utils::get_env.
#pragma once
#include "tealight/env.h"

namespace c10::utils {
using tealight::check_env;
using tealight::get_env;
using tealight::has_env;
using tealight::set_env;
}  // namespace c10::utils
