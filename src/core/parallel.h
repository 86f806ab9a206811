// The thread pool: one for the process, started by the first big enough call, asleep when idle.
#pragma once
#include "core/base.h"
#include "tealight/threads.h"

namespace tealight {

/// Calls fn(b, e) for pieces that together make up [begin, end), each (but the last) at least
/// `grain` long, on several threads at once; returns when all are done. Work below two grains runs
/// in the caller.
///
/// The caller's grad mode, inference mode and memory budget hold in all of them.
/// Where pieces are cut depends on the thread count: the body must give the same values however
/// they are cut. The first exception thrown by a body is thrown again here. Any thread may call
/// this; while one caller has the pool, others run inline. After fork() the child starts a pool of
/// its own.
void parallel_for(int64_t begin, int64_t end, int64_t grain,
                  FunctionRef<void(int64_t, int64_t)> fn);

}  // namespace tealight
