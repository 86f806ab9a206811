// How many threads the library uses.
#pragma once
#include <cstdint>
#include <functional>

#include "tealight/error.h"

namespace tealight {

/// Threads that an operator may use, the caller's included. At first the processors this process
/// may run on, small cores beside large ones left out.
TL_API int get_num_threads();
/// Takes effect with the next operator; n < 1 counts as 1. Any thread may call it.
TL_API void set_num_threads(int n);
/// True inside of work that is already spread over threads: more is then done in the caller.
TL_API bool in_parallel_region();
/// Calls fn(b, e) for pieces that together make up [begin, end), each (but the last) at least
/// `grain` long, on several threads at once. The first exception is thrown again here.
TL_API void parallel_for_pieces(int64_t begin, int64_t end, int64_t grain,
                                const std::function<void(int64_t, int64_t)>& fn);

}  // namespace tealight
